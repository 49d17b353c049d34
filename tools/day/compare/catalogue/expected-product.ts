import { type ChainMarket } from '../../../../sandbox/chain/types';
import { taxRateIn } from './expected-price';
import { type OmniumArticleDocument, type OmniumAssetDocument, type OmniumProductDocument } from './omnium-documents';
import { brandUidOf, dayIn, uidOf, wordsOf } from './words';

const NEVER_YEAR = 2_900;

/** Something of Omnium's that a tenant's tills must have. */
export interface ExpectedProduct {
  readonly kind: 'product' | 'style' | 'variant';
  /** Omnium's own number of it. */
  readonly id: string;
  readonly uid: string;
  /** Omnium's number of the whole, whose workflow brings it. */
  readonly productId: string;
  /** Of a variant. */
  readonly parentUid?: string;
  readonly article: OmniumArticleDocument;
  /** What its variants have in common is theirs: it has no price and is not sold by itself. */
  readonly isSold: boolean;
  /** What tells its variants apart. */
  readonly variantKeys: readonly string[];
  readonly vatCodeUid: string;
}

/** Where and when it must be so. */
export interface CatalogueOccasion {
  readonly market: ChainMarket;
  readonly at: Date;
}

/** Everything of a product that a tenant's tills must have; nothing of one that its market does not sell. */
export function expectedProducts(product: OmniumProductDocument, occasion: CatalogueOccasion): ExpectedProduct[] {
  const { market } = occasion;
  if (!isOffered(product, market) || isDeleted(product)) return [];
  const { productId, variants } = product;
  if (variants.length === 0) {
    const id = product.skuId ?? productId;
    return [expected(product, { kind: 'product', id, productId, ratedBy: product.prices }, occasion)];
  }
  const articles = variants
    .filter((variant) => !isDeleted(variant) && isOffered(variant, market))
    .map((variant) => withStyle(product, variant));
  const ratedBy = product.prices.length > 0 ? product.prices : articles.flatMap(({ prices }) => prices);
  const variantKeys = ['color', 'size'].filter((key) =>
    articles.some((article) => (key === 'color' ? article.color : article.size) !== undefined),
  );
  const style = expected(product, { kind: 'style', id: productId, productId, ratedBy }, occasion);
  return [
    { ...style, variantKeys },
    ...articles.map((article) => {
      const id = article.skuId ?? article.productId;
      const variant = expected(article, { kind: 'variant', id, productId, ratedBy: article.prices }, occasion);
      return { ...variant, parentUid: uidOf(productId) };
    }),
  ];
}

/** A product that names no market and no group is in all of them. */
function isOffered(
  { marketIds, marketGroupIds }: Pick<OmniumArticleDocument, 'marketIds' | 'marketGroupIds'>,
  { marketId, marketGroupId }: ChainMarket,
): boolean {
  if (marketIds.length + marketGroupIds.length === 0) return true;
  return marketIds.includes(marketId) || (marketGroupId !== undefined && marketGroupIds.includes(marketGroupId));
}

function isDeleted({ status }: OmniumArticleDocument): boolean {
  return status === 'Deleted';
}

/** What a variant does not say of itself is said of its style; what is on it, of it and in it is its own. */
function withStyle(style: OmniumProductDocument, variant: OmniumArticleDocument): OmniumArticleDocument {
  const { variants: _variants, ...shared } = style;
  const said = Object.entries(variant).filter(
    ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
  );
  const { ean, gtins, supplierSkuId, color, size, mainImageUrl, assets, components } = variant;
  return {
    ...shared,
    ...Object.fromEntries(said),
    ...{ ean, gtins, supplierSkuId, color, size, mainImageUrl, assets, components },
    productId: style.productId,
    isActive: style.isActive !== false && variant.isActive !== false,
    prices: [...variant.prices, ...style.prices],
  };
}

function expected(
  article: OmniumArticleDocument,
  about: Pick<ExpectedProduct, 'kind' | 'id' | 'productId'> & { readonly ratedBy: OmniumArticleDocument['prices'] },
  { market, at }: CatalogueOccasion,
): ExpectedProduct {
  const { ratedBy, ...rest } = about;
  const rate = taxRateIn(ratedBy, { market, at });
  const { vatPercent, vatCodeUids } = market;
  const vatClass = (['standard', 'reduced', 'zero'] as const).find((name) => vatPercent[name] === rate) ?? 'standard';
  return {
    ...rest,
    uid: uidOf(about.id),
    article,
    isSold: about.kind !== 'style',
    variantKeys: [],
    vatCodeUid: vatCodeUids[vatClass],
  };
}

/** A member of Flow's product as it must be: a text, a number, several in any order, or nothing at all. */
export type ExpectedValue = string | number | boolean | readonly string[] | undefined;

