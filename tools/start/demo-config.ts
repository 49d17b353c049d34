import { stringify } from 'yaml';
import { buildChain, flowUidOf } from '../../sandbox/chain/build-chain';
import { type Chain, type ChainMarket, type MarketId } from '../../sandbox/chain/types';
import { type DayTenant, type StockMasters } from '../day/context';

/** Where the demonstration's parts listen. */
export interface DemoEndpoints {
  readonly apiHost: string;
  readonly apiPort: number;
  /** Address under which the sandboxes reach the API, where it is known beforehand. */
  readonly apiUrl?: string;
  readonly omniumUrl: string;
  readonly flowUrl: string;
  readonly webUiUrl: string;
}

/** What the sandboxes are seeded with unless told otherwise; stores and tenants depend on nothing else. */
const DEMO_SEED = 1;
/** The sandbox ends every call within a moment; a real Omnium may work on one for a minute. */
const LONGEST_CALL_MS = 1_000;
/** Long enough for a call in flight, short enough for a Ctrl-C that is over in 10 s. */
const SHUTDOWN_GRACE_MS = 3_000;

/** The user of the integration token in the Flow sandbox. */
const INTEGRATION_USER_UID = 'integration';
/** What travels from Omnium to Flow. */
const IMPLEMENTATIONS = [
  'IPrivateCustomerExporter',
  'IBusinessCustomerExporter',
  'IStoreExporter',
  'IPurchaseOrderSynchronousExporter',
  'IDeliveryExporter',
  'IInventoryExporter',
  'IProductExporter',
];
/** As a chain has them, but for products: what no event told of is to be seen within a short day. */
const SCHEDULED_TASKS = Object.entries({
  FlowInventoryScheduledTask: '*/30 * * * *',
  FlowProductScheduledTask: '*/2 * * * *',
  FlowPriceScheduledTask: '*/30 * * * *',
  FlowCostPriceScheduledTask: '0 3 * * *',
  FlowSoaScheduledTask: '30 3 * * *',
  FlowCategoryScheduledTask: '0 2 * * *',
}).map(([implementationType, schedule]) => ({ schedule, implementationType, isDisabled: false }));

/** What products of the chain have beside what every product has. */
const CATALOGUE = {
  nonPurchasableAssortmentCodes: ['NOSALE'],
  textProperties: ['material', 'care'],
  choiceProperties: ['activity', 'waterproof'],
};

/** In each market this store's stock has Flow for its master, and that of the others Omnium. */
const FLOW_MASTER_INDEX = 1;
/** Writes that are under way when a demonstration's worker is stopped have ended long before. */
const ALIGN_AGAIN_AFTER_SECONDS = 15;

/** What one market has and the others have not, so that the demonstration shows every way. */
const OWN_PROPERTIES: Readonly<Record<MarketId, Readonly<Record<string, string>>>> = {
  NOR: {},
  SWE: { ExportDeliveryAsPo: 'true' },
  DNK: { UseCostPriceListInInventoryExport: 'true' },
  FIN: { StorePriceListsInFlow: 'true' },
};

const HEADER = [
  'The demonstration: one Flow tenant for each market of the chain in the sandboxes.',
  'Generated (tools/start/demo-config.ts); `npm start` writes its own anew at each start.',
  'The secrets are those of the sandboxes and open nothing else. Every setting: docs/settings.md.',
]
  .map((line) => `# ${line}`)
  .join('\n');

/** Secret that the Omnium sandbox sends with each event to a tenant's webhook. */
export function demoWebhookToken(tenantUid: string): string {
  return `sandbox-webhook-token-${tenantUid}`;
}

/** The tenants of the sandboxes' chain. */
export function demoTenants(): DayTenant[] {
  return buildChain({ seed: DEMO_SEED }).markets.map(({ tenantUid, marketId, currency }) => ({
    tenantUid,
    marketId,
    currency,
  }));
}

/** Who keeps the stock of each store of the chain: stores of both masters in every market. */
export function demoStockMasters(): StockMasters {
  const { markets, stores } = buildChain({ seed: DEMO_SEED });
  return Object.fromEntries(
    markets.flatMap(({ marketId }) =>
      stores
        .filter((store) => store.marketId === marketId)
        .map(({ storeId }, index) => [storeId, index === FLOW_MASTER_INDEX ? 'flow' : 'omnium'] as const),
    ),
  );
}

/** Markets in which each delivery is a purchase order of its own in the shops. */
export function demoDeliveryMarkets(): MarketId[] {
  const { markets } = buildChain({ seed: DEMO_SEED });
  return markets.map(({ marketId }) => marketId).filter((id) => OWN_PROPERTIES[id].ExportDeliveryAsPo === 'true');
}

