import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  FAILED_ATTEMPTS_MEMO,
  GIVE_UP_UPDATE,
  ORDER_SIGNAL,
  RETRY_NOW_UPDATE,
  SYNC_STATUS_QUERY,
  type FailedAttemptReport,
  type GiveUpRequest,
  type OrderEvent,
  type OrderOutcome,
  type OrderSignal,
  type OrderWorkflowInput,
  type OrderWorkflowResult,
  type SyncOrderInput,
  type SyncStatus,
} from '../contracts/messages';
import { searchAttributes, SYNC_STATES, type SyncState } from '../contracts/search-attributes';
import { convergentActivities } from './lib/proxies';
import { OrderReceipts } from './lib/order-receipts';
import { addPass } from './lib/run-outcome';
import {
  givenUpDetails,
  outcomeDetails,
  passSummary,
  receiptsDetails,
  retryingDetails,
  syncingDetails,
  tryingAgainDetails,
} from './lib/words';

export const orderSignal = defineSignal<[OrderSignal]>(ORDER_SIGNAL);
export const retryNowUpdate = defineUpdate<string>(RETRY_NOW_UPDATE);
export const giveUpUpdate = defineUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE);
export const syncStatusQuery = defineQuery<SyncStatus>(SYNC_STATUS_QUERY);

/**
 * A run that has seen so many events is in the middle of a burst: it waits for a moment of quiet before it ends. One change
 * of an order in Omnium raises two or three.
 */
const BURST_EVENTS = 5;
const QUIET_MS = 1_000;

/** Event ids remembered per run. More than any sender repeats; few enough to carry over a continue-as-new. */
const REMEMBERED_EVENT_IDS = 500;

/**
 * The one owner of an order's sync, for as long as there is something to do.
 *
 * 1. Every event that was recorded is followed by a pass that starts after it.
 * 2. One pass runs at a time; events that arrive meanwhile coalesce into exactly one more.
 * 3. A repeated event (same event id) is no event.
 * 4. A pass that fails is retried for ever on the ladder, as an activity. A new event or an operator ends the wait.
 * 5. A receipt goes to Omnium by itself, beside the passes: one that fails waits on a ladder of its own and holds up nothing.
 * 6. The run ends when nothing is pending (in a burst of events: and a second has passed). A later event starts a new run
 *    under the same workflow id.
 */
export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderWorkflowResult> {
  return await new OrderSync(input).run();
}

/** State of one run. Handlers only change this state and never wait, so they cannot interleave with a pass. */
class OrderSync {
  private readonly activities;
  private readonly seenEventIds: Set<string>;
  private inbox: OrderEvent[];
  private passes: number;
  private failedAttempts: number;
  /** Set while the current pass waits on the ladder. */
  private waiting: FailedAttemptReport | undefined;
  private passScope: CancellationScope | undefined;
  private readonly flowOrderUids: Set<string>;
  /** Whether anybody but Flow has named this order, so that its key is certain to be an order's number. */
  private isNamedByNumber: boolean;
  private readonly receipts: OrderReceipts;
  /** What the passes of this run have done together. */
  private outcome: OrderOutcome | undefined;
  private givenUpBecause: string | undefined;
  /** As the server has them; a run that continues another one takes them over. */
  private syncState: SyncState;
  private shownFailureType: string | undefined;

  constructor(private readonly input: OrderWorkflowInput) {
    this.activities = convergentActivities(input.retryLadder);
    this.inbox = [...(input.carried?.inbox ?? [])];
    this.seenEventIds = new Set(input.carried?.seenEventIds);
    this.passes = input.carried?.passes ?? 0;
    this.failedAttempts = input.carried?.failedAttempts ?? 0;
    this.outcome = input.carried?.outcome;
    this.isNamedByNumber = input.carried !== undefined;
    this.flowOrderUids = new Set(input.carried?.flowOrderUids);
    this.receipts = new OrderReceipts(input, this.activities, () => this.showReceipts());
    const shown = workflowInfo().typedSearchAttributes;
    this.syncState = SYNC_STATES.find((state) => state === shown.get(searchAttributes.syncState)) ?? 'Syncing';
    this.shownFailureType = shown.get(searchAttributes.failureType);
    setCurrentDetails(syncingDetails(input.orderNumber));
    setHandler(orderSignal, (signal) => this.receive(signal), { description: 'Something happened to the order' });
    setHandler(syncStatusQuery, () => this.status(), { description: 'Where the order stands' });
    setHandler(retryNowUpdate, () => this.retryNow(), {
      description: 'End the wait on the retry ladder and try at once',
      validator: () => this.mustBeWaiting(),
    });
    setHandler(giveUpUpdate, (request) => this.giveUp(request), {
      description: 'Stop retrying, with a reason',
      validator: (request: GiveUpRequest) => {
        this.mustBeWaiting();
        if (!request.reason.trim()) throw new Error('Give a reason: it is shown on the order’s page.');
      },
    });
  }

