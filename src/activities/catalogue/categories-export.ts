import { VendorHttpError } from '../../clients/errors';
import type { CallContext } from '../../clients/http';
import { CATEGORY_TASK } from '../../config/connector';
import type { ConnectorProperties } from '../../config/types';
import type { Partition, ExportWindow } from '../../contracts/exports';
import { recordOf, parseRecord } from '../../domain/records';
import {
  categoryTree,
  planTree,
  treeBelow,
  type BranchWrite,
  type CategoryTree,
  type FlowBranch,
  type TreePlan,
} from './mapping/category-tree';
import { SyncError } from '../shared/failures';
import type { FieldDifference } from '../shared/field-difference';
import { flowTrees, isTreeName, TREE_NAMES, type FlowTree, type TreeName } from './category-trees';
import type { PendingWrite, DeltaExport, Page, ExportContext, Partitions, UnresolvedRecord } from '../delta/stream';

/** A branch of a tree of Flow's that is to be made, changed or removed. */
interface TreeWrite extends PendingWrite {
  readonly tree: TreeName;
  readonly write: BranchWrite;
  /** As it is in Flow. */
  readonly there: FlowBranch | undefined;
}

/**
 * The trees of Omnium's categories: as Flow's categories, and those under `ProductGroupRootId` as its product groups (Flow,
 * setup page; flow-api.md §6.1). Omnium does not tell what has changed in them, so each run compares the whole of both.
 */
export const categoriesExport: DeltaExport<TreeWrite> = {
  partitions: (work) => partsOf(work),
  pages: (work, part) =>
    part.read === 'unresolved' ? pagesOfRecords(part.records ?? [], work) : pagesOfTree(part, work),
  describe: ({ tree, write, there }) => ({
    change:
      write.kind === 'create' ? 'new' : write.kind === 'delete' ? 'removed' : Object.keys(write.members).join(', '),
    fields: fieldsOf(write, { what: tree === 'categories' ? 'category' : 'group', there }),
  }),
  write: async (context, { tree, write }) => {
    const flow = flowTrees(context.tenant)[tree];
    if (write.kind === 'create') await create(write, flow, context);
    else if (write.kind === 'update') await flow.update(write.uid, write.members, context);
    else await flow.remove(write.uid, context);
  },
};

async function partsOf(work: ExportContext): Promise<Partitions> {
  const rules = rulesOf(work);
  if (!rules.SyncCategoriesToFlow) {
    const reason = `${CATEGORY_TASK} needs SyncCategoriesToFlow to be "true" for the market`;
    return { names: [], leftOut: TREE_NAMES.map((name) => ({ name, reason })), missing: [] };
  }
  const rootId = rules.ProductGroupRootId;
  if (rootId === undefined || treeBelow(await wantedTree(work), rootId))
    return { names: TREE_NAMES, leftOut: [], missing: [] };
  const leftOut = [{ name: 'product-groups', reason: noSuchRoot(rootId) }];
  return { names: ['categories'], leftOut, missing: [] };
}

/** Of markets that share a tenant, the first one's word counts. */
function rulesOf({ markets, tenant }: Pick<ExportContext, 'markets' | 'tenant'>): ConnectorProperties {
  return (markets[0] ?? tenant.config.connector).properties;
}

function noSuchRoot(rootId: string): string {
  return `ProductGroupRootId names ${rootId}, which is no category of Omnium's`;
}

/** Omnium's categories, named in the language of the first market that they are named in. */
async function wantedTree(context: ExportContext): Promise<CategoryTree> {
  const { tenant, markets } = context;
  const [categories, described] = await Promise.all([
    tenant.omnium.categories.list(context),
    tenant.omnium.directory.getMarkets(context),
  ]);
  const languages = markets.flatMap(({ marketId }) => {
    const market = described.find((one) => one.marketId.toLowerCase() === marketId.toLowerCase());
    return market?.productContentLanguage ?? [];
  });
  return categoryTree(categories, languages);
}

/** Rows of the run that its open rows have shown already: not told a second time. */
const shown = new WeakMap<ExportWindow, Set<string>>();

async function* pagesOfTree(part: Partition, work: ExportContext): AsyncGenerator<Page<TreeWrite>, void, undefined> {
  if (!isTreeName(part.name)) return;
  const tree = await readTree(part.name, work);
  yield* pagesOf(tree, { skip: shown.get(work.window) ?? new Set() });
}

/** Open rows of earlier runs, with all that they hang under: it may not be there yet. */
async function* pagesOfRecords(
  records: readonly string[],
  work: ExportContext,
): AsyncGenerator<Page<TreeWrite>, void, undefined> {
  for (const name of TREE_NAMES) {
    const ids = records.map((record) => parseRecord(record, TREE_NAMES)).filter((one) => one?.partition === name);
    if (ids.length === 0) continue;
    const tree = await readTree(name, work);
    const wanted = withParents(new Set(ids.flatMap((one) => one?.sku ?? [])), tree.wanted);
    const seen = shown.get(work.window) ?? new Set();
    shown.set(work.window, seen);
    for (const id of wanted) seen.add(recordOf(id, name));
    yield* pagesOf(tree, { only: wanted });
  }
}

function withParents(ids: ReadonlySet<string>, { branches }: CategoryTree): ReadonlySet<string> {
  const all = new Set(ids);
  // Children come after their parents, so the other way round each parent is met after all of its children.
  for (const { categoryId, parentId } of branches.toReversed()) {
    if (all.has(categoryId) && parentId !== undefined) all.add(parentId);
  }
  return all;
}

