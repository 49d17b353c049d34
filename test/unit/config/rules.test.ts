import assert from 'node:assert/strict';

import { type DocumentRule, flag, market, T, task, testRules, withProperties } from './rule-documents';
import { complaints, type Document, put, validDocument, validTenant } from './valid-config';

/** One member put into a document that is right otherwise, and the one complaint about it. */
type Rule = readonly [place: string, value: unknown, complaint: string, at?: string];

const SETTINGS = [
  'OMNIUM_CLIENT_ID, OMNIUM_CLIENT_SECRET, OMNIUM_DEFAULT_SHIPPING_METHOD_ID',
  'OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID, OMNIUM_ONLINE_ORDER_HANDLING_UID, OMNIUM_CLICK_COLLECT_EXPIRY_DAYS',
  'OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS, OMNIUM_CUSTOMER_MARKET_GROUP_ID, OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY',
  'OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM, OMNIUM_PROPERTY_PREFIX',
].join(', ');
const SWEEPS = [
  'omniumOrdersEverySeconds, omniumCustomersEverySeconds, flowOrdersEverySeconds, flowReceiptsEverySeconds',
  'flowCustomersEverySeconds, flowErasuresEverySeconds, flowReceivementsEverySeconds, flowStockEverySeconds',
  'omniumPurchaseOrdersEverySeconds, overlapSeconds, firstLookBackHours',
].join(', ');
const PROPERTIES = [
  'DefaultTenantUid, MainPricesListUid, DefaultVatCodeUid, OrganizationUid, PurchaseNumberSeriesUid, VoucherNumberSeriesUid',
  'OmniumIsMasterForStock, SyncCategoriesToFlow, ProductGroupRootId, DefaultProductGroupUid, StorePriceListsInFlow',
  'ExportDeliveryAsPo, SendPackageProductOnPurchaseOrder, CreatePackageSlots, UseCostPriceListInInventoryExport',
  'UseMarketGroupFlowTenants, FlowWebWarehouse, VatCodeUids',
].join(', ');

