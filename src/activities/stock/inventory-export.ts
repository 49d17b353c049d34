import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import type { OmniumCostPrice } from '../../clients/omnium/prices';
import { stockWriteRefused } from '../../config/stock-master';
import type { Partition } from '../../contracts/exports';
import { EVERY_PARTITION, recordOf, parseRecord } from '../../domain/records';
import { stockKind } from '../../contracts/kinds/stock';
import { AmountInvalidError } from '../../domain/money';
import { asHundredths, hundredthsToDecimal } from '../../domain/quantity';
import { UidInvalidError } from '../../domain/uid';
import { selectCostPrice } from '../catalogue/mapping/select-cost';
import {
  compareLevel,
  inventoryToFlow,
  type KnownLevel,
  type LevelCost,
  type DesiredLevel as WantedLevel,
} from './mapping/inventory-to-flow';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { Tenant } from '../tenants';
import type { Warehouse } from '../stores/warehouse-directory';
import type { PendingWrite, DeltaExport, Page, ExportContext, Partitions, UnresolvedRecord } from '../delta/stream';

/** Products of one question to either vendor (Flow's page, flow-api.md §2). */
const PRODUCTS_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

/** A level that Flow does not have as it is in Omnium. There are thousands at a time. */
interface LevelWrite extends PendingWrite {
  readonly level: WantedLevel;
  readonly known: KnownLevel | undefined;
  readonly cost: LevelCost | undefined;
  readonly warehouse: Warehouse;
}

/**
 * Stock levels, warehouse by warehouse: Omnium's inventory to the warehouses of Flow whose store's stock Omnium is the
 * master of (Flow, inventory page). Levels are absolute; what Omnium does not list is never written.
 */
export const inventoryExport: DeltaExport<LevelWrite> = {
  partitions: (work) => warehousesOf(work),
  pages: (context, partition) =>
    partition.read === 'unresolved'
      ? pagesOfRecords(partition.records ?? [], context)
      : pagesOfWarehouse(partition, context),
  describe: ({ level, known, cost }) => {
    const before = hundredthsToDecimal(asHundredths(known?.quantityStock ?? 0));
    const costPrice = cost ? `, cost price ${cost.costPriceCents / 100}` : '';
    return { change: `${before} → ${hundredthsToDecimal(level.quantityStock)}${costPrice}` };
  },
  refusal: ({ tenant }, { warehouse }) => refusalOf(warehouse, tenant),
  write: (context, { level, cost, warehouse }) =>
    context.tenant.flow.stock.set(
      warehouse.storeUid,
      warehouse.warehouseUid,
      level.productUid,
      { quantityStock: level.quantityStock, ...(cost && { costPrice: cost.costPriceCents }) },
      context,
    ),
};

/** The warehouses of the markets that Omnium and Flow both have, by Omnium's code; and those that only Omnium has. */
async function warehousesOf(context: ExportContext): Promise<Partitions> {
  const { tenant, markets } = context;
  const marketIds = new Set(markets.map(({ marketId }) => marketId.toLowerCase()));
  const [warehouses, omniumStores] = await Promise.all([
    tenant.warehouses.all(context),
    tenant.omnium.directory.listStores(context),
  ]);
  const inFlow = new Set(warehouses.map(({ warehouseCode }) => warehouseCode));
  const ours = warehouses
    .filter(({ isInOmnium, market }) => isInOmnium && marketIds.has(market.marketId.toLowerCase()))
    .sort((one, other) => (one.warehouseCode < other.warehouseCode ? -1 : 1));
  const missing = omniumStores
    .filter(
      ({ isWarehouse, availableOnMarkets }) =>
        isWarehouse && availableOnMarkets.some((id) => marketIds.has(id.toLowerCase())),
    )
    .filter(({ id }) => !inFlow.has(id));
  const refusals = ours.map((warehouse) => ({
    name: warehouse.warehouseCode,
    reason: refusalOf(warehouse, tenant),
  }));
  return {
    names: refusals.flatMap(({ name, reason }) => (reason === undefined ? [name] : [])),
    leftOut: refusals.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }])),
    missing: missing.map(({ id }) => id).sort(),
    // After a switch of masters Omnium is first told what Flow still knew.
    owners: new Map(
      ours.map(({ warehouseCode, storeUid }) => [
        warehouseCode,
        stockKind.id({ tenantUid: tenant.config.tenantUid, storeUid }),
      ]),
    ),
  };
}

