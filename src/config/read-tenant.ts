import { z } from 'zod';

import { stripToUid, UidInvalidError } from '../domain/uid';
import { type ConfigPath, type IssueList } from './configuration-error';
import { DEFAULT_PRODUCT_SCHEDULE, PRODUCT_EXPORTER, PRODUCT_TASK } from './connector-definitions';
import {
  overlay,
  type PropertyItem,
  type PropertyValues,
  readProperties,
  toConnectorProperties,
} from './connector-properties';
import { strictObject } from './field-types';
import { readList, readSection } from './read-section';
import { connectorSchema, marketSchema, propertyItemsSchema, storeSchema, tenantShape } from './schema';
import { hideSecrets } from './secrets';
import {
  type FlowRetailConnector,
  type MarketConfig,
  type OrderRules,
  type StoreConfig,
  type TenantConfig,
  type WebhookAuthentication,
} from './types';
import { compact } from '../domain/compact';

/** A market as read: its own properties not yet laid over the connector's. */
export interface MarketDraft extends z.infer<typeof marketSchema> {
  readonly path: ConfigPath;
  readonly own: PropertyValues;
}

/** A store as read, with its Flow uid told. */
export interface StoreDraft extends StoreConfig {
  readonly path: ConfigPath;
}

/** A tenant as far as it could be read; a part that could not is `undefined` and already reported. */
export interface TenantDraft {
  readonly path: ConfigPath;
  readonly tenantUid: string | undefined;
  readonly countryCode: string | undefined;
  readonly currency: string | undefined;
  readonly timezone: string | undefined;
  readonly flow: z.infer<typeof tenantShape.flow> | undefined;
  readonly omnium: z.infer<typeof tenantShape.omnium> | undefined;
  readonly webhooks: z.infer<typeof tenantShape.webhooks> | undefined;
  readonly settings: z.infer<typeof tenantShape.settings> | undefined;
  readonly connector: z.infer<typeof connectorSchema> | undefined;
  /** The connector's own properties; readable ones are there also when others are wrong. */
  readonly properties: PropertyValues;
  /** Whether there was a list of properties at all: if not, there is no use in naming the missing ones. */
  readonly hasProperties: boolean;
  readonly markets: readonly (MarketDraft | undefined)[] | undefined;
  readonly stores: readonly (StoreDraft | undefined)[] | undefined;
  readonly orders: z.infer<typeof tenantShape.orders> | undefined;
  readonly customers: z.infer<typeof tenantShape.customers> | undefined;
  readonly goods: z.infer<typeof tenantShape.goods> | undefined;
  readonly catalogue: z.infer<typeof tenantShape.catalogue> | undefined;
  readonly sweeps: z.infer<typeof tenantShape.sweeps> | undefined;
}

/** Keys only: what the members hold is read one by one. */
const tenantKeys = strictObject(
  Object.fromEntries(Object.keys(tenantShape).map((key) => [key, z.unknown().optional()])) as Record<
    string,
    z.ZodOptional
  >,
);

/** Reads one tenant section by section. */
export function readTenant(value: unknown, path: ConfigPath, issues: IssueList): TenantDraft | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    readSection(tenantKeys, { value, path, issues });
    return undefined;
  }
  readSection(tenantKeys, { value, path, issues });
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  const read = <T>(key: keyof typeof tenantShape, schema: z.ZodType<T>): T | undefined =>
    readSection(schema, { value: members.get(key), path: [...path, key], issues });

  return {
    path,
    tenantUid: read('tenantUid', tenantShape.tenantUid),
    countryCode: read('countryCode', tenantShape.countryCode),
    currency: read('currency', tenantShape.currency),
    timezone: read('timezone', tenantShape.timezone),
    flow: read('flow', tenantShape.flow),
    omnium: read('omnium', tenantShape.omnium),
    webhooks: read('webhooks', tenantShape.webhooks),
    settings: read('settings', tenantShape.settings),
    ...readConnector(members.get('connector'), [...path, 'connector'], issues),
    markets: readMarkets(members.get('markets'), [...path, 'markets'], issues),
    stores: readStores(members.get('stores') ?? [], [...path, 'stores'], issues),
    orders: read('orders', tenantShape.orders),
    customers: read('customers', tenantShape.customers),
    goods: read('goods', tenantShape.goods),
    catalogue: read('catalogue', tenantShape.catalogue),
    sweeps: read('sweeps', tenantShape.sweeps),
  };
}

function readConnector(value: unknown, path: ConfigPath, issues: IssueList): ConnectorDraft {
  const connector = readSection(connectorSchema, { value, path, issues });
  const items = connector?.properties ?? readableItems(value);
  const properties = readProperties(items ?? [], { path: [...path, 'properties'], level: 'connector', issues });
  return { connector, properties, hasProperties: items !== undefined };
}

type ConnectorDraft = Pick<TenantDraft, 'connector' | 'properties' | 'hasProperties'>;

/** The properties of a connector that has something else wrong with it: so that theirs are told too. */
function readableItems(connector: unknown): readonly PropertyItem[] | undefined {
  return z.looseObject({ properties: propertyItemsSchema }).safeParse(connector).data?.properties;
}

