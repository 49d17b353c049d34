import { runAttempt } from '../../src/activities/shared/sync-context';
import type { ExportActivities } from '../../src/activities/delta/export-activities';
import {
  EXPORT_SIGNAL,
  LONGEST_EXPORT_DELAY_MS,
  NO_EXPORT_COUNTS,
  type ExportPart,
  type ExportPlan,
  type ExportStretchInput,
  type ExportStretchResult,
  type FindExportWatermarkInput,
} from '../../src/contracts/export-messages';

/** One stretch as a test wants it, by its number from 1: resolves with what it did, or throws what a client would. */
export type ExportScript = (input: ExportStretchInput, count: number) => Promise<ExportStretchResult>;

/** A plan of some parts, all of them by their changes. */
export function planOf(names: readonly string[], more: Partial<ExportPlan> = {}): ExportPlan {
  return {
    window: {
      watermark: '2026-03-01T06:00:00.000Z',
      from: '2026-03-01T05:58:00.000Z',
      to: '2026-03-01T06:30:00.000Z',
      since: 'last-export',
    },
    parts: names.map((name): ExportPart => ({ name, read: 'changes' })),
    ...{ partial: [], leftOut: [], missing: [] },
    ...more,
  };
}

/** What a stretch has done that came through these parts. */
export function doneParts(partsDone: number, more: Partial<ExportStretchResult> = {}): ExportStretchResult {
  return {
    partsDone,
    counts: { ...NO_EXPORT_COUNTS, written: 2 * partsDone, unchanged: 3 * partsDone, calls: 4 * partsDone },
    ...{ openRows: [], moreOpenRows: 0, refusedParts: [], differences: [], workedMs: 100 },
    ...more,
  };
}

/** The activities of an export with a scripted inside and their real outside: heartbeats, failures, reports, waits. */
export class ScriptedExport {
  /** Input of every plan and of every stretch, in order. */
  readonly plans: FindExportWatermarkInput[] = [];
  readonly stretches: ExportStretchInput[] = [];

  constructor(
    private readonly plan: ExportPlan,
    private readonly script: ExportScript = ({ parts }) => Promise.resolve(doneParts(parts.length)),
  ) {}

  activities(): ExportActivities {
    return {
      findExportWatermark: (input) =>
        attempt(input, () => {
          this.plans.push(input);
          return Promise.resolve(this.plan);
        }),
      exportStretch: (input) =>
        attempt(input, () => {
          this.stretches.push(input);
          return this.script(input, this.stretches.length);
        }),
    };
  }
}

function attempt<T>(
  { retryLadder, pass }: FindExportWatermarkInput | ExportStretchInput,
  work: () => Promise<T>,
): Promise<T> {
  return runAttempt({ retryLadder, pass, signalName: EXPORT_SIGNAL, longestDelayMs: LONGEST_EXPORT_DELAY_MS }, work);
}
