import { CancellationScope, condition, scheduleActivity, workflowInfo } from '@temporalio/workflow';
import { factsOf, type EntityInput, type FailedAttemptReport } from '../contracts/entity-sync';
import {
  orderKind,
  type OrderEvent,
  type OrderOutcome,
  type OrderStart,
  type ReceiptOutcome,
  type ReceiptReference,
  type ReceiptStatus,
  type SyncOrderInput,
} from '../contracts/kinds/order';
import { waitingPage } from './entity-page';
import { convergent, type Beside, type EntityRun } from './entity-sync';

/** One receipt on its way to Omnium. */
interface Sending {
  readonly reference: ReceiptReference;
  /** Counts the series of attempts, so that a late report of an abandoned one is recognised. */
  pass: number;
  scope: CancellationScope | undefined;
  /** Set while it waits to be tried again. */
  waiting: FailedAttemptReport | undefined;
  isSent: boolean;
  differences: readonly string[];
}

type NamedReceipts = NonNullable<SyncOrderInput['namedReceipts']>;

/** What survives a continue-as-new. */
interface CarriedReceipts {
  readonly flowOrderUids: readonly string[];
  readonly namedReceipts?: NamedReceipts;
  readonly receipts: readonly ReceiptReference[];
}

/**
 * What an order has beside its passes: the names that Flow's events have given it, and its receipts on their way to Omnium,
 * each as an activity with a backoff of its own. No receipt holds the order's passes up, and none that fails ends the run.
 */
export class OrderReceipts implements Beside<OrderEvent, OrderOutcome> {
  private readonly receipts = new Map<string, Sending>();
  private isStopped = false;
  /** Flow's uids of the orders and returns that events of this run have named. */
  private readonly flowOrderUids: Set<string>;
  /** Receipts that they have named: each is due by its own word, whatever its order says of it. */
  private readonly namedReceipts: Map<string, NamedReceipts[number]>;
  /** Whether another system than Flow has named this order, so that its key is certain to be an order's number. */
  private isNamedByNumber: boolean;

  constructor(
    private readonly run: EntityRun<OrderOutcome>,
    private readonly input: EntityInput<OrderStart, OrderEvent, OrderOutcome>,
  ) {
    const {
      flowOrderUids = [],
      namedReceipts = [],
      receipts = [],
    } = (input.carried?.beside ?? {}) as Partial<CarriedReceipts>;
    this.flowOrderUids = new Set(flowOrderUids);
    this.namedReceipts = new Map(namedReceipts.map((named) => [named.orderReceiptUid, named]));
    this.isNamedByNumber = input.carried !== undefined;
    this.send(receipts);
  }

  notice({ flowOrderUid, receipt, source }: OrderEvent): void {
    if (flowOrderUid) this.flowOrderUids.add(flowOrderUid);
    if (flowOrderUid && receipt) this.namedReceipts.set(receipt.orderReceiptUid, { ...receipt, flowOrderUid });
    if (source !== 'flow') this.isNamedByNumber = true;
  }

  passInput(): object {
    return {
      ...(this.flowOrderUids.size > 0 && { flowOrderUids: [...this.flowOrderUids] }),
      ...(this.namedReceipts.size > 0 && { namedReceipts: [...this.namedReceipts.values()] }),
      ...(!this.isNamedByNumber && { onlyFlowEvents: true }),
    };
  }

  passEnded({ receipts = [] }: OrderOutcome): void {
    this.send(receipts);
  }

  /** Waits for receipts that are still on their way; true when an event came first and asks for another pass. */
  async wait(): Promise<boolean> {
    const isOver = (): boolean => this.allSent || this.run.isGivenUp || workflowInfo().continueAsNewSuggested;
    while (!isOver() && !this.run.hasEvents) {
      this.show();
      await condition(() => isOver() || this.run.hasEvents);
    }
    return !this.run.isGivenUp && (this.run.hasEvents || !this.allSent);
  }

  receive(report: FailedAttemptReport): boolean {
    if (!report.orderReceiptUid) return false;
    const sending = this.receipts.get(report.orderReceiptUid);
    if (sending && !sending.isSent && sending.pass === report.pass) sending.waiting = report;
    this.show();
    return true;
  }

