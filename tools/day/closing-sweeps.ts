import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import {
  SWEEP_STREAMS,
  SWEEP_WORKFLOW,
  type SweepReport,
  type SweepStream,
  sweepScheduleId,
} from '../../src/contracts/sweep-messages';
import { type SweepTally } from './compare/sweep-table';
import { type DayContext } from './context';
import { connectTemporal } from './temporal';

/** The server allows about ten questions to its index a second for everybody. */
const BETWEEN_QUESTIONS_MS = 1_000;
/** A sweep reads three days on its first run, and waits five minutes at most between two tries. */
const PATIENCE_MS = 180_000;

/** What the sweeps have done. */
export interface SweepsDone {
  /** Every run of the day, the closing one included. */
  readonly tallies: readonly SweepTally[];
  /** Sweeps that did not come to an end, with the reason. */
  readonly unfinished: readonly string[];
}

/** The sweeps of all tenants, as an operator triggers them. */
export class ClosingSweeps {
  private readonly client: Client;

  private constructor(
    private readonly context: DayContext,
    private readonly connection: Connection,
    /** Runs before it are another day's. */
    private readonly since: Date,
  ) {
    this.client = new Client({ connection, namespace: context.namespace });
  }

  static async open(context: DayContext, since: Date): Promise<ClosingSweeps> {
    return new ClosingSweeps(context, await connectTemporal(context), since);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Triggers each sweep of each tenant once and waits until it has ended; then reads what all runs of the day found. */
  async run(): Promise<SweepsDone> {
    const from = new Date();
    const waiting = new Map<string, string>();
    const unfinished: string[] = [];
    for (const { tenantUid } of this.context.tenants) {
      for (const stream of SWEEP_STREAMS) {
        const scheduleId = sweepScheduleId({ tenantUid, stream });
        try {
          // A run that began before it may have read too early: the triggered one comes after it.
          await this.client.schedule.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
          waiting.set(scheduleId, 'it has not started');
        } catch (error) {
          unfinished.push(`${scheduleId}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
    }
    await this.waitFor(waiting, from);
    unfinished.push(...[...waiting].map(([scheduleId, why]) => `${scheduleId}: ${why}`));
    return { tallies: await this.tallies(), unfinished };
  }

  private async waitFor(waiting: Map<string, string>, from: Date): Promise<void> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    while (waiting.size > 0 && Date.now() < giveUpAt) {
      await sleep(BETWEEN_QUESTIONS_MS, undefined, { signal: this.context.signal });
      for await (const { workflowId, status } of this.client.workflow.list({ query: runsSince(from) })) {
        const scheduleId = scheduleOf(workflowId);
        if (!waiting.has(scheduleId)) continue;
        if (status.name === 'COMPLETED') waiting.delete(scheduleId);
        else waiting.set(scheduleId, `its run ${workflowId} is ${status.name}`);
      }
    }
  }

  private async tallies(): Promise<SweepTally[]> {
    const reports: SweepReport[] = [];
    for await (const { workflowId, runId, status } of this.client.workflow.list({ query: runsSince(this.since) })) {
      if (status.name !== 'COMPLETED') continue;
      reports.push((await this.client.workflow.getHandle(workflowId, runId).result()) as SweepReport);
    }
    return SWEEP_STREAMS.map((stream) => tallyOf(stream, reports));
  }
}

function tallyOf(stream: SweepStream, reports: readonly SweepReport[]): SweepTally {
  const own = reports.filter((report) => report.stream === stream);
  const sum = (count: (report: SweepReport) => number): number => own.reduce((total, each) => total + count(each), 0);
  return {
    stream,
    runs: own.length,
    looked: sum(({ looked }) => looked),
    found: sum(({ found }) => found),
    inProgress: sum(({ inProgress }) => inProgress),
    failedToLook: sum(({ failedToLook }) => failedToLook),
    calls: sum(({ calls }) => calls),
    names: [...new Set(own.flatMap(({ names }) => names))],
    failedNames: [...new Set(own.flatMap(({ failedNames }) => failedNames))],
  };
}

function runsSince(moment: Date): string {
  return `WorkflowType = '${SWEEP_WORKFLOW}' AND StartTime >= '${moment.toISOString()}'`;
}

/** Temporal appends the time to the id of a Schedule's run: `-2026-01-31T12:00:00Z`. */
function scheduleOf(workflowId: string): string {
  return workflowId.replace(/-\d{4}-\d\d-\d\dT[\d:.]+Z$/, '');
}
