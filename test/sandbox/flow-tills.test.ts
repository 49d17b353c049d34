import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, S, skuNumber, startFlowRig, stockOf, T } from './flow-rig';

describe("the Flow sandbox's tills", () => {
  let rig: FlowRig;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  const read = async (uid: unknown): Promise<unknown> => (await rig.call(`GET ${T}/orders/${String(uid)}`)).body;

  it('sells: goods leave, money comes in, a receipt is written', async () => {
    const sku = skuNumber(rig, 0);
    const before = await stockOf(rig, sku);
    const sale = await rig.till('/sales', {
      lines: [
        { sku, quantity: 200, itemPrice: 19_900, itemDiscountAmount: 900, discountReasonCode: 'STAFF' },
        { sku: 'SHIPPING', quantity: 100, itemPrice: 9_900 },
      ],
      payments: [{ settlementCode: 'CARD', amount: 20_000 }, { amount: 28_800 }],
    });
    assert.equal(sale.status, 201, JSON.stringify(sale.body));
    const order = await read(at(sale.body, 'orderUid'));
    assert.deepEqual(
      ['orderState', 'settleState', 'deliveryState', 'systemOrigin', 'tenantUserUid'].map((f) => at(order, f)),
      ['COMPLETE', 'SETTLED', 'DELIVERED', 'POS', 'pos'],
    );
    assert.deepEqual(
      (at(order, 'settlements') as unknown[]).map((one) => [at(one, 'settlementCode'), at(one, 'amount')]),
      [
        ['CARD', 20_000],
        ['CASH', 28_800],
      ],
    );
    assert.deepEqual(await stockOf(rig, sku), { stock: before.stock - 200, reserved: before.reserved });
  });

  it('leaves nothing behind when a sale fails, and says why in its own words', async () => {
    const sku = skuNumber(rig, 1);
    const before = await stockOf(rig, sku);
    const orders = await rig.call(`GET ${S}/orders`);
    const tooMany = await rig.till('/sales', { lines: [{ sku, quantity: before.stock + 100 }] });
    assert.deepEqual([tooMany.status, fieldsOf(tooMany)], [422, ['lines[0].quantityDelivered']]);
    const unpaid = await rig.till('/sales', {
      lines: [{ sku, quantity: 100, itemPrice: 500 }],
      payments: [{ amount: 400 }],
    });
    assert.deepEqual([unpaid.status, fieldsOf(unpaid)], [422, ['payments']]);
    const unknown = await rig.till('/sales', { lines: [{ sku: 'none', quantity: 100 }] });
    assert.deepEqual([unknown.status, fieldsOf(unknown)], [422, ['lines[0].sku']]);
    const floats = await rig.till('/sales', { lines: [{ sku, quantity: 0.5 }] });
    assert.deepEqual(fieldsOf(floats), ['lines[0].quantity']);
    const later = await rig.call(`GET ${S}/orders`);
    assert.equal(at(later.body, 'paging.totalCount'), at(orders.body, 'paging.totalCount'));
    assert.deepEqual(await stockOf(rig, sku), before);
  });

  it('takes back what was sold, at the price it was sold for and never more of it', async () => {
    const sku = skuNumber(rig, 2);
    const line = { sku, quantity: 300, itemPrice: 1_000, itemDiscountAmount: 100, discountReasonCode: 'STAFF' };
    const sale = await rig.till('/sales', { lines: [line] });
    const originalOrderUid = at(sale.body, 'orderUid');
    const before = await stockOf(rig, sku);
    const back = await rig.till('/returns', {
      originalOrderUid,
      lines: [{ sku, quantity: 100, reasonCode: 'REGRET' }],
      payments: [{ settlementCode: 'CARD' }],
    });
    assert.equal(back.status, 201, JSON.stringify(back.body));
    assert.deepEqual(
      ['type', 'orderState', 'items[0].quantity', 'items[0].itemPrice', 'items[0].returnReasonCode'].map((field) =>
        at(back.body, field),
      ),
      ['RETURN', 'COMPLETE', -100, 1_000, 'REGRET'],
    );
    // A third of 1,000 × 3 - 100, the discount's third rounded to 33.
    assert.equal(at(back.body, 'orderTotals.totalAmount'), -967);
    assert.equal(at(back.body, 'orderTotals.totalSettled'), -967);
    assert.deepEqual(at(back.body, 'items[0].orderLinks'), [
      { orderUid: originalOrderUid, orderItemUid: at(sale.body, 'items[0].orderItemUid') },
    ]);
    assert.deepEqual(await stockOf(rig, sku), { stock: before.stock + 100, reserved: before.reserved });
    const tooMuch = await rig.till('/returns', { originalOrderUid, lines: [{ sku, quantity: 201 }] });
    assert.deepEqual([tooMuch.status, fieldsOf(tooMuch)], [422, ['lines[0].quantity']]);
    const never = await rig.till('/returns', { originalOrderUid, lines: [{ sku: skuNumber(rig, 3), quantity: 100 }] });
    assert.deepEqual(fieldsOf(never), ['lines[0].sku']);
    const reason = await rig.till('/returns', { lines: [{ sku, quantity: 100, reasonCode: 'WEB' }] });
    assert.deepEqual(fieldsOf(reason), ['lines[0].reasonCode']);
    assert.deepEqual(
      fieldsOf(await rig.till('/returns', { originalOrderUid: 'none', lines: [{ sku, quantity: 100 }] })),
      ['originalOrderUid'],
    );
  });

  it('takes back blind, without an order to link to', async () => {
    const sku = skuNumber(rig, 4);
    const { stock } = await stockOf(rig, sku);
    const back = await rig.till('/returns', { lines: [{ sku, quantity: 200, itemPrice: 500 }] });
    assert.deepEqual(
      [back.status, at(back.body, 'orderTotals.totalAmount'), at(back.body, 'items[0].orderLinks')],
      [201, -1_000, []],
    );
    assert.equal((await stockOf(rig, sku)).stock, stock + 200);
  });

  it('parks, opens, cancels', async () => {
    const sku = skuNumber(rig, 5);
    const before = await stockOf(rig, sku);
    const parked = await rig.till('/parked-orders', { lines: [{ sku, quantity: 100 }], orderUid: 'parked-1' });
    assert.deepEqual([parked.status, at(parked.body, 'orderState')], [201, 'PARKED']);
    assert.equal((await stockOf(rig, sku)).reserved, before.reserved + 100);
    assert.equal(at((await rig.till('/orders/parked-1/open')).body, 'orderState'), 'OPEN');
    assert.equal(at((await rig.till('/orders/parked-1/park')).body, 'orderState'), 'PARKED');
    assert.equal(at((await rig.till('/orders/parked-1/cancel')).body, 'orderState'), 'CANCELLED');
    assert.deepEqual(await stockOf(rig, sku), before);
    assert.equal((await rig.till('/orders/parked-1/park')).status, 409);
    assert.equal((await rig.till('/orders/none/park')).status, 404);
  });

  it('hands over a web order: pays the rest, delivers the rest', async () => {
    const sku = skuNumber(rig, 6);
    const items = [
      { sku, quantity: 100, itemPrice: 5_000 },
      { sku: 'SHIPPING', quantity: 100, itemPrice: 1_000 },
    ];
    await rig.call(`POST ${S}/orders`, { orderUid: 'web-1', type: 'ORDER', items });
    const payment = { amount: 2_000, storePaymentMethodUid: 'oslocity_vipps' };
    await rig.call(`POST ${S}/orders/web-1/settlements`, payment);
    await rig.call(`PUT ${S}/orders/web-1`, { orderState: 'PARKED' });
    const done = await rig.till('/orders/web-1/hand-over', { payments: [{ settlementCode: 'CARD' }] });
    assert.equal(done.status, 200, JSON.stringify(done.body));
    assert.deepEqual(
      ['orderState', 'settleState', 'deliveryState', 'orderTotals.totalSettled', 'settlements[1].amount'].map((field) =>
        at(done.body, field),
      ),
      ['COMPLETE', 'SETTLED', 'DELIVERED', 6_000, 4_000],
    );
    assert.equal((await rig.till('/orders/web-1/hand-over')).status, 409);
  });

  it('hands over a prepaid order without asking for money', async () => {
    const items = [{ sku: skuNumber(rig, 7), quantity: 100, itemPrice: 700 }];
    await rig.call(`POST ${S}/orders`, { orderUid: 'web-2', type: 'ORDER', items });
    const payment = { amount: 700, storePaymentMethodUid: 'oslocity_web' };
    await rig.call(`POST ${S}/orders/web-2/settlements`, payment);
    await rig.call(`PUT ${S}/orders/web-2`, { orderState: 'CONFIRMED' });
    assert.equal(at((await rig.till('/orders/web-2/hand-over')).body, 'orderState'), 'COMPLETE');
    const receipts = await rig.call(`GET ${S}/receipts?pageSize=100`);
    const own = (at(receipts.body, 'items') as unknown[]).filter((receipt) => at(receipt, 'orderUid') === 'web-2');
    assert.equal(own.length, 1);
  });

  it('receives goods, into the store or its back room, and lists what was received', async () => {
    const sku = skuNumber(rig, 8);
    const { stock } = await stockOf(rig, sku);
    const received = await rig.till('/receive-goods', {
      lines: [{ sku, quantity: 500, unitCost: 1_234 }],
      externalId: 'DN-1',
    });
    assert.equal(received.status, 201);
    assert.equal((await stockOf(rig, sku)).stock, stock + 500);
    const listed = await rig.call(`GET ${S}/receivements?receivementExternalId=DN-1`);
    assert.deepEqual([at(listed.body, 'paging.totalCount'), at(listed.body, 'items[0].items[0].quantity')], [1, 500]);
    const back = await rig.till('/receive-goods', { warehouseUid: 'oslocityback', lines: [{ sku, quantity: 100 }] });
    assert.equal(back.status, 201);
    const refused = await rig.till('/receive-goods', {
      warehouseUid: 'bergensentrum',
      lines: [{ sku, quantity: 100 }],
    });
    assert.deepEqual([refused.status, fieldsOf(refused)], [422, ['warehouseUid']]);
    const wrong = await rig.till('/receive-goods', { lines: [{ sku: 'none', quantity: 0 }] });
    assert.deepEqual(fieldsOf(wrong), ['lines[0].quantity']);
  });
});
