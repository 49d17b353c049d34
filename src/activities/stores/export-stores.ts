import type { FlowStore } from '../../clients/flow/stores';
import { concernsRecord } from '../../contracts/failure-types';
import type { ExportStoresInput, ExportTally, StoresOutcome } from '../../contracts/kinds/stores';
import { compact } from '../../domain/compact';
import { failureTypeOf, SyncError } from '../shared/failures';
import { runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { changedStoreFields } from './mapping/store-fields';
import { planStores, storesLeftInFlow, type PlannedStore } from './mapping/store-plan';
import { planWarehouses, type OwnedWarehouse, type PlannedWarehouse } from './mapping/warehouse-plan';

/** The connector's implementation that sends stores from Omnium to Flow. */
const STORE_EXPORTER = 'IStoreExporter';

/** Number series that a new store needs: its member in Flow and the connector's property. */
const NUMBER_SERIES = [
  ['purchaseNumberSeriesUid', 'PurchaseNumberSeriesUid'],
  ['voucherNumberSeriesUid', 'VoucherNumberSeriesUid'],
] as const;

/** Names and sentences are shown on the page of the stores; more of them help no reader. */
const MOST_SHOWN = 20;

/** What Flow has, by uid, and what has been written so far. */
interface Run {
  readonly stores: ReadonlyMap<string, FlowStore>;
  readonly warehouses: ReadonlyMap<string, OwnedWarehouse>;
  /** Companies that have been made sure of. */
  readonly organizations: Set<string>;
  readonly tallies: Partial<Record<'organizations' | 'stores' | 'warehouses' | 'priceLists', ExportTally>>;
  /** E.g. `oslocity openingHours`. */
  readonly changedFields: string[];
}

/** The activity of the export of stores. It converges: it may run any number of times. */
export function createStoreExportActivities(tenants: TenantRegistry): {
  exportStores(input: ExportStoresInput): Promise<StoresOutcome>;
} {
  return {
    exportStores: (input) => runSync(tenants, input, exportStores),
  };
}

/**
 * Makes the stores and warehouses of a tenant in Flow what Omnium says they are, all of them together: what a warehouse
 * belongs to, and which ids collide, only shows in the whole. Only what differs is written.
 *
 * A store that Flow refuses does not stop the others; the attempt then fails at its end with the first refusal.
 */
export async function exportStores(context: SyncContext): Promise<StoresOutcome> {
  const { config, omnium, flow, warehouses: directory } = context.tenant;
  if (!config.connector.implementations.includes(STORE_EXPORTER)) {
    return { action: 'skipped', reason: `${STORE_EXPORTER} is not among the connector's implementations`, calls: 0 };
  }
  const [inOmnium, storesInFlow] = await Promise.all([omnium.directory.listStores(context), flow.stores.list(context)]);
  const warehousesInFlow: OwnedWarehouse[] = [];
  for (const { storeUid } of storesInFlow) {
    const owned = await flow.stores.listWarehouses(storeUid, context);
    warehousesInFlow.push(...owned.map((warehouse) => ({ ...warehouse, storeUid: warehouse.storeUid ?? storeUid })));
  }
  const plan = planStores(config, inOmnium);
  const warehouses = planWarehouses(config, plan.stores, inOmnium, warehousesInFlow);
  const run: Run = {
    stores: new Map(storesInFlow.map((store) => [store.storeUid, store])),
    warehouses: new Map(warehousesInFlow.map((warehouse) => [warehouse.warehouseUid, warehouse])),
    organizations: new Set(),
    tallies: {},
    changedFields: [],
  };
  const refusals: { readonly storeUid: string; readonly error: unknown }[] = [];
  try {
    for (const store of plan.stores) {
      context.signal.throwIfAborted();
      context.storeUid = store.storeUid;
      await writeStore(context, run, store, warehouses.byStore.get(store.storeUid) ?? []).catch((error: unknown) => {
        // What is about this one store does not concern the others.
        if (!concernsRecord(failureTypeOf(error))) throw error;
        refusals.push({ storeUid: store.storeUid, error });
      });
    }
  } finally {
    // Whatever was written, the next question must not be answered from an old table.
    if (hasWritten(run)) directory.forget();
  }
  delete context.storeUid;
  const [refusal] = refusals;
  if (refusal) {
    context.storeUid = refusal.storeUid;
    throw refusal.error;
  }
  const left = storesLeftInFlow(config, plan.stores, inOmnium, storesInFlow);
  return {
    action: hasWritten(run) ? 'exported' : 'unchanged',
    ...run.tallies,
    ...compact({
      changedFields: run.changedFields.length > 0 ? run.changedFields.slice(0, MOST_SHOWN) : undefined,
      differences: shortened([...plan.differences, ...warehouses.differences, ...left]),
      notes: shortened(warehouses.shared),
    }),
    calls: context.calls,
  };
}

function hasWritten({ tallies }: Run): boolean {
  return Object.values(tallies).some(({ created, updated }) => created + updated > 0);
}

function count({ tallies }: Run, kind: keyof Run['tallies'], what: keyof ExportTally): void {
  const tally = tallies[kind] ?? { created: 0, updated: 0, unchanged: 0 };
  tallies[kind] = { ...tally, [what]: tally[what] + 1 };
}

function shortened(sentences: readonly string[]): readonly string[] | undefined {
  if (sentences.length === 0) return undefined;
  if (sentences.length <= MOST_SHOWN) return sentences;
  const shown = sentences.slice(0, MOST_SHOWN - 1);
  return [...shown, `and ${sentences.length - shown.length} more`];
}

/**
 * Writes one store: its company, the store, its warehouses, its price list (Flow, stores page), and nothing that is right.
 *
 * @throws SyncError `ConfigurationIncomplete` when the store is new and a number series for it is not configured
 */
async function writeStore(
  context: SyncContext,
  run: Run,
  store: PlannedStore,
  warehouses: readonly PlannedWarehouse[],
): Promise<void> {
  const flow = context.tenant.flow.stores;
  const { storeId, storeUid, fields, market, organizationNumber } = store;
  const inFlow = run.stores.get(storeUid);
  const series = inFlow ? {} : numberSeriesFor(store);

  // A company that Flow has is left alone: Omnium tells nothing of it but its number.
  const { organizationUid } = fields;
  if (!run.organizations.has(organizationUid)) {
    const existing = await flow.getOrganization(organizationUid, context);
    if (!existing) {
      const number = organizationNumber && { vatNumber: organizationNumber, externalId: organizationNumber };
      await flow.createOrganization({ organizationUid, name: fields.name, ...number, isActive: true }, context);
      run.changedFields.push(`${organizationUid} (new organisation)`);
    }
    count(run, 'organizations', existing ? 'unchanged' : 'created');
    run.organizations.add(organizationUid);
  }

  const changes = inFlow ? changedStoreFields(fields, inFlow) : {};
  const changed = Object.keys(changes);
  if (!inFlow) {
    await flow.create({ storeUid, ...fields, salesPriceUid: market.properties.MainPricesListUid, ...series }, context);
    count(run, 'stores', 'created');
    run.changedFields.push(`${storeUid} (new store)`);
  } else if (changed.length > 0) {
    await flow.update(storeUid, changes, context);
  }
  run.changedFields.push(...changed.map((field) => `${storeUid} ${field}`));

  for (const warehouse of warehouses) await writeWarehouse(context, run, storeUid, warehouse);

  // Only an update takes these two, so a new store gets them once its warehouses are there.
  const first = warehouses[0]?.warehouseUid;
  const defaults = compact({
    defaultWarehouseUid: inFlow?.defaultWarehouseUid === first ? undefined : first,
    defaultReturnWarehouseUid: inFlow?.defaultReturnWarehouseUid === first ? undefined : first,
  });
  const moved = Object.keys(defaults);
  if (moved.length > 0) await flow.update(storeUid, defaults, context);
  if (inFlow) {
    run.changedFields.push(...moved.map((field) => `${storeUid} ${field}`));
    count(run, 'stores', changed.length + moved.length > 0 ? 'updated' : 'unchanged');
  }

  // The list that the price export writes the store's own prices to; Flow names it like the store (Flow, stores page).
  if (!market.properties.StorePriceListsInFlow) return;
  const list = await flow.getPricelist(storeUid, context);
  count(run, 'priceLists', list ? 'unchanged' : 'created');
  if (list) return;
  await flow.createPricelist({ pricelistUid: storeUid, name: fields.name, externalId: storeId }, context);
  run.changedFields.push(`${storeUid} (new price list)`);
}

async function writeWarehouse(
  context: SyncContext,
  run: Run,
  storeUid: string,
  { warehouseUid, warehouseId: externalId, name }: PlannedWarehouse,
): Promise<void> {
  const flow = context.tenant.flow.stores;
  const inFlow = run.warehouses.get(warehouseUid);
  if (!inFlow) {
    await flow.createWarehouse(storeUid, { warehouseUid, name, externalId }, context);
    count(run, 'warehouses', 'created');
    run.changedFields.push(`${warehouseUid} (new warehouse)`);
    return;
  }
  const changed = compact({
    name: inFlow.name === name ? undefined : name,
    externalId: inFlow.externalId === externalId ? undefined : externalId,
  });
  const fields = Object.keys(changed);
  if (fields.length > 0) await flow.updateWarehouse(storeUid, warehouseUid, changed, context);
  count(run, 'warehouses', fields.length > 0 ? 'updated' : 'unchanged');
  run.changedFields.push(...fields.map((field) => `${warehouseUid} ${field}`));
}

function numberSeriesFor({ storeId, market }: PlannedStore): Readonly<Record<string, string>> {
  return Object.fromEntries(
    NUMBER_SERIES.map(([member, property]) => {
      const uid = market.properties[property];
      if (uid !== undefined) return [member, uid];
      throw new SyncError(
        'ConfigurationIncomplete',
        `Store ${storeId} is new to Flow, which takes its number series only when a store is made: set the connector's ${property}`,
      );
    }),
  );
}
