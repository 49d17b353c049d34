import {
  ActivityCancellationType,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  scheduleActivity,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
  type ActivityOptions,
} from '@temporalio/workflow';
import {
  ATTEMPT_FAILED_SIGNAL,
  EVENTS_SIGNAL,
  FAILED_ATTEMPTS_MEMO,
  GIVE_UP_UPDATE,
  REMEMBER_GIVEN_UP,
  RETRY_NOW_UPDATE,
  stateOf,
  SYNC_STATUS_QUERY,
  type CarriedSync,
  type EntityEvent,
  type EntityInput,
  type EntityKey,
  type EntityKind,
  type EntityOutcome,
  type FailedAttemptReport,
  type GivenUpNotice,
  type GiveUpRequest,
  type SyncResult,
  type SyncStatus,
} from '../contracts/entity-sync';
import { ladderRetryPolicy, type RetryLadderName } from '../contracts/retry-ladder';
import { searchAttributes, SYNC_STATES, type SyncState } from '../contracts/search-attributes';
import { donePage, givenUpPage, outcomePage, waitingPage } from './entity-page';

const retryNowUpdate = defineUpdate<string>(RETRY_NOW_UPDATE);
const giveUpUpdate = defineUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE);
const attemptFailedSignal = defineSignal<[FailedAttemptReport]>(ATTEMPT_FAILED_SIGNAL);

/**
 * A run that has seen so many events is in the middle of a burst: it waits for a moment of quiet before it ends. One change
 * of an order in Omnium raises two or three.
 */
const BURST_EVENTS = 5;
const QUIET_MS = 1_000;

/** Event ids remembered per run. More than any sender repeats; few enough to carry over a continue-as-new. */
const REMEMBERED_EVENT_IDS = 500;

/**
 * Activities that change one vendor's system and may be repeated as a whole, however often: every attempt re-reads its
 * source and writes only what differs.
 *
 * - Retried for ever on the ladder; the failing activity sets the exact rung (`nextRetryDelay`), and the policy's own
 *   backoff has the same shape for attempts that end by a crash or a timeout.
 * - A cancelled wait ends at once; a cancelled *running* attempt is waited for, so that two attempts never write at the
 *   same time.
 * - A worker that dies is noticed within the heartbeat timeout; the start-to-close timeout only bounds an attempt that
 *   hangs, and leaves room for orders of several hundred lines on a slow day.
 */
export function convergent(ladder: RetryLadderName): ActivityOptions {
  return {
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: ladderRetryPolicy(ladder),
  };
}

/** The workflow function of a kind of entity sync, to be exported under the kind's workflow name. */
export function entitySync<
  Key extends Id,
  Event extends EntityEvent,
  Outcome extends EntityOutcome,
  Id extends EntityKey,
>(
  kind: EntityKind<Key, Event, Outcome, Id>,
  extend?: Extension<Key, Event, Outcome>,
): (input: EntityInput<Key, Event, Outcome>) => Promise<SyncResult<Outcome>> {
  return (input) => new EntitySync(kind, input, extend).run();
}

/** What only one kind has beside its passes. It sees the run, and its handlers never wait. */
export interface Beside<Event, Outcome> {
  /** An event that is new to this run. */
  notice?(event: Event): void;
  /** What the pass's activity is given beside the rest. */
  passInput?(): object;
  /** A pass has come to its end; these events it has answered. */
  passEnded(outcome: Outcome, events: readonly Event[]): void;
  /** With nothing in the inbox: waits for what is beside the passes. True asks for another pass. */
  wait(): Promise<boolean>;
  /** What it has left different, for people. */
  differences?(): readonly string[];
  /** Takes a report about something beside the pass; false when it is about the pass. */
  receive?(report: FailedAttemptReport): boolean;
  /** Why something beside the pass waits. */
  failure?(): FailedAttemptReport | undefined;
  /** Ends waits beside the pass: for good when an operator gave up. */
  cut?(isForGood: boolean): void;
  /** What its status adds. */
  status?(): object;
  /** What survives a continue-as-new. */
  carry(): unknown;
}

/** Makes what is beside the passes of a run. */
type Extension<Key, Event, Outcome> = (
  run: EntityRun<Outcome>,
  input: EntityInput<Key, Event, Outcome>,
) => Beside<Event, Outcome>;