/** Markets whose stores have price lists of their own. */
export function demoStorePriceMarkets(): MarketId[] {
  const { markets } = buildChain({ seed: DEMO_SEED });
  return markets.map(({ marketId }) => marketId).filter((id) => OWN_PROPERTIES[id].StorePriceListsInFlow === 'true');
}

/** The configuration file of the demonstration: one Flow tenant for each market of the sandboxes' chain, as YAML. */
export function demoConfig(endpoints: DemoEndpoints, stockMasters = demoStockMasters()): string {
  const chain = buildChain({ seed: DEMO_SEED });
  const document = {
    api: {
      host: endpoints.apiHost,
      port: endpoints.apiPort,
      ...(endpoints.apiUrl === undefined ? {} : { publicUrl: endpoints.apiUrl }),
      temporalWebUiUrl: endpoints.webUiUrl,
    },
    worker: { shutdownGraceMs: SHUTDOWN_GRACE_MS },
    tenants: chain.markets.map((market) => tenantOf({ chain, stockMasters, endpoints }, market)),
  };
  return `${HEADER}\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true })}`;
}

interface Demo {
  readonly chain: Chain;
  readonly stockMasters: StockMasters;
  readonly endpoints: DemoEndpoints;
}

function tenantOf(demo: Demo, market: ChainMarket): object {
  const { chain, endpoints } = demo;
  const { omniumUrl, flowUrl } = endpoints;
  const { tenantUid, marketId, marketGroupId, countryCode, currency, timezone } = market;
  const schemes = [{ type: 'bearer', token: demoWebhookToken(tenantUid) }];
  return {
    ...{ tenantUid, countryCode, currency, timezone },
    flow: { baseUrl: `${flowUrl}/v2`, token: market.integrationToken, integrationUserUid: INTEGRATION_USER_UID },
    omnium: { baseUrl: omniumUrl, longestCallMs: LONGEST_CALL_MS },
    webhooks: { omnium: { schemes }, flow: { schemes } },
    settings: settingsOf(chain, market),
    connector: {
      implementations: IMPLEMENTATIONS,
      properties: connectorPropertiesOf(market),
      scheduledTasks: SCHEDULED_TASKS,
    },
    markets: [{ marketId, ...(marketGroupId === undefined ? {} : { marketGroupId }), countryCode, currency }],
    stores: storesOf(demo, market),
    orders: { shippingProductSku: chain.shippingSku, discountReasonCode: 'WEB' },
    goods: { alignAgainAfterSeconds: ALIGN_AGAIN_AFTER_SECONDS },
    catalogue: CATALOGUE,
    // What is deleted is off the tills at once, for who looks on.
    exports: { secondLookSeconds: 0 },
  };
}

/** Every store with its stock master. */
function storesOf({ chain, stockMasters }: Demo, { marketId }: ChainMarket): object[] {
  return chain.stores
    .filter((store) => store.marketId === marketId)
    .map(({ storeId }) => ({ storeId, settings: { OMNIUM_FLOW_STOCK_MASTER: stockMasters[storeId] === 'flow' } }));
}

function settingsOf(chain: Chain, market: ChainMarket): object {
  return {
    OMNIUM_CLIENT_ID: chain.omniumApiUser.clientId,
    OMNIUM_CLIENT_SECRET: chain.omniumApiUser.clientSecret,
    OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID: 'click_collect',
    OMNIUM_ONLINE_ORDER_HANDLING_UID: 'online_order',
    OMNIUM_CLICK_COLLECT_EXPIRY_DAYS: 3,
    OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY: 'Voyado',
    OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: true,
    ...(market.marketGroupId === undefined ? {} : { OMNIUM_CUSTOMER_MARKET_GROUP_ID: market.marketGroupId }),
  };
}

/** The connector's properties in the vendor's form: keys and texts. */
function connectorPropertiesOf(market: ChainMarket): object[] {
  const { vatPercent, vatCodeUids } = market;
  const single = {
    DefaultTenantUid: market.tenantUid,
    MainPricesListUid: 'main',
    DefaultVatCodeUid: vatCodeUids.standard,
    OrganizationUid: market.organization.organizationNumber,
    PurchaseNumberSeriesUid: 'purchase',
    VoucherNumberSeriesUid: 'voucher',
    OmniumIsMasterForStock: 'true',
    FlowWebWarehouse: flowUidOf(market.webWarehouse.warehouseId),
    SyncCategoriesToFlow: 'true',
    CreatePackageSlots: 'true',
    ...OWN_PROPERTIES[market.marketId],
  };
  const vat = new Map((['standard', 'reduced', 'zero'] as const).map((name) => [vatPercent[name], vatCodeUids[name]]));
  return [
    ...Object.entries(single).map(([key, value]) => ({ key, value })),
    ...[...vat].map(([percent, value]) => ({ key: String(percent), value, keyGroup: 'VatCodeUids' })),
  ];
}
