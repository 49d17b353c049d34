import assert from 'node:assert/strict';

import { type Json, lineOf, type OmniumRig, orderOf, startRig } from './omnium-rig';

describe('Omnium sandbox order totals', () => {
  let rig: OmniumRig;
  let next = 1;
  before(async () => {
    rig = await startRig({ rateLimits: false });
  });
  after(() => rig.stop());

  const orderWith = async (form: Record<string, unknown>): Promise<Json> => {
    const id = `total-${next}`;
    next += 1;
    const lineItems = [lineOf(rig)];
    const orderForm = { lineItems, ...form };
    const created = await rig.call('POST', '/api/Orders', orderOf(rig, id, { orderForm }));
    assert.equal(created.status, 200, created.text);
    return (await rig.call('GET', `/api/Orders/${id}`)).json;
  };
  const values = (json: Json, prefix: string, names: readonly string[]): unknown[] =>
    names.map((name) => json.at(`${prefix}.${name}`));

  it('reproduces the worked example of the vendor', async () => {
    const order = await orderWith({
      lineItems: [lineOf(rig, { quantity: 2, placedPrice: 500 })],
      discounts: [{ discountType: 'Order', rewardType: 'Percentage', discountValue: 10 }],
    });
    assert.deepEqual(
      values(order, 'orderForm.lineItems.0', [
        'discountedPrice',
        'orderDiscountAmount',
        'extendedPrice',
        'extendedPriceExclTax',
        'taxTotal',
      ]),
      [1000, 100, 900, 720, 180],
    );
    assert.deepEqual(
      values(order, 'orderForm', ['discountAmount', 'subTotal', 'total', 'totalExclTax', 'taxTotal']),
      [100, 900, 900, 720, 180],
    );
  });

  it('takes a flat line discount off by pieces that are left', async () => {
    const order = await orderWith({
      lineItems: [lineOf(rig, { quantity: 3, canceledQuantity: 1, placedPrice: 200, discounted: 60 })],
    });
    // (3-1) x 200 - 60/3 x 2
    assert.equal(order.at('orderForm.lineItems.0.discountedPrice'), 360);
    assert.equal(order.at('orderForm.total'), 360);
  });

  it('shares a money discount by value, unrounded on lines and exact in the sum', async () => {
    const lineItems = [1, 2, 3].map((n) => lineOf(rig, { lineItemId: String(n), placedPrice: 33.33 }));
    const order = await orderWith({
      lineItems,
      discounts: [{ discountType: 'Order', rewardType: 'Money', discountValue: 10 }],
    });
    assert.equal(order.at('orderForm.lineItems.0.extendedPrice'), 29.9967);
    assert.equal(order.at('orderForm.total'), 89.99);
    assert.equal(order.at('orderForm.discounts.0.discountAmount'), 10);
  });

  it('never discounts below zero, nor beyond a discount’s maximum', async () => {
    const below = await orderWith({ discounts: [{ discountType: 'Order', rewardType: 'Money', discountValue: 500 }] });
    assert.equal(below.at('orderForm.total'), 0);
    const capped = await orderWith({
      discounts: [{ discountType: 'Order', rewardType: 'Percentage', discountValue: 50, maxDiscountAmount: 20 }],
    });
    assert.equal(capped.at('orderForm.total'), 80);
  });

  it('works out line discounts that say how much instead of a flat amount', async () => {
    const percent = await orderWith({
      lineItems: [lineOf(rig, { quantity: 2, orderLineDiscounts: [{ rewardType: 'Percentage', discountValue: 15 }] })],
    });
    assert.equal(percent.at('orderForm.lineItems.0.discounted'), 30);
    assert.equal(percent.at('orderForm.total'), 170);
    const perItem = await orderWith({
      lineItems: [
        lineOf(rig, { quantity: 2, orderLineDiscounts: [{ rewardType: 'Money', discountAmountPrItem: 7.5 }] }),
      ],
    });
    assert.equal(perItem.at('orderForm.total'), 185);
  });

  it('adds shipping less its discounts, handling and the cash roundoff', async () => {
    const lineItems = [lineOf(rig)];
    const order = await orderWith({
      lineItems,
      handlingTotal: 10,
      grossRoundoff: -0.25,
      discounts: [{ discountType: 'Shipping', rewardType: 'Percentage', discountValue: 50 }],
      shipments: [{ shipmentId: 's', warehouseCode: 'oslo-city', lineItems, shippingSubTotal: 49.9 }],
    });
    assert.deepEqual(
      values(order, 'orderForm', ['shippingSubTotal', 'shippingDiscountTotal', 'shippingTotal', 'total']),
      [49.9, 24.95, 24.95, 134.7],
    );
    assert.deepEqual(
      values(order, 'orderForm.shipments.0', ['shippingTotal', 'shippingTax', 'subTotal', 'total']),
      [24.95, 4.99, 100, 124.95],
    );
    const free = await orderWith({
      lineItems,
      shipments: [
        {
          shipmentId: 's',
          lineItems,
          shippingSubTotal: 49,
          discounts: [{ discountType: 'Shipping', rewardType: 'Free' }],
        },
      ],
    });
    assert.equal(free.at('orderForm.shippingTotal'), 0);
    assert.equal(free.at('orderForm.total'), 100);
  });

  it('taxes each line by its rate, else by the market’s', async () => {
    const order = await orderWith({
      lineItems: [
        lineOf(rig, { lineItemId: '1', placedPrice: 115, taxRate: 15 }),
        lineOf(rig, { lineItemId: '2', placedPrice: 125, taxRate: undefined }),
        lineOf(rig, { lineItemId: '3', placedPrice: 50, taxRate: 0 }),
      ],
    });
    assert.deepEqual(
      order.list('orderForm.lineItems').map((line) => line.at('taxTotal')),
      [15, 25, 0],
    );
    assert.equal(order.at('orderForm.taxTotal'), 40);
    assert.equal(order.at('orderForm.totalExclTax'), 250);
  });

  it('ignores amounts that Omnium calculates, and dates it sets', async () => {
    const order = await orderWith({
      total: 1,
      lineItems: [lineOf(rig, { extendedPrice: 1, discountedPrice: 1, taxTotal: 1 })],
    });
    assert.equal(order.at('orderForm.total'), 100);
    assert.equal(order.at('orderForm.lineItems.0.extendedPrice'), 100);
    const patched = await rig.call('PATCH', `/api/Orders/${order.text('id')}/PatchOrder`, {
      tags: ['x'],
      modified: '2001-01-01T00:00:00Z',
    });
    assert.equal(patched.json.at('isModified'), true);
    assert.match(
      (await rig.call('GET', `/api/Orders/${order.text('id')}`)).json.text('modified'),
      /^20[2-9]\d-.*\.\d{7}Z$/,
    );
  });

  it('adds up payments', async () => {
    const pay = (transactionType: string, amount: number, status = 'Processed'): Record<string, unknown> => ({
      transactionType,
      amount,
      status,
      paymentMethodName: 'Klarna',
      transactionId: transactionType,
    });
    const order = await orderWith({
      payments: [pay('Authorization', 100), pay('Capture', 40), pay('Capture', 60, 'Failed')],
    });
    assert.deepEqual(values(order, 'orderForm', ['authorizedPaymentTotal', 'capturedPaymentTotal']), [100, 40]);
    assert.equal(order.at('remainingPayment'), 0);
    assert.equal((await orderWith({ payments: [pay('Sale', 30)] })).at('remainingPayment'), 70);
  });

  it('keeps exact cents for prices that floating point cannot hold', async () => {
    const order = await orderWith({ lineItems: [lineOf(rig, { quantity: 3, placedPrice: 1.1 })] });
    assert.equal(order.at('orderForm.total'), 3.3);
    assert.equal(order.at('orderForm.lineItems.0.discountedPrice'), 3.3);
  });
});
