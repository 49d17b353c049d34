import { type Price, type Product } from '../documents';
import { OmniumProblem } from '../problem';
import { isJsonObject, type JsonObject } from '../wire/schema';
import { type PriceBook, type PriceRow } from './price-book';
import { type ProductEntry } from './product-entry';

/** Where the tenant keeps prices: in documents and in the index of prices, or in one of them (contract §9.2). */
export type PriceHome = 'both' | 'product' | 'index';

/** The kinds of reads that can be made to fail for a product. */
export type FailingRead = 'get' | 'query' | 'scroll' | 'prices';

/** A product whose reads fail. */
export interface FailingProduct {
  readonly status: number;
  readonly reads: readonly FailingRead[];
}

/** A product as a search found it; later changes do not show in it. */
export interface ProductHit {
  readonly entry: ProductEntry;
  readonly language: string | undefined;
  /** The rows its prices come from, by code; absent when prices are not wanted. */
  readonly rows?: ReadonlyMap<string, PriceRow | undefined>;
}

/** The codes whose prices a product shows: its own number and its SKUs. */
export const priceCodesOf = ({ productId, skus }: ProductEntry): readonly string[] => [
  ...new Set([productId, ...skus]),
];

const withPrices = (document: Product, pricesOf: (code: string) => readonly Price[]): Product => {
  const own = pricesOf(document.skuId ?? document.productId);
  const variants = document.variants?.map((variant) => withPrices(variant, pricesOf));
  return {
    ...document,
    ...(own.length > 0 || document['isSku'] === true ? { prices: [...own] } : {}),
    ...(variants === undefined ? {} : { variants }),
  };
};

/** Makes documents of products: prices from their book, then what was broken on purpose. */
export class ProductViews {
  priceHome: PriceHome = 'both';
  /** Members that show in place of the right ones, by product number. */
  readonly broken = new Map<string, JsonObject>();
  readonly failing = new Map<string, FailingProduct>();
  readonly #prices: PriceBook;

  constructor(prices: PriceBook) {
    this.#prices = prices;
  }

