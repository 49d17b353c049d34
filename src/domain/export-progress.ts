import {
  type DeferredRecords,
  type ExportBatchResult,
  type ExportCheckpoint,
  type ExportPlan,
  type ExportProgress,
  type FinishedRun,
  NO_EXPORT_COUNTS,
  type Partition,
  type RunAtWork,
} from '../contracts/exports';
import { addCounts, comparedIn } from '../contracts/streams';
import { compact } from './compact';
import { distinctNames } from './distinct-names';
import { addDeferred, UnresolvedRecords } from './records';

/** How a run of an export comes from its plan to what it leaves to later runs. Pure; used by workflows and commands. */

const SECOND_MS = 1_000;

/** Results of a run or a batch that has read nothing yet. */
export const NO_RESULTS = {
  counts: NO_EXPORT_COUNTS,
  unresolved: [],
  moreUnresolved: 0,
  resolved: [],
  refusedPartitions: [],
  differences: [],
  workedMs: 0,
  deferred: [],
} as const;

/** A run that has read nothing yet. */
export function progressOf(plan: ExportPlan): ExportProgress {
  return { ...plan, ...NO_RESULTS, done: [], failedAttempts: 0 };
}

/** With what a batch has done. */
export function addBatch(progress: ExportProgress, batch: ExportBatchResult): ExportProgress {
  const { partitionsDone, cursor, underWay } = batch;
  const { underWay: before, wholeAgainAt: _before, ...rest } = progress;
  const done = progress.partitions.slice(0, partitionsDone).filter(({ read }) => read !== 'unresolved');
  const [first, ...others] = progress.partitions.slice(partitionsDone);
  const isBegun = cursor !== undefined && first !== undefined;
  const unresolved = new UnresolvedRecords(progress.unresolved);
  unresolved.delete(batch.resolved);
  unresolved.addGroups(batch.unresolved);
  return {
    ...rest,
    ...addDeferred(progress, batch),
    partitions: isBegun ? [{ ...first, after: cursor }, ...others] : progress.partitions.slice(partitionsDone),
    done: [...progress.done, ...done.map(({ after: _after, ...partition }) => partition)],
    refusedPartitions: [...new Set([...progress.refusedPartitions, ...batch.refusedPartitions])],
    counts: addCounts(progress.counts, batch.counts),
    unresolved: unresolved.groups(),
    moreUnresolved: progress.moreUnresolved + batch.moreUnresolved + unresolved.more,
    resolved: [...progress.resolved, ...batch.resolved],
    differences: distinctNames(progress.differences, batch.differences),
    workedMs: progress.workedMs + batch.workedMs,
    // How far the partition under way has come, over several batches. A later one knows only what is left.
    ...(isBegun &&
      underWay && {
        underWay: {
          records: (partitionsDone === 0 ? (before?.records ?? 0) : 0) + underWay.records,
          ...compact({ total: partitionsDone === 0 ? (before?.total ?? underWay.total) : underWay.total }),
        },
      }),
  };
}

/** The partition of removals that were held back until all had been read; every one of them is looked at once more. */
const HELD_BACK = 'what Omnium does not list any more';

/** Removals that a run has held back. */
export function heldRemovals({ unresolved }: Pick<ExportProgress, 'unresolved'>): readonly string[] {
  return unresolved.flatMap(({ failureType, ids }) => (failureType === 'RemovalHeld' ? ids : []));
}

/** Records of the list that removals are a share of: of this run, or of the last that read everything, whichever has more. */
export function listSizeOf({ counts, fuse }: Pick<ExportProgress, 'counts' | 'fuse'>): number {
  return Math.max(comparedIn(counts), fuse.listSize ?? 0);
}

/**
 * After everything was read: the removals that were held back are what is left to do, unless there are more of them than a
 * run removes by itself. Then they stay unresolved, until an operator allows them or they are none any more.
 */
export function afterFuse(progress: ExportProgress): ExportProgress {
  const held = heldRemovals(progress);
  const { count, percent } = progress.fuse;
  if (held.length === 0) return progress;
  const isTooMany = held.length > count && held.length > (listSizeOf(progress) * percent) / 100;
  // What does not fit into the list of unresolved records is not known to be few.
  if (isTooMany || progress.moreUnresolved > 0)
    return { ...progress, counts: addCounts(progress.counts, { failed: held.length }) };
  return { ...progress, partitions: [{ name: HELD_BACK, read: 'unresolved', records: held }] };
}

/** Names of what is in a partition. */
export function namesIn({ name, read, members }: Partition): readonly string[] {
  return read === 'unresolved' ? [] : (members ?? [name]);
}

/** Partitions that hold records of their own: not those that look at what others have left or read. */
export function partitionsOfOwn({ partial }: ExportProgress, partitions: readonly Partition[]): readonly Partition[] {
  return partitions.filter(
    ({ name, read }) => read === 'changes' || (read === 'everything' && !partial.includes(name)),
  );
}

/**
 * What a run that has come to its end leaves to its checkpoint. A partition with refused records is not in Flow: it is
 * read as a whole once Omnium is its master again.
 */
export function finishedRun(workflowId: string, progress: ExportProgress): FinishedRun {
  const { window, done, partial, refusedPartitions, isWhole, rules } = progress;
  const notWhole = new Set([...partial, ...refusedPartitions]);
  const covered = (partitions: readonly Partition[]): string[] => {
    const names = partitions.filter(({ name }) => !notWhole.has(name)).flatMap(namesIn);
    return [...new Set(names)].filter((name) => !notWhole.has(name));
  };
  return {
    ...{ workflowId, to: window.to, isWhole, rules },
    ...compact({ listSize: window.from === undefined ? comparedIn(progress.counts) : undefined }),
    covered: covered(done),
    coveredBefore: covered(done.filter(({ read }) => read === 'changes')),
    ...{ unresolved: progress.unresolved, moreUnresolved: progress.moreUnresolved, resolved: progress.resolved },
    ...deferredOf(progress),
  };
}

