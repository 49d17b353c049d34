import { z } from 'zod';

import {
  cents,
  countryCode,
  currencyCode,
  hundredths,
  oneOf,
  optional,
  optionalCents,
  optionalDay,
  optionalText,
  optionalUid,
  uid,
} from '../fields';
import { PURCHASE_STATUSES } from './purchase-model';

/** Request bodies of purchase orders and goods received (flow-api.md §3.8). */

const notNegative = 'must not be negative';
const atLeastOne = 'must hold at least one line';

const reservation = z.strictObject({
  orderUid: uid,
  orderItemUid: uid,
  quantity: hundredths.min(1, 'must be above 0'),
});

/** What may change about a line: everything but the article. */
const itemFields = z.strictObject({
  externalId: optionalText,
  supplierSku: optionalText,
  warehouseUid: uid.optional(),
  quantityOrdered: hundredths.min(0, notNegative).optional(),
  quantityReceived: hundredths.min(0, notNegative).optional(),
  unitPrice: cents.min(0, notNegative).optional(),
  discountAmount: optionalCents,
  freightAmount: optionalCents,
  expectedDeliveryDate: optionalDay,
  reservations: optional(z.array(reservation)),
});
export const purchaseItemUpdate = itemFields;
export type PurchaseItemPatch = z.output<typeof purchaseItemUpdate>;

export const purchaseItemCreate = itemFields.extend({
  purchaseOrderItemUid: optionalUid,
  productUid: uid,
  quantityOrdered: hundredths.min(1, 'must be above 0'),
});

/** A line in the body of an order's update: of a known uid, what changes about it; else a new line. */
const itemOfUpdate = itemFields.extend({ purchaseOrderItemUid: optionalUid, productUid: uid.optional() });
export type PurchaseItemBody = z.output<typeof itemOfUpdate>;

const header = z.strictObject({
  externalId: optionalText,
  supplierUid: uid,
  status: oneOf(PURCHASE_STATUSES).optional(),
  currency: optional(currencyCode),
  exchangeRate: optional(z.number('must be a number').gt(0, 'must be above 0')),
  supplierReferenceNumber: optionalText,
  note: optionalText,
  deliveryName: optionalText,
  deliveryAddress: optionalText,
  deliveryPostalCode: optionalText,
  deliveryCity: optionalText,
  deliveryCountryCode: optional(countryCode),
});

export const purchaseOrderCreate = header.extend({
  purchaseOrderUid: optionalUid,
  items: optional(z.array(purchaseItemCreate)),
});
export type PurchaseOrderBody = z.output<typeof purchaseOrderCreate>;

export const purchaseOrderUpdate = header.partial().extend({ items: optional(z.array(itemOfUpdate)) });
export type PurchaseOrderPatch = z.output<typeof purchaseOrderUpdate>;

/** What people in the shop do with an order as a whole; also what an integrated supplier would tell. */
export const purchaseStatusBody = z.strictObject({ status: oneOf(PURCHASE_STATUSES) });

const quantity = hundredths.refine((value) => value !== 0, 'must not be 0');
const goods = { quantity, unitCost: optionalCents, serialnumber: optionalText, note: optionalText };

export const receivementCreate = z.strictObject({
  receivementUid: optionalUid,
  purchaseOrderUid: optionalUid,
  warehouseUid: uid,
  externalId: optionalText,
  items: z
    .array(
      z.strictObject({
        ...goods,
        purchaseOrderItemUid: optionalUid,
        productUid: optionalUid,
        externalId: optionalText,
      }),
    )
    .min(1, atLeastOne),
});
export type ReceivementBody = z.output<typeof receivementCreate>;
export type ReceivementItemBody = ReceivementBody['items'][number];

/** Goods as a clerk unpacks them. Without lines: everything that is left of the purchase order. */
export const receiveBody = z.strictObject({
  receivementUid: optionalUid,
  purchaseOrderUid: optionalUid,
  warehouseUid: optionalUid,
  externalId: optionalText,
  lines: optional(
    z
      .array(
        z.strictObject({ ...goods, sku: optionalText, productUid: optionalUid, purchaseOrderItemUid: optionalUid }),
      )
      .min(1, atLeastOne),
  ),
});
export type ReceiveBody = z.output<typeof receiveBody>;
export type ReceiveLine = NonNullable<ReceiveBody['lines']>[number];
