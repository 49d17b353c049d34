import type { OmniumCategory } from '../../../clients/omnium/categories';
import { findUidCollisions, stripToUid, UidInvalidError, uidOf } from '../../../domain/uid';

/** A category at its place in the tree. */
export interface CategoryBranch {
  /** Omnium's id, as it is. */
  readonly categoryId: string;
  readonly uid: string;
  readonly name: string;
  /** Absent at the top. */
  readonly parentId?: string;
  /** From 0 at the top: nothing can be made before what it hangs under. */
  readonly depth: number;
}

/** A category that has no place in the tree, and why. It stays in Flow as it is there. */
interface UnplacedCategory {
  readonly categoryId: string;
  readonly failureType: 'UidCollision' | 'OmniumResponseInvalid';
  readonly why: string;
}

/** Omnium's categories as a tree, each once. */
export interface CategoryTree {
  /** Parents before their children. */
  readonly branches: readonly CategoryBranch[];
  readonly unplaced: readonly UnplacedCategory[];
  /** Categories (at most {@link MAX_NAMED}) that are at the top because their parent is no category. */
  readonly strays: readonly { readonly parentId: string; readonly children: readonly string[] }[];
}

/** Most ids that a sentence names. */
const MAX_NAMED = 5;

type NamedCategory = Pick<CategoryBranch, 'categoryId' | 'name' | 'parentId'>;

/**
 * Omnium's documents, one for each category and language, as one tree (omnium-api.md §9.3; flow-api.md §6.1).
 *
 * - The name is that of the first of the languages in which there is one, else of any.
 * - Hidden categories are hidden from the web shop only: products of the tills are in them too.
 * - The tree's root need not be a category. A parent that is none is taken for it; of several, the one with the most
 *   categories under it. What hangs under another one is at the top as well, and is reported.
 * - What is below itself, what hangs under such a one, and ids that become the same uid in Flow, have no place.
 *
 * @param languages in order of priority, letters' case aside
 */
export function categoryTree(documents: readonly OmniumCategory[], languages: readonly string[]): CategoryTree {
  const categories = namedCategories(documents, languages);
  const unplaced = new Map<string, UnplacedCategory>();
  const childrenOf = new Map<string | undefined, NamedCategory[]>();
  const underStray = new Map<string, string[]>();
  for (const { parentId, ...category } of categories.values()) {
    const { categoryId } = category;
    try {
      stripToUid(categoryId);
    } catch (error) {
      if (!(error instanceof UidInvalidError)) throw error;
      unplaced.set(categoryId, { categoryId, failureType: 'OmniumResponseInvalid', why: error.message });
    }
    const isStray = parentId !== undefined && !categories.has(parentId);
    if (isStray) underStray.set(parentId, [...(underStray.get(parentId) ?? []), categoryId]);
    const above = isStray ? undefined : parentId;
    const placed = { ...category, ...(above !== undefined && { parentId: above }) };
    childrenOf.set(above, [...(childrenOf.get(above) ?? []), placed]);
  }
  for (const { uid, ids } of findUidCollisions(categories.keys())) {
    for (const categoryId of ids) unplaced.set(categoryId, collision(categoryId, ids, uid));
  }
  const branches: CategoryBranch[] = [];
  let level = childrenOf.get(undefined) ?? [];
  for (let depth = 0; level.length > 0; depth += 1) {
    for (const category of level) {
      const { categoryId } = category;
      const problem = unplaced.get(categoryId) ?? belowUnplaced(category, unplaced);
      if (problem) unplaced.set(categoryId, problem);
      else branches.push({ ...category, uid: stripToUid(categoryId), depth });
    }
    level = level.flatMap(({ categoryId }) => childrenOf.get(categoryId) ?? []);
  }
  const reached = new Set([...branches.map(({ categoryId }) => categoryId), ...unplaced.keys()]);
  for (const categoryId of categories.keys()) {
    if (!reached.has(categoryId)) unplaced.set(categoryId, inCircle(categoryId, categories));
  }
  const strays = Array.from(underStray, ([parentId, children]) => ({ parentId, children }))
    .sort((one, other) => other.children.length - one.children.length || compareText(one.parentId, other.parentId))
    .slice(1)
    .map(({ parentId, children }) => ({ parentId, children: children.slice(0, MAX_NAMED) }));
  return { branches, unplaced: [...unplaced.values()], strays };
}

