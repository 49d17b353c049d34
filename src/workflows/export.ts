import {
  ActivityCancellationType,
  makeContinueAsNewFunc,
  proxyActivities,
  upsertMemo,
  workflowInfo,
  type ActivityInterfaceFor,
} from '@temporalio/workflow';
import type { ExportActivities } from '../activities/exports';
import {
  addExportCounts,
  addOpenRows,
  comparedRows,
  EXPORT_BEGUN_MEMO,
  EXPORT_MEMO,
  EXPORT_SIGNAL,
  LONGEST_EXPORT_DELAY_MS,
  MAX_EXPORT_DIFFERENCES,
  NO_EXPORT_COUNTS,
  type ExportPlan,
  type ExportProgress,
  type ExportReport,
  type ExportStretchResult,
  type ExportSummary,
  type ExportWorkflowInput,
} from '../contracts/export-messages';
import { LONGEST_DELAY_MS, ladderRetryPolicy, type RetryLadderName } from '../contracts/retry-ladder';
import { exportedDetails, exportingDetails, exportSummary, exportWaitsDetails } from './lib/export-words';
import { ScheduledRun } from './lib/scheduled-run';

/** Parts that one activity is told of; it stops earlier once it has done enough. */
const PARTS_PER_STRETCH = 50;

/**
 * One delta export: finds where the last one ended, and brings what has changed since then to Flow, some parts at a time.
 *
 * 1. Where the next export begins is this run's own result, written when everything has been read and compared: a run
 *    that fails, hangs or is ended leaves it where it was.
 * 2. Rows stay in the activity. The history holds counts, names of parts, and the rows that could not be brought over.
 * 3. Rows that could not be brought over are kept open and looked at again by every later run, until there are too many of
 *    them: then the next run reads all that this one has read.
 * 4. A vendor that cannot be reached is waited for, five minutes at most between two attempts.
 */
export async function exportWorkflow(input: ExportWorkflowInput): Promise<ExportReport> {
  return await new Export(input).run();
}

class Export {
  private readonly reading: ActivityInterfaceFor<ExportActivities>;
  private readonly writing: ActivityInterfaceFor<ExportActivities>;
  private readonly scheduled: ScheduledRun;
  private progress: ExportProgress | undefined;

  constructor(private readonly input: ExportWorkflowInput) {
    const { retryLadder, tenantUid, stream, carried } = input;
    this.reading = exportActivities(retryLadder, ActivityCancellationType.TRY_CANCEL);
    // An abandoned attempt is waited for, so that two attempts never write at the same time.
    this.writing = exportActivities(retryLadder, ActivityCancellationType.WAIT_CANCELLATION_COMPLETED);
    this.progress = carried;
    this.scheduled = new ScheduledRun({
      signalName: EXPORT_SIGNAL,
      name: `export ${stream} (${tenantUid})`,
      waitsDetails: (report) => exportWaitsDetails(input, this.progress, report),
      failedAttempts: carried?.failedAttempts ?? 0,
    });
    this.scheduled.show(exportingDetails(input, carried));
  }

  async run(): Promise<ExportReport> {
    let progress = this.progress ?? startOf(await this.plan());
    while (progress.parts.length > 0) {
      this.progress = progress;
      this.scheduled.show(exportingDetails(this.input, progress));
      progress = addStretch(progress, await this.exportStretch(progress));
      if (workflowInfo().continueAsNewSuggested && progress.parts.length > 0) await this.goOnInNewRun(progress);
    }
    return this.finish(progress);
  }

  private plan(): Promise<ExportPlan> {
    const { tenantUid, marketOrGroup, stream, overlapSeconds, ask, retryLadder } = this.input;
    const about = { tenantUid, marketOrGroup, stream, overlapSeconds, retryLadder, ...(ask && { ask }) };
    const summary = exportSummary(this.input);
    return this.scheduled.step((pass) =>
      this.reading.findExportWatermark.executeWithOptions({ summary }, [{ ...about, pass }]),
    );
  }

  private exportStretch({ window, parts: left }: ExportProgress): Promise<ExportStretchResult> {
    const { tenantUid, marketOrGroup, stream, retryLadder } = this.input;
    const parts = left.slice(0, PARTS_PER_STRETCH);
    const about = { tenantUid, marketOrGroup, stream, retryLadder, window, parts };
    const summary = exportSummary(this.input, parts);
    return this.scheduled.step((pass) =>
      this.writing.exportStretch.executeWithOptions({ summary }, [{ ...about, pass }]),
    );
  }

