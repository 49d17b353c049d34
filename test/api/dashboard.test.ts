import assert from 'node:assert/strict';
import { OverviewCache } from '../../src/api/dashboard';
import { VendorHttpError } from '../../src/clients/errors';
import { CustomerDriver, ScriptedCustomerSync } from '../support/customer-driver';
import { OrderDriver, until } from '../support/order-driver';
import { ScriptedSync } from '../support/scripted-sync';
import { devServer, type DevServer } from '../support/temporal-rig';
import { orderEvent, startTestApi, type TestApi } from './test-api';

describe('The status page and the figures', function () {
  this.timeout(60_000);
  let server: DevServer;
  let api: TestApi;

  before(async () => {
    server = await devServer();
    // The tenant of the orders that OrderDriver makes is one of the API's tenants.
    api = await startTestApi({ address: server.address, otherTenants: ['flow_no'] });
  });

  after(() => api.stop());

  it('shows a failing order with its number, store, failure and a link to its page', async () => {
    const order = new OrderDriver(server);
    const sync = new ScriptedSync(async () => {
      throw new VendorHttpError({ vendor: 'flow', operation: 'POST order', isWrite: true }, 503);
    });
    await order.withWorker(sync.activities(), async () => {
      await order.send();
      await order.untilWaiting();
      const page = await until(async () => {
        const { text } = await api.get('/?tenant=flow_no');
        return text.includes(order.orderNumber) ? text : undefined;
      });
      assert.match(page, /orders? (is|are) failing and will be tried again/);
      assert.match(page, /FlowUnavailable/);
      const link = `http://web-ui.example/namespaces/default/workflows/${encodeURIComponent(order.workflowId)}/`;
      assert.ok(page.includes(`<a href="${link}`));
      await order.handle.terminate('end of test');
    });
  });

  it('says that all is well for a tenant without failing orders, and counts what is in work', async () => {
    await api.post(orderEvent('ORD-IN-WORK'));
    const page = await until(async () => {
      const { text } = await api.get(`/?tenant=${api.tenantUid}`);
      return text.includes('1 in work now') ? text : undefined;
    });
    assert.match(page, /No order is failing\./);
    assert.ok(page.includes(`<code>/webhooks/omnium/${api.tenantUid}</code>`));
    assert.ok(page.includes(`<code>/webhooks/flow/${api.tenantUid}</code>`));
  });

  it('tells of a failing customer as well, in one line', async () => {
    const customer = new CustomerDriver(server);
    const sync = new ScriptedCustomerSync(async () => {
      throw new VendorHttpError({ vendor: 'omnium', operation: 'PATCH customer', isWrite: true }, 503);
    });
    await customer.withWorker(sync.activities(), async () => {
      await customer.send();
      await customer.untilWaiting();
      const page = await until(async () => {
        const { text } = await api.get('/?tenant=flow_no');
        return /\d+ other syncs? (is|are) failing/.test(text) ? text : undefined;
      });
      assert.match(page, /failing<\/a> and will be tried again: customers/);
      assert.ok(!page.includes(customer.customerId));
      await customer.handle.terminate('end of test');
    });
  });

  it('is plain HTML that needs no script and forbids any', async () => {
    const { status, headers, text } = await api.get('/');
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^text\/html/);
    assert.match(String(headers['content-security-policy']), /default-src 'none';style-src 'sha256-[^']+'/);
    assert.doesNotMatch(text, /<script|\son\w+=|style="/i);
    assert.equal(headers['x-powered-by'], undefined);
  });

  it('knows only configured tenants, and shows nothing of what was asked for', async () => {
    const { status, text } = await api.get('/?tenant=%3Cscript%3E');
    assert.equal(status, 404);
    assert.doesNotMatch(text, /script/);
  });

  it('gives its figures to Prometheus, by tenant and outcome, never by order', async () => {
    await api.post(orderEvent('ORD-FIGURES'));
    const { status, text } = await api.get('/metrics');
    assert.equal(status, 200);
    assert.ok(text.includes(`intake_events_total{tenant="${api.tenantUid}",sender="omnium",outcome="recorded"}`));
    assert.match(text, /intake_answer_seconds_bucket\{le="0\.1",sender="omnium",status="202"\}/);
    assert.doesNotMatch(text, /ORD-FIGURES/);
  });

  it('says that it lives and is ready', async () => {
    assert.deepEqual((await api.get('/health/live')).json, { status: 'live' });
    const ready = await until(async () => {
      const answer = await api.get('/health/ready');
      return answer.status === 200 ? answer : undefined;
    });
    assert.deepEqual(ready.json, { status: 'ready' });
  });

  it('asks Temporal’s index once, however many people look', async () => {
    let readings = 0;
    const directory: ConstructorParameters<typeof OverviewCache>[0] = {
      countByState: async () => {
        readings += 1;
        const none = { running: 0, finished: 0 };
        return { Syncing: none, Retrying: none, Synced: none, Differs: none, Ignored: none, GivenUp: none };
      },
      listFailing: async () => [],
      countFailing: async () => 0,
    };
    const cache = new OverviewCache(directory);
    await Promise.all(Array.from({ length: 50 }, () => cache.read()));
    await cache.read();
    assert.equal(readings, 1);
  });
});
