import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until, type OrderDriver } from '../support/order-driver';
import { ScriptedReceipts, ScriptedSync, withReceipts } from '../support/scripted-sync';

/** A run of the order workflow worth keeping: what an order can live through, and so what a later release must replay. */
export interface ReplayCase {
  readonly name: string;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(order: OrderDriver): Promise<void>;
}

const FLOW_WRITE = { vendor: 'flow', operation: 'POST order', isWrite: true } as const;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError(FLOW_WRITE, 'refused');
};

/** What only an order lives through, named by what happens. */
export const ORDER_CASES: readonly ReplayCase[] = [
  {
    name: 'forwarded',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(
        new ScriptedSync(async () => ({
          ...{ direction: 'outbound', action: 'forwarded', forwardedTo: ['104233'] },
        })).activities(),
        async () => {
          await order.send();
          await order.handle.result();
        },
      ),
  },
  {
    name: 'receipts-sent',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(
        {
          ...new ScriptedSync(async () => withReceipts('receipt-1', 'receipt-2')).activities(),
          ...new ScriptedReceipts().activities(),
        },
        async () => {
          await order.send();
          await order.handle.result();
        },
      ),
  },
  {
    name: 'receipt-waits-and-heals',
    play: async (order: OrderDriver): Promise<void> => {
      const receipts = new ScriptedReceipts(async (_uid, attempt) => {
        if (attempt <= 2) await failing();
      });
      const sync = new ScriptedSync(async () => withReceipts('receipt-1'));
      await order.withWorker({ ...sync.activities(), ...receipts.activities() }, async () => {
        await order.send();
        await order.untilWaiting();
        // Another event: the order passes again, and the receipt is tried again with it.
        await order.send();
        await until(async () => (receipts.attempts.length > 1 ? true : undefined));
        await order.untilWaiting();
        await order.handle.executeUpdate(RETRY_NOW_UPDATE);
        await order.handle.result();
      });
    },
  },
];
