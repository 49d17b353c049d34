import { runAttempt } from '../../src/activities/shared/sync-context';
import type { CheckpointAfterRun, DeltaActivities, FinishExportInput } from '../../src/activities/delta';
import {
  EXPORT_SIGNAL,
  NO_EXPORT_COUNTS,
  type ExportBatchInput,
  type ExportBatchResult,
  type ExportPlan,
  type Partition,
  type PlanExportInput,
} from '../../src/contracts/exports';
import { LONGEST_DELTA_DELAY_MS } from '../../src/contracts/streams';
import { NO_RESULTS } from '../../src/domain/export-progress';
import { countUnresolved } from '../../src/domain/records';

/** One batch as a test wants it, by its number from 1: resolves with what it did, or throws what a client would. */
export type ExportScript = (input: ExportBatchInput, count: number) => Promise<ExportBatchResult>;

/** A plan of some partitions, all of them by their changes. */
export function planOf(names: readonly string[], more: Partial<ExportPlan> = {}): ExportPlan {
  return {
    window: {
      watermark: '2026-03-01T06:00:00.000Z',
      from: '2026-03-01T05:58:00.000Z',
      to: '2026-03-01T06:30:00.000Z',
      since: 'last-export',
    },
    partitions: names.map((name): Partition => ({ name, read: 'changes' })),
    ...{ partial: [], leftOut: [], missing: [], rules: 'the same', isWhole: false },
    fuse: { count: 200, percent: 2 },
    ...more,
  };
}

/** What a batch has done that came through these partitions. */
export function donePartitions(partitionsDone: number, more: Partial<ExportBatchResult> = {}): ExportBatchResult {
  const count = partitionsDone;
  return {
    ...{ ...NO_RESULTS, partitionsDone, workedMs: 100 },
    counts: { ...NO_EXPORT_COUNTS, written: 2 * count, unchanged: 3 * count, calls: 4 * count },
    ...more,
  };
}

/** The activities of an export with a scripted inside and their real outside: heartbeats, failures, reports, waits. */
export class ScriptedExport {
  /** Input of every plan, of every batch and of every end, in order. */
  readonly plans: PlanExportInput[] = [];
  readonly batches: ExportBatchInput[] = [];
  readonly finished: FinishExportInput[] = [];

  constructor(
    private readonly plan: ExportPlan,
    private readonly script: ExportScript = ({ partitions }) => Promise.resolve(donePartitions(partitions.length)),
  ) {}

  activities(): Pick<DeltaActivities, 'planExport' | 'exportBatch' | 'finishExport'> {
    return {
      planExport: (input) =>
        attempt(input, () => {
          this.plans.push(input);
          return Promise.resolve(this.plan);
        }),
      exportBatch: (input) =>
        attempt(input, () => {
          this.batches.push(input);
          return this.script(input, this.batches.length);
        }),
      finishExport: (input) =>
        attempt(input, () => {
          this.finished.push(input);
          const { to, covered, unresolved, deferred } = input.run;
          const counts = {
            covered: covered.length,
            unresolved: countUnresolved(unresolved),
            deferred: deferred.length,
          };
          return Promise.resolve<CheckpointAfterRun>({ watermark: to, ...counts });
        }),
    };
  }
}

function attempt<T>(
  { retryLadder, pass }: Pick<ExportBatchInput, 'retryLadder' | 'pass'>,
  work: () => Promise<T>,
): Promise<T> {
  return runAttempt({ retryLadder, pass, signalName: EXPORT_SIGNAL, longestDelayMs: LONGEST_DELTA_DELAY_MS }, work);
}
