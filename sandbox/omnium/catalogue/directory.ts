import { type Price, type Product } from '../documents';
import { type OrderType } from '../settings/order-types';
import { type Market, type Store } from '../settings/seed-settings';

/** What an order line is enriched from. */
export interface SellableProduct {
  readonly sku: string;
  readonly product: Product;
  readonly prices: ReadonlyMap<string, Price>;
  readonly isPackage: boolean;
  /** Members copied to a line that does not bring its own. */
  readonly lineDefaults: Readonly<Record<string, unknown>>;
}

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

const sellableOf = (product: Product): SellableProduct | undefined => {
  const sku = product.skuId;
  if (sku === undefined) {
    return undefined;
  }
  return {
    sku,
    product,
    prices: new Map((product.prices ?? []).map((price) => [price.marketId ?? '', price])),
    isPackage: product['isPackage'] === true,
    lineDefaults: lineDefaultsOf(sku, product),
  };
};

/** The names other documents may refer to: markets, stores, order types and sellable products. */
export class Directory {
  readonly markets: ReadonlyMap<string, Market>;
  readonly orderTypes: ReadonlyMap<string, OrderType>;
  readonly marketGroupIds: ReadonlySet<string>;
  readonly #stores: Map<string, Store>;
  readonly #products = new Map<string, SellableProduct>();

  constructor(given: { markets: readonly Market[]; stores: readonly Store[]; orderTypes: readonly OrderType[] }) {
    this.markets = new Map(given.markets.map((market) => [market.marketId, market]));
    this.#stores = new Map(given.stores.map((store) => [store.id, store]));
    this.orderTypes = new Map(given.orderTypes.map((type) => [type.name, type]));
    this.marketGroupIds = new Set(given.markets.flatMap(({ marketGroupId }) => marketGroupId ?? []));
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
    return this.#products.get(sku);
  }

  skus(): IterableIterator<string> {
    return this.#products.keys();
  }

  /** Learns a product and its variants, in place of what was known under the same SKUs. */
  learn(product: Product): void {
    for (const each of [product, ...(product.variants ?? [])]) {
      const sellable = sellableOf(each);
      if (sellable !== undefined) {
        this.#products.set(sellable.sku, sellable);
      }
    }
  }

  forgetProducts(): void {
    this.#products.clear();
  }
}
