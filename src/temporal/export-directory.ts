import { type Client } from '@temporalio/client';
import {
  EXPORT_BEGUN_MEMO,
  EXPORT_MEMO,
  exportScheduleId,
  type ExportKey,
  type ExportSummary,
} from '../contracts/export-messages';
import { areEnoughRuns, standingOf, type ExportRun, type ExportStanding } from './export-standing';
import { quoted, RunIndex } from './run-index';

/** Answers questions about exports from Temporal's index of workflows. */
export class ExportDirectory {
  private readonly index: RunIndex;

  constructor(client: Client) {
    this.index = new RunIndex(client);
  }

  /**
   * What the next run begins with ({@link standingOf}). `undefined` when Temporal keeps no completed run.
   *
   * @param now the latest that it can be
   */
  async standing(key: ExportKey, now: Date): Promise<ExportStanding | undefined> {
    return standingOf(await this.index.runs(runsOf(key), areEnoughRuns), now);
  }

  /** Runs of an export: those that are not over, then the one that closed last. */
  async runs(key: ExportKey, limit: number): Promise<ExportRun[]> {
    return await this.index.runs(runsOf(key), ({ length }) => length >= limit);
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

function isSummary(value: unknown): value is ExportSummary {
  if (typeof value !== 'object' || value === null) return false;
  if (!('to' in value) || !('covered' in value) || !('openRows' in value)) return false;
  const isTime = typeof value.to === 'string' && !Number.isNaN(Date.parse(value.to));
  return isTime && Array.isArray(value.covered) && Array.isArray(value.openRows);
}
