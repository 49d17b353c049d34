import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { readCheckpoint } from '../activities/delta/checkpoints';
import { exportBatch } from '../activities/delta/export-run';
import { exportContext, NO_CHECKPOINT, readPlan } from '../activities/delta/plan-export';
import { DELTA_EXPORTS } from '../activities/delta/streams';
import type { SyncContext } from '../activities/shared/sync-context';
import { exportScopesOf } from '../config/connector';
import {
  EXPORT_WORKFLOW,
  type ExportAsk,
  exportByHandId,
  type ExportKey,
  type ExportReport,
  exportScheduleId,
  type ExportWorkflowInput,
  type UnresolvedGroup,
} from '../contracts/exports';
import { RETRY_NOW_UPDATE } from '../contracts/entity-sync';
import { searchAttributes } from '../contracts/search-attributes';
import { comparedIn, EXPORT_STREAMS, EXPORTS, type ExportStream, streamOfTask } from '../contracts/streams';
import { taskQueueOf } from '../contracts/task-queues';
import { compact } from '../domain/compact';
import { countUnresolved, unresolvedReason } from '../domain/records';
import { webUiUrl } from '../temporal/entity-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { describeSchedule, type ExportSchedule, exportSchedules, listExportRuns } from '../temporal/schedules';
import {
  chosenTenants,
  type CommandOutput,
  type CommandRunner,
  EXIT,
  type OpsContext,
  OpsError,
  withTenants,
} from './context';
import {
  cut,
  describeDryExport,
  describeExport,
  type DryExport,
  headOf,
  NAMES_SHOWN,
  readRunningProgress,
  shortTime,
  type StartedExport,
} from './export-text';
import { parseSince } from './reconcile';
import { requireExportsWorker } from './sweeps';

/** Which exports, and what of them. */
export interface ExportChoice {
  readonly stream: ExportStream;
  readonly tenantUid: string | undefined;
  /** Omnium's id of the market or market group. */
  readonly market: string | undefined;
}

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly market?: string;
  readonly full?: boolean;
  readonly since?: Date;
  readonly allowRemovals?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly cancel?: boolean;
  readonly unresolved?: boolean;
}

const ASK_MS = 10_000;
/** A first export of a big chain takes hours. */
const ENDS_WITHIN_MS = 24 * 60 * 60_000;
const STARTS_WITHIN_MS = 15_000;
/** An attempt ends its calls under way first; one whose worker is gone ends after the heartbeat timeout. */
const CANCELLED_WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 250;
/** Ids of runs hold the second they were started in, so a second start of that second would be refused. */
const ONE_RUN_PER_MS = 1_100;
const MOST_RUNS = 50;
/** Records that a dry run names. */
const MAX_DRY_RUN_NAMES = 50;

/** `export <task>`: one of the vendor's scheduled tasks, now. */
export function addExportCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const tasks = EXPORT_STREAMS.map((stream) => EXPORTS[stream].task);
  const parseTime = (text: string): Date => {
    const since = parseSince(text, new Date());
    if (!since)
      throw new InvalidArgumentError('It must be a past date or time (2026-03-01T06:00Z), or e.g. 90m, 24h, 7d.');
    return since;
  };
  withOptions(program.command('export'), 'run a scheduled task now: what changed in Omnium goes to Flow')
    .addArgument(new Argument('<task>', 'the scheduled task, under the vendor’s name').choices(tasks))
    .option('--market <id>', 'only this market, or market group')
    .addOption(new Option('--full', 'everything, and not only what has changed').conflicts('since'))
    .option('--since <time>', 'what has changed since: an ISO date or time, or e.g. 24h, 7d', parseTime)
    .addOption(new Option('--dry-run', 'only say what would be written').conflicts('cancel'))
    .addOption(
      new Option('--allow-removals', 'whatever Omnium does not list any more is removed, however much it is').conflicts(
        ['cancel', 'dryRun'],
      ),
    )
    .option('--wait', 'wait for the end and show the report')
    .addOption(
      new Option('--cancel', 'end the runs at work; the next begins where they did').conflicts(['full', 'since']),
    )
    .addOption(
      new Option('--unresolved', 'only list the records that could not be brought over').conflicts(['full', 'cancel']),
    )
    .action((task: string, options: Options) =>
      run(options.json, (context) => {
        const stream = streamOfTask(task);
        if (!stream) throw new OpsError(EXIT.usage, `There is no export ${task}. There are: ${tasks.join(', ')}.`);
        const { tenant: tenantUid, market, wait = false, since } = options;
        const choice = { stream, tenantUid, market };
        const ask: ExportAsk | undefined = options.full
          ? { kind: 'everything' }
          : since && { kind: 'since', since: since.toISOString() };
        if (options.cancel) return cancelExports(context, choice, wait);
        if (options.unresolved) return listUnresolved(context, choice);
        const how = { wait, allowsRemovals: options.allowRemovals === true };
        return options.dryRun ? exportDryRun(context, choice, ask) : exportNow(context, choice, ask, how);
      }),
    );
}

