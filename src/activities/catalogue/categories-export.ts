import { VendorHttpError } from '../../clients/errors';
import type { CallContext } from '../../clients/http';
import { CATEGORY_TASK } from '../../config/connector';
import type { ConnectorProperties } from '../../config/types';
import type { ExportPart, ExportWindow } from '../../contracts/export-messages';
import { openRowOf, parseOpenRow } from '../../contracts/export-rows';
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
import type { DueRow, ExportKind, ExportPage, ExportWork, KindParts, OpenRow } from '../delta/export-kind';

interface TreeWork extends ExportWork {
  readonly window: ExportWindow;
}

/**
 * The trees of Omnium's categories: as Flow's categories, and those under `ProductGroupRootId` as its product groups (Flow,
 * setup page; flow-api.md §6.1). Omnium does not tell what has changed in them, so each run compares the whole of both.
 */
export const categoriesExport: ExportKind = {
  partsOf: (work) => partsOf(work),
  pagesOf: (part, work) => (part.read === 'rows' ? pagesOfRows(part.rows, work) : pagesOfTree(part, work)),
};

async function partsOf(work: ExportWork): Promise<KindParts> {
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
function rulesOf({ markets, tenant }: Pick<ExportWork, 'markets' | 'tenant'>): ConnectorProperties {
  return (markets[0] ?? tenant.config.connector).properties;
}

function noSuchRoot(rootId: string): string {
  return `ProductGroupRootId names ${rootId}, which is no category of Omnium's`;
}

/** Omnium's categories, named in the language of the first market that they are named in. */
async function wantedTree({ tenant, markets, context }: ExportWork): Promise<CategoryTree> {
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

async function* pagesOfTree(part: ExportPart, work: TreeWork): AsyncGenerator<ExportPage, void, undefined> {
  if (!isTreeName(part.name)) return;
  const tree = await readTree(part.name, work);
  yield* pagesOf(tree, { skip: shown.get(work.window) ?? new Set() });
}

/** Open rows of earlier runs, with all that they hang under: it may not be there yet. */
async function* pagesOfRows(rows: readonly string[], work: TreeWork): AsyncGenerator<ExportPage, void, undefined> {
  for (const name of TREE_NAMES) {
    const ids = rows.map((row) => parseOpenRow(row, TREE_NAMES)).filter((row) => row?.part === name);
    if (ids.length === 0) continue;
    const tree = await readTree(name, work);
    const wanted = withParents(new Set(ids.flatMap((row) => row?.sku ?? [])), tree.wanted);
    const seen = shown.get(work.window) ?? new Set();
    shown.set(work.window, seen);
    for (const id of wanted) seen.add(openRowOf(id, name));
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
  readonly flow: FlowTree;
  /** What Flow has, by uid. */
  readonly inFlow: ReadonlyMap<string, FlowBranch>;
  /** Why nothing is removed, though Flow has what Omnium does not list. */
  readonly keptBecause?: string;
}

async function readTree(name: TreeName, work: ExportWork): Promise<ReadTree> {
  const flow = flowTrees(work.tenant)[name];
  const [whole, existing] = await Promise.all([wantedTree(work), flow.list(work.context)]);
  const rootId = name === 'product-groups' ? rulesOf(work).ProductGroupRootId : undefined;
  const wanted = rootId === undefined ? whole : treeBelow(whole, rootId);
  if (!wanted) throw new SyncError('ConfigurationIncomplete', noSuchRoot(rootId ?? ''));
  const plan = planTree(wanted, existing);
  const isEmpty = whole.branches.length + whole.unplaced.length === 0;
  const inFlow = new Map(existing.map((branch) => [branch.uid, branch]));
  return { name, wanted, plan, flow, inFlow, ...(isEmpty && { keptBecause: 'Omnium lists no categories at all' }) };
}

/** One page for each level: what is written together hangs under what has been written before. */
function* pagesOf(
  { name, wanted, plan, flow, inFlow, keptBecause }: ReadTree,
  { only, skip }: { readonly only?: ReadonlySet<string>; readonly skip?: ReadonlySet<string> },
): Generator<ExportPage, void, undefined> {
  const isAsked = (id: string): boolean => (only?.has(id) ?? true) && skip?.has(openRowOf(id, name)) !== true;
  const page = { part: name, refused: (): undefined => undefined };
  const open = openRowsOf({ name, wanted, plan }).filter(({ row }) => isAsked(row.slice(0, -name.length - 1)));
  const kept: OpenRow[] = [];
  const pages: ExportPage[] = [];
  for (const level of plan.levels) {
    const writes = level.writes.filter(({ categoryId }) => isAsked(categoryId));
    const isKept = (write: BranchWrite): boolean => keptBecause !== undefined && write.kind === 'delete';
    kept.push(...writes.filter(isKept).map((write) => notRemoved(write, { name, why: keptBecause ?? '' })));
    const due = writes.filter((write) => !isKept(write)).map((write) => dueRow(write, { name, flow, inFlow }));
    pages.push({ ...page, unchanged: level.unchanged.filter(isAsked).length, open: [], due });
  }
  const all = [{ ...page, unchanged: 0, open: [...open, ...kept], due: [] }, ...pages];
  const total = all.reduce((sum, one) => sum + one.unchanged + one.open.length + one.due.length, 0);
  for (const one of all) if (one.unchanged + one.open.length + one.due.length > 0) yield { ...one, total };
}

function openRowsOf({ name, wanted, plan }: Pick<ReadTree, 'name' | 'wanted' | 'plan'>): OpenRow[] {
  return [
    ...plan.unplaced.map(({ categoryId, failureType, why }): OpenRow => {
      return { row: openRowOf(categoryId, name), as: 'failed', why, failureType };
    }),
    ...wanted.strays.map(({ parentId, children }): OpenRow => {
      const why = `Omnium has no such category, which is the parent of ${children.join(', ')}: they stand at the top`;
      return { row: openRowOf(parentId, name), as: 'failed', why, failureType: 'OmniumResponseInvalid' };
    }),
  ];
}

function notRemoved(
  { categoryId }: BranchWrite,
  { name, why }: { readonly name: TreeName; readonly why: string },
): OpenRow {
  return {
    row: openRowOf(categoryId, name),
    as: 'failed',
    why: `not removed: ${why}`,
    failureType: 'OmniumResponseInvalid',
  };
}

function dueRow(write: BranchWrite, { name, flow, inFlow }: Pick<ReadTree, 'name' | 'flow' | 'inFlow'>): DueRow {
  const row = openRowOf(write.categoryId, name);
  const fields = fieldsOf(write, { what: name === 'categories' ? 'category' : 'group', there: inFlow.get(write.uid) });
  switch (write.kind) {
    case 'create':
      return { row, fields, change: 'new', write: (context) => create(write, flow, context) };
    case 'update': {
      const change = Object.keys(write.members).join(', ');
      return { row, fields, change, write: (context) => flow.update(write.uid, write.members, context) };
    }
    case 'delete':
      return { row, fields, change: 'removed', write: (context) => flow.remove(write.uid, context) };
  }
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
