import { activityPublisher } from '../../../src/activities/shared/activity-publisher';
import { ApplicationFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createOrderActivities } from '../../../src/activities/orders/order-activities';
import { createDeltaActivities } from '../../../src/activities/delta';
import { createGoodsReceptionActivities } from '../../../src/activities/goods/confirm-reception';
import { createPurchaseOrderActivities } from '../../../src/activities/goods/sync-purchase-order';
import { unconfirmedGoods } from '../../../src/activities/goods/confirm-on-order';
import { createStockActivities } from '../../../src/activities/stock/sync-stock';
import { TenantRegistry } from '../../../src/activities/tenants';
import type { TenantConfig } from '../../../src/config/types';
import type { CrashDoor, CrashMoment, VendorUrls } from '../crash-door';

/** Every activity that a step of the model can lead to. */
export type ModelActivities = ReturnType<typeof activitiesWith>;

/** How an attempt is disturbed: the line is cut at a call, and either only that, or the whole worker dies with it. */
export interface Disturbance {
  readonly at: number;
  readonly moment: CrashMoment;
  readonly kills: boolean;
}

/** What Temporal says of an attempt. */
export interface AttemptInfo {
  readonly workflowId: string;
  readonly runId: string;
  readonly attempt: number;
  readonly scheduledAtMs: number;
  readonly heartbeatDetails?: unknown;
}

/** How an attempt ended; a failed one leaves its last heartbeat. */
export type Ending<T> =
  | { readonly isDone: true; readonly value: T }
  | { readonly isDone: false; readonly heartbeatDetails: unknown; readonly why: string };

const QUIET = new DefaultLogger('ERROR', () => undefined);

/** A process with the real activities for one tenant. Attempts that are to fail come to the vendors through a door. */
export class ModelWorker {
  private calm: Process;
  private doomed: Process | undefined;

  constructor(
    readonly config: TenantConfig,
    private readonly parts: {
      readonly client: Client;
      readonly urls: VendorUrls;
      readonly door: CrashDoor;
    },
  ) {
    this.calm = processOf(at(config, parts.urls));
  }

  async close(): Promise<void> {
    await Promise.all([this.calm.tenants.close(), this.doomed?.tenants.close()]);
    this.doomed = undefined;
  }

  /** A new process in its place, which remembers nothing. */
  async restart(): Promise<void> {
    await this.close();
    this.calm = processOf(at(this.config, this.parts.urls));
  }

  /**
   * One attempt at an activity.
   *
   * @throws whatever it fails with, unless it was disturbed: then that is what was wanted
   */
  async attempt<T>(
    work: (activities: ModelActivities) => Promise<T>,
    info: AttemptInfo,
    disturbance?: Disturbance,
  ): Promise<Ending<T>> {
    const { client, door } = this.parts;
    let heartbeatDetails = info.heartbeatDetails;
    const environment = new MockActivityEnvironment(contextOf(info), { client, logger: QUIET });
    environment.on('heartbeat', (details: unknown) => (heartbeatDetails = details));
    const { activities } = disturbance ? this.throughTheDoor() : this.calm;
    if (disturbance) door.arm(disturbance);
    const attempt = (): Promise<T> => work(activities);
    const ended = await environment.run<[], T, typeof attempt>(attempt).then(
      (value: T) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const isDisturbed = disturbance !== undefined && door.hasCrashed;
    if (isDisturbed) await door.reopen();
    if (isDisturbed && disturbance.kills) await this.restart();
    // A line that was cut in an earlier attempt may be noticed only now.
    if ('error' in ended && (disturbance === undefined || isDefect(ended.error))) throw ended.error;
    const isHeard = 'value' in ended && !(isDisturbed && disturbance.kills);
    if (isHeard) return { isDone: true, value: ended.value };
    return { isDone: false, heartbeatDetails, why: 'error' in ended ? String(ended.error) : 'the worker died' };
  }

  private throughTheDoor(): Process {
    this.doomed ??= processOf(at(this.config, this.parts.door.urls));
    return this.doomed;
  }
}

interface Process {
  readonly tenants: TenantRegistry;
  readonly activities: ModelActivities;
}

function processOf(config: TenantConfig): Process {
  const tenants = new TenantRegistry([config]);
  return { tenants, activities: activitiesWith(tenants) };
}

function activitiesWith(tenants: TenantRegistry) {
  const publisher = activityPublisher('one-minute');
  return {
    ...createOrderActivities(tenants, publisher),
    ...createGoodsReceptionActivities(tenants, publisher),
    ...createPurchaseOrderActivities(tenants, publisher),
    ...createStockActivities(tenants, unconfirmedGoods),
    // What changed a moment ago is looked at without waiting for its webhook.
    ...createDeltaActivities(tenants, publisher, { lookLimits: { settleMs: 0 } }),
  };
}

/** What an activity is told of its attempt. */
export function contextOf({ workflowId, runId, attempt, scheduledAtMs, heartbeatDetails }: AttemptInfo): object {
  const times = { scheduledTimestampMs: scheduledAtMs, currentAttemptScheduledTimestampMs: Date.now() };
  return { attempt, heartbeatDetails, ...times, workflowExecution: { workflowId, runId } };
}

function at(config: TenantConfig, { omnium, flow }: VendorUrls): TenantConfig {
  return {
    ...config,
    omnium: { ...config.omnium, baseUrl: omnium },
    flow: { ...config.flow, baseUrl: `${flow}/v2` },
  };
}

/** A failure that no vendor can cause. */
function isDefect(error: unknown): boolean {
  return !(error instanceof ApplicationFailure) || error.type === 'Unexpected';
}
