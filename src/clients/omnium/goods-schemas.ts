import { z } from 'zod';

import {
  listOf,
  optionalDecimal,
  optionalFlag,
  optionalText,
  optionalTimestamp,
  requiredDecimal,
  requiredText,
} from '../wire';
import { transactionSkuMembers } from './assumed';
import { omniumCommentSchema } from './shared-schemas';

/**
 * Omnium's purchase orders, deliveries, inventory and cost prices as we read them (omnium-api.md §6.2, §7.2, §9.2).
 * Quantities are decimal pieces, amounts are decimals in major units, both as received.
 */

/** One line of a purchase order (PurchaseOrderLine). `code` is the SKU, compared exactly. */
export const omniumPurchaseOrderLineSchema = z.object({
  /** Stable id of the line; a split makes a line with an id of its own. */
  lineItemId: requiredText,
  code: requiredText,
  /** Lines that are read through their delivery may leave it out. */
  purchaseOrderId: optionalText,
  /** Absent as long as the line is in no delivery. */
  deliveryId: optionalText,
  displayName: optionalText,
  /** Ordered pieces, the cancelled ones included. */
  quantity: requiredDecimal,
  canceledQuantity: optionalDecimal,
  deliveredQuantity: optionalDecimal,
  /** For the whole line after discount. */
  discountedPrice: optionalDecimal,
  discountedPriceExclTax: optionalDecimal,
  /** Per piece before discount. */
  placedPriceExclTax: optionalDecimal,
  currency: optionalText,
  supplierSkuId: optionalText,
  warehouseCode: optionalText,
  estimatedTimeOfArrival: optionalTimestamp,
  isPackage: optionalFlag,
  /** On a component: `lineItemId` of the package line it belongs to. */
  packageLineItemId: optionalText,
  packageSkuId: optionalText,
  components: listOf(z.object({ skuId: optionalText, productId: optionalText, quantity: optionalDecimal })),
});

const purchaseOrderMembers = {
  id: requiredText,
  purchaseOrderNumber: optionalText,
  marketId: optionalText,
  storeId: optionalText,
  supplierId: optionalText,
  supplierName: optionalText,
  status: optionalText,
  billingCurrency: optionalText,
  referenceNumber: optionalText,
  requestedDeliveryDate: optionalTimestamp,
  created: optionalTimestamp,
  modified: optionalTimestamp,
  versionId: optionalText,
  purchaseOrderNotes: listOf(omniumCommentSchema),
  /** Must be there: an order whose lines are not told must never look like an order without lines. */
  purchaseOrderForm: z.object({ lineItems: z.array(omniumPurchaseOrderLineSchema) }),
};

/** A purchase order (PurchaseOrder); its form's lines become `lineItems`. */
export const omniumPurchaseOrderSchema = z
  .object(purchaseOrderMembers)
  .transform(({ purchaseOrderForm, ...order }) => ({ ...order, lineItems: purchaseOrderForm.lineItems }));

/** A purchase order with the customer orders that wait for it (PurchaseOrderExtendedModel). */
export const omniumExtendedPurchaseOrderSchema = z
  .object({ ...purchaseOrderMembers, customerOrderNumbers: listOf(requiredText) })
  .transform(({ purchaseOrderForm, ...order }) => ({ ...order, lineItems: purchaseOrderForm.lineItems }));

/** A delivery: goods of purchase orders that come together (Delivery). */
export const omniumDeliverySchema = z.object({
  id: requiredText,
  deliveryStatus: optionalText,
  orderType: optionalText,
  warehouseCode: optionalText,
  supplierIds: listOf(requiredText),
  estimatedTimeOfArrival: optionalTimestamp,
  deliveryTrackingNumber: optionalText,
  created: optionalTimestamp,
  modified: optionalTimestamp,
});

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

/** What a SKU costs, for everybody or in one market or store (CostPrice). */
export const omniumCostPriceSchema = z.object({
  skuId: optionalText,
  productId: optionalText,
  /** Major units per piece, without tax. */
  cost: optionalDecimal,
  currencyCode: optionalText,
  marketId: optionalText,
  marketGroupId: optionalText,
  storeId: optionalText,
  storeGroupId: optionalText,
  supplier: optionalText,
  type: optionalText,
  unit: optionalText,
  validFrom: optionalTimestamp,
  validUntil: optionalTimestamp,
  modified: optionalTimestamp,
});

export type OmniumPurchaseOrderLine = z.infer<typeof omniumPurchaseOrderLineSchema>;
export type OmniumPurchaseOrder = z.infer<typeof omniumPurchaseOrderSchema>;
export type OmniumExtendedPurchaseOrder = z.infer<typeof omniumExtendedPurchaseOrderSchema>;
export type OmniumDelivery = z.infer<typeof omniumDeliverySchema>;
export type OmniumInventoryItem = z.infer<typeof omniumInventoryItemSchema>;
export type OmniumInventoryTransaction = z.infer<typeof omniumInventoryTransactionSchema>;
export type OmniumCostPrice = z.infer<typeof omniumCostPriceSchema>;
