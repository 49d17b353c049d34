import { type Client } from '@temporalio/client';
import { SWEEP_MEMO, sweepScheduleId, type SweepKey, type SweepSummary } from '../contracts/sweep-messages';
import { type IndexedRun, quoted, RunIndex, type ScheduleActions } from './run-index';

/** A run of a sweep. */
export type SweepRun = IndexedRun<SweepSummary>;

/** The server answers with the run that closed last first; a few more, in case its index lags behind. */
const RUNS_READ = 20;

/** Answers questions about sweeps from Temporal's index of workflows and its Schedules. */
export class SweepDirectory {
  private readonly index: RunIndex;

  constructor(client: Client) {
    this.index = new RunIndex(client);
  }

  /**
   * The watermark: the latest moment up to which a completed run has swept. Runs by the Schedule, by hand (trigger) and of
   * a backfill count alike, as each read everything since the watermark of its time. `undefined` when Temporal keeps none.
   */
  async watermark(key: SweepKey): Promise<Date | undefined> {
    const runs = await this.runs(key, RUNS_READ, "ExecutionStatus = 'Completed'");
    const ends = runs.flatMap(({ summary }) => (summary ? [Date.parse(summary.to)] : []));
    const latest = Math.max(...ends);
    return Number.isFinite(latest) ? new Date(latest) : undefined;
  }

  /** Runs of a sweep: those that are not over, then the one that closed last. */
  async runs(key: SweepKey, limit: number, filter?: string): Promise<SweepRun[]> {
    const conditions = [`TemporalScheduledById = ${quoted(sweepScheduleId(key))}`, ...(filter ? [filter] : [])];
    const readSummary = (memo: Readonly<Record<string, unknown>>): SweepSummary | undefined => {
      const summary = memo[SWEEP_MEMO];
      return isSummary(summary) ? summary : undefined;
    };
    return await this.index.runs({ query: conditions.join(' AND '), readSummary }, ({ length }) => length >= limit);
  }

  /** When the Schedule acted lately; `undefined` when there is no such Schedule. */
  async actions(key: SweepKey): Promise<ScheduleActions | undefined> {
    return await this.index.actions(sweepScheduleId(key));
  }
}

function isSummary(value: unknown): value is SweepSummary {
  if (typeof value !== 'object' || value === null || !('to' in value)) return false;
  return typeof value.to === 'string' && !Number.isNaN(Date.parse(value.to));
}
