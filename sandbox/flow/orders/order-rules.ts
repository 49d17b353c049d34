import { type FieldError } from '../problem';
import {
  type DeliveryState,
  type Order,
  type OrderItem,
  type OrderState,
  type OrderTotals,
  type SettleState,
  type Settlement,
} from './order-model';

/** The rules of Flow's orders, pure: no store, no clock, no stock. Sources: flow-api.md §3.7, §7; U-STATE. */

/** Half away from zero, of a fraction of integers. */
export function divideRounded(numerator: number, denominator: number): number {
  const rounded = Math.floor((Math.abs(numerator) * 2 + denominator) / (denominator * 2));
  return numerator < 0 ? 0 - rounded : rounded;
}

/** Price of a line before any discount, in cents. */
export function lineGross(item: Pick<OrderItem, 'itemPrice' | 'quantity'>): number {
  return divideRounded(item.itemPrice * item.quantity, 100);
}

/** Price of a line after its own discount, in cents. */
export function lineTotal(item: Pick<OrderItem, 'itemPrice' | 'quantity' | 'itemDiscountAmount'>): number {
  return lineGross(item) - item.itemDiscountAmount;
}

/** VAT contained in an amount, in cents; the rate is in hundredths of a percent. */
export function vatWithin(amount: number, vatRate: number): number {
  return divideRounded(amount * vatRate, 10_000 + vatRate);
}

/** Which states an order may be put to from the one it is in; COMPLETE is only ever reached by paying and delivering. */
const TRANSITIONS: Record<OrderState, readonly OrderState[]> = {
  OPEN: ['PARKED', 'CONFIRMED', 'CANCELLED'],
  PARKED: ['OPEN', 'CANCELLED'],
  CONFIRMED: ['OPEN', 'CANCELLED'],
  COMPLETE: [],
  CANCELLED: [],
};

/** Why an order may not go to a state, or nothing. */
export function refusalOfTransition(order: Order, to: OrderState): string | undefined {
  if (order.orderState === to) return undefined;
  if (!TRANSITIONS[order.orderState].includes(to)) return `An order cannot go from ${order.orderState} to ${to}.`;
  if (to === 'CANCELLED' && isTouched(order)) return 'An order with payments or deliveries cannot be cancelled.';
  if (to === 'OPEN' && order.settleState === 'SETTLED') return 'A settled order cannot be reopened.';
  return undefined;
}

/** Whether anything was paid or handed over. Money that is only reserved is neither. */
export function isTouched(order: Order): boolean {
  return paymentsOf(order).length > 0 || order.items.some((item) => item.quantityDelivered !== 0);
}

/** The settlements that are money: without the pre-payments that are only reserved. */
export function paymentsOf({ settlements }: Pick<Order, 'settlements'>): Settlement[] {
  return settlements.filter(({ isReserved }) => !isReserved);
}

/** Pre-payments that wait for the rest to be paid, or for the goods to go. */
export function reservedMoneyOf({ settlements }: Pick<Order, 'settlements'>): Settlement[] {
  return settlements.filter(({ isReserved }) => isReserved);
}

/**
 * Makes payments of the pre-payments once nothing more is owed and the rest was paid, or everything was handed over
 * (flow-api.md §9). What is more than was owed stays reserved.
 *
 * @returns whether any was used
 */
export function usePrePayments(order: Order): boolean {
  const isFulfilled = order.deliveryState === 'DELIVERED' || order.totals.totalSettled !== 0;
  const reserved = reservedMoneyOf(order);
  if (reserved.length === 0 || isFinal(order) || !isFulfilled || remainingOf(order) > 0) return false;
  let owed = payableOf(order.totals) - order.totals.totalSettled;
  for (const settlement of reserved) {
    const used = Math.min(settlement.amount, owed);
    owed -= used;
    if (used > 0) Object.assign(settlement, { amount: used, isReserved: false });
  }
  return true;
}

/** COMPLETE and CANCELLED are final. */
export function isFinal(order: Order): boolean {
  return order.orderState === 'COMPLETE' || order.orderState === 'CANCELLED';
}

/** Settled and delivered lines stay as they are. */
export function isLocked(item: OrderItem): boolean {
  return item.quantitySettled !== 0 || item.quantityDelivered !== 0;
}

/** Goods that are carried over the counter; shipping fees and the like are not. */
export function isPhysical(item: Pick<OrderItem, 'productType'>): boolean {
  return item.productType !== 'NON_PHYSICAL';
}

/** Goods whose number on the shelf is counted. */
export function isStockControlled(item: Pick<OrderItem, 'productType'>): boolean {
  return item.productType === 'STOCK';
}

/** How much of a line the order keeps others from selling: OPEN, PARKED and CONFIRMED all reserve, offers do not. */
export function reservationOf(order: Order, item: OrderItem): number {
  const reserves = !isFinal(order) && order.type === 'ORDER' && isStockControlled(item);
  return reserves ? Math.max(item.quantity - item.quantityDelivered, 0) : 0;
}

/** What a caller may do with the order as it is; shown in the document. */
export function allowedActionsOf(order: Order): string[] {
  if (isFinal(order)) return [];
  const actions: string[] = [];
  const settled = order.settleState === 'SETTLED';
  if (order.orderState === 'OPEN') {
    if (!settled) actions.push('EDIT_ITEMS');
    actions.push('PARK', 'CONFIRM');
  } else if (!settled) {
    actions.push('REOPEN');
  }
  if (!isTouched(order)) actions.push('CANCEL');
  if (!settled) actions.push('SETTLE');
  if (order.deliveryState !== 'DELIVERED') actions.push('DELIVER');
  return actions;
}

