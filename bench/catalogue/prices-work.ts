import { flowUidOf } from '../../sandbox/chain/build-chain';
import type { Chain, MarketId } from '../../sandbox/chain/types';
import { marketOf, STORES, STORES_PER_MARKET, storeUidsOf } from './places';
import { type Changed, productsOfSkus, type Site, spread, type StreamWork } from './site';

/** Of the changed prices. */
const LOOKED_AT = 500;

/** Which SKUs change, for so many with all their prices, and in which stores. */
interface Repricing {
  readonly skusOf: (chain: Chain, skus: number) => string[];
  readonly isChanged: (storeUid: string, storeUids: readonly string[], index: number) => boolean;
}

const WHOLE_PRODUCTS: Repricing = {
  skusOf: ({ products }, skus) =>
    productsOfSkus(products, skus).flatMap((product) => product.skus.map(({ sku }) => sku)),
  isChanged: () => true,
};
const SINGLE_SKUS: Repricing = { skusOf: (chain, skus) => spread(skusOf(chain), skus), isChanged: () => true };
const SINGLE_PRICES: Repricing = {
  skusOf: (chain, skus) => spread(skusOf(chain), skus * STORES_PER_MARKET),
  isChanged: (storeUid, storeUids, index) => storeUids[index % storeUids.length] === storeUid,
};

/**
 * Prices: the tills have the products and the prices of the main list; the lists of twelve stores are empty. Omnium keeps
 * prices in the index of prices only, as for catalogues of this size. A change is a new price of a SKU, in every store or in one.
 */
export const pricesWork: StreamWork = {
  stream: 'prices',
  rows: 'prices',
  sampleOf: (products) => Math.max(Math.round(products / 50), 100),
  chains: (products) => ({
    omnium: { products, stores: STORES, storePrices: STORES },
    flow: { products, stores: STORES },
  }),
  rowsOf: (chain) => skusOf(chain).length * STORES_PER_MARKET,
  prepare: async ({ chain, desk }) => {
    await desk.keepPricesInIndex();
    for (const market of chain.markets) await desk.makeStoreLists(market, storeUidsOf(chain, market.marketId));
  },
  recordedChange: (sample) => Math.floor(sample / 40),
  patterns: [
    { name: 'one product in a hundred, with its variants', change: (...where) => reprice(...where, WHOLE_PRODUCTS) },
    { name: 'one SKU in a hundred, its siblings unchanged', change: (...where) => reprice(...where, SINGLE_SKUS) },
    { name: 'one price in a hundred, each of another SKU', change: (...where) => reprice(...where, SINGLE_PRICES) },
  ],
  mustBeInFlow: async ({ chain, desk }, marketId) => {
    const wanted = skusOf(chain).length;
    for (const storeUid of storeUidsOf(chain, marketId)) {
      const found = await desk.count(marketOf(chain, marketId), `/pricelists/${storeUid}/prices`);
      if (found !== wanted) throw new Error(`Flow has ${found} prices in ${storeUid} instead of ${wanted}`);
    }
  },
};

async function reprice(site: Site, marketId: MarketId, skus: number, how: Repricing): Promise<Changed> {
  const { chain, desk } = site;
  const market = marketOf(chain, marketId);
  const chosen = how.skusOf(chain, skus);
  const places = new Map(chosen.map((sku, index) => [sku, index]));
  const storeUids = storeUidsOf(chain, marketId);
  const prices = await desk.reprice(chosen, market, (sku, storeId) =>
    how.isChanged(flowUidOf(storeId), storeUids, places.get(sku) ?? 0),
  );
  const rows = prices.length;
  return { rows, written: rows, mustBeInFlow: () => desk.mustHavePrices(market, spread(prices, LOOKED_AT)) };
}

function skusOf({ products }: Chain): string[] {
  return products.flatMap(({ skus }) => skus.map(({ sku }) => sku));
}