const VALUE_RULES: readonly Rule[] = [
  ['retryLadder', 'one-minut', 'must be one of one-minute, two-minutes'],
  ['retryLadder', 'never', 'must be one of one-minute, two-minutes'],
  ['api.port', 65_536, 'must be a whole number from 0 to 65535'],
  ['api.port', 1.5, 'must be a whole number from 0 to 65535'],
  ['api.port', '-1', 'must be a whole number from 0 to 65535'],
  ['api.answerWithinMs', 5000, 'must be a whole number from 100 to 4900'],
  ['api.maxInFlight', 0, 'must be a whole number from 1 to 100000'],
  ['api.maxBodyBytes', 10, 'must be a whole number from 1024 to 67108864'],
  ['api.host', '', 'must not be empty'],
  ['api.host', 5, 'must be text (put numbers in quotes)'],
  ['api.temporalWebUiUrl', 'localhost:8233', 'must be an http(s) address without user name, query or fragment'],
  ['api.publicUrl', 'integration.example.com', 'must be an http(s) address without user name, query or fragment'],
  ['api.publicUrl', 'ws://integration', 'must be an http(s) address without user name, query or fragment'],
  [
    'api.portt',
    1,
    'is not a setting: here are host, port, maxBodyBytes, maxInFlight, answerWithinMs, publicUrl, temporalWebUiUrl',
  ],
  [
    'api.colour',
    'red',
    'is not a setting: here are host, port, maxBodyBytes, maxInFlight, answerWithinMs, publicUrl, temporalWebUiUrl',
  ],
  ['worker.maxCachedWorkflows', 'all', 'must be a whole number from 1 to 100000'],
  ['worker.shutdownGraceMs', -1, 'must be a whole number from 0 to 600000'],
  ['tenants', [], 'needs at least one tenant'],
  ['tenants', {}, 'must be a list'],
  ['tenants', undefined, 'is required'],
  [`${T}.tenantUid`, 'flow no', 'must be a Flow uid: letters, digits, _ and - only'],
  [`${T}.tenantUid`, 5, 'must be text (put numbers in quotes)'],
  [`${T}.countryCode`, 'NOR', 'must be a two-letter country code, e.g. NO'],
  [`${T}.countryCode`, 'XX', 'must be a two-letter country code, e.g. NO'],
  [`${T}.timezone`, 'Europe/Olso', 'must be a time zone such as Europe/Oslo'],
  [`${T}.timezone`, undefined, 'is required'],
  [
    `${T}.timezones`,
    'x',
    'is not a setting: here are tenantUid, countryCode, currency, timezone, flow, omnium, webhooks, settings, connector, markets, stores, orders, customers, goods, catalogue, exports, sweeps',
  ],
  [`${T}.flow.baseUrl`, 'ftp://flow', 'must be an http(s) address without user name, query or fragment'],
  [`${T}.flow.baseUrl`, 'https://user:pw@flow', 'must be an http(s) address without user name, query or fragment'],
  [`${T}.flow.baseUrl`, 'https://flow/v2?a=b', 'must be an http(s) address without user name, query or fragment'],
  [`${T}.flow.token`, '', 'must not be empty'],
  [`${T}.flow.token`, 'abc\n', 'must not begin or end with a blank or line end'],
  [`${T}.flow.token`, null, 'is required'],
  [`${T}.flow.timeoutMs`, 10, 'must be a whole number from 1000 to 300000'],
  [`${T}.flow.maxConcurrentRequests`, 0, 'must be a whole number from 1 to 500'],
  [`${T}.omnium.baseUrl`, 'https://api.omnium.no/api/', 'must be without /api at the end'],
  [`${T}.webhooks`, undefined, 'is required'],
  [`${T}.webhooks.omnium.schemes`, [], 'needs at least one scheme'],
  [`${T}.webhooks.omnium.schemes[0].type`, 'bearr', 'must be one of bearer, basic, header, standard-webhooks'],
  [`${T}.webhooks.omnium.schemes[0].tokn`, 'x', 'is not a setting: here are type, token'],
  [
    `${T}.webhooks.flow.schemes[0]`,
    { type: 'basic', username: 'a:b', password: 'x' },
    'must not hold a colon',
    '.username',
  ],
  [`${T}.webhooks.flow.schemes[0]`, { type: 'basic', username: 'a' }, 'is required', '.password'],
  [
    `${T}.webhooks.flow.schemes[0]`,
    { type: 'header', name: 'x y', value: 'v' },
    'must be the name of an HTTP header',
    '.name',
  ],
  [
    `${T}.webhooks.flow.schemes[0]`,
    { type: 'standard-webhooks', secret: 'whsec_c2hvcnQ=' },
    'must be 24 to 64 bytes as base64, with or without whsec_ before it',
    '.secret',
  ],
  [`${T}.settings.OMNIUM_CLIENT_ID`, undefined, 'is required'],
  [`${T}.settings.OMNIUM_CLIENT_SECRET`, undefined, 'is required'],
  [`${T}.settings.OMNIUM_TOKEN`, 'abc', 'is managed automatically and must not be set: remove it'],
  [`${T}.settings.OMNIUM_FLOW_STOCK_MASTER`, true, 'is a setting of a store: set it under stores[].settings'],
  [`${T}.settings.OMNIUM_ONLINE_ORDERHANDLING_UID`, 'x', `is not a setting: here are ${SETTINGS}`],
  [`${T}.settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS`, '2.5', 'must be a whole number from 0 to 365'],
  [`${T}.settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS`, '', 'must be a whole number from 0 to 365'],
  [`${T}.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM`, 'yes', 'must be true or false'],
  [
    `${T}.settings.OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID`,
    'click & collect',
    'must be a Flow uid: letters, digits, _ and - only',
  ],
  [`${T}.settings.OMNIUM_PROPERTY_PREFIX`, '', 'must not be empty'],
  [`${T}.connector.name`, 'Flow', 'must be one of FlowRetail'],
  [`${T}.connector.tasks`, [], 'is not a setting: here are name, implementations, properties, scheduledTasks'],
  [`${T}.connector.properties[0].value`, 5, 'must be text in quotes, as in the vendor\'s form ("true", "25")'],
  [`${T}.connector.properties[0].group`, 'x', 'is not a setting: here are key, value, keyGroup, editKey, valueType'],
  [`${T}.markets`, [], 'needs at least one market'],
  [`${T}.markets[0].marketId`, '', 'must not be empty'],
  [`${T}.stores[0].storeId`, undefined, 'is required'],
  [`${T}.stores[0]`, { storeId: '--' }, 'leaves no character for a Flow uid: set storeUid', '.storeId'],
  [
    `${T}.stores[0]`,
    { storeId: 'a', settings: { OMNIUM_FLOW_STOCK_MASTR: true } },
    'is not a setting: here are OMNIUM_FLOW_STOCK_MASTER',
    '.settings.OMNIUM_FLOW_STOCK_MASTR',
  ],
  [`${T}.orders.orderTypes`, { bopis: 'pickup' }, 'must be one of click-and-collect, online', '.bopis'],
  [`${T}.orders.orderTypes`, { Bopis: 'online', bopis: 'online' }, 'names an order type twice, in different case'],
  [`${T}.orders.statusClasses`, { Expired: 'gone' }, 'must be one of bring, hold, finished, cancelled', '.Expired'],
  [`${T}.orders.statusClasses`, { Late: 'hold', late: 'bring' }, 'names a status twice, in different case'],
  [`${T}.flow.integrationUserUid`, 'a b', 'must be a Flow uid: letters, digits, _ and - only'],
  [`${T}.orders.till.handedOverStatus`, '', 'must not be empty'],
  [`${T}.orders.till.blindReturnsAs`, 'return', 'must be one of pos-order, return-order'],
  [
    `${T}.orders.till.cancelledState`,
    'x',
    'is not a setting: here are visibleFrom, openStatus, handedOverStatus, partlyHandedOverStatus, cancelledStatus, expiredStatus, blindReturnsAs',
  ],
  [`${T}.customers.onDeletedInFlow`, 'delete', 'must be one of anonymize, keep'],
  [`${T}.customers.onDeletedInOmnium`, 'keep', 'is not a setting: here are onDeletedInFlow, onAnonymizedInOmnium'],
  [`${T}.sweeps.flowOrdersEverySeconds`, -1, 'must be a whole number from 0 to 86400'],
  [`${T}.sweeps.flowStockEverySeconds`, 86_401, 'must be a whole number from 0 to 86400'],
  [`${T}.sweeps.flowReceiptEverySeconds`, 60, `is not a setting: here are ${SWEEPS}`],
  [`${T}.goods.receptionsWhereOmniumIsMaster`, 'ignore', 'must be one of confirm, refuse'],
  [`${T}.goods.alignAgainAfterSeconds`, 0, 'must be a whole number from 1 to 86400'],
  [
    `${T}.goods.alignAgainSeconds`,
    60,
    'is not a setting: here are receptionsWhereOmniumIsMaster, alignAgainAfterSeconds',
  ],
  [`${T}.sweeps.firstLookBackHours`, 0, 'must be a whole number from 1 to 8784'],
  [`${T}.sweeps.flowProductsEverySeconds`, 60, `is not a setting: here are ${SWEEPS}`],
];

