import type { MarketConfig } from '../../config/types';
import { isSameId } from '../../domain/uid';
import type { ExportContext, Partitions } from '../delta/stream';
import { planStores } from '../stores/mapping/store-plan';
import type { PriceMarket } from './mapping/select-price';

/** The partition that takes out of Flow what Omnium has no more. */
export const REMOVALS = 'removals';

/** Something that prices are brought to: a price list of Flow's, or the products themselves. */
export interface PriceTarget {
  /** The target's partition: the uid of the list; a name for what is kept on the product. */
  readonly name: string;
  /** It is kept on the product and on no list. */
  readonly isOnProduct?: true;
  /** Omnium's id of the store, for a list of a store. */
  readonly storeId?: string;
  /** Whose prices hold there, in order of priority. */
  readonly markets: readonly PriceMarket[];
}

/**
 * What selling prices of the exported markets are brought to: their main lists, the list of each of their stores where
 * `StorePriceListsInFlow` is set, and the recommended price. What markets share belongs to the first of them: on a main list
 * its prices win over those of the others (the order of the configuration), and so they do on the products.
 */
export async function priceTargets(context: ExportContext): Promise<PriceTarget[]> {
  const { config, omnium } = context.tenant;
  const described = await omnium.directory.getMarkets(context);
  const all = config.markets.map(({ marketId, marketGroupId }): PriceMarket => {
    const inOmnium = described.find((market) => isSameId(market.marketId, marketId));
    return { marketId, marketGroupId, defaultTaxRate: inOmnium?.defaultTaxRate };
  });
  const mainLists = new Map<string, PriceMarket[]>();
  for (const [index, { properties }] of config.markets.entries()) {
    const uid = properties.MainPricesListUid;
    mainLists.set(uid, [...(mainLists.get(uid) ?? []), ...all.slice(index, index + 1)]);
  }
  const shared: PriceTarget[] = [
    ...Array.from(mainLists, ([name, markets]) => ({ name, markets })),
    { name: 'recommended', isOnProduct: true, markets: all },
  ];
  const stores = await storesOf(context);
  return [
    ...shared.filter(({ markets }) => context.markets.some(({ marketId }) => marketId === markets[0]?.marketId)),
    ...stores
      .filter(({ market }) => market.properties.StorePriceListsInFlow)
      .map(({ storeUid, storeId, market }) => ({ name: storeUid, storeId, markets: marketFirst(all, market) })),
  ];
}

/** The lists of stock on account: one per store of the exported markets, made when there is something to be written. */
export async function onAccountTargets(context: ExportContext): Promise<PriceTarget[]> {
  const stores = await storesOf(context);
  return stores.map(({ storeUid, storeId, market }) => {
    // The uid of the list is assumed (flow-api.md §8: Flow's target of SOA is not documented).
    return { name: `${storeUid}_soa`, storeId, markets: marketFirst(context.tenant.config.markets, market) };
  });
}

/** The partitions of an export of selling prices, as far as Flow has their lists. */
export async function pricePartitions(context: ExportContext): Promise<Partitions> {
  const { tenant, markets } = context;
  const targets = await priceTargets(context);
  const isThere = await Promise.all(
    targets.map(
      async ({ name, isOnProduct }) =>
        isOnProduct === true || (await tenant.flow.stores.getPricelist(name, context)) !== undefined,
    ),
  );
  const missing = targets.filter((_target, index) => !isThere[index]);
  // Main lists whose owner is exported elsewhere.
  const mainLists = new Set(markets.map(({ properties }) => properties.MainPricesListUid));
  const others = [...mainLists].flatMap((name) => {
    const owner = tenant.config.markets.find(({ properties }) => properties.MainPricesListUid === name);
    if (!owner || markets.includes(owner)) return [];
    const reason = `it belongs to market ${owner.marketId}, whose export brings the prices of all its markets`;
    return [{ name, reason }];
  });
  return {
    names: targets.filter((_target, index) => isThere[index]).map(({ name }) => name),
    leftOut: [
      ...missing.map(({ name, storeId }) => ({
        name,
        reason:
          storeId === undefined
            ? 'Flow has no such price list: MainPricesListUid names none'
            : `Flow has no price list of store ${storeId} yet: export the stores (npm run ops -- stores export)`,
      })),
      ...others,
    ],
    missing: missing.map(({ name }) => name),
    afterWhole: [REMOVALS],
  };
}

async function storesOf(context: ExportContext): Promise<ReturnType<typeof planStores>['stores']> {
  const { tenant, markets } = context;
  const { stores } = planStores(tenant.config, await tenant.omnium.directory.listStores(context));
  const ours = new Set(markets.map(({ marketId }) => marketId));
  return stores.filter(({ market }) => ours.has(market.marketId));
}

function marketFirst(markets: readonly PriceMarket[], { marketId }: MarketConfig): PriceMarket[] {
  const [own, others] = [true, false].map((isOwn) => markets.filter((one) => (one.marketId === marketId) === isOwn));
  return [...(own ?? []), ...(others ?? [])];
}
