import type { SealedCustomerRef } from './kinds/customer';
import type { StockMaster } from './kinds/stock';
import type { FailedAttemptReport } from './coalescing-messages';
import type { RetryLadderName } from './retry-ladder';

/**
 * Everything that is said to a sweep, and by it. A sweep reads what one system has changed lately, compares it with the
 * other one, and tells the owners of what differs: the net under the webhooks.
 */

/** Workflow type name as registered with Temporal. */
export const SWEEP_WORKFLOW = 'sweepWorkflow';

/** Wire name of the one signal a sweep knows. */
export const SWEEP_SIGNAL = 'sweepEvents';

/** Memo key of a run that is over: its {@link SweepSummary}. The next run finds its watermark there. */
export const SWEEP_MEMO = 'sweep';

/** What is swept: documents of one kind that one system has changed. */
export const SWEEP_STREAMS = [
  'omnium-orders',
  'omnium-customers',
  'flow-orders',
  'flow-receipts',
  'flow-customers',
  'flow-receivements',
  'flow-stock',
  'omnium-purchase-orders',
] as const;
export type SweepStream = (typeof SWEEP_STREAMS)[number];

/** Identity of a sweep: one Schedule per tenant and stream. */
export interface SweepKey {
  readonly tenantUid: string;
  readonly stream: SweepStream;
}

/** Id of the Schedule and, with the time appended by Temporal, of its runs: `sweep:{tenantUid}:{stream}`. */
export function sweepScheduleId({ tenantUid, stream }: SweepKey): string {
  return `sweep:${tenantUid}:${stream}`;
}

/** Inverse of {@link sweepScheduleId}; `undefined` for a Schedule of another kind. */
export function parseSweepScheduleId(scheduleId: string): SweepKey | undefined {
  const match = /^sweep:([^:]+):([a-z-]+)$/.exec(scheduleId);
  const stream = SWEEP_STREAMS.find((known) => known === match?.[2]);
  return match?.[1] && stream ? { tenantUid: match[1], stream } : undefined;
}

/** Input of the sweep workflow. `version` lets a later release read what an older one started. */
export interface SweepWorkflowInput extends SweepKey {
  readonly version: 1;
  readonly retryLadder: RetryLadderName;
  /** How far the read goes back behind the watermark: index lag, clock differences. */
  readonly overlapSeconds: number;
  /** Where a sweep begins that has no watermark: so many hours ago. */
  readonly firstLookBackHours: number;
  /**
   * Of `flow-stock` only, and not read by the workflow: who was the master of each store's stock when the Schedule was
   * provisioned last. The next start finds there which have changed (src/temporal/stock-masters.ts).
   */
  readonly stockMasters?: Readonly<Record<string, StockMaster>>;
  /** State carried over a continue-as-new. */
  readonly carried?: SweepProgress;
}

/** What stretch of time a run reads. ISO-8601, UTC. */
export interface SweepWindow {
  /** Everything before this has been swept. */
  readonly watermark: string;
  /** Where the read begins: the watermark less the overlap. */
  readonly from: string;
  /** When this run began to read, which is the next watermark. */
  readonly to: string;
  /**
   * Where the watermark comes from: the latest completed run; or, when Temporal keeps none any more, the last time the
   * Schedule acted; or nowhere, as this is the first look.
   */
  readonly since: 'last-sweep' | 'last-action' | 'first-look';
}

/** What became of the documents of a run; each is counted in one of the first six. */
export interface SweepCounts {
  /** The same in both systems as far as the rules ask. */
  readonly inSync: number;
  /** None of the integration's: another market, an order type that is not synced. */
  readonly notOurs: number;
  /** Differing, and nobody was working on it: no webhook told us, or we lost it. Signalled, and named. */
  readonly found: number;
  /** Differing, and its own workflow was running already. Signalled as well, in case that has read too early. */
  readonly inProgress: number;
  /** Differing, and an operator has given up on it since it last changed. Left alone. */
  readonly givenUp: number;
  /** A vendor failed on this one document. Signalled: its own workflow retries and shows why. */
  readonly failedToLook: number;
  /** Calls made to the vendors. */
  readonly calls: number;
}

/** A customer is named by the hash of the id, everything else by its own. */
export type SweepTarget =
  | {
      readonly kind: 'order';
      readonly orderNumber: string;
      readonly omniumOrderId?: string;
      readonly flowOrderUid?: string;
    }
  | {
      readonly kind: 'customer';
      readonly customerKey: string;
      readonly reference: SealedCustomerRef;
      readonly change: 'changed' | 'deleted';
    }
  | { readonly kind: 'goods-reception'; readonly receivementUid: string; readonly storeUid: string }
  | { readonly kind: 'purchase-order'; readonly purchaseOrderId: string }
  /** The stock of a store, as far as it changed in Flow after `since`. */
  | { readonly kind: 'stock'; readonly storeUid: string; readonly since: string };

