import { LRUCache } from 'lru-cache';
import type {
  FlowBrand,
  FlowCategory,
  FlowProductGroup,
  FlowProperty,
  FlowPropertyOption,
} from '../../clients/flow/catalogue';
import type { FlowClient } from '../../clients/flow/client';
import type { CallContext } from '../../clients/http';
import type { OmniumCategory } from '../../clients/omnium/categories';
import type { OmniumClient } from '../../clients/omnium/client';
import type { OmniumMarket } from '../../clients/omnium/directory';
import { CachedLookup } from '../shared/cached-lookup';

/** What products refer to changes rarely; what somebody else changes is seen within this time. */
const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 20_000;
const FORGET_AGAIN_AFTER_MS = 5_000;

/** Where the catalogue's reference data is read from. */
export interface CatalogueSources {
  readonly omnium: {
    readonly directory: Pick<OmniumClient['directory'], 'getMarkets'>;
    readonly categories: Pick<OmniumClient['categories'], 'list'>;
  };
  readonly flow: {
    readonly catalogue: Pick<
      FlowClient['catalogue'],
      'getBrand' | 'getProductGroup' | 'getCategory' | 'listProperties' | 'listPropertyOptions'
    >;
  };
}

/**
 * What products refer to, as both systems have it: read once per worker and kept for minutes, so that a product costs the
 * calls for itself only. Whoever makes something tells it here; whoever is refused for a reference has all forgotten.
 */
export class CatalogueDirectory {
  private readonly brands: CachedLookup<FlowBrand | undefined>;
  private readonly groups: CachedLookup<FlowProductGroup | undefined>;
  private readonly categories: CachedLookup<FlowCategory | undefined>;
  private readonly properties: CachedLookup<FlowProperty[]>;
  private readonly options: CachedLookup<FlowPropertyOption[]>;
  private readonly markets: CachedLookup<OmniumMarket[]>;
  private readonly omniumCategories: CachedLookup<OmniumCategory[]>;
  private readonly suppliers = new LRUCache<string, true>({
    maxSize: MOST_KEPT,
    sizeCalculation: () => 1,
    ttl: KEPT_MS,
  });

  private forgottenAtMs = 0;

  constructor({ omnium, flow }: CatalogueSources) {
    this.brands = new CachedLookup((uid, context) => flow.catalogue.getBrand(uid, context), KEPT_MS, MOST_KEPT);
    this.groups = new CachedLookup((uid, context) => flow.catalogue.getProductGroup(uid, context), KEPT_MS, MOST_KEPT);
    this.categories = new CachedLookup((uid, context) => flow.catalogue.getCategory(uid, context), KEPT_MS, MOST_KEPT);
    this.properties = new CachedLookup((_, context) => flow.catalogue.listProperties(context), KEPT_MS, MOST_KEPT);
    this.options = new CachedLookup(
      (propertyUid, context) => flow.catalogue.listPropertyOptions(propertyUid, context),
      KEPT_MS,
      MOST_KEPT,
    );
    this.markets = new CachedLookup((_, context) => omnium.directory.getMarkets(context), KEPT_MS, MOST_KEPT);
    this.omniumCategories = new CachedLookup((_, context) => omnium.categories.list(context), KEPT_MS, MOST_KEPT);
  }

  brand(brandUid: string, context: CallContext): Promise<FlowBrand | undefined> {
    return this.brands.get(brandUid, context);
  }

  productGroup(productGroupUid: string, context: CallContext): Promise<FlowProductGroup | undefined> {
    return this.groups.get(productGroupUid, context);
  }

  category(categoryUid: string, context: CallContext): Promise<FlowCategory | undefined> {
    return this.categories.get(categoryUid, context);
  }

  /** The property of Flow's with this uid. */
  async property(propertyUid: string, context: CallContext): Promise<FlowProperty | undefined> {
    const all = await this.properties.get('all', context);
    return all.find((property) => property.propertyUid === propertyUid);
  }

  async option(propertyUid: string, name: string, context: CallContext): Promise<FlowPropertyOption | undefined> {
    const all = await this.options.get(propertyUid, context);
    return all.find(({ propertyOptionName }) => propertyOptionName === name);
  }

  /** Markets as Omnium describes them. */
  async marketsOfOmnium(context: CallContext): Promise<readonly OmniumMarket[]> {
    return await this.markets.get('all', context);
  }

  /** Omnium's categories in all languages. */
  async categoriesOfOmnium(context: CallContext): Promise<readonly OmniumCategory[]> {
    return await this.omniumCategories.get('all', context);
  }

  /** Whether a supplier was made sure of lately. */
  hasSupplier(supplierUid: string): boolean {
    return this.suppliers.has(supplierUid);
  }

  rememberSupplier(supplierUid: string): void {
    this.suppliers.set(supplierUid, true);
  }

  rememberBrand(brand: FlowBrand): void {
    this.brands.set(brand.brandUid, brand);
  }

  rememberProductGroup(group: FlowProductGroup): void {
    this.groups.set(group.productGroupUid, group);
  }

  rememberCategory(category: FlowCategory): void {
    this.categories.set(category.categoryUid, category);
  }

  /** A new value of a property; what is not kept is read when it is asked for. */
  rememberOption(propertyUid: string, option: FlowPropertyOption): void {
    const known = this.options.peek(propertyUid);
    if (known) this.options.set(propertyUid, [...known, option]);
  }

  forgetProperties(): void {
    this.properties.clear();
    this.options.clear();
  }

  /**
   * Flow does not have what we thought it has, or the other way round. Many refusals in a row forget once: most of them are
   * about the products themselves.
   */
  forget(): void {
    if (Date.now() - this.forgottenAtMs < FORGET_AGAIN_AFTER_MS) return;
    this.forgottenAtMs = Date.now();
    for (const kept of [this.brands, this.groups, this.categories]) kept.clear();
    this.suppliers.clear();
    this.forgetProperties();
  }
}
