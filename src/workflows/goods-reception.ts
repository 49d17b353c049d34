import { continueAsNew } from '@temporalio/workflow';
import {
  GOODS_RECEPTION_SIGNAL,
  type GoodsReceptionEvent,
  type GoodsReceptionOutcome,
  type GoodsReceptionWorkflowInput,
  type GoodsReceptionWorkflowResult,
} from '../contracts/goods-reception-messages';
import type { SyncState } from '../contracts/search-attributes';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { addReceptionPass, receptionState } from './lib/goods-reception-outcome';
import { receptionPassSummary, receptionWords } from './lib/goods-reception-words';

/**
 * The one owner of what Omnium is told of goods that were received in Flow, with the promises of every coalescing sync.
 * A receivement never changes once made, so nearly always this is one pass.
 */
export async function goodsReceptionWorkflow(
  input: GoodsReceptionWorkflowInput,
): Promise<GoodsReceptionWorkflowResult> {
  return await new GoodsReceptionSync(input).run();
}

class GoodsReceptionSync extends CoalescingSync<GoodsReceptionEvent, GoodsReceptionOutcome> {
  constructor(private readonly input: GoodsReceptionWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: GOODS_RECEPTION_SIGNAL, retryLadder, carried, words: receptionWords(input) });
    this.listen();
  }

  /** All events name the same goods: one pass answers all of them. */
  protected take(): readonly GoodsReceptionEvent[] {
    return this.inbox.splice(0);
  }

  protected work(): Promise<GoodsReceptionOutcome> {
    const { tenantUid, receivementUid, storeUid, subject, retryLadder } = this.input;
    const argument = { tenantUid, receivementUid, storeUid, subject, retryLadder, pass: this.passes };
    const summary = receptionPassSummary(this.input, this.passes);
    return this.activities.confirmReception.executeWithOptions({ summary }, [argument]);
  }

  protected add(before: GoodsReceptionOutcome | undefined, latest: GoodsReceptionOutcome): GoodsReceptionOutcome {
    return addReceptionPass(before, latest);
  }

  protected endOf(outcome: GoodsReceptionOutcome): { readonly state: SyncState; readonly storeUid?: string } {
    const { storeUid } = outcome;
    return { state: receptionState(outcome), ...(storeUid !== undefined && { storeUid }) };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof goodsReceptionWorkflow>({ ...this.input, carried: this.carry() });
  }
}
