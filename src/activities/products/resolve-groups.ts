import type { FlowProduct } from '../../clients/flow/schemas';
import type { OmniumCategory } from '../../clients/omnium/schemas';
import type { ConnectorProperties } from '../../config/types';
import { stripToUid } from '../../domain/uid';
import type { ResolvedReferences } from '../../mapping/products/compare-product';
import type { WantedProduct } from '../../mapping/products/wanted-product';
import { isThereAlready, type ProductRun } from './product-run';

/** Deeper trees are circles. */
const DEEPEST = 50;

/** What a product's group and categories depend on. */
export type GroupRules = Pick<
  ConnectorProperties,
  'SyncCategoriesToFlow' | 'ProductGroupRootId' | 'DefaultProductGroupUid'
>;

/** A product's group and categories, and those of them that Flow does not have yet. */
export interface ResolvedGroups extends ResolvedReferences {
  /** Omnium's ids; made before the product. */
  readonly missingGroupIds: readonly string[];
  readonly missingCategoryIds: readonly string[];
  readonly problems: readonly string[];
}

/**
 * The product group and the categories of a product (flow-api.md §6.1): the main category is the group where Flow has such a
 * one, or categories are brought there by us, and it lies under `ProductGroupRootId`; else `DefaultProductGroupUid`. What is
 * missing is only named here.
 */
export async function resolveGroups(
  run: ProductRun,
  wanted: Pick<WantedProduct, 'mainCategoryId' | 'categoryIds' | 'externalId'>,
  about: { readonly rules: GroupRules; readonly existing: FlowProduct | undefined },
): Promise<ResolvedGroups> {
  const { rules, existing } = about;
  const group = await resolveGroup(run, wanted, rules);
  const categories = await Promise.all((wanted.categoryIds ?? []).map((id) => resolveCategory(run, id)));
  const known = categories.filter(({ state }) => state !== 'unknown');
  return {
    ...(group.uid !== undefined && { productGroupUid: group.uid }),
    ...(wanted.categoryIds && {
      categoryUids: [...new Set(known.map(({ uid }) => uid))],
      shopsCategoryUids: await shopsCategories(run, existing),
    }),
    missingGroupIds: group.isMissing && wanted.mainCategoryId !== undefined ? [wanted.mainCategoryId] : [],
    missingCategoryIds: known.filter(({ state }) => state === 'missing').map(({ categoryId }) => categoryId),
    problems: group.problem === undefined ? [] : [`${wanted.externalId} productGroupUid: ${group.problem}`],
  };
}

interface ResolvedGroup {
  readonly uid?: string;
  readonly isMissing?: true;
  readonly problem?: string;
}

async function resolveGroup(
  run: ProductRun,
  { mainCategoryId }: Pick<WantedProduct, 'mainCategoryId'>,
  { SyncCategoriesToFlow, ProductGroupRootId, DefaultProductGroupUid }: GroupRules,
): Promise<ResolvedGroup> {
  const otherwise = DefaultProductGroupUid === undefined ? {} : { uid: DefaultProductGroupUid };
  if (mainCategoryId === undefined) return otherwise;
  const uid = stripToUid(mainCategoryId);
  const existing = await run.tenant.catalogue.productGroup(uid, run.context);
  if (existing) {
    const { externalId } = existing;
    if (externalId === undefined || externalId === mainCategoryId) return { uid };
    return { ...otherwise, problem: `categories ${mainCategoryId} and ${externalId} become the same Flow uid` };
  }
  const path = SyncCategoriesToFlow ? await pathOf(run, mainCategoryId) : undefined;
  if (path && (ProductGroupRootId === undefined || path.slice(0, -1).includes(ProductGroupRootId))) {
    return { uid, isMissing: true };
  }
  return { ...otherwise, problem: `Flow has no group for category ${mainCategoryId}` };
}

async function resolveCategory(
  { tenant, context }: ProductRun,
  categoryId: string,
): Promise<{ readonly categoryId: string; readonly uid: string; readonly state: 'there' | 'missing' | 'unknown' }> {
  const uid = stripToUid(categoryId);
  const existing = await tenant.catalogue.category(uid, context);
  if (existing) return { categoryId, uid, state: 'there' };
  const all = await tenant.catalogue.categoriesOfOmnium(context);
  return { categoryId, uid, state: all.some((one) => one.categoryId === categoryId) ? 'missing' : 'unknown' };
}

