/**
 * Bodies of what we write to Omnium about goods, and what we search for (omnium-api.md §6.2, §7.2, §9.2). Quantities are
 * decimal pieces, amounts are decimals in major units, times are ISO-8601.
 */

/** One received quantity of one line (DeliveryGoodsReceptionLine). */
export interface OmniumGoodsReceptionLine {
  readonly lineItemId: string;
  /** Pieces received now: added to what was received before. At least 0. */
  readonly deliveredQuantity: number;
  readonly warehouseCode: string;
  /** Unique: with it a second try is refused instead of adding again. */
  readonly goodsReceptionId: string;
  /** Major units per piece. */
  readonly costPrice?: number;
  readonly updateProductCostPrice?: boolean;
}

/** A line of a new delivery; less than the whole line splits it (PurchaseOrderLineReference). */
export interface OmniumDeliveryLineWrite {
  readonly lineItemId: string;
  readonly code?: string;
  readonly quantity: number;
}

/** A new delivery. */
export interface OmniumDeliveryWrite {
  readonly newDeliveryId: string;
  readonly lines: readonly OmniumDeliveryLineWrite[];
}

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

/** Which purchase orders are wanted (PurchaseOrderSearchRequest). Times are inclusive. */
export interface OmniumPurchaseOrderSearch {
  readonly modifiedFrom: string;
  readonly modifiedTo?: string;
}