/**
 * The exports that a choice means, whether the configuration has them still or not: one that was switched off may be at work.
 *
 * @throws OpsError when there is no such tenant, market or market group
 */
export function chosenKeys(context: OpsContext, { stream, tenantUid, market }: ExportChoice): ExportKey[] {
  const keys = chosenTenants(context, tenantUid).flatMap((tenant) =>
    exportScopesOf(tenant).map(({ marketOrGroup }) => ({ tenantUid: tenant.tenantUid, marketOrGroup, stream })),
  );
  const chosen = keys.filter(({ marketOrGroup }) => market === undefined || marketOrGroup === market);
  if (chosen.length > 0) return chosen;
  const known = keys.map(({ marketOrGroup }) => marketOrGroup).join(', ');
  throw new OpsError(EXIT.usage, `There is no market or market group "${market}". Exported: ${known}.`);
}

function chosenExports(context: OpsContext, choice: ExportChoice): ExportSchedule[] {
  const ids = new Set(chosenKeys(context, choice).map(exportScheduleId));
  const chosen = exportSchedules(context.config).filter(({ scheduleId }) => ids.has(scheduleId));
  if (chosen.length > 0) return chosen;
  const { task } = EXPORTS[choice.stream];
  const message = `The configuration has no ${task} that is switched on (connector.scheduledTasks and implementations).`;
  throw new OpsError(EXIT.refused, message);
}

/**
 * `export <task>`: has the Schedules run now. Everything, what changed since a moment, or what would be removed, is exported by
 * a run beside the Schedule; if both are at work at once, the next delta reads again what they may have overwritten for each other.
 */
async function exportNow(
  context: OpsContext,
  choice: ExportChoice,
  ask: ExportAsk | undefined,
  { wait, allowsRemovals }: { readonly wait: boolean; readonly allowsRemovals: boolean },
): Promise<CommandOutput> {
  const wanted = chosenExports(context, choice);
  await requireExportsWorker(context);
  const { client, connection } = context.temporal;
  const started: StartedExport[] = [];
  for (const schedule of wanted) {
    const { tenantUid, marketOrGroup, stream, input, taskQueue, scheduleId } = schedule;
    const key = { tenantUid, marketOrGroup, stream };
    if (!ask && !allowsRemovals) {
      const { workflowId, wasRunning } = await triggerSchedule(context, scheduleId);
      const progress = wasRunning ? await readRunningProgress(context, workflowId) : undefined;
      started.push({ ...key, workflowId, wasRunning, webUiUrl: urlOf(context, workflowId), ...compact({ progress }) });
      continue;
    }
    const workflowId = exportByHandId(key, new Date());
    await connection.withDeadline(Date.now() + ASK_MS, () =>
      client.workflow.start<(given: ExportWorkflowInput) => Promise<ExportReport>>(EXPORT_WORKFLOW, {
        ...{
          workflowId,
          taskQueue,
          args: [{ ...input, ...compact({ ask }), ...(allowsRemovals && { allowsRemovals }) }],
        },
        typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: tenantUid }]),
        staticSummary: `Export ${stream} · ${tenantUid} ${marketOrGroup} · by hand`,
      }),
    );
    started.push({ ...key, workflowId, wasRunning: false, webUiUrl: urlOf(context, workflowId) });
  }
  const reportOf = async (run: StartedExport): Promise<StartedExport> => {
    const handle = client.workflow.getHandle<() => Promise<ExportReport>>(run.workflowId);
    return { ...run, report: await connection.withDeadline(Date.now() + ENDS_WITHIN_MS, () => handle.result()) };
  };
  const exports = wait ? await Promise.all(started.map(reportOf)) : started;
  const hint = wait ? [] : ['', 'What they do: npm run ops -- schedules, or add --wait.'];
  return { text: [...exports.map(describeExport), ...hint].join('\n'), json: { exports } };
}

