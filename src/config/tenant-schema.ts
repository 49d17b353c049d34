import { z } from 'zod';

import { STATUS_CLASSES } from '../domain/order-status';
import { stripToUid, UidInvalidError } from '../domain/uid';
import { connectorSchema, propertyList } from './connector';
import {
  country,
  currency,
  flag,
  httpUrl,
  optional,
  refused,
  secret,
  setting,
  strictObject,
  text,
  timeZone,
  uid,
  wholeNumber,
} from './field-types';
import { tillSchema } from './till-schema';

/**
 * A tenant in the configuration file, section by section. A setting is declared once: its schema gives type, check and default, its
 * texts docs/settings.md. What has to fit together is in cross-checks.ts.
 */

const OMNIUM = { origin: 'Omnium' } as const;
const FLOW = { origin: 'Flow' } as const;
const DAY_SECONDS = 86_400;

const timeoutMs = (defaultMs: number, vendor: string): z.ZodDefault<z.ZodType<number>> =>
  setting(
    wholeNumber(1000, 300_000).default(defaultMs),
    'web orders',
    `longest wait for one answer of ${vendor}, in milliseconds`,
  );

const maxConcurrentRequests = (defaultLimit: number, vendor: string): z.ZodDefault<z.ZodType<number>> =>
  setting(
    wholeNumber(1, 500).default(defaultLimit),
    'web orders',
    `calls to ${vendor} at once, from all worker processes together: see \`worker.processes\``,
  );

/** How the senders of webhooks prove who they are. Any one scheme is enough: two during a rotation lose no event. */
const webhookScheme = z.discriminatedUnion('type', [
  setting(
    strictObject({ type: z.literal('bearer'), token: secret() }),
    'intake',
    '`token` is expected as bearer token (secret)',
    { defaultInWords: '–' },
  ),
  setting(
    strictObject({
      type: z.literal('basic'),
      username: text().refine((name) => !name.includes(':'), 'must not hold a colon'),
      password: secret(),
    }),
    'intake',
    '`username` and `password` are expected as basic authentication (secret)',
    { defaultInWords: '–' },
  ),
  setting(
    strictObject({
      type: z.literal('header'),
      name: text()
        .refine((name) => /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name), 'must be the name of an HTTP header')
        .transform((name) => name.toLowerCase()),
      value: secret(),
    }),
    'intake',
    'the header `name` (any case) is expected to hold `value` (secret)',
    { defaultInWords: '–' },
  ),
  setting(
    strictObject({
      type: z.literal('standard-webhooks'),
      // Standard Webhooks asks for 24 to 64 bytes, as base64 after `whsec_`.
      secret: secret().refine((value) => {
        const base64 = value.replace(/^whsec_/, '');
        const bytes = Buffer.from(base64, 'base64').length;
        return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && bytes >= 24 && bytes <= 64;
      }, 'must be 24 to 64 bytes as base64, with or without whsec_ before it'),
      toleranceSeconds: wholeNumber(1, 3600).default(300),
    }),
    'intake',
    'a Standard Webhooks signature made with `secret` is expected, at most `toleranceSeconds` old (secret)',
    { defaultInWords: '`toleranceSeconds`: 300' },
  ),
]);

