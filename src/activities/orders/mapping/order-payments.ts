import type { OmniumPayment } from '../../../clients/omnium/members';
import type { OmniumOrder } from '../../../clients/omnium/orders';
import { toCents, type Cents } from '../../../domain/money';

/** A pre-payment as it has to stand in Flow: an external settlement, once per Omnium payment. */
export interface DesiredSettlement {
  /** Omnium's payment id. */
  readonly externalId: string;
  readonly amount: Cents;
  /** Omnium's name of the payment method; which Flow method that is, the tenant's mapping says. */
  readonly paymentMethodName?: string;
}

/** Pre-payments to be in Flow, and what could not be carried over. */
export interface MappedPayments {
  readonly settlements: readonly DesiredSettlement[];
  readonly problems: readonly string[];
}

/**
 * Payments, Omnium → Flow: money that has been received (`prepaymentTransactionTypes`, `Processed`) becomes external
 * settlements. An authorisation is a promise and no money; refunds belong to the returns.
 */
export function mapPrepayments(order: OmniumOrder, transactionTypes: readonly string[]): MappedPayments {
  const accepted = new Set(transactionTypes.map((type) => type.toLowerCase()));
  const settlements: DesiredSettlement[] = [];
  const problems: string[] = [];
  for (const payment of order.orderForm.payments) {
    if (!accepted.has(payment.transactionType?.toLowerCase() ?? '') || !isProcessed(payment)) continue;
    const id = payment.id ?? payment.transactionId;
    const amount = toCents(payment.amount);
    if (!id) problems.push('payments: a received payment has neither id nor transactionId and was left out');
    else if (amount !== 0) settlements.push(toSettlement({ id, amount, name: payment.paymentMethodName }));
  }
  return { settlements: unique(settlements), problems };
}

function toSettlement(payment: { id: string; amount: Cents; name: string | undefined }): DesiredSettlement {
  return {
    externalId: payment.id,
    amount: payment.amount,
    ...(payment.name && { paymentMethodName: payment.name }),
  };
}

/** Omnium leaves the status out on some old payments; only `Failed` says that no money came. */
function isProcessed(payment: OmniumPayment): boolean {
  return payment.status?.toLowerCase() !== 'failed';
}

/** A payment that appears twice (same id) is one payment. */
function unique(settlements: readonly DesiredSettlement[]): DesiredSettlement[] {
  return [...new Map(settlements.map((settlement) => [settlement.externalId, settlement])).values()];
}
