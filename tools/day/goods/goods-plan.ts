import { type Chain, type ChainMarket } from '../../../sandbox/chain/types';
import { type StockMasters } from '../context';
import { GoodsArticles } from './goods-articles';
import { type GoodsStory } from './goods-story';
import { PurchaseStories } from './purchase-stories';
import { shopStories } from './shop-stories';

/** What the goods of a day are planned from. */
export interface GoodsPlanInput {
  readonly chain: Chain;
  /** Of this day's documents. */
  readonly prefix: string;
  /** Before and after the switch of this day. */
  readonly masters: { readonly before: StockMasters; readonly after: StockMasters };
  /** Markets in which each delivery is an order of its own in the shops. */
  readonly deliveryMarkets: readonly string[];
  /** SKUs that customers buy today. */
  readonly soldSkus: ReadonlySet<string>;
}

/** Where the stories of one market take place. */
export interface MarketGoods extends GoodsPlanInput {
  readonly market: ChainMarket;
  readonly articles: GoodsArticles;
}

/** Everything that happens to goods in a day. The same input gives the same plan. */
export function planGoods(input: GoodsPlanInput): GoodsStory[] {
  return input.chain.markets.flatMap((market) => {
    const articles = new GoodsArticles(input.chain, market.marketId, input.soldSkus);
    const goods: MarketGoods = { ...input, market, articles };
    return [...new PurchaseStories(goods).all(), ...shopStories(goods)];
  });
}

/** One store of each master gets the other one: of the first market, whose shops are the busiest. */
export function switchedMasters({ markets, stores }: Chain, before: StockMasters): StockMasters {
  const ofMarket = stores.filter(({ marketId }) => marketId === markets[0]?.marketId);
  const toOmnium = ofMarket.find(({ storeId }) => before[storeId] === 'flow');
  const toFlow = ofMarket.filter(({ storeId }) => before[storeId] === 'omnium').at(-1);
  return {
    ...before,
    ...(toOmnium && { [toOmnium.storeId]: 'omnium' as const }),
    ...(toFlow && { [toFlow.storeId]: 'flow' as const }),
  };
}