/** One document that somebody has to look after. */
export interface SweepFinding {
  readonly target: SweepTarget;
  readonly standing: 'found' | 'inProgress' | 'failedToLook';
  readonly storeUid?: string;
}

/** The name people know a target by; no personal data. */
export function nameOfTarget(target: SweepTarget): string {
  switch (target.kind) {
    case 'order':
      return target.orderNumber;
    case 'customer':
      return target.customerKey;
    case 'goods-reception':
      return target.receivementUid;
    case 'purchase-order':
      return target.purchaseOrderId;
    case 'stock':
      return target.storeUid;
  }
}

/** How far a stream has been read: a place within it that survives a crash. Only the stream's own reader reads it. */
export type SweepCursor = Readonly<Record<string, string | number | readonly string[]>>;

/** Most names a report holds, and most of those that are not what the report is for. */
export const MAX_NAMES = 200;
export const MAX_OTHER_NAMES = 50;

/** What a run has done so far. */
export interface SweepProgress {
  readonly window: SweepWindow;
  readonly cursor?: SweepCursor;
  readonly counts: SweepCounts;
  readonly names: readonly string[];
  readonly inProgressNames: readonly string[];
  readonly failedNames: readonly string[];
  readonly failedAttempts: number;
}

/** Input of the activity that finds where a sweep begins. */
export interface FindWatermarkInput extends SweepKey {
  readonly overlapSeconds: number;
  readonly firstLookBackHours: number;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** Input of the activity that reads and compares one stretch of a stream. Writes nothing. */
export interface SweepStretchInput extends SweepKey {
  readonly window: SweepWindow;
  readonly cursor?: SweepCursor;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What a stretch has found. No `cursor` = the stream is at its end. */
export interface SweepStretchResult {
  readonly counts: SweepCounts;
  readonly findings: readonly SweepFinding[];
  readonly cursor?: SweepCursor;
}

/** Input of the activity that tells the owners. */
export interface SignalFindingsInput extends SweepKey {
  /** Makes the events of one run its own, and those of a repeated attempt the same. */
  readonly window: SweepWindow;
  readonly findings: readonly SweepFinding[];
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What the memo of a completed run holds. */
export interface SweepSummary extends SweepKey, SweepCounts {
  readonly from: string;
  /** The next watermark. */
  readonly to: string;
  readonly looked: number;
  readonly signalled: number;
}

/** Result of a completed run. */
export interface SweepReport extends SweepSummary {
  readonly since: SweepWindow['since'];
  /** Exactly what was lost, at most {@link MAX_NAMES}: as {@link nameOfTarget} says. */
  readonly names: readonly string[];
  /** How many more were found than are named. */
  readonly moreNames: number;
  /** At most {@link MAX_OTHER_NAMES} of those that were being worked on. */
  readonly inProgressNames: readonly string[];
  /** At most {@link MAX_OTHER_NAMES} of those that could not be looked at. */
  readonly failedNames: readonly string[];
  readonly failedAttempts: number;
}

/** Body of {@link SWEEP_SIGNAL}. */
export interface SweepSignal {
  readonly kind: 'attemptFailed';
  readonly report: FailedAttemptReport;
}

export const NO_COUNTS: SweepCounts = {
  inSync: 0,
  notOurs: 0,
  found: 0,
  inProgress: 0,
  givenUp: 0,
  failedToLook: 0,
  calls: 0,
};

/** Sums, member by member. */
export function addCounts(a: SweepCounts, b: SweepCounts): SweepCounts {
  return {
    inSync: a.inSync + b.inSync,
    notOurs: a.notOurs + b.notOurs,
    found: a.found + b.found,
    inProgress: a.inProgress + b.inProgress,
    givenUp: a.givenUp + b.givenUp,
    failedToLook: a.failedToLook + b.failedToLook,
    calls: a.calls + b.calls,
  };
}

/** Documents looked at. */
export function lookedAt({ inSync, notOurs, found, inProgress, givenUp, failedToLook }: SweepCounts): number {
  return inSync + notOurs + found + inProgress + givenUp + failedToLook;
}

/** Longest wait of a sweep between two attempts: after an outage the net must be back within minutes, not hours. */
export const LONGEST_SWEEP_DELAY_MS = 5 * 60_000;
