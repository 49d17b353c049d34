import assert from 'node:assert/strict';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import type { FlowOrder } from '../../../src/clients/flow/orders';
import type { OmniumPosOrderWrite } from '../../../src/clients/omnium/orders';
import {
  isPrepayment,
  mapTillReturn,
  mapTillSale,
  partsOfReturn,
  prepaymentUid,
  REMITTANCE_SKU,
  returnsOf,
  tillLines,
  tillTotal,
  toOmniumLine,
  toOmniumPayment,
  withoutMainPackages,
} from '../../../src/activities/orders/mapping/till-to-omnium';
import { flowOrderOf } from '../../support/flow-order';

const context = {
  marketId: 'NOR',
  storeId: 'oslo-city',
  currency: 'NOK',
  propertyPrefix: 'flow',
  includeMainPackage: false,
  nameOf: (code: string | undefined): string => code ?? 'unknown',
};

interface LineSpec {
  readonly quantity: number;
  readonly itemPrice: number;
  readonly itemDiscountAmount?: number;
  readonly [member: string]: unknown;
}

function order(lines: readonly LineSpec[], more: Record<string, unknown> = {}): FlowOrder {
  const items = lines.map((line, index) => ({ orderItemUid: `i${index}`, sku: `S-${index}`, vatRate: 2500, ...line }));
  const net = items.reduce(
    (sum, { itemPrice, quantity, itemDiscountAmount = 0 }) =>
      sum + halfAway(itemPrice * quantity, 100) - itemDiscountAmount,
    0,
  );
  return flowOrderOf({
    orderUid: 'order-1',
    storeUid: 'oslocity',
    orderNumber: '1042',
    type: 'ORDER',
    orderState: 'COMPLETE',
    settleState: 'SETTLED',
    items,
    settlements: [],
    orderTotals: { totalAmount: net },
    ...more,
  });
}

function halfAway(dividend: number, divisor: number): number {
  return new Decimal(dividend).dividedBy(divisor).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber();
}

/** What Omnium makes of an order, by its own documented arithmetic (omnium-api.md §3.3). */
function totalInOmnium({ orderForm }: OmniumPosOrderWrite): number {
  const lines = orderForm.lineItems.reduce(
    (sum, line) => sum.plus(new Decimal(line.quantity).times(line.placedPrice).minus(line.discounted ?? 0)),
    new Decimal(0),
  );
  return lines
    .plus(orderForm.grossRoundoff ?? 0)
    .toDecimalPlaces(2, Decimal.ROUND_HALF_UP)
    .times(100)
    .toNumber();
}

const line = fc
  .record({
    quantity: fc.integer({ min: 1, max: 2_000 }),
    itemPrice: fc.integer({ min: 0, max: 500_000 }),
    share: fc.integer({ min: 0, max: 100 }),
  })
  .map(({ quantity, itemPrice, share }) => ({
    quantity,
    itemPrice,
    itemDiscountAmount: Math.floor((halfAway(itemPrice * quantity, 100) * share) / 100),
  }));

