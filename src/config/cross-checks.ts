import { findUidCollisions } from '../domain/uid';
import { checkCatalogue } from './catalogue-checks';
import { type ConfigPath, type IssueList } from './configuration-error';
import {
  CATALOGUE_TASKS,
  CATEGORY_TASK,
  INVENTORY_EXPORTER,
  INVENTORY_TASK,
  PRODUCT_EXPORTER,
  PROPERTY_DEFINITIONS,
  PROPERTY_NAMES,
  type PropertyName,
  PURCHASE_ORDER_EXPORTERS,
} from './connector-definitions';
import { overlay, type PropertyValues } from './connector-properties';
import { type MarketDraft, type TenantDraft } from './read-tenant';

/** The property that lets stock levels pass from Omnium to Flow. */
const STOCK_GATE: PropertyName = 'OmniumIsMasterForStock';

/** What has to fit together within one tenant. Looks only at parts that could be read. */
export function checkTenant(tenant: TenantDraft, issues: IssueList): void {
  checkMarkets(tenant, issues);
  checkRequiredProperties(tenant, issues);
  checkTenantUid(tenant, issues);
  checkExports(tenant, issues);
  checkStores(tenant, issues);
  checkTillStatuses(tenant, issues);
  checkCatalogue(tenant, issues);
}

function checkMarkets(tenant: TenantDraft, issues: IssueList): void {
  const markets = readMarkets(tenant);
  for (const market of markets) {
    if (tenant.currency !== undefined && market.currency !== tenant.currency) {
      issues.add(
        [...market.path, 'currency'],
        "must be the tenant's: all amounts of a Flow tenant are in one currency",
      );
    }
  }
  reportRepeated(
    markets.map((market) => ({ name: market.marketId, path: [...market.path, 'marketId'] })),
    issues,
  );
  if (isOn(tenant.properties, 'UseMarketGroupFlowTenants')) checkSharedTenant(markets, issues);
  else if ((tenant.markets?.length ?? 0) > 1) {
    issues.add(
      [...tenant.path, 'markets'],
      'a tenant has one market, unless UseMarketGroupFlowTenants is "true" and its markets are of one market group',
    );
  }
}

/** Markets that share a tenant are of one group. */
function checkSharedTenant(markets: readonly MarketDraft[], issues: IssueList): void {
  const group = markets.find((market) => market.marketGroupId !== undefined)?.marketGroupId;
  for (const market of markets) {
    const path = [...market.path, 'marketGroupId'];
    if (market.marketGroupId === undefined) issues.add(path, 'is required with UseMarketGroupFlowTenants');
    else if (market.marketGroupId !== group) {
      issues.add(path, 'must be the same for all markets of the tenant, with UseMarketGroupFlowTenants');
    }
  }
}

/** Always and conditionally required properties: on the connector, or on every market. */
function checkRequiredProperties(tenant: TenantDraft, issues: IssueList): void {
  if (!tenant.hasProperties) return;
  const markets = readMarkets(tenant);
  for (const [name, reason] of requiredProperties(tenant)) {
    if (tenant.properties.present.has(name)) continue;
    const lacking = markets.filter((market) => !market.own.present.has(name));
    const places =
      lacking.length === markets.length ? [[...tenant.path, 'connector']] : lacking.map(({ path }) => path);
    for (const path of places) issues.add([...path, 'properties'], `${name} is required${reason}`);
  }
}

function requiredProperties({ connector, settings }: TenantDraft): ReadonlyMap<PropertyName, string> {
  const required = new Map<PropertyName, string>();
  for (const name of PROPERTY_NAMES) if (PROPERTY_DEFINITIONS[name].isRequired) required.set(name, '');
  const implementations = connector?.implementations ?? [];
  const poExporter = implementations.find((name) => PURCHASE_ORDER_EXPORTERS.includes(name));
  if (poExporter) required.set('PurchaseNumberSeriesUid', `, because ${poExporter} is among the implementations`);
  if (settings?.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM && implementations.includes('IStoreExporter')) {
    required.set(
      'VoucherNumberSeriesUid',
      ', because OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is true and IStoreExporter is among the implementations',
    );
  }
  return required;
}

