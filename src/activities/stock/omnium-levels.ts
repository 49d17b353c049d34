import type { Client } from '@temporalio/client';
import { VendorHttpError } from '../../clients/errors';
import type { FlowReceivement } from '../../clients/flow/purchase-orders';
import { MAX_INVENTORY_ITEMS, type OmniumInventoryItem } from '../../clients/omnium/inventory';
import { stockWriteRefused } from '../../config/stock-master';
import { AmountInvalidError } from '../../domain/money';
import { asHundredths, hundredthsToDecimal, toHundredths, type Hundredths } from '../../domain/quantity';
import { chunksOf } from '../shared/concurrency';
import type { SyncContext } from '../shared/sync-context';
import { NO_SKU } from '../catalogue/mapping/map-product';
import { unknownWarehouse, type Warehouse } from '../stores/warehouse-directory';
import { addCounters, NO_LEVELS, readLevels, type FlowLevel, type LevelCounters, type LevelKey } from './flow-levels';
import { receptionsUnderWay, type UnconfirmedGoods, type UnderWay } from './goods-under-way';

/** Omnium's quantity in hundredths of a piece, or why it cannot be carried over. */
export function quantityOf(item: OmniumInventoryItem): {
  readonly quantity?: Hundredths;
  readonly unreadable?: string;
} {
  try {
    return { quantity: toHundredths(item.inventory) };
  } catch (error) {
    if (error instanceof AmountInvalidError) return { unreadable: error.message };
    throw error;
  }
}

interface PlacedLevel extends FlowLevel {
  readonly warehouse: Warehouse;
}

/** Levels with their warehouses, without those that Omnium may not be notified of now; and why these may not. */
async function placeLevels(
  context: SyncContext,
  levels: readonly FlowLevel[],
  areAllAllowed = false,
): Promise<{ readonly allowed: readonly PlacedLevel[]; readonly refusals: readonly string[] }> {
  const { tenant } = context;
  const allowed: PlacedLevel[] = [];
  const refusals: string[] = [];
  for (const level of levels) {
    const warehouse = await tenant.warehouses.resolveUid(level.warehouseUid, context);
    const { storeUid, market } = warehouse;
    const refusal = stockWriteRefused(tenant.config, { into: 'omnium', storeUid, properties: market.properties });
    if (refusal && !areAllAllowed) {
      refusals.push(refusal);
      continue;
    }
    // What Omnium has no SKU for is called alike in Flow: Omnium's own id says which it is.
    const sku = level.sku === NO_SKU ? await idInOmnium(context, level) : level.sku;
    if (sku === undefined) refusals.push(`${level.productUid}: it has neither a SKU nor an id of Omnium's`);
    else allowed.push({ ...level, sku, warehouse });
  }
  return { allowed, refusals };
}

async function idInOmnium(context: SyncContext, { productUid }: FlowLevel): Promise<string | undefined> {
  return (await context.tenant.flow.products.get(productUid, context))?.externalId;
}

/**
 * What Omnium has of these levels. An item that is not there counts as zero (omnium-api.md §6.3); a quantity that cannot be
 * carried over is undefined.
 */
async function quantitiesInOmnium(
  context: SyncContext,
  levels: readonly PlacedLevel[],
): Promise<(level: PlacedLevel) => Hundredths | undefined> {
  const items = new Map<string, OmniumInventoryItem>();
  if (levels.length > 0) {
    const search = {
      productCodes: [...new Set(levels.map(({ sku }) => sku))],
      warehouseCodes: [...new Set(levels.map(({ warehouse }) => warehouse.warehouseCode))],
    };
    for await (const batch of context.tenant.omnium.inventory.search(search, context)) {
      for (const item of batch) items.set(`${item.warehouseCode}\n${item.sku}`, item);
    }
  }
  return ({ sku, warehouse }) => {
    const item = items.get(`${warehouse.warehouseCode}\n${sku}`);
    return item ? quantityOf(item).quantity : asHundredths(0);
  };
}

/**
 * Which of Flow's levels Omnium does not have, among those that Omnium may be notified of. A quantity of Omnium's that
 * cannot be read counts as another one.
 *
 * @throws SyncError `WarehouseUnknown`
 */
export async function levelsThatDiffer(
  context: SyncContext,
  levels: readonly FlowLevel[],
): Promise<readonly FlowLevel[]> {
  const { allowed } = await placeLevels(context, levels);
  const inOmnium = await quantitiesInOmnium(context, allowed);
  return allowed.filter((level) => inOmnium(level) !== level.quantityStock);
}

