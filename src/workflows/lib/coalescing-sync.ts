import {
  allHandlersFinished,
  CancellationScope,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
  type ActivityInterfaceFor,
} from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type {
  CarriedSync,
  CoalescingResult,
  CoalescingSignal,
  CoalescingStatus,
  FailedAttemptReport,
} from '../../contracts/coalescing-messages';
import {
  FAILED_ATTEMPTS_MEMO,
  GIVE_UP_UPDATE,
  type GiveUpRequest,
  RETRY_NOW_UPDATE,
  SYNC_STATUS_QUERY,
} from '../../contracts/entity-sync';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import { searchAttributes, SYNC_STATES, type SyncState } from '../../contracts/search-attributes';
import { convergentActivities } from './proxies';

const retryNowUpdate = defineUpdate<string>(RETRY_NOW_UPDATE);
const giveUpUpdate = defineUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE);

/**
 * A run that has seen so many events is in the middle of a burst: it waits for a moment of quiet before it ends. One change
 * of an order in Omnium raises two or three.
 */
const BURST_EVENTS = 5;
const QUIET_MS = 1_000;

/** Event ids remembered per run. More than any sender repeats; few enough to carry over a continue-as-new. */
const REMEMBERED_EVENT_IDS = 500;

/** The texts of one kind of sync; whole sentences without personal data. */
export interface SyncWords<Outcome> {
  /** How the subject is called in an answer to an operator, e.g. `Order 104233`. */
  readonly subject: string;
  syncing(): string;
  tryingAgain(failedAttempts: number): string;
  retrying(report: FailedAttemptReport): string;
  done(outcome: Outcome, failedAttempts: number): string;
  givenUp(reason: string, report: FailedAttemptReport | undefined): string;
}

/** How one kind of sync is set up. */
export interface SyncSetup<Event, Outcome> {
  readonly signalName: string;
  readonly retryLadder: RetryLadderName;
  readonly carried: CarriedSync<Event, Outcome> | undefined;
  readonly words: SyncWords<Outcome>;
}

