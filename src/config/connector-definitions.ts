import { type Capability } from './setting-documentation';
import { type ConnectorProperties, type FlowRetailConnector } from './types';

/** A property of the `FlowRetail` connector: how its text is read, and what it does. */
export interface PropertyDefinition {
  readonly kind: 'uid' | 'text' | 'flag';
  /** Always needed, on the connector or on every market. */
  readonly isRequired?: true;
  /** The case in which it is needed, in words (cross-checks.ts knows it in code). */
  readonly requiredWhen?: string;
  /** Cannot differ between the markets of a tenant. */
  readonly isGlobalOnly?: true;
  readonly effect: string;
  readonly usedBy: Capability;
}

/** Names of the properties that stand alone; `VatCodeUids` is a key group. */
export type PropertyName = Exclude<keyof ConnectorProperties, 'VatCodeUids'>;

/** The key group that maps tax rates to Flow VAT codes. */
export const VAT_KEY_GROUP = 'VatCodeUids';

/** Every property the vendors' pages name (setup-and-configuration, Omnium's Flow page, inventory). */
export const PROPERTY_DEFINITIONS: Readonly<Record<PropertyName, PropertyDefinition>> = {
  DefaultTenantUid: {
    kind: 'uid',
    isRequired: true,
    effect: 'Flow tenant that the connector writes to; must be the `tenantUid` it stands under',
    usedBy: 'start-up',
  },
  MainPricesListUid: {
    kind: 'uid',
    isRequired: true,
    effect: 'Flow price list that selling prices are written to and new stores sell from',
    usedBy: 'stores',
  },
  DefaultVatCodeUid: {
    kind: 'uid',
    isRequired: true,
    effect: 'Flow VAT code of products whose tax rate is not in `VatCodeUids`',
    usedBy: 'products',
  },
  OrganizationUid: {
    kind: 'uid',
    isRequired: true,
    effect: 'Flow organization of stores without an organization number of their own',
    usedBy: 'stores',
  },
  PurchaseNumberSeriesUid: {
    kind: 'uid',
    requiredWhen: 'with IPurchaseOrderSynchronousExporter or IDeliveryExporter',
    effect: 'number series of purchase orders, given to new stores',
    usedBy: 'stores',
  },
  VoucherNumberSeriesUid: {
    kind: 'uid',
    requiredWhen: 'with IStoreExporter when OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is true',
    effect: 'number series of vouchers (receipts), given to new stores',
    usedBy: 'stores',
  },
  OmniumIsMasterForStock: {
    kind: 'flag',
    effect:
      'gates the way of stock from Omnium to Flow: without it no stock levels are sent to Flow, whatever the export and its schedule say. Who is right about a store is told by OMNIUM_FLOW_STOCK_MASTER of the store',
    usedBy: 'inventory',
  },
  SyncCategoriesToFlow: {
    kind: 'flag',
    effect: 'Omnium categories become Flow categories, and those under `ProductGroupRootId` product groups',
    usedBy: 'categories',
  },
  ProductGroupRootId: {
    kind: 'text',
    effect: 'Omnium category under which the product groups are found; not set = the whole tree',
    usedBy: 'categories',
  },
  DefaultProductGroupUid: {
    kind: 'uid',
    effect: 'Flow product group of products without a main category',
    usedBy: 'products',
  },
  StorePriceListsInFlow: {
    kind: 'flag',
    effect: 'each store gets a price list of its own in Flow, made with the store; prices fill it',
    usedBy: 'stores',
  },
  ExportDeliveryAsPo: {
    kind: 'flag',
    effect: 'each delivery becomes a Flow purchase order of its own, instead of one per purchase order',
    usedBy: 'purchase orders',
  },
  SendPackageProductOnPurchaseOrder: {
    kind: 'flag',
    effect: 'a package stands as one line on a purchase order instead of its components',
    usedBy: 'purchase orders',
  },
  CreatePackageSlots: {
    kind: 'flag',
    effect: 'package products get slots for their components in Flow',
    usedBy: 'products',
  },
  UseCostPriceListInInventoryExport: {
    kind: 'flag',
    effect:
      "cost prices travel with the stock levels: of Omnium's cost price lists the most specific one that is valid",
    usedBy: 'inventory',
  },
  UseMarketGroupFlowTenants: {
    kind: 'flag',
    isGlobalOnly: true,
    effect: 'the markets of one market group share the tenant; otherwise a tenant has exactly one market',
    usedBy: 'start-up',
  },
  FlowWebWarehouse: {
    kind: 'uid',
    effect:
      "Flow warehouse that holds the stock of the web shop: the market's web warehouse in Omnium, whatever its id",
    usedBy: 'inventory',
  },
};

