import { z } from 'zod';

import { RETRY_LADDERS, type RetryLadderName } from '../contracts/retry-ladder';
import { type Engine } from '../contracts/task-queues';
import { catalogueSchema } from './catalogue-schema';
import { IMPLEMENTATIONS, SCHEDULED_TASKS } from './connector-definitions';
import { cronProblem } from './cron';
import {
  country,
  currency,
  flag,
  httpUrl,
  optionalText,
  optionalUid,
  secret,
  strictObject,
  text,
  timeZone,
  uid,
  wholeNumber,
} from './field-types';
import { documented, type SettingDocumentation } from './setting-documentation';
import { webhooksSchema } from './webhook-schema';

/**
 * The configuration file, section by section. Each setting carries its documentation: docs/settings.md is made from it.
 * The sections are read one by one (read-config.ts), so that one wrong value never hides another.
 */

const ofService = { origin: 'this service', level: 'service' } as const;
const ofTenant = { origin: 'this service', level: 'tenant' } as const;
const ofFlow = { origin: 'Flow', level: 'tenant' } as const;
const ofMarket = { origin: 'this service', level: 'market' } as const;

function setting<S extends z.ZodType>(schema: S, documentation: SettingDocumentation): S {
  return documented(schema, documentation);
}

const ladderNames = Object.keys(RETRY_LADDERS).filter((name): name is RetryLadderName => name in RETRY_LADDERS);

const MEBIBYTE = 1024 * 1024;

export const apiSchema = strictObject({
  host: setting(text().default('0.0.0.0'), { ...ofService, effect: 'address the intake listens on', usedBy: 'intake' }),
  port: setting(wholeNumber(0, 65_535).default(4000), {
    ...ofService,
    effect: 'port the intake listens on; 0 = any free one',
    usedBy: 'intake',
  }),
  maxBodyBytes: setting(wholeNumber(1024, 64 * MEBIBYTE).default(MEBIBYTE), {
    ...ofService,
    effect: 'largest webhook body; a bigger one is answered 413',
    usedBy: 'intake',
  }),
  maxInFlight: setting(wholeNumber(1, 100_000).default(400), {
    ...ofService,
    effect: 'webhooks in work at once; above it the answer is 503, which both vendors send again',
    usedBy: 'intake',
  }),
  answerWithinMs: setting(wholeNumber(100, 4900).default(4500), {
    ...ofService,
    effect: 'longest time to an answer in milliseconds; the senders wait 5 s',
    usedBy: 'intake',
  }),
  publicUrl: setting(httpUrl().optional(), {
    ...ofService,
    effect:
      "address under which the vendors reach the intake, e.g. `https://integration.example.com`; `ops flow webhooks` registers Flow's webhooks with it",
    usedBy: 'intake',
  }),
  temporalWebUiUrl: setting(httpUrl().default('http://localhost:8233'), {
    ...ofService,
    effect: 'address of the Temporal Web UI, for links',
    usedBy: 'intake',
  }),
});

const processes = (engine: Engine): z.ZodDefault<z.ZodType<number>> =>
  setting(wholeNumber(1, 100).default(1), {
    ...ofService,
    effect: `processes that run the engine \`${engine}\`, so that each keeps to its share of the vendors' limits`,
    usedBy: 'start-up',
  });

const processesSchema = strictObject({
  'order-sync': processes('order-sync'),
  'receivement-sync': processes('receivement-sync'),
  exports: processes('exports'),
} satisfies Record<Engine, z.ZodType<number>>);

export const workerSchema = strictObject({
  maxConcurrentActivities: setting(wholeNumber(1, 1000).default(40), {
    ...ofService,
    effect: 'syncs one worker process runs at once',
    usedBy: 'web orders',
  }),
  maxCachedWorkflows: setting(wholeNumber(1, 100_000).default(200), {
    ...ofService,
    effect: 'workflows one worker process keeps in memory; one that waits on the retry ladder need not be among them',
    usedBy: 'web orders',
  }),
  shutdownGraceMs: setting(wholeNumber(0, 600_000).default(10_000), {
    ...ofService,
    effect: 'time running syncs get to finish after SIGTERM, in milliseconds',
    usedBy: 'web orders',
  }),
  processes: processesSchema.prefault({}),
});

