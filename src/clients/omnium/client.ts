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
  private readonly purchaseOrders: OmniumPurchaseOrders;
  private readonly inventory: OmniumInventory;
  private readonly products: OmniumProducts;
  private readonly prices: OmniumPrices;
  private readonly categories: OmniumCategories;

  constructor(options: OmniumClientOptions) {
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

  /** The supplier with this id, or undefined. */
  readonly getSupplier: OmniumDirectory['getSupplier'] = (...call) => this.directory.getSupplier(...call);

  /** The purchase order with this id, or undefined. */
  readonly getPurchaseOrder: OmniumPurchaseOrders['get'] = (...call) => this.purchaseOrders.get(...call);

  /** The purchase order with the numbers of the customer orders that wait for it. */
  readonly getExtendedPurchaseOrder: OmniumPurchaseOrders['getExtended'] = (...call) =>
    this.purchaseOrders.getExtended(...call);

  /** One page of purchase orders, oldest change first. */
  readonly searchPurchaseOrders: OmniumPurchaseOrders['search'] = (...call) => this.purchaseOrders.search(...call);

  /** The delivery with this id, or undefined. */
  readonly getDelivery: OmniumPurchaseOrders['getDelivery'] = (...call) => this.purchaseOrders.getDelivery(...call);

  /** Lines of a delivery as they are now, or undefined. */
  readonly listDeliveryLines: OmniumPurchaseOrders['listDeliveryLines'] = (...call) =>
    this.purchaseOrders.listDeliveryLines(...call);

  /** One page of deliveries, newest change first. */
  readonly searchDeliveries: OmniumPurchaseOrders['searchDeliveries'] = (...call) =>
    this.purchaseOrders.searchDeliveries(...call);

  /** Makes a delivery of lines of a purchase order. Undefined when there is no such order. */
  readonly createDelivery: OmniumPurchaseOrders['createDelivery'] = (...call) =>
    this.purchaseOrders.createDelivery(...call);

  /** Adds received quantities to lines of a delivery. Repeat-safe by `goodsReceptionId`. */
  readonly processGoodsReception: OmniumPurchaseOrders['processGoodsReception'] = (...call) =>
    this.purchaseOrders.processGoodsReception(...call);

  /** What warehouses have of a SKU. */
  readonly getInventory: OmniumInventory['get'] = (...call) => this.inventory.get(...call);

  /** All inventory of a search, in batches. */
  readonly searchInventory: OmniumInventory['search'] = (...call) => this.inventory.search(...call);

  /** Sets levels, at most 1,000 at once. */
  readonly updateInventory: OmniumInventory['update'] = (...call) => this.inventory.update(...call);

  /** All changes of stock that match. */
  readonly searchInventoryTransactions: OmniumInventory['searchTransactions'] = (...call) =>
    this.inventory.searchTransactions(...call);

  /** Names all products of a search, oldest change first, in batches. */
  readonly scrollProductRefs: OmniumProducts['scrollRefs'] = (...call) => this.products.scrollRefs(...call);

  /** Whole products by their ids. */
  readonly queryProducts: OmniumProducts['query'] = (...call) => this.products.query(...call);

  /** The product with this id or SKU, or undefined. */
  readonly getProduct: OmniumProducts['get'] = (...call) => this.products.get(...call);

  /** The product with this id or SKU as one market has it, or undefined. */
  readonly getProductInMarket: OmniumProducts['getInMarket'] = (...call) => this.products.getInMarket(...call);

  /** All selling prices of a search, in batches. */
  readonly searchPrices: OmniumPrices['search'] = (...call) => this.prices.search(...call);

  /** SKUs of which a selling price has changed, in batches. */
  readonly changedPriceSkus: OmniumPrices['changedSkus'] = (...call) => this.prices.changedSkus(...call);

  /** Cost prices of products, or those that have changed. */
  readonly searchCostPrices: OmniumPrices['searchCostPrices'] = (...call) => this.prices.searchCostPrices(...call);

  /** SKUs of which a cost price has changed. */
  readonly changedCostPriceSkus: OmniumPrices['changedCostSkus'] = (...call) => this.prices.changedCostSkus(...call);

  /** All product categories. */
  readonly listCategories: OmniumCategories['list'] = (...call) => this.categories.list(...call);

  /** Finishes running calls and closes all connections. Sessions given from outside are left open. */
  async close(): Promise<void> {
    await this.omnium.close();
  }
}
