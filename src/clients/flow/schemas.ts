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
});

/** A full order. `items` must be there: an order whose lines are not told must never look like an order without lines. */
export const flowOrderSchema = z.object({
  orderUid: requiredText,
  storeUid: requiredText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
  type: optionalText,
  /** `OPEN`, `PARKED`, `CONFIRMED`, `COMPLETE`, `CANCELLED`, or one we do not know. */
  orderState: requiredText,
  settleState: optionalText,
  deliveryState: optionalText,
  customerUid: optionalText,
  customerAddress: flowAddressSchema.optional(),
  shippingAddress: flowAddressSchema.optional(),
  invoiceAddress: flowAddressSchema.optional(),
  deliveryDate: optionalTimestamp,
  validUntil: optionalTimestamp,
  note: optionalText,
  internalNote: optionalText,
  items: z.array(flowOrderItemSchema),
  settlements: listOf(flowSettlementSchema),
  orderhandlings: listOf(flowOrderHandlingSchema),
  orderTotals: flowOrderTotalsSchema,
  createdAt: optionalTimestamp,
  lastModifiedAt: optionalTimestamp,
});

/** An order as lists show it: lists are not known to hold lines, so read the full order before comparing anything. */
export const flowOrderSummarySchema = z.object({
  orderUid: requiredText,
  storeUid: optionalText,
  orderNumber: optionalText,
  externalOrderNumber: optionalText,
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
});

/** A member of the loyalty programme; `customerUid` is absent for members that are not customers yet. */
export const flowLoyaltyMemberSchema = z.object({
  loyaltyId: optionalText,
  customerUid: optionalText,
  origin: optionalText,
});

/** A product as far as order lines need it. */
export const flowProductSchema = z.object({
  productUid: requiredText,
  sku: optionalText,
  name: optionalText,
  productType: optionalText,
  externalId: optionalText,
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

/** A store. `externalId` may hold the Omnium market id. */
export const flowStoreSchema = z.object({
  storeUid: requiredText,
  name: optionalText,
  externalId: optionalText,
  countryCode: optionalText,
  isActive: optionalFlag,
});

export type FlowAddress = z.infer<typeof flowAddressSchema>;
export type FlowOrderItem = z.infer<typeof flowOrderItemSchema>;
export type FlowSettlement = z.infer<typeof flowSettlementSchema>;
export type FlowOrderHandling = z.infer<typeof flowOrderHandlingSchema>;
export type FlowOrderTotals = z.infer<typeof flowOrderTotalsSchema>;
export type FlowOrder = z.infer<typeof flowOrderSchema>;
export type FlowOrderSummary = z.infer<typeof flowOrderSummarySchema>;
export type FlowCustomer = z.infer<typeof flowCustomerSchema>;
export type FlowLoyaltyMember = z.infer<typeof flowLoyaltyMemberSchema>;
export type FlowProduct = z.infer<typeof flowProductSchema>;
export type FlowPaymentMethod = z.infer<typeof flowPaymentMethodSchema>;
export type FlowStorePaymentMethod = z.infer<typeof flowStorePaymentMethodSchema>;
export type FlowStore = z.infer<typeof flowStoreSchema>;

/** An address as we send it. */
export interface FlowAddressWrite {
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly address?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly email?: string;
  readonly mobile?: string;
  readonly vatNumber?: string;
}

/** Members of an order that can be written at any time while it is open. */
export interface FlowOrderFields {
  readonly externalOrderNumber?: string;
  /** Setting another customer makes Flow price all lines anew. */
  readonly customerUid?: string;
  readonly customerAddress?: FlowAddressWrite;
  readonly shippingAddress?: FlowAddressWrite;
  readonly invoiceAddress?: FlowAddressWrite;
  readonly deliveryDate?: string;
  /** ISO-8601 timestamp. */
  readonly validUntil?: string;
  readonly note?: string;
  readonly internalNote?: string;
}

/** Body of a new order. With `orderUid` given, a second create is answered with 409 instead of making a second order. */
export interface FlowOrderWrite extends FlowOrderFields {
  readonly orderUid?: string;
  readonly type: 'ORDER' | 'RETURN';
  readonly items?: readonly FlowItemWrite[];
}

/** Body of an order update: only members present change. */
export interface FlowOrderUpdate extends FlowOrderFields {
  readonly orderState?: 'OPEN' | 'PARKED' | 'CONFIRMED' | 'CANCELLED';
}

/** Members of a line that can be changed later. */
export interface FlowItemUpdate {
  /** Hundredths of a piece. */
  readonly quantity?: number;
  /** Cents per piece including VAT; without it Flow takes its own price. */
  readonly itemPrice?: number;
  /** Cents for the whole line. */
  readonly itemDiscountAmount?: number;
  readonly discountReasonCode?: string;
  readonly externalId?: string;
  readonly name?: string;
  readonly note?: string;
}

/** Body of a new line. The product is named by uid or by SKU. */
export interface FlowItemWrite extends FlowItemUpdate {
  readonly orderItemUid?: string;
  readonly productUid?: string;
  readonly sku?: string;
  readonly quantity: number;
}

/** Body of a new settlement. With `settlementUid` given, a second create is answered with 409. */
export interface FlowSettlementWrite {
  readonly settlementUid?: string;
  /** Cents. */
  readonly amount: number;
  readonly storePaymentMethodUid: string;
  readonly externalId?: string;
}

/** Members of a customer that can be changed later. */
export interface FlowCustomerUpdate {
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly email?: string;
  /** Digits and a leading `+` only. */
  readonly mobile?: string;
  readonly address?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly countryCode?: string;
  readonly vatNumber?: string;
  readonly externalId?: string;
  readonly loyaltyId?: string;
}

/** Body of a new customer. With `customerUid` given, a second create is answered with 409. */
export interface FlowCustomerWrite extends FlowCustomerUpdate {
  readonly customerUid?: string;
  readonly customerType: 'PERSON' | 'COMPANY';
}
