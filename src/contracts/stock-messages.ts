import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { EventSource } from './messages';
import type { RetryLadderName } from './retry-ladder';

/**
 * Everything that is said to the workflow that owns the stock of one Flow store, and by it: what Flow's stock has become
 * where Flow is the master, and full alignments towards either master.
 */

/** Workflow type name as registered with Temporal. */
export const STOCK_WORKFLOW = 'stockWorkflow';

/** Wire name of the one signal a stock workflow knows. */
export const STOCK_SIGNAL = 'stockEvents';

/** Who is right about the stock of a store (docs/adr/0011-one-stock-master.md). */
export type StockMaster = 'flow' | 'omnium';

/** What should be looked at. */
export type StockSubject =
  /** One product in one warehouse. `receivementUid`: a goods reception with it that Omnium has just been told of. */
  | {
      readonly kind: 'level';
      readonly warehouseUid: string;
      readonly productUid: string;
      readonly receivementUid?: string;
    }
  /** Everything that changed in Flow after a moment, ISO-8601. */
  | { readonly kind: 'changes'; readonly since: string }
  /** Everything, towards whoever is the master when the look begins. */
  | { readonly kind: 'all' }
  /** Everything, because the master has changed; once more when writes that were under way must have ended. */
  | { readonly kind: 'switch'; readonly master: StockMaster };

/** Whether a look at these subjects sees every level of the store. */
export function looksAtEverything(subjects: readonly StockSubject[]): boolean {
  return subjects.some(({ kind }) => kind === 'all' || kind === 'switch');
}

/** One notice that stock should be looked at. */
export interface StockEvent {
  /** Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `STOCK_CHANGE`. */
  readonly what: string;
  readonly subject: StockSubject;
}

/** Identity of a store's stock. */
export interface StockKey {
  readonly tenantUid: string;
  readonly storeUid: string;
}

/** `stock:{tenantUid}:{storeUid}` – one workflow per Flow store. */
export function stockWorkflowId({ tenantUid, storeUid }: StockKey): string {
  return `stock:${tenantUid}:${storeUid}`;
}

/** Input of the stock workflow. `version` lets a later release read what an older one started. */
export interface StockWorkflowInput extends StockKey {
  readonly version: 1;
  readonly retryLadder: RetryLadderName;
  /** How long after an alignment that a switch of masters asked for the store is aligned once more. */
  readonly alignAgainAfterSeconds: number;
  /** State carried over a continue-as-new. */
  readonly carried?: StockCarriedState;
}

/** What survives a continue-as-new. */
export interface StockCarriedState extends CarriedSync<StockEvent, StockOutcome> {
  /** Set while a second alignment is still to come. */
  readonly alignAgain?: boolean;
}

/** Input of the activity that looks at stock and writes towards the master. */
export interface SyncStockInput extends StockKey {
  readonly subjects: readonly StockSubject[];
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What one pass did, or all passes of a run together. A level is one product in one warehouse. */
export interface StockOutcome {
  readonly action: 'aligned' | 'unchanged' | 'skipped';
  readonly master: StockMaster;
  readonly reason?: string;
  /** Levels that were compared. */
  readonly compared: number;
  /** Levels that were written to the system that is not the master. */
  readonly written: number;
  /** Left alone for the moment: their goods reception is under way and will ask again. */
  readonly inFlight: number;
  /** When the latest of the compared levels was read, ISO-8601. */
  readonly readAt?: string;
  /** What a person should look at, at most 20: levels that cannot be carried over, products one side does not know. */
  readonly differences?: readonly string[];
  /** Calls made to the vendors. */
  readonly calls?: number;
}

export type StockSignal = CoalescingSignal<StockEvent>;
export type StockStatus = CoalescingStatus<StockOutcome>;
export type StockWorkflowResult = CoalescingResult<StockOutcome>;
