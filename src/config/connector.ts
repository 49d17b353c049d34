import { z } from 'zod';

import { toExactDecimal } from '../domain/amount';
import {
  cronSchedule,
  flag,
  optional,
  type SettingDocumentation,
  setting,
  strictObject,
  text,
  uid,
} from './field-types';
import type { MarketConfig, TenantConfig } from './types';

/** Omnium's `FlowRetail` connector (setup-and-configuration, Omnium's Flow page, inventory): all names are the vendors'. */

const ofConnector = { origin: 'Omnium', level: 'market' } as const;
const on = (usedBy: SettingDocumentation['usedBy'], effect: string): z.ZodDefault<z.ZodType<boolean>> =>
  setting(flag().default(false), usedBy, effect, ofConnector);

/** The key group that maps tax rates to Flow VAT codes. */
const VAT_KEY_GROUP = 'VatCodeUids';

/** Every property of the connector. Those without a default are needed on the connector, or on every market. */
export const propertiesSchema = strictObject({
  DefaultTenantUid: setting(
    uid(),
    'start-up',
    'Flow tenant that the connector writes to; must be the `tenantUid` it stands under',
    ofConnector,
  ),
  MainPricesListUid: setting(
    uid(),
    'stores',
    'Flow price list that selling prices are written to and new stores sell from',
    ofConnector,
  ),
  DefaultVatCodeUid: setting(
    uid(),
    'products',
    'Flow VAT code of products whose tax rate is not in `VatCodeUids`',
    ofConnector,
  ),
  OrganizationUid: setting(
    uid(),
    'stores',
    'Flow organization of stores without an organization number of their own',
    ofConnector,
  ),
  PurchaseNumberSeriesUid: setting(
    uid().optional(),
    'stores',
    'number series of purchase orders, given to new stores',
    {
      ...ofConnector,
      defaultInWords: 'not set; required with IPurchaseOrderSynchronousExporter or IDeliveryExporter',
    },
  ),
  VoucherNumberSeriesUid: setting(
    uid().optional(),
    'stores',
    'number series of vouchers (receipts), given to new stores',
    {
      ...ofConnector,
      defaultInWords: 'not set; required with IStoreExporter when OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is true',
    },
  ),
  OmniumIsMasterForStock: on(
    'inventory',
    'gates the way of stock from Omnium to Flow: without it no stock levels are sent to Flow, whatever the export and its schedule say. The stock master of a store is decided by its OMNIUM_FLOW_STOCK_MASTER',
  ),
  SyncCategoriesToFlow: on(
    'categories',
    'Omnium categories become Flow categories, and those under `ProductGroupRootId` product groups',
  ),
  ProductGroupRootId: setting(
    text().optional(),
    'categories',
    'Omnium category under which the product groups are found; not set = the whole tree',
    ofConnector,
  ),
  DefaultProductGroupUid: setting(
    uid().optional(),
    'products',
    'Flow product group of products without a main category',
    ofConnector,
  ),
  StorePriceListsInFlow: on(
    'stores',
    'each store gets a price list of its own in Flow, made with the store; prices fill it',
  ),
  ExportDeliveryAsPo: on(
    'purchase orders',
    'each delivery becomes a Flow purchase order of its own, instead of one per purchase order',
  ),
  SendPackageProductOnPurchaseOrder: on(
    'purchase orders',
    'a package is one line on a purchase order instead of its components',
  ),
  CreatePackageSlots: on('products', 'package products get slots for their components in Flow'),
  UseCostPriceListInInventoryExport: on(
    'inventory',
    "cost prices travel with the stock levels: of Omnium's cost price lists the most specific one that is valid",
  ),
  UseMarketGroupFlowTenants: setting(
    flag().default(false),
    'start-up',
    'the markets of one market group share the tenant; otherwise a tenant has exactly one market',
    { origin: 'Omnium', level: 'tenant' },
  ),
  FlowWebWarehouse: setting(
    uid().optional(),
    'inventory',
    "Flow warehouse that holds the stock of the web shop: the market's web warehouse in Omnium, whatever its id",
    ofConnector,
  ),
  [VAT_KEY_GROUP]: setting(
    z.record(z.string(), uid()).default({}),
    'products',
    'key group: tax rate in percent → Flow VAT code uid; `25`, `25.0` and `25.00` are one rate',
    ofConnector,
  ),
});

type Properties = z.infer<typeof propertiesSchema>;
export type PropertyName = keyof Properties;

