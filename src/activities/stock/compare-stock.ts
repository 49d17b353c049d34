import type { OmniumInventoryItem } from '../../clients/omnium/inventory';
import { stockMasterOf } from '../../config/stock-master';
import type { StockMaster } from '../../contracts/kinds/stock';
import { compact } from '../../domain/compact';
import type { Hundredths } from '../../domain/quantity';
import { uidOf } from '../../domain/uid';
import type { SyncContext } from '../shared/sync-context';
import type { Warehouse } from '../stores/warehouse-directory';
import { readWarehouse, type FlowLevel } from './flow-levels';
import { quantityOf } from './omnium-levels';

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

/** The stock of one Flow store in both systems; `compared`: levels that at least one of them lists. */
export interface StoreComparison {
  readonly storeUid: string;
  readonly master: StockMaster;
  readonly warehouses: readonly Warehouse[];
  readonly compared: number;
  readonly differences: readonly LevelDifference[];
}

/** Compares every level of a store's warehouses by reading both systems; writes nothing. */
export async function compareStoreStock(context: SyncContext, storeUid: string): Promise<StoreComparison> {
  const { tenant } = context;
  const warehouses = await tenant.warehouses.ofStore(storeUid, context);
  const differences: LevelDifference[] = [];
  let compared = 0;
  for (const warehouse of warehouses) {
    const { warehouseCode, warehouseUid } = warehouse;
    const items = new Map<string, OmniumInventoryItem>();
    if (warehouse.isInOmnium) {
      for await (const batch of tenant.omnium.inventory.search({ warehouseCodes: [warehouseCode] }, context)) {
        for (const item of batch) items.set(uidOf(item.sku) ?? '', item);
      }
      items.delete('');
    }
    const compare = (productUid: string, level: FlowLevel | undefined, item: OmniumInventoryItem | undefined): void => {
      compared += 1;
      const { quantity: inOmnium, unreadable } = item ? quantityOf(item) : {};
      // What one side does not list counts as nothing in stock there.
      const isSame = unreadable === undefined && (inOmnium ?? 0) === (level?.quantityStock ?? 0);
      if (isSame) return;
      differences.push({
        ...{ sku: level?.sku ?? item?.sku ?? productUid, productUid, warehouseUid, warehouseCode },
        ...compact({ inFlow: level?.quantityStock, inOmnium, unreadable }),
        ...compact({ flowChangedAt: level?.lastModifiedAt, omniumChangedAt: item?.modified }),
      });
    };
    for await (const levels of readWarehouse(context, warehouse)) {
      for (const level of levels) {
        compare(level.productUid, level, items.get(level.productUid));
        items.delete(level.productUid);
      }
    }
    for (const [productUid, item] of items) compare(productUid, undefined, item);
  }
  return { storeUid, master: stockMasterOf(tenant.config, storeUid), warehouses, compared, differences };
}
