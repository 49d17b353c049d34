import { sweepScheduleId, SWEEP_STREAMS, type SweepKey, type SweepSummary } from '../contracts/sweep-messages';
import { SweepDirectory } from '../temporal/sweep-directory';
import { wantedSweepSchedules } from '../temporal/sweep-schedules';
import { chosenTenants, type CommandOutput, type OpsContext } from './context';
import { describeExportSchedules, readExportSchedules } from './export-schedules';
import { brief, counted, readScheduleState, type ScheduleState, stateCells, stateNotes } from './schedule-state';
import { textTable } from './tables';

/** Everything `schedules --json` says about one sweep. */
export interface ScheduleReport extends SweepKey, ScheduleState<SweepSummary> {
  readonly everySeconds?: number;
}

const SECOND_MS = 1_000;
/** Runs that are still at work come first; behind them is the last one that ended. */
const RUNS_READ = 5;

/** `schedules`: last and next run of every sweep and export, what it did, what was skipped, and whether it is paused. */
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
  const exports = await readExportSchedules(context, tenantUid);
  const now = new Date();
  const text = [describe(reports, now), ...describeExportSchedules(exports, now)].join('\n\n');
  return { text, json: { schedules: reports, exports } };
}

async function describeSchedule(context: OpsContext, key: SweepKey): Promise<ScheduleReport | undefined> {
  const found = await readScheduleState(context, sweepScheduleId(key), () =>
    new SweepDirectory(context.temporal.client).runs(key, RUNS_READ),
  );
  if (!found) return undefined;
  const everyMs = found.description.spec.intervals?.[0]?.every;
  return { ...key, ...found.state, ...(everyMs !== undefined && { everySeconds: Number(everyMs) / SECOND_MS }) };
}

function describe(reports: readonly ScheduleReport[], now: Date): string {
  if (reports.length === 0) return 'No sweep is configured: what no webhook tells of is never found (setting sweeps).';
  const header = ['SWEEP', 'STATE', 'EVERY', 'NEXT', 'LAST', 'TOOK', 'LOOKED', 'FOUND', 'FAIL', 'SKIP'];
  const lines = [textTable([header, ...reports.map((report) => row(report, now))])];
  return [...lines, ...reports.flatMap(stateNotes)].join('\n');
}

function row(report: ScheduleReport, now: Date): string[] {
  const { tenantUid, stream, everySeconds, last } = report;
  const { state, next, last: lastRun, took, skipped } = stateCells(report, now);
  const summary = last?.summary;
  return [
    `${tenantUid} ${stream}`,
    state,
    everySeconds === undefined ? '-' : brief(everySeconds * SECOND_MS),
    ...[next, lastRun, took],
    ...[counted(summary?.looked), counted(summary?.found), counted(summary?.failedToLook)],
    skipped,
  ];
}