/** The implementations: what the connector exports, under the vendor's interface names. */
export const IMPLEMENTATIONS: Readonly<Record<string, Pick<SettingDocumentation, 'effect' | 'usedBy'>>> = {
  IProductExporter: {
    effect: 'exports products, brands, variants and images; categories and prices by their tasks',
    usedBy: 'products',
  },
  IInventoryExporter: {
    effect: 'exports stock levels by schedule or command; needs OmniumIsMasterForStock',
    usedBy: 'inventory',
  },
  IStoreExporter: { effect: 'exports stores with their organizations, warehouses and opening hours', usedBy: 'stores' },
  IPurchaseOrderSynchronousExporter: { effect: 'exports purchase orders', usedBy: 'purchase orders' },
  IDeliveryExporter: {
    effect: 'exports purchase orders by their deliveries, see `ExportDeliveryAsPo`',
    usedBy: 'purchase orders',
  },
  IPrivateCustomerExporter: { effect: 'exports private customers', usedBy: 'customers' },
  IBusinessCustomerExporter: { effect: 'exports business customers', usedBy: 'customers' },
};

const DEFAULT_PRODUCT_SCHEDULE = '*/15 * * * *';

/** The vendor's five scheduled tasks, and the scheduled delta of products that its pages leave without a name. */
export const SCHEDULED_TASKS: Readonly<Record<string, Omit<SettingDocumentation, 'level'>>> = {
  FlowProductScheduledTask: {
    effect:
      'brings products that have changed to Flow, whatever became of their events; `isDisabled` leaves it to the events alone',
    usedBy: 'products',
    origin: 'this service',
    defaultInWords: `\`${DEFAULT_PRODUCT_SCHEDULE}\` with IProductExporter`,
  },
  FlowInventoryScheduledTask: {
    effect: 'pushes stock levels that have changed to Flow',
    usedBy: 'inventory',
    defaultInWords: 'not scheduled; typically every 30 minutes',
  },
  FlowPriceScheduledTask: {
    effect: 'pushes selling and recommended prices to Flow; while it is on, products are exported without theirs',
    usedBy: 'prices',
    defaultInWords: 'not scheduled; typically every 30 minutes to few hours',
  },
  FlowCostPriceScheduledTask: {
    effect: 'pushes cost prices to Flow, as purchase prices',
    usedBy: 'prices',
    defaultInWords: 'not scheduled; typically daily',
  },
  FlowSoaScheduledTask: {
    effect: 'pushes the SOA prices of each store to a price list of its own',
    usedBy: 'prices',
    defaultInWords: 'not scheduled; typically daily',
  },
  FlowCategoryScheduledTask: {
    effect: 'pushes categories and product groups to Flow',
    usedBy: 'categories',
    defaultInWords: 'not scheduled; typically daily, e.g. 02:00',
  },
};

/** The task that pushes categories does nothing unless categories are synced at all. */
export const CATEGORY_TASK = 'FlowCategoryScheduledTask';

/** The task that pushes stock levels, and the implementation without which it does nothing. */
export const INVENTORY_TASK = 'FlowInventoryScheduledTask';
export const INVENTORY_EXPORTER = 'IInventoryExporter';

/** The task of products, and the implementation without which no task of the catalogue does anything. */
export const PRODUCT_TASK = 'FlowProductScheduledTask';
export const PRODUCT_EXPORTER = 'IProductExporter';

/** The implementations under which purchase orders reach Flow, as orders or as deliveries. */
export const PURCHASE_ORDER_EXPORTERS: readonly string[] = ['IPurchaseOrderSynchronousExporter', 'IDeliveryExporter'];

/**
 * Reads a list of properties in the vendor's own form, where every value is text, into the properties that it sets.
 *
 * @param level of a market's list the properties of the whole connector are refused
 */
