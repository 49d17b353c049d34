import { defaultPayloadConverter } from '@temporalio/common';
import { earlierHeartbeat, type ExportHeartbeat } from '../activities/delta/export-tally';
import { EXPORT_PROGRESS_QUERY, type ExportProgress } from '../contracts/export-messages';
import { taskQueueOf } from '../contracts/task-queues';
import { addStretch, howFar, type HowFar } from '../domain/export-progress';
import { hasWorkflowWorker } from '../temporal/pollers';
import { type OpsContext } from './context';
import { brief } from './schedule-state';

/** How far a run that is at work has come, with what its activity has told since. */
export interface RunningProgress extends HowFar {
  readonly written: number;
  /** ISO-8601. */
  readonly expectedEndAt?: string;
}

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 5_000;

/** How far a run has come; undefined when it has only begun, or nobody is there to say. */
export async function readRunningProgress(
  context: OpsContext,
  workflowId: string,
): Promise<RunningProgress | undefined> {
  const { temporal } = context;
  if (!(await hasWorkflowWorker(temporal, taskQueueOf('exports')))) return undefined;
  const handle = temporal.client.workflow.getHandle(workflowId);
  const progress = await temporal.connection
    .withDeadline(Date.now() + ASK_WORKER_MS, () => handle.query<ExportProgress | null>(EXPORT_PROGRESS_QUERY))
    .catch(() => undefined);
  if (!progress) return undefined;
  const heartbeat = await heartbeatOf(context, workflowId);
  const now = heartbeat ? addStretch(progress, heartbeat) : progress;
  const far = howFar(now, heartbeat?.comparedSince);
  return {
    ...far,
    written: now.counts.written + (heartbeat?.writtenInPart ?? 0),
    ...(far.leftMs !== undefined && { expectedEndAt: new Date(Date.now() + far.leftMs).toISOString() }),
  };
}

/** What the activity at work has told lately. */
async function heartbeatOf({ temporal }: OpsContext, workflowId: string): Promise<ExportHeartbeat | undefined> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  const { raw } = await temporal.connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
  const [payload] = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads ?? [];
  return payload ? earlierHeartbeat(defaultPayloadConverter.fromPayload(payload)) : undefined;
}

/** In words, e.g. `20000 compared, 350 written; 350 a second, 80000 left, ends in 4 min (12:34 UTC)`. */
export function describeProgress({ rowsDone, written, rowsPerSecond, ...left }: RunningProgress): string {
  const { rowsLeft, leftMs, expectedEndAt } = left;
  const words = [
    ...(rowsPerSecond === undefined ? [] : [`${Math.round(rowsPerSecond)} a second`]),
    ...(rowsLeft === undefined ? [] : [`${rowsLeft} left`]),
    ...(leftMs === undefined || expectedEndAt === undefined
      ? []
      : [`ends in ${brief(leftMs)} (${expectedEndAt.slice(11, 16)} UTC)`]),
  ];
  return [`${rowsDone} compared, ${written} written`, ...(words.length > 0 ? [words.join(', ')] : [])].join('; ');
}
