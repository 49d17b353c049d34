import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { type Chain, type ChainMarket } from '../../../sandbox/chain/types';
import { type DayContext, type StockMasters } from '../context';
import { type JsonApi } from '../vendors/json-api';
import {
  type FlowPurchase,
  type FlowReception,
  type OmniumPurchase,
  type ReceivedInOmnium,
  type WarehousePair,
} from './goods-summaries';
import { judgeStock, type StockTally } from './judge-stock';
import { type FlowStoreSummary, type OmniumStoreSummary, storesOfFlow, storesOfOmnium } from './judge-store';
import { allPages, openFlow } from './read-flow';
import { openOmnium } from './read-omnium';
import { readFlowPurchases, readOmniumPurchases } from './read-purchases';
import { readReceivedInOmnium, readReceptions } from './read-receptions';
import { readLevels, readWarehouses, type WarehouseLevels } from './read-stock';

/** Where it is read, and what of it. */
export interface GoodsReading {
  readonly context: Pick<DayContext, 'omniumUrl' | 'flowUrl' | 'signal'>;
  readonly chain: Chain;
  readonly since: Date;
  /** Who keeps the stock by now. */
  readonly masters: StockMasters;
  /** Articles that Omnium has; levels of others are the shop's own. Without it, all are compared. */
  readonly knownSkus?: ReadonlySet<string>;
}

/** What Omnium has of a day's goods. */
export interface OmniumGoods {
  readonly api: JsonApi;
  readonly stores: readonly OmniumStoreSummary[];
  readonly purchases: readonly OmniumPurchase[];
  readonly received: readonly ReceivedInOmnium[];
}

/** What a tenant's shops have of them. */
export interface TenantGoods {
  readonly market: ChainMarket;
  readonly stores: readonly FlowStoreSummary[];
  readonly warehouses: readonly WarehousePair[];
  readonly purchases: readonly FlowPurchase[];
  readonly receptions: readonly FlowReception[];
}

export async function readOmniumGoods({ context, since }: GoodsReading): Promise<OmniumGoods> {
  const api = await openOmnium(context);
  const { body } = await api.send({ method: 'GET', path: '/api/Stores' });
  return {
    api,
    stores: storesOfOmnium.parse(body).result,
    purchases: await readOmniumPurchases(api, since),
    received: await readReceivedInOmnium(api, since),
  };
}

export async function readTenantGoods(
  market: ChainMarket,
  { context, since }: GoodsReading,
  { stores: omniumStores }: Pick<OmniumGoods, 'stores'>,
): Promise<TenantGoods> {
  const api = openFlow({ ...context, market });
  const { tenantUid } = market;
  const found = await allPages(api, '/stores?', storesOfFlow);
  const storeUids = found.map(({ storeUid }) => storeUid);
  const omniumIds = omniumStores.filter(({ isWarehouse }) => isWarehouse).map(({ id }) => id);
  const warehouses = await readWarehouses(api, { tenantUid, storeUids, omniumIds });
  return {
    ...{ market, warehouses },
    stores: found.map((store) => ({
      ...store,
      warehouseUids: warehouses.filter(({ storeUid }) => storeUid === store.storeUid).map((each) => each.warehouseUid),
    })),
    purchases: await readFlowPurchases(api, { tenantUid, storeUids }),
    receptions: await readReceptions(api, { tenantUid, storeUids, since }),
  };
}

/** All levels of some warehouses of a tenant, read from both systems and compared. */
export async function readStock(
  market: ChainMarket,
  warehouses: readonly WarehousePair[],
  { context, chain, masters, knownSkus, omniumApi }: GoodsReading & { readonly omniumApi: JsonApi },
): Promise<StockTally[]> {
  const { signal } = context;
  const levels = await readLevels(warehouses, { omniumApi, flowApi: openFlow({ ...context, market }), signal });
  return levels.map((each) => judgeStock(ofOmnium(each, knownSkus), masterOf(each.storeUid, { chain, masters })));
}

function ofOmnium(levels: WarehouseLevels, knownSkus: ReadonlySet<string> | undefined): WarehouseLevels {
  if (!knownSkus) return levels;
  const inFlow = [...levels.inFlow].filter(([sku]) => knownSkus.has(sku) || levels.inOmnium.has(sku));
  return { ...levels, inFlow: new Map(inFlow) };
}

/** Who keeps the stock of one of Flow's stores. */
export function masterOf(
  storeUid: string,
  { chain, masters }: Pick<GoodsReading, 'chain' | 'masters'>,
): 'flow' | 'omnium' {
  const store = chain.stores.find(({ storeId }) => flowUidOf(storeId) === storeUid);
  return masters[store?.storeId ?? ''] ?? 'omnium';
}