/** Flow's tenant-level settings (setup-and-configuration page), verbatim names. */
const tenantSettings = strictObject({
  OMNIUM_CLIENT_ID: setting(secret(), 'web orders', 'OAuth2 client id for the Omnium API', FLOW),
  OMNIUM_CLIENT_SECRET: setting(secret(), 'web orders', 'OAuth2 client secret for the Omnium API (secret)', FLOW),
  OMNIUM_TOKEN: setting(
    refused('is managed automatically and must not be set: remove it'),
    'start-up',
    'refused: the access token is fetched, kept and renewed automatically',
    { ...FLOW, defaultInWords: 'never set' },
  ),
  OMNIUM_DEFAULT_SHIPPING_METHOD_ID: setting(
    optional(),
    'till orders',
    'shipping method of orders sent to Omnium that have none',
    FLOW,
  ),
  OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID: setting(
    optional(uid()),
    'web orders',
    'Flow order handling of click & collect orders; not set = they get none',
    FLOW,
  ),
  OMNIUM_ONLINE_ORDER_HANDLING_UID: setting(
    optional(uid()),
    'web orders',
    'Flow order handling of online orders; not set = they get none',
    FLOW,
  ),
  OMNIUM_CLICK_COLLECT_EXPIRY_DAYS: setting(
    wholeNumber(0, 365).optional(),
    'web orders',
    "working days until the pick-up deadline, in the store's country; not set = no deadline but Omnium's own",
    FLOW,
  ),
  OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: setting(
    flag().default(false),
    'web orders',
    'the parent product of a package is a line of its own beside its components',
    FLOW,
  ),
  OMNIUM_CUSTOMER_MARKET_GROUP_ID: setting(
    optional(),
    'customers',
    'market group of customers created in Omnium',
    FLOW,
  ),
  OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY: setting(
    optional(),
    'web orders',
    'provider, e.g. `Voyado`, whose external id is the loyalty id; not set = the customer number is',
    FLOW,
  ),
  OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: setting(
    flag().default(false),
    'receipts',
    'receipts go to Omnium as invoices with their PDF',
    FLOW,
  ),
  OMNIUM_PROPERTY_PREFIX: setting(
    text().default('flow'),
    'till orders',
    'prefix of the order properties that Flow reads and writes in Omnium',
    FLOW,
  ),
  // Flow's page describes it with the others, and it is easily put here.
  OMNIUM_FLOW_STOCK_MASTER: refused('is a setting of a store: set it under stores[].settings'),
});

const marketSchema = strictObject({
  marketId: setting(
    text(),
    'web orders',
    'Omnium market, e.g. `NOR`; the order of the markets is their priority',
    OMNIUM,
  ),
  marketGroupId: setting(optional(), 'start-up', 'market group the market belongs to', OMNIUM),
  countryCode: setting(country(), 'web orders', 'country of the market, ISO 3166 alpha-2'),
  currency: setting(currency(), 'start-up', "ISO 4217; must be the tenant's"),
  properties: setting(
    propertyList('market').prefault([]),
    'start-up',
    "the connector's properties that are other for this market, in the same form; VAT codes rate by rate",
    { ...OMNIUM, defaultInWords: "the connector's" },
  ),
});

/** A store that is named in the configuration; others come from Omnium's list of stores. */
const storeSchema = strictObject({
  storeId: setting(text(), 'web orders', "Omnium's store id, as it is", OMNIUM),
  storeUid: setting(optional(uid()), 'web orders', "Flow's store uid", {
    ...FLOW,
    defaultInWords: '`storeId` stripped to letters, digits and _',
  }),
  countryCode: setting(
    country().optional(),
    'web orders',
    'country whose public holidays count for pick-up deadlines',
    {
      defaultInWords: "Omnium's store, else the tenant's",
    },
  ),
  settings: strictObject({
    OMNIUM_FLOW_STOCK_MASTER: setting(
      flag().default(false),
      'inventory',
      'Flow is the stock master of this store and Omnium gets its levels; otherwise Omnium is, and Flow gets them. Never both ways',
      FLOW,
    ),
  }).prefault({}),
}).transform((store, context) => {
  try {
    return { ...store, storeUid: store.storeUid ?? stripToUid(store.storeId) };
  } catch (error) {
    if (!(error instanceof UidInvalidError)) throw error;
    context.addIssue({
      code: 'custom',
      path: ['storeId'],
      message: 'leaves no character for a Flow uid: set storeUid',
    });
    return z.NEVER;
  }
});

/** Till → Omnium. Statuses must exist for the order's type in Omnium. */
/** A table by names that are compared in lower case: Omnium's case varies. */
const byNameInAnyCase = <V extends string>(
  value: z.ZodType<V, V>,
  what: string,
): z.ZodType<Record<string, V>, Record<string, V>> =>
  z.record(text(), value).transform((table, context) => {
    const lowered = Object.fromEntries(Object.entries(table).map(([name, each]) => [name.toLowerCase(), each]));
    if (Object.keys(lowered).length < Object.keys(table).length)
      context.addIssue(`names ${what} twice, in different case`);
    return lowered;
  });

