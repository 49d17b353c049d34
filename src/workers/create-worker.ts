import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { activityPublisher } from '../activities/shared/activity-publisher';
import type { TenantRegistry } from '../activities/tenants';
import type { WorkerConfig } from '../config/types';
import type { RetryLadderName } from '../contracts/retry-ladder';
import { BATCH_TASK_QUEUE, taskQueueOf, type Engine } from '../contracts/task-queues';
import { activitiesOf, batchActivities } from './engines';
import { WORKFLOW_BUNDLE_PATH } from './workflow-bundle';

/** What a worker is made of; the same for production and for tests. */
export interface EngineWorkerParts {
  readonly engine: Engine;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly limits: WorkerConfig;
  readonly tenants: TenantRegistry;
  /** Of workflows that this worker's activities start. */
  readonly retryLadder: RetryLadderName;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
  /** Whose work this worker does besides, where a test has one queue for all engines. */
  readonly alsoEngines?: readonly Engine[];
}

/** How long after the grace time a worker that does not end is ended by force. */
const FORCE_AFTER_GRACE_MS = 20_000;

/** Exports and sweeps are cut off in the middle and go on at their cursor: nothing they do has to be waited out. */
const MOST_GRACE_OF_EXPORTS_MS = 10_000;

function shutdownTimes(
  engine: Engine,
  { shutdownGraceMs }: WorkerConfig,
): Pick<WorkerOptions, 'shutdownGraceTime' | 'shutdownForceTime'> {
  const graceMs = engine === 'exports' ? Math.min(shutdownGraceMs, MOST_GRACE_OF_EXPORTS_MS) : shutdownGraceMs;
  return { shutdownGraceTime: graceMs, shutdownForceTime: graceMs + FORCE_AFTER_GRACE_MS };
}

/**
 * Assembles one engine's worker. Cached workflows are bounded on purpose: what waits on the ladder costs no memory here,
 * it is loaded again when it goes on.
 */
export async function createEngineWorker(parts: EngineWorkerParts): Promise<Worker> {
  const { engine, connection, namespace, limits, tenants, retryLadder, taskQueue, alsoEngines = [] } = parts;
  const publisher = activityPublisher(retryLadder, taskQueue);
  return await Worker.create({
    connection,
    namespace,
    taskQueue: taskQueue ?? taskQueueOf(engine),
    workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
    activities: Object.assign(
      {},
      ...[engine, ...alsoEngines].map((each) => activitiesOf(each, tenants, publisher)),
    ) as object,
    maxConcurrentActivityTaskExecutions: limits.maxConcurrentActivities,
    maxCachedWorkflows: limits.maxCachedWorkflows,
    ...shutdownTimes(engine, limits),
  });
}

/** All workers that a production process has for an engine: that of its queue, and for exports that of their batches. */
export async function createEngineWorkers(
  parts: Omit<EngineWorkerParts, 'taskQueue' | 'alsoEngines'>,
): Promise<Worker[]> {
  const own = await createEngineWorker(parts);
  return parts.engine === 'exports' ? [own, await createBatchWorker(parts)] : [own];
}

/** Batches at work at once are a fourth of the places an engine has: each is minutes of reading and writing. */
const SHARE_OF_BATCHES = 4;

/**
 * Assembles the worker of the exports' long batches. It belongs into the process of the engine `exports`, and has a queue
 * and places of its own: exports wait for each other there, and nobody else waits for them.
 */
async function createBatchWorker(
  parts: Pick<EngineWorkerParts, 'connection' | 'namespace' | 'limits' | 'tenants' | 'retryLadder'>,
): Promise<Worker> {
  const { connection, namespace, limits, tenants, retryLadder } = parts;
  return await Worker.create({
    ...{ connection, namespace, taskQueue: BATCH_TASK_QUEUE },
    activities: batchActivities(tenants, activityPublisher(retryLadder)),
    maxConcurrentActivityTaskExecutions: Math.ceil(limits.maxConcurrentActivities / SHARE_OF_BATCHES),
    ...shutdownTimes('exports', limits),
  });
}
