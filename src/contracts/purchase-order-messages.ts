import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { EventSource } from './messages';
import type { RetryLadderName } from './retry-ladder';

/** Everything that is said to a purchase order workflow, and by it: ids, counts, field names and outcomes. */

/** Workflow type name as registered with Temporal. */
export const PURCHASE_ORDER_WORKFLOW = 'purchaseOrderWorkflow';

/** Wire name of the one signal a purchase order workflow knows. */
export const PURCHASE_ORDER_SIGNAL = 'purchaseOrderEvents';

/** One notice about a purchase order or a delivery of it. */
export interface PurchaseOrderEvent {
  /** Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `Updated (351101)`. */
  readonly what: string;
}

/**
 * What an event named: a purchase order, or a delivery. Only Omnium knows whose lines a delivery holds, so its own
 * workflow finds out and tells the purchase orders.
 */
export type PurchaseOrderSubject =
  | { readonly tenantUid: string; readonly purchaseOrderId: string }
  | { readonly tenantUid: string; readonly deliveryId: string };

/** `purchase-order:{tenantUid}:{purchaseOrderId}`, or `delivery:{tenantUid}:{deliveryId}`. */
export function purchaseOrderWorkflowId(subject: PurchaseOrderSubject): string {
  return 'purchaseOrderId' in subject
    ? `purchase-order:${subject.tenantUid}:${subject.purchaseOrderId}`
    : `delivery:${subject.tenantUid}:${subject.deliveryId}`;
}

/** Inverse of {@link purchaseOrderWorkflowId}; `undefined` when the id belongs to another kind of workflow. */
export function parsePurchaseOrderWorkflowId(workflowId: string): PurchaseOrderSubject | undefined {
  // A tenant uid holds no colon (Flow's UID pattern), an Omnium id may.
  const match = /^(purchase-order|delivery):([^:]+):(.+)$/s.exec(workflowId);
  const [, kind, tenantUid, id] = match ?? [];
  if (!tenantUid || !id) return undefined;
  return kind === 'delivery' ? { tenantUid, deliveryId: id } : { tenantUid, purchaseOrderId: id };
}

/** Input of the purchase order workflow. `version` lets a later release read what an older one started. */
export interface PurchaseOrderWorkflowInput {
  readonly version: 1;
  readonly subject: PurchaseOrderSubject;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CarriedSync<PurchaseOrderEvent, PurchaseOrderOutcome>;
}

/** Input of the activity that brings one purchase order to Flow, or tells the purchase orders of a delivery. */
export interface SyncPurchaseOrderInput {
  readonly subject: PurchaseOrderSubject;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What a sync of a purchase order would do now, found by reading only. */
export interface PurchaseOrderInspection {
  /** `differs` also when a sync would fail; `not-ours` when it would deliberately do nothing. */
  readonly verdict: 'in-sync' | 'differs' | 'not-ours';
  readonly storeUid?: string;
}

/** What one pass did, or all passes of a run together. */
export interface PurchaseOrderOutcome {
  /**
   * - `removed`: gone or cancelled in Omnium, so nothing of it is expected in the shops any more: what Flow had of it was
   *   deleted, or closed where goods were received
   * - `forwarded`: a delivery was named; its purchase orders have been told
   * - `skipped`: deliberately nothing was done, see `reason`
   */
  readonly action: 'created' | 'updated' | 'unchanged' | 'removed' | 'forwarded' | 'skipped';
  readonly reason?: string;
  readonly storeUid?: string;
  /** Flow's uids: one, or one per delivery (`ExportDeliveryAsPo`) or per store. At most 20. */
  readonly flowPurchaseOrderUids?: readonly string[];
  readonly linesAdded?: number;
  readonly linesChanged?: number;
  readonly linesRemoved?: number;
  /** Lines of which Flow has received more than Omnium knows: their goods receptions are on their way there. */
  readonly linesInFlight?: number;
  /** What was written, e.g. `status`, `line quantityOrdered`; at most 20 names. */
  readonly changedFields?: readonly string[];
  /** What a person should look at. */
  readonly differences?: readonly string[];
  /** Purchase orders that were told, for `forwarded`. */
  readonly purchaseOrders?: number;
  /** Calls made to the vendors. */
  readonly calls?: number;
}

export type PurchaseOrderSignal = CoalescingSignal<PurchaseOrderEvent>;
export type PurchaseOrderStatus = CoalescingStatus<PurchaseOrderOutcome>;
export type PurchaseOrderWorkflowResult = CoalescingResult<PurchaseOrderOutcome>;
