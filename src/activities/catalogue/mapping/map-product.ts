import type { FlowProductType, FlowProductUpdate } from '../../../clients/flow/products';
import type { OmniumPrice } from '../../../clients/omnium/prices';
import type { OmniumProduct, OmniumProductVariant } from '../../../clients/omnium/products';
import { compact } from '../../../domain/compact';
import { dayIn } from '../../../domain/day';
import { brandUid, isSameId, stripToUid, UidInvalidError, uidOf, type FlowUid } from '../../../domain/uid';
import { centimetresToMillimetres, gramsToWholeGrams, kilogramsToGrams } from '../../../domain/units';
import { vatCodeUidOf } from '../../../domain/vat';
import { plainLine, plainText } from './plain-text';
import { isDeleted, isOffered, type ProductContext } from './product-context';
import { mapImages } from './product-images';
import { mapSlots } from './product-package';
import { mapValues, propertyDefinitions, requiredVariantProperties, type PropertyDefinition } from './product-values';
import { productCost, purchasePriceChange } from './select-cost';
import { selectPrice } from './select-price';

/** One product in Flow: a product without variants, a style, or a variant with what it has of its style. */
type Article = Omit<OmniumProduct, 'variants'>;

/** Members that Flow shall have as they are here. Absent = left as it is in Flow, null = emptied. */
export type DesiredFields = DesiredProduct['fields'];

/** One product as Flow shall have it. */
export type DesiredProduct = ReturnType<typeof mapArticle>;

/** A product of Omnium's as Flow shall have it: alone, or a style with its variants. */
export interface DesiredProducts {
  /** Omnium's id of the whole. */
  readonly productId: string;
  readonly product: DesiredProduct;
  /** Empty for a product without variants. */
  readonly variants: readonly DesiredProduct[];
  /** Properties that the values belong to, and all that are ours to remove. */
  readonly definitions: readonly PropertyDefinition[];
  /** What could not be carried over, and does not keep the product from the tills. */
  readonly problems: readonly string[];
  /** When the product changes by itself, ISO-8601. */
  readonly changesAt?: string;
}

/** How Flow names the SKU of what has none (Flow, products page). */
export const NO_SKU = 'NoSku';

/** Of what a product is sold without. */
const LEAVES_NOTHING = 'leaves no letter or digit for a uid in Flow';

/** Later years mean never: Omnium's users write 9999-12-31. */
const NEVER_YEAR = 2900;

/**
 * One product of Omnium's as Flow shall have it: a product alone, or a style with its variants (flow-api.md §6.1; Omnium's
 * Flow page). Pure; whether Flow has it already is not asked here.
 *
 * @throws UidInvalidError when the product's own id, a variant's or a component's leaves nothing that a Flow uid is made of
 * @throws AmountInvalidError when a measure, amount or quantity cannot be carried over
 * @throws DocumentUnmappableError when the document contradicts itself
 */
export function mapProduct(product: OmniumProduct, context: ProductContext): DesiredProducts {
  const articles = product.variants
    .filter((variant) => !isDeleted(variant) && isOffered(variant, context.markets))
    .map((variant) => articleOf(product, variant));
  const [only] = articles;
  // A style whose only variant has its very id is that variant.
  const isAlone =
    articles.length === 1 && only?.skuId !== undefined && stripToUid(only.skuId) === stripToUid(product.productId);
  let desired: DesiredProduct;
  let variants: readonly DesiredProduct[] = [];
  if (product.variants.length > 0 && !isAlone) {
    // A style is not sold by itself, so its VAT code is that of its variants.
    const prices = product.prices.length > 0 ? product.prices : articles.flatMap((article) => article.prices);
    desired = mapArticle({ ...product, prices }, articles, false, context);
    variants = articles.map((article) => mapArticle(article, undefined, true, context));
  } else {
    const { assets, mainImageUrl } = product;
    const hasNoImages = only?.assets.length === 0 && only.mainImageUrl === undefined;
    const article = hasNoImages ? { ...only, assets, mainImageUrl } : (only ?? product);
    desired = mapArticle(article, undefined, only !== undefined, context);
  }
  const all = [desired, ...variants];
  const [changesAt] = all.flatMap((one) => one.changesAt ?? []).sort();
  return {
    productId: product.productId,
    product: desired,
    variants,
    definitions: propertyDefinitions(context.rules),
    problems: all.flatMap((one) => one.problems),
    ...compact({ changesAt }),
  };
}

