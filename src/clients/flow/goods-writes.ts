/**
 * Bodies of what we write about purchase orders and stock (flow-api.md §3.3, §3.8). Quantities are integers in hundredths of a
 * piece, amounts are integers in cents without VAT.
 */

/** A customer order that waits for goods of a purchase order's line. */
export interface FlowReservationWrite {
  readonly orderUid: string;
  readonly orderItemUid: string;
  /** Hundredths of a piece. */
  readonly quantity: number;
}

/** Members of a purchase order's line that can be changed later. */
export interface FlowPurchaseOrderItemUpdate {
  readonly externalId?: string;
  readonly supplierSku?: string;
  readonly warehouseUid?: string;
  /** Hundredths of a piece. */
  readonly quantityOrdered?: number;
  /** Hundredths of a piece in all. Moves no stock. */
  readonly quantityReceived?: number;
  /** Cents per piece in the order's currency. */
  readonly unitPrice?: number;
  /** `YYYY-MM-DD`. */
  readonly expectedDeliveryDate?: string;
  /** All of them: what is not in the list is released. */
  readonly reservations?: readonly FlowReservationWrite[];
}

/** Body of a new line. With `purchaseOrderItemUid` given, a second create is answered with 409. */
export interface FlowPurchaseOrderItemWrite extends FlowPurchaseOrderItemUpdate {
  readonly purchaseOrderItemUid?: string;
  readonly productUid: string;
  readonly quantityOrdered: number;
}

/** As Flow spells them. */
export type FlowPurchaseOrderStatus = 'NEW' | 'SENT_TO_SUPPLIER' | 'PARTIALLY_RECEIVED' | 'RECEIVED' | 'CLOSED';

/** Members of a purchase order that can be changed later. */
export interface FlowPurchaseOrderUpdate {
  readonly externalId?: string;
  readonly supplierUid?: string;
  readonly status?: FlowPurchaseOrderStatus;
  /** ISO 4217, one of the tenant's foreign currencies; left out in its own. */
  readonly currency?: string;
  readonly supplierReferenceNumber?: string;
  readonly note?: string;
  readonly deliveryName?: string;
  readonly deliveryAddress?: string;
  readonly deliveryPostalCode?: string;
  readonly deliveryCity?: string;
  readonly deliveryCountryCode?: string;
}

/** Body of a new purchase order. With `purchaseOrderUid` given, a second create is answered with 409. */
export interface FlowPurchaseOrderWrite extends FlowPurchaseOrderUpdate {
  readonly purchaseOrderUid?: string;
  readonly supplierUid: string;
  readonly items?: readonly FlowPurchaseOrderItemWrite[];
}

/** A level of stock: absolute. */
export interface FlowStockWrite {
  /** Hundredths of a piece. */
  readonly quantityStock: number;
  /** Cents per piece. */
  readonly costPrice?: number;
  readonly reason?: string;
}

/** Which receivements of a store are wanted. */
export interface FlowReceivementListFilter {
  /** ISO-8601, inclusive. */
  readonly modifiedFrom?: string;
  readonly purchaseOrderUid?: string;
  readonly productUid?: string;
}