/** The names, in the order of the table. */
export const PROPERTY_NAMES = Object.keys(PROPERTY_DEFINITIONS).filter(
  (key): key is PropertyName => key in PROPERTY_DEFINITIONS,
);

/** What the connector can be told to export, under the vendor's interface names. */
export const IMPLEMENTATIONS: Readonly<Record<string, { readonly effect: string; readonly usedBy: Capability }>> = {
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

/** A scheduled task: what it does, and what holds where the file does not name it. */
export interface ScheduledTaskDefinition {
  readonly typically: string;
  readonly effect: string;
  readonly usedBy: Capability;
  /** Default in words, where it is not that the task does not run. */
  readonly otherwise?: string;
  /** The vendors' pages describe what it does and give it no name: this one is ours. */
  readonly isOurs?: true;
}

/** When products are exported where the configuration does not say. */
export const DEFAULT_PRODUCT_SCHEDULE = '*/15 * * * *';

/** The vendor's five scheduled tasks, and the scheduled delta of products that its pages leave without a name. */
export const SCHEDULED_TASKS: Readonly<Record<string, ScheduledTaskDefinition>> = {
  FlowProductScheduledTask: {
    typically: 'every 15 minutes',
    effect:
      'brings products that have changed to Flow, whatever became of their events; `isDisabled` leaves it to the events alone',
    usedBy: 'products',
    otherwise: `\`${DEFAULT_PRODUCT_SCHEDULE}\` with IProductExporter`,
    isOurs: true,
  },
  FlowInventoryScheduledTask: {
    typically: 'every 30 minutes',
    effect: 'pushes stock levels that have changed to Flow',
    usedBy: 'inventory',
  },
  FlowPriceScheduledTask: {
    typically: 'every 30 minutes to few hours',
    effect: 'pushes selling and recommended prices to Flow; while it is on, products are exported without theirs',
    usedBy: 'prices',
  },
  FlowCostPriceScheduledTask: {
    typically: 'daily',
    effect: 'pushes cost prices to Flow, as purchase prices',
    usedBy: 'prices',
  },
  FlowSoaScheduledTask: {
    typically: 'daily',
    effect: 'pushes the SOA prices of each store to a price list of its own',
    usedBy: 'prices',
  },
  FlowCategoryScheduledTask: {
    typically: 'daily, e.g. 02:00',
    effect: 'pushes categories and product groups to Flow',
    usedBy: 'categories',
  },
};

/** The task that pushes categories does nothing unless categories are synced at all. */
export const CATEGORY_TASK = 'FlowCategoryScheduledTask';

/** The task that pushes stock levels, and the implementation without which it does nothing. */
export const INVENTORY_TASK = 'FlowInventoryScheduledTask';
export const INVENTORY_EXPORTER = 'IInventoryExporter';

/** The tasks of the catalogue, and the implementation without which none of them does anything. */
export const PRODUCT_TASK = 'FlowProductScheduledTask';
export const PRODUCT_EXPORTER = 'IProductExporter';
export const CATALOGUE_TASKS: readonly string[] = [
  PRODUCT_TASK,
  CATEGORY_TASK,
  'FlowPriceScheduledTask',
  'FlowCostPriceScheduledTask',
  'FlowSoaScheduledTask',
];

/** The implementations under which purchase orders reach Flow. */
export const PURCHASE_ORDER_EXPORTERS: readonly string[] = ['IPurchaseOrderSynchronousExporter', 'IDeliveryExporter'];

/** Whether a connector exports purchase orders at all, as orders or as deliveries. */
export function exportsPurchaseOrders({ implementations }: FlowRetailConnector): boolean {
  return implementations.some((name) => PURCHASE_ORDER_EXPORTERS.includes(name));
}