const vat = (key: string, value: string): object => ({ key, value, keyGroup: 'VatCodeUids' });

const PROPERTY_RULES: readonly DocumentRule[] = [
  {
    title: 'an unknown property',
    document: withProperties([flag('SyncCategoryToFlow')]),
    complaints: [`${T}.connector.properties[4].key: is not a property of the connector: there are ${PROPERTIES}`],
  },
  {
    title: 'a tax rate without its key group',
    document: withProperties([{ key: '25', value: 'v' }]),
    complaints: [
      `${T}.connector.properties[4].key: is not a property of the connector (a tax rate needs "keyGroup": "VatCodeUids")`,
    ],
  },
  {
    title: 'an unknown key group',
    document: withProperties([{ key: '25', value: 'v', keyGroup: 'VatCodes' }]),
    complaints: [`${T}.connector.properties[4].keyGroup: is not a key group of the connector: there is VatCodeUids`],
  },
  {
    title: 'a property twice',
    document: withProperties([flag('SyncCategoriesToFlow'), flag('SyncCategoriesToFlow', 'false')]),
    complaints: [`${T}.connector.properties[5].key: SyncCategoriesToFlow is set twice`],
  },
  {
    title: 'a tax rate twice, written in two ways',
    document: withProperties([vat('25', 'a'), vat('25.0', 'b')]),
    complaints: [`${T}.connector.properties[5].key: the tax rate 25 is set twice`],
  },
  {
    title: 'a tax rate that is none',
    document: withProperties([vat('standard', 'a'), vat('250', 'b'), vat('25 %', 'c')]),
    complaints: [4, 5, 6].map(
      (index) => `${T}.connector.properties[${index}].key: must be a tax rate in percent, e.g. "25"`,
    ),
  },
  {
    title: 'values of the wrong kind',
    document: withProperties([flag('CreatePackageSlots', 'on'), flag('FlowWebWarehouse', 'web shop'), vat('25', '?')]),
    complaints: [
      `${T}.connector.properties[4].value: CreatePackageSlots must be true or false`,
      `${T}.connector.properties[5].value: FlowWebWarehouse must be a Flow uid: letters, digits, _ and - only`,
      `${T}.connector.properties[6].value: must be a Flow uid: letters, digits, _ and - only`,
    ],
  },
  {
    title: 'a setting of the whole connector on a market',
    document: put(validDocument(), `${T}.markets[0].properties`, [flag('UseMarketGroupFlowTenants')]),
    complaints: [
      `${T}.markets[0].properties[0].key: UseMarketGroupFlowTenants is set on the connector, not on a market`,
    ],
  },
  {
    title: 'required properties that are missing',
    document: put(validDocument(), `${T}.connector.properties`, []),
    complaints: ['DefaultTenantUid', 'MainPricesListUid', 'DefaultVatCodeUid', 'OrganizationUid'].map(
      (name) => `${T}.connector.properties: ${name} is required`,
    ),
  },
  {
    title: 'a required property that is there but wrong, once only',
    document: put(validDocument(), `${T}.connector.properties[1].value`, 'no list'),
    complaints: [
      `${T}.connector.properties[1].value: MainPricesListUid must be a Flow uid: letters, digits, _ and - only`,
    ],
  },
  {
    title: 'another DefaultTenantUid, on the connector or a market',
    document: put(put(validDocument(), `${T}.connector.properties[0].value`, 'flow_se'), `${T}.markets[0].properties`, [
      flag('DefaultTenantUid', 'flow_dk'),
    ]),
    complaints: [`${T}.connector.properties`, `${T}.markets[0].properties`].map(
      (place) => `${place}: DefaultTenantUid must be the tenantUid of the tenant it stands under`,
    ),
  },
  {
    title: 'purchase orders without a number series',
    document: withProperties([], { [`${T}.connector.implementations`]: ['IProductExporter', 'IDeliveryExporter'] }),
    complaints: [
      `${T}.connector.properties: PurchaseNumberSeriesUid is required, because IDeliveryExporter is among the implementations`,
    ],
  },
  {
    title: 'purchase orders with one',
    document: withProperties([flag('PurchaseNumberSeriesUid', 'po')], {
      [`${T}.connector.implementations`]: ['IPurchaseOrderSynchronousExporter'],
    }),
    complaints: [],
  },
  {
    title: 'stores and receipts without a voucher series',
    document: withProperties([], {
      [`${T}.connector.implementations`]: ['IStoreExporter'],
      [`${T}.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM`]: true,
    }),
    complaints: [
      `${T}.connector.properties: VoucherNumberSeriesUid is required, because OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is true and IStoreExporter is among the implementations`,
    ],
  },
  {
    title: 'deliveries as purchase orders that nothing exports',
    document: withProperties([flag('ExportDeliveryAsPo')]),
    complaints: [
      `${T}.connector.implementations: ExportDeliveryAsPo needs IDeliveryExporter among the implementations`,
    ],
  },
  {
    title: 'deliveries as purchase orders that nothing exports, on a second market',
    document: withProperties([flag('UseMarketGroupFlowTenants'), flag('ExportDeliveryAsPo', 'false')], {
      [`${T}.markets`]: [
        market('A', { marketGroupId: 'G' }),
        market('B', { marketGroupId: 'G', properties: [flag('ExportDeliveryAsPo')] }),
      ],
    }),
    complaints: [
      `${T}.connector.implementations: ExportDeliveryAsPo needs IDeliveryExporter among the implementations`,
    ],
  },
  {
    title: 'deliveries as purchase orders with their exporter',
    document: withProperties([flag('ExportDeliveryAsPo'), flag('PurchaseNumberSeriesUid', 'po')], {
      [`${T}.connector.implementations`]: ['IDeliveryExporter'],
    }),
    complaints: [],
  },
  {
    title: 'cost prices with stock levels that nothing exports',
    document: withProperties([flag('UseCostPriceListInInventoryExport')]),
    complaints: [
      `${T}.connector.implementations: UseCostPriceListInInventoryExport needs IInventoryExporter among the implementations`,
    ],
  },
  {
    title: 'price lists of stores that nothing exports',
    document: withProperties([flag('StorePriceListsInFlow')]),
    complaints: [
      `${T}.connector.implementations: StorePriceListsInFlow needs IStoreExporter among the implementations`,
    ],
  },
  {
    title: 'price lists of stores that are exported',
    document: withProperties([flag('StorePriceListsInFlow')], {
      [`${T}.connector.implementations`]: ['IStoreExporter'],
    }),
    complaints: [],
  },
];

