import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import type { OmniumCostPrice } from '../../clients/omnium/prices';
import { stockWriteRefused } from '../../config/stock-master';
import type { FailureType } from '../../contracts/failure-types';
import { stockKind } from '../../contracts/kinds/stock';
import { compact } from '../../domain/compact';
import { AmountInvalidError } from '../../domain/money';
import { asHundredths, hundredthsToDecimal } from '../../domain/quantity';
import { EVERY_PARTITION, parseRecord, recordOf } from '../../domain/records';
import { isSameId } from '../../domain/uid';
import { selectCostPrice } from '../catalogue/mapping/select-cost';
import type { DeltaExport, ExportContext, Page, Partitions, PendingWrite, UnresolvedRecord } from '../delta/stream';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { Warehouse } from '../stores/warehouse-directory';
import { levelsInFlow, setLevelInFlow } from './flow-levels';
import {
  collisionWith,
  compareLevel,
  levelsOfItems,
  type DesiredLevel,
  type KnownLevel,
  type LevelCost,
} from './mapping/inventory-to-flow';

/** Products of one question to either vendor (Flow's page, flow-api.md §2). */
const PRODUCTS_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

/** A level that Flow does not have as it is in Omnium. */
interface LevelWrite extends PendingWrite {
  readonly level: DesiredLevel;
  readonly known: KnownLevel | undefined;
  readonly cost: LevelCost | undefined;
  readonly warehouse: Warehouse;
}

/**
 * Stock levels, warehouse by warehouse: Omnium's inventory to the warehouses of Flow whose store's stock Omnium is the
 * master of (Flow, inventory page). Levels are absolute; what Omnium does not list is never written.
 */
export const inventoryExport: DeltaExport<LevelWrite> = {
  partitions: warehousePartitions,
  async *pages(context, { name, read, records = [] }) {
    const { tenant, window } = context;
    if (read !== 'unresolved') {
      const warehouse = await tenant.warehouses.find(name, context);
      // Gone from Flow since the run was planned. The next run's plan says so.
      if (!warehouse) return;
      const lastModified = read === 'changes' ? window.from : undefined;
      const search = { warehouseCodes: [name], ...compact({ lastModified }) };
      for await (const items of tenant.omnium.inventory.search(search, context))
        yield await comparePage(context, items, warehouse, read === 'everything');
      return;
    }
    // What Omnium or Flow does not have any more is not unresolved any more.
    const { names } = await warehousePartitions(context);
    const skusOf = new Map<string, Set<string>>();
    for (const record of records) {
      const parsed = parseRecord(record, names);
      if (!parsed) continue;
      for (const code of parsed.partition === EVERY_PARTITION ? names : [parsed.partition])
        skusOf.set(code, (skusOf.get(code) ?? new Set()).add(parsed.sku));
    }
    for (const [warehouseCode, skus] of skusOf) {
      const warehouse = await tenant.warehouses.find(warehouseCode, context);
      if (!warehouse) continue;
      for (const productCodes of chunksOf([...skus], PRODUCTS_PER_QUESTION)) {
        const search = { productCodes, warehouseCodes: [warehouseCode] };
        for await (const items of tenant.omnium.inventory.search(search, context)) {
          const asked = items.filter(({ sku }) => skus.has(sku));
          yield await comparePage(context, asked, warehouse, true);
        }
      }
    }
  },
  describe: ({ level, known, cost }) => {
    const before = hundredthsToDecimal(asHundredths(known?.quantityStock ?? 0));
    const costPrice = cost ? `, cost price ${cost.costPriceCents / 100}` : '';
    return { change: `${before} → ${hundredthsToDecimal(level.quantityStock)}${costPrice}` };
  },
  refusal: (context, { warehouse }) => refusalOf(context, warehouse),
  write: (context, { level, cost, warehouse }) => setLevelInFlow(context, warehouse, level, cost?.costPriceCents),
};

/** The guard: asked with the configuration of the moment. */
function refusalOf({ tenant }: ExportContext, { storeUid, market }: Warehouse): string | undefined {
  return stockWriteRefused(tenant.config, { into: 'flow', storeUid, properties: market.properties });
}

