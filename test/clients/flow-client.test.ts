import assert from 'node:assert/strict';

import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import { FlowWire } from './vendor-rigs';
import { failureOf, json, text, type Answer } from './vendor-server';

const REF = { storeUid: 'oslocity', orderUid: 'o1' };
const fullOrder = {
  orderUid: 'o1',
  storeUid: 'oslocity',
  orderState: 'OPEN',
  settleState: 'NOT_STARTED',
  deliveryState: 'NOT_STARTED',
  items: [
    {
      ...{ orderItemUid: 'i1', sku: 'A', quantity: 100, quantityDelivered: 0, quantitySettled: 0 },
      ...{ itemPrice: 1000, totalPrice: 1000, vatRate: 2500 },
    },
  ],
  orderTotals: { totalAmount: 1000 },
  settlements: null,
};

/** A list of numbered things, in pages that start at `base` and hold at most `most`. */
function paged(
  all: readonly unknown[],
  { base, most, total = true }: { base: number; most: number; total?: boolean },
): Answer {
  return ({ query }, response) => {
    const pageNumber = Number(query.get('pageNumber') ?? base);
    const pageSize = Math.min(Number(query.get('pageSize') ?? 25), most);
    const start = (pageNumber - base) * pageSize;
    const paging = { pageNumber, pageSize, ...(total ? { totalCount: all.length } : {}) };
    return json(200, { items: all.slice(start, start + pageSize), paging })({} as never, response);
  };
}

