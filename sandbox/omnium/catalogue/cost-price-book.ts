import { hashText } from '../../chain/seeded-random';
import { type Chain } from '../../chain/types';
import { type SandboxClock } from '../../kit/clock';
import { type Document } from '../documents';
import { type FieldIssue, invalidFields } from '../problem';
import { seededAt } from '../settings/seed-settings';
import { Collection } from '../state/collection';
import { formatDateTime, type JsonObject } from '../wire/schema';
import { type Directory, type SellableProduct } from './directory';
import { type ProductBook } from './product-book';

/** What a SKU costs to buy, for a market, store or supplier or for all; amounts excluding tax. */
export interface CostPrice extends JsonObject {
  readonly skuId?: string;
  readonly cost?: number;
  readonly currencyCode?: string;
  readonly marketId?: string;
  readonly marketGroupId?: string;
  readonly storeId?: string;
  readonly storeGroupId?: string;
  readonly modified?: string;
  /** The tenant's own kinds of cost, such as `SOA`. */
  readonly type?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** One element of the bodies of `PUT /api/CostPrices/AddMany` and `DELETE /api/CostPrices`. */
export interface CostPriceUpdate extends JsonObject {
  readonly productId?: string;
  readonly costPrices?: readonly CostPrice[];
  readonly ignoreDates?: boolean;
  readonly ignoreValidUntilDate?: boolean;
}

/** What to look for; all given members must match. */
export interface CostPriceSearch {
  readonly lastModified?: string;
  readonly productCodes?: readonly string[];
  readonly marketIds?: readonly string[];
  readonly storeIds?: readonly string[];
  readonly storeGroupId?: string;
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** All cost prices of one SKU. */
export interface CostPriceRow extends Document {
  readonly sku: string;
  readonly costPrices: readonly CostPrice[];
}

const dimensions = [
  ...['marketId', 'marketGroupId', 'storeId', 'storeGroupId', 'supplier', 'type', 'unit', 'currencyCode'],
  'discountCode',
];

const datesOf = ({ ignoreDates, ignoreValidUntilDate }: CostPriceUpdate): string[] =>
  ignoreDates === true ? [] : ignoreValidUntilDate === true ? ['validFrom'] : ['validFrom', 'validUntil'];

/** A price without a value holds for every market or store, so a filter lets it through. */
const holdsFor = (wanted: readonly string[] | undefined, own: string | undefined): boolean =>
  wanted === undefined || wanted.length === 0 || own === undefined || wanted.includes(own);

const matches = (price: CostPrice, search: CostPriceSearch): boolean =>
  (search.lastModified === undefined || (price.modified ?? '') > search.lastModified) &&
  holdsFor(search.marketIds, price.marketId) &&
  holdsFor(search.storeIds, price.storeId) &&
  holdsFor(search.storeGroupId === undefined ? undefined : [search.storeGroupId], price.storeGroupId) &&
  (search.validFrom === undefined || price.validUntil === undefined || price.validUntil >= search.validFrom) &&
  (search.validUntil === undefined || price.validFrom === undefined || price.validFrom <= search.validUntil);

/** Cost prices by SKU. Until they are written, each market has the one that its price in the catalogue names. */
export class CostPriceBook {
  readonly #clock: SandboxClock;
  readonly #chain: Chain;
  readonly #directory: Directory;
  readonly #products: ProductBook;
  readonly #rows: Collection<CostPriceRow>;

  constructor(given: {
    clock: SandboxClock;
    chain: Chain;
    directory: Directory;
    products: ProductBook;
    indexLagMs: number;
  }) {
    this.#clock = given.clock;
    this.#chain = given.chain;
    this.#directory = given.directory;
    this.#products = given.products;
    this.#rows = new Collection(given.clock, given.indexLagMs);
  }

