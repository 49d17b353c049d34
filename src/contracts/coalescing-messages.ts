import type { FailureType } from './failure-types';
import type { SyncState } from './search-attributes';

/** What is said to, and by, every workflow that owns the sync of one thing: orders and customers. */

/** Sent by a failing activity to its own workflow, so that the order's page can say what failed and when it goes on. */
export interface FailedAttemptReport {
  readonly failureType: FailureType;
  /** What failed, in words and without personal data. */
  readonly message: string;
  /** The attempt that failed, from 1; also the rung of the ladder. */
  readonly attempt: number;
  /** When the next attempt is due, ISO-8601. */
  readonly nextAttemptAt: string;
  /** Which pass this attempt belongs to, so that a late report of an abandoned attempt is recognised. */
  readonly pass: number;
  readonly storeUid?: string;
  /** The receipt that could not be sent; absent when it is the order itself. */
  readonly orderReceiptUid?: string;
}

/** What the signal of such a workflow carries. */
export type CoalescingSignal<Event> =
  | { readonly kind: 'events'; readonly events: readonly Event[] }
  | { readonly kind: 'attemptFailed'; readonly report: FailedAttemptReport };

/** What survives a continue-as-new: nothing that was recorded may be lost, nothing already seen may run twice. */
export interface CarriedSync<Event, Outcome> {
  readonly inbox: readonly Event[];
  readonly seenEventIds: readonly string[];
  readonly passes: number;
  readonly failedAttempts: number;
  readonly outcome?: Outcome;
}

/** Answer of the status query. */
export interface CoalescingStatus<Outcome> {
  readonly syncState: SyncState;
  readonly passes: number;
  readonly failedAttempts: number;
  readonly waitingEvents: number;
  readonly lastFailure?: FailedAttemptReport;
  readonly outcome?: Outcome;
}

/** Result of a run that is over. */
export interface CoalescingResult<Outcome> {
  readonly syncState: SyncState;
  readonly passes: number;
  readonly failedAttempts: number;
  readonly outcome?: Outcome;
  readonly givenUpBecause?: string;
}
