import { condition, continueAsNew } from '@temporalio/workflow';
import type { SyncState } from '../contracts/search-attributes';
import {
  looksAtEverything,
  STOCK_SIGNAL,
  type StockCarriedState,
  type StockEvent,
  type StockOutcome,
  type StockSubject,
  type StockWorkflowInput,
  type StockWorkflowResult,
} from '../contracts/stock-messages';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { addStockPass, stockState } from './lib/stock-outcome';
import { alignsAgainDetails, stockPassSummary, stockWords } from './lib/stock-words';

/** Most events that one pass answers; a busy shop sells less in the time a pass takes. */
const EVENTS_PER_PASS = 500;
const SECOND_MS = 1_000;

/**
 * The one owner of what is told about a Flow store's stock, with the promises of every coalescing sync: levels that
 * changed in Flow where Flow is the master, and full alignments towards either master.
 *
 * After a switch of masters the store is aligned at once, and once more later: a worker that still ran with the old
 * configuration may have written against the new master in between.
 */
export async function stockWorkflow(input: StockWorkflowInput): Promise<StockWorkflowResult> {
  return await new StockSync(input).runWithEvents();
}

class StockSync extends CoalescingSync<StockEvent, StockOutcome> {
  /** When the store is to be aligned once more, in the workflow's time. */
  private alignAgainAtMs: number | undefined;

  constructor(private readonly input: StockWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: STOCK_SIGNAL, retryLadder, carried, words: stockWords(input) });
    if (carried?.alignAgain) this.planSecondAlignment();
    this.listen();
  }

  /** A run is always begun by an event, and only events say what is to be looked at. */
  async runWithEvents(): Promise<StockWorkflowResult> {
    if (!this.input.carried) await condition(() => this.inbox.length > 0);
    return await this.run();
  }

  protected take(): readonly StockEvent[] {
    return this.inbox.splice(0, EVENTS_PER_PASS);
  }

  protected async work(taken: readonly StockEvent[]): Promise<StockOutcome> {
    const { tenantUid, storeUid, retryLadder } = this.input;
    const subjects = subjectsOf(taken);
    const argument = { tenantUid, storeUid, subjects, retryLadder, pass: this.passes };
    const summary = stockPassSummary(this.input, subjects, this.passes);
    const outcome = await this.activities.syncStock.executeWithOptions({ summary }, [argument]);
    if (taken.length === 0) this.alignAgainAtMs = undefined;
    if (subjects.some(({ kind }) => kind === 'switch')) this.planSecondAlignment();
    return outcome;
  }

  protected add(before: StockOutcome | undefined, latest: StockOutcome, taken: readonly StockEvent[]): StockOutcome {
    return addStockPass(before, latest, { sawEverything: looksAtEverything(subjectsOf(taken)) });
  }

  protected endOf(outcome: StockOutcome): { readonly state: SyncState } {
    return { state: stockState(outcome) };
  }

  /** Waits for the second alignment, or for an event that comes before it. */
  protected override async besideWork(): Promise<boolean> {
    if (this.alignAgainAtMs === undefined) return false;
    const waitMs = this.alignAgainAtMs - Date.now();
    if (waitMs > 0) {
      this.show('Syncing', alignsAgainDetails(this.input, new Date(this.alignAgainAtMs), this.outcome));
      await condition(() => this.inbox.length > 0, waitMs);
    }
    return true;
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    const carried: StockCarriedState = { ...this.carry(), alignAgain: this.alignAgainAtMs !== undefined };
    return await continueAsNew<typeof stockWorkflow>({ ...this.input, carried });
  }

  private planSecondAlignment(): void {
    this.alignAgainAtMs = Date.now() + this.input.alignAgainAfterSeconds * SECOND_MS;
  }
}

/**
 * What a pass looks at: each subject once, in the order of the first events; but every switch of masters, as one takes the
 * other back. A pass without events is the second alignment.
 */
function subjectsOf(events: readonly StockEvent[]): StockSubject[] {
  if (events.length === 0) return [{ kind: 'all' }];
  const subjects = new Map(
    events.map(({ eventId, subject }) => [subject.kind === 'switch' ? eventId : JSON.stringify(subject), subject]),
  );
  return [...subjects.values()];
}
