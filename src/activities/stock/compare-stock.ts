import { stockMasterOf } from '../../config/stock-master';
import type { StockMaster } from '../../contracts/stock-messages';
import { AmountInvalidError } from '../../domain/money';
import { toHundredths, type Hundredths } from '../../domain/quantity';
import { stripToUid } from '../../domain/uid';
import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import type { Warehouse } from '../stores/warehouse-directory';
import { readWarehouse } from './flow-levels';
import type { FlowLevel } from './level';

/** One level that is not the same in both systems. Quantities in hundredths of a piece. */
export interface LevelDifference {
  readonly sku: string;
  readonly productUid: string;
  readonly warehouseUid: string;
  readonly warehouseCode: string;
  /** Absent: Flow does not list the product. */
  readonly inFlow?: Hundredths;
  /** Absent: Omnium has no item, which counts as zero there. */
  readonly inOmnium?: Hundredths;
  /** Why Omnium's quantity cannot be carried over. */
  readonly unreadable?: string;
  readonly flowChangedAt?: string;
  readonly omniumChangedAt?: string;
}

/** The stock of one Flow store in both systems. */
export interface StoreComparison {
  readonly storeUid: string;
  readonly master: StockMaster;
  readonly warehouses: readonly Warehouse[];
  /** Levels that at least one system lists. */
  readonly compared: number;
  readonly differences: readonly LevelDifference[];
}

/** Compares every level of a store's warehouses by reading both systems; writes nothing. */
export async function compareStoreStock(
  work: { readonly tenant: Tenant; readonly attempt: Attempt },
  storeUid: string,
): Promise<StoreComparison> {
  const { tenant, attempt } = work;
  const warehouses = await tenant.warehouses.ofStore(storeUid, attempt);
  const differences: LevelDifference[] = [];
  let compared = 0;
  for (const warehouse of warehouses) {
    const inOmnium = await itemsOf(warehouse, work);
    for await (const levels of readWarehouse(warehouse, work)) {
      for (const level of levels) {
        const item = inOmnium.get(level.productUid);
        inOmnium.delete(level.productUid);
        compared += 1;
        const difference = differenceOf(warehouse, level, item);
        if (difference) differences.push(difference);
      }
    }
    for (const [productUid, item] of inOmnium) {
      compared += 1;
      const difference = onlyInOmnium(warehouse, productUid, item);
      if (difference) differences.push(difference);
    }
  }
  return { storeUid, master: stockMasterOf(tenant.config, storeUid), warehouses, compared, differences };
}

/** Omnium's items of a warehouse by the uid that their SKU becomes. */
async function itemsOf(
  { isInOmnium, warehouseCode }: Warehouse,
  { tenant, attempt }: { readonly tenant: Tenant; readonly attempt: Attempt },
): Promise<Map<string, OmniumInventoryItem>> {
  const items = new Map<string, OmniumInventoryItem>();
  if (!isInOmnium) return items;
  for await (const batch of tenant.omnium.inventory.search({ warehouseCodes: [warehouseCode] }, attempt)) {
    for (const item of batch) if (/[A-Za-z0-9_]/.test(item.sku)) items.set(stripToUid(item.sku), item);
  }
  return items;
}

function differenceOf(
  warehouse: Warehouse,
  level: FlowLevel,
  item: OmniumInventoryItem | undefined,
): LevelDifference | undefined {
  const inOmnium = quantityOf(item);
  const known = inOmnium.quantity ?? (inOmnium.unreadable ? undefined : 0);
  if (known === level.quantityStock) return undefined;
  return {
    ...placeOf(warehouse, level.productUid, level.sku),
    inFlow: level.quantityStock,
    ...(inOmnium.quantity !== undefined && { inOmnium: inOmnium.quantity }),
    ...(inOmnium.unreadable && { unreadable: inOmnium.unreadable }),
    ...(level.lastModifiedAt && { flowChangedAt: level.lastModifiedAt }),
    ...(item?.modified && { omniumChangedAt: item.modified }),
  };
}

function onlyInOmnium(
  warehouse: Warehouse,
  productUid: string,
  item: OmniumInventoryItem,
): LevelDifference | undefined {
  const { quantity, unreadable } = quantityOf(item);
  if (quantity === 0) return undefined;
  return {
    ...placeOf(warehouse, productUid, item.sku),
    ...(quantity !== undefined && { inOmnium: quantity }),
    ...(unreadable && { unreadable }),
    ...(item.modified && { omniumChangedAt: item.modified }),
  };
}

function placeOf(
  { warehouseCode, warehouseUid }: Warehouse,
  productUid: string,
  sku: string,
): Pick<LevelDifference, 'sku' | 'productUid' | 'warehouseUid' | 'warehouseCode'> {
  return { sku, productUid, warehouseUid, warehouseCode };
}

function quantityOf(item: OmniumInventoryItem | undefined): {
  readonly quantity?: Hundredths;
  readonly unreadable?: string;
} {
  if (!item) return {};
  try {
    return { quantity: toHundredths(item.inventory) };
  } catch (error) {
    if (error instanceof AmountInvalidError) return { unreadable: error.message };
    throw error;
  }
}
