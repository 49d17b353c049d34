import type { FlowStore } from '../../clients/flow/stores';
import { changedStoreFields } from './mapping/store-fields';
import type { PlannedOrganization, PlannedStore } from './mapping/store-plan';
import type { OwnedWarehouse, PlannedWarehouse } from './mapping/warehouse-plan';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';
import type { ExportLog } from './export-log';

/** What Flow's stores are written with, and what Flow has. */
export interface StoreWriterParts {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly log: ExportLog;
  readonly storesInFlow: readonly FlowStore[];
  readonly warehousesInFlow: readonly OwnedWarehouse[];
}

/** Number series that a new store needs: its member in Flow and the connector's property. */
const NUMBER_SERIES = {
  purchaseNumberSeriesUid: 'PurchaseNumberSeriesUid',
  voucherNumberSeriesUid: 'VoucherNumberSeriesUid',
} as const;

/** Writes one store at a time: its organisation, the store, its warehouses, its price list (Flow, stores page). */
export class StoreWriter {
  private readonly stores: ReadonlyMap<string, FlowStore>;
  private readonly warehouses: ReadonlyMap<string, OwnedWarehouse>;
  private readonly organizationsSeen = new Set<string>();

  constructor(private readonly parts: StoreWriterParts) {
    this.stores = new Map(parts.storesInFlow.map((store) => [store.storeUid, store]));
    this.warehouses = new Map(parts.warehousesInFlow.map((warehouse) => [warehouse.warehouseUid, warehouse]));
  }

  /**
   * Makes a store and its warehouses what they shall be, and writes nothing that is right.
   *
   * @throws SyncError `ConfigurationIncomplete` when the store is new and a number series for it is not configured
   */
  async write(store: PlannedStore, warehouses: readonly PlannedWarehouse[]): Promise<void> {
    const inFlow = this.stores.get(store.storeUid);
    const series = inFlow ? {} : numberSeriesFor(store);
    await this.ensureOrganization(store.organization, store.fields.name);
    const changed = inFlow ? await this.update(store, inFlow) : await this.create(store, series);
    for (const warehouse of warehouses) await this.writeWarehouse(store.storeUid, warehouse);
    const isMoved = await this.setDefaultWarehouse(store.storeUid, inFlow, warehouses[0]);
    if (inFlow) this.parts.log.count('stores', changed || isMoved ? 'updated' : 'unchanged');
    if (store.market.properties.StorePriceListsInFlow) await this.ensurePriceList(store);
  }

  /** An organisation that Flow has is left alone: Omnium tells nothing of it but its number. */
  private async ensureOrganization(
    { organizationUid, organizationNumber }: PlannedOrganization,
    name: string,
  ): Promise<void> {
    const { tenant, attempt, log } = this.parts;
    if (this.organizationsSeen.has(organizationUid)) return;
    const inFlow = await tenant.flow.stores.getOrganization(organizationUid, attempt);
    if (!inFlow) {
      const number = organizationNumber && { vatNumber: organizationNumber, externalId: organizationNumber };
      await tenant.flow.stores.createOrganization({ organizationUid, name, ...number, isActive: true }, attempt);
      log.changed(organizationUid, ['(new organisation)']);
    }
    log.count('organizations', inFlow ? 'unchanged' : 'created');
    this.organizationsSeen.add(organizationUid);
  }

  private async create(
    { storeUid, fields, market }: PlannedStore,
    series: Readonly<Record<string, string>>,
  ): Promise<boolean> {
    const { tenant, attempt, log } = this.parts;
    const salesPriceUid = market.properties.MainPricesListUid;
    await tenant.flow.stores.create({ storeUid, ...fields, salesPriceUid, ...series }, attempt);
    log.count('stores', 'created');
    log.changed(storeUid, ['(new store)']);
    return true;
  }

  private async update({ storeUid, fields }: PlannedStore, inFlow: FlowStore): Promise<boolean> {
    const { tenant, attempt, log } = this.parts;
    const changed = changedStoreFields(fields, inFlow);
    const names = Object.keys(changed);
    if (names.length === 0) return false;
    await tenant.flow.stores.update(storeUid, changed, attempt);
    log.changed(storeUid, names);
    return true;
  }

  private async writeWarehouse(storeUid: string, warehouse: PlannedWarehouse): Promise<void> {
    const { tenant, attempt, log } = this.parts;
    const { warehouseUid, warehouseId: externalId, name } = warehouse;
    const inFlow = this.warehouses.get(warehouseUid);
    if (!inFlow) {
      await tenant.flow.stores.createWarehouse(storeUid, { warehouseUid, name, externalId }, attempt);
      log.count('warehouses', 'created');
      log.changed(warehouseUid, ['(new warehouse)']);
      return;
    }
    const changed = {
      ...(inFlow.name !== name && { name }),
      ...(inFlow.externalId !== externalId && { externalId }),
    };
    const names = Object.keys(changed);
    if (names.length > 0) await tenant.flow.stores.updateWarehouse(storeUid, warehouseUid, changed, attempt);
    log.count('warehouses', names.length > 0 ? 'updated' : 'unchanged');
    log.changed(warehouseUid, names);
  }

  /** Only an update takes these two, so a new store gets them once its warehouses are there. */
  private async setDefaultWarehouse(
    storeUid: string,
    inFlow: FlowStore | undefined,
    first: PlannedWarehouse | undefined,
  ): Promise<boolean> {
    const { tenant, attempt, log } = this.parts;
    if (!first) return false;
    const { warehouseUid } = first;
    const changed = {
      ...(inFlow?.defaultWarehouseUid !== warehouseUid && { defaultWarehouseUid: warehouseUid }),
      ...(inFlow?.defaultReturnWarehouseUid !== warehouseUid && { defaultReturnWarehouseUid: warehouseUid }),
    };
    const names = Object.keys(changed);
    if (names.length === 0) return false;
    await tenant.flow.stores.update(storeUid, changed, attempt);
    if (inFlow) log.changed(storeUid, names);
    return true;
  }

  /** The list that the price export writes the store's own prices to; Flow names it like the store (Flow, stores page). */
  private async ensurePriceList({ storeUid, storeId, fields }: PlannedStore): Promise<void> {
    const { tenant, attempt, log } = this.parts;
    const inFlow = await tenant.flow.stores.getPricelist(storeUid, attempt);
    log.count('priceLists', inFlow ? 'unchanged' : 'created');
    if (inFlow) return;
    await tenant.flow.stores.createPricelist(
      { pricelistUid: storeUid, name: fields.name, externalId: storeId },
      attempt,
    );
    log.changed(storeUid, ['(new price list)']);
  }
}

function numberSeriesFor({ storeId, market }: PlannedStore): Readonly<Record<string, string>> {
  const series = Object.entries(NUMBER_SERIES).map(([member, property]) => {
    const uid = market.properties[property];
    if (uid !== undefined) return [member, uid] as const;
    throw new SyncError(
      'ConfigurationIncomplete',
      `Store ${storeId} is new to Flow, which takes its number series only when a store is made: set the connector's ${property}`,
    );
  });
  return Object.fromEntries(series);
}
