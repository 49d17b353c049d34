import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { EventSource } from './messages';
import type { RetryLadderName } from './retry-ladder';

/** Everything that is said to a goods reception workflow, and by it: uids, quantities and outcomes. */

/** Workflow type name as registered with Temporal. */
export const GOODS_RECEPTION_WORKFLOW = 'goodsReceptionWorkflow';

/** Wire name of the one signal a goods reception workflow knows. */
export const GOODS_RECEPTION_SIGNAL = 'goodsReceptionEvents';

/** One notice that goods were received in a shop. */
export interface GoodsReceptionEvent {
  /** Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `PURCHASE_RECEIVED`. */
  readonly what: string;
}

/**
 * Identity of a goods reception: the Flow tenant and the receivement. A webhook may name only the purchase order that was
 * received; then this is the purchase order's uid, and the pass tells each of its receivements.
 */
export interface GoodsReceptionKey {
  readonly tenantUid: string;
  readonly receivementUid: string;
}

/** `goods-reception:{tenantUid}:{receivementUid}` – one workflow per reception. */
export function goodsReceptionWorkflowId({ tenantUid, receivementUid }: GoodsReceptionKey): string {
  return `goods-reception:${tenantUid}:${receivementUid}`;
}

/** Inverse of {@link goodsReceptionWorkflowId}; `undefined` when the id belongs to another kind of workflow. */
export function parseGoodsReceptionWorkflowId(workflowId: string): GoodsReceptionKey | undefined {
  const match = /^goods-reception:([^:]+):([A-Za-z0-9_-]+)$/.exec(workflowId);
  return match?.[1] && match[2] ? { tenantUid: match[1], receivementUid: match[2] } : undefined;
}

/** What the uid of a {@link GoodsReceptionKey} names. */
export type ReceptionSubject = 'receivement' | 'purchase-order';

/** Input of the goods reception workflow. `version` lets a later release read what an older one started. */
export interface GoodsReceptionWorkflowInput extends GoodsReceptionKey {
  readonly version: 1;
  /** Flow's store in which the goods were received. */
  readonly storeUid: string;
  readonly subject: ReceptionSubject;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CarriedSync<GoodsReceptionEvent, GoodsReceptionOutcome>;
}

/** Input of the activity that brings one goods reception to Omnium. */
export interface ConfirmReceptionInput extends GoodsReceptionKey {
  readonly storeUid: string;
  readonly subject: ReceptionSubject;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What was confirmed to Omnium on one delivery. Quantities in hundredths of a piece. */
export interface ConfirmedDelivery {
  readonly purchaseOrderId: string;
  readonly deliveryId: string;
  readonly lines: number;
  readonly quantityHundredths: number;
}

/** What one pass did, or all passes of a run together. */
export interface GoodsReceptionOutcome {
  /**
   * - `confirmed`: a goods reception confirmation reached Omnium
   * - `levels-sent`: the purchase order is unknown in Omnium, so the stock levels were sent instead
   * - `unchanged`: Omnium has these quantities already
   * - `forwarded`: a purchase order was named; its receivements have been told
   * - `skipped`: deliberately nothing was done, see `reason`
   */
  readonly action: 'confirmed' | 'levels-sent' | 'unchanged' | 'forwarded' | 'skipped';
  readonly storeUid?: string;
  readonly reason?: string;
  readonly deliveries?: readonly ConfirmedDelivery[];
  /** Stock levels (sku and warehouse) that were written to Omnium. */
  readonly levels?: number;
  /** Receivements that were told, for `forwarded`. */
  readonly receivements?: number;
  /** What a person should look at: over-receipts, goods that could not be confirmed, writes against the master. */
  readonly differences?: readonly string[];
  /** Calls made to the vendors. */
  readonly calls?: number;
}

export type GoodsReceptionSignal = CoalescingSignal<GoodsReceptionEvent>;
export type GoodsReceptionStatus = CoalescingStatus<GoodsReceptionOutcome>;
export type GoodsReceptionWorkflowResult = CoalescingResult<GoodsReceptionOutcome>;
