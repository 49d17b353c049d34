import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { createDeltaActivities, type DeltaActivities } from '../../src/activities/delta';
import { readCheckpoint } from '../../src/activities/delta/checkpoints';
import type { BatchLimits } from '../../src/activities/delta/export-run';
import { NO_CHECKPOINT } from '../../src/activities/delta/plan-export';
import type { DeltaExport } from '../../src/activities/delta/stream';
import { TenantRegistry } from '../../src/activities/tenants';
import type { ConnectorProperties, IntegrationConfig } from '../../src/config/types';
import {
  checkpointWorkflowId,
  EXPORT_WORKFLOW,
  exportByHandId,
  exportScheduleId,
  type ExportAsk,
  type ExportCheckpoint,
  type ExportKey,
  type ExportReport,
  type ExportWorkflowInput,
} from '../../src/contracts/exports';
import { EXPORTS, type ExportStream } from '../../src/contracts/streams';
import { BATCH_TASK_QUEUE, taskQueueOf } from '../../src/contracts/task-queues';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { ensureSchedule, exportSchedules } from '../../src/temporal/schedules';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until } from './order-driver';
import { devServer } from './temporal-rig';
import { triggerNow } from './trigger';
import { workerIsThere } from './worker-is-there';

/** What a rig exports with. */
export interface ExportRigParts {
  readonly config: IntegrationConfig;
  readonly tenantUid: string;
  /** `inventory` by default. */
  readonly stream?: ExportStream;
  readonly limits?: Partial<BatchLimits>;
  /** Instead of production's activities, for what a test scripts. */
  readonly activities?: Pick<DeltaActivities, 'planExport' | 'exportBatch' | 'finishExport'>;
  /** Instead of production's kind: what is read, while all that is made of it is real. */
  readonly kind?: DeltaExport;
  /** The exports' own task queue, when it is to be the engine's; else one that nobody else uses. */
  readonly taskQueue?: string;
}

/** How far a run reads back behind the watermark. */
export const OVERLAP_SECONDS = 2;

type Handle = WorkflowHandle<(input: ExportWorkflowInput) => Promise<ExportReport>>;

/** Schedules of an export, and a worker for it, on a task queue of their own. */
export class ExportRig {
  readonly taskQueue: string;
  readonly key: ExportKey;
  private running:
    | { readonly workers: readonly Worker[]; readonly run: Promise<unknown>; readonly tenants: TenantRegistry }
    | undefined;

  private constructor(
    readonly client: Client,
    readonly parts: ExportRigParts,
  ) {
    this.taskQueue = parts.taskQueue ?? `exports-${randomUUID()}`;
    const [market] = parts.config.tenants.find(({ tenantUid }) => tenantUid === parts.tenantUid)?.markets ?? [];
    const { tenantUid, stream = 'inventory' } = parts;
    this.key = { tenantUid, marketOrGroup: market?.marketId ?? '', stream };
  }

  static async create(parts: ExportRigParts): Promise<ExportRig> {
    const rig = new ExportRig((await devServer()).client, parts);
    await rig.endStrayCheckpoint();
    return rig;
  }

  /** A checkpoint that another test file has left on its own task queue: no worker answers for it any more. */
  private async endStrayCheckpoint(): Promise<void> {
    const stray = this.client.workflow.getHandle(checkpointWorkflowId(this.key));
    const description = await stray.describe().catch(() => undefined);
    if (description?.status.name !== 'RUNNING' || description.taskQueue === this.taskQueue) return;
    await stray.terminate('left by another test').catch(() => undefined);
  }

  /** Makes the Schedules as a worker does at its start. */
  async provision(config = this.parts.config): Promise<void> {
    for (const schedule of exportSchedules(config, this.taskQueue)) await ensureSchedule(this.client, schedule, 'test');
  }

  /** @param config another configuration than the rig's, as after a restart with a changed one */
  async startWorker(config = this.parts.config): Promise<void> {
    const { nativeConnection, namespace } = await devServer();
    const { limits: batchLimits, kind } = this.parts;
    const tenants = new TenantRegistry(config.tenants);
    const given = { ...(batchLimits && { batchLimits }), ...(kind && { exports: () => kind }) };
    const activities = this.parts.activities ?? createDeltaActivities(tenants, activityPublisher('one-minute'), given);
    // A cancelled run hears of it with the next heartbeat.
    const soon = { shutdownGraceTime: 100, maxHeartbeatThrottleInterval: 100 };
    const worker = { connection: nativeConnection, namespace, activities, ...soon };
    const workflowBundle = { codePath: WORKFLOW_BUNDLE_PATH };
    const workers = [await Worker.create({ ...worker, taskQueue: this.taskQueue, workflowBundle })];
    // Runs on the engine's own queue are those of production, with batches on a queue of their own.
    if (this.taskQueue === taskQueueOf('exports'))
      workers.push(await Worker.create({ ...worker, taskQueue: BATCH_TASK_QUEUE }));
    this.running = { workers, run: Promise.all(workers.map((each) => each.run())), tenants };
    await workerIsThere(this.taskQueue);
  }

