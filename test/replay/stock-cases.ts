import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import type { StockOutcome, StockSubject } from '../../src/contracts/kinds/stock';
import { until, type OrderServer } from '../support/order-driver';
import { ALIGNED, levelOf, scriptedStock, StockDriver } from '../support/stock-driver';

/** A run of the stock workflow worth keeping. */
export interface StockReplayCase {
  readonly name: string;
  /** What its events are about; single levels without it. */
  readonly subjectOf?: (eventId: string) => StockSubject;
  /** Plays the case; the history is recorded when it returns, closed or not. */
  play(stock: StockDriver): Promise<void>;
}

/** The driver of a case's store; a second alignment comes soon. */
export function stockDriverOf(server: OrderServer, { subjectOf }: StockReplayCase): StockDriver {
  return new StockDriver(server, subjectOf);
}

type Scripted = ReturnType<typeof scriptedStock>;

const failing = async (): Promise<never> => {
  await pause(1);
  throw new VendorUnreachableError({ vendor: 'omnium', operation: 'PUT inventory', isWrite: true }, 'refused');
};
const failingUntil = (attempts: number): Scripted =>
  scriptedStock(async (attempt) => (attempt <= attempts ? await failing() : ALIGNED));

const toSwitch = (eventId: string): StockSubject =>
  eventId === 'switch' ? { kind: 'switch', master: 'flow', alignAgainAfterSeconds: 1 } : levelOf(eventId);

/** Plays `work` with this activity, and waits for the end unless told otherwise. */
async function played(
  stock: StockDriver,
  sync: Scripted,
  { first = 'first', work, toItsEnd = true }: Play = {},
): Promise<void> {
  await stock.withWorker({ syncStock: sync.run }, async () => {
    await stock.send(first);
    await work?.();
    if (toItsEnd) await stock.handle.result();
  });
}

interface Play {
  readonly first?: string;
  readonly work?: () => Promise<void>;
  readonly toItsEnd?: boolean;
}

/** All cases, named by what happens. */
export const STOCK_REPLAY_CASES: readonly StockReplayCase[] = [
  { name: 'aligned-at-once', play: (stock: StockDriver): Promise<void> => played(stock, scriptedStock()) },
  {
    name: 'burst',
    play: (stock: StockDriver): Promise<void> => {
      const sync = scriptedStock(async () => pause(200, ALIGNED));
      return played(stock, sync, {
        work: async () => {
          await stock.send('a', 'b', 'c', 'd', 'e');
          await until(async () => sync.attempts[0]);
          await stock.send('f', 'a');
        },
      });
    },
  },
  {
    name: 'mid-ladder',
    play: (stock: StockDriver): Promise<void> =>
      played(stock, scriptedStock(failing), {
        work: async () => void (await stock.untilWaiting()),
        toItsEnd: false,
      }),
  },
  {
    name: 'healed-by-an-operator',
    play: (stock: StockDriver): Promise<void> =>
      played(stock, failingUntil(1), {
        work: async () => {
          await stock.untilWaiting();
          await stock.handle.executeUpdate(RETRY_NOW_UPDATE);
        },
      }),
  },
  {
    name: 'given-up',
    play: (stock: StockDriver): Promise<void> =>
      played(stock, scriptedStock(failing), {
        work: async () => {
          await stock.untilWaiting();
          const request: GiveUpRequest = { reason: 'the warehouse is closed' };
          await stock.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [request] });
        },
      }),
  },
  {
    name: 'left-different',
    play: (stock: StockDriver): Promise<void> => {
      const outcome: StockOutcome = { ...ALIGNED, differences: ['104008 in oslo-city: Flow has no such product'] };
      return played(
        stock,
        scriptedStock(async () => outcome),
      );
    },
  },
  {
    name: 'left-different-before-a-level-that-is-not',
    subjectOf: (eventId) => (eventId === 'all' ? { kind: 'all' } : levelOf(eventId)),
    play: (stock: StockDriver): Promise<void> => {
      const sync = scriptedStock(async (attempt) =>
        attempt === 1
          ? { ...(await pause(200, ALIGNED)), differences: ['Omnium has no warehouse for repairs'] }
          : ALIGNED,
      );
      return played(stock, sync, {
        first: 'all',
        work: async () => {
          await until(async () => sync.attempts[0]);
          await stock.send('sold');
        },
      });
    },
  },
  {
    name: 'switched-and-aligned-again',
    subjectOf: toSwitch,
    play: (stock: StockDriver): Promise<void> => {
      const sync = scriptedStock();
      return played(stock, sync, {
        first: 'switch',
        work: async () => {
          await until(async () => sync.attempts[0]);
          await stock.send('sold');
        },
      });
    },
  },
  {
    name: 'continued-as-new',
    play: (stock: StockDriver): Promise<void> => {
      const sync = scriptedStock(async () => pause(20, ALIGNED));
      return played(stock, sync, {
        work: async () => {
          const first = await stock.handle.describe();
          // The recording server suggests continuing as new after a few dozen history events.
          await until(async () => {
            await stock.send();
            return (await stock.handle.describe()).runId === first.runId ? undefined : true;
          });
          stock.recordRun(first.runId);
        },
        toItsEnd: false,
      });
    },
  },
];