function readMarkets(
  value: unknown,
  path: ConfigPath,
  issues: IssueList,
): readonly (MarketDraft | undefined)[] | undefined {
  const markets = readList(marketSchema, { value, path, issues });
  if (markets?.length === 0) issues.add(path, 'needs at least one market');
  return markets?.map((market, index) => {
    if (!market) return undefined;
    const place = { path: [...path, index, 'properties'], level: 'market', issues } as const;
    return { ...market, path: [...path, index], own: readProperties(market.properties, place) };
  });
}

function readStores(
  value: unknown,
  path: ConfigPath,
  issues: IssueList,
): readonly (StoreDraft | undefined)[] | undefined {
  return readList(storeSchema, { value, path, issues })?.map((store, index) => {
    if (!store) return undefined;
    const storePath = [...path, index];
    const storeUid = store.storeUid ?? strippedUid(store.storeId, [...storePath, 'storeId'], issues);
    return storeUid === undefined ? undefined : { ...compact(store), storeUid, path: storePath };
  });
}

function strippedUid(storeId: string, path: ConfigPath, issues: IssueList): string | undefined {
  try {
    return stripToUid(storeId);
  } catch (error) {
    if (!(error instanceof UidInvalidError)) throw error;
    issues.add(path, 'leaves no character for a Flow uid: set storeUid');
    return undefined;
  }
}

/** The tenant as the service sees it; `undefined` when a part is missing, which has been reported. */
export function finishTenant(draft: TenantDraft): TenantConfig | undefined {
  const { tenantUid, countryCode, currency, timezone, flow, omnium, webhooks, settings, connector } = draft;
  const { orders, customers, goods, catalogue, sweeps } = draft;
  const markets = draft.markets?.map((market) => finishMarket(market, draft.properties));
  const properties = toConnectorProperties(tenantProperties(draft));
  if (!tenantUid || !countryCode || !currency || !timezone || !flow || !omnium || !webhooks || !settings)
    return undefined;
  if (!connector || !properties || !orders || !customers || !goods || !catalogue || !sweeps) return undefined;
  if (!isWhole(markets) || !isWhole(draft.stores)) return undefined;

  const { implementations } = connector;
  return {
    tenantUid,
    countryCode,
    currency,
    timezone,
    flow: hideSecrets(compact(flow), ['token']),
    // Omnium names an API user by its client id unless it was given a user of its own.
    omnium: { ...omnium, apiUserId: omnium.apiUserId ?? settings.OMNIUM_CLIENT_ID },
    webhooks: { omnium: hideSchemes(webhooks.omnium), flow: hideSchemes(webhooks.flow) },
    settings: hideSecrets(compact(settings), ['OMNIUM_CLIENT_SECRET']),
    connector: { implementations, properties, scheduledTasks: withProductTask(connector) },
    markets,
    stores: draft.stores.map(({ path: _path, ...store }) => store),
    orders: finishOrders(orders),
    customers,
    goods,
    catalogue,
    sweeps,
  };
}

/** Products are exported by schedule unless the file says otherwise: their events alone would leave gaps. */
function withProductTask({
  implementations,
  scheduledTasks,
}: z.infer<typeof connectorSchema>): FlowRetailConnector['scheduledTasks'] {
  const isNamed = scheduledTasks.some(({ implementationType }) => implementationType === PRODUCT_TASK);
  if (isNamed || !implementations.includes(PRODUCT_EXPORTER)) return scheduledTasks;
  return [...scheduledTasks, DEFAULT_PRODUCT_TASK];
}

const DEFAULT_PRODUCT_TASK = {
  schedule: DEFAULT_PRODUCT_SCHEDULE,
  implementationType: PRODUCT_TASK,
  isDisabled: false,
};

/** The connector's properties, gaps filled from the markets in their order: the first market wins. */
export function tenantProperties({ properties, markets }: TenantDraft): PropertyValues {
  return (markets ?? []).reduce((values, market) => (market ? overlay(values, market.own) : values), properties);
}

function finishMarket(market: MarketDraft | undefined, connector: PropertyValues): MarketConfig | undefined {
  if (!market) return undefined;
  const properties = toConnectorProperties(overlay(market.own, connector));
  const { marketId, marketGroupId, countryCode, currency } = market;
  return properties && compact({ marketId, marketGroupId, countryCode, currency, properties });
}

function finishOrders(orders: z.infer<typeof tenantShape.orders>): OrderRules {
  return compact({
    ...orders,
    orderTypes: Object.fromEntries(Object.entries(orders.orderTypes).map(([type, kind]) => [type.toLowerCase(), kind])),
    cancelledStatuses: orders.cancelledStatuses.map((status) => status.toLowerCase()),
    till: compact(orders.till),
  });
}

function hideSchemes({ schemes }: WebhookAuthentication): WebhookAuthentication {
  return { schemes: schemes.map((scheme) => hideSecrets(scheme, ['token', 'password', 'value', 'secret'])) };
}

function isWhole<T>(list: readonly (T | undefined)[] | undefined): list is readonly T[] {
  return list !== undefined && list.every((element) => element !== undefined);
}
