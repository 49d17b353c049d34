import { flowUidOf, initialStockOf } from '../../../sandbox/chain/build-chain';
import { type Chain } from '../../../sandbox/chain/types';
import { readSkus } from '../compare/catalogue/read-catalogues';
import { type DayContext, type StockMasters } from '../context';
import { FlowGoods } from '../vendors/flow-goods';

const HUNDREDTHS = 100;

/** Where articles are looked for. */
export interface NewArticlesInput {
  readonly context: Pick<DayContext, 'flowUrl' | 'signal'>;
  readonly chain: Chain;
  readonly masters: StockMasters;
}

/** The chain's goods that the tills do not know yet: SKUs by tenant. */
export async function unknownArticles({ context, chain }: NewArticlesInput): Promise<Map<string, string[]>> {
  const goods = chain.products
    .filter(({ kind }) => kind === 'single' || kind === 'style')
    .flatMap(({ skus }) => skus.map(({ sku }) => sku));
  const unknown = new Map<string, string[]>();
  for (const { tenantUid } of chain.markets) {
    const known = await readSkus(context, tenantUid);
    unknown.set(
      tenantUid,
      goods.filter((sku) => !known.has(sku)),
    );
  }
  return unknown;
}

/**
 * Counts articles that are new to the tills, in the shops that keep their stock in Flow: until somebody has, Flow says that
 * there are none. Elsewhere the levels come from Omnium.
 *
 * @returns how many levels were counted
 */
export async function countNewArticles(
  unknown: ReadonlyMap<string, readonly string[]>,
  { context, chain, masters }: NewArticlesInput,
): Promise<number> {
  let count = 0;
  for (const market of chain.markets) {
    const flow = new FlowGoods(context.flowUrl, market, context.signal);
    for (const { storeId } of chain.stores.filter(({ marketId }) => marketId === market.marketId)) {
      if (masters[storeId] !== 'flow') continue;
      const lines = (unknown.get(market.tenantUid) ?? [])
        .map((sku) => ({ sku, quantityStock: initialStockOf(chain, storeId, sku) * HUNDREDTHS }))
        .filter(({ quantityStock }) => quantityStock > 0);
      if (lines.length > 0) await flow.count(flowUidOf(storeId), lines);
      count += lines.length;
    }
  }
  return count;
}
