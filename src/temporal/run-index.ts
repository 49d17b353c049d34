import { type Client, type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';

/** A run of something that goes by a Schedule, as the server's index of workflows knows it (about a second behind). */
export interface IndexedRun<Summary> {
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's own word, e.g. `RUNNING` or `COMPLETED`. */
  readonly execution: string;
  readonly startedAt: Date;
  readonly closedAt?: Date;
  /** Of a completed run. */
  readonly summary?: Summary;
  /** When it began to read, where an earlier run of its chain has said so. */
  readonly begunAt?: Date;
}

/** Which runs, and how their memos are read. */
export interface RunQuery<Summary> {
  /** Of Temporal's list of workflows. */
  readonly query: string;
  readonly readSummary: (memo: Readonly<Record<string, unknown>>) => Summary | undefined;
  readonly begunMemo?: string;
}

/** What Temporal knows of a Schedule's actions. */
export interface ScheduleActions {
  /** When the Schedule started its latest runs, oldest first. */
  readonly recent: readonly { readonly takenAt: Date; readonly workflowId: string }[];
}

const ASK_SERVER_MS = 5_000;
const PAGE = 50;

/** Temporal's index of workflows and its Schedules, asked in time. */
export class RunIndex {
  constructor(private readonly client: Client) {}

  /**
   * Runs that are not over, then the one that closed last, then those before it, until `isEnough`.
   *
   * @param isEnough asked before each run that would be added
   */
  async runs<Summary>(
    { query, readSummary, begunMemo }: RunQuery<Summary>,
    isEnough: (runs: readonly IndexedRun<Summary>[], next: IndexedRun<Summary>) => boolean,
  ): Promise<IndexedRun<Summary>[]> {
    return await this.within(async () => {
      const runs: IndexedRun<Summary>[] = [];
      for await (const listed of this.client.workflow.list({ query, pageSize: PAGE })) {
        const { workflowId, runId, status, startTime, closeTime, memo = {} } = listed;
        const summary = readSummary(memo);
        const begunAt = begunMemo === undefined ? undefined : dateOf(memo[begunMemo]);
        const run = {
          ...{ workflowId, runId, execution: status.name, startedAt: startTime },
          ...(closeTime && { closedAt: closeTime }),
          ...(summary !== undefined && { summary }),
          ...(begunAt && { begunAt }),
        };
        if (isEnough(runs, run)) break;
        runs.push(run);
      }
      return runs;
    });
  }

  /** A Schedule as it is; `undefined` when there is none. */
  async schedule(scheduleId: string): Promise<ScheduleDescription | undefined> {
    try {
      return await this.within(() => this.client.schedule.getHandle(scheduleId).describe());
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return undefined;
      throw error;
    }
  }

  /** When a Schedule acted lately; `undefined` when there is no such Schedule. */
  async actions(scheduleId: string): Promise<ScheduleActions | undefined> {
    const description = await this.schedule(scheduleId);
    return (
      description && {
        recent: description.info.recentActions.map(({ takenAt, action }) => ({
          takenAt,
          workflowId: action.workflow.workflowId,
        })),
      }
    );
  }

  private within<T>(ask: () => Promise<T>): Promise<T> {
    return this.client.connection.withDeadline(Date.now() + ASK_SERVER_MS, ask);
  }
}

/** Text within a query of Temporal's list. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}

function dateOf(value: unknown): Date | undefined {
  const date = typeof value === 'string' ? new Date(value) : undefined;
  return date && !Number.isNaN(date.getTime()) ? date : undefined;
}