const SCHEDULE_RULES: readonly DocumentRule[] = [
  ...[
    '*/30 * * * *',
    '  15   *  * * *  ',
    '0,30 8-18 * * 1-5',
    '0 8-18/2 1,15 * *',
    '5/10 * * jan-MAR mon,Fri',
    '59 23 31 12 7',
    '0 0 * * 0',
  ].map((schedule) => ({ title: `the schedule ${schedule}`, document: withSchedule(schedule), complaints: [] })),
  ...[
    ['', 'must be a cron schedule of five fields, e.g. */30 * * * *'],
    ['* * * *', 'must be a cron schedule of five fields, e.g. */30 * * * *'],
    ['0 * * * * *', 'must be a cron schedule of five fields, e.g. */30 * * * *'],
    ['@daily', 'must be a cron schedule of five fields, e.g. */30 * * * *'],
    ['1.5 * * * *', 'must be a cron schedule of five fields, e.g. */30 * * * *'],
    ['60 * * * *', 'the minute of the cron schedule must lie within 0-59'],
    ['* 24 * * *', 'the hour of the cron schedule must lie within 0-23'],
    ['* * 0 * *', 'the day of month of the cron schedule must lie within 1-31'],
    ['* * * 13 *', 'the month of the cron schedule must lie within 1-12'],
    ['* * * * 1-8', 'the day of week of the cron schedule must lie within 0-7'],
  ].map(([schedule = '', complaint = '']) => ({
    title: `the schedule "${schedule}"`,
    document: withSchedule(schedule),
    complaints: [`${T}.connector.scheduledTasks[0].schedule: ${complaint}`],
  })),
];

