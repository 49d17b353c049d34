import { randomUUID } from 'node:crypto';
import { ScheduleNotFoundError, type Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { StockMasters } from '../../../src/temporal/stock-masters';
import type { EntityEvent } from '../../../src/contracts/entity-sync';
import { sweepScheduleId } from '../../../src/contracts/sweep-messages';

/** A run of a workflow that owns one thing: an order, a goods reception, a purchase order, the stock of a store. */
export interface OwnerRun {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  readonly input: unknown;
  readonly seenEventIds: Set<string>;
  /** Recorded, and not taken by a pass. */
  inbox: EntityEvent[];
  /** Everything that this run was ever told, in order. */
  readonly told: EntityEvent[];
  /** What the pass under way has taken; a pass that fails stays under way until an attempt gets through. */
  taken: readonly EntityEvent[] | undefined;
  passes: number;
  attempt: number;
  passBegunAtMs: number;
  /** When the stock of a store is to be aligned once more. */
  alignAgainAtMs: number | undefined;
  closedAtMs: number | undefined;
}

/** A run that goes by a Schedule, with what its memo holds at its end. */
export interface ScheduledRecord {
  readonly scheduleId: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAtMs: number;
  closedAtMs?: number;
  memo?: Readonly<Record<string, unknown>>;
}

/** What {@link Client.workflow.signalWithStart} is called with by our doors. */
interface Told {
  readonly workflowId: string;
  readonly args: readonly [unknown];
  readonly signalArgs: readonly [readonly EntityEvent[]];
}

/**
 * Temporal's memory, as far as the doors, activities and directories of this integration ask for it: which workflows run,
 * what they have been told, and what scheduled runs have left in their memos. It runs nothing by itself.
 */
export class PretendTemporal {
  /** The latest run of each workflow. */
  readonly owners = new Map<string, OwnerRun>();
  readonly scheduled: ScheduledRecord[] = [];
  /** Kept with the Schedule of the sweep of Flow's stock; there is none before the first start. */
  stockMasters: StockMasters | undefined;

  constructor(private readonly tenantUid: string) {}

  /** Speaks like Temporal's client where our code listens; nothing else of it is there. */
  readonly client = {
    // The SDK wraps every activity so.
    withAbortSignal: (_signal: AbortSignal, work: () => Promise<unknown>) => work(),
    connection: { withDeadline: (_deadline: number, ask: () => Promise<unknown>) => ask() },
    workflow: {
      signalWithStart: (type: string, told: Told) => this.tell(type, told),
      getHandle: (workflowId: string) => ({
        describe: () => this.describe(workflowId),
        // Reports of failed attempts are for the workflow's page.
        signal: () => Promise.resolve(),
      }),
      list: ({ query }: { readonly query: string }) => this.list(query),
    },
    schedule: {
      getHandle: (scheduleId: string) => ({ describe: () => this.describeSchedule(scheduleId) }),
    },
  } as unknown as Client;

  /** Runs that are not over. */
  get open(): OwnerRun[] {
    return [...this.owners.values()].filter(({ closedAtMs }) => closedAtMs === undefined);
  }

  begin(scheduleId: string): ScheduledRecord {
    const workflowId = `${scheduleId}-${new Date().toISOString()}`;
    const record = { scheduleId, workflowId, runId: randomUUID(), startedAtMs: Date.now() };
    this.scheduled.push(record);
    return record;
  }

  private tell(type: string, { workflowId, args: [input], signalArgs: [events] }: Told): Promise<void> {
    let run = this.owners.get(workflowId);
    if (!run || run.closedAtMs !== undefined) {
      run = {
        ...{ workflowId, runId: randomUUID(), type, input, seenEventIds: new Set(), inbox: [], told: [] },
        ...{ taken: undefined, passes: 0, attempt: 0, passBegunAtMs: 0, alignAgainAtMs: undefined },
        closedAtMs: undefined,
      };
      this.owners.set(workflowId, run);
    }
    for (const event of events) {
      if (run.seenEventIds.has(event.eventId)) continue;
      run.seenEventIds.add(event.eventId);
      run.inbox.push(event);
      run.told.push(event);
    }
    return Promise.resolve();
  }

  private describe(workflowId: string): Promise<unknown> {
    const run = this.owners.get(workflowId);
    if (!run) return Promise.reject(new WorkflowNotFoundError('workflow not found', workflowId, undefined));
    const { closedAtMs } = run;
    return Promise.resolve({
      status: { name: closedAtMs === undefined ? 'RUNNING' : 'COMPLETED' },
      ...(closedAtMs !== undefined && { closeTime: new Date(closedAtMs) }),
      typedSearchAttributes: { get: () => undefined },
    });
  }

  private async *list(query: string): AsyncGenerator<unknown, void, undefined> {
    const asked = this.scheduled.filter(({ scheduleId }) => query.includes(`'${scheduleId}`));
    const isCompletedOnly = query.includes('Completed');
    const closedAt = ({ closedAtMs = Infinity }: ScheduledRecord): number => closedAtMs;
    for (const { workflowId, runId, startedAtMs, closedAtMs, memo } of asked.sort(
      (a, b) => closedAt(b) - closedAt(a),
    )) {
      if (isCompletedOnly && closedAtMs === undefined) continue;
      yield await Promise.resolve({
        ...{ workflowId, runId, memo },
        status: { name: closedAtMs === undefined ? 'RUNNING' : 'COMPLETED' },
        startTime: new Date(startedAtMs),
        ...(closedAtMs !== undefined && { closeTime: new Date(closedAtMs) }),
      });
    }
  }

  private describeSchedule(scheduleId: string): Promise<unknown> {
    const holder = sweepScheduleId({ tenantUid: this.tenantUid, stream: 'flow-stock' });
    if (scheduleId === holder && !this.stockMasters) return Promise.reject(notFound(scheduleId));
    const actions = this.scheduled.filter((record) => record.scheduleId === scheduleId).slice(-10);
    return Promise.resolve({
      action: { args: [{ stockMasters: this.stockMasters }] },
      info: {
        createdAt: new Date(),
        recentActions: actions.map(({ workflowId, startedAtMs }) => ({
          takenAt: new Date(startedAtMs),
          action: { workflow: { workflowId } },
        })),
      },
    });
  }
}

function notFound(scheduleId: string): ScheduleNotFoundError {
  return new ScheduleNotFoundError('schedule not found', scheduleId);
}