/**
 * What hangs under a category, however deep, without itself; undefined when Omnium knows no such category, neither as one
 * nor as the parent of one. What has no place is kept: it cannot be told where it belongs.
 */
export function treeBelow({ branches, strays, unplaced }: CategoryTree, rootId: string): CategoryTree | undefined {
  const depths = new Map<string, number>();
  const below: CategoryBranch[] = [];
  for (const { parentId, ...branch } of branches) {
    const above = parentId === rootId ? -1 : depths.get(parentId ?? '');
    if (parentId === undefined || above === undefined) continue;
    const depth = above + 1;
    depths.set(branch.categoryId, depth);
    below.push({ ...branch, depth, ...(depth > 0 && { parentId }) });
  }
  if (below.length === 0 && !branches.some(({ categoryId }) => categoryId === rootId)) return undefined;
  return { branches: below, unplaced, strays: strays.filter(({ parentId }) => parentId !== rootId) };
}

/** One name and one parent for each category, from its documents in all languages. */
function namedCategories(
  documents: readonly OmniumCategory[],
  languages: readonly string[],
): ReadonlyMap<string, NamedCategory> {
  const versions = new Map<string, OmniumCategory[]>();
  for (const document of documents) {
    versions.set(document.categoryId, [...(versions.get(document.categoryId) ?? []), document]);
  }
  const desired = languages.map((language) => language.toLowerCase());
  const rankOf = ({ language = '' }: OmniumCategory): number => {
    const index = desired.indexOf(language.toLowerCase());
    return index < 0 ? desired.length : index;
  };
  return new Map(
    Array.from(versions, ([categoryId, all]) => {
      const sorted = all.sort(
        (one, other) => rankOf(one) - rankOf(other) || compareText(one.language ?? '', other.language ?? ''),
      );
      const name = sorted.find((version) => version.name !== undefined)?.name ?? categoryId;
      const parentId = sorted.find((version) => version.parentId !== undefined)?.parentId;
      return [categoryId, { categoryId, name, ...(parentId !== undefined && { parentId }) }];
    }),
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Categories that would become one in Flow. */
function collision(categoryId: string, ids: readonly string[], uid: string): UnplacedCategory {
  const more = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : '';
  const named = `${ids.slice(0, MAX_NAMED).join(', ')}${more}`;
  const why = `the categories ${named} become the same Flow uid ${uid}: none of them is written`;
  return { categoryId, failureType: 'UidCollision', why };
}

/** Set for a category whose parent has no place either. */
function belowUnplaced(
  { categoryId, parentId }: Pick<CategoryBranch, 'categoryId' | 'parentId'>,
  unplaced: ReadonlyMap<string, UnplacedCategory>,
): UnplacedCategory | undefined {
  const above = parentId === undefined ? undefined : unplaced.get(parentId);
  if (!above) return undefined;
  const why = `its parent ${above.categoryId} cannot be brought to Flow`;
  return { categoryId, failureType: above.failureType, why };
}

/** Never reached from the top: it is above itself, or hangs under one that is. */
function inCircle(categoryId: string, categories: ReadonlyMap<string, NamedCategory>): UnplacedCategory {
  const path = [categoryId];
  for (let at = categories.get(categoryId)?.parentId; at !== undefined; at = categories.get(at)?.parentId) {
    const begun = path.indexOf(at);
    path.push(at);
    if (begun >= 0) {
      const circle = path.slice(begun).join(' under ');
      const why = begun === 0 ? `it hangs under itself: ${circle}` : `it hangs under a circle: ${circle}`;
      return { categoryId, failureType: 'OmniumResponseInvalid', why };
    }
  }
  throw new Error('a category that is not reached from the top is in a circle, or under one');
}

/** A category or product group of Flow's. */
export interface FlowBranch {
  readonly uid: string;
  readonly name?: string | undefined;
  /** Absent at the top. */
  readonly parentUid?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Members of a branch as they shall be; `parentUid` is `null` at the top. */
export interface BranchMembers {
  readonly name: string;
  readonly parentUid: string | null;
  readonly externalId: string;
}

/** One write to Flow. */
export type BranchWrite = { readonly categoryId: string; readonly uid: string } & (
  | { readonly kind: 'create'; readonly members: BranchMembers }
  | { readonly kind: 'update'; readonly members: Partial<BranchMembers> }
  | { readonly kind: 'delete' }
);

/** What makes Flow's tree Omnium's. */
export interface TreePlan {
  /**
   * One after the other: parents first, then what Omnium has no more, children first. Writes of one level need not wait for
   * each other; `unchanged` are Omnium's ids of what is right already.
   */
  readonly levels: readonly { readonly unchanged: readonly string[]; readonly writes: readonly BranchWrite[] }[];
  readonly unplaced: readonly UnplacedCategory[];
}

/**
 * Compares Omnium's tree with Flow's, and plans what differs. Everything is found by its uid; what the shop has made itself
 * (without `externalId`, and of another uid than any category's) is left alone. A branch of Flow's with the uid of a
 * category becomes that category's, unless its `externalId` cannot have become this uid: then it belongs to another, and is
 * not written. Two ids of Omnium's that become one uid have no place in the tree already.
 *
 * A branch is written after the one it hangs under, and each of those is in its place by then: so no write makes a circle.
 */
export function planTree(tree: CategoryTree, existing: readonly FlowBranch[]): TreePlan {
  const inFlow = new Map(existing.map((branch) => [branch.uid, branch]));
  const unplaced = new Map(tree.unplaced.map((category) => [category.categoryId, category]));
  const levels: { unchanged: string[]; writes: BranchWrite[] }[] = [];
  for (const branch of tree.branches) {
    const { categoryId, uid, depth } = branch;
    const there = inFlow.get(uid);
    const owner = there?.externalId;
    const isOthers = owner !== undefined && uidOf(owner) !== uid;
    const problem =
      belowUnplaced(branch, unplaced) ?? (isOthers ? collision(categoryId, [owner, categoryId], uid) : undefined);
    if (problem) {
      unplaced.set(categoryId, problem);
      continue;
    }
    const level = (levels[depth] ??= { unchanged: [], writes: [] });
    const write = writeOf(branch, there);
    if (write) level.writes.push(write);
    else level.unchanged.push(categoryId);
  }
  const kept = new Set(tree.branches.map(({ uid }) => uid));
  for (const { categoryId } of unplaced.values()) {
    // What has no place stays where it is in Flow, and so does what it hangs under there.
    const uid: string | undefined = uidOf(categoryId);
    for (let at = uid; at !== undefined && (at === uid || !kept.has(at)); at = inFlow.get(at)?.parentUid) kept.add(at);
  }
  return { levels: [...levels, ...removals(inFlow, kept)], unplaced: [...unplaced.values()] };
}

function writeOf(branch: CategoryBranch, there: FlowBranch | undefined): BranchWrite | undefined {
  const { categoryId, uid, name, parentId } = branch;
  const parentUid = parentId === undefined ? null : stripToUid(parentId);
  const members = { name, parentUid, externalId: categoryId };
  if (!there) return { kind: 'create', categoryId, uid, members };
  const changed: Partial<BranchMembers> = {
    ...(there.name !== name && { name }),
    ...((there.parentUid ?? null) !== parentUid && { parentUid }),
    ...(there.externalId !== categoryId && { externalId: categoryId }),
  };
  return Object.keys(changed).length === 0 ? undefined : { kind: 'update', categoryId, uid, members: changed };
}

/** What we have made and Omnium has no more, the deepest first: nothing is removed before what hangs under it. */
function removals(inFlow: ReadonlyMap<string, FlowBranch>, kept: ReadonlySet<string>): TreePlan['levels'] {
  const levels: BranchWrite[][] = [];
  for (const { uid, externalId, parentUid } of inFlow.values()) {
    if (externalId === undefined || kept.has(uid) || uidOf(externalId) !== uid) continue;
    const path = new Set([uid]);
    for (let at = parentUid; at !== undefined && !path.has(at); at = inFlow.get(at)?.parentUid) path.add(at);
    (levels[path.size - 1] ??= []).push({ kind: 'delete', categoryId: externalId, uid });
  }
  return levels
    .filter((writes) => writes.length > 0)
    .reverse()
    .map((writes) => ({ unchanged: [], writes }));
}
