import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { type DayContext } from '../context';
import { eachOf } from '../pace';
import { type Assortment } from '../shop/assortment';
import { FlowTills } from '../vendors/flow-tills';
import { floorArticles } from './made-up-sales';
import { TillBook } from './till-book';
import { type DayPart, type TillProgram } from './till-program';
import { type TillDesk, type Visit } from './visit';

/** Clerks at work at the same time. */
const CLERKS = 10;
/** Pieces of each article that come in the morning, in hundredths. */
const DELIVERED = 60_000;

/** Plays the tills of all tenants through the day. */
export class TillDay implements TillDesk {
  readonly book = new TillBook();
  private readonly tills = new Map<string, FlowTills>();

  constructor(
    private readonly context: Pick<DayContext, 'flowUrl' | 'signal'>,
    private readonly assortments: readonly Assortment[],
    private readonly program: TillProgram,
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

  /** Fills the shelves before the doors open. */
  async unpack(): Promise<void> {
    for (const assortment of this.assortments) {
      const skus = new Set(floorArticles(assortment).map(({ sku }) => sku));
      const lines = [...skus].map((sku) => ({ sku, quantity: DELIVERED }));
      for (const { storeId } of assortment.stores)
        await this.tillsOf(assortment.market).receiveGoods(flowUidOf(storeId), lines);
    }
  }

  /** Plays a part's visits, spread over a time. @returns what happened, in words */
  async play(part: DayPart, overMs: number): Promise<string> {
    const { signal } = this.context;
    await eachOf(this.program.visits[part], { atOnce: CLERKS, overMs, signal }, (visit) => this.serve(visit));
    return this.book.takeCounts();
  }

  private async serve(visit: Visit): Promise<void> {
    try {
      await visit.run(this);
      this.book.count(visit.what);
    } catch (error) {
      this.context.signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`at the tills, ${visit.what}: ${why}`, { cause: error });
    }
  }
}
