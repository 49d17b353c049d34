import type { FlowCategory } from '../../clients/flow/catalogue';
import { NAMELESS_CATEGORY } from '../../clients/omnium/categories';
import { CATEGORY_TASK } from '../../config/connector';
import type { ConnectorProperties } from '../../config/types';
import { compact } from '../../domain/compact';
import { parseRecord, recordOf } from '../../domain/records';
import { isSameId } from '../../domain/uid';
import type { DeltaExport, ExportContext, Page, Partitions, PendingWrite, UnresolvedRecord } from '../delta/stream';
import { createOrGet } from '../shared/create-or-get';
import { SyncError } from '../shared/failures';
import type { FieldDifference } from '../shared/field-difference';
import type { SyncContext } from '../shared/sync-context';
import {
  categoryTree,
  planTree,
  treeBelow,
  type BranchMembers,
  type BranchWrite,
  type CategoryTree,
  type FlowBranch,
} from './mapping/category-tree';

/** The two trees of Flow's that Omnium's categories go to; partitions of the export. */
const TREE_NAMES = ['categories', 'product-groups'] as const;
type TreeName = (typeof TREE_NAMES)[number];

/** A branch of a tree of Flow's that is to be made, changed or removed, and as it is there. */
interface TreeWrite extends PendingWrite {
  readonly tree: TreeName;
  readonly write: BranchWrite;
  readonly there: FlowBranch | undefined;
}

/**
 * The trees of Omnium's categories: as Flow's categories, and those under `ProductGroupRootId` as its product groups (Flow,
 * setup page; flow-api.md §6.1). Omnium does not tell what has changed in them, so each run compares the whole of both.
 */
export const categoriesExport: DeltaExport<TreeWrite> = {
  partitions,
  async *pages(context, partition) {
    for (const tree of TREE_NAMES) {
      if (partition.read === 'unresolved') {
        const records = (partition.records ?? []).flatMap((record) => parseRecord(record, TREE_NAMES) ?? []);
        const ids = new Set(records.flatMap((record) => (record.partition === tree ? [record.sku] : [])));
        if (ids.size > 0) yield* pagesOfTree(context, tree, ids);
      } else if (partition.name === tree) yield* pagesOfTree(context, tree);
    }
  },
  describe: ({ tree, write, there }) => {
    if (write.kind === 'create') return { change: 'new', fields: fieldsOf(tree, write, there) };
    const change = write.kind === 'delete' ? 'removed' : Object.keys(write.members).join(', ');
    return { change, fields: fieldsOf(tree, write, there) };
  },
  isRemoval: ({ write }) => write.kind === 'delete',
  async write(context, { tree, write }) {
    const flow = flowTree(context, tree);
    const { uid, categoryId } = write;
    if (write.kind === 'delete') await flow.remove(uid);
    else if (write.kind === 'update') await flow.update(uid, write.members);
    else {
      await createOrGet<unknown>(
        () => flow.create(uid, write.members),
        // A product that needed it has made it since it was looked for.
        async () => {
          const there = await flow.get(uid);
          if (!there || (there.externalId !== undefined && there.externalId !== categoryId)) return undefined;
          await flow.update(uid, write.members);
          return there;
        },
      );
    }
  },
};

async function partitions(context: ExportContext): Promise<Partitions> {
  const rules = rulesOf(context);
  const rootId = rules.ProductGroupRootId;
  if (!rules.SyncCategoriesToFlow) {
    const reason = `${CATEGORY_TASK} needs SyncCategoriesToFlow to be "true" for the market`;
    return { names: [], leftOut: TREE_NAMES.map((name) => ({ name, reason })), missing: [] };
  }
  if (rootId === undefined || treeBelow(await treeInOmnium(context), rootId))
    return { names: TREE_NAMES, leftOut: [], missing: [] };
  return { names: ['categories'], leftOut: [{ name: 'product-groups', reason: noSuchRoot(rootId) }], missing: [] };
}

/** Of markets that share a tenant, the first one's rules count. */
function rulesOf({ markets, tenant }: ExportContext): ConnectorProperties {
  return (markets[0] ?? tenant.config.connector).properties;
}

function noSuchRoot(rootId: string): string {
  return `ProductGroupRootId names ${rootId}, which is no category of Omnium's`;
}

/** Omnium's categories, named in the language of the first market that they are named in. */
async function treeInOmnium(context: ExportContext): Promise<CategoryTree> {
  const { categories, directory } = context.tenant.omnium;
  const [documents, described] = await Promise.all([categories.list(context), directory.getMarkets(context)]);
  const languages = context.markets.flatMap(({ marketId }) => {
    const market = described.find((one) => isSameId(one.marketId, marketId));
    return market?.productContentLanguage ?? [];
  });
  return categoryTree(documents, languages);
}

/**
 * Compares a tree: one page for each level, as what is written together hangs under what has been written before.
 *
 * @param only these categories, with all that they hang under: it may not be there yet. Absent = all that this run has not
 *   compared already
 */
