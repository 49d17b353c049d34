import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { EntityInput } from '../../src/contracts/entity-sync';
import {
  type GoodsReceptionEvent,
  type GoodsReceptionKey,
  goodsReceptionKind,
  type GoodsReceptionOutcome,
} from '../../src/contracts/kinds/goods-reception';
import {
  type PurchaseOrderEvent,
  purchaseOrderKind,
  type PurchaseOrderOutcome,
  type PurchaseOrderSubject,
} from '../../src/contracts/kinds/purchase-order';
import { type StockEvent, type StockKey, stockKind, type StockOutcome } from '../../src/contracts/kinds/stock';
import { type StoresEvent, type StoresKey, storesKind, type StoresOutcome } from '../../src/contracts/kinds/stores';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { devServer, type DevServer, freePort } from '../support/temporal-rig';
import { assertNoWorkflow, everythingKept, recordedSignals, startInput } from './recorded';
import {
  type Answer,
  counterValue,
  startTestApi,
  taskQueueOfTests,
  type TestApi,
  type TestApiOptions,
} from './test-api';

const INTEGRATION_USER = 'integration';
const FLOW_MASTER = 'bergensentrum';
const OMNIUM_MASTER = 'oslocity';
const EXPORTERS = ['IStoreExporter', 'IPurchaseOrderSynchronousExporter', 'IDeliveryExporter'];

const ref = (uid: string): Record<string, unknown> => ({ Id: 17, Uid: uid });
const newUid = (): string => `r_${randomUUID().replaceAll('-', '')}`;

