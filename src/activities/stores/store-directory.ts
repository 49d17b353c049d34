import type { FlowClient } from '../../clients/flow/client';
import type { FlowStore } from '../../clients/flow/stores';
import type { CallContext } from '../../clients/http';
import type { OmniumClient } from '../../clients/omnium/client';
import type { OmniumStore } from '../../clients/omnium/directory';
import type { TenantConfig } from '../../config/types';
import { marketIdOfStore, MarketUnknownError } from '../../domain/country-market';
import { findUidCollisions, stripToUid } from '../../domain/uid';
import { CachedLookup } from '../shared/cached-lookup';
import { SyncError } from '../shared/failures';

/** A store in both systems' words. */
export interface ResolvedStore {
  readonly storeId: string;
  readonly storeUid: string;
  /** ISO 3166 alpha-2, for the public holidays of its country. */
  readonly countryCode: string;
}

const STORES_KEPT_MS = 10 * 60_000;

/**
 * Which store is which: what the configuration names, and for the rest Omnium's list of stores. Primary stores are Flow
 * stores, their uid the id stripped; other warehouses belong to the primary store that lists them (Omnium's Flow plugin,
 * Stores). A stripped uid is never turned back into an id.
 */
export class StoreDirectory {
  private readonly inOmnium: CachedLookup<ReadonlyMap<string, ResolvedStore | 'collides'>>;
  private readonly inFlow: CachedLookup<FlowStore[]>;

  constructor(
    private readonly config: TenantConfig,
    omnium: OmniumClient,
    flow: FlowClient,
  ) {
    this.inOmnium = new CachedLookup(
      async (_, context) => buildStoreTable(config, await omnium.directory.listStores(context)),
      STORES_KEPT_MS,
    );
    this.inFlow = new CachedLookup((_, context) => flow.stores.list(context), STORES_KEPT_MS);
  }

  /**
   * Omnium store or warehouse → Flow store.
   *
   * @throws SyncError `StoreUnknown` or `UidCollision`
   */
  async resolve(storeId: string, context: CallContext): Promise<ResolvedStore> {
    const configured = this.config.stores.find((store) => store.storeId === storeId);
    if (configured) return { ...configured, countryCode: configured.countryCode ?? this.config.countryCode };
    const found = await this.inOmnium.find('stores', context, (stores) => stores.get(storeId));
    if (found === 'collides') {
      throw new SyncError(
        'UidCollision',
        `Store ${storeId} and another store become the same Flow uid; name both under "stores" in the configuration`,
      );
    }
    if (found) return found;
    throw new SyncError(
      'StoreUnknown',
      `Store ${storeId} is neither in the configuration nor among Omnium's stores; add it to one of them`,
    );
  }

  /**
   * Flow store → Omnium store: what the configuration names, else the one store of Omnium that becomes this uid.
   *
   * @throws SyncError `StoreUnknown`
   */
  async resolveUid(storeUid: string, context: CallContext): Promise<ResolvedStore> {
    const configured = this.config.stores.find((store) => store.storeUid === storeUid);
    if (configured) return { ...configured, countryCode: configured.countryCode ?? this.config.countryCode };
    const found = await this.inOmnium.find('stores', context, (stores) =>
      [...stores.values()].find((store) => store !== 'collides' && store.storeUid === storeUid),
    );
    if (found && found !== 'collides') return found;
    throw new SyncError(
      'StoreUnknown',
      `Flow's store ${storeUid} is neither in the configuration nor the one store of Omnium with that uid; name it under "stores"`,
    );
  }

  /**
   * Flow store → Omnium store and market: the market by the store's `externalId` in Flow, else by its country (Flow,
   * architecture page).
   *
   * @throws SyncError `StoreUnknown`, `ConfigurationIncomplete`
   */
  async resolveTill(
    storeUid: string,
    context: CallContext,
  ): Promise<{ readonly storeUid: string; readonly storeId: string; readonly marketId: string }> {
    const { storeId, countryCode } = await this.resolveUid(storeUid, context);
    const inFlow = (await this.inFlow.get('stores', context)).find((store) => store.storeUid === storeUid);
    try {
      const wanted = marketIdOfStore({
        countryCode: inFlow?.countryCode ?? countryCode,
        externalId: inFlow?.externalId,
      });
      const market = this.config.markets.find(({ marketId }) => marketId.toLowerCase() === wanted.toLowerCase());
      if (market) return { storeUid, storeId, marketId: market.marketId };
      throw new SyncError(
        'ConfigurationIncomplete',
        `Market ${wanted} of the store is not among this tenant's markets; add it, or mend the store's externalId in Flow`,
      );
    } catch (error) {
      if (error instanceof MarketUnknownError) throw new SyncError('ConfigurationIncomplete', error.message);
      throw error;
    }
  }
}

/** Omnium's stores as a table from store or warehouse id to Flow store. */
function buildStoreTable(
  config: TenantConfig,
  stores: readonly OmniumStore[],
): ReadonlyMap<string, ResolvedStore | 'collides'> {
  const primary = stores.filter((store) => store.isPrimaryStore);
  const colliding = new Set(findUidCollisions(primary.map(({ id }) => id)).flatMap(({ ids }) => ids));
  const table = new Map<string, ResolvedStore | 'collides'>();
  for (const { id, address } of primary) {
    const countryCode = address?.countryCode ?? config.countryCode;
    table.set(id, colliding.has(id) ? 'collides' : { storeId: id, storeUid: stripToUid(id), countryCode });
  }
  for (const store of primary) {
    const parent = table.get(store.id);
    for (const { warehouseCode } of store.availableWarehouses) {
      if (parent && !table.has(warehouseCode)) table.set(warehouseCode, parent);
    }
  }
  return table;
}
