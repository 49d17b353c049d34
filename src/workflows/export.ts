import {
  ActivityCancellationType,
  CancellationScope,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  makeContinueAsNewFunc,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
  type ActivityInterfaceFor,
} from '@temporalio/workflow';
import type { DeltaActivities } from '../activities/delta';
import { RETRY_NOW_UPDATE } from '../contracts/entity-sync';
import {
  EXPORT_MEMO,
  EXPORT_PROGRESS_QUERY,
  EXPORT_SIGNAL,
  NAMES_IN_REPORT,
  REMOVALS_IN_REPORT,
  type ExportProgress,
  type ExportReport,
  type ExportSummary,
  type ExportWorkflowInput,
} from '../contracts/exports';
import type { FailureType } from '../contracts/failure-types';
import { LONGEST_DELAY_MS, ladderRetryPolicy, type RetryLadderName } from '../contracts/retry-ladder';
import { searchAttributes } from '../contracts/search-attributes';
import { comparedIn, LONGEST_DELTA_DELAY_MS, type AttemptFailedSignal } from '../contracts/streams';
import {
  addBatch,
  afterFuse,
  finishedRun,
  heldRemovals,
  listSizeOf,
  namesIn,
  partitionsOfOwn,
  progressOf,
} from '../domain/export-progress';
import { compact } from '../domain/compact';
import {
  exportCancelledDetails,
  exportedDetails,
  exportingDetails,
  exportSummary,
  exportWaitsDetails,
} from './delta-texts';

/** Bytes that Temporal allows; a tenant's uid is ASCII. */
const MAX_FAIRNESS_KEY = 64;

/** Partitions that one activity is given; it stops earlier once it has done enough. */
const PARTITIONS_PER_BATCH = 50;

/**
 * One run of an export: reads the checkpoint, brings what has changed since then to Flow, some partitions at a time, and
 * writes the checkpoint.
 *
 * 1. The checkpoint is written when everything has been read and compared: a run that fails, hangs or is ended leaves it
 *    where it was.
 * 2. Records stay in the activity. The history holds counts, names of partitions, and the records that could not be brought
 *    over for the first time, or not any more.
 * 3. Unresolved records are compared again by every later run, until there are too many of them: then the next run reads all
 *    that this one has read.
 * 4. A vendor that is away is waited for, five minutes at most between two attempts.
 * 5. What would be removed is held back until all has been read, and then looked at once more. Of too much nothing is removed:
 *    it stays unresolved until an operator allows it.
 * 6. A run that is cancelled ends once the attempt under way has come to its end; the next run begins where it did.
 */
