import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import { stockWriteRefused } from '../../config/stock-master';
import { AmountInvalidError } from '../../domain/money';
import { asHundredths, toHundredths, type Hundredths } from '../../domain/quantity';
import { stripToUid, UidInvalidError } from '../../domain/uid';
import type { Attempt } from '../shared/sync-context';
import { chunksOf, severalAtOnce } from '../shared/concurrency';
import type { Tenant } from '../tenants';
import type { Warehouse } from '../stores/warehouse-directory';
import { addTallies, nameOfLevel, NO_LEVELS, type LevelKey, type LevelTally } from './level';

/** What an alignment is made with. */
export interface Alignment {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly storeUid: string;
  /**
   * Set when Omnium has been the master until now: its levels are written although it is the master no more, with what
   * Flow has received less what it has sold in the meantime, which Omnium is still to be told of.
   */
  readonly lastWord?: {
    readonly sold: (level: LevelKey) => number;
    readonly received: (level: LevelKey) => number;
  };
}

const PRODUCTS_PER_READ = 200;
const WRITES_AT_ONCE = 8;

/**
 * Brings all of Omnium's levels of a store's warehouses to Flow where they differ: the alignment after a switch, or on an
 * operator's word. The delta of every day is the inventory export's (src/activities/exports).
 */
export async function alignFlow(alignment: Alignment): Promise<LevelTally> {
  const { tenant, attempt, storeUid } = alignment;
  let tally = NO_LEVELS;
  for (const warehouse of await tenant.warehouses.ofStore(storeUid, attempt)) {
    if (!warehouse.isInOmnium) continue;
    const search = { warehouseCodes: [warehouse.warehouseCode] };
    for await (const items of tenant.omnium.inventory.search(search, attempt)) {
      for (const chunk of chunksOf(items, PRODUCTS_PER_READ)) {
        tally = addTallies(tally, await writeToFlow(chunk, warehouse, alignment));
      }
    }
  }
  return tally;
}

interface Target {
  readonly productUid: string;
  readonly sku: string;
  readonly quantity: Hundredths;
}

async function writeToFlow(
  items: readonly OmniumInventoryItem[],
  warehouse: Warehouse,
  { tenant, attempt, lastWord }: Alignment,
): Promise<LevelTally> {
  const { storeUid, warehouseUid, market } = warehouse;
  const refused = stockWriteRefused(tenant.config, { into: 'flow', storeUid, properties: market.properties });
  if (refused && !lastWord) return { ...NO_LEVELS, compared: items.length, differences: [refused] };
  const differences: string[] = [];
  const targets = items.flatMap((item) => {
    try {
      return [{ sku: item.sku, productUid: stripToUid(item.sku), quantity: toHundredths(item.inventory) }];
    } catch (error) {
      if (!(error instanceof AmountInvalidError || error instanceof UidInvalidError)) throw error;
      differences.push(`${nameOfLevel(item.sku, warehouse)}: ${error.message}`);
      return [];
    }
  });
  const readAt = new Date().toISOString();
  const inFlow = await levelsInFlow(targets, warehouseUid, { tenant, attempt });
  const due: Target[] = [];
  for (const target of targets) {
    const known = inFlow.get(target.productUid);
    const quantity = quantityFor({ ...target, warehouseUid }, lastWord);
    // A product that Flow does not have has no stock there; its own export makes it, and the next delta brings the level.
    if (known === undefined) {
      if (target.quantity !== 0) differences.push(`${nameOfLevel(target.sku, warehouse)}: Flow has no such product`);
    } else if (known !== quantity) due.push({ ...target, quantity });
  }
  await severalAtOnce(due, WRITES_AT_ONCE, async ({ productUid, quantity }) => {
    attempt.signal.throwIfAborted();
    await tenant.flow.stock.set(storeUid, warehouseUid, productUid, { quantityStock: quantity }, attempt);
  });
  return { compared: items.length, written: due.length, inFlight: 0, readAt, differences };
}

/**
 * The quantity that Flow should have now: with what Omnium will be told of in another way. Goods that came in count
 * whatever Flow says: an export before the switch may have taken them off its level again.
 */
function quantityFor(target: Target & LevelKey, lastWord: Alignment['lastWord']): Hundredths {
  if (!lastWord) return target.quantity;
  return asHundredths(target.quantity - lastWord.sold(target) + lastWord.received(target));
}

async function levelsInFlow(
  targets: readonly Target[],
  warehouseUid: string,
  { tenant, attempt }: Pick<Alignment, 'tenant' | 'attempt'>,
): Promise<ReadonlyMap<string, number>> {
  if (targets.length === 0) return new Map();
  const productUids = [...new Set(targets.map(({ productUid }) => productUid))];
  const products = await tenant.flow.stock.get({ productUids, warehouseUids: [warehouseUid] }, attempt);
  return new Map(
    products.flatMap(({ productUid, warehouseStockDetails }) => {
      const [detail] = warehouseStockDetails;
      return detail ? [[productUid, detail.quantityStock] as const] : [];
    }),
  );
}
