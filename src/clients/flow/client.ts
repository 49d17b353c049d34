import { FlowConnection, type FlowConnectionOptions } from './connection';
import { FlowCustomers } from './customers';
import { FlowDirectory } from './directory';
import { FlowOrders } from './orders';
import { FlowReceipts } from './receipts';
import { FlowWebhooks } from './webhooks';

export type FlowClientOptions = FlowConnectionOptions;

/**
 * Flow's public REST API version 2, as far as the integration uses it. Each method is one request (lists: one per page)
 * and fails with `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. Reading one thing by its uid
 * answers undefined when there is none. The last argument of each is a `CallContext`. What each call does: the class that
 * is named with it. The vendor's pages: https://docs.flowretail.com/api/tag/… (flow-api.md §0).
 */
export class FlowClient {
  private readonly flow: FlowConnection;
  private readonly orders: FlowOrders;
  private readonly customers: FlowCustomers;
  private readonly receipts: FlowReceipts;
  private readonly webhooks: FlowWebhooks;
  private readonly directory: FlowDirectory;

  constructor(options: FlowClientOptions) {
    this.flow = new FlowConnection(options);
    this.orders = new FlowOrders(this.flow);
    this.customers = new FlowCustomers(this.flow);
    this.receipts = new FlowReceipts(this.flow);
    this.webhooks = new FlowWebhooks(this.flow);
    this.directory = new FlowDirectory(this.flow);
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

  /** Stores of the tenant. */
  readonly listStores: FlowDirectory['listStores'] = (...call) => this.directory.listStores(...call);

  /** The product with exactly this SKU, or undefined. */
  readonly findProductBySku: FlowDirectory['findProductBySku'] = (...call) => this.directory.findProductBySku(...call);

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.flow.close();
  }
}