  async stopWorker(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    for (const worker of running?.workers ?? []) worker.shutdown();
    await running?.run;
    await running?.tenants.close();
  }

  /** Ends everything: no Schedule and no run is left, nor, unless another rig on the same task queue goes on, a checkpoint. */
  async stop({ keepsCheckpoint = false } = {}): Promise<void> {
    await this.schedule()
      .delete()
      .catch(() => undefined);
    const { tenantUid } = this.key;
    if (!keepsCheckpoint) {
      await this.client.workflow
        .getHandle(checkpointWorkflowId(this.key))
        .terminate('end of test')
        .catch(() => undefined);
    }
    const query = `WorkflowType = '${EXPORT_WORKFLOW}' AND TenantUid = '${tenantUid}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, runId } of this.client.workflow.list({ query })) {
      await this.client.workflow
        .getHandle(workflowId, runId)
        .terminate('end of test')
        .catch(() => undefined);
    }
    await this.stopWorker();
  }

  /** What earlier runs have left behind. */
  async checkpoint(): Promise<ExportCheckpoint> {
    return (await readCheckpoint(this.client, this.key)) ?? NO_CHECKPOINT;
  }

  /** Records that could not be brought over. */
  async unresolved(): Promise<string[]> {
    return (await this.checkpoint()).unresolved.flatMap(({ ids }) => ids).sort();
  }

  schedule(): ReturnType<Client['schedule']['getHandle']> {
    return this.client.schedule.getHandle(exportScheduleId(this.key));
  }

  /** Runs the export now, by its Schedule, and waits for its report. */
  async export(timeoutMs = 60_000): Promise<ExportReport> {
    return await this.result(await this.trigger(), timeoutMs);
  }

  /** Starts the export now, by its Schedule. */
  async trigger(): Promise<Handle> {
    return this.client.workflow.getHandle(await triggerNow(this.schedule()));
  }

  /** Starts a run beside the Schedule, as the operator's tool does; without a wish, one that reads on. */
  async ask(ask?: ExportAsk, more: Pick<ExportWorkflowInput, 'allowsRemovals'> = {}): Promise<Handle> {
    const { retryLadder } = this.parts.config;
    return await this.client.workflow.start<(input: ExportWorkflowInput) => Promise<ExportReport>>(EXPORT_WORKFLOW, {
      workflowId: exportByHandId(this.key, new Date()),
      taskQueue: this.taskQueue,
      args: [{ ...this.key, retryLadder, overlapSeconds: OVERLAP_SECONDS, ...(ask && { ask }), ...more }],
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: this.key.tenantUid },
      ]),
    });
  }

  async result(handle: Handle, timeoutMs = 60_000): Promise<ExportReport> {
    return await until(async () => {
      const { status } = await handle.describe();
      return status.name === 'RUNNING' ? undefined : await handle.result();
    }, timeoutMs);
  }
}

/** A configuration with the inventory export on a Schedule that does not run by itself during a test. */
export function withInventoryExport(
  config: IntegrationConfig,
  schedule = RARELY,
  more: { readonly isDisabled?: boolean } = {},
): IntegrationConfig {
  const properties = { OmniumIsMasterForStock: true };
  return withExport(config, 'inventory', { schedule, properties, ...more });
}

/** What an export is configured with. */
export interface ExportSettings {
  /** Cron expression; by default one that does not run by itself during a test. */
  readonly schedule?: string;
  readonly isDisabled?: boolean;
  /** Properties of the connector and of its markets. */
  readonly properties?: Partial<ConnectorProperties>;
}

/** The 29th of February. */
const RARELY = '0 5 29 2 *';

/** A configuration with one export and no other. */
export function withExport(
  config: IntegrationConfig,
  stream: ExportStream,
  settings: ExportSettings = {},
): IntegrationConfig {
  const { schedule = RARELY, isDisabled = false, properties } = settings;
  const task = { schedule, implementationType: EXPORTS[stream].task, isDisabled };
  const isOther = (name: string): boolean => name !== 'IInventoryExporter' && name !== 'IProductExporter';
  const implementation = stream === 'inventory' ? 'IInventoryExporter' : 'IProductExporter';
  const noProducts = { schedule, implementationType: EXPORTS.products.task, isDisabled: true };
  const tenants = config.tenants.map((tenant) => ({
    ...tenant,
    markets: tenant.markets.map((market) => ({ ...market, properties: { ...market.properties, ...properties } })),
    connector: {
      properties: { ...tenant.connector.properties, ...properties },
      scheduledTasks: stream === 'products' || stream === 'inventory' ? [task] : [task, noProducts],
      implementations: [...tenant.connector.implementations.filter(isOther), implementation],
    },
    sweeps: { ...tenant.sweeps, overlapSeconds: OVERLAP_SECONDS },
  }));
  return { ...config, tenants };
}
