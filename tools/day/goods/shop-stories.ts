import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type ChainStore } from '../../../sandbox/chain/types';
import { type BoughtArticle } from './goods-articles';
import { type MarketGoods } from './goods-plan';
import { type GoodsStory } from './goods-story';
import { PIECE } from './purchase-steps';

/** Markets whose first store changes in Omnium: one with price lists of its own, and one without. */
const REBUILT_IN: readonly string[] = ['NOR', 'FIN'];
const COUNTED = 3;

/** What happens to goods and stores without a purchase order of Omnium's, in one market. */
export function shopStories(goods: MarketGoods): GoodsStory[] {
  const { market, masters, chain } = goods;
  const stores = chain.stores.filter(({ marketId }) => marketId === market.marketId);
  const keptBy = (master: 'flow' | 'omnium'): ChainStore => {
    // Whose master stays the same all day, where there is one.
    const rank = ({ storeId }: ChainStore): number => (masters.before[storeId] === master ? 0 : 1);
    const found = stores.filter(({ storeId }) => masters.after[storeId] === master);
    const [best] = found.sort((one, other) => rank(one) - rank(other));
    if (!best) throw new Error(`no store of ${market.marketId} has its stock kept by ${master}`);
    return best;
  };
  const byFlow = keptBy('flow');
  const byOmnium = keptBy('omnium');
  return [
    countedInOmnium(goods, byOmnium),
    countedInShop(goods, byFlow),
    localReceipt(goods, byFlow, false),
    localReceipt(goods, byOmnium, true),
    orderedInShop(goods, byFlow),
    ...(REBUILT_IN.includes(market.marketId) ? [rebuilt(goods, byOmnium)] : []),
  ];
}

function countedInOmnium({ articles }: MarketGoods, { storeId }: ChainStore): GoodsStory {
  const counted = someOf(articles.next.bind(articles));
  const levels = counted.map(({ sku }, index) => ({ sku, warehouseCode: storeId, inventory: 31 + index }));
  return [{ part: 'outage', what: 'stock counted in Omnium', run: ({ buyer }) => buyer.count(levels) }];
}

function countedInShop({ articles, market }: MarketGoods, { storeId }: ChainStore): GoodsStory {
  const lines = someOf(articles.next.bind(articles)).map(({ sku }, index) => ({
    ...{ sku, quantityStock: (41 + index) * PIECE },
  }));
  return [
    {
      part: 'lostAnswers',
      what: 'stock counted in a shop',
      run: ({ flowOf }) => flowOf(market).count(flowUidOf(storeId), lines),
    },
  ];
}

/** Goods come without any order. Where Omnium keeps the stock, their level is not its business. */
function localReceipt(
  { articles, market, prefix }: MarketGoods,
  { storeId }: ChainStore,
  isRefused: boolean,
): GoodsStory {
  const { sku } = articles.nextLyingIn(storeId);
  const storeUid = flowUidOf(storeId);
  const receivementUid = `${prefix}-local-${storeUid}`;
  return [
    {
      part: 'afternoon',
      what: 'received without an order',
      run: async ({ flowOf, book }) => {
        book.silent.set(receivementUid, 'it is on no purchase order');
        if (isRefused) book.refused.push({ market, storeUid, receivementUid });
        await flowOf(market).unpack(storeUid, { receivementUid, lines: [{ sku, quantity: 8 * PIECE }] });
      },
    },
  ];
}

/** The shop orders by itself, and nobody in Omnium knows. */
function orderedInShop({ articles, market, prefix }: MarketGoods, { storeId }: ChainStore): GoodsStory {
  const { sku, costCents } = articles.next();
  const storeUid = flowUidOf(storeId);
  const purchaseOrderUid = `${prefix}-own-${storeUid}`;
  const item = { productUid: flowUidOf(sku), warehouseUid: storeUid, quantityOrdered: 5 * PIECE, unitPrice: costCents };
  const order = { purchaseOrderUid, supplierUid: 'sup100', status: 'SENT_TO_SUPPLIER', items: [item] };
  const receivementUid = `${purchaseOrderUid}-1`;
  return [
    {
      part: 'outage',
      what: 'order made in a shop',
      run: ({ flowOf }) => flowOf(market).order(storeUid, order),
    },
    {
      part: 'afternoon',
      what: 'a shop’s own order received',
      run: ({ flowOf }) => flowOf(market).unpack(storeUid, { receivementUid, purchaseOrderUid }),
    },
  ];
}

/** A store opens at other hours and gets another warehouse, with goods in it. */
function rebuilt({ articles, market, prefix }: MarketGoods, { storeId, name }: ChainStore): GoodsStory {
  const id = `${storeId}-annex`;
  const day = Number(prefix.replace(/\D/g, '')) || 1;
  const openFrom = `0${6 + (day % 4)}:30:00`;
  const levels = someOf(articles.next.bind(articles)).map(({ sku }) => ({ sku, warehouseCode: id, inventory: 12 }));
  const annex = { id, name: `${name} annex`, isWarehouse: true, availableOnMarkets: [market.marketId] };
  return [
    {
      part: 'morning',
      what: 'opening hours changed',
      run: ({ buyer }) =>
        buyer.patchStore({ id: storeId, saturdayOpeningHours: { isOpen: true, openFrom, openTo: '17:00:00' } }),
    },
    { part: 'morning', what: 'warehouse opened', run: ({ buyer }) => buyer.addWarehouse(storeId, annex) },
    { part: 'lostAnswers', what: 'new warehouse filled', run: ({ buyer }) => buyer.count(levels) },
  ];
}

function someOf(next: () => BoughtArticle): BoughtArticle[] {
  return Array.from({ length: COUNTED }, next);
}
