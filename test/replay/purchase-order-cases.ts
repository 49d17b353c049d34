import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until } from '../support/order-driver';
import { BROUGHT, scriptedPurchaseOrders, type PurchaseOrderDriver } from '../support/purchase-order-driver';

/** A run of the purchase order workflow worth keeping. */
export interface PurchaseOrderReplayCase {
  readonly name: string;
  /** The run is a delivery's, not a purchase order's. */
  readonly kind?: 'delivery';
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(order: PurchaseOrderDriver): Promise<void>;
}

type Scripted = ReturnType<typeof scriptedPurchaseOrders>;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT purchase order', isWrite: true }, 'refused');
};
const failingUntil = (attempts: number): Scripted =>
  scriptedPurchaseOrders(async (attempt) => (attempt <= attempts ? await failing() : BROUGHT));

/** Plays `work` with this activity, and waits for the end unless told otherwise. */
async function played(
  order: PurchaseOrderDriver,
  sync: Scripted,
  { work, toItsEnd = true }: { readonly work?: () => Promise<void>; readonly toItsEnd?: boolean } = {},
): Promise<void> {
  await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
    await order.send();
    await work?.();
    if (toItsEnd) await order.handle.result();
  });
}

/** All cases, named by what happens. */
export const PURCHASE_ORDER_REPLAY_CASES: readonly PurchaseOrderReplayCase[] = [
  {
    name: 'synced-at-once',
    play: (order: PurchaseOrderDriver): Promise<void> => played(order, scriptedPurchaseOrders()),
  },
  {
    name: 'delivery-forwarded',
    kind: 'delivery',
    play: (order: PurchaseOrderDriver): Promise<void> =>
      played(
        order,
        scriptedPurchaseOrders(async () => ({ action: 'forwarded', purchaseOrders: 2 })),
      ),
  },
  {
    name: 'two-passes',
    play: async (order: PurchaseOrderDriver): Promise<void> => {
      const sync = scriptedPurchaseOrders(async () => pause(300, BROUGHT));
      await played(order, sync, {
        work: async () => {
          await until(async () => sync.attempts[0]);
          await order.send('a', 'b', 'a');
        },
      });
    },
  },
  {
    name: 'burst',
    play: async (order: PurchaseOrderDriver): Promise<void> => {
      const sync = scriptedPurchaseOrders(async () => pause(200, BROUGHT));
      await played(order, sync, {
        work: async () => {
          await order.send('a', 'b', 'c', 'd', 'e');
          await until(async () => sync.attempts[1]);
          // The passes are over by then, and the run waits for quiet.
          await pause(700);
          await order.send('f');
        },
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (order: PurchaseOrderDriver): Promise<void> =>
      played(order, scriptedPurchaseOrders(failing), {
        work: async () => void (await order.untilWaiting()),
        toItsEnd: false,
      }),
  },
  {
    name: 'healed-by-an-event',
    play: (order: PurchaseOrderDriver): Promise<void> =>
      played(order, failingUntil(1), {
        work: async () => {
          await order.untilWaiting();
          await order.send();
        },
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (order: PurchaseOrderDriver): Promise<void> =>
      played(order, failingUntil(1), {
        work: async () => {
          await order.untilWaiting();
          await order.handle.executeUpdate(RETRY_NOW_UPDATE);
        },
      }),
  },
  {
    name: 'given-up',
    play: (order: PurchaseOrderDriver): Promise<void> =>
      played(order, scriptedPurchaseOrders(failing), {
        work: async () => {
          await order.untilWaiting();
          await order.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'a test' }] });
        },
      }),
  },
  {
    name: 'left-different',
    play: (order: PurchaseOrderDriver): Promise<void> =>
      played(
        order,
        scriptedPurchaseOrders(async () => ({ ...BROUGHT, differences: ['items[L2]: gone from Omnium'] })),
      ),
  },
  {
    name: 'continued-as-new',
    play: async (order: PurchaseOrderDriver): Promise<void> => {
      const sync = scriptedPurchaseOrders(async () => pause(20, BROUGHT));
      await order.withWorker({ syncPurchaseOrder: sync.run }, async () => {
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
];
