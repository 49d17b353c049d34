import type { FlowStockRecord } from '../../clients/flow/stock';
import type { StockOutcome } from '../../contracts/kinds/stock';
import { stockWriteRefused } from '../../config/stock-master';
import { compact } from '../../domain/compact';
import { distinctNames } from '../../domain/distinct-names';
import type { Cents } from '../../domain/money';
import { asHundredths, type Hundredths } from '../../domain/quantity';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { SyncContext } from '../shared/sync-context';
import type { Warehouse } from '../stores/warehouse-directory';
import { collisionWith, compareLevel, levelsOfItems, type KnownLevel } from './mapping/inventory-to-flow';

/** A product in a warehouse. */
export interface LevelKey {
  readonly warehouseUid: string;
  readonly productUid: string;
}

/** What Flow says is in stock. Only what Flow lists: absent is not zero. */
export interface FlowLevel extends LevelKey {
  readonly sku: string;
  readonly quantityStock: Hundredths;
  readonly lastModifiedAt?: string | undefined;
}

/** What became of some levels; `differences` are for a person to look at. */
export type LevelCounters = Pick<StockOutcome, 'compared' | 'written' | 'inFlight' | 'readAt'> & {
  readonly differences: readonly string[];
};

export const NO_LEVELS: LevelCounters = { compared: 0, written: 0, inFlight: 0, differences: [] };

/** Sums; the later moment of reading. */
export function addCounters(a: LevelCounters, b: LevelCounters): LevelCounters {
  return compact({
    compared: a.compared + b.compared,
    written: a.written + b.written,
    inFlight: a.inFlight + b.inFlight,
    readAt: b.readAt ?? a.readAt,
    differences: distinctNames(a.differences, b.differences),
  });
}

/** Products of one question. */
const PRODUCTS_PER_READ = 100;
const ALIGNED_TOGETHER = 200;
const WRITES_AT_ONCE = 8;

/** Flow's levels of some products in some warehouses, in batches. What Flow does not list does not come. */
export async function* readLevels(context: SyncContext, keys: readonly LevelKey[]): AsyncGenerator<FlowLevel[]> {
  const keyOf = ({ warehouseUid, productUid }: LevelKey): string => `${warehouseUid}/${productUid}`;
  for (const chunk of chunksOf(keys, PRODUCTS_PER_READ)) {
    const asked = new Set(chunk.map(keyOf));
    const question = {
      productUids: [...new Set(chunk.map(({ productUid }) => productUid))],
      warehouseUids: [...new Set(chunk.map(({ warehouseUid }) => warehouseUid))],
    };
    const products = await context.tenant.flow.stock.get(question, context);
    yield products
      .flatMap(({ productUid, productSku, warehouseStockDetails }) =>
        warehouseStockDetails.map((detail) => levelOf({ productUid, productSku, ...detail })),
      )
      .filter((level) => asked.has(keyOf(level)));
  }
}

/** Flow's levels in a store that have changed after a moment (ISO-8601), in batches, oldest change first. */
export async function* readChanges(context: SyncContext, storeUid: string, since: string): AsyncGenerator<FlowLevel[]> {
  const changes = context.tenant.flow.stock.listChanges(storeUid, { modifiedAfter: since }, context);
  for await (const records of changes) yield records.map(levelOf);
}

/** All of Flow's levels in a warehouse, in batches. */
export async function* readWarehouse(
  context: SyncContext,
  { storeUid, warehouseUid }: Pick<Warehouse, 'storeUid' | 'warehouseUid'>,
): AsyncGenerator<FlowLevel[]> {
  for await (const records of context.tenant.flow.stock.listOfWarehouse(storeUid, warehouseUid, context)) {
    yield records.map(levelOf);
  }
}

function levelOf(
  record: Pick<FlowStockRecord, 'warehouseUid' | 'productUid' | 'productSku' | 'quantityStock' | 'lastModifiedAt'>,
): FlowLevel {
  const { warehouseUid, productUid, productSku: sku = productUid, quantityStock, lastModifiedAt } = record;
  return { warehouseUid, productUid, sku, quantityStock: asHundredths(quantityStock), lastModifiedAt };
}

