import { runAttempt } from '../../src/activities/shared/sync-context';
import type { Activities } from '../../src/activities';
import type { OrderOutcome, ReceiptOutcome, SendReceiptInput, SyncOrderInput } from '../../src/contracts/kinds/order';

/** One attempt as a test wants it: resolves with an outcome, or throws what a vendor client would throw. */
export type AttemptScript = (input: SyncOrderInput, attempt: number, signal: AbortSignal) => Promise<OrderOutcome>;

/** What every attempt that is not scripted otherwise answers. */
export const CREATED: OrderOutcome = {
  direction: 'inbound',
  action: 'created',
  flowOrderUid: '104233',
  storeUid: 'oslocity',
  orderState: 'PARKED',
  lines: 2,
  totalCents: 39_900,
};

/**
 * The order activity with a scripted inside and its real outside: the attempt's heartbeats, failure classification,
 * ladder delay and report to the workflow are the production code.
 */
export class ScriptedSync {
  /** Input of every attempt, in order. */
  readonly attempts: SyncOrderInput[] = [];
  /** Most attempts that ever ran at the same time. */
  mostAtOnce = 0;
  private running = 0;

  constructor(private readonly script: AttemptScript = async () => CREATED) {}

  /** For a worker's `activities`. */
  activities(): Pick<Activities, 'syncOrder'> {
    const sync = (input: SyncOrderInput): Promise<OrderOutcome> =>
      runAttempt(input, async ({ signal }) => {
        this.attempts.push(input);
        this.running += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
        try {
          return await this.script(input, this.attempts.length, signal);
        } finally {
          this.running -= 1;
        }
      });
    return { syncOrder: sync };
  }
}

/** A pass that names receipts to be sent. */
export function withReceipts(...orderReceiptUids: readonly string[]): OrderOutcome {
  const receipts = orderReceiptUids.map((orderReceiptUid) => ({
    ...{ storeUid: 'oslocity', orderReceiptUid, omniumOrderId: '104233' },
  }));
  return { ...CREATED, direction: 'outbound', receipts };
}

/** The receipt activity with a scripted inside and its real outside. */
export class ScriptedReceipts {
  /** Receipts of every attempt, in order. */
  readonly attempts: string[] = [];

  constructor(private readonly script: (orderReceiptUid: string, attempt: number) => Promise<void> = async () => {}) {}

  /** For a worker's `activities`. */
  activities(): Pick<Activities, 'sendReceiptToOmnium'> {
    return {
      sendReceiptToOmnium: (input: SendReceiptInput) =>
        runAttempt(input, async (): Promise<ReceiptOutcome> => {
          this.attempts.push(input.orderReceiptUid);
          await this.script(input.orderReceiptUid, this.attempts.length);
          return { orderReceiptUid: input.orderReceiptUid, action: 'created', amountCents: 39_900, calls: 5 };
        }),
    };
  }
}
