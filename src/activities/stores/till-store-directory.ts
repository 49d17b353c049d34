import { LRUCache } from 'lru-cache';
import type { FlowStore } from '../../clients/flow/schemas';
import type { CallContext } from '../../clients/http';
import type { TenantConfig } from '../../config/types';
import { marketIdOfStore, MarketUnknownError } from '../../domain/country-market';
import { SyncError } from '../shared/failures';
import type { StoreDirectory } from './store-directory';

/** A store of Flow in Omnium's words. */
export interface TillStore {
  readonly storeUid: string;
  readonly storeId: string;
  readonly marketId: string;
}

const STORES_KEPT_MS = 10 * 60_000;

/**
 * Flow store → Omnium store and market. The store by the same table that leads the other way, never by turning a uid
 * back; the market by the store's `externalId` in Flow, else by its country (Flow, architecture page).
 */
export class TillStoreDirectory {
  private readonly ofFlow: LRUCache<'stores', ReadonlyMap<string, FlowStore>, CallContext>;

  constructor(
    private readonly tenant: TenantConfig,
    private readonly stores: StoreDirectory,
    listStores: (context: CallContext) => Promise<FlowStore[]>,
  ) {
    this.ofFlow = new LRUCache({
      max: 1,
      ttl: STORES_KEPT_MS,
      fetchMethod: async (_key, _stale, { context }) =>
        new Map((await listStores(context)).map((store) => [store.storeUid, store])),
    });
  }

  /** @throws SyncError `StoreUnknown`, `UidCollision`, `ConfigurationIncomplete` */
  async resolve(storeUid: string, context: CallContext): Promise<TillStore> {
    const { storeId, countryCode } = await this.stores.resolveUid(storeUid, context);
    const shared: CallContext = context.onCall ? { onCall: context.onCall } : {};
    const inFlow = (await this.ofFlow.fetch('stores', { context: shared }))?.get(storeUid);
    return { storeUid, storeId, marketId: this.marketOf({ countryCode, ...inFlow }) };
  }

  private marketOf(store: {
    readonly countryCode?: string | undefined;
    readonly externalId?: string | undefined;
  }): string {
    const countryCode = store.countryCode ?? this.tenant.countryCode;
    try {
      const wanted = marketIdOfStore({ countryCode, externalId: store.externalId });
      const market = this.tenant.markets.find(({ marketId }) => marketId.toLowerCase() === wanted.toLowerCase());
      if (market) return market.marketId;
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
