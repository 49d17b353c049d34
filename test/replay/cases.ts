import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until, type OrderDriver } from '../support/order-driver';
import { CREATED, ScriptedReceipts, ScriptedSync, withReceipts } from '../support/scripted-sync';

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
const failingUntil = (attempts: number): ScriptedSync =>
  new ScriptedSync(async (_input, attempt) => (attempt <= attempts ? await failing() : CREATED));

/** All cases, named by what happens. File names carry the release that recorded them. */
export const REPLAY_CASES: readonly ReplayCase[] = [
  {
    name: 'synced-at-once',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(new ScriptedSync().activities(), async () => {
        await order.send();
        await order.handle.result();
      }),
  },
  {
    name: 'two-passes',
    play: async (order: OrderDriver): Promise<void> => {
      const sync = new ScriptedSync(async () => pause(300, CREATED));
      await order.withWorker(sync.activities(), async () => {
        await order.send();
        await until(async () => sync.attempts[0]);
        await order.send('a', 'b', 'a');
        await order.handle.result();
      });
    },
  },
  {
    name: 'burst',
    play: async (order: OrderDriver): Promise<void> => {
      const sync = new ScriptedSync(async () => pause(200, CREATED));
      await order.withWorker(sync.activities(), async () => {
        await order.send('a', 'b', 'c', 'd', 'e');
        await until(async () => sync.attempts[0]);
        // The first pass is over by then, and the run waits for quiet.
        await pause(600);
        await order.send('f');
        await order.handle.result();
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(new ScriptedSync(failing).activities(), async () => {
        await order.send();
        await order.untilWaiting();
      }),
  },
  {
    name: 'healed-by-an-event',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(failingUntil(1).activities(), async () => {
        await order.send();
        await order.untilWaiting();
        await order.send();
        await order.handle.result();
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(failingUntil(1).activities(), async () => {
        await order.send();
        await order.untilWaiting();
        await order.handle.executeUpdate(RETRY_NOW_UPDATE);
        await order.handle.result();
      }),
  },
  {
    name: 'given-up',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(new ScriptedSync(failing).activities(), async () => {
        await order.send();
        await order.untilWaiting();
        await order.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'a test' }] });
        await order.handle.result();
      }),
  },
  {
    name: 'left-different',
    play: (order: OrderDriver): Promise<void> =>
      order.withWorker(
        new ScriptedSync(async () => ({
          ...CREATED,
          differences: ['total: Omnium 2 cents, Flow 1 cents'],
        })).activities(),
        async () => {
          await order.send();
          await order.handle.result();
        },
      ),
  },
  {
    name: 'continued-as-new',
    play: async (order: OrderDriver): Promise<void> => {
      const sync = new ScriptedSync(async () => pause(20, CREATED));
      await order.withWorker(sync.activities(), async () => {
        await order.send();
        const first = await order.handle.describe();
        // The recording server suggests continuing as new after a few dozen history events.
        await until(async () => {
          await order.send();
          return (await order.handle.describe()).runId === first.runId ? undefined : true;
        });
        order.recordRun(first.runId);
      });
    },
  },
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