const timeoutMs = (defaultMs: number, vendor: string): z.ZodDefault<z.ZodType<number>> =>
  setting(wholeNumber(1000, 300_000).default(defaultMs), {
    ...ofTenant,
    effect: `longest wait for one answer of ${vendor}, in milliseconds`,
    usedBy: 'web orders',
  });

const maxConcurrentRequests = (defaultLimit: number, vendor: string): z.ZodDefault<z.ZodType<number>> =>
  setting(wholeNumber(1, 500).default(defaultLimit), {
    ...ofTenant,
    effect: `calls to ${vendor} at once, from all worker processes together: see \`worker.processes\``,
    usedBy: 'web orders',
  });

export const flowSchema = strictObject({
  baseUrl: setting(httpUrl(), {
    ...ofTenant,
    effect: "Flow's API with its version, e.g. `https://api.flowretail.com/v2`",
    usedBy: 'web orders',
  }),
  token: setting(secret(), { ...ofFlow, effect: 'integration token of the tenant (secret)', usedBy: 'web orders' }),
  integrationUserUid: setting(optionalUid(), {
    ...ofFlow,
    effect:
      "uid under which Flow's webhooks name our integration user (`tenantUser.Uid`): what it did is our own echo and is not synced back; not set = nothing is taken for an echo",
    usedBy: 'intake',
  }),
  timeoutMs: timeoutMs(15_000, 'Flow'),
  maxConcurrentRequests: maxConcurrentRequests(40, 'Flow'),
});

export const omniumSchema = strictObject({
  baseUrl: setting(
    httpUrl().refine((url) => !/\/api$/i.test(url), 'must be without /api at the end'),
    { ...ofTenant, effect: "Omnium's API without `/api`, e.g. `https://api.omnium.no`", usedBy: 'web orders' },
  ),
  apiUserId: setting(optionalText(), {
    ...ofTenant,
    origin: 'Omnium',
    defaultInWords: '`OMNIUM_CLIENT_ID`',
    effect:
      "user id under which Omnium's events name our API user (`userId`): what it did is our own echo and is not synced back",
    usedBy: 'intake',
  }),
  timeoutMs: timeoutMs(30_000, 'Omnium'),
  maxConcurrentRequests: maxConcurrentRequests(18, 'Omnium'),
});

const TOKEN_HINT = 'is managed automatically and must not be set: remove it';
const STOCK_MASTER_HINT = 'OMNIUM_FLOW_STOCK_MASTER is a setting of a store: set it under stores[].settings';

export const settingsSchema = strictObject(
  {
    OMNIUM_CLIENT_ID: setting(secret(), {
      ...ofFlow,
      effect: 'OAuth2 client id for the Omnium API',
      usedBy: 'web orders',
    }),
    OMNIUM_CLIENT_SECRET: setting(secret(), {
      ...ofFlow,
      effect: 'OAuth2 client secret for the Omnium API (secret)',
      usedBy: 'web orders',
    }),
    OMNIUM_TOKEN: setting(z.undefined({ error: TOKEN_HINT }).optional(), {
      ...ofFlow,
      defaultInWords: 'never set',
      effect: 'refused: the access token is fetched, kept and renewed automatically',
      usedBy: 'start-up',
    }),
    OMNIUM_DEFAULT_SHIPPING_METHOD_ID: setting(optionalText(), {
      ...ofFlow,
      effect: 'shipping method of orders sent to Omnium that have none',
      usedBy: 'till orders',
    }),
    OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID: setting(optionalUid(), {
      ...ofFlow,
      effect: 'Flow order handling of click & collect orders; not set = they get none',
      usedBy: 'web orders',
    }),
    OMNIUM_ONLINE_ORDER_HANDLING_UID: setting(optionalUid(), {
      ...ofFlow,
      effect: 'Flow order handling of online orders; not set = they get none',
      usedBy: 'web orders',
    }),
    OMNIUM_CLICK_COLLECT_EXPIRY_DAYS: setting(wholeNumber(0, 365).optional(), {
      ...ofFlow,
      effect: "working days until the pick-up deadline, in the store's country; not set = no deadline but Omnium's own",
      usedBy: 'web orders',
    }),
    OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: setting(flag().default(false), {
      ...ofFlow,
      effect: 'the parent product of a package is a line of its own beside its components',
      usedBy: 'web orders',
    }),
    OMNIUM_CUSTOMER_MARKET_GROUP_ID: setting(optionalText(), {
      ...ofFlow,
      effect: 'market group of customers created in Omnium',
      usedBy: 'customers',
    }),
    OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY: setting(optionalText(), {
      ...ofFlow,
      effect: 'provider, e.g. `Voyado`, whose external id is the loyalty id; not set = the customer number is',
      usedBy: 'web orders',
    }),
    OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: setting(flag().default(false), {
      ...ofFlow,
      effect: 'receipts go to Omnium as invoices with their PDF',
      usedBy: 'receipts',
    }),
    OMNIUM_PROPERTY_PREFIX: setting(text().default('flow'), {
      ...ofFlow,
      effect: 'prefix of the order properties that Flow reads and writes in Omnium',
      usedBy: 'till orders',
    }),
  },
  { OMNIUM_FLOW_STOCK_MASTER: STOCK_MASTER_HINT },
);

