import { LRUCache } from 'lru-cache';
import type { CallContext } from '../../clients/http';
import type { OmniumStore } from '../../clients/omnium/schemas';
import type { TenantConfig } from '../../config/types';
import { findUidCollisions, stripToUid } from '../../domain/uid';
import { SyncError } from '../shared/failures';

/** A store in both systems' words. */
export interface ResolvedStore {
  readonly storeId: string;
  readonly storeUid: string;
  /** ISO 3166 alpha-2, for the public holidays of its country. */
  readonly countryCode: string;
}

type StoreTable = ReadonlyMap<string, ResolvedStore | 'collides'>;

const STORES_KEPT_MS = 10 * 60_000;
/** A store that is not in the table may be new; asking Omnium again more often than this helps nobody. */
const RELOAD_AFTER_MS = 60_000;

/**
 * Omnium store or warehouse id → Flow store: what the configuration names, and for the rest Omnium's list of stores.
 * Primary stores are Flow stores, their uid the id stripped; other warehouses belong to the primary store that lists
 * them (Omnium's Flow plugin, Stores). A stripped uid is never turned back into an id.
 */
export class StoreDirectory {
  private readonly tables: LRUCache<'stores', StoreTable, CallContext>;
  private loadedAt = 0;

  constructor(
    private readonly tenant: TenantConfig,
    listStores: (context: CallContext) => Promise<OmniumStore[]>,
  ) {
    this.tables = new LRUCache({
      max: 1,
      ttl: STORES_KEPT_MS,
      fetchMethod: async (_key, _stale, { context }) => {
        const table = buildStoreTable(tenant, await listStores(context));
        this.loadedAt = Date.now();
        return table;
      },
    });
  }

  /** @throws SyncError `StoreUnknown` or `UidCollision` */
  async resolve(storeId: string, context: CallContext): Promise<ResolvedStore> {
    const configured = this.tenant.stores.find((store) => store.storeId === storeId);
    if (configured) return { ...configured, countryCode: configured.countryCode ?? this.tenant.countryCode };
    let found = (await this.load(context, false)).get(storeId);
    if (!found && Date.now() - this.loadedAt > RELOAD_AFTER_MS) found = (await this.load(context, true)).get(storeId);
    if (found === 'collides') {
      throw new SyncError(
        'UidCollision',
        `Store ${storeId} and another store become the same Flow uid; name both under "stores" in the configuration`,
      );
    }
    if (!found) {
      throw new SyncError(
        'StoreUnknown',
        `Store ${storeId} is neither in the configuration nor among Omnium's stores; add it to one of them`,
      );
    }
    return found;
  }

  /**
   * Flow store → Omnium store: what the configuration names, else the one store of Omnium that becomes this uid.
   *
   * @throws SyncError `StoreUnknown` or `UidCollision`
   */
  async resolveUid(storeUid: string, context: CallContext): Promise<ResolvedStore> {
    const configured = this.tenant.stores.find((store) => store.storeUid === storeUid);
    if (configured) return { ...configured, countryCode: configured.countryCode ?? this.tenant.countryCode };
    const find = (table: StoreTable): ResolvedStore | undefined =>
      [...table.values()].find((store): store is ResolvedStore => store !== 'collides' && store.storeUid === storeUid);
    let found = find(await this.load(context, false));
    if (!found && Date.now() - this.loadedAt > RELOAD_AFTER_MS) found = find(await this.load(context, true));
    if (!found) {
      throw new SyncError(
        'StoreUnknown',
        `Flow's store ${storeUid} is neither in the configuration nor the one store of Omnium with that uid; name it under "stores"`,
      );
    }
    return found;
  }

  private async load(context: CallContext, forceRefresh: boolean): Promise<StoreTable> {
    // Shared by all attempts that wait for it, so the one whose call it is must not abort it for the others.
    const { onCall } = context;
    const table = await this.tables.fetch('stores', { forceRefresh, context: { ...(onCall && { onCall }) } });
    return table ?? new Map<string, ResolvedStore>();
  }
}

/** Omnium's stores as a table from store or warehouse id to Flow store. */
export function buildStoreTable(tenant: TenantConfig, stores: readonly OmniumStore[]): StoreTable {
  const primary = stores.filter((store) => store.isPrimaryStore);
  const colliding = new Set(findUidCollisions(primary.map((store) => store.id)).flatMap((collision) => collision.ids));
  const table = new Map<string, ResolvedStore | 'collides'>();
  for (const store of primary) {
    const countryCode = store.address?.countryCode ?? tenant.countryCode;
    const resolved = colliding.has(store.id)
      ? 'collides'
      : { storeId: store.id, storeUid: stripToUid(store.id), countryCode };
    table.set(store.id, resolved);
  }
  for (const store of primary) {
    const parent = table.get(store.id);
    for (const { warehouseCode } of store.availableWarehouses) {
      if (parent && !table.has(warehouseCode)) table.set(warehouseCode, parent);
    }
  }
  return table;
}
