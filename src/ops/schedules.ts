import {
  CHECKPOINT_MEMO,
  type CheckpointMemo,
  checkpointWorkflowId,
  type ExportKey,
  exportScheduleId,
  type ExportSummary,
} from '../contracts/exports';
import { EXPORT_STREAMS, EXPORTS, SWEEP_STREAMS, type SweepStream } from '../contracts/streams';
import { type SweepCheckpoint } from '../contracts/sweeps';
import { taskQueueOf } from '../contracts/task-queues';
import { compact } from '../domain/compact';
import { hasWorkflowWorker } from '../temporal/pollers';
import { describeSchedule, type ExportRun, exportSchedules, listExportRuns } from '../temporal/schedules';
import { readSweepState } from '../temporal/sweeps';
import { chosenTenants, type CommandOutput, type OpsContext } from './context';
import { describeProgress, readRunningProgress, type RunningProgress } from './export-text';
import { chosenKeys } from './exports';
import { duration } from './entity-text';
import { textTable } from './tables';

const ASK_SERVER_MS = 5_000;
const SECOND_MS = 1_000;
/** Runs that are still at work come first; behind them is the last one that ended. */
const RUNS_READ = 5;

/** Everything `schedules --json` says about one sweep. */
interface SweepLine extends SweepCheckpoint {
  readonly tenantUid: string;
  readonly stream: SweepStream;
  readonly everySeconds: number;
  readonly state: 'active' | 'looking' | 'waiting';
}

/** Everything `schedules --json` says about one export. */
interface ExportLine extends ExportKey {
  /** The vendor's scheduled task. */
  readonly task: string;
  readonly scheduleId: string;
  /** `missing`: configured, but no worker has made it yet. */
  readonly state: 'active' | 'paused' | 'running' | 'missing';
  /** What stands beside it in Temporal, e.g. why it was paused. */
  readonly note?: string;
  readonly cron?: string;
  readonly timezone?: string;
  readonly nextAt?: string;
  /** Ticks that were left out because the run before was still at work, or missed while Temporal was away. */
  readonly skippedTicks?: number;
  readonly runningSince?: string;
  readonly last?: { startedAt: string; durationMs?: number; execution: string; summary?: ExportSummary };
  /** Everything that changed in Omnium before this is in Flow, unresolved records apart. */
  readonly watermark?: string;
  /** How many records could not be brought over. */
  readonly unresolved?: number;
  /** How far the run at work has come. */
  readonly progress?: RunningProgress;
}

/** `schedules`: every sweep and export: last and next look or run, what it did, what was skipped, and what is unresolved. */
export async function schedules(context: OpsContext, tenantUid: string | undefined): Promise<CommandOutput> {
  const tenants = chosenTenants(context, tenantUid);
  const sweeps: SweepLine[] = [];
  const isWorkerThere = await hasWorkflowWorker(context.temporal, taskQueueOf('exports'));
  for (const tenant of isWorkerThere ? tenants : []) sweeps.push(...(await readSweeps(context, tenant.tenantUid)));
  const wanted = new Set(exportSchedules(context.config).map(({ scheduleId }) => scheduleId));
  const exports: ExportLine[] = [];
  // One after the other: the server allows about ten questions a second.
  for (const tenant of tenants) {
    for (const stream of EXPORT_STREAMS) {
      for (const key of chosenKeys(context, { stream, tenantUid: tenant.tenantUid, market: undefined })) {
        const line = await readExport(context, key, wanted.has(exportScheduleId(key)));
        if (line) exports.push(line);
      }
    }
  }
  const now = new Date();
  const none = isWorkerThere
    ? 'No sweep is configured: what no webhook brings is never found (setting sweeps).'
    : 'No worker of the exports engine is running, so no sweep can say what it does: npm run worker';
  const texts = [
    sweeps.length > 0 ? describeSweeps(sweeps, now) : none,
    ...(exports.length > 0 ? [describeExports(exports, now)] : []),
  ];
  return { text: texts.join('\n\n'), json: { schedules: sweeps, exports } };
}

async function readSweeps({ temporal }: OpsContext, tenantUid: string): Promise<SweepLine[]> {
  const state = await readSweepState(temporal.client, tenantUid).catch(() => undefined);
  return SWEEP_STREAMS.flatMap((stream): SweepLine[] => {
    const everySeconds = state?.settings.every[stream];
    const checkpoint = state?.streams[stream];
    if (everySeconds === undefined) return [];
    const isWaiting = checkpoint?.failure !== undefined;
    const what = isWaiting ? 'waiting' : checkpoint?.underWay ? 'looking' : 'active';
    return [{ tenantUid, stream, everySeconds, state: what, ...(checkpoint ?? { dueAt: new Date().toISOString() }) }];
  });
}

