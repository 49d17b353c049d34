import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { runAttempt } from '../../src/activities/shared/sync-context';
import { SyncError } from '../../src/activities/shared/failures';
import { VendorUnreachableError } from '../../src/clients/errors';
import {
  ATTEMPT_FAILED_SIGNAL,
  GIVE_UP_UPDATE,
  RETRY_NOW_UPDATE,
  SYNC_STATUS_QUERY,
  type AnyEntityKind,
  type EntityEvent,
  type EntityKey,
  type EntityOutcome,
  type GivenUpNotice,
  type GiveUpRequest,
  type PassInput,
  type SyncResult,
  type SyncStatus,
} from '../../src/contracts/entity-sync';
import { ENTITY_KINDS } from '../../src/contracts/kinds';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { Publisher } from '../../src/temporal/publisher';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until } from '../support/sync-driver';
import { devServer, type DevServer } from '../support/temporal-rig';

/** What each kind is started with, what its events hold beside the common members, and what a pass of it says. */
const SAMPLES: Readonly<Record<string, { key: (id: string) => object; event?: object; outcome: EntityOutcome }>> = {
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

const flowIsDown = (): never => {
  throw new VendorUnreachableError({ vendor: 'flow', operation: 'PUT', isWrite: true }, 'refused');
};

/** One entity of a kind, with a worker whose pass goes as scripted. */
class Entity {
  readonly key: EntityKey;
  readonly attempts: PassInput[] = [];
  readonly notices: GivenUpNotice[] = [];
  mostAtOnce = 0;
  readonly taskQueue = `test-${randomUUID()}`;
  private running = 0;

  constructor(
    readonly server: DevServer,
    readonly kind: AnyEntityKind,
    private readonly script: (attempt: number) => Promise<void>,
  ) {
    const id = randomUUID();
    this.key = { tenantUid: `t${id.slice(0, 8)}`, ...SAMPLES[kind.name]?.key(id) };
  }

  get handle() {
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
      ...{ connection, namespace, taskQueue: this.taskQueue, workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH } },
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

describe('entity sync', function () {
  this.timeout(60_000);
  let server: DevServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('has a sample of every kind', () => {
    assert.deepEqual(ENTITY_KINDS.map(({ name }) => name).sort(), Object.keys(SAMPLES).sort());
  });

  for (const kind of ENTITY_KINDS) {
    describe(kind.name, () => {
      it('names its entity by an id that can be read back', () => {
        const { key } = new Entity(server, kind, () => Promise.resolve());
        const id = kind.parseId(kind.id(key));
        assert.ok(id);
        assert.equal(kind.id(id), kind.id(key));
        assert.equal(kind.parseId('export:t:NOR:products'), undefined);
        for (const other of ENTITY_KINDS) assert.equal(other.parseId(kind.id(key)) !== undefined, other === kind);
      });

      it('1, 2: answers every event by a pass that starts after it, one at a time, coalesced into one more', async () => {
        const entity = new Entity(server, kind, () => pause(300));
        await entity.work(async () => {
          await entity.publish();
          await until(async () => entity.attempts[0]);
          await Promise.all(Array.from({ length: 4 }, () => entity.publish()));
          assert.equal((await entity.handle.result()).passes, 2);
        });
        assert.equal(entity.mostAtOnce, 1);
        assert.deepEqual(
          entity.attempts.map(({ pass }) => pass),
          [1, 2],
        );
      });

      it('3: takes a repeated event for none', async () => {
        const entity = new Entity(server, kind, () => pause(300));
        await entity.work(async () => {
          await entity.publish('same');
          await until(async () => entity.attempts[0]);
          await entity.publish('same', 'same');
          assert.equal((await entity.handle.result()).passes, 1);
        });
      });

      it('4: retries, says why, and ends the wait for an event and for an operator', async () => {
        const entity = new Entity(server, kind, (attempt) => (attempt <= 2 ? flowIsDown() : Promise.resolve()));
        await entity.work(async () => {
          await entity.publish();
          const { lastFailure, syncState } = await entity.untilWaiting();
          assert.deepEqual([syncState, lastFailure?.failureType], ['Retrying', 'FlowUnavailable']);
          await entity.publish();
          await until(async () => entity.attempts[1]);
          await until(async () => ((await entity.untilWaiting()).lastFailure?.pass === 2 ? true : undefined));
          assert.match(await entity.handle.executeUpdate<string, []>(RETRY_NOW_UPDATE), /tried again now/);
          const { syncState: end, failedAttempts, passes } = await entity.handle.result();
          assert.deepEqual([end, failedAttempts, passes], ['Synced', 2, 3]);
        });
        const { typedSearchAttributes } = await entity.handle.describe();
        assert.equal(typedSearchAttributes.get(searchAttributes.failureType), undefined);
      });

      it('4: is given up only while it waits and with a reason, and leaves a notice of it', async () => {
        const entity = new Entity(server, kind, flowIsDown);
        await entity.work(async () => {
          await entity.publish();
          await entity.untilWaiting();
          const giveUp = (reason: string): Promise<string> =>
            entity.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason }] });
          await assert.rejects(giveUp('  '), /Update failed/);
          await giveUp('made by hand');
          const { syncState, givenUpBecause } = await entity.handle.result();
          assert.deepEqual([syncState, givenUpBecause], ['GivenUp', 'made by hand']);
        });
        const { at, ...notice } = entity.notices[0] ?? { at: '' };
        const { tenantUid } = entity.key;
        assert.deepEqual(notice, { kind: kind.name, id: kind.id(entity.key), tenantUid, reason: 'made by hand' });
        assert.ok(Date.parse(at) > 0);
      });

      it('5: ends when nothing is pending; a later event starts a new run under the same id', async () => {
        const entity = new Entity(server, kind, () => Promise.resolve());
        await entity.work(async () => {
          await entity.publish();
          await entity.handle.result();
          const first = await entity.handle.describe();
          await entity.publish();
          await entity.handle.result();
          assert.notEqual((await entity.handle.describe()).runId, first.runId);
        });
      });
    });
  }

  it('goes on with events that come while a give-up is remembered', async () => {
    const [kind] = ENTITY_KINDS;
    assert.ok(kind);
    const entity = new Entity(server, kind, (attempt) => (attempt === 1 ? flowIsDown() : Promise.resolve()));
    entity.notices.push = (...notices) => {
      void entity.publish();
      return Array.prototype.push.apply(entity.notices, notices);
    };
    await entity.work(async () => {
      await entity.publish();
      await entity.untilWaiting();
      const args: [GiveUpRequest] = [{ reason: 'a test' }];
      await entity.handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args });
      await until(async () => entity.attempts[1]);
      await until(async () => ((await entity.handle.describe()).status.name === 'COMPLETED' ? true : undefined));
      assert.equal((await entity.handle.result()).syncState, 'Synced');
    });
  });

  describe('failed attempts', () => {
    const [kind] = ENTITY_KINDS;
    assert.ok(kind);
    /** An order whose attempts are a second apart: Temporal's shortest, so that a test can wait for many. */
    const failing = (types: readonly ('FlowUnavailable' | 'FlowRejected')[]): Entity =>
      new Entity(server, kind, (attempt) => {
        const type = types[attempt - 1];
        if (type === undefined) return Promise.resolve();
        throw new SyncError(type, 'scripted');
      });

    it('are reported once for all of one type, and once more for another', async () => {
      const types = [
        ...Array.from({ length: 6 }, () => 'FlowUnavailable' as const),
        'FlowRejected',
        'FlowRejected',
      ] as const;
      const entity = failing(types);
      const restore = shortDelays();
      try {
        await entity.work(async () => {
          await entity.publish();
          await until(async () => entity.attempts[5]);
          assert.equal(await entity.reports(), 1);
          const { failedAttempts, passes } = await entity.handle.result();
          assert.deepEqual([failedAttempts, passes], [8, 1]);
        });
      } finally {
        restore();
      }
      assert.equal(await entity.reports(), 2);
      const { historyLength } = await entity.handle.describe();
      assert.ok(historyLength <= 26, `history of ${historyLength} events`);
    });
  });
});

/** Every retry after a second, for as long as a test says. */
function shortDelays(): () => void {
  const create = ApplicationFailure.create.bind(ApplicationFailure);
  ApplicationFailure.create = (options) => create({ ...options, nextRetryDelay: 1_000 });
  return () => (ApplicationFailure.create = create);
}
