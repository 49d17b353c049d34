import type { StockSubject } from '../../src/contracts/kinds/stock';
import { until, type OrderServer } from '../support/order-driver';
import { levelOf, scriptedStock, StockDriver } from '../support/stock-driver';

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

/** What only stock lives through, named by what happens. */
export const STOCK_CASES: readonly StockReplayCase[] = [
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
];