  /** The hits; like every search it lags behind the writes. */
  search(search: CostPriceSearch): CostPrice[] {
    const { productCodes = [], lastModified } = search;
    if (productCodes.length === 0 && lastModified !== undefined && lastModified >= seededAt) {
      const changed = [...this.#rows.visible(Date.parse(lastModified))];
      return changed.flatMap(({ costPrices }) => costPrices.filter((price) => matches(price, search)));
    }
    const skus =
      productCodes.length === 0
        ? this.#directory.skus()
        : new Set(productCodes.flatMap((code) => this.#products.codesOf(code)));
    return [...skus].flatMap((sku) => {
      const prices = this.#rows.indexed(sku)?.costPrices ?? this.#seeded(sku);
      return prices.filter((price) => matches(price, search));
    });
  }

  /**
   * Adds cost prices; one with the same SKU, dimensions and dates takes the place of the earlier one. Gives the SKUs.
   * @throws OmniumProblem 400 for a missing SKU or cost or an unknown market or store; then nothing is changed.
   */
  addMany(updates: readonly CostPriceUpdate[]): string[] {
    this.#check(updates);
    const modified = formatDateTime(this.#clock.nowMs());
    const skus = new Set<string>();
    for (const update of updates) {
      const compared = [...dimensions, ...datesOf(update)];
      for (const price of update.costPrices ?? []) {
        const sku = price.skuId ?? update.productId ?? '';
        const productId = this.#directory.product(sku)?.productId;
        const added: CostPrice = { ...price, skuId: sku, ...(productId === undefined ? {} : { productId }), modified };
        const existing = this.#rows.get(sku)?.costPrices ?? this.#seeded(sku);
        const others = existing.filter((each) => !compared.every((name) => each[name] === added[name]));
        this.#rows.put(sku, { sku, costPrices: [...others, added], modified });
        skus.add(sku);
      }
    }
    return [...skus];
  }

  /** Takes cost prices away; without a list all of the product. Gives the SKUs. */
  removeMany(requests: readonly CostPriceUpdate[]): string[] {
    const modified = formatDateTime(this.#clock.nowMs());
    const skus = new Set<string>();
    for (const { productId = '', costPrices, ...times } of requests) {
      const named = costPrices?.map((price) => [price.skuId ?? productId, price] as const);
      for (const [sku, price] of named ?? this.#products.codesOf(productId).map((code) => [code, undefined] as const)) {
        const existing = this.#rows.get(sku)?.costPrices ?? this.#seeded(sku);
        const compared = [...dimensions, ...datesOf(times)];
        const kept =
          price === undefined ? [] : existing.filter((each) => !compared.every((name) => each[name] === price[name]));
        this.#rows.put(sku, { sku, costPrices: kept, modified });
        skus.add(sku);
      }
    }
    return [...skus];
  }

  clear(): void {
    this.#rows.load([]);
  }

  capture(): CostPriceRow[] {
    return [...this.#rows.values()];
  }

  /** Rows must come in the order they were modified. */
  restore(rows: readonly CostPriceRow[]): void {
    this.#rows.load(rows.map((row) => [row.sku, row]));
  }

  #check(updates: readonly CostPriceUpdate[]): void {
    const issues: FieldIssue[] = [];
    for (const [index, { productId, costPrices = [] }] of updates.entries()) {
      for (const [at, price] of costPrices.entries()) {
        const field = `[${index}].costPrices[${at}]`;
        if ((price.skuId ?? productId ?? '') === '') {
          issues.push({ field: `${field}.skuId`, message: 'is required' });
        }
        if (price.cost === undefined || price.cost < 0) {
          issues.push({ field: `${field}.cost`, message: 'is required and must not be negative' });
        }
        if (price.marketId !== undefined && !this.#directory.markets.has(price.marketId)) {
          issues.push({ field: `${field}.marketId`, message: 'is not a market' });
        }
        if (price.storeId !== undefined && !this.#directory.stores.has(price.storeId)) {
          issues.push({ field: `${field}.storeId`, message: 'is not a store' });
        }
      }
    }
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
  }

  #seeded(sku: string): CostPrice[] {
    const sellable = this.#directory.product(sku);
    if (sellable === undefined) {
      return [];
    }
    const general = [...this.#directory.markets.keys()].flatMap((marketId): CostPrice[] => {
      const price = sellable.priceIn(marketId);
      const cost = price?.['cost'];
      if (price?.marketId === undefined || typeof cost !== 'number') {
        return [];
      }
      const { currencyCode, modified = seededAt } = price;
      const currency = currencyCode === undefined ? {} : { currencyCode };
      return [
        { skuId: sku, productId: sellable.productId, marketId, ...currency, cost, validFrom: seededAt, modified },
      ];
    });
    return [...general, ...this.#seededSoa(sku, sellable)];
  }

  /** With variety one SKU in seven has a cost of type `SOA` in the first two stores. */
  #seededSoa(sku: string, sellable: SellableProduct): CostPrice[] {
    if (!this.#chain.variety || hashText(`soa/${sku}`) % 7 !== 0) {
      return [];
    }
    return this.#chain.stores.slice(0, 2).flatMap(({ storeId, marketId }) => {
      const price = sellable.priceIn(marketId);
      const cost = price?.['cost'];
      if (price?.currencyCode === undefined || typeof cost !== 'number') {
        return [];
      }
      const soa = {
        type: 'SOA',
        storeId,
        marketId,
        cost: Math.round(cost * 90) / 100,
        currencyCode: price.currencyCode,
      };
      return [{ skuId: sku, productId: sellable.productId, ...soa, validFrom: seededAt, modified: seededAt }];
    });
  }
}
