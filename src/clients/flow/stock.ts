import { z } from 'zod';

import { VendorHttpError, VendorResponseInvalidError } from '../errors';
import type { CallContext } from '../http';
import { listOf, optionalInteger, optionalText, optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { auditUser, FLOW_FIRST_PAGE_FALLBACK, FLOW_PAGE_SIZE, FLOW_STOCK_TIE_MS } from './assumed';
import type { FlowConnection } from './connection';
import { flowProductSchema } from './products';

/** What one warehouse has of a product. */
export const flowWarehouseStockSchema = z.object({
  warehouseUid: requiredText,
  storeUid: optionalText,
  /** Hundredths of a piece; below zero where more was sold than counted. */
  quantityStock: requiredInteger,
  /** Hundredths of a piece that customer orders hold. */
  quantityReserved: optionalInteger,
});

/** What the warehouses that were asked for have of a product. */
export const flowProductStockSchema = z.object({
  productUid: requiredText,
  productSku: optionalText,
  warehouseStockDetails: listOf(flowWarehouseStockSchema),
});

/** Stock of one product in one warehouse. */
export const flowStockRecordSchema = z.object({
  productUid: requiredText,
  productSku: optionalText,
  /** Where one warehouse is asked for, its answers may leave it out. */
  warehouseUid: optionalText,
  /** Hundredths of a piece. */
  quantityStock: requiredInteger,
  quantityReserved: optionalInteger,
  /** Cents per piece. */
  costPrice: optionalInteger,
  lastModifiedAt: optionalTimestamp,
  lastModifiedBy: auditUser,
});

export type FlowWarehouseStock = z.infer<typeof flowWarehouseStockSchema>;
export type FlowProductStock = z.infer<typeof flowProductStockSchema>;
export type FlowStockRecord = z.infer<typeof flowStockRecordSchema> & { readonly warehouseUid: string };

/** A level of stock: absolute. */
export interface FlowStockWrite {
  /** Hundredths of a piece. */
  readonly quantityStock: number;
  /** Cents per piece. */
  readonly costPrice?: number;
  readonly reason?: string;
}

/** Whose changes are read, and since when. */
export interface StockChangesWanted {
  readonly storeUid: string;
  /** ISO-8601, exclusive. */
  readonly modifiedAfter: string;
}

/** A million records. Beyond this a list does not end. */
export const MAX_PAGES = 10_000;

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

/** Which stock is asked for. */
export interface FlowStockQuery {
  readonly productUids: readonly string[];
  readonly warehouseUids: readonly string[];
}

/** Stock of Flow (flow-api.md §3.3). */
export class FlowStock {
  constructor(private readonly flow: FlowConnection) {}

  /**
   * What these warehouses have of these products, asked for a hundred products at a time. Products that Flow does not know are
   * left out, whether it says nothing about them or refuses them with 422. `POST T/products/stock`: API:stockinfo (flow-api.md §3.3);
   * the refusal is assumed.
   */
  async get({ productUids, warehouseUids }: FlowStockQuery, context?: CallContext): Promise<FlowProductStock[]> {
    const wanted = [...new Set(productUids)];
    const found: FlowProductStock[] = [];
    if (warehouseUids.length === 0) return found;
    for (let from = 0; from < wanted.length; from += FLOW_PAGE_SIZE) {
      const some = { productUids: wanted.slice(from, from + FLOW_PAGE_SIZE), warehouseUids };
      found.push(...(await this.getSome(some, context)));
    }
    return found;
  }

  /** Stock of a store that changed after this time (ISO-8601), oldest change first, in batches, none of them empty. */
  listChanges(
    storeUid: string,
    { modifiedAfter }: { readonly modifiedAfter: string },
    context?: CallContext,
  ): AsyncGenerator<FlowStockRecord[], void, undefined> {
    return readStockChanges(this.flow, { storeUid, modifiedAfter }, context);
  }

  /** All stock of a warehouse, in batches, none of them empty. `GET W/stock`: path assumed (flow-api.md §3.3). */
  async *listOfWarehouse(
    storeUid: string,
    warehouseUid: string,
    context?: CallContext,
  ): AsyncGenerator<FlowStockRecord[], void, undefined> {
    const path = this.flow.paths.warehouseStock(storeUid, warehouseUid);
    const uidOf = ({ productUid }: { readonly productUid: string }): string => productUid;
    const list = { operation: 'GET warehouse stock', path, item: flowStockRecordSchema, uidOf };
    for await (const records of this.flow.pages(list, context)) {
      if (records.length > 0) yield records.map((record) => ({ ...record, warehouseUid }));
    }
  }

  /** Stock of one product in one warehouse. `GET W/products/{productUid}/stock`: path assumed (flow-api.md §3.3). */
  async getRecord(
    storeUid: string,
    warehouseUid: string,
    productUid: string,
    context?: CallContext,
  ): Promise<FlowStockRecord | undefined> {
    const path = this.flow.paths.stockOfProduct(storeUid, warehouseUid, productUid);
    const request = { operation: 'GET product stock', method: 'GET', path } as const;
    const record = await this.flow.readIfFound(request, flowStockRecordSchema, context);
    return record && { ...record, warehouseUid };
  }

  /**
   * Sets the stock of one product in one warehouse, whatever it was: repeat-safe. The answer is not read.
   * `PUT W/products/{productUid}/stock`: assumed (flow-api.md §3.3).
   */
  async set(
    storeUid: string,
    warehouseUid: string,
    productUid: string,
    stock: FlowStockWrite,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.stockOfProduct(storeUid, warehouseUid, productUid);
    await this.flow.send({ operation: 'PUT product stock', method: 'PUT', path, body: stock }, context);
  }

  /** Without the products that a refusal names; where it names none, half by half until the refused ones are alone. */
  private async getSome(query: FlowStockQuery, context: CallContext | undefined): Promise<FlowProductStock[]> {
    let { productUids } = query;
    while (productUids.length > 0) {
      try {
        return await this.ask({ ...query, productUids }, context);
      } catch (error) {
        if (!(error instanceof VendorHttpError) || error.status !== 422) throw error;
        if (error.fields.some(({ field }) => field.startsWith('warehouseUids'))) throw error;
        const refused = refusedIndexes(error);
        const known = productUids.filter((_uid, index) => !refused.has(index));
        if (known.length === productUids.length) return await this.getHalves({ ...query, productUids }, error, context);
        productUids = known;
      }
    }
    return [];
  }

  private async getHalves(
    { productUids, warehouseUids }: FlowStockQuery,
    refusal: VendorHttpError,
    context: CallContext | undefined,
  ): Promise<FlowProductStock[]> {
    const [alone] = productUids;
    if (alone !== undefined && productUids.length === 1) {
      // A product that is there was refused for something else, which must not look like "Flow does not know it".
      if (await this.isKnown(alone, context)) throw refusal;
      return [];
    }
    const middle = Math.ceil(productUids.length / 2);
    const first = await this.getSome({ productUids: productUids.slice(0, middle), warehouseUids }, context);
    return [...first, ...(await this.getSome({ productUids: productUids.slice(middle), warehouseUids }, context))];
  }

  private async isKnown(productUid: string, context: CallContext | undefined): Promise<boolean> {
    const request = { operation: 'GET product', method: 'GET', path: this.flow.paths.product(productUid) } as const;
    return (await this.flow.readIfFound(request, flowProductSchema, context)) !== undefined;
  }

  private ask({ productUids, warehouseUids }: FlowStockQuery, context?: CallContext): Promise<FlowProductStock[]> {
    const path = this.flow.paths.productStock();
    const body = { productUids, warehouseUids };
    return this.flow.list({ operation: 'POST products stock', path, body, item: flowProductStockSchema }, context);
  }
}

/** Positions that the refusal names, e.g. 3 for `productUids[3]`. */
function refusedIndexes({ fields }: VendorHttpError): ReadonlySet<number> {
  const indexes = new Set<number>();
  for (const { field } of fields) {
    const index = /^productUids\[(\d+)\]/.exec(field)?.[1];
    if (index !== undefined) indexes.add(Number(index));
  }
  return indexes;
}
