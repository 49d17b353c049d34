import { type WorkflowExecutionDescription, type WorkflowHandle } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import { SYNC_STATUS_QUERY, type SyncResult } from '../contracts/entity-sync';
import { type OrderKey, orderKind, type OrderOutcome, type OrderStatus } from '../contracts/kinds/order';
import { searchAttributes } from '../contracts/search-attributes';
import { GRPC, grpcCodeOf } from '../temporal/grpc-errors';
import { webUiUrl } from '../temporal/order-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { type OpsContext } from './context';

/** Why an order waits, and until when. */
export interface WaitingReport {
  readonly failureType: string;
  readonly message: string;
  readonly failedAttempts: number;
  /** ISO-8601; absent while the next attempt is already running or due. */
  readonly nextAttemptAt?: string;
}

/** Everything that is known about one order's sync: what `where --json` prints. */
export interface OrderReport {
  readonly tenantUid: string;
  readonly orderNumber: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly webUiUrl: string;
  readonly taskQueue: string;
  /** Temporal's own word, e.g. `RUNNING`, `COMPLETED`, `TERMINATED`. */
  readonly execution: string;
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly syncState?: string;
  readonly storeUid?: string;
  /** Attempts that failed in this run, those of earlier passes included. */
  readonly failedAttempts?: number;
  readonly passes?: number;
  readonly waitingEvents?: number;
  readonly waiting?: WaitingReport;
  readonly outcome?: OrderOutcome;
  readonly givenUpBecause?: string;
  /** Whether a worker answered; only asked while the order is in work. */
  readonly workerAnswered?: boolean;
  /** How often the workflow itself has failed to go on: only a defect of ours does that. */
  readonly stuckAttempts?: number;
}

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 4_000;
/** A workflow task that is late has one attempt; one that fails has more. */
const STUCK_FROM_ATTEMPT = 3;

/**
 * Looks an order up under its workflow id. Everything but the worker's own answer comes from the server, so it works
 * while no worker runs.
 *
 * @returns `undefined` when Temporal has no such order, or no longer
 */
export async function readOrderReport(context: OpsContext, key: OrderKey): Promise<OrderReport | undefined> {
  const { client, connection } = context.temporal;
  const handle = client.workflow.getHandle(orderKind.id(key));
  let description: WorkflowExecutionDescription;
  try {
    description = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return undefined;
    if (grpcCodeOf(error) === GRPC.NOT_FOUND) return undefined;
    throw error;
  }
  const run = client.workflow.getHandle(description.workflowId, description.runId);
  const isRunning = description.status.name === 'RUNNING';
  return {
    ...fromServer(context, key, description),
    ...(isRunning ? await askWorker(context, run, description.taskQueue) : await readResult(context, run)),
    ...waitingReport(description),
  };
}

function fromServer(context: OpsContext, key: OrderKey, description: WorkflowExecutionDescription): OrderReport {
  const { workflowId, runId, taskQueue, typedSearchAttributes, closeTime, startTime, status, raw } = description;
  const syncState = typedSearchAttributes.get(searchAttributes.syncState);
  const storeUid = typedSearchAttributes.get(searchAttributes.storeUid);
  const stuckAttempts = raw.pendingWorkflowTask?.attempt ?? 0;
  const { temporalWebUiUrl } = context.config.api;
  return {
    ...key,
    workflowId,
    runId,
    webUiUrl: webUiUrl({ namespace: context.temporal.namespace, temporalWebUiUrl }, { workflowId, runId }),
    taskQueue,
    execution: status.name,
    startedAt: startTime.toISOString(),
    ...(closeTime === undefined ? {} : { closedAt: closeTime.toISOString() }),
    ...(syncState === undefined ? {} : { syncState }),
    ...(storeUid === undefined ? {} : { storeUid }),
    ...(stuckAttempts >= STUCK_FROM_ATTEMPT ? { stuckAttempts } : {}),
  };
}

/** The failure and the next attempt as the server itself counts them: right even when no worker runs. */
function waitingReport({ raw }: WorkflowExecutionDescription): { waiting?: WaitingReport } {
  const activity = raw.pendingActivities?.find(({ lastFailure }) => lastFailure != null);
  const failure = activity?.lastFailure;
  if (activity === undefined || failure == null) return {};
  const nextAttemptAt = optionalTsToDate(activity.nextAttemptScheduleTime);
  return {
    waiting: {
      failureType:
        failure.applicationFailureInfo?.type ?? (failure.timeoutFailureInfo ? 'timeout or crash' : 'unknown'),
      message: failure.message ?? '',
      // The server counts the attempt that runs or comes next.
      failedAttempts: Math.max((activity.attempt ?? 1) - 1, 1),
      ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: nextAttemptAt.toISOString() }),
    },
  };
}

async function askWorker(
  { temporal }: OpsContext,
  run: WorkflowHandle,
  taskQueue: string,
): Promise<Partial<OrderReport>> {
  try {
    if (!(await hasWorkflowWorker(temporal, taskQueue))) return { workerAnswered: false };
    const status = await temporal.connection.withDeadline(Date.now() + ASK_WORKER_MS, () =>
      run.query<OrderStatus>(SYNC_STATUS_QUERY),
    );
    const { passes, failedAttempts, waitingEvents, outcome } = status;
    return {
      workerAnswered: true,
      passes,
      failedAttempts,
      waitingEvents,
      ...(outcome === undefined ? {} : { outcome }),
    };
  } catch {
    // No worker, or one that cannot run this workflow: what the server knows has to do.
    return { workerAnswered: false };
  }
}

async function readResult({ temporal }: OpsContext, run: WorkflowHandle): Promise<Partial<OrderReport>> {
  try {
    const result = (await temporal.connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
      run.result(),
    )) as SyncResult<OrderOutcome>;
    const { passes, failedAttempts, outcome, givenUpBecause } = result;
    return {
      passes,
      failedAttempts,
      ...(outcome === undefined ? {} : { outcome }),
      ...(givenUpBecause === undefined ? {} : { givenUpBecause }),
    };
  } catch {
    // A run that was terminated or cancelled has no result; its status says so.
    return {};
  }
}