  /** Why a receipt waits; of several, the one that failed last. */
  failure(): FailedAttemptReport | undefined {
    const reports = [...this.receipts.values()].flatMap(({ waiting }) => waiting ?? []);
    return reports.sort((one, other) => other.at.localeCompare(one.at))[0];
  }

  differences(): readonly string[] {
    return [...this.receipts.values()].flatMap(({ differences }) => differences);
  }

  cut(isForGood: boolean): void {
    this.isStopped = isForGood;
    for (const sending of this.receipts.values()) {
      if (isForGood || sending.waiting) sending.scope?.cancel();
    }
  }

  status(): object {
    const all = [...this.receipts.values()].map(({ reference, isSent, waiting }): ReceiptStatus => ({
      orderReceiptUid: reference.orderReceiptUid,
      state: isSent ? 'sent' : waiting ? 'retrying' : 'sending',
      ...(waiting && { lastFailure: waiting }),
    }));
    const receipts = all.sort((a, b) => Number(b.state === 'retrying') - Number(a.state === 'retrying'));
    return receipts.length > 0 ? { receipts } : {};
  }

  carry(): CarriedReceipts {
    const left = this.isStopped ? [] : [...this.receipts.values()];
    const receipts = left.flatMap(({ isSent, reference }) => (isSent ? [] : [reference]));
    const namedReceipts = [...this.namedReceipts.values()];
    return { flowOrderUids: [...this.flowOrderUids], ...(namedReceipts.length > 0 && { namedReceipts }), receipts };
  }

  private get allSent(): boolean {
    return [...this.receipts.values()].every(({ isSent }) => isSent);
  }

  /** Starts those that are new, and ends the wait of those that are known: something about the order has changed. */
  private send(references: readonly ReceiptReference[]): void {
    for (const reference of references) {
      const known = this.receipts.get(reference.orderReceiptUid);
      if (known) {
        if (known.waiting) known.scope?.cancel();
        continue;
      }
      const sending: Sending = {
        reference,
        pass: 0,
        scope: undefined,
        waiting: undefined,
        isSent: false,
        differences: [],
      };
      this.receipts.set(reference.orderReceiptUid, sending);
      void this.sendOne(sending);
    }
  }

  /** Tries until it is sent; a wait that was cut short begins the backoff anew. */
  private async sendOne(sending: Sending): Promise<void> {
    const { tenantUid, retryLadder } = this.input;
    const summary = `Receipt of ${orderKind.subject(this.input).slice(0, 80)}: Flow → Omnium`;
    while (!sending.isSent && !this.isStopped) {
      const scope = new CancellationScope();
      sending.scope = scope;
      sending.pass += 1;
      sending.waiting = undefined;
      const argument = { tenantUid, retryLadder, pass: sending.pass, ...sending.reference };
      const options = { ...convergent(retryLadder), summary };
      try {
        const sent = await scope.run(() =>
          scheduleActivity<ReceiptOutcome>('sendReceiptToOmnium', [argument], options),
        );
        sending.isSent = true;
        sending.differences = sent.differences ?? [];
      } catch (error) {
        if (!scope.consideredCancelled)
          throw new Error('Sending a receipt ended for good, which only a defect can cause', { cause: error });
        // The whole workflow is being cancelled: its own code ends the run.
        if (CancellationScope.current().consideredCancelled) return;
      }
    }
    if (!this.isStopped) sending.waiting = undefined;
    this.show();
  }

  /** While the order itself has nothing to do, its page says what its receipts wait for. */
  private show(): void {
    const report = this.failure();
    const { outcome, isPassing, isGivenUp } = this.run;
    if (isPassing || isGivenUp || !report || !outcome) return;
    const subject = orderKind.subject(this.input);
    const waits = `The order itself is done. Its receipt ${report.orderReceiptUid ?? ''} is not in Omnium yet.`;
    const facts = factsOf(orderKind, outcome).map(([label, text]) => `- **${label}:** ${text}`);
    const done = [orderKind.sentence(subject, outcome), '', ...facts, '', waits].join('\n');
    const argument = orderKind.argument?.(this.input) ?? orderKind.id(this.input);
    this.run.show('Retrying', waitingPage(done, report, this.input.retryLadder, argument), report);
  }
}
