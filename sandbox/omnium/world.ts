import { type Chain } from '../chain/types';
import { type SandboxContext } from '../kit/vendor';
import { ApiUsers } from './access/api-users';
import { RateLimits } from './access/rate-limits';
import { Directory } from './catalogue/directory';
import { InventoryBook } from './catalogue/inventory-book';
import { buildCustomerDocuments, buildProductDocuments } from './catalogue/seed-catalogue';
import { customerKeys } from './customers/customer-rules';
import { type Customer, type Document, type Product } from './documents';
import { EventStream } from './events/event-stream';
import { InvoiceBook } from './invoices/invoice-book';
import { type CustomerRules, type OmniumSettings } from './omnium-settings';
import { OrderBook } from './orders/order-book';
import { buildOrderTypes } from './settings/order-types';
import {
  buildMarketDocuments,
  buildStoreDocuments,
  buildSupplierDocuments,
  type Store,
} from './settings/seed-settings';
import { Collection } from './state/collection';
import { Scrolls } from './state/scrolls';
import { formatDateTime } from './wire/schema';

/** Everything one Omnium sandbox holds; made once per server, seeded on start and on reset. */
export class World {
  readonly context: SandboxContext;
  readonly settings: OmniumSettings;
  readonly chain: Chain;
  readonly users: ApiUsers;
  readonly limits: RateLimits;
  readonly events: EventStream;
  readonly scrolls: Scrolls;
  readonly directory: Directory;
  readonly orders: OrderBook;
  readonly invoices: InvoiceBook;
  readonly inventory: InventoryBook;
  readonly privateCustomers: Collection<Customer>;
  readonly businessCustomers: Collection<Customer>;
  readonly products: Collection<Product>;
  readonly stores: Collection<Store>;
  readonly suppliers: Collection<Document>;
  customerRules: CustomerRules;

  constructor(given: { context: SandboxContext; chain: Chain; settings: OmniumSettings }) {
    const { context, chain, settings } = given;
    this.context = context;
    this.chain = chain;
    this.settings = settings;
    const { clock } = context;
    const collection = <T extends Document>(): Collection<T> => new Collection<T>(clock, settings.indexLagMs);
    this.users = new ApiUsers({ clock, seed: context.seed, lifetimeSeconds: settings.tokenLifetimeSeconds });
    this.limits = new RateLimits(settings.limits);
    this.events = new EventStream(clock, context.webhooks);
    this.scrolls = new Scrolls(clock);
    this.directory = new Directory({
      markets: buildMarketDocuments(chain),
      stores: buildStoreDocuments(chain),
      orderTypes: buildOrderTypes(),
    });
    this.inventory = new InventoryBook({ chain, clock, directory: this.directory, indexLagMs: settings.indexLagMs });
    this.orders = new OrderBook({ context, directory: this.directory, events: this.events, settings });
    this.invoices = new InvoiceBook({
      context,
      directory: this.directory,
      orders: this.orders,
      events: this.events,
      settings,
    });
    this.privateCustomers = new Collection(clock, settings.indexLagMs, customerKeys);
    this.businessCustomers = new Collection(clock, settings.indexLagMs, customerKeys);
    this.customerRules = settings.customerRules;
    this.products = collection();
    this.stores = collection();
    this.suppliers = collection();
    this.seed();
  }

  /** Now, as Omnium writes it. */
  now(): string {
    return formatDateTime(this.context.clock.nowMs());
  }

  /** Back to the chain as it was built. */
  seed(): void {
    const { chain } = this;
    this.users.clear();
    for (const user of [chain.omniumApiUser, ...this.settings.furtherApiUsers]) {
      this.users.put({ ...user, active: true, roles: ['ApiOwner'] });
    }
    this.customerRules = this.settings.customerRules;
    this.limits.clear();
    this.events.clear();
    this.scrolls.clear();
    this.orders.load([]);
    this.invoices.load([], { files: [], contents: [] });
    this.inventory.clear();
    this.loadProducts(buildProductDocuments(chain));
    this.privateCustomers.load(byCustomerId(buildCustomerDocuments(chain, 'private')));
    this.businessCustomers.load(byCustomerId(buildCustomerDocuments(chain, 'business')));
    this.stores.load(buildStoreDocuments(chain).map((store) => [store.id, store]));
    this.suppliers.load(buildSupplierDocuments(chain).map((supplier) => [supplier.id, supplier]));
  }

  loadProducts(products: readonly Product[]): void {
    this.directory.forgetProducts();
    this.products.load(products.map((product) => [product.productId, product]));
    for (const product of products) {
      this.directory.learn(product);
    }
  }

  putProduct(product: Product): void {
    this.products.put(product.productId, product);
    this.directory.learn(product);
    this.context.markDirty();
  }

  customers(kind: 'private' | 'business'): Collection<Customer> {
    return kind === 'private' ? this.privateCustomers : this.businessCustomers;
  }
}

const byCustomerId = (customers: readonly Customer[]): (readonly [string, Customer])[] =>
  customers.map((customer) => [customer.customerId, customer]);
