import { setTimeout as pause } from 'node:timers/promises';
import { type SweepStream } from '../contracts/streams';
import { SWEEP_NOW_UPDATE, type SweepReport, sweepWorkflowId } from '../contracts/sweeps';
import { taskQueueOf } from '../contracts/task-queues';
import { webUiUrl } from '../temporal/entity-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { readSweepState, sweepSettings } from '../temporal/sweeps';
import { chosenTenants, type CommandOutput, EXIT, type OpsContext, OpsError } from './context';

const ASK_WORKER_MS = 15_000;
const ENDS_WITHIN_MS = 30 * 60_000;
const ASK_EVERY_MS = 250;
/** Names on one line of a terminal of 100 columns. */
const NAMES_PER_LINE = 2;
const NAMES_SHOWN = 40;

/** @throws OpsError when no worker of the exports engine, which sweeps and exports, is there to do it */
export async function requireExportsWorker({ temporal }: Pick<OpsContext, 'temporal'>): Promise<void> {
  if (await hasWorkflowWorker(temporal, taskQueueOf('exports'))) return;
  throw new OpsError(EXIT.refused, 'No worker of the exports engine is running: npm run worker -- --engine exports');
}

/** `sweep [stream]`: has the tenants' sweeps look now; one that waits for a vendor tries at once. */
export async function sweep(
  context: OpsContext,
  stream: SweepStream | undefined,
  tenantUid: string | undefined,
  wait: boolean,
): Promise<CommandOutput> {
  const { config, temporal } = context;
  const wanted = chosenTenants(context, tenantUid).flatMap((tenant) => {
    const streams = Object.keys(sweepSettings(tenant, config, '').every) as SweepStream[];
    return streams.filter((one) => stream === undefined || one === stream).map((one) => ({ ...tenant, stream: one }));
  });
  if (wanted.length === 0)
    throw new OpsError(EXIT.refused, `The configuration switches ${stream ?? 'every sweep'} off (setting sweeps).`);
  await requireExportsWorker(context);
  const sweeps = await Promise.all(
    [...new Set(wanted.map((one) => one.tenantUid))].map(async (uid) => {
      const streams = wanted.filter((one) => one.tenantUid === uid).map((one) => one.stream);
      const workflowId = sweepWorkflowId(uid);
      const handle = temporal.client.workflow.getHandle(workflowId);
      const askedAt = await temporal.connection.withDeadline(Date.now() + ASK_WORKER_MS, () =>
        handle.executeUpdate<string, [readonly SweepStream[]]>(SWEEP_NOW_UPDATE, { args: [streams] }),
      );
      const reports = wait ? await reportsOf(context, uid, streams, askedAt) : [];
      const { temporalWebUiUrl } = config.api;
      const url = webUiUrl({ namespace: temporal.namespace, temporalWebUiUrl }, { workflowId });
      return streams.map((one) => ({
        ...{ tenantUid: uid, stream: one, workflowId, webUiUrl: url },
        report: reports.find((report) => report.stream === one),
      }));
    }),
  );
  const all = sweeps.flat();
  const texts = all.map(({ tenantUid: uid, stream: one, report, webUiUrl: url }) => {
    const head = `Sweep ${one} (${uid})`;
    return report ? describeSweep(head, report, url) : `${head} looks now.\n  ${url}`;
  });
  const hint = wait ? [] : ['', 'What they find: npm run ops -- schedules, or add --wait.'];
  return { text: [...texts, ...hint].join('\n'), json: { sweeps: all } };
}

/** The reports of looks that began after a moment. */
async function reportsOf(
  { temporal }: OpsContext,
  tenantUid: string,
  streams: readonly SweepStream[],
  askedAt: string,
): Promise<SweepReport[]> {
  const endAtMs = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < endAtMs) {
    const state = await readSweepState(temporal.client, tenantUid);
    const reports = streams.flatMap((stream) => {
      const last = state.streams[stream]?.last;
      return last && Date.parse(last.to) >= Date.parse(askedAt) ? [last] : [];
    });
    if (reports.length === streams.length) return reports;
    await pause(ASK_EVERY_MS);
  }
  throw new OpsError(EXIT.refused, `The sweep of ${tenantUid} has not come to its end in time; see its page.`);
}

/** What a sweep has found, in words. */
function describeSweep(head: string, report: SweepReport, url: string): string {
  const { found, failedToLook, inProgress, givenUp } = report;
  const missed = found + failedToLook;
  return [
    `${head}: ${missed === 0 ? 'nothing was missed.' : `${missed} missed, now on the way.`}`,
    `  Read ${shortTime(report.from)} to ${shortTime(report.to)} UTC; looked at ${report.looked}, in step ${report.inSync}, none of ours ${report.notOurs}`,
    ...named('Found and signalled', found, report.names),
    ...named('Being worked on already', inProgress, report.inProgressNames),
    ...named('Could not be looked at, signalled', failedToLook, report.failedNames),
    ...(givenUp > 0 ? [`  Given up by an operator before, left alone: ${givenUp}`] : []),
    `  ${url}`,
  ].join('\n');
}

function named(title: string, count: number, names: readonly string[]): string[] {
  if (count === 0) return [];
  const shown = names.slice(0, NAMES_SHOWN);
  const lines: string[] = [`  ${title}: ${count}`];
  for (let index = 0; index < shown.length; index += NAMES_PER_LINE) {
    lines.push(`    ${shown.slice(index, index + NAMES_PER_LINE).join('  ')}`);
  }
  return count > shown.length ? [...lines, `    and ${count - shown.length} more (--json)`] : lines;
}

function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
