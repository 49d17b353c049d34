import { continueAsNew } from '@temporalio/workflow';
import {
  PURCHASE_ORDER_SIGNAL,
  type PurchaseOrderEvent,
  type PurchaseOrderOutcome,
  type PurchaseOrderWorkflowInput,
  type PurchaseOrderWorkflowResult,
} from '../contracts/purchase-order-messages';
import type { SyncState } from '../contracts/search-attributes';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { addPurchaseOrderPass, purchaseOrderState } from './lib/purchase-order-outcome';
import { purchaseOrderPassSummary, purchaseOrderWords } from './lib/purchase-order-words';

/**
 * The one owner of a purchase order's way from Omnium into the shops, with the promises of every coalescing sync. The
 * same workflow under the name of a delivery only finds out whose lines it holds and tells those purchase orders.
 */
export async function purchaseOrderWorkflow(input: PurchaseOrderWorkflowInput): Promise<PurchaseOrderWorkflowResult> {
  return await new PurchaseOrderSync(input).run();
}

class PurchaseOrderSync extends CoalescingSync<PurchaseOrderEvent, PurchaseOrderOutcome> {
  constructor(private readonly input: PurchaseOrderWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: PURCHASE_ORDER_SIGNAL, retryLadder, carried, words: purchaseOrderWords(input) });
    this.listen();
  }

  /** An event says only that there is something to look at, so one pass answers all of them. */
  protected take(): readonly PurchaseOrderEvent[] {
    return this.inbox.splice(0);
  }

  protected work(): Promise<PurchaseOrderOutcome> {
    const { subject, retryLadder } = this.input;
    const argument = { subject, retryLadder, pass: this.passes };
    const summary = purchaseOrderPassSummary(subject, this.passes);
    return this.activities.syncPurchaseOrder.executeWithOptions({ summary }, [argument]);
  }

  protected add(before: PurchaseOrderOutcome | undefined, latest: PurchaseOrderOutcome): PurchaseOrderOutcome {
    return addPurchaseOrderPass(before, latest);
  }

  protected endOf(outcome: PurchaseOrderOutcome): { readonly state: SyncState; readonly storeUid?: string } {
    const { storeUid } = outcome;
    return { state: purchaseOrderState(outcome), ...(storeUid && { storeUid }) };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    return await continueAsNew<typeof purchaseOrderWorkflow>({ ...this.input, carried: this.carry() });
  }
}