function checkTenantUid(tenant: TenantDraft, issues: IssueList): void {
  if (tenant.tenantUid === undefined) return;
  for (const values of [tenant.properties, ...readMarkets(tenant).map((market) => market.own)]) {
    const property = values.single.get('DefaultTenantUid');
    if (property && property.value !== tenant.tenantUid) {
      issues.add(property.path, 'DefaultTenantUid must be the tenantUid of the tenant it stands under');
    }
  }
}

function checkExports(tenant: TenantDraft, issues: IssueList): void {
  if (!tenant.connector) return;
  const path = [...tenant.path, 'connector'];
  const { implementations, scheduledTasks } = tenant.connector;
  reportRepeated(
    implementations.map((name, index) => ({ name, path: [...path, 'implementations', index] })),
    issues,
  );
  reportRepeated(
    scheduledTasks.map((task, index) => ({
      name: task.implementationType,
      path: [...path, 'scheduledTasks', index, 'implementationType'],
    })),
    issues,
  );
  const anywhere = effectiveProperties(tenant);
  scheduledTasks.forEach(({ implementationType: name, isDisabled }, index) => {
    const at = [...path, 'scheduledTasks', index];
    if (isDisabled) return;
    if (name === CATEGORY_TASK && !anywhere.some((values) => isOn(values, 'SyncCategoriesToFlow'))) {
      issues.add(at, `${CATEGORY_TASK} needs SyncCategoriesToFlow to be "true"`);
    }
    if (CATALOGUE_TASKS.includes(name) && !implementations.includes(PRODUCT_EXPORTER)) {
      issues.add(at, `${name} needs ${PRODUCT_EXPORTER} among the implementations`);
    }
    if (name === INVENTORY_TASK && !implementations.includes(INVENTORY_EXPORTER)) {
      issues.add(at, `${INVENTORY_TASK} needs ${INVENTORY_EXPORTER} among the implementations`);
    }
  });
  for (const [property, exporter] of EXPORTER_OF_PROPERTY) {
    if (implementations.includes(exporter) || !anywhere.some((values) => isOn(values, property))) continue;
    issues.add([...path, 'implementations'], `${property} needs ${exporter} among the implementations`);
  }
  checkStockExport(tenant, tenant.connector, issues);
}

/** Switches that do nothing unless something is exported. */
const EXPORTER_OF_PROPERTY: readonly (readonly [PropertyName, exporter: string])[] = [
  ['ExportDeliveryAsPo', 'IDeliveryExporter'],
  ['UseCostPriceListInInventoryExport', INVENTORY_EXPORTER],
  ['StorePriceListsInFlow', 'IStoreExporter'],
  ['CreatePackageSlots', PRODUCT_EXPORTER],
];

/**
 * OmniumIsMasterForStock is the gate before every stock level on its way to Flow, and it is closed by default: an export
 * that is set up behind a closed gate would run for ever and send nothing.
 */
function checkStockExport(
  tenant: TenantDraft,
  { implementations, scheduledTasks }: NonNullable<TenantDraft['connector']>,
  issues: IssueList,
): void {
  const isExported = implementations.includes(INVENTORY_EXPORTER);
  const isScheduled = scheduledTasks.some((task) => task.implementationType === INVENTORY_TASK && !task.isDisabled);
  if (!isExported && !isScheduled) return;
  const lists = [tenant.properties, ...readMarkets(tenant).map((market) => market.own)];
  const isUnreadable = lists.some(({ present, single }) => present.has(STOCK_GATE) && !single.has(STOCK_GATE));
  if (isUnreadable || effectiveProperties(tenant).some((values) => isOn(values, STOCK_GATE))) return;
  const why = isExported ? `${INVENTORY_EXPORTER} is among the implementations` : `${INVENTORY_TASK} is scheduled`;
  issues.add(
    [...tenant.path, 'connector', 'properties'],
    `${STOCK_GATE} must be "true", here or on a market, because ${why}: without it no stock level is sent to Flow; if none shall be, take the exporter and its task away`,
  );
}

