import { FlowCatalogue } from './catalogue';
import { FlowConnection } from './connection';
import { FlowCustomers } from './customers';
import { FlowDirectory } from './directory';
import { FlowOrders } from './orders';
import { FlowPackages, FlowProducts } from './products';
import { FlowPrices } from './prices';
import { FlowPurchaseOrders, FlowReceivements } from './purchase-orders';
import { FlowReceipts } from './receipts';
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
export class FlowClient extends FlowConnection {
  readonly orders = new FlowOrders(this);
  readonly customers = new FlowCustomers(this);
  readonly receipts = new FlowReceipts(this);
  readonly webhooks = new FlowWebhooks(this);
  readonly directory = new FlowDirectory(this);
  readonly stores = new FlowStores(this);
  readonly purchaseOrders = new FlowPurchaseOrders(this);
  readonly receivements = new FlowReceivements(this);
  readonly stock = new FlowStock(this);
  readonly products = new FlowProducts(this);
  readonly packages = new FlowPackages(this);
  readonly catalogue = new FlowCatalogue(this);
  readonly prices = new FlowPrices(this);
}
