import { z } from 'zod';

import { classOfStatus } from '../domain/order-status';
import { findUidCollisions, stripToUid, UidInvalidError } from '../domain/uid';
import {
  CATEGORY_TASK,
  INVENTORY_EXPORTER,
  INVENTORY_TASK,
  overlay,
  PRODUCT_EXPORTER,
  propertiesSchema,
  type PropertyName,
  PURCHASE_ORDER_EXPORTERS,
} from './connector';
import { tenantSchema } from './tenant-schema';

const { tenantUid, currency, omnium, settings, connector, markets, stores, orders, catalogue } = tenantSchema.shape;
const readable = <S extends z.ZodType>(schema: S): z.ZodCatch<z.ZodOptional<S>> => schema.optional().catch(undefined);

/** The sections that the checks look at. One that is wrong by itself has been reported, and is absent here. */
const readableTenants = z.object({
  tenants: z.array(
    z
      .object({
        tenantUid: readable(tenantUid),
        currency: readable(currency),
        omnium: readable(omnium),
        settings: readable(settings),
        connector: readable(connector),
        markets: readable(markets),
        stores: readable(stores),
        orders: readable(orders),
        catalogue: readable(catalogue),
      })
      .catch({}),
  ),
});
type ReadableTenant = z.infer<typeof readableTenants>['tenants'][number];

/** Reports that a place in the configuration is wrong, e.g. `['tenants', 0, 'flow']`. */
type Complain = (path: readonly (string | number)[], message: string) => void;

/** What has to fit together within and between the tenants of a document, whether or not all of it can be read. */
export function checkTenants(document: unknown, complain: Complain): void {
  const { data } = readableTenants.safeParse(document);
  const owners = new Map<string, number>();
  const claim = (tenant: ReadableTenant, index: number, id: string, path: (string | number)[]): void => {
    if (!tenant.omnium || !tenant.settings) return;
    const key = JSON.stringify([path[0], tenant.omnium.baseUrl, tenant.settings.OMNIUM_CLIENT_ID, id]);
    const owner = owners.get(key) ?? index;
    owners.set(key, owner);
    if (owner !== index)
      complain(['tenants', index, ...path], 'belongs to another tenant of the same Omnium account already');
  };
  const tenants = data?.tenants ?? [];
  reportRepeated(
    tenants.map((tenant) => tenant.tenantUid),
    (index) => ['tenants', index, 'tenantUid'],
    complain,
  );
  tenants.forEach((tenant, index) => {
    const within: Complain = (path, message) => complain(['tenants', index, ...path], message);
    for (const check of [checkMarkets, checkProperties, checkExports, checkStockExport, checkStores, checkTill])
      check(tenant, within);
    checkCatalogue(tenant, within);
    // A market or store of one Omnium account belongs to one Flow tenant.
    tenant.markets?.forEach(({ marketId }, at) => claim(tenant, index, marketId, ['markets', at, 'marketId']));
    tenant.stores?.forEach(({ storeId }, at) => claim(tenant, index, storeId, ['stores', at, 'storeId']));
  });
}

function checkMarkets(tenant: ReadableTenant, complain: Complain): void {
  const { markets: list = [] } = tenant;
  reportRepeated(
    list.map(({ marketId }) => marketId),
    (index) => ['markets', index, 'marketId'],
    complain,
  );
  const isShared = tenant.connector?.properties.UseMarketGroupFlowTenants === true;
  const group = list.find(({ marketGroupId }) => marketGroupId !== undefined)?.marketGroupId;
  list.forEach((market, index) => {
    if (tenant.currency !== undefined && market.currency !== tenant.currency)
      complain(
        ['markets', index, 'currency'],
        "must be the tenant's: all amounts of a Flow tenant are in one currency",
      );
    if (!isShared) return;
    const path = ['markets', index, 'marketGroupId'];
    if (market.marketGroupId === undefined) complain(path, 'is required with UseMarketGroupFlowTenants');
    else if (market.marketGroupId !== group)
      complain(path, 'must be the same for all markets of the tenant, with UseMarketGroupFlowTenants');
  });
  if (list.length > 1 && tenant.connector && !isShared)
    complain(
      ['markets'],
      'a tenant has one market, unless UseMarketGroupFlowTenants is "true" and its markets are of one market group',
    );
}