/** What a warehouse of Flow's has of these products, by uid; nothing of products that Flow does not have. */
export async function levelsInFlow(
  context: SyncContext,
  warehouseUid: string,
  productUids: readonly string[],
): Promise<ReadonlyMap<string, KnownLevel>> {
  if (productUids.length === 0) return new Map();
  const products = await context.tenant.flow.stock.get({ productUids, warehouseUids: [warehouseUid] }, context);
  return new Map(
    products.map(({ productUid, productSku, warehouseStockDetails }) => {
      const detail = warehouseStockDetails.find((one) => one.warehouseUid === warehouseUid);
      return [productUid, { productSku, quantityStock: detail?.quantityStock }];
    }),
  );
}

/** Sets a level in Flow, and with it the product's cost price there. */
export async function setLevelInFlow(
  context: SyncContext,
  { storeUid, warehouseUid }: Pick<Warehouse, 'storeUid' | 'warehouseUid'>,
  { productUid, quantityStock }: { readonly productUid: string; readonly quantityStock: Hundredths },
  costPrice?: Cents,
): Promise<void> {
  const level = compact({ quantityStock, costPrice });
  await context.tenant.flow.stock.set(storeUid, warehouseUid, productUid, level, context);
}

/**
 * Brings all of Omnium's levels of a store's warehouses to Flow where they differ: the alignment after a switch, or when an
 * operator asks for it. The delta of every day is the inventory export's.
 *
 * @param underWay set when Omnium has been the master until now: its levels are written although it is the master no more,
 *   with what Flow has received less what it has sold in the meantime, which Omnium is still to be notified of. Goods that
 *   came in count whatever Flow says: an export before the switch may have taken them off its level again.
 */
export async function alignFlow(
  context: SyncContext,
  storeUid: string,
  underWay?: (level: LevelKey) => number,
): Promise<LevelCounters> {
  const { tenant, signal } = context;
  let counters = NO_LEVELS;
  for (const warehouse of await tenant.warehouses.ofStore(storeUid, context)) {
    if (!warehouse.isInOmnium) continue;
    const { warehouseUid, warehouseCode, market } = warehouse;
    for await (const batch of tenant.omnium.inventory.search({ warehouseCodes: [warehouseCode] }, context)) {
      for (const items of chunksOf(batch, ALIGNED_TOGETHER)) {
        const compared = items.length;
        const refusal = stockWriteRefused(tenant.config, { into: 'flow', storeUid, properties: market.properties });
        if (refusal && !underWay) {
          counters = addCounters(counters, { ...NO_LEVELS, compared, differences: [refusal] });
          continue;
        }
        const { levels, unreadable } = levelsOfItems(items);
        const differences = unreadable.map(({ sku, why }) => `${sku} in ${warehouseCode}: ${why}`);
        const readAt = new Date().toISOString();
        const productUids = levels.map(({ productUid }) => productUid);
        const inFlow = await levelsInFlow(context, warehouseUid, productUids);
        const pending = levels.flatMap((level) => {
          const { productUid, sku } = level;
          const correction = underWay?.({ warehouseUid, productUid }) ?? 0;
          const desired = { ...level, quantityStock: asHundredths(level.quantityStock + correction) };
          const known = inFlow.get(productUid);
          const verdict = compareLevel(desired, known, undefined);
          // The product's own export makes it, and the next delta brings its level.
          if (verdict === 'unknown') differences.push(`${sku} in ${warehouseCode}: Flow has no such product`);
          if (verdict === 'collides')
            differences.push(`${sku} in ${warehouseCode}: ${collisionWith(known?.productSku)}`);
          return verdict === 'write' ? [desired] : [];
        });
        await severalAtOnce(pending, WRITES_AT_ONCE, async (level) => {
          signal.throwIfAborted();
          await setLevelInFlow(context, warehouse, level);
        });
        counters = addCounters(counters, { compared, written: pending.length, inFlight: 0, readAt, differences });
      }
    }
  }
  return counters;
}
