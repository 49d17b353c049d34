import { CancellationScope, type ActivityInterfaceFor } from '@temporalio/workflow';
import type { Activities } from '../../activities';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import type { OrderWorkflowInput, ReceiptReference, ReceiptStatus } from '../../contracts/messages';

/** One receipt on its way to Omnium. */
interface Sending {
  readonly reference: ReceiptReference;
  /** Counts the attempts' series, so that a late report of an abandoned one is recognised. */
  pass: number;
  scope: CancellationScope | undefined;
  /** Set while it waits on the ladder. */
  waiting: FailedAttemptReport | undefined;
  isSent: boolean;
}

/**
 * The receipts of one order on their way to Omnium, each as an activity with a ladder of its own. Nothing here holds the
 * order's own passes up, and nothing that fails here ends the run.
 */
export class OrderReceipts {
  private readonly receipts = new Map<string, Sending>();
  private isStopped = false;

  constructor(
    private readonly input: OrderWorkflowInput,
    private readonly activities: Pick<ActivityInterfaceFor<Activities>, 'sendReceiptToOmnium'>,
    private readonly onChange: () => void,
  ) {}

  /** Starts those that are new, and ends the wait of those that are known: something about the order has changed. */
  send(references: readonly ReceiptReference[]): void {
    for (const reference of references) {
      const known = this.receipts.get(reference.orderReceiptUid);
      if (known) {
        this.cutWait(known);
        continue;
      }
      const sending: Sending = { reference, pass: 0, scope: undefined, waiting: undefined, isSent: false };
      this.receipts.set(reference.orderReceiptUid, sending);
      void this.run(sending);
    }
  }

  get allSent(): boolean {
    return [...this.receipts.values()].every(({ isSent }) => isSent);
  }

  /** Why a receipt waits; of several, the one that goes on last. */
  get latestFailure(): FailedAttemptReport | undefined {
    const reports = [...this.receipts.values()].flatMap(({ waiting }) => waiting ?? []);
    return reports.sort((a, b) => b.nextAttemptAt.localeCompare(a.nextAttemptAt))[0];
  }

  /** Takes the report of a failed attempt; false when it says nothing about what runs now. */
  receiveFailure(report: FailedAttemptReport): boolean {
    const sending = this.receipts.get(report.orderReceiptUid ?? '');
    if (!sending || sending.isSent || sending.pass !== report.pass) return false;
    sending.waiting = report;
    return true;
  }

  retryNow(): void {
    for (const sending of this.receipts.values()) this.cutWait(sending);
  }

  /** An operator gave up: what runs is ended, and nothing is tried again. */
  stop(): void {
    this.isStopped = true;
    for (const { scope } of this.receipts.values()) scope?.cancel();
  }

  unsent(): ReceiptReference[] {
    return [...this.receipts.values()].flatMap(({ isSent, reference }) => (isSent ? [] : [reference]));
  }

  status(): ReceiptStatus[] {
    const all = [...this.receipts.values()].map(({ reference, isSent, waiting }): ReceiptStatus => ({
      orderReceiptUid: reference.orderReceiptUid,
      state: isSent ? 'sent' : waiting ? 'retrying' : 'sending',
      ...(waiting && { lastFailure: waiting }),
    }));
    return all.sort((a, b) => Number(b.state === 'retrying') - Number(a.state === 'retrying'));
  }

  private cutWait(sending: Sending): void {
    if (sending.waiting) sending.scope?.cancel();
  }

  /** Tries until it is sent; a wait that was cut short begins the ladder anew. */
  private async run(sending: Sending): Promise<void> {
    while (!sending.isSent && !this.isStopped) {
      const scope = new CancellationScope();
      sending.scope = scope;
      sending.pass += 1;
      sending.waiting = undefined;
      try {
        await scope.run(() => this.attempt(sending));
        sending.isSent = true;
      } catch (error) {
        if (!scope.consideredCancelled)
          throw new Error('Sending a receipt ended for good, which only a defect can cause', { cause: error });
        // The whole workflow is being cancelled: its own code ends the run.
        if (CancellationScope.current().consideredCancelled) return;
      }
    }
    sending.waiting = undefined;
    this.onChange();
  }

  private attempt({ reference, pass }: Sending): Promise<unknown> {
    const { tenantUid, retryLadder, orderNumber } = this.input;
    const summary = `Receipt of order ${orderNumber}: Flow → Omnium`;
    const argument = { tenantUid, retryLadder, pass, ...reference };
    return this.activities.sendReceiptToOmnium.executeWithOptions({ summary }, [argument]);
  }
}
