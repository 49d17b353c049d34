import { condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { FailedAttemptReport } from '../contracts/coalescing-messages';
import {
  ORDER_SIGNAL,
  type OrderEvent,
  type OrderOutcome,
  type OrderWorkflowInput,
  type OrderWorkflowResult,
  type SyncOrderInput,
  type SyncStatus,
} from '../contracts/messages';
import type { SyncState } from '../contracts/search-attributes';
import { CoalescingSync, handlersFinished } from './lib/coalescing-sync';
import { OrderReceipts } from './lib/order-receipts';
import { addPass } from './lib/run-outcome';
import { orderWords, outcomeDetails, passSummary, receiptsDetails } from './lib/words';

/**
 * The one owner of an order's sync, in both directions, with the promises of every coalescing sync. Beside the passes, each
 * receipt of the order goes to Omnium by itself: one that fails waits on a ladder of its own and holds up nothing.
 */
export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderWorkflowResult> {
  return await new OrderSync(input).run();
}

class OrderSync extends CoalescingSync<OrderEvent, OrderOutcome> {
  /** Flow's uids of the orders and returns that events of this run have named. */
  private readonly flowOrderUids: Set<string>;
  /** Whether anybody but Flow has named this order, so that its key is certain to be an order's number. */
  private isNamedByNumber: boolean;
  private readonly receipts: OrderReceipts;

  constructor(private readonly input: OrderWorkflowInput) {
    const { retryLadder, carried } = input;
    super({ signalName: ORDER_SIGNAL, retryLadder, carried, words: orderWords(input) });
    this.isNamedByNumber = carried !== undefined;
    this.flowOrderUids = new Set(carried?.flowOrderUids);
    this.receipts = new OrderReceipts(input, this.activities, () => this.showReceipts());
    this.listen();
    this.receipts.send(carried?.receipts ?? []);
  }

  /** An order is read anew by every pass, so one pass answers all events that are known by then. */
  protected take(): readonly OrderEvent[] {
    return this.inbox.splice(0);
  }

  protected work(): Promise<OrderOutcome> {
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

  protected add(before: OrderOutcome | undefined, latest: OrderOutcome): OrderOutcome {
    this.receipts.send(latest.receipts ?? []);
    return addPass(before, latest);
  }

  protected endOf(outcome: OrderOutcome): { readonly state: SyncState; readonly storeUid?: string } {
    return { state: finalState(outcome), ...(outcome.storeUid && { storeUid: outcome.storeUid }) };
  }

  protected override notice({ flowOrderUid, source }: OrderEvent): void {
    if (flowOrderUid) this.flowOrderUids.add(flowOrderUid);
    if (source !== 'flow') this.isNamedByNumber = true;
  }

  /** Waits for receipts that are still on their way; true when an event came first and asks for another pass. */
  protected override async besideWork(): Promise<boolean> {
    const isOver = (): boolean =>
      this.receipts.allSent || this.givenUpBecause !== undefined || workflowInfo().continueAsNewSuggested;
    while (!isOver() && this.inbox.length === 0) {
      this.showReceipts();
      await condition(() => isOver() || this.inbox.length > 0);
    }
    if (this.givenUpBecause !== undefined) return false;
    return this.inbox.length > 0 || !this.receipts.allSent;
  }

  protected override receiveBeside(report: FailedAttemptReport): boolean {
    if (!report.orderReceiptUid) return false;
    if (this.receipts.receiveFailure(report)) this.failedAttempts += 1;
    this.showReceipts();
    return true;
  }

  protected override get besideFailure(): FailedAttemptReport | undefined {
    return this.receipts.latestFailure;
  }

  protected override cutBeside(forGood: boolean): void {
    if (forGood) this.receipts.stop();
    else this.receipts.retryNow();
  }

  protected override status(): SyncStatus {
    const receipts = this.receipts.status();
    return { ...super.status(), ...(receipts.length > 0 && { receipts }) };
  }

  protected async continueInNewRun(): Promise<never> {
    await handlersFinished();
    const receipts = this.receipts.unsent();
    return await continueAsNew<typeof orderWorkflow>({
      ...this.input,
      version: 2,
      carried: {
        ...this.carry(),
        ...(this.flowOrderUids.size > 0 && { flowOrderUids: [...this.flowOrderUids] }),
        ...(receipts.length > 0 && { receipts }),
      },
    });
  }

  /** While the order itself has nothing to do, its page says what its receipts wait for. */
  private showReceipts(): void {
    const report = this.receipts.latestFailure;
    if (this.isPassing || !report || !this.outcome) return;
    const { orderNumber, retryLadder } = this.input;
    const done = outcomeDetails(orderNumber, this.outcome, 0);
    this.show('Retrying', receiptsDetails({ done, orderNumber, report, ladder: retryLadder }), report);
  }
}

function finalState(outcome: OrderOutcome): SyncState {
  if (outcome.action === 'skipped' || outcome.action === 'forwarded') return 'Ignored';
  return outcome.differences?.length ? 'Differs' : 'Synced';
}
