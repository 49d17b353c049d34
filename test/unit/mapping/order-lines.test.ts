import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  mapOrderLines,
  SHIPPING_EXTERNAL_ID,
  totalOfItems,
} from '../../../src/activities/orders/mapping/omnium-order-to-flow';
import { lineJson, omniumOrder, ORDER_RULES, type OrderJson } from '../../support/omnium-order';

const items = (
  order: OrderJson,
  rules: { readonly includeMainPackage?: boolean } = {},
): ReturnType<typeof mapOrderLines> =>
  mapOrderLines(omniumOrder(order), {
    orders: ORDER_RULES,
    timezone: 'Europe/Oslo',
    settings: { OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: rules.includeMainPackage ?? false },
  });
const amounts = (order: OrderJson, rules: { readonly includeMainPackage?: boolean } = {}): (string | number)[][] =>
  items(order, rules).map((item) => [item.externalId, item.quantity, item.itemPrice, item.itemDiscountAmount]);

describe('order lines, Omnium → Flow', () => {
  it('carries price, quantity and SKU over, case and blanks of the SKU included', () => {
    const [item] = items({
      lines: [lineJson({ code: '85123a B', quantity: 2.5, placedPrice: 199.5, displayName: 'Holder' })],
    });
    assert.deepEqual(item, {
      externalId: '1',
      sku: '85123a B',
      name: 'Holder',
      quantity: 250,
      itemPrice: 19_950,
      itemDiscountAmount: 0,
    });
  });

  it('takes line and order discounts together as the line’s discount', () => {
    // The vendor's own example: 2 × 500, 10 % off the order.
    const lines = [
      lineJson({ quantity: 2, placedPrice: 500, discountedPrice: 1000, orderDiscountAmount: 100, extendedPrice: 900 }),
    ];
    assert.deepEqual(amounts({ lines }), [['1', 200, 50_000, 10_000]]);
  });

  it('leaves cancelled pieces out, and a line with none left', () => {
    const lines = [
      lineJson({ lineItemId: '1', quantity: 3, canceledQuantity: 1, extendedPrice: 200 }),
      lineJson({ lineItemId: '2', quantity: 2, canceledQuantity: 2, extendedPrice: 0 }),
    ];
    assert.deepEqual(amounts({ lines }), [['1', 200, 10_000, 0]]);
  });

  it('syncs lines of price 0', () => {
    assert.deepEqual(amounts({ lines: [lineJson({ placedPrice: 0, extendedPrice: 0 })] }), [['1', 100, 0, 0]]);
  });

  it('raises a price with three decimals and takes the rest off again', () => {
    const lines = [lineJson({ quantity: 10, placedPrice: 0.164, extendedPrice: 1.64 })];
    assert.deepEqual(amounts({ lines }), [['1', 1_000, 17, 6]]);
  });

  it('gives cents lost by rounding to the lines that lost most', () => {
    const lines = ['1', '2', '3'].map((lineItemId) =>
      lineJson({ lineItemId, placedPrice: 40, extendedPrice: 33.3333 }),
    );
    const mapped = items({ lines, form: { total: 100 } });
    assert.equal(totalOfItems(mapped), 10_000);
    assert.deepEqual(
      mapped.map((item) => item.itemDiscountAmount),
      [666, 667, 667],
    );
  });

  it('does not hide a gap that rounding cannot explain', () => {
    assert.equal(totalOfItems(items({ lines: [lineJson()], form: { total: 90 } })), 10_000);
  });

  it('adds shipping as a line of the shipping product, with its discount', () => {
    const form = {
      total: 129,
      shippingSubTotal: 49,
      shippingDiscountTotal: 20,
      shippingTotal: 29,
      shipments: [{ shippingMethodName: 'Home' }],
    };
    assert.deepEqual(items({ form })[1], {
      externalId: SHIPPING_EXTERNAL_ID,
      sku: 'SHIPPING',
      name: 'Home',
      quantity: 100,
      itemPrice: 4_900,
      itemDiscountAmount: 2_000,
    });
  });

  it('has no line for free shipping', () => {
    assert.equal(items({ form: { total: 100, shippingSubTotal: 49, shippingTotal: 0 } }).length, 1);
  });

  describe('packages', () => {
    const lines = [
      lineJson({ lineItemId: 'p', code: 'PACK', placedPrice: 250, extendedPrice: 250, isPackageProduct: true }),
      lineJson({
        lineItemId: 'a',
        placedPrice: 0,
        suggestedRetailPrice: 200,
        extendedPrice: 0,
        packageLineItemId: 'p',
      }),
      lineJson({
        lineItemId: 'b',
        quantity: 2,
        placedPrice: 0,
        suggestedRetailPrice: 50,
        extendedPrice: 0,
        packageLineItemId: 'p',
      }),
    ];

    it('moves the price of a left-out package to its components, in proportion and to the cent', () => {
      const mapped = items({ lines });
      assert.deepEqual(
        mapped.map((item) => item.externalId),
        ['a', 'b'],
      );
      assert.equal(totalOfItems(mapped), 25_000);
      assert.deepEqual(
        mapped.map((item) => item.itemPrice),
        [16_667, 4_167],
      );
    });

    it('keeps the package’s own line when the setting says so', () => {
      assert.deepEqual(amounts({ lines }, { includeMainPackage: true }), [
        ['p', 100, 25_000, 0],
        ['a', 100, 0, 0],
        ['b', 200, 0, 0],
      ]);
    });

    it('keeps a package that has no component lines, or its goods would be lost', () => {
      assert.deepEqual(amounts({ lines: lines.slice(0, 1) }), [['p', 100, 25_000, 0]]);
    });
  });

  it('refuses two lines with one id', () => {
    assert.throws(() => items({ lines: [lineJson(), lineJson()] }), /orderForm.lineItems: two lines have the id 1/);
  });

  it('adds up to the order’s total, to the cent, for any prices, quantities and discounts', () => {
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 99_999 }).map((hundredths) => hundredths / 100),
      placedPrice: fc.integer({ min: 0, max: 10_000_000 }).map((thousandths) => thousandths / 1_000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), (drawn) => {
        const lines = drawn.map(({ quantity, placedPrice, share }, index) =>
          lineJson({
            lineItemId: String(index),
            quantity,
            placedPrice,
            extendedPrice: Number((quantity * placedPrice * share).toFixed(4)),
          }),
        );
        const exact = lines.reduce((sum, { extendedPrice }) => sum + Math.round(Number(extendedPrice) * 10_000), 0);
        const totalCents = Math.round(exact / 100);
        const mapped = items({ lines, form: { total: totalCents / 100 } });
        assert.equal(totalOfItems(mapped), totalCents);
        for (const item of mapped) assert.ok(item.itemDiscountAmount >= 0 && Number.isInteger(item.itemPrice));
      }),
    );
  });
});