async function* pagesOfWarehouse(
  part: Partition,
  context: ExportContext,
): AsyncGenerator<Page<LevelWrite>, void, undefined> {
  const { tenant, window } = context;
  const warehouse = await tenant.warehouses.find(part.name, context);
  // Gone from Flow since the run was planned. The next run's plan says so.
  if (!warehouse) return;
  const search = {
    warehouseCodes: [warehouse.warehouseCode],
    ...(part.read === 'changes' && window.from !== undefined && { lastModified: window.from }),
  };
  for await (const items of tenant.omnium.inventory.search(search, context)) {
    yield await comparePage(items, warehouse, context, part.read === 'everything');
  }
}

/** Rows that were open before, as they are now. What Omnium or Flow does not have any more is not open any more. */
async function* pagesOfRecords(
  records: readonly string[],
  context: ExportContext,
): AsyncGenerator<Page<LevelWrite>, void, undefined> {
  const { tenant } = context;
  const { names } = await warehousesOf(context);
  const wanted = new Map<string, Set<string>>();
  for (const record of records) {
    const open = parseRecord(record, names);
    if (!open) continue;
    for (const name of open.partition === EVERY_PARTITION ? names : [open.partition])
      wanted.set(name, (wanted.get(name) ?? new Set()).add(open.sku));
  }
  for (const [name, skus] of wanted) {
    const warehouse = await tenant.warehouses.find(name, context);
    if (!warehouse) continue;
    for (const productCodes of chunksOf([...skus], PRODUCTS_PER_QUESTION)) {
      const search = { productCodes, warehouseCodes: [name] };
      for await (const items of tenant.omnium.inventory.search(search, context)) {
        const open = items.filter(({ sku }) => skus.has(sku));
        yield await comparePage(open, warehouse, context, true);
      }
    }
  }
}

/** @param isWhole nothing is known of what Flow had before */
async function comparePage(
  items: readonly OmniumInventoryItem[],
  warehouse: Warehouse,
  context: ExportContext,
  isWhole: boolean,
): Promise<Page<LevelWrite>> {
  const { warehouseCode } = warehouse;
  const { wanted, open } = readLevels(items, warehouseCode);
  const [inFlow, costs] = await Promise.all([
    levelsInFlow(wanted, warehouse, context),
    costsOf(wanted, warehouse, context, isWhole),
  ]);
  const pending: LevelWrite[] = [];
  let unchanged = 0;
  for (const level of wanted) {
    const known = inFlow.get(level.productUid);
    const cost = costs.get(level.sku);
    if (cost instanceof AmountInvalidError) {
      open.push({
        ...failed(level.sku, warehouseCode, `its cost price: ${cost.message}`),
        failureType: 'AmountInvalid',
      });
      continue;
    }
    switch (compareLevel(level, known, cost)) {
      case 'right':
        unchanged += 1;
        break;
      case 'write':
        pending.push({ record: recordOf(level.sku, warehouseCode), level, known, cost, warehouse });
        break;
      case 'unknown':
        open.push({ record: recordOf(level.sku, EVERY_PARTITION), as: 'unknown', why: 'Flow has no such product' });
        break;
      case 'collides':
        open.push(collision(level.sku, warehouseCode, known?.productSku));
        break;
    }
  }
  return { partition: warehouseCode, unchanged, unresolved: open, pending };
}

/** The guard: asked with the configuration of the moment. */
function refusalOf({ storeUid, market }: Warehouse, tenant: Tenant): string | undefined {
  return stockWriteRefused(tenant.config, { into: 'flow', storeUid, properties: market.properties });
}

