import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { ConfigurationError, loadConfig, parseConfig } from '../../../src/config/load';
import { stockMasterOf } from '../../../src/config/stock-master';
import {
  complaints,
  type Document,
  ENVIRONMENT,
  issuesOf,
  load,
  put,
  validDocument,
  validTenant,
} from './valid-config';

const EXAMPLE = 'config/example.yaml';
const EXAMPLE_ENVIRONMENT = {
  FLOW_TOKEN_NO: 'a',
  OMNIUM_WEBHOOK_TOKEN: 'b',
  FLOW_WEBHOOK_PASSWORD: 'c',
  OMNIUM_CLIENT_ID: 'd',
  OMNIUM_CLIENT_SECRET: 'e',
};

describe('loadConfig', () => {
  it('loads the example that ships', () => {
    const config = loadConfig(EXAMPLE, EXAMPLE_ENVIRONMENT);
    const tenant = config.tenants[0];
    assert.equal(tenant?.flow.token, 'a');
    assert.equal(tenant.settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS, 5);
    assert.deepEqual(
      tenant.stores.map(({ storeUid }) => stockMasterOf(tenant, storeUid)),
      ['flow', 'omnium'],
    );
    assert.deepEqual(tenant.connector.properties.VatCodeUids, { '25': 'vat_25', '15': 'vat_15', '0': 'vat_0' });
    assert.deepEqual(
      tenant.stores.map(({ storeId, storeUid }) => [storeId, storeUid]),
      [
        ['oslo-city', 'oslocity'],
        ['oslo.city', 'oslocity_outlet'],
      ],
    );
  });

  it('names every environment variable of the example that is missing, with its place', () => {
    assert.deepEqual(
      issuesOf(() => loadConfig(EXAMPLE, { ...EXAMPLE_ENVIRONMENT, FLOW_TOKEN_NO: undefined, OMNIUM_CLIENT_ID: '' })),
      [
        { path: 'tenants[0].flow.token', message: 'environment variable FLOW_TOKEN_NO is not set' },
        { path: 'tenants[0].settings.OMNIUM_CLIENT_ID', message: 'environment variable OMNIUM_CLIENT_ID is empty' },
      ],
    );
  });

  it('finds the file by CONFIG_FILE, as YAML or JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    try {
      const file = join(folder, 'config.json');
      writeFileSync(file, JSON.stringify(validDocument()));
      assert.equal(loadConfig(undefined, { ...ENVIRONMENT, CONFIG_FILE: file }).tenants[0]?.tenantUid, 'flow_no');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('tells when CONFIG_FILE is not set or cannot be read', () => {
    assert.deepEqual(
      issuesOf(() => loadConfig(undefined, {})),
      [{ path: 'CONFIG_FILE', message: 'is not set: it names the configuration file' }],
    );
    assert.deepEqual(
      issuesOf(() => loadConfig('does/not/exist.yaml', {})),
      [{ path: 'CONFIG_FILE', message: 'the file cannot be read (ENOENT)' }],
    );
  });
});

describe('parseConfig', () => {
  it('fills in the defaults', () => {
    const { tenants, ...service } = load(validDocument());
    assert.deepEqual(service, {
      retryLadder: 'one-minute',
      api: {
        host: '0.0.0.0',
        port: 4000,
        maxBodyBytes: 1_048_576,
        maxInFlight: 400,
        answerWithinMs: 4500,
        temporalWebUiUrl: 'http://localhost:8233',
      },
      worker: {
        maxConcurrentActivities: 40,
        maxCachedWorkflows: 200,
        shutdownGraceMs: 75_000,
        processes: { 'order-sync': 1, 'receivement-sync': 1, exports: 1 },
      },
    });
    const properties = {
      DefaultTenantUid: 'flow_no',
      MainPricesListUid: 'main',
      DefaultVatCodeUid: 'vat_25',
      OrganizationUid: 'chain',
      OmniumIsMasterForStock: false,
      SyncCategoriesToFlow: false,
      StorePriceListsInFlow: false,
      ExportDeliveryAsPo: false,
      SendPackageProductOnPurchaseOrder: false,
      CreatePackageSlots: false,
      UseCostPriceListInInventoryExport: false,
      UseMarketGroupFlowTenants: false,
      VatCodeUids: {},
    };
    assert.deepEqual(tenants, [
      {
        tenantUid: 'flow_no',
        countryCode: 'NO',
        currency: 'NOK',
        timezone: 'Europe/Oslo',
        flow: {
          baseUrl: 'https://api.flowretail.com/v2',
          token: 'SECRET-flow-token',
          timeoutMs: 15_000,
          maxConcurrentRequests: 40,
        },
        omnium: {
          baseUrl: 'https://api.omnium.no',
          apiUserId: 'client',
          timeoutMs: 60_000,
          longestCallMs: 60_000,
          maxConcurrentRequests: 18,
        },
        webhooks: { omnium: { schemes: [{ type: 'bearer', token: 'SECRET-hook-token' }] }, flow: { schemes: [] } },
        settings: {
          OMNIUM_CLIENT_ID: 'client',
          OMNIUM_CLIENT_SECRET: 'SECRET-client-secret',
          OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: false,
          OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: false,
          OMNIUM_PROPERTY_PREFIX: 'flow',
        },
        connector: { implementations: [], properties, scheduledTasks: [] },
        markets: [{ marketId: 'NOR', countryCode: 'NO', currency: 'NOK', properties }],
        stores: [],
        orders: {
          orderTypes: {
            clickandcollect: 'click-and-collect',
            bopis: 'click-and-collect',
            online: 'online',
            onlineorder: 'online',
          },
          shippingProductSku: 'SHIPPING',
          prepaymentTransactionTypes: ['Sale', 'Capture', 'Captured'],
          prepaymentSettlementCode: 'EXTERNAL_WEB',
          statusClasses: {},
          till: {
            visibleFrom: 'first-payment',
            openStatus: 'New',
            handedOverStatus: 'Completed',
            cancelledStatus: 'OrderCanceled',
            expiredStatus: 'NotCollected',
            blindReturnsAs: 'pos-order',
          },
        },
        customers: { onDeletedInFlow: 'anonymize', onAnonymizedInOmnium: 'anonymize' },
        exports: { removals: 200, removalsPercent: 2, secondLookSeconds: 180 },
        goods: { receptionsWhereOmniumIsMaster: 'confirm', alignAgainAfterSeconds: 600 },
        catalogue: {
          onDeletedInOmnium: 'discontinue',
          nonPurchasableAssortmentCodes: [],
          textProperties: [],
          choiceProperties: [],
        },
        sweeps: {
          omniumOrdersEverySeconds: 300,
          omniumCustomersEverySeconds: 900,
          flowOrdersEverySeconds: 120,
          flowReceiptsEverySeconds: 300,
          flowCustomersEverySeconds: 900,
          flowErasuresEverySeconds: 86_400,
          flowReceivementsEverySeconds: 300,
          flowStockEverySeconds: 300,
          omniumPurchaseOrdersEverySeconds: 300,
          overlapSeconds: 120,
          firstLookBackHours: 72,
        },
      },
    ]);
  });

  it('lower-cases order types and statuses, drops trailing slashes and reads text for switches and numbers', () => {
    const document = validDocument();
    put(document, 'tenants[0].orders', {
      orderTypes: { ClickAndCollect: 'online' },
      statusClasses: { AtTheDesk: 'bring' },
    });
    put(document, 'tenants[0].flow.baseUrl', 'https://flow.example/v2//');
    put(document, 'tenants[0].settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM', 'True');
    put(document, 'tenants[0].settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS', '${DAYS}');
    put(document, 'tenants[0].countryCode', 'no');
    const tenant = load(document, { ...ENVIRONMENT, DAYS: '3' }).tenants[0];
    assert.deepEqual(tenant?.orders.orderTypes, { clickandcollect: 'online' });
    assert.deepEqual(tenant.orders.statusClasses, { atthedesk: 'bring' });
    assert.equal(tenant.flow.baseUrl, 'https://flow.example/v2');
    assert.equal(tenant.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM, true);
    assert.equal(tenant.settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS, 3);
    assert.equal(tenant.countryCode, 'NO');
  });

  it('takes over what the vendors call our users, the public address and the till rules', () => {
    const document = validDocument();
    put(document, 'api.publicUrl', 'https://integration.example.com/flow/');
    put(document, 'tenants[0].flow.integrationUserUid', 'integration');
    put(document, 'tenants[0].omnium.apiUserId', 'flow-integration');
    put(document, 'tenants[0].orders.till.partlyHandedOverStatus', 'PartiallyDelivered');
    put(document, 'tenants[0].sweeps.flowOrdersEverySeconds', '0');
    put(document, 'tenants[0].customers.onDeletedInFlow', 'keep');
    put(document, 'tenants[0].goods', { receptionsWhereOmniumIsMaster: 'refuse', alignAgainAfterSeconds: '90' });
    const { api, tenants } = load(document);
    assert.equal(api.publicUrl, 'https://integration.example.com/flow');
    const [tenant] = tenants;
    assert.equal(tenant?.flow.integrationUserUid, 'integration');
    assert.equal(tenant.omnium.apiUserId, 'flow-integration');
    assert.equal(tenant.orders.till.partlyHandedOverStatus, 'PartiallyDelivered');
    assert.equal(tenant.sweeps.flowOrdersEverySeconds, 0);
    assert.equal(tenant.customers.onDeletedInFlow, 'keep');
    assert.deepEqual(tenant.goods, { receptionsWhereOmniumIsMaster: 'refuse', alignAgainAfterSeconds: 90 });
    assert.ok(!JSON.stringify(tenant.flow).includes('SECRET'), 'the token stays hidden');
  });

  it('takes an empty text for not set', () => {
    const document = validDocument();
    for (const name of ['OMNIUM_CUSTOMER_MARKET_GROUP_ID', 'OMNIUM_ONLINE_ORDER_HANDLING_UID']) {
      put(document, `tenants[0].settings.${name}`, '');
    }
    const settings = load(document).tenants[0]?.settings ?? {};
    assert.ok(!('OMNIUM_CUSTOMER_MARKET_GROUP_ID' in settings) && !('OMNIUM_ONLINE_ORDER_HANDLING_UID' in settings));
  });

  it("keeps every setting of Flow's under its own name", () => {
    const settings = {
      OMNIUM_CLIENT_ID: 'client',
      OMNIUM_CLIENT_SECRET: 's',
      OMNIUM_DEFAULT_SHIPPING_METHOD_ID: 'home',
      OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID: 'cc',
      OMNIUM_ONLINE_ORDER_HANDLING_UID: 'on',
      OMNIUM_CLICK_COLLECT_EXPIRY_DAYS: 0,
      OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: true,
      OMNIUM_CUSTOMER_MARKET_GROUP_ID: 'NORDIC',
      OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY: 'Voyado',
      OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: true,
      OMNIUM_PROPERTY_PREFIX: 'till',
    };
    assert.deepEqual(load(put(validDocument(), 'tenants[0].settings', settings)).tenants[0]?.settings, settings);
  });

  describe('connector properties', () => {
    const withProperties = (own: readonly object[], market: readonly object[] = []): Document => {
      const document = validDocument();
      const connector = validTenant()['connector'] as { properties: object[] };
      put(document, 'tenants[0].connector.properties', [...connector.properties, ...own]);
      return put(document, 'tenants[0].markets[0].properties', market);
    };

    it("are read in the vendor's form", () => {
      const texts = {
        PurchaseNumberSeriesUid: 'po',
        VoucherNumberSeriesUid: 'vouchers',
        ProductGroupRootId: 'root/1',
        DefaultProductGroupUid: 'other',
        FlowWebWarehouse: 'web',
      };
      const flags = {
        OmniumIsMasterForStock: true,
        SyncCategoriesToFlow: true,
        StorePriceListsInFlow: true,
        ExportDeliveryAsPo: true,
        SendPackageProductOnPurchaseOrder: true,
        CreatePackageSlots: true,
        UseCostPriceListInInventoryExport: true,
      };
      const document = withProperties([
        ...Object.entries(texts).map(([key, value]) => ({ key, value, editKey: true })),
        ...Object.keys(flags).map((key) => ({ key, value: 'true', keyGroup: '' })),
        { key: '25.0', value: 'vat25', keyGroup: 'VatCodeUids' },
      ]);
      const implementations = ['IDeliveryExporter', 'IInventoryExporter', 'IStoreExporter', 'IProductExporter'];
      put(document, 'tenants[0].connector.implementations', implementations);
      const properties = load(document).tenants[0]?.connector.properties;
      assert.deepEqual(properties, {
        ...{
          DefaultTenantUid: 'flow_no',
          MainPricesListUid: 'main',
          DefaultVatCodeUid: 'vat_25',
          OrganizationUid: 'chain',
        },
        ...texts,
        ...flags,
        UseMarketGroupFlowTenants: false,
        VatCodeUids: { '25': 'vat25' },
      });
    });

    it("of a market win over the connector's, VAT codes rate by rate", () => {
      const document = withProperties(
        [
          { key: '25', value: 'a', keyGroup: 'VatCodeUids' },
          { key: '15', value: 'b', keyGroup: 'VatCodeUids' },
          { key: 'SyncCategoriesToFlow', value: 'true' },
        ],
        [
          { key: 'MainPricesListUid', value: 'market_list' },
          { key: '25.00', value: 'c', keyGroup: 'VatCodeUids' },
          { key: 'SyncCategoriesToFlow', value: 'false' },
        ],
      );
      const tenant = load(document).tenants[0];
      assert.equal(tenant?.markets[0]?.properties.MainPricesListUid, 'market_list');
      assert.deepEqual(tenant.markets[0].properties.VatCodeUids, { '25': 'c', '15': 'b' });
      assert.equal(tenant.markets[0].properties.SyncCategoriesToFlow, false);
      assert.equal(tenant.connector.properties.MainPricesListUid, 'main');
      assert.equal(tenant.connector.properties.SyncCategoriesToFlow, true);
    });

    it('that only markets set hold for the tenant, the first market first', () => {
      const document = withProperties([{ key: 'UseMarketGroupFlowTenants', value: 'true' }]);
      const market = (marketId: string, properties: readonly object[]): object => ({
        ...{ marketId, marketGroupId: 'G', countryCode: 'NO', currency: 'NOK', properties },
      });
      put(document, 'tenants[0].markets', [
        market('A', []),
        market('B', [{ key: 'FlowWebWarehouse', value: 'web_b' }]),
        market('C', [{ key: 'FlowWebWarehouse', value: 'web_c' }]),
      ]);
      const tenant = load(document).tenants[0];
      assert.equal(tenant?.connector.properties.FlowWebWarehouse, 'web_b');
      assert.deepEqual(
        tenant.markets.map(({ properties }) => properties.FlowWebWarehouse),
        [undefined, 'web_b', 'web_c'],
      );
    });

    it('may all stand on the market', () => {
      const connector = validTenant()['connector'] as { properties: object[] };
      const document = put(validDocument(), 'tenants[0].connector', {});
      put(document, 'tenants[0].markets[0].properties', connector.properties);
      assert.equal(load(document).tenants[0]?.connector.properties.OrganizationUid, 'chain');
    });
  });

  describe('references to the environment', () => {
    it('may stand within a text, and $${ is a literal ${', () => {
      const document = put(validDocument(), 'tenants[0].omnium.baseUrl', 'https://${HOST}:${PORT}');
      put(document, 'tenants[0].orders.shippingProductSku', '$${HOST}');
      const tenant = load(document, { ...ENVIRONMENT, HOST: 'omnium.example', PORT: '81' }).tenants[0];
      assert.equal(tenant?.omnium.baseUrl, 'https://omnium.example:81');
      assert.equal(tenant.orders.shippingProductSku, '${HOST}');
    });

    it('cannot change the structure of the file, nor be resolved twice', () => {
      const document = put(validDocument(), 'tenants[0].orders.shippingProductSku', '${EVIL}');
      const tenant = load(document, { ...ENVIRONMENT, EVIL: 'x"\n    retryLadder: ${FLOW_TOKEN}' }).tenants[0];
      assert.equal(tenant?.orders.shippingProductSku, 'x"\n    retryLadder: ${FLOW_TOKEN}');
    });

    it('are told once when wrong, however much the place would complain itself', () => {
      const document = put({ api: {}, ...validDocument() }, 'api.port', '${PORT}');
      put(document, 'tenants[0].timezone', '${no good}');
      put(document, 'tenants[0].connector.properties[1].value', '${LIST}');
      assert.deepEqual(complaints(document), [
        'api.port: environment variable PORT is not set',
        'tenants[0].timezone: a reference must be written ${NAME}, with letters, digits and _ only',
        'tenants[0].connector.properties[1].value: environment variable LIST is not set',
      ]);
    });
  });

  it('tells where a file is not YAML, without quoting it', () => {
    const issues = issuesOf(() => parseConfig('a: 1\ntoken: [SECRET-x\nb: 2\na: 3', {}));
    assert.ok(issues.length > 0);
    for (const { message } of issues) assert.match(message, /^line \d+, column \d+: not valid YAML \([A-Z_]+\)$/);
  });

  for (const [title, text, message] of [
    ['an empty file', '# nothing\n', 'the configuration file is empty'],
    ['a text', 'hello', 'must be a mapping of names to values'],
    ['a list', '- 1', 'must be a mapping of names to values'],
  ] as const) {
    it(`refuses ${title}`, () => {
      assert.deepEqual(
        issuesOf(() => parseConfig(text, {})),
        [{ path: '', message }],
      );
    });
  }

  it('allows anchors and merges, for tenants that share settings', () => {
    const text = 'tenants: [{ <<: &base { countryCode: SE }, tenantUid: x }]';
    const places = issuesOf(() => parseConfig(text, {})).map(({ path }) => path);
    assert.ok(!places.includes('tenants[0].countryCode') && places.includes('tenants[0].flow'));
  });

  it('tells everything that is wrong at once, in all tenants and sections', () => {
    const document: Document = { retryLader: 'x', api: { port: 'many' }, tenants: [validTenant(), validTenant(), 5] };
    put(document, 'tenants[0].currency', 'kroner');
    put(document, 'tenants[0].flow.token', undefined);
    put(document, 'tenants[1].tenantUid', 'flow_se');
    put(document, 'tenants[1].markets[0].currency', 'SEK');
    assert.deepEqual(complaints(document), [
      'api.port: must be a whole number from 0 to 65535',
      'tenants[0].currency: must be a three-letter currency code, e.g. NOK',
      'tenants[0].flow.token: is required',
      'tenants[2]: must be a mapping of names to values',
      'retryLader: is not a setting: here are retryLadder, api, worker, tenants',
      "tenants[1].markets[0].currency: must be the tenant's: all amounts of a Flow tenant are in one currency",
      'tenants[1].connector.properties: DefaultTenantUid must be the tenantUid of the tenant it stands under',
      'tenants[1].markets[0].marketId: belongs to another tenant of the same Omnium account already',
    ]);
  });

  it('lists all of it in the error that the processes print', () => {
    assert.throws(
      () => load({ ...validDocument(), worker: 3, api: [] }),
      (error) =>
        error instanceof ConfigurationError && /has 2 errors\n {2}api: .*\n {2}worker: .*$/.test(error.message),
    );
  });
});

describe('secrets', () => {
  const schemes = [
    { type: 'bearer', token: 'SECRET-1' },
    { type: 'basic', username: 'flow', password: 'SECRET-2' },
    { type: 'header', name: 'X-Key', value: 'SECRET-3' },
    { type: 'standard-webhooks', secret: `whsec_${Buffer.from('SECRET-4'.padEnd(32, '!')).toString('base64')}` },
  ];
  const config = load(put(validDocument(), 'tenants[0].webhooks.flow', { schemes }));

  it('are there to be used', () => {
    assert.deepEqual(
      config.tenants[0]?.webhooks.flow.schemes.map(({ type }) => type),
      schemes.map(({ type }) => type),
    );
    assert.deepEqual(config.tenants[0].webhooks.flow.schemes[2], { type: 'header', name: 'x-key', value: 'SECRET-3' });
  });

  it('are not printed, by whatever way', () => {
    const printed = [
      JSON.stringify(config),
      inspect(config, { depth: null }),
      JSON.stringify(config.tenants[0]?.flow),
    ].join();
    assert.doesNotMatch(printed, /SECRET-|whsec_/);
    assert.equal(printed.split('[secret]').length - 1, 2 * 7 + 1);
  });

  it('never stand in a message, wherever they have been put by mistake', () => {
    const places = listPlaces(validDocument());
    assert.ok(places.length > 25);
    for (const place of places) {
      const wrong = complaints(put(validDocument(), place, '${HOOK_TOKEN}')).join('\n');
      assert.doesNotMatch(wrong, /SECRET-/, place);
    }
  });
});

/** Every place of a document that holds a value. */
function listPlaces(value: unknown, place = ''): string[] {
  if (typeof value !== 'object' || value === null) return [place];
  const steps = Object.entries(value).map(([key, member]) => {
    const step = Array.isArray(value) ? `[${key}]` : `${place && '.'}${key}`;
    return [place + step, member] as const;
  });
  return steps.flatMap(([path, member]) => [path, ...listPlaces(member, path)]);
}
