import { LRUCache } from 'lru-cache';
import type { FlowWarehouse } from '../../clients/flow/schemas';
import type { CallContext } from '../../clients/http';
import type { OmniumStore } from '../../clients/omnium/schemas';
import type { MarketConfig, TenantConfig } from '../../config/types';
import { stripToUid } from '../../domain/uid';
import { SyncError } from '../shared/failures';

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

interface WarehouseTable {
  readonly byCode: ReadonlyMap<string, Warehouse>;
  readonly byUid: ReadonlyMap<string, Warehouse>;
  readonly loadedAtMs: number;
}

/** Lists of both systems. */
export interface WarehouseLists {
  readonly omniumStores: (context: CallContext) => Promise<readonly OmniumStore[]>;
  readonly flowStores: (context: CallContext) => Promise<readonly { readonly storeUid: string }[]>;
  readonly flowWarehouses: (storeUid: string, context: CallContext) => Promise<readonly FlowWarehouse[]>;
}

const WAREHOUSES_KEPT_MS = 10 * 60_000;
/** A warehouse that is not in the table may be new; asking again more often than this helps nobody. */
const RELOAD_AFTER_MS = 60_000;

/**
 * Which warehouse is which. Flow's `externalId` holds Omnium's id where we made the warehouse; else the one id of Omnium
 * that becomes this uid. `FlowWebWarehouse` is the market's web warehouse, whatever it is called. A stripped uid is never
 * turned back into an id.
 */
export class WarehouseDirectory {
  private readonly tables: LRUCache<'warehouses', WarehouseTable, CallContext>;

  constructor(
    private readonly tenant: TenantConfig,
    lists: WarehouseLists,
  ) {
    this.tables = new LRUCache({
      max: 1,
      ttl: WAREHOUSES_KEPT_MS,
      fetchMethod: (_key, _stale, { context }) => loadTable(tenant, lists, context),
    });
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
  async find(warehouseCode: string, context: CallContext): Promise<Warehouse | undefined> {
    return await this.lookUp(({ byCode }) => byCode.get(warehouseCode), context);
  }

  /** @throws SyncError `WarehouseUnknown` when no store of Flow owns such a warehouse */
  async resolveUid(warehouseUid: string, context: CallContext): Promise<Warehouse> {
    const found = await this.lookUp(({ byUid }) => byUid.get(warehouseUid), context);
    if (found) return found;
    throw new SyncError('WarehouseUnknown', `No store of Flow owns the warehouse ${warehouseUid}`);
  }

  /** All warehouses that a Flow store owns. */
  async ofStore(storeUid: string, context: CallContext): Promise<readonly Warehouse[]> {
    return (await this.all(context)).filter((warehouse) => warehouse.storeUid === storeUid);
  }

  /** All warehouses of the tenant in Flow. */
  async all(context: CallContext): Promise<readonly Warehouse[]> {
    return [...(await this.load(context, false)).byUid.values()];
  }

  /** Forgets the table: the stores have just been written. */
  forget(): void {
    this.tables.clear();
  }

  private async lookUp(
    find: (table: WarehouseTable) => Warehouse | undefined,
    context: CallContext,
  ): Promise<Warehouse | undefined> {
    const table = await this.load(context, false);
    const found = find(table);
    if (found || Date.now() - table.loadedAtMs < RELOAD_AFTER_MS) return found;
    return find(await this.load(context, true));
  }

  private async load(context: CallContext, forceRefresh: boolean): Promise<WarehouseTable> {
    // Shared by all attempts that wait for it, so the one whose call it is must not abort it for the others.
    const { onCall } = context;
    const table = await this.tables.fetch('warehouses', { forceRefresh, context: { ...(onCall && { onCall }) } });
    if (!table) throw new Error(`the warehouses of ${this.tenant.tenantUid} could not be loaded`);
    return table;
  }
}

async function loadTable(tenant: TenantConfig, lists: WarehouseLists, context: CallContext): Promise<WarehouseTable> {
  const [omniumStores, flowStores] = await Promise.all([lists.omniumStores(context), lists.flowStores(context)]);
  const warehouses: Warehouse[] = [];
  for (const { storeUid } of flowStores) {
    for (const inFlow of await lists.flowWarehouses(storeUid, context)) {
      warehouses.push(pairUp(tenant, { ...inFlow, storeUid }, omniumStores));
    }
  }
  return {
    byCode: new Map(warehouses.map((warehouse) => [warehouse.warehouseCode, warehouse])),
    byUid: new Map(warehouses.map((warehouse) => [warehouse.warehouseUid, warehouse])),
    loadedAtMs: Date.now(),
  };
}

function pairUp(
  tenant: TenantConfig,
  inFlow: Pick<FlowWarehouse, 'warehouseUid' | 'externalId'> & { readonly storeUid: string },
  omniumStores: readonly OmniumStore[],
): Warehouse {
  const { warehouseUid, storeUid } = inFlow;
  const inOmnium = findInOmnium(tenant, inFlow, omniumStores);
  const market = marketOf(tenant, inOmnium ?? omniumStores.find(({ id }) => uidOf(id) === storeUid));
  const warehouseCode = inOmnium?.id ?? warehouseUid;
  return { warehouseCode, isInOmnium: inOmnium !== undefined, warehouseUid, storeUid, market };
}

function findInOmnium(
  tenant: TenantConfig,
  { warehouseUid, externalId }: Pick<FlowWarehouse, 'warehouseUid' | 'externalId'>,
  omniumStores: readonly OmniumStore[],
): OmniumStore | undefined {
  const webMarket = tenant.markets.find(({ properties }) => properties.FlowWebWarehouse === warehouseUid);
  if (webMarket) {
    const web = omniumStores.find(
      (store) => store.isWebWarehouse === true && store.availableOnMarkets.some((id) => isSame(id, webMarket.marketId)),
    );
    if (web) return web;
  }
  const candidates = omniumStores.filter(({ isWarehouse }) => isWarehouse === true);
  const byExternalId = candidates.find(({ id }) => id === externalId);
  if (byExternalId) return byExternalId;
  const byUid = candidates.filter(({ id }) => uidOf(id) === warehouseUid);
  return byUid.length === 1 ? byUid[0] : undefined;
}

function marketOf({ markets }: TenantConfig, store: OmniumStore | undefined): MarketConfig {
  const own = markets.find(({ marketId }) => store?.availableOnMarkets.some((id) => isSame(id, marketId)));
  const market = own ?? markets[0];
  if (!market) throw new SyncError('ConfigurationIncomplete', 'The tenant has no market');
  return market;
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** An id that leaves nothing for a uid is nobody's. */
function uidOf(id: string): string | undefined {
  return /[A-Za-z0-9_]/.test(id) ? stripToUid(id) : undefined;
}
