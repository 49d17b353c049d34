import { buildChain, flowUidOf } from '../../sandbox/chain/build-chain';
import type { Chain, ChainMarket, MarketId } from '../../sandbox/chain/types';
import type { ChainSize } from '../vendors/one-vendor';
import { CHAIN_SEED } from '../vendors/vendor-process';

/** Stores of the chain: twelve in each of its four markets, of which one market at a time is exported. */
export const STORES_PER_MARKET = 12;
export const STORES = 4 * STORES_PER_MARKET;

/** The chain that the vendors are seeded from. */
export function chainOf(size: ChainSize): Chain {
  return buildChain({ seed: CHAIN_SEED, ...size });
}

/** Flow's uids of a market's stores, which are those of their price lists. */
export function storeUidsOf({ stores }: Chain, marketId: MarketId): string[] {
  return stores.filter((store) => store.marketId === marketId).map(({ storeId }) => flowUidOf(storeId));
}

/** @throws RangeError for a market that the chain has not */
export function marketOf({ markets }: Chain, marketId: MarketId): ChainMarket {
  const market = markets.find((one) => one.marketId === marketId);
  if (!market) throw new RangeError(`the chain has no market ${marketId}`);
  return market;
}

/** Which product each document in Flow belongs to, by uid: a variant to its style. */
export function rootsOf({ products }: Chain): ReadonlyMap<string, string> {
  return new Map(
    products.flatMap(({ productId, skus }) => {
      const root = flowUidOf(productId);
      return [[root, root] as const, ...skus.map(({ sku }) => [flowUidOf(sku), root] as const)];
    }),
  );
}

/** How many products Flow has of a chain: every SKU, and a parent for each style. */
export function productsInFlow({ products }: Chain): number {
  return products.reduce((total, { kind, skus }) => total + skus.length + (kind === 'style' ? 1 : 0), 0);
}

/** What in the calls for one market has to be another text in those for another: tenant, token, VAT codes, stores. */
export function otherMarket(chain: Chain, from: MarketId, to: MarketId): (readonly [string, string])[] {
  const [one, other] = [marketOf(chain, from), marketOf(chain, to)];
  const vat = (['standard', 'reduced', 'zero'] as const).map(
    (name) => [`"${one.vatCodeUids[name]}"`, `"${other.vatCodeUids[name]}"`] as const,
  );
  const theirs = storeUidsOf(chain, to);
  const stores = storeUidsOf(chain, from).map((storeUid, index) => [storeUid, theirs[index] ?? ''] as const);
  // The longest first: one store's uid may be the beginning of another's.
  stores.sort(([a], [b]) => b.length - a.length);
  return [
    [one.integrationToken, other.integrationToken],
    [`/${one.tenantUid}/`, `/${other.tenantUid}/`],
    ...vat,
    ...stores,
  ];
}
