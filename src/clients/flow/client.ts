import { FlowCatalogue } from './catalogue';
import { FlowConnection, type FlowConnectionOptions } from './connection';
import { FlowCustomers } from './customers';
import { FlowDirectory } from './directory';
import { FlowOrders } from './orders';
import { FlowPackages } from './packages';
import { FlowPrices } from './prices';
import { FlowProducts } from './products';
import { FlowPurchaseOrders } from './purchase-orders';
import { FlowReceipts } from './receipts';
import { FlowReceivements } from './receivements';
import { FlowStock } from './stock';
import { FlowStores } from './stores';
import { FlowWebhooks } from './webhooks';

/**
 * Flow's public REST API version 2, as far as the integration uses it. Each method is one request (lists: one per page)
 * and fails with `VendorUnreachableError`, `VendorHttpError` or `VendorResponseInvalidError`. Reading one thing by its uid
 * answers undefined when there is none. A create is refused with 409 when the uid in its body exists; an update changes the
 * members given; a delete is false when there was nothing. In the notes `T` is the tenant's path, `S` a store's, `W` a
 * warehouse's; "assumed" is listed in docs/assumptions.md. The vendor's pages: https://docs.flowretail.com/api/tag/… (flow-api.md §0).
 */
export class FlowClient {
  private readonly flow: FlowConnection;
  readonly orders: FlowOrders;
  readonly customers: FlowCustomers;
  readonly receipts: FlowReceipts;
  readonly webhooks: FlowWebhooks;
  readonly directory: FlowDirectory;
  readonly stores: FlowStores;
  readonly purchaseOrders: FlowPurchaseOrders;
  readonly receivements: FlowReceivements;
  readonly stock: FlowStock;
  readonly products: FlowProducts;
  readonly packages: FlowPackages;
  readonly catalogue: FlowCatalogue;
  readonly prices: FlowPrices;

  constructor(options: FlowConnectionOptions) {
    this.flow = new FlowConnection(options);
    this.orders = new FlowOrders(this.flow);
    this.customers = new FlowCustomers(this.flow);
    this.receipts = new FlowReceipts(this.flow);
    this.webhooks = new FlowWebhooks(this.flow);
    this.directory = new FlowDirectory(this.flow);
    this.stores = new FlowStores(this.flow);
    this.purchaseOrders = new FlowPurchaseOrders(this.flow);
    this.receivements = new FlowReceivements(this.flow);
    this.stock = new FlowStock(this.flow);
    this.products = new FlowProducts(this.flow);
    this.packages = new FlowPackages(this.flow);
    this.catalogue = new FlowCatalogue(this.flow);
    this.prices = new FlowPrices(this.flow);
  }

  /** Finishes running calls and closes all connections. */
  async close(): Promise<void> {
    await this.flow.close();
  }
}
