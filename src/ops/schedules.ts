import { type ScheduleDescription, ScheduleNotFoundError } from '@temporalio/client';
import { sweepScheduleId, SWEEP_STREAMS, type SweepKey, type SweepSummary } from '../contracts/sweep-messages';
import { wantedSweepSchedules } from '../temporal/sweep-schedules';
import { SweepDirectory, type SweepRun } from '../temporal/sweep-directory';
import { type CommandOutput } from './commands';
import { type OpsContext } from './context';
import { chosenTenants } from './find-order';
import { duration } from './order-text';
import { textTable } from './text-table';

/** Everything `schedules --json` says about one sweep. */
export interface ScheduleReport extends SweepKey {
  readonly scheduleId: string;
  /** `missing`: configured, but no worker has made it yet. */
  readonly state: 'active' | 'paused' | 'running' | 'missing';
  /** What stands beside it in Temporal, e.g. why it was paused. */
  readonly note?: string;
  readonly everySeconds?: number;
  readonly nextAt?: string;
  /** Ticks that were left out because the run before was still at work: a few are no harm, as the next one reads on. */
  readonly skippedTicks?: number;
  /** Ticks that were missed while Temporal was away. */
  readonly missedTicks?: number;
  readonly runningSince?: string;
  readonly last?: {
    readonly startedAt: string;
    readonly durationMs?: number;
    readonly execution: string;
    readonly summary?: SweepSummary;
  };
}

const SECOND_MS = 1_000;
const ASK_SERVER_MS = 5_000;
/** Runs that are still at work come first; behind them is the last one that ended. */
const RUNS_READ = 5;

/** `schedules`: last and next run of every sweep, what it found, what was skipped, and whether it is paused. */
export async function schedules(context: OpsContext, tenantUid: string | undefined): Promise<CommandOutput> {
  const wanted = new Set(wantedSweepSchedules({ config: context.config }).map(({ scheduleId }) => scheduleId));
  const keys = chosenTenants(context, tenantUid).flatMap((tenant) =>
    SWEEP_STREAMS.map((stream) => ({ tenantUid: tenant.tenantUid, stream })),
  );
  const reports: ScheduleReport[] = [];
  // One after the other: the server allows about ten questions a second.
  for (const key of keys) {
    const report = await describeSchedule(context, key);
    if (report) reports.push(report);
    else if (wanted.has(sweepScheduleId(key)))
      reports.push({ ...key, scheduleId: sweepScheduleId(key), state: 'missing' });
  }
  return { text: describe(reports, new Date()), json: { schedules: reports } };
}

async function describeSchedule({ temporal }: OpsContext, key: SweepKey): Promise<ScheduleReport | undefined> {
  const { client, connection } = temporal;
  const scheduleId = sweepScheduleId(key);
  let description: ScheduleDescription;
  try {
    const handle = client.schedule.getHandle(scheduleId);
    description = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
  const { spec, state, info } = description;
  const runs = await new SweepDirectory(client).runs(key, RUNS_READ);
  const running = runs.find(({ execution }) => execution === 'RUNNING');
  const over = runs.find(({ execution }) => execution !== 'RUNNING');
  const everyMs = spec.intervals?.[0]?.every;
  const [nextAt] = info.nextActionTimes;
  return {
    ...key,
    scheduleId,
    state: state.paused ? 'paused' : running ? 'running' : 'active',
    ...(state.note && { note: state.note }),
    ...(everyMs !== undefined && { everySeconds: Number(everyMs) / SECOND_MS }),
    ...(nextAt && !state.paused && { nextAt: nextAt.toISOString() }),
    skippedTicks: info.numActionsSkippedOverlap,
    missedTicks: info.numActionsMissedCatchupWindow,
    ...(running && { runningSince: running.startedAt.toISOString() }),
    ...(over && { last: lastOf(over) }),
  };
}

function lastOf({ startedAt, closedAt, execution, summary }: SweepRun): NonNullable<ScheduleReport['last']> {
  return {
    startedAt: startedAt.toISOString(),
    ...(closedAt && { durationMs: closedAt.getTime() - startedAt.getTime() }),
    execution,
    ...(summary && { summary }),
  };
}

function describe(reports: readonly ScheduleReport[], now: Date): string {
  if (reports.length === 0) return 'No sweep is configured: what no webhook tells of is never found (setting sweeps).';
  const header = ['SWEEP', 'STATE', 'EVERY', 'NEXT', 'LAST', 'TOOK', 'LOOKED', 'FOUND', 'FAILED', 'SKIPPED'];
  const lines = [textTable([header, ...reports.map((report) => row(report, now))])];
  for (const { scheduleId, state, note } of reports) {
    if (state === 'paused') lines.push('', `${scheduleId} is paused: ${note ?? 'no reason was given'}`);
    if (state === 'missing') lines.push('', `${scheduleId} is not there yet: is a worker running? npm run worker`);
  }
  return lines.join('\n');
}

function row({ tenantUid, stream, state, everySeconds, nextAt, last, ...more }: ScheduleReport, now: Date): string[] {
  const away = (iso: string | undefined): string =>
    iso === undefined ? '-' : brief(Math.abs(new Date(iso).getTime() - now.getTime()));
  const summary = last?.summary;
  const counted = (count: number | undefined): string => (count === undefined ? '-' : String(count));
  return [
    `${tenantUid} ${stream}`,
    state,
    everySeconds === undefined ? '-' : brief(everySeconds * SECOND_MS),
    nextAt === undefined ? '-' : `in ${away(nextAt)}`,
    last
      ? `${away(last.startedAt)} ago${last.execution === 'COMPLETED' ? '' : ` (${last.execution.toLowerCase()})`}`
      : '-',
    last?.durationMs === undefined ? '-' : brief(Math.max(last.durationMs, SECOND_MS)),
    counted(summary?.looked),
    counted(summary?.found),
    counted(summary?.failedToLook),
    counted((more.skippedTicks ?? 0) + (more.missedTicks ?? 0)),
  ];
}

/** A length of time in its largest unit: the table has many columns. */
function brief(milliseconds: number): string {
  return duration(milliseconds).split(' ').slice(0, 2).join(' ');
}
