import type { OrderOutcome, SyncOrderInput } from '../contracts/messages';
import { runAttempt } from './attempt';
import { syncOrderToFlow } from './sync-order-to-flow';
import type { TenantRegistry } from './tenants';

/** Every activity that workflows can call. */
export interface Activities {
  /** Makes one Omnium order right in Flow. Converges: it may run any number of times. */
  syncOrderToFlow(input: SyncOrderInput): Promise<OrderOutcome>;
}

/** The activities of the order sync engine, with what they work on. */
export function createOrderActivities(tenants: TenantRegistry): Pick<Activities, 'syncOrderToFlow'> {
  return {
    syncOrderToFlow: (input) =>
      runAttempt(input, (attempt) => syncOrderToFlow(tenants.get(input.tenantUid), input, attempt)),
  };
}
