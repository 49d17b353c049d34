import { setTimeout as pause } from 'node:timers/promises';
import { ScheduleNotFoundError, type ScheduleHandle } from '@temporalio/client';
import { RETRY_NOW_UPDATE } from '../contracts/messages';
import { sweepScheduleId, type SweepKey, type SweepReport, type SweepStream } from '../contracts/sweep-messages';
import { taskQueueOf } from '../contracts/task-queues';
import { webUiUrl } from '../temporal/order-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { wantedSweepSchedules } from '../temporal/sweep-schedules';
import { type CommandOutput } from './commands';
import { type OpsContext } from './context';
import { chosenTenants } from './find-order';
import { EXIT, OpsError } from './ops-error';
import { describeSweep, type StartedSweep } from './sweep-text';

/** Which sweeps, and whether to wait for their reports. */
export interface SweepChoice {
  readonly stream: SweepStream | undefined;
  readonly tenantUid: string | undefined;
  readonly wait: boolean;
}

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 5_000;
const STARTS_WITHIN_MS = 15_000;
const ENDS_WITHIN_MS = 30 * 60_000;
const LOOK_EVERY_MS = 250;
/** Ids of runs hold the second they were started in, so a second start of that second would be refused. */
const ONE_RUN_PER_MS = 1_100;

/** `sweep [stream]`: has the Schedules run now. One that is at work already is not started twice. */
export async function sweep(context: OpsContext, choice: SweepChoice): Promise<CommandOutput> {
  const keys = keysOf(context, choice);
  if (!(await hasWorkflowWorker(context.temporal, taskQueueOf('exports')))) {
    throw new OpsError(EXIT.refused, 'No worker of the exports engine is running: npm run worker -- --engine exports');
  }
  const started: StartedSweep[] = [];
  for (const key of keys) started.push(await start(context, key));
  const sweeps = choice.wait
    ? await Promise.all(started.map(async (run) => ({ ...run, report: await reportOf(context, run) })))
    : started;
  const hint = choice.wait ? [] : ['', 'What they find: npm run ops -- schedules, or add --wait.'];
  return { text: [...sweeps.map(describeSweep), ...hint].join('\n'), json: { sweeps } };
}

function keysOf(context: OpsContext, { stream, tenantUid }: SweepChoice): SweepKey[] {
  const tenants = new Set(chosenTenants(context, tenantUid).map((tenant) => tenant.tenantUid));
  const wanted = wantedSweepSchedules({ config: context.config }).filter(
    (schedule) => tenants.has(schedule.tenantUid) && (stream === undefined || schedule.stream === stream),
  );
  if (wanted.length > 0) return wanted.map((schedule) => ({ tenantUid: schedule.tenantUid, stream: schedule.stream }));
  throw new OpsError(EXIT.refused, `The configuration switches ${stream ?? 'every sweep'} off (setting sweeps).`);
}

async function start(context: OpsContext, key: SweepKey): Promise<StartedSweep> {
  const { client, connection } = context.temporal;
  const schedule = client.schedule.getHandle(sweepScheduleId(key));
  try {
    return await connection.withDeadline(Date.now() + ASK_SERVER_MS + STARTS_WITHIN_MS, async () => {
      const { info } = await schedule.describe();
      const running = info.runningActions.at(-1)?.workflow.workflowId;
      if (running !== undefined) {
        await endItsWait(context, running);
        return startedOf(context, key, { workflowId: running, wasRunning: true });
      }
      const latestMs = Math.max(0, ...info.recentActions.map(({ takenAt }) => takenAt.getTime()));
      await pause(Math.max(latestMs + ONE_RUN_PER_MS - Date.now(), 0));
      const known = new Set(info.recentActions.map(({ action }) => action.workflow.workflowId));
      await schedule.trigger('SKIP');
      return startedOf(context, key, { workflowId: await newRunOf(schedule, known), wasRunning: false });
    });
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
    const message = `There is no Schedule ${sweepScheduleId(key)} yet: a worker makes it at its start (npm run worker).`;
    throw new OpsError(EXIT.refused, message, { ...key });
  }
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

function startedOf(
  { config, temporal }: OpsContext,
  key: SweepKey,
  { workflowId, wasRunning }: Pick<StartedSweep, 'workflowId' | 'wasRunning'>,
): StartedSweep {
  const { temporalWebUiUrl } = config.api;
  const url = webUiUrl({ namespace: temporal.namespace, temporalWebUiUrl }, { workflowId });
  return { ...key, workflowId, wasRunning, webUiUrl: url };
}

async function reportOf({ temporal }: OpsContext, { workflowId }: StartedSweep): Promise<SweepReport> {
  const { client, connection } = temporal;
  const handle = client.workflow.getHandle<() => Promise<SweepReport>>(workflowId);
  return await connection.withDeadline(Date.now() + ENDS_WITHIN_MS, () => handle.result());
}
