import { type ApiUser } from '../access/api-users';
import { type CostPriceRow } from '../catalogue/cost-price-book';
import { type InventoryItem } from '../catalogue/inventory-documents';
import { type InventoryTransaction } from '../catalogue/transaction-book';
import { type PriceRow } from '../catalogue/price-book';
import { type WrittenProduct } from '../catalogue/product-entry';
import { type Category } from '../categories/seed-categories';
import { type Customer, type Invoice, type Order } from '../documents';
import { type OmniumEvent, type Subscription } from '../events/event-stream';
import { type SavedFiles } from '../invoices/invoice-files';
import { type CustomerRules } from '../omnium-settings';
import { type Supplier } from '../purchasing/purchase-documents';
import { type SavedPurchasing } from '../purchasing/purchasing';
import { type Store } from '../settings/seed-settings';
import { type World } from '../world';

/** What is kept between runs; products that were never changed are rebuilt from the chain. */
export interface SavedWorld {
  readonly users: ApiUser[];
  readonly subscriptions: Subscription[];
  readonly eventLog: readonly OmniumEvent[];
  readonly orders: { orders: Order[]; nextNumber: number };
  readonly invoices: { invoices: Invoice[]; files: SavedFiles };
  readonly inventory: { items: InventoryItem[]; removed: string[]; transactions: InventoryTransaction[] };
  readonly costPrices: CostPriceRow[];
  readonly purchasing: SavedPurchasing;
  readonly stockStepStoreIds: string[];
  readonly stores: Store[];
  readonly suppliers: Supplier[];
  readonly customerRules: CustomerRules;
  readonly privateCustomers: Customer[];
  readonly businessCustomers: Customer[];
  readonly products: { written: WrittenProduct[]; removed: string[] };
  readonly prices: { rows: PriceRow[]; filledAtMs: number };
  readonly categories: Category[];
}

const byTime = <T>(items: Iterable<T>, of: (item: T) => string | undefined): T[] =>
  [...items].sort((left, right) => {
    const [a, b] = [of(left) ?? '', of(right) ?? ''];
    return a === b ? 0 : a < b ? -1 : 1;
  });

const byModified = <T extends { modified?: string }>(documents: Iterable<T>): T[] =>
  byTime(documents, ({ modified }) => modified);

export const captureWorld = (world: World): SavedWorld => ({
  users: world.users.values(),
  subscriptions: [...world.events.subscriptions.values()],
  eventLog: world.events.log(),
  orders: world.orders.capture(),
  invoices: world.invoices.capture(),
  inventory: world.inventory.capture(),
  costPrices: world.costPrices.capture(),
  purchasing: world.purchasing.capture(),
  stockStepStoreIds: world.stockStep.storeIds,
  stores: [...world.stores.values()],
  suppliers: [...world.suppliers.values()],
  customerRules: world.customerRules,
  privateCustomers: [...world.privateCustomers.values()],
  businessCustomers: [...world.businessCustomers.values()],
  products: world.products.capture(),
  prices: world.prices.capture(),
  categories: world.categories.all(),
});

export const restoreWorld = (world: World, saved: SavedWorld): void => {
  for (const user of saved.users) {
    world.users.put(user);
  }
  for (const subscription of saved.subscriptions) {
    world.events.subscriptions.set(subscription.subscriptionId, subscription);
  }
  world.customerRules = saved.customerRules;
  world.events.loadLog(saved.eventLog);
  world.orders.load(saved.orders.orders, saved.orders.nextNumber);
  world.invoices.load(saved.invoices.invoices, saved.invoices.files);
  world.loadStores(byModified(saved.stores));
  world.suppliers.load(byModified(saved.suppliers).map((supplier) => [supplier.id, supplier]));
  world.stockStep.setStores(saved.stockStepStoreIds);
  world.inventory.restore({ ...saved.inventory, items: byModified(saved.inventory.items) });
  world.costPrices.restore(byModified(saved.costPrices));
  const { orders, deliveries } = saved.purchasing;
  world.purchasing.restore({
    ...saved.purchasing,
    orders: { ...orders, orders: byModified(orders.orders) },
    deliveries: { ...deliveries, deliveries: byModified(deliveries.deliveries) },
  });
  const entries = (customers: readonly Customer[]): [string, Customer][] =>
    byModified(customers).map((customer) => [customer.customerId, customer]);
  world.privateCustomers.load(entries(saved.privateCustomers));
  world.businessCustomers.load(entries(saved.businessCustomers));
  const { products, prices, categories } = saved;
  world.products.load({ ...products, written: byTime(products.written, ({ document }) => document.modified) });
  world.prices.load({ ...prices, rows: byModified(prices.rows) });
  world.categories.load(byModified(categories));
};
