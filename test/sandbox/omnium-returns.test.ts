import assert from 'node:assert/strict';

import { type Answer, issueFields, lineOf, type OmniumRig, orderOf, paymentOf, startRig } from './omnium-rig';

describe('Omnium sandbox returns', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
    const lineItems = [
      lineOf(rig, { quantity: 3, placedPrice: 33.33, discounted: 0.05 }),
      lineOf(rig, { lineItemId: '2', code: rig.skus[1], quantity: 7, placedPrice: 10, taxRate: 15 }),
    ];
    const order = orderOf(rig, 'web-1', { orderForm: { lineItems, payments: [paymentOf({ amount: 169.94 })] } });
    assert.equal((await rig.call('POST', '/api/Orders', order)).status, 200);
  });

  const giveBack = (over: Record<string, unknown> = {}): Promise<Answer> =>
    rig.call('POST', '/api/Returns/web-1/Return', {
      rmaNumber: 'ret_1',
      creditPayment: false,
      storeId: 'oslo-city',
      returns: [{ lineItemId: '1', returnQuantity: 3, creditAmount: 33.3133 }],
      ...over,
    });
  const get = (id = 'web-1'): Promise<Answer> => rig.call('GET', `/api/Orders/${id}`);
  const eventCount = async (): Promise<unknown> =>
    (await rig.call('POST', '/api/EventLog/Search', { take: 1 })).json.at('totalHits');

  it('totals to the cent what is credited per piece with four decimals', async () => {
    const three = await giveBack();
    assert.deepEqual(
      ['total', 'totalExclTax', 'taxTotal', 'lineItems.0.creditedAmount'].map((name) => three.json.at(name)),
      [99.94, 79.95, 19.99, 99.94],
    );
    const both = await giveBack({
      rmaNumber: 'ret_2',
      returns: [{ lineItemId: '2', returnQuantity: 6, creditAmount: 8.333333333333 }],
    });
    assert.equal(both.json.at('total'), 50);
    assert.equal((await get()).json.at('netTotal'), 20);
  });

  it('pays nothing back when that was done at the till', async () => {
    await giveBack();
    const kept = (await get()).json;
    assert.deepEqual(
      kept.list('orderForm.payments').map((payment) => payment.at('transactionType')),
      ['Sale'],
    );
    await giveBack({ rmaNumber: 'ret_2', creditPayment: true, returns: [{ lineItemId: '2', returnQuantity: 7 }] });
    const paid = (await get()).json;
    assert.deepEqual(
      [paid.at('orderForm.payments.1.transactionType'), paid.at('orderForm.payments.1.amount'), paid.at('status')],
      ['Credit', 70, 'Returned'],
    );
  });

  it('doubles when called twice: nothing is remembered by RMA number', async () => {
    const returns = [{ lineItemId: '1', returnQuantity: 1 }];
    await giveBack({ returns });
    assert.equal((await giveBack({ returns })).status, 200);
    const forms = (await get()).json.list('returnOrderForms');
    assert.deepEqual(
      forms.map((form) => [form.at('rmaNumber'), form.at('returnId')]),
      [
        ['ret_1', 'web-1-R1'],
        ['ret_1', 'web-1-R2'],
      ],
    );
    assert.equal((await get()).json.at('orderForm.lineItems.0.returnQuantity'), 2);
  });

  it('refuses unknown lines, too many pieces, negative credits and unknown stores', async () => {
    const refused = await giveBack({
      returns: [
        { lineItemId: '1', returnQuantity: 4 },
        { lineItemId: '2', returnQuantity: 1, creditAmount: -1 },
        { lineItemId: '9', returnQuantity: 1 },
      ],
    });
    assert.deepEqual(issueFields(refused), [
      'returns[0].returnQuantity',
      'returns[1].creditAmount',
      'returns[2].lineItemId',
    ]);
    assert.deepEqual(issueFields(await giveBack({ storeId: 'none' })), ['storeId']);
    assert.equal((await get()).json.at('returnOrderForms'), undefined);
  });

  const exchange = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    omniumExchangeOrderOptions: {
      exchangeOrderId: 'sale_9',
      orderType: 'Pos',
      orderStatus: 'Completed',
      storeId: 'oslo-city',
      exchangeOrderLines: [lineOf(rig, { lineItemId: 'n-1', code: rig.skus[1], placedPrice: 120 })],
      additionalPayments: [paymentOf({ id: 's-1', amount: 20.06 })],
      ...over,
    },
  });

  it('exchanges at a till: a completed Pos order with what was paid on top', async () => {
    const made = await giveBack(exchange());
    assert.equal(made.status, 200, made.text);
    assert.deepEqual(made.json.at('replacementOrderIds'), ['sale_9']);
    const order = (await get('sale_9')).json;
    assert.deepEqual(
      ['orderType', 'status', 'isReadOnly', 'orderForm.total', 'orderForm.payments.0.amount'].map((name) =>
        order.at(name),
      ),
      ['Pos', 'Completed', true, 120, 20.06],
    );
    assert.deepEqual([order.at('relatedOrders'), order.at('orderForm.lineItems.0.deliveredQuantity')], [['web-1'], 1]);
    assert.deepEqual((await get()).json.at('replacementOrderIds'), ['sale_9']);
  });

  it('writes nothing when any part of an exchange is refused', async () => {
    const before = (await get()).text;
    const events = await eventCount();
    assert.equal((await giveBack(exchange({ exchangeOrderId: 'web-1' }))).status, 409);
    for (const over of [
      { exchangeOrderLines: [lineOf(rig, { code: 'none' })] },
      { exchangeOrderLines: undefined },
      { orderStatus: 'Dreaming' },
      { storeId: 'none' },
      { additionalPayments: [{ amount: 1 }] },
    ]) {
      assert.equal((await giveBack(exchange(over))).status, 400);
    }
    const wrongReturn = { ...exchange(), returns: [{ lineItemId: '1', returnQuantity: 9 }] };
    assert.equal((await giveBack(wrongReturn)).status, 400);
    assert.equal((await get()).text, before);
    assert.equal((await get('sale_9')).status, 404);
    assert.equal(await eventCount(), events);
  });
});
