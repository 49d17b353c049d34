import { VendorHttpError } from '../../clients/errors';
import type { FlowProductUpdate } from '../../clients/flow/products';
import type { CallContext } from '../../clients/http';
import { priceUidOf, type KnownPrice, type PriceVerdict } from './mapping/list-price';
import type { FieldDifference } from '../shared/field-difference';
import type { ExportContext, PendingWrite } from '../delta/stream';
import type { FlowPriceIndex } from './flow-price-index';

/** A price list that is written to. */
export interface WrittenList {
  readonly pricelistUid: string;
  readonly index: FlowPriceIndex;
  /** Makes the list when Flow does not have it; lists that somebody else makes have none. */
  readonly ensure?: (context: CallContext) => Promise<void>;
}

/** A price of a list that is not right in Flow. There are thousands at a time, so they share what they can. */
interface ListPriceWrite extends PendingWrite {
  readonly sku: string;
  readonly productUid: string;
  readonly verdict: Exclude<PriceVerdict, { readonly do: 'nothing' }>;
  readonly known: KnownPrice | undefined;
  readonly list: WrittenList;
}

/** A change of a product. */
export interface ProductChange {
  readonly update: FlowProductUpdate;
  /** What of it, in words. */
  readonly field: string;
  /** As it is; absent = Flow has none. */
  readonly from?: string;
  readonly to: string;
}

/** A product whose price is not right in Flow. */
interface ProductPriceWrite extends PendingWrite, ProductChange {
  readonly sku: string;
  readonly productUid: string;
}

export type PriceWrite = ListPriceWrite | ProductPriceWrite;

/** What a write would change, for people. */
export function describePriceWrite(write: PriceWrite): {
  readonly change: string;
  readonly fields: readonly FieldDifference[];
} {
  if ('update' in write) {
    const { sku, field, from, to } = write;
    const fields = [{ of: sku, field, ...(from !== undefined && { from }), to }];
    return { change: `${field} ${from ?? 'none'} → ${to}`, fields };
  }
  const { sku, known, verdict, list } = write;
  const from = known && inUnits(known.priceCents);
  const to = verdict.do === 'write' ? inUnits(verdict.priceCents) : undefined;
  return {
    change: `${from ?? 'no price'} → ${to ?? 'no price'}`,
    fields: [
      {
        of: sku,
        field: `price ${list.pricelistUid}`,
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
      },
    ],
  };
}

/** Sets a price, whatever it was. */
export async function applyPriceWrite(context: ExportContext, write: PriceWrite): Promise<void> {
  const { prices, products } = context.tenant.flow;
  if ('update' in write) return await products.update(write.productUid, write.update, context);
  const { verdict, list, productUid } = write;
  const { pricelistUid } = list;
  const ownUid = priceUidOf(productUid, pricelistUid);
  if (verdict.do === 'remove') {
    const uid = knownUid(write);
    if (uid === undefined) return;
    await prices.delete(pricelistUid, uid, context);
    list.index.forgetPages();
    return;
  }
  await list.ensure?.(context);
  const price = verdict.priceCents;
  const uid = knownUid(write);
  if (uid !== undefined && (await update(context, write, uid, price))) return;
  try {
    await prices.create(pricelistUid, { priceUid: ownUid, productUid, price }, context);
  } catch (error) {
    // It may have been made since it was looked for: then it is changed instead.
    if (!(error instanceof VendorHttpError && error.status === 409)) throw error;
    if (!(await update(context, write, ownUid, price))) throw error;
  }
}

/** False when it is not there any more. */
async function update(
  context: ExportContext,
  { known, list }: ListPriceWrite,
  priceUid: string,
  price: number,
): Promise<boolean> {
  const always = known?.isLimited === true ? { fromDate: null, toDate: null } : {};
  try {
    await context.tenant.flow.prices.update(list.pricelistUid, priceUid, { price, ...always }, context);
    return true;
  } catch (error) {
    if (error instanceof VendorHttpError && error.status === 404) return false;
    throw error;
  }
}

function knownUid({ known, productUid, list }: ListPriceWrite): string | undefined {
  return known && (known.priceUid ?? priceUidOf(productUid, list.pricelistUid));
}

/** Cents as people write them: 19950 → `199.5`. */
export function inUnits(cents: number): string {
  return String(cents / 100);
}