  private async goOnInNewRun(progress: ExportProgress): Promise<never> {
    const memo = { [EXPORT_BEGUN_MEMO]: progress.window.to };
    const carried = { ...progress, failedAttempts: this.scheduled.failedAttempts };
    return await makeContinueAsNewFunc<typeof exportWorkflow>({ memo })({ ...this.input, carried });
  }

  private finish(progress: ExportProgress): ExportReport {
    const { tenantUid, marketOrGroup, stream } = this.input;
    const { window, counts, openRows, moreOpenRows, leftOut, missing, done, differences, workedMs } = progress;
    const summary: ExportSummary = {
      ...{ tenantUid, marketOrGroup, stream },
      ...counts,
      compared: comparedRows(counts),
      ...(window.from !== undefined && { from: window.from }),
      to: window.to,
      ...nextBeginning(progress),
      ...{ openRows, moreOpenRows },
    };
    const report: ExportReport = {
      ...summary,
      ...{ since: window.since, leftOut, missing, differences, workedMs },
      wholeParts: done.filter(({ read }) => read === 'everything').length,
      failedAttempts: this.scheduled.failedAttempts,
    };
    upsertMemo({ [EXPORT_MEMO]: summary });
    this.scheduled.show(exportedDetails(report));
    return report;
  }
}

function startOf({ window, parts, partial, leftOut, missing }: ExportPlan): ExportProgress {
  return {
    ...{ window, parts, partial, leftOut, missing },
    ...{ done: [], refusedParts: [], counts: NO_EXPORT_COUNTS },
    ...{ openRows: [], moreOpenRows: 0, differences: [], workedMs: 0, failedAttempts: 0 },
  };
}

function addStretch(progress: ExportProgress, stretch: ExportStretchResult): ExportProgress {
  const { partsDone } = stretch;
  const { openRows, tooMany } = addOpenRows(progress.openRows, stretch.openRows);
  const done = progress.parts.slice(0, partsDone).filter(({ read }) => read !== 'rows');
  return {
    ...progress,
    parts: progress.parts.slice(partsDone),
    done: [...progress.done, ...done],
    refusedParts: [...new Set([...progress.refusedParts, ...stretch.refusedParts])],
    counts: addExportCounts(progress.counts, stretch.counts),
    openRows,
    moreOpenRows: progress.moreOpenRows + stretch.moreOpenRows + tooMany,
    differences: [...new Set([...progress.differences, ...stretch.differences])].slice(0, MAX_EXPORT_DIFFERENCES),
    workedMs: progress.workedMs + stretch.workedMs,
  };
}

/**
 * Where the next run begins, and which parts are in Flow up to there. A part with refused rows is not: it is read as a
 * whole once Omnium is its master again. With more open rows than can be kept, everything stays as it was before this run.
 */
function nextBeginning(progress: ExportProgress): Pick<ExportSummary, 'watermark' | 'covered'> {
  const { window, done, partial, refusedParts, moreOpenRows } = progress;
  const notWhole = new Set([...partial, ...refusedParts]);
  const covered = done.filter(({ name }) => !notWhole.has(name));
  const names = (parts: typeof covered): string[] => parts.map(({ name }) => name);
  if (moreOpenRows === 0) return { watermark: window.to, covered: names(covered) };
  const coveredBefore = names(covered.filter(({ read }) => read === 'changes'));
  return { ...(window.watermark !== undefined && { watermark: window.watermark }), covered: coveredBefore };
}

/** A worker that dies is noticed within the heartbeat timeout; the parts it had done are in its last heartbeat. */
function exportActivities(
  ladder: RetryLadderName,
  cancellationType: ActivityCancellationType,
): ActivityInterfaceFor<ExportActivities> {
  return proxyActivities<ExportActivities>({
    // Only bounds an attempt that hangs: a part can be a warehouse of a hundred thousand levels, written one by one.
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '30 seconds',
    cancellationType,
    // The wait after a crash, which carries no delay of our own, is bounded like the others.
    retry: {
      ...ladderRetryPolicy(ladder),
      initialInterval: 5_000,
      maximumInterval: Math.min(LONGEST_EXPORT_DELAY_MS, LONGEST_DELAY_MS),
    },
  });
}
