import assert from 'node:assert/strict';
import type { FlowOrder } from '../../../src/clients/flow/orders';
import {
  mapOmniumOrderToFlow,
  type DesiredHeader,
  type DesiredOrder,
} from '../../../src/activities/orders/mapping/omnium-order-to-flow';
import { planFlowChanges as plan, type FlowChanges } from '../../../src/activities/orders/mapping/plan-flow-changes';
import { lineJson, omniumOrder, ORDER_RULES, type OrderJson } from '../../support/omnium-order';
import { flowOrderOf } from '../../support/flow-order';

const desired = (order: OrderJson = {}): DesiredOrder =>
  mapOmniumOrderToFlow(
    omniumOrder(order),
    { kind: 'click-and-collect', handlingUid: 'cc' },
    { orders: ORDER_RULES, settings: { OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: false }, timezone: 'Europe/Oslo' },
    order['status'] === 'OrderCanceled',
  );

/** The plan with the header that Omnium gives, and members that only a look at Flow gives. */
function planFlowChanges(existing: FlowOrder, order: DesiredOrder, more: DesiredHeader = {}): FlowChanges {
  return plan(existing, order, { ...order.header, ...more });
}

/** The order as Flow has it when nothing differs, with some members of it or of its first line changed. */
function inFlow(
  order: DesiredOrder,
  members: Record<string, unknown> = {},
  firstItem: Record<string, unknown> = {},
): FlowOrder {
  const items = order.items.map((item, index) => ({
    ...item,
    orderItemUid: `item-${index}`,
    ...(index === 0 ? firstItem : {}),
  }));
  return flowOrderOf({
    orderUid: order.orderUid,
    storeUid: 'oslocity',
    orderState: 'PARKED',
    items,
    orderhandlings: [{ handlingUid: 'cc' }],
    orderTotals: { totalAmount: order.totalCents },
    ...order.header,
    ...members,
  });
}

describe('changes of an order in Flow', () => {
  it('finds none in an order that is right', () => {
    const order = desired({ billingAddress: { name: 'Kari Berg', city: 'Oslo' } });
    const changes = planFlowChanges(inFlow(order), order);
    assert.deepEqual([changes.changedFields, changes.differences, changes.changesLines], [[], [], false]);
  });

  it('names each field that differs', () => {
    const order = desired();
    const changes = planFlowChanges(inFlow(order, {}, { quantity: 200, itemPrice: 1, itemDiscountAmount: 5 }), order);
    assert.deepEqual(changes.changedFields, ['items[1].quantity', 'items[1].itemPrice', 'items[1].itemDiscountAmount']);
    assert.equal(changes.itemsToUpdate[0]?.orderItemUid, 'item-0');
  });

  it('adds lines that are new and removes lines that are gone', () => {
    const before = desired({ lines: [lineJson({ lineItemId: 'a' }), lineJson({ lineItemId: 'b' })] });
    const after = desired({ lines: [lineJson({ lineItemId: 'b' }), lineJson({ lineItemId: 'c' })] });
    const changes = planFlowChanges(inFlow(before), after);
    assert.deepEqual(
      changes.itemsToAdd.map((item) => item.externalId),
      ['c'],
    );
    assert.deepEqual(
      changes.itemsToDelete.map((item) => item.externalId),
      ['a'],
    );
    assert.deepEqual(changes.itemsToUpdate, []);
  });

  it('replaces a line whose product changed', () => {
    const order = desired();
    const changes = planFlowChanges(inFlow(order, {}, { sku: 'OTHER' }), order);
    assert.equal(changes.itemsToDelete.length, 1);
    assert.equal(changes.itemsToAdd.length, 1);
  });

  it('leaves lines alone that are paid or handed over, and says so', () => {
    const order = desired();
    for (const state of [{ quantitySettled: 100 }, { quantityDelivered: 100 }]) {
      const changed = planFlowChanges(inFlow(order, {}, { ...state, itemPrice: 1 }), order);
      assert.equal(changed.changesLines, false);
      assert.match(
        changed.differences.join(),
        /items\[1\]: itemPrice changed in Omnium after the line was paid or handed over/,
      );
      const gone = planFlowChanges(inFlow(order, {}, state), desired({ lines: [lineJson({ lineItemId: '2' })] }));
      assert.deepEqual(gone.itemsToDelete, []);
      assert.match(gone.differences.join(), /items\[1\]: removed in Omnium/);
    }
  });

  it('never touches a line that the shop added', () => {
    const order = desired();
    const changes = planFlowChanges(inFlow(order, {}, { externalId: undefined }), order);
    assert.deepEqual(changes.itemsToDelete, []);
    assert.match(changes.differences.join(), /1 lines were added in the shop/);
  });

  it('adds a pre-payment once, by payment id', () => {
    const payments = [{ id: 'pay-1', amount: 100, status: 'Processed', transactionType: 'Sale' }];
    const order = desired({ form: { total: 100, payments } });
    assert.equal(planFlowChanges(inFlow(order), order).prePaymentsToAdd.length, 1);
    const paid = inFlow(order, { settlements: [{ settlementUid: 'x', amount: 10_000, externalId: 'pay-1' }] });
    assert.deepEqual(planFlowChanges(paid, order).prePaymentsToAdd, []);
    const paidLess = inFlow(order, { settlements: [{ settlementUid: 'x', amount: 9_000, externalId: 'pay-1' }] });
    assert.match(planFlowChanges(paidLess, order).differences.join(), /paid or promised 10000 cents, Flow has 9000/);
  });

  it('writes customer, deadline and handling only when they differ', () => {
    const order = desired();
    const right = inFlow(order, { customerUid: 'c1', validUntil: '2026-11-25T22:59:59.999Z' });
    const header = { customerUid: 'c1', validUntil: '2026-11-25T23:59:59.999+01:00' };
    assert.deepEqual(planFlowChanges(right, order, header).changedFields, []);
    const other = planFlowChanges(inFlow(order, { orderhandlings: [] }), order, header);
    assert.deepEqual(other.changedFields, ['customerUid', 'validUntil', 'handling']);
    assert.equal(other.addHandling, true);
  });
});
