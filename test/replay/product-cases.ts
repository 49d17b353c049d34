import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until } from '../support/order-driver';
import { PRODUCT_MADE, scriptedProduct, type ProductDriver } from '../support/product-driver';

/** A run of the product workflow worth keeping. */
export interface ProductReplayCase {
  readonly name: string;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(product: ProductDriver): Promise<void>;
}

type Scripted = ReturnType<typeof scriptedProduct>;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT product', isWrite: true }, 'refused');
};
const failingUntil = (attempts: number): Scripted =>
  scriptedProduct(async (attempt) => (attempt <= attempts ? await failing() : PRODUCT_MADE));

/** Plays `work` with this activity, and waits for the end unless told otherwise. */
async function played(
  product: ProductDriver,
  sync: Scripted,
  { work, toItsEnd = true }: { readonly work?: () => Promise<void>; readonly toItsEnd?: boolean } = {},
): Promise<void> {
  await product.withWorker({ syncProduct: sync.run }, async () => {
    await product.send();
    await work?.();
    if (toItsEnd) await product.handle.result();
  });
}

/** All cases, named by what happens. */
export const PRODUCT_REPLAY_CASES: readonly ProductReplayCase[] = [
  { name: 'synced-at-once', play: (product: ProductDriver): Promise<void> => played(product, scriptedProduct()) },
  {
    name: 'forwarded',
    play: (product: ProductDriver): Promise<void> =>
      played(
        product,
        scriptedProduct(() => Promise.resolve({ action: 'forwarded', forwardedTo: '104233', calls: 1 })),
      ),
  },
  {
    name: 'two-passes',
    play: async (product: ProductDriver): Promise<void> => {
      const sync = scriptedProduct(async () => pause(300, PRODUCT_MADE));
      await played(product, sync, {
        work: async () => {
          await until(async () => sync.attempts[0]);
          await product.send('a', 'b', 'a');
        },
      });
    },
  },
  {
    name: 'burst',
    play: async (product: ProductDriver): Promise<void> => {
      const sync = scriptedProduct(async () => pause(200, PRODUCT_MADE));
      await played(product, sync, {
        work: async () => {
          await product.send('a', 'b', 'c', 'd', 'e');
          await until(async () => sync.attempts[1]);
          // The passes are over by then, and the run waits for quiet.
          await pause(700);
          await product.send('f');
        },
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (product: ProductDriver): Promise<void> =>
      played(product, scriptedProduct(failing), {
        work: async () => void (await product.untilWaiting()),
        toItsEnd: false,
      }),
  },
  {
    name: 'healed-by-an-event',
    play: (product: ProductDriver): Promise<void> =>
      played(product, failingUntil(1), {
        work: async () => {
          await product.untilWaiting();
          await product.send();
        },
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (product: ProductDriver): Promise<void> =>
      played(product, failingUntil(1), {
        work: async () => {
          await product.untilWaiting();
          await product.handle.executeUpdate(RETRY_NOW_UPDATE);
        },
      }),
  },
  {
    name: 'given-up',
    play: (product: ProductDriver): Promise<void> =>
      played(product, scriptedProduct(failing), {
        work: async () => {
          await product.untilWaiting();
          await product.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'a test' }] });
        },
      }),
  },
  {
    name: 'left-different',
    play: (product: ProductDriver): Promise<void> =>
      played(
        product,
        scriptedProduct(() => Promise.resolve({ ...PRODUCT_MADE, differences: ['104233 productGroupUid: unknown'] })),
      ),
  },
  {
    name: 'continued-as-new',
    play: async (product: ProductDriver): Promise<void> => {
      const sync = scriptedProduct(async () => pause(20, PRODUCT_MADE));
      await product.withWorker({ syncProduct: sync.run }, async () => {
        await product.send();
        const first = await product.handle.describe();
        // The recording server suggests continuing as new after a few dozen history events.
        await until(async () => {
          await product.send();
          return (await product.handle.describe()).runId === first.runId ? undefined : true;
        });
        product.recordRun(first.runId);
      });
    },
  },
];
