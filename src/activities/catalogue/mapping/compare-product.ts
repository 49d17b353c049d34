import type { FlowProduct, FlowProductType, FlowProductUpdate, FlowProductWrite } from '../../../clients/flow/products';
import { dayOf, NO_SKU } from './product-fields';
import type { WantedFields, WantedProduct } from './wanted-product';

/** What a product refers to in Flow, as found there. */
export interface ResolvedReferences {
  /** Undefined = the product's group is left as it is. */
  readonly productGroupUid?: string;
  /** Undefined = its categories are left as they are. */
  readonly categoryUids?: readonly string[];
  /** Uids of categories on the product that the shop has made: they stay. */
  readonly shopsCategoryUids?: readonly string[];
}

/** When and where a comparison is made. */
export interface ComparedAt {
  readonly at: Date;
  /** IANA time zone, the tenant's. */
  readonly timezone: string;
}

/** Value of `serialNoRequired` for goods of which each piece has a number: it is noted when they arrive. */
const WITH_SERIAL_NUMBERS = 'ON_RECEIVE';
const WITHOUT_SERIAL_NUMBERS = 'NO';

/** Types that only the shop can give: Omnium calls such goods articles like any other. */
const SHOPS_TYPES: ReadonlySet<string> = new Set(['NON_STOCK', 'GIFTCARD']);

/** The body of a product that Flow does not have yet. */
export function newProduct(wanted: WantedProduct, references: ResolvedReferences): FlowProductWrite {
  const { fields, begins, productUid, productType, sale, hasSerialNumbers, suppliers } = wanted;
  const { productGroupUid, categoryUids } = references;
  const told = Object.entries({ ...begins, ...fields }).filter(([, value]) => value !== null);
  return {
    ...(Object.fromEntries(told) as WantedFields),
    productUid,
    productType,
    allowSale: sale.kind === 'now' ? 'YES' : 'NOT_BEFORE_DATE',
    ...(sale.kind === 'from' && { allowSaleDate: sale.day }),
    serialNoRequired: hasSerialNumbers ? WITH_SERIAL_NUMBERS : WITHOUT_SERIAL_NUMBERS,
    ...(suppliers.length > 0 && { suppliers: suppliers.map(({ supplierUid }) => ({ supplierUid })) }),
    ...(productGroupUid !== undefined && { productGroupUid }),
    ...(categoryUids !== undefined && { categoryUids }),
  };
}

/**
 * The members that Flow does not have as they should be, by name; empty when Flow is right. What Omnium says nothing about is
 * the shop's and left alone.
 */
