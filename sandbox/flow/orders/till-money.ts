import { type Actor } from '../events';
import { invalidField } from '../problem';
import { type Audited } from '../store/collection';
import { type Order } from './order-model';
import { settle } from './order-payments';
import { divideRounded, lineTotal, payableOf, remainingOf, reservedMoneyOf } from './order-rules';
import { writePartReceipt } from './receipts';
import { type Payments } from './till-bodies';

/** A payment as the till will take it. */
export interface Taking {
  readonly storePaymentMethodUid: string;
  readonly amount: number;
  readonly cashRounding: number;
}

interface Wish {
  readonly storePaymentMethodUid: string;
  readonly isCash: boolean;
  readonly amount: number | null | undefined;
}

/** Cents rounded to coins, half away from zero. */
function roundToCoins(amountCents: number, coinCents: number): number {
  return divideRounded(amountCents, coinCents) * coinCents;
}

/**
 * The payments that settle all that is owed; in cash, if nothing is said.
 *
 * Cash is rounded to the country's coins, and the difference is the order's cash rounding. An amount in cash may be
 * given as it is owed or as it is paid: 100.40 and 100.00 both are a hundred kroner.
 * @throws FlowProblem 422
 */
export function paymentsOfAll(actor: Actor, order: Order, given: Payments | null | undefined): Taking[] {
  const coin = actor.tenant.market.cashRoundingCents;
  const owed = remainingOf(order);
  // All of it is reserved: there is nothing to take.
  if (owed === 0 && reservedMoneyOf(order).length > 0) return [];
  let open = owed;
  const wishes = wishesOf(actor, order, given ?? [{ settlementCode: 'CASH' }]);
  const takings = wishes.map((wish) => {
    const asked = wish.amount ?? open;
    const isRest = wish === wishes.at(-1) && wish.isCash && roundToCoins(open, coin) === asked;
    const covered = isRest ? open : asked;
    const amount = wish.isCash ? roundToCoins(covered, coin) : covered;
    const wrongSign = covered * owed < 0 || (covered === 0 && owed !== 0);
    if (wrongSign) throw invalidField('payments', `must add up to ${owed}`);
    open -= covered;
    return { storePaymentMethodUid: wish.storePaymentMethodUid, amount, cashRounding: amount - covered };
  });
  if (open !== 0) throw invalidField('payments', `must add up to ${owed}`);
  return takings;
}

/**
 * The payments of a part: each takes what it says, or `worth` if it says nothing. They may turn out to be everything.
 * What is paid of a part in cash is what is counted as paid; the rest of the order is rounded when it is paid.
 * @throws FlowProblem 422
 */
export function paymentsOfPart(
  actor: Actor,
  order: Order,
  { given, worth }: { given: Payments; worth?: number },
): Taking[] {
  const coin = actor.tenant.market.cashRoundingCents;
  let open = remainingOf(order);
  let worthLeft = worth;
  const wishes = wishesOf(actor, order, given);
  return wishes.map((wish, index) => {
    const asked = wish.amount ?? worthLeft;
    if (asked === undefined) throw invalidField(`payments[${index}].amount`, 'is missing');
    const amount = wish.isCash ? roundToCoins(asked, coin) : asked;
    const isLast = index === wishes.length - 1;
    const isRest = asked === open || (isLast && wish.isCash && amount === roundToCoins(open, coin));
    const covered = isRest ? open : amount;
    if (covered === 0 || covered * open < 0 || Math.abs(covered) > Math.abs(open)) {
      throw invalidField(`payments[${index}].amount`, `must be within the ${open} that remain to be paid`);
    }
    open -= covered;
    if (worthLeft !== undefined) worthLeft -= covered;
    return { storePaymentMethodUid: wish.storePaymentMethodUid, amount, cashRounding: amount - covered };
  });
}

/**
 * Takes the money. Each act of paying has one receipt: of the order's own type with the goods when the order is settled
 * by it, else of type `PAYMENT` over what was paid, whatever has been handed over.
 */
export function takeMoney(actor: Actor, order: Audited<Order>, takings: readonly Taking[]): void {
  const settlements = takings.map((taking) => settle(actor, order, taking));
  if (settlements.length === 0 || order.settleState === 'SETTLED') return;
  writePartReceipt(actor, order, settlements);
  actor.tenant.touch(actor.tenant.orders, order, actor.user);
}

/** Pieces of a line that go with the customer, in hundredths. */
export interface HandedOver {
  readonly orderItemUid: string;
  readonly quantity: number;
}

/** How many pieces of a line go. */
export function piecesOf(lines: readonly HandedOver[], orderItemUid: string): number {
  return lines.reduce((sum, line) => sum + (line.orderItemUid === orderItemUid ? line.quantity : 0), 0);
}

/** What was handed over before, or goes now, and is not paid yet, in cents; never more than is owed. */
export function unpaidWorth(order: Order, now: readonly HandedOver[]): number {
  const worth = order.items.reduce((sum, item) => {
    const net = lineTotal(item) - item.orderDiscountShare;
    return sum + divideRounded(net * (item.quantityDelivered + piecesOf(now, item.orderItemUid)), item.quantity);
  }, 0);
  const covered = payableOf(order.totals) - remainingOf(order);
  return Math.min(Math.max(worth - covered, 0), Math.max(remainingOf(order), 0));
}

function wishesOf({ tenant }: Actor, order: Order, wanted: Payments): Wish[] {
  return wanted.map(({ settlementCode, storePaymentMethodUid, amount }, index) => {
    const method = tenant.storePaymentMethods
      .find('storeUid', order.storeUid)
      .find((candidate) =>
        storePaymentMethodUid
          ? candidate.storePaymentMethodUid === storePaymentMethodUid
          : tenant.paymentMethods.get(candidate.tenantPaymentMethodUid)?.settlementCode === (settlementCode ?? 'CASH'),
      );
    if (!method) throw invalidField(`payments[${index}]`, 'names no payment method of the store');
    const isCash = tenant.paymentMethods.get(method.tenantPaymentMethodUid)?.paymentCode === 'CASH';
    return { storePaymentMethodUid: method.storePaymentMethodUid, isCash, amount };
  });
}
