import { VendorResponseInvalidError } from '../errors';
import { type CallContext } from '../http';
import { FLOW_FIRST_PAGE_FALLBACK, FLOW_STOCK_TIE_MS } from './assumed';
import { type FlowConnection } from './connection';
import { flowStockRecordSchema, type FlowStockRecord } from './goods-schemas';

/** Whose changes are read, and since when. */
export interface StockChangesWanted {
  readonly storeUid: string;
  /** ISO-8601, exclusive. */
  readonly modifiedAfter: string;
}

/** A million records. Beyond this a list does not end. */
const MAX_PAGES = 10_000;

/**
 * Reads what changed in a store's stock to its end, oldest change first. A level that changes while it is read moves to the end
 * and pulls the next ones up by a place, so a second page could miss one. Therefore each page is asked for by the time of
 * the last record read; only records of the same millisecond are paged. What changes meanwhile comes again as it is then.
 * `POST S/stock`: API:stockinfo (flow-api.md §3.3); that it is paged, and how it is sorted, is assumed.
 *
 * @throws VendorResponseInvalidError also when the list has no end
 */
export async function* readStockChanges(
  flow: FlowConnection,
  { storeUid, modifiedAfter }: StockChangesWanted,
  context: CallContext | undefined,
): AsyncGenerator<FlowStockRecord[], void, undefined> {
  const operation = 'POST store stock';
  const path = flow.paths.storeStock(storeUid);
  let after = modifiedAfter;
  let pageNumber: number | undefined;
  let count = 0;
  const seen = new Set<string>();
  for (let requests = 0; requests < MAX_PAGES; requests += 1) {
    const list = { operation, path, body: { modifiedAfter: after }, item: changedRecordSchema };
    const { items, paging } = await flow.page(list, pageNumber, context);
    const fresh = items.filter((item) => !seen.has(keyOf(item)));
    if (fresh.length > 0) yield fresh;
    count += items.length;
    if (items.length === 0 || paging === undefined || count >= (paging.totalCount ?? Infinity)) return;
    const next = timeToGoOnFrom(items, after);
    if (next !== undefined) seen.clear();
    for (const item of items) seen.add(keyOf(item));
    after = next ?? after;
    count = next === undefined ? count : 0;
    pageNumber = next === undefined ? (pageNumber ?? paging.pageNumber ?? FLOW_FIRST_PAGE_FALLBACK) + 1 : undefined;
  }
  const call = { vendor: 'flow', operation, isWrite: false } as const;
  throw new VendorResponseInvalidError(call, [{ path: 'paging', kind: 'endless' }]);
}

/** Here several warehouses are asked for, so each record must say which one it is of. */
const changedRecordSchema = flowStockRecordSchema.required({ warehouseUid: true });

/** A record as it was at one time. */
function keyOf({ productUid, warehouseUid, lastModifiedAt }: FlowStockRecord): string {
  return JSON.stringify([productUid, warehouseUid, lastModifiedAt]);
}

/** Just before the last record's time. Undefined where that is no step forward, or the page is not sorted by time. */
function timeToGoOnFrom(items: readonly FlowStockRecord[], after: string): string | undefined {
  const times = items.map(({ lastModifiedAt }) => Date.parse(lastModifiedAt ?? ''));
  const isSorted = times.every((ms, index) => ms >= (times[index - 1] ?? -Infinity));
  const nextMs = Math.floor(times.at(-1) ?? NaN) - FLOW_STOCK_TIE_MS;
  return isSorted && nextMs > Date.parse(after) ? new Date(nextMs).toISOString() : undefined;
}
