import type { FlowProduct, FlowProductUpdate, FlowProductWrite } from '../../../clients/flow/products';
import { compact } from '../../../domain/compact';
import { dayOf, NO_SKU, type DesiredFields, type DesiredProduct } from './map-product';

/** What a product refers to in Flow, as found there. */
export interface ResolvedReferences {
  /** Undefined = the product's group is left as it is. */
  readonly productGroupUid?: string;
  /** Undefined = its categories are left as they are. */
  readonly categoryUids?: readonly string[];
  /** Uids of categories on the product that the shop has made: they stay. */
  readonly shopsCategoryUids?: readonly string[];
}

/** When and where a comparison is made: a moment, and the tenant's IANA time zone. */
interface ComparedAt {
  readonly at: Date;
  readonly timezone: string;
}

/** Value of `serialNoRequired` for goods of which each piece has a number: it is noted when they arrive. */
const WITH_SERIAL_NUMBERS = 'ON_RECEIVE';
const WITHOUT_SERIAL_NUMBERS = 'NO';

/** Types that only the shop can give: Omnium calls such goods articles like any other. */
const SHOPS_TYPES: ReadonlySet<string> = new Set(['NON_STOCK', 'GIFTCARD']);

/** The body of a product that Flow does not have yet. */
export function newProduct(desired: DesiredProduct, references: ResolvedReferences): FlowProductWrite {
  const { fields, initialFields, productUid, productType, soldFrom, hasSerialNumbers, suppliers } = desired;
  const { productGroupUid, categoryUids } = references;
  const stated = Object.entries({ ...initialFields, ...fields }).filter(([, value]) => value !== null);
  return {
    ...(Object.fromEntries(stated) as DesiredFields),
    productUid,
    productType,
    allowSale: soldFrom === undefined ? 'YES' : 'NOT_BEFORE_DATE',
    ...compact({ allowSaleDate: soldFrom }),
    serialNoRequired: hasSerialNumbers ? WITH_SERIAL_NUMBERS : WITHOUT_SERIAL_NUMBERS,
    ...(suppliers.length > 0 && { suppliers: suppliers.map(({ supplierUid }) => ({ supplierUid })) }),
    ...compact({ productGroupUid, categoryUids }),
  };
}

/**
 * The members that Flow does not have as they should be, by name; empty when Flow is right. What Omnium says nothing about is
 * the shop's and left alone.
 */
export function changedProductFields(
  desired: DesiredProduct,
  existing: FlowProduct,
  references: ResolvedReferences & ComparedAt,
): FlowProductUpdate {
  const {
    gtins,
    currencyPurchasePrice: cost,
    requiredVariantPropertyUids,
    discontinuedFrom,
    ...plain
  } = desired.fields;
  const { productType, hasSerialNumbers } = desired;
  const known: Readonly<Record<string, unknown>> = existing;
  const changed: FlowProductUpdate = Object.fromEntries(
    Object.entries(plain).filter(([field, value]) => value !== undefined && (known[field] ?? null) !== value),
  );

  const isShopsType = productType === 'STOCK' && SHOPS_TYPES.has(existing.productType ?? '');
  const supplierUids = desired.suppliers.map(({ supplierUid }) => supplierUid);
  const hasSuppliers = isSameSet(
    supplierUids,
    existing.suppliers.map(({ supplierUid }) => supplierUid),
  );
  const { productGroupUid, categoryUids, shopsCategoryUids = [] } = references;
  const allCategoryUids = categoryUids && [...categoryUids, ...shopsCategoryUids];
  const since = dayIn(existing.discontinuedFrom, references.timezone) ?? null;
  const knownCost = existing.currencyPurchasePrice;
  // An amount without its currency may be in the desired one.
  const isSameCost = knownCost?.amount === cost?.amount && (knownCost?.currency ?? cost?.currency) === cost?.currency;
  const isCostRight = cost === undefined || (cost === null ? knownCost === undefined : isSameCost);
  // Omnium only knows whether pieces are numbered; when the shop asks for the number is its own choice.
  const asksForNumber = (existing.serialNoRequired ?? WITHOUT_SERIAL_NUMBERS) !== WITHOUT_SERIAL_NUMBERS;
  return {
    ...changed,
    ...(existing.productType !== productType && !isShopsType && { productType }),
    ...gtinChange(gtins, existing),
    ...(!isCostRight && { currencyPurchasePrice: cost }),
    ...(requiredVariantPropertyUids &&
      !isSameSet(requiredVariantPropertyUids, existing.requiredVariantPropertyUids) && { requiredVariantPropertyUids }),
    ...(supplierUids.length > 0 &&
      !hasSuppliers && { suppliers: supplierUids.map((supplierUid) => ({ supplierUid })) }),
    ...(productGroupUid !== undefined && productGroupUid !== existing.productGroupUid && { productGroupUid }),
    ...(allCategoryUids && !isSameSet(allCategoryUids, existing.categoryUids) && { categoryUids: allCategoryUids }),
    ...saleChange(desired, existing, references),
    ...(since !== discontinuedFrom && { discontinuedFrom }),
    ...(hasSerialNumbers && !asksForNumber && { serialNoRequired: WITH_SERIAL_NUMBERS }),
  };
}