/** A run as its extension sees it. */
export interface EntityRun<Outcome> {
  readonly outcome: Outcome | undefined;
  readonly hasEvents: boolean;
  readonly isPassing: boolean;
  readonly isGivenUp: boolean;
  show(syncState: SyncState, details: string, failure?: FailedAttemptReport): void;
}

/**
 * The one owner of an entity's sync, for as long as there is something to do.
 *
 * 1. Every event that was recorded is followed by a pass that starts after it.
 * 2. One pass runs at a time; events that arrive meanwhile coalesce into exactly one more.
 * 3. A repeated event (same event id) is no event.
 * 4. A pass that fails is retried for ever on the ladder, as an activity. A new event or an operator ends the wait.
 * 5. The run ends when nothing is pending (in a burst of events: and a second has passed). A later event starts a new run
 *    under the same workflow id.
 *
 * Handlers only change the state of the run and never wait, so they cannot interleave with a pass.
 */
class EntitySync<Key extends Id, Event extends EntityEvent, Outcome extends EntityOutcome, Id extends EntityKey> {
  /** What the passes of this run have done together. */
  outcome: Outcome | undefined;
  /** Events that no pass has begun to answer. */
  private inbox: Event[];
  private readonly seenEventIds: Set<string>;
  private passes: number;
  /** At least so many: what failed in the same way as before is counted when its pass ends. */
  private failedAttempts: number;
  private givenUpBecause: string | undefined;
  /** Set while the current pass waits to be tried again. */
  private waiting: FailedAttemptReport | undefined;
  private passScope: CancellationScope | undefined;
  /** Events that were left for a later pass when the current one began. */
  private leftOver = 0;
  /** As the server has them; a run that continues another one takes them over. */
  private syncState: SyncState;
  private shownFailureType: string | undefined;
  private readonly subject: string;
  /** What `npm run ops -- where` takes. */
  private readonly argument: string;
  private readonly beside: Beside<Event, Outcome> | undefined;

  constructor(
    private readonly kind: EntityKind<Key, Event, Outcome, Id>,
    private readonly input: EntityInput<Key, Event, Outcome>,
    extend: Extension<Key, Event, Outcome> | undefined,
  ) {
    const { carried } = input;
    this.inbox = [...(carried?.inbox ?? [])];
    this.seenEventIds = new Set(carried?.seenEventIds);
    this.passes = carried?.passes ?? 0;
    this.failedAttempts = carried?.failedAttempts ?? 0;
    this.outcome = carried?.outcome;
    const shown = workflowInfo().typedSearchAttributes;
    this.syncState = SYNC_STATES.find((state) => state === shown.get(searchAttributes.syncState)) ?? 'Syncing';
    this.shownFailureType = shown.get(searchAttributes.failureType);
    this.subject = kind.subject(input);
    this.argument = kind.argument?.(input) ?? kind.id(input);
    setCurrentDetails(`${this.subject} is being synced (${kind.route}). Nothing has failed.`);
    this.beside = extend?.(this, input);
    this.listen();
  }

  async run(): Promise<SyncResult<Outcome>> {
    // A run is always begun by an event; one that continues another may have only what is beside its passes.
    if (this.kind.isNothingWithoutEvents && !this.input.carried) await condition(() => this.inbox.length > 0);
    try {
      for (;;) {
        await this.passesUntilQuiet();
        if (this.givenUpBecause === undefined) break;
        await this.rememberGivenUp(this.givenUpBecause);
        if (!this.hasEvents) break;
        // What no pass has begun to answer begins anew.
        this.show('Syncing', this.subject);
        await this.continueInNewRun();
      }
    } catch (error) {
      if (isCancellation(error)) {
        await CancellationScope.nonCancellable(() => this.rememberGivenUp('the workflow was cancelled'));
      }
      throw error;
    }
    // An operator's command is answered before its run ends. Mostly there is none, and a condition would cost a promise.
    if (!allHandlersFinished()) await condition(allHandlersFinished);
    const left = this.beside?.differences?.() ?? [];
    if (this.outcome && left.length > 0) {
      this.outcome = { ...this.outcome, differences: [...(this.outcome.differences ?? []), ...left] };
    }
    const { outcome, givenUpBecause, failedAttempts, passes } = this;
    if (outcome && givenUpBecause === undefined) {
      const page = donePage(outcomePage(this.kind, this.subject, outcome), failedAttempts);
      this.show(stateOf(this.kind, outcome), page, undefined, outcome.storeUid);
    }
    if (failedAttempts > 0) upsertMemo({ [FAILED_ATTEMPTS_MEMO]: failedAttempts });
    return {
      syncState: this.syncState,
      passes,
      failedAttempts,
      ...(outcome && { outcome }),
      ...(givenUpBecause !== undefined && { givenUpBecause }),
    };
  }