/** Categories on a product that the shop has made: those that name no category of Omnium's. */
async function shopsCategories({ tenant, context }: ProductRun, existing: FlowProduct | undefined): Promise<string[]> {
  const uids = existing?.categoryUids ?? [];
  const found = await Promise.all(uids.map((uid) => tenant.catalogue.category(uid, context)));
  return uids.filter((_, index) => found[index] !== undefined && found[index].externalId === undefined);
}

/** Makes the groups and categories that a product needs, parents first; the export of categories looks after them later. */
export async function ensureGroups(
  run: ProductRun,
  missing: Pick<ResolvedGroups, 'missingGroupIds' | 'missingCategoryIds'>,
  { ProductGroupRootId }: GroupRules,
): Promise<void> {
  for (const id of missing.missingGroupIds) {
    const path = (await pathOf(run, id)) ?? [id];
    await ensurePath(run, path.slice(path.indexOf(ProductGroupRootId ?? '') + 1), 'group');
  }
  for (const id of missing.missingCategoryIds) await ensurePath(run, (await pathOf(run, id)) ?? [id], 'category');
}

async function ensurePath(run: ProductRun, path: readonly string[], as: 'group' | 'category'): Promise<void> {
  const all = await run.tenant.catalogue.categoriesOfOmnium(run.context);
  let parentUid: string | undefined;
  for (const categoryId of path) {
    // The root of a tree need not be a category.
    if (!all.some((category) => category.categoryId === categoryId)) continue;
    await ensureNode(run, { categoryId, parentUid }, as);
    parentUid = stripToUid(categoryId);
  }
}

async function ensureNode(
  run: ProductRun,
  node: { readonly categoryId: string; readonly parentUid: string | undefined },
  as: 'group' | 'category',
): Promise<void> {
  const { tenant, context } = run;
  const { catalogue, flow } = tenant;
  const uid = stripToUid(node.categoryId);
  const existing = await (as === 'group' ? catalogue.productGroup(uid, context) : catalogue.category(uid, context));
  if (existing) return;
  const name = await nameOf(run, node.categoryId);
  const body = {
    name,
    externalId: node.categoryId,
    ...(node.parentUid !== undefined && { parentUid: node.parentUid }),
  };
  try {
    if (as === 'group') await flow.createProductGroup({ ...body, productGroupUid: uid }, context);
    else await flow.createCategory({ ...body, categoryUid: uid }, context);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
  if (as === 'group') catalogue.rememberProductGroup({ ...body, productGroupUid: uid });
  else catalogue.rememberCategory({ ...body, categoryUid: uid, categories: [] });
}

/** Omnium's ids from the root down to a category; undefined when Omnium has no such category. */
async function pathOf({ tenant, context }: ProductRun, categoryId: string): Promise<string[] | undefined> {
  const all = await tenant.catalogue.categoriesOfOmnium(context);
  const parents = new Map(all.map((category) => [category.categoryId, category.parentId]));
  if (!parents.has(categoryId)) return undefined;
  const path = [categoryId];
  for (let id = parents.get(categoryId); id !== undefined && !path.includes(id); id = parents.get(id)) {
    // The configured root need not be a category (omnium-api.md §9.3).
    if (!parents.has(id) && !isRoot(tenant.config.markets, id)) break;
    path.unshift(id);
    if (path.length >= DEEPEST) break;
  }
  return path;
}

function isRoot(markets: readonly { readonly properties: GroupRules }[], id: string): boolean {
  return markets.some(({ properties }) => properties.ProductGroupRootId === id);
}

async function nameOf({ tenant, context }: ProductRun, categoryId: string): Promise<string> {
  const [all, markets] = await Promise.all([
    tenant.catalogue.categoriesOfOmnium(context),
    tenant.catalogue.marketsOfOmnium(context),
  ]);
  const [first] = tenant.config.markets;
  const language = markets.find(
    ({ marketId }) => marketId.toLowerCase() === first?.marketId.toLowerCase(),
  )?.productContentLanguage;
  const own: readonly OmniumCategory[] = all.filter((category) => category.categoryId === categoryId);
  const named = own.find((category) => category.language?.toLowerCase() === language?.toLowerCase()) ?? own[0];
  return named?.name ?? categoryId;
}
