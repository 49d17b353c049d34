import { distinctNames } from '../domain/distinct-names';
import type { FailureType } from './failure-types';
import type { RetryLadderName } from './retry-ladder';
import type { Direction, SyncState } from './search-attributes';
import type { Engine } from './task-queues';

/**
 * What is common to every entity sync: the messages of its workflow, and the descriptor that makes a kind of it
 * (`kinds/*.ts`). Plain data only: references, counts and outcomes. No names, addresses, e-mails or phone numbers, because
 * all of it is readable in the Web UI for as long as the history is kept.
 */

/** Wire names that every entity workflow has: two signals, two updates (operator commands with an answer), one query. */
export const EVENTS_SIGNAL = 'events';
export const ATTEMPT_FAILED_SIGNAL = 'attemptFailed';
export const RETRY_NOW_UPDATE = 'retryNow';
export const GIVE_UP_UPDATE = 'giveUp';
export const SYNC_STATUS_QUERY = 'syncStatus';

/** Memo key of the number of attempts that failed, written only when any did. */
export const FAILED_ATTEMPTS_MEMO = 'failedAttempts';

/** Who said that something may have changed. */
type EventSource = 'omnium' | 'flow' | 'sweep' | 'operator';

/** One notice that something may have changed: who said so and what kind of change, never the document itself. */
export interface EntityEvent {
  /** The sender's event id, or a hash of the body for senders that give none. Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  /** What happened in the sender's words, e.g. `Updated (140105)` or `ORDER_SETTLED`. For the reader of the history. */
  readonly what: string;
}

/** Identity of what is synced: every kind belongs to a Flow tenant. */
export interface EntityKey {
  readonly tenantUid: string;
}

/** What one pass did, or all passes of a run together. References, counts and field names; never a document. */
export interface EntityOutcome {
  readonly action: string;
  /** Why nothing was done, for `skipped`; for some kinds also why something was removed or left out. */
  readonly reason?: string;
  /** Found by the pass; becomes a search attribute. */
  readonly storeUid?: string;
  /** What was written, e.g. `name`, `image cover`; at most 20 names. */
  readonly changedFields?: readonly string[];
  /** What still differs and a person should look at. */
  readonly differences?: readonly string[];
  /** Calls made to the vendors. */
  readonly calls?: number;
  /** Attempts at the latest pass that failed before it came to its end. */
  readonly failedAttempts?: number;
}

/** Body of {@link ATTEMPT_FAILED_SIGNAL}: sent when an attempt fails in another way than the one before it. */
export interface FailedAttemptReport {
  readonly failureType: FailureType;
  /** What failed, in words and without personal data. */
  readonly message: string;
  /** The attempt that failed, from 1. Later ones that fail in the same way are not reported. */
  readonly attempt: number;
  /** When it failed, ISO-8601. */
  readonly at: string;
  /** Which pass this attempt belongs to, so that a late report of an abandoned attempt is recognised. */
  readonly pass: number;
  readonly storeUid?: string;
  /** The receipt that could not be sent; absent when it is the order itself. */
  readonly orderReceiptUid?: string;
}

/** Argument of {@link GIVE_UP_UPDATE}. */
export interface GiveUpRequest {
  /** Why, and who decided it. Shown on the page: no personal data of customers. */
  readonly reason: string;
}

/** Wire name of the activity that keeps a {@link GivenUpNotice}. */
export const REMEMBER_GIVEN_UP = 'rememberGivenUp';

/** An entity whose retries an operator has ended; outlives the closed run. */
export interface GivenUpNotice {
  /** Name of the kind, e.g. `order`. */
  readonly kind: string;
  /** Id of its workflow. */
  readonly id: string;
  readonly tenantUid: string;
  /** ISO-8601. */
  readonly at: string;
  readonly reason: string;
}

