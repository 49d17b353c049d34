import { VendorHttpError } from '../../clients/errors';
import type { FlowStore } from '../../clients/flow/stores';
import type { StoresOutcome } from '../../contracts/stores-messages';
import { planStores, type PlannedStore } from './mapping/store-plan';
import { storesLeftInFlow } from './mapping/stores-left';
import { planWarehouses, type OwnedWarehouse, type WarehousePlan } from './mapping/warehouse-plan';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';
import { ExportLog } from './export-log';
import { StoreWriter } from './store-writer';

/** The connector's implementation that sends stores from Omnium to Flow. */
export const STORE_EXPORTER = 'IStoreExporter';

/** One attempt at the stores of one tenant. */
export interface StoreExportWork {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
}

/**
 * Makes the stores and warehouses of a tenant in Flow what Omnium says they are, all of them together: what a warehouse
 * belongs to, and which ids collide, only shows in the whole. Only what differs is written.
 *
 * A store that Flow refuses does not stop the others; the attempt then fails at its end with the first refusal.
 */
export async function exportStores({ tenant, attempt }: StoreExportWork): Promise<StoresOutcome> {
  const { config, omnium, flow } = tenant;
  if (!config.connector.implementations.includes(STORE_EXPORTER)) {
    return { action: 'skipped', reason: `${STORE_EXPORTER} is not among the connector's implementations`, calls: 0 };
  }
  const [inOmnium, storesInFlow] = await Promise.all([omnium.directory.listStores(attempt), flow.stores.list(attempt)]);
  const plan = planStores(config, inOmnium);
  const warehousesInFlow = await listWarehouses({ tenant, attempt }, storesInFlow);
  const warehouses = planWarehouses({ rules: config, plan, inOmnium, inFlow: warehousesInFlow });
  const left = storesLeftInFlow({ rules: config, plan, inOmnium, inFlow: storesInFlow });
  const log = new ExportLog();
  try {
    const writer = new StoreWriter({ tenant, attempt, log, storesInFlow, warehousesInFlow });
    await writeAll({ stores: plan.stores, warehouses, writer, attempt });
  } finally {
    // Whatever was written, the next question must not be answered from an old table.
    if (log.hasWritten) tenant.warehouses.forget();
  }
  const differences = [...plan.differences, ...warehouses.differences, ...left];
  return log.outcome({ differences, notes: warehouses.shared, calls: attempt.calls });
}

async function listWarehouses(
  { tenant, attempt }: StoreExportWork,
  stores: readonly FlowStore[],
): Promise<readonly OwnedWarehouse[]> {
  const owned: OwnedWarehouse[] = [];
  for (const { storeUid } of stores) {
    const warehouses = await tenant.flow.stores.listWarehouses(storeUid, attempt);
    owned.push(...warehouses.map((warehouse) => ({ ...warehouse, storeUid: warehouse.storeUid ?? storeUid })));
  }
  return owned;
}

async function writeAll(parts: {
  readonly stores: readonly PlannedStore[];
  readonly warehouses: WarehousePlan;
  readonly writer: StoreWriter;
  readonly attempt: Attempt;
}): Promise<void> {
  const { stores, warehouses, writer, attempt } = parts;
  const refusals: { readonly storeUid: string; readonly error: unknown }[] = [];
  for (const store of stores) {
    const { storeUid } = store;
    attempt.signal.throwIfAborted();
    attempt.storeUid = storeUid;
    try {
      await writer.write(store, warehouses.byStore.get(storeUid) ?? []);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusals.push({ storeUid, error });
    }
  }
  const [first] = refusals;
  delete attempt.storeUid;
  if (!first) return;
  attempt.storeUid = first.storeUid;
  throw first.error;
}

/** Something about this one store, so that the others may go on. */
function isRefusal(error: unknown): boolean {
  if (error instanceof SyncError) return true;
  return error instanceof VendorHttpError && [400, 404, 409, 422].includes(error.status);
}