  async run(): Promise<OrderWorkflowResult> {
    try {
      this.receipts.send(this.input.carried?.receipts ?? []);
      let again = true;
      while (again) {
        // An order is never synced twice for the events that are known by now.
        this.inbox = [];
        const ended = await this.pass();
        if (this.givenUpBecause !== undefined) break;
        again = !ended || this.inbox.length > 0 || (await this.burstGoesOn()) || (await this.receiptsOrEvent());
        if (again && workflowInfo().continueAsNewSuggested) await this.continueInNewRun();
      }
    } catch (error) {
      if (isCancellation(error))
        this.show('GivenUp', givenUpDetails(this.input.orderNumber, 'the workflow was cancelled.', this.waiting));
      throw error;
    }
    await handlersFinished();
    return this.finish();
  }

  /** One pass; true when it came to its end, false when its wait was cut short. */
  private async pass(): Promise<boolean> {
    this.passes += 1;
    this.waiting = undefined;
    if (this.syncState === 'Retrying')
      setCurrentDetails(tryingAgainDetails(this.input.orderNumber, this.failedAttempts));
    const scope = new CancellationScope();
    this.passScope = scope;
    try {
      const latest = await scope.run(() => this.syncOrder());
      this.outcome = addPass(this.outcome, latest);
      this.waiting = undefined;
      this.receipts.send(latest.receipts ?? []);
      return true;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      // The attempt was ended on purpose; whatever it had done, the next pass starts by looking.
      if (scope.consideredCancelled) return false;
      // No failure of ours ends the retries. A plain error holds the workflow task, so that a corrected release goes on
      // from here; failing the run would lose the order.
      throw new Error('The pass ended for good, which only a defect can cause', { cause: error });
    } finally {
      this.passScope = undefined;
    }
  }

  private syncOrder(): Promise<OrderOutcome> {
    const { version, tenantUid, orderNumber, omniumOrderId, retryLadder } = this.input;
    const summary = passSummary(this.input, this.passes);
    const argument: SyncOrderInput = {
      ...{ tenantUid, orderNumber, omniumOrderId, retryLadder, pass: this.passes },
      ...(this.flowOrderUids.size > 0 && { flowOrderUids: [...this.flowOrderUids] }),
      ...(!this.isNamedByNumber && { onlyFlowEvents: true }),
    };
    // A run that release 0.1 started goes on under the activity name its history holds; the work is the same.
    const { syncOrder, syncOrderToFlow } = this.activities;
    return (version === 1 ? syncOrderToFlow : syncOrder).executeWithOptions({ summary }, [argument]);
  }

  /** Waits for receipts that are still on their way; true when an event came first and asks for another pass. */
  private async receiptsOrEvent(): Promise<boolean> {
    const isOver = (): boolean =>
      this.receipts.allSent || this.givenUpBecause !== undefined || workflowInfo().continueAsNewSuggested;
    while (!isOver() && this.inbox.length === 0) {
      this.showReceipts();
      await condition(() => isOver() || this.inbox.length > 0);
    }
    if (this.givenUpBecause !== undefined) return false;
    return this.inbox.length > 0 || !this.receipts.allSent;
  }

  /** Whether another event comes soon; only asked in a burst, as waiting costs a timer. */
  private async burstGoesOn(): Promise<boolean> {
    return this.seenEventIds.size >= BURST_EVENTS && (await condition(() => this.inbox.length > 0, QUIET_MS));
  }

  private receive(signal: OrderSignal): void {
    if (signal.kind === 'events') this.receiveEvents(signal.events);
    else this.receiveFailure(signal.report);
    if (this.waiting && this.inbox.length > 0) this.passScope?.cancel();
  }

  private receiveEvents(events: readonly OrderEvent[]): void {
    for (const event of events) {
      if (this.seenEventIds.has(event.eventId)) continue;
      this.seenEventIds.add(event.eventId);
      if (event.flowOrderUid) this.flowOrderUids.add(event.flowOrderUid);
      if (event.source !== 'flow') this.isNamedByNumber = true;
      this.inbox.push(event);
    }
    for (const eventId of this.seenEventIds) {
      if (this.seenEventIds.size <= REMEMBERED_EVENT_IDS) break;
      this.seenEventIds.delete(eventId);
    }
  }

