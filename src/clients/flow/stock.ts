 
import { VendorHttpError } from '../errors';
import { type CallContext } from '../http';
import { FLOW_PAGE_SIZE } from './assumed';
import { type FlowConnection } from './connection';
import {
  flowProductSchema,
  flowProductStockSchema,
  flowStockRecordSchema,
  type FlowProductStock,
  type FlowStockRecord,
} from './schemas';
import { readStockChanges } from './stock-changes';
import { type FlowStockWrite } from './writes';

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
