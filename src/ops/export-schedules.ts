import { exportScopesOf } from '../config/connector';
import {
  EXPORT_STREAMS,
  EXPORT_TASKS,
  exportScheduleId,
  type ExportKey,
  type ExportSummary,
} from '../contracts/export-messages';
import { ExportDirectory } from '../temporal/export-directory';
import { type ExportRun } from '../temporal/export-standing';
import { wantedExportSchedules } from '../temporal/export-schedules';
import { chosenTenants, type OpsContext } from './context';
import { describeProgress, readRunningProgress, type RunningProgress } from './export-running';
import { counted, readScheduleState, type ScheduleState, stateCells, stateNotes } from './schedule-state';
import { textTable } from './tables';

/** Everything `schedules --json` says about one export. */
export interface ExportScheduleReport extends ExportKey, ScheduleState<ExportSummary> {
  /** The vendor's scheduled task. */
  readonly task: string;
  readonly cron?: string;
  readonly timezone?: string;
  /** Everything that changed in Omnium before this is in Flow, open rows apart. */
  readonly watermark?: string;
  readonly openRows?: readonly string[];
  /** How far the run at work has come. */
  readonly progress?: RunningProgress;
}

const RUNS_READ = 5;
const OPEN_ROWS_SHOWN = 3;

/** The exports of the chosen tenants: those that are configured, and those that Temporal has all the same. */
export async function readExportSchedules(
  context: OpsContext,
  tenantUid: string | undefined,
): Promise<ExportScheduleReport[]> {
  const wanted = new Set(wantedExportSchedules({ config: context.config }).map(({ scheduleId }) => scheduleId));
  const keys = chosenTenants(context, tenantUid).flatMap((tenant) =>
    exportScopesOf(tenant).flatMap(({ marketOrGroup }) =>
      EXPORT_STREAMS.map((stream): ExportKey => ({ tenantUid: tenant.tenantUid, marketOrGroup, stream })),
    ),
  );
  const reports: ExportScheduleReport[] = [];
  // One after the other: the server allows about ten questions a second.
  for (const key of keys) {
    const scheduleId = exportScheduleId(key);
    const task = EXPORT_TASKS[key.stream];
    const report = await readExportSchedule(context, key);
    if (report) reports.push(report);
    else if (wanted.has(scheduleId)) reports.push({ ...key, task, scheduleId, state: 'missing' });
  }
  return reports;
}

async function readExportSchedule(context: OpsContext, key: ExportKey): Promise<ExportScheduleReport | undefined> {
  const directory = new ExportDirectory(context.temporal.client);
  let runs: readonly ExportRun[] = [];
  const found = await readScheduleState(
    context,
    exportScheduleId(key),
    async () => (runs = await directory.runs(key, RUNS_READ)),
  );
  if (!found) return undefined;
  const { spec } = found.description;
  const cron = spec.calendars?.[0]?.comment;
  const standing = await directory.standing(key, new Date());
  const running = runs.find(({ execution }) => execution === 'RUNNING');
  const progress = running && (await readRunningProgress(context, running.workflowId));
  return {
    ...key,
    task: EXPORT_TASKS[key.stream],
    ...found.state,
    ...(cron !== undefined && { cron }),
    ...(spec.timezone !== undefined && { timezone: spec.timezone }),
    ...(standing?.watermark && { watermark: standing.watermark.toISOString() }),
    ...(standing && { openRows: standing.openRows }),
    ...(progress && { progress }),
  };
}

/** The exports as a table, and below it how far each is; nothing when no export is configured. */
export function describeExportSchedules(reports: readonly ExportScheduleReport[], now: Date): string[] {
  if (reports.length === 0) return [];
  const header = ['EXPORT', 'STATE', 'NEXT', 'LAST', 'TOOK', 'COMPARED', 'WRITTEN', 'FAILED', 'SKIPPED'];
  const table = textTable([header, ...reports.map((report) => row(report, now))]);
  return [[table, ...reports.map(howFar), ...reports.flatMap(stateNotes)].join('\n')];
}

function row(report: ExportScheduleReport, now: Date): string[] {
  const { state, next, last, took, skipped } = stateCells(report, now);
  const summary = report.last?.summary;
  const failed = summary && summary.failed + summary.unknown + summary.refused;
  return [
    nameOf(report),
    ...[state, next, last, took],
    ...[counted(summary?.compared), counted(summary?.written), counted(failed)],
    skipped,
  ];
}

function howFar(report: ExportScheduleReport): string {
  const { watermark, openRows = [], cron, timezone, progress } = report;
  const until =
    watermark === undefined ? 'nothing known to be in Flow yet' : `in Flow as of ${shortTime(watermark)} UTC`;
  const when = cron === undefined ? '' : `; ${cron} (${timezone ?? 'UTC'})`;
  const open = openRows.length > 0 ? `\n    left open: ${openWords(openRows)}` : '';
  const running = progress ? `\n    at work: ${describeProgress(progress)}` : '';
  return `  ${nameOf(report)}: ${until}${when}${running}${open}`;
}

function openWords(openRows: readonly string[]): string {
  const shown = openRows.slice(0, OPEN_ROWS_SHOWN).join(', ');
  const more = openRows.length - OPEN_ROWS_SHOWN;
  return more > 0 ? `${shown} and ${more} more (--json)` : shown;
}

function nameOf({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `${tenantUid} ${marketOrGroup} ${stream}`;
}

function shortTime(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
