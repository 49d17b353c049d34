import { z } from 'zod';

import {
  listOf,
  optionalDecimal,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
} from '../wire';
import { auditUser, purchaseOrderStatus } from './assumed';

/**
 * Flow's purchase orders, receivements and stock as we read them (flow-api.md §3.3, §3.8). Quantities are integers in
 * hundredths of a piece, amounts are integers in cents without VAT.
 */

const receivedProductSchema = z.object({ productUid: requiredText, name: optionalText, sku: optionalText });

const receivementItemMembers = {
  receivementItemUid: requiredText,
  /** The line of the purchase order; without it the goods were not ordered on it. */
  purchaseOrderItemUid: optionalText,
  /** Hundredths of a piece; below zero takes back what was received before. */
  quantity: requiredInteger,
  /** Cents per piece, in the tenant's currency. */
  unitCost: optionalInteger,
  serialnumber: optionalText,
  note: optionalText,
  status: optionalText,
};

/** One line of a receivement. Goods with serial numbers have a line for each piece. */
export const flowReceivementItemSchema = z.object({ ...receivementItemMembers, product: receivedProductSchema });

/** Goods that came in at one time. It never changes once made. */
export const flowReceivementSchema = z.object({
  receivementUid: requiredText,
  storeUid: optionalText,
  warehouseUid: requiredText,
  /** Absent on goods that came without a purchase order. */
  purchaseOrderUid: optionalText,
  externalId: optionalText,
  /** Must be there: a receivement whose lines are not told must never look like one that brought nothing. */
  items: z.array(flowReceivementItemSchema),
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
});

/** One line of a purchase order. */
export const flowPurchaseOrderItemSchema = z.object({
  purchaseOrderItemUid: requiredText,
  /** Omnium's `lineItemId` on lines that came from Omnium. */
  externalId: optionalText,
  productUid: requiredText,
  productSku: optionalText,
  productName: optionalText,
  supplierSku: optionalText,
  warehouseUid: optionalText,
  /** Hundredths of a piece. */
  quantityOrdered: requiredInteger,
  /** Hundredths of a piece, over all receivements. Must be there: untold is not "nothing". */
  quantityReceived: requiredInteger,
  quantityReserved: optionalInteger,
  /** Cents per piece in the order's currency. */
  unitPrice: optionalInteger,
  /** `YYYY-MM-DD`. */
  expectedDeliveryDate: optionalTimestamp,
  /** Customer orders that wait for the goods. */
  reservations: listOf(
    z.object({
      orderUid: optionalText,
      orderItemUid: optionalText,
      orderNumber: optionalText,
      quantity: optionalInteger,
    }),
  ),
  receivementItems: listOf(
    z.object({ ...receivementItemMembers, receivementUid: optionalText, product: receivedProductSchema.optional() }),
  ),
});

const purchaseOrderMembers = {
  purchaseOrderUid: requiredText,
  storeUid: optionalText,
  /** Omnium's `purchaseOrderId` on those that came from Omnium; others were made in the shop. */
  externalId: optionalText,
  /** The number that people read. */
  purchaseOrderNumber: optionalText,
  supplierUid: optionalText,
  /** `NEW`, `SENT_TO_SUPPLIER`, `PARTIALLY_RECEIVED`, `RECEIVED`, `CLOSED`, or one we do not know. */
  status: purchaseOrderStatus,
  /** ISO 4217; absent in the tenant's own currency. */
  currency: optionalText,
  exchangeRate: optionalDecimal,
  supplierReferenceNumber: optionalText,
  note: optionalText,
  deliveryName: optionalText,
  deliveryAddress: optionalText,
  deliveryPostalCode: optionalText,
  deliveryCity: optionalText,
  deliveryCountryCode: optionalText,
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
};

/** A purchase order. `items` must be there, as on orders. */
export const flowPurchaseOrderSchema = z.object({
  ...purchaseOrderMembers,
  items: z.array(flowPurchaseOrderItemSchema),
});

/** A purchase order as a list shows it: lists are not known to hold lines, so read it before making anything of them. */
export const flowPurchaseOrderHitSchema = z.object({
  ...purchaseOrderMembers,
  items: listOf(flowPurchaseOrderItemSchema),
});

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

export type FlowReceivementItem = z.infer<typeof flowReceivementItemSchema>;
export type FlowReceivement = z.infer<typeof flowReceivementSchema> & { readonly storeUid: string };
export type FlowPurchaseOrderItem = z.infer<typeof flowPurchaseOrderItemSchema>;
export type FlowPurchaseOrder = z.infer<typeof flowPurchaseOrderSchema> & { readonly storeUid: string };
export type FlowWarehouseStock = z.infer<typeof flowWarehouseStockSchema>;
export type FlowProductStock = z.infer<typeof flowProductStockSchema>;
export type FlowStockRecord = z.infer<typeof flowStockRecordSchema> & { readonly warehouseUid: string };
