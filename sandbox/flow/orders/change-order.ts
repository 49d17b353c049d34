import { type Actor, emitStockChange, referenceTo, referenceToUser, type References } from '../events';
import { conflict, notFound } from '../problem';
import { type Audited } from '../store/collection';
import { type Store, type WebhookAction } from '../store/setup-documents';
import { type Order } from './order-model';
import { isFinal, payableOf, reservationOf, rollUp, usePrePayments } from './order-rules';
import { writeReceipt } from './receipts';

/** Takes a change back; called when the change turns out to be forbidden. */
export type Undo = () => void;

/**
 * The one way an order is changed: applies the change, brings totals and states up to date, keeps the reservations in
 * step, writes the receipt when the order becomes paid, and tells the webhooks what happened.
 * @throws FlowProblem 409 when the order would be worth less than was paid; the change is then undone
 */
export function changeOrder(actor: Actor, order: Audited<Order>, change: () => Undo): void {
  const { settleState, deliveryState } = order;
  if (order.settlements.length > 0 && settleState !== 'SETTLED') assertVoucherNumberLeft(actor, order);
  const undo = change();
  rollUp(order);
  if (isOverpaid(order)) {
    undo();
    rollUp(order);
    throw conflict('ORDER_TOTAL_BELOW_SETTLED', 'The order would be worth less than has been paid.');
  }
  if (usePrePayments(order)) rollUp(order);
  reserve(actor, order);
  const becameSettled = settleState !== 'SETTLED' && order.settleState === 'SETTLED';
  const receiptUid = becameSettled ? writeReceipt(actor, order).orderReceiptUid : undefined;
  actor.tenant.touch(actor.tenant.orders, order, actor.user);
  if (receiptUid !== undefined) {
    const orderReceipt = referenceTo(actor.tenant.receipts, receiptUid);
    emitOrderEvent(actor, order, { action: 'ORDER_RECEIPT_SETTLED', more: { orderReceipt } });
    emitOrderEvent(actor, order, { action: 'ORDER_SETTLED' });
  }
  if (deliveryState !== 'DELIVERED' && order.deliveryState === 'DELIVERED') {
    emitOrderEvent(actor, order, { action: 'ORDER_DELIVERED' });
  }
}

/** Brings the reserved quantities of all lines in line with the order's state. */
export function reserve({ tenant }: Actor, order: Order): void {
  for (const item of order.items) {
    const wanted = reservationOf(order, item);
    const difference = wanted - item.quantityReserved;
    if (difference === 0) continue;
    item.quantityReserved = wanted;
    const place = { warehouseUid: order.warehouseUid, productUid: item.productUid, now: tenant.now() };
    tenant.stock.change(place, (record) => {
      record.quantityReserved += difference;
    });
  }
}

/** Gives back what a line that leaves the order had reserved. */
export function release({ tenant }: Actor, order: Order, of: Order['items'][number]): void {
  if (of.quantityReserved === 0) return;
  const place = { warehouseUid: order.warehouseUid, productUid: of.productUid, now: tenant.now() };
  tenant.stock.change(place, (record) => {
    record.quantityReserved -= of.quantityReserved;
  });
  of.quantityReserved = 0;
}

/** Moves the stock of one product and tells it. Quantity in hundredths: negative leaves the shelf. */
export function moveStock(actor: Actor, place: { warehouseUid: string; productUid: string }, quantity: number): void {
  actor.tenant.stock.change({ ...place, now: actor.tenant.now() }, (record) => {
    record.quantityStock += quantity;
  });
  emitStockChange(actor, place.warehouseUid, place.productUid);
}

/** Tells the webhooks about an order. */
export function emitOrderEvent(
  actor: Actor,
  order: Order,
  { action, more }: { action: WebhookAction; more?: References },
): void {
  const { tenant, events } = actor;
  events.emit(tenant, action, {
    store: referenceTo(tenant.stores, order.storeUid),
    order: referenceTo(tenant.orders, order.orderUid),
    ...more,
    tenantUser: referenceToUser(actor),
  });
}

/** The store of an order. */
export function storeOf({ tenant }: Actor, order: Order): Audited<Store> {
  const store = tenant.stores.get(order.storeUid);
  if (!store) throw notFound('store');
  return store;
}

/** @throws FlowProblem 409 when the order is COMPLETE or CANCELLED */
export function refuseIfFinal(order: Order): void {
  if (isFinal(order)) throw conflict('ORDER_FINAL', `The order is ${order.orderState} and cannot be changed.`);
}

/** @throws FlowProblem 409 when the store has no voucher number for a receipt */
export function assertVoucherNumberLeft(actor: Actor, order: Order): void {
  const series = actor.tenant.numberSeries.get(storeOf(actor, order).voucherNumberSeriesUid ?? '');
  if (!series || series.currentValue > series.end) {
    throw conflict('NUMBER_SERIES_EXHAUSTED', 'The store has no voucher number left for a receipt.');
  }
}

function isOverpaid({ totals }: Order): boolean {
  const payable = payableOf(totals);
  return Math.abs(totals.totalSettled) > Math.abs(payable) || totals.totalSettled * payable < 0;
}
