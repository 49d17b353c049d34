import { FlowCatalogueClient } from './catalogue-client';
import { type FlowConnectionOptions } from './connection';
import { FlowCustomers } from './customers';
import { FlowDirectory } from './directory';
import { FlowOrders } from './orders';
import { FlowPurchaseOrders } from './purchase-orders';
import { FlowReceipts } from './receipts';
import { FlowReceivements } from './receivements';
import { FlowStock } from './stock';
import { FlowStores } from './stores';
import { FlowWebhooks } from './webhooks';

export type FlowClientOptions = FlowConnectionOptions;

/**
 * Flow's public REST API version 2, as far as the integration uses it. Each method is one request (lists: one per page)
 * and fails with `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. Reading one thing by its uid
 * answers undefined when there is none. The last argument of each is a `CallContext`. What each call does: the class that
 * is named with it. The vendor's pages: https://docs.flowretail.com/api/tag/… (flow-api.md §0).
 */
export class FlowClient extends FlowCatalogueClient {
  private readonly orders: FlowOrders;
  private readonly customers: FlowCustomers;
  private readonly receipts: FlowReceipts;
  private readonly webhooks: FlowWebhooks;
  private readonly directory: FlowDirectory;
  private readonly stores: FlowStores;
  private readonly purchaseOrders: FlowPurchaseOrders;
  private readonly receivements: FlowReceivements;
  private readonly stock: FlowStock;

  constructor(options: FlowClientOptions) {
    super(options);
    this.orders = new FlowOrders(this.flow);
    this.customers = new FlowCustomers(this.flow);
    this.receipts = new FlowReceipts(this.flow);
    this.webhooks = new FlowWebhooks(this.flow);
    this.directory = new FlowDirectory(this.flow);
    this.stores = new FlowStores(this.flow);
    this.purchaseOrders = new FlowPurchaseOrders(this.flow);
    this.receivements = new FlowReceivements(this.flow);
    this.stock = new FlowStock(this.flow);
  }

  /** The full order. */
  readonly getOrder: FlowOrders['get'] = (...call) => this.orders.get(...call);

  /** Orders of a store that carry exactly this external number. */
  readonly findOrdersByExternalNumber: FlowOrders['findByExternalNumber'] = (...call) =>
    this.orders.findByExternalNumber(...call);

  /** Orders of a store, newest change first, in batches. */
  readonly listStoreOrders: FlowOrders['list'] = (...call) => this.orders.list(...call);

  /** Makes an order. 409 when its `orderUid` exists. */
  readonly createOrder: FlowOrders['create'] = (...call) => this.orders.create(...call);

  /** Changes members of an order, its state included, and answers the whole order. */
  readonly updateOrder: FlowOrders['update'] = (...call) => this.orders.update(...call);

  /** Adds a line to an open order. */
  readonly addItem: FlowOrders['addItem'] = (...call) => this.orders.addItem(...call);

  /** Changes a line of an open order. */
  readonly updateItem: FlowOrders['updateItem'] = (...call) => this.orders.updateItem(...call);

  /** Removes a line of an open order. */
  readonly deleteItem: FlowOrders['deleteItem'] = (...call) => this.orders.deleteItem(...call);

  /** Attaches a handling to an order. */
  readonly addHandling: FlowOrders['addHandling'] = (...call) => this.orders.addHandling(...call);

  /** Adds a payment to an order. 409 when its `settlementUid` exists. */
  readonly addSettlement: FlowOrders['addSettlement'] = (...call) => this.orders.addSettlement(...call);

  /** The customer. */
  readonly getCustomer: FlowCustomers['get'] = (...call) => this.customers.get(...call);

  /** Customers with exactly this external id. */
  readonly findCustomersByExternalId: FlowCustomers['findByExternalId'] = (...call) =>
    this.customers.findByExternalId(...call);

  /** Customers with this e-mail or mobile number. */
  readonly searchCustomers: FlowCustomers['search'] = (...call) => this.customers.search(...call);

