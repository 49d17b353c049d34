import type { Branded } from './brands';
import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { EventSource } from './messages';
import type { RetryLadderName } from './retry-ladder';
import type { Direction } from './search-attributes';

/**
 * Everything that is said to a customer workflow, and by it. A customer's id can be an e-mail address or a phone number,
 * so not even ids are said in the clear: the workflow is named by a hash, and the id travels sealed.
 */

/** Workflow type name as registered with Temporal. */
export const CUSTOMER_WORKFLOW = 'customerWorkflow';

/** Wire name of the one signal a customer workflow knows. */
export const CUSTOMER_SIGNAL = 'customerEvents';

/** Which customer an event is about, readable only by who has the tenant's secret (src/temporal/sealed-reference.ts). */
export type SealedCustomerRef = Branded<string, 'SealedCustomerRef'>;

/** One notice about a customer: who said so and what kind of change, never the customer. */
export interface CustomerEvent {
  /** The sender's event id, or a hash of the body for senders that give none. Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `Updated` or `CUSTOMER_CREATE`. For the reader of the history. */
  readonly what: string;
  readonly reference: SealedCustomerRef;
  /** `deleted`: the sender says that the customer is gone. An anonymised customer is a changed one. */
  readonly kind: 'changed' | 'deleted';
}

/** Body of {@link CUSTOMER_SIGNAL}. */
export type CustomerSignal = CoalescingSignal<CustomerEvent>;

/** Identity of a customer sync: the Flow tenant and the keyed hash of the customer's id (`customerKeyOf`). */
export interface CustomerKey {
  readonly tenantUid: string;
  readonly customerKey: string;
}

/** `customer:{tenantUid}:{customerKey}` – one workflow per customer, both directions. */
export function customerWorkflowId({ tenantUid, customerKey }: CustomerKey): string {
  return `customer:${tenantUid}:${customerKey}`;
}

/** Inverse of {@link customerWorkflowId}; `undefined` when the id belongs to another kind of workflow. */
export function parseCustomerWorkflowId(workflowId: string): CustomerKey | undefined {
  const match = /^customer:([^:]+):([0-9a-f]{32})$/.exec(workflowId);
  return match?.[1] && match[2] ? { tenantUid: match[1], customerKey: match[2] } : undefined;
}

/** Input of the customer workflow. `version` lets a later release read what an older one started. */
export interface CustomerWorkflowInput extends CustomerKey {
  readonly version: 1;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CustomerWorkflowCarriedState;
}

/** What survives a continue-as-new. */
export type CustomerWorkflowCarriedState = CarriedSync<CustomerEvent, CustomerOutcome>;

/** Input of the activity that makes one customer right in both systems. */
export interface SyncCustomerInput extends CustomerKey {
  /** Which customers the events of this pass named: nearly always the same one. */
  readonly events: readonly Pick<CustomerEvent, 'reference' | 'kind'>[];
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What one pass did, or all passes of a run together: field names and outcomes, no values and no ids. */
export interface CustomerOutcome {
  readonly action: 'created' | 'updated' | 'linked' | 'anonymized' | 'deleted' | 'unchanged' | 'skipped';
  /** Where the customer's data went; absent when nothing was written. */
  readonly direction?: Direction;
  readonly customerType?: 'private' | 'business';
  /** Why nothing was done, for `skipped`. */
  readonly reason?: string;
  /** What was written, e.g. `Omnium email`, at most 20 names. */
  readonly changedFields?: readonly string[];
  /** What still differs and why it was left alone. */
  readonly differences?: readonly string[];
  /** Calls made to the vendors. */
  readonly calls?: number;
}

/** Answer of the `syncStatus` query. */
export type CustomerSyncStatus = CoalescingStatus<CustomerOutcome>;

/** Result of a completed customer workflow run. */
export type CustomerWorkflowResult = CoalescingResult<CustomerOutcome>;
