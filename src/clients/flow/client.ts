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
  readonly orders: FlowOrders;
  readonly customers: FlowCustomers;
  readonly receipts: FlowReceipts;
  readonly webhooks: FlowWebhooks;
  readonly directory: FlowDirectory;
  readonly stores: FlowStores;
  readonly purchaseOrders: FlowPurchaseOrders;
  readonly receivements: FlowReceivements;
  readonly stock: FlowStock;

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
}
