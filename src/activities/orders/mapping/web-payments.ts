import type { OmniumOrder } from '../../../clients/omnium/orders';
import { compact } from '../../../domain/compact';
import { asCents, toCents, type Cents } from '../../../domain/money';

/** Money of a web order that the till is not to ask for, as Flow has to have it: reserved, once per payment of Omnium's. */
export interface DesiredPrePayment {
  /** Omnium's payment id, or the transaction's where payments have none. */
  readonly externalId: string;
  readonly amount: Cents;
  /** Omnium's name of the payment method; which Flow method that is, the tenant's mapping says. */
  readonly paymentMethodName?: string;
}

type Payment = OmniumOrder['orderForm']['payments'][number];

/** One payment of the customer: what was promised and received of it, and given back. Cents. */
interface Entry {
  readonly transactionId: string | undefined;
  readonly method: string | undefined;
  promised: number;
  received: number;
  credited: number;
}

const PROMISE = 'authorization';
const WITHDRAWALS = new Set(['void', 'releaseremainingauthorization']);
const GIVEN_BACK = 'credit';
/** Money that was promised before, where there is such a promise; other received money is a payment of its own. */
const CAPTURES = new Set(['capture', 'captured']);

type Known = Pick<Payment, 'id' | 'transactionId' | 'paymentMethodName'> & {
  readonly type: string;
  /** Above zero. */
  readonly cents: number;
};

/**
 * What the web shop's customer has promised or paid, by payment: the till asks for the rest (omnium-api.md, additions:
 * authorised − voided is promised, captured + sale − credited is received).
 *
 * A capture belongs to the promise of its transaction, else to one of its method that is not received yet: so money that is
 * promised and then captured counts once, however often, and under whatever transaction, it is captured. Failed payments
 * are none.
 *
 * @param receivedTypes `orders.prepaymentTransactionTypes`
 * @returns the pre-payments above zero, in Omnium's order, and for people what could not be placed
 */
export function prePaymentsOf(
  payments: readonly Payment[],
  receivedTypes: readonly string[],
): { readonly prePayments: readonly DesiredPrePayment[]; readonly problems: string[] } {
  const receivedWords = new Set(receivedTypes.map((type) => type.toLowerCase()));
  const known = payments.flatMap((payment): Known[] => {
    const cents = toCents(payment.amount);
    const type = payment.transactionType?.toLowerCase() ?? '';
    // Omnium leaves the status out on some old payments; only `Failed` says that no money came.
    if (payment.status?.toLowerCase() === 'failed' || cents === 0) return [];
    const isGivenBack = cents < 0 && receivedWords.has(type);
    return [{ ...payment, type: isGivenBack ? GIVEN_BACK : type, cents: Math.abs(cents) }];
  });
  const isCapture = ({ type }: Known): boolean => CAPTURES.has(type) && receivedWords.has(type);
  const entries = new Map<string, Entry>();
  const problems: string[] = [];
  const add = (payment: Known, member: 'promised' | 'received', cents: number): void => {
    const externalId = payment.id ?? payment.transactionId;
    if (!externalId) problems.push('payments: a payment has neither id nor transactionId and was left out');
    else {
      // With an id it is the same payment once more; without one it is one more of its transaction.
      const before = payment.id === undefined ? entries.get(externalId) : undefined;
      const { transactionId, paymentMethodName: method } = payment;
      const entry = before ?? { transactionId, method, promised: 0, received: 0, credited: 0 };
      entry[member] += cents;
      entries.set(externalId, entry);
    }
  };
  for (const payment of known) {
    if (payment.type === PROMISE) add(payment, 'promised', payment.cents);
    else if (receivedWords.has(payment.type) && !isCapture(payment)) add(payment, 'received', payment.cents);
  }
  const captures = new Map(known.filter(isCapture).map((payment, index) => [payment.id ?? `#${index}`, payment]));
  for (const payment of captures.values()) {
    const left = spread(
      payment.cents,
      relatedTo(payment, entries),
      openOf,
      (entry, taken) => (entry.received += taken),
    );
    if (left > 0) add(payment, 'received', left);
  }
  for (const payment of known.filter(({ type }) => WITHDRAWALS.has(type))) {
    spread(payment.cents, relatedTo(payment, entries), openOf, (entry, taken) => (entry.promised -= taken));
  }
  for (const payment of known.filter(({ type }) => type === GIVEN_BACK)) {
    const related = new Set([...relatedTo(payment, entries), ...entries.values()]);
    const left = spread(payment.cents, related, standingOf, (entry, taken) => (entry.credited += taken));
    if (left > 0) problems.push(`payments: ${left} cents more were given back than received`);
  }
  const prePayments = [...entries].flatMap(([externalId, entry]) => {
    const amount = asCents(standingOf(entry));
    return amount > 0 ? [compact({ externalId, amount, paymentMethodName: entry.method })] : [];
  });
  return { prePayments, problems };
}

/** Entries of a payment's transaction, then those of its method. */
function relatedTo(
  { transactionId, paymentMethodName }: Known,
  entries: ReadonlyMap<string, Entry>,
): ReadonlySet<Entry> {
  const all = [...entries.values()];
  const ofTransaction = all.filter((entry) => transactionId !== undefined && entry.transactionId === transactionId);
  return new Set([...ofTransaction, ...all.filter(({ method }) => method === paymentMethodName)]);
}

/** Spreads an amount over entries, each as far as it has room; returns what is left. */
function spread(
  cents: number,
  entries: Iterable<Entry>,
  roomOf: (entry: Entry) => number,
  take: (entry: Entry, taken: number) => void,
): number {
  let left = cents;
  for (const entry of entries) {
    const taken = Math.min(left, roomOf(entry));
    take(entry, taken);
    left -= taken;
  }
  return left;
}

/** What was promised and not received yet. */
function openOf({ promised, received }: Entry): number {
  return Math.max(promised - received, 0);
}

/** What the till is not to ask for of a payment. */
function standingOf({ promised, received, credited }: Entry): number {
  return Math.max(Math.max(promised, received) - credited, 0);
}