  /** What a snapshot has to keep of a product's prices. */
  rowsOf(entry: ProductEntry, { asSearched }: { asSearched: boolean }): ReadonlyMap<string, PriceRow | undefined> {
    return new Map(priceCodesOf(entry).map((code) => [code, this.#prices.row(code, { asSearched })]));
  }

  /** The right document with all its prices, wherever the tenant keeps them: what writes go on from. */
  wholeOf(entry: ProductEntry, rows: ReadonlyMap<string, PriceRow | undefined>): Product {
    return withPrices(entry.document(), (code) => this.#prices.at(code, rows.get(code)));
  }

  /** The document of a hit. `keeps` chooses among the prices. */
  documentOf({ entry, language, rows }: ProductHit, keeps: (price: Price) => boolean = () => true): Product {
    const document = entry.document(language);
    const priced =
      rows === undefined || this.priceHome === 'index'
        ? document
        : withPrices(document, (code) => this.#prices.at(code, rows.get(code)).filter(keeps));
    const broken = this.broken.get(entry.productId);
    return broken === undefined ? priced : { ...priced, ...broken };
  }

  /** @throws OmniumProblem with the switched-on status when such a read of the product is to fail. */
  refuseFailing(productId: string, read: FailingRead): void {
    const failing = this.failing.get(productId);
    if (failing?.reads.includes(read) === true) {
      throw new OmniumProblem(failing.status, 'A product that cannot be read.');
    }
  }

  clear(): void {
    this.priceHome = 'both';
    this.broken.clear();
    this.failing.clear();
  }
}

/** Paths as a tree: `variants.skuId` is `skuId` below `variants`; an empty tree is a whole member. */
type Paths = Map<string, Paths>;

const treeOf = (paths: readonly string[]): Paths => {
  const tree: Paths = new Map();
  for (const path of paths) {
    let at = tree;
    for (const step of path.split('.')) {
      const next = at.get(step) ?? new Map<string, Paths>();
      at.set(step, next);
      at = next;
    }
  }
  return tree;
};

const into = (value: unknown, change: (object: JsonObject) => JsonObject): unknown =>
  Array.isArray(value) ? value.map((each: unknown) => into(each, change)) : isJsonObject(value) ? change(value) : value;

const kept = (object: JsonObject, tree: Paths): JsonObject => {
  const result: JsonObject = {};
  for (const [name, below] of tree) {
    if (name in object) {
      result[name] = below.size === 0 ? object[name] : into(object[name], (each) => kept(each, below));
    }
  }
  return result;
};

const without = (object: JsonObject, tree: Paths): JsonObject => {
  const result: JsonObject = {};
  for (const [name, value] of Object.entries(object)) {
    const below = tree.get(name);
    if (below === undefined) {
      result[name] = value;
    } else if (below.size > 0) {
      result[name] = into(value, (each) => without(each, below));
    }
  }
  return result;
};

/** What a search wants of each document (contract §9.1); member paths are in camel case, levels parted by dots. */
export interface FieldOptions {
  readonly isPricesExcluded?: boolean;
  readonly includedFields?: { readonly specificFields?: readonly string[] };
  readonly excludedFields?: {
    readonly specificFields?: readonly string[];
    readonly isAssetsExcluded?: boolean;
    readonly isEverythingExcluded?: boolean;
    readonly isPricesExcluded?: boolean;
    readonly isProductCategoriesExcluded?: boolean;
    readonly isPropertiesExcluded?: boolean;
    readonly isVariantsExcluded?: boolean;
  };
}

/** Members that need no document to be made. */
const lightPaths = new Set([
  'id',
  'productId',
  'skuId',
  'modified',
  'status',
  'isActive',
  'language',
  'variants.skuId',
]);

const lightDocument = ({ entry, language }: ProductHit): Product => {
  const { productId, skus, modified, facts } = entry;
  const [only] = skus;
  const tongue = language ?? entry.languages[0] ?? 'no';
  return {
    id: `${productId}_${tongue}`,
    productId,
    ...(facts.isSku && only !== undefined ? { skuId: only } : {}),
    modified,
    status: facts.status,
    isActive: facts.isActive,
    language: tongue,
    ...(facts.isSku ? {} : { variants: skus.map((skuId) => ({ id: skuId, productId, skuId })) }),
  };
};

/** Trims documents to what a search asked for; `id` and `productId` always stay. */
export class FieldTrimmer {
  readonly wantsPrices: boolean;
  readonly #included: Paths | undefined;
  readonly #excluded: Paths;
  readonly #isLight: boolean;

  constructor({ isPricesExcluded, includedFields, excludedFields = {} }: FieldOptions) {
    const included = includedFields?.specificFields ?? [];
    const { isEverythingExcluded = false } = excludedFields;
    const switches: readonly (readonly [boolean | undefined, readonly string[]])[] = [
      [isPricesExcluded, ['prices', 'variants.prices']],
      [excludedFields.isPricesExcluded, ['prices', 'variants.prices']],
      [excludedFields.isAssetsExcluded, ['assets', 'variants.assets']],
      [excludedFields.isProductCategoriesExcluded, ['categories', 'variants.categories']],
      [excludedFields.isPropertiesExcluded, ['properties', 'variants.properties']],
      [excludedFields.isVariantsExcluded, ['variants']],
    ];
    const excluded = switches.flatMap(([on, paths]) => (on === true ? paths : []));
    this.#excluded = treeOf([...excluded, ...(excludedFields.specificFields ?? [])]);
    this.#included = included.length > 0 || isEverythingExcluded ? treeOf([...included, 'id', 'productId']) : undefined;
    this.#isLight = this.#included !== undefined && included.every((path) => lightPaths.has(path));
    this.wantsPrices =
      isPricesExcluded !== true &&
      excludedFields.isPricesExcluded !== true &&
      (this.#included === undefined ||
        included.some((path) => /^(prices|variants)(\.|$)/.test(path) && path !== 'variants.skuId'));
  }

  /** Whether whole documents are asked for. */
  get isWhole(): boolean {
    return this.#included === undefined;
  }

  apply(hit: ProductHit, make: (hit: ProductHit) => Product): Product {
    const document = this.#isLight ? lightDocument(hit) : make(hit);
    const included = this.#included === undefined ? document : kept(document, this.#included);
    const rest = this.#excluded.size === 0 ? included : without(included, this.#excluded);
    return { ...rest, id: document.id, productId: document.productId };
  }
}
