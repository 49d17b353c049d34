import { CUSTOMER_SIGNAL, type CustomerOutcome, type SyncCustomerInput } from '../../contracts/customer-messages';
import { runAttempt } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { syncCustomer } from './sync-customer';

/** The activities of the customer sync, with what they work on. */
export interface CustomerActivities {
  /** Makes one customer the same in Omnium and Flow. Converges: it may run any number of times. */
  syncCustomer(input: SyncCustomerInput): Promise<CustomerOutcome>;
}

export function createCustomerActivities(tenants: TenantRegistry): CustomerActivities {
  return {
    syncCustomer: (input) =>
      runAttempt({ ...input, signalName: CUSTOMER_SIGNAL }, (attempt) =>
        syncCustomer({ tenant: tenants.get(input.tenantUid), attempt }, input),
      ),
  };
}
