import { Worker, type NativeConnection } from '@temporalio/worker';
import type { TenantRegistry } from '../activities/tenants';
import type { WorkerConfig } from '../config/types';
import { taskQueueOf, type Engine } from '../contracts/task-queues';
import { activitiesOf } from './engines';
import { WORKFLOW_BUNDLE_PATH } from './workflow-bundle';

/** What a worker is made of; the same for production and for tests. */
export interface EngineWorkerParts {
  readonly engine: Engine;
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly limits: WorkerConfig;
  readonly tenants: TenantRegistry;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
  /** Whose work this worker does besides, where a test has one queue for all engines. */
  readonly alsoEngines?: readonly Engine[];
}

/** How long after the grace time a worker that does not end is ended by force. */
const FORCE_AFTER_GRACE_MS = 20_000;

/**
 * Assembles one engine's worker. Cached workflows are bounded on purpose: what waits on the ladder costs no memory here,
 * it is loaded again when it goes on.
 */
export async function createEngineWorker(parts: EngineWorkerParts): Promise<Worker> {
  const { engine, connection, namespace, limits, tenants, alsoEngines = [] } = parts;
  return await Worker.create({
    connection,
    namespace,
    taskQueue: parts.taskQueue ?? taskQueueOf(engine),
    workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
    activities: Object.assign({}, ...[engine, ...alsoEngines].map((each) => activitiesOf(each, tenants))) as object,
    maxConcurrentActivityTaskExecutions: limits.maxConcurrentActivities,
    maxCachedWorkflows: limits.maxCachedWorkflows,
    shutdownGraceTime: limits.shutdownGraceMs,
    shutdownForceTime: limits.shutdownGraceMs + FORCE_AFTER_GRACE_MS,
  });
}
