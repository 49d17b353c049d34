import { OmniumCategories } from './categories';
import { OmniumConnection } from './connection';
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
export class OmniumClient extends OmniumConnection {
  readonly orders = new OmniumOrders(this);
  readonly privateCustomers = new OmniumPrivateCustomers(this);
  readonly businessCustomers = new OmniumBusinessCustomers(this);
  readonly invoices = new OmniumInvoices(this);
  readonly directory = new OmniumDirectory(this);
  readonly purchaseOrders = new OmniumPurchaseOrders(this);
  readonly inventory = new OmniumInventory(this);
  readonly products = new OmniumProducts(this);
  readonly prices = new OmniumPrices(this);
  readonly categories = new OmniumCategories(this);
}
