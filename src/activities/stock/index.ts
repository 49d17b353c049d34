import { Context } from '@temporalio/activity';
import { STOCK_SIGNAL, type StockOutcome, type SyncStockInput } from '../../contracts/stock-messages';
import { runAttempt } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { syncStock } from './sync-stock';

/** The activities of the stock of Flow's stores. */
export interface StockActivities {
  /** Writes what differs towards the store's stock master. Converges: it may run any number of times. */
  syncStock(input: SyncStockInput): Promise<StockOutcome>;
}

export function createStockActivities(tenants: TenantRegistry): StockActivities {
  return {
    syncStock: (input) =>
      runAttempt({ ...input, signalName: STOCK_SIGNAL }, (attempt) =>
        syncStock({ tenant: tenants.get(input.tenantUid), attempt, client: Context.current().client }, input),
      ),
  };
}
