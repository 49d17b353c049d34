import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, type Reply, S, skuNumber, startFlowRig, stockOf, T } from './flow-rig';

const CARD = [{ settlementCode: 'CARD' }];

/** Several members of a document at once. */
function pick(document: unknown, ...paths: string[]): unknown[] {
  return paths.map((path) => at(document, path));
}

describe("what the Flow sandbox's tills do with orders", () => {
  let rig: FlowRig;
  let next = 0;
  before(async () => {
    rig = await startFlowRig();
  });
  beforeEach(async () => {
    next += 2;
    // Enough of each article that no test runs out of it.
    const lines = [0, 1].map((index) => ({ sku: sku(index), quantity: 1_000 }));
    assert.equal((await rig.till('/receive-goods', { lines })).status, 201);
  });
  after(() => rig.stop());

  /** An article of the running test's own. */
  const sku = (index = 0): string => skuNumber(rig, next + index);
  const done = (reply: Reply): unknown => {
    assert.ok(reply.status < 300, JSON.stringify(reply.body));
    return reply.body;
  };
  const sell = async (body: object): Promise<unknown> => done(await rig.till('/sales', { payments: CARD, ...body }));
  const act = async (order: unknown, action: string, body?: object): Promise<unknown> =>
    done(await rig.till(`/orders/${String(at(order, 'orderUid'))}/${action}`, body));
  const receiptsOf = async (order: unknown): Promise<unknown[]> => {
    const orderNumber = String(at(order, 'orderNumber'));
    const { body } = await rig.call(`POST ${T}/receipts/search?sortBy=settledAt`, { orderNumber });
    return at(body, 'items') as unknown[];
  };
  /** An order of the web shop, waiting: 2 × 100.00 and 1 × 50.00, by uid `a` and `b`. */
  const webOrder = async (orderUid: string): Promise<unknown> => {
    const items = [
      { orderItemUid: 'a', sku: sku(0), quantity: 200, itemPrice: 10_000 },
      { orderItemUid: 'b', sku: sku(1), quantity: 100, itemPrice: 5_000 },
    ];
    const externalOrderNumber = `W-${orderUid}`;
    done(await rig.call(`POST ${S}/orders`, { orderUid, externalOrderNumber, type: 'ORDER', items }));
    return done(await rig.call(`PUT ${S}/orders/${orderUid}`, { orderState: 'PARKED' }));
  };

  describe('exchanges', () => {
    it('takes back and lets go on one order, for the difference', async () => {
      const sale = await sell({ lines: [{ sku: sku(0), quantity: 200, itemPrice: 10_000 }] });
      const [before, beforeNew] = [await stockOf(rig, sku(0)), await stockOf(rig, sku(1))];
      const order = done(
        await rig.till('/exchanges', {
          orderUid: 'exchange-1',
          originalOrderUid: at(sale, 'orderUid'),
          returned: [{ sku: sku(0), quantity: 100, reasonCode: 'DEFECT' }],
          lines: [{ sku: sku(1), quantity: 100, itemPrice: 15_000 }],
          payments: CARD,
        }),
      );
      assert.deepEqual(pick(order, 'orderUid', 'type', 'orderState', 'settleState', 'deliveryState'), [
        ...['exchange-1', 'RETURN', 'COMPLETE', 'SETTLED', 'DELIVERED'],
      ]);
      assert.deepEqual(pick(order, 'items[0].quantity', 'items[0].returnReasonCode', 'items[1].quantity'), [
        ...[-100, 'DEFECT', 100],
      ]);
      assert.deepEqual(at(order, 'items[0].orderLinks'), [
        { orderUid: at(sale, 'orderUid'), orderItemUid: at(sale, 'items[0].orderItemUid') },
      ]);
      assert.deepEqual(pick(order, 'items[1].orderLinks', 'orderTotals.totalAmount'), [[], 5_000]);
      assert.equal((await stockOf(rig, sku(0))).stock, before.stock + 100);
      assert.equal((await stockOf(rig, sku(1))).stock, beforeNew.stock - 100);
      const [receipt] = await receiptsOf(order);
      assert.deepEqual(pick(receipt, 'type', 'grandTotal', 'totalSettlement'), ['RETURN', 5_000, 5_000]);
    });

    it('pays back, or nothing at all, as the difference is', async () => {
      const sale = await sell({ lines: [{ sku: sku(0), quantity: 200, itemPrice: 10_000 }] });
      const originalOrderUid = at(sale, 'orderUid');
      const returned = [{ orderItemUid: at(sale, 'items[0].orderItemUid'), quantity: 100 }];
      const swap = async (itemPrice: number): Promise<unknown> =>
        done(
          await rig.till('/exchanges', {
            originalOrderUid,
            returned,
            lines: [{ sku: sku(1), quantity: 100, itemPrice }],
          }),
        );
      const paidBack = await swap(4_000);
      assert.deepEqual(pick(paidBack, 'orderTotals.totalAmount', 'settlements[0].amount'), [-6_000, -6_000]);
      const even = await swap(10_000);
      assert.deepEqual(pick(even, 'orderTotals.totalAmount', 'settlements[0].amount', 'orderState'), [
        ...[0, 0, 'COMPLETE'],
      ]);
      assert.equal((await receiptsOf(even)).length, 1, 'an even exchange has a receipt, too');
    });

    it('works blind, and names what is wrong in its own words', async () => {
      const body = {
        returned: [{ sku: sku(0), quantity: 100, itemPrice: 2_000 }],
        lines: [{ sku: sku(1), quantity: 100, itemPrice: 2_500 }],
      };
      const order = done(await rig.till('/exchanges', body));
      assert.deepEqual(pick(order, 'items[0].orderLinks', 'orderTotals.totalAmount'), [[], 500]);
      const wrong = await rig.till('/exchanges', { ...body, lines: [{ sku: 'none', quantity: 100 }] });
      assert.deepEqual([wrong.status, fieldsOf(wrong)], [422, ['lines[0].sku']]);
      const { stock } = await stockOf(rig, sku(1));
      const tooMany = await rig.till('/exchanges', { ...body, lines: [{ sku: sku(1), quantity: stock + 100 }] });
      assert.deepEqual(fieldsOf(tooMany), ['lines[0].quantityDelivered']);
      const never = await rig.till('/exchanges', { ...body, originalOrderUid: at(order, 'orderUid') });
      assert.deepEqual(fieldsOf(never), ['returned[0].sku'], 'what came back cannot come back again');
      const reasons = await rig.till('/exchanges', {
        ...body,
        returned: [{ sku: sku(0), quantity: 100, reasonCode: 'WEB' }],
      });
      assert.deepEqual(fieldsOf(reasons), ['returned[0].reasonCode']);
    });

    it('is returned in its turn: what went with the customer comes back', async () => {
      const sale = await sell({ lines: [{ sku: sku(0), quantity: 100, itemPrice: 1_000 }] });
      const swapped = done(
        await rig.till('/exchanges', {
          originalOrderUid: at(sale, 'orderUid'),
          returned: [{ sku: sku(0), quantity: 100 }],
          lines: [{ sku: sku(0), quantity: 100, itemPrice: 1_200 }],
        }),
      );
      const originalOrderUid = at(swapped, 'orderUid');
      const body = { originalOrderUid, lines: [{ sku: sku(0), quantity: 100 }], payments: CARD };
      const back = done(await rig.till('/returns', body));
      assert.deepEqual(at(back, 'items[0].orderLinks'), [
        { orderUid: originalOrderUid, orderItemUid: at(swapped, 'items[1].orderItemUid') },
      ]);
      assert.equal(at(back, 'orderTotals.totalAmount'), -1_200);
      assert.deepEqual(fieldsOf(await rig.till('/returns', body)), ['lines[0].quantity']);
    });

    it('is no order that the API makes: lines of both signs are refused there', async () => {
      for (const type of ['RETURN', 'ORDER']) {
        const items = [
          { sku: sku(0), quantity: -100, itemPrice: 100 },
          { sku: sku(1), quantity: 100, itemPrice: 100 },
        ];
        assert.equal((await rig.call(`POST ${S}/orders`, { type, items })).status, 422, type);
      }
    });
  });

  describe('returns', () => {
    it('come back in another store of the tenant, into its own stock', async () => {
      const sale = await sell({ lines: [{ sku: sku(0), quantity: 100, itemPrice: 1_000 }] });
      const before = await stockOf(rig, sku(0));
      const body = { originalOrderUid: at(sale, 'orderUid'), lines: [{ sku: sku(0), quantity: 100 }], payments: CARD };
      const back = done(await rig.sim('/flow_no/stores/bergensentrum/returns', body));
      assert.deepEqual(pick(back, 'storeUid', 'items[0].orderLinks[0].orderUid'), [
        'bergensentrum',
        at(sale, 'orderUid'),
      ]);
      assert.deepEqual(await stockOf(rig, sku(0)), before);
      const receipts = await rig.call(`GET ${T}/stores/bergensentrum/receipts`);
      assert.equal(at(receipts.body, 'items[0].orderUid'), at(back, 'orderUid'));
      assert.deepEqual(fieldsOf(await rig.till('/returns', body)), ['lines[0].quantity'], 'once for all stores');
    });

    it('give back exactly what was paid, in however many parts', async () => {
      const line = {
        sku: sku(0),
        quantity: 300,
        itemPrice: 3_333,
        itemDiscountAmount: 100,
        discountReasonCode: 'STAFF',
      };
      const sale = await sell({
        lines: [line, { sku: sku(1), quantity: 100, itemPrice: 777 }],
        orderDiscountAmount: 101,
      });
      let given = 0;
      for (const lines of [
        [{ sku: sku(0), quantity: 100 }],
        [
          { sku: sku(0), quantity: 100 },
          { sku: sku(1), quantity: 100 },
        ],
        [{ sku: sku(0), quantity: 100 }],
      ]) {
        const body = { originalOrderUid: at(sale, 'orderUid'), lines, payments: CARD };
        given += Number(at(done(await rig.till('/returns', body)), 'orderTotals.totalAmount'));
      }
      assert.equal(given, -Number(at(sale, 'orderTotals.totalAmount')));
    });

    it('find their pieces on all lines with the article', async () => {
      const line = { sku: sku(0), quantity: 100 };
      const sale = await sell({
        lines: [
          { ...line, itemPrice: 1_000 },
          { ...line, itemPrice: 900 },
        ],
      });
      const back = done(
        await rig.till('/returns', { originalOrderUid: at(sale, 'orderUid'), lines: [line, line], payments: CARD }),
      );
      assert.equal(at(back, 'orderTotals.totalAmount'), -1_900);
    });
  });

  describe('hand-over in parts', () => {
    it('gives some lines, asks for no money, and the rest completes the order', async () => {
      const order = await webOrder('part-1');
      const before = await stockOf(rig, sku(0));
      const part = await act(order, 'hand-over', { lines: [{ orderItemUid: 'a', quantity: 100 }] });
      assert.deepEqual(pick(part, 'orderState', 'settleState', 'deliveryState', 'items[0].quantityDelivered'), [
        ...['PARKED', 'NOT_STARTED', 'PARTIALLY_DELIVERED', 100],
      ]);
      assert.deepEqual(await stockOf(rig, sku(0)), { stock: before.stock - 100, reserved: before.reserved - 100 });
      const last = [
        { orderItemUid: 'a', quantity: 100 },
        { orderItemUid: 'b', quantity: 100 },
      ];
      const whole = await act(order, 'hand-over', { lines: last, payments: CARD });
      assert.deepEqual(pick(whole, 'orderState', 'orderTotals.totalSettled'), ['COMPLETE', 25_000]);
      assert.deepEqual(
        (await receiptsOf(order)).map((receipt) => at(receipt, 'type')),
        ['ORDER'],
      );
    });

    it('takes what the goods are worth that have gone, when payments are named', async () => {
      const order = await webOrder('part-2');
      const part = await act(order, 'hand-over', { lines: [{ orderItemUid: 'a', quantity: 100 }], payments: CARD });
      assert.deepEqual(pick(part, 'settleState', 'orderTotals.totalSettled'), ['PARTIALLY_SETTLED', 10_000]);
      const whole = await act(order, 'hand-over');
      assert.deepEqual(pick(whole, 'orderState', 'settlements[1].amount'), ['COMPLETE', 15_000]);
      const receipts = await receiptsOf(order);
      assert.deepEqual(
        receipts.map((receipt) => pick(receipt, 'type', 'grandTotal', 'totalSettlement', 'previouslySettled')),
        [
          ['PAYMENT', 10_000, 10_000, 0],
          ['ORDER', 25_000, 15_000, 10_000],
        ],
      );
      assert.deepEqual(
        (at(whole, 'settlements') as unknown[]).map((settlement) => at(settlement, 'orderReceiptUid')),
        receipts.map((receipt) => at(receipt, 'orderReceiptUid')),
      );
    });

    it('refuses more than is left, and a payment of more than is owed, before anything goes', async () => {
      const order = await webOrder('part-3');
      const tooMany = { lines: [{ orderItemUid: 'a', quantity: 300 }] };
      const refused = await rig.till('/orders/part-3/hand-over', tooMany);
      assert.deepEqual([refused.status, fieldsOf(refused)], [422, ['lines[0].quantityDelivered']]);
      const unknown = await rig.till('/orders/part-3/hand-over', { lines: [{ orderItemUid: 'x', quantity: 100 }] });
      assert.deepEqual(fieldsOf(unknown), ['lines[0].orderItemUid']);
      const dear = await rig.till('/orders/part-3/hand-over', {
        lines: [{ orderItemUid: 'a', quantity: 100 }],
        payments: [{ settlementCode: 'CARD', amount: 25_001 }],
      });
      assert.deepEqual(fieldsOf(dear), ['payments[0].amount']);
      const { body } = await rig.call(`GET ${T}/orders/${String(at(order, 'orderUid'))}`);
      assert.equal(at(body, 'deliveryState'), 'NOT_STARTED');
    });
  });

  describe('part payments', () => {
    it('give each act of paying a receipt of its own, and the last one the goods', async () => {
      const parked = done(
        await rig.till('/parked-orders', { lines: [{ sku: sku(0), quantity: 100, itemPrice: 9_000 }] }),
      );
      const deposit = await act(parked, 'pay', { payments: [{ settlementCode: 'CARD', amount: 2_000 }] });
      assert.deepEqual(pick(deposit, 'orderState', 'settleState', 'settledAt'), ['PARKED', 'PARTIALLY_SETTLED', null]);
      const [first] = await receiptsOf(parked);
      assert.deepEqual(pick(first, 'type', 'grandTotal', 'totalVatAmount', 'items', 'settlements[0].amount'), [
        ...['PAYMENT', 2_000, 0, [], 2_000],
      ]);
      const pdf = await rig.call(`GET ${S}/receipts/${String(at(first, 'orderReceiptUid'))}/download`);
      assert.equal(at(pdf.body, 'contentType'), 'application/pdf');
      await act(parked, 'pay', { payments: [{ settlementCode: 'CARD', amount: 7_000 }] });
      assert.equal(at(await act(parked, 'hand-over'), 'orderState'), 'COMPLETE');
      assert.deepEqual(
        (await receiptsOf(parked)).map((receipt) => pick(receipt, 'type', 'totalSettlement')),
        [
          ['PAYMENT', 2_000],
          ['ORDER', 7_000],
        ],
      );
    });

    it('leave what the web shop was paid to the receipt of the whole', async () => {
      await webOrder('prepaid');
      const payment = { amount: 10_000, storePaymentMethodUid: 'oslocity_vipps' };
      done(await rig.call(`POST ${S}/orders/prepaid/settlements`, payment));
      const order = done(
        await rig.till('/orders/prepaid/pay', { payments: [{ settlementCode: 'CARD', amount: 5_000 }] }),
      );
      assert.deepEqual(
        (at(order, 'settlements') as unknown[]).map((settlement) => at(settlement, 'orderReceiptUid') === null),
        [true, false],
      );
      await act(order, 'hand-over', { payments: CARD });
      const [part, whole] = await receiptsOf(order);
      assert.deepEqual(pick(part, 'type', 'totalSettlement', 'previouslySettled'), ['PAYMENT', 5_000, 10_000]);
      assert.deepEqual(pick(whole, 'type', 'totalSettlement', 'previouslySettled'), ['ORDER', 20_000, 5_000]);
    });

    it('refuse amounts beyond what is owed, none at all, and orders that are paid', async () => {
      await webOrder('paid-up');
      const pay = (payments: object[]): Promise<Reply> => rig.till('/orders/paid-up/pay', { payments });
      assert.deepEqual(fieldsOf(await pay([{ settlementCode: 'CARD', amount: 25_001 }])), ['payments[0].amount']);
      assert.deepEqual(fieldsOf(await pay([{ settlementCode: 'CARD', amount: -1 }])), ['payments[0].amount']);
      assert.deepEqual(fieldsOf(await pay([{ settlementCode: 'CARD' }])), ['payments[0].amount']);
      assert.deepEqual(fieldsOf(await pay([])), ['payments']);
      assert.equal((await pay([{ settlementCode: 'CARD', amount: 25_000 }])).status, 200);
      assert.equal((await pay([{ settlementCode: 'CARD', amount: 1 }])).status, 409);
    });
  });

  describe('cancelling and removing', () => {
    it('takes a line off a waiting order, which waits on', async () => {
      const order = await webOrder('shorter');
      const { reserved } = await stockOf(rig, sku(1));
      const shorter = await act(order, 'lines/b/remove');
      assert.deepEqual(pick(shorter, 'orderState', 'orderTotals.totalAmount', 'items[1]'), [
        ...['PARKED', 20_000, undefined],
      ]);
      assert.equal((await stockOf(rig, sku(1))).reserved, reserved - 100);
      assert.equal((await rig.till('/orders/shorter/lines/b/remove')).status, 404);
      done(await rig.till('/orders/shorter/pay', { payments: [{ settlementCode: 'CARD', amount: 15_000 }] }));
      const refused = await rig.till('/orders/shorter/lines/a/remove');
      assert.deepEqual([refused.status, at(refused.body, 'code')], [409, 'ORDER_TOTAL_BELOW_SETTLED']);
      assert.equal(at((await rig.call(`GET ${T}/orders/shorter`)).body, 'orderState'), 'PARKED');
    });

    it('lets a customer refuse what the web shop was paid for, not what the shop was', async () => {
      const free = await stockOf(rig, sku(0));
      await webOrder('refused');
      const payment = { amount: 25_000, storePaymentMethodUid: 'oslocity_vipps' };
      done(await rig.call(`POST ${S}/orders/refused/settlements`, payment));
      const api = await rig.call(`PUT ${S}/orders/refused`, { orderState: 'CANCELLED' });
      assert.equal(api.status, 409, 'the API may not');
      assert.equal(at(done(await rig.till('/orders/refused/cancel')), 'orderState'), 'CANCELLED');
      assert.deepEqual(await stockOf(rig, sku(0)), free);
      await webOrder('deposit');
      done(await rig.till('/orders/deposit/pay', { payments: [{ settlementCode: 'CARD', amount: 100 }] }));
      assert.equal((await rig.till('/orders/deposit/cancel')).status, 409);
      await webOrder('begun');
      done(await rig.till('/orders/begun/hand-over', { lines: [{ orderItemUid: 'b', quantity: 100 }] }));
      assert.equal((await rig.till('/orders/begun/cancel')).status, 409);
    });

    it('clears up orders that are over when it is asked to, and says which', async () => {
      const lines = [{ sku: sku(0), quantity: 100 }];
      const before = await stockOf(rig, sku(0));
      const past = new Date(Date.now() - 60_000).toISOString();
      const future = new Date(Date.now() + 600_000).toISOString();
      done(await rig.till('/parked-orders', { lines, orderUid: 'over', validUntil: past }));
      done(await rig.till('/parked-orders', { lines, orderUid: 'waits', validUntil: future }));
      const other = await rig.sim('/flow_se/expire', {});
      assert.deepEqual(other.body, { deleted: 0, orderUids: [] });
      assert.deepEqual((await rig.sim('/flow_no/expire', {})).body, { deleted: 1, orderUids: ['over'] });
      assert.deepEqual((await rig.sim('/flow_no/expire')).body, { deleted: 0, orderUids: [] });
      assert.equal((await rig.call(`GET ${T}/orders/over`)).status, 404);
      assert.equal((await rig.call(`GET ${T}/orders/waits`)).status, 200);
      assert.equal((await stockOf(rig, sku(0))).reserved, before.reserved + 100);
      assert.equal((await rig.sim('/none/expire', {})).status, 404);
    });
  });

  describe('discounts on everything', () => {
    it('lower the total below the lines, on sales and on what is put aside', async () => {
      const lines = [
        { sku: sku(0), quantity: 100, itemPrice: 10_000 },
        { sku: sku(1), quantity: 100, itemPrice: 5_000 },
      ];
      const sale = await sell({ lines, orderDiscountAmount: 1_000 });
      assert.deepEqual(pick(sale, 'orderTotals.totalAmount', 'items[0].totalPrice', 'items[1].totalPrice'), [
        ...[14_000, 10_000, 5_000],
      ]);
      assert.deepEqual(pick(sale, 'discounts[0].scope', 'discounts[0].type', 'discounts[0].amount'), [
        ...['WHOLE_ORDER', 'AMOUNT', 1_000],
      ]);
      const parked = done(await rig.till('/parked-orders', { lines, orderDiscountAmount: 500 }));
      assert.deepEqual(pick(parked, 'orderState', 'orderTotals.totalAmount'), ['PARKED', 14_500]);
      const count = at((await rig.call(`GET ${S}/orders`)).body, 'paging.totalCount');
      const tooMuch = await rig.till('/sales', { lines, orderDiscountAmount: 15_001 });
      assert.deepEqual([tooMuch.status, fieldsOf(tooMuch)], [422, ['orderDiscountAmount']]);
      assert.equal(at((await rig.call(`GET ${S}/orders`)).body, 'paging.totalCount'), count);
    });
  });

  it('sells payments: an order of type PAYMENT whose receipt is one, too', async () => {
    const order = await sell({ type: 'PAYMENT', lines: [{ sku: 'SHIPPING', quantity: 100, itemPrice: 30_000 }] });
    assert.deepEqual(pick(order, 'type', 'orderState'), ['PAYMENT', 'COMPLETE']);
    assert.deepEqual(
      (await receiptsOf(order)).map((receipt) => pick(receipt, 'type', 'totalSettlement')),
      [['PAYMENT', 30_000]],
    );
  });
});
