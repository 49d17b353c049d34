import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { type Arrivals } from '../arrivals';
import { type DayContext } from '../context';
import { eachOf } from '../pace';
import { FlowTills } from '../vendors/flow-tills';
import { TillBook } from './till-book';
import { type DayPart, type TillProgram } from './till-program';
import { type TillDesk, type Visit } from './visit';

/** Clerks at work at the same time. */
const CLERKS = 10;

/** Plays the tills of all tenants through the day. */
export class TillDay implements TillDesk {
  readonly book = new TillBook();
  private readonly tills = new Map<string, FlowTills>();

  constructor(
    private readonly context: Pick<DayContext, 'flowUrl' | 'signal' | 'undone'>,
    private readonly program: TillProgram,
    readonly arrivals: Arrivals,
  ) {
    // Each clerk has timers and calls that end with the day.
    setMaxListeners(0, context.signal);
    for (const { order } of program.expiring) {
      this.book.endedOrders.set(order.orderNumber, 'expired');
      this.book.silent.set(order.orderNumber, 'nobody came, and Flow has deleted it');
    }
  }

  readonly tillsOf = (market: ChainMarket): FlowTills => {
    const { flowUrl, signal } = this.context;
    const known = this.tills.get(market.tenantUid) ?? new FlowTills(flowUrl, market, signal);
    this.tills.set(market.tenantUid, known);
    return known;
  };

  readonly pause = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: this.context.signal });
  };

  /** Plays a part's visits, spread over a time. @returns what happened, in words */
  async play(part: DayPart, overMs: number): Promise<string> {
    const { signal, undone } = this.context;
    await eachOf(this.program.visits[part], { atOnce: CLERKS, overMs, signal }, async (visit) => {
      await undone.attempt(`At the tills: ${visit.what}`, () => this.serve(visit));
    });
    return this.book.takeCounts();
  }

  private async serve(visit: Visit): Promise<void> {
    await visit.run(this);
    this.book.count(visit.what);
  }
}
