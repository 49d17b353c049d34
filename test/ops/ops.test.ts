import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VendorUnreachableError } from '../../src/clients/errors';
import { ENTITY_KINDS } from '../../src/contracts/kinds';
import { Entity } from '../support/entity';
import { OrderDriver, until } from '../support/order-driver';
import { CREATED, ScriptedSync } from '../support/scripted-sync';
import { ALIGNED, scriptedStock, StockDriver } from '../support/stock-driver';
import { devServer, freePort, type DevServer } from '../support/temporal-rig';
import { withTemporaryFolder } from '../support/temporary-folder';
import { assertReadable, failingSync, ops, OTHER_TENANT, TENANT, terminate } from './run-ops';

describe('ops', function () {
  this.timeout(60_000);
  let server: DevServer;

  before(async () => {
    server = await devServer();
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

    for (const kind of ENTITY_KINDS) {
      it(`is one more event for ${kind.name}, by the name of its workflow`, async () => {
        const entity = new Entity(server, kind, () => Promise.resolve());
        await entity.publish();
        try {
          const { exitCode, error } = await ops(['resync', entity.handle.workflowId]);
          assert.equal(exitCode, 0, error);
          const { events } = await entity.handle.fetchHistory();
          const signals = (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes != null);
          assert.equal(signals.length, 2);
          const { out } = await ops(['where', entity.handle.workflowId]);
          assert.ok(out.startsWith(kind.subject(entity.key)), out);
          assert.match(out, /being synced now\./);
        } finally {
          await entity.handle.terminate('end of test');
        }
      });
    }

    it('says what is missing for a goods reception that no event ever named', async () => {
      const { exitCode, error } = await ops(['resync', 'goods-reception:flow_no:R-0']);
      assert.equal(exitCode, 1);
      assert.match(error, /goods resend <receivement> --store <store>/);
    });

    it('takes a product that no event ever named, and wants to know the tenant', async () => {
      const productId = `P-${randomUUID().slice(0, 8)}`;
      assert.match((await ops(['product', 'resync', productId])).error, /say which with --tenant/);
      const asked = await ops(['product', 'resync', productId, '--tenant', TENANT, '--json']);
      assert.equal(asked.exitCode, 0, asked.error);
      const again = await ops(['product', 'resync', productId]);
      assert.equal(again.exitCode, 0, again.error);
      await server.client.workflow.getHandle(`product:${TENANT}:${productId}`).terminate('end of test');
      assert.notEqual((await ops(['product', 'resync', ' '.repeat(3), '--tenant', TENANT])).exitCode, 0);
    });

    it('asks for the tenant of an unknown order', async () => {
      const { exitCode, error } = await ops(['resync', 'NO-SUCH-ORDER']);
      assert.equal(exitCode, 2);
      assert.match(error, /--tenant/);
    });
  });

  describe('a sync beside the orders, by the name of its workflow', () => {
    const omniumIsDown = (): never => {
      throw new VendorUnreachableError({ vendor: 'omnium', operation: 'PUT inventory', isWrite: true }, 'refused');
    };

    it('is listed while it fails, told about, and tried again', async () => {
      const stock = new StockDriver(server);
      let isMended = false;
      const sync = scriptedStock(async () => (isMended ? ALIGNED : omniumIsDown()));
      await stock.withWorker({ syncStock: sync.run }, async () => {
        await stock.send('a');
        await stock.untilWaiting();
        const listed = await until(async () => {
          const { out } = await ops(['failing', '--tenant', TENANT]);
          return out.includes(stock.workflowId) ? out : undefined;
        });
        assert.match(listed, new RegExp(`${stock.workflowId} +OmniumUnavailable`));
        const where = await ops(['where', stock.workflowId]);
        assert.equal(where.exitCode, 0, where.error);
        assert.match(where.out, /failing, and waiting to be tried again\.[\s\S]*What failed +OmniumUnavailable/);
        assertReadable(where.out);
        isMended = true;
        const retried = await ops(['retry-now', stock.workflowId]);
        assert.equal(retried.exitCode, 0, retried.error);
        assert.equal((await stock.handle.result()).syncState, 'Synced');
        const over = await ops(['retry-now', stock.workflowId]);
        assert.equal(over.exitCode, 1);
        assert.match(over.error, /is not waiting for anything/);
      });
    });

    it('is given up with a reason', async () => {
      const stock = new StockDriver(server);
      const sync = scriptedStock(async () => omniumIsDown());
      await stock.withWorker({ syncStock: sync.run }, async () => {
        await stock.send('a');
        await stock.untilWaiting();
        const given = await ops(['give-up', stock.workflowId, '--reason', 'the shop is closed']);
        assert.equal(given.exitCode, 0, given.error);
        const { syncState, givenUpBecause } = await stock.handle.result();
        assert.deepEqual([syncState, givenUpBecause], ['GivenUp', 'the shop is closed']);
      });
    });

    it('is not known under a name that nobody gave', async () => {
      const unknown = await ops(['where', 'goods-reception:flow_no:nobody']);
      assert.equal(unknown.exitCode, 1);
      assert.match(unknown.error, /is not known here/);
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
        assert.match(out, /^ORDER +TENANT +STORE +FAILURE +FAILED +NEXT +SINCE\n/);
        assert.match(out, new RegExp(`${order.orderNumber} +flow_no +\\S+ +FlowUn(?:available|\\w*…) +\\d+ +in `));
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
});
