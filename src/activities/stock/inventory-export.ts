import type { CallContext } from '../../clients/http';
import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import type { OmniumCostPrice } from '../../clients/omnium/prices';
import { stockWriteRefused } from '../../config/stock-master';
import type { ExportPart, ExportWindow } from '../../contracts/export-messages';
import { EVERY_PART, openRowOf, parseOpenRow } from '../../contracts/export-rows';
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
import type { DueRow, ExportKind, ExportPage, ExportWork, KindParts, OpenRow } from '../delta/export-kind';

/** Products of one question to either vendor (Flow's page, flow-api.md §2). */
const PRODUCTS_PER_QUESTION = 100;
const QUESTIONS_AT_ONCE = 4;

interface InventoryWork extends ExportWork {
  readonly window: ExportWindow;
}

/**
 * Stock levels, warehouse by warehouse: Omnium's inventory to the warehouses of Flow whose store's stock Omnium is the
 * master of (Flow, inventory page). Levels are absolute; what Omnium does not list is never written.
 */
export const inventoryExport: ExportKind = {
  partsOf: (work) => warehousesOf(work),
  pagesOf: (part, work) => (part.read === 'rows' ? pagesOfRows(part.rows, work) : pagesOfWarehouse(part, work)),
};

/** The warehouses of the markets that Omnium and Flow both have, by Omnium's code; and those that only Omnium has. */
async function warehousesOf({ tenant, markets, context }: ExportWork): Promise<KindParts> {
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
    reason: refusalOf(warehouse, { tenant }),
  }));
  return {
    names: refusals.flatMap(({ name, reason }) => (reason === undefined ? [name] : [])),
    leftOut: refusals.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }])),
    missing: missing.map(({ id }) => id).sort(),
    // After a switch of masters Omnium is first told what Flow still knew.
    ownerOf: (name) => {
      const warehouse = ours.find(({ warehouseCode }) => warehouseCode === name);
      return warehouse && stockKind.id({ tenantUid: tenant.config.tenantUid, storeUid: warehouse.storeUid });
    },
  };
}

async function* pagesOfWarehouse(part: ExportPart, work: InventoryWork): AsyncGenerator<ExportPage, void, undefined> {
  const { tenant, context, window } = work;
  const warehouse = await tenant.warehouses.find(part.name, context);
  // Gone from Flow since the run was planned. The next run's plan says so.
  if (!warehouse) return;
  const search = {
    warehouseCodes: [warehouse.warehouseCode],
    ...(part.read === 'changes' && window.from !== undefined && { lastModified: window.from }),
  };
  for await (const items of tenant.omnium.inventory.search(search, context)) {
    yield await comparePage(items, warehouse, { ...work, isWhole: part.read === 'everything' });
  }
}

/** Rows that were open before, as they are now. What Omnium or Flow does not have any more is not open any more. */
async function* pagesOfRows(rows: readonly string[], work: InventoryWork): AsyncGenerator<ExportPage, void, undefined> {
  const { tenant, context } = work;
  const { names } = await warehousesOf(work);
  const wanted = new Map<string, Set<string>>();
  for (const row of rows) {
    const open = parseOpenRow(row, names);
    if (!open) continue;
    for (const name of open.part === EVERY_PART ? names : [open.part])
      wanted.set(name, (wanted.get(name) ?? new Set()).add(open.sku));
  }
  for (const [name, skus] of wanted) {
    const warehouse = await tenant.warehouses.find(name, context);
    if (!warehouse) continue;
    for (const productCodes of chunksOf([...skus], PRODUCTS_PER_QUESTION)) {
      const search = { productCodes, warehouseCodes: [name] };
      for await (const items of tenant.omnium.inventory.search(search, context)) {
        const open = items.filter(({ sku }) => skus.has(sku));
        yield await comparePage(open, warehouse, { ...work, isWhole: true });
      }
    }
  }
}

interface Comparison extends InventoryWork {
  /** Nothing is known of what Flow has been told before. */
  readonly isWhole: boolean;
}

async function comparePage(
  items: readonly OmniumInventoryItem[],
  warehouse: Warehouse,
  work: Comparison,
): Promise<ExportPage> {
  const { warehouseCode } = warehouse;
  const { wanted, open } = readLevels(items, warehouseCode);
  const [inFlow, costs] = await Promise.all([levelsInFlow(wanted, warehouse, work), costsOf(wanted, warehouse, work)]);
  const page = { unchanged: 0, open, due: [] as DueRow[] };
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
        page.unchanged += 1;
        break;
      case 'write':
        page.due.push(new DueLevel(level, { known, cost, warehouse, tenant: work.tenant }));
        break;
      case 'unknown':
        open.push({ row: openRowOf(level.sku, EVERY_PART), as: 'unknown', why: 'Flow has no such product' });
        break;
      case 'collides':
        open.push(collision(level.sku, warehouseCode, known?.productSku));
        break;
    }
  }
  return { ...page, part: warehouseCode, refused: () => refusalOf(warehouse, work) };
}

/** The guard: asked with the configuration of the moment. */
function refusalOf({ storeUid, market }: Warehouse, { tenant }: Pick<ExportWork, 'tenant'>): string | undefined {
  return stockWriteRefused(tenant.config, { into: 'flow', storeUid, properties: market.properties });
}

/** Omnium's items as levels; two SKUs of one page that become the same uid are not told apart by anybody. */
function readLevels(
  items: readonly OmniumInventoryItem[],
  warehouseCode: string,
): { readonly wanted: readonly WantedLevel[]; readonly open: OpenRow[] } {
  const byUid = new Map<string, WantedLevel>();
  const open: OpenRow[] = [];
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
  { tenant, context }: ExportWork,
): Promise<ReadonlyMap<string, KnownLevel>> {
  const known = new Map<string, KnownLevel>();
  await inChunks(wanted, async (chunk) => {
    const productUids = chunk.map(({ productUid }) => productUid);
    const products = await tenant.flow.stock.get({ productUids, warehouseUids: [warehouseUid] }, context);
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
  { tenant, context, window, isWhole }: Comparison,
): Promise<ReadonlyMap<string, LevelCost | AmountInvalidError>> {
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

interface DueParts {
  readonly known: KnownLevel | undefined;
  readonly cost: LevelCost | undefined;
  readonly warehouse: Warehouse;
  readonly tenant: Tenant;
}

/** There are thousands at a time, so they hold little and share what they can do. */
class DueLevel implements DueRow {
  constructor(
    private readonly level: WantedLevel,
    private readonly parts: DueParts,
  ) {}

  get row(): string {
    return openRowOf(this.level.sku, this.parts.warehouse.warehouseCode);
  }

  get change(): string {
    const { known, cost } = this.parts;
    const before = hundredthsToDecimal(asHundredths(known?.quantityStock ?? 0));
    const costPrice = cost ? `, cost price ${cost.costPriceCents / 100}` : '';
    return `${before} → ${hundredthsToDecimal(this.level.quantityStock)}${costPrice}`;
  }

  write(context: CallContext): Promise<void> {
    const { cost, warehouse, tenant } = this.parts;
    const { productUid, quantityStock } = this.level;
    const level = { quantityStock, ...(cost && { costPrice: cost.costPriceCents }) };
    return tenant.flow.stock.set(warehouse.storeUid, warehouse.warehouseUid, productUid, level, context);
  }
}

function failed(sku: string, warehouseCode: string, why: string): OpenRow {
  return { row: openRowOf(sku, warehouseCode), as: 'failed', why };
}

function collision(sku: string, warehouseCode: string, other = 'another product'): OpenRow {
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
