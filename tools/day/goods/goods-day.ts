import { type ChainMarket } from '../../../sandbox/chain/types';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DayContext } from '../context';
import { eachOf } from '../pace';
import { type DayPart } from '../tills/till-program';
import { FlowGoods, type ShopPurchase } from '../vendors/flow-goods';
import { OmniumBuyer } from '../vendors/omnium-buyer';
import { GoodsBook } from './goods-book';
import { type GoodsDesk, type GoodsStep, type GoodsStory, type ShopLook } from './goods-story';

/** People at work with goods at the same time. */
const AT_ONCE = 8;
/** After an outage a purchase order takes as long as the ladder's first rung, and a bit. */
const SHOWN_WITHIN_MS = 100_000;
const LOOK_EVERY_MS = 1_500;

/** Plays what happens to goods through the day. */
export class GoodsDay implements GoodsDesk {
  readonly book = new GoodsBook();
  readonly buyer: OmniumBuyer;
  private readonly shops = new Map<string, FlowGoods>();

  constructor(
    private readonly context: Pick<DayContext, 'omniumUrl' | 'flowUrl' | 'signal'>,
    private readonly stories: readonly GoodsStory[],
  ) {
    this.buyer = new OmniumBuyer(context.omniumUrl, context.signal);
  }

  readonly flowOf = (market: ChainMarket): FlowGoods => {
    const { flowUrl, signal } = this.context;
    const known = this.shops.get(market.tenantUid) ?? new FlowGoods(flowUrl, market, signal);
    this.shops.set(market.tenantUid, known);
    return known;
  };

  readonly pause = async (ms: number): Promise<void> => {
    await sleep(ms, undefined, { signal: this.context.signal });
  };

  readonly shown = async (look: ShopLook): Promise<readonly ShopPurchase[]> => {
    const { market, storeUid, purchaseOrderId, lines } = look;
    const giveUpAt = Date.now() + SHOWN_WITHIN_MS;
    for (;;) {
      const found = await this.flowOf(market).purchasesOf(storeUid, purchaseOrderId);
      if (found.reduce((sum, { items }) => sum + items.length, 0) >= lines) return found;
      if (Date.now() > giveUpAt) throw new Error(`purchase order ${purchaseOrderId} has not come to ${storeUid}`);
      await this.pause(LOOK_EVERY_MS);
    }
  };

  /** Plays a part's steps, those of one story one after the other. @returns what happened, in words */
  async play(part: DayPart, overMs: number): Promise<string> {
    const { signal } = this.context;
    const due = this.stories
      .map((story) => story.filter((step) => step.part === part))
      .filter(({ length }) => length > 0);
    await eachOf(due, { atOnce: AT_ONCE, overMs, signal }, async (steps) => {
      for (const step of steps) await this.take(step);
    });
    return this.book.takeCounts();
  }

  private async take(step: GoodsStep): Promise<void> {
    try {
      await step.run(this);
      this.book.count(step.what);
    } catch (error) {
      this.context.signal.throwIfAborted();
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`with the goods, ${step.what}: ${why}`, { cause: error });
    }
  }
}