/**
 * Has a Schedule run now. One that is at work already is not started twice: if it waits for a vendor to come back, it
 * tries at once.
 *
 * @throws OpsError when there is no such Schedule, or it does not start in time
 */
async function triggerSchedule(
  { temporal }: OpsContext,
  scheduleId: string,
): Promise<{ readonly workflowId: string; readonly wasRunning: boolean }> {
  const { client, connection } = temporal;
  const existing = await describeSchedule(client, scheduleId);
  if (!existing) {
    const message = `There is no Schedule ${scheduleId} yet: a worker makes it at its start (npm run worker).`;
    throw new OpsError(EXIT.refused, message, { scheduleId });
  }
  const { info } = existing;
  const running = info.runningActions.at(-1)?.workflow.workflowId;
  if (running !== undefined) {
    // One that does not wait needs no retry.
    await connection
      .withDeadline(Date.now() + ASK_MS, () =>
        client.workflow.getHandle(running).executeUpdate<string, []>(RETRY_NOW_UPDATE),
      )
      .catch(() => undefined);
    return { workflowId: running, wasRunning: true };
  }
  const latestMs = Math.max(0, ...info.recentActions.map(({ takenAt }) => takenAt.getTime()));
  await pause(Math.max(latestMs + ONE_RUN_PER_MS - Date.now(), 0));
  const known = new Set(info.recentActions.map(({ action }) => action.workflow.workflowId));
  const handle = client.schedule.getHandle(scheduleId);
  await connection.withDeadline(Date.now() + ASK_MS, () => handle.trigger('SKIP'));
  const endAtMs = Date.now() + STARTS_WITHIN_MS;
  while (Date.now() < endAtMs) {
    const latest = (await handle.describe()).info.recentActions.at(-1)?.action.workflow.workflowId;
    if (latest !== undefined && !known.has(latest)) return { workflowId: latest, wasRunning: false };
    await pause(LOOK_EVERY_MS);
  }
  throw new OpsError(EXIT.refused, `The Schedule ${scheduleId} did not start a run in time; look at its page.`);
}

/**
 * `export <task> --cancel`: ends the runs that are at work, those beside the Schedule as well. What they have written stays;
 * the watermark stays where it was, so the next run reads what they would have read.
 */
