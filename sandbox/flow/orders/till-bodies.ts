import { z } from 'zod';

import {
  cents,
  hundredths,
  oneOf,
  optional,
  optionalCents,
  optionalText,
  optionalTimestamp,
  optionalUid,
  uid,
} from '../fields';
import { HANDLING_STATES } from './order-model';

/** What a till is asked to do, in one request each. Quantities are positive hundredths of a piece, also of returns. */

const positive = hundredths.min(1, 'must be above 0');
const atLeastOne = 'must hold at least one line';

const paymentList = z
  .array(z.strictObject({ settlementCode: optionalText, storePaymentMethodUid: optionalUid, amount: optional(cents) }))
  .min(1, 'must hold at least one');
const payments = optional(paymentList);
export type Payments = z.output<typeof paymentList>;

const tillLine = z.strictObject({
  sku: optionalText,
  productUid: optionalUid,
  quantity: positive,
  itemPrice: optionalCents,
  itemDiscountAmount: optionalCents,
  discountReasonCode: optionalText,
  name: optionalText,
  note: optionalText,
});
const lines = z.array(tillLine).min(1, atLeastOne);

const returnLine = tillLine.extend({ orderItemUid: optionalUid, reasonCode: optionalText });
const returnLines = z.array(returnLine).min(1, atLeastOne);
export type ReturnLine = z.output<typeof returnLine>;

const orderFields = { customerUid: optionalUid, orderUid: optionalUid };
const rungUp = { lines, orderDiscountAmount: optionalCents, ...orderFields };

export const saleBody = z.strictObject({ ...rungUp, payments, type: optional(oneOf(['ORDER', 'PAYMENT'])) });
export type SaleBody = z.output<typeof saleBody>;

export const parkBody = z.strictObject({ ...rungUp, validUntil: optionalTimestamp });
export type ParkBody = z.output<typeof parkBody>;

export const returnBody = z.strictObject({
  originalOrderUid: optionalUid,
  lines: returnLines,
  payments,
  ...orderFields,
});
export type ReturnBody = z.output<typeof returnBody>;

export const exchangeBody = z.strictObject({
  originalOrderUid: optionalUid,
  returned: returnLines,
  lines,
  payments,
  ...orderFields,
});
export type ExchangeBody = z.output<typeof exchangeBody>;

export const handOverBody = z.strictObject({
  lines: optional(z.array(z.strictObject({ orderItemUid: uid, quantity: positive })).min(1, atLeastOne)),
  payments,
});
export type HandOverBody = z.output<typeof handOverBody>;

export const payBody = z.strictObject({ payments: paymentList });
export type PayBody = z.output<typeof payBody>;

export const tillHandlingBody = z.strictObject({ state: oneOf(HANDLING_STATES) });