function withSchedule(schedule: string): Document {
  return withProperties([], {
    [`${T}.connector.implementations`]: ['IProductExporter'],
    [`${T}.connector.scheduledTasks`]: [task('FlowSoaScheduledTask', { schedule })],
  });
}

const EXPORT_RULES: readonly DocumentRule[] = [
  {
    title: 'an unknown implementation',
    document: withProperties([], { [`${T}.connector.implementations`]: ['IProductExporter', 'IInventoryExport'] }),
    complaints: [
      `${T}.connector.implementations[1]: must be one of IProductExporter, IInventoryExporter, IStoreExporter, IPurchaseOrderSynchronousExporter, IDeliveryExporter, IPrivateCustomerExporter, IBusinessCustomerExporter`,
    ],
  },
  {
    title: 'an implementation twice',
    document: withProperties([], { [`${T}.connector.implementations`]: ['IProductExporter', 'IProductExporter'] }),
    complaints: [`${T}.connector.implementations[1]: is listed twice`],
  },
  {
    title: 'an unknown task',
    document: withProperties([], { [`${T}.connector.scheduledTasks`]: [task('FlowPricesScheduledTask')] }),
    complaints: [
      `${T}.connector.scheduledTasks[0].implementationType: must be one of FlowProductScheduledTask, FlowInventoryScheduledTask, FlowPriceScheduledTask, FlowCostPriceScheduledTask, FlowSoaScheduledTask, FlowCategoryScheduledTask`,
    ],
  },
  {
    title: 'a task twice',
    document: withProperties([], {
      [`${T}.connector.implementations`]: ['IProductExporter'],
      [`${T}.connector.scheduledTasks`]: [task('FlowSoaScheduledTask'), task('FlowSoaScheduledTask')],
    }),
    complaints: [`${T}.connector.scheduledTasks[1].implementationType: is listed twice`],
  },
  {
    title: 'a task with a wrong schedule or an unknown member',
    document: withProperties([], {
      [`${T}.connector.scheduledTasks`]: [
        task('FlowSoaScheduledTask', { schedule: '0 25 * * *' }),
        task('FlowPriceScheduledTask', { disabled: true }),
      ],
    }),
    complaints: [
      `${T}.connector.scheduledTasks[0].schedule: the hour of the cron schedule must lie within 0-23`,
      `${T}.connector.scheduledTasks[1].disabled: is not a setting: here are schedule, implementationType, isDisabled`,
    ],
  },
];

