import assert from 'node:assert/strict';

import fc from 'fast-check';

import { type Order, type OrderItem } from '../../sandbox/flow/orders/order-model';
import { divideRounded, lineTotal, reservationOf, rollUp, vatWithin } from '../../sandbox/flow/orders/order-rules';

const item = (fields: Partial<OrderItem> = {}): OrderItem => ({
  orderItemUid: 'i',
  productUid: 'p',
  sku: 's',
  productType: 'STOCK',
  name: 'n',
  note: null,
  externalId: null,
  parentOrderItemUid: null,
  ledgerNumber: null,
  quantity: 100,
  itemPrice: 1_000,
  itemCost: null,
  itemDiscountAmount: 0,
  itemDiscountPercentage: null,
  discountReasonCode: null,
  returnReasonCode: null,
  orderDiscountShare: 0,
  vatRate: 2_500,
  quantityDelivered: 0,
  quantitySettled: 0,
  quantityReserved: 0,
  orderLinks: [],
  ...fields,
});

const order = (items: OrderItem[], fields: Partial<Order> = {}): Order => ({
  orderUid: 'o',
  storeUid: 's',
  orderNumber: '1',
  externalOrderNumber: null,
  externalVoucherNumber: null,
  type: 'ORDER',
  orderState: 'OPEN',
  settleState: 'NOT_STARTED',
  deliveryState: 'NOT_STARTED',
  orderDate: '2026-01-01T00:00:00.000Z',
  customerUid: null,
  customerAddress: null,
  shippingAddress: null,
  invoiceAddress: null,
  deliveryDate: null,
  validUntil: null,
  note: null,
  internalNote: null,
  warehouseUid: 'w',
  systemOrigin: 'API',
  tenantUserUid: 'integration',
  voucherNumber: null,
  settledAt: null,
  items,
  settlements: [],
  handlings: [],
  deliveries: [],
  discounts: [],
  totals: { totalAmount: 0, totalVatAmount: 0, totalDiscountAmount: 0, totalSettled: 0, cashRounding: 0 },
  ...fields,
});

const wholeOrder = (type: 'AMOUNT' | 'PERCENTAGE', amount: number): Order['discounts'][number] => ({
  orderDiscountUid: 'd',
  type,
  amount,
  origin: 'CAMPAIGN',
  name: null,
  discountCode: null,
  discountReasonCode: null,
  discountReference: null,
  campaignUid: null,
  validTo: null,
  maxUsage: null,
  scope: 'WHOLE_ORDER',
  orderItemUids: [],
});

describe("Flow's order rules", () => {
  it('rounds half away from zero', () => {
    const cases = [
      [5, 10, 1],
      [-5, 10, -1],
      [4, 10, 0],
      [-4, 10, 0],
      [15, 10, 2],
      [25, 10, 3],
      [-25, 10, -3],
      [100, 100, 1],
    ] as const;
    for (const [numerator, denominator, expected] of cases) {
      assert.ok(Object.is(divideRounded(numerator, denominator), expected), `${numerator}/${denominator}`);
    }
  });

  it('finds the VAT within an amount, also at 25.5 %', () => {
    assert.equal(vatWithin(12_500, 2_500), 2_500);
    assert.equal(vatWithin(12_550, 2_550), 2_550);
    assert.equal(vatWithin(-12_500, 2_500), -2_500);
    assert.equal(vatWithin(999, 0), 0);
  });

  it('shares a discount on the whole order out to the cent, whatever the lines', () => {
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 10_000 }),
      itemPrice: fc.integer({ min: 0, max: 9_999_999 }),
      vatRate: fc.constantFrom(0, 1_200, 1_500, 2_500, 2_550),
    });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 10_000 }),
        (lines, share) => {
          const items = lines.map((fields) => item(fields));
          const document = order(items, { discounts: [wholeOrder('PERCENTAGE', share)] });
          rollUp(document);
          const gross = items.reduce((sum, one) => sum + lineTotal(one), 0);
          const shared = items.reduce((sum, one) => sum + one.orderDiscountShare, 0);
          assert.equal(document.totals.totalAmount, gross - shared);
          assert.equal(shared, divideRounded(gross * share, 10_000));
          assert.ok(document.totals.totalVatAmount <= document.totals.totalAmount);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never discounts more than the lines are worth', () => {
    const document = order([item()], { discounts: [wholeOrder('AMOUNT', 5_000)] });
    rollUp(document);
    assert.deepEqual([document.totals.totalAmount, document.totals.totalVatAmount], [0, 0]);
  });

  it('keeps a share-based line discount in step with the line', () => {
    const line = item({ itemDiscountPercentage: 1_250 });
    const document = order([line]);
    rollUp(document);
    assert.equal(line.itemDiscountAmount, 125);
    line.quantity = 300;
    rollUp(document);
    assert.equal(line.itemDiscountAmount, 375);
  });

  it('reserves goods of waiting orders only', () => {
    const line = item({ quantity: 500, quantityDelivered: 200 });
    for (const orderState of ['OPEN', 'PARKED', 'CONFIRMED'] as const) {
      assert.equal(reservationOf(order([line], { orderState }), line), 300);
    }
    assert.equal(reservationOf(order([line], { orderState: 'CANCELLED' }), line), 0);
    assert.equal(reservationOf(order([line], { type: 'OFFER' }), line), 0);
    for (const productType of ['NON_PHYSICAL', 'PACKAGE', 'NON_STOCK'] as const) {
      const other = item({ productType });
      assert.equal(reservationOf(order([other]), other), 0, productType);
    }
  });
});
