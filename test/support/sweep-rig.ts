import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createDeltaActivities, type DeltaActivities } from '../../src/activities/delta';
import type { LookLimits } from '../../src/activities/delta/sweep-run';
import { TenantRegistry } from '../../src/activities/tenants';
import type { IntegrationConfig } from '../../src/config/types';
import type { SweepStream } from '../../src/contracts/streams';
import { SWEEP_NOW_UPDATE, sweepWorkflowId, type SweepReport, type SweepState } from '../../src/contracts/sweeps';
import { configureSweep, readSweepState, sweepSettings } from '../../src/temporal/sweeps';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until } from './order-driver';
import { devServer } from './temporal-rig';
import { workerIsThere } from './worker-is-there';

/** What a rig sweeps with. */
export interface SweepRigParts {
  readonly config: IntegrationConfig;
  readonly tenantUid: string;
  /** Where the orders' workflows run. */
  readonly ownersTaskQueue?: string;
  readonly limits?: Partial<LookLimits>;
  /** The sweeps' own task queue, when it is to be the engine's; else one that nobody else uses. */
  readonly taskQueue?: string;
  /** Instead of production's activities, for what a test scripts. */
  readonly activities?: Pick<DeltaActivities, 'lookForChanges' | 'publishFindings'>;
}

/** A tenant's sweep, and a worker for it, on a task queue of their own. */
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
    // What an earlier test left running has its watermarks and its task queue.
    await rig.terminate();
    return rig;
  }

  /** Starts the sweep as a worker does at its start. */
  async provision(config = this.parts.config): Promise<void> {
    for (const tenant of config.tenants) {
      if (tenant.tenantUid !== this.parts.tenantUid) continue;
      await configureSweep(this.client, tenant.tenantUid, sweepSettings(tenant, config, 'test'), this.taskQueue);
    }
  }

  async startWorker(): Promise<void> {
    const { nativeConnection, namespace } = await devServer();
    const { config, ownersTaskQueue, limits } = this.parts;
    const tenants = new TenantRegistry(config.tenants);
    const activities =
      this.parts.activities ??
      createDeltaActivities(tenants, activityPublisher('one-minute', ownersTaskQueue), {
        lookLimits: { settleMs: 0, ...limits },
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

  /** Ends everything: no sweep is left. */
  async stop(): Promise<void> {
    await this.terminate();
    await this.stopWorker();
  }

  handle(): WorkflowHandle {
    return this.client.workflow.getHandle(sweepWorkflowId(this.parts.tenantUid));
  }

  async state(): Promise<SweepState> {
    return await readSweepState(this.client, this.parts.tenantUid);
  }

  /** Has the sweep look through a stream now, and waits for its report. */
  async sweep(stream: SweepStream, timeoutMs = 60_000): Promise<SweepReport> {
    return await this.report(stream, await this.askFor(stream), timeoutMs);
  }

  /** Has the sweep look through a stream now. @returns from when on it does */
  async askFor(stream: SweepStream): Promise<string> {
    return await this.handle().executeUpdate<string, [readonly SweepStream[]]>(SWEEP_NOW_UPDATE, { args: [[stream]] });
  }

  /** The report of the first look that began at a moment or later. */
  async report(stream: SweepStream, askedAt: string, timeoutMs = 60_000): Promise<SweepReport> {
    return await until(async () => {
      const last = (await this.state()).streams[stream]?.last;
      return last && Date.parse(last.to) >= Date.parse(askedAt) ? last : undefined;
    }, timeoutMs);
  }

  private async terminate(): Promise<void> {
    await this.handle()
      .terminate('end of test')
      .catch(() => undefined);
  }
}

/** A configuration in which no sweep looks by itself during a test, after its first look, unless a test says otherwise. */
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
    flowErasuresEverySeconds: rarely,
    flowReceivementsEverySeconds: rarely,
    flowStockEverySeconds: rarely,
    omniumPurchaseOrdersEverySeconds: rarely,
    overlapSeconds: 2,
    firstLookBackHours: 1,
    ...changes,
  };
  return { ...config, tenants: config.tenants.map((tenant) => ({ ...tenant, sweeps })) };
}
