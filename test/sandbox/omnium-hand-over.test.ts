import assert from 'node:assert/strict';

import { type Answer, issueFields, lineOf, type OmniumRig, orderOf, paymentOf, startRig } from './omnium-rig';

describe('Omnium sandbox hand-over of an order', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
    const lineItems = [
      lineOf(rig, { quantity: 3 }),
      lineOf(rig, { lineItemId: '2', code: rig.skus[1], placedPrice: 50 }),
    ];
    const shipments = [{ shipmentId: '1', warehouseCode: 'oslo-city', lineItems }];
    await rig.call('POST', '/api/Orders', orderOf(rig, 'web-1', { orderForm: { lineItems, shipments } }));
  });

  const get = async (): Promise<Answer> => rig.call('GET', '/api/Orders/web-1');
  const update = (lineItemUpdates: unknown[], over: Record<string, unknown> = {}): Promise<Answer> =>
    rig.call('POST', '/api/Orders/web-1/OrderLinesUpdate', { lineItemUpdates, ...over });
  const quantities = async (member: string): Promise<unknown[]> =>
    (await get()).json.list('orderForm.lineItems').map((line) => line.at(member));

  it('adds increments and stays part until all is handed over', async () => {
    const part = await update([{ lineItemId: '1', deliveredQuantity: 2 }]);
    assert.equal(part.json.at('order.status'), 'PartiallyDelivered');
    assert.deepEqual(await quantities('deliveredQuantity'), [2, 0]);
    const rest = await update([
      { lineItemId: '1', deliveredQuantity: 1 },
      { lineItemId: '2', canceledQuantity: 1 },
    ]);
    assert.equal(rest.json.at('order.status'), 'Completed');
    assert.deepEqual(await quantities('deliveredQuantity'), [3, 0]);
    assert.deepEqual(await quantities('canceledQuantity'), [0, 1]);
    assert.equal((await get()).json.at('orderForm.total'), 300);
    assert.equal(typeof (await get()).json.at('completed'), 'string');
  });

  it('does not hand over more than the call says, whatever its status', async () => {
    const done = await update([{ lineItemId: '1', deliveredQuantity: 1 }], { status: 'Completed' });
    assert.equal(done.json.at('order.status'), 'Completed');
    assert.deepEqual(await quantities('deliveredQuantity'), [1, 0]);
  });

  it('refuses more than what is open, negative and unknown, and writes nothing of such a call', async () => {
    await update([{ lineItemId: '1', deliveredQuantity: 1, canceledQuantity: 1 }]);
    const before = (await get()).text;
    const refused = await update(
      [
        { lineItemId: '2', deliveredQuantity: 1 },
        { lineItemId: '1', deliveredQuantity: 1, canceledQuantity: 1 },
        { lineItemId: '2', canceledQuantity: -1 },
        { lineItemId: '9', canceledQuantity: 1 },
      ],
      { status: 'Completed' },
    );
    assert.equal(refused.status, 400);
    assert.deepEqual(issueFields(refused), [
      'lineItemUpdates[1]',
      'lineItemUpdates[2]',
      'lineItemUpdates[3].lineItemId',
    ]);
    assert.deepEqual(issueFields(await update([{ lineItemId: '1', deliveredQuantity: 1 }], { status: 'Shipped' })), [
      'status',
    ]);
    assert.equal((await get()).text, before);
  });

  it('delivers all that is not cancelled on UpdateStatus, and cancels on a cancelling one', async () => {
    await update([{ lineItemId: '1', canceledQuantity: 1 }]);
    await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 'Completed' });
    assert.deepEqual(await quantities('deliveredQuantity'), [2, 1]);
    for (const status of ['OrderCanceled', 'NotCollected']) {
      const answer = await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status });
      assert.deepEqual(
        [answer.json.at('order.status'), answer.json.at('order.orderForm.shipments.0.status')],
        [status, 'Cancelled'],
      );
    }
  });

  it('replaces a payment of the same id whole, and adds one of another', async () => {
    const add = (payments: unknown[]): Promise<Answer> => rig.call('POST', '/api/Orders/web-1/AddPayments', payments);
    await add([paymentOf({ id: 'a', comment: 'first' })]);
    const again = await add([paymentOf({ id: 'a', amount: 350 })]);
    assert.deepEqual([again.json.list('orderForm.payments').length, again.json.at('remainingPayment')], [1, 0]);
    assert.equal(again.json.at('orderForm.payments.0.comment'), undefined);
    const modified = again.json.at('modified');
    assert.equal((await add([paymentOf({ id: 'a', amount: 350 })])).json.at('modified'), modified, 'repeat-safe');
    assert.equal((await add([paymentOf({ id: 'b' })])).json.list('orderForm.payments').length, 2);
    assert.equal((await add([paymentOf({ id: 'c', status: 'Maybe' })])).status, 400);
    assert.equal((await get()).json.list('orderForm.payments').length, 2);
  });

  it('cancels what is open of a line, once', async () => {
    await update([{ lineItemId: '1', deliveredQuantity: 1 }]);
    const cancel = (lineItemId: string): Promise<Answer> =>
      rig.call('POST', `/api/Orders/web-1/OrderLines/${lineItemId}/Cancel`);
    const first = await cancel('1');
    assert.deepEqual(
      ['deliveredQuantity', 'canceledQuantity'].map((name) => first.json.at(`orderForm.lineItems.0.${name}`)),
      [1, 2],
    );
    assert.equal((await cancel('1')).json.at('modified'), first.json.at('modified'), 'nothing is open any more');
    assert.equal((await cancel('9')).status, 404);
    const many = [
      { orderId: 'web-1', lineItemIds: ['2'] },
      { orderId: 'none', lineItemIds: ['1'] },
    ];
    assert.equal((await rig.call('POST', '/api/Orders/OrderLines/Cancel', many)).status, 404);
    assert.deepEqual(await quantities('canceledQuantity'), [2, 0], 'all or nothing');
  });
});
