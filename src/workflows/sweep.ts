import {
  ActivityCancellationType,
  continueAsNew,
  proxyActivities,
  upsertMemo,
  workflowInfo,
  type ActivityInterfaceFor,
} from '@temporalio/workflow';
import type { SweepActivities } from '../activities/delta/sweep-activities';
import { LONGEST_DELAY_MS, ladderRetryPolicy, type RetryLadderName } from '../contracts/retry-ladder';
import {
  addCounts,
  LONGEST_SWEEP_DELAY_MS,
  lookedAt,
  MAX_NAMES,
  MAX_OTHER_NAMES,
  nameOfTarget,
  NO_COUNTS,
  SWEEP_MEMO,
  SWEEP_SIGNAL,
  type SweepFinding,
  type SweepProgress,
  type SweepReport,
  type SweepStretchResult,
  type SweepSummary,
  type SweepWindow,
  type SweepWorkflowInput,
} from '../contracts/sweep-messages';
import { ScheduledRun } from './lib/scheduled-run';
import { readingDetails, stretchSummary, sweepWaitsDetails, sweptDetails } from './lib/sweep-words';

/**
 * One sweep of one stream: finds where the last one ended, reads what has changed since then stretch by stretch, and
 * tells the owners of what differs.
 *
 * 1. The watermark moves only when the whole stream was read: it is this run's own result, so a run that fails, hangs or
 *    is ended leaves it where it was.
 * 2. A stretch only reads. What it found is in the history before anybody is told, so the report names exactly what was
 *    found, however often a worker dies in between.
 * 3. A vendor that cannot be reached is waited for, five minutes at most between two attempts; the read goes on where it was.
 */
export async function sweepWorkflow(input: SweepWorkflowInput): Promise<SweepReport> {
  return await new Sweep(input).run();
}

class Sweep {
  private readonly activities: ActivityInterfaceFor<SweepActivities>;
  private readonly scheduled: ScheduledRun;
  private progress: SweepProgress | undefined;

  constructor(private readonly input: SweepWorkflowInput) {
    this.activities = sweepActivities(input.retryLadder);
    this.progress = input.carried;
    this.scheduled = new ScheduledRun({
      signalName: SWEEP_SIGNAL,
      name: `sweep ${input.stream} (${input.tenantUid})`,
      waitsDetails: (report) => sweepWaitsDetails(input, report),
      failedAttempts: input.carried?.failedAttempts ?? 0,
    });
    this.scheduled.show(readingDetails(input, input.carried?.window));
  }

  async run(): Promise<SweepReport> {
    const window = this.progress?.window ?? (await this.findWatermark());
    this.progress ??= {
      ...{ window, counts: NO_COUNTS, failedAttempts: 0 },
      ...{ names: [], inProgressNames: [], failedNames: [] },
    };
    for (;;) {
      this.scheduled.show(readingDetails(this.input, window, this.progress));
      const stretch = await this.readStretch(window);
      if (stretch.findings.length > 0) await this.signal(window, stretch.findings);
      this.progress = addStretch(this.progress, stretch, this.scheduled.failedAttempts);
      if (!stretch.cursor) return this.finish(this.progress);
      if (workflowInfo().continueAsNewSuggested) {
        await continueAsNew<typeof sweepWorkflow>({ ...this.input, carried: this.progress });
      }
    }
  }

  private findWatermark(): Promise<SweepWindow> {
    const { tenantUid, stream, overlapSeconds, firstLookBackHours, retryLadder } = this.input;
    const about = { tenantUid, stream, overlapSeconds, firstLookBackHours, retryLadder };
    const summary = stretchSummary(this.input, 'watermark');
    return this.scheduled.step((pass) =>
      this.activities.findWatermark.executeWithOptions({ summary }, [{ ...about, pass }]),
    );
  }

  private readStretch(window: SweepWindow): Promise<SweepStretchResult> {
    const { tenantUid, stream, retryLadder } = this.input;
    const cursor = this.progress?.cursor;
    const about = { tenantUid, stream, retryLadder, window, ...(cursor && { cursor }) };
    const summary = stretchSummary(this.input, 'read');
    return this.scheduled.step((pass) =>
      this.activities.sweepStream.executeWithOptions({ summary }, [{ ...about, pass }]),
    );
  }

  private signal(window: SweepWindow, findings: readonly SweepFinding[]): Promise<void> {
    const { tenantUid, stream, retryLadder } = this.input;
    const about = { tenantUid, stream, retryLadder, window, findings };
    const summary = stretchSummary(this.input, 'signal');
    return this.scheduled.step((pass) =>
      this.activities.signalFindings.executeWithOptions({ summary }, [{ ...about, pass }]),
    );
  }

  private finish(progress: SweepProgress): SweepReport {
    const { tenantUid, stream } = this.input;
    const { window, counts, names, inProgressNames, failedNames } = progress;
    const { found, inProgress, failedToLook } = counts;
    const summary: SweepSummary = {
      ...{ tenantUid, stream, from: window.from, to: window.to },
      ...counts,
      looked: lookedAt(counts),
      signalled: found + inProgress + failedToLook,
    };
    const report: SweepReport = {
      ...summary,
      ...{ since: window.since, names, moreNames: Math.max(found - names.length, 0), inProgressNames, failedNames },
      failedAttempts: this.scheduled.failedAttempts,
    };
    upsertMemo({ [SWEEP_MEMO]: summary });
    this.scheduled.show(sweptDetails(report));
    return report;
  }
}

function addStretch(progress: SweepProgress, stretch: SweepStretchResult, failedAttempts: number): SweepProgress {
  const { findings, counts, cursor } = stretch;
  const names = (standing: SweepFinding['standing'], known: readonly string[], most: number): string[] => {
    const found = findings.filter((finding) => finding.standing === standing);
    return [...new Set([...known, ...found.map(({ target }) => nameOfTarget(target))])].slice(0, most);
  };
  return {
    window: progress.window,
    counts: addCounts(progress.counts, counts),
    names: names('found', progress.names, MAX_NAMES),
    inProgressNames: names('inProgress', progress.inProgressNames, MAX_OTHER_NAMES),
    failedNames: names('failedToLook', progress.failedNames, MAX_OTHER_NAMES),
    failedAttempts,
    ...(cursor && { cursor }),
  };
}

/**
 * Activities that read, and one that records events, which may be repeated: the events of a run have ids of their own.
 * A worker that dies is noticed within the heartbeat timeout; what it had read is in its last heartbeat.
 */
function sweepActivities(ladder: RetryLadderName): ActivityInterfaceFor<SweepActivities> {
  return proxyActivities<SweepActivities>({
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: '30 seconds',
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    // The wait after a crash, which carries no delay of our own, is bounded like the others.
    retry: {
      ...ladderRetryPolicy(ladder),
      initialInterval: 5_000,
      maximumInterval: Math.min(LONGEST_SWEEP_DELAY_MS, LONGEST_DELAY_MS),
    },
  });
}