const propertyItemSchema = strictObject({
  key: text(),
  value: z.union([z.string(), z.boolean()], {
    error: 'must be text in quotes, as in the vendor\'s form ("true", "25")',
  }),
  keyGroup: optionalText(),
  // Members of the vendor's form that only its editor uses.
  editKey: flag().optional(),
  valueType: optionalText(),
});

export const propertyItemsSchema = z.array(propertyItemSchema);

export const connectorSchema = strictObject({
  name: z.literal('FlowRetail').default('FlowRetail'),
  implementations: z.array(z.enum(Object.keys(IMPLEMENTATIONS))).default([]),
  properties: propertyItemsSchema.default([]),
  scheduledTasks: z
    .array(
      strictObject({
        schedule: z.string().superRefine((schedule, context) => {
          const problem = cronProblem(schedule);
          if (problem) context.addIssue(problem);
        }),
        implementationType: z.enum(Object.keys(SCHEDULED_TASKS)),
        isDisabled: flag().default(false),
      }),
    )
    .default([]),
});

export const marketSchema = strictObject({
  marketId: setting(text(), {
    ...ofMarket,
    origin: 'Omnium',
    effect: 'Omnium market, e.g. `NOR`; the order of the markets is their priority',
    usedBy: 'web orders',
  }),
  marketGroupId: setting(optionalText(), {
    ...ofMarket,
    origin: 'Omnium',
    effect: 'market group the market belongs to',
    usedBy: 'start-up',
  }),
  countryCode: setting(country(), {
    ...ofMarket,
    effect: 'country of the market, ISO 3166 alpha-2',
    usedBy: 'web orders',
  }),
  currency: setting(currency(), { ...ofMarket, effect: "ISO 4217; must be the tenant's", usedBy: 'start-up' }),
  properties: propertyItemsSchema.default([]),
});

const ofStore = { origin: 'this service', level: 'store' } as const;

export const storeSchema = strictObject({
  storeId: setting(text(), {
    ...ofStore,
    origin: 'Omnium',
    effect: "Omnium's store id, as it is",
    usedBy: 'web orders',
  }),
  storeUid: setting(optionalUid(), {
    ...ofStore,
    origin: 'Flow',
    defaultInWords: '`storeId` stripped to letters, digits and _',
    effect: "Flow's store uid",
    usedBy: 'web orders',
  }),
  countryCode: setting(country().optional(), {
    ...ofStore,
    defaultInWords: "Omnium's store, else the tenant's",
    effect: 'country whose public holidays count for pick-up deadlines',
    usedBy: 'web orders',
  }),
  settings: strictObject({
    OMNIUM_FLOW_STOCK_MASTER: setting(flag().default(false), {
      origin: 'Flow',
      level: 'store',
      effect:
        'Flow is the stock master of this store and Omnium gets its levels; otherwise Omnium is, and Flow gets them. Never both ways',
      usedBy: 'inventory',
    }),
  }).prefault({}),
});