  get hasEvents(): boolean {
    return this.inbox.length > 0;
  }

  get isPassing(): boolean {
    return this.passScope !== undefined;
  }

  get isGivenUp(): boolean {
    return this.givenUpBecause !== undefined;
  }

  /** Attempts at the current pass that are known to have failed. */
  private get failedInPass(): number {
    return (this.passScope && this.waiting?.attempt) ?? 0;
  }

  /** Puts state and text on the page; search attributes only when they change, as each write is an event. */
  show(syncState: SyncState, details: string, failure?: FailedAttemptReport, foundStoreUid?: string): void {
    setCurrentDetails(details);
    const failureType = failure?.failureType;
    const storeUid = failure?.storeUid ?? foundStoreUid;
    if (syncState === this.syncState && failureType === this.shownFailureType) return;
    upsertSearchAttributes([
      { key: searchAttributes.syncState, value: syncState },
      ...(failureType === this.shownFailureType
        ? []
        : [{ key: searchAttributes.failureType, value: failureType ?? null }]),
      ...(storeUid ? [{ key: searchAttributes.storeUid, value: storeUid }] : []),
    ]);
    this.syncState = syncState;
    this.shownFailureType = failureType;
  }

  private async passesUntilQuiet(): Promise<void> {
    for (let again = true; again;) {
      const taken = this.inbox.splice(0, this.kind.eventsPerPass ?? this.inbox.length);
      this.leftOver = this.inbox.length;
      const hasEnded = await this.pass(taken);
      if (this.isGivenUp) return;
      if (!hasEnded) this.inbox.unshift(...taken);
      again = !hasEnded || this.hasEvents || (await this.burstGoesOn()) || (await this.beside?.wait()) === true;
      if (again && workflowInfo().continueAsNewSuggested) await this.continueInNewRun();
    }
  }

  /** One pass; true when it came to its end, false when its wait was cut short. */
  private async pass(taken: readonly Event[]): Promise<boolean> {
    this.passes += 1;
    this.waiting = undefined;
    if (this.syncState === 'Retrying') setCurrentDetails(`${this.subject} is being tried again now.`);
    const scope = new CancellationScope();
    this.passScope = scope;
    try {
      const latest = await scope.run(() => this.attempt(taken));
      this.failedAttempts += latest.failedAttempts ?? 0;
      this.outcome = this.outcome ? this.kind.merge(this.outcome, latest, taken) : latest;
      this.waiting = undefined;
      this.beside?.passEnded(latest, taken);
      return true;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      // The attempt was ended on purpose; whatever it had done, the next pass starts by looking.
      if (scope.consideredCancelled) {
        this.failedAttempts += this.failedInPass;
        return false;
      }
      // No failure of ours ends the retries. A plain error holds the workflow task, so that a corrected release goes on
      // from here; failing the run would lose what it owns.
      throw new Error('The pass ended for good, which only a defect can cause', { cause: error });
    } finally {
      this.passScope = undefined;
    }
  }

  /** The pass's activity, whose attempts the server repeats until one succeeds. */
  private attempt(taken: readonly Event[]): Promise<Outcome> {
    const { retryLadder, carried: _carried, ...key } = this.input;
    const pass = this.passes;
    const input = { ...key, retryLadder, pass, ...this.kind.passInput?.(taken), ...this.beside?.passInput?.() };
    // Temporal cuts a summary at 400 bytes.
    const summary = `${this.subject.slice(0, 80)}: ${this.kind.route}${pass > 1 ? ` (pass ${pass})` : ''}`;
    return scheduleActivity<Outcome>(this.kind.activity, [input], { ...convergent(retryLadder), summary });
  }

  /** Whether another event comes soon; only asked in a burst, as waiting costs a timer. */
  private async burstGoesOn(): Promise<boolean> {
    return this.seenEventIds.size >= BURST_EVENTS && (await condition(() => this.hasEvents, QUIET_MS));
  }

  private async continueInNewRun(): Promise<never> {
    if (!allHandlersFinished()) await condition(allHandlersFinished);
    const beside = this.beside?.carry();
    const carried: CarriedSync<Event, Outcome> = {
      inbox: this.inbox,
      seenEventIds: [...this.seenEventIds],
      passes: this.passes,
      failedAttempts: this.failedAttempts,
      ...(this.outcome && { outcome: this.outcome }),
      ...(beside !== undefined && { beside }),
    };
    return await continueAsNew<(input: EntityInput<Key, Event, Outcome>) => Promise<unknown>>({
      ...this.input,
      carried,
    });
  }