describe('a till sale on its way to Omnium', () => {
  it('adds up to the cent in Omnium, whatever its prices, pieces and discounts', () => {
    const anySale = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 12 }),
      orderDiscountShare: fc.integer({ min: 0, max: 100 }),
      rounding: fc.integer({ min: -50, max: 50 }),
    });
    fc.assert(
      fc.property(anySale, ({ lines, orderDiscountShare, rounding }) => {
        const before = order(lines).orderTotals.totalAmount;
        const totalAmount = before - Math.floor((before * orderDiscountShare) / 100);
        const sale = order(lines, { orderTotals: { totalAmount, cashRounding: rounding } });
        const mapped = mapTillSale(sale, tillLines(sale), context);
        assert.equal(totalInOmnium(mapped), totalAmount + rounding);
        assert.equal(tillTotal(sale, tillLines(sale)), totalAmount + rounding);
        assert.ok(mapped.orderForm.lineItems.every(({ discounted = 0 }) => discounted >= 0));
      }),
    );
  });

  it('turns every amount and quantity round for a return without a known sale', () => {
    const back = order([{ quantity: -150, itemPrice: 9_990, itemDiscountAmount: -1_000 }], { type: 'RETURN' });
    const mapped = mapTillSale(back, tillLines(back), context);
    assert.equal(mapped.orderForm.lineItems[0]?.quantity, -1.5);
    assert.equal(totalInOmnium(mapped), back.orderTotals.totalAmount);
    const unsigned = order([{ quantity: 150, itemPrice: 9_990, itemDiscountAmount: 1_000 }], { type: 'RETURN' });
    assert.deepEqual(
      tillLines(unsigned).map(({ quantity, net }) => [quantity, net]),
      [[-150, -13_985]],
    );
  });

  it('names the sale by its uid and keeps the numbers people quote as properties', () => {
    const sale = order([{ quantity: 100, itemPrice: 100 }], { voucherNumber: '77' });
    const mapped = mapTillSale(sale, tillLines(sale), { ...context, propertyPrefix: 'till', shippingMethodId: 'shop' });
    assert.equal(mapped.id, 'order-1');
    assert.equal(mapped.orderNumber, 'order-1');
    assert.deepEqual(mapped.properties, [
      { key: 'till.orderUid', value: 'order-1' },
      { key: 'till.orderNumber', value: '1042' },
      { key: 'till.voucherNumber', value: '77' },
    ]);
    assert.equal(mapped.orderForm.shipments?.[0]?.shippingMethodId, 'shop');
    assert.equal(mapped.orderForm.lineItems[0]?.taxRate, 25);
  });

  it('tells the contact only together with the customer', () => {
    const customerAddress = { firstname: 'Kari', lastname: 'Berg', email: 'kari@example.com' };
    const sale = order([{ quantity: 100, itemPrice: 100 }], { customerAddress });
    assert.equal(mapTillSale(sale, tillLines(sale), context).customerName, undefined);
    const known = mapTillSale(sale, tillLines(sale), context, 'c-1');
    assert.equal(known.customerName, 'Kari Berg');
  });

  it('moves the price of a package to its components, unless the package is a line of its own', () => {
    const sale = order([
      { quantity: 100, itemPrice: 10_001, sku: 'PACK' },
      { quantity: 100, itemPrice: 0, parentOrderItemUid: 'i0' },
      { quantity: 200, itemPrice: 0, parentOrderItemUid: 'i0' },
    ]);
    const lines = withoutMainPackages(tillLines(sale));
    assert.deepEqual(
      lines.map(({ item, net }) => [item.sku, net]),
      [
        ['S-1', 5_001],
        ['S-2', 5_000],
      ],
    );
    assert.equal(totalInOmnium(mapTillSale(sale, tillLines(sale), context)), 10_001);
    const whole = mapTillSale(sale, tillLines(sale), { ...context, includeMainPackage: true });
    assert.equal(whole.orderForm.lineItems.length, 3);
    assert.equal(totalInOmnium(whole), 10_001);
  });

  it('makes a payment-type order one REMITTANCE line', () => {
    const deposit = order([{ quantity: 100, itemPrice: 50_000 }], { type: 'PAYMENT' });
    const { lineItems } = mapTillSale(deposit, tillLines(deposit), context).orderForm;
    assert.deepEqual(
      lineItems.map(({ code, placedPrice }) => [code, placedPrice]),
      [[REMITTANCE_SKU, 500]],
    );
  });

  it('sends a line without a SKU under one code for all of them', () => {
    const [first] = tillLines(order([{ quantity: 100, itemPrice: 1, sku: undefined }]));
    assert.ok(first);
    assert.equal(toOmniumLine(first).code, 'NoSku');
  });

  it('knows a pre-payment of the web shop from a payment in the shop', () => {
    const settlementUid = prepaymentUid('order-1', 'pay-1');
    const prepaid = { settlementUid, externalId: 'pay-1', amount: 100 };
    assert.equal(isPrepayment('order-1', prepaid), true);
    assert.equal(isPrepayment('order-2', prepaid), false);
    assert.equal(isPrepayment('order-1', { settlementUid: 's-1', amount: 100 }), false);
    assert.deepEqual(toOmniumPayment({ settlementUid: 's-1', amount: -2_050, settlementCode: 'CARD' }, context), {
      ...{ id: 's-1', amount: 20.5, transactionType: 'Credit', status: 'Processed', paymentMethodName: 'CARD' },
      ...{ transactionId: 's-1', storeId: 'oslo-city' },
    });
  });
});

