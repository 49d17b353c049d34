import { z } from 'zod';

import { optional, setting, strictObject, text } from './field-types';

/** From when on an order of a till is in Omnium. */
const TILL_ORDERS_FROM = ['made', 'first-payment', 'paid'] as const;

export type TillOrdersFrom = (typeof TILL_ORDERS_FROM)[number];

/** What orders of the tills, and the shops' doing with web orders, become in Omnium: `orders.till`. */
export const tillSchema = strictObject({
  visibleFrom: setting(
    z.enum(TILL_ORDERS_FROM).default('first-payment'),
    'till orders',
    'from when on an order of a till is in Omnium: `made` = as soon as it holds a line, also parked and unpaid; `first-payment` = from its first payment on, deposits included; `paid` = once it is paid for in full, and the receipts of its deposits with it',
  ),
  openStatus: setting(
    text().default('New'),
    'till orders',
    'Omnium status of an order of a till that is not paid for, or not handed over, in full',
  ),
  handedOverStatus: setting(
    text().default('Completed'),
    'till orders',
    'Omnium status of a web order of which everything was handed over in the shop',
  ),
  partlyHandedOverStatus: setting(
    optional(),
    'till orders',
    'Omnium status of a web order of which a part was handed over; not set = Omnium derives the status itself',
  ),
  cancelledStatus: setting(
    text().default('OrderCanceled'),
    'till orders',
    'Omnium status of an order that the shop cancelled or the customer refused',
  ),
  expiredStatus: setting(
    text().default('NotCollected'),
    'till orders',
    'Omnium status of an order that was not collected before its deadline',
  ),
  blindReturnsAs: setting(
    z.enum(['pos-order', 'return-order']).default('pos-order'),
    'till orders',
    'what a return becomes in Omnium whose sale nobody knows: `pos-order` = a POS order with negative quantities, `return-order` = an order of type `ReturnOrder`',
  ),
});