export function propertyList(level: 'connector' | 'market'): z.ZodType<Partial<Properties>> {
  const item = strictObject({
    key: text(),
    value: z.union([z.string(), z.boolean()], {
      error: 'must be text in quotes, as in the vendor\'s form ("true", "25")',
    }),
    keyGroup: optional(),
    // Members of the vendor's form that only its editor uses.
    editKey: flag().optional(),
    valueType: optional(),
  });
  return z.array(item).transform((items, context) => {
    const named = new Map<string, unknown>();
    const vatCodes = new Map<string, string>();
    items.forEach(({ key, value, keyGroup }, index) => {
      const refuse = (member: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [index, member], message });
      const isRate = /^\d{1,2}(\.\d{1,4})?$/.test(key);
      if (keyGroup === VAT_KEY_GROUP) {
        if (!isRate) return refuse('key', 'must be a tax rate in percent, e.g. "25"');
        const rate = toExactDecimal(key, 'the tax rate').toString();
        if (vatCodes.has(rate)) return refuse('key', `the tax rate ${rate} is set twice`);
        const code = uid().safeParse(value);
        if (!code.success) return refuse('value', 'must be a Flow uid: letters, digits, _ and - only');
        vatCodes.set(rate, code.data);
        return;
      }
      if (keyGroup) return refuse('keyGroup', `is not a key group of the connector: there is ${VAT_KEY_GROUP}`);
      const schema = Object.entries(propertiesSchema.shape).find(
        ([name]) => name === key && key !== VAT_KEY_GROUP,
      )?.[1];
      if (!schema) {
        const hint = isRate
          ? ` (a tax rate needs "keyGroup": "${VAT_KEY_GROUP}")`
          : `: there are ${Object.keys(propertiesSchema.shape).join(', ')}`;
        return refuse('key', `is not a property of the connector${hint}`);
      }
      if (level === 'market' && key === 'UseMarketGroupFlowTenants')
        return refuse('key', `${key} is set on the connector, not on a market`);
      if (named.has(key)) return refuse('key', `${key} is set twice`);
      // An empty value in the vendor's form means not set.
      if (value === '') return;
      const read = schema.safeParse(value);
      named.set(key, read.data);
      if (!read.success) refuse('value', `${key} ${read.error.issues[0]?.message ?? 'is wrong'}`);
    });
    // Each value has just been read by the schema of its name.
    const own = Object.fromEntries(named) as Partial<Properties>;
    return vatCodes.size === 0 ? own : { ...own, [VAT_KEY_GROUP]: Object.fromEntries(vatCodes) };
  });
}

/** The properties of `upper`, and those of `lower` that `upper` does not set. VAT codes are merged rate by rate. */
export function overlay(upper: Partial<Properties>, lower: Partial<Properties>): Partial<Properties> {
  return { ...lower, ...upper, [VAT_KEY_GROUP]: { ...lower.VatCodeUids, ...upper.VatCodeUids } };
}

/** The connector as the file has it. */
export const connectorSchema = strictObject({
  name: setting(z.literal('FlowRetail').default('FlowRetail'), 'start-up', 'name of the connector; there is no other', {
    origin: 'Omnium',
  }),
  implementations: z.array(z.enum(Object.keys(IMPLEMENTATIONS))).default([]),
  properties: propertyList('connector').prefault([]),
  scheduledTasks: z
    .array(
      strictObject({
        schedule: cronSchedule(),
        implementationType: z.enum(Object.keys(SCHEDULED_TASKS)),
        isDisabled: flag().default(false),
      }),
    )
    .default([]),
});

/** Products are exported by schedule unless the file says otherwise: their events alone would leave gaps. */
export function withProductTask({
  implementations,
  scheduledTasks,
}: z.infer<typeof connectorSchema>): z.infer<typeof connectorSchema>['scheduledTasks'] {
  const isNamed = scheduledTasks.some(({ implementationType }) => implementationType === PRODUCT_TASK);
  if (isNamed || !implementations.includes(PRODUCT_EXPORTER)) return scheduledTasks;
  return [
    ...scheduledTasks,
    { schedule: DEFAULT_PRODUCT_SCHEDULE, implementationType: PRODUCT_TASK, isDisabled: false },
  ];
}

/** Whether a connector exports purchase orders at all, as orders or as deliveries. */
export function exportsPurchaseOrders({
  implementations,
}: Pick<TenantConfig['connector'], 'implementations'>): boolean {
  return implementations.some((name) => PURCHASE_ORDER_EXPORTERS.includes(name));
}

/** Omnium's ids of a tenant's markets, in the order of the configuration. */
export function marketIdsOf({ markets }: Pick<TenantConfig, 'markets'>): string[] {
  return markets.map(({ marketId }) => marketId);
}

/** Markets of a tenant that are exported together: each on its own, or the group that shares the tenant. */
export interface ExportScope {
  /** Omnium's id of the market, or of the market group. */
  readonly marketOrGroup: string;
  readonly markets: readonly MarketConfig[];
}

/** The scopes of a tenant's exports (Omnium's Flow plugin, "Multi-Market vs Market Group Tenants"). */
export function exportScopesOf({ connector, markets }: Pick<TenantConfig, 'connector' | 'markets'>): ExportScope[] {
  const scopes = new Map<string, MarketConfig[]>();
  for (const market of markets) {
    const group = connector.properties.UseMarketGroupFlowTenants ? market.marketGroupId : undefined;
    const name = group ?? market.marketId;
    scopes.set(name, [...(scopes.get(name) ?? []), market]);
  }
  return [...scopes].map(([marketOrGroup, together]) => ({ marketOrGroup, markets: together }));
}
