import { type Audited } from '../store/collection';

/**
 * Purchase orders and goods received as the sandbox keeps them. Amounts are integers in cents excl. VAT of the order's
 * currency, quantities integers in hundredths of a piece. Names are Flow's own (flow-api.md §3.8).
 */

export const PURCHASE_STATUSES = [
  'NEW',
  'SENT_TO_SUPPLIER',
  'IN_TRANSIT',
  'CANCELLED_BY_SUPPLIER',
  'PARTIALLY_RECEIVED',
  'RECEIVED',
  'CLOSED',
] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

/** A piece of goods on its way that a customer's order waits for. */
interface Reservation {
  orderUid: string;
  orderItemUid: string;
  quantity: number;
}

export interface PurchaseOrderItem {
  purchaseOrderItemUid: string;
  externalId: string | null;
  productUid: string;
  supplierSku: string | null;
  /** Where the goods are expected. */
  warehouseUid: string;
  quantityOrdered: number;
  /** Raised by receivements; the API may write it too, which moves no stock. */
  quantityReceived: number;
  /** For one piece. */
  unitPrice: number;
  /** For the whole line. */
  discountAmount: number;
  /** For the whole line. */
  freightAmount: number;
  /** `YYYY-MM-DD` */
  expectedDeliveryDate: string | null;
  reservations: Reservation[];
}

export interface PurchaseOrder {
  purchaseOrderUid: string;
  storeUid: string;
  /** Of the store's `PURCHASE` number series. */
  purchaseOrderNumber: string;
  externalId: string | null;
  supplierUid: string;
  status: PurchaseStatus;
  /** Null for an order in the tenant's own currency. */
  currency: string | null;
  /** Units of the tenant's currency for one of the order's; null for an order in the tenant's own. */
  exchangeRate: number | null;
  supplierReferenceNumber: string | null;
  note: string | null;
  deliveryName: string | null;
  deliveryAddress: string | null;
  deliveryPostalCode: string | null;
  deliveryCity: string | null;
  deliveryCountryCode: string | null;
  items: Audited<PurchaseOrderItem>[];
}

export interface ReceivementItem {
  receivementItemUid: string;
  externalId: string | null;
  purchaseOrderItemUid: string | null;
  /** As it was when the goods came in. */
  product: { productUid: string; name: string; sku: string };
  /** Negative for a correction of an earlier reception. */
  quantity: number;
  /** In the tenant's currency. */
  unitCost: number | null;
  serialnumber: string | null;
  note: string | null;
}

/** Goods that a shop has received in one go. It never changes once it is made. */
export interface Receivement {
  receivementUid: string;
  storeUid: string;
  warehouseUid: string;
  /** Null for a local receipt: goods without a purchase order. */
  purchaseOrderUid: string | null;
  externalId: string | null;
  items: ReceivementItem[];
}
