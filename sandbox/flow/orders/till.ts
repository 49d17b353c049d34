import { z } from 'zod';

import { type Actor } from '../events';
import { cents, hundredths, optional, optionalCents, optionalText, optionalTimestamp, optionalUid } from '../fields';
import { conflict, type FieldError, invalid, invalidField, refuseIfAny } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { assertVoucherNumberLeft, release } from './change-order';
import { type ItemBody, type OrderBody } from './order-bodies';
import { deliver, restToDeliver } from './order-deliveries';
import { createOrder, updateOrder } from './order-desk';
import { type Order, type OrderItem } from './order-model';
import { remainingOf, settle } from './order-payments';
import { divideRounded } from './order-rules';
import { receiveGoods } from './receivements';

/** What people do at the tills, in one request each. Quantities are positive hundredths of a piece, also of returns. */

const payments = optional(
  z
    .array(
      z.strictObject({ settlementCode: optionalText, storePaymentMethodUid: optionalUid, amount: optional(cents) }),
    )
    .min(1, 'must hold at least one'),
);

const tillLine = z.strictObject({
  sku: optionalText,
  productUid: optionalUid,
  quantity: hundredths.min(1, 'must be above 0'),
  itemPrice: optionalCents,
  itemDiscountAmount: optionalCents,
  discountReasonCode: optionalText,
  name: optionalText,
  note: optionalText,
});

const lines = z.array(tillLine).min(1, 'must hold at least one line');
export const saleBody = z.strictObject({ lines, payments, customerUid: optionalUid, orderUid: optionalUid });
export const parkBody = z.strictObject({
  lines,
  customerUid: optionalUid,
  orderUid: optionalUid,
  validUntil: optionalTimestamp,
});
export const returnBody = z.strictObject({
  originalOrderUid: optionalUid,
  lines: z
    .array(tillLine.extend({ orderItemUid: optionalUid, reasonCode: optionalText }))
    .min(1, 'must hold at least one line'),
  payments,
  customerUid: optionalUid,
  orderUid: optionalUid,
});
export const handOverBody = z.strictObject({ payments });
export const receiveBody = z.strictObject({
  warehouseUid: optionalUid,
  externalId: optionalText,
  lines: z
    .array(
      z.strictObject({
        sku: optionalText,
        productUid: optionalUid,
        quantity: hundredths.min(1, 'must be above 0'),
        unitCost: optionalCents,
      }),
    )
    .min(1, 'must hold at least one line'),
});

type Payments = z.output<typeof payments>;
type ReturnLine = z.output<typeof returnBody>['lines'][number];

/** Sells over the counter: the goods leave and are paid at once; the order ends COMPLETE with a receipt. */
export function sell(actor: Actor, store: Audited<Store>, body: z.output<typeof saleBody>): Audited<Order> {
  const { orderUid, customerUid } = body;
  const order = make(actor, store, { orderUid, customerUid, type: 'ORDER', items: body.lines });
  return completeOrForget(actor, order, body.payments);
}

/** Rings goods up and puts the order aside. */
export function park(actor: Actor, store: Audited<Store>, body: z.output<typeof parkBody>): Audited<Order> {
  const { lines: items, ...fields } = body;
  const order = make(actor, store, { ...fields, type: 'ORDER', items });
  updateOrder(actor, order, { orderState: 'PARKED' });
  return order;
}

/** Takes goods back: linked to the lines of an earlier order, or blind. Stock goes up, money goes out. */
export function takeBack(actor: Actor, store: Audited<Store>, body: z.output<typeof returnBody>): Audited<Order> {
  const { tenant } = actor;
  checkReasons(actor, body.lines);
  const original = body.originalOrderUid ? tenant.orders.get(body.originalOrderUid) : undefined;
  if (body.originalOrderUid && !original) throw invalidField('originalOrderUid', 'names no order');
  const links = original ? linesToReturn(actor, original, body.lines) : undefined;
  const items = body.lines.map((line, index) => returnedItem(line, links?.[index]));
  const customerUid = body.customerUid ?? original?.customerUid;
  const { orderUid } = body;
  const order = make(actor, store, { orderUid, customerUid, type: 'RETURN', items });
  for (const [index, item] of order.items.entries()) {
    const link = links?.[index];
    item.returnReasonCode = body.lines[index]?.reasonCode ?? null;
    if (original && link) item.orderLinks = [{ orderUid: original.orderUid, orderItemUid: link.orderItemUid }];
  }
  return completeOrForget(actor, order, body.payments);
}

/** Gives a waiting order to the customer: what is not paid is paid, what is not handed over is handed over. */
export function handOver(actor: Actor, order: Audited<Order>, body: z.output<typeof handOverBody>): Audited<Order> {
  if (order.orderState === 'CANCELLED' || order.orderState === 'COMPLETE') {
    throw conflict('ORDER_FINAL', `The order is ${order.orderState} and cannot be handed over.`);
  }
  complete(actor, order, body.payments);
  return order;
}

/** Unpacks goods that came without a purchase order. */
export function unpack(actor: Actor, store: Audited<Store>, body: z.output<typeof receiveBody>): object {
  const { tenant } = actor;
  const warehouseUid = body.warehouseUid ?? store.defaultWarehouseUid;
  if (!warehouseUid) throw invalidField('warehouseUid', 'is missing: the store has no default warehouse');
  const errors: FieldError[] = [];
  const items = body.lines.map(({ sku, productUid, quantity, unitCost }, index) => {
    const found = productUid ?? tenant.products.find('sku', sku ?? '')[0]?.productUid;
    if (!found) errors.push({ field: `lines[${index}].sku`, message: 'names no product' });
    return { productUid: found ?? '', quantity, unitCost };
  });
  refuseIfAny(errors);
  return receiveGoods(actor, store, { warehouseUid, externalId: body.externalId, items });
}

