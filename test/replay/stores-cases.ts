import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until } from '../support/order-driver';
import { EXPORTED, scriptedStores, type StoresDriver } from '../support/stores-driver';

/** A run of the stores workflow worth keeping. */
export interface StoresReplayCase {
  readonly name: string;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(stores: StoresDriver): Promise<void>;
}

type Scripted = ReturnType<typeof scriptedStores>;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT store', isWrite: true }, 'refused');
};
const failingUntil = (attempts: number): Scripted =>
  scriptedStores(async (attempt) => (attempt <= attempts ? await failing() : EXPORTED));

/** Plays `work` with this export, and waits for the end unless told otherwise. */
async function played(
  stores: StoresDriver,
  sync: Scripted,
  { work, toItsEnd = true }: { readonly work?: () => Promise<void>; readonly toItsEnd?: boolean } = {},
): Promise<void> {
  await stores.withWorker({ exportStores: sync.run }, async () => {
    await stores.send();
    await work?.();
    if (toItsEnd) await stores.handle.result();
  });
}

/** All cases, named by what happens. */
export const STORES_REPLAY_CASES: readonly StoresReplayCase[] = [
  { name: 'exported-at-once', play: (stores: StoresDriver): Promise<void> => played(stores, scriptedStores()) },
  {
    name: 'two-passes',
    play: async (stores: StoresDriver): Promise<void> => {
      const sync = scriptedStores(async () => pause(300, EXPORTED));
      await played(stores, sync, {
        work: async () => {
          await until(async () => sync.attempts[0]);
          await stores.send('a', 'b', 'a');
        },
      });
    },
  },
  {
    name: 'burst',
    play: async (stores: StoresDriver): Promise<void> => {
      const sync = scriptedStores(async () => pause(200, EXPORTED));
      await played(stores, sync, {
        work: async () => {
          await stores.send('a', 'b', 'c', 'd', 'e');
          await until(async () => sync.attempts[1]);
          // The passes are over by then, and the run waits for quiet.
          await pause(700);
          await stores.send('f');
        },
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (stores: StoresDriver): Promise<void> =>
      played(stores, scriptedStores(failing), {
        work: async () => void (await stores.untilWaiting()),
        toItsEnd: false,
      }),
  },
  {
    name: 'healed-by-an-event',
    play: (stores: StoresDriver): Promise<void> =>
      played(stores, failingUntil(1), {
        work: async () => {
          await stores.untilWaiting();
          await stores.send();
        },
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (stores: StoresDriver): Promise<void> =>
      played(stores, failingUntil(1), {
        work: async () => {
          await stores.untilWaiting();
          await stores.handle.executeUpdate(RETRY_NOW_UPDATE);
        },
      }),
  },
  {
    name: 'given-up',
    play: (stores: StoresDriver): Promise<void> =>
      played(stores, scriptedStores(failing), {
        work: async () => {
          await stores.untilWaiting();
          await stores.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'a test' }] });
        },
      }),
  },
  {
    name: 'left-different',
    play: (stores: StoresDriver): Promise<void> =>
      played(
        stores,
        scriptedStores(async () => ({ ...EXPORTED, differences: ['Store gone is not among Omnium’s stores'] })),
      ),
  },
  {
    name: 'continued-as-new',
    play: async (stores: StoresDriver): Promise<void> => {
      const sync = scriptedStores(async () => pause(20, EXPORTED));
      await stores.withWorker({ exportStores: sync.run }, async () => {
        await stores.send();
        const first = await stores.handle.describe();
        // The recording server suggests continuing as new after a few dozen history events.
        await until(async () => {
          await stores.send();
          return (await stores.handle.describe()).runId === first.runId ? undefined : true;
        });
        stores.recordRun(first.runId);
      });
    },
  },
];
