import type { RetryLadderName } from '../contracts/retry-ladder';
import type { Engine } from '../contracts/task-queues';

/**
 * The configuration as the rest of the service sees it: checked whole, defaults filled in, secrets resolved.
 * The file's own form and every setting's meaning: docs/settings.md. Only src/config/ builds this.
 */
export interface IntegrationConfig {
  readonly retryLadder: RetryLadderName;
  readonly api: ApiConfig;
  readonly worker: WorkerConfig;
  readonly tenants: readonly TenantConfig[];
}

/** The intake server. */
export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  readonly maxBodyBytes: number;
  /** Requests in work at once; above it the answer is 503, which both vendors retry. */
  readonly maxInFlight: number;
  /** Address under which the vendors reach this API, without a trailing slash; needed to register Flow's webhooks. */
  readonly publicUrl?: string;
  /** From the first byte to the answer, below the 5 s that the senders' patience allows. */
  readonly answerWithinMs: number;
  /** Address of the Temporal Web UI for links, without a trailing slash. */
  readonly temporalWebUiUrl: string;
}

/** Limits of one worker process, and how many processes there are. */
export interface WorkerConfig {
  readonly maxConcurrentActivities: number;
  /** Workflows kept in memory; one that waits on the ladder need not be among them. */
  readonly maxCachedWorkflows: number;
  /** Time that running activities get to finish after SIGTERM. */
  readonly shutdownGraceMs: number;
  /**
   * How many processes run each engine. The tenants' `maxConcurrentRequests` are totals: every process takes its share of
   * them, and cannot know on its own how many others there are.
   */
  readonly processes: Readonly<Record<Engine, number>>;
}

/** One Flow tenant: a chain's tills in one country, or in several markets that share a currency. */
export interface TenantConfig {
  readonly tenantUid: string;
  readonly countryCode: string;
  /** ISO 4217; all markets of a tenant have the same. */
  readonly currency: string;
  /** IANA name, e.g. `Europe/Oslo`. */
  readonly timezone: string;
  readonly flow: FlowConnection;
  readonly omnium: OmniumConnection;
  readonly webhooks: { readonly omnium: WebhookAuthentication; readonly flow: WebhookAuthentication };
  /** Flow's tenant-level settings under their own names. */
  readonly settings: TenantSettings;
  readonly connector: FlowRetailConnector;
  /** In order of priority: the first market's price and texts win. */
  readonly markets: readonly MarketConfig[];
  /** Stores named in the configuration; others come from Omnium's list of stores. */
  readonly stores: readonly StoreConfig[];
  readonly orders: OrderRules;
  readonly customers: CustomerSyncRules;
  readonly goods: GoodsRules;
  readonly catalogue: CatalogueRules;
  readonly sweeps: SweepRules;
}

export interface FlowConnection {
  /** Base URL including the version, e.g. `https://api.flowretail.com/v2`. */
  readonly baseUrl: string;
  readonly token: string;
  /** Uid under which Flow's webhooks name our integration user: what it did is our own echo. Not set = nothing is taken for one. */
  readonly integrationUserUid?: string;
  readonly timeoutMs: number;
  /** Over all worker processes together. */
  readonly maxConcurrentRequests: number;
}

export interface OmniumConnection {
  /** Base URL without `/api`, e.g. `https://api.omnium.no`. */
  readonly baseUrl: string;
  /** `userId` under which Omnium's events name our API user: what it did is our own echo. By default OMNIUM_CLIENT_ID. */
  readonly apiUserId: string;
  readonly timeoutMs: number;
  /** Over all worker processes together. */
  readonly maxConcurrentRequests: number;
}

/** Any one of the schemes is enough; several at once make rotation possible without a lost event. */
export interface WebhookAuthentication {
  readonly schemes: readonly WebhookScheme[];
}

export type WebhookScheme =
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  /** Standard Webhooks signature (`webhook-id`, `webhook-timestamp`, `webhook-signature`), for senders behind a signing gateway. */
  | { readonly type: 'standard-webhooks'; readonly secret: string; readonly toleranceSeconds: number };

/** Flow's tenant-level settings (setup-and-configuration page), verbatim names. */
export interface TenantSettings {
  readonly OMNIUM_CLIENT_ID: string;
  readonly OMNIUM_CLIENT_SECRET: string;
  readonly OMNIUM_DEFAULT_SHIPPING_METHOD_ID?: string;
  readonly OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID?: string;
  readonly OMNIUM_ONLINE_ORDER_HANDLING_UID?: string;
  readonly OMNIUM_CLICK_COLLECT_EXPIRY_DAYS?: number;
  readonly OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: boolean;
  readonly OMNIUM_CUSTOMER_MARKET_GROUP_ID?: string;
  readonly OMNIUM_CUSTOMER_LOYALTY_ID_PROPERTY_KEY?: string;
  readonly OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: boolean;
  readonly OMNIUM_PROPERTY_PREFIX: string;
}

/** The `FlowRetail` connector: its implementations, properties and scheduled tasks, verbatim names. */
export interface FlowRetailConnector {
  readonly implementations: readonly string[];
  readonly properties: ConnectorProperties;
  readonly scheduledTasks: readonly ScheduledTask[];
}

