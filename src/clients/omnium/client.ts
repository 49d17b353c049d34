import { OmniumCategories } from './categories';
import { OmniumConnection, type OmniumConnectionOptions } from './connection';
import { OmniumBusinessCustomers, OmniumPrivateCustomers } from './customers';
import { OmniumDirectory } from './directory';
import { OmniumInventory } from './inventory';
import { OmniumInvoices } from './invoices';
import { OmniumOrders } from './orders';
import { OmniumPrices } from './prices';
import { OmniumProducts } from './products';
import { OmniumPurchaseOrders } from './purchase-orders';

/**
 * Omnium's public REST API, as far as the integration uses it. Each method is one request (two after a 401, scrolls one
 * per batch) and fails with `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. The last argument
 * of each is a `CallContext`.
 */
export class OmniumClient {
  private readonly omnium: OmniumConnection;
  readonly orders: OmniumOrders;
  readonly privateCustomers: OmniumPrivateCustomers;
  readonly businessCustomers: OmniumBusinessCustomers;
  readonly invoices: OmniumInvoices;
  readonly directory: OmniumDirectory;
  readonly purchaseOrders: OmniumPurchaseOrders;
  readonly inventory: OmniumInventory;
  readonly products: OmniumProducts;
  readonly prices: OmniumPrices;
  readonly categories: OmniumCategories;

  constructor(options: OmniumConnectionOptions) {
    this.omnium = new OmniumConnection(options);
    this.orders = new OmniumOrders(this.omnium);
    this.privateCustomers = new OmniumPrivateCustomers(this.omnium);
    this.businessCustomers = new OmniumBusinessCustomers(this.omnium);
    this.invoices = new OmniumInvoices(this.omnium);
    this.directory = new OmniumDirectory(this.omnium);
    this.purchaseOrders = new OmniumPurchaseOrders(this.omnium);
    this.inventory = new OmniumInventory(this.omnium);
    this.products = new OmniumProducts(this.omnium);
    this.prices = new OmniumPrices(this.omnium);
    this.categories = new OmniumCategories(this.omnium);
  }

  /** Finishes running calls and closes all connections. Sessions given from outside are left open. */
  async close(): Promise<void> {
    await this.omnium.close();
  }
}
