import { type ChainMarket } from '../../../sandbox/chain/types';
import { type Arrivals } from '../arrivals';
import { type FlowTills } from '../vendors/flow-tills';
import { type TillBook } from './till-book';

/** Where visits take place. */
export interface TillDesk {
  readonly book: TillBook;
  readonly arrivals: Arrivals;
  readonly tillsOf: (market: ChainMarket) => FlowTills;
  /** Milliseconds; ends early with an error when the person stops the day. */
  readonly pause: (ms: number) => Promise<void>;
}

/** Somebody comes to a till, and something happens there. */
export interface Visit {
  readonly what: string;
  run(desk: TillDesk): Promise<void>;
}
