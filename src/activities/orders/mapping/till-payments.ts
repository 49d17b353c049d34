import type { FlowOrder, FlowSettlement } from '../../../clients/flow/orders';
import type { OmniumPaymentWrite } from '../../../clients/omnium/members';
import { asCents, centsToDecimal, sumCents, type Cents } from '../../../domain/money';
import { ownUid } from '../../../domain/own-uids';

/** Uid of the settlement that stands in Flow for a pre-payment of the web shop. */
export function prepaymentUid(orderUid: string, paymentId: string): string {
  return ownUid(orderUid, 'payment', paymentId);
}

/** Whether a settlement came from Omnium: it must not go back there as a payment taken in the shop. */
export function isPrepayment(orderUid: string, { settlementUid, externalId }: FlowSettlement): boolean {
  return externalId !== undefined && settlementUid === prepaymentUid(orderUid, externalId);
}

/** What was paid, or paid back, in the shop. */
export function tillSettlements(order: FlowOrder): FlowSettlement[] {
  return order.settlements.filter((settlement) => settlement.amount !== 0 && !isPrepayment(order.orderUid, settlement));
}

/** Cash rounding of a paid order: what Flow names, else what the payments are over the total. */
export function cashRounding(order: FlowOrder): Cents {
  if (order.orderTotals.cashRounding !== undefined) return asCents(order.orderTotals.cashRounding);
  if (order.settleState !== 'SETTLED') return asCents(0);
  const paid = sumCents(order.settlements.map(({ amount }) => asCents(amount)));
  const over = paid - order.orderTotals.totalAmount;
  return asCents(Math.abs(over) < MOST_CASH_ROUNDING_CENTS ? over : 0);
}

/** The Nordic currencies round cash to at most one whole unit, so at most half of one either way. */
const MOST_CASH_ROUNDING_CENTS = 100;

/** How a payment gets its name and store in Omnium. */
export interface PaymentContext {
  /** Omnium's name of the payment method, by settlement code. */
  readonly nameOf: (settlementCode: string | undefined) => string;
  readonly storeId: string;
}

/** A payment taken in the shop, as Omnium keeps it: `Sale`, or `Credit` for money given back (Omnium, order guide). */
export function toOmniumPayment(settlement: FlowSettlement, { nameOf, storeId }: PaymentContext): OmniumPaymentWrite {
  const { settlementUid, amount, settledAt, externalPaymentReference } = settlement;
  return {
    id: settlementUid,
    amount: centsToDecimal(asCents(Math.abs(amount))),
    transactionType: amount < 0 ? 'Credit' : 'Sale',
    status: 'Processed',
    paymentMethodName: nameOf(settlement.settlementCode),
    transactionId: externalPaymentReference ?? settlementUid,
    storeId,
    ...(settledAt && { created: settledAt }),
  };
}
