import { Context } from '@temporalio/activity';
import {
  EXPORT_SIGNAL,
  type ExportBatchInput,
  type ExportBatchResult,
  type ExportKey,
  type ExportPlan,
  type FinishedRun,
  type PlanExportInput,
} from '../../contracts/exports';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import { LONGEST_DELTA_DELAY_MS, type ExportStream } from '../../contracts/streams';
import {
  SWEEP_SIGNAL,
  type PublishFindingsInput,
  type SweepLookInput,
  type SweepLookResult,
} from '../../contracts/sweeps';
import { engineQueueOf } from '../../contracts/task-queues';
import { withBegunRun } from '../../domain/export-progress';
import { countUnresolved } from '../../domain/records';
import type { Publisher } from '../../temporal/publisher';
import { runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { readCheckpoint, signalCheckpoint } from './checkpoints';
import { earlierHeartbeat, exportBatch, type BatchLimits } from './export-run';
import { exportContext, NO_CHECKPOINT, readPlan, runsGone } from './plan-export';
import { publishFindings } from './publish-findings';
import type { DeltaExport } from './stream';
import { DELTA_EXPORTS, DELTA_SWEEPS } from './streams';
import { lookThrough, ownersOf, type LookLimits } from './sweep-run';

/** Where an export stands after a run, for its report. */
export interface CheckpointAfterRun {
  readonly watermark?: string;
  readonly covered: number;
  readonly unresolved: number;
  readonly deferred: number;
  readonly firstDeferredAt?: string;
}

/** Input of the activity that writes a run's results to its checkpoint. */
export interface FinishExportInput extends ExportKey {
  readonly run: FinishedRun;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** The activities of exports and sweeps, as their workflows call them. */
export interface DeltaActivities {
  /** What an export is going to read, and what the next one's watermark will be. Notes in the checkpoint that a run begins. */
  planExport(input: PlanExportInput): Promise<ExportPlan>;
  /** Brings some partitions of the stream to Flow, in order. Converges: it may run any number of times. */
  exportBatch(input: ExportBatchInput): Promise<ExportBatchResult>;
  /** Writes what a run leaves to later ones into the checkpoint. */
  finishExport(input: FinishExportInput): Promise<CheckpointAfterRun>;
  /** Reads and compares what is due of a tenant's sweeps; writes nothing. */
  lookForChanges(input: SweepLookInput): Promise<readonly SweepLookResult[]>;
  /** Notifies the owners of what was found. May be repeated. */
  publishFindings(input: PublishFindingsInput): Promise<void>;
}

/** Other sizes and streams than production's, for tests and measurements. */
export interface DeltaOptions {
  readonly batchLimits?: Partial<BatchLimits>;
  readonly exports?: (stream: ExportStream) => DeltaExport;
  readonly lookLimits?: Partial<LookLimits>;
}

/** Streams of a look after which no further one is begun, in milliseconds. */
const LOOK_MS = 4 * 60_000;

/** A record that Flow does not answer is only left unresolved once it has not been answered for some minutes. */
const GIVES_UP_RECORDS_FROM_ATTEMPT = 3;

/** The activities of all exports and sweeps; for the engine `exports`, so that they never take a place of an order's. */
// eslint-disable-next-line max-lines-per-function -- one entry for each activity
export function createDeltaActivities(
  tenants: TenantRegistry,
  publisher: Publisher,
  options: DeltaOptions = {},
): DeltaActivities {
  const exportOf = options.exports ?? ((stream: ExportStream) => DELTA_EXPORTS[stream]);

  function run<T>(
    input: { tenantUid: string; retryLadder: RetryLadderName; pass: number },
    signalName: string,
    work: (context: SyncContext) => Promise<T>,
  ): Promise<T> {
    const attempt = { retryLadder: input.retryLadder, pass: input.pass, tenantUid: input.tenantUid };
    return runSync(tenants, { ...attempt, signalName, longestDelayMs: LONGEST_DELTA_DELAY_MS }, work);
  }

  return {
    planExport: (input) =>
      run(input, EXPORT_SIGNAL, async (context) => {
        const { client, info } = Context.current();
        const workflowId = info.workflowExecution?.workflowId ?? '';
        // The earlier of two clocks, this machine's and the server's: one that is fast would leave a gap.
        const now = new Date(Math.min(Date.now(), info.currentAttemptScheduledTimestampMs));
        const before = (await readCheckpoint(client, input)) ?? NO_CHECKPOINT;
        const gone = await runsGone(client, before, workflowId);
        const begun = { workflowId, begunAt: now.toISOString() };
        const taskQueue = engineQueueOf(info.taskQueue);
        await signalCheckpoint(client, taskQueue, input, { kind: 'begun', run: begun, gone });
        const { tenantUid: _uid, retryLadder: _ladder, pass: _pass, ...wanted } = input;
        const work = exportContext(context, input, { to: begun.begunAt, since: 'first-export' });
        const checkpoint = withBegunRun(before, begun, gone);
        return await readPlan(exportOf(input.stream), work, client, checkpoint, { ...wanted, now });
      }),

    exportBatch: (input) =>
      run(input, EXPORT_SIGNAL, async (context) => {
        const activity = Context.current();
        const { client, info } = activity;
        const work = exportContext(context, input, input.window);
        const givesUpRecords = info.attempt >= GIVES_UP_RECORDS_FROM_ATTEMPT;
        // Unresolved records go from the checkpoint to the activity, and through no history.
        const readsUnresolved = input.partitions.some(({ read, records }) => read === 'unresolved' && !records);
        const { unresolved, deferred } =
          (readsUnresolved ? await readCheckpoint(client, input) : undefined) ?? NO_CHECKPOINT;
        const isDue = ({ at }: { readonly at: string }): boolean => Date.parse(at) <= Date.parse(input.window.to);
        return await exportBatch(exportOf(input.stream), Object.assign(work, { givesUpRecords }), input.partitions, {
          heartbeat: (progress) => activity.heartbeat(progress),
          holdsRemovals: input.holdsRemovals,
          earlier: earlierHeartbeat(info.heartbeatDetails),
          known: unresolved,
          due: deferred.filter(isDue).map(({ record }) => record),
          ...(options.batchLimits && { limits: options.batchLimits }),
        });
      }),

    finishExport: (input) =>
      run(input, EXPORT_SIGNAL, async () => {
        const { client, info } = Context.current();
        await signalCheckpoint(client, engineQueueOf(info.taskQueue), input, { kind: 'finished', run: input.run });
        const { watermark, covered, unresolved, deferred } = (await readCheckpoint(client, input)) ?? NO_CHECKPOINT;
        const [first] = deferred;
        return {
          ...(watermark !== undefined && { watermark }),
          covered: covered.length,
          unresolved: countUnresolved(unresolved),
          deferred: deferred.length,
          ...(first && { firstDeferredAt: first.at }),
        };
      }),

    lookForChanges: (input) =>
      run(input, SWEEP_SIGNAL, async (context) => {
        const activity = Context.current();
        const { client, info } = activity;
        const earlier = earlierLooks(info.heartbeatDetails);
        const ownerOf = ownersOf(client, input.tenantUid);
        const done: SweepLookResult[] = [];
        const endAtMs = Date.now() + (options.lookLimits?.milliseconds ?? LOOK_MS);
        for (const begun of input.streams) {
          // Streams that are left are due in the next look, before those that have had their turn.
          if (done.length > 0 && Date.now() > endAtMs) break;
          const before = earlier.find(({ stream }) => stream === begun.stream);
          const isOver = before !== undefined && earlier.at(-1) !== before;
          const look = isOver
            ? before
            : await lookThrough(DELTA_SWEEPS[begun.stream], context, begun, {
                ownerOf,
                earlier: before,
                heartbeat: (progress) => {
                  context.progress = [...done, progress];
                  activity.heartbeat(context.progress);
                },
                limits: options.lookLimits,
              });
          done.push(look);
        }
        return done;
      }),

    publishFindings: (input) => run(input, SWEEP_SIGNAL, (context) => publishFindings(context, publisher, input)),
  };
}

/** What an attempt that died had found, stream by stream; the last one had not come to its end. */
function earlierLooks(details: unknown): readonly SweepLookResult[] {
  return Array.isArray(details) ? (details as SweepLookResult[]) : [];
}