describe('a return on its way to Omnium', () => {
  const sold = order([{ quantity: 300, itemPrice: 10_000, externalId: '17' }], { orderUid: 'sold-1' });
  const linked = (quantity: number, itemPrice: number, itemDiscountAmount = 0): LineSpec => ({
    ...{ quantity, itemPrice, itemDiscountAmount, returnReasonCode: 'SIZE' },
    orderLinks: [{ orderUid: 'sold-1', orderItemUid: 'i0' }],
  });

  it('credits what was paid back, to the cent, for any number of pieces', () => {
    const pieces = fc.integer({ min: 1, max: 100_000 });
    const cents = fc.integer({ min: 0, max: 10_000_000 });
    fc.assert(
      fc.property(pieces, cents, (quantity, net) => {
        const back = order([{ ...linked(-quantity, 0), totalPrice: -net }], {
          ...{ type: 'RETURN', orderTotals: { totalAmount: -net } },
        });
        const lines = partsOfReturn(back).byOriginal.get('sold-1') ?? [];
        const request = mapTillReturn({ order: back, original: sold, lines, bought: [] }, context);
        const [first] = request.returns;
        const credited = new Decimal(first?.creditAmount ?? 0).times(first?.returnQuantity ?? 0);
        assert.equal(credited.toDecimalPlaces(2, Decimal.ROUND_HALF_UP).times(100).toNumber(), net);
        assert.equal(request.creditAmount, net / 100);
      }),
    );
  });

  it('names the line as Omnium knows it, and never asks for the money to be paid back again', () => {
    const back = order([linked(-100, 10_000), linked(-100, 10_000)], { type: 'RETURN', orderUid: 'return-1' });
    const lines = partsOfReturn(back).byOriginal.get('sold-1') ?? [];
    const request = mapTillReturn({ order: back, original: sold, lines, bought: [] }, context);
    assert.equal(request.rmaNumber, 'return-1');
    assert.equal(request.creditPayment, false);
    assert.deepEqual(request.returns, [
      { lineItemId: '17', returnQuantity: 2, creditAmount: 100, returnReason: 'SIZE' },
    ]);
    assert.equal(request.omniumExchangeOrderOptions, undefined);
  });

  it('takes an exchange apart: what came back, what nobody sold, what was bought', () => {
    const exchange = order(
      [linked(-100, 10_000), { quantity: -100, itemPrice: 500 }, { quantity: 100, itemPrice: 15_000 }],
      { type: 'RETURN', orderUid: 'exchange-1' },
    );
    const parts = partsOfReturn(exchange);
    assert.deepEqual([...parts.byOriginal.keys()], ['sold-1']);
    assert.deepEqual(parts.blind, [], 'what nobody knows the sale of goes on the order of the new goods');
    const lines = parts.byOriginal.get('sold-1') ?? [];
    const request = mapTillReturn({ order: exchange, original: sold, lines, bought: parts.bought }, context);
    const options = request.omniumExchangeOrderOptions;
    assert.equal(options?.exchangeOrderId, 'exchange-1');
    assert.deepEqual(
      options?.exchangeOrderLines.map(({ quantity, placedPrice }) => [quantity, placedPrice]),
      [
        [1, 150],
        [-1, 5],
      ],
    );
  });

  it('of several sales belongs to each of them, its new goods to the first alone', () => {
    const from = (orderUid: string): LineSpec => ({
      ...{ quantity: -100, itemPrice: 10_000 },
      orderLinks: [{ orderUid, orderItemUid: 'i0' }],
    });
    const back = order([from('sold-2'), from('sold-1'), { quantity: 100, itemPrice: 4_000 }], { type: 'RETURN' });
    const sales = ['sold-1', 'sold-2'].map((orderUid) => order([{ quantity: 100, itemPrice: 10_000 }], { orderUid }));
    const shares = sales.flatMap((sale) => returnsOf(back, [sale]));
    assert.deepEqual(
      shares.map(({ original, lines, bought }) => [original.orderUid, lines.length, bought.length]),
      [
        ['sold-1', 1, 1],
        ['sold-2', 1, 0],
      ],
    );
  });
});
