import { type Price } from '../documents';
import { invalidField } from '../problem';
import { type Market } from '../settings/seed-settings';
import { commonTests, type CommonSearch } from '../state/filters';
import { type PageRequest } from '../state/paging';
import { type Directory } from './directory';
import { type PriceBook } from './price-book';
import { holdsIn, type TimeWindow } from './price-rules';
import { type ProductBook } from './product-book';
import { type ProductEntry } from './product-entry';
import { type FieldOptions } from './product-view';

/** What a search for products may ask for (contract §9.1). */
export interface ProductSearch extends CommonSearch, PageRequest, FieldOptions {
  readonly productIds?: readonly string[];
  readonly skuIds?: readonly string[];
  readonly ids?: readonly string[];
  readonly anyIds?: readonly string[];
  readonly excludedProductIds?: readonly string[];
  readonly productCategoryIds?: readonly string[];
  readonly supplierIds?: readonly string[];
  readonly marketId?: string;
  readonly marketIds?: readonly string[];
  readonly marketGroupId?: string;
  readonly marketGroupIds?: readonly string[];
  readonly productLanguage?: string;
  readonly isProductLanguageFilterIgnored?: boolean;
  readonly searchText?: string;
  readonly isPackage?: boolean;
  readonly isBundle?: boolean;
  readonly isSku?: boolean;
  readonly isActive?: boolean;
  readonly isInactive?: boolean;
  readonly isDeleted?: boolean;
  readonly isPublished?: boolean;
  readonly isUnionDeltaQuery?: boolean;
  readonly priceActivatedFrom?: string;
  readonly priceActivatedTo?: string;
  readonly priceDeactivatedFrom?: string;
  readonly priceDeactivatedTo?: string;
}

/** Members of a search that are not passed over in silence when the sandbox lacks them. */
export const offeredFilters: ReadonlySet<string> = new Set([
  ...['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo', 'externalIds', 'tags', 'excludedTags', 'property'],
  ...['sortOrder', 'take', 'page', 'productIds', 'skuIds', 'ids', 'anyIds', 'excludedProductIds', 'supplierIds'],
  ...['productCategoryIds', 'marketId', 'marketIds', 'marketGroupId', 'marketGroupIds', 'productLanguage'],
  ...['isProductLanguageFilterIgnored', 'searchText', 'isPackage', 'isBundle', 'isSku', 'isActive', 'isInactive'],
  ...['isDeleted', 'isPublished', 'isUnionDeltaQuery', 'priceActivatedFrom', 'priceActivatedTo'],
  ...['priceDeactivatedFrom', 'priceDeactivatedTo', 'isFacetsDisabled', 'isPricesExcluded', 'excludedFields'],
  ...['includedFields'],
]);

type EntryTest = (entry: ProductEntry) => boolean;

/** One document that a search found. */
export interface FoundProduct {
  readonly entry: ProductEntry;
  readonly language: string;
}

const isGiven = (list: readonly string[] | undefined): list is readonly string[] =>
  list !== undefined && list.length > 0;

const listed = (wanted: readonly string[] | undefined, of: (entry: ProductEntry) => readonly string[]): EntryTest[] => {
  if (!isGiven(wanted)) {
    return [];
  }
  const set = new Set(wanted);
  return [(entry) => of(entry).some((value) => set.has(value))];
};

const flag = (wanted: boolean | undefined, of: EntryTest): EntryTest[] =>
  wanted === undefined ? [] : [(entry) => of(entry) === wanted];

/** The markets a search names, with those of the groups it names, and the groups all of these belong to. */
const marketsOf = (search: ProductSearch, directory: Directory): { markets: Set<string>; groups: Set<string> } => {
  const named = [...(search.marketIds ?? []), ...(search.marketId === undefined ? [] : [search.marketId])];
  const namedGroups = new Set([
    ...(search.marketGroupIds ?? []),
    ...(search.marketGroupId === undefined ? [] : [search.marketGroupId]),
  ]);
  const all = [...directory.markets.values()];
  const isNamed = ({ marketId, marketGroupId = '' }: Market): boolean =>
    named.includes(marketId) || namedGroups.has(marketGroupId);
  const chosen = all.filter(isNamed);
  const markets = new Set([...named, ...chosen.map(({ marketId }) => marketId)]);
  return { markets, groups: new Set([...namedGroups, ...chosen.flatMap(({ marketGroupId }) => marketGroupId ?? [])]) };
};

