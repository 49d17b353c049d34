import { z } from 'zod';

import {
  cents,
  countryCode,
  hundredths,
  oneOf,
  optional,
  optionalDate,
  optionalText,
  optionalTimestamp,
  optionalUid,
  optionalWhole,
  phone,
  requiredText,
  uid,
  wholeNumber,
} from '../fields';
import { HANDLING_STATES, ORDER_STATES } from './order-model';

/** Request bodies of orders (flow-api.md §3.7). */

const address = optional(
  z.strictObject({
    customerAddressUid: optionalUid,
    firstname: optionalText,
    lastname: optionalText,
    companyName: optionalText,
    address: optionalText,
    postalCode: optionalText,
    city: optionalText,
    countryCode: optional(countryCode),
    email: optionalText,
    mobile: optional(phone),
    vatNumber: optionalText,
    displayName: optionalText,
  }),
);

const orderFields = z.strictObject({
  externalOrderNumber: optionalText,
  customerUid: optionalUid,
  customerAddress: address,
  shippingAddress: address,
  invoiceAddress: address,
  deliveryDate: optionalDate,
  validUntil: optionalTimestamp,
  note: optionalText,
  internalNote: optionalText,
});

const itemFields = z.strictObject({
  quantity: hundredths,
  itemPrice: optional(cents),
  itemDiscountAmount: optional(cents),
  itemDiscountPercentage: optional(wholeNumber.min(0).max(10_000, 'is in hundredths of a percent, at most 10000')),
  discountReasonCode: optionalText,
  externalId: optionalText,
  name: optionalText,
  note: optionalText,
});
export const itemUpdate = itemFields.partial();
export const itemCreate = itemFields.extend({
  orderItemUid: optionalUid,
  productUid: optionalUid,
  sku: optionalText,
  parentOrderItemUid: optionalUid,
});
export type ItemBody = z.infer<typeof itemCreate>;
export type ItemPatch = z.infer<typeof itemUpdate>;

export const orderCreate = orderFields.extend({
  orderUid: optionalUid,
  type: oneOf(['ORDER', 'OFFER', 'RETURN', 'PAYMENT']),
  items: optional(z.array(itemCreate)),
});
export type OrderBody = z.infer<typeof orderCreate>;

export const orderUpdate = orderFields.extend({ orderState: oneOf(ORDER_STATES).optional() });
export type OrderPatch = z.infer<typeof orderUpdate>;

export const settlementCreate = z.strictObject({
  amount: cents,
  storePaymentMethodUid: uid,
  externalId: optionalText,
  deviceIdentifier: optionalText,
  settlementUid: optionalUid,
});
export type SettlementBody = z.infer<typeof settlementCreate>;

export const prePaymentCreate = z.strictObject({
  amount: cents.min(1, 'must be above 0'),
  settlementCode: requiredText,
  externalId: optionalText,
  settlementUid: optionalUid,
});
export type PrePaymentBody = z.infer<typeof prePaymentCreate>;

export const orderHandlingCreate = z.strictObject({ handlingUid: uid, orderHandlingUid: optionalUid });
export const orderHandlingUpdate = z.strictObject({ state: oneOf(HANDLING_STATES) });

export const discountCreate = z.strictObject({
  type: oneOf(['AMOUNT', 'PERCENTAGE']),
  amount: wholeNumber.min(0, 'must not be negative'),
  origin: requiredText,
  discountCode: optionalText,
  name: optionalText,
  productSkus: optional(z.array(requiredText)),
  validTo: optionalTimestamp,
  maxUsage: optionalWhole,
  orderItemUid: optionalUid,
  discountReasonCode: optionalText,
  discountReference: optionalText,
  orderDiscountUid: optionalUid,
  campaignUid: optionalUid,
});
export type DiscountBody = z.infer<typeof discountCreate>;

export const deliveryCreate = z.strictObject({
  deliveryUid: optionalUid,
  deliveryDate: optionalDate,
  externalDeliveryReference: optionalText,
  deliveryProviderUid: optionalUid,
  signature: optionalText,
  note: optionalText,
  items: z
    .array(
      z.strictObject({
        orderItemUid: uid,
        quantityDelivered: hundredths,
        warehouseUid: optionalUid,
        serialnumber: optionalText,
        deliveryItemUid: optionalUid,
      }),
    )
    .min(1, 'must hold at least one line'),
});
export type DeliveryBody = z.infer<typeof deliveryCreate>;
