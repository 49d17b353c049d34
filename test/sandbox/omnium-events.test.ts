import assert from 'node:assert/strict';

import { fetchToken, type OmniumRig, orderOf, type Receiver, startReceiver, startRig, until } from './omnium-rig';

describe('Omnium sandbox events', () => {
  let rig: OmniumRig;
  let receiver: Receiver;
  const begin = async (statuses: number[] = [], timeScale = 0.01): Promise<void> => {
    receiver = await startReceiver(statuses);
    rig = await startRig({ timeScale });
  };
  const subscribe = async (over: Record<string, unknown> = {}): Promise<string> => {
    const answer = await rig.control('POST', '/subscriptions', { name: 'ours', url: receiver.url, ...over });
    assert.equal(answer.status, 201, answer.text);
    return answer.json.text('subscriptionId');
  };
  const operationIds = (): unknown[] => receiver.received.map(({ body }) => body.at('operationId'));
  const settled = (): Promise<void> =>
    until(async () => (await rig.control('GET', '/webhooks/pending')).json.at('pending') === 0, 'all deliveries');

  afterEach(async () => {
    await rig.stop();
    await receiver.stop();
  });

  it('tells of a new order with the documented body and the subscription’s headers', async () => {
    await begin();
    await subscribe({ headers: { Authorization: 'Bearer hook-secret' }, operationIds: [110106] });
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1', { orderNumber: 'N-1' }));
    const [first] = await receiver.waitFor(1);
    assert.equal(first?.headers.authorization, 'Bearer hook-secret');
    const { id, timestamp, ...rest } = first.body.raw as Record<string, unknown>;
    assert.match(String(id), /^[0-9a-f-]{36}$/);
    assert.match(String(timestamp), /^\d{4}-\d{2}-\d{2}T[\d:]+\.\d{7}Z$/);
    assert.deepEqual(rest, {
      operationId: 110106,
      message: 'Order added',
      className: 'Order',
      subClassName: 'ClickAndCollect',
      objectId: 'web-1',
      objectNumber: 'N-1',
      category: 'Added',
      market: 'nor',
      storeId: 'oslo-city',
      status: 'New',
      previousStatus: '',
      user: 'sandbox-client',
      userId: 'sandbox-client',
      isError: false,
      isRead: false,
      origin: 'POST /api/Orders',
      tags: [],
      externalIds: [],
      properties: [],
      references: [],
      attachments: [],
    });
  });

  it('raises the events of each kind of write', async () => {
    await begin();
    await subscribe();
    const expectIds = async (ids: number[]): Promise<void> => {
      await receiver.waitFor(ids.length);
      await settled();
      assert.deepEqual([...operationIds()].sort(), [...ids].sort());
      receiver.received.length = 0;
    };
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    await expectIds([110106, 111100, 111102]);
    await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 'InProgress' });
    await expectIds([310101, 111104, 111100, 111102]);
    await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 'OnHold', skipRunWorkflow: true });
    await expectIds([310102]);
    await rig.call('PATCH', '/api/Orders/web-1/PatchOrder', { tags: ['x'] });
    await expectIds([310100]);
    await rig.call('PATCH', '/api/Orders/web-1/PatchOrder', { tags: ['x'] });
    await rig.call('PATCH', '/api/Orders/web-1/PatchUpdateOrderLines', [{ lineItemId: '1', placedPrice: 90 }]);
    await expectIds([310104]);
    await rig.call('POST', '/api/Orders/ImportMany', [orderOf(rig, 'old-1')]);
    await expectIds([110106]);
    await rig.call('POST', '/api/Orders/old-1/OrderLines/1/Cancel');
    await expectIds([310106]);
    await rig.call('POST', '/api/Returns/web-1/Return', { returns: [{ lineItemId: '1', returnQuantity: 1 }] });
    await expectIds([318100, 118100, 118102]);
    const customer = { customerId: 'c-new', firstName: 'Kari' };
    await rig.call('POST', '/api/PrivateCustomers', customer);
    await rig.call('PUT', '/api/PrivateCustomers/AddOrUpdateMany', [{ ...customer, firstName: 'Ola' }]);
    await rig.call('PATCH', '/api/PrivateCustomers/PatchPrivateCustomer', { customerId: 'c-new', firstName: 'Per' });
    await expectIds([330100, 130106, 330101, 130107, 330113, 130107]);
    await rig.call('PUT', '/api/Inventory/UpdateMany', [
      { sku: rig.skus[0], warehouseCode: 'oslo-city', inventory: 1234 },
    ]);
    await expectIds([350002]);
  });

  it('carries the status before and after', async () => {
    await begin();
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    await subscribe({ operationIds: [310101] });
    await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 'OrderCanceled' });
    const [event] = await receiver.waitFor(1);
    assert.deepEqual(
      ['status', 'previousStatus', 'origin'].map((name) => event?.body.at(name)),
      ['OrderCanceled', 'New', 'POST /api/Orders/web-1/UpdateStatus'],
    );
  });

  it('names the API user that wrote', async () => {
    await begin();
    await subscribe({ operationIds: [110106] });
    rig.token = await fetchToken(rig.url, 'webshop-client', 'webshop-secret');
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    const [event] = await receiver.waitFor(1);
    assert.equal(event?.body.at('userId'), 'webshop-client');
  });

  it('filters by class, category, status, store, market, order type and error flag, letters’ case aside', async () => {
    await begin();
    const passing = [
      { classNames: ['order'] },
      { categories: ['ADDED'] },
      { statuses: ['new'], operationIds: [110106] },
      { stores: ['oslo-city'], operationIds: [110106] },
      { markets: ['NOR'], operationIds: [110106] },
      { subClassNames: ['clickandcollect'], operationIds: [110106] },
      { isError: false, operationIds: [110106] },
    ];
    const blocking = [
      { classNames: ['Product'] },
      { categories: ['Deleted'] },
      { statuses: ['Completed'] },
      { stores: ['bergen-sentrum'] },
      { markets: ['SWE'] },
      { subClassNames: ['Online'] },
      { isError: true },
      { operationIds: [1] },
    ];
    for (const filter of [...passing, ...blocking]) {
      await subscribe({ headers: { 'x-filter': JSON.stringify(filter) }, ...filter });
    }
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    await settled();
    const hit = new Set(receiver.received.map(({ headers }) => headers['x-filter']));
    assert.deepEqual([...hit].sort(), passing.map((filter) => JSON.stringify(filter)).sort());
  });

  it('tries 1 + 3 times at 1, 5 and 15 s (scaled), then only notes it in the event log', async () => {
    await begin([500, 500, 503, 500], 0.004);
    const subscriptionId = await subscribe({ operationIds: [110106] });
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    await settled();
    assert.equal(receiver.received.length, 4);
    const times = receiver.received.map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok((gaps[0] ?? 0) >= 3 && (gaps[1] ?? 0) >= 19 && (gaps[2] ?? 0) >= 59, gaps.join(' '));
    assert.equal(new Set(receiver.received.map(({ body }) => body.at('id'))).size, 1, 'one event, one id');
    const log = await rig.call('POST', '/api/EventLog/Search', { eventLogModel: 'EventSubscription' });
    assert.equal(log.json.at('totalHits'), 1);
    assert.deepEqual([log.json.at('result.0.status'), log.json.at('result.0.objectId')], ['Failed', subscriptionId]);
  });

  for (const status of [400, 404, 429]) {
    it(`never tries again after ${status}`, async () => {
      await begin([status]);
      await subscribe({ operationIds: [110106] });
      await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
      await settled();
      assert.equal(receiver.received.length, 1);
    });
  }

  it('tries again after 401', async () => {
    await begin([401]);
    await subscribe({ operationIds: [110106] });
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    await receiver.waitFor(2);
  });

  it('finds events in the event log, under its other names', async () => {
    await begin();
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1'));
    const log = await rig.call('POST', '/api/EventLog/Search', {
      objectId: 'web-1',
      eventLogType: 'Workflow',
      marketIds: ['NOR'],
    });
    assert.equal(log.json.at('totalHits'), 2);
    assert.equal(log.json.at('result.0.eventLogModel'), 'Order');
    assert.equal(log.json.at('result.0.userId'), 'sandbox-client');
  });

  it('sends hand-made events as they are, single and in a list', async () => {
    await begin();
    await subscribe({ classNames: ['Order'] });
    const old = { operationId: 111102, className: 'Order', objectId: 'x-1' };
    assert.equal((await rig.control('POST', '/events', old)).json.at('deliveries'), 1);
    await rig.control('POST', '/events', [old, { ...old, objectId: 'x-2' }]);
    assert.equal((await rig.control('POST', '/events', { className: 'Cart', objectId: '1' })).json.at('deliveries'), 0);
    await receiver.waitFor(2);
    assert.deepEqual(
      receiver.received.map(({ body }) => body.raw),
      [old, [old, { ...old, objectId: 'x-2' }]],
    );
    assert.equal((await rig.control('POST', '/events', 'text')).status, 400);
  });

  it('lists, replaces and removes subscriptions', async () => {
    await begin();
    await subscribe({ subscriptionId: 'one' });
    await subscribe({ subscriptionId: 'one', name: 'renamed' });
    const { json } = await rig.control('GET', '/subscriptions');
    assert.deepEqual(
      json.list('subscriptions').map((each) => each.at('name')),
      ['renamed'],
    );
    assert.equal((await rig.control('DELETE', '/subscriptions/one')).status, 204);
    assert.equal((await rig.control('DELETE', '/subscriptions/one')).status, 404);
    assert.equal((await rig.control('POST', '/subscriptions', { url: 'nowhere' })).status, 400);
  });

  it('sends the event though the answer to the caller is lost', async () => {
    await begin();
    await subscribe({ operationIds: [110106] });
    await rig.control('POST', '/faults', { kind: 'lost-answer', path: '^/api/Orders$', times: 1 });
    await assert.rejects(rig.call('POST', '/api/Orders', orderOf(rig, 'web-1')));
    await receiver.waitFor(1);
    assert.equal((await rig.call('GET', '/api/Orders/web-1')).status, 200);
  });
});