/** The warehouses of the markets that Omnium and Flow both have, by Omnium's code; and those that only Omnium has. */
async function warehousePartitions(context: ExportContext): Promise<Partitions> {
  const { tenant, markets } = context;
  const isOurMarket = (id: string): boolean => markets.some(({ marketId }) => isSameId(marketId, id));
  const [warehouses, omniumStores] = await Promise.all([
    tenant.warehouses.all(context),
    tenant.omnium.directory.listStores(context),
  ]);
  const inFlow = new Set(warehouses.map(({ warehouseCode }) => warehouseCode));
  const ours = warehouses
    .filter(({ isInOmnium, market }) => isInOmnium && isOurMarket(market.marketId))
    .sort((one, other) => (one.warehouseCode < other.warehouseCode ? -1 : 1));
  const missing = omniumStores.filter(
    ({ id, isWarehouse, availableOnMarkets }) => isWarehouse && availableOnMarkets.some(isOurMarket) && !inFlow.has(id),
  );
  const names: string[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  // After a switch of masters Omnium first gets what Flow still knew.
  const owners = new Map<string, string>();
  for (const warehouse of ours) {
    const { warehouseCode: name, storeUid } = warehouse;
    const reason = refusalOf(context, warehouse);
    if (reason === undefined) names.push(name);
    else leftOut.push({ name, reason });
    owners.set(name, stockKind.id({ tenantUid: tenant.config.tenantUid, storeUid }));
  }
  return { names, leftOut, missing: missing.map(({ id }) => id).sort(), owners };
}

/** @param isWhole nothing is known of what has been written to Flow before */
async function comparePage(
  context: ExportContext,
  items: readonly OmniumInventoryItem[],
  warehouse: Warehouse,
  isWhole: boolean,
): Promise<Page<LevelWrite>> {
  const { warehouseCode, warehouseUid } = warehouse;
  const unresolved: UnresolvedRecord[] = [];
  const fail = (sku: string, why: string, failureType: FailureType): void =>
    void unresolved.push({ record: recordOf(sku, warehouseCode), as: 'failed', why, failureType });
  const { levels, unreadable } = levelsOfItems(items);
  for (const { sku, why, failureType } of unreadable) fail(sku, why, failureType);

  const inFlow = new Map<string, KnownLevel>();
  const readFlow = severalAtOnce(chunksOf(levels, PRODUCTS_PER_QUESTION), QUESTIONS_AT_ONCE, async (chunk) => {
    const productUids = chunk.map(({ productUid }) => productUid);
    for (const [uid, level] of await levelsInFlow(context, warehouseUid, productUids)) inFlow.set(uid, level);
  });
  const [costs] = await Promise.all([costsOf(context, levels, warehouse, isWhole), readFlow]);

  const pending: LevelWrite[] = [];
  let unchanged = 0;
  for (const level of levels) {
    const { sku, productUid } = level;
    const known = inFlow.get(productUid);
    const cost = costs.get(sku);
    if (cost instanceof AmountInvalidError) {
      fail(sku, `its cost price: ${cost.message}`, 'AmountInvalid');
      continue;
    }
    switch (compareLevel(level, known, cost)) {
      case 'right':
        unchanged += 1;
        break;
      case 'write':
        pending.push({ record: recordOf(sku, warehouseCode), level, known, cost, warehouse });
        break;
      case 'unknown':
        unresolved.push({ record: recordOf(sku, EVERY_PARTITION), as: 'unknown', why: 'Flow has no such product' });
        break;
      case 'collides':
        fail(sku, collisionWith(known?.productSku), 'UidCollision');
        break;
    }
  }
  return { partition: warehouseCode, unchanged, unresolved, pending };
}

/** Cost prices of the levels' products, when they go with the levels; one that cannot be carried over as its error. */
async function costsOf(
  context: ExportContext,
  levels: readonly DesiredLevel[],
  { warehouseCode, storeUid, market }: Warehouse,
  isWhole: boolean,
): Promise<ReadonlyMap<string, LevelCost | AmountInvalidError>> {
  const { tenant, window } = context;
  const { marketId, marketGroupId, currency } = market;
  const costs = new Map<string, LevelCost | AmountInvalidError>();
  if (!market.properties.UseCostPriceListInInventoryExport) return costs;
  const store = await tenant.stores.resolveUid(storeUid, context);
  const storeIds = [...new Set([warehouseCode, store.storeId])];
  const at = new Date();
  const isAllNew = isWhole || window.from === undefined;
  const fromMs = Date.parse(window.from ?? '');
  await severalAtOnce(chunksOf(levels, PRODUCTS_PER_QUESTION), QUESTIONS_AT_ONCE, async (chunk) => {
    const bySku = new Map(chunk.map(({ sku }) => [sku, [] as OmniumCostPrice[]]));
    const search = { productCodes: [...bySku.keys()], storeIds, marketIds: [marketId] };
    for (const price of await tenant.omnium.prices.searchCostPrices(search, context)) {
      bySku.get(price.skuId ?? price.productId ?? '')?.push(price);
    }
    for (const [sku, prices] of bySku) {
      try {
        const cost = selectCostPrice(prices, { sku, storeIds, marketId, marketGroupId, currency, at });
        if (!cost) continue;
        const { costPriceCents, holdsSince } = cost;
        costs.set(sku, { costPriceCents, mayBeNew: isAllNew || !holdsSince || holdsSince.getTime() >= fromMs });
      } catch (error) {
        if (!(error instanceof AmountInvalidError)) throw error;
        costs.set(sku, error);
      }
    }
  });
  return costs;
}
