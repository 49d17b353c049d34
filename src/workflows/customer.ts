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
  CUSTOMER_SIGNAL,
  type CustomerEvent,
  type CustomerOutcome,
  type CustomerSignal,
  type CustomerSyncStatus,
  type CustomerWorkflowInput,
  type CustomerWorkflowResult,
} from '../contracts/customer-messages';
import {
  FAILED_ATTEMPTS_MEMO,
  GIVE_UP_UPDATE,
  RETRY_NOW_UPDATE,
  SYNC_STATUS_QUERY,
  type FailedAttemptReport,
  type GiveUpRequest,
} from '../contracts/messages';
import { searchAttributes, SYNC_STATES, type SyncState } from '../contracts/search-attributes';
import { addCustomerPass, customerState } from './lib/customer-outcome';
import {
  customerGivenUpDetails,
  customerOutcomeDetails,
  customerPassSummary,
  customerRetryingDetails,
  customerSyncingDetails,
  customerTryingAgainDetails,
} from './lib/customer-words';
import { convergentActivities } from './lib/proxies';

const customerSignal = defineSignal<[CustomerSignal]>(CUSTOMER_SIGNAL);
const retryNowUpdate = defineUpdate<string>(RETRY_NOW_UPDATE);
const giveUpUpdate = defineUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE);
const syncStatusQuery = defineQuery<CustomerSyncStatus>(SYNC_STATUS_QUERY);

/** From so many events on, a run is in a burst, and waits for a moment of quiet before it ends. */
const BURST_EVENTS = 5;
const QUIET_MS = 1_000;

/** Event ids remembered per run. */
const REMEMBERED_EVENT_IDS = 500;

/** Most events that one pass answers. They nearly always name one customer; more wait for the next pass. */
const EVENTS_PER_PASS = 50;

/**
 * The one owner of a customer's sync, in both directions, for as long as there is something to do.
 *
 * The promises are those of the order workflow: every recorded event is followed by a pass that starts after it; one pass
 * at a time, and what arrives meanwhile coalesces; an equal event is no event; failures are retried for ever on the
 * ladder, and a new event or an operator ends the wait; the run ends when nothing is pending.
 *
 * Nothing here can read who the customer is: events carry a sealed reference that only the activity opens.
 */
export async function customerWorkflow(input: CustomerWorkflowInput): Promise<CustomerWorkflowResult> {
  return await new CustomerSync(input).run();
}

class CustomerSync {
  private readonly activities: ReturnType<typeof convergentActivities>;
  /** Events that no pass has begun to answer. */
  private inbox: CustomerEvent[];
  /** Events that the current pass answers; they go back into the inbox if it does not come to its end. */
  private taken: CustomerEvent[] = [];
  private readonly seenEventIds: Set<string>;
  private passes: number;
  private failedAttempts: number;
  /** Set while the current pass waits on the ladder. */
  private waiting: FailedAttemptReport | undefined;
  private passScope: CancellationScope | undefined;
  private outcome: CustomerOutcome | undefined;
  private givenUpBecause: string | undefined;
  /** As the server has them; a run that continues another one takes them over. */
  private syncState: SyncState;
  private shownFailureType: string | undefined;

  constructor(private readonly input: CustomerWorkflowInput) {
    this.activities = convergentActivities(input.retryLadder);
    this.inbox = [...(input.carried?.inbox ?? [])];
    this.seenEventIds = new Set(input.carried?.seenEventIds);
    this.passes = input.carried?.passes ?? 0;
    this.failedAttempts = input.carried?.failedAttempts ?? 0;
    this.outcome = input.carried?.outcome;
    const shown = workflowInfo().typedSearchAttributes;
    this.syncState = SYNC_STATES.find((state) => state === shown.get(searchAttributes.syncState)) ?? 'Syncing';
    this.shownFailureType = shown.get(searchAttributes.failureType);
    setCurrentDetails(customerSyncingDetails(input.customerKey));
    setHandler(customerSignal, (signal) => this.receive(signal), { description: 'Something happened to the customer' });
    setHandler(syncStatusQuery, () => this.status(), { description: 'Where the customer stands' });
    setHandler(retryNowUpdate, () => this.retryNow(), {
      description: 'End the wait on the retry ladder and try at once',
      validator: () => this.mustBeWaiting(),
    });
    setHandler(giveUpUpdate, (request) => this.giveUp(request), {
      description: 'Stop retrying, with a reason',
      validator: (request: GiveUpRequest) => {
        this.mustBeWaiting();
        if (!request.reason.trim()) throw new Error('Give a reason: it is shown on the customer’s page.');
      },
    });
  }

  async run(): Promise<CustomerWorkflowResult> {
    try {
      // A run is always begun by an event.
      await condition(() => this.inbox.length > 0);
      let again = true;
      while (again) {
        this.taken = this.inbox.splice(0, EVENTS_PER_PASS);
        const ended = await this.pass();
        if (this.givenUpBecause !== undefined) break;
        if (!ended) this.inbox.unshift(...this.taken);
        again = this.inbox.length > 0 || (await this.burstGoesOn());
        if (again && workflowInfo().continueAsNewSuggested) await this.continueInNewRun();
      }
    } catch (error) {
      if (isCancellation(error)) {
        const details = customerGivenUpDetails(this.input.customerKey, 'the workflow was cancelled.', this.waiting);
        this.show('GivenUp', details);
      }
      throw error;
    }
    await handlersFinished();
    return this.finish();
  }