/** A product that names neither markets nor groups is in all of them. */
export const isInMarkets = (
  { facts }: ProductEntry,
  { markets, groups }: { markets: ReadonlySet<string>; groups: ReadonlySet<string> },
): boolean =>
  (facts.marketIds.length === 0 && facts.marketGroupIds.length === 0) ||
  facts.marketIds.some((id) => markets.has(id)) ||
  facts.marketGroupIds.some((id) => groups.has(id));

const inDocument = (search: ProductSearch): EntryTest[] => {
  const { modifiedFrom: _from, modifiedTo: _to, ...rest } = search;
  const tests = commonTests(rest);
  return tests.length === 0 ? [] : [(entry) => tests.every((test) => test(entry.document()))];
};

const byText = (searchText = ''): EntryTest[] => {
  const needle = searchText.toLowerCase();
  return needle === ''
    ? []
    : [
        (entry) =>
          [entry.productId, ...entry.skus, entry.document().name ?? ''].some((text) =>
            text.toLowerCase().includes(needle),
          ),
      ];
};

const isDeleted: EntryTest = ({ facts }) => facts.status === 'Deleted';

const testsOf = (search: ProductSearch, directory: Directory): EntryTest[] => {
  const where = marketsOf(search, directory);
  const { isActive = false, isInactive = false } = search;
  const { excludedProductIds = [] } = search;
  return [
    // Deleted ones are found only by those who ask for them (contract §9.1).
    (entry) => isDeleted(entry) === (search.isDeleted ?? false),
    ...(where.markets.size === 0 ? [] : [(entry: ProductEntry) => isInMarkets(entry, where)]),
    ...(isActive === isInactive ? [] : [({ facts }: ProductEntry) => facts.isActive === isActive]),
    ...listed(search.productCategoryIds, ({ facts }) => facts.categoryIds),
    ...listed(search.supplierIds, ({ facts }) => (facts.supplierId === undefined ? [] : [facts.supplierId])),
    ...(excludedProductIds.length === 0
      ? []
      : [({ productId }: ProductEntry) => !excludedProductIds.includes(productId)]),
    ...flag(search.isPackage, ({ facts }) => facts.isPackage),
    ...flag(search.isBundle, ({ facts }) => facts.isBundle),
    ...flag(search.isSku, ({ facts }) => facts.isSku),
    ...(search.isPublished === true ? [({ facts }: ProductEntry) => facts.status === 'Published'] : []),
    ...inDocument(search),
    ...byText(search.searchText),
  ];
};

const byModified = (a: ProductEntry, b: ProductEntry): number =>
  a.modified === b.modified ? 0 : a.modified < b.modified ? -1 : 1;

const byCreated = (a: ProductEntry, b: ProductEntry): number => {
  const [left = '', right = ''] = [a.document().created, b.document().created];
  return left === right ? 0 : left < right ? -1 : 1;
};

const byId = (a: ProductEntry, b: ProductEntry): number => (a.productId < b.productId ? -1 : 1);

/** Entries come in the order they were modified; equals keep their order. */
const sorters: Readonly<Record<string, (entries: ProductEntry[]) => ProductEntry[]>> = {
  modifiedascending: (entries) => entries,
  modifieddescending: (entries) => entries.reverse(),
  createdascending: (entries) => entries.sort(byCreated),
  createddescending: (entries) => entries.sort((a, b) => byCreated(b, a)),
  documentid: (entries) => entries.sort(byId),
};

/** Finds products as the search index sees them. */
export class ProductFinder {
  readonly #products: ProductBook;
  readonly #prices: PriceBook;
  readonly #directory: Directory;

  constructor(given: { products: ProductBook; prices: PriceBook; directory: Directory }) {
    this.#products = given.products;
    this.#prices = given.prices;
    this.#directory = given.directory;
  }