/**
 * A run begins; of those that were at work, some have been found to be gone, cancelled or ended. What a run that is gone had
 * read may have been written over what others have written: whatever changed since it began is read once more.
 */
export function withBegunRun(checkpoint: ExportCheckpoint, run: RunAtWork, gone: readonly string[]): ExportCheckpoint {
  const isGone = ({ workflowId }: RunAtWork): boolean => workflowId === run.workflowId || gone.includes(workflowId);
  const begins = checkpoint.atWork.filter(isGone).map(({ begunAt }) => begunAt);
  const left = checkpoint.atWork.filter((other) => !isGone(other));
  const { watermark, ...rest } = checkpoint;
  return {
    ...rest,
    ...compact({ watermark: watermark === undefined ? undefined : earliestOf([watermark, ...begins]) }),
    atWork: [
      ...left.map((other) => ({ ...other, ...compact({ earliest: earliestOf([other.earliest, ...begins]) }) })),
      run,
    ],
  };
}

/**
 * A run has come to its end. Runs that were at work together may have overwritten what the other wrote with what they had
 * read before: so the earliest beginning of all of them counts, and whatever changed after it is read once more.
 *
 * With more unresolved records than are kept, the watermark and what it covers stay as they were before the run.
 */
export function withFinishedRun(checkpoint: ExportCheckpoint, run: FinishedRun): ExportCheckpoint {
  const own = checkpoint.atWork.find(({ workflowId }) => workflowId === run.workflowId);
  const unresolved = new UnresolvedRecords(run.isWhole ? [] : checkpoint.unresolved);
  unresolved.delete(run.resolved);
  unresolved.addGroups(run.unresolved);
  const isTooMuch = unresolved.more + run.moreUnresolved > 0;
  const watermark = isTooMuch ? checkpoint.watermark : earliestOf([run.to, own?.earliest]);
  const both = (names: readonly string[], other = names): string[] => names.filter((name) => other.includes(name));
  const covered = both(isTooMuch ? run.coveredBefore : run.covered, own?.covered);
  const others = checkpoint.atWork.filter(({ workflowId }) => workflowId !== run.workflowId);
  const { deferred } = checkpoint;
  const stillToCome = deferred.filter(({ at }) => Date.parse(at) > Date.parse(run.to));
  const stillWholeAgain =
    checkpoint.wholeAgainAt !== undefined && Date.parse(checkpoint.wholeAgainAt) > Date.parse(run.to);
  const kept = compact({ wholeAgainAt: stillWholeAgain ? checkpoint.wholeAgainAt : undefined });
  return {
    ...compact({ watermark, listSize: run.listSize ?? checkpoint.listSize }),
    covered,
    rules: run.rules,
    unresolved: unresolved.groups(),
    // Everything that is read as a whole names its deferred records again.
    ...addDeferred(run.isWhole ? { deferred: [] } : { deferred: stillToCome, ...kept }, run),
    // Those still at work may yet overwrite what this run has written since it began.
    atWork: others.map((other) => ({
      ...other,
      ...compact({ earliest: earliestOf([other.earliest, watermark ?? BEFORE_EVERYTHING]) }),
      covered: both(covered, other.covered),
    })),
  };
}

const BEFORE_EVERYTHING = new Date(0).toISOString();

function earliestOf(moments: readonly (string | undefined)[]): string | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0
    ? undefined
    : new Date(Math.min(...known.map((moment) => Date.parse(moment)))).toISOString();
}

/** What is kept for later. */
function deferredOf({ deferred, wholeAgainAt }: DeferredRecords): DeferredRecords {
  return { deferred, ...compact({ wholeAgainAt }) };
}

/** How far a run has come, as people ask. */
export interface HowFar {
  /** Records that were compared. */
  readonly recordsDone: number;
  /** Absent while nothing is known of what is left. */
  readonly recordsLeft?: number;
  readonly recordsPerSecond?: number;
  /** Milliseconds until the end at that rate. */
  readonly leftMs?: number;
}

/**
 * What is done, what is left, and how long that takes: from what the vendor says of the partition under way, and the
 * average of those that are over for those to come.
 *
 * @param recordsSince records compared since then, which are not in the progress yet
 */
export function howFar(progress: ExportProgress, recordsSince = 0): HowFar {
  const { counts, workedMs, underWay } = progress;
  const compared = comparedIn(counts);
  const recordsDone = compared + recordsSince;
  const left = partitionsOfOwn(progress, progress.partitions).length;
  const done = partitionsOfOwn(progress, progress.done).length;
  const average = done > 0 ? (compared - (underWay?.records ?? 0)) / done : undefined;
  const ofFirst = underWay?.total === undefined ? undefined : underWay.total - underWay.records - recordsSince;
  const isKnown = left > 0 && ofFirst !== undefined && (left === 1 || average !== undefined);
  const recordsLeft = isKnown ? Math.round(Math.max(ofFirst, 0) + (left - 1) * (average ?? 0)) : undefined;
  const perMs = workedMs > 0 ? recordsDone / workedMs : 0;
  const partitionsLeftMs = left > 0 && done > 0 ? (workedMs / done) * left : undefined;
  return {
    recordsDone,
    ...compact({
      recordsLeft,
      recordsPerSecond: perMs > 0 ? perMs * SECOND_MS : undefined,
      leftMs: recordsLeft === undefined ? partitionsLeftMs : perMs > 0 ? recordsLeft / perMs : undefined,
    }),
  };
}