const CANCELS = 'means cancelled (orders.statusClasses): it would cancel the order';
const COMES_BACK =
  'must be `cancelled` in orders.statusClasses: else the order would come back to the till as an open one';

const TILL_RULES: readonly DocumentRule[] = [
  {
    title: 'hand-over statuses that mean cancelled, in any case',
    document: put(validDocument(), `${T}.orders.till`, {
      handedOverStatus: 'NOTCOLLECTED',
      partlyHandedOverStatus: 'Expired',
    }),
    complaints: ['handedOverStatus', 'partlyHandedOverStatus'].map((name) => `${T}.orders.till.${name}: ${CANCELS}`),
  },
  ...['Completed', 'OrderCanceled'].map((openStatus) => ({
    title: `a status of orders at the tills that means they are over: ${openStatus}`,
    document: put(validDocument(), `${T}.orders.till`, { openStatus }),
    complaints: [`${T}.orders.till.openStatus: means that the order is over (orders.statusClasses): it has just begun`],
  })),
  {
    title: 'cancelling statuses that do not mean cancelled',
    document: put(validDocument(), `${T}.orders.till`, { cancelledStatus: 'Completed', expiredStatus: 'Late' }),
    complaints: ['cancelledStatus', 'expiredStatus'].map((name) => `${T}.orders.till.${name}: ${COMES_BACK}`),
  },
  {
    title: 'a class that takes from expiry the status it writes',
    document: put(validDocument(), `${T}.orders.statusClasses`, { NotCollected: 'hold' }),
    complaints: [`${T}.orders.till.expiredStatus: ${COMES_BACK}`],
  },
  {
    title: 'statuses of its own that fit together',
    document: put(validDocument(), `${T}.orders`, {
      statusClasses: { Void: 'cancelled', Late: 'cancelled' },
      till: { handedOverStatus: 'Done', cancelledStatus: 'void', expiredStatus: 'LATE' },
    }),
    complaints: [],
  },
];

const GROUPED = [flag('UseMarketGroupFlowTenants')];

