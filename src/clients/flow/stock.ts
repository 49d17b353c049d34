import { z } from 'zod';

import { VendorHttpError } from '../errors';
import { path, type CallContext } from '../http';
import { listOf, optionalInteger, optionalText, optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { auditUser, FLOW_FIRST_PAGE_FALLBACK, FLOW_PAGE_SIZE, FLOW_STOCK_TIE_MS } from './assumed';
import { FlowResource, endless, incomplete } from './connection';
import { flowProductSchema } from './products';

/** What one warehouse has of a product. */
const flowWarehouseStockSchema = z.object({
  warehouseUid: requiredText,
  storeUid: optionalText,
  /** Hundredths of a piece; below zero where more was sold than counted. */
  quantityStock: requiredInteger,
  /** Hundredths of a piece that customer orders hold. */
  quantityReserved: optionalInteger,
});

/** What the warehouses that were asked for have of a product. */
const flowProductStockSchema = z.object({
  productUid: requiredText,
  productSku: optionalText,
  warehouseStockDetails: listOf(flowWarehouseStockSchema),
});

/** Stock of one product in one warehouse. */
const flowStockRecordSchema = z.object({
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

/** Where several warehouses are asked for, each record must say which one it is of. */
const changedRecordSchema = flowStockRecordSchema.required({ warehouseUid: true });

type FlowProductStock = z.infer<typeof flowProductStockSchema>;
export type FlowStockRecord = z.infer<typeof changedRecordSchema>;

/** A million records. Beyond this a list does not end. */
const MAX_PAGES = 10_000;

/** Stock of Flow (flow-api.md §3.3). */
export class FlowStock extends FlowResource {
  /**
   * What these warehouses have of these products, asked for a hundred products at a time. Products that Flow does not know are
   * left out, whether it says nothing about them or refuses them with 422. `POST T/products/stock`: API:stockinfo (flow-api.md §3.3);
   * the refusal is assumed.
   */
  async get(
    {
      productUids,
      warehouseUids,
    }: { readonly productUids: readonly string[]; readonly warehouseUids: readonly string[] },
    context?: CallContext,
  ): Promise<FlowProductStock[]> {
    const desired = [...new Set(productUids)];
    const found: FlowProductStock[] = [];
    if (warehouseUids.length === 0) return found;
    for (let from = 0; from < desired.length; from += FLOW_PAGE_SIZE) {
      found.push(...(await this.getSome(desired.slice(from, from + FLOW_PAGE_SIZE), warehouseUids, context)));
    }
    return found;
  }

  /**
   * Stock of a store that changed after this time (ISO-8601), oldest change first, in batches, none of them empty. A level that
   * changes while it is read moves to the end and pulls the next ones up by a place, so a second page could miss one. Therefore
   * each page is asked for by the time of the last record read; only records of the same millisecond are paged. What changes
   * meanwhile comes again as it is then. `POST S/stock`: API:stockinfo (flow-api.md §3.3); that it is paged, and how it is
   * sorted, is assumed.
   *
   * @throws VendorResponseInvalidError also when the list has no end
   */
  async *listChanges(
    storeUid: string,
    { modifiedAfter }: { readonly modifiedAfter: string },
    context?: CallContext,
  ): AsyncGenerator<FlowStockRecord[], void, undefined> {
    const list = {
      operation: 'POST store stock',
      path: path`/stores/${storeUid}/stock`,
      item: changedRecordSchema,
    } as const;
    // A record as it was at one time.
    const keyOf = ({ productUid, warehouseUid, lastModifiedAt }: FlowStockRecord): string =>
      JSON.stringify([productUid, warehouseUid, lastModifiedAt]);
    let after = modifiedAfter;
    let pageNumber: number | undefined;
    let count = 0;
    const seen = new Set<string>();
    for (let requests = 0; requests < MAX_PAGES; requests += 1) {
      const { items, paging } = await this.flow.page({ ...list, body: { modifiedAfter: after } }, pageNumber, context);
      const fresh = items.filter((item) => !seen.has(keyOf(item)));
      if (fresh.length > 0) yield fresh;
      count += items.length;
      const total = paging?.totalCount ?? Infinity;
      if (paging === undefined || count >= total || (items.length === 0 && total === Infinity)) return;
      if (items.length === 0) throw incomplete(list.operation, count, total);

      // The next page begins just before the last record's time, unless that is no step forward, or the page is not sorted by time.
      const times = items.map(({ lastModifiedAt }) => Date.parse(lastModifiedAt ?? ''));
      const isSorted = times.every((ms, index) => ms >= (times[index - 1] ?? -Infinity));
      const nextMs = Math.floor(times.at(-1) ?? NaN) - FLOW_STOCK_TIE_MS;
      if (isSorted && nextMs > Date.parse(after)) {
        seen.clear();
        after = new Date(nextMs).toISOString();
        count = 0;
        pageNumber = undefined;
      } else {
        pageNumber = (pageNumber ?? paging.pageNumber ?? FLOW_FIRST_PAGE_FALLBACK) + 1;
      }
      for (const item of items) seen.add(keyOf(item));
    }
    throw endless(list.operation);
  }

  /** All stock of a warehouse, in batches, none of them empty. `GET W/stock`: path assumed (flow-api.md §3.3). */
  async *listOfWarehouse(
    storeUid: string,
    warehouseUid: string,
    context?: CallContext,
  ): AsyncGenerator<FlowStockRecord[], void, undefined> {
    const list = {
      operation: 'GET warehouse stock',
      path: path`/stores/${storeUid}/warehouses/${warehouseUid}/stock`,
      item: flowStockRecordSchema,
      uidOf: ({ productUid }: { readonly productUid: string }) => productUid,
    } as const;
    for await (const { items } of this.flow.pages(list, context)) {
      if (items.length > 0) yield items.map((record) => ({ ...record, warehouseUid }));
    }
  }

  /**
   * Sets the stock of one product in one warehouse, whatever it was: repeat-safe. Hundredths of a piece, cents per piece.
   * `PUT W/products/{productUid}/stock`: assumed (flow-api.md §3.3).
   */
  set(
    storeUid: string,
    warehouseUid: string,
    productUid: string,
    body: { readonly quantityStock: number; readonly costPrice?: number; readonly reason?: string },
    context?: CallContext,
  ): Promise<void> {
    const stock = path`/stores/${storeUid}/warehouses/${warehouseUid}/products/${productUid}/stock`;
    return this.flow.send({ operation: 'PUT product stock', path: stock, body }, context);
  }

  /** Without the products that a refusal names; where it names none, half by half until the refused ones are alone. */
  private async getSome(
    productUids: readonly string[],
    warehouseUids: readonly string[],
    context: CallContext | undefined,
  ): Promise<FlowProductStock[]> {
    if (productUids.length === 0) return [];
    const body = { productUids, warehouseUids };
    const list = {
      operation: 'POST products stock',
      path: '/products/stock',
      body,
      item: flowProductStockSchema,
    } as const;
    try {
      return await this.flow.list(list, context);
    } catch (error) {
      if (!(error instanceof VendorHttpError) || error.status !== 422) throw error;
      if (error.fields.some(({ field }) => field.startsWith('warehouseUids'))) throw error;
      // Positions that the refusal names, e.g. 3 for `productUids[3]`.
      const refused = new Set(error.fields.map(({ field }) => Number(/^productUids\[(\d+)\]/.exec(field)?.[1] ?? NaN)));
      const known = productUids.filter((_uid, index) => !refused.has(index));
      if (known.length < productUids.length) return await this.getSome(known, warehouseUids, context);

      const [alone = '', ...others] = productUids;
      if (others.length === 0) {
        // A product that is there was refused for something else, which must not look like "Flow does not know it".
        const product = { operation: 'GET product', path: path`/products/${alone}` } as const;
        if (await this.flow.readIfFound(product, flowProductSchema, context)) throw error;
        return [];
      }
      const middle = Math.ceil(productUids.length / 2);
      const first = await this.getSome(productUids.slice(0, middle), warehouseUids, context);
      return [...first, ...(await this.getSome(productUids.slice(middle), warehouseUids, context))];
    }
  }
}
