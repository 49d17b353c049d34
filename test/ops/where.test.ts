import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { OrderDriver } from '../support/order-driver';
import { CREATED, ScriptedSync } from '../support/scripted-sync';
import { devServer, type DevServer } from '../support/temporal-rig';
import { assertReadable, failingSync, ops, OTHER_TENANT, TENANT, terminate } from './run-ops';

describe('ops where', function () {
  this.timeout(60_000);
  let server: DevServer;

  before(async () => {
    server = await devServer();
  });

  it('tells of an order that is in step what is in Flow', async () => {
    const order = new OrderDriver(server);
    await order.withWorker(new ScriptedSync().activities(), async () => {
      await order.send();
      await order.handle.result();
    });
    const { exitCode, out } = await ops(['where', order.orderNumber]);
    assert.equal(exitCode, 0);
    assert.match(out, new RegExp(`^Order ${order.orderNumber} \\(flow_no\\): in step, Omnium and Flow agree\\.`));
    assert.match(out, /State +Synced\n/);
    assert.match(out, /Last pass +Order \S+ was created in Flow\.\n/);
    assert.match(out, /In Flow +104233, store oslocity, PARKED, 2 lines, total 399\.00\n/);
    assert.match(out, /Web UI +http:\/\/web-ui\.example\/namespaces\/default\/workflows\/order%3Aflow_no%3A/);
    assertReadable(out);
  });

  it('tells of a failing order what failed, which rung, and when it goes on', async () => {
    const order = new OrderDriver(server);
    const { sync } = failingSync();
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      await order.untilWaiting();
      const { exitCode, out } = await ops(['where', order.orderNumber]);
      assert.equal(exitCode, 0);
      assert.match(out, /: failing, and waiting to be tried again\./);
      assert.match(out, /State +Retrying\n/);
      assert.match(out, /What failed +FlowUnavailable: /);
      assert.match(out, /Attempts +1 failed; retry step 1 of 10/);
      assert.match(out, /Next attempt +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in (1 min|5\d s)\)\n/);
      assert.match(out, new RegExp(`retry-now ${order.orderNumber}`));
      assert.match(out, /docs\/runbook\.md, entry FlowUnavailable/);
      assertReadable(out);
    });
  });

  it('tells the same without a worker, and says that none answered', async () => {
    const order = new OrderDriver(server);
    const { sync } = failingSync();
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      await order.untilWaiting();
    });
    const { exitCode, out, json } = await ops(['where', order.orderNumber, '--json']);
    assert.equal(exitCode, 0, out);
    const [report] = json.orders as Record<string, unknown>[];
    assert.ok(report);
    assert.equal(report.workerAnswered, false);
    assert.equal(report.syncState, 'Retrying');
    const waiting = report.waiting as Record<string, unknown>;
    assert.equal(waiting.failureType, 'FlowUnavailable');
    assert.equal(waiting.failedAttempts, 1);
    assert.ok(Date.parse(String(waiting.nextAttemptAt)) > Date.now());
    const { out: text } = await ops(['where', order.orderNumber]);
    assert.match(text, /Worker +none answered/);
    assertReadable(text);
    await order.handle.terminate();
  });

  it('tells why an order is ignored, and what was left different', async () => {
    const ignored = new OrderDriver(server);
    const skip = new ScriptedSync(async () => ({
      direction: 'inbound',
      action: 'skipped',
      reason: 'order type Subscription is not mapped',
    }));
    await ignored.withWorker(skip.activities(), async () => {
      await ignored.send();
      await ignored.handle.result();
    });
    const { out } = await ops(['where', ignored.orderNumber]);
    assert.match(out, /not synced on purpose: order type Subscription is not mapped\./);

    const differing = new OrderDriver(server);
    const left = new ScriptedSync(async () => ({
      ...CREATED,
      action: 'updated',
      changedFields: ['note', 'items[17].quantity'],
      differences: ['items[18] is delivered in Flow and was left alone: Omnium says quantity 2, Flow says 1'],
    }));
    await differing.withWorker(left.activities(), async () => {
      await differing.send();
      await differing.handle.result();
    });
    const { out: text } = await ops(['where', differing.orderNumber]);
    assert.match(text, /synced, with a difference left for a person to look at/);
    assert.match(
      text,
      /Last pass +Order \S+ was brought up to date in Flow\.\n(.*\n)*? +Written +note, items\[17\]\.quantity\n/,
    );
    assert.match(text, /Left different +items\[18\] is delivered in Flow/);
    assertReadable(text);
  });

  it('says of an unknown order what that can mean, and exits with 1', async () => {
    const { exitCode, out, error } = await ops(['where', 'NO-SUCH-ORDER']);
    assert.equal(exitCode, 1);
    assert.equal(out, '');
    assert.match(error, /Order NO-SUCH-ORDER is not known here/);
    assert.match(error, /npm run ops -- resync NO-SUCH-ORDER/);
    const { exitCode: machineCode, json } = await ops(['where', 'NO-SUCH-ORDER', '--json']);
    assert.equal(machineCode, 1);
    assert.equal(json.found, false);
    assert.deepEqual(json.searched, [TENANT, OTHER_TENANT]);
  });

  it('lists an order number that two tenants use for each; commands that change something ask which', async () => {
    const orderNumber = `TWICE-${randomUUID().slice(0, 8)}`;
    for (const tenant of [TENANT, OTHER_TENANT]) {
      const { exitCode } = await ops(['resync', orderNumber, '--tenant', tenant]);
      assert.equal(exitCode, 0);
    }
    try {
      const { exitCode, json } = await ops(['where', orderNumber, '--json']);
      assert.equal(exitCode, 0);
      const tenants = (json.orders as { tenantUid: string }[]).map(({ tenantUid }) => tenantUid);
      assert.deepEqual(tenants, [TENANT, OTHER_TENANT]);
      const oneOnly = await ops(['where', orderNumber, '--json', '--tenant', OTHER_TENANT]);
      assert.equal((oneOnly.json.orders as unknown[]).length, 1);
      for (const args of [['retry-now'], ['give-up', '--reason', 'x'], ['resync']]) {
        const [name = '', ...more] = args;
        const { exitCode: code, error } = await ops([name, orderNumber, ...more]);
        assert.equal(code, 2);
        assert.match(error, new RegExp(`--tenant \\(${TENANT}, ${OTHER_TENANT}\\)`));
      }
    } finally {
      await terminate([TENANT, OTHER_TENANT], orderNumber);
    }
  });
});
