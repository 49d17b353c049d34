import type { MarketConfig } from '../../config/types';
import type { PriceMarket } from './mapping/select-price';
import { planStores } from '../stores/mapping/store-plan';
import type { ExportContext, Partitions } from '../delta/stream';

/** The member that stands for the recommended price on the product itself; others are the uids of price lists. */
const RECOMMENDED = 'recommended';

/** The part that takes out of Flow what Omnium has no more. */
export const REMOVALS = 'removals';

/** Something that prices are brought to: a price list, or the products themselves. */
export interface PriceTarget {
  /** Uid of the list; a name for what is kept on the product. */
  readonly member: string;
  /** It is kept on the product and on no list. */
  readonly isOnProduct?: true;
  /** Omnium's id of the store, for a list of a store. */
  readonly storeId?: string;
  /** Whose prices hold there, in order of priority. */
  readonly markets: readonly PriceMarket[];
}

type TargetWork = ExportContext;

/**
 * What selling prices of the exported markets are brought to: their main lists, the list of each of their stores where
 * `StorePriceListsInFlow` is set, and the recommended price. What markets share belongs to the first of them: on a main list
 * its prices win over those of the others (the order of the configuration), and so they do on the products.
 */
export async function priceTargetsOf(work: TargetWork): Promise<PriceTarget[]> {
  const { tenant, markets } = work;
  const ours = new Set(markets.map(({ marketId }) => marketId));
  const all = await withRates(tenant.config.markets, work);
  const mains = new Map<string, PriceMarket[]>();
  for (const market of all) {
    const uid = market.config.properties.MainPricesListUid;
    mains.set(uid, [...(mains.get(uid) ?? []), market]);
  }
  const shared = [
    ...Array.from(mains, ([member, own]) => ({ member, markets: own })),
    { member: RECOMMENDED, isOnProduct: true as const, markets: all },
  ];
  const stores = await storesOf(work);
  return [
    ...shared.filter((target) => ours.has(target.markets[0]?.marketId ?? '')),
    ...stores
      .filter(({ market }) => market.properties.StorePriceListsInFlow)
      .map(({ storeUid: member, storeId, market }) => ({ member, storeId, markets: firstOf(all, market.marketId) })),
  ];
}

/** The lists of stock on account: one per store of the exported markets, made when there is something to be told. */
export async function onAccountTargetsOf(work: TargetWork): Promise<PriceTarget[]> {
  const stores = await storesOf(work);
  return stores.map(({ storeUid, storeId, market }) => {
    const markets = firstOf(work.tenant.config.markets, market.marketId);
    return { member: onAccountListUid(storeUid), storeId, markets };
  });
}

/** Uid of a store's list of stock on account; assumed (flow-api.md §8: Flow's target of SOA is not documented). */
function onAccountListUid(storeUid: string): string {
  return `${storeUid}_soa`;
}

/** The parts of an export of prices, as far as Flow has their lists. */
export async function partsOfTargets(work: TargetWork): Promise<Partitions> {
  const { tenant } = work;
  const context = work;
  const targets = await priceTargetsOf(work);
  const isThere = await Promise.all(
    targets.map(
      async ({ member, isOnProduct }) =>
        isOnProduct === true || (await tenant.flow.stores.getPricelist(member, context)) !== undefined,
    ),
  );
  const missing = targets.filter((_target, index) => isThere[index] === false);
  return {
    names: targets.filter((_target, index) => isThere[index]).map(({ member }) => member),
    leftOut: [
      ...missing.map(({ member, storeId }) => ({ name: member, reason: reasonOf(storeId) })),
      ...sharedWithEarlier(work),
    ],
    missing: missing.map(({ member }) => member),
    afterWhole: [REMOVALS],
  };
}

function reasonOf(storeId: string | undefined): string {
  return storeId === undefined
    ? 'Flow has no such price list: MainPricesListUid names none'
    : `Flow has no price list of store ${storeId} yet: export the stores (npm run ops -- stores export)`;
}

/** Main lists whose owner is exported elsewhere. */
function sharedWithEarlier({ tenant, markets }: TargetWork): { readonly name: string; readonly reason: string }[] {
  const listOf = ({ properties }: MarketConfig): string => properties.MainPricesListUid;
  const ours = new Set(markets);
  return [...new Set(markets.map(listOf))].flatMap((name) => {
    const owner = tenant.config.markets.find((market) => listOf(market) === name);
    if (!owner || ours.has(owner)) return [];
    return [
      { name, reason: `it belongs to market ${owner.marketId}, whose export brings the prices of all its markets` },
    ];
  });
}

async function storesOf(
  work: TargetWork,
): Promise<readonly { readonly storeUid: string; readonly storeId: string; readonly market: MarketConfig }[]> {
  const { tenant, markets } = work;
  const context = work;
  const { stores } = planStores(tenant.config, await tenant.omnium.directory.listStores(context));
  const ours = new Set(markets.map(({ marketId }) => marketId));
  return stores.filter(({ market }) => ours.has(market.marketId));
}

interface RatedMarket extends PriceMarket {
  readonly config: MarketConfig;
}

/** The configured markets with the tax rate that Omnium gives them. */
async function withRates(markets: readonly MarketConfig[], context: TargetWork): Promise<RatedMarket[]> {
  const inOmnium = await context.tenant.omnium.directory.getMarkets(context);
  return markets.map((config) => {
    const { marketId, marketGroupId } = config;
    const known = inOmnium.find((market) => market.marketId.toLowerCase() === marketId.toLowerCase());
    return { config, marketId, marketGroupId, defaultTaxRate: known?.defaultTaxRate };
  });
}

function firstOf<T extends PriceMarket>(markets: readonly T[], marketId: string): T[] {
  return [
    ...markets.filter((market) => market.marketId === marketId),
    ...markets.filter((market) => market.marketId !== marketId),
  ];
}
