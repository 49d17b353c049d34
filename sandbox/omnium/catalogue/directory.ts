import { type Price, type Product } from '../documents';
import { type OrderType } from '../settings/order-types';
import { type Market, type Store } from '../settings/seed-settings';
import { type PriceBook } from './price-book';
import { type ProductBook } from './product-book';
import { type ProductEntry } from './product-entry';

const lineDefaultsOf = (sku: string, product: Product): Record<string, unknown> => {
  const isPackage = product['isPackage'] === true;
  const candidates: Record<string, unknown> = {
    productId: product.productId,
    displayName: product.name ?? sku,
    brand: product['brand'],
    ean: product['ean'],
    size: product['size'],
    color: product['color'],
    imageUrl: product['mainImageUrl'],
    supplierId: product['supplierId'],
    supplierName: product['supplierName'],
    unit: product['unit'],
    isVirtualProduct: product['isVirtual'] === true ? true : undefined,
    isPackageProduct: isPackage ? true : undefined,
    components: isPackage ? product['components'] : undefined,
  };
  return Object.fromEntries(Object.entries(candidates).filter(([, value]) => value !== undefined));
};

/** What an order line is enriched from. Its document is made when somebody looks at it. */
export class SellableProduct {
  readonly sku: string;
  readonly #entry: ProductEntry;
  readonly #prices: PriceBook;

  constructor(sku: string, entry: ProductEntry, prices: PriceBook) {
    this.sku = sku;
    this.#entry = entry;
    this.#prices = prices;
  }

  get productId(): string {
    return this.#entry.productId;
  }

  get isPackage(): boolean {
    return this.#entry.facts.isPackage;
  }

  get isVirtual(): boolean {
    return this.#entry.facts.isVirtual;
  }

  /** The document of the SKU: a variant, or the product itself. */
  get product(): Product {
    const document = this.#entry.document();
    return document.variants?.find(({ skuId }) => skuId === this.sku) ?? document;
  }

  /** Members copied to a line that does not bring its own. */
  get lineDefaults(): Readonly<Record<string, unknown>> {
    return lineDefaultsOf(this.sku, this.product);
  }

  /** What everybody pays now for one piece in a market, without regard to stores. */
  priceIn(marketId: string): Price | undefined {
    return this.#prices.general(this.sku, marketId);
  }
}

/** The names other documents may refer to: markets, stores, order types and sellable products. */
export class Directory {
  readonly markets: ReadonlyMap<string, Market>;
  readonly #orderTypes: () => ReadonlyMap<string, OrderType>;
  readonly marketGroupIds: ReadonlySet<string>;
  readonly #stores: Map<string, Store>;
  readonly #products: ProductBook;
  readonly #prices: PriceBook;

  constructor(given: {
    markets: readonly Market[];
    stores: readonly Store[];
    orderTypes: () => ReadonlyMap<string, OrderType>;
    products: ProductBook;
    prices: PriceBook;
  }) {
    this.#products = given.products;
    this.#prices = given.prices;
    this.markets = new Map(given.markets.map((market) => [market.marketId, market]));
    this.#stores = new Map(given.stores.map((store) => [store.id, store]));
    this.#orderTypes = given.orderTypes;
    this.marketGroupIds = new Set(given.markets.flatMap(({ marketGroupId }) => marketGroupId ?? []));
  }

  /** Order types by name, with the statuses their orders can have at the moment. */
  get orderTypes(): ReadonlyMap<string, OrderType> {
    return this.#orderTypes();
  }

  /** Stores and warehouses by id. */
  get stores(): ReadonlyMap<string, Store> {
    return this.#stores;
  }

  /** Whether stock can lie there. */
  isWarehouse(code: string): boolean {
    return this.#stores.get(code)?.isWarehouse === true;
  }

  learnStore(store: Store): void {
    this.#stores.set(store.id, store);
  }

  forgetStores(): void {
    this.#stores.clear();
  }

  /** Case matters: `abc` and `ABC` are two products. */
  product(sku: string): SellableProduct | undefined {
    const entry = this.#products.get(this.#products.productIdOf(sku) ?? '');
    return entry === undefined ? undefined : new SellableProduct(sku, entry, this.#prices);
  }

  skus(): IterableIterator<string> {
    return this.#products.skus();
  }
}