/**
 * A variant as an article of its own: what Omnium does not say of the variant holds for its style. Images, GTINs, the
 * supplier's number and what is in a package are nobody's but its own; assortment codes and prices of both count; neither may
 * be inactive.
 */
function articleOf(product: OmniumProduct, variant: OmniumProductVariant): Article {
  const { variantParentId: _, ...members } = variant;
  // An empty list says that the variant has none of its own.
  const stated = Object.entries(members).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const own = new Set(variant.properties.map(({ key }) => key));
  // Omnium writes 0 where it knows no cost.
  const { cost, costCurrency } = Number(variant.cost ?? 0) !== 0 ? variant : product;
  return {
    ...product,
    ...(Object.fromEntries(stated) as Partial<Article>),
    productId: product.productId,
    parentId: product.parentId,
    ean: variant.ean,
    gtins: variant.gtins,
    supplierSkuId: variant.supplierSkuId,
    color: variant.color,
    size: variant.size,
    assets: variant.assets,
    mainImageUrl: variant.mainImageUrl,
    components: variant.components,
    isActive: product.isActive !== false && variant.isActive !== false,
    cost,
    costCurrency,
    assortmentCodes: [...product.assortmentCodes, ...variant.assortmentCodes],
    properties: [...product.properties.filter(({ key }) => !own.has(key)), ...variant.properties],
    prices: [
      ...variant.prices.map((price) => ({ ...price, skuId: price.skuId ?? variant.skuId })),
      ...product.prices.map((price) => ({ ...price, skuId: price.skuId ?? product.productId })),
    ],
  };
}

/** @param variants those of a style; undefined for what is sold itself */
function mapArticle(
  article: Article,
  variants: readonly Article[] | undefined,
  isVariant: boolean,
  context: ProductContext,
) {
  const isPackage = article.isPackage === true || article.isBundle === true;
  const soldAs = isPackage ? 'PACKAGE' : article.isVirtual === true ? 'NON_PHYSICAL' : 'STOCK';
  const productType: FlowProductType = variants ? 'CONFIGURABLE' : soldAs;
  const { productId, skuId, mainCategoryId } = article;
  const externalId = variants ? productId : (skuId ?? productId);
  const productUid = stripToUid(externalId);
  const { fields, initialFields, brand, problems, changesAt } = mapFields(article, externalId, variants, context);
  const { images, problems: imageProblems } = mapImages(article, productUid);
  const categoryIds = [mainCategoryId, ...article.categories.map(({ categoryId }) => categoryId)];
  const isAhead = Date.parse(article.salesStartDate ?? '') > context.at.getTime();

  // The main supplier comes first; a supplier that is named twice counts once.
  const suppliers = new Map<string, { supplierUid: FlowUid; supplierId: string; supplierName?: string }>();
  for (const { supplierId, supplierName } of [article, ...article.additionalSuppliers]) {
    if (supplierId === undefined || suppliers.has(supplierId)) continue;
    const supplierUid = uidOf(supplierId);
    if (supplierUid) suppliers.set(supplierId, { supplierUid, supplierId, ...compact({ supplierName }) });
    else problems.push(`${externalId} supplier: ${supplierId} ${LEAVES_NOTHING}`);
  }

  return {
    productUid,
    /** Omnium's own id: the SKU, or the product id of what has none. */
    externalId,
    productType,
    fields,
    /** What a new product begins with, and a scheduled task writes later. */
    initialFields,
    images,
    hasSerialNumbers: article.isSerializableProduct === true && variants === undefined,
    suppliers: [...suppliers.values()],
    values: mapValues(article, isVariant, context.rules),
    problems: [...problems, ...imageProblems.map((problem) => `${externalId} ${problem}`)],
    ...compact({
      brand,
      /** The tenant's day from which on it is sold; absent = now. */
      soldFrom: isAhead ? dayOf(article.salesStartDate, context.timezone) : undefined,
      mainCategoryId,
      /** When it changes by itself, ISO-8601. */
      changesAt,
      /** Absent where categories are the shop's own. */
      categoryIds: context.properties.SyncCategoriesToFlow
        ? [...new Set(categoryIds.filter((id) => id !== undefined))]
        : undefined,
      /** Absent where what is in a package is left to the shop. */
      slots:
        productType === 'PACKAGE' && context.properties.CreatePackageSlots ? mapSlots(article, productUid) : undefined,
    }),
  };
}