/** What may be done with a line. */
export function allowedItemActionsOf(order: Order, item: OrderItem): string[] {
  const editable = order.orderState === 'OPEN' && order.settleState !== 'SETTLED' && !isLocked(item);
  return editable ? ['QUANTITY_SOLD', 'PRICE', 'DISCOUNT', 'REMOVE'] : [];
}

/** What is wrong with the numbers of a line; fields carry `prefix`. */
export function checkLine(
  order: Pick<Order, 'type' | 'isExchange'>,
  item: OrderItem,
  prefix: string,
  takesNegativePrices: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  const returning = order.type === 'RETURN';
  if (order.isExchange) {
    if (item.quantity === 0) errors.push({ field: `${prefix}quantity`, message: 'must not be 0' });
  } else if (returning ? item.quantity >= 0 : item.quantity <= 0) {
    errors.push({ field: `${prefix}quantity`, message: returning ? 'must be below 0' : 'must be above 0' });
  }
  if (item.itemPrice < 0 && !takesNegativePrices)
    errors.push({ field: `${prefix}itemPrice`, message: 'must not be negative' });
  const gross = lineGross(item);
  const against = gross < 0 ? -item.itemDiscountAmount : item.itemDiscountAmount;
  if (against < 0 || against > Math.abs(gross)) {
    errors.push({ field: `${prefix}itemDiscountAmount`, message: "must be between 0 and the line's price" });
  }
  return errors;
}

/** What the payments have to add up to: the total, and what cash rounding made of it. */
export function payableOf({ totalAmount, cashRounding }: OrderTotals): number {
  return totalAmount + cashRounding;
}

/** What is still to be paid, in cents, beyond what is reserved; negative for a return. */
export function remainingOf({ totals, settlements }: Order): number {
  const reserved = reservedMoneyOf({ settlements }).reduce((sum, { amount }) => sum + amount, 0);
  const unpaid = payableOf(totals) - totals.totalSettled;
  return reserved === 0 ? unpaid : Math.max(unpaid - reserved, 0);
}

/** Brings everything that follows from lines, discounts, payments and deliveries up to date. */
export function rollUp(order: Order): void {
  for (const item of order.items) {
    if (item.itemDiscountPercentage !== null) {
      item.itemDiscountAmount = divideRounded(lineGross(item) * item.itemDiscountPercentage, 10_000);
    }
  }
  const beforeOrderDiscounts = order.items.reduce((sum, item) => sum + lineTotal(item), 0);
  const orderDiscount = wholeOrderDiscount(order, beforeOrderDiscounts);
  shareOut(order.items, orderDiscount, beforeOrderDiscounts);
  order.totals = {
    totalAmount: beforeOrderDiscounts - orderDiscount,
    totalVatAmount: order.items.reduce((sum, item) => sum + lineVat(item), 0),
    totalDiscountAmount: order.items.reduce((sum, item) => sum + item.itemDiscountAmount, orderDiscount),
    totalSettled: paymentsOf(order).reduce((sum, { amount }) => sum + amount, 0),
    cashRounding: order.settlements.reduce((sum, { cashRounding }) => sum + cashRounding, 0),
  };
  order.settleState = settleStateOf(order);
  if (order.settleState === 'SETTLED') settleLines(order);
  order.deliveryState = deliveryStateOf(order);
  if (order.settleState === 'SETTLED' && order.deliveryState === 'DELIVERED' && !isFinal(order)) {
    order.orderState = 'COMPLETE';
  }
}

/** VAT in a line after its part of the order's discounts. */
export function lineVat(item: OrderItem): number {
  return vatWithin(lineTotal(item) - item.orderDiscountShare, item.vatRate);
}

function wholeOrderDiscount(order: Order, base: number): number {
  let total = 0;
  for (const { scope, type, amount } of order.discounts) {
    if (scope !== 'WHOLE_ORDER') continue;
    total += type === 'AMOUNT' ? amount : divideRounded(Math.abs(base) * amount, 10_000);
  }
  const capped = Math.min(total, Math.abs(base));
  return base < 0 ? 0 - capped : capped;
}

/** Spreads a discount over the lines by their price, cents left over going to the last line with a price. */
function shareOut(items: readonly OrderItem[], discount: number, base: number): void {
  let left = discount;
  for (const item of items) {
    item.orderDiscountShare = base === 0 ? 0 : Math.trunc((discount * lineTotal(item)) / base);
    left -= item.orderDiscountShare;
  }
  const last = items.findLast((item) => lineTotal(item) !== 0);
  if (last) last.orderDiscountShare += left;
}

function settleStateOf({ settlements, totals, settleState, items }: Order): SettleState {
  if (settleState === 'SETTLED') return 'SETTLED';
  if (paymentsOf({ settlements }).length === 0) return 'NOT_STARTED';
  return totals.totalSettled === payableOf(totals) && items.length > 0 ? 'SETTLED' : 'PARTIALLY_SETTLED';
}

/** A paid line is settled; what is not physical counts as delivered with its sale. */
function settleLines(order: Order): void {
  for (const item of order.items) {
    item.quantitySettled = item.quantity;
    if (!isPhysical(item)) item.quantityDelivered = item.quantity;
  }
}

function deliveryStateOf(order: Order): DeliveryState {
  const physical = order.items.filter(isPhysical);
  // An order of fees only is delivered with its sale; else the goods decide.
  const deciding = physical.length > 0 ? physical : order.items;
  const delivered = deciding.filter((item) => item.quantityDelivered !== 0);
  if (delivered.length === 0) return 'NOT_STARTED';
  return deciding.every((item) => item.quantityDelivered === item.quantity) ? 'DELIVERED' : 'PARTIALLY_DELIVERED';
}
