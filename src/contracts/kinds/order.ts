import { distinctNames } from '../../domain/distinct-names';
import { splitId } from '../entity-sync';
import type { EntityEvent, EntityKey, EntityKind, EntityOutcome, Fact, FailedAttemptReport } from '../entity-sync';
import type { PassInput, SyncStatus } from '../entity-sync';
import type { Direction } from '../search-attributes';

/**
 * An order, in both directions. Beside the passes, each receipt of the order goes to Omnium by itself
 * (src/workflows/order-receipts.ts).
 */

/** Identity of an order sync: the Flow tenant and the order number people quote on the phone. */
export interface OrderKey extends EntityKey {
  readonly orderNumber: string;
}

/** What an order's workflow is started with. */
export interface OrderStart extends OrderKey {
  /** Omnium's id of the order, usually equal to the number; of a sale born at a till, Flow's uid of it. */
  readonly omniumOrderId: string;
}

export interface OrderEvent extends EntityEvent {
  /** Flow's uid of the order that the event is about: this order, or a return that belongs to it. */
  readonly flowOrderUid?: string;
  /** The receipt that the event is about, with `flowOrderUid` as its order. */
  readonly receipt?: NamedReceipt;
}

/** A receipt of Flow's as an event names it. */
export interface NamedReceipt {
  readonly storeUid: string;
  readonly orderReceiptUid: string;
}

/** Input of the activity that makes one order the same in both systems. */
export type SyncOrderInput = OrderStart &
  PassInput & {
    /** What Flow's events have named: this order, or returns that belong to it. */
    readonly flowOrderUids?: readonly string[];
    /** The receipts that they have named, with their orders. */
    readonly namedReceipts?: readonly (NamedReceipt & { readonly flowOrderUid: string })[];
    /** Only Flow has named the order so far: its key may be the uid of another order's part. */
    readonly onlyFlowEvents?: boolean;
  };

/** A receipt of an order, with the Omnium order its invoice belongs to. */
export interface ReceiptReference extends NamedReceipt {
  readonly omniumOrderId: string;
}

/** Input of the activity that puts one receipt into Omnium as an invoice. */
export type SendReceiptInput = ReceiptReference & EntityKey & PassInput;

/** What was done about one receipt: references and amounts only. */
export interface ReceiptOutcome {
  readonly orderReceiptUid: string;
  /** The receipt's number, which is the invoice's as well; absent when the receipt was not looked at. */
  readonly voucherNumber?: string;
  /**
   * - `created`: the invoice and its file are new
   * - `completed`: the invoice was there and lacked something, which it has now
   * - `unchanged`: invoice and file were there
   * - `skipped`: none of Omnium's, see `reason`
   */
  readonly action: 'created' | 'completed' | 'unchanged' | 'skipped';
  readonly reason?: string;
  /** The invoice's amount, VAT included and without cash rounding, in cents; below zero for a credit note. */
  readonly amountCents?: number;
  /** What the invoice does not say, or says in two ways. */
  readonly differences?: readonly string[];
  /** Calls made to the vendors by the attempt that succeeded. */
  readonly calls: number;
}

/** Status of one receipt. */
export interface ReceiptStatus {
  readonly orderReceiptUid: string;
  readonly state: 'sending' | 'retrying' | 'sent';
  readonly lastFailure?: FailedAttemptReport;
}

/** Answer of an order's status query. */
export interface OrderStatus extends SyncStatus<OrderOutcome> {
  /** Receipts of the order on their way to Omnium, those that wait first. */
  readonly receipts?: readonly ReceiptStatus[];
}

/** What was done about one return. */
export interface ReturnOutcome {
  readonly flowOrderUid: string;
  readonly action: 'created' | 'unchanged';
  /** What the customer got back for the goods, in cents; the new goods of an exchange are an order of their own. */
  readonly creditedCents: number;
}

/**
 * What a pass over an order did. Fields are named as in the system they were written to, lines by their id, e.g.
 * `items[17].quantity`.
 */
export interface OrderOutcome extends EntityOutcome {
  /** Where `action` took place: `inbound` in Flow, `outbound` in Omnium. */
  readonly direction: Direction;
  readonly action: 'created' | 'updated' | 'unchanged' | 'cancelled' | 'skipped' | 'forwarded';
  /** Orders whose workflows go on with it, for `forwarded`: their workflow ids end with these. */
  readonly forwardedTo?: readonly string[];
  readonly omniumStatus?: string;
  readonly flowOrderUid?: string;
  /** Flow's own number of the order, as it stands on receipts. */
  readonly flowOrderNumber?: string;
  /** Flow's order state after the pass. */
  readonly orderState?: string;
  readonly lines?: number;
  /** Order total in Flow after the pass, in cents. */
  readonly totalCents?: number;
  readonly customer?: 'created' | 'found' | 'none';
  /** Returns of this order that events have named, by Flow's uid, which is their RMA number in Omnium. */
  readonly returns?: readonly ReturnOutcome[];
  /** Receipts whose invoices belong into Omnium. */
  readonly receipts?: readonly ReceiptReference[];
}