  private listen(): void {
    setHandler(defineSignal<[readonly Event[]]>(EVENTS_SIGNAL), (events) => this.receiveEvents(events), {
      description: 'Something happened',
    });
    setHandler(attemptFailedSignal, (report) => this.receiveFailure(report), {
      description: 'An attempt failed in a new way',
    });
    setHandler(defineQuery<SyncStatus<Outcome>>(SYNC_STATUS_QUERY), () => this.status(), { description: 'Its state' });
    setHandler(retryNowUpdate, () => this.retryNow(), {
      description: 'End the wait and try at once',
      validator: () => this.mustBeWaiting(),
    });
    setHandler(giveUpUpdate, (request) => this.giveUp(request), {
      description: 'Stop retrying, with a reason',
      validator: (request: GiveUpRequest) => {
        this.mustBeWaiting();
        if (!request.reason.trim()) throw new Error(`${this.subject}: give a reason, it is shown on its page.`);
      },
    });
  }

  private receiveEvents(events: readonly Event[]): void {
    for (const event of events) {
      if (this.seenEventIds.has(event.eventId)) continue;
      this.seenEventIds.add(event.eventId);
      this.beside?.notice?.(event);
      this.inbox.push(event);
    }
    for (const eventId of this.seenEventIds) {
      if (this.seenEventIds.size <= REMEMBERED_EVENT_IDS) break;
      this.seenEventIds.delete(eventId);
    }
    this.endWaitForEvents();
  }

  private receiveFailure(report: FailedAttemptReport): void {
    if (this.beside?.receive?.(report)) {
      this.failedAttempts += 1;
      return;
    }
    // A report can arrive after its pass was abandoned; it says nothing about the one that runs now.
    if (report.pass !== this.passes || !this.passScope) return;
    this.waiting = report;
    const page = waitingPage(
      `${this.subject} is waiting to be tried again.`,
      report,
      this.input.retryLadder,
      this.argument,
    );
    this.show('Retrying', page, report);
    // Months of retries fill a history too: start a new run, which tries at once.
    if (workflowInfo().continueAsNewSuggested) this.passScope.cancel();
    this.endWaitForEvents();
  }

  private endWaitForEvents(): void {
    if (this.waiting && this.inbox.length > this.leftOver) this.passScope?.cancel();
  }

  private retryNow(): string {
    this.beside?.cut?.(false);
    if (this.waiting) this.passScope?.cancel();
    return `${this.subject} is being tried again now.`;
  }

  private giveUp({ reason }: GiveUpRequest): string {
    this.givenUpBecause = reason;
    // Given up is what waits for a retry. A pass that is at work comes to its end, and events that no pass has begun to
    // answer were promised: they begin anew.
    if (this.waiting) this.passScope?.cancel();
    this.beside?.cut?.(true);
    return `${this.subject}: the retries have been stopped.`;
  }

  private mustBeWaiting(): void {
    const isPassWaiting = this.waiting && this.passScope && !this.passScope.consideredCancelled;
    if (!isPassWaiting && !this.beside?.failure?.()) throw new Error(`${this.subject} is not waiting for a retry.`);
  }

  private async rememberGivenUp(reason: string): Promise<void> {
    const failure = this.waiting ?? this.beside?.failure?.();
    this.show('GivenUp', givenUpPage(this.subject, reason, failure, this.kind.resync(this.input)), failure);
    const { workflowId: id } = workflowInfo();
    const { retryLadder, tenantUid } = this.input;
    const notice: GivenUpNotice = { kind: this.kind.name, id, tenantUid, at: new Date().toISOString(), reason };
    await scheduleActivity<undefined>(REMEMBER_GIVEN_UP, [notice], convergent(retryLadder));
  }

  private status(): SyncStatus<Outcome> {
    const lastFailure = this.waiting ?? this.beside?.failure?.();
    return {
      syncState: this.syncState,
      passes: this.passes,
      failedAttempts: this.failedAttempts + this.failedInPass,
      waitingEvents: this.inbox.length,
      ...(lastFailure && { lastFailure }),
      ...(this.outcome && { outcome: this.outcome }),
      ...this.beside?.status?.(),
    };
  }
}
