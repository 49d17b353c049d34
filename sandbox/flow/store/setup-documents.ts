import { z } from 'zod';

import {
  countryCode,
  oneOf,
  optional,
  optionalFlag,
  optionalText,
  optionalUid,
  optionalWhole,
  requiredText,
  uid,
  wholeNumber,
} from '../fields';

/** Request bodies and kept documents of a tenant's set-up (flow-api.md §3.1, §3.2, §3.7, §4). */

const bankInfo = z.strictObject({
  accountNumber: optionalText,
  bankName: optionalText,
  iban: optionalText,
  swift: optionalText,
});

export const organizationFields = z.strictObject({
  name: requiredText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optional(countryCode),
  email: optionalText,
  phone: optionalText,
  vatNumber: optionalText,
  externalId: optionalText,
  isActive: optionalFlag,
  websiteUrl: optionalText,
  bankInfo: optional(bankInfo),
});
export const organizationCreate = organizationFields.extend({ organizationUid: optionalUid });
export type Organization = z.infer<typeof organizationFields> & { organizationUid: string };

/** `PURCHASE` is documented, the others are assumed (§3.1). */
const NUMBER_SERIES_TYPES = ['PURCHASE', 'VOUCHER', 'ORDER'] as const;
export const numberSeriesFields = z.strictObject({ name: requiredText, start: wholeNumber, end: wholeNumber });
export const numberSeriesCreate = numberSeriesFields.extend({
  type: oneOf(NUMBER_SERIES_TYPES),
  numberSeriesUid: optionalUid,
});
export type NumberSeries = z.infer<typeof numberSeriesFields> & {
  numberSeriesUid: string;
  type: (typeof NUMBER_SERIES_TYPES)[number];
  /** The next number that will be given out. */
  currentValue: number;
};

export const reasonFields = z.strictObject({ description: optionalText });
export const reasonCreate = z.strictObject({
  code: requiredText,
  description: optionalText,
  type: oneOf(['DISCOUNT', 'RETURN', 'RMA']),
  reasonUid: optionalUid,
});
export type Reason = z.infer<typeof reasonCreate> & { reasonUid: string };

const timeOfDay = z.string('must be a time').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time (HH:MM)');
const openingHours = z
  .strictObject({
    day: oneOf(['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY']),
    open: optional(timeOfDay),
    close: optional(timeOfDay),
    closed: optionalFlag,
  })
  .refine(({ open, close, closed }) => closed === true || (open && close), {
    path: ['open'],
    message: 'and close are needed on a day that is not closed',
  });
const week = z.array(openingHours).refine((days) => new Set(days.map(({ day }) => day)).size === days.length, {
  message: 'has a day twice',
});
const degrees = (most: number) =>
  optional(z.number('must be a number').min(-most, 'is out of range').max(most, 'is out of range'));

const storeDetails = {
  name: requiredText,
  address: optionalText,
  city: optionalText,
  postalCode: optionalText,
  countryCode: optional(countryCode),
  email: optionalText,
  phone: optionalText,
  latitude: degrees(90),
  longitude: degrees(180),
  isActive: optionalFlag,
  externalId: optionalText,
  vatNumber: optionalText,
  organizationUid: uid,
  openingHours: optional(week),
};
const onlyOnCreate = z.never('can only be set when the store is made').optional();
const onlyOnUpdate = z.never('can only be set when the store and its warehouses exist').optional();

/** What is asked for when a store is made; its warehouses come after it (F-STO, O-STO). */
export const storeCreate = z.strictObject({
  ...storeDetails,
  storeUid: optionalUid,
  salesPriceUid: optionalUid,
  purchaseNumberSeriesUid: optionalUid,
  voucherNumberSeriesUid: optionalUid,
  defaultWarehouseUid: onlyOnUpdate,
  defaultReturnWarehouseUid: onlyOnUpdate,
});
export const storeUpdate = z
  .strictObject({
    ...storeDetails,
    salesPriceUid: onlyOnCreate,
    purchaseNumberSeriesUid: onlyOnCreate,
    voucherNumberSeriesUid: onlyOnCreate,
    defaultWarehouseUid: optionalUid,
    defaultReturnWarehouseUid: optionalUid,
  })
  .partial();
export interface Store extends z.infer<z.ZodObject<typeof storeDetails>> {
  storeUid: string;
  salesPriceUid?: string | null | undefined;
  purchaseNumberSeriesUid?: string | null | undefined;
  voucherNumberSeriesUid?: string | null | undefined;
  defaultWarehouseUid?: string | null | undefined;
  defaultReturnWarehouseUid?: string | null | undefined;
}

