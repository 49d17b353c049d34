import { z } from 'zod';

import {
  listOf,
  optionalFlag,
  optionalInteger,
  optionalText,
  optionalTimestamp,
  requiredInteger,
  requiredText,
} from '../wire';
import { auditUser } from './assumed';

export * from './catalogue-schemas';
export * from './goods-schemas';
export * from './place-schemas';
export * from './webhook-schemas';
export type * from './writes';

/**
 * Flow's documents as we read and write them (flow-api.md §3.1, §3.4, §3.6, §3.7): only members the integration uses;
 * everything else is ignored. Amounts are integers in cents including VAT; quantities are integers in hundredths of a piece.
 * Enumerations stay plain text: members beyond the known ones must not stop a sync.
 */

/** An address inside an order. */
export const flowAddressSchema = z.object({
  firstname: optionalText,
  lastname: optionalText,
  companyName: optionalText,
  address: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
  email: optionalText,
  mobile: optionalText,
  vatNumber: optionalText,
});

/** The person at a business who deals with an order. */
export const flowContactSchema = z.object({
  displayName: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  email: optionalText,
});

/** One order line. */
export const flowOrderItemSchema = z.object({
  orderItemUid: requiredText,
  productUid: optionalText,
  sku: optionalText,
  /** Omnium's `lineItemId` on lines that came from Omnium. */
  externalId: optionalText,
  name: optionalText,
  note: optionalText,
  /** Hundredths of a piece. */
  quantity: requiredInteger,
  quantityDelivered: optionalInteger,
  quantitySettled: optionalInteger,
  quantityReserved: optionalInteger,
  /** Cents per piece, including VAT. */
  itemPrice: requiredInteger,
  /** Cents for the whole line. */
  itemDiscountAmount: optionalInteger,
  itemVatAmount: optionalInteger,
  discountReasonCode: optionalText,
  /** On a returned line: why. */
  returnReasonCode: optionalText,
  /** Hundredths of a percent: 2500 is 25 %. */
  vatRate: optionalInteger,
  /** On a returned line: the line of the sale it belongs to. */
  orderLinks: listOf(z.object({ orderUid: requiredText, orderItemUid: requiredText })),
  /** Cents for the whole line after discount. */
  totalPrice: optionalInteger,
  parentOrderItemUid: optionalText,
});

/** One payment on an order. */
export const flowSettlementSchema = z.object({
  settlementUid: requiredText,
  /** Cents. */
  amount: requiredInteger,
  /** Omnium's payment id on pre-payments that came from Omnium. */
  externalId: optionalText,
  externalPaymentReference: optionalText,
  storePaymentMethodUid: optionalText,
  settlementCode: optionalText,
  state: optionalText,
  status: optionalText,
  settledAt: optionalTimestamp,
  orderReceiptUid: optionalText,
});

/** A handling attached to an order, e.g. click & collect. */
export const flowOrderHandlingSchema = z.object({
  orderHandlingUid: optionalText,
  handlingUid: requiredText,
  state: optionalText,
  active: optionalFlag,
});

/** Totals of an order in cents. */
export const flowOrderTotalsSchema = z.object({
  totalAmount: requiredInteger,
  totalVatAmount: optionalInteger,
  totalDiscountAmount: optionalInteger,
  totalSettled: optionalInteger,
  /** What cash rounding added to (or took from) `totalAmount`, which is without it. */
  cashRounding: optionalInteger,
});

/** A discount on an order. Those on the whole order are in no line's discount, only in the order's totals. */
export const flowDiscountSchema = z.object({
  orderDiscountUid: optionalText,
  /** `AMOUNT` or `PERCENTAGE`: the unit of `amount` is cents or hundredths of a percent. */
  type: optionalText,
  amount: optionalInteger,
  /** `WHOLE_ORDER`, or lines of it. */
  scope: optionalText,
  name: optionalText,
  discountReasonCode: optionalText,
});

/** A full order. `items` must be there: an order whose lines are not told must never look like an order without lines. */
export const flowOrderSchema = z.object({
  orderUid: requiredText,
  storeUid: requiredText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  /** Number of the last receipt. */
  voucherNumber: optionalText,
  type: optionalText,
  /** `OPEN`, `PARKED`, `CONFIRMED`, `COMPLETE`, `CANCELLED`, or one we do not know. */
  orderState: requiredText,
  settleState: optionalText,
  deliveryState: optionalText,
  customerUid: optionalText,
  customerAddress: flowAddressSchema.optional(),
  customerContact: flowContactSchema.optional(),
  shippingAddress: flowAddressSchema.optional(),
  invoiceAddress: flowAddressSchema.optional(),
  deliveryDate: optionalTimestamp,
  validUntil: optionalTimestamp,
  note: optionalText,
  internalNote: optionalText,
  items: z.array(flowOrderItemSchema),
  settlements: listOf(flowSettlementSchema),
  orderhandlings: listOf(flowOrderHandlingSchema),
  discounts: listOf(flowDiscountSchema),
  orderTotals: flowOrderTotalsSchema,
  /** When the last payment was taken. */
  settledAt: optionalTimestamp,
  createdAt: optionalTimestamp,
  createdBy: auditUser,
  lastModifiedAt: optionalTimestamp,
  lastModifiedBy: auditUser,
});

