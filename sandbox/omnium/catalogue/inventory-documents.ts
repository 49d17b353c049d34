import { type Document } from '../documents';
import { type JsonObject } from '../wire/schema';

/** What was bought at one price (InventoryBatch). */
interface InventoryBatch extends JsonObject {
  readonly id?: string;
  readonly quantity?: number;
  readonly costPrice?: number;
}

/** Stock of one SKU in one warehouse. */
export interface InventoryItem extends Document {
  sku: string;
  warehouseCode: string;
  inventory: number;
  reservedInventory: number;
  cost?: number;
  batches?: InventoryBatch[];
}

/** An item as a request brings it. */
export type InventoryInput = JsonObject & Partial<InventoryItem>;

/** What to look for; all given members must match. */
export interface InventoryFilter {
  readonly productCodes?: readonly string[];
  readonly warehouseCodes?: readonly string[];
  readonly marketId?: string;
  readonly marketGroupId?: string;
  readonly isInStock?: boolean;
  readonly isWebWarehouse?: boolean;
  readonly isBatchesExcluded?: boolean;
  readonly lastModified?: string;
}

/** What the log of transactions is told about why stock changes. */
export interface StockCause {
  readonly transactionType: string;
  readonly userId: string;
  readonly reason?: string;
  readonly orderId?: string;
  readonly purchaseOrderId?: string;
  readonly goodsReceptionId?: string;
}

/** A change of stock by a quantity, as goods receptions, transfers and sales make it. */
export interface StockMovement {
  readonly sku: string;
  readonly warehouseCode: string;
  /** Pieces; negative when they leave. */
  readonly change: number;
  /** Pieces by which the reservation changes; it never goes below zero. */
  readonly reservedChange?: number;
  /** Cost per piece that is written to the item. */
  readonly cost?: number;
  readonly batch?: InventoryBatch;
  readonly cause: StockCause;
}

/** How absolute levels are written (contract §6.3). */
export interface LevelWrite {
  readonly userId: string;
  /** `upsert` skips what is equal and keeps what is sent empty; `replace` overwrites and logs even what is equal. */
  readonly mode: 'upsert' | 'replace';
  readonly overwriteReserved: boolean;
}