/** Input of every pass's activity, beside the key of its entity. */
export interface PassInput {
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** Input of an entity workflow. */
export type EntityInput<Key, Event, Outcome> = Key & {
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CarriedSync<Event, Outcome>;
};

/** What survives a continue-as-new: nothing that was recorded may be lost, nothing already seen may run twice. */
export interface CarriedSync<Event, Outcome> {
  readonly inbox: readonly Event[];
  readonly seenEventIds: readonly string[];
  readonly passes: number;
  readonly failedAttempts: number;
  readonly outcome?: Outcome;
  /** Of what only one kind has beside its passes. */
  readonly beside?: unknown;
}

/** Answer of {@link SYNC_STATUS_QUERY}. Attempt and next try are the server's: see the run's pending activities. */
export interface SyncStatus<Outcome> {
  readonly syncState: SyncState;
  readonly passes: number;
  /** At least so many; exact for passes that came to their end. */
  readonly failedAttempts: number;
  readonly waitingEvents: number;
  /** Why it waits to be tried again. */
  readonly lastFailure?: FailedAttemptReport;
  readonly outcome?: Outcome;
}

/** Result of a run that is over. */
export interface SyncResult<Outcome> {
  readonly syncState: SyncState;
  readonly passes: number;
  readonly failedAttempts: number;
  readonly outcome?: Outcome;
  readonly givenUpBecause?: string;
}

/** A line of a report about an outcome, e.g. `['Written', 'name, brand']`. */
export type Fact = readonly [label: string, text: string];

/**
 * One kind of entity sync. The workflow, the publisher, the operator's commands and the status page read it; its logic is
 * its activity. `Id` is what its workflow id is made of, `Key` what its workflow is started with.
 */
export interface EntityKind<
  Key extends Id,
  Event extends EntityEvent,
  Outcome extends EntityOutcome,
  Id extends EntityKey = Key,
> {
  /** In reports and on the command line; also the prefix of its ids. */
  readonly name: string;
  /** Wire names. */
  readonly workflow: string;
  readonly activity: string;
  readonly engine: Engine;
  readonly direction: Direction;
  /** The direction for people, e.g. `Omnium → Flow`. */
  readonly route: string;
  /** Most events that one pass answers. By default all: they only say that there is something to look at. */
  readonly eventsPerPass?: number;
  /** Set where only events say what a pass looks at, so that a run has nothing to do before its first one. */
  readonly isNothingWithoutEvents?: true;
  /** Actions by which a pass deliberately leaves the entity alone. By default `skipped`. */
  readonly ignoredActions?: readonly Outcome['action'][];

  /** The workflow id; a business key (docs/architecture.md, "One owner"). */
  id(id: Id): string;
  /** Inverse of {@link id}; `undefined` when the id belongs to another kind of workflow. */
  parseId(workflowId: string): Id | undefined;
  /** For people, without personal data, e.g. `Order 104233`. */
  subject(id: Id): string;
  /** Search attributes that are known from the start. */
  attributes?(key: Key): { readonly orderNumber?: string; readonly storeUid?: string };
  /** What the activity is given beside the key and {@link PassInput}. */
  passInput?(events: readonly Event[]): object;
  /** What two passes of a run, the second of which has answered these events, come to together. */
  merge(before: Outcome, latest: Outcome, events: readonly Event[]): Outcome;
  /** One sentence about what was done, e.g. `Order 104233 was created in Flow.` */
  sentence(subject: string, outcome: Outcome): string;
  /** What else a reader wants to know; what every kind has is added: fields written, differences left. */
  facts?(outcome: Outcome): readonly Fact[];
  /** What its workflow is started with when only the id is known; undefined where that is not enough. By default the id. */
  keyOf?(id: Id): Key | undefined;
  /** What an operator's event holds beside the common members, given an earlier one; undefined where there has to be one. */
  operatorEvent?(earlier: Event | undefined): object | undefined;
  /** What commands take for it, where that is not its id. */
  argument?(id: Id): string;
  /** The command that has it synced again, without `npm run ops -- `. */
  resync(id: Id): string;
}

/** Any kind of entity sync, where only what is common matters. */
export type AnyEntityKind = EntityKind<EntityKey, EntityEvent, EntityOutcome>;

/** Temporal refuses ids over 1,000 bytes. In characters, with room for the prefix and for multi-byte characters. */
export const MAX_ID_LENGTH = 200;

/** `{kind}:{tenantUid}:{rest}` in its parts; `undefined` for another kind's id. The rest may hold colons. */
export function splitId(kind: string, workflowId: string): { tenantUid: string; rest: string } | undefined {
  // A tenant uid holds no colon (Flow's UID pattern), a vendor's id may.
  const match = /^([a-z-]+):([^:]+):(.+)$/s.exec(workflowId);
  return match?.[1] === kind && match[2] && match[3] ? { tenantUid: match[2], rest: match[3] } : undefined;
}

/** Where an entity is after its last pass. */
export function stateOf(
  { ignoredActions = ['skipped'] }: Pick<AnyEntityKind, 'ignoredActions'>,
  { action, differences }: EntityOutcome,
): SyncState {
  if (differences?.length) return 'Differs';
  return ignoredActions.includes(action) ? 'Ignored' : 'Synced';
}

/** All that a reader wants to know about an outcome beside its sentence. */
export function factsOf(kind: AnyEntityKind, outcome: EntityOutcome): Fact[] {
  return [
    ...(kind.facts?.(outcome) ?? []),
    ...(outcome.changedFields?.length ? [['Written', outcome.changedFields.join(', ')] as const] : []),
    ...(outcome.differences ?? []).map((difference) => ['Left different', difference] as const),
  ];
}

/**
 * What two passes come to for their reader: where the second left the entity, under the action that says most, with all that
 * both have written.
 *
 * @param leading the pass whose action says most
 * @param sums counts of what was written
 */
export function mergePasses<Outcome extends EntityOutcome>(
  before: Outcome,
  latest: Outcome,
  leading: Outcome,
  sums: readonly (keyof Outcome)[] = [],
): Outcome {
  const changedFields = distinctNames(before.changedFields, latest.changedFields);
  const counted = sums.map((count) => [count, Number(before[count] ?? 0) + Number(latest[count] ?? 0)] as const);
  return {
    ...latest,
    action: leading.action,
    ...(leading.reason !== undefined && { reason: leading.reason }),
    ...Object.fromEntries(counted.filter(([, sum]) => sum > 0)),
    ...(changedFields.length > 0 && { changedFields }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/**
 * The pass of two whose action says most to a reader: a pass that only looked says nothing new, and what was created and
 * changed at once is still new.
 */
export function leadingPass<Outcome extends EntityOutcome>(
  before: Outcome,
  latest: Outcome,
  writes: readonly Outcome['action'][],
): Outcome {
  const isOnlyLook = latest.action === 'unchanged' || latest.action === 'skipped';
  const wasCreated = before.action === 'created' && latest.action === 'updated';
  return (isOnlyLook && writes.includes(before.action)) || wasCreated ? before : latest;
}
