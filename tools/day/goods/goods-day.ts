import { type ChainMarket } from '../../../sandbox/chain/types';
import { setTimeout as sleep } from 'node:timers/promises';
import { purchaseOrderKind } from '../../../src/contracts/kinds/purchase-order';
import { type Arrivals } from '../arrivals';
import { type DayContext } from '../context';
import { eachOf } from '../pace';
import { type DayPart } from '../tills/till-program';
import { FlowGoods, type ShopPurchase } from '../vendors/flow-goods';
import { OmniumBuyer } from '../vendors/omnium-buyer';
import { GoodsBook } from './goods-book';
import { type GoodsDesk, type GoodsStory, type ShopLook } from './goods-story';

/** People at work with goods at the same time. */
const AT_ONCE = 8;
const LOOK_EVERY_MS = 1_500;

/** Plays what happens to goods through the day. */
export class GoodsDay implements GoodsDesk {
  readonly book = new GoodsBook();
  readonly buyer: OmniumBuyer;
  private readonly shops = new Map<string, FlowGoods>();
  /** Stories in which something could not be done: what comes after it needs it. */
  private readonly brokenOff = new Set<GoodsStory>();

  constructor(
    private readonly context: Pick<DayContext, 'omniumUrl' | 'flowUrl' | 'signal' | 'undone'>,
    private readonly stories: readonly GoodsStory[],
    private readonly arrivals: Arrivals,
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
    const workflowId = purchaseOrderKind.id({ tenantUid: market.tenantUid, purchaseOrderId });
    const what = `purchase order ${purchaseOrderId}`;
    return await this.arrivals.until({ what, workflowId, lookEveryMs: LOOK_EVERY_MS }, async () => {
      const found = await this.flowOf(market).purchasesOf(storeUid, purchaseOrderId);
      return found.reduce((sum, { items }) => sum + items.length, 0) >= lines ? found : undefined;
    });
  };

  /** Plays a part's steps, those of one story one after the other; a story ends with a step that fails. @returns what happened, in words */
  async play(part: DayPart, overMs: number): Promise<string> {
    const { signal, undone } = this.context;
    const due = this.stories.filter((story) => story.some((step) => step.part === part));
    await eachOf(due, { atOnce: AT_ONCE, overMs, signal }, async (story) => {
      for (const [index, step] of story.entries()) {
        if (step.part !== part || this.brokenOff.has(story)) continue;
        const left = story.length - index - 1;
        const what = `Goods: ${step.what}${left > 0 ? ` (left out with it: ${left} that follow)` : ''}`;
        this.brokenOff.add(story);
        await undone.attempt(what, async () => {
          await step.run(this);
          this.book.count(step.what);
          this.brokenOff.delete(story);
        });
      }
    });
    return this.book.takeCounts();
  }
}