export function changedProductFields(
  wanted: WantedProduct,
  existing: FlowProduct,
  about: ResolvedReferences & ComparedAt,
): FlowProductUpdate {
  const { gtins, currencyPurchasePrice, requiredVariantPropertyUids, discontinuedFrom, ...plain } = wanted.fields;
  const known: Readonly<Record<string, unknown>> = existing;
  const changed: FlowProductUpdate = Object.fromEntries(
    Object.entries(plain).filter(([field, value]) => value !== undefined && (known[field] ?? null) !== value),
  );
  return {
    ...changed,
    ...typeChange(wanted.productType, existing),
    ...gtinChange(gtins, existing),
    ...foreignCostChange(currencyPurchasePrice, existing),
    ...(requiredVariantPropertyUids &&
      !isSameSet(requiredVariantPropertyUids, existing.requiredVariantPropertyUids) && { requiredVariantPropertyUids }),
    ...supplierChange(wanted, existing),
    ...groupChange(existing, about),
    ...saleChange(wanted, existing, about),
    ...(discontinuedFrom !== undefined &&
      (dayIn(existing.discontinuedFrom, about.timezone) ?? null) !== discontinuedFrom && { discontinuedFrom }),
    ...serialChange(wanted, existing),
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
 * Whether a product in Flow is another one than the one that is to stand under its uid: two of Omnium's ids have become the
 * same uid. One without an `externalId` was made before our time, and is ours when its SKU is.
 */
export function isOtherProduct(wanted: WantedProduct, existing: FlowProduct): boolean {
  const { externalId, fields } = wanted;
  if (existing.externalId !== undefined) return existing.externalId !== externalId;
  return (
    existing.sku !== undefined && existing.sku !== fields.sku && existing.sku !== externalId && existing.sku !== NO_SKU
  );
}

/** An instant or a day, as the tenant's day. */
function dayIn(time: string | undefined, timezone: string): string | undefined {
  return time === undefined || /^\d{4}-\d{2}-\d{2}$/.test(time) ? time : dayOf(time, timezone);
}

function typeChange(productType: FlowProductType, existing: FlowProduct): FlowProductUpdate {
  if (existing.productType === productType) return {};
  const isShops = productType === 'STOCK' && SHOPS_TYPES.has(existing.productType ?? '');
  return isShops ? {} : { productType };
}

function gtinChange(wanted: WantedFields['gtins'], { gtins }: FlowProduct): FlowProductUpdate {
  if (!wanted) return {};
  const isRight =
    wanted.length === gtins.length &&
    wanted.every(({ gtin, primary }) =>
      gtins.some((known) => known.gtin === gtin && (known.primary ?? false) === (primary ?? false)),
    );
  if (isRight) return {};
  return {
    gtins: wanted.map((one) => {
      const type = gtins.find(({ gtin }) => gtin === one.gtin)?.type;
      return { ...one, ...(type !== undefined && { type }) };
    }),
  };
}

function foreignCostChange(
  wanted: WantedFields['currencyPurchasePrice'],
  { currencyPurchasePrice: known }: FlowProduct,
): FlowProductUpdate {
  if (wanted === undefined) return {};
  if (wanted === null) return known === undefined ? {} : { currencyPurchasePrice: null };
  // An amount without its currency cannot be told to be another.
  const isRight = known?.amount === wanted.amount && (known.currency ?? wanted.currency) === wanted.currency;
  return isRight ? {} : { currencyPurchasePrice: wanted };
}

function supplierChange({ suppliers }: WantedProduct, existing: FlowProduct): FlowProductUpdate {
  const wanted = suppliers.map(({ supplierUid }) => supplierUid);
  const known = existing.suppliers.map(({ supplierUid }) => supplierUid);
  if (wanted.length === 0 || isSameSet(wanted, known)) return {};
  return { suppliers: wanted.map((supplierUid) => ({ supplierUid })) };
}

function groupChange(existing: FlowProduct, references: ResolvedReferences): FlowProductUpdate {
  const { productGroupUid, categoryUids, shopsCategoryUids = [] } = references;
  const wanted = categoryUids && [...categoryUids, ...shopsCategoryUids];
  return {
    ...(productGroupUid !== undefined && productGroupUid !== existing.productGroupUid && { productGroupUid }),
    ...(wanted && !isSameSet(wanted, existing.categoryUids) && { categoryUids: wanted }),
  };
}

/** A shop that does not sell a product keeps its own say; what we had taken from sale is sold again. */
function saleChange(
  { sale, fields }: WantedProduct,
  existing: FlowProduct,
  { at, timezone }: ComparedAt,
): FlowProductUpdate {
  const { allowSale } = existing;
  const knownDay = dayIn(existing.allowSaleDate, timezone);
  const since = dayIn(existing.discontinuedFrom, timezone);
  const wasTakenByUs = since !== undefined && since !== fields.discontinuedFrom;
  if (allowSale === 'NO' && !wasTakenByUs) return {};
  if (sale.kind === 'from') {
    const isRight = allowSale === 'NOT_BEFORE_DATE' && knownDay === sale.day;
    return isRight ? {} : { allowSale: 'NOT_BEFORE_DATE', allowSaleDate: sale.day };
  }
  const today = dayOf(at.toISOString(), timezone) ?? '';
  const isHeldBack = allowSale === 'NOT_BEFORE_DATE' && knownDay !== undefined && knownDay > today;
  if (isHeldBack) return { allowSale: 'YES', allowSaleDate: null };
  return allowSale === 'NO' ? { allowSale: 'YES' } : {};
}

/** Omnium only knows whether pieces are numbered; when the shop asks for the number is its own business. */
function serialChange({ hasSerialNumbers }: WantedProduct, { serialNoRequired }: FlowProduct): FlowProductUpdate {
  const asks = serialNoRequired !== undefined && serialNoRequired !== WITHOUT_SERIAL_NUMBERS;
  return hasSerialNumbers && !asks ? { serialNoRequired: WITH_SERIAL_NUMBERS } : {};
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const known = new Set(other);
  return new Set(one).size === known.size && one.every((member) => known.has(member));
}
