import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { EntityEvent } from '../../../src/contracts/entity-sync';
import { CHECKPOINT_WORKFLOW, type CheckpointSignal, type ExportCheckpoint } from '../../../src/contracts/exports';
import type { SweepStream } from '../../../src/contracts/streams';
import { sweepWorkflowId, type SweepSettings } from '../../../src/contracts/sweeps';
import { withBegunRun, withFinishedRun } from '../../../src/domain/export-progress';

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

/** A run that a Schedule, or the tenant's sweep, has begun. */
export interface ScheduledRecord {
  readonly workflowId: string;
  readonly runId: string;
  closedAtMs?: number;
}

/** What {@link Client.workflow.signalWithStart} is called with by our doors. */
interface Told {
  readonly workflowId: string;
  readonly args: readonly [unknown];
  readonly signalArgs: readonly [unknown];
}

/**
 * Temporal's memory, as far as the doors and activities of this integration ask for it: which workflows run, what they have
 * been told, and what the long-lived ones keep. It runs nothing by itself.
 */
export class PretendTemporal {
  /** The latest run of each workflow. */
  readonly owners = new Map<string, OwnerRun>();
  readonly scheduled: ScheduledRecord[] = [];
  /** By the id of the workflow that keeps it. */
  readonly checkpoints = new Map<string, ExportCheckpoint>();
  /** What the tenant's sweep keeps. */
  readonly watermarks = new Map<SweepStream, string>();
  stockMasters: SweepSettings['stockMasters'] | undefined;

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
        query: () => this.ask(workflowId),
        // Reports of failed attempts are for the workflow's page.
        signal: () => Promise.resolve(),
      }),
    },
  } as unknown as Client;

  /** Runs that are not over. */
  get open(): OwnerRun[] {
    return [...this.owners.values()].filter(({ closedAtMs }) => closedAtMs === undefined);
  }

  begin(id: string): ScheduledRecord {
    const record = { workflowId: `${id}-${new Date().toISOString()}`, runId: randomUUID() };
    this.scheduled.push(record);
    return record;
  }

  private tell(type: string, { workflowId, args: [input], signalArgs: [signal] }: Told): Promise<void> {
    if (type === CHECKPOINT_WORKFLOW) return this.note(workflowId, signal as CheckpointSignal);
    const events = signal as readonly EntityEvent[];
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

  /** As the keeper of the checkpoint does (src/workflows/checkpoint.ts). */
  private note(workflowId: string, signal: CheckpointSignal): Promise<void> {
    const before = this.checkpoints.get(workflowId) ?? { covered: [], unresolved: [], deferred: [], atWork: [] };
    const after =
      signal.kind === 'begun' ? withBegunRun(before, signal.run, signal.gone) : withFinishedRun(before, signal.run);
    this.checkpoints.set(workflowId, after);
    return Promise.resolve();
  }

  /** A checkpoint, or what was given up: nothing ever is. */
  private ask(workflowId: string): Promise<unknown> {
    if (workflowId === sweepWorkflowId(this.tenantUid)) return Promise.resolve({});
    const checkpoint = this.checkpoints.get(workflowId);
    return checkpoint ? Promise.resolve(checkpoint) : Promise.reject(notFound(workflowId));
  }

  private describe(workflowId: string): Promise<unknown> {
    const run = this.owners.get(workflowId) ?? this.scheduled.find((record) => record.workflowId === workflowId);
    if (this.checkpoints.has(workflowId)) return Promise.resolve({ status: { name: 'RUNNING' } });
    if (!run) return Promise.reject(notFound(workflowId));
    const { closedAtMs } = run;
    return Promise.resolve({
      status: { name: closedAtMs === undefined ? 'RUNNING' : 'COMPLETED' },
      ...(closedAtMs !== undefined && { closeTime: new Date(closedAtMs) }),
      typedSearchAttributes: { get: () => undefined },
    });
  }
}

function notFound(workflowId: string): WorkflowNotFoundError {
  return new WorkflowNotFoundError('workflow not found', workflowId, undefined);
}