const TENANT_RULES: readonly DocumentRule[] = [
  {
    title: "a market in another currency than the tenant's",
    document: put(validDocument(), `${T}.markets[0].currency`, 'SEK'),
    complaints: [`${T}.markets[0].currency: must be the tenant's: all amounts of a Flow tenant are in one currency`],
  },
  {
    title: 'two markets without UseMarketGroupFlowTenants',
    document: put(validDocument(), `${T}.markets[1]`, market('NOR2')),
    complaints: [
      `${T}.markets: a tenant has one market, unless UseMarketGroupFlowTenants is "true" and its markets are of one market group`,
    ],
  },
  {
    title: 'two markets of one group with it',
    document: withProperties(GROUPED, {
      [`${T}.markets`]: [market('A', { marketGroupId: 'G' }), market('B', { marketGroupId: 'G' })],
    }),
    complaints: [],
  },
  {
    title: 'markets of two groups, or of none',
    document: withProperties(GROUPED, {
      [`${T}.markets`]: [market('A', { marketGroupId: 'G' }), market('B', { marketGroupId: 'H' }), market('C')],
    }),
    complaints: [
      `${T}.markets[1].marketGroupId: must be the same for all markets of the tenant, with UseMarketGroupFlowTenants`,
      `${T}.markets[2].marketGroupId: is required with UseMarketGroupFlowTenants`,
    ],
  },
  {
    title: 'a market twice',
    document: withProperties(GROUPED, {
      [`${T}.markets`]: [market('A', { marketGroupId: 'G' }), market('A', { marketGroupId: 'G' })],
    }),
    complaints: [`${T}.markets[1].marketId: is listed twice`],
  },
  {
    title: 'a required property that only some markets have',
    document: put(
      put(validDocument(), `${T}.connector.properties`, [
        ...GROUPED,
        flag('DefaultTenantUid', 'flow_no'),
        flag('DefaultVatCodeUid', 'v'),
        flag('OrganizationUid', 'o'),
      ]),
      `${T}.markets`,
      [
        market('A', { marketGroupId: 'G', properties: [flag('MainPricesListUid', 'l')] }),
        market('B', { marketGroupId: 'G' }),
      ],
    ),
    complaints: [`${T}.markets[1].properties: MainPricesListUid is required`],
  },
  {
    title: 'a store twice',
    document: put(validDocument(), `${T}.stores`, [{ storeId: 'a' }, { storeId: 'a' }]),
    complaints: [`${T}.stores[1].storeId: is listed twice`],
  },
  {
    title: 'stores that become one in Flow',
    document: put(validDocument(), `${T}.stores`, [{ storeId: 'oslo-1' }, { storeId: 'b' }, { storeId: 'oslo.1' }]),
    complaints: [`${T}.stores[2].storeUid: the stores "oslo-1" and "oslo.1" both become "oslo1" in Flow: set storeUid`],
  },
  {
    title: 'a storeUid that another store is stripped to',
    document: put(validDocument(), `${T}.stores`, [{ storeId: 'x', storeUid: 'oslo1' }, { storeId: 'oslo-1' }]),
    complaints: [`${T}.stores[1].storeUid: the stores "x" and "oslo-1" both become "oslo1" in Flow: set storeUid`],
  },
  {
    title: 'stores that only look alike, each with its own uid',
    document: put(validDocument(), `${T}.stores`, [{ storeId: 'oslo-1' }, { storeId: 'oslo.1', storeUid: 'oslo_1' }]),
    complaints: [],
  },
  {
    title: 'a tenant twice, with all it has',
    document: put(put(validDocument(), 'tenants[1]', validTenant()), 'tenants[1].markets[0].marketId', 'NOR2'),
    complaints: ['tenants[1].tenantUid: is listed twice'],
  },
  {
    title: 'a store of two tenants of one Omnium account',
    document: twoTenants(
      { stores: [{ storeId: 'oslo' }] },
      { stores: [{ storeId: 'oslo' }], markets: [market('SWE')] },
    ),
    complaints: ['tenants[1].stores[0].storeId: belongs to another tenant of the same Omnium account already'],
  },
  {
    title: 'the same market of two Omnium accounts',
    document: twoTenants({}, { settings: { OMNIUM_CLIENT_ID: 'another', OMNIUM_CLIENT_SECRET: 's' } }),
    complaints: [],
  },
];

function twoTenants(first: object, second: object): Document {
  const other = { ...validTenant(), tenantUid: 'flow_2', ...second };
  const document = { tenants: [{ ...validTenant(), ...first }, other] };
  const properties = structuredClone((validTenant()['connector'] as { properties: object[] }).properties);
  return put(
    put(document, 'tenants[1].connector', { properties }),
    'tenants[1].connector.properties[0].value',
    'flow_2',
  );
}

describe('configuration rules', () => {
  it('find nothing wrong with a configuration that is right', () => {
    assert.deepEqual(complaints(validDocument()), []);
  });

  describe('for single values', () => {
    for (const [place, value, complaint, at = ''] of VALUE_RULES) {
      it(`${place} = ${JSON.stringify(value) ?? 'nothing'}`, () => {
        const document = put(validDocument(), place, value);
        assert.ok(complaints(document).includes(`${place}${at}: ${complaint}`), complaints(document).join('\n'));
        // Whatever else is told is a consequence at the same place, or of the section that is missing.
        assert.ok(complaints(document).length <= 2, complaints(document).join('\n'));
      });
    }
  });

  for (const [title, rules] of [
    ['for connector properties', PROPERTY_RULES],
    ['for schedules', SCHEDULE_RULES],
    ['for implementations and tasks', EXPORT_RULES],
    ['for what the tills write', TILL_RULES],
    ['between markets, stores and tenants', TENANT_RULES],
  ] as const) {
    describe(title, () => {
      testRules(rules);
    });
  }
});