/** Always and conditionally required properties: on the connector, or on every market. */
function checkProperties(tenant: ReadableTenant, complain: Complain): void {
  if (!tenant.connector || !tenant.markets) return;
  const { implementations, properties } = tenant.connector;
  const required = new Map<string, string>();
  for (const [name, schema] of Object.entries(propertiesSchema.shape))
    if (!schema.safeParse(undefined).success) required.set(name, '');
  const exporter = implementations.find((name) => PURCHASE_ORDER_EXPORTERS.includes(name));
  if (exporter) required.set('PurchaseNumberSeriesUid', `, because ${exporter} is among the implementations`);
  if (tenant.settings?.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM && implementations.includes('IStoreExporter'))
    required.set(
      'VoucherNumberSeriesUid',
      ', because OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is true and IStoreExporter is among the implementations',
    );
  for (const [name, reason] of required) {
    if (name in properties) continue;
    const lacking = [...tenant.markets.keys()].filter(
      (index) => !(name in (tenant.markets?.[index]?.properties ?? {})),
    );
    const places = lacking.length === tenant.markets.length ? [['connector']] : lacking.map((at) => ['markets', at]);
    for (const place of places) complain([...place, 'properties'], `${name} is required${reason}`);
  }
  const lists = [
    { place: ['connector'], own: properties },
    ...tenant.markets.map((market, at) => ({ place: ['markets', at], own: market.properties })),
  ];
  for (const { place, own } of lists) {
    if (tenant.tenantUid === undefined || (own.DefaultTenantUid ?? tenant.tenantUid) === tenant.tenantUid) continue;
    complain([...place, 'properties'], 'DefaultTenantUid must be the tenantUid of the tenant it stands under');
  }
}

/** Switches that do nothing unless something is exported. */
const EXPORTER_OF_PROPERTY: readonly (readonly [PropertyName, exporter: string])[] = [
  ['ExportDeliveryAsPo', 'IDeliveryExporter'],
  ['UseCostPriceListInInventoryExport', INVENTORY_EXPORTER],
  ['StorePriceListsInFlow', 'IStoreExporter'],
  ['CreatePackageSlots', PRODUCT_EXPORTER],
];

function checkExports(tenant: ReadableTenant, complain: Complain): void {
  if (!tenant.connector) return;
  const { implementations, scheduledTasks } = tenant.connector;
  reportRepeated(implementations, (index) => ['connector', 'implementations', index], complain);
  reportRepeated(
    scheduledTasks.map((task) => task.implementationType),
    (index) => ['connector', 'scheduledTasks', index, 'implementationType'],
    complain,
  );
  scheduledTasks.forEach(({ implementationType: name, isDisabled }, index) => {
    const path = ['connector', 'scheduledTasks', index];
    if (isDisabled) return;
    if (name === CATEGORY_TASK && !isAnywhere(tenant, 'SyncCategoriesToFlow'))
      complain(path, `${CATEGORY_TASK} needs SyncCategoriesToFlow to be "true"`);
    // Every task but that of stock is one of the catalogue.
    const exporter = name === INVENTORY_TASK ? INVENTORY_EXPORTER : PRODUCT_EXPORTER;
    if (!implementations.includes(exporter)) complain(path, `${name} needs ${exporter} among the implementations`);
  });
  for (const [property, exporter] of EXPORTER_OF_PROPERTY) {
    if (implementations.includes(exporter) || !isAnywhere(tenant, property)) continue;
    complain(['connector', 'implementations'], `${property} needs ${exporter} among the implementations`);
  }
}

/**
 * OmniumIsMasterForStock is the gate before every stock level on its way to Flow, and it is closed by default: an export
 * that is set up behind a closed gate would run for ever and send nothing.
 */
function checkStockExport(tenant: ReadableTenant, complain: Complain): void {
  if (!tenant.connector || !tenant.markets) return;
  const isExported = tenant.connector.implementations.includes(INVENTORY_EXPORTER);
  const isScheduled = tenant.connector.scheduledTasks.some(
    (task) => task.implementationType === INVENTORY_TASK && !task.isDisabled,
  );
  if ((!isExported && !isScheduled) || isAnywhere(tenant, 'OmniumIsMasterForStock')) return;
  const why = isExported ? `${INVENTORY_EXPORTER} is among the implementations` : `${INVENTORY_TASK} is scheduled`;
  complain(
    ['connector', 'properties'],
    `OmniumIsMasterForStock must be "true", here or on a market, because ${why}: without it no stock level is sent to Flow; if none shall be, take the exporter and its task away`,
  );
}

