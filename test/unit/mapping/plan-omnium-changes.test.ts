import assert from 'node:assert/strict';
import type { FlowOrder } from '../../../src/clients/flow/orders';
import { omniumOrderSchema, type OmniumOrder } from '../../../src/clients/omnium/orders';
import { stateOfLines } from '../../../src/activities/orders/mapping/omnium-order-to-flow';
import { readMarker, withMarker } from '../../../src/activities/orders/mapping/plan-flow-changes';
import {
  planOmniumChanges as plan,
  type OmniumChanges,
} from '../../../src/activities/orders/mapping/plan-omnium-changes';
import { ORDER_RULES } from '../../support/omnium-order';
import { flowOrderOf } from '../../support/flow-order';

const settings = { OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS: false };

/** The plan for an order whose lines in Omnium are as they were at the last sync, unless told otherwise. */
function planOmniumChanges(
  shop: FlowOrder,
  known: OmniumOrder,
  orders = ORDER_RULES,
  isUntouched = true,
): OmniumChanges {
  return plan(shop, known, { orders, settings, timezone: 'Europe/Oslo' }, isUntouched);
}

function changesOmnium({ changedFields }: OmniumChanges): boolean {
  return changedFields.length > 0;
}

type Members = Readonly<Record<string, unknown>>;

function omnium(lineItems: readonly Members[], payments: readonly Members[] = []): OmniumOrder {
  const lines = lineItems.map((line, index) => ({
    ...{ lineItemId: String(index + 1), code: `S-${index + 1}`, quantity: 1, placedPrice: 100 },
    ...line,
  }));
  return omniumOrderSchema.parse({ id: 'NO-1', status: 'New', orderForm: { lineItems: lines, payments } });
}

function flow(items: readonly Members[], more: Members = {}): FlowOrder {
  const lines = items.map((item, index) => ({
    ...{ orderItemUid: `u${index + 1}`, externalId: String(index + 1), sku: `S-${index + 1}` },
    ...{ quantity: 100, itemPrice: 10_000, quantityDelivered: 0 },
    ...item,
  }));
  return flowOrderOf({
    ...{ orderUid: 'NO1', storeUid: 'oslocity', externalOrderNumber: 'NO-1', orderState: 'PARKED' },
    ...{ items: lines, settlements: [], orderTotals: { totalAmount: 10_000 * items.length } },
    ...more,
  });
}

