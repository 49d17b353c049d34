import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { orderWorkflowId } from '../../src/contracts/workflow-ids';
import { VendorHttpError } from '../../src/clients/errors';
import { runOps } from '../../src/ops/program';
import { OrderDriver, until } from '../support/order-driver';
import { CREATED, ScriptedSync } from '../support/scripted-sync';
import { devServer, freePort, type DevServer } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';
import { testConfigDocument } from '../api/test-api';

interface Run {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
  readonly json: Readonly<Record<string, unknown>>;
}

const TENANT = 'flow_no';
const OTHER_TENANT = `t${randomUUID().slice(0, 8)}`;

describe('ops', function () {
  this.timeout(60_000);
  let server: DevServer;

  before(async () => {
    server = await devServer();
  });

  /** Runs the tool as typed, with a configuration of two tenants. */
  async function ops(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Run> {
    return await withTemporaryFolder(async (folder) => {
      const file = join(folder, 'config.json');
      const options = { address: server.address, otherTenants: [OTHER_TENANT] };
      await writeFile(file, JSON.stringify(testConfigDocument(options, TENANT)));
      let out = '';
      let error = '';
      const exitCode = await runOps(args, {
        environment: { CONFIG_FILE: file, TEMPORAL_ADDRESS: server.address, ...environment },
        write: (text) => void (out += text),
        writeError: (text) => void (error += text),
      });
      const json = args.includes('--json') ? (JSON.parse(out) as Record<string, unknown>) : {};
      return { exitCode, out, error, json };
    });
  }

  /** Fails until `works` is called. */
  function failingSync(): { sync: ScriptedSync; works: () => void } {
    let isMended = false;
    const sync = new ScriptedSync(async () => {
      if (!isMended) throw flowIsDown();
      return CREATED;
    });
    return { sync, works: () => void (isMended = true) };
  }

  describe('where', () => {
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
      assert.match(out, /Last pass +created\n/);
      assert.match(out, /In Flow +104233, PARKED, 2 lines, total 399\.00\n/);
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
        assert.match(out, /Attempts +1 failed; rung 1 of 10/);
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
      assert.match(text, /Last pass +updated: note, items\[17\]\.quantity\n/);
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

  describe('retry-now', () => {
    it('ends the wait, and the order comes through', async () => {
      const order = new OrderDriver(server);
      const { sync, works } = failingSync();
      await order.withWorker(sync.activities(), async () => {
        await order.send();
        await order.untilWaiting();
        works();
        const { exitCode, out } = await ops(['retry-now', order.orderNumber]);
        assert.equal(exitCode, 0);
        assert.match(out, /is being tried again now/);
        assert.equal((await order.handle.result()).syncState, 'Synced');
      });
      assert.equal(sync.attempts.length, 2);
    });

    it('says so when nothing waits: the order is done, at work, or unknown', async () => {
      const order = new OrderDriver(server);
      let finish = (): void => undefined;
      const finished = new Promise<void>((resolve) => (finish = resolve));
      const sync = new ScriptedSync(async () => {
        await finished;
        return CREATED;
      });
      await order.withWorker(sync.activities(), async () => {
        await order.send();
        try {
          await until(async () => (sync.attempts.length > 0 ? true : undefined));
          const atWork = await ops(['retry-now', order.orderNumber]);
          assert.equal(atWork.exitCode, 1);
          assert.match(atWork.error, /is not waiting for a retry/);
        } finally {
          finish();
        }
        await order.handle.result();
      });
      const done = await ops(['retry-now', order.orderNumber]);
      assert.equal(done.exitCode, 1);
      assert.match(done.error, /is not waiting for anything: its state is Synced/);
      assert.equal((await ops(['retry-now', 'NO-SUCH-ORDER'])).exitCode, 1);
    });

    it('says so when no worker answers', async () => {
      const order = new OrderDriver(server);
      await order.send();
      const { exitCode, error } = await ops(['retry-now', order.orderNumber]);
      assert.equal(exitCode, 1);
      assert.match(error, /No worker answered .* nothing was done/);
      await order.handle.terminate();
    });
  });

  describe('give-up', () => {
    it('stops the retries with the reason, which where then tells', async () => {
      const order = new OrderDriver(server);
      const { sync } = failingSync();
      await order.withWorker(sync.activities(), async () => {
        await order.send();
        await order.untilWaiting();
        const { exitCode } = await ops(['give-up', order.orderNumber, '--reason', 'sold over the counter']);
        assert.equal(exitCode, 0);
        assert.equal((await order.handle.result()).syncState, 'GivenUp');
      });
      const { out } = await ops(['where', order.orderNumber]);
      assert.match(out, /given up by an operator: sold over the counter/);
    });

    it('wants a reason', async () => {
      assert.equal((await ops(['give-up', '104233'])).exitCode, 2);
      assert.equal((await ops(['give-up', '104233', '--reason', ' '])).exitCode, 2);
    });
  });

  describe('resync', () => {
    it('starts a sync of an order nobody told us about', async () => {
      const orderNumber = `RESYNC-${randomUUID().slice(0, 8)}`;
      try {
        const { exitCode, json } = await ops(['resync', orderNumber, '--tenant', TENANT, '--json']);
        assert.equal(exitCode, 0);
        assert.equal((json.order as { omniumOrderId: string }).omniumOrderId, orderNumber);
        const { exitCode: whereCode } = await ops(['where', orderNumber]);
        assert.equal(whereCode, 0);
        const again = await ops(['resync', orderNumber, '--omnium-id', 'another-id', '--json']);
        assert.equal(again.exitCode, 0, 'the tenant is clear: only one has the order');
        assert.equal((again.json.order as { omniumOrderId: string }).omniumOrderId, 'another-id');
      } finally {
        await terminate([TENANT], orderNumber);
      }
    });

    it('uses the Omnium id that an earlier event gave', async () => {
      const orderNumber = `RESYNC-${randomUUID().slice(0, 8)}`;
      try {
        await ops(['resync', orderNumber, '--tenant', TENANT, '--omnium-id', 'omnium-id-7']);
        const { json } = await ops(['resync', orderNumber, '--json']);
        assert.equal((json.order as { omniumOrderId: string }).omniumOrderId, 'omnium-id-7');
      } finally {
        await terminate([TENANT], orderNumber);
      }
    });

    it('asks for the tenant of an unknown order', async () => {
      const { exitCode, error } = await ops(['resync', 'NO-SUCH-ORDER']);
      assert.equal(exitCode, 2);
      assert.match(error, /--tenant/);
    });
  });

  describe('failing', () => {
    it('lists the orders that wait, with their failure, and links for machines', async () => {
      const order = new OrderDriver(server);
      const { sync } = failingSync();
      await order.withWorker(sync.activities(), async () => {
        await order.send();
        await order.untilWaiting();
        const found = await until(async () => {
          const { json } = await ops(['failing', '--tenant', TENANT, '--limit', '1000', '--json']);
          return (json.orders as Record<string, unknown>[]).find(
            ({ orderNumber }) => orderNumber === order.orderNumber,
          );
        });
        assert.equal(found.failureType, 'FlowUnavailable');
        assert.match(String(found.webUiUrl), /^http:\/\/web-ui\.example\//);
        const { exitCode, out } = await ops(['failing']);
        assert.equal(exitCode, 0);
        assert.match(out, /^ORDER +TENANT +STORE +FAILURE +SINCE\n/);
        assert.match(out, new RegExp(`${order.orderNumber} +flow_no +\\S+ +FlowUnavailable`));
        assertReadable(out);
      });
    });

    it('says so when no order fails, and refuses a tenant nobody configured', async () => {
      const none = await ops(['failing', '--tenant', OTHER_TENANT]);
      assert.equal(none.exitCode, 0);
      assert.equal(none.out, 'No order is failing.\n');
      const unknown = await ops(['failing', '--tenant', 'nobody']);
      assert.equal(unknown.exitCode, 2);
      assert.match(unknown.error, /no tenant "nobody"\. Configured: /);
    });
  });

  describe('config check', () => {
    it('sums up a configuration that is in order, without Temporal', async () => {
      const { exitCode, out } = await ops(['config', 'check'], { TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` });
      assert.equal(exitCode, 0);
      assert.match(out, /^The configuration is in order: 2 tenants/);
    });

    it('says everything that is wrong with one that is not, and exits with 2', async () => {
      await withTemporaryFolder(async (folder) => {
        const file = join(folder, 'config.json');
        await writeFile(file, JSON.stringify({ retryLadder: 'never', api: { port: 'no' }, tenants: [] }));
        const { exitCode, error } = await ops(['config', 'check'], { CONFIG_FILE: file });
        assert.equal(exitCode, 2);
        for (const path of [/retryLadder/, /api\.port/, /tenants/]) assert.match(error, path);
        const machine = await ops(['config', 'check', '--json'], { CONFIG_FILE: file });
        assert.equal((machine.json.issues as unknown[]).length, 3);
      });
    });
  });

  it('exits with 3 when Temporal cannot be reached, and names the address', async () => {
    const address = `127.0.0.1:${await freePort()}`;
    for (const args of [['where', '1'], ['failing'], ['resync', '1', '--tenant', TENANT]]) {
      const { exitCode, error } = await ops(args, { TEMPORAL_ADDRESS: address });
      assert.equal(exitCode, 3);
      assert.equal(error, `Temporal cannot be reached at ${address}.\n`);
    }
  });

  it('exits with 2 on a command line it does not understand, and with 0 when help was asked for', async () => {
    assert.equal((await ops(['whither', '1'])).exitCode, 2);
    assert.equal((await ops(['where'])).exitCode, 2);
    assert.equal((await ops(['failing', '--limit', 'many'])).exitCode, 2);
    const help = await ops(['--help']);
    assert.equal(help.exitCode, 0);
    for (const name of ['where', 'retry-now', 'give-up', 'resync', 'failing', 'config']) {
      assert.match(help.out, new RegExp(`^ +${name}\\b`, 'm'));
    }
  });

  async function terminate(tenants: readonly string[], orderNumber: string): Promise<void> {
    for (const tenantUid of tenants) {
      const handle = server.client.workflow.getHandle(orderWorkflowId({ tenantUid, orderNumber }));
      await handle.terminate('end of test');
    }
  }
});

function flowIsDown(): Error {
  return new VendorHttpError({ vendor: 'flow', operation: 'POST order', isWrite: true }, 503);
}

/** Lines of at most 100 columns, addresses apart. */
function assertReadable(text: string): void {
  for (const line of text.split('\n')) {
    if (!line.includes('http')) assert.ok(line.length <= 100, `${line.length} columns: ${line}`);
  }
}
