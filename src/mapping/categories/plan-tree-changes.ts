import { stripToUid, UidInvalidError } from '../../domain/uid';
import {
  belowUnplaced,
  collision,
  type CategoryBranch,
  type CategoryTree,
  type UnplacedCategory,
} from './category-tree';

/** A category or product group of Flow's. */
export interface FlowBranch {
  readonly uid: string;
  readonly name?: string | undefined;
  /** Absent at the top. */
  readonly parentUid?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Members of a branch as they shall be. */
export interface BranchMembers {
  readonly name: string;
  /** `null` at the top. */
  readonly parentUid: string | null;
  readonly externalId: string;
}

/** One write to Flow. */
export type BranchWrite = { readonly categoryId: string; readonly uid: string } & (
  | { readonly kind: 'create'; readonly members: BranchMembers }
  | { readonly kind: 'update'; readonly members: Partial<BranchMembers> }
  | { readonly kind: 'delete' }
);

/** Writes that need not wait for each other. */
export interface TreeLevel {
  /** Omnium's ids of what is right already. */
  readonly unchanged: readonly string[];
  readonly writes: readonly BranchWrite[];
}

/** What makes Flow's tree Omnium's. */
export interface TreePlan {
  /** One after the other: parents first, then what Omnium has no more, children first. */
  readonly levels: readonly TreeLevel[];
  readonly unplaced: readonly UnplacedCategory[];
}

/**
 * Compares Omnium's tree with Flow's, and plans what differs. Everything is found by its uid; what the shop has made itself
 * (without `externalId`, and of another uid than any category's) is left alone. A branch of Flow's with the uid of a
 * category and no `externalId` becomes that category's. One of another category's is a collision, and not written.
 *
 * A branch is written after the one it hangs under, and each of those is in its place by then: so no write makes a circle.
 */
export function planTree(wanted: CategoryTree, existing: readonly FlowBranch[]): TreePlan {
  const inFlow = new Map(existing.map((branch) => [branch.uid, branch]));
  const unplaced = new Map(wanted.unplaced.map((category) => [category.categoryId, category]));
  const levels: { unchanged: string[]; writes: BranchWrite[] }[] = [];
  for (const branch of wanted.branches) {
    const { categoryId, depth } = branch;
    const there = inFlow.get(branch.uid);
    const problem = belowUnplaced(branch, unplaced) ?? otherOwner(branch, there);
    if (problem) {
      unplaced.set(categoryId, problem);
      continue;
    }
    const level = (levels[depth] ??= { unchanged: [], writes: [] });
    const write = writeOf(branch, there);
    if (write) level.writes.push(write);
    else level.unchanged.push(categoryId);
  }
  const known = new Set([...wanted.branches, ...wanted.unplaced].map(({ categoryId }) => categoryId));
  return { levels: [...levels, ...removals(inFlow, known)], unplaced: [...unplaced.values()] };
}

function otherOwner({ categoryId, uid }: CategoryBranch, there: FlowBranch | undefined): UnplacedCategory | undefined {
  if (there?.externalId === undefined || there.externalId === categoryId) return undefined;
  return collision(categoryId, [there.externalId, categoryId], uid);
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
function removals(inFlow: ReadonlyMap<string, FlowBranch>, known: ReadonlySet<string>): TreeLevel[] {
  const levels: BranchWrite[][] = [];
  for (const branch of inFlow.values()) {
    const { uid, externalId } = branch;
    if (externalId === undefined || known.has(externalId) || !isOurUid(externalId, uid)) continue;
    (levels[depthOf(branch, inFlow)] ??= []).push({ kind: 'delete', categoryId: externalId, uid });
  }
  return levels
    .filter((writes) => writes.length > 0)
    .reverse()
    .map((writes) => ({ unchanged: [], writes }));
}

function isOurUid(externalId: string, uid: string): boolean {
  try {
    return stripToUid(externalId) === uid;
  } catch (error) {
    if (error instanceof UidInvalidError) return false;
    throw error;
  }
}

function depthOf(branch: FlowBranch, inFlow: ReadonlyMap<string, FlowBranch>): number {
  const path = new Set([branch.uid]);
  for (let at = branch.parentUid; at !== undefined && !path.has(at); at = inFlow.get(at)?.parentUid) path.add(at);
  return path.size - 1;
}
