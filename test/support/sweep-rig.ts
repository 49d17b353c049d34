import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createSweepActivities, type SweepActivities } from '../../src/activities/delta/sweep-activities';
import type { StretchLimits } from '../../src/activities/delta/sweep-stretch';
import { TenantRegistry } from '../../src/activities/tenants';
import type { IntegrationConfig } from '../../src/config/types';
import {
  SWEEP_STREAMS,
  SWEEP_WORKFLOW,
  sweepScheduleId,
  type SweepReport,
  type SweepStream,
  type SweepWorkflowInput,
} from '../../src/contracts/sweep-messages';
import type { ProvisionedSchedules } from '../../src/temporal/schedules';
import { SweepDirectory } from '../../src/temporal/sweep-directory';
import { provisionSweepSchedules } from '../../src/temporal/sweep-schedules';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until } from './order-driver';
import { devServer } from './temporal-rig';
import { triggerNow } from './trigger';
import { workerIsThere } from './worker-is-there';

/** What a rig sweeps with. */
export interface SweepRigParts {
  readonly config: IntegrationConfig;
  readonly tenantUid: string;
  /** Where the orders' workflows run. */
  readonly ownersTaskQueue?: string;
  readonly limits?: Partial<StretchLimits>;
  /** The sweeps' own task queue, when it is to be the engine's; else one that nobody else uses. */
  readonly taskQueue?: string;
  /** Instead of production's activities, for what a test scripts. */
  readonly activities?: SweepActivities;
}

type Handle = WorkflowHandle<(input: SweepWorkflowInput) => Promise<SweepReport>>;

/** Schedules, and a worker for the sweeps, on a task queue of their own. */
export class SweepRig {
  readonly taskQueue: string;
  private running:
    { readonly worker: Worker; readonly run: Promise<void>; readonly tenants: TenantRegistry } | undefined;

  private constructor(
    readonly client: Client,
    readonly parts: SweepRigParts,
  ) {
    this.taskQueue = parts.taskQueue ?? `sweeps-${randomUUID()}`;
  }

  static async create(parts: SweepRigParts): Promise<SweepRig> {
    const rig = new SweepRig((await devServer()).client, parts);
    // What an earlier test left running would take this one's ticks. Its watermarks do no harm: they are older.
    await rig.terminateRuns();
    return rig;
  }

  /** Makes the Schedules as a worker does at its start. */
  async provision(config = this.parts.config): Promise<ProvisionedSchedules> {
    return await provisionSweepSchedules({ client: this.client, config, taskQueue: this.taskQueue });
  }

  async startWorker(): Promise<void> {
    const { nativeConnection, namespace } = await devServer();
    const { config, ownersTaskQueue, limits } = this.parts;
    const tenants = new TenantRegistry(config.tenants);
    const activities =
      this.parts.activities ??
      createSweepActivities({
        tenants,
        limits: { settleMs: 0, ...limits },
        publisher: activityPublisher('one-minute', ownersTaskQueue),
      });
    const worker = await Worker.create({
      connection: nativeConnection,
      namespace,
      taskQueue: this.taskQueue,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
      activities,
      shutdownGraceTime: 100,
    });
    this.running = { worker, run: worker.run(), tenants };
    await workerIsThere(this.taskQueue);
  }

  async stopWorker(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    running?.worker.shutdown();
    await running?.run;
    await running?.tenants.close();
  }

  /** Ends everything: no Schedule and no run is left. */
  async stop(): Promise<void> {
    const config = { ...this.parts.config, tenants: [] };
    await this.provision(config);
    for (const { scheduleId } of this.wanted()) {
      await this.client.schedule
        .getHandle(scheduleId)
        .delete()
        .catch(() => undefined);
    }
    await this.terminateRuns();
    await this.stopWorker();
  }

  directory(): SweepDirectory {
    return new SweepDirectory(this.client);
  }

  schedule(stream: SweepStream): ReturnType<Client['schedule']['getHandle']> {
    return this.client.schedule.getHandle(sweepScheduleId({ tenantUid: this.parts.tenantUid, stream }));
  }

  /** Runs the sweep now, by its Schedule, and waits for its report. */
  async sweep(stream: SweepStream, timeoutMs = 60_000): Promise<SweepReport> {
    return await this.result(await this.trigger(stream), timeoutMs);
  }

  /** Starts the sweep now, by its Schedule. */
  async trigger(stream: SweepStream): Promise<Handle> {
    const workflowId = await triggerNow(this.schedule(stream));
    return this.client.workflow.getHandle(workflowId);
  }

  /** The report of a run; by then the server's index knows that it is over. */
  async result(handle: Handle, timeoutMs = 60_000): Promise<SweepReport> {
    const report = await until(async () => {
      const { status } = await handle.describe();
      return status.name === 'RUNNING' ? undefined : await handle.result();
    }, timeoutMs);
    const key = { tenantUid: this.parts.tenantUid, stream: report.stream };
    await until(async () => {
      const watermark = await this.directory().watermark(key);
      return watermark && watermark.toISOString() >= report.to ? true : undefined;
    });
    return report;
  }

  private async terminateRuns(): Promise<void> {
    const { tenantUid } = this.parts;
    const query = `WorkflowType = '${SWEEP_WORKFLOW}' AND TenantUid = '${tenantUid}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, runId } of this.client.workflow.list({ query })) {
      await this.client.workflow
        .getHandle(workflowId, runId)
        .terminate('end of test')
        .catch(() => undefined);
    }
  }

  private wanted(): { readonly scheduleId: string }[] {
    const { tenantUid } = this.parts;
    return SWEEP_STREAMS.map((stream) => ({ scheduleId: sweepScheduleId({ tenantUid, stream }) }));
  }
}

/** A configuration in which no sweep runs by itself during a test, unless a test says otherwise. */
export function sweptRarely(
  config: IntegrationConfig,
  changes: Partial<IntegrationConfig['tenants'][number]['sweeps']> = {},
): IntegrationConfig {
  const rarely = 86_400;
  const sweeps = {
    omniumOrdersEverySeconds: rarely,
    omniumCustomersEverySeconds: rarely,
    flowOrdersEverySeconds: rarely,
    flowReceiptsEverySeconds: rarely,
    flowCustomersEverySeconds: rarely,
    flowReceivementsEverySeconds: rarely,
    flowStockEverySeconds: rarely,
    omniumPurchaseOrdersEverySeconds: rarely,
    overlapSeconds: 2,
    firstLookBackHours: 1,
    ...changes,
  };
  return { ...config, tenants: config.tenants.map((tenant) => ({ ...tenant, sweeps })) };
}
