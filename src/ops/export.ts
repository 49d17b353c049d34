import { TypedSearchAttributes } from '@temporalio/common';
import { kindOf } from '../activities/delta/export-activities';
import { exportStretch, MAX_DRY_RUN_NAMES } from '../activities/delta/export-stretch';
import { findExportWatermark, workOf } from '../activities/delta/find-export-watermark';
import { exportScopesOf } from '../config/connector';
import {
  comparedRows,
  EXPORT_TASKS,
  EXPORT_WORKFLOW,
  exportByHandId,
  exportScheduleId,
  type ExportAsk,
  type ExportKey,
  type ExportReport,
  type ExportStream,
  type ExportWorkflowInput,
} from '../contracts/export-messages';
import { searchAttributes } from '../contracts/search-attributes';
import { type WantedExportSchedule, wantedExportSchedules } from '../temporal/export-schedules';
import {
  chosenTenants,
  type CommandOutput,
  EXIT,
  type OpenTenant,
  type OpsContext,
  OpsError,
  withTenants,
} from './context';
import { readRunningProgress } from './export-running';
import { describeDryExport, describeExport, type DryExport, type StartedExport } from './export-text';
import { requireExportsWorker, startedRun, triggerSchedule } from './trigger-schedule';

/** Which exports, what of them, and whether to wait for their reports. */
export interface ExportChoice {
  readonly stream: ExportStream;
  readonly tenantUid: string | undefined;
  /** Omnium's id of the market or market group. */
  readonly market: string | undefined;
  readonly ask: ExportAsk | undefined;
  readonly wait: boolean;
}

const ASK_SERVER_MS = 5_000;
/** A first export of a big chain takes hours. */
const ENDS_WITHIN_MS = 24 * 60 * 60_000;

/**
 * `export <task>`: has the Schedules run now. Everything, or what changed since a moment, is exported by a run beside the
 * Schedule; if both are at work at once, the next delta reads again what they may have overwritten for each other.
 */
export async function exportNow(context: OpsContext, choice: ExportChoice): Promise<CommandOutput> {
  const wanted = chosenExports(context, choice);
  await requireExportsWorker(context);
  const started: StartedExport[] = [];
  for (const schedule of wanted) started.push(await start(context, schedule, choice.ask));
  const exports = choice.wait
    ? await Promise.all(started.map(async (run) => ({ ...run, report: await reportOf(context, run) })))
    : started;
  const hint = choice.wait ? [] : ['', 'What they do: npm run ops -- schedules, or add --wait.'];
  return { text: [...exports.map(describeExport), ...hint].join('\n'), json: { exports } };
}

/** `export <task> --dry-run`: reads and compares as an export would, here and now, and writes nothing. */
export async function exportDryRun(context: OpsContext, choice: ExportChoice): Promise<CommandOutput> {
  const wanted = chosenExports(context, choice);
  const exports = await withTenants(context, choice.tenantUid, async (tenants) => {
    const done: DryExport[] = [];
    for (const schedule of wanted) {
      const open = tenants.find(({ tenant }) => tenant.config.tenantUid === schedule.tenantUid);
      if (open) done.push(await dryRun(context, { ...choice, schedule, open }));
    }
    return done;
  });
  return { text: exports.map(describeDryExport).join('\n'), json: { exports } };
}

function chosenExports(context: OpsContext, { stream, tenantUid, market }: ExportChoice): WantedExportSchedule[] {
  const tenants = new Set(chosenTenants(context, tenantUid).map((tenant) => tenant.tenantUid));
  const ofTask = wantedExportSchedules({ config: context.config }).filter(
    (schedule) => tenants.has(schedule.tenantUid) && schedule.stream === stream,
  );
  const chosen = ofTask.filter(({ marketOrGroup }) => market === undefined || marketOrGroup === market);
  if (chosen.length > 0) return chosen;
  if (ofTask.length > 0) {
    const known = ofTask.map(({ marketOrGroup }) => marketOrGroup).join(', ');
    throw new OpsError(EXIT.usage, `There is no market or market group "${market}". Exported: ${known}.`);
  }
  const message = `The configuration has no ${EXPORT_TASKS[stream]} that is switched on (connector.scheduledTasks and implementations).`;
  throw new OpsError(EXIT.refused, message);
}

