import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { Registry } from 'prom-client';
import { startApi, type RunningApi } from '../../src/api/start-api';
import { parseConfig } from '../../src/config/load';
import { customerKind } from '../../src/contracts/kinds/customer';
import { type GoodsReceptionEvent, goodsReceptionKind } from '../../src/contracts/kinds/goods-reception';
import { type OrderEvent, orderKind } from '../../src/contracts/kinds/order';
import { type ProductEvent, productKind } from '../../src/contracts/kinds/product';
import { type PurchaseOrderEvent, purchaseOrderKind } from '../../src/contracts/kinds/purchase-order';
import { type StockEvent, stockKind } from '../../src/contracts/kinds/stock';
import { type StoresEvent, storesKind } from '../../src/contracts/kinds/stores';
import { customerKeyOf } from '../../src/temporal/sealed-reference';
import { createLogger } from '../../src/observability/logger';
import { WEBHOOK_ACTIONS } from '../../src/ops/flow-webhooks';
import { demoConfig, type DemoEndpoints, demoTenants } from '../../tools/start/demo-config';
import { omniumSubscriptions, registerFlowWebhooks, subscribeToOmnium } from '../../tools/start/subscriptions';
import { at, type FlowRig, productUidOf, skuNumber, startFlowRig, T } from '../sandbox/flow-rig';
import { purchaseOrderOf, PurchasingDesk } from '../sandbox/omnium-purchasing-rig';
import { fetchToken, orderOf, startRig, type OmniumRig } from '../sandbox/omnium-rig';
import { until } from '../support/order-driver';
import { devServer, type DevServer } from '../support/temporal-rig';
import { recordedSignals } from './recorded';
import { counterValue } from './test-api';

const TENANT = 'flow_no';
const FLOW_MASTER = 'bergensentrum';

