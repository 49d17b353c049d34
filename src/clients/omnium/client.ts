import { OmniumConnection, type OmniumConnectionOptions } from './connection';
import { OmniumBusinessCustomers, OmniumPrivateCustomers } from './customers';
import { OmniumDirectory } from './directory';
import { OmniumInvoices } from './invoices';
import { OmniumOrders } from './orders';

export type OmniumClientOptions = OmniumConnectionOptions;

/**
 * Omnium's public REST API, as far as the integration uses it. Each method is one request (two after a 401, scrolls one
 * per batch) and fails with `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. The last argument
 * of each is a `CallContext`. What each call does, and the vendor's pages: the class that is named with it.
 */
export class OmniumClient {
  private readonly omnium: OmniumConnection;
  private readonly orders: OmniumOrders;
  private readonly privateCustomers: OmniumPrivateCustomers;
  private readonly businessCustomers: OmniumBusinessCustomers;
  private readonly invoices: OmniumInvoices;
  private readonly directory: OmniumDirectory;

  constructor(options: OmniumClientOptions) {
    this.omnium = new OmniumConnection(options);
    this.orders = new OmniumOrders(this.omnium);
    this.privateCustomers = new OmniumPrivateCustomers(this.omnium);
    this.businessCustomers = new OmniumBusinessCustomers(this.omnium);
    this.invoices = new OmniumInvoices(this.omnium);
    this.directory = new OmniumDirectory(this.omnium);
  }

  /** The order with this id or number, or undefined. */
  readonly getOrder: OmniumOrders['get'] = (...call) => this.orders.get(...call);

  /** Makes a completed order of a till. 400 when the number or id is taken. */
  readonly putPosOrder: OmniumOrders['putPos'] = (...call) => this.orders.putPos(...call);

  /** Makes an order of any type. 409, or 400, when the id is taken. */
  readonly createOrder: OmniumOrders['create'] = (...call) => this.orders.create(...call);

  /** Sets an order's status and runs its workflow. */
  readonly updateStatus: OmniumOrders['updateStatus'] = (...call) => this.orders.updateStatus(...call);

  /** Adds delivered and cancelled quantities to lines. Not repeat-safe. */
  readonly updateOrderLines: OmniumOrders['updateLines'] = (...call) => this.orders.updateLines(...call);

  /** Adds payments, or overwrites those with the same id. */
  readonly addPayments: OmniumOrders['addPayments'] = (...call) => this.orders.addPayments(...call);

  /** Adds a line to an order. */
  readonly addOrderLine: OmniumOrders['addLine'] = (...call) => this.orders.addLine(...call);

  /** Cancels what is left of a line. */
  readonly cancelOrderLine: OmniumOrders['cancelLine'] = (...call) => this.orders.cancelLine(...call);

  /** Changes members of an order without its workflow. */
  readonly patchOrder: OmniumOrders['patch'] = (...call) => this.orders.patch(...call);

  /** Makes a return, and with it the new order of an exchange. Not repeat-safe. */
  readonly createReturn: OmniumOrders['createReturn'] = (...call) => this.orders.createReturn(...call);

  /** One page of orders, oldest change first. */
  readonly searchOrders: OmniumOrders['search'] = (...call) => this.orders.search(...call);

  /** All orders of a search, in batches. */
  readonly scrollOrders: OmniumOrders['scroll'] = (...call) => this.orders.scroll(...call);

  /** The private customer with this id, or undefined. */
  readonly getPrivateCustomer: OmniumPrivateCustomers['get'] = (...call) => this.privateCustomers.get(...call);

  /** Makes a private customer; answers the id that Omnium kept, if it tells. */
  readonly createPrivateCustomer: OmniumPrivateCustomers['create'] = (...call) => this.privateCustomers.create(...call);

  /** Makes or overwrites a private customer by id. */
  readonly savePrivateCustomer: OmniumPrivateCustomers['save'] = (...call) => this.privateCustomers.save(...call);

  /** Changes members of a private customer. */
  readonly patchPrivateCustomer: OmniumPrivateCustomers['patch'] = (...call) => this.privateCustomers.patch(...call);

  /** One page of private customers, oldest change first. */
  readonly searchPrivateCustomers: OmniumPrivateCustomers['search'] = (...call) =>
    this.privateCustomers.search(...call);

  /** Takes everything personal out of a private customer and their orders, for good. */
  readonly anonymizePrivateCustomer: OmniumPrivateCustomers['anonymize'] = (...call) =>
    this.privateCustomers.anonymize(...call);

  /** The business customer with this id, or undefined. */
  readonly getBusinessCustomer: OmniumBusinessCustomers['get'] = (...call) => this.businessCustomers.get(...call);

  /** Makes a business customer; answers the id that Omnium kept, if it tells. */
  readonly createBusinessCustomer: OmniumBusinessCustomers['create'] = (...call) =>
    this.businessCustomers.create(...call);

  /** Makes or overwrites a business customer by id. */
  readonly saveBusinessCustomer: OmniumBusinessCustomers['save'] = (...call) => this.businessCustomers.save(...call);

  /** Changes members of a business customer. */
  readonly patchBusinessCustomer: OmniumBusinessCustomers['patch'] = (...call) => this.businessCustomers.patch(...call);

  /** One page of business customers, oldest change first. */
  readonly searchBusinessCustomers: OmniumBusinessCustomers['search'] = (...call) =>
    this.businessCustomers.search(...call);

  /** Deletes a business customer. False when there was none. */
  readonly deleteBusinessCustomer: OmniumBusinessCustomers['delete'] = (...call) =>
    this.businessCustomers.delete(...call);

  /** The invoice with this id, or undefined. */
  readonly getInvoice: OmniumInvoices['get'] = (...call) => this.invoices.get(...call);

  /** Makes or overwrites an invoice by id. */
  readonly putInvoice: OmniumInvoices['put'] = (...call) => this.invoices.put(...call);

  /** Attaches a file to an invoice, or overwrites the one with the same `assetId`. */
  readonly addInvoiceAsset: OmniumInvoices['addAsset'] = (...call) => this.invoices.addAsset(...call);

  /** All stores and warehouses. */
  readonly listStores: OmniumDirectory['listStores'] = (...call) => this.directory.listStores(...call);

  /** All markets. */
  readonly getMarkets: OmniumDirectory['getMarkets'] = (...call) => this.directory.getMarkets(...call);

  /** Finishes running calls and closes all connections. Sessions given from outside are left open. */
  async close(): Promise<void> {
    await this.omnium.close();
  }
}
