import { stockWriteRefused } from '../../config/stock-master';
import { AmountInvalidError } from '../../domain/money';
import { toHundredths } from '../../domain/quantity';
import type { Attempt } from '../attempt';
import type { FlowLevel } from '../stock/level';
import type { Tenant } from '../tenants';
import type { Warehouse } from '../warehouses';

/**
 * Which of Flow's levels Omnium does not have, among those that Omnium may be told of. An item that Omnium does not have
 * counts as zero (omnium-api.md §6.3); a quantity of Omnium's that cannot be read counts as another one.
 */
export async function levelsThatDiffer(
  levels: readonly FlowLevel[],
  { tenant, attempt }: { readonly tenant: Tenant; readonly attempt: Attempt },
): Promise<readonly FlowLevel[]> {
  const allowed: { readonly level: FlowLevel; readonly warehouse: Warehouse }[] = [];
  for (const level of levels) {
    const warehouse = await tenant.warehouses.resolveUid(level.warehouseUid, attempt);
    const { storeUid, market } = warehouse;
    const { properties } = market;
    const refused = stockWriteRefused(tenant.config, { into: 'omnium', storeUid, properties });
    if (refused === undefined) allowed.push({ level, warehouse });
  }
  if (allowed.length === 0) return [];
  const inOmnium = new Map<string, number | string>();
  const search = {
    productCodes: [...new Set(allowed.map(({ level }) => level.sku))],
    warehouseCodes: [...new Set(allowed.map(({ warehouse }) => warehouse.warehouseCode))],
  };
  for await (const items of tenant.omnium.searchInventory(search, attempt)) {
    for (const { sku, warehouseCode, inventory } of items) inOmnium.set(keyOf(sku, warehouseCode), inventory);
  }
  return allowed
    .filter(
      ({ level, warehouse }) =>
        hundredthsOf(inOmnium.get(keyOf(level.sku, warehouse.warehouseCode))) !== level.quantityStock,
    )
    .map(({ level }) => level);
}

function keyOf(sku: string, warehouseCode: string): string {
  return `${warehouseCode}\n${sku}`;
}

function hundredthsOf(inventory: number | string | undefined): number | undefined {
  try {
    return toHundredths(inventory ?? 0);
  } catch (error) {
    if (error instanceof AmountInvalidError) return undefined;
    throw error;
  }
}