/**
 * The one owner of a thing's sync, for as long as there is something to do. Orders and customers are such things.
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
export abstract class CoalescingSync<Event extends { readonly eventId: string }, Outcome> {
  protected readonly activities: ActivityInterfaceFor<Activities>;
  /** Events that no pass has begun to answer. */
  protected inbox: Event[];
  protected passes: number;
  protected failedAttempts: number;
  /** What the passes of this run have done together. */
  protected outcome: Outcome | undefined;
  protected givenUpBecause: string | undefined;
  /** Set while the current pass waits on the ladder. */
  protected waiting: FailedAttemptReport | undefined;
  private passScope: CancellationScope | undefined;
  /** Events that were left for a later pass when the current one began. */
  private leftOver = 0;
  private readonly seenEventIds: Set<string>;
  /** As the server has them; a run that continues another one takes them over. */
  private syncState: SyncState;
  private shownFailureType: string | undefined;

  protected constructor(private readonly setup: SyncSetup<Event, Outcome>) {
    const { carried, retryLadder, words } = setup;
    this.activities = convergentActivities(retryLadder);
    this.inbox = [...(carried?.inbox ?? [])];
    this.seenEventIds = new Set(carried?.seenEventIds);
    this.passes = carried?.passes ?? 0;
    this.failedAttempts = carried?.failedAttempts ?? 0;
    this.outcome = carried?.outcome;
    const shown = workflowInfo().typedSearchAttributes;
    this.syncState = SYNC_STATES.find((state) => state === shown.get(searchAttributes.syncState)) ?? 'Syncing';
    this.shownFailureType = shown.get(searchAttributes.failureType);
    setCurrentDetails(words.syncing());
  }

  /** Takes the events that the next pass answers out of the inbox. */
  protected abstract take(): readonly Event[];
  /** Runs the pass's activity. */
  protected abstract work(taken: readonly Event[]): Promise<Outcome>;
  /** What the passes before and the latest, which has answered these events, have done together. */
  protected abstract add(before: Outcome | undefined, latest: Outcome, taken: readonly Event[]): Outcome;
  /** The state a run ends in, and what its search attributes say of it. */
  protected abstract endOf(outcome: Outcome): { readonly state: SyncState; readonly storeUid?: string };
  /** Starts a new run that goes on with what {@link carry} holds. */
  protected abstract continueInNewRun(): Promise<never>;

  /** Whether anything beside the passes asks for another one, when the inbox is empty. */
  protected besideWork(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** An event that is new to this run. */
  protected notice(_event: Event): void {
    // Most kinds of sync learn nothing from an event but that there is one.
  }

  /** A failed attempt at something beside the pass; true when the report was about that. */
  protected receiveBeside(_report: FailedAttemptReport): boolean {
    return false;
  }

  /** Why something beside the pass waits. */
  protected get besideFailure(): FailedAttemptReport | undefined {
    return undefined;
  }

  /** Ends waits beside the pass: for good when an operator gave up. */
  protected cutBeside(_forGood: boolean): void {
    // Most kinds of sync have nothing beside the pass.
  }

  /** Registers the handlers. Apart from the constructor, because they reach into what the kind of sync adds. */
  protected listen(): void {
    const { signalName, words } = this.setup;
    const signal = defineSignal<[CoalescingSignal<Event>]>(signalName);
    const query = defineQuery<CoalescingStatus<Outcome>>(SYNC_STATUS_QUERY);
    setHandler(signal, (body) => this.receive(body), { description: 'Something happened' });
    setHandler(query, () => this.status(), { description: 'Where it stands' });
    setHandler(retryNowUpdate, () => this.retryNow(), {
      description: 'End the wait on the retry ladder and try at once',
      validator: () => this.mustBeWaiting(),
    });
    setHandler(giveUpUpdate, (request) => this.giveUp(request), {
      description: 'Stop retrying, with a reason',
      validator: (request: GiveUpRequest) => {
        this.mustBeWaiting();
        if (!request.reason.trim()) throw new Error(`${words.subject}: give a reason, it is shown on its page.`);
      },
    });
  }

  async run(): Promise<CoalescingResult<Outcome>> {
    const { words } = this.setup;
    try {
      let again = true;
      while (again) {
        const taken = this.take();
        this.leftOver = this.inbox.length;
        const ended = await this.pass(taken);
        if (this.givenUpBecause !== undefined) break;
        if (!ended) this.inbox.unshift(...taken);
        again = !ended || this.inbox.length > 0 || (await this.burstGoesOn()) || (await this.besideWork());
        if (again && workflowInfo().continueAsNewSuggested) await this.continueInNewRun();
      }
    } catch (error) {
      if (isCancellation(error)) this.show('GivenUp', words.givenUp('the workflow was cancelled.', this.waiting));
      throw error;
    }
    await handlersFinished();
    return this.finish();
  }

  /** Whether a pass is running or waiting. */
  protected get isPassing(): boolean {
    return this.passScope !== undefined;
  }

  protected carry(): CarriedSync<Event, Outcome> {
    return {
      inbox: this.inbox,
      seenEventIds: [...this.seenEventIds],
      passes: this.passes,
      failedAttempts: this.failedAttempts,
      ...(this.outcome && { outcome: this.outcome }),
    };
  }

  protected status(): CoalescingStatus<Outcome> {
    const lastFailure = this.waiting ?? this.besideFailure;
    return {
      syncState: this.syncState,
      passes: this.passes,
      failedAttempts: this.failedAttempts,
      waitingEvents: this.inbox.length,
      ...(lastFailure && { lastFailure }),
      ...(this.outcome && { outcome: this.outcome }),
    };
  }

  /** Puts state and words on the page; search attributes only when they change, as each write is an event. */
  protected show(
    syncState: SyncState,
    details: string,
    about: { readonly failureType?: string | undefined; readonly storeUid?: string | undefined } = {},
  ): void {
    setCurrentDetails(details);
    const { failureType, storeUid } = about;
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

  /** One pass; true when it came to its end, false when its wait was cut short. */
  private async pass(taken: readonly Event[]): Promise<boolean> {
    this.passes += 1;
    this.waiting = undefined;
    if (this.syncState === 'Retrying') setCurrentDetails(this.setup.words.tryingAgain(this.failedAttempts));
    const scope = new CancellationScope();
    this.passScope = scope;
    try {
      const latest = await scope.run(() => this.work(taken));
      this.outcome = this.add(this.outcome, latest, taken);
      this.waiting = undefined;
      return true;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      // The attempt was ended on purpose; whatever it had done, the next pass starts by looking.
      if (scope.consideredCancelled) return false;
      // No failure of ours ends the retries. A plain error holds the workflow task, so that a corrected release goes on
      // from here; failing the run would lose what it owns.
      throw new Error('The pass ended for good, which only a defect can cause', { cause: error });
    } finally {
      this.passScope = undefined;
    }
  }

  /** Whether another event comes soon; only asked in a burst, as waiting costs a timer. */
  private async burstGoesOn(): Promise<boolean> {
    return this.seenEventIds.size >= BURST_EVENTS && (await condition(() => this.inbox.length > 0, QUIET_MS));
  }

  private receive(signal: CoalescingSignal<Event>): void {
    if (signal.kind === 'events') this.receiveEvents(signal.events);
    else this.receiveFailure(signal.report);
    if (this.waiting && this.inbox.length > this.leftOver) this.passScope?.cancel();
  }

  private receiveEvents(events: readonly Event[]): void {
    for (const event of events) {
      if (this.seenEventIds.has(event.eventId)) continue;
      this.seenEventIds.add(event.eventId);
      this.notice(event);
      this.inbox.push(event);
    }
    for (const eventId of this.seenEventIds) {
      if (this.seenEventIds.size <= REMEMBERED_EVENT_IDS) break;
      this.seenEventIds.delete(eventId);
    }
  }

  private receiveFailure(report: FailedAttemptReport): void {
    if (this.receiveBeside(report)) return;
    // A report can arrive after its pass was abandoned; it says nothing about the one that runs now.
    if (report.pass !== this.passes || !this.passScope) return;
    this.failedAttempts += 1;
    this.waiting = report;
    this.show('Retrying', this.setup.words.retrying(report), report);
    // Months on the ladder fill a history too: start a new run, which tries at once.
    if (workflowInfo().continueAsNewSuggested) this.passScope.cancel();
  }

  private retryNow(): string {
    this.cutBeside(false);
    if (this.waiting) this.passScope?.cancel();
    return `${this.setup.words.subject} is being tried again now.`;
  }

  private giveUp({ reason }: GiveUpRequest): string {
    this.givenUpBecause = reason;
    this.passScope?.cancel();
    this.cutBeside(true);
    return `${this.setup.words.subject}: the retries have been stopped.`;
  }

  private mustBeWaiting(): void {
    const isPassWaiting = this.waiting && this.passScope && !this.passScope.consideredCancelled;
    if (!isPassWaiting && !this.besideFailure)
      throw new Error(`${this.setup.words.subject} is not waiting for a retry.`);
  }

  private finish(): CoalescingResult<Outcome> {
    const { words } = this.setup;
    const { outcome } = this;
    if (this.givenUpBecause !== undefined) {
      const failure = this.waiting ?? this.besideFailure;
      this.show('GivenUp', words.givenUp(this.givenUpBecause, failure), failure);
    } else if (outcome) {
      const { state, storeUid } = this.endOf(outcome);
      this.show(state, words.done(outcome, this.failedAttempts), { storeUid });
    }
    if (this.failedAttempts > 0) upsertMemo({ [FAILED_ATTEMPTS_MEMO]: this.failedAttempts });
    return {
      syncState: this.syncState,
      passes: this.passes,
      failedAttempts: this.failedAttempts,
      ...(outcome && { outcome }),
      ...(this.givenUpBecause !== undefined && { givenUpBecause: this.givenUpBecause }),
    };
  }
}

/** An operator's command is answered before its run ends. Mostly there is none, and a condition would cost a promise. */
export async function handlersFinished(): Promise<void> {
  if (!allHandlersFinished()) await condition(allHandlersFinished);
}