function ignoreMissing(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

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
    // One for all stores, and one for each store's stock: other test files have a tenant of the same name.
    const shared = [
      (tenantUid: string) => storesKind.id({ tenantUid }),
      (tenantUid: string) => stockKind.id({ tenantUid, storeUid: FLOW_MASTER }),
    ];
    for (const { tenantUid } of demoTenants()) {
      for (const idOf of shared) {
        await server.client.workflow.getHandle(idOf(tenantUid)).terminate('end of test').catch(ignoreMissing);
      }
    }
    await Promise.all([flow.stop(), omnium.stop()]);
  });

  const ignored = (sender: 'flow' | 'omnium'): Promise<number> =>
    counterValue(registry, 'intake_events_total', { tenant: TENANT, sender, outcome: 'ignored' });
  const toldOf = async (orderUid: string): Promise<string[]> =>
    (await recordedSignals<readonly OrderEvent[]>(server, orderKind.id({ tenantUid: TENANT, orderNumber: orderUid })))
      .flat()
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
    const workflowId = customerKind.id({
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

  const S = `${T}/stores/${FLOW_MASTER}`;
  const stockToldOf = async (storeUid: string): Promise<string[]> =>
    (await recordedSignals<readonly StockEvent[]>(server, stockKind.id({ tenantUid: TENANT, storeUid })))
      .flat()
      .map(({ subject }) => (subject.kind === 'level' ? `${subject.productUid}@${subject.warehouseUid}` : ''));

  it('a sale changes stock: told where Flow is the master of it, and ignored where Omnium is', async () => {
    const before = await ignored('flow');
    const sku = skuNumber(flow, 2);
    const sale = { lines: [{ sku, quantity: 100, itemPrice: 10_000 }], payments: [{ amount: 10_000 }] };
    assert.equal((await flow.sim(`/${TENANT}/stores/${FLOW_MASTER}/sales`, sale)).status, 201);
    const level = `${await productUidOf(flow, sku)}@${FLOW_MASTER}`;
    assert.ok((await found(() => stockToldOf(FLOW_MASTER), 1)).includes(level));
    assert.equal((await flow.till('/sales', sale)).status, 201);
    await until(async () => ((await ignored('flow')) > before ? true : undefined));
    assert.deepEqual(await stockToldOf('oslocity').catch(() => []), []);
  });

  it('goods received at a till are recorded by their receivement; a status that we write is an echo', async () => {
    const productUid = await productUidOf(flow, skuNumber(flow, 3));
    const orderInFlow = async (): Promise<string> => {
      const supplierUid = at((await flow.call(`GET ${T}/suppliers`)).body, 'items[0].supplierUid');
      const items = [{ productUid, warehouseUid: FLOW_MASTER, quantityOrdered: 200, unitPrice: 5_000 }];
      const made = await flow.call(`POST ${S}/purchase-orders`, { supplierUid, status: 'SENT_TO_SUPPLIER', items });
      assert.ok(made.status < 300, JSON.stringify(made.body));
      return String(at(made.body, 'purchaseOrderUid'));
    };
    const receptionsOf = (receivementUid: string): Promise<string[]> =>
      recordedSignals<readonly GoodsReceptionEvent[]>(
        server,
        goodsReceptionKind.id({ tenantUid: TENANT, receivementUid }),
      ).then((signals) => signals.flatMap((signal) => signal.map(({ what }) => what)));

    const purchaseOrderUid = await orderInFlow();
    const received = await flow.sim(`/${TENANT}/stores/${FLOW_MASTER}/receive-goods`, {
      purchaseOrderUid,
      lines: [{ sku: skuNumber(flow, 3), quantity: 200 }],
    });
    assert.ok(received.status < 300, JSON.stringify(received.body));
    const receivementUid = String(at(received.body, 'receivementUid'));
    assert.deepEqual(await found(() => receptionsOf(receivementUid), 1), ['PURCHASE_RECEIVED']);

    const before = await ignored('flow');
    const ours = await orderInFlow();
    const closed = await flow.call(`PUT ${S}/purchase-orders/${ours}`, { status: 'RECEIVED' });
    assert.ok(closed.status < 300, JSON.stringify(closed.body));
    await until(async () => ((await ignored('flow')) > before ? true : undefined));
    assert.deepEqual(await receptionsOf(ours).catch(() => []), []);
  });

  it('a purchase order, its delivery and a store of Omnium are recorded; what we write ourselves is an echo', async () => {
    const [ours, theirs] = [`OURS-${randomUUID().slice(0, 8)}`, `PO-${randomUUID().slice(0, 8)}`];
    const toldOfPurchase = (subject: { purchaseOrderId: string } | { deliveryId: string }): Promise<string[]> =>
      recordedSignals<readonly PurchaseOrderEvent[]>(
        server,
        purchaseOrderKind.id({ tenantUid: TENANT, ...subject }),
      ).then((signals) => signals.flatMap((signal) => signal.map(({ what }) => what)));
    const elsewhere = (): Promise<number> =>
      counterValue(registry, 'intake_events_total', { tenant: 'flow_se', sender: 'omnium', outcome: 'ignored' });
    const [before, beforeElsewhere] = [await ignored('omnium'), await elsewhere()];
    await new PurchasingDesk(omnium).create(ours);
    await until(async () => ((await ignored('omnium')) > before ? true : undefined));

    const token = await fetchToken(omnium.url, 'webshop-client', 'webshop-secret');
    const asBuyer = async (method: string, path: string, body: unknown): Promise<unknown> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const response = await fetch(`${omnium.url}${path}`, { method, headers, body: JSON.stringify(body) });
      const text = await response.text();
      assert.ok(response.ok, `${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    };
    await asBuyer('POST', '/api/PurchaseOrders', purchaseOrderOf(omnium, theirs));
    assert.ok((await found(() => toldOfPurchase({ purchaseOrderId: theirs }), 1)).length > 0);
    const lines = [{ lineItemId: 'l-1', quantity: 10 }];
    const delivery = await asBuyer('POST', `/api/Deliveries/CreateDelivery/${theirs}`, lines);
    const deliveryId = String(at(delivery, 'id'));
    assert.ok((await found(() => toldOfPurchase({ deliveryId }), 1)).length > 0);
    await until(async () => ((await elsewhere()) > beforeElsewhere ? true : undefined));
    assert.deepEqual(await toldOfPurchase({ purchaseOrderId: ours }).catch(() => []), []);

    const store = await omnium.call('GET', '/api/Stores/oslo-city');
    await asBuyer('PUT', '/api/Stores', { ...(store.json.raw as object), name: 'Nordlys Oslo City 2' });
    const storesTold = async (): Promise<string[]> =>
      (await recordedSignals<readonly StoresEvent[]>(server, storesKind.id({ tenantUid: TENANT }))).flatMap((signal) =>
        signal.map(({ what }) => what),
      );
    assert.match((await found(storesTold, 1)).join(), /^Updated \(3701\d\d\)/);
  });

  it('a product of Omnium is recorded for every tenant, whatever market it is in', async () => {
    const productId = `new-${randomUUID().slice(0, 8)}`;
    const token = await fetchToken(omnium.url, 'webshop-client', 'webshop-secret');
    const response = await fetch(`${omnium.url}/api/Products`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ productId, skuId: productId, name: 'Kettle', isActive: true, marketIds: ['NOR'] }),
    });
    assert.ok(response.ok, await response.text());
    for (const { tenantUid } of demoTenants()) {
      const toldOfProduct = async (): Promise<string[]> =>
        (await recordedSignals<readonly ProductEvent[]>(server, productKind.id({ tenantUid, productId }))).flatMap(
          (signal) => signal.map(({ what }) => what),
        );
      assert.match((await found(toldOfProduct, 1)).join(), /^(Added|Updated) \(1401\d\d\)/);
    }
  });
});