export const warehouseFields = z.strictObject({ name: requiredText, externalId: optionalText });
export const warehouseCreate = warehouseFields.extend({ warehouseUid: optionalUid });
export type Warehouse = z.infer<typeof warehouseFields> & { warehouseUid: string; storeUid: string };

/** What a store may do in a warehouse. */
export const WAREHOUSE_ROLES = ['DELIVER', 'MOVE', 'RECEIVE', 'RESERVE', 'RETURN', 'VIEW'] as const;
export const warehouseAccessCreate = z.strictObject({
  storeUid: uid,
  role: oneOf(WAREHOUSE_ROLES),
  warehouseAccessUid: optionalUid,
});
export interface WarehouseAccess {
  warehouseAccessUid: string;
  warehouseUid: string;
  storeUid: string;
  role: (typeof WAREHOUSE_ROLES)[number];
}

export const handlingFields = z.strictObject({
  name: requiredText,
  description: optionalText,
  active: optionalFlag,
  requireSerialnumberForComplete: optionalFlag,
  templateUidForComplete: optionalUid,
});
export const handlingCreate = handlingFields.extend({ handlingUid: optionalUid });
export type Handling = z.infer<typeof handlingFields> & { handlingUid: string };

/** Payment codes of Flow itself; external methods carry a settlement code instead. */
export const PAYMENT_CODES = ['CASH', 'CARD', 'GIFTCARD', 'INVOICE', 'EXTERNAL'] as const;
const systemMapping = z.strictObject({
  systemCode: requiredText,
  externalId: requiredText,
  tenantPaymentMethodMappingUid: optionalUid,
});
export const paymentMethodFields = z.strictObject({
  name: requiredText,
  description: optionalText,
  active: optionalFlag,
  position: optionalWhole,
  visibility: optional(oneOf(['FEATURED', 'NORMAL', 'HIDDEN'])),
  externalSystemMappings: optional(z.array(systemMapping)),
});
export const paymentMethodCreate = paymentMethodFields.extend({
  paymentCode: oneOf(PAYMENT_CODES),
  settlementCode: optionalText,
  tenantPaymentMethodUid: optionalUid,
});
export type PaymentMethod = z.infer<typeof paymentMethodFields> & {
  tenantPaymentMethodUid: string;
  paymentCode: (typeof PAYMENT_CODES)[number];
  settlementCode: string;
};

/** A tenant's payment method as one store takes it. */
export interface StorePaymentMethod {
  storePaymentMethodUid: string;
  storeUid: string;
  tenantPaymentMethodUid: string;
  active: boolean;
}

export const deliveryProviderFields = z.strictObject({ name: requiredText, externalId: optionalText });
export const deliveryProviderCreate = deliveryProviderFields.extend({ deliveryProviderUid: optionalUid });
export type DeliveryProvider = z.infer<typeof deliveryProviderFields> & { deliveryProviderUid: string };

export const httpTransportFields = z.strictObject({
  name: requiredText,
  url: z.url('must be a URL'),
  headers: optional(z.array(z.strictObject({ key: requiredText, value: z.string('must be a text') }))),
  securityType: optional(oneOf(['NONE', 'BASIC_AUTH', 'BEARER'])),
  username: optionalText,
  password: optionalText,
  token: optionalText,
});
export const httpTransportCreate = httpTransportFields.extend({ httpTransportUid: optionalUid });
export type HttpTransport = z.infer<typeof httpTransportFields> & { httpTransportUid: string };

/** Everything Flow can tell a webhook about (flow-api.md §4; the documented list is cut after the last one). */
const WEBHOOK_ACTIONS = [
  'PRODUCT_CREATE',
  'PRODUCT_UPDATE',
  'PRODUCT_DELETE',
  'CUSTOMER_CREATE',
  'CUSTOMER_UPDATE',
  'CUSTOMER_DELETE',
  'ORDER_SETTLED',
  'ORDER_RECEIPT_SETTLED',
  'ORDER_DELIVERED',
  'ORDER_HANDLING_STATE_CHANGED',
  'TILL_OPEN',
  'TILL_CLOSED',
  'PRICE_CREATE',
  'PRICE_UPDATE',
  'PRICE_DELETE',
  'STOCK_CHANGE',
  'PRODUCT_MEDIA_CHANGE',
  'PURCHASE_RECEIVED',
] as const;
export type WebhookAction = (typeof WEBHOOK_ACTIONS)[number];

export const webhookFields = z.strictObject({
  action: oneOf(WEBHOOK_ACTIONS),
  httpTransportUid: uid,
  active: optionalFlag,
});
export const webhookCreate = webhookFields.extend({ webhookUid: optionalUid });
export type Webhook = z.infer<typeof webhookFields> & { webhookUid: string };
