import type { FailureType } from './failure-types';
import type { RetryLadderName } from './retry-ladder';
import type { SealedCustomerRef } from './kinds/customer';
import type { NamedReceipt } from './kinds/order';
import type { StockMaster } from './kinds/stock';
import type { SweepStream } from './streams';

/**
 * Everything that is said to a tenant's sweep, and by it. It looks through what each system has changed lately, compares
 * it with the other one, and notifies the owners of what differs: the net under the webhooks.
 */

/** Workflow type name as registered with Temporal: one long-lived workflow per tenant. */
export const SWEEP_WORKFLOW = 'sweepWorkflow';

/** Wire name of the signal by which a failed attempt is reported. */
export const SWEEP_SIGNAL = 'sweepEvents';

/** Signal with the settings of the moment: {@link SweepSettings}. Sent at every start of a worker. */
export const SWEEP_CONFIGURE_SIGNAL = 'configure';

/** Signal of a sync that ends because an operator gave it up: `GivenUpNotice` (entity-sync.ts). */
export const GIVEN_UP_SIGNAL = 'givenUp';

/** Update: looks now through the streams that are named, or through all. Answers with the moment from which they do, ISO-8601. */
export const SWEEP_NOW_UPDATE = 'sweepNow';

/** Query for the {@link SweepState}. */
export const SWEEP_QUERY = 'sweeps';

/** Query for the syncs that were given up: workflow id → moment. */
export const GIVEN_UP_QUERY = 'givenUp';

/** Memo of sweeps and of the Schedules' runs: which deployment has made them, and may end them. */
export const DEPLOYMENT_MEMO = 'deployment';

/** `sweep:{tenantUid}`. */
export function sweepWorkflowId(tenantUid: string): string {
  return `sweep:${tenantUid}`;
}

/** What a tenant's configuration says about its sweeps. */
export interface SweepSettings {
  /** Name of the group of workers that has configured it last; also in the memo {@link DEPLOYMENT_MEMO}. */
  readonly deployment: string;
  readonly retryLadder: RetryLadderName;
  /** Seconds between two looks, of the streams that are swept. */
  readonly every: Partial<Readonly<Record<SweepStream, number>>>;
  /** How far the read goes back behind the watermark: index lag, clock differences. */
  readonly overlapSeconds: number;
  /** Where a stream begins that has no watermark: so many hours ago. */
  readonly firstLookBackHours: number;
  /** Flow store → master of its stock, of all stores that the configuration names. */
  readonly stockMasters: Readonly<Record<string, StockMaster>>;
}

export interface SweepWorkflowInput {
  readonly tenantUid: string;
  readonly settings: SweepSettings;
  /** State carried over a continue-as-new. */
  readonly carried?: SweepState & { readonly givenUp: Readonly<Record<string, string>> };
}

/** What stretch of time a look reads. ISO-8601, UTC. */
export interface SweepWindow {
  /** Everything before this has been swept. */
  readonly watermark: string;
  /** Where the read begins: the watermark less the overlap. */
  readonly from: string;
  /** When this look began to read, which is the next watermark. */
  readonly to: string;
  /** Whether the watermark is an earlier look's, or so many hours ago as there was none. */
  readonly since: 'last-sweep' | 'first-look';
  /** Somebody asked for this look, who expects a whole one: also the parts that are left to one look in an hour. */
  readonly isAsked?: boolean;
}

export const NO_SWEEP_COUNTS = {
  /** The same in both systems as far as the rules ask. */
  inSync: 0,
  /** None of the integration's: another market, an order type that is not synced. */
  notOurs: 0,
  /** Differing, and no workflow at work on it: the webhook was lost. Published, and named. */
  found: 0,
  /** Differing, and its own workflow was running already. Published as well, in case that has read too early. */
  inProgress: 0,
  /** Differing, and given up by an operator since it last changed. Left alone. */
  givenUp: 0,
  /** A vendor failed on this one document. Published: its own workflow retries and shows why. */
  failedToLook: 0,
  /** Calls made to the vendors. */
  calls: 0,
};

/** What became of the documents of a look; each is counted in one of the first six. */
export type SweepCounts = Readonly<typeof NO_SWEEP_COUNTS>;

