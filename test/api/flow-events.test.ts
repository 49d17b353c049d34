import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EntityInput } from '../../src/contracts/entity-sync';
import { type OrderEvent, orderKind, type OrderOutcome, type OrderStart } from '../../src/contracts/kinds/order';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { devServer, type DevServer, freePort } from '../support/temporal-rig';
import { assertNoWorkflow, everythingKept, recordedSignals, startInput } from './recorded';
import { type Answer, counterValue, type PostOptions, startTestApi, taskQueueOfTests, type TestApi } from './test-api';

const INTEGRATION_USER = 'integration';
const ORDER_ACTIONS = ['ORDER_SETTLED', 'ORDER_RECEIPT_SETTLED', 'ORDER_DELIVERED', 'ORDER_HANDLING_STATE_CHANGED'];
const UUID = /^flow:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const ref = (uid: string): Record<string, unknown> => ({ Id: 17, Uid: uid });

describe('POST /webhooks/flow/{tenantUid}', function () {
  this.timeout(60_000);
  let server: DevServer;
  let api: TestApi;

  before(async () => {
    server = await devServer();
    api = await startTestApi({ address: server.address, integrationUserUid: INTEGRATION_USER });
  });

  after(() => api.stop());

  const post = (body: unknown, options: PostOptions = {}): Promise<Answer> =>
    api.post(body, { path: `/webhooks/flow/${api.tenantUid}`, ...options });
  const idOf = (orderUid: string): string => orderKind.id({ tenantUid: api.tenantUid, orderNumber: orderUid });
  const orderHook = (orderUid: string, members: Record<string, unknown> = {}): Record<string, unknown> => ({
    action: 'ORDER_SETTLED',
    tenant: ref(api.tenantUid),
    store: ref('oslocity'),
    order: ref(orderUid),
    tenantUser: ref('pos'),
    ...members,
  });

  for (const action of [...ORDER_ACTIONS, 'ORDER_SOMETHING_NEW']) {
    it(`records ${action} with the workflow of that order`, async () => {
      const orderUid = `till_${randomUUID()}`;
      const more = { orderReceipt: ref('receipt'), orderHandling: ref('handling') };
      const answer = await post(orderHook(orderUid, { action, ...more }));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, { outcome: 'recorded', orderNumber: orderUid });
      const [signal, ...others] = await recordedSignals<readonly OrderEvent[]>(server, idOf(orderUid));
      assert.ok(signal && others.length === 0);
      const [{ eventId, ...event } = { eventId: '' }] = signal;
      assert.match(eventId, UUID);
      const receipt = { storeUid: 'oslocity', orderReceiptUid: 'receipt' };
      assert.deepEqual(event, { source: 'flow', what: action, flowOrderUid: orderUid, receipt });
    });
  }

  for (const [what, members] of [
    ['without its store', { store: undefined }],
    ['with a uid that is none', { orderReceipt: ref('no uid') }],
  ] as const) {
    it(`leaves a receipt ${what} to the order and the sweep`, async () => {
      const orderUid = `till_${randomUUID()}`;
      await post(orderHook(orderUid, { orderReceipt: ref('receipt'), ...members }));
      const [[event] = []] = await recordedSignals<readonly OrderEvent[]>(server, idOf(orderUid));
      assert.equal(event?.receipt, undefined);
      assert.equal(event?.flowOrderUid, orderUid);
    });
  }

  it('starts the workflow as outbound, in the store of the webhook, under Flow’s uid of the order', async () => {
    const orderUid = `till_${randomUUID()}`;
    await post(orderHook(orderUid, { store: ref('bergen_torg') }));
    const description = await server.client.workflow.getHandle(idOf(orderUid)).describe();
    assert.equal(description.type, 'orderWorkflow');
    assert.equal(description.taskQueue, taskQueueOfTests(api.tenantUid));
    assert.equal(await description.staticSummary(), `Order ${orderUid} · Flow → Omnium`);
    const attributes = description.typedSearchAttributes;
    assert.equal(attributes.get(searchAttributes.direction), 'outbound');
    assert.equal(attributes.get(searchAttributes.orderNumber), orderUid);
    assert.equal(attributes.get(searchAttributes.storeUid), 'bergen_torg');
    assert.equal(attributes.get(searchAttributes.syncState), 'Syncing');
    const expected: EntityInput<OrderStart, OrderEvent, OrderOutcome> = {
      tenantUid: api.tenantUid,
      orderNumber: orderUid,
      omniumOrderId: orderUid,
      retryLadder: 'one-minute',
    };
    assert.deepEqual(await startInput(server, idOf(orderUid)), expected);
  });

  it('starts it without a store when the webhook names none, or one that cannot be', async () => {
    for (const store of [undefined, null, {}, ref('not a uid'), 'oslocity']) {
      const orderUid = `till_${randomUUID()}`;
      assert.equal((await post(orderHook(orderUid, { store }))).json.outcome, 'recorded');
      const { typedSearchAttributes } = await server.client.workflow.getHandle(idOf(orderUid)).describe();
      assert.equal(typedSearchAttributes.get(searchAttributes.storeUid), undefined);
    }
  });

  it('reads members in any case, numbers as uids, and needs no tenant, store or user', async () => {
    const answer = await post({ ACTION: 'order_settled', Order: { uid: 104233 } });
    assert.deepEqual(answer.json, { outcome: 'recorded', orderNumber: '104233' });
    const [signal] = await recordedSignals<readonly OrderEvent[]>(server, idOf('104233'));
    assert.ok(signal);
    assert.equal(signal[0]?.what, 'ORDER_SETTLED');
  });

  it('takes every delivery for an event of its own: two real changes look the same to the last byte', async () => {
    const orderUid = `till_${randomUUID()}`;
    const body = orderHook(orderUid, { action: 'ORDER_HANDLING_STATE_CHANGED' });
    for (let change = 0; change < 3; change += 1) assert.equal((await post(body)).json.outcome, 'recorded');
    assert.equal((await recordedSignals(server, idOf(orderUid))).length, 3);
  });

  it('lets deliveries that arrive at once go together, and loses none of them', async () => {
    const orderUid = `till_${randomUUID()}`;
    const before = await counterValue(api.registry, 'intake_signals_total', { result: 'accepted' });
    const answers = await Promise.all(Array.from({ length: 200 }, () => post(orderHook(orderUid))));
    assert.ok(answers.every(({ status, json }) => status === 202 && json.outcome === 'recorded'));
    const signals = await recordedSignals<readonly OrderEvent[]>(server, idOf(orderUid));
    const events = signals.flat();
    assert.equal(new Set(events.map(({ eventId }) => eventId)).size, 200);
    assert.ok(signals.length < 180, `${signals.length} signals for 200 events: hardly any went together`);
    const after = await counterValue(api.registry, 'intake_signals_total', { result: 'accepted' });
    assert.equal(after - before, signals.length);
  });

  it('joins the run that Omnium’s events of the same order have started', async () => {
    const orderUid = `till_${randomUUID()}`;
    await api.post({ id: randomUUID(), className: 'Order', objectId: orderUid, category: 'Updated' });
    await post(orderHook(orderUid));
    const sources = (await recordedSignals<readonly OrderEvent[]>(server, idOf(orderUid))).flatMap((signal) =>
      signal.map(({ source }) => source),
    );
    assert.deepEqual(sources, ['omnium', 'flow']);
  });

  it('records an array event by event, and answers with counts', async () => {
    const [first, second] = [`till_${randomUUID()}`, `till_${randomUUID()}`];
    const answer = await post([
      orderHook(first),
      orderHook(second),
      { action: 'TILL_OPEN' },
      { action: 'ORDER_SETTLED' },
    ]);
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.json, {
      outcome: 'recorded',
      events: { recorded: 2, duplicate: 0, ignored: 1, refused: 1 },
      reasons: [
        'TILL_OPEN is not synced: the opening and closing of tills is not synced',
        'the event names no order (order.Uid)',
      ],
    });
    assert.equal((await recordedSignals(server, idOf(second))).length, 1);
  });

  describe('what is none of ours is answered 202 with the reason', () => {
    const others: readonly (readonly [action: string, reason: string])[] = [
      ['PRODUCT_UPDATE', 'products and prices come from Omnium'],
      ['PRODUCT_MEDIA_CHANGE', 'products and prices come from Omnium'],
      ['PRICE_DELETE', 'products and prices come from Omnium'],
      ['TILL_CLOSED', 'the opening and closing of tills is not synced'],
      ['STOCK_TAKING', 'of stock only STOCK_CHANGE is'],
      ['PURCHASE_CREATED', 'of purchase orders only PURCHASE_RECEIVED is'],
      ['CUSTOMER_MERGED', 'only orders, receipts, customers, goods receptions and stock are'],
      ['VOUCHER_CREATE', 'only orders, receipts, customers, goods receptions and stock are'],
    ];
    for (const [action, why] of others) {
      it(action, async () => {
        const answer = await post({ action, tenant: ref(api.tenantUid) });
        assert.equal(answer.status, 202);
        assert.deepEqual(answer.json, { outcome: 'ignored', reason: `${action} is not synced: ${why}` });
      });
    }

    it('our own write, told by its author', async () => {
      const orderUid = `till_${randomUUID()}`;
      const answer = await post(orderHook(orderUid, { tenantUser: ref(INTEGRATION_USER) }));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, { outcome: 'ignored', reason: 'our own write' });
      await assertNoWorkflow(server, idOf(orderUid));
    });

    it('nothing for an own write while it is not known who we are in Flow', async () => {
      const unaware = await startTestApi({ address: server.address });
      try {
        const body = { action: 'ORDER_SETTLED', order: ref('till_1'), tenantUser: ref(INTEGRATION_USER) };
        const { json } = await unaware.post(body, { path: `/webhooks/flow/${unaware.tenantUid}` });
        assert.equal(json.outcome, 'recorded');
        const nobody = { ...body, tenantUser: {} };
        assert.equal(
          (await unaware.post(nobody, { path: `/webhooks/flow/${unaware.tenantUid}` })).json.outcome,
          'recorded',
        );
      } finally {
        await unaware.stop();
      }
    });

    it('an event of another tenant than that of the address', async () => {
      const orderUid = `till_${randomUUID()}`;
      const answer = await post(orderHook(orderUid, { tenant: ref('somebody_else') }));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, {
        outcome: 'ignored',
        reason: 'the event is of another tenant than the address it was sent to',
      });
      await assertNoWorkflow(server, idOf(orderUid));
    });

    it('a receipt that comes without its order: the sweep finds it', async () => {
      const answer = await post({ action: 'ORDER_RECEIPT_SETTLED', orderReceipt: ref('r1') });
      assert.equal(answer.status, 202);
      assert.match(String(answer.json.reason), /without its order; the sweep over receipts finds it/);
    });

    it('an empty list', async () => {
      assert.deepEqual((await post([])).json, { outcome: 'ignored', reason: 'the list holds no event' });
    });
  });

  describe('what can never be an event is refused with 400', () => {
    const nothing: readonly (readonly [string, unknown])[] = [
      ['an empty body', ''],
      ['broken JSON', '{"action":"ORDER_SETTLED"'],
      ['a JSON string', '"ORDER_SETTLED"'],
      ['null', 'null'],
      ['an object without an action', { order: ref('1') }],
      ['an action that is no word', { action: 'ORDER SETTLED!', order: ref('1') }],
      ['an order action without an order', { action: 'ORDER_SETTLED', tenantUser: ref('pos') }],
      ['an order without a uid', { action: 'ORDER_SETTLED', order: { Id: 4 } }],
      ['an order that is no reference', { action: 'ORDER_SETTLED', order: 'till_1' }],
      ['a uid of 201 characters', { action: 'ORDER_SETTLED', order: ref('9'.repeat(201)) }],
      ['a uid with a line break', { action: 'ORDER_SETTLED', order: ref('1\n2') }],
      ['a customer action without a customer', { action: 'CUSTOMER_UPDATE' }],
      ['a list that holds no event at all', [1, 'two', { action: 'ORDER_SETTLED' }]],
    ];
    for (const [name, body] of nothing) {
      it(name, async () => {
        const answer = await post(body);
        assert.equal(answer.status, 400, answer.text);
        assert.equal(answer.json.outcome, 'refused');
        assert.equal(typeof answer.json.reason, 'string');
      });
    }
  });

  it('answers 401 without the secret, 413 to what is too big, and never 404 for a configured tenant', async () => {
    assert.equal((await post(orderHook('1'), { headers: { authorization: 'Bearer wrong' } })).status, 401);
    const big = JSON.stringify({ ...orderHook('1'), padding: 'x'.repeat(2 * 1024 * 1024) });
    assert.equal((await post(big)).status, 413);
    assert.equal((await post(orderHook('1'), { path: '/webhooks/flow/nobody' })).status, 404);
  });

  it('answers 503 in less than 5 s while Temporal cannot be reached, so that Flow sends it again', async () => {
    const cutOff = await startTestApi({ address: `127.0.0.1:${await freePort()}` });
    try {
      const startedAt = Date.now();
      const answer = await cutOff.post(
        { action: 'ORDER_SETTLED', order: ref('till_1') },
        { path: `/webhooks/flow/${cutOff.tenantUid}` },
      );
      assert.equal(answer.status, 503);
      assert.ok(Date.now() - startedAt < 5_000);
    } finally {
      await cutOff.stop();
    }
  });

  it('puts nothing but references into histories, logs and metrics', async () => {
    const orderUid = `till_${randomUUID()}`;
    const person = { tenantUser: { Id: 3, Uid: 'pos', Name: 'Kari Nordmann' }, customer: ref('kari@nordmann.example') };
    await post(orderHook(orderUid, person));
    await post(orderHook(orderUid, { ...person, order: undefined }));
    const everything = [await everythingKept(server, idOf(orderUid)), ...api.logLines, await api.registry.metrics()];
    assert.doesNotMatch(everything.join('\n'), /nordmann/i);
  });
});