/**
 * The plain members of an article (flow-api.md §3.4, §6.1). What is listed here is written, compared and shown by a dry run:
 * a new member needs no other place.
 *
 * @param variants those of a style, which is sold by its variants only and has no price of its own
 * @returns `initialFields`: what a new product begins with, and a task of its own writes later
 * @throws AmountInvalidError for a measure, cost or price that cannot be carried over
 * @throws DocumentUnmappableError for a price without VAT whose rate is unknown
 */
function mapFields(
  article: Article,
  externalId: string,
  variants: readonly Article[] | undefined,
  context: ProductContext,
) {
  const isStyle = variants !== undefined;
  const problems: string[] = [];
  const numbers = [article.ean ?? '', ...article.gtins].map((gtin) => gtin.trim()).filter((gtin) => gtin !== '');
  const gtins = [...new Set(numbers)].map((gtin, index) => ({ gtin, primary: index === 0 }));
  const { currency, at, markets } = context;

  // A foreign amount is kept in Flow beside the local one, and goes when the cost is local.
  const cost = isStyle ? undefined : productCost(article, currency);
  const costFields: Pick<FlowProductUpdate, 'purchasePrice' | 'currencyPurchasePrice'> | undefined = cost && {
    currencyPurchasePrice: null,
    ...purchasePriceChange(cost, currency, {}),
  };

  let recommendedRetailPrice: number | undefined;
  if (!isStyle && !context.hasPriceTask) {
    const sku = article.skuId ?? article.productId;
    const prices = article.prices.map((price) => ({ ...price, skuId: price.skuId ?? sku }));
    const selected = selectPrice(prices, { sku, productId: article.productId, markets, currency, at });
    if (selected.kind === 'price') recommendedRetailPrice = selected.unitPriceCents;
    if (selected.kind === 'refused') problems.push(`${externalId} recommendedRetailPrice: ${selected.why}`);
  }

  const { allowPurchase, changesAt } = purchaseOf(article, context);
  // Omnium knows a brand by its name only.
  const brandName = plainLine(article.brand);
  const brand = brandName === undefined ? undefined : brandOf(brandName);
  if (brandName !== undefined && !brand) problems.push(`${externalId} brand: ${brandName} ${LEAVES_NOTHING}`);
  const fields = {
    name: plainLine(article.name) ?? plainLine(article.alternativeProductName) ?? externalId,
    sku: (isStyle ? undefined : article.skuId) ?? NO_SKU,
    externalId,
    manufacturerSku: plainLine(article.supplierSkuId) ?? null,
    description: plainText(article.description) ?? null,
    shortDescription: plainText(article.shortDescription) ?? null,
    brandUid: brand?.brandUid ?? null,
    ...(gtins.length > 0 && { gtins }),
    vatCodeUid: vatCodeUidOf(taxRateOf(article.prices, context), context.properties),
    allowPurchase,
    discontinuedFrom: dayOf(article.discontinued, context.timezone) ?? null,
    ...measuresOf(article),
    ...(!context.hasCostTask && costFields),
    ...(recommendedRetailPrice !== undefined && { recommendedRetailPrice }),
    ...(isStyle && { requiredVariantPropertyUids: requiredVariantProperties(variants) }),
  } satisfies FlowProductUpdate;
  return { fields, initialFields: context.hasCostTask ? costFields : undefined, brand, problems, changesAt };
}

/** A brand by its name; undefined for one of foreign letters only, which Flow has no uid for. */
function brandOf(name: string): { readonly brandUid: FlowUid; readonly name: string } | undefined {
  try {
    return { brandUid: brandUid(name), name };
  } catch (error) {
    if (error instanceof UidInvalidError) return undefined;
    throw error;
  }
}