/** Both sides of a tree, and what makes them the same. */
interface ReadTree {
  readonly name: TreeName;
  readonly wanted: CategoryTree;
  readonly plan: TreePlan;
  /** What Flow has, by uid. */
  readonly inFlow: ReadonlyMap<string, FlowBranch>;
  /** Why nothing is removed, though Flow has what Omnium does not list. */
  readonly keptBecause?: string;
}

async function readTree(name: TreeName, work: ExportContext): Promise<ReadTree> {
  const flow = flowTrees(work.tenant)[name];
  const [whole, existing] = await Promise.all([wantedTree(work), flow.list(work)]);
  const rootId = name === 'product-groups' ? rulesOf(work).ProductGroupRootId : undefined;
  const wanted = rootId === undefined ? whole : treeBelow(whole, rootId);
  if (!wanted) throw new SyncError('ConfigurationIncomplete', noSuchRoot(rootId ?? ''));
  const plan = planTree(wanted, existing);
  const isEmpty = whole.branches.length + whole.unplaced.length === 0;
  const inFlow = new Map(existing.map((branch) => [branch.uid, branch]));
  return { name, wanted, plan, inFlow, ...(isEmpty && { keptBecause: 'Omnium lists no categories at all' }) };
}

/** One page for each level: what is written together hangs under what has been written before. */
function* pagesOf(
  { name, wanted, plan, inFlow, keptBecause }: ReadTree,
  { only, skip }: { readonly only?: ReadonlySet<string>; readonly skip?: ReadonlySet<string> },
): Generator<Page<TreeWrite>, void, undefined> {
  const isAsked = (id: string): boolean => (only?.has(id) ?? true) && skip?.has(recordOf(id, name)) !== true;
  const page = { partition: name };
  const open = openRowsOf({ name, wanted, plan }).filter(({ record }) => isAsked(record.slice(0, -name.length - 1)));
  const kept: UnresolvedRecord[] = [];
  const pages: Page<TreeWrite>[] = [];
  for (const level of plan.levels) {
    const writes = level.writes.filter(({ categoryId }) => isAsked(categoryId));
    const isKept = (write: BranchWrite): boolean => keptBecause !== undefined && write.kind === 'delete';
    kept.push(...writes.filter(isKept).map((write) => notRemoved(write, { name, why: keptBecause ?? '' })));
    const pending = writes
      .filter((write) => !isKept(write))
      .map((write) => ({ record: recordOf(write.categoryId, name), tree: name, write, there: inFlow.get(write.uid) }));
    pages.push({ ...page, unchanged: level.unchanged.filter(isAsked).length, unresolved: [], pending });
  }
  const all = [{ ...page, unchanged: 0, unresolved: [...open, ...kept], pending: [] }, ...pages];
  const total = all.reduce((sum, one) => sum + one.unchanged + one.unresolved.length + one.pending.length, 0);
  for (const one of all) if (one.unchanged + one.unresolved.length + one.pending.length > 0) yield { ...one, total };
}

function openRowsOf({ name, wanted, plan }: Pick<ReadTree, 'name' | 'wanted' | 'plan'>): UnresolvedRecord[] {
  return [
    ...plan.unplaced.map(({ categoryId, failureType, why }): UnresolvedRecord => {
      return { record: recordOf(categoryId, name), as: 'failed', why, failureType };
    }),
    ...wanted.strays.map(({ parentId, children }): UnresolvedRecord => {
      const why = `Omnium has no such category, which is the parent of ${children.join(', ')}: they stand at the top`;
      return { record: recordOf(parentId, name), as: 'failed', why, failureType: 'OmniumResponseInvalid' };
    }),
  ];
}

function notRemoved(
  { categoryId }: BranchWrite,
  { name, why }: { readonly name: TreeName; readonly why: string },
): UnresolvedRecord {
  return {
    record: recordOf(categoryId, name),
    as: 'failed',
    why: `not removed: ${why}`,
    failureType: 'OmniumResponseInvalid',
  };
}

function fieldsOf(
  write: BranchWrite,
  { what, there }: { readonly what: string; readonly there: FlowBranch | undefined },
): FieldDifference[] {
  const of = write.categoryId;
  if (write.kind === 'delete') return [{ of, field: what, from: there?.name ?? write.uid, whole: 'removed' }];
  const known = new Map<string, unknown>(Object.entries(there ?? {}));
  return Object.entries(write.members).map(([field, value]: [string, string | null]) => {
    const before = known.get(field);
    return {
      ...{ of, field: `${what} ${field}` },
      ...(typeof before === 'string' && { from: before }),
      ...(value !== null && { to: value }),
      ...(write.kind === 'create' && { whole: 'new' as const }),
    };
  });
}

/** A product that needed it may have been quicker, and made it since it was looked for. */
async function create(
  { uid, categoryId, members }: Extract<BranchWrite, { kind: 'create' }>,
  flow: FlowTree,
  context: CallContext,
): Promise<void> {
  try {
    await flow.create(uid, members, context);
  } catch (error) {
    if (!(error instanceof VendorHttpError) || error.status !== 409) throw error;
    const there = await flow.get(uid, context);
    if (!there || (there.externalId !== undefined && there.externalId !== categoryId)) throw error;
    await flow.update(uid, members, context);
  }
}