/**
 * What makes a product one that is not sold any more: gone from Omnium or from the tenant's markets. Empty when it is so
 * already. The day tells later that it was us: a product that comes back is sold again.
 */
export function discontinuation(existing: FlowProduct, { at, timezone }: ComparedAt): FlowProductUpdate {
  const today = dayOf(at.toISOString(), timezone) ?? at.toISOString().slice(0, 10);
  const since = dayIn(existing.discontinuedFrom, timezone);
  const isSold = existing.allowSale !== 'NO';
  return {
    ...(isSold && { allowSale: 'NO' as const }),
    ...(existing.allowPurchase !== false && { allowPurchase: false }),
    ...((isSold ? since !== today : since === undefined || since > today) && { discontinuedFrom: today }),
  };
}

/**
 * Whether a product in Flow is another one than the desired one of the same uid: two of Omnium's ids have become the same
 * uid. One without an `externalId` is older than the integration, and is ours when its SKU is.
 */
export function isOtherProduct({ externalId, fields }: DesiredProduct, existing: FlowProduct): boolean {
  if (existing.externalId !== undefined) return existing.externalId !== externalId;
  return existing.sku !== undefined && ![fields.sku, externalId, NO_SKU].includes(existing.sku);
}

/** An instant or a day, as the tenant's day. */
function dayIn(time: string | undefined, timezone: string): string | undefined {
  return time === undefined || /^\d{4}-\d{2}-\d{2}$/.test(time) ? time : dayOf(time, timezone);
}

function gtinChange(desired: DesiredFields['gtins'], { gtins }: FlowProduct): FlowProductUpdate {
  if (!desired) return {};
  const isRight =
    desired.length === gtins.length &&
    desired.every(({ gtin, primary }) =>
      gtins.some((known) => known.gtin === gtin && (known.primary ?? false) === primary),
    );
  if (isRight) return {};
  // A number keeps the type that Flow gave it.
  const types = new Map(gtins.map(({ gtin, type }) => [gtin, type]));
  return { gtins: desired.map((one) => ({ ...one, ...compact({ type: types.get(one.gtin) }) })) };
}

/** A shop that does not sell a product keeps its own no; what we had discontinued is sold again. */
function saleChange(
  { soldFrom, fields }: DesiredProduct,
  existing: FlowProduct,
  { at, timezone }: ComparedAt,
): FlowProductUpdate {
  const { allowSale } = existing;
  const knownDay = dayIn(existing.allowSaleDate, timezone);
  const since = dayIn(existing.discontinuedFrom, timezone);
  const wasDiscontinuedByUs = since !== undefined && since !== fields.discontinuedFrom;
  if (allowSale === 'NO' && !wasDiscontinuedByUs) return {};
  if (soldFrom !== undefined) {
    const isRight = allowSale === 'NOT_BEFORE_DATE' && knownDay === soldFrom;
    return isRight ? {} : { allowSale: 'NOT_BEFORE_DATE', allowSaleDate: soldFrom };
  }
  const today = dayOf(at.toISOString(), timezone) ?? '';
  const isHeldBack = allowSale === 'NOT_BEFORE_DATE' && knownDay !== undefined && knownDay > today;
  if (isHeldBack) return { allowSale: 'YES', allowSaleDate: null };
  return allowSale === 'NO' ? { allowSale: 'YES' } : {};
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const known = new Set(other);
  return new Set(one).size === known.size && one.every((member) => known.has(member));
}