export interface ConnectorProperties {
  readonly DefaultTenantUid: string;
  readonly MainPricesListUid: string;
  readonly DefaultVatCodeUid: string;
  readonly OrganizationUid: string;
  readonly PurchaseNumberSeriesUid?: string;
  readonly VoucherNumberSeriesUid?: string;
  readonly OmniumIsMasterForStock: boolean;
  readonly SyncCategoriesToFlow: boolean;
  readonly ProductGroupRootId?: string;
  readonly DefaultProductGroupUid?: string;
  readonly StorePriceListsInFlow: boolean;
  readonly ExportDeliveryAsPo: boolean;
  readonly SendPackageProductOnPurchaseOrder: boolean;
  readonly CreatePackageSlots: boolean;
  readonly UseCostPriceListInInventoryExport: boolean;
  readonly UseMarketGroupFlowTenants: boolean;
  readonly FlowWebWarehouse?: string;
  /** Tax rate in percent as written in Omnium (`"25"`) → Flow VAT code uid. */
  readonly VatCodeUids: Readonly<Record<string, string>>;
}

/** A scheduled task in the vendor's own JSON. */
export interface ScheduledTask {
  readonly schedule: string;
  readonly implementationType: string;
  readonly isDisabled: boolean;
}

export interface MarketConfig {
  readonly marketId: string;
  readonly marketGroupId?: string;
  readonly countryCode: string;
  readonly currency: string;
  /** The market's own connector properties, over the global ones. */
  readonly properties: ConnectorProperties;
}

export interface StoreConfig {
  /** Omnium's store id, as it is. */
  readonly storeId: string;
  /** Flow's store uid. */
  readonly storeUid: string;
  readonly countryCode?: string;
  readonly settings: { readonly OMNIUM_FLOW_STOCK_MASTER: boolean };
}

/** How a web order type is handled in the shop: parked for pick-up, or confirmed for dispatch. */
export type OrderHandlingKind = 'click-and-collect' | 'online';

/** Our own rules where the vendors' documents are silent (docs/assumptions.md). */
export interface OrderRules {
  /** Omnium order type, lower case → handling; types that are not here are ignored with a reason. */
  readonly orderTypes: Readonly<Record<string, OrderHandlingKind>>;
  /** Flow product that carries the shipping charge, a non-physical product. */
  readonly shippingProductSku: string;
  /** Flow reason code given with line discounts. */
  readonly discountReasonCode?: string;
  /** Omnium payment transaction types that mean the money has been received. */
  readonly prepaymentTransactionTypes: readonly string[];
  /** Flow settlement code of the external payment method for web payments that nothing is mapped to. */
  readonly prepaymentSettlementCode: string;
  /** Omnium statuses, lower case, that mean the order is cancelled. */
  readonly cancelledStatuses: readonly string[];
  /** What happens in Omnium when something happens at a till. */
  readonly till: TillRules;
}

/** Till → Omnium. Statuses must exist for the order's type in Omnium. */
export interface TillRules {
  /** Everything was handed over. */
  readonly handedOverStatus: string;
  /** A part was handed over; not set = Omnium derives the status itself. */
  readonly partlyHandedOverStatus?: string;
  /** The shop cancelled the order, or the customer refused it. */
  readonly cancelledStatus: string;
  /** The pick-up deadline passed. */
  readonly expiredStatus: string;
  /** A return whose sale nobody knows: a POS order with negative quantities, or an order of type `ReturnOrder`. */
  readonly blindReturnsAs: 'pos-order' | 'return-order';
}

/** What happens to a customer in one system when the other one has deleted or anonymised it. */
export interface CustomerSyncRules {
  readonly onDeletedInFlow: 'anonymize' | 'keep';
  readonly onAnonymizedInOmnium: 'anonymize' | 'keep';
}

/** Goods receptions and stock, where the vendors' documents are silent. */
export interface GoodsRules {
  /**
   * What becomes of a goods reception in Flow on a purchase order of Omnium's, in a store whose stock Omnium is the master
   * of: it is confirmed, as it tells what happened and not what the stock is; or it is refused and shown. Stock levels are
   * never sent from such a store.
   */
  readonly receptionsWhereOmniumIsMaster: 'confirm' | 'refuse';
  /** After a switch of masters a store is aligned at once, and once more after so many seconds. */
  readonly alignAgainAfterSeconds: number;
}

/** Products in Flow, where the vendors' documents are silent. */
export interface CatalogueRules {
  /** What becomes of a product in Flow that is deleted in Omnium, or has left the tenant's markets. */
  readonly onDeletedInOmnium: 'discontinue' | 'delete';
  /** Omnium assortment codes whose products the shops may not purchase; compared as they are written. */
  readonly nonPurchasableAssortmentCodes: readonly string[];
  /** Keys of Omnium product properties that become properties of type TEXT in Flow. */
  readonly textProperties: readonly string[];
  /** Keys of Omnium product properties that become properties of type SINGLESELECT in Flow. */
  readonly choiceProperties: readonly string[];
}

/** How often the sweeps look for what no webhook told, in seconds; 0 switches a sweep off. */
export interface SweepRules {
  readonly omniumOrdersEverySeconds: number;
  readonly omniumCustomersEverySeconds: number;
  readonly flowOrdersEverySeconds: number;
  readonly flowReceiptsEverySeconds: number;
  readonly flowCustomersEverySeconds: number;
  readonly flowReceivementsEverySeconds: number;
  readonly flowStockEverySeconds: number;
  readonly omniumPurchaseOrdersEverySeconds: number;
  /** How far each sweep looks back behind the last one: index lag, clock differences. */
  readonly overlapSeconds: number;
  /** Where a first sweep begins: so many hours ago. */
  readonly firstLookBackHours: number;
}
