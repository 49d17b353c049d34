import type { FailedAttemptReport as EntityFailure } from './entity-sync';
import type { SyncState } from './search-attributes';

/** What is said to, and by, every workflow that owns the sync of one thing: orders and customers. */

/** What a run that goes by a Schedule is notified of: every failed attempt, with the time of the next. */
export interface FailedAttemptReport extends EntityFailure {
  /** When the next attempt is due, ISO-8601. */
  readonly nextAttemptAt: string;
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
