import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import type { CallContext, HttpRequest } from '../http';
import { optionalDecimal, optionalFlag, optionalText, optionalTimestamp, requiredDecimal, requiredText } from '../wire';
import { INVENTORY_PATHS, TRANSACTIONS_FIRST_PAGE, TRANSACTIONS_PAGE_SIZE, transactionSkuMembers } from './assumed';
import type { OmniumConnection } from './connection';
import { omniumBatchSchema, readScroll } from './pages';

/** Stock of one SKU in one warehouse (InventoryItem). */
export const omniumInventoryItemSchema = z.object({
  sku: requiredText,
  warehouseCode: requiredText,
  /** Physical pieces, reserved ones included. */
  inventory: requiredDecimal,
  reservedInventory: optionalDecimal,
  cost: optionalDecimal,
  costCurrency: optionalText,
  isVirtual: optionalFlag,
  modified: optionalTimestamp,
});

/** One change of stock (InventoryTransaction). */
export const omniumInventoryTransactionSchema = z
  .object({
    ...transactionSkuMembers,
    id: optionalText,
    /** The id that a goods reception was sent with. */
    goodsReceptionId: optionalText,
    purchaseOrderId: optionalText,
    orderId: optionalText,
    warehouseCode: optionalText,
    inventoryChange: requiredDecimal,
    newInventory: optionalDecimal,
    transactionType: optionalText,
    reason: optionalText,
    transactionDate: optionalTimestamp,
  })
  .transform(({ skuId, variant, productId, ...transaction }) => ({
    ...transaction,
    skuId: skuId ?? variant ?? productId,
  }));

export type OmniumInventoryItem = z.infer<typeof omniumInventoryItemSchema>;
export type OmniumInventoryTransaction = z.infer<typeof omniumInventoryTransactionSchema>;

/** A level of stock: absolute (InventoryItem). */
export interface OmniumInventoryWrite {
  readonly sku: string;
  readonly warehouseCode: string;
  readonly inventory: number;
  /** Major units per piece; left out, Omnium keeps its own. */
  readonly cost?: number;
  readonly costCurrency?: string;
}

/** Which inventory is wanted (InventorySearchRequest). */
export interface OmniumInventorySearch {
  /** Only what was modified after it. */
  readonly lastModified?: string;
  readonly productCodes?: readonly string[];
  readonly warehouseCodes?: readonly string[];
  readonly marketId?: string;
  readonly marketGroupId?: string;
}

/** Which changes of stock are wanted (InventoryTransactionSearchRequest). */
export interface OmniumTransactionSearch {
  readonly purchaseOrderId?: string;
  readonly skuId?: string;
  readonly warehouseCodes?: readonly string[];
  readonly from?: string;
}

/** What one bulk call takes (omnium-api.md §6.3). */
export const MAX_INVENTORY_ITEMS = 1_000;

/** Omnium pages no further than 10,000 (omnium-api.md §2). */
const MAX_TRANSACTION_PAGES = 10_000 / TRANSACTIONS_PAGE_SIZE;

const itemBatchSchema = omniumBatchSchema(omniumInventoryItemSchema);

const transactionBatchSchema = omniumBatchSchema(omniumInventoryTransactionSchema);

/** Inventory of Omnium (omnium-api.md §6; https://docs.omnium.no/docs/Inventory/inventory-api). */
export class OmniumInventory {
  constructor(private readonly omnium: OmniumConnection) {}

  /** What warehouses have of a SKU; of all without a filter. `GET /api/Inventory/{sku}` (omnium-api.md §6.1). */
  async get(
    sku: string,
    { warehouseCodes }: { readonly warehouseCodes?: readonly string[] } = {},
    context?: CallContext,
  ): Promise<OmniumInventoryItem[]> {
    const path = INVENTORY_PATHS.one(sku);
    const request: HttpRequest = {
      operation: 'GET inventory',
      method: 'GET',
      path,
      query: { warehouseIds: warehouseCodes },
    };
    return (await this.omnium.readIfFound(request, itemBatchSchema, context))?.result ?? [];
  }

  /**
   * Inventory as it is at the first call, without the batches of each item, in batches of the vendor's size, none of them
   * empty. Read it to its end and without long pauses: Omnium forgets it after five minutes, which then fails with 404.
   * `POST /api/Inventory/Search`, `GET /api/Inventory/Scroll/{id}` (omnium-api.md §2, §6.1).
   */
  search(search: OmniumInventorySearch, context?: CallContext): AsyncGenerator<OmniumInventoryItem[], void, undefined> {
    const { lastModified, productCodes, warehouseCodes, marketId, marketGroupId } = search;
    const body = { lastModified, productCodes, warehouseCodes, marketId, marketGroupId, isBatchesExcluded: true };
    const scroll = {
      name: 'inventory',
      start: { path: INVENTORY_PATHS.search, body },
      pathOn: INVENTORY_PATHS.scrollOn,
      item: omniumInventoryItemSchema,
    };
    return readScroll(this.omnium, scroll, context);
  }

  /**
   * Sets levels, whatever they were, and makes items that are not there: repeat-safe; reservations stay. The answer is not
   * documented and not read. `PUT /api/Inventory/UpdateMany` (omnium-api.md §6.3).
   *
   * @throws RangeError for more than {@link MAX_INVENTORY_ITEMS}
   */
  async update(items: readonly OmniumInventoryWrite[], context?: CallContext): Promise<void> {
    if (items.length > MAX_INVENTORY_ITEMS)
      throw new RangeError(`more than ${String(MAX_INVENTORY_ITEMS)} items at once`);
    if (items.length === 0) return;
    const path = INVENTORY_PATHS.updateMany;
    await this.omnium.send({ operation: 'PUT inventory', method: 'PUT', path, body: items }, context);
  }

  /**
   * All changes of stock that match. `POST /api/Inventory/SearchTransactions` (omnium-api.md §6.1).
   *
   * @throws VendorResponseInvalidError also when there are more than can be paged through
   */
  async searchTransactions(
    { purchaseOrderId, skuId, warehouseCodes, from }: OmniumTransactionSearch,
    context?: CallContext,
  ): Promise<OmniumInventoryTransaction[]> {
    const all: OmniumInventoryTransaction[] = [];
    const wanted = { purchaseOrderId, skuId, warehouseCodes, from, take: TRANSACTIONS_PAGE_SIZE };
    for (let count = 0; count < MAX_TRANSACTION_PAGES; count += 1) {
      const body = { ...wanted, page: TRANSACTIONS_FIRST_PAGE + count };
      const request = ask('POST inventory transactions search', INVENTORY_PATHS.searchTransactions, body);
      const { result, totalHits } = await this.omnium.read(request, transactionBatchSchema, context);
      all.push(...result);
      const isLast = totalHits === undefined ? result.length < TRANSACTIONS_PAGE_SIZE : all.length >= totalHits;
      if (isLast || result.length === 0) return all;
    }
    throw incomplete('POST inventory transactions search');
  }
}

function ask(operation: string, path: string, body: unknown): HttpRequest {
  return { operation, method: 'POST', path, body, readOnly: true };
}

function incomplete(operation: string): VendorResponseInvalidError {
  return new VendorResponseInvalidError({ vendor: 'omnium', operation, isWrite: false }, [
    { path: 'totalHits', kind: 'incomplete' },
  ]);
}
