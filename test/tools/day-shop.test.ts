import assert from 'node:assert/strict';
import { buildChain } from '../../sandbox/chain/build-chain';
import { eachOf } from '../../tools/day/pace';
import { assortmentsOf } from '../../tools/day/shop/assortment';
import { canBeEdited, editsOf } from '../../tools/day/shop/edits';
import { type MadeUpOrder, madeUpOrders } from '../../tools/day/shop/made-up-orders';
import { orderDocument } from '../../tools/day/shop/order-document';

describe('the made-up orders of a trading day', () => {
  const assortments = assortmentsOf(buildChain({ seed: 1, products: 600 }));
  const orders = madeUpOrders(assortments, 'W1', 330);
  const some = (test: (order: MadeUpOrder['order']) => boolean): boolean => orders.some(({ order }) => test(order));

  it('are the same for the same day and others on the next', () => {
    assert.deepEqual(madeUpOrders(assortments, 'W1', 330), orders);
    assert.notDeepEqual(madeUpOrders(assortments, 'W2', 1)[0]?.order.lines, orders[0]?.order.lines);
    assert.equal(new Set(orders.map(({ order }) => order.orderNumber)).size, 330);
  });

  it('are of every kind in every market', () => {
    for (const { market } of assortments) {
      const types = new Set(
        orders.filter(({ order }) => order.marketId === market.marketId).map(({ order }) => order.orderType),
      );
      for (const type of ['ClickAndCollect', 'Bopis', 'Online', 'OnlineOrder'] as const) assert.ok(types.has(type));
    }
    assert.ok(some(({ orderType }) => orderType === 'ShipFromStore'));
  });

  it('have everything an order can have', () => {
    assert.ok(some(({ lines }) => lines.length === 1));
    assert.ok(some(({ lines }) => lines.length >= 30));
    assert.ok(some(({ lines }) => lines.some(({ quantity }) => !Number.isInteger(quantity))));
    assert.ok(
      some(({ lines }) => lines.some(({ lineItemId, placedPrice }) => lineItemId === 'G' && placedPrice === 0)),
    );
    assert.ok(some(({ lines }) => lines.some(({ packageLineItemId }) => packageLineItemId === 'P')));
    assert.ok(some(({ lines }) => lines.some(({ discounted = 0 }) => discounted > 0)));
    assert.ok(some(({ lines }) => lines.some(({ orderLineDiscounts }) => orderLineDiscounts !== undefined)));
    for (const rewardType of ['Money', 'Percentage', 'Free'])
      assert.ok(some(({ discounts }) => discounts.some((discount) => discount.rewardType === rewardType)));
    assert.ok(some(({ shippingPrice }) => shippingPrice > 0));
    assert.ok(some(({ customer }) => customer.customerId === undefined));
    assert.ok(some(({ customer }) => customer.isBusiness));
    assert.deepEqual([...new Set(orders.flatMap(({ payWith }) => payWith ?? []))].sort(), [
      'Gift card',
      'Klarna',
      'Vipps',
    ]);
  });

  it('hold each line once in the order form and once in the shipment', () => {
    for (const { order } of orders) {
      assert.equal(new Set(order.lines.map(({ lineItemId }) => lineItemId)).size, order.lines.length);
      const { orderForm } = orderDocument(order) as {
        orderForm: { lineItems: unknown; shipments: { lineItems: unknown }[] };
      };
      assert.deepEqual(
        orderForm.shipments.map(({ lineItems }) => lineItems),
        [orderForm.lineItems],
      );
    }
  });

  it('are changed in every way, unless their money was taken', () => {
    const editable = orders.filter(canBeEdited);
    assert.ok(editable.length > 150);
    assert.ok(editable.every(({ payWith }) => payWith === undefined));
    const kinds = new Set(editsOf(editable, assortments).map(({ what }) => what));
    assert.ok(kinds.size >= 8);
  });
});

describe('working through a list at a pace', () => {
  const signal = new AbortController().signal;

  it('starts in order, a few at once, spread over the time', async () => {
    const started: number[] = [];
    let underWay = 0;
    let most = 0;
    const startedAt = Date.now();
    await eachOf([1, 2, 3, 4, 5, 6], { atOnce: 2, overMs: 120, signal }, async (item) => {
      started.push(item);
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      underWay -= 1;
    });
    assert.deepEqual(started, [1, 2, 3, 4, 5, 6]);
    assert.ok(most <= 2);
    assert.ok(Date.now() - startedAt >= 100);
  });

  it('ends with the first failure and starts nothing more', async () => {
    const started: number[] = [];
    await assert.rejects(
      eachOf([1, 2, 3, 4], { atOnce: 1, signal }, (item) => {
        started.push(item);
        return item === 2 ? Promise.reject(new Error('no')) : Promise.resolve();
      }),
      /no/,
    );
    assert.deepEqual(started, [1, 2]);
  });
});