describe('events about goods, stock and stores', function () {
  this.timeout(60_000);
  let server: DevServer;
  let api: TestApi;

  before(async () => {
    server = await devServer();
    api = await start({ implementations: EXPORTERS, integrationUserUid: INTEGRATION_USER });
  });

  after(() => api.stop());

  const start = (options: Partial<TestApiOptions>): Promise<TestApi> =>
    startTestApi({ address: server.address, flowStockMasters: [FLOW_MASTER], ...options });
  const fromFlow = (body: unknown, to: TestApi = api): Promise<Answer> =>
    to.post(body, { path: `/webhooks/flow/${to.tenantUid}` });
  const ignored = async (answer: Promise<Answer>): Promise<unknown> => {
    const { status, json } = await answer;
    assert.equal(status, 202);
    assert.equal(json.outcome, 'ignored');
    return json.reason;
  };

  describe('goods received in Flow', () => {
    const hook = (members: Record<string, unknown>): Record<string, unknown> => ({
      action: 'PURCHASE_RECEIVED',
      tenant: ref(api.tenantUid),
      store: ref(FLOW_MASTER),
      purchaseOrder: ref('po_1'),
      tenantUser: ref('pos'),
      ...members,
    });
    const idOf = (receivementUid: string): string =>
      goodsReceptionKind.id({ tenantUid: api.tenantUid, receivementUid });

    it('are recorded with the workflow of the receivement', async () => {
      const receivementUid = newUid();
      const answer = await fromFlow(hook({ receivement: ref(receivementUid) }));
      assert.equal(answer.status, 202);
      assert.deepEqual(answer.json, { outcome: 'recorded', workflowId: idOf(receivementUid) });
      const [signal, ...others] = await recordedSignals<readonly GoodsReceptionEvent[]>(server, idOf(receivementUid));
      assert.ok(signal && others.length === 0);
      const [{ eventId, ...event } = { eventId: '' }] = signal;
      assert.match(eventId, /^flow:/);
      assert.deepEqual(event, { source: 'flow', what: 'PURCHASE_RECEIVED' });
      const expected: EntityInput<GoodsReceptionKey, GoodsReceptionEvent, GoodsReceptionOutcome> = {
        ...{ tenantUid: api.tenantUid, receivementUid, storeUid: FLOW_MASTER },
        ...{ subject: 'receivement', retryLadder: 'one-minute' },
      };
      assert.deepEqual(await startInput(server, idOf(receivementUid)), expected);
    });

    it('start it as outbound, in the store of the webhook', async () => {
      const receivementUid = newUid();
      await fromFlow(hook({ receivement: ref(receivementUid) }));
      const description = await server.client.workflow.getHandle(idOf(receivementUid)).describe();
      assert.equal(description.type, 'goodsReceptionWorkflow');
      assert.equal(description.taskQueue, taskQueueOfTests(api.tenantUid));
      const attributes = description.typedSearchAttributes;
      assert.equal(attributes.get(searchAttributes.direction), 'outbound');
      assert.equal(attributes.get(searchAttributes.storeUid), FLOW_MASTER);
      assert.equal(attributes.get(searchAttributes.syncState), 'Syncing');
    });

    it('are recorded by their purchase order where the webhook names no receivement', async () => {
      const purchaseOrderUid = newUid();
      const answer = await fromFlow(hook({ purchaseOrder: ref(purchaseOrderUid) }));
      assert.deepEqual(answer.json, { outcome: 'recorded', workflowId: idOf(purchaseOrderUid) });
      const input = (await startInput(server, idOf(purchaseOrderUid))) as EntityInput<
        GoodsReceptionKey,
        GoodsReceptionEvent,
        GoodsReceptionOutcome
      >;
      assert.deepEqual([input.subject, input.receivementUid], ['purchase-order', purchaseOrderUid]);
    });

    it('are recorded in stores of either master: a reception tells what happened', async () => {
      const receivementUid = newUid();
      const answer = await fromFlow(hook({ store: ref(OMNIUM_MASTER), receivement: ref(receivementUid) }));
      assert.equal(answer.json.outcome, 'recorded');
    });

    it('without a store are left to the sweep, which asks store by store', async () => {
      for (const store of [undefined, null, {}, ref('no uid')]) {
        const receivementUid = newUid();
        assert.equal(
          await ignored(fromFlow(hook({ store, receivement: ref(receivementUid) }))),
          'the event names no store (store.Uid); the sweep over goods receptions finds it',
        );
        await assertNoWorkflow(server, idOf(receivementUid));
      }
    });

    it('by our own user are an echo: the status was set by us', async () => {
      const receivementUid = newUid();
      const echo = hook({ receivement: ref(receivementUid), tenantUser: ref(INTEGRATION_USER) });
      assert.equal(await ignored(fromFlow(echo)), 'our own write');
      await assertNoWorkflow(server, idOf(receivementUid));
    });

    it('that name nothing, or what cannot be a uid, are refused', async () => {
      for (const members of [
        { purchaseOrder: undefined },
        { receivement: ref('a:b') },
        { receivement: ref('9'.repeat(101)) },
      ]) {
        const answer = await fromFlow(hook(members));
        assert.equal(answer.status, 400, answer.text);
        assert.equal(answer.json.outcome, 'refused');
      }
    });
  });

  describe('stock changed in Flow', () => {
    const hook = (members: Record<string, unknown> = {}): Record<string, unknown> => ({
      action: 'STOCK_CHANGE',
      tenant: ref(api.tenantUid),
      store: ref(FLOW_MASTER),
      product: ref('104233-M'),
      warehouse: ref('bergen_back'),
      tenantUser: ref('pos'),
      ...members,
    });
    const idIn = ({ tenantUid }: TestApi): string => stockKind.id({ tenantUid, storeUid: FLOW_MASTER });

    it('is recorded with the owner of the store’s stock, where Flow is its master', async () => {
      const answer = await fromFlow(hook());
      assert.deepEqual(answer.json, { outcome: 'recorded', workflowId: idIn(api) });
      const [signal] = await recordedSignals<readonly StockEvent[]>(server, idIn(api));
      assert.ok(signal);
      const [{ eventId, ...event } = { eventId: '' }] = signal;
      assert.match(eventId, /^flow:/);
      const subject = { kind: 'level', warehouseUid: 'bergen_back', productUid: '104233-M' };
      assert.deepEqual(event, { source: 'flow', what: 'STOCK_CHANGE', subject });
      const expected: EntityInput<StockKey, StockEvent, StockOutcome> = {
        ...{ tenantUid: api.tenantUid, storeUid: FLOW_MASTER, retryLadder: 'one-minute' },
      };
      assert.deepEqual(await startInput(server, idIn(api)), expected);
    });

    it('of one store goes through the door together, whatever product it is of, and none of it is lost', async () => {
      const other = await start({});
      try {
        const products = Array.from({ length: 200 }, (_, index) => `sku_${index}`);
        const answers = await Promise.all(
          products.map((product) => fromFlow(hook({ tenant: undefined, product: ref(product) }), other)),
        );
        assert.ok(answers.every(({ status, json }) => status === 202 && json.outcome === 'recorded'));
        const signals = await recordedSignals<readonly StockEvent[]>(server, idIn(other));
        const told = signals.flat();
        const named = told.map(({ subject }) => (subject.kind === 'level' ? subject.productUid : ''));
        assert.deepEqual(named.sort(), [...products].sort());
        assert.ok(signals.length < 180, `${signals.length} signals for 200 events: hardly any went together`);
        const accepted = await counterValue(other.registry, 'intake_signals_total', { result: 'accepted' });
        assert.equal(accepted, signals.length);
      } finally {
        await other.stop();
      }
    });

    it('in a store whose stock Omnium is the master of is not news', async () => {
      const before = await ignoredCount(api, 'flow');
      const reason = 'Omnium is the stock master of this store';
      assert.equal(await ignored(fromFlow(hook({ store: ref(OMNIUM_MASTER) }))), reason);
      assert.equal(await ignored(fromFlow(hook({ store: ref('a_store_nobody_named') }))), reason);
      await assertNoWorkflow(server, stockKind.id({ tenantUid: api.tenantUid, storeUid: OMNIUM_MASTER }));
      assert.equal(await ignoredCount(api, 'flow'), before + 2);
    });

    it('by our own user is an echo', async () => {
      assert.equal(await ignored(fromFlow(hook({ tenantUser: ref(INTEGRATION_USER) }))), 'our own write');
    });

    it('that is not wholly named is left to the sweep', async () => {
      for (const members of [{ store: undefined }, { product: {} }, { warehouse: ref('no uid') }]) {
        assert.equal(
          await ignored(fromFlow(hook(members))),
          'the event does not name store, product and warehouse; the sweep over stock finds it',
        );
      }
    });

    it('is answered with counts when it comes as a list', async () => {
      const list = [hook(), hook({ store: ref(OMNIUM_MASTER) }), hook({ tenantUser: ref(INTEGRATION_USER) })];
      const answer = await fromFlow(list);
      assert.deepEqual(answer.json, {
        outcome: 'recorded',
        events: { recorded: 1, duplicate: 0, ignored: 2, refused: 0 },
        reasons: ['Omnium is the stock master of this store', 'our own write'],
      });
    });
  });

  const omniumEvent = (className: string, objectId: string, members: object = {}): Record<string, unknown> => ({
    id: randomUUID(),
    operationId: 351101,
    timestamp: '2026-02-17T07:23:07.6380001Z',
    message: 'Changed by Kari Nordmann',
    className,
    objectId,
    objectNumber: objectId,
    category: 'Updated',
    market: 'nor',
    user: 'kari.nordmann@example.com',
    userId: 'buyer',
    ...members,
  });

  describe('purchase orders and deliveries of Omnium', () => {
    for (const [className, name, subjectOf] of [
      ['PurchaseOrder', 'Purchase order', (id: string) => ({ purchaseOrderId: id })],
      ['delivery', 'Delivery', (id: string) => ({ deliveryId: id })],
    ] as const) {
      it(`class ${className} is recorded with a workflow of its own`, async () => {
        const id = `PO:${randomUUID().slice(0, 8)}`;
        const subject = { tenantUid: api.tenantUid, ...subjectOf(id) };
        const workflowId = purchaseOrderKind.id(subject);
        const answer = await api.post(omniumEvent(className, id, { id: 'event-1' }));
        assert.equal(answer.status, 202);
        assert.deepEqual(answer.json, { outcome: 'recorded', workflowId });
        assert.deepEqual(await recordedSignals<readonly PurchaseOrderEvent[]>(server, workflowId), [
          [{ eventId: 'event-1', source: 'omnium', what: 'Updated (351101)' }],
        ]);
        const expected: EntityInput<PurchaseOrderSubject, PurchaseOrderEvent, PurchaseOrderOutcome> = {
          ...subject,
          retryLadder: 'one-minute',
        };
        assert.deepEqual(await startInput(server, workflowId), expected);
        const description = await server.client.workflow.getHandle(workflowId).describe();
        assert.equal(description.type, 'purchaseOrderWorkflow');
        assert.equal(await description.staticSummary(), `${name} ${id} · Omnium → Flow`);
        assert.equal(description.typedSearchAttributes.get(searchAttributes.direction), 'inbound');
        assert.equal((await api.post(omniumEvent(className, id, { id: 'event-1' }))).json.outcome, 'duplicate');
      });
    }

    for (const exporter of ['IPurchaseOrderSynchronousExporter', 'IDeliveryExporter']) {
      it(`are both recorded with ${exporter} alone`, async () => {
        const other = await start({ implementations: [exporter] });
        try {
          for (const className of ['PurchaseOrder', 'Delivery']) {
            assert.equal((await other.post(omniumEvent(className, 'PO-1'))).json.outcome, 'recorded');
          }
        } finally {
          await other.stop();
        }
      });
    }

    it('are ignored where the connector exports neither', async () => {
      const other = await start({ implementations: ['IStoreExporter'] });
      try {
        for (const className of ['PurchaseOrder', 'Delivery']) {
          assert.equal(
            await ignored(other.post(omniumEvent(className, 'PO-1'))),
            'purchase orders are not exported: neither IPurchaseOrderSynchronousExporter nor IDeliveryExporter is among the implementations',
          );
        }
      } finally {
        await other.stop();
      }
    });

    it('of another market are left to its tenant; of no market, the pass judges', async () => {
      const id = `PO-${randomUUID().slice(0, 8)}`;
      assert.equal(
        await ignored(api.post(omniumEvent('PurchaseOrder', id, { market: 'swe' }))),
        'the event is of a market that the tenant does not have',
      );
      await assertNoWorkflow(server, purchaseOrderKind.id({ tenantUid: api.tenantUid, purchaseOrderId: id }));
      for (const market of [undefined, '', 'NOR']) {
        assert.equal((await api.post(omniumEvent('PurchaseOrder', id, { market }))).json.outcome, 'recorded');
      }
    });

    it('written by our own API user are echoes: goods receptions come back as deliveries', async () => {
      const echo = omniumEvent('Delivery', 'D-1', { operationId: 352112, userId: `client-of-${api.tenantUid}` });
      assert.equal(await ignored(api.post(echo)), 'our own write');
    });

    it('with an id that cannot be are refused', async () => {
      for (const id of ['9'.repeat(201), 'PO\n1']) {
        const answer = await api.post(omniumEvent('PurchaseOrder', id));
        assert.equal(answer.status, 400, answer.text);
      }
    });
  });

  describe('stores of Omnium', () => {
    it('are recorded together, whichever of them has changed', async () => {
      const workflowId = storesKind.id({ tenantUid: api.tenantUid });
      for (const storeId of ['oslo-city', 'bergen-sentrum']) {
        const answer = await api.post(omniumEvent('Store', storeId, { operationId: 370102, market: undefined }));
        assert.deepEqual(answer.json, { outcome: 'recorded', workflowId });
      }
      const told = (await recordedSignals<readonly StoresEvent[]>(server, workflowId)).flatMap((signal) =>
        signal.map(({ source, what }) => `${source} ${what}`),
      );
      assert.deepEqual(told.slice(-2), ['omnium Updated (370102)', 'omnium Updated (370102)']);
      const expected: EntityInput<StoresKey, StoresEvent, StoresOutcome> = {
        tenantUid: api.tenantUid,
        retryLadder: 'one-minute',
      };
      assert.deepEqual(await startInput(server, workflowId), expected);
    });

    it('are ignored where the connector does not export them, and echoes too', async () => {
      const other = await start({ implementations: ['IDeliveryExporter'] });
      try {
        assert.equal(
          await ignored(other.post(omniumEvent('Store', 'oslo-city'))),
          'stores are not exported: IStoreExporter is not among the implementations',
        );
      } finally {
        await other.stop();
      }
      const echo = omniumEvent('Store', 'oslo-city', { userId: `client-of-${api.tenantUid}` });
      assert.equal(await ignored(api.post(echo)), 'our own write');
    });
  });

  it('answer 503 in time while Temporal cannot be reached, each of them', async () => {
    const cutOff = await startTestApi({
      address: `127.0.0.1:${await freePort()}`,
      implementations: EXPORTERS,
      flowStockMasters: [FLOW_MASTER],
    });
    try {
      const store = ref(FLOW_MASTER);
      const answers = await Promise.all([
        fromFlow({ action: 'PURCHASE_RECEIVED', store, receivement: ref('r1') }, cutOff),
        fromFlow({ action: 'STOCK_CHANGE', store, product: ref('p'), warehouse: ref('w') }, cutOff),
        ...['PurchaseOrder', 'Delivery', 'Store'].map((name) => cutOff.post(omniumEvent(name, '1'))),
      ]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [503, 503, 503, 503, 503],
      );
    } finally {
      await cutOff.stop();
    }
  });

  it('leave nothing of a person in histories, answers, logs and metrics', async () => {
    const receivementUid = newUid();
    const person = { Id: 3, Uid: 'pos', Name: 'Kari Nordmann' };
    const hook = { action: 'PURCHASE_RECEIVED', store: ref(FLOW_MASTER), receivement: ref(receivementUid) };
    const answers = [
      await fromFlow({ ...hook, tenantUser: person }),
      await api.post(omniumEvent('PurchaseOrder', 'PO-PII')),
      await api.post(omniumEvent('Store', 'oslo-city')),
    ];
    const { tenantUid } = api;
    const everything = [
      await everythingKept(server, goodsReceptionKind.id({ tenantUid, receivementUid })),
      await everythingKept(server, purchaseOrderKind.id({ tenantUid, purchaseOrderId: 'PO-PII' })),
      await everythingKept(server, storesKind.id({ tenantUid })),
      ...answers.map(({ text }) => text),
      ...api.logLines,
      await api.registry.metrics(),
    ].join('\n');
    assert.doesNotMatch(everything, /nordmann/i);
  });
});

function ignoredCount({ registry, tenantUid }: TestApi, sender: string): Promise<number> {
  return counterValue(registry, 'intake_events_total', { tenant: tenantUid, sender, outcome: 'ignored' });
}
