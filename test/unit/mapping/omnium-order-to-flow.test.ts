import assert from 'node:assert/strict';
import { mapOmniumOrderToFlow, type DesiredOrder } from '../../../src/activities/orders/mapping/omnium-order-to-flow';
import { lineJson, omniumOrder, ORDER_RULES, type OrderJson } from '../../support/omnium-order';

const map = (order: OrderJson): DesiredOrder =>
  mapOmniumOrderToFlow(
    omniumOrder(order),
    { kind: 'click-and-collect', handlingUid: 'click_collect' },
    { orders: ORDER_RULES, settings: { OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: false }, timezone: 'Europe/Oslo' },
    order['status'] === 'OrderCanceled',
  );
const payment = (members: Record<string, unknown>): Record<string, unknown> => ({
  id: 'pay-1',
  amount: 100,
  status: 'Processed',
  transactionType: 'Sale',
  paymentMethodName: 'Klarna',
  ...members,
});

describe('order, Omnium → Flow', () => {
  it('strips the id for the uid and keeps the number people know', () => {
    const order = map({ id: 'NO-104.233', orderNumber: '104233' });
    assert.deepEqual([order.orderUid, order.externalOrderNumber], ['NO104233', '104233']);
  });

  it('is delivered on the day of the tenant’s own calendar (finding 27)', () => {
    const dayOf = (requestedDeliveryDate: string): unknown => map({ requestedDeliveryDate }).header.deliveryDate;
    assert.equal(dayOf('2026-12-23T23:00:00Z'), '2026-12-24');
    assert.equal(dayOf('2026-06-23T22:30:00Z'), '2026-06-24');
    assert.equal(dayOf('2026-12-24T10:00:00+01:00'), '2026-12-24');
    assert.equal(dayOf('2026-12-24'), '2026-12-24');
  });

  it('takes a line that costs nothing for one, where rounding leaves it half a cent below (finding 34)', () => {
    for (const [quantity, placedPrice] of [
      [0.25, 19.9],
      [0.25, 0.1],
      [0.75, 12.3],
    ] as const) {
      const [item] = map({ lines: [lineJson({ quantity, placedPrice, extendedPrice: -0.005 })] }).items;
      const { itemPrice = 0, itemDiscountAmount = 0 } = item ?? {};
      assert.equal(itemDiscountAmount, Math.round(itemPrice * quantity), `${quantity} × ${placedPrice}`);
    }
  });

  it('takes what was promised or paid as pre-payments: not what failed, and a captured promise once', () => {
    const payments = [
      payment({ id: 'auth', transactionType: 'Authorization', amount: 60.5 }),
      payment({ id: 'cap', transactionType: 'Capture', amount: '60.5' }),
      payment({ id: 'bad', status: 'Failed' }),
      payment({ id: 'sale', amount: 39.5 }),
      payment({ id: 'sale', amount: 39.5 }),
      payment({ id: 'zero', amount: 0 }),
    ];
    assert.deepEqual(map({ form: { total: 100, payments } }).prePayments, [
      { externalId: 'auth', amount: 6_050, paymentMethodName: 'Klarna' },
      { externalId: 'sale', amount: 3_950, paymentMethodName: 'Klarna' },
    ]);
  });

  it('tells of a payment that nothing identifies', () => {
    const order = map({ form: { total: 100, payments: [payment({ id: undefined })] } });
    assert.deepEqual(order.prePayments, []);
    assert.match(order.problems.join(), /neither id nor transactionId/);
  });

  it('sends the goods’ address, and the invoice address only where it differs', () => {
    const delivery = {
      name: 'Kari Anne Berg',
      line1: 'Storgata',
      streetNumber: '5',
      postalCode: '0155',
      city: 'Oslo',
      countryCode: 'no',
      phone: '+47 900 00 000',
    };
    const shipments = [{ shipmentId: '1', address: delivery }];
    const same = map({ billingAddress: delivery, form: { total: 100, shipments } });
    assert.deepEqual(same.header, {
      customerAddress: {
        firstname: 'Kari Anne',
        lastname: 'Berg',
        address: 'Storgata 5',
        postalCode: '0155',
        city: 'Oslo',
        countryCode: 'NO',
        mobile: '+4790000000',
      },
    });
    const other = map({ billingAddress: { ...delivery, line1: 'Torget' }, form: { total: 100, shipments } });
    assert.equal(other.header.invoiceAddress?.address, 'Torget 5');
  });

  it('tells what Flow has no place for, and any gap', () => {
    assert.deepEqual(map({ form: { total: 105.5, handlingTotal: 5, grossRoundoff: 0.5 } }).problems, [
      'orderForm.handlingTotal of 500 cents has no counterpart in Flow',
      'orderForm.grossRoundoff of 50 cents has no counterpart in Flow',
    ]);
    assert.deepEqual(map({ form: { total: 90 } }).problems, [
      'orderForm.total differs from the sum of its lines by -1000 cents',
    ]);
  });

  it('is cancelled where its status is of that class, or when every line is cancelled', () => {
    const partly = lineJson({ quantity: 2, canceledQuantity: 1 });
    const wholly = lineJson({ quantity: 2, canceledQuantity: '2.0' });
    const cancelled = (order: OrderJson): boolean => map(order).isCancelled;
    assert.equal(cancelled({ status: 'OrderCanceled' }), true);
    assert.equal(cancelled({ lines: [partly] }), false);
    assert.equal(cancelled({ lines: [wholly] }), true);
    assert.equal(cancelled({ lines: [] }), false);
  });
});