describe('Flow client', () => {
  const wire = new FlowWire();
  const { last } = wire;

  it('sends the integration token', async () => {
    wire.vendor.answer = json(200, fullOrder);
    await wire.flow.orders.get('o1');
    assert.equal(wire.vendor.requests[0]?.headers.authorization, 'Bearer integration-token');
  });

  it('asks only once after a 401: an integration token cannot be renewed', async () => {
    wire.vendor.answer = json(401, {});
    await failureOf(wire.flow.orders.get('o1'), VendorHttpError);
    assert.equal(wire.vendor.requests.length, 1);
  });

  it('reads a full order, or undefined', async () => {
    wire.vendor.answer = json(200, fullOrder);
    const order = await wire.flow.orders.get('o1');
    assert.equal(order?.items[0]?.itemPrice, 1000);
    assert.deepEqual(order?.settlements, []);
    assert.equal(last(), 'GET T/orders/o1');
    wire.vendor.answer = json(404, {});
    assert.equal(await wire.flow.orders.get('o1'), undefined);
  });

  it('creates and changes an order and answers it whole', async () => {
    wire.vendor.answer = json(201, fullOrder);
    const created = await wire.flow.orders.create('oslocity', { orderUid: 'o1', type: 'ORDER', customerUid: 'c1' });
    assert.equal(created.orderUid, 'o1');
    assert.equal(last(), 'POST T/stores/oslocity/orders');
    assert.deepEqual(wire.vendor.requests.at(-1)?.body, { orderUid: 'o1', type: 'ORDER', customerUid: 'c1' });
    wire.vendor.answer = json(200, { ...fullOrder, orderState: 'PARKED' });
    assert.equal((await wire.flow.orders.update(REF, { orderState: 'PARKED' })).orderState, 'PARKED');
    assert.equal(last(), 'PUT T/stores/oslocity/orders/o1');
  });

  it('says so when a write was answered with something unreadable: it may have been carried out', async () => {
    wire.vendor.answer = json(201, { ok: true });
    const error = await failureOf(wire.flow.orders.create('oslocity', { type: 'ORDER' }), VendorResponseInvalidError);
    assert.equal(error.outcomeUnknown, true);
  });

  it('writes lines without reading the answer', async () => {
    for (const answer of [json(200, {}), text(204, ''), text(200, 'done')]) {
      wire.vendor.answer = answer;
      await wire.flow.orders.addItem(REF, { sku: 'A', quantity: 100 });
      assert.equal(last(), 'POST T/stores/oslocity/orders/o1/items');
      await wire.flow.orders.updateItem({ ...REF, orderItemUid: 'i1' }, { quantity: 200 });
      assert.equal(last(), 'PUT T/stores/oslocity/orders/o1/items/i1');
      await wire.flow.orders.deleteItem({ ...REF, orderItemUid: 'i/1' });
      assert.equal(last(), 'DELETE T/stores/oslocity/orders/o1/items/i%2F1');
    }
    assert.equal(wire.vendor.requests.at(-1)?.headers['content-type'], undefined);
  });

  it('names the fields that Flow refuses', async () => {
    wire.vendor.answer = json(422, {
      code: 'VALIDATION_FAILED',
      message: 'x',
      errors: [{ field: 'items[3].sku', message: 'y' }],
    });
    const error = await failureOf(wire.flow.orders.addItem(REF, { sku: 'A', quantity: 100 }), VendorHttpError);
    assert.equal(error.message, 'flow: POST order item: answered 422 (items[3].sku)');
    assert.equal(error.outcomeUnknown, false);
  });

  it('attaches a handling and adds a settlement', async () => {
    wire.vendor.answer = json(201, {
      orderUid: 'o1',
      handlingUid: 'click_collect',
      orderHandlingUid: 'h1',
      state: 'NOT_STARTED',
    });
    assert.equal((await wire.flow.orders.addHandling(REF, 'click_collect')).state, 'NOT_STARTED');
    assert.equal(last(), 'POST T/stores/oslocity/orders/o1/handlings');
    assert.deepEqual(wire.vendor.requests.at(-1)?.body, { handlingUid: 'click_collect' });
    wire.vendor.answer = json(200, { settlementUid: 's1', amount: '1000', state: 'NEW' });
    const payment = { settlementUid: 's1', amount: 1000, settlementCode: 'EXTERNAL_WEB', externalId: 'pay-1' };
    assert.equal((await wire.flow.orders.addPrePayment(REF, payment)).amount, 1000);
    assert.equal(last(), 'POST T/stores/oslocity/orders/o1/pre-payments');
    await wire.flow.orders.removePrePayment({ ...REF, settlementUid: 's1' });
    assert.equal(last(), 'DELETE T/stores/oslocity/orders/o1/settlements/s1');
  });

  it('reads, finds, creates and changes customers', async () => {
    const customer = { customerUid: 'c1', customerType: 'PERSON', externalId: 'kari-1' };
    wire.vendor.answer = json(200, customer);
    assert.equal((await wire.flow.customers.get('c1'))?.externalId, 'kari-1');
    assert.equal((await wire.flow.customers.create({ customerType: 'PERSON', firstname: 'Kari' })).customerUid, 'c1');
    assert.equal(last(), 'POST T/customers');
    await wire.flow.customers.update('c1', { externalId: 'kari-1' });
    assert.equal(last(), 'PUT T/customers/c1');
    wire.vendor.answer = paged([customer, { ...customer, customerUid: 'c2', externalId: 'KARI-1' }], {
      base: 1,
      most: 100,
    });
    assert.deepEqual(
      (await wire.flow.customers.findByExternalId('kari-1')).map((found) => found.customerUid),
      ['c1'],
    );
    assert.equal(wire.vendor.requests.at(-1)?.query.get('customerExternalId'), 'kari-1');
    await wire.flow.customers.search({ email: 'kari@example.com' });
    assert.equal(last(), 'POST T/customers/search');
    assert.deepEqual(wire.vendor.requests.at(-1)?.body, { email: 'kari@example.com', exactMatch: true });
    wire.vendor.answer = json(200, { items: [{ loyaltyId: 'l1', customerUid: 'c1', origin: 'Voyado' }] });
    assert.equal((await wire.flow.customers.searchLoyalty('+4791234567'))[0]?.loyaltyId, 'l1');
    assert.equal(last(), 'POST T/customers/loyalty/search');
  });

  it('finds an order only by the exact number, whatever Flow’s filter lets through', async () => {
    const orders = ['104233', '1042330', ' 104233', undefined].map((externalOrderNumber, index) => ({
      orderUid: `o${String(index)}`,
      externalOrderNumber,
    }));
    wire.vendor.answer = paged(orders, { base: 1, most: 100 });
    const found = await wire.flow.orders.findByExternalNumber('oslocity', '104233');
    assert.deepEqual(
      found.map(({ orderUid }) => orderUid),
      ['o0'],
    );
    assert.equal(last(), 'GET T/stores/oslocity/orders');
    assert.equal(wire.vendor.requests.at(-1)?.query.get('orderExternalOrderNumber'), '104233');
  });

  it('lists payment methods and stores', async () => {
    const mapping = { systemCode: 'OMNIUM', externalId: 'Klarna' };
    wire.vendor.answer = paged([{ tenantPaymentMethodUid: 'm1', externalSystemMappings: [mapping] }], {
      base: 1,
      most: 100,
    });
    assert.deepEqual((await wire.flow.directory.listPaymentMethods())[0]?.externalSystemMappings, [mapping]);
    wire.vendor.answer = json(200, [{ storePaymentMethodUid: 'sp1', settlementCode: 'EXTERNAL_KLARNA', active: true }]);
    assert.equal((await wire.flow.directory.listStorePaymentMethods('oslocity'))[0]?.active, true);
    assert.equal(last(), 'GET T/stores/oslocity/paymentmethods');
    wire.vendor.answer = paged([{ storeUid: 'oslocity', externalId: 'NOR' }], { base: 1, most: 100 });
    assert.equal((await wire.flow.stores.list())[0]?.storeUid, 'oslocity');
  });

  describe('paging', () => {
    const stores = Array.from({ length: 250 }, (_, index) => ({ storeUid: `s${String(index)}` }));
    const cases: [name: string, answer: Answer, requests: number][] = [
      ['pages from 1', paged(stores, { base: 1, most: 100 }), 3],
      ['pages from 0', paged(stores, { base: 0, most: 100 }), 3],
      ['a smaller page size than asked', paged(stores, { base: 1, most: 25 }), 10],
      ['no total count', paged(stores, { base: 0, most: 100, total: false }), 4],
      ['a bare array', json(200, stores), 1],
    ];
    for (const [name, answer, requests] of cases) {
      it(`reads a list to its end with ${name}`, async () => {
        wire.vendor.answer = answer;
        let calls = 0;
        const read = await wire.flow.stores.list({ onCall: () => (calls += 1) });
        assert.deepEqual(
          read.map(({ storeUid }) => storeUid),
          stores.map(({ storeUid }) => storeUid),
        );
        assert.equal(calls, requests);
      });
    }

    it('reads an empty list with one request', async () => {
      wire.vendor.answer = paged([], { base: 1, most: 100 });
      assert.deepEqual(await wire.flow.stores.list(), []);
      assert.equal(wire.vendor.requests.length, 1);
    });

    it('gives up on a list without an end', async () => {
      wire.vendor.answer = json(200, { items: [{ storeUid: 's1' }], paging: { pageNumber: 1 } });
      const error = await failureOf(wire.flow.stores.list(), VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: 'paging', kind: 'endless' }]);
    });

    it('names the item that is wrong', async () => {
      wire.vendor.answer = json(200, { items: [{ storeUid: 's1' }, { name: 'no uid' }], paging: {} });
      const error = await failureOf(wire.flow.stores.list(), VendorResponseInvalidError);
      assert.equal(error.issues[0]?.path, 'items[1].storeUid');
    });
  });
});