/**
 * Weight in grams: the product's own in kilograms, else that of what it is sent in, which Omnium gives in grams. Height,
 * width and length in millimetres, of what it is sent in (Omnium's Flow page, "Unit Conversion"; omnium-api.md §9.1). With
 * several colli the first one that has the measure counts; null where Omnium has none.
 */
function measuresOf({ weight, colli }: Article): Record<'weight' | 'height' | 'width' | 'length', number | null> {
  const colliWeight = colli.find((one) => one.weight !== undefined)?.weight;
  const colliGrams = colliWeight === undefined ? null : gramsToWholeGrams(colliWeight);
  const measures: ReturnType<typeof measuresOf> = { weight: colliGrams, height: null, width: null, length: null };
  if (weight !== undefined) measures.weight = kilogramsToGrams(weight);
  for (const measure of ['height', 'width', 'length'] as const) {
    const centimetres = colli.find((one) => one[measure] !== undefined)?.[measure];
    if (centimetres !== undefined) measures[measure] = centimetresToMillimetres(centimetres);
  }
  return measures;
}

/**
 * The tax rate of a product in percent: Omnium keeps it on prices, and on the market where a price names none (omnium-api.md
 * §9.1). The prices that hold now count, those of the product's first market before those of the next, and of one market the
 * price that names it before one of its group, and that before one of all.
 */
function taxRateOf(
  prices: readonly OmniumPrice[],
  { markets, at }: Pick<ProductContext, 'markets' | 'at'>,
): number | string | undefined {
  const withRate = prices.filter(
    ({ taxRate, validFrom, validUntil }) => taxRate !== undefined && holdsAt(validFrom, validUntil, at),
  );
  for (const { marketId, marketGroupId, defaultTaxRate } of markets) {
    const ofMarket = withRate.find((price) => price.marketId !== undefined && isSameId(price.marketId, marketId));
    const ofGroup = withRate.find(
      (price) => price.marketId === undefined && isSameId(price.marketGroupId, marketGroupId),
    );
    const ofAll = withRate.find((price) => price.marketId === undefined && price.marketGroupId === undefined);
    const rate = (ofMarket ?? ofGroup ?? ofAll)?.taxRate ?? defaultTaxRate;
    if (rate !== undefined) return rate;
  }
  return undefined;
}

/**
 * Whether the shops may purchase an article: it is active, and in no assortment that forbids it (Omnium's Flow page, products).
 *
 * @returns `changesAt`: the next moment at which such an assortment begins or ends, ISO-8601
 */
function purchaseOf({ isActive, assortmentCodes }: Article, { rules, at }: ProductContext) {
  const forbidding = assortmentCodes.filter(
    ({ assortmentCodeId: id }) => id !== undefined && rules.nonPurchasableAssortmentCodes.includes(id),
  );
  const isForbidden = forbidding.some(({ validFrom, validTo }) => holdsAt(validFrom, validTo, at));
  const momentsMs = forbidding
    .flatMap(({ validFrom, validTo }) => [validFrom, validTo])
    .flatMap((moment) => (moment === undefined || isNever(moment) ? [] : Date.parse(moment)))
    .filter((momentMs) => momentMs > at.getTime());
  return {
    allowPurchase: isActive !== false && !isForbidden,
    changesAt: momentsMs.length === 0 ? undefined : new Date(Math.min(...momentsMs)).toISOString(),
  };
}

/** The tenant's day of a moment, `YYYY-MM-DD`; undefined for none, and for one that means never. */
export function dayOf(moment: string | undefined, timezone: string): string | undefined {
  if (moment === undefined || isNever(moment)) return undefined;
  return dayIn(timezone, moment);
}

function isNever(moment: string): boolean {
  return new Date(moment).getUTCFullYear() >= NEVER_YEAR;
}

/** An open end holds for ever: comparisons with NaN are false. */
function holdsAt(from: string | undefined, until: string | undefined, at: Date): boolean {
  return !(Date.parse(from ?? '') > at.getTime()) && !(Date.parse(until ?? '') <= at.getTime());
}
