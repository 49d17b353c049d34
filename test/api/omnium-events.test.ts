import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { EntityInput } from '../../src/contracts/entity-sync';
import { type OrderEvent, orderKind, type OrderOutcome, type OrderStart } from '../../src/contracts/kinds/order';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { devServer, type DevServer } from '../support/temporal-rig';
import { assertNoWorkflow, recordedSignals as recorded, startInput } from './recorded';
import { counterValue, orderEvent, startTestApi, taskQueueOfTests, type TestApi } from './test-api';

const SYNCED = 'Order, PrivateCustomer, BusinessCustomer, PurchaseOrder, Delivery, Store and Product';

/** The events recorded for an order, signal by signal, as they stand in its history. */
function recordedSignals(server: DevServer, api: TestApi, orderNumber: string): Promise<(readonly OrderEvent[])[]> {
  return recorded<readonly OrderEvent[]>(server, orderKind.id({ tenantUid: api.tenantUid, orderNumber }));
}

describe('POST /webhooks/omnium/{tenantUid}', function () {
  this.timeout(60_000);
  let server: DevServer;
  let api: TestApi;

  before(async () => {
    server = await devServer();
    api = await startTestApi({ address: server.address });
  });

  after(() => api.stop());

  it('records an order event as a signal to the workflow of that order', async () => {
    const answer = await api.post(orderEvent('ORD-1', { id: 'event-1' }));
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.json, { outcome: 'recorded', orderNumber: 'ORD-1' });
    assert.deepEqual(await recordedSignals(server, api, 'ORD-1'), [
      [{ eventId: 'event-1', source: 'omnium', what: 'Updated (310100)' }],
    ]);
  });

  it('starts the workflow with typed search attributes, a summary and its input', async () => {
    await api.post(orderEvent('ORD-2', { objectId: 'id-of-ORD-2' }));
    const handle = server.client.workflow.getHandle(orderKind.id({ tenantUid: api.tenantUid, orderNumber: 'ORD-2' }));
    const description = await handle.describe();
    assert.equal(description.type, 'orderWorkflow');
    assert.equal(description.taskQueue, taskQueueOfTests(api.tenantUid));
    assert.equal(await description.staticSummary(), 'Order ORD-2 · Omnium → Flow');
    const attributes = description.typedSearchAttributes;
    assert.equal(attributes.get(searchAttributes.tenantUid), api.tenantUid);
    assert.equal(attributes.get(searchAttributes.orderNumber), 'ORD-2');
    assert.equal(attributes.get(searchAttributes.direction), 'inbound');
    assert.equal(attributes.get(searchAttributes.syncState), 'Syncing');
    assert.equal(attributes.get(searchAttributes.storeUid), 'oslocity', 'a store that the configuration names');
    const expected: EntityInput<OrderStart, OrderEvent, OrderOutcome> = {
      tenantUid: api.tenantUid,
      orderNumber: 'ORD-2',
      omniumOrderId: 'id-of-ORD-2',
      retryLadder: 'one-minute',
    };
    assert.deepEqual(await startInput(server, handle.workflowId), expected);
  });

  it('makes one signal of 1,000 copies of one event', async () => {
    const event = orderEvent('ORD-COPIES');
    const before = await counterValue(api.registry, 'intake_signals_total', { result: 'accepted' });
    const answers = await Promise.all(Array.from({ length: 300 }, () => api.post(event)));
    for (let copy = 300; copy < 1_000; copy += 1) answers.push(await api.post(event));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([202]));
    assert.equal(answers.filter(({ json }) => json.outcome === 'recorded').length, 1);
    assert.equal(answers.filter(({ json }) => json.outcome === 'duplicate').length, 999);
    assert.equal(await counterValue(api.registry, 'intake_signals_total', { result: 'accepted' }), before + 1);
    assert.equal((await recordedSignals(server, api, 'ORD-COPIES')).length, 1);
  });

  it('sends the events of one order that arrive during a signal together in the next', async () => {
    const answers = await Promise.all(Array.from({ length: 250 }, () => api.post(orderEvent('ORD-BURST'))));
    assert.ok(answers.every(({ status, json }) => status === 202 && json.outcome === 'recorded'));
    const sizes = (await recordedSignals(server, api, 'ORD-BURST')).map((signal) => signal.length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size, 0),
      250,
      'nothing is lost and nothing recorded twice',
    );
    assert.ok(sizes.length < 50, `${sizes.length} signals for 250 events: too many`);
    assert.ok(Math.max(...sizes) <= 100, 'no signal carries more than 100 events');
  });

  it('takes an event for the order’s own: the same id on another order is another event', async () => {
    await api.post(orderEvent('ORD-A', { id: 'numbered-badly' }));
    const answer = await api.post(orderEvent('ORD-B', { id: 'numbered-badly' }));
    assert.equal(answer.json.outcome, 'recorded');
  });

  describe('older events without an id', () => {
    const withoutId = (orderNumber: string, members = {}): unknown =>
      orderEvent(orderNumber, { id: undefined, ...members });

    it('are told apart by what they say', async () => {
      assert.equal((await api.post(withoutId('ORD-OLD'))).json.outcome, 'recorded');
      assert.equal((await api.post(withoutId('ORD-OLD'))).json.outcome, 'duplicate');
      const later = withoutId('ORD-OLD', { timestamp: '2026-02-17T07:23:07.6380002Z' });
      assert.equal((await api.post(later)).json.outcome, 'recorded');
    });

    it('count as new each time when they have no timestamp either: two changes can look alike', async () => {
      const event = withoutId('ORD-OLDER', { timestamp: undefined });
      assert.equal((await api.post(event)).json.outcome, 'recorded');
      assert.equal((await api.post(event)).json.outcome, 'recorded');
    });

    it('include those whose id is an empty GUID', async () => {
      const empty = { id: '00000000-0000-0000-0000-000000000000' };
      assert.equal((await api.post(orderEvent('ORD-GUID', { ...empty, status: 'New' }))).json.outcome, 'recorded');
      assert.equal((await api.post(orderEvent('ORD-GUID', { ...empty, status: 'Ready' }))).json.outcome, 'recorded');
    });
  });

  it('reads member names and the class in any case, ids given as numbers, and a byte order mark', async () => {
    const event = {
      ID: randomUUID(),
      CLASSNAME: 'order',
      ObjectID: 104233,
      Operationid: '110106',
      CATEGORY: 'Created',
    };
    const answer = await api.post(`\uFEFF${JSON.stringify(event)}`);
    assert.deepEqual(answer.json, { outcome: 'recorded', orderNumber: '104233' });
    const [signal] = await recordedSignals(server, api, '104233');
    assert.ok(signal);
    assert.equal(signal[0]?.what, 'Created (110106)');
  });

  it('records orders of a type nobody configured: the workflow says why they are ignored', async () => {
    const answer = await api.post(orderEvent('ORD-TYPE', { subClassName: 'SomethingNew' }));
    assert.equal(answer.json.outcome, 'recorded');
  });

  it('reads a compressed body', async () => {
    const body = gzipSync(JSON.stringify(orderEvent('ORD-GZIP')));
    const answer = await api.post(body, { headers: { 'content-encoding': 'gzip' } });
    assert.deepEqual(answer.json, { outcome: 'recorded', orderNumber: 'ORD-GZIP' });
  });

  describe('an array of events', () => {
    it('is recorded event by event, and answered with counts', async () => {
      const repeated = orderEvent('ORD-L1');
      const answer = await api.post([
        repeated,
        repeated,
        orderEvent('ORD-L2'),
        orderEvent('sku-1', { className: 'Supplier' }),
        { className: 'Order' },
      ]);
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, {
        outcome: 'recorded',
        events: { recorded: 2, duplicate: 1, ignored: 1, refused: 1 },
        reasons: [
          `events of class Supplier are not synced; only ${SYNCED} are`,
          'the event names no object (objectId)',
        ],
      });
      assert.equal((await recordedSignals(server, api, 'ORD-L1')).length, 1);
      assert.equal((await recordedSignals(server, api, 'ORD-L2')).length, 1);
    });

    it('that is empty is ignored with the reason', async () => {
      const answer = await api.post([]);
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, { outcome: 'ignored', reason: 'the list holds no event' });
    });

    it('that holds no event at all is refused', async () => {
      const answer = await api.post([1, 'two', { className: 'Order' }]);
      assert.equal(answer.status, 400);
    });

    it('of hundreds of orders is taken whole', async () => {
      const events = Array.from({ length: 150 }, (_, index) => orderEvent(`ORD-MANY-${index}`));
      const answer = await api.post(events);
      assert.deepEqual(answer.json.events, { recorded: 150, duplicate: 0, ignored: 0, refused: 0 });
    });
  });

  describe('what can never be an event is refused with 400', () => {
    const nothing: readonly (readonly [string, unknown])[] = [
      ['an empty body', ''],
      ['text', 'hello'],
      ['broken JSON', '{"className":"Order"'],
      ['a JSON string', '"Order"'],
      ['a JSON number', '42'],
      ['null', 'null'],
      ['an object without objectId', { className: 'Order', objectNumber: '1' }],
      ['an objectId that is no id', orderEvent('x', { objectId: { nested: true } })],
      ['an empty objectId', orderEvent('x', { objectId: '  ' })],
      ['an order number of 201 characters', orderEvent('9'.repeat(201))],
      ['an order number with a line break', orderEvent('1\n2')],
      ['an order number with a lone surrogate', orderEvent('1\ud800')],
    ];
    for (const [name, body] of nothing) {
      it(name, async () => {
        const answer = await api.post(body);
        assert.equal(answer.status, 400, answer.text);
        assert.equal(answer.json.outcome, 'refused');
        assert.equal(typeof answer.json.reason, 'string');
      });
    }

    it('a body that is not compressed as it says', async () => {
      const answer = await api.post('{}', { headers: { 'content-encoding': 'gzip' } });
      assert.equal(answer.status, 400);
    });
  });

  describe('what is none of ours is answered 202 with the reason', () => {
    for (const className of ['Return', 'Supplier']) {
      it(`an event of class ${className}`, async () => {
        const answer = await api.post(orderEvent('1', { className }));
        assert.equal(answer.status, 202);
        assert.deepEqual(answer.json, {
          outcome: 'ignored',
          reason: `events of class ${className} are not synced; only ${SYNCED} are`,
        });
      });
    }

    it('an event of class Inventory: levels are exported by schedule', async () => {
      const answer = await api.post(orderEvent('sku-1', { className: 'Inventory' }));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, {
        outcome: 'ignored',
        reason: 'events of class Inventory are not synced: stock levels are exported by schedule',
      });
    });

    it('an event without a class', async () => {
      const answer = await api.post(orderEvent('1', { className: undefined }));
      assert.deepEqual(answer.json, { outcome: 'ignored', reason: 'the event names no class (className)' });
    });
  });

  describe('our own writes come back as events', () => {
    it('and are ignored with the reason, by the API user who made them', async () => {
      const userId = `client-of-${api.tenantUid}`;
      const answer = await api.post(orderEvent('ORD-ECHO', { userId }));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, { outcome: 'ignored', reason: 'our own write' });
      await assertNoWorkflow(server, orderKind.id({ tenantUid: api.tenantUid, orderNumber: 'ORD-ECHO' }));
    });

    it('but those of other users, and of nobody, are recorded', async () => {
      for (const userId of ['webshop-client', '', undefined, 42]) {
        assert.equal((await api.post(orderEvent('ORD-OTHERS', { userId }))).json.outcome, 'recorded');
      }
    });

    it('known by the configured API user, in place of the client id', async () => {
      const other = await startTestApi({ address: server.address, apiUserId: 'flow-integration' });
      try {
        const echo = orderEvent('ORD-ECHO-2', { UserId: 'flow-integration' });
        assert.equal((await other.post(echo)).json.outcome, 'ignored');
        const client = orderEvent('ORD-ECHO-2', { userId: `client-of-${other.tenantUid}` });
        assert.equal((await other.post(client)).json.outcome, 'recorded');
      } finally {
        await other.stop();
      }
    });
  });

  it('answers 404 for a tenant nobody configured, and for paths that do not exist', async () => {
    assert.equal((await api.post(orderEvent('1'), { path: '/webhooks/omnium/nobody' })).status, 404);
    assert.equal((await api.post(orderEvent('1'), { path: '/webhooks' })).status, 404);
    assert.equal((await api.post(orderEvent('1'), { path: '/webhooks/omnium/%E0%A4%A' })).status, 400);
  });

  it('answers 405 with the right method for a wrong one', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      const answer = await api.post('', { method });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.allow, 'POST');
    }
    const answer = await api.post('', { path: '/metrics' });
    assert.equal(answer.status, 405);
    assert.equal(answer.headers.allow, 'GET');
  });

  it('puts nothing of a person into histories, answers, logs and metrics', async () => {
    await api.post(orderEvent('ORD-PII'));
    await api.post(orderEvent('ORD-PII', { objectId: undefined }));
    const handle = server.client.workflow.getHandle(orderKind.id({ tenantUid: api.tenantUid, orderNumber: 'ORD-PII' }));
    const history = JSON.stringify(await handle.fetchHistory());
    const signals = JSON.stringify(await recordedSignals(server, api, 'ORD-PII'));
    const everything = [history, signals, ...api.logLines, await api.registry.metrics()].join('\n');
    assert.doesNotMatch(everything, /nordmann/i);
  });
});
