import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import { readCheckpoint } from '../../src/activities/delta/checkpoints';
import { type ExportKey } from '../../src/contracts/exports';
import { type DayContext } from './context';
import { slowness } from '../servers/machine';
import { type Narrator } from './narrator';
import { connectTemporal } from './temporal';

/** The server allows about ten questions to its index a second for everybody. */
const BETWEEN_QUESTIONS_MS = 1_000;
/** The workers make the Schedules a moment after they have started. */
const MADE_WITHIN_MS = 60_000;

/** Schedules of one kind that are to run once. */
export interface RunsWanted {
  readonly workflowType: string;
  readonly scheduleIds: readonly string[];
  /** Milliseconds until they must have ended. */
  readonly patienceMs: number;
}

/** Runs of Schedules, as an operator triggers them. */
export class ScheduledRuns {
  readonly client: Client;

  private constructor(
    private readonly context: DayContext,
    private readonly connection: Connection,
    /** Runs before it are another day's. */
    private readonly since: Date,
    private readonly narrator: Narrator,
  ) {
    this.client = new Client({ connection, namespace: context.namespace });
  }

  static async open(context: DayContext, since: Date, narrator: Narrator): Promise<ScheduledRuns> {
    return new ScheduledRuns(context, await connectTemporal(context), since, narrator);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  /** Has each run once more and waits for none; what cannot be started is noted. */
  async triggerAll(scheduleIds: readonly string[]): Promise<void> {
    for (const scheduleId of scheduleIds)
      await this.context.undone.attempt(`Start ${scheduleId}`, () => this.trigger(scheduleId));
  }

  /** Has each run once more and waits until it has ended. @returns those that did not come to an end, with the reason */
  async runAll(wanted: RunsWanted): Promise<string[]> {
    const from = new Date();
    const waiting = new Map<string, string>();
    const unfinished: string[] = [];
    for (const scheduleId of wanted.scheduleIds) {
      try {
        await this.trigger(scheduleId);
        waiting.set(scheduleId, 'it has not started');
      } catch (error) {
        unfinished.push(`${scheduleId}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    const all = waiting.size;
    await this.narrator.during(
      () => `${all - waiting.size} of ${all} exports have ended`,
      () => this.waitFor(waiting, { ...wanted, from }),
    );
    return [...unfinished, ...[...waiting].map(([scheduleId, why]) => `${scheduleId}: ${why}`)];
  }

  /** A run that began before it may have read too early: the triggered one comes after it. */
  private async trigger(scheduleId: string): Promise<void> {
    const giveUpAt = Date.now() + MADE_WITHIN_MS * slowness();
    for (;;) {
      try {
        await this.client.schedule.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.BUFFER_ONE);
        return;
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError) || Date.now() > giveUpAt) throw error;
        await sleep(BETWEEN_QUESTIONS_MS, undefined, { signal: this.context.signal });
      }
    }
  }

  /** Records of an export that could not be brought over. */
  async unresolved(key: ExportKey): Promise<string[]> {
    const checkpoint = await readCheckpoint(this.client, key);
    return (checkpoint?.unresolved ?? []).flatMap(({ ids }) =>
      ids.map((id) => `${id} (${key.tenantUid}, ${key.stream})`),
    );
  }

  /** What all completed runs of the day have reported. */
  async reports<T>(workflowType: string): Promise<T[]> {
    const reports: T[] = [];
    const query = runsSince(workflowType, this.since);
    for await (const { workflowId, runId, status } of this.client.workflow.list({ query })) {
      if (status.name !== 'COMPLETED') continue;
      reports.push((await this.client.workflow.getHandle(workflowId, runId).result()) as T);
    }
    return reports;
  }

  private async waitFor(
    waiting: Map<string, string>,
    { workflowType, patienceMs, from }: RunsWanted & { readonly from: Date },
  ): Promise<void> {
    const giveUpAt = Date.now() + patienceMs * slowness();
    const query = runsSince(workflowType, from);
    while (waiting.size > 0 && Date.now() < giveUpAt) {
      await sleep(BETWEEN_QUESTIONS_MS, undefined, { signal: this.context.signal });
      try {
        for await (const { workflowId, status } of this.client.workflow.list({ query })) {
          const scheduleId = scheduleOf(workflowId);
          if (!waiting.has(scheduleId)) continue;
          if (status.name === 'COMPLETED') waiting.delete(scheduleId);
          else waiting.set(scheduleId, `its run ${workflowId} is ${status.name}`);
        }
      } catch (error) {
        // A server that is busy answers the next question.
        for (const scheduleId of waiting.keys()) waiting.set(scheduleId, `Temporal did not answer: ${String(error)}`);
      }
    }
  }
}

function runsSince(workflowType: string, moment: Date): string {
  return `WorkflowType = '${workflowType}' AND StartTime >= '${moment.toISOString()}'`;
}

/** Temporal appends the time to the id of a Schedule's run: `-2026-01-31T12:00:00Z`. */
function scheduleOf(workflowId: string): string {
  return workflowId.replace(/-\d{4}-\d\d-\d\dT[\d:.]+Z$/, '');
}