async function cancelExports(context: OpsContext, choice: ExportChoice, wait: boolean): Promise<CommandOutput> {
  const { client, connection } = context.temporal;
  const cancelled: (ExportKey & { workflowId: string; webUiUrl: string; isOver?: true })[] = [];
  for (const key of chosenKeys(context, choice)) {
    for (const { workflowId, execution } of await listExportRuns(client, key, MOST_RUNS)) {
      if (execution !== 'RUNNING') continue;
      try {
        await connection.withDeadline(Date.now() + ASK_MS, () => client.workflow.getHandle(workflowId).cancel());
        cancelled.push({ ...key, workflowId, webUiUrl: urlOf(context, workflowId) });
      } catch (error) {
        // It has come to its end in the meantime.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    }
  }
  if (cancelled.length === 0) throw new OpsError(EXIT.refused, `No ${EXPORTS[choice.stream].task} is at work.`);
  const endAtMs = Date.now() + CANCELLED_WITHIN_MS;
  for (const run of wait ? cancelled : []) {
    const handle = client.workflow.getHandle(run.workflowId);
    while (!run.isOver && Date.now() < endAtMs) {
      const { status } = await connection.withDeadline(Date.now() + ASK_MS, () => handle.describe());
      if (status.name === 'RUNNING') await pause(LOOK_EVERY_MS);
      else run.isOver = true;
    }
  }
  const texts = cancelled.map(({ isOver, webUiUrl: url, ...key }) => {
    const how = isOver ? 'has been cancelled' : 'is being cancelled: it ends once its calls under way are over';
    return `${headOf(key)} ${how}.\n  ${url}`;
  });
  const hint = 'The next tick begins where these runs did. To keep it from running, pause its Schedule in the Web UI.';
  return { text: [...texts, '', hint].join('\n'), json: { cancelled } };
}

/** `export <task> --unresolved`: the records that could not be brought over, by reason. */
async function listUnresolved(context: OpsContext, choice: ExportChoice): Promise<CommandOutput> {
  await requireExportsWorker(context);
  const exports: (ExportKey & { watermark?: string; unresolved: readonly UnresolvedGroup[] })[] = [];
  for (const key of chosenKeys(context, choice)) {
    const { watermark, unresolved } = (await readCheckpoint(context.temporal.client, key)) ?? NO_CHECKPOINT;
    exports.push({ ...key, unresolved, ...compact({ watermark }) });
  }
  const texts = exports.map(({ unresolved, ...key }) =>
    [
      `${headOf(key)}: ${countUnresolved(unresolved)} unresolved, compared again by every export.`,
      ...unresolved.flatMap((group) => [
        cut(`  ${unresolvedReason(group)}, since ${shortTime(group.since)} UTC: ${group.ids.length}`),
        ...group.ids.slice(0, NAMES_SHOWN).map((id) => cut(`    ${id}`)),
        ...(group.ids.length > NAMES_SHOWN ? [`    and ${group.ids.length - NAMES_SHOWN} more (--json)`] : []),
      ]),
    ].join('\n'),
  );
  return { text: texts.join('\n'), json: { exports } };
}

/** `export <task> --dry-run`: reads and compares as an export would, here and now, and writes nothing. */
async function exportDryRun(
  context: OpsContext,
  choice: ExportChoice,
  ask: ExportAsk | undefined,
): Promise<CommandOutput> {
  const wanted = chosenExports(context, choice);
  const exports = await withTenants(context, choice.tenantUid, async (tenants) => {
    const done: DryExport[] = [];
    for (const schedule of wanted) {
      const open = tenants.find(({ tenant }) => tenant.config.tenantUid === schedule.tenantUid);
      if (open) done.push(await dryRun(context, schedule, open, ask));
    }
    return done;
  });
  return { text: exports.map(describeDryExport).join('\n'), json: { exports } };
}

async function dryRun(
  { temporal }: OpsContext,
  { tenantUid, marketOrGroup, stream, input }: ExportSchedule,
  reading: SyncContext,
  ask: ExportAsk | undefined,
): Promise<DryExport> {
  const key = { tenantUid, marketOrGroup, stream };
  const now = new Date();
  const isWorkerThere = await hasWorkflowWorker(temporal, taskQueueOf('exports'));
  const checkpoint = (isWorkerThere ? await readCheckpoint(temporal.client, key) : undefined) ?? NO_CHECKPOINT;
  const context = exportContext({ ...reading }, key, { to: now.toISOString(), since: 'first-export' });
  const delta = DELTA_EXPORTS[stream];
  const options = { overlapSeconds: input.overlapSeconds, ask, now };
  const { window, partitions, leftOut, missing } = await readPlan(delta, context, temporal.client, checkpoint, options);
  const wouldWrite: { record: string; change: string }[] = [];
  const work = { ...context, window, givesUpRecords: true };
  const { counts, unresolved, differences } = await exportBatch(delta, work, partitions, {
    known: checkpoint.unresolved,
    due: checkpoint.deferred.filter(({ at }) => Date.parse(at) <= now.getTime()).map(({ record }) => record),
    onPending: (record, change) => {
      if (wouldWrite.length < MAX_DRY_RUN_NAMES) wouldWrite.push({ record, change });
    },
    limits: { records: Infinity, milliseconds: Infinity },
  });
  return {
    ...{ ...key, compared: comparedIn(counts), counts, wouldWrite, leftOut, missing, differences },
    ...compact({ from: window.from }),
    unresolvedNames: unresolved.flatMap(({ ids }) => ids),
  };
}

function urlOf({ config, temporal }: OpsContext, workflowId: string): string {
  const { temporalWebUiUrl } = config.api;
  return webUiUrl({ namespace: temporal.namespace, temporalWebUiUrl }, { workflowId });
}
