import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, type Reply, S, skuNumber, startFlowRig, stockOf, T } from './flow-rig';

describe("the Flow sandbox's orders", () => {
  let rig: FlowRig;
  let next = 0;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  /** A new order with lines of 1 piece at 100.00 each, by uid `l1`, `l2`, … */
  const create = async (fields: object = {}, lines = 2): Promise<string> => {
    next += 1;
    const orderUid = `order-${next}`;
    const items = Array.from({ length: lines }, (_, index) => ({
      orderItemUid: `l${index + 1}`,
      sku: skuNumber(rig, index),
      quantity: 100,
      itemPrice: 10_000,
      externalId: `line-${index + 1}`,
    }));
    const reply = await rig.call(`POST ${S}/orders`, { orderUid, type: 'ORDER', items, ...fields });
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    return orderUid;
  };
  const read = async (uid: string): Promise<unknown> => (await rig.call(`GET ${T}/orders/${uid}`)).body;
  const put = (uid: string, fields: object): Promise<Reply> => rig.call(`PUT ${S}/orders/${uid}`, fields);
  const pay = (uid: string, amount: number, more: object = {}): Promise<Reply> =>
    rig.call(`POST ${S}/orders/${uid}/settlements`, { amount, storePaymentMethodUid: 'oslocity_klarna', ...more });
  const deliver = (uid: string, items: object[]): Promise<Reply> =>
    rig.call(`POST ${S}/orders/${uid}/deliveries`, { items });
  const codeOf = (reply: Reply): unknown[] => [reply.status, at(reply.body, 'code')];

  it('creates an OPEN order with totals, and finds it by its external number', async () => {
    const uid = await create({ externalOrderNumber: 'W-1', note: 'gift', validUntil: '2030-01-01T12:00:00.000Z' });
    const order = await read(uid);
    assert.deepEqual(
      ['orderState', 'settleState', 'deliveryState', 'storeUid', 'externalOrderNumber', 'note'].map((f) =>
        at(order, f),
      ),
      ['OPEN', 'NOT_STARTED', 'NOT_STARTED', 'oslocity', 'W-1', 'gift'],
    );
    assert.deepEqual(at(order, 'orderTotals'), {
      totalAmount: 20_000,
      totalVatAmount: Number(at(order, 'items[0].itemVatAmount')) + Number(at(order, 'items[1].itemVatAmount')),
      totalDiscountAmount: 0,
      totalSettled: 0,
      cashRounding: 0,
    });
    const found = await rig.call(`GET ${S}/orders?orderExternalOrderNumber=W-1`);
    assert.deepEqual([at(found.body, 'paging.totalCount'), at(found.body, 'items[0].orderUid')], [1, uid]);
    const elsewhere = await rig.call(`GET ${T}/stores/bergensentrum/orders?orderExternalOrderNumber=W-1`);
    assert.equal(at(elsewhere.body, 'paging.totalCount'), 0);
    assert.equal((await rig.call(`GET ${T}/stores/bergensentrum/orders/${uid}`)).status, 404);
  });

  it('refuses a second order, line and settlement with the same uid', async () => {
    const uid = await create();
    assert.deepEqual(codeOf(await rig.call(`POST ${S}/orders`, { orderUid: uid, type: 'ORDER' })), [
      409,
      'DUPLICATE_UID',
    ]);
    const line = { orderItemUid: 'l1', sku: skuNumber(rig, 0), quantity: 100 };
    assert.deepEqual(codeOf(await rig.call(`POST ${S}/orders/${uid}/items`, line)), [409, 'DUPLICATE_UID']);
    assert.equal((await pay(uid, 20_000, { settlementUid: 'paid' })).status, 200);
    assert.deepEqual(codeOf(await pay(uid, 20_000, { settlementUid: 'paid' })), [409, 'DUPLICATE_UID']);
    assert.equal((at(await read(uid), 'settlements') as unknown[]).length, 1);
  });

  it('names every wrong field of an order at once and creates nothing', async () => {
    const sku = skuNumber(rig, 0);
    const reply = await rig.call(`POST ${S}/orders`, {
      orderUid: 'bad',
      type: 'ORDER',
      customerUid: 'none',
      items: [
        { sku, quantity: 100 },
        { sku: sku.toLowerCase() + 'x', quantity: 100 },
        { quantity: 100 },
        { sku, quantity: -100, itemPrice: 500, discountReasonCode: 'NONE' },
        { sku, quantity: 100, itemPrice: 500, itemDiscountAmount: 501 },
      ],
    });
    assert.deepEqual(
      new Set(fieldsOf(reply)),
      new Set([
        'customerUid',
        'items[1].sku',
        'items[2].sku',
        'items[3].quantity',
        'items[3].discountReasonCode',
        'items[4].itemDiscountAmount',
      ]),
    );
    assert.equal((await rig.call(`GET ${T}/orders/bad`)).status, 404);
    const floats = await rig.call(`POST ${S}/orders`, {
      type: 'ORDER',
      items: [{ sku, quantity: 1.5, itemPrice: 9.9 }],
    });
    assert.deepEqual(fieldsOf(floats), ['items[0].quantity', 'items[0].itemPrice']);
  });

  describe('pre-payments (§9)', () => {
    const prePay = (uid: string, amount: number, more: object = {}): Promise<Reply> =>
      rig.call(`POST ${S}/orders/${uid}/pre-payments`, { amount, settlementCode: 'EXTERNAL_KLARNA', ...more });
    const settlementsOf = async (uid: string): Promise<unknown[]> =>
      (at(await read(uid), 'settlements') as unknown[]).map((one) => [at(one, 'amount'), at(one, 'state')]);
    const statesOf = async (uid: string): Promise<unknown[]> => {
      const order = await read(uid);
      return ['orderState', 'settleState', 'orderTotals.totalSettled', 'settlementTotals.totalRemaining'].map((path) =>
        at(order, path),
      );
    };

    it('are reserved money: no payment, no receipt, the order is put aside and stays editable', async () => {
      const uid = await create();
      const reply = await prePay(uid, 15_000, { settlementUid: 'web-1', externalId: 'p1' });
      assert.deepEqual([reply.status, at(reply.body, 'state'), at(reply.body, 'status')], [201, 'NOT_STARTED', 'NEW']);
      assert.deepEqual(await statesOf(uid), ['PARKED', 'NOT_STARTED', 0, 5_000]);
      assert.deepEqual(codeOf(await prePay(uid, 100, { settlementUid: 'web-1' })), [409, 'DUPLICATE_UID']);
      assert.deepEqual(fieldsOf(await prePay(uid, 5_001)), ['amount']);
      assert.equal((await put(uid, { orderState: 'OPEN' })).status, 200);
      // Worth less than is reserved: nothing is owed, and nothing refused.
      assert.equal((await rig.call(`DELETE ${S}/orders/${uid}/items/l2`)).status, 204);
      assert.deepEqual(await statesOf(uid), ['OPEN', 'NOT_STARTED', 0, 0]);
      assert.equal((await put(uid, { orderState: 'CANCELLED' })).status, 200);
      assert.deepEqual(await settlementsOf(uid), []);
    });

    it('are deducted when the rest is paid, and are on the receipt', async () => {
      const uid = await create();
      await prePay(uid, 15_000);
      assert.equal((await pay(uid, 5_000)).status, 200);
      assert.deepEqual(await statesOf(uid), ['PARKED', 'SETTLED', 20_000, 0]);
      assert.deepEqual(await settlementsOf(uid), [
        [15_000, 'SETTLED'],
        [5_000, 'SETTLED'],
      ]);
    });

    it('are used with the last goods that go, no more of them than is owed', async () => {
      const uid = await create();
      await prePay(uid, 20_000);
      await deliver(uid, [{ orderItemUid: 'l1', quantityDelivered: 100 }]);
      assert.deepEqual(await statesOf(uid), ['PARKED', 'NOT_STARTED', 0, 0]);
      await put(uid, { orderState: 'OPEN' });
      await rig.call(`PUT ${S}/orders/${uid}/items/l2`, { itemPrice: 9_000 });
      await put(uid, { orderState: 'PARKED' });
      await deliver(uid, [{ orderItemUid: 'l2', quantityDelivered: 100 }]);
      assert.deepEqual(await statesOf(uid), ['COMPLETE', 'SETTLED', 19_000, 0]);
    });

    it('can be freed until they are used', async () => {
      const uid = await create();
      await prePay(uid, 20_000, { settlementUid: 'web-9' });
      assert.equal((await rig.call(`DELETE ${S}/orders/${uid}/settlements/web-9`)).status, 204);
      assert.deepEqual(await statesOf(uid), ['PARKED', 'NOT_STARTED', 0, 20_000]);
      await pay(uid, 20_000, { settlementUid: 'paid-9' });
      assert.deepEqual(codeOf(await rig.call(`DELETE ${S}/orders/${uid}/settlements/paid-9`)), [
        409,
        'SETTLEMENT_DONE',
      ]);
    });

    it('are handed over at a till without a payment where they cover all', async () => {
      const uid = await create();
      await prePay(uid, 20_000);
      assert.equal((await rig.till(`/orders/${uid}/hand-over`, {})).status, 200);
      assert.deepEqual(await statesOf(uid), ['COMPLETE', 'SETTLED', 20_000, 0]);
    });
  });

  it('takes the price list when no price is given', async () => {
    const sku = skuNumber(rig, 3);
    const uid = await create({ items: [{ sku, quantity: 250 }] });
    const price = await rig.call(`GET ${T}/pricelists/main/prices?productSku=${sku}`);
    const cents = Number(at(price.body, 'items[0].price'));
    const order = await read(uid);
    assert.equal(at(order, 'items[0].itemPrice'), cents);
    assert.equal(at(order, 'items[0].totalPrice'), Math.round((cents * 250) / 100));
  });

  it('moves between OPEN, PARKED and CONFIRMED and refuses every other way', async () => {
    const uid = await create();
    const allowed = ['PARKED', 'OPEN', 'CONFIRMED', 'OPEN', 'OPEN'];
    for (const orderState of allowed) assert.equal((await put(uid, { orderState })).status, 200, orderState);
    await put(uid, { orderState: 'PARKED' });
    for (const orderState of ['CONFIRMED', 'COMPLETE']) {
      const reply = await put(uid, { orderState });
      assert.deepEqual([...codeOf(reply), ...fieldsOf(reply)], [409, 'ORDER_STATE_FORBIDDEN', 'orderState']);
    }
    assert.deepEqual(fieldsOf(await put(uid, { orderState: 'SHIPPED' })), ['orderState']);
    assert.equal((await put(uid, { orderState: 'CANCELLED' })).status, 200);
    assert.deepEqual(codeOf(await put(uid, { orderState: 'OPEN' })), [409, 'ORDER_FINAL']);
    assert.deepEqual(codeOf(await put(uid, { note: 'late' })), [409, 'ORDER_FINAL']);
    assert.deepEqual(at(await read(uid), 'allowedActions'), []);
  });

  it('takes an internal note in every state that is not final, and leaves the state alone', async () => {
    const uid = await create();
    for (const orderState of ['OPEN', 'PARKED', 'OPEN', 'CONFIRMED']) {
      await put(uid, { orderState });
      const noted = await put(uid, { internalNote: `while ${orderState}` });
      assert.deepEqual([noted.status, at(noted.body, 'orderState')], [200, orderState]);
    }
    await pay(uid, 20_000);
    assert.equal((await put(uid, { internalNote: 'paid' })).status, 200);
    assert.deepEqual([at(await read(uid), 'internalNote'), at(await read(uid), 'orderState')], ['paid', 'CONFIRMED']);
    await deliver(uid, [
      { orderItemUid: 'l1', quantityDelivered: 100 },
      { orderItemUid: 'l2', quantityDelivered: 100 },
    ]);
    assert.deepEqual(codeOf(await put(uid, { internalNote: 'late' })), [409, 'ORDER_FINAL']);
  });

  it('changes lines only while OPEN', async () => {
    const uid = await create();
    const line = { sku: skuNumber(rig, 5), quantity: 100, itemPrice: 500 };
    for (const orderState of ['PARKED', 'CONFIRMED']) {
      await put(uid, { orderState: 'OPEN' });
      await put(uid, { orderState });
      for (const reply of [
        await rig.call(`POST ${S}/orders/${uid}/items`, line),
        await rig.call(`PUT ${S}/orders/${uid}/items/l1`, { quantity: 200 }),
        await rig.call(`DELETE ${S}/orders/${uid}/items/l1`),
      ]) {
        assert.deepEqual(codeOf(reply), [409, 'ORDER_NOT_OPEN']);
      }
    }
    await put(uid, { orderState: 'OPEN' });
    const added = await rig.call(`POST ${S}/orders/${uid}/items`, line);
    assert.deepEqual([added.status, at(added.body, 'totalPrice')], [201, 500]);
    const changed = await rig.call(`PUT ${S}/orders/${uid}/items/l1`, { quantity: 300, itemDiscountAmount: 1 });
    assert.deepEqual([changed.status, at(changed.body, 'totalPrice')], [200, 29_999]);
    assert.equal((await rig.call(`DELETE ${S}/orders/${uid}/items/l2`)).status, 204);
    assert.equal(at(await read(uid), 'orderTotals.totalAmount'), 30_499);
    assert.equal((await rig.call(`DELETE ${S}/orders/${uid}/items/l2`)).status, 404);
  });

  it('reserves what the lines hold and frees it with the line, the quantity and the order', async () => {
    const sku = skuNumber(rig, 10);
    const before = await stockOf(rig, sku);
    const uid = await create({ items: [{ orderItemUid: 'a', sku, quantity: 300 }] });
    assert.equal((await stockOf(rig, sku)).reserved, before.reserved + 300);
    await rig.call(`PUT ${S}/orders/${uid}/items/a`, { quantity: 200 });
    assert.equal((await stockOf(rig, sku)).reserved, before.reserved + 200);
    await rig.call(`POST ${S}/orders/${uid}/items`, { orderItemUid: 'b', sku, quantity: 100 });
    await rig.call(`DELETE ${S}/orders/${uid}/items/a`);
    assert.equal((await stockOf(rig, sku)).reserved, before.reserved + 100);
    await put(uid, { orderState: 'PARKED' });
    assert.equal((await stockOf(rig, sku)).reserved, before.reserved + 100);
    await put(uid, { orderState: 'CANCELLED' });
    assert.deepEqual(await stockOf(rig, sku), before);
  });

  it('prices anew when the customer changes, but not a CONFIRMED order', async () => {
    const business = 'b500000';
    const sku = skuNumber(rig, 4);
    const prices = await rig.call(`GET ${T}/pricelists/b2b/prices?productSku=${sku}`);
    const businessPrice = at(prices.body, 'items[0].price');
    const lines = { items: [{ sku, quantity: 100, itemPrice: 123 }] };
    const open = await create(lines);
    await put(open, { note: 'nothing about the customer' });
    assert.equal(at(await read(open), 'items[0].itemPrice'), 123);
    const attached = await put(open, { customerUid: business });
    assert.equal(at(attached.body, 'items[0].itemPrice'), businessPrice);
    assert.equal(typeof at(attached.body, 'customerAddress.companyName'), 'string');
    await rig.call(`PUT ${S}/orders/${open}/items/${String(at(attached.body, 'items[0].orderItemUid'))}`, {
      itemPrice: 123,
    });
    await put(open, { customerUid: business });
    assert.equal(at(await read(open), 'items[0].itemPrice'), 123, 'the same customer again changes nothing');
    const confirmed = await create(lines);
    await put(confirmed, { orderState: 'CONFIRMED' });
    await put(confirmed, { customerUid: business });
    assert.equal(at(await read(confirmed), 'items[0].itemPrice'), 123);
    assert.deepEqual(fieldsOf(await put(open, { customerUid: 'none' })), ['customerUid']);
  });

  it('keeps a paid, undelivered order from being edited, reopened or cancelled, and completes it on delivery', async () => {
    const uid = await create();
    await put(uid, { orderState: 'CONFIRMED' });
    assert.equal((await pay(uid, 5_000)).status, 200);
    assert.equal(at(await read(uid), 'settleState'), 'PARTIALLY_SETTLED');
    assert.equal(at(await read(uid), 'voucherNumber'), null);
    await pay(uid, 15_000, { externalId: 'payment-2' });
    const paid = await read(uid);
    assert.deepEqual(
      ['orderState', 'settleState', 'deliveryState', 'orderTotals.totalSettled'].map((field) => at(paid, field)),
      ['CONFIRMED', 'SETTLED', 'NOT_STARTED', 20_000],
    );
    assert.match(String(at(paid, 'voucherNumber')), /^\d+$/);
    assert.equal(at(paid, 'settlements[1].externalId'), 'payment-2');
    assert.equal(at(paid, 'settlements[1].settlementCode'), 'EXTERNAL_KLARNA');
    assert.deepEqual(codeOf(await put(uid, { orderState: 'OPEN' })), [409, 'ORDER_STATE_FORBIDDEN']);
    assert.deepEqual(codeOf(await put(uid, { orderState: 'CANCELLED' })), [409, 'ORDER_STATE_FORBIDDEN']);
    assert.deepEqual(codeOf(await rig.call(`DELETE ${S}/orders/${uid}/items/l1`)), [409, 'ORDER_SETTLED']);
    assert.deepEqual(codeOf(await pay(uid, 1)), [409, 'ORDER_SETTLED']);
    assert.equal((await put(uid, { note: 'still allowed' })).status, 200);

    const [first, second] = [await stockOf(rig, skuNumber(rig, 0)), await stockOf(rig, skuNumber(rig, 1))];
    assert.equal((await deliver(uid, [{ orderItemUid: 'l1', quantityDelivered: 100 }])).status, 201);
    assert.deepEqual([at(await read(uid), 'deliveryState')], ['PARTIALLY_DELIVERED']);
    assert.deepEqual(await stockOf(rig, skuNumber(rig, 0)), {
      stock: first.stock - 100,
      reserved: first.reserved - 100,
    });
    assert.deepEqual(await stockOf(rig, skuNumber(rig, 1)), second);
    await deliver(uid, [{ orderItemUid: 'l2', quantityDelivered: 100 }]);
    const complete = await read(uid);
    assert.deepEqual([at(complete, 'orderState'), at(complete, 'deliveryState')], ['COMPLETE', 'DELIVERED']);
    const deliveries = await rig.call(`GET ${S}/orders/${uid}/deliveries`);
    assert.equal(at(deliveries.body, 'items[1].items[0].quantityDelivered'), 100);
  });

  it('keeps delivered lines of an unpaid order as they are', async () => {
    const uid = await create();
    await deliver(uid, [{ orderItemUid: 'l1', quantityDelivered: 100 }]);
    const change = await rig.call(`PUT ${S}/orders/${uid}/items/l1`, { quantity: 200 });
    assert.deepEqual(codeOf(change), [409, 'ORDER_ITEM_LOCKED']);
    assert.equal((await rig.call(`PUT ${S}/orders/${uid}/items/l2`, { quantity: 200 })).status, 200);
    assert.deepEqual(codeOf(await put(uid, { orderState: 'CANCELLED' })), [409, 'ORDER_STATE_FORBIDDEN']);
  });

  it('counts non-physical lines as delivered with their sale', async () => {
    const fee = await create({ items: [{ sku: 'SHIPPING', quantity: 100, itemPrice: 9_900 }] });
    await pay(fee, 9_900);
    assert.equal(at(await read(fee), 'orderState'), 'COMPLETE');
    const sku = skuNumber(rig, 2);
    const both = await create({
      items: [
        { orderItemUid: 'goods', sku, quantity: 100, itemPrice: 100 },
        { sku: 'SHIPPING', quantity: 100, itemPrice: 100 },
      ],
    });
    await pay(both, 200);
    assert.equal(at(await read(both), 'deliveryState'), 'NOT_STARTED');
    assert.equal(at(await read(both), 'items[1].quantityDelivered'), 100);
    await deliver(both, [{ orderItemUid: 'goods', quantityDelivered: 100 }]);
    assert.equal(at(await read(both), 'orderState'), 'COMPLETE');
  });

  it('refuses payments that are floats, too high, 0, or by a method of another store', async () => {
    const uid = await create();
    for (const amount of [0.5, 20_001, 0, -1])
      assert.deepEqual(fieldsOf(await pay(uid, amount)), ['amount'], `${amount}`);
    for (const storePaymentMethodUid of ['none', 'bergensentrum_klarna']) {
      assert.deepEqual(fieldsOf(await pay(uid, 100, { storePaymentMethodUid })), ['storePaymentMethodUid']);
    }
    assert.equal(at(await read(uid), 'settleState'), 'NOT_STARTED');
  });

  it('never lets an order be worth less than was paid', async () => {
    const uid = await create();
    await pay(uid, 15_000);
    const removed = await rig.call(`DELETE ${S}/orders/${uid}/items/l1`);
    assert.deepEqual(codeOf(removed), [409, 'ORDER_TOTAL_BELOW_SETTLED']);
    const order = await read(uid);
    assert.deepEqual([(at(order, 'items') as unknown[]).length, at(order, 'orderTotals.totalAmount')], [2, 20_000]);
    assert.equal(at(order, 'items[0].orderItemUid'), 'l1');
    await rig.call(`PUT ${S}/orders/${uid}/items/l1`, { itemPrice: 5_000 });
    assert.equal(at(await read(uid), 'settleState'), 'SETTLED', 'the rest that was paid is now the whole');
  });

  it('refuses deliveries beyond the line or the stock', async () => {
    const sku = skuNumber(rig, 12);
    const { stock } = await stockOf(rig, sku);
    const uid = await create({ items: [{ orderItemUid: 'a', sku, quantity: stock + 100, itemPrice: 100 }] });
    const field = ['items[0].quantityDelivered'];
    assert.deepEqual(fieldsOf(await deliver(uid, [{ orderItemUid: 'a', quantityDelivered: stock + 200 }])), [
      ...field,
      ...field,
    ]);
    assert.deepEqual(fieldsOf(await deliver(uid, [{ orderItemUid: 'a', quantityDelivered: stock + 100 }])), field);
    assert.deepEqual(fieldsOf(await deliver(uid, [{ orderItemUid: 'none', quantityDelivered: 100 }])), [
      'items[0].orderItemUid',
    ]);
    assert.deepEqual(
      fieldsOf(await deliver(uid, [{ orderItemUid: 'a', quantityDelivered: 100, warehouseUid: 'bergensentrum' }])),
      ['items[0].warehouseUid'],
    );
  });

  it('gives discounts on the whole order, on a line and on SKUs', async () => {
    const uid = await create({}, 3);
    const discount = (body: object): Promise<Reply> =>
      rig.call(`POST ${S}/orders/${uid}/discounts`, { origin: 'CAMPAIGN', discountReasonCode: 'WEB', ...body });
    const whole = await discount({ type: 'PERCENTAGE', amount: 1_000, orderDiscountUid: 'ten' });
    assert.deepEqual([whole.status, at(whole.body, 'scope')], [201, 'WHOLE_ORDER']);
    assert.equal(at(await read(uid), 'orderTotals.totalAmount'), 27_000);
    const line = await discount({ type: 'AMOUNT', amount: 1_000, orderItemUid: 'l2' });
    assert.equal(at(line.body, 'scope'), 'ORDER_ITEM');
    await discount({ type: 'AMOUNT', amount: 3, productSkus: [skuNumber(rig, 0), skuNumber(rig, 1)] });
    const order = await read(uid);
    const discounts = [0, 1, 2].map((index) => Number(at(order, `items[${index}].itemDiscountAmount`)));
    assert.equal(discounts[0]! + discounts[1]!, 1_003);
    assert.equal(discounts[2], 0);
    // 30,000 - 1,003 on lines; 10 % of the rest is 2,899.7.
    assert.deepEqual(
      [at(order, 'orderTotals.totalAmount'), at(order, 'orderTotals.totalDiscountAmount')],
      [28_997 - 2_900, 1_003 + 2_900],
    );
    assert.deepEqual(codeOf(await discount({ type: 'PERCENTAGE', amount: 1, orderDiscountUid: 'ten' })), [
      409,
      'DUPLICATE_UID',
    ]);
    assert.deepEqual(fieldsOf(await discount({ type: 'AMOUNT', amount: 99_999 })), ['amount']);
    assert.deepEqual(fieldsOf(await discount({ type: 'AMOUNT', amount: 1, orderItemUid: 'none' })), ['orderItemUid']);
    await put(uid, { orderState: 'CONFIRMED' });
    assert.deepEqual(codeOf(await discount({ type: 'AMOUNT', amount: 1 })), [409, 'ORDER_NOT_OPEN']);
  });

  it('puts handlings on orders and moves them on', async () => {
    const uid = await create();
    const path = `${S}/orders/${uid}/handlings`;
    const made = await rig.call(`POST ${path}`, { handlingUid: 'click_collect', orderHandlingUid: `${uid}-cc` });
    assert.deepEqual([made.status, at(made.body, 'state')], [201, 'NOT_STARTED']);
    const again = await rig.call(`POST ${path}`, { handlingUid: 'click_collect', orderHandlingUid: `${uid}-cc` });
    assert.equal(again.status, 409);
    assert.deepEqual(fieldsOf(await rig.call(`POST ${path}`, { handlingUid: 'none' })), ['handlingUid']);
    await rig.call(`PUT ${path}/${uid}-cc`, { state: 'IN_PROGRESS' });
    const order = await read(uid);
    assert.deepEqual(
      [
        at(order, 'orderhandlings[0].handlingUid'),
        at(order, 'orderhandlings[0].state'),
        at(order, 'orderhandlingState'),
      ],
      ['click_collect', 'IN_PROGRESS', 'IN_PROGRESS'],
    );
    const listed = await rig.call(`GET ${S}/orders?orderHandlingUids=click_collect`);
    assert.deepEqual([at(listed.body, 'paging.totalCount'), at(listed.body, 'items[0].orderUid')], [1, uid]);
  });

  it('filters lists by state and time, but not by status and state at once', async () => {
    const cancelled = await rig.call(`GET ${S}/orders?orderStatus=CANCELLED`);
    assert.ok(Number(at(cancelled.body, 'paging.totalCount')) >= 2);
    const paid = await rig.call(`GET ${S}/orders?orderSettleState=SETTLED&orderSettledAtFrom=2026-01-01T00:00:00Z`);
    assert.ok((at(paid.body, 'items') as unknown[]).every((order) => at(order, 'settleState') === 'SETTLED'));
    const none = await rig.call(`GET ${S}/orders?orderCreatedAtTo=2020-01-01T00:00:00Z`);
    assert.equal(at(none.body, 'paging.totalCount'), 0);
    const both = await rig.call(`GET ${S}/orders?orderStatus=OPEN&orderSettleState=SETTLED`);
    assert.deepEqual(fieldsOf(both), ['orderStatus']);
  });

  it('keeps an order of 600 lines exact', async () => {
    const items = Array.from({ length: 600 }, (_, index) => ({
      sku: skuNumber(rig, index % 100),
      quantity: 100 + index,
      itemPrice: 1_995 + index,
      itemDiscountAmount: index % 7,
      externalId: String(index),
    }));
    const uid = await create({ items });
    const order = await read(uid);
    const expected = items.map(({ quantity, itemPrice, itemDiscountAmount }) => {
      const gross = BigInt(quantity) * BigInt(itemPrice);
      return Number((gross + 50n) / 100n) - itemDiscountAmount;
    });
    assert.deepEqual(
      (at(order, 'items') as unknown[]).map((item) => at(item, 'totalPrice')),
      expected,
    );
    assert.equal(
      at(order, 'orderTotals.totalAmount'),
      expected.reduce((sum, price) => sum + price, 0),
    );
    await put(uid, { orderState: 'CANCELLED' });
  });
});
