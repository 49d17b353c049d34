import assert from 'node:assert/strict';

import { flowOrderSchema } from '../../src/clients/flow/orders';
import { omniumPrivateCustomerSchema } from '../../src/clients/omnium/customers';
import { omniumOrderSchema } from '../../src/clients/omnium/orders';
import { tidyJson } from '../../src/clients/wire';

const line = { lineItemId: '1', code: '104233-M', quantity: 2, placedPrice: 199.5 };
const order = { id: '104233', orderForm: { lineItems: [line] } };

function readOrder(document: unknown): ReturnType<typeof omniumOrderSchema.safeParse> {
  return omniumOrderSchema.safeParse(tidyJson(document, 'first-letter-any-case'));
}

function readLine(members: Record<string, unknown>): unknown {
  const result = readOrder({ id: '1', orderForm: { lineItems: [{ ...line, ...members }] } });
  return result.success ? result.data.orderForm.lineItems[0] : result.error.issues.map((issue) => issue.path.join('.'));
}

describe('Omnium order', () => {
  it('needs little: an id and lines', () => {
    const result = readOrder(order);
    assert.ok(result.success);
    assert.equal(result.data.orderNumber, '104233');
    assert.deepEqual(result.data.orderForm.payments, []);
    assert.equal(result.data.status, undefined);
  });

  it('keeps amounts as received, as number or as text', () => {
    const read = readLine({ placedPrice: '199.50', quantity: '2', discounted: 0.1, taxRate: ' 25 ' });
    assert.deepEqual(read, {
      ...line,
      placedPrice: '199.50',
      quantity: '2',
      discounted: 0.1,
      taxRate: '25',
      orderLineDiscounts: [],
      properties: [],
    });
  });

  it('takes SKUs as they are: case, inner spaces, and numbers', () => {
    for (const code of ['85123a', '85123A', 'gift 0001_20', ' M']) {
      assert.equal((readLine({ code }) as { code: string }).code, code);
    }
    assert.equal((readLine({ code: 22423 }) as { code: string }).code, '22423');
  });

  it('takes null, blank and absent members for the same', () => {
    const result = readOrder({
      ...order,
      status: null,
      customerEmail: '',
      billingAddress: null,
      tags: null,
      orderForm: { ...order.orderForm, payments: null, total: null, taxTotal: '' },
    });
    assert.ok(result.success);
    assert.equal(result.data.status, undefined);
    assert.equal(result.data.customerEmail, undefined);
    assert.equal(result.data.billingAddress, undefined);
    assert.deepEqual(result.data.tags, []);
    assert.equal(result.data.orderForm.taxTotal, undefined);
  });

  it('reads members whose first letter is upper case', () => {
    const result = readOrder({
      Id: 'A1',
      OrderForm: { LineItems: [{ LineItemId: '1', Code: 'X', Quantity: 1, PlacedPrice: 0, IsPackage: 'True' }] },
    });
    assert.ok(result.success);
    assert.equal(result.data.orderForm.lineItems[0]?.isPackage, true);
  });

  it('prefers the camel-case spelling when both are there', () => {
    const result = readOrder({ ...order, Status: 'Old', status: 'New' });
    assert.equal(result.data?.status, 'New');
  });

  it('knows an unset date and reads a date without a zone as UTC', () => {
    const result = readOrder({
      ...order,
      created: '0001-01-01T00:00:00',
      modified: '2022-12-04T07:28:50.1521376Z',
      customerPickupDeadline: '2026-12-24T15:00:00',
      requestedDeliveryDate: '2026-12-24',
    });
    assert.equal(result.data?.created, undefined);
    assert.equal(result.data?.modified, '2022-12-04T07:28:50.1521376Z');
    assert.equal(result.data?.customerPickupDeadline, '2026-12-24T15:00:00Z');
    assert.equal(result.data?.requestedDeliveryDate, '2026-12-24');
  });

  it('accepts order types, statuses and members that nobody documented', () => {
    const result = readOrder({ ...order, orderType: 'KitchenTable', status: 'Sleeping', somethingNew: { a: [1] } });
    assert.equal(result.data?.orderType, 'KitchenTable');
    assert.ok(result.success && !('somethingNew' in result.data));
  });

  it('refuses an order whose lines are not told, rather than reading it as empty', () => {
    for (const orderForm of [undefined, null, {}, { lineItems: null }, { lineItems: [null] }]) {
      assert.equal(readOrder({ id: '1', orderForm }).success, false, JSON.stringify(orderForm));
    }
    assert.ok(readOrder({ id: '1', orderForm: { lineItems: [] } }).success);
  });

  it('names the member that is wrong', () => {
    assert.deepEqual(readLine({ quantity: '1,5' }), ['orderForm.lineItems.0.quantity']);
    assert.deepEqual(readLine({ placedPrice: null }), ['orderForm.lineItems.0.placedPrice']);
    assert.deepEqual(readLine({ code: ' ' }), ['orderForm.lineItems.0.code']);
    assert.deepEqual(readLine({ taxRate: 'NaN' }), ['orderForm.lineItems.0.taxRate']);
  });

  it('reads its returns, also those that nobody made with our care', () => {
    const result = readOrder({
      ...order,
      isReadOnly: true,
      completed: '2026-11-20T10:00:00',
      returnOrderForms: [
        { ReturnId: 'R1', RmaNumber: 'r1', LineItems: [{ ...line, ReturnQuantity: '1.0' }], total: '199.50' },
        { lineItems: null, replacementOrderIds: null },
      ],
    });
    assert.ok(result.success);
    assert.equal(result.data.completed, '2026-11-20T10:00:00Z');
    assert.equal(result.data.isReadOnly, true);
    assert.deepEqual(result.data.returnOrderForms, [
      {
        returnId: 'R1',
        rmaNumber: 'r1',
        total: '199.50',
        lineItems: [{ lineItemId: '1', returnQuantity: '1.0' }],
        replacementOrderIds: [],
      },
      { lineItems: [], replacementOrderIds: [] },
    ]);
    assert.deepEqual(readOrder({ ...order, returnOrderForms: null }).data?.returnOrderForms, []);
    assert.equal(readOrder({ ...order, returnOrderForms: [{ lineItems: [{ lineItemId: '1' }] }] }).success, false);
  });

  it('refuses a date that is none', () => {
    assert.equal(readOrder({ ...order, created: 'yesterday' }).success, false);
  });
});

