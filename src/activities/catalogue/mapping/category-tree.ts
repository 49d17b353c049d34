import type { OmniumCategory } from '../../../clients/omnium/categories';
import { findUidCollisions, stripToUid, UidInvalidError } from '../../../domain/uid';

/** A category where it stands in the tree. */
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
export interface UnplacedCategory {
  readonly categoryId: string;
  readonly failureType: 'UidCollision' | 'OmniumResponseInvalid';
  readonly why: string;
}

/** Categories that name a parent which is none. */
export interface StrayCategories {
  readonly parentId: string;
  /** At most {@link MAX_NAMED} of them. */
  readonly children: readonly string[];
}

/** Omnium's categories as a tree, each once. */
export interface CategoryTree {
  /** Parents before their children. */
  readonly branches: readonly CategoryBranch[];
  readonly unplaced: readonly UnplacedCategory[];
  /** What stands at the top for want of its parent. */
  readonly strays: readonly StrayCategories[];
}

/** Most ids that a sentence names. */
const MAX_NAMED = 5;

type Unbranched = Omit<CategoryBranch, 'depth' | 'uid'>;

/**
 * Omnium's documents, one for each category and language, as one tree (omnium-api.md §9.3; flow-api.md §6.1).
 *
 * - The name is that of the first of the languages in which there is one, else of any.
 * - Hidden categories are hidden from the web shop only: products of the tills are in them too.
 * - The tree's root need not be a category. A parent that is none is taken for it; of several, the one with the most
 *   categories under it. What hangs under another one stands at the top as well, and is reported.
 * - What is below itself, what hangs under such a one, and ids that become the same uid in Flow, have no place.
 *
 * @param languages in order of priority, letters' case aside
 */
export function categoryTree(documents: readonly OmniumCategory[], languages: readonly string[]): CategoryTree {
  const categories = chosenDocuments(documents, languages);
  const unplaced = new Map([...withoutUid(categories), ...collisionsOf(categories)]);
  const branches: CategoryBranch[] = [];
  const childrenOf = new Map<string | undefined, Unbranched[]>();
  for (const category of categories.values()) {
    const parentId =
      category.parentId !== undefined && categories.has(category.parentId) ? category.parentId : undefined;
    childrenOf.set(parentId, [...(childrenOf.get(parentId) ?? []), category]);
  }
  let level = childrenOf.get(undefined) ?? [];
  for (let depth = 0; level.length > 0; depth += 1) {
    for (const category of level) {
      const problem = unplaced.get(category.categoryId) ?? belowUnplaced(category, unplaced);
      if (problem) unplaced.set(category.categoryId, problem);
      else branches.push({ ...placed(category, categories), depth });
    }
    level = level.flatMap(({ categoryId }) => childrenOf.get(categoryId) ?? []);
  }
  const reached = new Set([...branches.map(({ categoryId }) => categoryId), ...unplaced.keys()]);
  for (const { categoryId } of categories.values()) {
    if (!reached.has(categoryId)) unplaced.set(categoryId, inCircle(categoryId, categories));
  }
  return { branches, unplaced: [...unplaced.values()], strays: straysOf(categories) };
}

/**
 * What hangs under a category, however deep, without itself; undefined when Omnium knows no such category, neither as one
 * nor as the parent of one. What has no place keeps it: nobody can tell where it belongs.
 */
export function treeBelow(tree: CategoryTree, rootId: string): CategoryTree | undefined {
  const { branches, strays, unplaced } = tree;
  const top = branches.find(({ categoryId }) => categoryId === rootId);
  const inside = new Map<string, number>();
  for (const { categoryId, parentId } of branches) {
    if (parentId === undefined) continue;
    const above = parentId === rootId ? -1 : inside.get(parentId);
    if (above !== undefined) inside.set(categoryId, above + 1);
  }
  if (!top && inside.size === 0) return undefined;
  const below = branches.flatMap(({ parentId, ...branch }): CategoryBranch[] => {
    const depth = inside.get(branch.categoryId);
    if (depth === undefined) return [];
    return [{ ...branch, depth, ...(depth > 0 && parentId !== undefined && { parentId }) }];
  });
  return { branches: below, unplaced, strays: strays.filter(({ parentId }) => parentId !== rootId) };
}

