import { defaultPayloadConverter } from '@temporalio/common';
import { earlierHeartbeat } from '../activities/delta/export-run';
import {
  EXPORT_PROGRESS_QUERY,
  type ExportCounts,
  type ExportKey,
  type ExportProgress,
  type ExportReport,
  type LeftOutPartition,
} from '../contracts/exports';
import { taskQueueOf } from '../contracts/task-queues';
import { addBatch, howFar, type HowFar } from '../domain/export-progress';
import { hasWorkflowWorker } from '../temporal/pollers';
import { heldText } from '../workflows/delta-texts';
import { type OpsContext } from './context';
import { duration } from './entity-text';

const ASK_MS = 10_000;
const WIDTH = 96;
export const NAMES_SHOWN = 20;

/** One export that was started, or found running. */
export interface StartedExport extends ExportKey {
  readonly workflowId: string;
  readonly webUiUrl: string;
  readonly wasRunning: boolean;
  readonly report?: ExportReport;
  /** Of one that was at work already. */
  readonly progress?: RunningProgress;
}

/** What an export would write now. */
export interface DryExport extends ExportKey {
  readonly from?: string;
  readonly compared: number;
  readonly counts: ExportCounts;
  /** At most fifty: the record, and what would change. */
  readonly wouldWrite: readonly { readonly record: string; readonly change: string }[];
  readonly unresolvedNames: readonly string[];
  readonly leftOut: readonly LeftOutPartition[];
  readonly missing: readonly string[];
  readonly differences: readonly string[];
}

/** How far a run that is at work has come, with what its activity has said since. */
export interface RunningProgress extends HowFar {
  readonly written: number;
  /** ISO-8601. */
  readonly expectedEndAt?: string;
}

/** How far a run has come; undefined when it has only begun, or no worker is there to say. */
export async function readRunningProgress(
  { temporal }: OpsContext,
  workflowId: string,
): Promise<RunningProgress | undefined> {
  const { client, connection } = temporal;
  if (!(await hasWorkflowWorker(temporal, taskQueueOf('exports')))) return undefined;
  const handle = client.workflow.getHandle(workflowId);
  const progress = await connection
    .withDeadline(Date.now() + ASK_MS, () => handle.query<ExportProgress | null>(EXPORT_PROGRESS_QUERY))
    .catch(() => undefined);
  if (!progress) return undefined;
  const { raw } = await connection.withDeadline(Date.now() + ASK_MS, () => handle.describe());
  const [payload] = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads ?? [];
  const heartbeat = payload && earlierHeartbeat(defaultPayloadConverter.fromPayload(payload));
  const now = heartbeat ? addBatch(progress, heartbeat) : progress;
  const far = howFar(now, heartbeat?.comparedSince);
  return {
    ...far,
    written: now.counts.written + (heartbeat?.writtenSince ?? 0),
    ...(far.leftMs !== undefined && { expectedEndAt: new Date(Date.now() + far.leftMs).toISOString() }),
  };
}

/** In words, e.g. `20000 compared, 350 written; 350 a second, 80000 left, ends in 4 min (12:34 UTC)`. */
export function describeProgress(progress: RunningProgress): string {
  const { recordsDone, written, recordsPerSecond, recordsLeft, leftMs, expectedEndAt } = progress;
  const words = [
    ...(recordsPerSecond === undefined ? [] : [`${Math.round(recordsPerSecond)} a second`]),
    ...(recordsLeft === undefined ? [] : [`${recordsLeft} left`]),
    ...(leftMs === undefined || expectedEndAt === undefined
      ? []
      : [`ends in ${duration(leftMs)} (${expectedEndAt.slice(11, 16)} UTC)`]),
  ];
  return [`${recordsDone} compared, ${written} written`, ...(words.length > 0 ? [words.join(', ')] : [])].join('; ');
}

/** What an export has done, in words. */
export function describeExport({ wasRunning, webUiUrl: url, report, progress, ...key }: StartedExport): string {
  const head = headOf(key);
  if (!report) {
    const how = wasRunning ? 'was running already' : 'has been started';
    return [`${head} ${how}.`, ...(progress ? [`  ${describeProgress(progress)}`] : []), `  ${url}`].join('\n');
  }
  const { written, unchanged, from, to, unresolved, deferred } = report;
  const outcome = written === 0 ? 'everything was right in Flow already' : `${written} written`;
  const read = from === undefined ? 'Read everything' : `Read what changed since ${shortTime(from)} UTC`;
  return [
    `${head}: ${outcome}${unresolved > 0 ? `, ${unresolved} unresolved` : ''}.`,
    `  ${read}${report.since === 'new-rules' ? ' (the configuration has changed)' : ''}, as of ${shortTime(to)} UTC`,
    `  Compared ${report.compared}, right already ${unchanged}`,
    ...(deferred > 0 ? [`  To be compared when they start or end: ${deferred}`] : []),
    ...(report.heldRemovals ? [`  Not removed: ${heldText(report)}`] : []),
    ...leftLines(unresolved, report),
    `  ${url}`,
  ].join('\n');
}

function leftLines(
  unresolved: number,
  {
    unresolvedNames,
    leftOut,
    missing,
    differences,
  }: Pick<ExportReport, 'unresolvedNames' | 'leftOut' | 'missing' | 'differences'>,
): string[] {
  return [
    ...(unresolved > 0 ? [`  Unresolved: ${unresolved}`] : []),
    ...unresolvedNames.slice(0, NAMES_SHOWN).map((record) => cut(`    ${record}`)),
    ...differences.map((difference) => cut(`  Why: ${difference}`)),
    ...leftOut.map(({ name, reason }) => cut(`  Left out: ${name}: ${reason}`)),
    ...(missing.length > 0 ? [cut(`  Not in Flow: ${missing.join(', ')}`)] : []),
  ];
}

export function headOf({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `Export ${stream} (${tenantUid} ${marketOrGroup})`;
}

export function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

export function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}

/** What an export would do, in words. */
export function describeDryExport({ from, compared, counts, wouldWrite, ...report }: DryExport): string {
  const read = from === undefined ? 'everything' : `what changed since ${shortTime(from)} UTC`;
  const more = counts.written - wouldWrite.length;
  return [
    `${headOf(report)} would write ${counts.written}; nothing has been written.`,
    `  Read ${read}; compared ${compared}, right already ${counts.unchanged}`,
    ...wouldWrite.map(({ record, change }) => cut(`    ${record}: ${change}`)),
    ...(more > 0 && wouldWrite.length > 0 ? [`    and ${more} more`] : []),
    ...leftLines(counts.failed + counts.unknown, report),
  ].join('\n');
}