function checkStores(tenant: ReadableTenant, complain: Complain): void {
  const { stores: list = [] } = tenant;
  reportRepeated(
    list.map(({ storeId }) => storeId),
    (index) => ['stores', index, 'storeId'],
    complain,
  );
  const webWarehouses = effectiveProperties(tenant).map((properties) => properties.FlowWebWarehouse);
  list.forEach(({ storeUid, settings: own }, index) => {
    if (own.OMNIUM_FLOW_STOCK_MASTER && webWarehouses.includes(storeUid))
      complain(
        ['stores', index, 'settings', 'OMNIUM_FLOW_STOCK_MASTER'],
        'FlowWebWarehouse names this one: it holds the stock of the web shop, of which Omnium is the master',
      );
  });
  // By pairs of id and uid: a store listed twice has been reported above.
  const uidOf = new Map<string, string>(list.map((store) => [store.storeId, store.storeUid]));
  for (const { uid, ids } of findUidCollisions(uidOf.keys(), (id) => uidOf.get(id) ?? '')) {
    for (const id of ids.slice(1))
      complain(
        ['stores', list.findIndex(({ storeId }) => storeId === id), 'storeUid'],
        `the stores "${ids[0]}" and "${id}" both become "${uid}" in Flow: set storeUid`,
      );
  }
}

/**
 * A status that we write comes back with Omnium's next event, so it has to mean there what it meant at the till: else an
 * order that was handed over would be cancelled at the till, or a cancelled one parked there again.
 */
function checkTill(tenant: ReadableTenant, complain: Complain): void {
  if (!tenant.orders) return;
  const { till, statusClasses } = tenant.orders;
  const cancels = (status: string | undefined): boolean => classOfStatus(status, statusClasses) === 'cancelled';
  for (const name of ['handedOverStatus', 'partlyHandedOverStatus'] as const)
    if (cancels(till[name]))
      complain(['orders', 'till', name], 'means cancelled (orders.statusClasses): it would cancel the order');
  if (['finished', 'cancelled'].includes(classOfStatus(till.openStatus, statusClasses) ?? ''))
    complain(
      ['orders', 'till', 'openStatus'],
      'means that the order is over (orders.statusClasses): it has just begun',
    );
  for (const name of ['cancelledStatus', 'expiredStatus'] as const)
    if (!cancels(till[name]))
      complain(
        ['orders', 'till', name],
        'must be `cancelled` in orders.statusClasses: else the order would come back to the till as an open one',
      );
}

/** A property of Omnium is one property in Flow, under one uid and of one type. */
function checkCatalogue({ catalogue: rules }: ReadableTenant, complain: Complain): void {
  const owners = new Map(['color', 'size'].map((key) => [key, `"${key}", which every variant has as a choice`]));
  for (const name of ['textProperties', 'choiceProperties'] as const) {
    rules?.[name].forEach((key, index) => {
      const path = ['catalogue', name, index];
      try {
        const uid = stripToUid(key).toLowerCase();
        const owner = owners.get(uid);
        if (owner !== undefined) complain(path, `becomes the same property in Flow as ${owner}`);
        else owners.set(uid, `"${key}" of ${name}`);
      } catch (error) {
        if (!(error instanceof UidInvalidError)) throw error;
        complain(path, 'leaves no character for a Flow uid');
      }
    });
  }
}

function reportRepeated(
  names: readonly (string | undefined)[],
  pathOf: (index: number) => (string | number)[],
  complain: Complain,
): void {
  names.forEach((name, index) => {
    if (name !== undefined && names.indexOf(name) < index) complain(pathOf(index), 'is listed twice');
  });
}

/** The properties as each market has them: its own over the connector's. */
function effectiveProperties({ connector: global, markets: list }: ReadableTenant): ReturnType<typeof overlay>[] {
  const own = global?.properties ?? {};
  return list ? list.map((market) => overlay(market.properties, own)) : [own];
}

function isAnywhere(tenant: ReadableTenant, switchName: PropertyName): boolean {
  return effectiveProperties(tenant).some((properties) => properties[switchName] === true);
}
