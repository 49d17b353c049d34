import type {
  CarriedSync,
  CoalescingResult,
  CoalescingSignal,
  CoalescingStatus,
  FailedAttemptReport,
} from './coalescing-messages';
import type { RetryLadderName } from './retry-ladder';
import type { Direction } from './search-attributes';

/**
 * Everything that is said to an order workflow, and by it. Plain data only: references, counts and outcomes. No names,
 * addresses, e-mails or phone numbers, because all of it is readable in the Web UI for as long as the history is kept.
 */

/** Workflow type names as registered with Temporal. */
export const ORDER_WORKFLOW = 'orderWorkflow';

/** Who told us that an order may have changed. */
export type EventSource = 'omnium' | 'flow' | 'sweep' | 'operator';

/** One notice about an order: who said so and what kind of change, never the document itself. */
export interface OrderEvent {
  /** The sender's event id, or a hash of the body for senders that give none. Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `Updated` or `ORDER_SETTLED`. For the reader of the history. */
  readonly what: string;
  /** Flow's uid of the order that the event is about: this order, or a return that belongs to it. */
  readonly flowOrderUid?: string;
}

/**
 * Input of the order workflow. `version` lets a later release read what an older one started: 1 = release 0.1, which
 * knew one direction and one activity name; 2 = both directions.
 */
export interface OrderWorkflowInput {
  readonly version: 1 | 2;
  readonly tenantUid: string;
  readonly orderNumber: string;
  /** Omnium's id of the order, usually equal to the number; of a sale born at a till, Flow's uid of it. */
  readonly omniumOrderId: string;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: OrderWorkflowCarriedState;
}

/** What survives a continue-as-new. */
export interface OrderWorkflowCarriedState extends CarriedSync<OrderEvent, OrderOutcome> {
  /** Flow's uids of the orders and returns that events of this run have named. */
  readonly flowOrderUids?: readonly string[];
  /** Receipts that are not in Omnium yet. */
  readonly receipts?: readonly ReceiptReference[];
}

/** Wire name of the one signal an order workflow knows (order is only kept within one signal name). */
export const ORDER_SIGNAL = 'orderEvents';

/** Body of {@link ORDER_SIGNAL}. */
export type OrderSignal = CoalescingSignal<OrderEvent>;

/** Wire names of the updates (operator commands with an answer) and of the query. */
export const RETRY_NOW_UPDATE = 'retryNow';
export const GIVE_UP_UPDATE = 'giveUp';
export const SYNC_STATUS_QUERY = 'syncStatus';

/** Argument of {@link GIVE_UP_UPDATE}. */
export interface GiveUpRequest {
  /** Why, and who decided it. Shown on the order's page: no personal data of customers. */
  readonly reason: string;
}

/** Answer of {@link SYNC_STATUS_QUERY}, and the source of the current details in the Web UI. */
export interface SyncStatus extends CoalescingStatus<OrderOutcome> {
  /** Receipts of the order on their way to Omnium, those that wait first. */
  readonly receipts?: readonly ReceiptStatus[];
}

/** Where one receipt stands. */
export interface ReceiptStatus {
  readonly orderReceiptUid: string;
  readonly state: 'sending' | 'retrying' | 'sent';
  readonly lastFailure?: FailedAttemptReport;
}

/** Input of the activity that makes one order the same in both systems. */
export interface SyncOrderInput {
  readonly tenantUid: string;
  readonly orderNumber: string;
  readonly omniumOrderId: string;
  /** What Flow's events have named: this order, or returns that belong to it. */
  readonly flowOrderUids?: readonly string[];
  /** Nobody but Flow has named the order so far: its key may be the uid of another order's part. */
  readonly onlyFlowEvents?: boolean;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** A receipt of an order, with the Omnium order its invoice belongs to. */
export interface ReceiptReference {
  readonly storeUid: string;
  readonly orderReceiptUid: string;
  readonly omniumOrderId: string;
}

/**
 * What one pass did, or all passes of a run together. References, counts and field names; never a document.
 * Fields are named as in the system they were written to, lines by their id, e.g. `items[17].quantity`.
 */
export interface OrderOutcome {
  /** Where `action` took place: `inbound` in Flow, `outbound` in Omnium. */
  readonly direction: Direction;
  readonly action: 'created' | 'updated' | 'unchanged' | 'cancelled' | 'skipped' | 'forwarded';
  /** Why nothing was done, for `skipped`. */
  readonly reason?: string;
  /** Orders whose workflows go on with it, for `forwarded`: their workflow ids end with these. */
  readonly forwardedTo?: readonly string[];
  readonly omniumStatus?: string;
  readonly flowOrderUid?: string;
  /** Flow's own number of the order, as it stands on receipts. */
  readonly flowOrderNumber?: string;
  readonly storeUid?: string;
  /** Flow's order state after the pass. */
  readonly orderState?: string;
  readonly lines?: number;
  /** Order total in Flow after the pass, in cents. */
  readonly totalCents?: number;
  readonly customer?: 'created' | 'found' | 'none';
  /** What was written, at most 20 names. */
  readonly changedFields?: readonly string[];
  /** What still differs and why it was left alone; empty or absent when both systems agree. */
  readonly differences?: readonly string[];
  /** Returns of this order that the pass was told of, by Flow's uid, which is their RMA number in Omnium. */
  readonly returns?: readonly ReturnOutcome[];
  /** Receipts whose invoices belong into Omnium. */
  readonly receipts?: readonly ReceiptReference[];
  /** Calls made to the vendors, for the reader who wonders about cost. */
  readonly calls?: number;
}

/** What was done about one return. */
export interface ReturnOutcome {
  readonly flowOrderUid: string;
  readonly action: 'created' | 'unchanged';
  /** What the customer got back for the goods, in cents; the new goods of an exchange are an order of their own. */
  readonly creditedCents: number;
}

/** Result of a completed order workflow run. */
export type OrderWorkflowResult = CoalescingResult<OrderOutcome>;

/** Memo key that holds how many attempts failed, written only when any did. */
export const FAILED_ATTEMPTS_MEMO = 'failedAttempts';