describe('planOmniumChanges', () => {
  it('plans nothing where both sides agree', () => {
    assert.equal(changesOmnium(planOmniumChanges(flow([{}, {}]), omnium([{}, {}]))), false);
  });

  it('tells a whole hand-over with its status, and then nothing more', () => {
    const handedOver = flow([{ quantityDelivered: 100 }, { quantityDelivered: 100 }]);
    const plan = planOmniumChanges(handedOver, omnium([{}, {}]));
    assert.deepEqual(
      plan.progress.map(({ lineItemId, delivered }) => [lineItemId, delivered]),
      [
        ['1', 100],
        ['2', 100],
      ],
    );
    assert.equal(plan.status, 'Completed');
    const known = omnium([{ deliveredQuantity: 1 }, { deliveredQuantity: 1 }]);
    assert.equal(changesOmnium(planOmniumChanges(handedOver, known)), false);
  });

  it('tells only what Omnium does not know yet of a part', () => {
    const part = flow([{ quantity: 300, quantityDelivered: 200 }]);
    const plan = planOmniumChanges(part, omnium([{ quantity: 3, deliveredQuantity: 1 }]));
    assert.deepEqual(
      plan.progress.map(({ delivered }) => delivered),
      [100],
    );
    assert.equal(plan.status, undefined);
    const named = { ...ORDER_RULES, till: { ...ORDER_RULES.till, partlyHandedOverStatus: 'PartiallyDelivered' } };
    assert.equal(planOmniumChanges(part, omnium([{ quantity: 3 }]), named).status, 'PartiallyDelivered');
  });

  it('cancels what the shop took out, whole lines and pieces, and only when Omnium’s lines are as they were', () => {
    const taken = flow([{ quantity: 200 }]);
    const ordered = omnium([{ quantity: 3 }, { quantity: 2 }]);
    const plan = planOmniumChanges(taken, ordered);
    assert.deepEqual(
      plan.progress.map(({ lineItemId, cancelled }) => [lineItemId, cancelled]),
      [
        ['1', 100],
        ['2', 200],
      ],
    );
    const unsure = planOmniumChanges(taken, ordered, ORDER_RULES, false);
    assert.equal(changesOmnium(unsure), false);
  });

  it('never cancels what was delivered', () => {
    const plan = planOmniumChanges(flow([{}]), omnium([{}, { quantity: 2, deliveredQuantity: 1 }]));
    assert.deepEqual(
      plan.progress.map(({ lineItemId, cancelled }) => [lineItemId, cancelled]),
      [['2', 100]],
    );
  });

  it('completes an order whose last open line was taken out at the hand-over', () => {
    const plan = planOmniumChanges(flow([{ quantityDelivered: 100 }]), omnium([{}, {}]));
    assert.equal(plan.status, 'Completed');
  });

  it('adds lines of the shop’s own and payments taken there, each once', () => {
    const settlement = { settlementUid: 's-1', amount: 10_000, settlementCode: 'CARD' };
    const shop = flow([{}, { externalId: undefined, orderItemUid: 'own-1' }], { settlements: [settlement] });
    const plan = planOmniumChanges(shop, omnium([{}]));
    assert.deepEqual(
      plan.linesToAdd.map(({ item }) => item.orderItemUid),
      ['own-1'],
    );
    assert.deepEqual(
      plan.payments.map(({ settlementUid }) => settlementUid),
      ['s-1'],
    );
    const known = omnium([{}, { lineItemId: 'own-1' }], [{ id: 's-1', amount: 100 }]);
    assert.equal(changesOmnium(planOmniumChanges(shop, known)), false);
  });

  it('leaves money that an exchange gives back to its return, and adds what was paid on top', () => {
    const back = { quantity: -100, quantityDelivered: -100, orderLinks: [{ orderUid: 'S1', orderItemUid: 'x' }] };
    const exchange = (amount: number): FlowOrder =>
      flow([{ externalId: undefined }, { ...back, externalId: undefined }], {
        ...{ orderUid: 'E1', externalOrderNumber: undefined, type: 'RETURN', orderState: 'COMPLETE' },
        settlements: [{ settlementUid: 'm1', amount, settlementCode: 'CASH' }],
      });
    const bought = omnium([{ lineItemId: 'u1', deliveredQuantity: 1 }]);
    const paymentsOf = (amount: number): string[] =>
      planOmniumChanges(exchange(amount), bought).payments.map(({ settlementUid }) => settlementUid);
    assert.deepEqual(paymentsOf(-5_000), []);
    assert.deepEqual(paymentsOf(5_000), ['m1']);
  });

  it('hands a package’s own line over with the last of its components', () => {
    const ordered = omnium([{ lineItemId: 'pack' }, { packageLineItemId: 'pack' }, { packageLineItemId: 'pack' }]);
    const item = (id: string, quantityDelivered: number): Members => ({ externalId: id, quantityDelivered });
    const part = planOmniumChanges(flow([item('2', 100), item('3', 0)]), ordered);
    assert.deepEqual(
      part.progress.map(({ lineItemId }) => lineItemId),
      ['2'],
    );
    const whole = planOmniumChanges(flow([item('2', 100), item('3', 100)]), ordered);
    assert.deepEqual(
      whole.progress.map(({ lineItemId }) => lineItemId),
      ['pack', '2', '3'],
    );
    assert.equal(whole.status, 'Completed');
  });

  it('leaves more pieces in the shop than Omnium wants to the shop', () => {
    const plan = planOmniumChanges(flow([{ quantity: 300, quantityDelivered: 300 }]), omnium([{ quantity: 2 }]));
    assert.deepEqual(
      plan.progress.map(({ delivered }) => delivered),
      [200],
    );
  });
});

