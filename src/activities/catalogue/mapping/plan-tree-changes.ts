import { stripToUid, UidInvalidError } from '../../../domain/uid';
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
 * category becomes that category's, unless its `externalId` cannot have become this uid: then it is somebody else's, and not
 * written. Two ids of Omnium's that become one uid have no place in the tree already.
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
  const kept = new Set(wanted.branches.map(({ uid }) => uid));
  for (const { categoryId } of unplaced.values()) keepWithParents(uidOf(categoryId), inFlow, kept);
  return { levels: [...levels, ...removals(inFlow, kept)], unplaced: [...unplaced.values()] };
}

function otherOwner({ categoryId, uid }: CategoryBranch, there: FlowBranch | undefined): UnplacedCategory | undefined {
  if (there?.externalId === undefined || uidOf(there.externalId) === uid) return undefined;
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

/** What has no place stays where it is in Flow, and so does what it hangs under there. */
function keepWithParents(uid: string | undefined, inFlow: ReadonlyMap<string, FlowBranch>, kept: Set<string>): void {
  for (let at = uid; at !== undefined; at = inFlow.get(at)?.parentUid) {
    if (at !== uid && kept.has(at)) return;
    kept.add(at);
  }
}

/** What we have made and Omnium has no more, the deepest first: nothing is removed before what hangs under it. */
function removals(inFlow: ReadonlyMap<string, FlowBranch>, kept: ReadonlySet<string>): TreeLevel[] {
  const levels: BranchWrite[][] = [];
  for (const branch of inFlow.values()) {
    const { uid, externalId } = branch;
    if (externalId === undefined || kept.has(uid) || uidOf(externalId) !== uid) continue;
    (levels[depthOf(branch, inFlow)] ??= []).push({ kind: 'delete', categoryId: externalId, uid });
  }
  return levels
    .filter((writes) => writes.length > 0)
    .reverse()
    .map((writes) => ({ unchanged: [], writes }));
}

/** The uid that an id becomes, undefined when none is left of it. */
function uidOf(id: string): string | undefined {
  try {
    return stripToUid(id);
  } catch (error) {
    if (error instanceof UidInvalidError) return undefined;
    throw error;
  }
}

function depthOf(branch: FlowBranch, inFlow: ReadonlyMap<string, FlowBranch>): number {
  const path = new Set([branch.uid]);
  for (let at = branch.parentUid; at !== undefined && !path.has(at); at = inFlow.get(at)?.parentUid) path.add(at);
  return path.size - 1;
}
