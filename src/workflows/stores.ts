import { continueAsNew } from '@temporalio/workflow';
import type { SyncState } from '../contracts/search-attributes';
import {
  STORES_SIGNAL,
  type StoresEvent,
  type StoresOutcome,
  type StoresWorkflowInput,
  type StoresWorkflowResult,
} from '../contracts/stores-messages';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { addStoresPass, storesState } from './lib/stores-outcome';
import { storesPassSummary, storesWords } from './lib/stores-words';

/**
 * The one owner of a tenant's stores on their way from Omnium to Flow, with the promises of every coalescing sync. All
 * stores are looked at together, so a hundred events about a hundred stores are one pass.
 */
export async function storesWorkflow(input: StoresWorkflowInput): Promise<StoresWorkflowResult> {
  return await new StoresSync(input).run();
}

class StoresSync extends CoalescingSync<StoresEvent, StoresOutcome> {
  constructor(private readonly input: StoresWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: STORES_SIGNAL, retryLadder, carried, words: storesWords(input) });
    this.listen();
  }

  protected take(): readonly StoresEvent[] {
    return this.inbox.splice(0);
  }

  protected work(): Promise<StoresOutcome> {
    const { tenantUid, retryLadder } = this.input;
    const summary = storesPassSummary(this.input, this.passes);
    return this.activities.exportStores.executeWithOptions({ summary }, [
      { tenantUid, retryLadder, pass: this.passes },
    ]);
  }

  protected add(before: StoresOutcome | undefined, latest: StoresOutcome): StoresOutcome {
    return addStoresPass(before, latest);
  }

  protected endOf(outcome: StoresOutcome): { readonly state: SyncState } {
    return { state: storesState(outcome) };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof storesWorkflow>({ ...this.input, carried: this.carry() });
  }
}
