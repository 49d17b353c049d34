import { type Actor } from '../events';
import { conflict, FlowProblem, invalidField } from '../problem';
import { type Audited } from '../store/collection';
import { type Store } from '../store/setup-documents';
import { assertVoucherNumberLeft, refuseIfFinal, release } from './change-order';
import { type ItemBody } from './order-bodies';
import { deliver, restToDeliver } from './order-deliveries';
import { createOrder, type NewOrder, setState, updateOrder } from './order-desk';
import { itemOf, removeItem } from './order-lines';
import { type Order } from './order-model';
import { addDiscount } from './order-payments';
import { isPhysical } from './order-rules';
import { type HandOverBody, type ParkBody, type PayBody, type Payments, type SaleBody } from './till-bodies';
import {
  type HandedOver,
  paymentsOfAll,
  paymentsOfPart,
  piecesOf,
  takeMoney,
  type Taking,
  unpaidWorth,
} from './till-money';
import { inTillWords, type PlaceOf } from './till-words';

/** Sells over the counter: the goods leave and are paid at once; the order ends COMPLETE with a receipt. */
export function sell(actor: Actor, store: Audited<Store>, body: SaleBody): Audited<Order> {
  const { orderUid, customerUid, payments, lines: items } = body;
  const order = make(actor, store, { order: { orderUid, customerUid, type: body.type ?? 'ORDER', items } });
  orForget(actor, order, () => {
    discountOrder(actor, order, body.orderDiscountAmount);
  });
  return completeOrForget(actor, order, { payments });
}

/** Rings goods up and puts the order aside. */
export function park(actor: Actor, store: Audited<Store>, body: ParkBody): Audited<Order> {
  const { lines: items, orderDiscountAmount, ...fields } = body;
  const order = make(actor, store, { order: { ...fields, type: 'ORDER', items } });
  orForget(actor, order, () => {
    discountOrder(actor, order, orderDiscountAmount);
  });
  updateOrder(actor, order, { orderState: 'PARKED' });
  return order;
}

/**
 * Gives a waiting order to the customer. Without `lines`, everything that is left goes, and what is not paid is paid.
 *
 * With `lines`, only these go. As long as goods are left, money is taken only if payments are named: what they say, or
 * else what the goods handed over so far are worth and is not paid. With the last goods, the rest is paid.
 */
export function handOver(actor: Actor, order: Audited<Order>, body: HandOverBody): Audited<Order> {
  if (order.orderState === 'CANCELLED' || order.orderState === 'COMPLETE') {
    throw conflict('ORDER_FINAL', `The order is ${order.orderState} and cannot be handed over.`);
  }
  const { lines } = body;
  if (!lines) {
    complete(actor, order, body.payments);
    return order;
  }
  const isLast = leavesNothing(order, lines);
  // Checked before the goods go, so that nothing is handed over for a payment that is refused.
  const toPay =
    order.settleState === 'SETTLED' ? [] : takingsFor(actor, order, { lines, payments: body.payments, isLast });
  if (toPay.length > 0) assertVoucherNumberLeft(actor, order);
  inTillWords(() => {
    const items = lines.map(({ orderItemUid, quantity }) => ({ orderItemUid, quantityDelivered: quantity }));
    deliver(actor, order, { items });
  });
  takeMoney(actor, order, toPay);
  return order;
}

/** Takes a part of the money, or the last of it: a deposit, an instalment. Nothing is handed over. */
export function pay(actor: Actor, order: Audited<Order>, { payments }: PayBody): Audited<Order> {
  refuseIfFinal(order);
  if (order.settleState === 'SETTLED') throw conflict('ORDER_SETTLED', 'The order is settled already.');
  takeMoney(actor, order, paymentsOfPart(actor, order, { given: payments }));
  return order;
}