describe('Omnium customer', () => {
  it('reads external ids in both documented spellings', () => {
    const result = omniumPrivateCustomerSchema.parse({
      customerId: 'c1',
      externalIds: [
        { providerName: 'Voyado', id: 'v1' },
        { source: 'Other', value: 'o1' },
      ],
    });
    assert.deepEqual(result.externalIds, [
      { providerName: 'Voyado', id: 'v1' },
      { providerName: 'Other', id: 'o1' },
    ]);
  });
});

describe('Flow order', () => {
  const item = {
    ...{ orderItemUid: 'i1', quantity: 200, quantityDelivered: 0, quantitySettled: 0 },
    ...{ itemPrice: 19950, itemDiscountAmount: 0, vatRate: 2500 },
  };
  const flowOrder = {
    orderUid: 'o1',
    storeUid: 's1',
    orderState: 'OPEN',
    settleState: 'NOT_STARTED',
    deliveryState: 'NOT_STARTED',
    items: [item],
    orderTotals: { totalAmount: 39900 },
  };

  it('reads whole numbers that arrive as text', () => {
    const read = flowOrderSchema.parse({ ...flowOrder, items: [{ ...item, quantity: '200', itemPrice: '19950.0' }] });
    assert.equal(read.items[0]?.quantity, 200);
    assert.equal(read.items[0]?.itemPrice, 19950);
  });

  it('refuses amounts and quantities that are not whole', () => {
    for (const wrong of [{ quantity: 1.5 }, { itemPrice: 199.5 }, { itemPrice: '199.50' }, { quantity: 1e20 }]) {
      const result = flowOrderSchema.safeParse({ ...flowOrder, items: [{ ...item, ...wrong }] });
      assert.equal(result.success, false, JSON.stringify(wrong));
    }
  });

  it('accepts a state that nobody documented, and refuses an order without its lines', () => {
    assert.equal(flowOrderSchema.parse({ ...flowOrder, orderState: 'ON_HOLD' }).orderState, 'ON_HOLD');
    assert.equal(flowOrderSchema.safeParse({ ...flowOrder, items: undefined }).success, false);
  });

  it('reads what a till adds: rates, links, discounts, rounding', () => {
    const discount = { orderDiscountUid: 'd1', type: 'PERCENTAGE', amount: 1000, scope: 'WHOLE_ORDER' };
    const read = flowOrderSchema.parse({
      ...flowOrder,
      items: [{ ...item, vatRate: '2500', orderLinks: [{ orderUid: 'o0', orderItemUid: 'i0', order: {} }] }],
      discounts: [discount],
      orderTotals: { totalAmount: 35910, cashRounding: -10 },
      createdBy: 'integration',
    });
    assert.equal(read.items[0]?.vatRate, 2500);
    assert.deepEqual(read.items[0].orderLinks, [{ orderUid: 'o0', orderItemUid: 'i0' }]);
    assert.deepEqual(read.discounts, [discount]);
    assert.equal(read.orderTotals.cashRounding, -10);
    assert.equal(read.createdBy, 'integration');
  });

  it('does not fail over how Flow tells who changed something', () => {
    for (const lastModifiedBy of [undefined, { Id: 7, Uid: 'u7' }, ['u7'], true]) {
      assert.equal(flowOrderSchema.parse({ ...flowOrder, lastModifiedBy }).lastModifiedBy, undefined);
    }
    assert.equal(flowOrderSchema.parse({ ...flowOrder, lastModifiedBy: 7 }).lastModifiedBy, '7');
  });

  it('refuses a link that does not name a line', () => {
    const broken = { ...flowOrder, items: [{ ...item, orderLinks: [{ orderUid: 'o0' }] }] };
    assert.equal(flowOrderSchema.safeParse(broken).success, false);
  });
});
