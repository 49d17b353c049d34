import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type Answer, issueFields, lineOf, type OmniumRig, orderOf, startRig } from './omnium-rig';

describe('Omnium sandbox orders', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const create = async (id: string, over: Record<string, unknown> = {}): Promise<void> => {
    const answer = await rig.call('POST', '/api/Orders', orderOf(rig, id, over));
    assert.equal(answer.status, 200, answer.text);
  };
  const get = (id: string): Promise<Answer> => rig.call('GET', `/api/Orders/${id}`);
  const twoLines = (over: Record<string, unknown> = {}): Record<string, unknown> => {
    const lineItems = [
      lineOf(rig, { quantity: 2 }),
      lineOf(rig, { lineItemId: '2', code: rig.skus[1], placedPrice: 50 }),
    ];
    return {
      orderForm: { lineItems, shipments: [{ shipmentId: 's1', warehouseCode: 'oslo-city', lineItems }], ...over },
    };
  };

  describe('creation', () => {
    it('takes an order once and finds it by id and by number, whatever the letters’ case of paths and names', async () => {
      const body = orderOf(rig, 'web-1', { orderNumber: 'N-1' });
      const { id, ...rest } = body;
      assert.equal((await rig.call('POST', '/API/orders', { ID: id, ...rest })).status, 200);
      assert.equal((await rig.call('POST', '/api/Orders', body)).status, 409);
      assert.equal((await rig.call('POST', '/api/Orders', { ...body, id: 'web-2' })).status, 409);
      assert.equal((await get('web-1')).json.at('orderNumber'), 'N-1');
      assert.equal((await get('N-1')).json.at('id'), 'web-1');
      assert.equal((await get('web-2')).status, 404);
      assert.equal((await rig.call('HEAD', '/api/Orders/web-1/Exists')).status, 200);
      assert.equal((await rig.call('HEAD', '/api/Orders/web-9/Exists')).status, 404);
    });

    it('fills in what it can and omits what is not set', async () => {
      await create('web-1', { customerId: 'c-1' });
      const order = (await get('web-1')).json;
      assert.equal(order.at('orderNumber'), 'web-1');
      assert.equal(order.at('customerNumber'), 'c-1');
      assert.equal(order.at('billingCurrency'), 'NOK');
      assert.equal(typeof order.at('orderForm.lineItems.0.displayName'), 'string');
      assert.equal(order.at('created'), order.at('modified'));
      assert.equal('customerEmail' in (order.raw as object), false);
      assert.equal((await get('web-1')).text.includes('null'), false);
    });

    it('shows the same line in the order form and in its shipment', async () => {
      await create('web-1', twoLines());
      const order = (await get('web-1')).json;
      assert.deepEqual(order.at('orderForm.shipments.0.lineItems'), order.at('orderForm.lineItems'));
    });

    it('names every unknown reference', async () => {
      const lineItems = [lineOf(rig, { code: 'no-such-sku' })];
      const answer = await rig.call('POST', '/api/Orders', {
        id: 'bad',
        marketId: 'XXX',
        storeId: 'nowhere',
        orderType: 'Telepathy',
        customerType: 'Robot',
        orderForm: { lineItems },
      });
      assert.equal(answer.status, 400);
      assert.deepEqual(issueFields(answer), [
        'customerType',
        'marketId',
        'orderForm.lineItems[0].code',
        'orderType',
        'storeId',
      ]);
    });

    it('names wrong types, statuses, payments and shipments', async () => {
      const wrongTypes = await rig.call('POST', '/api/Orders', {
        ...orderOf(rig, 'bad'),
        orderForm: { lineItems: [lineOf(rig, { quantity: '2', placedPrice: true })], shipments: {} },
        created: 'yesterday',
      });
      assert.deepEqual(issueFields(wrongTypes), [
        'created',
        'orderForm.lineItems[0].placedPrice',
        'orderForm.lineItems[0].quantity',
        'orderForm.shipments',
      ]);
      const lineItems = [lineOf(rig)];
      const wrongValues = await rig.call('POST', '/api/Orders', {
        ...orderOf(rig, 'bad', { status: 'Dreaming' }),
        orderForm: {
          lineItems,
          shipments: [{ shipmentId: 'a', warehouseCode: 'no-warehouse', lineItems }],
          payments: [{ amount: 1, transactionType: 'Barter', status: 'Processed', paymentMethodName: 'x' }],
          discounts: [{ discountType: 'Luck' }],
        },
      });
      assert.deepEqual(issueFields(wrongValues), [
        'orderForm.discounts[0].discountType',
        'orderForm.payments[0].transactionId',
        'orderForm.payments[0].transactionType',
        'status',
      ]);
      const badWarehouse = await rig.call('POST', '/api/Orders', {
        ...orderOf(rig, 'bad'),
        orderForm: { lineItems, shipments: [{ shipmentId: 'a', warehouseCode: 'no-warehouse', lineItems }] },
      });
      assert.deepEqual(issueFields(badWarehouse), ['orderForm.shipments[0].warehouseCode']);
      const inTwo = await rig.call('POST', '/api/Orders', {
        ...orderOf(rig, 'bad'),
        orderForm: {
          lineItems,
          shipments: [
            { shipmentId: 'a', lineItems },
            { shipmentId: 'b', lineItems },
          ],
        },
      });
      assert.deepEqual(issueFields(inTwo), ['orderForm.shipments[1].lineItems[0]']);
      assert.equal((await get('bad')).status, 404);
    });

    it('compares SKUs exactly: case and spaces make other products', async () => {
      const catalogue = ['85123a', '85123A', 'gift 0001'].map((sku) => ({ sku, name: sku, unitCents: 100 }));
      const other = await startRig({ chain: buildChain({ seed: 1, stores: 4, catalogue }) });
      const order = (id: string, ...codes: string[]): Record<string, unknown> =>
        orderOf(other, id, {
          orderForm: { lineItems: codes.map((code, index) => lineOf(other, { code, lineItemId: String(index) })) },
        });
      const good = await other.call('POST', '/api/Orders', order('a', '85123a', '85123A', 'gift 0001'));
      const bad = await other.call('POST', '/api/Orders', order('b', 'Gift 0001'));
      await other.stop();
      assert.deepEqual([good.status, bad.status], [200, 400]);
    });

    it('numbers orders on PUT and answers them', async () => {
      const { id: _id, ...body } = orderOf(rig, '');
      const first = await rig.call('PUT', '/api/Orders', body);
      const second = await rig.call('PUT', '/api/Orders', body);
      assert.equal(first.json.at('id'), first.json.at('orderNumber'));
      assert.notEqual(first.json.at('id'), second.json.at('id'));
    });

    it('makes POS orders of type Pos and status Completed, once per number', async () => {
      const body = {
        marketId: 'NOR',
        storeId: 'oslo-city',
        orderNumber: 'POS-1',
        orderForm: { lineItems: [lineOf(rig, { quantity: -1 })] },
      };
      const created = await rig.call('PUT', '/api/Orders/PosOrders', body);
      assert.equal(created.status, 201);
      assert.equal(created.text, '');
      const order = (await get('POS-1')).json;
      assert.deepEqual(
        [order.at('orderType'), order.at('status'), order.at('orderForm.total')],
        ['Pos', 'Completed', -100],
      );
      assert.equal((await rig.call('PUT', '/api/Orders/PosOrders', body)).status, 400);
      assert.deepEqual(issueFields(await rig.call('PUT', '/api/Orders/PosOrders', { orderForm: {} })), [
        'marketId',
        'orderNumber',
        'storeId',
      ]);
    });

    it('takes batches whole or not at all', async () => {
      const good = orderOf(rig, 'm-1');
      const bad = orderOf(rig, 'm-2', { storeId: 'nowhere' });
      const refused = await rig.call('POST', '/api/Orders/AddMany', [good, bad]);
      assert.deepEqual(issueFields(refused), ['[1].storeId']);
      assert.equal((await get('m-1')).status, 404);
      assert.equal(
        (await rig.call('POST', '/api/Orders/AddMany', [good, { ...bad, storeId: 'oslo-city' }])).status,
        200,
      );
      assert.equal((await rig.call('POST', '/api/Orders/AddMany', [{ ...good, tags: ['again'] }])).status, 200);
      assert.equal((await get('m-1')).json.at('tags'), undefined, 'AddMany never overwrites');
      await rig.call('POST', '/api/Orders/UpdateMany', [{ ...good, tags: ['again'] }, orderOf(rig, 'm-3')]);
      assert.deepEqual((await get('m-1')).json.at('tags'), ['again']);
      assert.equal((await get('m-3')).status, 200);
      const many = Array.from({ length: 1001 }, () => ({}));
      assert.equal((await rig.call('POST', '/api/Orders/ImportMany', many)).status, 400);
      assert.equal((await rig.call('POST', '/api/Orders/ImportMany', good)).status, 400);
    });

    it('can show Queued first', async () => {
      const queueing = await startRig({ queuedPhaseMs: 60 });
      await queueing.call('POST', '/api/Orders', orderOf(queueing, 'q-1'));
      assert.equal((await queueing.call('GET', '/api/Orders/q-1')).json.at('status'), 'Queued');
      await new Promise((resolve) => setTimeout(resolve, 90));
      assert.equal((await queueing.call('GET', '/api/Orders/q-1')).json.at('status'), 'New');
      await queueing.stop();
    });
  });

  describe('changes', () => {
    it('patches only what is there, merging properties, external ids and tags', async () => {
      await create('web-1', {
        tags: ['a'],
        customerEmail: 'kari@example.com',
        properties: [
          { key: 'flowA', value: '1' },
          { key: 'other', value: '2' },
        ],
        externalIds: [{ providerName: 'Shop', id: '1' }],
      });
      const result = await rig.call('PATCH', '/api/Orders/web-1/PatchOrder', {
        tags: ['b'],
        properties: [{ key: 'flowA', value: '9' }],
        externalIds: [{ providerName: 'Flow', id: '7' }],
        forceUpdate: ['customerEmail'],
      });
      assert.deepEqual(result.json.raw, {
        totalCount: 1,
        updatedCount: 1,
        unchangedCount: 0,
        notFoundCount: 0,
        errorCount: 0,
        isModified: true,
      });
      const order = (await get('web-1')).json;
      assert.deepEqual(order.at('tags'), ['a', 'b']);
      assert.deepEqual(order.at('properties'), [
        { key: 'other', value: '2' },
        { key: 'flowA', value: '9' },
      ]);
      assert.equal(order.list('externalIds').length, 2);
      assert.equal(order.at('customerEmail'), undefined);
      const again = await rig.call('PATCH', '/api/Orders/web-1/PatchOrder', { tags: ['b'] });
      assert.deepEqual([again.json.at('unchangedCount'), again.json.at('isModified')], [1, false]);
      await rig.call('PATCH', '/api/Orders/web-1/PatchOrder', {
        keepExistingCustomProperties: false,
        properties: [{ key: 'only', value: 'x' }],
      });
      assert.deepEqual((await get('web-1')).json.at('properties'), [{ key: 'only', value: 'x' }]);
      assert.equal((await rig.call('PATCH', '/api/Orders/none/PatchOrder', {})).status, 404);
    });

    it('overwrites whole orders on Update, and plays the workflow only when asked', async () => {
      await create('web-1', { tags: ['a'] });
      const plain = await rig.call('PUT', '/api/Orders/Update', { ...orderOf(rig, 'web-1'), status: 'InProgress' });
      assert.equal(plain.json.at('order.status'), 'InProgress');
      assert.deepEqual(plain.json.at('orderActionExecutionResults'), []);
      assert.equal((await get('web-1')).json.at('tags'), undefined);
      const run = await rig.call('POST', '/api/Orders/Update?runWorkflow=true', {
        ...orderOf(rig, 'web-1'),
        status: 'ReadyForPickup',
      });
      assert.equal(run.json.list('orderActionExecutionResults').length, 1);
      assert.equal(typeof (await get('web-1')).json.at('readyForPickup'), 'string');
      assert.equal((await rig.call('PUT', '/api/Orders/Update', orderOf(rig, 'none'))).status, 404);
    });

    it('sets statuses the order type knows', async () => {
      await create('web-1', twoLines());
      const ready = await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 'ReadyForPickup' });
      assert.equal(ready.json.at('isAborted'), false);
      assert.equal(ready.json.at('orderActionExecutionResults.0.actionStatus'), 'Success');
      assert.equal(ready.json.at('order.orderForm.shipments.0.orderStatus'), 'ReadyForPickup');
      const done = await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { Status: 'Completed' });
      assert.deepEqual(
        done.json.list('order.orderForm.lineItems').map((line) => line.at('deliveredQuantity')),
        [2, 1],
      );
      const unknown = await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 'Shipped' });
      assert.deepEqual([unknown.status, issueFields(unknown)], [400, ['status']]);
      assert.equal((await rig.call('POST', '/api/Orders/none/UpdateStatus', { status: 'New' })).status, 404);
      assert.equal((await rig.call('POST', '/api/Orders/web-1/UpdateStatus', { status: 7 })).status, 400);
    });

    it('adds delivered and cancelled quantities by line, and derives the status', async () => {
      await create('web-1', { orderType: 'Online', ...twoLines() });
      const update = (body: unknown): Promise<Answer> => rig.call('POST', '/api/Orders/web-1/OrderLinesUpdate', body);
      const part = await update({ lineItemUpdates: [{ lineItemId: '1', deliveredQuantity: 1 }] });
      assert.equal(part.json.at('order.status'), 'PartiallyShipped');
      const over = await update({ lineItemUpdates: [{ lineItemId: '1', deliveredQuantity: 2 }] });
      assert.deepEqual(issueFields(over), ['lineItemUpdates[0]']);
      const rest = await update({
        lineItemUpdates: [
          { lineItemId: '1', deliveredQuantity: 1 },
          { lineItemId: '2', canceledQuantity: 1 },
        ],
        shipmentInfo: { shipmentId: 's2' },
      });
      assert.equal(rest.json.at('order.status'), 'Completed');
      assert.equal(rest.json.at('order.orderForm.total'), 200);
      assert.equal(rest.json.list('order.orderForm.shipments').length, 2);
      assert.deepEqual(issueFields(await update({ lineItemUpdates: [{ lineItemId: '9' }] })), [
        'lineItemUpdates[0].lineItemId',
      ]);
    });

    it('patches, adds and cancels lines', async () => {
      await create('web-1', twoLines());
      const patched = await rig.call('PATCH', '/api/Orders/web-1/PatchUpdateOrderLines', [
        { lineItemId: '1', placedPrice: 80 },
        { lineItemId: 'none', placedPrice: 1 },
      ]);
      assert.deepEqual([patched.json.at('updatedCount'), patched.json.at('notFoundCount')], [1, 1]);
      const added = await rig.call(
        'POST',
        '/api/Orders/web-1/OrderLines?shipmentId=s1',
        lineOf(rig, { lineItemId: '3', placedPrice: 10 }),
      );
      assert.equal(added.json.at('orderForm.total'), 220);
      assert.equal(added.json.list('orderForm.shipments.0.lineItems').length, 3);
      const cancelled = await rig.call('POST', '/api/Orders/web-1/OrderLines/2/Cancel');
      assert.equal(cancelled.json.at('orderForm.total'), 170);
      const bulk = await rig.call('POST', '/api/Orders/OrderLines/Cancel', [
        { orderId: 'web-1', lineItemIds: ['1', '3'] },
      ]);
      assert.equal(bulk.json.raw, 2);
      assert.equal((await get('web-1')).json.at('orderForm.total'), 0);
      const tooMany = Array.from({ length: 101 }, () => ({ orderId: 'web-1', lineItemIds: ['1'] }));
      assert.equal((await rig.call('POST', '/api/Orders/OrderLines/Cancel', tooMany)).status, 400);
    });

    it('overwrites payments of the same id, appends those without, and replaces all on PUT', async () => {
      await create('web-1');
      const pay = (over: Record<string, unknown>): Record<string, unknown> => ({
        amount: 50,
        paymentMethodName: 'Klarna',
        transactionId: 't',
        transactionType: 'Sale',
        status: 'Processed',
        ...over,
      });
      const add = (payments: unknown[]): Promise<Answer> => rig.call('POST', '/api/Orders/web-1/AddPayments', payments);
      await add([pay({ id: 'p1' })]);
      await add([pay({ id: 'p1', amount: 60 })]);
      const two = await add([pay({})]);
      assert.deepEqual(
        two.json.list('orderForm.payments').map((payment) => payment.at('amount')),
        [60, 50],
      );
      assert.equal((await add([pay({})])).json.list('orderForm.payments').length, 3, 'a null id always appends');
      const put = await rig.call('PUT', '/api/Orders/web-1/PutPayments', [pay({ id: 'p9', amount: 100 })]);
      assert.deepEqual([put.json.list('orderForm.payments').length, put.json.at('remainingPayment')], [1, 0]);
      assert.deepEqual(issueFields(await add([{ amount: 1 }])).length, 4);
    });

    it('patches shipments and adds notes', async () => {
      await create('web-1');
      const patched = await rig.call('PATCH', '/api/OrderShipments/web-1', [
        { shipmentId: '1', shipmentTrackingNumber: 'T1' },
      ]);
      assert.equal(patched.json.at('orderForm.shipments.0.shipmentTrackingNumber'), 'T1');
      assert.equal((await rig.call('PATCH', '/api/OrderShipments/web-1', [{ shipmentId: 'x' }])).status, 400);
      const note = { orderId: 'web-1', commentText: 'call first', commentType: 'Internal' };
      assert.equal((await rig.call('POST', '/api/Orders/AddComment', note)).status, 200);
      assert.equal((await get('web-1')).json.at('orderNotes.0.detail'), 'call first');
      assert.equal((await rig.call('POST', '/api/Orders/AddComment', { ...note, commentType: 'Loud' })).status, 400);
    });

    it('deletes softly, or for good when told', async () => {
      await create('web-1');
      await rig.call('DELETE', '/api/Orders/web-1');
      assert.equal((await get('web-1')).json.at('status'), 'Deleted');
      await rig.call('DELETE', '/api/Orders/web-1?deletePermanently=true');
      assert.equal((await get('web-1')).status, 404);
      assert.equal((await rig.call('DELETE', '/api/Orders/web-1')).status, 404);
    });

    it('forgets everything on reset', async () => {
      await create('web-1');
      await rig.control('POST', '/reset');
      assert.equal((await get('web-1')).status, 404);
      await create('web-1');
    });
  });

  describe('returns', () => {
    it('takes lines back, credits what was paid and counts what is left', async () => {
      await create(
        'web-1',
        twoLines({ discounts: [{ discountType: 'Order', rewardType: 'Percentage', discountValue: 10 }] }),
      );
      const giveBack = (returns: unknown[], over: Record<string, unknown> = {}): Promise<Answer> =>
        rig.call('POST', '/api/Returns/web-1/Return', { returns, ...over });
      const first = await giveBack([{ lineItemId: '1', returnQuantity: 1, returnReason: 'Size' }], {
        rmaNumber: 'R-1',
      });
      assert.deepEqual([first.json.at('rmaNumber'), first.json.at('total')], ['R-1', 90]);
      let order = (await get('web-1')).json;
      assert.deepEqual([order.at('status'), order.at('netTotal')], ['PartiallyReturned', 135]);
      const tooMuch = await giveBack([{ lineItemId: '1', returnQuantity: 2 }]);
      assert.deepEqual(issueFields(tooMuch), ['returns[0].returnQuantity']);
      const rest = [
        { lineItemId: '1', returnQuantity: 1, creditAmount: 10 },
        { lineItemId: '2', returnQuantity: 1 },
      ];
      const second = await giveBack(rest, { creditPayment: true, storeId: 'oslo-city' });
      assert.equal(second.json.at('total'), 55);
      order = (await get('web-1')).json;
      assert.equal(order.at('status'), 'Returned');
      assert.equal(order.at('orderForm.payments.0.transactionType'), 'Credit');
      assert.deepEqual(issueFields(await giveBack([])), ['returns']);
    });

    it('makes an exchange order, finds returns and changes their status', async () => {
      await create('web-1');
      const made = await rig.call('POST', '/api/Returns/web-1/Return', {
        returns: [{ lineItemId: '1', returnQuantity: 1 }],
        omniumExchangeOrderOptions: {
          exchangeOrderId: 'ex-1',
          exchangeOrderLines: [lineOf(rig, { code: rig.skus[1] })],
        },
      });
      assert.deepEqual(made.json.at('replacementOrderIds'), ['ex-1']);
      assert.equal((await get('ex-1')).json.at('orderType'), 'Replacement');
      const returnId = made.json.text('returnId');
      const status = await rig.call('POST', '/api/Returns/web-1/UpdateStatus', { returnId, status: 'Completed' });
      assert.equal(status.json.at('order.returnOrderForms.0.status'), 'Completed');
      await rig.call('PATCH', `/api/Returns/web-1/${returnId}`, { returnComment: 'ok' });
      const found = await rig.call('POST', '/api/Returns/SearchReturnOrders', {
        page: 1,
        take: 10,
        orderNumber: 'web-1',
      });
      assert.equal(found.json.at('totalHits'), 1);
      assert.deepEqual(
        [found.json.at('result.0.orderId'), found.json.at('result.0.returnOrderForm.returnComment')],
        ['web-1', 'ok'],
      );
    });
  });
});
