import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { runAttempt } from '../../src/activities/shared/sync-context';
import { VendorUnreachableError } from '../../src/clients/errors';
import {
  ATTEMPT_FAILED_SIGNAL,
  SYNC_STATUS_QUERY,
  type AnyEntityKind,
  type EntityEvent,
  type EntityKey,
  type EntityOutcome,
  type GivenUpNotice,
  type PassInput,
  type SyncResult,
  type SyncStatus,
} from '../../src/contracts/entity-sync';
import { Publisher } from '../../src/temporal/publisher';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until } from './sync-driver';

/** What each kind is started with, what its events hold beside the common members, and what a pass of it says. */
export const SAMPLES: Readonly<
  Record<string, { key: (id: string) => object; event?: object; outcome: EntityOutcome }>
> = {
  order: { key: (id) => ({ orderNumber: id, omniumOrderId: id }), outcome: { action: 'created' } },
  customer: {
    key: (id) => ({ customerKey: id.replaceAll('-', '') }),
    event: { reference: 'sealed', kind: 'changed' },
    outcome: { action: 'updated' },
  },
  product: { key: (id) => ({ productId: id }), outcome: { action: 'created' } },
  'purchase-order': { key: (id) => ({ purchaseOrderId: id }), outcome: { action: 'created' } },
  'goods-reception': {
    key: (id) => ({ receivementUid: id, storeUid: 'oslocity', subject: 'receivement' }),
    outcome: { action: 'confirmed' },
  },
  stores: { key: () => ({}), outcome: { action: 'exported' } },
  stock: {
    key: (id) => ({ storeUid: id }),
    event: { subject: { kind: 'all' } },
    outcome: { action: 'aligned', master: 'flow', compared: 1, written: 1, inFlight: 0 } as EntityOutcome,
  },
};

export const flowIsDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT', isWrite: true }, 'refused');
};

/** A server, however it was started. */
export interface EntityServer {
  readonly client: Client;
  readonly nativeConnection: NativeConnection;
  readonly namespace?: string | undefined;
}

/** One entity of a kind, with a worker whose pass goes as scripted. */
export class Entity {
  readonly key: EntityKey;
  readonly attempts: PassInput[] = [];
  readonly notices: GivenUpNotice[] = [];
  mostAtOnce = 0;
  readonly taskQueue = `test-${randomUUID()}`;
  private running = 0;

  constructor(
    readonly server: EntityServer,
    readonly kind: AnyEntityKind,
    private readonly script: (attempt: number) => Promise<void>,
  ) {
    const id = randomUUID();
    this.key = { tenantUid: `t${id.slice(0, 8)}`, ...SAMPLES[kind.name]?.key(id) };
  }

  get handle(): WorkflowHandle<() => Promise<SyncResult<EntityOutcome>>> {
    return this.server.client.workflow.getHandle<() => Promise<SyncResult<EntityOutcome>>>(this.kind.id(this.key));
  }

  async publish(...eventIds: string[]): Promise<void> {
    const { taskQueue, server, kind, key } = this;
    const publisher = new Publisher({
      client: () => server.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue,
    });
    const events = (eventIds.length > 0 ? eventIds : [randomUUID()]).map((eventId): EntityEvent => ({
      ...{ eventId, source: 'omnium', what: 'Updated' },
      ...SAMPLES[kind.name]?.event,
    }));
    await Promise.all(events.map((event) => publisher.publish(kind, key, event)));
  }

  async work<T>(during: () => Promise<T>): Promise<T> {
    const { nativeConnection: connection, namespace } = this.server;
    const pass = (input: PassInput): Promise<EntityOutcome> =>
      runAttempt(input, async () => {
        this.attempts.push(input);
        this.running += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
        try {
          await this.script(this.attempts.length);
        } finally {
          this.running -= 1;
        }
        return SAMPLES[this.kind.name]?.outcome ?? { action: 'none' };
      });
    const worker = await Worker.create({
      ...(namespace !== undefined && { namespace }),
      ...{ connection, taskQueue: this.taskQueue, workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH } },
      activities: {
        [this.kind.activity]: pass,
        rememberGivenUp: (notice: GivenUpNotice) => Promise.resolve(void this.notices.push(notice)),
      },
    });
    return await worker.runUntil(during());
  }

  async untilWaiting(): Promise<SyncStatus<EntityOutcome>> {
    return await until(async () => {
      const status = await this.handle.query<SyncStatus<EntityOutcome>>(SYNC_STATUS_QUERY);
      return status.lastFailure ? status : undefined;
    });
  }

  async reports(): Promise<number> {
    const { events } = await this.handle.fetchHistory();
    return (events ?? []).filter(
      ({ workflowExecutionSignaledEventAttributes: signaled }) => signaled?.signalName === ATTEMPT_FAILED_SIGNAL,
    ).length;
  }
}