describe('finding 28: lines that Flow cannot count or does not have', () => {
  const delivered = (shop: FlowOrder, known: OmniumOrder): unknown =>
    planOmniumChanges(shop, known).progress.map((step) => [step.lineItemId, step.delivered / 100, step.cancelled]);

  for (const [quantity, inShop] of [
    [0.345, 35],
    [0.344, 34],
    [1.005, 100],
  ] as const) {
    it(`${quantity} kg are handed over as a whole, to the gram`, () => {
      const known = omnium([{ quantity }]);
      assert.deepEqual(delivered(flow([{ quantity: inShop }]), known), []);
      assert.deepEqual(delivered(flow([{ quantity: inShop, quantityDelivered: inShop }]), known), [['1', quantity, 0]]);
      const done = omnium([{ quantity, deliveredQuantity: quantity }]);
      assert.deepEqual(delivered(flow([{ quantity: inShop, quantityDelivered: inShop }]), done), []);
    });
  }

  it('a voucher that is no line in the shop is never taken out by it, and goes with the last goods', () => {
    const known = omnium([{}, { placedPrice: -30 }, {}]);
    const shop = (...quantities: readonly number[]): FlowOrder =>
      flow(quantities.map((quantityDelivered, index) => ({ externalId: String(index * 2 + 1), quantityDelivered })));
    assert.deepEqual(delivered(shop(0, 0), known), []);
    assert.deepEqual(delivered(shop(100, 0), known), [['1', 1, 0]]);
    const whole = planOmniumChanges(shop(100, 100), known);
    assert.deepEqual(
      whole.progress.map(({ lineItemId }) => lineItemId),
      ['1', '3', '2'],
    );
    assert.equal(whole.status, 'Completed');
    const done = omnium([
      { deliveredQuantity: 1 },
      { placedPrice: -30, deliveredQuantity: 1 },
      { deliveredQuantity: 1 },
    ]);
    assert.equal(changesOmnium(planOmniumChanges(shop(100, 100), done)), false);
  });
});

describe('the marker of the last sync', () => {
  it('stands behind what people wrote, and is replaced, not repeated', () => {
    const note = withMarker('Ring before noon', { kind: 'lines', state: '0a1b2c3d' });
    assert.equal(note, 'Ring before noon [omnium 0a1b2c3d]');
    assert.deepEqual(readMarker(note), { kind: 'lines', state: '0a1b2c3d' });
    assert.equal(withMarker(note, { kind: 'cancelled' }), 'Ring before noon [omnium cancelled]');
    assert.deepEqual(readMarker('[omnium cancelled]'), { kind: 'cancelled' });
    const writing = withMarker(note, { kind: 'writing', endsIn: 'CONFIRMED' });
    assert.equal(writing, 'Ring before noon [omnium writing CONFIRMED]');
    assert.deepEqual(readMarker(writing), { kind: 'writing', endsIn: 'CONFIRMED' });
    assert.equal(readMarker('see omnium [omnium]'), undefined);
    assert.equal(readMarker(undefined), undefined);
  });

  it('changes with lines and pieces, not with their order or what is cancelled', () => {
    const [a, b] = [{ quantity: 2 }, { quantity: 1 }];
    const state = stateOfLines(omnium([a, b]));
    assert.equal(
      stateOfLines(
        omnium([
          { ...b, lineItemId: '2', code: 'S-2' },
          { ...a, lineItemId: '1', code: 'S-1' },
        ]),
      ),
      state,
    );
    assert.equal(stateOfLines(omnium([a, b, { quantity: 3, canceledQuantity: 3 }])), state);
    assert.notEqual(stateOfLines(omnium([a, { quantity: 2 }])), state);
  });
});
