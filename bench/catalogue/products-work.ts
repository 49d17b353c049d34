import { flowUidOf } from '../../sandbox/chain/build-chain';
import type { MarketId } from '../../sandbox/chain/types';
import { marketOf, productsInFlow, STORES } from './places';
import { type Changed, productsOfSkus, type Site, type StreamWork } from './site';

/**
 * Products: the first export goes to tills that have no products yet. In Omnium they were changed one after the other, some
 * at the same time. Brands, groups and suppliers are there, but for one
 * supplier. A change is a new name of a product and all its variants.
 */
export const productsWork: StreamWork = {
  stream: 'products',
  rows: 'products',
  sampleOf: (products) => Math.max(Math.round(products / 50), 200),
  chains: (products) => ({ omnium: { products, stores: STORES }, flow: { products: 0, stores: STORES } }),
  rowsOf: (chain) => chain.products.reduce((total, { skus }) => total + skus.length, 0),
  prepare: ({ desk, chain }) => desk.spreadChanges(chain.products.map(({ productId }) => productId)),
  recordedChange: (sample) => Math.floor(sample / 2),
  patterns: [{ name: 'one product in a hundred, with its variants', change: rename }],
  mustBeInFlow: async ({ chain, desk }, marketId) => {
    const [found, wanted] = [await desk.count(marketOf(chain, marketId), '/products'), productsInFlow(chain)];
    if (found !== wanted) throw new Error(`Flow has ${found} products instead of ${wanted}`);
  },
};

async function rename({ chain, desk }: Site, marketId: MarketId, skus: number): Promise<Changed> {
  const chosen = productsOfSkus(chain.products, skus);
  const suffix = 'renamed';
  await desk.rename(chosen, suffix);
  const uids = chosen.flatMap((product) => product.skus.map(({ sku }) => flowUidOf(sku)));
  return {
    rows: uids.length,
    written: chosen.length,
    mustBeInFlow: () => desk.mustBeRenamed(marketOf(chain, marketId), uids, suffix),
  };
}
