import { setTimeout as pause } from 'node:timers/promises';
import { VendorHttpError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { until } from '../support/order-driver';
import { CONFIRMED, scriptedReception, type ReceptionDriver } from '../support/reception-driver';

/** A run of the goods reception workflow worth keeping. */
export interface GoodsReceptionReplayCase {
  readonly name: string;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(reception: ReceptionDriver): Promise<void>;
}

type Scripted = ReturnType<typeof scriptedReception>;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorHttpError({ vendor: 'omnium', operation: 'POST goods reception', isWrite: true }, 409);
};
const failingUntil = (attempts: number): Scripted =>
  scriptedReception(async (attempt) => (attempt <= attempts ? await failing() : CONFIRMED));

/** Plays `work` with this activity, and waits for the end unless told otherwise. */
async function played(
  reception: ReceptionDriver,
  sync: Scripted,
  { work, toItsEnd = true }: { readonly work?: () => Promise<void>; readonly toItsEnd?: boolean } = {},
): Promise<void> {
  await reception.withWorker({ confirmReception: sync.run }, async () => {
    await reception.send();
    await work?.();
    if (toItsEnd) await reception.handle.result();
  });
}

/** All cases, named by what happens. */
export const GOODS_RECEPTION_REPLAY_CASES: readonly GoodsReceptionReplayCase[] = [
  {
    name: 'confirmed-at-once',
    play: (reception: ReceptionDriver): Promise<void> => played(reception, scriptedReception()),
  },
  {
    name: 'two-passes',
    play: async (reception: ReceptionDriver): Promise<void> => {
      const sync = scriptedReception(async () => pause(300, CONFIRMED));
      await played(reception, sync, {
        work: async () => {
          await until(async () => sync.attempts[0]);
          await reception.send('a', 'b', 'a');
        },
      });
    },
  },
  {
    name: 'burst',
    play: async (reception: ReceptionDriver): Promise<void> => {
      const sync = scriptedReception(async () => pause(200, CONFIRMED));
      await played(reception, sync, {
        work: async () => {
          await reception.send('a', 'b', 'c', 'd', 'e');
          await until(async () => sync.attempts[1]);
          // The passes are over by then, and the run waits for quiet.
          await pause(700);
          await reception.send('f');
        },
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (reception: ReceptionDriver): Promise<void> =>
      played(reception, scriptedReception(failing), {
        work: async () => void (await reception.untilWaiting()),
        toItsEnd: false,
      }),
  },
  {
    name: 'healed-by-an-event',
    play: (reception: ReceptionDriver): Promise<void> =>
      played(reception, failingUntil(1), {
        work: async () => {
          await reception.untilWaiting();
          await reception.send();
        },
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (reception: ReceptionDriver): Promise<void> =>
      played(reception, failingUntil(1), {
        work: async () => {
          await reception.untilWaiting();
          await reception.handle.executeUpdate(RETRY_NOW_UPDATE);
        },
      }),
  },
  {
    name: 'given-up',
    play: (reception: ReceptionDriver): Promise<void> =>
      played(reception, scriptedReception(failing), {
        work: async () => {
          await reception.untilWaiting();
          await reception.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, {
            args: [{ reason: 'a test' }],
          });
        },
      }),
  },
  {
    name: 'left-different',
    play: (reception: ReceptionDriver): Promise<void> =>
      played(
        reception,
        scriptedReception(async () => ({ ...CONFIRMED, differences: ['ski: 2 more were received than ordered'] })),
      ),
  },
  {
    name: 'continued-as-new',
    play: async (reception: ReceptionDriver): Promise<void> => {
      const sync = scriptedReception(async () => pause(20, CONFIRMED));
      await reception.withWorker({ confirmReception: sync.run }, async () => {
        await reception.send();
        const first = await reception.handle.describe();
        // The recording server suggests continuing as new after a few dozen history events.
        await until(async () => {
          await reception.send();
          return (await reception.handle.describe()).runId === first.runId ? undefined : true;
        });
        reception.recordRun(first.runId);
      });
    },
  },
];