  /** Members of the loyalty programme by mobile number or e-mail. */
  readonly searchLoyalty: FlowCustomers['searchLoyalty'] = (...call) => this.customers.searchLoyalty(...call);

  /** Customers changed at a time or later, newest change first, in batches. */
  readonly listCustomersModifiedSince: FlowCustomers['listModifiedSince'] = (...call) =>
    this.customers.listModifiedSince(...call);

  /** Makes a customer. 409 when its `customerUid` exists. */
  readonly createCustomer: FlowCustomers['create'] = (...call) => this.customers.create(...call);

  /** Changes members of a customer. */
  readonly updateCustomer: FlowCustomers['update'] = (...call) => this.customers.update(...call);

  /** Deletes a customer. False when there was none. */
  readonly deleteCustomer: FlowCustomers['delete'] = (...call) => this.customers.delete(...call);

  /** Receipts settled at a time or later, oldest first, in batches; maybe without lines. */
  readonly searchReceipts: FlowReceipts['search'] = (...call) => this.receipts.search(...call);
  readonly findReceipts: FlowReceipts['find'] = (...call) => this.receipts.find(...call);

  /** The whole receipt. */
  readonly getReceipt: FlowReceipts['get'] = (...call) => this.receipts.get(...call);

  /** A receipt's PDF, or undefined as long as there is none. */
  readonly downloadReceiptPdf: FlowReceipts['downloadPdf'] = (...call) => this.receipts.downloadPdf(...call);

  /** Where webhooks are sent. */
  readonly listHttpTransports: FlowWebhooks['listTransports'] = (...call) => this.webhooks.listTransports(...call);

  /** Makes a transport. 409 when its `httpTransportUid` exists. */
  readonly createHttpTransport: FlowWebhooks['createTransport'] = (...call) => this.webhooks.createTransport(...call);

  /** Changes members of a transport. */
  readonly updateHttpTransport: FlowWebhooks['updateTransport'] = (...call) => this.webhooks.updateTransport(...call);

  /** Which actions are told to which transport. */
  readonly listWebhooks: FlowWebhooks['list'] = (...call) => this.webhooks.list(...call);

  /** Binds an action to a transport. 409 when its `webhookUid` exists. */
  readonly createWebhook: FlowWebhooks['create'] = (...call) => this.webhooks.create(...call);

  /** Changes members of a webhook. */
  readonly updateWebhook: FlowWebhooks['update'] = (...call) => this.webhooks.update(...call);

  /** Removes a webhook. False when there was none. */
  readonly deleteWebhook: FlowWebhooks['delete'] = (...call) => this.webhooks.delete(...call);

  /** Payment methods of the tenant with their names in other systems. */
  readonly listPaymentMethods: FlowDirectory['listPaymentMethods'] = (...call) =>
    this.directory.listPaymentMethods(...call);

  /** Payment methods a store offers. */
  readonly listStorePaymentMethods: FlowDirectory['listStorePaymentMethods'] = (...call) =>
    this.directory.listStorePaymentMethods(...call);

  /** The supplier. */
  readonly getSupplier: FlowDirectory['getSupplier'] = (...call) => this.directory.getSupplier(...call);

  /** Makes a supplier. 409 when its `supplierUid` exists. */
  readonly createSupplier: FlowDirectory['createSupplier'] = (...call) => this.directory.createSupplier(...call);

  /** Changes members of a supplier. */
  readonly updateSupplier: FlowDirectory['updateSupplier'] = (...call) => this.directory.updateSupplier(...call);

  /** Stores of the tenant. */
  readonly listStores: FlowStores['list'] = (...call) => this.stores.list(...call);

  /** The store. */
  readonly getStore: FlowStores['get'] = (...call) => this.stores.get(...call);

  /** Makes a store. 409 when its `storeUid` exists. */
  readonly createStore: FlowStores['create'] = (...call) => this.stores.create(...call);

  /** Changes members of a store. */
  readonly updateStore: FlowStores['update'] = (...call) => this.stores.update(...call);