function checkStores(tenant: TenantDraft, issues: IssueList): void {
  const stores = (tenant.stores ?? []).filter((store) => store !== undefined);
  reportRepeated(
    stores.map((store) => ({ name: store.storeId, path: [...store.path, 'storeId'] })),
    issues,
  );
  const webWarehouses = new Set(effectiveProperties(tenant).map(({ single }) => single.get('FlowWebWarehouse')?.value));
  for (const { storeUid, settings, path } of stores) {
    if (!settings.OMNIUM_FLOW_STOCK_MASTER || !webWarehouses.has(storeUid)) continue;
    issues.add(
      [...path, 'settings', 'OMNIUM_FLOW_STOCK_MASTER'],
      'FlowWebWarehouse names this one: it holds the stock of the web shop, of which Omnium is the master',
    );
  }
  // By pairs of id and uid: a store listed twice has been reported above.
  const uidOf = new Map(stores.map((store) => [store.storeId, store.storeUid]));
  for (const { uid, ids } of findUidCollisions(uidOf.keys(), (id) => uidOf.get(id) ?? '')) {
    const [first, ...others] = ids;
    for (const id of others) {
      const store = stores.find(({ storeId }) => storeId === id);
      if (store)
        issues.add(
          [...store.path, 'storeUid'],
          `the stores "${first}" and "${id}" both become "${uid}" in Flow: set storeUid`,
        );
    }
  }
}

/**
 * A status that we write comes back with Omnium's next event, so it has to mean there what it meant at the till: else an
 * order that was handed over would be cancelled at the till, or a cancelled one parked there again.
 */
function checkTillStatuses({ orders, path }: TenantDraft, issues: IssueList): void {
  if (!orders) return;
  const { till } = orders;
  const cancelled = new Set(orders.cancelledStatuses.map((status) => status.toLowerCase()));
  for (const name of ['handedOverStatus', 'partlyHandedOverStatus'] as const) {
    if (!cancelled.has(till[name]?.toLowerCase() ?? '')) continue;
    issues.add([...path, 'orders', 'till', name], 'is among orders.cancelledStatuses: it would cancel the order');
  }
  for (const name of ['cancelledStatus', 'expiredStatus'] as const) {
    if (cancelled.has(till[name].toLowerCase())) continue;
    issues.add(
      [...path, 'orders', 'till', name],
      'must be among orders.cancelledStatuses: else the order would come back to the till as an open one',
    );
  }
}

/** What has to fit together between the tenants. */
export function checkTenants(tenants: readonly (TenantDraft | undefined)[], issues: IssueList): void {
  const read = tenants.filter((tenant) => tenant !== undefined);
  reportRepeated(
    read.flatMap(({ tenantUid, path }) =>
      tenantUid === undefined ? [] : [{ name: tenantUid, path: [...path, 'tenantUid'] }],
    ),
    issues,
  );
  const claims = { market: new Map<string, TenantDraft>(), store: new Map<string, TenantDraft>() };
  for (const tenant of read) {
    for (const market of readMarkets(tenant)) {
      claim(claims.market, { tenant, id: market.marketId, path: [...market.path, 'marketId'] }, issues);
    }
    for (const store of tenant.stores ?? []) {
      if (store) claim(claims.store, { tenant, id: store.storeId, path: [...store.path, 'storeId'] }, issues);
    }
  }
}

interface Claim {
  readonly tenant: TenantDraft;
  readonly id: string;
  readonly path: ConfigPath;
}

/** A market or store of one Omnium account belongs to one Flow tenant. */
function claim(owners: Map<string, TenantDraft>, { tenant, id, path }: Claim, issues: IssueList): void {
  if (!tenant.omnium || !tenant.settings) return;
  const key = JSON.stringify([tenant.omnium.baseUrl, tenant.settings.OMNIUM_CLIENT_ID, id]);
  const owner = owners.get(key);
  if (!owner) owners.set(key, tenant);
  else if (owner !== tenant) issues.add(path, 'belongs to another tenant of the same Omnium account already');
}

function reportRepeated(
  named: readonly { readonly name: string; readonly path: ConfigPath }[],
  issues: IssueList,
): void {
  const seen = new Set<string>();
  for (const { name, path } of named) {
    if (seen.has(name)) issues.add(path, 'stands here twice');
    seen.add(name);
  }
}

function readMarkets({ markets }: TenantDraft): readonly MarketDraft[] {
  return (markets ?? []).filter((market) => market !== undefined);
}

/** The properties as each market has them: its own over the connector's. */
function effectiveProperties(tenant: TenantDraft): readonly PropertyValues[] {
  const markets = readMarkets(tenant);
  return markets.length === 0 ? [tenant.properties] : markets.map((market) => overlay(market.own, tenant.properties));
}

function isOn(values: PropertyValues, name: PropertyName): boolean {
  return values.single.get(name)?.value === true;
}
