import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asHundredths } from '../../../src/domain/quantity';
import {
  allocateGoods,
  planConfirmation,
  type PlannedConfirmation,
  type ReceptionTransaction,
} from '../../../src/activities/goods/mapping/plan-confirmation';
import type { ReceptionLine } from '../../../src/activities/goods/mapping/reception-lines';
import { documents, flowOrder, line, receivement } from '../../support/goods-reception-documents';

describe('allocateGoods', () => {
  const lines = fc.array(fc.record({ open: fc.nat(2_000), takesMore: fc.boolean() }), { maxLength: 8 });
  const asLines = (given: readonly { open: number; takesMore: boolean }[]): Parameters<typeof allocateGoods>[1] =>
    given.map(({ open, takesMore }, index) => ({ lineItemId: `L${index}`, open: asHundredths(open), takesMore }));

  it('adds up to what came, and leaves something only when no line takes more', () => {
    fc.assert(
      fc.property(fc.nat(10_000), lines, (quantity, given) => {
        const { parts, left } = allocateGoods(asHundredths(quantity), asLines(given));
        const sum = parts.reduce((all, part) => all + part.quantity, 0);
        assert.equal(sum + left, quantity);
        assert.ok(parts.every((part) => part.quantity > 0));
        if (left > 0) assert.ok(given.every(({ takesMore }) => !takesMore));
      }),
    );
  });

  it('goes over what is open on one line at most, and only when every line is full', () => {
    fc.assert(
      fc.property(fc.nat(10_000), lines, (quantity, given) => {
        const { parts } = allocateGoods(asHundredths(quantity), asLines(given));
        const openOf = (lineItemId: string): number => given[Number(lineItemId.slice(1))]?.open ?? 0;
        const over = parts.filter((part) => part.quantity > openOf(part.lineItemId));
        assert.ok(over.length <= 1);
        const allOpen = given.reduce((all, { open }) => all + open, 0);
        if (over.length > 0) assert.ok(quantity > allOpen);
      }),
    );
  });

  it('fills the lines in their order', () => {
    fc.assert(
      fc.property(fc.nat(5_000), lines, (quantity, given) => {
        const { parts } = allocateGoods(asHundredths(quantity), asLines(given));
        const shareOf = (index: number): number =>
          parts.find(({ lineItemId }) => lineItemId === `L${index}`)?.quantity ?? 0;
        given.forEach(({ open }, index) => {
          const later = given
            .slice(index + 1)
            .some(({ takesMore }, after) => !takesMore && shareOf(index + 1 + after) > 0);
          if (later) assert.ok(shareOf(index) >= open);
        });
      }),
    );
  });
});

/** One thing that happens between two attempts. */
type Step =
  | { readonly what: 'attempt'; readonly deliveriesBeforeTheCrash: number }
  | { readonly what: 'split'; readonly line: number; readonly part: number; readonly sameDelivery: boolean };

/** Omnium's side of one purchase order of one SKU. */
class OmniumModel {
  readonly lines: ReceptionLine[] = [line('L1', 'ski', { quantity: 10 })];
  readonly transactions: ReceptionTransaction[] = [];

  /** Takes all entries of some deliveries, as an attempt that ends in between would have sent them. */
  take(confirmations: readonly PlannedConfirmation[], deliveries: number): void {
    const wanted = [...new Set(confirmations.map(({ deliveryId }) => deliveryId))].slice(0, deliveries);
    for (const { deliveryId, lineItemId, quantity, goodsReceptionId } of confirmations) {
      if (!wanted.includes(deliveryId)) continue;
      const isUsed = this.transactions.some((each) => each.goodsReceptionId === goodsReceptionId);
      assert.ok(!isUsed, `${goodsReceptionId} is used twice`);
      this.transactions.push({ goodsReceptionId, skuId: 'ski', inventoryChange: quantity / 100 });
      this.change(lineItemId, ({ deliveredQuantity }) => ({
        deliveredQuantity: (Math.round(Number(deliveredQuantity ?? 0) * 100) + quantity) / 100,
      }));
    }
  }

  /** Splits a part of what is open off a line. */
  split({ line: index, part, sameDelivery }: Extract<Step, { what: 'split' }>): void {
    const target = this.lines[index % this.lines.length];
    if (!target) return;
    const quantity = Math.round(Number(target.quantity) * 100);
    const open = quantity - Math.round(Number(target.deliveredQuantity ?? 0) * 100);
    const moved = Math.floor((open * part) / 100);
    if (moved <= 0) return;
    const lineItemId = `L1-${this.lines.length + 1}`;
    const deliveryId = sameDelivery ? (target.deliveryId ?? 'D1') : `D${this.lines.length + 1}`;
    this.change(target.lineItemId, () => ({ quantity: (quantity - moved) / 100 }));
    this.lines.push(line(lineItemId, 'ski', { quantity: moved / 100, deliveryId }));
  }

  get delivered(): number {
    return this.lines.reduce((all, each) => all + Math.round(Number(each.deliveredQuantity ?? 0) * 100), 0);
  }

  private change(lineItemId: string, by: (line: ReceptionLine) => Partial<ReceptionLine>): void {
    const index = this.lines.findIndex((each) => each.lineItemId === lineItemId);
    const before = this.lines[index];
    if (before) this.lines[index] = { ...before, ...by(before) };
  }
}

describe('planConfirmation, again and again', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ what: fc.constant('attempt' as const), deliveriesBeforeTheCrash: fc.nat(2) }),
      fc.record({
        what: fc.constant('split' as const),
        line: fc.nat(5),
        part: fc.integer({ min: 1, max: 100 }),
        sameDelivery: fc.boolean(),
      }),
    ),
    { maxLength: 12 },
  );

  it('tells Omnium of all that came and never of more, whatever attempts are cut off and lines are split', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_500 }), steps, (quantity, happening: readonly Step[]) => {
        const omnium = new OmniumModel();
        const plan = (): readonly PlannedConfirmation[] =>
          planConfirmation(
            documents({
              receivement: receivement({ item: 'i1', sku: 'ski', quantity }),
              flowOrder: flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: quantity }),
              lines: omnium.lines,
              transactions: omnium.transactions,
            }),
          ).confirmations;
        for (const step of happening) {
          if (step.what === 'split') omnium.split(step);
          else omnium.take(plan(), step.deliveriesBeforeTheCrash);
          assert.ok(omnium.delivered <= quantity);
        }
        omnium.take(plan(), Infinity);
        assert.equal(omnium.delivered, quantity);
        assert.deepEqual(plan(), []);
      }),
    );
  });

  it('brings two receptions of one line to the sum, in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 900 }), fc.boolean(), (a, b, swapped) => {
        const omnium = new OmniumModel();
        const received = flowOrder({ item: 'i1', sku: 'ski', line: 'L1', received: a + b });
        const both = [
          { ...receivement({ item: 'i1', sku: 'ski', quantity: a }), receivementUid: 'rcv-a' },
          { ...receivement({ item: 'i1', sku: 'ski', quantity: b }), receivementUid: 'rcv-b' },
        ];
        for (const each of swapped ? both.reverse() : both) {
          const { lines, transactions } = omnium;
          const given = documents({ receivement: each, flowOrder: received, lines, transactions });
          omnium.take(planConfirmation(given).confirmations, Infinity);
        }
        assert.equal(omnium.delivered, a + b);
      }),
    );
  });
});
