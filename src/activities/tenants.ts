import { FlowClient } from '../clients/flow/client';
import { OmniumClient } from '../clients/omnium/client';
import type { IntegrationConfig, TenantConfig } from '../config/types';
import { SyncError } from './errors';
import { PaymentMethodDirectory } from './payment-methods';
import { StoreDirectory } from './stores';

/** Everything an activity needs to work for one tenant. */
export interface Tenant {
  readonly config: TenantConfig;
  readonly omnium: OmniumClient;
  readonly flow: FlowClient;
  readonly stores: StoreDirectory;
  readonly paymentMethods: PaymentMethodDirectory;
}

/** The tenants of this process, each with its clients and reference data. Made once, by the composition root. */
export class TenantRegistry {
  constructor(private readonly tenants: ReadonlyMap<string, Tenant>) {}

  /** @throws SyncError `ConfigurationIncomplete` for a tenant this worker does not know */
  get(tenantUid: string): Tenant {
    const tenant = this.tenants.get(tenantUid);
    if (!tenant) {
      throw new SyncError('ConfigurationIncomplete', `Tenant ${tenantUid} is not in this worker's configuration`);
    }
    return tenant;
  }
}
