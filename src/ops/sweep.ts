import { sweepScheduleId, type SweepKey, type SweepReport, type SweepStream } from '../contracts/sweep-messages';
import { wantedSweepSchedules } from '../temporal/sweep-schedules';
import { chosenTenants, type CommandOutput, EXIT, type OpsContext, OpsError } from './context';
import { describeSweep, type StartedSweep } from './sweep-text';
import { requireExportsWorker, triggerSchedule } from './trigger-schedule';

/** Which sweeps, and whether to wait for their reports. */
export interface SweepChoice {
  readonly stream: SweepStream | undefined;
  readonly tenantUid: string | undefined;
  readonly wait: boolean;
}

const ENDS_WITHIN_MS = 30 * 60_000;

/** `sweep [stream]`: has the Schedules run now. One that is at work already is not started twice. */
export async function sweep(context: OpsContext, choice: SweepChoice): Promise<CommandOutput> {
  const keys = keysOf(context, choice);
  await requireExportsWorker(context);
  const started: StartedSweep[] = [];
  for (const key of keys) started.push({ ...key, ...(await triggerSchedule(context, sweepScheduleId(key))) });
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

async function reportOf({ temporal }: OpsContext, { workflowId }: StartedSweep): Promise<SweepReport> {
  const { client, connection } = temporal;
  const handle = client.workflow.getHandle<() => Promise<SweepReport>>(workflowId);
  return await connection.withDeadline(Date.now() + ENDS_WITHIN_MS, () => handle.result());
}