/** Omnium's items as levels; two SKUs of one page that become the same uid are not told apart by anybody. */
function readLevels(
  items: readonly OmniumInventoryItem[],
  warehouseCode: string,
): { readonly wanted: readonly WantedLevel[]; readonly open: UnresolvedRecord[] } {
  const byUid = new Map<string, WantedLevel>();
  const open: UnresolvedRecord[] = [];
  for (const item of items) {
    try {
      const level = inventoryToFlow(item);
      const other = byUid.get(level.productUid);
      if (other && other.sku !== level.sku) open.push(collision(level.sku, warehouseCode, other.sku));
      else byUid.set(level.productUid, level);
    } catch (error) {
      if (!(error instanceof AmountInvalidError || error instanceof UidInvalidError)) throw error;
      const failureType = error instanceof AmountInvalidError ? 'AmountInvalid' : 'OmniumResponseInvalid';
      open.push({ ...failed(item.sku, warehouseCode, error.message), failureType });
    }
  }
  return { wanted: [...byUid.values()], open };
}

async function levelsInFlow(
  wanted: readonly WantedLevel[],
  { warehouseUid }: Warehouse,
  context: ExportContext,
): Promise<ReadonlyMap<string, KnownLevel>> {
  const known = new Map<string, KnownLevel>();
  await inChunks(wanted, async (chunk) => {
    const productUids = chunk.map(({ productUid }) => productUid);
    const products = await context.tenant.flow.stock.get({ productUids, warehouseUids: [warehouseUid] }, context);
    for (const { productUid, productSku, warehouseStockDetails } of products) {
      const detail = warehouseStockDetails.find((one) => one.warehouseUid === warehouseUid);
      known.set(productUid, { productSku, quantityStock: detail?.quantityStock });
    }
  });
  return known;
}

/** Cost prices of the levels' products, when they travel with the levels; one that cannot be carried over as its error. */
async function costsOf(
  wanted: readonly WantedLevel[],
  { warehouseCode, storeUid, market }: Warehouse,
  context: ExportContext,
  isWhole: boolean,
): Promise<ReadonlyMap<string, LevelCost | AmountInvalidError>> {
  const { tenant, window } = context;
  const costs = new Map<string, LevelCost | AmountInvalidError>();
  if (!market.properties.UseCostPriceListInInventoryExport) return costs;
  const store = await tenant.stores.resolveUid(storeUid, context);
  const storeIds = [...new Set([warehouseCode, store.storeId])];
  const { marketId, marketGroupId, currency } = market;
  const about = { storeIds, marketId, marketGroupId, currency, at: new Date() };
  const isNew = (holdsSince: Date | undefined): boolean =>
    isWhole || window.from === undefined || !holdsSince || holdsSince >= new Date(window.from);
  await inChunks(wanted, async (chunk) => {
    const productCodes = chunk.map(({ sku }) => sku);
    const prices = await tenant.omnium.prices.searchCostPrices(
      { productCodes, storeIds, marketIds: [marketId] },
      context,
    );
    const bySku = groupBySku(prices);
    for (const { sku } of chunk) {
      try {
        const cost = selectCostPrice(bySku.get(sku) ?? [], { ...about, sku });
        if (cost) costs.set(sku, { costPriceCents: cost.costPriceCents, mayBeNew: isNew(cost.holdsSince) });
      } catch (error) {
        if (!(error instanceof AmountInvalidError)) throw error;
        costs.set(sku, error);
      }
    }
  });
  return costs;
}

function groupBySku(prices: readonly OmniumCostPrice[]): ReadonlyMap<string, OmniumCostPrice[]> {
  const bySku = new Map<string, OmniumCostPrice[]>();
  for (const price of prices) {
    const sku = price.skuId ?? price.productId;
    if (sku === undefined) continue;
    const known = bySku.get(sku);
    if (known) known.push(price);
    else bySku.set(sku, [price]);
  }
  return bySku;
}

function failed(sku: string, warehouseCode: string, why: string): UnresolvedRecord {
  return { record: recordOf(sku, warehouseCode), as: 'failed', why };
}

function collision(sku: string, warehouseCode: string, other = 'another product'): UnresolvedRecord {
  const why = `${other} has the same uid in Flow; rename one in Omnium`;
  return { ...failed(sku, warehouseCode, why), failureType: 'UidCollision' };
}

/** A hundred products at a time, a few questions at once. */
async function inChunks(
  wanted: readonly WantedLevel[],
  ask: (chunk: readonly WantedLevel[]) => Promise<void>,
): Promise<void> {
  await severalAtOnce(chunksOf(wanted, PRODUCTS_PER_QUESTION), QUESTIONS_AT_ONCE, ask);
}
