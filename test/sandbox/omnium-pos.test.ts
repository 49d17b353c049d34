import assert from 'node:assert/strict';

import { type Answer, issueFields, lineOf, type OmniumRig, orderOf, paymentOf, startRig } from './omnium-rig';

describe('Omnium sandbox orders from tills', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const saleOf = (over: Record<string, unknown> = {}, form: Record<string, unknown> = {}): Record<string, unknown> => ({
    id: 'sale_1',
    orderNumber: 'sale_1',
    marketId: 'NOR',
    storeId: 'oslo-city',
    created: '2026-11-20T10:00:00Z',
    orderForm: { lineItems: [lineOf(rig, { quantity: 2 })], payments: [paymentOf({ amount: 200 })], ...form },
    ...over,
  });
  const put = (over: Record<string, unknown> = {}, form: Record<string, unknown> = {}): Promise<Answer> =>
    rig.call('PUT', '/api/Orders/PosOrders', saleOf(over, form));
  const get = (id = 'sale_1'): Promise<Answer> => rig.call('GET', `/api/Orders/${id}`);

  it('keeps the id, marks the sale as done and its goods as handed over', async () => {
    assert.equal((await put({ id: 'sale_1', orderNumber: 'N-1' })).status, 201);
    const order = (await get()).json;
    assert.deepEqual(
      ['id', 'orderNumber', 'orderType', 'status', 'isReadOnly', 'remainingPayment'].map((name) => order.at(name)),
      ['sale_1', 'N-1', 'Pos', 'Completed', true, 0],
    );
    assert.deepEqual([order.at('completed'), order.at('created')], Array(2).fill('2026-11-20T10:00:00.0000000Z'));
    assert.equal(order.at('orderForm.lineItems.0.deliveredQuantity'), 2);
    assert.equal((await get('N-1')).json.at('id'), 'sale_1');
  });

  it('refuses a second one with the id or the number of any order', async () => {
    await put({ orderNumber: 'N-1' });
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1', { orderNumber: 'W-1' }));
    const again = { id: 'sale_2', orderNumber: 'N-2' };
    for (const over of [{ id: 'sale_1' }, { orderNumber: 'N-1' }, { id: 'web-1' }, { orderNumber: 'W-1' }]) {
      assert.equal((await put({ ...again, ...over })).status, 400);
    }
    assert.equal((await put(again)).status, 201);
  });

  it('keeps what was sent: delivered quantities, properties, read-only, payments', async () => {
    const properties = [{ key: 'flow.orderUid', value: 'sale_1' }];
    const lineItems = [lineOf(rig, { quantity: 2, deliveredQuantity: 1, properties })];
    const payments = [
      paymentOf({ id: 'a', amount: 250 }),
      paymentOf({ id: 'b', amount: 50, transactionType: 'Credit', transactionId: 'b' }),
    ];
    assert.equal((await put({ isReadOnly: false, properties }, { lineItems, payments })).status, 201);
    const order = (await get()).json;
    assert.deepEqual(order.at('properties'), properties);
    assert.deepEqual(order.at('orderForm.lineItems.0.properties'), properties);
    assert.deepEqual(
      ['isReadOnly', 'orderForm.lineItems.0.deliveredQuantity', 'remainingPayment'].map((name) => order.at(name)),
      [false, 1, 0],
    );
    assert.deepEqual(
      order.list('orderForm.payments').map((payment) => payment.at('id')),
      ['a', 'b'],
    );
  });

  it('refuses unknown stores, markets and products, missing members and payments no till takes', async () => {
    const unknown = await put({ storeId: 'none', marketId: 'XXX' });
    assert.deepEqual([unknown.status, ...issueFields(unknown)], [400, 'marketId', 'storeId']);
    const product = await put({}, { lineItems: [lineOf(rig, { code: 'none' })] });
    assert.deepEqual(issueFields(product), ['orderForm.lineItems[0].code']);
    const payments = [paymentOf({ transactionType: 'Authorization' }), paymentOf({ transactionType: 'Bogus' })];
    assert.deepEqual(issueFields(await put({}, { payments })), [
      'orderForm.payments[0].transactionType',
      'orderForm.payments[1].transactionType',
    ]);
    const negative = [paymentOf({ transactionType: 'Credit', amount: -1 })];
    assert.deepEqual(issueFields(await put({}, { payments: negative })), ['orderForm.payments[0].amount']);
    assert.deepEqual(issueFields(await put({ orderForm: undefined })), ['orderForm']);
    assert.equal((await get()).status, 404);
  });

  it('adds cash rounding to the total, and takes goods back with negative lines', async () => {
    const lineItems = [lineOf(rig, { quantity: -2, placedPrice: 49.99, discounted: -9.99 })];
    const payments = [paymentOf({ amount: 90, transactionType: 'Credit' })];
    assert.equal((await put({}, { lineItems, payments, grossRoundoff: -0.01 })).status, 201);
    const order = (await get()).json;
    assert.deepEqual(
      ['orderForm.total', 'orderForm.subTotal', 'orderForm.creditPaymentTotal', 'remainingPayment'].map((name) =>
        order.at(name),
      ),
      [-90, -89.99, 90, 0],
    );
    assert.equal(order.at('orderForm.lineItems.0.deliveredQuantity'), -2);
  });

  it('takes orders of type ReturnOrder, with negative quantities, already done', async () => {
    const lineItems = [lineOf(rig, { quantity: -1 })];
    const body = orderOf(rig, 'return_1', {
      orderType: 'ReturnOrder',
      status: 'Completed',
      orderForm: { lineItems, payments: [paymentOf({ transactionType: 'Credit' })] },
    });
    assert.equal((await rig.call('POST', '/api/Orders', body)).status, 200);
    assert.equal((await rig.call('POST', '/api/Orders', body)).status, 409);
    const order = (await get('return_1')).json;
    assert.deepEqual(
      ['orderType', 'status', 'orderForm.total', 'remainingPayment'].map((name) => order.at(name)),
      ['ReturnOrder', 'Completed', -100, 0],
    );
    const refused = await rig.call(
      'POST',
      '/api/Orders',
      orderOf(rig, 'r-2', { ...body, id: 'r-2', status: 'Pending' }),
    );
    assert.deepEqual(issueFields(refused), ['status']);
  });

  it('returns a till sale in another store', async () => {
    await put();
    const other = rig.chain.stores.find(({ storeId }) => storeId !== 'oslo-city');
    const made = await rig.call('POST', '/api/Returns/sale_1/Return', {
      rmaNumber: 'ret_1',
      storeId: other?.storeId ?? '',
      returns: [{ lineItemId: '1', returnQuantity: 1, creditAmount: 100 }],
    });
    assert.deepEqual([made.status, made.json.at('storeId')], [200, other?.storeId]);
    const order = (await get()).json;
    assert.deepEqual([order.at('status'), order.at('netTotal')], ['PartiallyReturned', 100]);
  });
});