  /** One pass; true when it came to its end, false when its wait was cut short. */
  private async pass(): Promise<boolean> {
    this.passes += 1;
    this.waiting = undefined;
    const { tenantUid, customerKey, retryLadder } = this.input;
    if (this.syncState === 'Retrying') setCurrentDetails(customerTryingAgainDetails(customerKey, this.failedAttempts));
    const scope = new CancellationScope();
    this.passScope = scope;
    const events = this.taken.map(({ reference, kind }) => ({ reference, kind }));
    const argument = { tenantUid, customerKey, events, retryLadder, pass: this.passes };
    const summary = customerPassSummary(customerKey, this.passes);
    try {
      const latest = await scope.run(() => this.activities.syncCustomer.executeWithOptions({ summary }, [argument]));
      this.outcome = addCustomerPass(this.outcome, latest);
      this.waiting = undefined;
      return true;
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      // The attempt was ended on purpose; whatever it had done, the next pass starts by looking.
      if (scope.consideredCancelled) return false;
      // A plain error holds the workflow task, so that a corrected release goes on from here.
      throw new Error('The pass ended for good, which only a defect can cause', { cause: error });
    } finally {
      this.passScope = undefined;
    }
  }

  /** Whether another event comes soon; only asked in a burst, as waiting costs a timer. */
  private async burstGoesOn(): Promise<boolean> {
    return this.seenEventIds.size >= BURST_EVENTS && (await condition(() => this.inbox.length > 0, QUIET_MS));
  }

  private receive(signal: CustomerSignal): void {
    if (signal.kind === 'events') this.receiveEvents(signal.events);
    else this.receiveFailure(signal.report);
    if (this.waiting && this.inbox.length > 0) this.passScope?.cancel();
  }

  private receiveEvents(events: readonly CustomerEvent[]): void {
    for (const event of events) {
      if (this.seenEventIds.has(event.eventId)) continue;
      this.seenEventIds.add(event.eventId);
      this.inbox.push(event);
    }
    for (const eventId of this.seenEventIds) {
      if (this.seenEventIds.size <= REMEMBERED_EVENT_IDS) break;
      this.seenEventIds.delete(eventId);
    }
  }

  private receiveFailure(report: FailedAttemptReport): void {
    // A report can arrive after its pass was abandoned; it says nothing about the one that runs now.
    if (report.pass !== this.passes || !this.passScope) return;
    this.failedAttempts += 1;
    this.waiting = report;
    this.show('Retrying', customerRetryingDetails(this.input.customerKey, report, this.input.retryLadder), report);
    // Months on the ladder fill a history too: start a new run, which tries at once.
    if (workflowInfo().continueAsNewSuggested) this.passScope.cancel();
  }

  private retryNow(): string {
    this.passScope?.cancel();
    return 'The customer is being tried again now.';
  }

  private giveUp({ reason }: GiveUpRequest): string {
    this.givenUpBecause = reason;
    this.passScope?.cancel();
    return 'Retries of the customer have been stopped.';
  }

  private mustBeWaiting(): void {
    if (!this.waiting || !this.passScope || this.passScope.consideredCancelled) {
      throw new Error('The customer is not waiting for a retry.');
    }
  }

  private status(): CustomerSyncStatus {
    return {
      syncState: this.syncState,
      passes: this.passes,
      failedAttempts: this.failedAttempts,
      waitingEvents: this.inbox.length,
      ...(this.waiting && { lastFailure: this.waiting }),
      ...(this.outcome && { outcome: this.outcome }),
    };
  }

  private finish(): CustomerWorkflowResult {
    const { customerKey } = this.input;
    const { outcome } = this;
    if (this.givenUpBecause !== undefined) {
      const details = customerGivenUpDetails(customerKey, this.givenUpBecause, this.waiting);
      this.show('GivenUp', details, this.waiting);
    } else if (outcome) {
      this.show(customerState(outcome), customerOutcomeDetails(customerKey, outcome, this.failedAttempts));
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

  /** Puts state and words on the customer's page; search attributes only when they change, as each write is an event. */
  private show(syncState: SyncState, details: string, about?: { readonly failureType: string }): void {
    setCurrentDetails(details);
    const failureType = about?.failureType;
    if (syncState === this.syncState && failureType === this.shownFailureType) return;
    upsertSearchAttributes([
      { key: searchAttributes.syncState, value: syncState },
      ...(failureType === this.shownFailureType
        ? []
        : [{ key: searchAttributes.failureType, value: failureType ?? null }]),
    ]);
    this.syncState = syncState;
    this.shownFailureType = failureType;
  }

  private async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof customerWorkflow>({
      ...this.input,
      carried: {
        inbox: this.inbox,
        seenEventIds: [...this.seenEventIds],
        passes: this.passes,
        failedAttempts: this.failedAttempts,
        ...(this.outcome && { outcome: this.outcome }),
      },
    });
  }
}

/** An operator's command is answered before its run ends. */
async function handlersFinished(): Promise<void> {
  if (!allHandlersFinished()) await condition(allHandlersFinished);
}
