import { setTimeout as pause } from 'node:timers/promises';
import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import { RETRY_NOW_UPDATE } from '../contracts/entity-sync';
import { taskQueueOf } from '../contracts/task-queues';
import { webUiUrl } from '../temporal/entity-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { EXIT, type OpsContext, OpsError } from './context';

/** A run that was started, or found running. */
export interface StartedRun {
  readonly workflowId: string;
  readonly webUiUrl: string;
  readonly wasRunning: boolean;
}

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 5_000;
const STARTS_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 250;
/** Ids of runs hold the second they were started in, so a second start of that second would be refused. */
const ONE_RUN_PER_MS = 1_100;

/** @throws OpsError when no worker of the exports engine, which sweeps and exports, is there to do it */
export async function requireExportsWorker({ temporal }: Pick<OpsContext, 'temporal'>): Promise<void> {
  if (await hasWorkflowWorker(temporal, taskQueueOf('exports'))) return;
  throw new OpsError(EXIT.refused, 'No worker of the exports engine is running: npm run worker -- --engine exports');
}

/**
 * Has a Schedule run now. One that is at work already is not started twice: if it waits for a vendor to come back, it
 * tries at once.
 *
 * @throws OpsError when there is no such Schedule, or it does not start in time
 */
export async function triggerSchedule(context: OpsContext, scheduleId: string): Promise<StartedRun> {
  const { client, connection } = context.temporal;
  const schedule = client.schedule.getHandle(scheduleId);
  try {
    return await connection.withDeadline(Date.now() + ASK_SERVER_MS + STARTS_WITHIN_MS, async () => {
      const { info } = await schedule.describe();
      const running = info.runningActions.at(-1)?.workflow.workflowId;
      if (running !== undefined) {
        await endItsWait(context, running);
        return startedRun(context, running, true);
      }
      const latestMs = Math.max(0, ...info.recentActions.map(({ takenAt }) => takenAt.getTime()));
      await pause(Math.max(latestMs + ONE_RUN_PER_MS - Date.now(), 0));
      const known = new Set(info.recentActions.map(({ action }) => action.workflow.workflowId));
      await schedule.trigger('SKIP');
      return startedRun(context, await newRunOf(schedule, known), false);
    });
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    const message = `There is no Schedule ${scheduleId} yet: a worker makes it at its start (npm run worker).`;
    throw new OpsError(EXIT.refused, message, { scheduleId });
  }
}

/** The run with its address in the Web UI. */
export function startedRun({ config, temporal }: OpsContext, workflowId: string, wasRunning: boolean): StartedRun {
  const { temporalWebUiUrl } = config.api;
  const url = webUiUrl({ namespace: temporal.namespace, temporalWebUiUrl }, { workflowId });
  return { workflowId, wasRunning, webUiUrl: url };
}

async function newRunOf(schedule: ScheduleHandle, known: ReadonlySet<string>): Promise<string> {
  const endAtMs = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < endAtMs) {
    const { info } = await schedule.describe();
    const latest = info.recentActions.at(-1)?.action.workflow.workflowId;
    if (latest !== undefined && !known.has(latest)) return latest;
    await pause(LOOK_EVERY_MS);
  }
  throw new OpsError(
    EXIT.refused,
    `The Schedule ${schedule.scheduleId} did not start a run in time; look at its page.`,
  );
}

/** A run that waits for a vendor to come back tries at once; one that does not wait needs no telling. */
async function endItsWait({ temporal }: OpsContext, workflowId: string): Promise<void> {
  const { client, connection } = temporal;
  const handle = client.workflow.getHandle(workflowId);
  await connection
    .withDeadline(Date.now() + ASK_WORKER_MS, () => handle.executeUpdate<string, []>(RETRY_NOW_UPDATE))
    .catch(() => undefined);
}