/** Makes an order; field errors speak of `lines`, as the till's request does. */
function make(actor: Actor, store: Audited<Store>, body: OrderBody & { items: ItemBody[] }): Audited<Order> {
  try {
    return createOrder(actor, store, body);
  } catch (error) {
    throw inTillWords(error);
  }
}

function inTillWords(error: unknown): unknown {
  if (!(error instanceof Error) || !('status' in error) || error.status !== 422 || !('detail' in error)) return error;
  const detail = error.detail as { readonly errors?: readonly FieldError[] };
  return invalid(
    (detail.errors ?? []).map(({ field, message }) => ({ field: field.replace(/^items\b/, 'lines'), message })),
  );
}

/** A sale that cannot be paid or handed over leaves no order behind. */
function completeOrForget(actor: Actor, order: Audited<Order>, given: Payments): Audited<Order> {
  try {
    complete(actor, order, given);
  } catch (error) {
    for (const item of order.items) release(actor, order, item);
    actor.tenant.orders.remove(order.orderUid);
    throw inTillWords(error);
  }
  return order;
}

/** Checks everything first, then hands over and takes the money. */
function complete(actor: Actor, order: Audited<Order>, given: Payments): void {
  const toPay = order.settleState === 'SETTLED' ? [] : paymentsFor(actor, order, given);
  if (toPay.length > 0) assertVoucherNumberLeft(actor, order);
  const rest = restToDeliver(order);
  if (rest) deliver(actor, order, rest);
  for (const payment of toPay) settle(actor, order, payment);
}

function paymentsFor(
  { tenant }: Actor,
  order: Order,
  given: Payments,
): { amount: number; storePaymentMethodUid: string }[] {
  const remaining = remainingOf(order);
  const wanted = given ?? [{ settlementCode: 'CASH' }];
  const chosen = wanted.map(({ settlementCode, storePaymentMethodUid, amount }, index) => {
    const method = tenant.storePaymentMethods
      .find('storeUid', order.storeUid)
      .find((candidate) =>
        storePaymentMethodUid
          ? candidate.storePaymentMethodUid === storePaymentMethodUid
          : tenant.paymentMethods.get(candidate.tenantPaymentMethodUid)?.settlementCode === (settlementCode ?? 'CASH'),
      );
    if (!method) throw invalidField(`payments[${index}]`, 'names no payment method of the store');
    return { amount: amount ?? remaining, storePaymentMethodUid: method.storePaymentMethodUid };
  });
  const sum = chosen.reduce((total, { amount }) => total + amount, 0);
  const wrongSign = chosen.some(({ amount }) => amount * remaining < 0 || (amount === 0 && remaining !== 0));
  if (sum !== remaining || wrongSign) throw invalidField('payments', `must add up to ${remaining}`);
  return chosen;
}

function checkReasons({ tenant }: Actor, returned: readonly ReturnLine[]): void {
  const errors: FieldError[] = [];
  for (const [index, { reasonCode }] of returned.entries()) {
    if (reasonCode && tenant.reasons.find('code', `RETURN/${reasonCode}`).length === 0) {
      errors.push({ field: `lines[${index}].reasonCode`, message: 'names no RETURN reason' });
    }
  }
  refuseIfAny(errors);
}

/** Finds the sold line behind each returned one, and refuses more than was handed over and is not back yet. */
function linesToReturn({ tenant }: Actor, original: Order, returned: readonly ReturnLine[]): OrderItem[] {
  const back = new Map<string, number>();
  for (const earlier of tenant.orders.find('returnOf', original.orderUid)) {
    for (const { orderLinks, quantity } of earlier.items) {
      const uid = orderLinks[0]?.orderItemUid ?? '';
      back.set(uid, (back.get(uid) ?? 0) - quantity);
    }
  }
  const errors: FieldError[] = [];
  const found: OrderItem[] = [];
  for (const [index, line] of returned.entries()) {
    const sold = original.items.find((item) =>
      line.orderItemUid
        ? item.orderItemUid === line.orderItemUid
        : line.productUid
          ? item.productUid === line.productUid
          : item.sku === line.sku,
    );
    if (!sold) {
      errors.push({ field: `lines[${index}].${line.orderItemUid ? 'orderItemUid' : 'sku'}`, message: 'was not sold' });
      continue;
    }
    const total = (back.get(sold.orderItemUid) ?? 0) + line.quantity;
    back.set(sold.orderItemUid, total);
    if (total > sold.quantityDelivered) {
      errors.push({ field: `lines[${index}].quantity`, message: 'is more than was handed over and is not back yet' });
    }
    found.push(sold);
  }
  refuseIfAny(errors);
  return found;
}

/** A line with negative quantity: at the price and discount it was sold for, or at today's price when blind. */
function returnedItem(line: ReturnLine, sold: OrderItem | undefined): ItemBody {
  const { reasonCode: _reason, orderItemUid: _uid, ...rest } = line;
  const quantity = -line.quantity;
  if (!sold) {
    const itemDiscountAmount = line.itemDiscountAmount ? -line.itemDiscountAmount : 0;
    return { ...rest, quantity, itemDiscountAmount };
  }
  const discount = sold.itemDiscountAmount + sold.orderDiscountShare;
  return {
    productUid: sold.productUid,
    quantity,
    itemPrice: sold.itemPrice,
    itemDiscountAmount: divideRounded(discount * quantity, sold.quantity),
    discountReasonCode: sold.discountReasonCode,
    name: sold.name,
    note: line.note,
  };
}
