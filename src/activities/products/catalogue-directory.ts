import { LRUCache } from 'lru-cache';
import type {
  FlowBrand,
  FlowCategory,
  FlowProductGroup,
  FlowProperty,
  FlowPropertyOption,
} from '../../clients/flow/schemas';
import type { CallContext } from '../../clients/http';
import type { OmniumCategory, OmniumMarket } from '../../clients/omnium/schemas';

/** What products refer to changes rarely; what somebody else changes is seen within this time. */
const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 20_000;

/** Where the catalogue's reference data is read from. */
export interface CatalogueSources {
  readonly omnium: {
    getMarkets(context: CallContext): Promise<OmniumMarket[]>;
    listCategories(context: CallContext): Promise<OmniumCategory[]>;
  };
  readonly flow: {
    getBrand(brandUid: string, context: CallContext): Promise<FlowBrand | undefined>;
    getProductGroup(productGroupUid: string, context: CallContext): Promise<FlowProductGroup | undefined>;
    getCategory(categoryUid: string, context: CallContext): Promise<FlowCategory | undefined>;
    listProperties(context: CallContext): Promise<FlowProperty[]>;
    listPropertyOptions(propertyUid: string, context: CallContext): Promise<FlowPropertyOption[]>;
  };
}

/** An answer that may be "there is none", which is worth remembering too. */
interface Answer<T> {
  readonly found: T | undefined;
}

type Kept<T> = LRUCache<string, Answer<T>, CallContext>;

/**
 * What products refer to, as both systems have it: read once per worker and kept for minutes, so that a product costs the
 * calls for itself only. Whoever makes something tells it here; whoever is refused for a reference has all forgotten.
 */
export class CatalogueDirectory {
  private readonly brands: Kept<FlowBrand>;
  private readonly groups: Kept<FlowProductGroup>;
  private readonly categories: Kept<FlowCategory>;
  private readonly properties: Kept<FlowProperty[]>;
  private readonly options: Kept<FlowPropertyOption[]>;
  private readonly markets: Kept<OmniumMarket[]>;
  private readonly omniumCategories: Kept<OmniumCategory[]>;
  private readonly suppliers = new LRUCache<string, true>({ max: MOST_KEPT, ttl: KEPT_MS });

  constructor({ omnium, flow }: CatalogueSources) {
    this.brands = kept((uid, context) => flow.getBrand(uid, context));
    this.groups = kept((uid, context) => flow.getProductGroup(uid, context));
    this.categories = kept((uid, context) => flow.getCategory(uid, context));
    this.properties = kept((_, context) => flow.listProperties(context));
    this.options = kept((propertyUid, context) => flow.listPropertyOptions(propertyUid, context));
    this.markets = kept((_, context) => omnium.getMarkets(context));
    this.omniumCategories = kept((_, context) => omnium.listCategories(context));
  }

  brand(brandUid: string, context: CallContext): Promise<FlowBrand | undefined> {
    return ask(this.brands, brandUid, context);
  }

  productGroup(productGroupUid: string, context: CallContext): Promise<FlowProductGroup | undefined> {
    return ask(this.groups, productGroupUid, context);
  }

  category(categoryUid: string, context: CallContext): Promise<FlowCategory | undefined> {
    return ask(this.categories, categoryUid, context);
  }

  /** The property of Flow's with this uid. */
  async property(propertyUid: string, context: CallContext): Promise<FlowProperty | undefined> {
    const all = (await ask(this.properties, 'all', context)) ?? [];
    return all.find((property) => property.propertyUid === propertyUid);
  }

  async option(propertyUid: string, name: string, context: CallContext): Promise<FlowPropertyOption | undefined> {
    const all = (await ask(this.options, propertyUid, context)) ?? [];
    return all.find(({ propertyOptionName }) => propertyOptionName === name);
  }

  /** Markets as Omnium describes them. */
  async marketsOfOmnium(context: CallContext): Promise<readonly OmniumMarket[]> {
    return (await ask(this.markets, 'all', context)) ?? [];
  }

  /** Omnium's categories in all languages. */
  async categoriesOfOmnium(context: CallContext): Promise<readonly OmniumCategory[]> {
    return (await ask(this.omniumCategories, 'all', context)) ?? [];
  }

  /** Whether a supplier was made sure of lately. */
  hasSupplier(supplierUid: string): boolean {
    return this.suppliers.has(supplierUid);
  }

  rememberSupplier(supplierUid: string): void {
    this.suppliers.set(supplierUid, true);
  }

  rememberBrand(brand: FlowBrand): void {
    this.brands.set(brand.brandUid, { found: brand });
  }

  rememberProductGroup(group: FlowProductGroup): void {
    this.groups.set(group.productGroupUid, { found: group });
  }

  rememberCategory(category: FlowCategory): void {
    this.categories.set(category.categoryUid, { found: category });
  }

  forgetProperties(): void {
    this.properties.clear();
    this.options.clear();
  }

  /** Flow does not have what we thought it has, or the other way round. */
  forget(): void {
    for (const cache of [this.brands, this.groups, this.categories, this.suppliers]) cache.clear();
    this.forgetProperties();
  }
}

function kept<T extends object>(read: (key: string, context: CallContext) => Promise<T | undefined>): Kept<T> {
  return new LRUCache<string, Answer<T>, CallContext>({
    max: MOST_KEPT,
    ttl: KEPT_MS,
    fetchMethod: async (key, _stale, { context }) => ({ found: await read(key, context) }),
  });
}

/** Several attempts wait for one answer, so none of them may cancel it for the others. */
async function ask<T>(cache: Kept<T>, key: string, { onCall }: CallContext): Promise<T | undefined> {
  const answer = await cache.fetch(key, { context: onCall ? { onCall } : {} });
  return answer?.found;
}
