import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { EventSource } from './messages';
import type { RetryLadderName } from './retry-ladder';

/** Everything that is said to the workflow that brings a tenant's stores to Flow, and by it. */

/** Workflow type name as registered with Temporal. */
export const STORES_WORKFLOW = 'storesWorkflow';

/** Wire name of the one signal a stores workflow knows. */
export const STORES_SIGNAL = 'storesEvents';

/** One notice that a store has changed; all stores of the tenant are looked at together. */
export interface StoresEvent {
  /** Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `Updated (370102)`. */
  readonly what: string;
}

/** `stores:{tenantUid}` – one workflow for all stores of a tenant. */
export function storesWorkflowId(tenantUid: string): string {
  return `stores:${tenantUid}`;
}

/** Input of the stores workflow. `version` lets a later release read what an older one started. */
export interface StoresWorkflowInput {
  readonly version: 1;
  readonly tenantUid: string;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CarriedSync<StoresEvent, StoresOutcome>;
}

/** Input of the activity that brings all stores of a tenant to Flow. */
export interface ExportStoresInput {
  readonly tenantUid: string;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** How many of a kind were made, changed and left alone. */
export interface ExportTally {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

/** What one pass did, or all passes of a run together. */
export interface StoresOutcome {
  readonly action: 'exported' | 'unchanged' | 'skipped';
  readonly reason?: string;
  readonly organizations?: ExportTally;
  readonly stores?: ExportTally;
  readonly warehouses?: ExportTally;
  readonly priceLists?: ExportTally;
  /** What was written, e.g. `oslocity openingHours`; at most 20. */
  readonly changedFields?: readonly string[];
  /** What a person should look at: ids that collide, warehouses without a parent, stores that are gone from Omnium. */
  readonly differences?: readonly string[];
  /** What is right and good to know: whose a warehouse is that several stores list. */
  readonly notes?: readonly string[];
  /** Calls made to the vendors. */
  readonly calls?: number;
}

export type StoresSignal = CoalescingSignal<StoresEvent>;
export type StoresStatus = CoalescingStatus<StoresOutcome>;
export type StoresWorkflowResult = CoalescingResult<StoresOutcome>;
