import { optionalTsToDate } from '@temporalio/common/lib/time';
import { orderKind } from '../../src/contracts/kinds/order';
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorHttpError, VendorUnreachableError } from '../../src/clients/errors';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { FAILED_ATTEMPTS_MEMO } from '../../src/contracts/entity-sync';
import { OrderDriver, until, type OrderServer } from '../support/order-driver';
import { CREATED, ScriptedSync } from '../support/scripted-sync';
import { devServer } from '../support/temporal-rig';

const FLOW_WRITE = { vendor: 'flow', operation: 'POST order', isWrite: true } as const;
const flowIsDown = (): never => {
  throw new VendorUnreachableError(FLOW_WRITE, 'refused');
};

describe('order workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('syncs an order at once with 13 history events, and says so on its page', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync();
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      const result = await order.handle.result();
      assert.deepEqual(result, { syncState: 'Synced', passes: 1, failedAttempts: 0, outcome: CREATED });
    });
    const history = await order.handle.fetchHistory();
    assert.equal(history.events?.length, 13);
    assert.equal(await order.searchAttribute('syncState'), 'Synced');
    assert.equal(await order.searchAttribute('storeUid'), 'oslocity');
    assert.equal(await order.searchAttribute('failureType'), undefined);
  });

  it('runs one pass for a thousand copies of one event', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async () => pause(300).then(() => CREATED));
    await order.withWorker(sync.activities(), async () => {
      await order.send('same');
      await Promise.all(Array.from({ length: 10 }, () => order.send(...Array.from({ length: 100 }, () => 'same'))));
      await order.handle.result();
    });
    assert.equal(sync.attempts.length, 1);
  });

  it('shows what failed and when it goes on, and a new event cuts the wait', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async (_input, attempt) => (attempt === 1 ? flowIsDown() : CREATED));
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      const status = await order.untilWaiting();
      assert.equal(status.lastFailure?.failureType, 'FlowUnavailable');
      assert.equal(status.lastFailure?.attempt, 1);
      assert.equal(await order.searchAttribute('syncState'), 'Retrying');
      assert.equal(await order.searchAttribute('failureType'), 'FlowUnavailable');
      const started = Date.now();
      await order.send();
      const result = await order.handle.result();
      assert.ok(Date.now() - started < 10_000, 'the minute on the ladder was not waited for');
      assert.deepEqual([result.syncState, result.passes, result.failedAttempts], ['Synced', 2, 1]);
    });
    const { memo } = await order.handle.describe();
    assert.equal(memo?.[FAILED_ATTEMPTS_MEMO], 1);
    assert.equal(await order.searchAttribute('failureType'), undefined);
  });

  it('is not woken by a copy of an event it already knows', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async (_input, attempt) => (attempt === 1 ? flowIsDown() : CREATED));
    await order.withWorker(sync.activities(), async () => {
      await order.send('same');
      await order.untilWaiting();
      await order.send('same');
      await pause(500);
      assert.equal(sync.attempts.length, 1);
      assert.equal((await order.status()).syncState, 'Retrying');
      await order.handle.terminate();
    });
  });

  it('refuses retry-now and give-up while nothing waits', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async () => pause(1_500).then(() => CREATED));
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      await until(async () => sync.attempts[0]);
      await assert.rejects(order.handle.executeUpdate(RETRY_NOW_UPDATE), /Update failed/);
      await order.handle.result();
    });
  });

  it('goes on after a worker was stopped in the middle of an attempt', async () => {
    const order = new OrderDriver(server);
    const first = new ScriptedSync((_input, _attempt, signal) => pause(30_000, CREATED, { signal }));
    await order.withWorker(first.activities(), async () => {
      await order.send();
      await until(async () => first.attempts[0]);
    });
    const second = new ScriptedSync();
    await order.withWorker(second.activities(), async () => {
      const result = await order.handle.result();
      assert.equal(result.failedAttempts, 0, 'our own shutdown is no failure of the order');
    });
    assert.equal(second.attempts.length, 1);
  });

  it('takes ten thousand events through three doors at once and loses none', async function () {
    this.timeout(180_000);
    const order = new OrderDriver(server);
    let current = 0;
    let seenByLastPass = -1;
    const sync = new ScriptedSync(async () => {
      seenByLastPass = current;
      return CREATED;
    });
    // Three API processes: each sends one signal per order at a time, with all that arrived meanwhile.
    const doors = [1, 2, 3].map(() => order.door());
    await order.withWorker(sync.activities(), async () => {
      for (let batch = 0; batch < 100; batch += 1) {
        current = batch;
        const events = Array.from({ length: 100 }, (_, index) => ({
          eventId: `${batch}-${index}`,
          source: 'omnium' as const,
          what: 'Updated',
        }));
        const recorded = await Promise.all(
          doors.flatMap((door, index) =>
            events
              .filter((_, at) => at % doors.length === index)
              .map((event) => door.publish(orderKind, order.inboxOrder, event)),
          ),
        );
        assert.ok(recorded.every((outcome) => outcome === 'recorded'));
      }
      await until(async () => ((await order.handle.describe()).status.name === 'COMPLETED' ? true : undefined), 60_000);
    });
    assert.equal(seenByLastPass, 99, 'the last pass began after the last event');
    assert.equal(sync.mostAtOnce, 1);
    const { historyLength } = await order.handle.describe();
    assert.ok(historyLength < 6_000, `history of ${historyLength} events`);
  });

  it('continues as new when its history grows long, and goes on counting', async function () {
    this.timeout(120_000);
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(() => pause(30, CREATED));
    const continued = `WorkflowId = "${order.workflowId}" AND ExecutionStatus = "ContinuedAsNew"`;
    await order.withWorker(sync.activities(), async () => {
      const door = order.door();
      await until(async () => {
        const burst = Array.from({ length: 20 }, () => door.publish(orderKind, order.inboxOrder, order.nextEvent()));
        await Promise.all(burst);
        return (await server.client.workflow.count(continued)).count > 0 ? true : undefined;
      }, 90_000);
      await order.handle.result();
    });
    assert.equal(sync.mostAtOnce, 1);
    // A run of 400 history events holds some 50 passes; a higher number was carried over.
    assert.ok(Math.max(...sync.attempts.map(({ pass }) => pass)) > 20);
  });

  it('merges the wait a vendor asks for', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async () => {
      throw new VendorHttpError(FLOW_WRITE, 429, { retryAfterMs: 45 * 60_000 });
    });
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      const { lastFailure } = await order.untilWaiting();
      assert.equal(lastFailure?.failureType, 'FlowRateLimited');
      const next = await until(async () => {
        const { raw } = await order.handle.describe();
        return optionalTsToDate(raw.pendingActivities?.[0]?.nextAttemptScheduleTime);
      });
      const waitMs = next.getTime() - Date.now();
      assert.ok(waitMs > 44 * 60_000 && waitMs <= 45 * 60_000, `waits ${waitMs} ms`);
      await order.handle.terminate();
    });
  });
});