/**
 * The exports that a choice means, whether the configuration has them still or not: one that was switched off may be at work.
 *
 * @throws OpsError when there is no such tenant, market or market group
 */
export function chosenKeys(
  context: OpsContext,
  { stream, tenantUid, market }: Pick<ExportChoice, 'stream' | 'tenantUid' | 'market'>,
): ExportKey[] {
  const keys = chosenTenants(context, tenantUid).flatMap((tenant) =>
    exportScopesOf(tenant).map(({ marketOrGroup }) => ({ tenantUid: tenant.tenantUid, marketOrGroup, stream })),
  );
  const chosen = keys.filter(({ marketOrGroup }) => market === undefined || marketOrGroup === market);
  if (chosen.length > 0) return chosen;
  const known = keys.map(({ marketOrGroup }) => marketOrGroup).join(', ');
  throw new OpsError(EXIT.usage, `There is no market or market group "${market}". Exported: ${known}.`);
}

async function start(
  context: OpsContext,
  { tenantUid, marketOrGroup, stream, input, taskQueue }: WantedExportSchedule,
  ask: ExportAsk | undefined,
): Promise<StartedExport> {
  const key = { tenantUid, marketOrGroup, stream };
  if (!ask) {
    const run = await triggerSchedule(context, exportScheduleId(key));
    const progress = run.wasRunning ? await readRunningProgress(context, run.workflowId) : undefined;
    return { ...key, ...run, ...(progress && { progress }) };
  }
  const { client, connection } = context.temporal;
  const workflowId = exportByHandId(key, new Date());
  await connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
    client.workflow.start<(given: ExportWorkflowInput) => Promise<ExportReport>>(EXPORT_WORKFLOW, {
      ...{ workflowId, taskQueue, args: [{ ...input, ask }] },
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: tenantUid }]),
      staticSummary: `Export ${stream} · ${tenantUid} ${marketOrGroup} · by hand`,
    }),
  );
  return { ...key, ...startedRun(context, workflowId, false) };
}

async function reportOf({ temporal }: OpsContext, { workflowId }: StartedExport): Promise<ExportReport> {
  const { client, connection } = temporal;
  const handle = client.workflow.getHandle<() => Promise<ExportReport>>(workflowId);
  return await connection.withDeadline(Date.now() + ENDS_WITHIN_MS, () => handle.result());
}

interface DryRun extends Pick<ExportChoice, 'ask'> {
  readonly schedule: WantedExportSchedule;
  readonly open: OpenTenant;
}

async function dryRun({ temporal }: OpsContext, { schedule, open, ask }: DryRun): Promise<DryExport> {
  const { tenantUid, marketOrGroup, stream, input } = schedule;
  const { tenant, attempt } = open;
  const key = { tenantUid, marketOrGroup, stream };
  const kind = kindOf(stream);
  const wanted = { ...key, overlapSeconds: input.overlapSeconds, ...(ask && { ask }) };
  const plan = await findExportWatermark(wanted, { client: temporal.client, tenant, attempt, kind });
  const wouldWrite: { row: string; change: string }[] = [];
  const { window, parts, leftOut, missing } = plan;
  const { counts, openRows, differences } = await exportStretch({
    kind,
    work: { tenant, markets: workOf(tenant, key, attempt).markets, window },
    ...{ parts, attempt },
    heartbeat: () => undefined,
    givesUpRows: true,
    onlyName: (row, change) => {
      if (wouldWrite.length < MAX_DRY_RUN_NAMES) wouldWrite.push({ row, change });
    },
    limits: { rows: Infinity, milliseconds: Infinity },
  });
  const from = window.from === undefined ? {} : { from: window.from };
  return {
    ...key,
    ...from,
    compared: comparedRows(counts),
    counts,
    wouldWrite,
    openRows,
    leftOut,
    missing,
    differences,
  };
}
