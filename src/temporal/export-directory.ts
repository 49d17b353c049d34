import { type Client } from '@temporalio/client';
import {
  EXPORT_BEGUN_MEMO,
  EXPORT_MEMO,
  exportScheduleId,
  type ExportKey,
  type ExportSummary,
} from '../contracts/export-messages';
import { type IndexedRun, quoted, RunIndex } from './run-index';

/** A run of an export. */
export type ExportRun = IndexedRun<ExportSummary>;

/** What earlier runs have left behind. */
export interface ExportStanding {
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

/** Answers questions about exports from Temporal's index of workflows. */
export class ExportDirectory {
  private readonly index: RunIndex;

  constructor(client: Client) {
    this.index = new RunIndex(client);
  }

  /**
   * What the next run begins with, from the memo of the run that was completed last, whoever started it. `undefined` when
   * Temporal keeps none.
   *
   * Two runs at the same time (a backfill, somebody's full export beside the Schedule) may overwrite what the other wrote
   * with what they had read before. So of all that were at work together the earliest beginning counts, also of those that
   * were ended: whatever changed after it is read once more.
   */
  async standing(key: ExportKey, now: Date): Promise<ExportStanding | undefined> {
    const runs = await this.runsBackToLatest(key);
    const latest = runs.find(({ summary }) => summary !== undefined)?.summary;
    if (!latest) return undefined;
    const together = runs.filter((run) => run.summary !== latest && wasAtWorkWith(run, latest));
    const completed = [latest, ...together.flatMap(({ summary }) => summary ?? [])];
    const begins = [watermarkOf(latest), ...together.map((run) => beginOf(run, latest))];
    const beginMs = begins.includes(undefined) ? NaN : Math.min(...begins.filter((begin) => begin !== undefined));
    const openRows = [...new Set(completed.flatMap((summary) => summary.openRows))];
    // A watermark in the future, by a clock that was wrong, would leave a gap.
    if (!(beginMs <= now.getTime())) return { covered: [], openRows };
    const covered = latest.covered.filter((part) => completed.every((summary) => summary.covered.includes(part)));
    return { watermark: new Date(beginMs), covered, openRows };
  }

  /** Runs of an export: those that are not over, then the one that closed last. */
  async runs(key: ExportKey, limit: number): Promise<ExportRun[]> {
    return await this.index.runs(runsOf(key), ({ length }) => length >= limit);
  }

  /** Back to the run that was completed last, and those that were at work together with it. */
  private async runsBackToLatest(key: ExportKey): Promise<ExportRun[]> {
    return await this.index.runs(runsOf(key), (runs, { closedAt }) => {
      const latest = runs.find(({ summary }) => summary !== undefined)?.summary;
      if (!latest) return runs.length >= MOST_RUNS;
      return closedAt !== undefined && closedAt.getTime() + WRITES_ON_FOR_MS < Date.parse(latest.to);
    });
  }
}

/** By id, so that runs which somebody started beside the Schedule are among them. */
function runsOf(key: ExportKey): Parameters<RunIndex['runs']>[0] & {
  readonly readSummary: (memo: Readonly<Record<string, unknown>>) => ExportSummary | undefined;
} {
  return {
    query: `WorkflowId STARTS_WITH ${quoted(`${exportScheduleId(key)}-`)}`,
    readSummary: (memo) => {
      const summary = memo[EXPORT_MEMO];
      return isSummary(summary) ? summary : undefined;
    },
    begunMemo: EXPORT_BEGUN_MEMO,
  };
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

function isSummary(value: unknown): value is ExportSummary {
  if (typeof value !== 'object' || value === null) return false;
  if (!('to' in value) || !('covered' in value) || !('openRows' in value)) return false;
  const isTime = typeof value.to === 'string' && !Number.isNaN(Date.parse(value.to));
  return isTime && Array.isArray(value.covered) && Array.isArray(value.openRows);
}
