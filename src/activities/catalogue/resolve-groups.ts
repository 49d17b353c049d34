import type { FlowProduct } from '../../clients/flow/products';
import type { OmniumCategory } from '../../clients/omnium/categories';
import type { ConnectorProperties } from '../../config/types';
import { stripToUid } from '../../domain/uid';
import { categoryTree, treeBelow, type CategoryBranch } from './mapping/category-tree';
import type { ResolvedReferences } from './mapping/compare-product';
import type { WantedProduct } from './mapping/wanted-product';
import { languageOf } from './product-document';
import { isThereAlready, type ProductRun } from './product-run';

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
    if (isTheSame(existing, mainCategoryId)) return { uid };
    const other = existing.externalId ?? uid;
    return { ...otherwise, problem: `categories ${mainCategoryId} and ${other} become the same Flow uid` };
  }
  const isOurs = SyncCategoriesToFlow && (await branchesOf(run, ProductGroupRootId)).has(mainCategoryId);
  if (isOurs) return { uid, isMissing: true };
  return { ...otherwise, problem: `Flow has no group for category ${mainCategoryId}` };
}

async function resolveCategory(
  run: ProductRun,
  categoryId: string,
): Promise<{ readonly categoryId: string; readonly uid: string; readonly state: 'there' | 'missing' | 'unknown' }> {
  const uid = stripToUid(categoryId);
  const existing = await run.tenant.catalogue.category(uid, run.context);
  if (existing) return { categoryId, uid, state: isTheSame(existing, categoryId) ? 'there' : 'unknown' };
  return { categoryId, uid, state: (await branchesOf(run, undefined)).has(categoryId) ? 'missing' : 'unknown' };
}

/** Another category of Omnium's may have become the same uid; the two are never merged. */
function isTheSame({ externalId }: { readonly externalId?: string | undefined }, categoryId: string): boolean {
  return externalId === undefined || externalId === categoryId;
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
  const { missingGroupIds, missingCategoryIds } = missing;
  if (missingGroupIds.length > 0) {
    const branches = await branchesOf(run, ProductGroupRootId);
    for (const id of missingGroupIds) await ensureBranch(run, id, { branches, as: 'group' });
  }
  if (missingCategoryIds.length > 0) {
    const branches = await branchesOf(run, undefined);
    for (const id of missingCategoryIds) await ensureBranch(run, id, { branches, as: 'category' });
  }
}

type Branches = ReadonlyMap<string, CategoryBranch>;

async function ensureBranch(
  run: ProductRun,
  categoryId: string,
  tree: { readonly branches: Branches; readonly as: 'group' | 'category' },
): Promise<void> {
  const { catalogue, flow } = run.tenant;
  const { context } = run;
  const branch = tree.branches.get(categoryId);
  if (!branch) return;
  const { uid, name, parentId } = branch;
  const isGroup = tree.as === 'group';
  const existing = await (isGroup ? catalogue.productGroup(uid, context) : catalogue.category(uid, context));
  if (existing) return;
  // A tree holds no circles.
  if (parentId !== undefined) await ensureBranch(run, parentId, tree);
  const parentUid = parentId === undefined ? undefined : tree.branches.get(parentId)?.uid;
  const body = { name, externalId: categoryId, ...(parentUid !== undefined && { parentUid }) };
  try {
    if (isGroup) await flow.catalogue.createProductGroup({ ...body, productGroupUid: uid }, context);
    else await flow.catalogue.createCategory({ ...body, categoryUid: uid }, context);
  } catch (error) {
    if (!isThereAlready(error)) throw error;
  }
  if (isGroup) catalogue.rememberProductGroup({ ...body, productGroupUid: uid });
  else catalogue.rememberCategory({ ...body, categoryUid: uid, categories: [] });
}

/** Trees by the list they were made of, which is kept for minutes. */
const trees = new WeakMap<readonly OmniumCategory[], Map<string, Branches>>();

/** Omnium's categories that have a place in the tree, below the root where there is one. */
async function branchesOf(run: ProductRun, rootId: string | undefined): Promise<Branches> {
  const { tenant, context } = run;
  const documents = await tenant.catalogue.categoriesOfOmnium(context);
  const known = trees.get(documents) ?? new Map<string, Branches>();
  trees.set(documents, known);
  const made = known.get(rootId ?? '');
  if (made) return made;
  const languages = await Promise.all(tenant.config.markets.map(({ marketId }) => languageOf(run, marketId)));
  const whole = categoryTree(
    documents,
    languages.filter((language) => language !== undefined),
  );
  const tree = rootId === undefined ? whole : treeBelow(whole, rootId);
  const branches = new Map((tree?.branches ?? []).map((branch) => [branch.categoryId, branch]));
  known.set(rootId ?? '', branches);
  return branches;
}
