import { DateTime } from 'luxon';
import { brandUid, stripToUid } from '../../../domain/uid';
import { vatCodeUidOf } from '../../../domain/vat';
import { productCost, purchasePriceChange } from './select-cost';
import { selectPrice } from './select-price';
import type { Article } from './article';
import { measuresOf } from './measures';
import { plainLine, plainText } from './plain-text';
import type { ProductContext } from './product-context';
import { taxRateOf } from './product-tax';
import type { WantedBrand, WantedFields, WantedProduct, WantedSale, WantedSupplier } from './wanted-product';

/** How Flow names the SKU of what has none (Flow, products page). */
export const NO_SKU = 'NoSku';

/** Later years mean never: Omnium's users write 9999-12-31. */
const NEVER_YEAR = 2900;

/** The plain members of an article (flow-api.md §3.4, §6.1), without those that need Flow's own state. */
export interface MappedFields {
  readonly fields: Omit<WantedFields, 'requiredVariantPropertyUids'>;
  readonly begins: WantedProduct['begins'];
  readonly problems: readonly string[];
}

/** What the fields of an article depend on. */
export interface FieldsAbout {
  readonly context: ProductContext;
  /** Omnium's id that identifies it: Flow's `externalId`. */
  readonly externalId: string;
  /** A style is sold by its variants only, and has no price of its own. */
  readonly isStyle: boolean;
}

/**
 * @throws AmountInvalidError for a measure, cost or price that cannot be carried over
 * @throws DocumentUnmappableError for a price without VAT whose rate nobody tells
 * @throws UidInvalidError for a brand of which nothing is left
 */
export function mapFields(article: Article, { context, externalId, isStyle }: FieldsAbout): MappedFields {
  const cost = isStyle ? {} : costFields(article, context);
  const price = isStyle ? {} : priceFields(article, context);
  const gtins = gtinsOf(article);
  return {
    fields: {
      name: plainLine(article.name) ?? plainLine(article.alternativeProductName) ?? externalId,
      sku: (isStyle ? undefined : article.skuId) ?? NO_SKU,
      externalId,
      manufacturerSku: plainLine(article.supplierSkuId) ?? null,
      description: plainText(article.description) ?? null,
      shortDescription: plainText(article.shortDescription) ?? null,
      brandUid: brandOf(article)?.brandUid ?? null,
      ...(gtins.length > 0 && { gtins }),
      vatCodeUid: vatCodeUidOf(taxRateOf(article.prices, context), context.properties),
      allowPurchase: mayBePurchased(article, context),
      discontinuedFrom: dayOf(article.discontinued, context.timezone) ?? null,
      ...measuresOf(article),
      ...(!context.hasCostTask && cost),
      ...price.fields,
    },
    begins: context.hasCostTask ? cost : {},
    problems: price.problem === undefined ? [] : [`${externalId} recommendedRetailPrice: ${price.problem}`],
  };
}

/** The brand, which Omnium knows by name only. */
export function brandOf({ brand }: Pick<Article, 'brand'>): WantedBrand | undefined {
  const name = plainLine(brand);
  return name === undefined ? undefined : { brandUid: brandUid(name), name };
}

/** Suppliers, the main one first. */
export function suppliersOf({ supplierId, supplierName, additionalSuppliers }: Article): WantedSupplier[] {
  const suppliers = new Map<string, WantedSupplier>();
  for (const one of [{ supplierId, supplierName }, ...additionalSuppliers]) {
    if (one.supplierId === undefined || suppliers.has(one.supplierId)) continue;
    suppliers.set(one.supplierId, {
      supplierUid: stripToUid(one.supplierId),
      supplierId: one.supplierId,
      ...(one.supplierName !== undefined && { supplierName: one.supplierName }),
    });
  }
  return [...suppliers.values()];
}

/** From when on it is sold; a start that has passed is none. */
export function saleOf({ salesStartDate }: Pick<Article, 'salesStartDate'>, context: ProductContext): WantedSale {
  const isAhead = Date.parse(salesStartDate ?? '') > context.at.getTime();
  const day = isAhead ? dayOf(salesStartDate, context.timezone) : undefined;
  return day === undefined ? { kind: 'now' } : { kind: 'from', day };
}

/** The moment at which a code that forbids to purchase it begins or ends, ISO-8601; undefined when there is none. */
export function purchaseChangesAt(
  { assortmentCodes }: Pick<Article, 'assortmentCodes'>,
  context: ProductContext,
): string | undefined {
  const nowMs = context.at.getTime();
  const moments = assortmentCodes
    .filter((code) => isForbidden(code, context))
    .flatMap(({ validFrom, validTo }) => [validFrom, validTo])
    .filter((moment) => moment !== undefined && Date.parse(moment) > nowMs && !isNever(moment))
    .map((moment) => Date.parse(moment ?? ''));
  return moments.length === 0 ? undefined : new Date(Math.min(...moments)).toISOString();
}

/** The tenant's day of a moment, `YYYY-MM-DD`; undefined for none, and for one that means never. */
export function dayOf(moment: string | undefined, timezone: string): string | undefined {
  if (moment === undefined || isNever(moment)) return undefined;
  return DateTime.fromISO(moment, { zone: 'utc' }).setZone(timezone).toISODate() ?? undefined;
}

function isNever(moment: string): boolean {
  return new Date(moment).getUTCFullYear() >= NEVER_YEAR;
}

/** Active, and in no assortment that the shops may not purchase (Omnium's Flow page, products). */
function mayBePurchased({ isActive, assortmentCodes }: Article, context: ProductContext): boolean {
  const nowMs = context.at.getTime();
  const forbids = assortmentCodes.some(
    (code) =>
      isForbidden(code, context) &&
      !(Date.parse(code.validFrom ?? '') > nowMs) &&
      !(Date.parse(code.validTo ?? '') <= nowMs),
  );
  return isActive !== false && !forbids;
}

function isForbidden({ assortmentCodeId }: Article['assortmentCodes'][number], { rules }: ProductContext): boolean {
  return assortmentCodeId !== undefined && rules.nonPurchasableAssortmentCodes.includes(assortmentCodeId);
}

/** Numbers on the goods, Omnium's `ean` first. */
function gtinsOf({ ean, gtins }: Article): { gtin: string; primary: boolean }[] {
  const all = [ean, ...gtins].map((gtin) => gtin?.trim()).filter((gtin) => gtin !== undefined && gtin !== '');
  return [...new Set(all)].map((gtin, index) => ({ gtin: gtin ?? '', primary: index === 0 }));
}

/** What it costs: a foreign amount stands in Flow beside the local one, and goes when the cost is local. */
function costFields(article: Article, { currency }: ProductContext): MappedFields['begins'] {
  const cost = productCost(article, currency);
  if (!cost) return {};
  return { currencyPurchasePrice: null, ...purchasePriceChange(cost, currency, {}) };
}

/** The best price that holds; the task for prices looks after it where there is one. */
function priceFields(
  article: Article,
  { hasPriceTask, markets, currency, at }: ProductContext,
): { readonly fields?: { readonly recommendedRetailPrice: number }; readonly problem?: string } {
  const sku = article.skuId ?? article.productId;
  if (hasPriceTask) return {};
  const prices = article.prices.map((price) => ({ ...price, skuId: price.skuId ?? sku }));
  const selected = selectPrice(prices, { sku, productId: article.productId, markets, currency, at });
  if (selected.kind === 'price') return { fields: { recommendedRetailPrice: selected.unitPriceCents } };
  return selected.kind === 'refused' ? { problem: selected.why } : {};
}
