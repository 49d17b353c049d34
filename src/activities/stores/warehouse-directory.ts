import type { FlowClient } from '../../clients/flow/client';
import type { CallContext } from '../../clients/http';
import type { OmniumClient } from '../../clients/omnium/client';
import type { OmniumStore } from '../../clients/omnium/directory';
import type { MarketConfig, TenantConfig } from '../../config/types';
import { uidOf } from '../../domain/uid';
import { CachedLookup } from '../shared/cached-lookup';
import { SyncError } from '../shared/failures';
import { webWarehouseOf } from './mapping/warehouse-plan';

/** A warehouse in both systems' words. */
export interface Warehouse {
  /** Omnium's id of it. For a warehouse that Omnium does not know, Flow's uid (Flow, inventory page). */
  readonly warehouseCode: string;
  readonly isInOmnium: boolean;
  readonly warehouseUid: string;
  /** The Flow store that owns it, and so decides on its stock master. */
  readonly storeUid: string;
  readonly market: MarketConfig;
}

const WAREHOUSES_KEPT_MS = 10 * 60_000;

/**
 * Which warehouse is which. Flow's `externalId` holds Omnium's id where we made the warehouse; else the one id of Omnium
 * that becomes this uid. `FlowWebWarehouse` is the market's web warehouse, whatever it is called. A stripped uid is never
 * turned back into an id.
 */
export class WarehouseDirectory {
  private readonly warehouses: CachedLookup<readonly Warehouse[]>;

  constructor(config: TenantConfig, omnium: OmniumClient, flow: FlowClient) {
    this.warehouses = new CachedLookup(
      (_, context) => pairWarehouses(config, omnium, flow, context),
      WAREHOUSES_KEPT_MS,
    );
  }

  /** @throws SyncError `WarehouseUnknown` when Flow has no such warehouse */
  async resolve(warehouseCode: string, context: CallContext): Promise<Warehouse> {
    const found = await this.find(warehouseCode, context);
    if (found) return found;
    throw new SyncError(
      'WarehouseUnknown',
      `Flow has no warehouse for Omnium's ${warehouseCode}; export the stores (npm run ops -- stores export) or make it in Flow`,
    );
  }

  /** Like {@link resolve}; undefined when Flow has no such warehouse. */
  find(warehouseCode: string, context: CallContext): Promise<Warehouse | undefined> {
    return this.warehouses.find('warehouses', context, (all) =>
      all.findLast((one) => one.warehouseCode === warehouseCode),
    );
  }

  /** @throws SyncError `WarehouseUnknown` when no store of Flow owns such a warehouse */
  async resolveUid(warehouseUid: string, context: CallContext): Promise<Warehouse> {
    const found = await this.warehouses.find('warehouses', context, (all) =>
      all.find((one) => one.warehouseUid === warehouseUid),
    );
    if (found) return found;
    throw new SyncError('WarehouseUnknown', `No store of Flow owns the warehouse ${warehouseUid}`);
  }

  /** All warehouses that a Flow store owns. */
  async ofStore(storeUid: string, context: CallContext): Promise<readonly Warehouse[]> {
    return (await this.all(context)).filter((warehouse) => warehouse.storeUid === storeUid);
  }

  /** All warehouses of the tenant in Flow. */
  all(context: CallContext): Promise<readonly Warehouse[]> {
    return this.warehouses.get('warehouses', context);
  }

  /** Forgets the warehouses: they have just been written. */
  forget(): void {
    this.warehouses.clear();
  }
}

async function pairWarehouses(
  config: TenantConfig,
  omnium: OmniumClient,
  flow: FlowClient,
  context: CallContext,
): Promise<readonly Warehouse[]> {
  const [omniumStores, flowStores] = await Promise.all([
    omnium.directory.listStores(context),
    flow.stores.list(context),
  ]);
  const warehouses = new Map<string, Warehouse>();
  for (const { storeUid } of flowStores) {
    for (const { warehouseUid, externalId } of await flow.stores.listWarehouses(storeUid, context)) {
      const inOmnium = findInOmnium(config, warehouseUid, externalId, omniumStores);
      const store = inOmnium ?? omniumStores.find(({ id }) => uidOf(id) === storeUid);
      const market =
        config.markets.find(({ marketId }) =>
          store?.availableOnMarkets.some((id) => id.toLowerCase() === marketId.toLowerCase()),
        ) ?? config.markets[0];
      if (!market) throw new SyncError('ConfigurationIncomplete', 'The tenant has no market');
      const warehouseCode = inOmnium?.id ?? warehouseUid;
      const isInOmnium = inOmnium !== undefined;
      warehouses.set(warehouseUid, { warehouseCode, isInOmnium, warehouseUid, storeUid, market });
    }
  }
  return [...warehouses.values()];
}

function findInOmnium(
  { markets }: TenantConfig,
  warehouseUid: string,
  externalId: string | undefined,
  omniumStores: readonly OmniumStore[],
): OmniumStore | undefined {
  const webMarket = markets.find(({ properties }) => properties.FlowWebWarehouse === warehouseUid);
  const web = webMarket && webWarehouseOf(webMarket, omniumStores);
  if (web) return web;
  const candidates = omniumStores.filter(({ isWarehouse }) => isWarehouse === true);
  const byUid = candidates.filter(({ id }) => uidOf(id) === warehouseUid);
  return candidates.find(({ id }) => id === externalId) ?? (byUid.length === 1 ? byUid[0] : undefined);
}

/** How a warehouse is called that Flow has and Omnium has not. */
export function unknownWarehouse({ warehouseCode }: Pick<Warehouse, 'warehouseCode'>): string {
  return `Omnium has no warehouse for Flow's ${warehouseCode}; make it there, or write Omnium's id into its externalId in Flow`;
}
