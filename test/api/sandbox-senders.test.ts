import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Registry } from 'prom-client';
import { startApi, type RunningApi } from '../../src/api/start-api';
import { parseConfig } from '../../src/config/load';
import { customerWorkflowId } from '../../src/contracts/customer-messages';
import { type OrderSignal } from '../../src/contracts/messages';
import { orderWorkflowId } from '../../src/contracts/workflow-ids';
import { customerKeyOf } from '../../src/domain/customer-key';
import { createLogger } from '../../src/observability/logger';
import { WEBHOOK_ACTIONS } from '../../src/ops/flow-webhooks';
import { demoConfig, type DemoEndpoints, demoTenants } from '../../tools/start/demo-config';
import { omniumSubscriptions, registerFlowWebhooks, subscribeToOmnium } from '../../tools/start/subscriptions';
import { at, type FlowRig, skuNumber, startFlowRig, T } from '../sandbox/flow-rig';
import { fetchToken, orderOf, startRig, type OmniumRig } from '../sandbox/omnium-rig';
import { until } from '../support/order-driver';
import { devServer, type DevServer } from '../support/temporal-rig';
import { recordedSignals } from './recorded';
import { counterValue } from './test-api';

const TENANT = 'flow_no';

/** Both sandboxes send what they send by themselves, set up as `npm start` sets them up. No worker: events are kept. */
describe('events of the sandboxes', function () {
  this.timeout(60_000);
  let server: DevServer;
  let flow: FlowRig;
  let omnium: OmniumRig;
  let api: RunningApi;
  let endpoints: DemoEndpoints;
  const registry = new Registry();

  before(async () => {
    server = await devServer();
    [flow, omnium] = await Promise.all([startFlowRig(), startRig()]);
    const vendors = { omniumUrl: omnium.url, flowUrl: flow.url, webUiUrl: 'http://web-ui.example' };
    const config = parseConfig(demoConfig({ ...vendors, apiHost: '127.0.0.1', apiPort: 0 }), {});
    api = await startApi({
      config,
      temporal: { connectionOptions: { address: server.address }, namespace: 'default', address: server.address },
      logger: createLogger({ name: 'api', level: 'silent' }),
      registry,
      taskQueue: `senders-${randomUUID()}`,
    });
    endpoints = { ...vendors, apiHost: '127.0.0.1', apiPort: api.port, apiUrl: api.url };
    // Twice, as a second start does.
    for (let start = 0; start < 2; start += 1) {
      await subscribeToOmnium({ omniumUrl: omnium.url, apiUrl: api.url }, demoTenants());
      await registerFlowWebhooks(endpoints);
    }
  });

  after(async () => {
    await api.stop(1_000);
    await Promise.all([flow.stop(), omnium.stop()]);
  });

  const ignored = (sender: 'flow' | 'omnium'): Promise<number> =>
    counterValue(registry, 'intake_events_total', { tenant: TENANT, sender, outcome: 'ignored' });
  const toldOf = async (orderUid: string): Promise<string[]> =>
    (await recordedSignals<OrderSignal>(server, orderWorkflowId({ tenantUid: TENANT, orderNumber: orderUid })))
      .flatMap((signal) => (signal.kind === 'events' ? signal.events : []))
      .map(({ what }) => what)
      .sort();
  const found = (read: () => Promise<string[]>, count: number): Promise<string[]> =>
    until(async () => {
      const events = await read().catch(() => []);
      return events.length >= count ? events : undefined;
    });

  it('are set up once, however often it is done', async () => {
    const { json } = await omnium.control('GET', '/subscriptions');
    const wanted = demoTenants().flatMap((tenant) => omniumSubscriptions(api.url, tenant));
    const names = json.list('subscriptions').map((subscription) => subscription.text('subscriptionId'));
    assert.deepEqual(names.sort(), wanted.map(({ subscriptionId }) => subscriptionId).sort());
    for (const { tenantUid } of demoTenants()) {
      const headers = { authorization: `Bearer sandbox-token-${tenantUid}` };
      const { body } = await flow.call(`GET /tenants/${tenantUid}/webhooks`, undefined, headers);
      const actions = (at(body, 'items') as unknown[]).map((item) => at(item, 'action'));
      assert.deepEqual(actions.sort(), [...WEBHOOK_ACTIONS].sort());
    }
  });

  it('a sale at a till is recorded with all that Flow tells of it', async () => {
    const lines = [{ sku: skuNumber(flow, 1), quantity: 100, itemPrice: 10_000 }];
    const sale = await flow.till('/sales', { lines, payments: [{ amount: 10_000 }] });
    assert.equal(sale.status, 201, JSON.stringify(sale.body));
    const events = await found(() => toldOf(String(at(sale.body, 'orderUid'))), 3);
    assert.deepEqual(events, ['ORDER_DELIVERED', 'ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED']);
  });

  it('a customer that we make in Flow ourselves comes back as an echo, and is ignored', async () => {
    const before = await ignored('flow');
    const customerUid = `ours_${randomUUID().slice(0, 8)}`;
    const person = { customerUid, customerType: 'PERSON', firstname: 'Kari', lastname: 'Berg', countryCode: 'NO' };
    const made = await flow.call(`POST ${T}/customers`, person);
    assert.ok(made.status < 300, JSON.stringify(made.body));
    await until(async () => ((await ignored('flow')) > before ? true : undefined));
    const workflowId = customerWorkflowId({
      tenantUid: TENANT,
      customerKey: customerKeyOf(customerUid, 'sandbox-secret'),
    });
    await assert.rejects(server.client.workflow.getHandle(workflowId).describe(), { name: 'WorkflowNotFoundError' });
  });

  it('an order of the web shop in Omnium is recorded, one that we write ourselves is an echo', async () => {
    const [ours, theirs] = [`OURS-${randomUUID().slice(0, 8)}`, `WEB-${randomUUID().slice(0, 8)}`];
    const before = await ignored('omnium');
    const made = await omnium.call('POST', '/api/Orders', orderOf(omnium, ours));
    assert.ok(made.status < 300, made.text);
    await until(async () => ((await ignored('omnium')) > before ? true : undefined));
    const token = await fetchToken(omnium.url, 'webshop-client', 'webshop-secret');
    const shop = await fetch(`${omnium.url}/api/Orders`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(orderOf(omnium, theirs)),
    });
    assert.ok(shop.ok, await shop.text());
    assert.ok((await found(() => toldOf(theirs), 1)).length > 0);
    assert.deepEqual(await toldOf(ours).catch(() => []), []);
  });
});