  /** @throws OmniumProblem 400 for an unknown sort order. */
  find(search: ProductSearch): FoundProduct[] {
    const sort = sorters[(search.sortOrder ?? 'ModifiedDescending').toLowerCase()];
    if (sort === undefined) {
      throw invalidField('sortOrder', 'is not a known value');
    }
    const tests = testsOf(search, this.#directory);
    const hits: ProductEntry[] = [];
    for (const entry of this.#candidates(search)) {
      if (tests.every((test) => test(entry))) {
        hits.push(entry);
      }
    }
    const languages = this.#languagesOf(search);
    const { ids } = search;
    const found: FoundProduct[] = [];
    for (const entry of sort(hits)) {
      for (const language of entry.languages) {
        const isWanted = languages === undefined || languages.has(language);
        if (isWanted && (!isGiven(ids) || ids.includes(entry.document(language).id))) {
          found.push({ entry, language });
        }
      }
    }
    return found;
  }

  /** Which prices a search shows: those that hold in the markets it names. */
  keepsPrice(search: ProductSearch): (price: Price) => boolean {
    const { markets, groups } = marketsOf(search, this.#directory);
    return markets.size === 0 ? () => true : (price) => holdsIn(price, markets, groups);
  }

  /** The language of a market's products; without a market, of the default market. */
  languageOf(marketId?: string): string {
    const markets = [...this.#directory.markets.values()];
    const chosen =
      marketId === undefined
        ? markets.find((market) => market['isDefaultMarket'] === true)
        : this.#directory.markets.get(marketId);
    return chosen?.productContentLanguage ?? 'no';
  }

  #languagesOf(search: ProductSearch): ReadonlySet<string> | undefined {
    const { productLanguage, isProductLanguageFilterIgnored, ids } = search;
    if (isProductLanguageFilterIgnored === true || isGiven(ids)) {
      return undefined;
    }
    const [first] = marketsOf(search, this.#directory).markets;
    return new Set([productLanguage ?? this.languageOf(first)]);
  }

  /** What the windows of time and the lists of numbers leave, in the order of modification. */
  #candidates(search: ProductSearch): Iterable<ProductEntry> {
    const named = this.#named(search);
    const windows = this.#priceWindows(search);
    if (named === undefined && windows.length === 0) {
      return this.#modified(search);
    }
    const inWindow = windows.map((window) => this.#prices.productsWithin(window));
    const union = search.isUnionDeltaQuery === true;
    const isModified = (entry: ProductEntry): boolean =>
      (search.modifiedFrom === undefined || entry.modified >= search.modifiedFrom) &&
      (search.modifiedTo === undefined || entry.modified <= search.modifiedTo);
    const hasTimes = search.modifiedFrom !== undefined || search.modifiedTo !== undefined;
    const fits = (entry: ProductEntry): boolean =>
      union && windows.length > 0
        ? (hasTimes && isModified(entry)) || inWindow.some((set) => set.has(entry.productId))
        : isModified(entry) && inWindow.every((set) => set.has(entry.productId));
    if (named !== undefined) {
      return named.filter(fits).sort(byModified);
    }
    const priced = [...new Set(inWindow.flatMap((set) => [...set]))].flatMap((id) => this.#products.indexed(id) ?? []);
    const others = union && hasTimes ? [...this.#modified(search)] : [];
    return [...new Set([...priced.filter(fits), ...others])].sort(byModified);
  }

  *#modified({ modifiedFrom, modifiedTo }: ProductSearch): Generator<ProductEntry> {
    for (const entry of this.#products.visible(modifiedFrom === undefined ? undefined : Date.parse(modifiedFrom))) {
      if ((modifiedFrom === undefined || entry.modified >= modifiedFrom) && entry.modified <= (modifiedTo ?? '9999')) {
        yield entry;
      }
    }
  }

  #priceWindows(search: ProductSearch): TimeWindow[] {
    const windows: TimeWindow[] = [
      { edge: 'validFrom', from: search.priceActivatedFrom, to: search.priceActivatedTo },
      { edge: 'validUntil', from: search.priceDeactivatedFrom, to: search.priceDeactivatedTo },
    ];
    return windows.filter(({ from, to }) => from !== undefined || to !== undefined);
  }

  /** The products that a search names; each list that is given narrows. */
  #named({ productIds, skuIds, ids, anyIds }: ProductSearch): ProductEntry[] | undefined {
    const lists: ProductEntry[][] = [];
    const known = (found: readonly (string | undefined)[]): ProductEntry[] =>
      [...new Set(found)].flatMap((productId) => this.#products.indexed(productId ?? '') ?? []);
    const bySku = (sku: string): string | undefined => this.#products.productIdOf(sku);
    const byDocument = (id: string): string => id.slice(0, Math.max(id.lastIndexOf('_'), 0));
    if (isGiven(productIds)) {
      lists.push(known(productIds));
    }
    if (isGiven(skuIds)) {
      lists.push(known(skuIds.map(bySku)));
    }
    if (isGiven(ids)) {
      lists.push(known(ids.map(byDocument)));
    }
    if (isGiven(anyIds)) {
      lists.push(known(anyIds.flatMap((id) => [id, bySku(id), byDocument(id)])));
    }
    const [first, ...others] = lists;
    return first?.filter((entry) => others.every((list) => list.includes(entry)));
  }
}