/** What levels are written with beside themselves. */
interface WriteOptions {
  /** Goods receptions under way for a level that is higher in Flow; by default there are none. */
  readonly underWay?: (level: FlowLevel) => Promise<UnderWay | undefined>;
  /**
   * Set when Flow has been the master until now, for its final balance: levels are written although it is the master no
   * more, with whatever is under way, and nothing is left for later. It gives the hundredths of a piece that have left over
   * the tills and that Omnium is still to be notified of by their orders.
   */
  readonly sold?: (level: LevelKey) => number;
  /** By default levels in a warehouse that Omnium does not list are named, and the others written. */
  readonly failsOnUnknownWarehouse?: boolean;
}

/**
 * Brings Flow's levels to Omnium where they differ: absolute quantities, read a moment ago, so that a repeated call writes
 * nothing new. The guard is asked for every level at the time of writing.
 *
 * A level that is higher in Flow because of a goods reception that Omnium is still to be notified of is written without
 * those goods, or left to the reception while that is young: its confirmation adds them, and never both (omnium-api.md §7.3).
 *
 * @throws SyncError `WarehouseUnknown`
 */
export async function writeLevelsToOmnium(
  context: SyncContext,
  levels: readonly FlowLevel[],
  { underWay, sold, failsOnUnknownWarehouse = false }: WriteOptions,
): Promise<LevelCounters> {
  const readAt = new Date().toISOString();
  const { allowed, refusals } = await placeLevels(context, levels, sold !== undefined);
  const inOmnium = await quantitiesInOmnium(context, allowed);
  const pending: PlacedLevel[] = [];
  let inFlight = 0;
  for (const level of allowed) {
    const known = inOmnium(level);
    let { quantityStock } = level;
    // A quantity that cannot be read is not trusted to be lower either.
    if (known === undefined || quantityStock > known || sold) {
      const received = await underWay?.(level);
      if (received?.isYoung && !sold) {
        inFlight += 1;
        continue;
      }
      quantityStock = asHundredths(quantityStock - (received?.quantity ?? 0) + (sold?.(level) ?? 0));
    }
    if (quantityStock !== known) pending.push({ ...level, quantityStock });
  }
  const differences = new Set(refusals);
  // Levels of warehouses that Omnium does not list go apart, as it takes a call as a whole or not at all.
  const [listed = [], unlisted = []] = [true, false].map((isListed) =>
    pending.filter(({ warehouse }) => warehouse.isInOmnium === isListed),
  );
  await send(context, listed);
  let written = pending.length;
  try {
    await send(context, unlisted);
  } catch (error) {
    const isRefusal = error instanceof VendorHttpError && error.status === 400;
    if (!isRefusal || failsOnUnknownWarehouse) throw error;
    for (const { warehouse } of unlisted) differences.add(unknownWarehouse(warehouse));
    written -= unlisted.length;
  }
  return { compared: levels.length, written, inFlight, readAt, differences: [...differences] };
}

async function send(context: SyncContext, levels: readonly PlacedLevel[]): Promise<void> {
  for (const chunk of chunksOf(levels, MAX_INVENTORY_ITEMS)) {
    const items = chunk.map(({ sku, warehouse, quantityStock }) => ({
      sku,
      warehouseCode: warehouse.warehouseCode,
      inventory: hundredthsToDecimal(quantityStock),
    }));
    context.signal.throwIfAborted();
    await context.tenant.omnium.inventory.update(items, context);
  }
}

/**
 * Brings Flow's levels of goods that came in without a purchase order of Omnium's to Omnium, see
 * {@link writeLevelsToOmnium}. A product that Flow lists no level of is left alone, as absent is not zero. A refusal by the
 * guard of the stock master is among the differences.
 *
 * @throws VendorHttpError 400 when Omnium does not list the warehouse
 */
export async function sendReceivedLevels(
  context: SyncContext,
  client: Client,
  { receivementUid, storeUid, warehouseUid }: FlowReceivement,
  productUids: readonly string[],
  unconfirmedGoods: UnconfirmedGoods,
): Promise<LevelCounters> {
  const receptions = receptionsUnderWay(context, client, storeUid, unconfirmedGoods, new Set([receivementUid]));
  const keys = productUids.map((productUid) => ({ warehouseUid, productUid }));
  let counters = NO_LEVELS;
  for await (const levels of readLevels(context, keys)) {
    if (levels.length === 0) continue;
    const options: WriteOptions = { underWay: (level) => receptions.of(level), failsOnUnknownWarehouse: true };
    counters = addCounters(counters, await writeLevelsToOmnium(context, levels, options));
  }
  return counters;
}