/** The plain members of a product, by Flow's names. What Omnium says nothing about is the shop's own and not in it. */
export function expectedFields(
  product: ExpectedProduct,
  { market, at }: CatalogueOccasion,
): Map<string, ExpectedValue> {
  const { article, kind, id, isSold } = product;
  const { brand, supplierId, additionalSuppliers, mainCategoryId, categories, discontinued } = article;
  const name = wordsOf(article.name);
  const fields = new Map<string, ExpectedValue>([
    ['externalId', id],
    ['sku', isSold ? (article.skuId ?? 'NoSku') : 'NoSku'],
    ['name', name === '' ? id : name],
    ['productType', typeOf(product)],
    ['manufacturerSku', optional(wordsOf(article.supplierSkuId))],
    ['description', optional(wordsOf(article.description))],
    ['shortDescription', optional(wordsOf(article.shortDescription))],
    ['brandUid', brand === undefined ? undefined : brandUidOf(brand)],
    ['brandName', brand === undefined ? undefined : wordsOf(brand)],
    ['vatCodeUid', product.vatCodeUid],
    ['allowPurchase', article.isActive !== false],
    ['allowSale', isLater(article.salesStartDate, at) ? 'NOT_BEFORE_DATE' : 'YES'],
    ['discontinuedFrom', isEver(discontinued) ? dayIn(discontinued, market.timezone) : undefined],
    ...measures(article),
  ]);
  const categoryUids = new Set([mainCategoryId, ...categories.map(({ categoryId }) => categoryId)]);
  fields.set('categoryUids', [...categoryUids].flatMap((categoryId) => categoryId ?? []).map(uidOf));
  if (mainCategoryId !== undefined) fields.set('productGroupUid', uidOf(mainCategoryId));
  const suppliers = new Set([supplierId, ...additionalSuppliers.map((one) => one.supplierId)]);
  suppliers.delete(undefined);
  if (suppliers.size > 0)
    fields.set(
      'suppliers',
      [...suppliers].map((one) => uidOf(one ?? '')),
    );
  const gtins = new Set([article.ean, ...article.gtins]);
  gtins.delete(undefined);
  if (gtins.size > 0)
    fields.set(
      'gtins',
      [...gtins].flatMap((gtin) => gtin ?? []),
    );
  if (article.isSerializableProduct === true && isSold) fields.set('serialNoRequired', 'ON_RECEIVE');
  if (kind === 'style') fields.set('requiredVariantPropertyUids', product.variantKeys);
  if (kind === 'variant') {
    fields.set('color', optional(wordsOf(article.color)));
    fields.set('size', optional(wordsOf(article.size)));
    fields.set('parentUid', product.parentUid);
  }
  return fields;
}

function typeOf({ kind, article }: ExpectedProduct): string {
  if (kind === 'style') return 'CONFIGURABLE';
  if (isPackage(article)) return 'PACKAGE';
  return article.isVirtual === true ? 'NON_PHYSICAL' : 'STOCK';
}

/** Whether it is made of others. */
export function isPackage({ isPackage: is, isBundle }: OmniumArticleDocument): boolean {
  return is === true || isBundle === true;
}

/** Omnium: kilograms, and centimetres and grams of the parcel. Flow: grams and millimetres. */
function measures({ weight, colli }: OmniumArticleDocument): [string, ExpectedValue][] {
  const parcel = (measure: 'weight' | 'height' | 'width' | 'length'): number | undefined =>
    colli.find((one) => one[measure] !== undefined)?.[measure];
  const rounded = (value: number | undefined, factor: number): number | undefined =>
    value === undefined ? undefined : Math.round(Number((value * factor).toFixed(6)));
  return [
    ['weight', weight === undefined ? rounded(parcel('weight'), 1) : rounded(weight, 1_000)],
    ['height', rounded(parcel('height'), 10)],
    ['width', rounded(parcel('width'), 10)],
    ['length', rounded(parcel('length'), 10)],
  ];
}

function isLater(moment: string | undefined, at: Date): boolean {
  return moment !== undefined && Date.parse(moment) > at.getTime();
}

/** Not in a year that stands for never. */
function isEver(moment: string | undefined): moment is string {
  return moment !== undefined && new Date(moment).getUTCFullYear() < NEVER_YEAR;
}

function optional(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** Links of the pictures in the order a till shows them; the first is the cover. What has no link is shown nowhere. */
export function expectedImages({ assets, mainImageUrl }: OmniumArticleDocument): string[] {
  const pictures = assets.filter(isPicture).flatMap(({ url, externalUrl, isMainImage, sortOrder = Infinity }) => {
    const link = url ?? externalUrl;
    return link === undefined ? [] : [{ link, sortOrder, isMain: isMainImage === true || link === mainImageUrl }];
  });
  const hasMain = pictures.some(({ isMain }) => isMain);
  const inOrder = pictures.sort(
    (one, other) => Number(other.isMain) - Number(one.isMain) || (one.sortOrder < other.sortOrder ? -1 : 1),
  );
  const before = mainImageUrl === undefined || hasMain ? [] : [mainImageUrl];
  return [...new Set([...before, ...inOrder.map(({ link }) => link)])];
}

function isPicture({ contentType, assetType, fileName = '' }: OmniumAssetDocument): boolean {
  if (contentType !== undefined) return contentType.startsWith('image/');
  return assetType === 'Image' || /\.(jpe?g|png)$/i.test(fileName);
}

/** What is in a package, place by place: `2 × 104004M` in pieces. */
export function expectedSlots({ components }: OmniumArticleDocument): string[] {
  return components.map(
    ({ skuId, productId = '', quantity = 1, isRequired }) =>
      `${quantity} × ${uidOf(skuId ?? productId)}${isRequired === false ? ', not necessarily' : ''}`,
  );
}