/** An order as lists show it: lists are not known to hold lines, so read the full order before comparing anything. */
export const flowOrderSummarySchema = z.object({
  orderUid: requiredText,
  storeUid: optionalText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  type: optionalText,
  orderState: optionalText,
  settleState: optionalText,
  deliveryState: optionalText,
  lastModifiedAt: optionalTimestamp,
});

/** A customer. Private people are `PERSON`, businesses `COMPANY` (older pages: `B2B`). */
export const flowCustomerSchema = z.object({
  customerUid: requiredText,
  customerType: optionalText,
  firstname: optionalText,
  lastname: optionalText,
  companyName: optionalText,
  displayName: optionalText,
  email: optionalText,
  mobile: optionalText,
  address: optionalText,
  postalCode: optionalText,
  city: optionalText,
  countryCode: optionalText,
  vatNumber: optionalText,
  /** Omnium's customer id, as it is. */
  externalId: optionalText,
  loyaltyId: optionalText,
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
  lastModifiedBy: auditUser,
});

/** A member of the loyalty programme; `customerUid` is absent for members that are not customers yet. */
export const flowLoyaltyMemberSchema = z.object({
  loyaltyId: optionalText,
  customerUid: optionalText,
  origin: optionalText,
});

/** A payment method of the tenant; `externalSystemMappings` holds the names other systems use for it. */
export const flowPaymentMethodSchema = z.object({
  tenantPaymentMethodUid: requiredText,
  name: optionalText,
  active: optionalFlag,
  settlementCode: optionalText,
  externalSystemMappings: listOf(z.object({ systemCode: optionalText, externalId: optionalText })),
});

/** A payment method as one store offers it: settlements name this one. */
export const flowStorePaymentMethodSchema = z.object({
  storePaymentMethodUid: requiredText,
  tenantPaymentMethodUid: optionalText,
  settlementCode: optionalText,
  name: optionalText,
  active: optionalFlag,
});

/** One line of a receipt, which may be a part of an order's line. */
export const flowReceiptItemSchema = z.object({
  orderItemUid: optionalText,
  sku: optionalText,
  name: optionalText,
  /** Hundredths of a piece. */
  quantity: requiredInteger,
  /** Cents per piece, including VAT. */
  itemPrice: requiredInteger,
  /** Cents for the whole line, the share of the order's discounts included. */
  itemDiscountAmount: optionalInteger,
  /** Hundredths of a percent. */
  vatRate: optionalInteger,
  /** Cents for the whole line. */
  vatAmount: optionalInteger,
  /** Cents for the whole line after discounts. */
  totalPrice: optionalInteger,
});

/** A payment as a receipt shows it. */
export const flowReceiptSettlementSchema = z.object({
  settlementUid: requiredText,
  settlementCode: optionalText,
  /** Cents. */
  amount: requiredInteger,
});

/** A receipt: what was paid for, or paid back, at one time. `items` must be there, as on orders. */
export const flowReceiptSchema = z.object({
  orderReceiptUid: requiredText,
  storeUid: requiredText,
  orderUid: requiredText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  /** `ORDER`, `RETURN` or `PAYMENT` (a deposit or part payment). */
  type: optionalText,
  voucherNumber: optionalText,
  createdAt: optionalTimestamp,
  settledAt: optionalTimestamp,
  customerUid: optionalText,
  customerAddress: flowAddressSchema.optional(),
  /** Cents including VAT, without cash rounding. */
  grandTotal: requiredInteger,
  totalVatAmount: optionalInteger,
  totalSettlement: optionalInteger,
  cashRounding: optionalInteger,
  currencyCode: optionalText,
  items: z.array(flowReceiptItemSchema),
  settlements: listOf(flowReceiptSettlementSchema),
});

/** A receipt as a search shows it: searches are not known to hold lines, so read it before making anything of them. */
export const flowReceiptHitSchema = flowReceiptSchema.extend({ items: listOf(flowReceiptItemSchema) });

export type FlowContact = z.infer<typeof flowContactSchema>;
export type FlowAddress = z.infer<typeof flowAddressSchema>;
export type FlowOrderItem = z.infer<typeof flowOrderItemSchema>;
export type FlowSettlement = z.infer<typeof flowSettlementSchema>;
export type FlowOrderHandling = z.infer<typeof flowOrderHandlingSchema>;
export type FlowOrderTotals = z.infer<typeof flowOrderTotalsSchema>;
export type FlowOrder = z.infer<typeof flowOrderSchema>;
export type FlowOrderSummary = z.infer<typeof flowOrderSummarySchema>;
export type FlowCustomer = z.infer<typeof flowCustomerSchema>;
export type FlowLoyaltyMember = z.infer<typeof flowLoyaltyMemberSchema>;
export type FlowPaymentMethod = z.infer<typeof flowPaymentMethodSchema>;
export type FlowStorePaymentMethod = z.infer<typeof flowStorePaymentMethodSchema>;
export type FlowDiscount = z.infer<typeof flowDiscountSchema>;
export type FlowReceipt = z.infer<typeof flowReceiptSchema>;
export type FlowReceiptItem = z.infer<typeof flowReceiptItemSchema>;
export type FlowReceiptSettlement = z.infer<typeof flowReceiptSettlementSchema>;