/** One document for each category. */
function chosenDocuments(
  documents: readonly OmniumCategory[],
  languages: readonly string[],
): ReadonlyMap<string, Unbranched> {
  const versions = new Map<string, OmniumCategory[]>();
  for (const document of documents) {
    versions.set(document.categoryId, [...(versions.get(document.categoryId) ?? []), document]);
  }
  const wanted = languages.map((language) => language.toLowerCase());
  const rankOf = ({ language = '' }: OmniumCategory): number => {
    const index = wanted.indexOf(language.toLowerCase());
    return index < 0 ? wanted.length : index;
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

function placed(
  { parentId, ...category }: Unbranched,
  all: ReadonlyMap<string, Unbranched>,
): Omit<CategoryBranch, 'depth'> {
  const uid = stripToUid(category.categoryId);
  return { ...category, uid, ...(parentId !== undefined && all.has(parentId) && { parentId }) };
}

function withoutUid(categories: ReadonlyMap<string, Unbranched>): [string, UnplacedCategory][] {
  return [...categories.keys()].flatMap((categoryId): [string, UnplacedCategory][] => {
    try {
      stripToUid(categoryId);
      return [];
    } catch (error) {
      if (!(error instanceof UidInvalidError)) throw error;
      return [[categoryId, { categoryId, failureType: 'OmniumResponseInvalid', why: error.message }]];
    }
  });
}

function collisionsOf(categories: ReadonlyMap<string, Unbranched>): [string, UnplacedCategory][] {
  return findUidCollisions(categories.keys()).flatMap(({ uid, ids }) =>
    ids.map((categoryId): [string, UnplacedCategory] => [categoryId, collision(categoryId, ids, uid)]),
  );
}

/** Categories that would become one in Flow. */
export function collision(categoryId: string, ids: readonly string[], uid: string): UnplacedCategory {
  const why = `the categories ${named(ids)} become the same Flow uid ${uid}: none of them is written`;
  return { categoryId, failureType: 'UidCollision', why };
}

/** A category whose parent has no place either. */
export function belowUnplaced(
  { categoryId, parentId }: Pick<CategoryBranch, 'categoryId' | 'parentId'>,
  unplaced: ReadonlyMap<string, UnplacedCategory>,
): UnplacedCategory | undefined {
  const above = parentId === undefined ? undefined : unplaced.get(parentId);
  if (!above) return undefined;
  const why = `its parent ${above.categoryId} cannot be brought to Flow`;
  return { categoryId, failureType: above.failureType, why };
}

/** Never reached from the top: it is above itself, or hangs under one that is. */
function inCircle(categoryId: string, categories: ReadonlyMap<string, Unbranched>): UnplacedCategory {
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

/** Parents that are no categories, but for the one that is taken for the root. */
function straysOf(categories: ReadonlyMap<string, Unbranched>): StrayCategories[] {
  const under = new Map<string, string[]>();
  for (const { categoryId, parentId } of categories.values()) {
    if (parentId !== undefined && !categories.has(parentId))
      under.set(parentId, [...(under.get(parentId) ?? []), categoryId]);
  }
  return Array.from(under, ([parentId, children]) => ({ parentId, children }))
    .sort((one, other) => other.children.length - one.children.length || compareText(one.parentId, other.parentId))
    .slice(1)
    .map(({ parentId, children }) => ({ parentId, children: children.slice(0, MAX_NAMED) }));
}

function named(ids: readonly string[]): string {
  const some = ids.slice(0, MAX_NAMED).join(', ');
  return ids.length > MAX_NAMED ? `${some} and ${ids.length - MAX_NAMED} more` : some;
}
