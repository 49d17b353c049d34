import { type Client, ScheduleNotFoundError } from '@temporalio/client';
import { SWEEP_MEMO, sweepScheduleId, type SweepKey, type SweepSummary } from '../contracts/sweep-messages';

/** A run of a sweep, as the server's index of workflows knows it (about a second behind). */
export interface SweepRun {
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's own word, e.g. `RUNNING` or `COMPLETED`. */
  readonly execution: string;
  readonly startedAt: Date;
  readonly closedAt?: Date;
  /** Of a completed run. */
  readonly summary?: SweepSummary;
}

/** What Temporal knows of a Schedule's actions. */
export interface SweepActions {
  /** When the Schedule started its latest runs, oldest first. */
  readonly recent: readonly { readonly takenAt: Date; readonly workflowId: string }[];
}

const ASK_SERVER_MS = 5_000;
/** The server answers with the run that closed last first; a few more, in case its index lags behind. */
const RUNS_READ = 20;

/** Answers questions about sweeps from Temporal's index of workflows and its Schedules. */
export class SweepDirectory {
  constructor(private readonly client: Client) {}

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
    const query = [`TemporalScheduledById = '${sweepScheduleId(key)}'`, ...(filter ? [filter] : [])].join(' AND ');
    return await this.within(async () => {
      const runs: SweepRun[] = [];
      for await (const run of this.client.workflow.list({ query, pageSize: limit })) {
        const summary = run.memo?.[SWEEP_MEMO];
        runs.push({
          ...{ workflowId: run.workflowId, runId: run.runId, execution: run.status.name, startedAt: run.startTime },
          ...(run.closeTime && { closedAt: run.closeTime }),
          ...(isSummary(summary) && { summary }),
        });
        if (runs.length >= limit) break;
      }
      return runs;
    });
  }

  /** When the Schedule acted lately; `undefined` when there is no such Schedule. */
  async actions(key: SweepKey): Promise<SweepActions | undefined> {
    try {
      const { info } = await this.within(() => this.client.schedule.getHandle(sweepScheduleId(key)).describe());
      return {
        recent: info.recentActions.map(({ takenAt, action }) => ({ takenAt, workflowId: action.workflow.workflowId })),
      };
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  }

  private within<T>(ask: () => Promise<T>): Promise<T> {
    return this.client.connection.withDeadline(Date.now() + ASK_SERVER_MS, ask);
  }
}

function isSummary(value: unknown): value is SweepSummary {
  if (typeof value !== 'object' || value === null || !('to' in value)) return false;
  return typeof value.to === 'string' && !Number.isNaN(Date.parse(value.to));
}
