import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import type { MarketConfig } from '../../config/types';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import type { Warehouse } from '../stores/warehouse-directory';
import type { OrderedLine } from './mapping/ordered-lines';

/**
 * Under which market's properties a purchase order goes to Flow, or why it is none of this tenant's. A tenant's purchase
 * orders are those of its markets; one that names no market belongs to the tenant whose shop it is for: its own store, else
 * its first line's warehouse.
 */
export async function marketOfPurchaseOrder(
  context: SyncContext,
  { marketId, storeId, lineItems }: OmniumPurchaseOrder,
): Promise<MarketConfig | { readonly skip: string }> {
  const { config, warehouses } = context.tenant;
  if (marketId) {
    const market = config.markets.find((own) => own.marketId.toLowerCase() === marketId.toLowerCase());
    return market ?? { skip: `it belongs to another tenant (market ${marketId})` };
  }
  const code = storeId ?? lineItems.find(({ warehouseCode }) => warehouseCode)?.warehouseCode;
  let warehouse = code === undefined ? undefined : await warehouses.find(code, context);
  if (!warehouse && code !== undefined) {
    const storeUid = await storeUidOf(context, code);
    if (storeUid !== undefined) [warehouse] = await warehouses.ofStore(storeUid, context);
  }
  return warehouse?.market ?? { skip: 'it names no market, and no shop of this tenant' };
}

/** Flow's store of a store or warehouse of Omnium's; undefined for one that belongs to no shop. */
export async function storeUidOf(context: SyncContext, storeId: string): Promise<string | undefined> {
  try {
    return (await context.tenant.stores.resolve(storeId, context)).storeUid;
  } catch (error) {
    if (error instanceof SyncError && error.failureType === 'StoreUnknown') return undefined;
    throw error;
  }
}

/**
 * Finds the warehouses of the lines in Flow, by Omnium's code. `outside` are those that belong to no shop, e.g. a central
 * one: what goes there is not Flow's.
 *
 * @throws SyncError `WarehouseUnknown` for a warehouse of a shop that Flow does not have
 */
export async function destinationsOf(
  context: SyncContext,
  lines: readonly OrderedLine[],
): Promise<{ readonly byCode: ReadonlyMap<string, Warehouse>; readonly outside: readonly string[] }> {
  const { warehouses } = context.tenant;
  const byCode = new Map<string, Warehouse>();
  const outside: string[] = [];
  for (const code of new Set(lines.flatMap(({ warehouseCode }) => warehouseCode ?? []))) {
    const found = await warehouses.find(code, context);
    if (found) byCode.set(code, found);
    else if ((await storeUidOf(context, code)) === undefined) outside.push(code);
    else byCode.set(code, await warehouses.resolve(code, context));
  }
  return { byCode, outside };
}