const ordersSchema = strictObject({
  orderTypes: setting(
    byNameInAnyCase(z.enum(['click-and-collect', 'online']), 'an order type').default({
      clickandcollect: 'click-and-collect',
      bopis: 'click-and-collect',
      online: 'online',
      onlineorder: 'online',
    }),
    'web orders',
    'Omnium order type (any case) → `click-and-collect` (parked for pick-up) or `online` (confirmed); other types are ignored. Replaces the whole default',
  ),
  shippingProductSku: setting(
    text().default('SHIPPING'),
    'web orders',
    'SKU of the non-physical Flow product that carries the shipping charge',
  ),
  discountReasonCode: setting(optional(), 'web orders', 'reason code given with line discounts', FLOW),
  prepaymentTransactionTypes: setting(
    z.array(text()).default(['Sale', 'Capture', 'Captured']),
    'web orders',
    'Omnium payment transaction types that mean the money has been received',
  ),
  prepaymentSettlementCode: setting(
    text().default('EXTERNAL_WEB'),
    'web orders',
    'settlement code of the external payment method for web payments whose Omnium payment method nothing is mapped to',
    FLOW,
  ),
  statusClasses: setting(
    byNameInAnyCase(z.enum(STATUS_CLASSES), 'a status').default({}),
    'web orders',
    'Omnium order status (any case) → what it means: `bring` to the tills, `hold` back, `finished`, `cancelled`; for statuses about which neither the flags in Omnium (`Settings/OrderTypes`) nor the built-in names are right',
  ),
  till: tillSchema.prefault({}),
});

const erasure = (from: string, to: string): z.ZodDefault<z.ZodEnum<{ anonymize: 'anonymize'; keep: 'keep' }>> =>
  setting(
    z.enum(['anonymize', 'keep']).default('anonymize'),
    'customers',
    `what happens to a customer in ${to} when ${from} has deleted or anonymised it: \`anonymize\` or \`keep\``,
  );

const keys = (effect: string): z.ZodDefault<z.ZodArray<z.ZodType<string, string>>> =>
  setting(z.array(text()).default([]), 'products', effect);

const sweepEvery = (defaultSeconds: number, what: string): z.ZodDefault<z.ZodType<number>> =>
  setting(
    wholeNumber(0, DAY_SECONDS).default(defaultSeconds),
    'sweeps',
    `seconds from one sweep over ${what} to the next; 0 = no such sweep`,
  );