  private receiveFailure(report: FailedAttemptReport): void {
    if (report.orderReceiptUid) {
      if (this.receipts.receiveFailure(report)) this.failedAttempts += 1;
      this.showReceipts();
      return;
    }
    // A report can arrive after its pass was abandoned; it says nothing about the one that runs now.
    if (report.pass !== this.passes || !this.passScope) return;
    this.failedAttempts += 1;
    this.waiting = report;
    this.show('Retrying', retryingDetails(this.input.orderNumber, report, this.input.retryLadder), report);
    // Months on the ladder fill a history too: start a new run, which tries at once.
    if (workflowInfo().continueAsNewSuggested) this.passScope.cancel();
  }

  /** While the order itself has nothing to do, its page says what its receipts wait for. */
  private showReceipts(): void {
    const report = this.receipts.latestFailure;
    if (this.passScope || !report || !this.outcome) return;
    const { orderNumber, retryLadder } = this.input;
    const done = outcomeDetails(orderNumber, this.outcome, 0);
    this.show('Retrying', receiptsDetails({ done, orderNumber, report, ladder: retryLadder }), report);
  }

  private retryNow(): string {
    this.receipts.retryNow();
    if (this.waiting) this.passScope?.cancel();
    return `Order ${this.input.orderNumber} is being tried again now.`;
  }

  private giveUp({ reason }: GiveUpRequest): string {
    this.givenUpBecause = reason;
    this.passScope?.cancel();
    this.receipts.stop();
    return `Retries of order ${this.input.orderNumber} have been stopped.`;
  }

  private mustBeWaiting(): void {
    const orderWaits = this.waiting && this.passScope && !this.passScope.consideredCancelled;
    if (!orderWaits && !this.receipts.latestFailure) {
      throw new Error(`Order ${this.input.orderNumber} is not waiting for a retry.`);
    }
  }

  private status(): SyncStatus {
    const receipts = this.receipts.status();
    const lastFailure = this.waiting ?? this.receipts.latestFailure;
    return {
      syncState: this.syncState,
      passes: this.passes,
      failedAttempts: this.failedAttempts,
      waitingEvents: this.inbox.length,
      ...(lastFailure && { lastFailure }),
      ...(this.outcome && { outcome: this.outcome }),
      ...(receipts.length > 0 && { receipts }),
    };
  }

  private finish(): OrderWorkflowResult {
    const { orderNumber } = this.input;
    const { outcome } = this;
    if (this.givenUpBecause !== undefined) {
      const failure = this.waiting ?? this.receipts.latestFailure;
      this.show('GivenUp', givenUpDetails(orderNumber, this.givenUpBecause, failure), failure);
    } else if (outcome) {
      this.show(finalState(outcome), outcomeDetails(orderNumber, outcome, this.failedAttempts), outcome);
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

  /** Puts state and words on the order's page; search attributes only when they change, as each write is an event. */
  private show(syncState: SyncState, details: string, about?: { failureType?: string; storeUid?: string }): void {
    setCurrentDetails(details);
    const failureType = about?.failureType;
    if (syncState === this.syncState && failureType === this.shownFailureType) return;
    upsertSearchAttributes([
      { key: searchAttributes.syncState, value: syncState },
      ...(failureType === this.shownFailureType
        ? []
        : [{ key: searchAttributes.failureType, value: failureType ?? null }]),
      ...(about?.storeUid ? [{ key: searchAttributes.storeUid, value: about.storeUid }] : []),
    ]);
    this.syncState = syncState;
    this.shownFailureType = failureType;
  }

  private async continueInNewRun(): Promise<never> {
    await handlersFinished();
    const receipts = this.receipts.unsent();
    return await continueAsNew<typeof orderWorkflow>({
      ...this.input,
      version: 2,
      carried: {
        inbox: this.inbox,
        seenEventIds: [...this.seenEventIds],
        passes: this.passes,
        failedAttempts: this.failedAttempts,
        ...(this.outcome && { outcome: this.outcome }),
        ...(this.flowOrderUids.size > 0 && { flowOrderUids: [...this.flowOrderUids] }),
        ...(receipts.length > 0 && { receipts }),
      },
    });
  }
}

/** An operator's command is answered before its run ends. Mostly there is none, and a condition would cost a promise. */
async function handlersFinished(): Promise<void> {
  if (!allHandlersFinished()) await condition(allHandlersFinished);
}

function finalState(outcome: OrderOutcome): SyncState {
  if (outcome.action === 'skipped' || outcome.action === 'forwarded') return 'Ignored';
  return outcome.differences?.length ? 'Differs' : 'Synced';
}