export const orderKind: EntityKind<OrderStart, OrderEvent, OrderOutcome, OrderKey> = {
  name: 'order',
  workflow: 'orderWorkflow',
  activity: 'syncOrder',
  engine: 'order-sync',
  direction: 'inbound',
  route: 'Omnium ⇄ Flow',
  ignoredActions: ['skipped', 'forwarded'],
  id: ({ tenantUid, orderNumber }) => `order:${tenantUid}:${orderNumber}`,
  parseId: (workflowId) => {
    const parts = splitId('order', workflowId);
    return parts && { tenantUid: parts.tenantUid, orderNumber: parts.rest };
  },
  subject: ({ orderNumber }) => `Order ${orderNumber}`,
  attributes: ({ orderNumber }) => ({ orderNumber }),
  merge: (before, latest) => {
    if (before.action !== 'created' && before.action !== 'updated' && before.action !== 'cancelled') return latest;
    // Several events about a new order make several passes: the page says "created", not that the last found nothing to do.
    const isOnlyLook = latest.action === 'unchanged';
    const action = isOnlyLook || before.action === 'created' ? before.action : latest.action;
    const changedFields = distinctNames(before.changedFields, latest.changedFields);
    const customer = before.customer === 'created' ? before.customer : latest.customer;
    // A return that a later pass has looked at again keeps what was done about it first.
    const known = new Set((before.returns ?? []).map(({ flowOrderUid }) => flowOrderUid));
    const returns = [
      ...(before.returns ?? []),
      ...(latest.returns ?? []).filter(({ flowOrderUid }) => !known.has(flowOrderUid)),
    ];
    return {
      ...latest,
      ...(isOnlyLook && { direction: before.direction }),
      ...(returns.length > 0 && { returns }),
      action: latest.action === 'cancelled' ? 'cancelled' : action,
      calls: (before.calls ?? 0) + (latest.calls ?? 0),
      ...(customer && { customer }),
      ...(changedFields.length > 0 && { changedFields }),
    };
  },
  sentence: (subject, { action, direction, reason, forwardedTo = [] }) => {
    const where = direction === 'inbound' ? 'Flow' : 'Omnium';
    switch (action) {
      case 'created':
        return `${subject} was created in ${where}.`;
      case 'updated':
        return `${subject} was brought up to date in ${where}.`;
      case 'unchanged':
        return `${subject} was already right in both systems; nothing was written.`;
      case 'cancelled':
        return `${subject} was cancelled in ${where} and its stock reservation freed.`;
      case 'skipped':
        return `${subject} was not synced: ${reason ?? 'no reason given'}.`;
      case 'forwarded':
        return `${subject} belongs to order ${forwardedTo.join(', ')}, whose own page says how it goes on.`;
    }
  },
  facts: (outcome) => {
    // What was not synced has nothing in either system to be reported.
    if (outcome.action === 'skipped' || outcome.action === 'forwarded') return [];
    const { flowOrderUid, flowOrderNumber, storeUid, orderState, lines, totalCents, omniumStatus, customer } = outcome;
    const inFlow = [
      flowOrderUid,
      flowOrderNumber === undefined ? undefined : `number ${flowOrderNumber}`,
      storeUid === undefined ? undefined : `store ${storeUid}`,
      orderState,
      lines === undefined ? undefined : `${lines} ${lines === 1 ? 'line' : 'lines'}`,
      totalCents === undefined ? undefined : `total ${major(totalCents)}`,
    ].filter((part) => part !== undefined);
    return [
      ...(omniumStatus === undefined ? [] : [['In Omnium', `status ${omniumStatus}`] satisfies Fact]),
      ...(inFlow.length === 0 ? [] : [['In Flow', inFlow.join(', ')] satisfies Fact]),
      ...(customer === undefined ? [] : [['Customer', customer] satisfies Fact]),
      ...(outcome.returns ?? []).map(({ flowOrderUid: uid, creditedCents }): Fact => [
        'Return',
        `${uid}, ${major(creditedCents)} given back`,
      ]),
    ];
  },
  keyOf: (id) => ({ ...id, omniumOrderId: id.orderNumber }),
  argument: ({ orderNumber }) => asArgument(orderNumber),
  resync: ({ orderNumber }) => `resync ${asArgument(orderNumber)}`,
};

/** Cents as people write them; integers only. */
function major(cents: number): string {
  const absolute = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.trunc(absolute / 100)}.${String(absolute % 100).padStart(2, '0')}`;
}

/** An order number as it can be typed in a shell. */
export function asArgument(orderNumber: string): string {
  return /^[\w.:/@-]+$/.test(orderNumber) ? orderNumber : `'${orderNumber.replaceAll("'", "'\\''")}'`;
}
