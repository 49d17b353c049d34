import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import { stockWriteRefused } from '../../config/stock-master';
import { AmountInvalidError } from '../../domain/money';
import { asHundredths, toHundredths, type Hundredths } from '../../domain/quantity';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import type { Warehouse } from '../stores/warehouse-directory';
import type { FlowLevel } from './level';

/** What is needed to ask Omnium about levels. */
export interface OmniumLevelsWork {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

/** A level of Flow's, and the warehouse it is in. */
export interface PlacedLevel {
  readonly level: FlowLevel;
  readonly warehouse: Warehouse;
}

/** The warehouses of levels. @throws SyncError `WarehouseUnknown` */
export async function placed(
  levels: readonly FlowLevel[],
  { tenant, attempt }: OmniumLevelsWork,
): Promise<readonly PlacedLevel[]> {
  const all: PlacedLevel[] = [];
  for (const level of levels) {
    all.push({ level, warehouse: await tenant.warehouses.resolveUid(level.warehouseUid, attempt) });
  }
  return all;
}

/** Why Omnium may not be told of a warehouse's levels now; undefined when it may. */
export function refusedByOmnium({ config }: Tenant, { storeUid, market }: Warehouse): string | undefined {
  return stockWriteRefused(config, { into: 'omnium', storeUid, properties: market.properties });
}

/**
 * What Omnium has of these levels. An item that is not there counts as zero (omnium-api.md §6.3); a quantity that cannot be
 * carried over is undefined.
 */
export async function quantitiesInOmnium(
  levels: readonly PlacedLevel[],
  { tenant, attempt }: OmniumLevelsWork,
): Promise<(level: PlacedLevel) => Hundredths | undefined> {
  const items = new Map<string, OmniumInventoryItem>();
  if (levels.length > 0) {
    const search = {
      productCodes: [...new Set(levels.map(({ level }) => level.sku))],
      warehouseCodes: [...new Set(levels.map(({ warehouse }) => warehouse.warehouseCode))],
    };
    for await (const batch of tenant.omnium.inventory.search(search, attempt)) {
      for (const item of batch) items.set(keyOf(item.sku, item.warehouseCode), item);
    }
  }
  return ({ level, warehouse }) => quantityIn(items.get(keyOf(level.sku, warehouse.warehouseCode)));
}

function quantityIn(item: OmniumInventoryItem | undefined): Hundredths | undefined {
  if (!item) return asHundredths(0);
  try {
    return toHundredths(item.inventory);
  } catch (error) {
    if (error instanceof AmountInvalidError) return undefined;
    throw error;
  }
}

function keyOf(sku: string, warehouseCode: string): string {
  return `${warehouseCode}\n${sku}`;
}