const orderTypesSchema = z.record(text(), z.enum(['click-and-collect', 'online'])).superRefine((types, context) => {
  const lowerCased = Object.keys(types).map((type) => type.toLowerCase());
  if (new Set(lowerCased).size < lowerCased.length) context.addIssue('names an order type twice, in different case');
});

/** Till → Omnium. Left out of the file, it is the same as an empty section. */
const tillSchema = strictObject({
  handedOverStatus: setting(text().default('Completed'), {
    ...ofTenant,
    effect: 'Omnium status of a web order of which everything was handed over in the shop',
    usedBy: 'till orders',
  }),
  partlyHandedOverStatus: setting(optionalText(), {
    ...ofTenant,
    effect: 'Omnium status of a web order of which a part was handed over; not set = Omnium derives the status itself',
    usedBy: 'till orders',
  }),
  cancelledStatus: setting(text().default('OrderCanceled'), {
    ...ofTenant,
    effect: 'Omnium status of an order that the shop cancelled or the customer refused',
    usedBy: 'till orders',
  }),
  expiredStatus: setting(text().default('NotCollected'), {
    ...ofTenant,
    effect: 'Omnium status of an order that was not collected before its deadline',
    usedBy: 'till orders',
  }),
  blindReturnsAs: setting(z.enum(['pos-order', 'return-order']).default('pos-order'), {
    ...ofTenant,
    effect:
      'what a return becomes in Omnium whose sale nobody knows: `pos-order` = a POS order with negative quantities, `return-order` = an order of type `ReturnOrder`',
    usedBy: 'till orders',
  }),
});

/** Members of the enumeration `orderTypes`, statuses and so on are compared in lower case: Omnium's case varies. */
export const ordersSchema = strictObject({
  orderTypes: setting(
    orderTypesSchema.default({
      clickandcollect: 'click-and-collect',
      bopis: 'click-and-collect',
      online: 'online',
      onlineorder: 'online',
    }),
    {
      ...ofTenant,
      effect:
        'Omnium order type (any case) → `click-and-collect` (parked for pick-up) or `online` (confirmed); other types are ignored. Replaces the whole default',
      usedBy: 'web orders',
    },
  ),
  shippingProductSku: setting(text().default('SHIPPING'), {
    ...ofTenant,
    effect: 'SKU of the non-physical Flow product that carries the shipping charge',
    usedBy: 'web orders',
  }),
  discountReasonCode: setting(optionalText(), {
    ...ofTenant,
    origin: 'Flow',
    effect: 'reason code given with line discounts',
    usedBy: 'web orders',
  }),
  prepaymentTransactionTypes: setting(z.array(text()).default(['Sale', 'Capture']), {
    ...ofTenant,
    effect: 'Omnium payment transaction types that mean the money has been received',
    usedBy: 'web orders',
  }),
  prepaymentSettlementCode: setting(text().default('EXTERNAL_WEB'), {
    ...ofTenant,
    origin: 'Flow',
    effect:
      'settlement code of the external payment method for web payments whose Omnium payment method nothing is mapped to',
    usedBy: 'web orders',
  }),
  cancelledStatuses: setting(
    z
      .array(text())
      .default([
        'ordercanceled',
        'ordercanceledbycustomer',
        'ordercanceledbystore',
        'expired',
        'notcollected',
        'deleted',
      ]),
    { ...ofTenant, effect: 'Omnium order statuses (any case) that mean the order is cancelled', usedBy: 'web orders' },
  ),
  till: tillSchema.prefault({}),
});

const erasure = (from: string, to: string): z.ZodDefault<z.ZodEnum<{ anonymize: 'anonymize'; keep: 'keep' }>> =>
  setting(z.enum(['anonymize', 'keep']).default('anonymize'), {
    ...ofTenant,
    effect: `what happens to a customer in ${to} when ${from} has deleted or anonymised it: \`anonymize\` or \`keep\``,
    usedBy: 'customers',
  });

export const customersSchema = strictObject({
  onDeletedInFlow: erasure('Flow', 'Omnium'),
  onAnonymizedInOmnium: erasure('Omnium', 'Flow'),
});

const DAY_SECONDS = 86_400;

