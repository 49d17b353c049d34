import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { VendorUnreachableError } from '../../src/clients/errors';
import { FAILED_ATTEMPTS_MEMO } from '../../src/contracts/entity-sync';
import { openReference } from '../../src/temporal/sealed-reference';
import { CustomerDriver, ScriptedCustomerSync, UPDATED } from '../support/customer-driver';
import { until, type OrderServer } from '../support/order-driver';
import { devServer } from '../support/temporal-rig';

const OMNIUM_WRITE = { vendor: 'omnium', operation: 'PATCH private customer', isWrite: true } as const;
const omniumIsDown = (): never => {
  throw new VendorUnreachableError(OMNIUM_WRITE, 'refused');
};

describe('customer workflow', function () {
  this.timeout(60_000);
  let server: OrderServer;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  it('syncs a customer at once with one activity, and says so on its page', async () => {
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync();
    await customer.withWorker(sync.activities(), async () => {
      await customer.send();
      const result = await customer.handle.result();
      assert.deepEqual(result, { syncState: 'Synced', passes: 1, failedAttempts: 0, outcome: UPDATED });
    });
    assert.equal(sync.attempts.length, 1);
    assert.equal(sync.attempts[0]?.events.length, 1);
    assert.equal(await customer.searchAttribute('syncState'), 'Synced');
    assert.equal(await customer.searchAttribute('tenantUid'), 'flow_no');
    const history = await customer.handle.fetchHistory();
    assert.ok((history.events?.length ?? 0) <= 13, `${history.events?.length} history events`);
  });

  it('gives each pass the sealed references of its events, which only the secret opens', async () => {
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync(async () => pause(300, UPDATED));
    await customer.withWorker(sync.activities(), async () => {
      await customer.send('a');
      await until(async () => sync.attempts[0]);
      await customer.send('b', 'c', 'b');
      await customer.handle.result();
    });
    assert.deepEqual(
      sync.attempts.map(({ events }) => events.length),
      [1, 2],
    );
    for (const { reference } of sync.attempts.flatMap(({ events }) => events)) {
      assert.deepEqual(openReference(reference, 'a secret'), {
        side: 'omnium',
        kind: 'private',
        id: customer.customerId,
      });
    }
  });

  it('loses no event of a burst that is larger than one pass', async () => {
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync(async () => pause(200, UPDATED));
    const ids = Array.from({ length: 130 }, (_, index) => `burst-${index}`);
    await customer.withWorker(sync.activities(), async () => {
      await customer.send(...ids);
      await customer.handle.result();
    });
    const answered = sync.attempts.reduce((sum, { events }) => sum + events.length, 0);
    assert.equal(answered, 130);
  });

  it('shows what failed, and a new event cuts the wait; the failed pass’s events are answered with it', async () => {
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync(async (attempt) => (attempt === 1 ? omniumIsDown() : UPDATED));
    await customer.withWorker(sync.activities(), async () => {
      await customer.send();
      const status = await customer.untilWaiting();
      assert.equal(status.lastFailure?.failureType, 'OmniumUnavailable');
      assert.equal(await customer.searchAttribute('failureType'), 'OmniumUnavailable');
      const started = Date.now();
      await customer.send();
      const result = await customer.handle.result();
      assert.ok(Date.now() - started < 10_000, 'the minute on the ladder was not waited for');
      assert.deepEqual([result.syncState, result.passes, result.failedAttempts], ['Synced', 2, 1]);
    });
    assert.equal(sync.attempts[1]?.events.length, 2);
    assert.equal((await customer.handle.describe()).memo?.[FAILED_ATTEMPTS_MEMO], 1);
    assert.equal(await customer.searchAttribute('failureType'), undefined);
  });

  it('continues as new when its history grows long, and loses nothing', async function () {
    this.timeout(120_000);
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync(() => pause(30, UPDATED));
    const continued = `WorkflowId = "${customer.workflowId}" AND ExecutionStatus = "ContinuedAsNew"`;
    let sent = 0;
    await customer.withWorker(sync.activities(), async () => {
      await until(async () => {
        await Promise.all(Array.from({ length: 20 }, () => customer.send()));
        sent += 20;
        return (await server.client.workflow.count(continued)).count > 0 ? true : undefined;
      }, 90_000);
      await customer.handle.result();
    });
    assert.equal(sync.mostAtOnce, 1);
    assert.equal(
      sync.attempts.reduce((sum, { events }) => sum + events.length, 0),
      sent,
    );
  });

  it('keeps the id out of everything Temporal stores', async () => {
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync(async (attempt) => (attempt === 1 ? omniumIsDown() : UPDATED));
    await customer.withWorker(sync.activities(), async () => {
      await customer.send();
      await customer.untilWaiting();
      await customer.send();
      await customer.handle.result();
    });
    const { raw } = await customer.handle.describe();
    const stored = JSON.stringify([await customer.handle.fetchHistory(), raw], (_key, value: unknown) =>
      value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
    );
    for (const part of ['kari', 'example.com', customer.customerId.replace(/\W/g, '')]) {
      assert.ok(!stored.includes(part), `"${part}" is stored`);
    }
  });
});
