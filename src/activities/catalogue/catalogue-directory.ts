import { LRUCache } from 'lru-cache';
import type {
  FlowBrand,
  FlowCategory,
  FlowProductGroup,
  FlowProperty,
  FlowPropertyOption,
} from '../../clients/flow/schemas';
import type { FlowClient } from '../../clients/flow/client';
import type { CallContext } from '../../clients/http';
import type { OmniumClient } from '../../clients/omnium/client';
import type { OmniumCategory, OmniumMarket } from '../../clients/omnium/schemas';

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

/** An answer that may be "there is none", which is worth remembering too. */
interface Answer<T> {
  readonly found: T | undefined;
}

/** Answers to questions, kept for minutes; who asks at the same time waits for the same answer. */
class Kept<T extends object> {
  private answers = this.noAnswers();

  constructor(private readonly read: (key: string, context: CallContext) => Promise<T | undefined>) {}

  /** Several attempts wait for one answer, so none of them may cancel it for the others. */
  async ask(key: string, { onCall }: CallContext): Promise<T | undefined> {
    const answer = await this.answers.fetch(key, { context: onCall ? { onCall } : {} });
    return answer?.found;
  }

  /** What is kept already. */
  known(key: string): T | undefined {
    return this.answers.get(key)?.found;
  }

  remember(key: string, found: T): void {
    this.answers.set(key, { found });
  }

  /** Questions under way are answered to those who have asked them. */
  forget(): void {
    this.answers = this.noAnswers();
  }

  private noAnswers(): LRUCache<string, Answer<T>, CallContext> {
    return new LRUCache<string, Answer<T>, CallContext>({
      maxSize: MOST_KEPT,
      sizeCalculation: () => 1,
      ttl: KEPT_MS,
      fetchMethod: async (key, _stale, { context }) => ({ found: await this.read(key, context) }),
    });
  }
}

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
  private readonly suppliers = new LRUCache<string, true>({
    maxSize: MOST_KEPT,
    sizeCalculation: () => 1,
    ttl: KEPT_MS,
  });

  private forgottenAtMs = 0;

  constructor({ omnium, flow }: CatalogueSources) {
    this.brands = new Kept((uid, context) => flow.catalogue.getBrand(uid, context));
    this.groups = new Kept((uid, context) => flow.catalogue.getProductGroup(uid, context));
    this.categories = new Kept((uid, context) => flow.catalogue.getCategory(uid, context));
    this.properties = new Kept((_, context) => flow.catalogue.listProperties(context));
    this.options = new Kept((propertyUid, context) => flow.catalogue.listPropertyOptions(propertyUid, context));
    this.markets = new Kept((_, context) => omnium.directory.getMarkets(context));
    this.omniumCategories = new Kept((_, context) => omnium.categories.list(context));
  }

  brand(brandUid: string, context: CallContext): Promise<FlowBrand | undefined> {
    return this.brands.ask(brandUid, context);
  }

  productGroup(productGroupUid: string, context: CallContext): Promise<FlowProductGroup | undefined> {
    return this.groups.ask(productGroupUid, context);
  }

  category(categoryUid: string, context: CallContext): Promise<FlowCategory | undefined> {
    return this.categories.ask(categoryUid, context);
  }

  /** The property of Flow's with this uid. */
  async property(propertyUid: string, context: CallContext): Promise<FlowProperty | undefined> {
    const all = (await this.properties.ask('all', context)) ?? [];
    return all.find((property) => property.propertyUid === propertyUid);
  }

  async option(propertyUid: string, name: string, context: CallContext): Promise<FlowPropertyOption | undefined> {
    const all = (await this.options.ask(propertyUid, context)) ?? [];
    return all.find(({ propertyOptionName }) => propertyOptionName === name);
  }

  /** Markets as Omnium describes them. */
  async marketsOfOmnium(context: CallContext): Promise<readonly OmniumMarket[]> {
    return (await this.markets.ask('all', context)) ?? [];
  }

  /** Omnium's categories in all languages. */
  async categoriesOfOmnium(context: CallContext): Promise<readonly OmniumCategory[]> {
    return (await this.omniumCategories.ask('all', context)) ?? [];
  }

  /** Whether a supplier was made sure of lately. */
  hasSupplier(supplierUid: string): boolean {
    return this.suppliers.has(supplierUid);
  }

  rememberSupplier(supplierUid: string): void {
    this.suppliers.set(supplierUid, true);
  }

  rememberBrand(brand: FlowBrand): void {
    this.brands.remember(brand.brandUid, brand);
  }

  rememberProductGroup(group: FlowProductGroup): void {
    this.groups.remember(group.productGroupUid, group);
  }

  rememberCategory(category: FlowCategory): void {
    this.categories.remember(category.categoryUid, category);
  }

  /** A new value of a property; what is not kept is read when it is asked for. */
  rememberOption(propertyUid: string, option: FlowPropertyOption): void {
    const known = this.options.known(propertyUid);
    if (known) this.options.remember(propertyUid, [...known, option]);
  }

  forgetProperties(): void {
    this.properties.forget();
    this.options.forget();
  }

  /**
   * Flow does not have what we thought it has, or the other way round. Many refusals in a row forget once: most of them are
   * about the products themselves.
   */
  forget(): void {
    if (Date.now() - this.forgottenAtMs < FORGET_AGAIN_AFTER_MS) return;
    this.forgottenAtMs = Date.now();
    for (const kept of [this.brands, this.groups, this.categories]) kept.forget();
    this.suppliers.clear();
    this.forgetProperties();
  }
}