async function readExport(context: OpsContext, key: ExportKey, isWanted: boolean): Promise<ExportLine | undefined> {
  const { client, connection } = context.temporal;
  const scheduleId = exportScheduleId(key);
  const about = { ...key, task: EXPORTS[key.stream].task, scheduleId };
  const description = await describeSchedule(client, scheduleId);
  if (!description) return isWanted ? { ...about, state: 'missing' } : undefined;
  const { state, info, spec } = description;
  const runs = await listExportRuns(client, key, RUNS_READ);
  const running = runs.find(({ execution }) => execution === 'RUNNING');
  const last = runs.find(({ execution }) => execution !== 'RUNNING');
  const progress = running && (await readRunningProgress(context, running.workflowId));
  const checkpoint = await connection
    .withDeadline(Date.now() + ASK_SERVER_MS, () => client.workflow.getHandle(checkpointWorkflowId(key)).describe())
    .catch(() => undefined);
  const memo = checkpoint?.memo?.[CHECKPOINT_MEMO] as CheckpointMemo | undefined;
  return {
    ...{ ...about, state: state.paused ? 'paused' : running ? 'running' : 'active' },
    skippedTicks: info.numActionsSkippedOverlap + info.numActionsMissedCatchupWindow,
    ...compact({
      note: state.note,
      nextAt: state.paused ? undefined : info.nextActionTimes[0]?.toISOString(),
      cron: spec.calendars?.[0]?.comment,
      timezone: spec.timezone,
      runningSince: running?.startedAt.toISOString(),
      last: last && lastOf(last),
      watermark: memo?.watermark,
      unresolved: memo?.unresolved,
      progress,
    }),
  };
}

function lastOf({ startedAt, closedAt, execution, summary }: ExportRun): NonNullable<ExportLine['last']> {
  const durationMs = closedAt && closedAt.getTime() - startedAt.getTime();
  return { startedAt: startedAt.toISOString(), execution, ...compact({ durationMs, summary }) };
}

function describeSweeps(sweeps: readonly SweepLine[], now: Date): string {
  const header = ['SWEEP', 'STATE', 'EVERY', 'NEXT', 'LAST', 'LOOKED', 'FOUND', 'FAIL'];
  const rows = sweeps.map(({ tenantUid, stream, state, everySeconds, dueAt, last }) => [
    ...[
      `${tenantUid} ${stream}`,
      state,
      brief(everySeconds * SECOND_MS),
      `in ${brief(Date.parse(dueAt) - now.getTime())}`,
    ],
    last ? `${brief(now.getTime() - Date.parse(last.endedAt))} ago` : '-',
    ...[counted(last?.looked), counted(last?.found), counted(last?.failedToLook)],
  ]);
  const notes = sweeps.flatMap(({ tenantUid, stream, failure }) =>
    failure ? ['', `${tenantUid} ${stream} waits to be tried again: ${failure.message} (${failure.failureType})`] : [],
  );
  return [textTable([header, ...rows]), ...notes].join('\n');
}

function describeExports(exports: readonly ExportLine[], now: Date): string {
  const header = ['EXPORT', 'STATE', 'NEXT', 'LAST', 'TOOK', 'COMPARED', 'WRITTEN', 'FAILED', 'SKIPPED'];
  const away = (iso: string): string => brief(Math.abs(Date.parse(iso) - now.getTime()));
  const rows = exports.map((line) => {
    const { last, nextAt } = line;
    const ending = last && last.execution !== 'COMPLETED' ? ` (${last.execution.toLowerCase()})` : '';
    const summary = last?.summary;
    return [
      ...[nameOf(line), line.state, nextAt === undefined ? '-' : `in ${away(nextAt)}`],
      last ? `${away(last.startedAt)} ago${ending}` : '-',
      last?.durationMs === undefined ? '-' : brief(Math.max(last.durationMs, SECOND_MS)),
      ...[counted(summary?.compared), counted(summary?.written)],
      counted(summary && summary.failed + summary.unknown + summary.refused),
      String(line.skippedTicks ?? 0),
    ];
  });
  const states = exports.map((line) => {
    const { watermark, cron, timezone, progress, unresolved = 0, task, tenantUid } = line;
    const until =
      watermark === undefined ? 'nothing known to be in Flow yet' : `in Flow as of ${shortTime(watermark)} UTC`;
    const when = cron === undefined ? '' : `; ${cron} (${timezone ?? 'UTC'})`;
    const running = progress ? `\n    at work: ${describeProgress(progress)}` : '';
    const list = `npm run ops -- export ${task} --tenant ${tenantUid} --unresolved`;
    const open = unresolved > 0 ? `\n    unresolved: ${unresolved}: ${list}` : '';
    return `  ${nameOf(line)}: ${until}${when}${running}${open}`;
  });
  const notes = exports.flatMap(({ scheduleId, state, note }) => {
    if (state === 'paused') return ['', `${scheduleId} is paused: ${note ?? 'no reason was given'}`];
    return state === 'missing' ? ['', `${scheduleId} is not there yet: is a worker running? npm run worker`] : [];
  });
  return [textTable([header, ...rows]), ...states, ...notes].join('\n');
}

function counted(count: number | undefined): string {
  return count === undefined ? '-' : String(count);
}

/** A length of time in its largest unit: the tables have many columns. */
function brief(milliseconds: number): string {
  return duration(Math.max(milliseconds, 0)).split(' ').slice(0, 2).join(' ');
}

function nameOf({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `${tenantUid} ${marketOrGroup} ${stream}`;
}

function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
