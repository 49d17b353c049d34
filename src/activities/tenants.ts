import { FlowClient } from '../clients/flow/client';
import { OmniumSessions } from '../clients/omnium/auth';
import { OmniumClient } from '../clients/omnium/client';
import { marketIdsOf } from '../config/connector';
import type { TenantConfig } from '../config/types';
import { SyncError } from './shared/failures';
import type { OmniumOrderType } from '../clients/omnium/directory';
import { orderTypesOf } from './orders/order-statuses';
import type { CachedLookup } from './shared/cached-lookup';
import { PaymentMethodDirectory } from './orders/payment-methods';
import { CatalogueDirectory } from './catalogue/catalogue-directory';
import { StoreDirectory } from './stores/store-directory';
import { WarehouseDirectory } from './stores/warehouse-directory';

/** Everything an activity needs to work for one tenant. */
export interface Tenant {
  readonly config: TenantConfig;
  readonly omnium: OmniumClient;
  readonly flow: FlowClient;
  readonly stores: StoreDirectory;
  readonly warehouses: WarehouseDirectory;
  readonly orderTypes: CachedLookup<readonly OmniumOrderType[]>;
  readonly paymentMethods: PaymentMethodDirectory;
  readonly catalogue: CatalogueDirectory;
}

/** A share of 0.3 of ten is three, whatever comes out in the last digit. */
const ROUNDING = 1e-9;

/**
 * The tenants of one process, each with its clients and reference data. Tenants with the same Omnium credentials share
 * one token and one rate limit, as Omnium counts by API user.
 */
export class TenantRegistry {
  private readonly sessions: OmniumSessions;
  private readonly tenants: ReadonlyMap<string, Tenant>;

  /** @param share the part of the vendors' limits that this process may use, from 0 to 1: others use the rest */
  constructor(
    tenants: readonly TenantConfig[],
    private readonly share = 1,
  ) {
    this.sessions = new OmniumSessions({ share });
    this.tenants = new Map(tenants.map((config) => [config.tenantUid, this.open(config)]));
  }

  /** @throws SyncError `ConfigurationIncomplete` for a tenant this worker does not know */
  get(tenantUid: string): Tenant {
    const tenant = this.tenants.get(tenantUid);
    if (!tenant) {
      throw new SyncError('ConfigurationIncomplete', `Tenant ${tenantUid} is not in this worker's configuration`);
    }
    return tenant;
  }

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await Promise.all([...this.tenants.values()].flatMap(({ omnium, flow }) => [omnium.close(), flow.close()]));
    await this.sessions.close();
  }

  private shareOf<C extends { readonly maxConcurrentRequests: number }>(connection: C): C {
    const ours = Math.floor(connection.maxConcurrentRequests * this.share + ROUNDING);
    return { ...connection, maxConcurrentRequests: Math.max(ours, 1) };
  }

  private open(config: TenantConfig): Tenant {
    const flow = new FlowClient({ ...this.shareOf(config.flow), tenantUid: config.tenantUid });
    const omnium = new OmniumClient({
      ...this.shareOf(config.omnium),
      party: config.tenantUid,
      clientId: config.settings.OMNIUM_CLIENT_ID,
      clientSecret: config.settings.OMNIUM_CLIENT_SECRET,
      sessions: this.sessions,
    });
    const stores = new StoreDirectory(config, omnium, flow);
    const warehouses = new WarehouseDirectory(config, omnium, flow);
    const paymentMethods = new PaymentMethodDirectory(flow.directory, config.orders.prepaymentSettlementCode);
    const orderTypes = orderTypesOf(omnium);
    const catalogue = new CatalogueDirectory({ omnium, flow }, marketIdsOf(config));
    return { config, omnium, flow, stores, warehouses, orderTypes, paymentMethods, catalogue };
  }
}
