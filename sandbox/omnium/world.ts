import { type Chain } from '../chain/types';
import { type SandboxContext } from '../kit/vendor';
import { ApiUsers } from './access/api-users';
import { RateLimits } from './access/rate-limits';
import { CostPriceBook } from './catalogue/cost-price-book';
import { Directory } from './catalogue/directory';
import { InventoryBook } from './catalogue/inventory-book';
import { PriceBook } from './catalogue/price-book';
import { pricesIn, ProductBook } from './catalogue/product-book';
import { ProductFinder } from './catalogue/product-search';
import { ProductViews } from './catalogue/product-view';
import { CategoryBook } from './categories/category-book';
import { customerKeys } from './customers/customer-rules';
import { buildCustomerDocuments } from './customers/seed-customers';
import { type Customer, type Document, type Product } from './documents';
import { EventStream } from './events/event-stream';
import { InvoiceBook } from './invoices/invoice-book';
import { type CustomerRules, type OmniumSettings } from './omnium-settings';
import { OrderBook } from './orders/order-book';
import { StockStep } from './orders/stock-step';
import { type Supplier } from './purchasing/purchase-documents';
import { Purchasing } from './purchasing/purchasing';
import { buildOrderTypes, type OrderType } from './settings/order-types';
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
  readonly costPrices: CostPriceBook;
  readonly stockStep: StockStep;
  readonly purchasing: Purchasing;
  readonly privateCustomers: Collection<Customer>;
  readonly businessCustomers: Collection<Customer>;
  readonly products: ProductBook;
  readonly prices: PriceBook;
  readonly finder: ProductFinder;
  readonly views: ProductViews;
  readonly categories: CategoryBook;
  readonly stores: Collection<Store>;
  readonly suppliers: Collection<Supplier>;
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
    const { indexLagMs } = settings;
    this.products = new ProductBook({ clock, chain, indexLagMs });
    const { products } = this;
    this.prices = new PriceBook({ clock, chain, products, indexLagMs });
    this.views = new ProductViews(this.prices);
    this.categories = new CategoryBook({ clock, chain, indexLagMs });
    const byName = (hasOwnStatuses: boolean): ReadonlyMap<string, OrderType> =>
      new Map(buildOrderTypes(hasOwnStatuses).map((type) => [type.name, type]));
    const [withOwn, builtIn] = [byName(true), byName(false)];
    this.directory = new Directory({
      markets: buildMarketDocuments(chain),
      stores: buildStoreDocuments(chain),
      orderTypes: () => (context.manners.has('own-statuses') ? withOwn : builtIn),
      products,
      prices: this.prices,
    });
    const { directory, events } = this;
    this.finder = new ProductFinder({ products, prices: this.prices, directory });
    this.inventory = new InventoryBook({ chain, clock, directory, indexLagMs: settings.indexLagMs });
    this.costPrices = new CostPriceBook({ clock, chain, directory, products, indexLagMs });
    this.stockStep = new StockStep({ directory, inventory: this.inventory, events });
    this.orders = new OrderBook({ context, directory, events, settings, stockStep: this.stockStep });
    this.invoices = new InvoiceBook({
      context,
      directory,
      orders: this.orders,
      events,
      settings,
    });
    this.privateCustomers = new Collection(clock, settings.indexLagMs, customerKeys);
    this.businessCustomers = new Collection(clock, settings.indexLagMs, customerKeys);
    this.customerRules = settings.customerRules;
    this.stores = collection();
    this.suppliers = collection();
    this.purchasing = new Purchasing({
      context,
      directory,
      events,
      inventory: this.inventory,
      orders: this.orders,
      suppliers: this.suppliers,
      settings,
      setProductCost: (sku, cost) => {
        this.#setProductCost(sku, cost);
      },
    });
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
    this.costPrices.clear();
    this.stockStep.setStores(this.settings.stockStepStoreIds);
    this.purchasing.clear();
    this.products.load();
    this.prices.load();
    this.views.clear();
    this.categories.load();
    this.privateCustomers.load(byCustomerId(buildCustomerDocuments(chain, 'private')));
    this.businessCustomers.load(byCustomerId(buildCustomerDocuments(chain, 'business')));
    this.loadStores(buildStoreDocuments(chain));
    this.suppliers.load(buildSupplierDocuments(chain).map((supplier) => [supplier.id, supplier]));
  }

  loadStores(stores: readonly Store[]): void {
    this.directory.forgetStores();
    this.stores.load(stores.map((store) => [store.id, store]));
    for (const store of stores) {
      this.directory.learnStore(store);
    }
  }

  putStore(store: Store): void {
    this.stores.put(store.id, store);
    this.directory.learnStore(store);
    this.context.markDirty();
  }

  /** Puts a document in place; prices it brings take the place of those its SKUs had. */
  putProduct(product: Product): void {
    this.products.put(product);
    for (const { code, prices } of pricesIn(product)) {
      if (JSON.stringify(this.prices.of(code)) !== JSON.stringify(prices)) {
        this.prices.replace(code, prices);
      }
    }
    this.context.markDirty();
  }

  /** Takes a product away with its prices, as the API does; people in Omnium's own interface only mark it. */
  removeProduct(productId: string): boolean {
    const codes = this.products.codesOf(productId);
    const removed = this.products.remove(productId);
    if (removed) {
      for (const code of codes) {
        this.prices.replace(code, []);
      }
      this.context.markDirty();
    }
    return removed;
  }

  /** Products whose prices changed are modified (contract §9.1). */
  touchProductsOf(codes: readonly string[]): void {
    this.products.touch(new Set(codes.map((code) => this.products.productIdOf(code) ?? code)));
  }

  customers(kind: 'private' | 'business'): Collection<Customer> {
    return kind === 'private' ? this.privateCustomers : this.businessCustomers;
  }

  /** The cost of a SKU as its product shows it, which a goods reception may change. */
  #setProductCost(sku: string, cost: number): void {
    const root = this.products.find(sku)?.document();
    if (root === undefined) {
      return;
    }
    const modified = this.now();
    const { variants } = root;
    const changed =
      root.skuId === sku
        ? { ...root, cost }
        : {
            ...root,
            variants: (variants ?? []).map((each) => (each.skuId === sku ? { ...each, cost, modified } : each)),
          };
    this.products.put({ ...changed, modified });
    this.context.markDirty();
  }
}

const byCustomerId = (customers: readonly Customer[]): (readonly [string, Customer])[] =>
  customers.map((customer) => [customer.customerId, customer]);