const sweepEvery = (defaultSeconds: number, what: string): z.ZodDefault<z.ZodType<number>> =>
  setting(wholeNumber(0, DAY_SECONDS).default(defaultSeconds), {
    ...ofTenant,
    effect: `seconds from one sweep over ${what} to the next; 0 = no such sweep`,
    usedBy: 'sweeps',
  });

/** The rules for goods receptions and stock. */
export const goodsSchema = strictObject({
  receptionsWhereOmniumIsMaster: setting(z.enum(['confirm', 'refuse']).default('confirm'), {
    ...ofTenant,
    effect:
      "goods received in Flow on a purchase order of Omnium's, in a store whose stock Omnium is the master of: `confirm` tells Omnium, `refuse` only shows it; stock levels are never sent from such a store",
    usedBy: 'goods receptions',
  }),
  alignAgainAfterSeconds: setting(wholeNumber(1, DAY_SECONDS).default(600), {
    ...ofTenant,
    effect:
      'after a switch of stock masters a store is aligned at once, and once more after so many seconds; longer than a restart of all workers takes',
    usedBy: 'inventory',
  }),
});

export const sweepsSchema = strictObject({
  omniumOrdersEverySeconds: sweepEvery(300, "Omnium's changed orders"),
  omniumCustomersEverySeconds: sweepEvery(900, "Omnium's changed customers"),
  flowOrdersEverySeconds: sweepEvery(
    120,
    "Flow's changed orders, the only news of created, parked and cancelled ones,",
  ),
  flowReceiptsEverySeconds: sweepEvery(300, "Flow's receipts, the only news of part receipts,"),
  flowCustomersEverySeconds: sweepEvery(900, "Flow's changed customers"),
  flowReceivementsEverySeconds: sweepEvery(300, "Flow's goods receptions, the only news of part receipts,"),
  flowStockEverySeconds: sweepEvery(300, "Flow's changed stock, where Flow is the stock master,"),
  omniumPurchaseOrdersEverySeconds: sweepEvery(300, "Omnium's changed purchase orders and deliveries"),
  overlapSeconds: setting(wholeNumber(0, DAY_SECONDS).default(120), {
    ...ofTenant,
    effect: 'how far each sweep looks back behind the last one: for lists that lag, and for clocks that differ',
    usedBy: 'sweeps',
  }),
  firstLookBackHours: setting(wholeNumber(1, 24 * 366).default(72), {
    ...ofTenant,
    effect: 'where a first sweep begins: so many hours ago',
    usedBy: 'sweeps',
  }),
});

/** A tenant's members; markets and stores are read element by element. */
export const tenantShape = {
  tenantUid: setting(uid(), {
    ...ofFlow,
    effect: 'Flow tenant; part of every webhook address and workflow id',
    usedBy: 'web orders',
  }),
  countryCode: setting(country(), {
    ...ofTenant,
    effect: 'country of the tenant, ISO 3166 alpha-2',
    usedBy: 'web orders',
  }),
  currency: setting(currency(), { ...ofTenant, effect: 'currency of the tills, ISO 4217', usedBy: 'web orders' }),
  timezone: setting(timeZone(), {
    ...ofTenant,
    effect: 'IANA time zone in which days begin and end, e.g. `Europe/Oslo`',
    usedBy: 'web orders',
  }),
  flow: flowSchema,
  omnium: omniumSchema,
  webhooks: webhooksSchema,
  settings: settingsSchema,
  connector: connectorSchema,
  markets: z.array(marketSchema),
  stores: z.array(storeSchema).default([]),
  orders: ordersSchema.prefault({}),
  customers: customersSchema.prefault({}),
  goods: goodsSchema.prefault({}),
  catalogue: catalogueSchema.prefault({}),
  sweeps: sweepsSchema.prefault({}),
};

/** The whole file. */
export const configSchema = strictObject({
  retryLadder: setting(z.enum(ladderNames).default('one-minute'), {
    ...ofService,
    effect:
      'minutes between attempts: `one-minute` = 1, 2, 5, 10, 20, 30, 45, 60, 90, then 120 for ever; `two-minutes` begins 2, 2, 5',
    usedBy: 'web orders',
  }),
  api: apiSchema.prefault({}),
  worker: workerSchema.prefault({}),
  tenants: z.array(strictObject(tenantShape)),
});
