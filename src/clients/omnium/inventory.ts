import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalDecimal, optionalFlag, optionalText, optionalTimestamp, requiredDecimal, requiredText } from '../wire';
import { TRANSACTIONS_FIRST_PAGE, TRANSACTIONS_PAGE_SIZE, transactionSkuMembers } from './assumed';
import { OmniumResource } from './connection';

/** What an item is called that names no SKU (which may be null, omnium-api.md §6.2): nothing that a Flow uid is made of. */
const NO_SKU = '—';

/**
 * Stock of one SKU in one warehouse (InventoryItem). What is odd is left to whoever needs it, so that an item costs itself
 * only: a quantity that is no number is found when it is converted.
 */
const omniumInventoryItemSchema = z.object({
  sku: requiredText.catch(NO_SKU),
  warehouseCode: requiredText.catch(''),
  /** Physical pieces, reserved ones included. */
  inventory: requiredDecimal.or(z.string()).catch('?'),
  cost: optionalDecimal.catch(undefined),
  costCurrency: optionalText.catch(undefined),
  isVirtual: optionalFlag.catch(undefined),
  modified: optionalTimestamp.catch(undefined),
});

/** One change of stock (InventoryTransaction). */
const omniumInventoryTransactionSchema = z
  .object({
    ...transactionSkuMembers,
    id: optionalText,
    /** The id that a goods reception was sent with. */
    goodsReceptionId: optionalText,
    purchaseOrderId: optionalText,
    orderId: optionalText,
    warehouseCode: optionalText,
    inventoryChange: requiredDecimal,
    transactionType: optionalText,
    reason: optionalText,
  })
  .transform(({ skuId, variant, productId, ...transaction }) => ({
    ...transaction,
    skuId: skuId ?? variant ?? productId,
  }));

export type OmniumInventoryItem = z.infer<typeof omniumInventoryItemSchema>;

/** What one bulk call takes (omnium-api.md §6.3). */
export const MAX_INVENTORY_ITEMS = 1_000;
/** Omnium pages no further than 10,000 (omnium-api.md §2). */
const PAGING = { first: TRANSACTIONS_FIRST_PAGE, size: TRANSACTIONS_PAGE_SIZE, most: 10_000 / TRANSACTIONS_PAGE_SIZE };

/** Inventory of Omnium (omnium-api.md §6; https://docs.omnium.no/docs/Inventory/inventory-api). */
export class OmniumInventory extends OmniumResource {
  /**
   * Inventory as it is at the first call, without the batches of each item; `lastModified` is exclusive. Read as every scroll
   * (`OmniumConnection.scroll`). `POST /api/Inventory/Search`, `GET /api/Inventory/Scroll/{id}` (omnium-api.md §2, §6.1).
   */
  async *search(
    search: {
      readonly lastModified?: string;
      readonly productCodes?: readonly string[];
      readonly warehouseCodes?: readonly string[];
      readonly marketId?: string;
      readonly marketGroupId?: string;
    },
    context?: CallContext,
  ): AsyncGenerator<OmniumInventoryItem[], void, undefined> {
    const { lastModified, productCodes, warehouseCodes, marketId, marketGroupId } = search;
    const body = { lastModified, productCodes, warehouseCodes, marketId, marketGroupId, isBatchesExcluded: true };
    const start = { path: '/Inventory/Search', body };
    for await (const { result } of this.omnium.scroll(
      'inventory',
      'Inventory',
      start,
      omniumInventoryItemSchema,
      context,
    )) {
      yield result;
    }
  }

  /**
   * Sets levels of stock, and makes items that are not there: repeat-safe; reservations stay. `cost` is in major units per
   * piece; left out, Omnium keeps its own. The answer is not documented and not read. `PUT /api/Inventory/UpdateMany`
   * (omnium-api.md §6.3).
   *
   * @throws RangeError for more than 1,000 items
   */
  async update(
    body: readonly {
      readonly sku: string;
      readonly warehouseCode: string;
      readonly inventory: number;
      readonly cost?: number;
      readonly costCurrency?: string;
    }[],
    context?: CallContext,
  ): Promise<void> {
    if (body.length > MAX_INVENTORY_ITEMS) throw new RangeError(`more than ${MAX_INVENTORY_ITEMS} items at once`);
    if (body.length === 0) return;
    await this.omnium.send({ operation: 'PUT inventory', path: '/Inventory/UpdateMany', body }, context);
  }

  /**
   * All changes of stock that match. `POST /api/Inventory/SearchTransactions` (omnium-api.md §6.1).
   *
   * @throws VendorResponseInvalidError also when there are more than can be paged through
   */
  searchTransactions(
    search: {
      readonly purchaseOrderId?: string;
      readonly skuId?: string;
      readonly warehouseCodes?: readonly string[];
      readonly from?: string;
    },
    context?: CallContext,
  ): Promise<z.infer<typeof omniumInventoryTransactionSchema>[]> {
    const { purchaseOrderId, skuId, warehouseCodes, from } = search;
    const filters = { purchaseOrderId, skuId, warehouseCodes, from, take: TRANSACTIONS_PAGE_SIZE };
    return this.omnium.allPages(
      (page) => ({
        operation: 'POST inventory transactions search',
        path: '/Inventory/SearchTransactions',
        body: { ...filters, page },
      }),
      omniumInventoryTransactionSchema,
      PAGING,
      context,
    );
  }
}
