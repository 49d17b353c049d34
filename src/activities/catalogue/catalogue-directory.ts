import { LRUCache } from 'lru-cache';
import type { FlowClient } from '../../clients/flow/client';
import type { FlowProperty, FlowPropertyOption } from '../../clients/flow/catalogue';
import type { CallContext } from '../../clients/http';
import { isSameId } from '../../domain/uid';
import { CachedLookup } from '../shared/cached-lookup';
import type { OmniumClient } from '../../clients/omnium/client';
import type { OmniumCategory } from '../../clients/omnium/categories';
import type { OmniumMarket } from '../../clients/omnium/directory';
import { categoryTree, treeBelow, type CategoryBranch } from './mapping/category-tree';

/** What products refer to changes rarely; a change in the other system is seen within this time. */
const KEPT_MS = 5 * 60_000;
const MOST_KEPT = 20_000;
const FORGET_AGAIN_AFTER_MS = 5_000;

/** Key of a list of which there is one. */
const ALL = 'all';

/** Where the catalogue's reference data is read from. */
interface CatalogueSources {
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

function lookup<T>(read: (key: string, context: CallContext) => Promise<T>): CachedLookup<T> {
  return new CachedLookup(read, KEPT_MS, MOST_KEPT);
}

/**
 * What products refer to, as both systems have it: read once per worker and kept for minutes, so that a product costs the
 * calls for itself only. What is made in Flow is remembered here; a refused reference makes it forget all.
 */
export class CatalogueDirectory {
  readonly brands = lookup((uid, context) => this.sources.flow.catalogue.getBrand(uid, context));
  readonly productGroups = lookup((uid, context) => this.sources.flow.catalogue.getProductGroup(uid, context));
  readonly categories = lookup((uid, context) => this.sources.flow.catalogue.getCategory(uid, context));
  /** One list of all. */
  readonly properties = lookup((_, context) => this.sources.flow.catalogue.listProperties(context));
  /** By their property. */
  readonly options = lookup((uid, context) => this.sources.flow.catalogue.listPropertyOptions(uid, context));
  /** Uids of suppliers that Flow was seen to have. */
  readonly suppliers = new LRUCache<string, true>({ maxSize: MOST_KEPT, sizeCalculation: () => 1, ttl: KEPT_MS });

  private readonly markets = lookup((_, context) => this.sources.omnium.directory.getMarkets(context));
  private readonly omniumCategories = lookup((_, context) => this.sources.omnium.categories.list(context));
  /** Branches by the id of their root, and the list of which they were made. */
  private readonly branches = new Map<
    string | undefined,
    { readonly madeOf: readonly OmniumCategory[]; readonly byId: ReadonlyMap<string, CategoryBranch> }
  >();

  private forgottenAtMs = 0;

  /** @param marketIds the tenant's, whose languages name the categories; in order of priority */
  constructor(
    private readonly sources: CatalogueSources,
    private readonly marketIds: readonly string[],
  ) {}

  async property(propertyUid: string, context: CallContext): Promise<FlowProperty | undefined> {
    const all = await this.properties.get(ALL, context);
    return all.find((property) => property.propertyUid === propertyUid);
  }

  async option(propertyUid: string, name: string, context: CallContext): Promise<FlowPropertyOption | undefined> {
    const all = await this.options.get(propertyUid, context);
    return all.find(({ propertyOptionName }) => propertyOptionName === name);
  }

  /** A new value of a property; options that are not kept are read when they are asked for. */
  rememberOption(propertyUid: string, option: FlowPropertyOption): void {
    const known = this.options.peek(propertyUid);
    if (known) this.options.set(propertyUid, [...known, option]);
  }

  /** Markets as Omnium describes them. */
  async marketsOfOmnium(context: CallContext): Promise<readonly OmniumMarket[]> {
    return await this.markets.get(ALL, context);
  }

  /** Language of the documents that a market shows; undefined when Omnium names none. */
  async languageOf(marketId: string, context: CallContext): Promise<string | undefined> {
    const markets = await this.marketsOfOmnium(context);
    return markets.find((market) => isSameId(market.marketId, marketId))?.productContentLanguage;
  }

  /**
   * Omnium's categories that have a place in the tree, by their ids.
   *
   * @param rootId only those below it
   */
  async branchesBelow(rootId: string | undefined, context: CallContext): Promise<ReadonlyMap<string, CategoryBranch>> {
    const documents = await this.omniumCategories.get(ALL, context);
    const known = this.branches.get(rootId);
    if (known?.madeOf === documents) return known.byId;
    const languages = await Promise.all(this.marketIds.map((marketId) => this.languageOf(marketId, context)));
    const whole = categoryTree(
      documents,
      languages.filter((language) => language !== undefined),
    );
    const tree = rootId === undefined ? whole : treeBelow(whole, rootId);
    const byId = new Map((tree?.branches ?? []).map((branch) => [branch.categoryId, branch]));
    this.branches.set(rootId, { madeOf: documents, byId });
    return byId;
  }

  /**
   * Flow does not have what we thought it has, or the other way round. Many refusals in a row forget once: most of them are
   * about the products themselves.
   */
  forget(): void {
    if (Date.now() - this.forgottenAtMs < FORGET_AGAIN_AFTER_MS) return;
    this.forgottenAtMs = Date.now();
    const lookups = [this.brands, this.productGroups, this.categories, this.properties, this.options, this.suppliers];
    for (const lookup of lookups) lookup.clear();
  }
}