/** One Flow tenant: a chain's tills in one country, or in several markets that share a currency. */
export const tenantSchema = strictObject({
  tenantUid: setting(uid(), 'web orders', 'Flow tenant; part of every webhook address and workflow id', FLOW),
  countryCode: setting(country(), 'web orders', 'country of the tenant, ISO 3166 alpha-2'),
  currency: setting(currency(), 'web orders', 'currency of the tills, ISO 4217'),
  timezone: setting(timeZone(), 'web orders', 'IANA time zone in which days begin and end, e.g. `Europe/Oslo`'),
  flow: strictObject({
    baseUrl: setting(httpUrl(), 'web orders', "Flow's API with its version, e.g. `https://api.flowretail.com/v2`"),
    token: setting(secret(), 'web orders', 'integration token of the tenant (secret)', FLOW),
    integrationUserUid: setting(
      optional(uid()),
      'intake',
      "uid under which Flow's webhooks name our integration user (`tenantUser.Uid`): what it did is our own echo and is not synced back; not set = nothing is taken for an echo",
      FLOW,
    ),
    timeoutMs: timeoutMs(15_000, 'Flow'),
    maxConcurrentRequests: maxConcurrentRequests(40, 'Flow'),
  }),
  omnium: strictObject({
    baseUrl: setting(
      httpUrl().refine((url) => !/\/api$/i.test(url), 'must be without /api at the end'),
      'web orders',
      "Omnium's API without `/api`, e.g. `https://api.omnium.no`",
    ),
    apiUserId: setting(
      optional(),
      'intake',
      "user id under which Omnium's events name our API user (`userId`): what it did is our own echo and is not synced back",
      { ...OMNIUM, defaultInWords: '`OMNIUM_CLIENT_ID`' },
    ),
    timeoutMs: timeoutMs(60_000, 'Omnium'),
    longestCallMs: setting(
      wholeNumber(0, 600_000).default(60_000),
      'web orders',
      'longest time Omnium works on one call, also after we have gone, in milliseconds: after one whose outcome is not known nothing is written to the order before it is over',
    ),
    maxConcurrentRequests: maxConcurrentRequests(18, 'Omnium'),
  }),
  webhooks: strictObject({
    omnium: strictObject({ schemes: z.array(webhookScheme).min(1, 'needs at least one scheme') }),
    // Nothing is accepted from Flow as long as no scheme is set.
    flow: strictObject({ schemes: z.array(webhookScheme).default([]) }).prefault({}),
  }),
  settings: tenantSettings,
  connector: connectorSchema,
  markets: z.array(marketSchema).min(1, 'needs at least one market'),
  stores: z.array(storeSchema).default([]),
  orders: ordersSchema.prefault({}),
  customers: strictObject({
    onDeletedInFlow: erasure('Flow', 'Omnium'),
    onAnonymizedInOmnium: erasure('Omnium', 'Flow'),
  }).prefault({}),
  goods: strictObject({
    receptionsWhereOmniumIsMaster: setting(
      z.enum(['confirm', 'refuse']).default('confirm'),
      'goods receptions',
      "goods received in Flow on a purchase order of Omnium's, in a store whose stock Omnium is the master of: `confirm` tells Omnium, `refuse` only shows it; stock levels are never sent from such a store",
    ),
    alignAgainAfterSeconds: setting(
      wholeNumber(1, DAY_SECONDS).default(600),
      'inventory',
      'after a switch of stock masters a store is aligned at once, and once more after so many seconds; longer than a restart of all workers takes',
    ),
  }).prefault({}),
  catalogue: strictObject({
    onDeletedInOmnium: setting(
      z.enum(['discontinue', 'delete']).default('discontinue'),
      'products',
      "what becomes of a product in Flow that was deleted in Omnium or has left the tenant's markets: `discontinue` = it can no longer be sold or purchased and keeps its history, `delete` = it is deleted; only products that the export made",
    ),
    nonPurchasableAssortmentCodes: keys(
      'Omnium assortment codes whose products cannot be purchased by the shops (`allowPurchase`), as they are written in Omnium',
    ),
    textProperties: keys('keys of Omnium product properties that become text properties of the product in Flow'),
    choiceProperties: keys(
      'keys of Omnium product properties that become properties with options in Flow; colour and size of variants always do',
    ),
  }).prefault({}),
  exports: strictObject({
    removals: setting(
      wholeNumber(0, 1_000_000).default(200),
      'exports',
      'how many records (products off sale, prices, categories, levels) one run of an export removes from Flow because Omnium does not list or offer them any more; if there are more than this **and** more than `removalsPercent`, none is removed and all are shown, until `ops export … --allow-removals`',
    ),
    removalsPercent: setting(
      wholeNumber(0, 100).default(2),
      'exports',
      "the same as a share, in percent, of the records that the run has compared, or that the stream's last run over everything has, whichever are more",
    ),
    secondLookSeconds: setting(
      wholeNumber(0, DAY_SECONDS).default(180),
      'exports',
      'an event after which Omnium answers 404 takes a product off sale, or a purchase order out of the shop, only when that is still so after so many seconds; 0 = at once',
    ),
  }).prefault({}),
  sweeps: strictObject({
    omniumOrdersEverySeconds: sweepEvery(300, "Omnium's changed orders"),
    omniumCustomersEverySeconds: sweepEvery(900, "Omnium's changed customers"),
    flowOrdersEverySeconds: sweepEvery(
      120,
      "Flow's changed orders, the only news of created, parked and cancelled ones,",
    ),
    flowReceiptsEverySeconds: sweepEvery(300, "Flow's receipts, the only news of part receipts,"),
    flowCustomersEverySeconds: sweepEvery(900, "Flow's changed customers"),
    flowErasuresEverySeconds: sweepEvery(
      DAY_SECONDS,
      'customers that were deleted in Flow, which reads all customers of both systems,',
    ),
    flowReceivementsEverySeconds: sweepEvery(300, "Flow's goods receptions, the only news of part receipts,"),
    flowStockEverySeconds: sweepEvery(300, "Flow's changed stock, where Flow is the stock master,"),
    omniumPurchaseOrdersEverySeconds: sweepEvery(300, "Omnium's changed purchase orders and deliveries"),
    overlapSeconds: setting(
      wholeNumber(0, DAY_SECONDS).default(120),
      'sweeps',
      'how far each sweep looks back behind the last one: for lists that lag, and for clocks that differ',
    ),
    firstLookBackHours: setting(wholeNumber(1, 24 * 366).default(72), 'sweeps', 'where a first sweep begins, in hours'),
  }).prefault({}),
});
