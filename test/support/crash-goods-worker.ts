import { orderKind } from '../../src/contracts/kinds/order';
import { Publisher } from '../../src/temporal/publisher';
import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import { givenUpActivities } from '../../src/activities/shared/remember-given-up';
import assert from 'node:assert/strict';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createOrderActivities } from '../../src/activities/orders/order-activities';
import { createDeltaActivities } from '../../src/activities/delta';
import { createGoodsReceptionActivities } from '../../src/activities/goods/confirm-reception';
import { createPurchaseOrderActivities } from '../../src/activities/goods/sync-purchase-order';
import { unconfirmedGoods } from '../../src/activities/goods/confirm-on-order';
import { createStockActivities } from '../../src/activities/stock/sync-stock';
import { createStoreExportActivities } from '../../src/activities/stores/export-stores';
import { TenantRegistry } from '../../src/activities/tenants';
import type { TenantConfig } from '../../src/config/types';
import { storesKind } from '../../src/contracts/kinds/stores';
import type { CrashDoor } from './crash-door';
import type { CrashingWorker, Outcome } from './crash-flow';
import { contextOf, ModelWorker, type AttemptInfo, type Ending } from './stock-model/model-worker';
import { holdsSwitch, isDue, tryPass } from './stock-model/owner-passes';
import type { OwnerRun, PretendTemporal } from './stock-model/pretend-temporal';
import { InventoryExportRun } from './stock-model/scheduled-runs';

/** Failures that a crash causes are no news. */
const QUIET = new DefaultLogger('ERROR', () => undefined);
/** One crash costs one attempt; more than this means that nothing converges. */
const MAX_ATTEMPTS = 4;
const LADDER = { retryLadder: 'one-minute', pass: 1 } as const;
/** Each part of an export by an activity of its own, a few writes at a time. */
const EXPORT_LIMITS = { records: 1, writesAtOnce: 2 };

/** What a goods worker is made of. */
export interface GoodsWorkerParts {
  readonly config: TenantConfig;
  readonly temporal: PretendTemporal;
  /** By which events are told from outside. */
  readonly inbox: Publisher;
  /** Where it dies; a worker beside the door lives. */
  readonly door: CrashDoor;
  readonly isMortal: boolean;
}

type Activities = ReturnType<typeof activitiesWith>;

/**
 * A worker process for goods, purchase orders, stores and stock. When it dies, its attempt is all that is lost: a new one
 * that remembers nothing is given the same activity again, with what its last heartbeat said. What it had told Temporal
 * stays told, and is worked on afterwards as the workflows would.
 */
export class GoodsWorker extends ModelWorker implements CrashingWorker {
  crashes = 0;
  private process: Process;

  constructor(private readonly made: GoodsWorkerParts) {
    const { config, temporal, door } = made;
    super(config, { client: temporal.client, urls: door.urls, door });
    this.process = processWith(config);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.process.tenants.close();
  }

  /** Records an event of goods, and works until nothing is left to do. */
  async tell(record: (inbox: Publisher) => Promise<unknown>): Promise<Outcome[]> {
    await record(this.made.inbox);
    return await this.work();
  }

  /** What a Flow webhook about an order leads to. */
  async flowOrder(orderUid: string): Promise<Outcome[]> {
    const inbox = new Publisher({
      client: () => this.made.temporal.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
    });
    await inbox.publish(
      orderKind,
      { tenantUid: this.config.tenantUid, orderNumber: orderUid, omniumOrderId: orderUid },
      { eventId: `${orderUid}-${Math.random()}`, source: 'flow', what: 'ORDER', flowOrderUid: orderUid },
    );
    return await this.work();
  }

  /** Works until nothing is left to do; a switch of masters comes before what was under way at that moment. */
  async work(): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    for (;;) {
      const due = this.made.temporal.open.filter(isDue);
      const next = due.find(holdsSwitch) ?? due[0];
      if (!next) return outcomes;
      outcomes.push(await this.pass(next));
    }
  }

  async exportStores(): Promise<Outcome> {
    const { tenantUid } = this.config;
    const input = { tenantUid, ...LADDER };
    const info = { workflowId: storesKind.id({ tenantUid }), runId: 'run', scheduledAtMs: Date.now() };
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const ending = await this.live((activities) => activities.exportStores(input), { ...info, attempt });
      if (ending.isDone) return ending.value;
    }
    throw new Error('the stores do not converge');
  }

  /** One run of the inventory export, as its Schedule starts it. */
  async exportInventory(): Promise<Outcome> {
    const { tenantUid, markets } = this.config;
    const about = { tenantUid, marketOrGroup: markets[0]?.marketId ?? '', overlapSeconds: 0 };
    const run = new InventoryExportRun(this.made.temporal, about);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !run.isOver; attempt += 1) await run.goOn(this);
    assert.ok(run.isOver && run.progress, 'the export does not converge');
    const { counts, differences } = run.progress;
    return { action: counts.written > 0 ? 'exported' : 'unchanged', differences };
  }

  override async attempt<T>(work: (activities: Activities) => Promise<T>, info: AttemptInfo): Promise<Ending<T>> {
    return await this.live(work, info);
  }

  private async pass(run: OwnerRun): Promise<Outcome> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const outcome = await tryPass(run, this);
      if (outcome) return outcome;
    }
    throw new Error(`${run.workflowId} does not converge`);
  }

  /** One attempt at an activity, of a worker that may die in it. */
  private async live<T>(work: (activities: Activities) => Promise<T>, info: AttemptInfo): Promise<Ending<T>> {
    let { heartbeatDetails } = info;
    const { client } = this.made.temporal;
    const environment = new MockActivityEnvironment(contextOf(info), { client, logger: QUIET });
    environment.on('heartbeat', (details: unknown) => {
      if (!this.hasDied) heartbeatDetails = details;
    });
    let toldByThen: number | undefined;
    this.made.door.whenDying(() => (toldByThen = this.told));
    const body = (): Promise<T> => work(this.process.activities);
    const ended = await environment.run<[], T, typeof body>(body).then(
      (value: T) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (!this.hasDied) {
      if ('error' in ended) throw ended.error;
      return { isDone: true, value: ended.value };
    }
    assert.equal(this.told, toldByThen, 'a dead worker tells nobody anything');
    await this.dieAndRestart();
    return { isDone: false, heartbeatDetails, why: 'the worker died' };
  }

  private get hasDied(): boolean {
    return this.made.isMortal && this.made.door.hasCrashed;
  }

  /** How many events Temporal has been told. */
  private get told(): number {
    return [...this.made.temporal.owners.values()].reduce((sum, { told }) => sum + told.length, 0);
  }

  private async dieAndRestart(): Promise<void> {
    this.crashes += 1;
    await this.made.door.reopen();
    await this.process.tenants.close();
    this.process = processWith(this.config);
  }
}

/** What a process has in its memory. */
interface Process {
  readonly tenants: TenantRegistry;
  readonly activities: Activities;
}

function processWith(config: TenantConfig): Process {
  const tenants = new TenantRegistry([config]);
  return { tenants, activities: activitiesWith(tenants) };
}

function activitiesWith(tenants: TenantRegistry) {
  const publisher = activityPublisher('one-minute');
  return {
    ...givenUpActivities,
    ...createOrderActivities(tenants, publisher),
    ...createGoodsReceptionActivities(tenants, publisher),
    ...createPurchaseOrderActivities(tenants, publisher),
    ...createStockActivities(tenants, unconfirmedGoods),
    ...createStoreExportActivities(tenants),
    ...createDeltaActivities(tenants, publisher, { batchLimits: EXPORT_LIMITS }),
  };
}
