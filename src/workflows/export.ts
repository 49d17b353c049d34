import {
  ActivityCancellationType,
  defineQuery,
  isCancellation,
  makeContinueAsNewFunc,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
  type ActivityInterfaceFor,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { ExportActivities } from '../activities/delta/export-activities';
import {
  EXPORT_BEGUN_MEMO,
  EXPORT_MEMO,
  EXPORT_PROGRESS_QUERY,
  EXPORT_SIGNAL,
  LONGEST_EXPORT_DELAY_MS,
  MAX_HANDED_OVER,
  type ExportPlan,
  type ExportProgress,
  type ExportReport,
  type ExportStretchResult,
  type ExportWorkflowInput,
} from '../contracts/export-messages';
import { LONGEST_DELAY_MS, ladderRetryPolicy, type RetryLadderName } from '../contracts/retry-ladder';
import { addStretch, namesIn, partsOfOwn, startOf, summaryOf } from '../domain/export-progress';
import {
  exportCancelledDetails,
  exportedDetails,
  exportingDetails,
  exportSummary,
  exportWaitsDetails,
} from './lib/export-words';
import { ScheduledRun } from './lib/scheduled-run';

/** Bytes that Temporal allows; a tenant's uid is ASCII. */
const MAX_FAIRNESS_KEY = 64;

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
 * 5. Whoever cancels a run ends it once the attempt under way has come to its end; the next run begins where it did.
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
    setHandler(defineQuery<ExportProgress | undefined>(EXPORT_PROGRESS_QUERY), () => this.progress, {
      description: 'What is done and what is left',
    });
    this.scheduled.show(exportingDetails(input, carried, new Date()));
  }

  async run(): Promise<ExportReport> {
    try {
      return await this.export();
    } catch (error) {
      if (isCancellation(error)) setCurrentDetails(exportCancelledDetails(this.input, this.progress));
      throw error;
    }
  }

  private async export(): Promise<ExportReport> {
    let progress = this.progress ?? startOf(await this.plan());
    while (progress.parts.length > 0) {
      this.progress = progress;
      this.scheduled.show(exportingDetails(this.input, progress, new Date()));
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

  private exportStretch({ window, parts: left, handedOver = 0 }: ExportProgress): Promise<ExportStretchResult> {
    const { tenantUid, marketOrGroup, stream, retryLadder } = this.input;
    const parts = left.slice(0, PARTS_PER_STRETCH);
    const mayHandOver = Math.max(MAX_HANDED_OVER - handedOver, 0);
    const about = { tenantUid, marketOrGroup, stream, retryLadder, window, parts, mayHandOver };
    const summary = exportSummary(this.input, parts);
    return this.scheduled.step((pass) =>
      this.writing.exportStretch.executeWithOptions({ summary, ...this.turn() }, [{ ...about, pass }]),
    );
  }

  /** Of tenants whose stretches wait for a place, each gets its turn, where the server knows of fairness. */
  private turn(): Pick<ActivityOptions, 'priority' | 'taskQueue'> {
    const { tenantUid, stretchTaskQueue: taskQueue } = this.input;
    return {
      priority: { fairnessKey: tenantUid.slice(0, MAX_FAIRNESS_KEY) },
      ...(taskQueue !== undefined && { taskQueue }),
    };
  }

  private async goOnInNewRun(progress: ExportProgress): Promise<never> {
    const memo = { [EXPORT_BEGUN_MEMO]: progress.window.to };
    const carried = { ...progress, failedAttempts: this.scheduled.failedAttempts };
    return await makeContinueAsNewFunc<typeof exportWorkflow>({ memo })({ ...this.input, carried });
  }

  private finish(progress: ExportProgress): ExportReport {
    const { window, leftOut, missing, done, differences, workedMs } = progress;
    const summary = summaryOf(this.input, progress);
    const report: ExportReport = {
      ...summary,
      ...{ since: window.since, leftOut, missing, differences, workedMs },
      wholeParts: partsOfOwn(progress, done).flatMap((part) => (part.read === 'everything' ? namesIn(part) : []))
        .length,
      failedAttempts: this.scheduled.failedAttempts,
    };
    upsertMemo({ [EXPORT_MEMO]: summary });
    this.scheduled.show(exportedDetails(report));
    return report;
  }
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