async function* pagesOfTree(
  context: ExportContext,
  tree: TreeName,
  only?: ReadonlySet<string>,
): AsyncGenerator<Page<TreeWrite>, void, undefined> {
  const [whole, existing] = await Promise.all([treeInOmnium(context), flowTree(context, tree).list()]);
  const rootId = tree === 'product-groups' ? rulesOf(context).ProductGroupRootId : undefined;
  const desired = rootId === undefined ? whole : treeBelow(whole, rootId);
  if (!desired) throw new SyncError('ConfigurationIncomplete', noSuchRoot(rootId ?? ''));
  const inFlow = new Map(existing.map((branch) => [branch.uid, branch]));
  const { levels, unplaced } = planTree(desired, existing);

  const asked = only && new Set(only);
  if (asked) {
    // Children come after their parents, so the other way round each parent is met after all of its children.
    for (const { categoryId, parentId } of desired.branches.toReversed()) {
      if (asked.has(categoryId) && parentId !== undefined) asked.add(parentId);
    }
    for (const id of asked) context.compared?.add(recordOf(id, tree));
  }
  const isAsked = (id: string): boolean => asked?.has(id) ?? context.compared?.has(recordOf(id, tree)) !== true;

  const unresolved: UnresolvedRecord[] = [];
  const leave = (id: string, why: string, failureType: UnresolvedRecord['failureType']): void => {
    if (isAsked(id)) unresolved.push({ record: recordOf(id, tree), as: 'failed', why, ...compact({ failureType }) });
  };
  for (const { categoryId, failureType, why } of unplaced) leave(categoryId, why, failureType);
  for (const { parentId, children } of desired.strays) {
    const why = `Omnium has no such category, which is the parent of ${children.join(', ')}: they stand at the top`;
    leave(parentId, why, 'OmniumResponseInvalid');
  }
  const isEmpty = whole.branches.length + whole.unplaced.length === 0;
  const isNameless = whole.unplaced.some(({ categoryId }) => categoryId === NAMELESS_CATEGORY);
  const keeps = isEmpty ? 'Omnium lists no categories at all' : isNameless && 'Omnium lists one that names no id';
  const pages = levels.map(({ unchanged, writes }): Page<TreeWrite> => {
    const pending: TreeWrite[] = [];
    for (const write of writes.filter(({ categoryId }) => isAsked(categoryId))) {
      const { categoryId, uid } = write;
      if (keeps !== false && write.kind === 'delete')
        leave(categoryId, `not removed: ${keeps}`, 'OmniumResponseInvalid');
      else pending.push({ record: recordOf(categoryId, tree), tree, write, there: inFlow.get(uid) });
    }
    return { partition: tree, unchanged: unchanged.filter(isAsked).length, unresolved: [], pending };
  });
  const all = [{ partition: tree, unchanged: 0, unresolved, pending: [] }, ...pages];
  const sizeOf = (page: Page): number => page.unchanged + page.unresolved.length + page.pending.length;
  const total = all.reduce((sum, page) => sum + sizeOf(page), 0);
  for (const page of all) if (sizeOf(page) > 0) yield { ...page, total };
}

function fieldsOf(tree: TreeName, write: BranchWrite, there: FlowBranch | undefined): FieldDifference[] {
  const what = tree === 'categories' ? 'category' : 'group';
  const of = write.categoryId;
  if (write.kind === 'delete') return [{ of, field: what, from: there?.name ?? write.uid, whole: 'removed' }];
  const known = new Map<string, unknown>(Object.entries(there ?? {}));
  return Object.entries(write.members).map(([field, value]: [string, string | null]) => {
    const before = known.get(field);
    return {
      ...{ of, field: `${what} ${field}` },
      ...compact({ from: typeof before === 'string' ? before : undefined, to: value ?? undefined }),
      ...(write.kind === 'create' && { whole: 'new' as const }),
    };
  });
}

/** What can be done with a tree of Flow's. `remove` does nothing where there is none; Flow refuses what others hang under. */
interface FlowTree {
  /** All branches, in no order. */
  list(): Promise<FlowBranch[]>;
  get(uid: string): Promise<FlowBranch | undefined>;
  create(uid: string, members: BranchMembers): Promise<unknown>;
  update(uid: string, members: Partial<BranchMembers>): Promise<unknown>;
  remove(uid: string): Promise<unknown>;
}

function flowTree(context: SyncContext, tree: TreeName): FlowTree {
  const { catalogue } = context.tenant.flow;
  /** What is new has no parent to lose. */
  const ofNew = ({
    parentUid,
    ...members
  }: BranchMembers): Omit<BranchMembers, 'parentUid'> & { parentUid?: string } =>
    parentUid === null ? members : { ...members, parentUid };
  if (tree === 'categories') {
    return {
      list: async () => branchesOf(await catalogue.listCategories(context)),
      get: async (uid) => {
        const found = await catalogue.getCategory(uid, context);
        return found && branchesOf([found])[0];
      },
      create: (categoryUid, members) => catalogue.createCategory({ categoryUid, ...ofNew(members) }, context),
      update: (uid, members) => catalogue.updateCategory(uid, members, context),
      remove: (uid) => catalogue.deleteCategory(uid, context),
    };
  }
  return {
    list: async () => {
      const groups = await catalogue.listProductGroups(context);
      return groups.map(({ productGroupUid: uid, name, parentUid, externalId }) => {
        return { uid, name, parentUid, externalId };
      });
    },
    get: async (uid) => {
      const found = await catalogue.getProductGroup(uid, context);
      return found && { uid, name: found.name, parentUid: found.parentUid, externalId: found.externalId };
    },
    create: (productGroupUid, members) => catalogue.createProductGroup({ productGroupUid, ...ofNew(members) }, context),
    update: (uid, members) => catalogue.updateProductGroup(uid, members, context),
    remove: (uid) => catalogue.deleteProductGroup(uid, context),
  };
}

/** Categories and all below them. The place in the answer is the parent; a category that is alone names it itself. */
function branchesOf(categories: readonly FlowCategory[], above?: string): FlowBranch[] {
  return categories.flatMap(({ categoryUid: uid, name, externalId, parentUid, categories: below }) => [
    { uid, name, parentUid: above ?? parentUid, externalId },
    ...branchesOf(below, uid),
  ]);
}