  /** Warehouses that a store owns. */
  readonly listWarehouses: FlowStores['listWarehouses'] = (...call) => this.stores.listWarehouses(...call);

  /** Makes a warehouse. 409 when its `warehouseUid` exists. */
  readonly createWarehouse: FlowStores['createWarehouse'] = (...call) => this.stores.createWarehouse(...call);

  /** Changes members of a warehouse. */
  readonly updateWarehouse: FlowStores['updateWarehouse'] = (...call) => this.stores.updateWarehouse(...call);

  /** The organisation. */
  readonly getOrganization: FlowStores['getOrganization'] = (...call) => this.stores.getOrganization(...call);

  /** Makes an organisation. 409 when its `organizationUid` exists. */
  readonly createOrganization: FlowStores['createOrganization'] = (...call) => this.stores.createOrganization(...call);

  /** Changes members of an organisation. */
  readonly updateOrganization: FlowStores['updateOrganization'] = (...call) => this.stores.updateOrganization(...call);

  /** The price list, without its prices. */
  readonly getPricelist: FlowStores['getPricelist'] = (...call) => this.stores.getPricelist(...call);

  /** Makes a price list. 409 when its `pricelistUid` exists. */
  readonly createPricelist: FlowStores['createPricelist'] = (...call) => this.stores.createPricelist(...call);

  /** Purchase orders of a store; maybe without lines. */
  readonly listPurchaseOrders: FlowPurchaseOrders['list'] = (...call) => this.purchaseOrders.list(...call);

  /** The whole purchase order. */
  readonly getPurchaseOrder: FlowPurchaseOrders['get'] = (...call) => this.purchaseOrders.get(...call);

  /** Makes a purchase order. 409 when its `purchaseOrderUid` exists. */
  readonly createPurchaseOrder: FlowPurchaseOrders['create'] = (...call) => this.purchaseOrders.create(...call);

  /** Changes members of a purchase order. */
  readonly updatePurchaseOrder: FlowPurchaseOrders['update'] = (...call) => this.purchaseOrders.update(...call);

  /** Deletes a purchase order. False when there was none, 409 when something was received. */
  readonly deletePurchaseOrder: FlowPurchaseOrders['delete'] = (...call) => this.purchaseOrders.delete(...call);

  /** Adds a line to a purchase order. */
  readonly addPurchaseOrderItem: FlowPurchaseOrders['addItem'] = (...call) => this.purchaseOrders.addItem(...call);

  /** Changes members of a purchase order's line. */
  readonly updatePurchaseOrderItem: FlowPurchaseOrders['updateItem'] = (...call) =>
    this.purchaseOrders.updateItem(...call);

  /** Removes a line of a purchase order. False when there was none. */
  readonly deletePurchaseOrderItem: FlowPurchaseOrders['deleteItem'] = (...call) =>
    this.purchaseOrders.deleteItem(...call);

  /** Goods that came in at one time. */
  readonly getReceivement: FlowReceivements['get'] = (...call) => this.receivements.get(...call);

  /** Receivements of a store, newest first, in batches. */
  readonly listReceivements: FlowReceivements['list'] = (...call) => this.receivements.list(...call);

  /** What warehouses have of products. Products that Flow does not know are left out. */
  readonly getStock: FlowStock['get'] = (...call) => this.stock.get(...call);

  /** Stock of a store that changed after a time, oldest change first, in batches. */
  readonly listStockChanges: FlowStock['listChanges'] = (...call) => this.stock.listChanges(...call);

  /** All stock of a warehouse, in batches. */
  readonly listWarehouseStock: FlowStock['listOfWarehouse'] = (...call) => this.stock.listOfWarehouse(...call);

  /** Stock of one product in one warehouse. */
  readonly getStockRecord: FlowStock['getRecord'] = (...call) => this.stock.getRecord(...call);

  /** Sets the stock of one product in one warehouse. */
  readonly setStock: FlowStock['set'] = (...call) => this.stock.set(...call);
}