/** Takes a line off a waiting order, which is opened for it and put back as it was. */
export function takeOut(actor: Actor, order: Audited<Order>, orderItemUid: string): Audited<Order> {
  itemOf(order, orderItemUid);
  refuseIfFinal(order);
  const { orderState } = order;
  if (orderState !== 'OPEN') updateOrder(actor, order, { orderState: 'OPEN' });
  try {
    removeItem(actor, order, orderItemUid);
  } finally {
    if (orderState !== 'OPEN' && order.orderState === 'OPEN') updateOrder(actor, order, { orderState });
  }
  return order;
}

/**
 * Cancels an order, or lets a customer refuse it: nothing was handed over, no money taken in a shop. What the web shop
 * was paid is its own to give back, so a prepaid order can be refused.
 */
export function refuse(actor: Actor, order: Audited<Order>): Audited<Order> {
  if (order.orderState === 'CANCELLED') return order;
  refuseIfFinal(order);
  const paidInShop = order.settlements.some(({ settlementCode }) => !settlementCode.startsWith('EXTERNAL_'));
  if (paidInShop || order.items.some((item) => isPhysical(item) && item.quantityDelivered !== 0)) {
    throw conflict('ORDER_STATE_FORBIDDEN', 'An order with payments or deliveries cannot be cancelled.');
  }
  setState(actor, order, 'CANCELLED');
  return order;
}

/** An order as a till makes it; `placeOf` words what is wrong with its lines. */
export interface TillOrder {
  readonly order: NewOrder & { items: ItemBody[] };
  readonly placeOf?: PlaceOf;
}

/** Makes an order; what is wrong with its lines is told in the words of the till's request. */
export function make(actor: Actor, store: Audited<Store>, made: TillOrder): Audited<Order> {
  return inTillWords(() => createOrder(actor, store, made.order), made.placeOf);
}

/** Hands over and takes the money; a sale that cannot be paid or handed over leaves no order behind. */
export function completeOrForget(
  actor: Actor,
  order: Audited<Order>,
  { payments, placeOf }: { payments: Payments | null | undefined; placeOf?: PlaceOf },
): Audited<Order> {
  orForget(actor, order, () => {
    inTillWords(() => {
      complete(actor, order, payments);
    }, placeOf);
  });
  return order;
}

function orForget(actor: Actor, order: Audited<Order>, work: () => void): void {
  try {
    work();
  } catch (error) {
    for (const item of order.items) release(actor, order, item);
    actor.tenant.orders.remove(order.orderUid);
    throw error;
  }
}

/** Checks everything first, then hands over and takes the money. */
function complete(actor: Actor, order: Audited<Order>, given: Payments | null | undefined): void {
  const toPay = order.settleState === 'SETTLED' ? [] : paymentsOfAll(actor, order, given);
  if (toPay.length > 0) assertVoucherNumberLeft(actor, order);
  const rest = restToDeliver(order);
  if (rest) deliver(actor, order, rest);
  takeMoney(actor, order, toPay);
}

function takingsFor(
  actor: Actor,
  order: Order,
  { lines, payments, isLast }: { lines: readonly HandedOver[]; payments: HandOverBody['payments']; isLast: boolean },
): Taking[] {
  if (isLast) return paymentsOfAll(actor, order, payments);
  if (!payments) return [];
  const worth = unpaidWorth(order, lines);
  const isNamed = payments.every(({ amount }) => typeof amount === 'number');
  // Prepaid by more than what has gone so far: there is nothing to take.
  return worth === 0 && !isNamed ? [] : paymentsOfPart(actor, order, { given: payments, worth });
}

/** A discount that the clerk gives on everything. */
function discountOrder(actor: Actor, order: Audited<Order>, amount: number | null | undefined): void {
  if (!amount) return;
  try {
    addDiscount(actor, order, { type: 'AMOUNT', amount, origin: 'MANUAL' });
  } catch (error) {
    if (!(error instanceof FlowProblem) || error.status !== 422) throw error;
    throw invalidField('orderDiscountAmount', 'is more than the lines are worth');
  }
}

function leavesNothing(order: Order, lines: readonly HandedOver[]): boolean {
  return order.items.filter(isPhysical).every(({ orderItemUid, quantity, quantityDelivered }) => {
    return quantityDelivered + piecesOf(lines, orderItemUid) >= quantity;
  });
}