/** A customer is named by the hash of the id, everything else by its own. */
export type SweepTarget =
  | {
      readonly kind: 'order';
      readonly orderNumber: string;
      readonly omniumOrderId?: string;
      readonly flowOrderUid?: string;
      /** Where the finding is a receipt of this order's. */
      readonly receipt?: NamedReceipt;
    }
  | {
      readonly kind: 'customer';
      readonly customerKey: string;
      readonly reference: SealedCustomerRef;
      readonly change: 'changed' | 'deleted';
    }
  | { readonly kind: 'goods-reception'; readonly receivementUid: string; readonly storeUid: string }
  | { readonly kind: 'purchase-order'; readonly purchaseOrderId: string }
  /** The stock of a store, as far as it changed in Flow after `since`; as a whole where its master is another one now. */
  | {
      readonly kind: 'stock';
      readonly storeUid: string;
      readonly since: string | { readonly switchedTo: StockMaster; readonly isFirst: boolean };
    };

/** A document that differs. It is a sweep's pending write: applied by an event to the workflow that owns it. */
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

/** A stream of which a part is to be read. */
export interface SweepBegun {
  readonly stream: SweepStream;
  readonly window: SweepWindow;
  readonly cursor?: SweepCursor;
}

/** Input of the activity that reads and compares; writes nothing. */
export interface SweepLookInput {
  readonly tenantUid: string;
  readonly streams: readonly SweepBegun[];
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What a look has found in one stream. No `cursor` = it is at its end. */
export interface SweepLookResult {
  readonly stream: SweepStream;
  readonly counts: SweepCounts;
  readonly findings: readonly SweepFinding[];
  readonly cursor?: SweepCursor;
  /** Why it is not at its end: a vendor is away. It goes on from the cursor later. */
  readonly failure?: SweepFailure;
}

interface SweepFailure {
  readonly failureType: FailureType;
  readonly message: string;
  /** What the vendor asked for, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Input of the activity that notifies the owners. */
export interface PublishFindingsInput {
  readonly tenantUid: string;
  /** What the events are called, e.g. `Sweep flow-orders`, and what tells those of one look from those of another. */
  readonly batches: readonly {
    readonly what: string;
    readonly at: string;
    readonly direction?: 'inbound' | 'outbound';
    readonly findings: readonly SweepFinding[];
  }[];
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** Most names a report holds, and most of those that are not what the report is for. */
export const MAX_NAMES = 200;
export const MAX_OTHER_NAMES = 50;

/** What the looks through one stream have come to, from one watermark to the next. */
export interface SweepReport extends SweepCounts {
  readonly stream: SweepStream;
  readonly from: string;
  /** The next watermark. */
  readonly to: string;
  readonly since: SweepWindow['since'];
  readonly looked: number;
  readonly published: number;
  /** Exactly what was lost, at most {@link MAX_NAMES}: as {@link nameOfTarget} says. */
  readonly names: readonly string[];
  /** How many more were found than are named. */
  readonly moreNames: number;
  /** At most {@link MAX_OTHER_NAMES} of those that were being worked on. */
  readonly inProgressNames: readonly string[];
  /** At most {@link MAX_OTHER_NAMES} of those that could not be looked at. */
  readonly failedNames: readonly string[];
  readonly failedAttempts: number;
  /** When it came to its end, ISO-8601. */
  readonly endedAt: string;
}

/** The checkpoint of one sweep stream. */
export interface SweepCheckpoint {
  /** Everything before this has been swept. */
  readonly watermark?: string;
  /** Of the look that is under way: what it has come to so far. */
  readonly underWay?: SweepUnderWay;
  /** When it is looked through next, ISO-8601. */
  readonly dueAt: string;
  /** When somebody asked for a look that has not begun yet, ISO-8601. */
  readonly askedAt?: string;
  /** Why it waits to be tried again. */
  readonly failure?: SweepFailure & { readonly attempts: number };
  /** Of the look that ended last. */
  readonly last?: SweepReport;
}

export interface SweepUnderWay {
  readonly window: SweepWindow;
  readonly cursor?: SweepCursor;
  readonly counts: SweepCounts;
  readonly names: readonly string[];
  readonly inProgressNames: readonly string[];
  readonly failedNames: readonly string[];
  readonly failedAttempts: number;
}

/** Everything a tenant's sweep keeps, except what was given up. */
export interface SweepState {
  readonly settings: SweepSettings;
  readonly streams: Partial<Readonly<Record<SweepStream, SweepCheckpoint>>>;
  /** The masters whose stores' owners have been notified; absent = none yet. */
  readonly stockMasters?: SweepSettings['stockMasters'];
}
