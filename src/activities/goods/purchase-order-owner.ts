import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import type { MarketConfig } from '../../config/types';
import { SyncError } from '../shared/failures';
import type { SyncRun } from '../orders/sync-run';

/** Under which market's properties a purchase order goes to Flow; or why it is none of this tenant's. */
export type PurchaseOrderOwner = { readonly market: MarketConfig } | { readonly skip: string };

/**
 * A tenant's purchase orders are those of its markets; one that names no market belongs to the tenant whose shop it is for:
 * its own store, else its first line's warehouse.
 */
export async function ownerOf(run: SyncRun, purchaseOrder: OmniumPurchaseOrder): Promise<PurchaseOrderOwner> {
  const { markets } = run.tenant.config;
  const { marketId } = purchaseOrder;
  if (marketId) {
    const market = markets.find((own) => own.marketId.toLowerCase() === marketId.toLowerCase());
    return market ? { market } : { skip: `it belongs to another tenant (market ${marketId})` };
  }
  const code =
    purchaseOrder.storeId ?? purchaseOrder.lineItems.find(({ warehouseCode }) => warehouseCode)?.warehouseCode;
  const market = code === undefined ? undefined : await marketOfPlace(run, code);
  return market ? { market } : { skip: 'it names no market, and no shop of this tenant' };
}

async function marketOfPlace(run: SyncRun, code: string): Promise<MarketConfig | undefined> {
  const { tenant, attempt } = run;
  const warehouse = await tenant.warehouses.find(code, attempt);
  if (warehouse) return warehouse.market;
  const storeUid = await storeUidOf(run, code);
  const [ofStore] = storeUid === undefined ? [] : await tenant.warehouses.ofStore(storeUid, attempt);
  return ofStore?.market;
}

/** Flow's store of a store or warehouse of Omnium's; undefined for one that belongs to no shop. */
export async function storeUidOf({ tenant, attempt }: SyncRun, storeId: string): Promise<string | undefined> {
  try {
    return (await tenant.stores.resolve(storeId, attempt)).storeUid;
  } catch (error) {
    if (error instanceof SyncError && error.failureType === 'StoreUnknown') return undefined;
    throw error;
  }
}
