/** Documents about goods, reduced to what has to be the same in both systems. Quantities in hundredths of a piece. */

/** A line of Omnium's purchase order that goes to a shop. */
export interface OmniumPurchaseLine {
  readonly lineItemId: string;
  readonly sku: string;
  readonly deliveryId?: string;
  readonly warehouseId: string;
  readonly ordered: number;
  readonly cancelled: number;
  readonly delivered: number;
  /** For one piece without VAT, in cents of the order's currency; absent where it follows from a package's. */
  readonly unitCents?: number;
  readonly supplierSku?: string;
  /** ISO-8601. */
  readonly expectedAt?: string;
}

export interface OmniumPurchase {
  readonly id: string;
  readonly marketId: string;
  readonly supplierId: string;
  readonly currency: string;
  readonly isCancelled: boolean;
  readonly reference?: string;
  readonly note?: string;
  /** Without lines of packages whose parts have lines of their own. */
  readonly lines: readonly OmniumPurchaseLine[];
}

interface FlowPurchaseItem {
  readonly lineItemId?: string;
  readonly sku: string;
  readonly warehouseUid: string;
  readonly ordered: number;
  readonly received: number;
  readonly unitCents: number;
  readonly supplierSku?: string;
  /** `YYYY-MM-DD` */
  readonly expectedDay?: string;
}

export interface FlowPurchase {
  readonly tenantUid: string;
  readonly storeUid: string;
  readonly purchaseOrderUid: string;
  /** Omnium's id; absent for an order of the shop's own. */
  readonly externalId?: string;
  readonly supplierUid: string;
  /** Absent in the tenant's own currency. */
  readonly currency?: string;
  readonly status: string;
  readonly reference?: string;
  readonly note?: string;
  readonly items: readonly FlowPurchaseItem[];
}

/** Goods that a shop has received in one go: what came of each SKU. */
export interface FlowReception {
  readonly tenantUid: string;
  readonly storeUid: string;
  readonly warehouseUid: string;
  readonly receivementUid: string;
  readonly purchaseOrderUid?: string;
  readonly quantities: ReadonlyMap<string, number>;
}

/** A movement of Omnium's stock that a goods reception has made. */
export interface ReceivedInOmnium {
  readonly goodsReceptionId: string;
  readonly purchaseOrderId: string;
  readonly sku: string;
  readonly warehouseId: string;
  readonly change: number;
}

/** A warehouse in both systems. */
export interface WarehousePair {
  readonly tenantUid: string;
  readonly storeUid: string;
  readonly warehouseUid: string;
  /** Omnium's id; absent where Omnium has none that becomes this uid. */
  readonly warehouseId?: string;
}
