import type { ExportSummary } from '../contracts/export-messages';
import { addLaterRows, type LaterRows } from '../contracts/export-rows';
import type { IndexedRun } from './run-index';

/** A run of an export. */
export type ExportRun = IndexedRun<ExportSummary>;

/** What earlier runs have left behind. */
export interface ExportStanding extends LaterRows {
  /** Where the next run begins; absent = with everything. */
  readonly watermark?: Date;
  /** Parts that are in Flow up to the watermark. */
  readonly covered: readonly string[];
  /** Rows that are to be looked at again. */
  readonly openRows: readonly string[];
}

/**
 * An attempt whose worker has lost Temporal goes on writing for a while after its run was ended: until the next heartbeat
 * fails, and the calls under way are over.
 */
const WRITES_ON_FOR_MS = 60_000;

/** Runs that are looked at for where the next one begins. */
const MOST_RUNS = 200;

/**
 * What the next run begins with, from what the run has left that was completed last, whoever started it. `undefined` when
 * there is none.
 *
 * Two runs at the same time (a backfill, somebody's full export beside the Schedule) may overwrite what the other wrote
 * with what they had read before. So of all that were at work together the earliest beginning counts, also of those that
 * were ended or cancelled: whatever changed after it is read once more.
 *
 * @param runs those that are not over, then the one that closed last, then those before it ({@link areEnoughRuns})
 * @param now the latest that it can be: a watermark after it, by a clock that was wrong, would leave a gap
 */
export function standingOf(runs: readonly ExportRun[], now: Date): ExportStanding | undefined {
  const latest = latestOf(runs);
  if (!latest) return undefined;
  const together = runs.filter((run) => run.summary !== latest && wasAtWorkWith(run, latest));
  const completed = [latest, ...together.flatMap(({ summary }) => summary ?? [])];
  const begins = [watermarkOf(latest), ...together.map((run) => beginOf(run, latest))];
  const beginMs = begins.includes(undefined) ? NaN : Math.min(...begins.filter((begin) => begin !== undefined));
  const openRows = [...new Set(completed.flatMap((summary) => summary.openRows))];
  const left = { openRows, ...completed.map(laterOf).reduce(addLaterRows) };
  if (!(beginMs <= now.getTime())) return { covered: [], ...left };
  const covered = latest.covered.filter((part) => completed.every((summary) => summary.covered.includes(part)));
  return { watermark: new Date(beginMs), covered, ...left };
}

/** Whether the runs go back far enough: to the one that was completed last, and those that were at work together with it. */
export function areEnoughRuns(runs: readonly ExportRun[], { closedAt }: ExportRun): boolean {
  const latest = latestOf(runs);
  if (!latest) return runs.length >= MOST_RUNS;
  return closedAt !== undefined && closedAt.getTime() + WRITES_ON_FOR_MS < Date.parse(latest.to);
}

function latestOf(runs: readonly ExportRun[]): ExportSummary | undefined {
  return runs.find(({ summary }) => summary !== undefined)?.summary;
}

/** Whether a run was over only after the latest one began; one that is not over yet is another time's concern. */
function wasAtWorkWith({ closedAt, summary }: ExportRun, latest: ExportSummary): boolean {
  if (!closedAt) return false;
  const wroteUntilMs = closedAt.getTime() + (summary ? 0 : WRITES_ON_FOR_MS);
  return wroteUntilMs >= Date.parse(latest.to);
}

function watermarkOf({ watermark }: ExportSummary): number | undefined {
  return watermark === undefined ? undefined : Date.parse(watermark);
}

/** From where on a run that was at work together with the latest may have written what was old. */
function beginOf({ summary, begunAt, startedAt, execution }: ExportRun, latest: ExportSummary): number | undefined {
  if (summary) return watermarkOf(summary);
  // The run that it went on in says the same.
  if (execution === 'CONTINUED_AS_NEW') return Date.parse(latest.to);
  return (begunAt ?? startedAt).getTime();
}

function laterOf({ later = [], wholeAgainAt }: ExportSummary): LaterRows {
  return { later, ...(wholeAgainAt !== undefined && { wholeAgainAt }) };
}