// eslint-disable-next-line max-lines-per-function -- holds the state of a run, whose steps follow below its loop
export async function exportWorkflow(input: ExportWorkflowInput): Promise<ExportReport> {
  const { tenantUid, marketOrGroup, stream, retryLadder, overlapSeconds, batchTaskQueue, ask, carried } = input;
  const allowsRemovals = input.allowsRemovals === true;
  const key = { tenantUid, marketOrGroup, stream, retryLadder };
  const reading = deltaActivities(retryLadder, ActivityCancellationType.TRY_CANCEL);
  // An abandoned attempt is waited for, so that two attempts never write at the same time.
  const writing = deltaActivities(retryLadder, ActivityCancellationType.WAIT_CANCELLATION_COMPLETED);
  // Tenants whose batches wait for a place take turns, where the server knows of fairness.
  const turn = {
    priority: { fairnessKey: tenantUid.slice(0, MAX_FAIRNESS_KEY) },
    ...compact({ taskQueue: batchTaskQueue }),
  };
  let progress: ExportProgress | undefined = carried;
  let failedAttempts = carried?.failedAttempts ?? 0;
  let pass = 0;
  let scope: CancellationScope | undefined;
  let isWaiting = false;

  setHandler(defineQuery<ExportProgress | undefined>(EXPORT_PROGRESS_QUERY), () => progress, {
    description: 'What is done and what is left',
  });
  setHandler(
    defineSignal<[AttemptFailedSignal]>(EXPORT_SIGNAL),
    ({ report }) => {
      // A report can arrive after its attempt was abandoned; it says nothing about the one that runs now.
      if (report.pass !== pass || !scope) return;
      failedAttempts += 1;
      isWaiting = true;
      show(exportWaitsDetails(input, progress, report), report.failureType);
    },
    { description: 'An attempt has failed' },
  );
  setHandler(
    defineUpdate<string>(RETRY_NOW_UPDATE),
    () => {
      scope?.cancel();
      return `The export ${stream} (${tenantUid}) is being tried again now.`;
    },
    {
      description: 'End the wait and try at once',
      validator: () => {
        if (!isWaiting) throw new Error('The export is not waiting for a retry.');
      },
    },
  );

  try {
    show(exportingDetails(input, progress, new Date()));
    if (!progress) {
      const options = { summary: exportSummary(input) };
      const about = { ...key, overlapSeconds, ...compact({ ask }) };
      progress = progressOf(await step(() => reading.planExport.executeWithOptions(options, [{ ...about, pass }])));
    }
    // Removals come last: only then it is known how many there are.
    let holdsRemovals = !allowsRemovals && progress.partitions[0]?.records === undefined;
    while (progress.partitions.length > 0) {
      show(exportingDetails(input, progress, new Date()));
      const partitions = progress.partitions.slice(0, PARTITIONS_PER_BATCH);
      const options = { summary: exportSummary(input, partitions), ...turn };
      const batch = { ...key, window: progress.window, partitions, holdsRemovals };
      const result = await step(() => writing.exportBatch.executeWithOptions(options, [{ ...batch, pass }]));
      progress = addBatch(progress, result);
      if (progress.partitions.length === 0 && holdsRemovals) {
        progress = afterFuse(progress);
        holdsRemovals = false;
      }
      if (workflowInfo().continueAsNewSuggested && progress.partitions.length > 0)
        await makeContinueAsNewFunc<typeof exportWorkflow>()({ ...input, carried: { ...progress, failedAttempts } });
    }
    return await finish(progress);
  } catch (error) {
    if (isCancellation(error)) setCurrentDetails(exportCancelledDetails(input, progress));
    throw error;
  }

  /** One activity, again from its start whenever an operator ends its wait. */
  async function step<T>(call: () => Promise<T>): Promise<T> {
    for (;;) {
      pass += 1;
      const own = new CancellationScope();
      scope = own;
      try {
        return await own.run(call);
      } catch (error) {
        if (CancellationScope.current().consideredCancelled || !own.consideredCancelled) throw error;
      } finally {
        scope = undefined;
        isWaiting = false;
      }
    }
  }

  async function finish(done: ExportProgress): Promise<ExportReport> {
    const { window, leftOut, missing, counts, differences, workedMs, unresolved, moreUnresolved } = done;
    const run = finishedRun(workflowInfo().workflowId, done);
    const options = { summary: exportSummary(input, []) };
    const after = await step(() => reading.finishExport.executeWithOptions(options, [{ ...key, run, pass }]));
    const summary: ExportSummary = {
      ...{ tenantUid, marketOrGroup, stream, ...counts, compared: comparedIn(counts), to: window.to },
      ...compact({ from: window.from }),
      ...after,
      moreUnresolved,
    };
    const wholePartitions = partitionsOfOwn(done, done.done)
      .filter(({ read }) => read === 'everything')
      .flatMap(namesIn).length;
    const held = heldRemovals(done);
    const samples = held.slice(0, REMOVALS_IN_REPORT);
    const isHeld = held.length > 0;
    const unresolvedNames = unresolved.flatMap(({ ids }) => ids).slice(0, NAMES_IN_REPORT);
    const report: ExportReport = {
      ...summary,
      ...{ since: window.since, leftOut, missing, wholePartitions, unresolvedNames },
      ...{ differences, workedMs, failedAttempts },
      ...(isHeld && { heldRemovals: { count: held.length, listSize: listSizeOf(done), samples } }),
    };
    upsertMemo({ [EXPORT_MEMO]: summary });
    show(exportedDetails(report), isHeld ? ('RemovalHeld' satisfies FailureType) : undefined);
    return report;
  }
}

/** What the page says, and what the list of failing syncs finds. */
function show(details: string, failureType?: string): void {
  setCurrentDetails(details);
  const { typedSearchAttributes } = workflowInfo();
  if (failureType === typedSearchAttributes.get(searchAttributes.failureType)) return;
  upsertSearchAttributes([{ key: searchAttributes.failureType, value: failureType ?? null }]);
}

/** A worker that dies is noticed within the heartbeat timeout; what it had done is in its last heartbeat. */
function deltaActivities(
  ladder: RetryLadderName,
  cancellationType: ActivityCancellationType,
): ActivityInterfaceFor<DeltaActivities> {
  return proxyActivities<DeltaActivities>({
    // Only bounds an attempt that hangs: a partition can be a warehouse of a hundred thousand levels, written one by one.
    startToCloseTimeout: '2 hours',
    heartbeatTimeout: '30 seconds',
    cancellationType,
    // The wait after a crash, which carries no delay of our own, is bounded like the others.
    retry: {
      ...ladderRetryPolicy(ladder),
      initialInterval: 5_000,
      maximumInterval: Math.min(LONGEST_DELTA_DELAY_MS, LONGEST_DELAY_MS),
    },
  });
}
