import { STORES_SIGNAL, type ExportStoresInput, type StoresOutcome } from '../../contracts/stores-messages';
import { runAttempt } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { exportStores } from './export-stores';

/** The activities of the export of stores, with what they work on. */
export interface StoreExportActivities {
  /** Makes Flow's stores of a tenant what Omnium says they are. Converges: it may run any number of times. */
  exportStores(input: ExportStoresInput): Promise<StoresOutcome>;
}

export function createStoreExportActivities(tenants: TenantRegistry): StoreExportActivities {
  return {
    exportStores: (input) =>
      runAttempt({ ...input, signalName: STORES_SIGNAL }, (attempt) =>
        exportStores({ tenant: tenants.get(input.tenantUid), attempt }),
      ),
  };
}
