import assert from 'node:assert/strict';

import fc from 'fast-check';

import { allocateCents } from '../../../src/domain/allocation';
import { asCents } from '../../../src/domain/money';

describe('allocateCents', () => {
  for (const { title, total, weights, shares } of [
    { title: 'spreads in proportion', total: 1000, weights: [300, 100], shares: [750, 250] },
    { title: 'gives the odd cent to the first of equals', total: 100, weights: [1, 1, 1], shares: [34, 33, 33] },
    { title: 'gives odd cents to those that lost most', total: 10, weights: [1, 2.5, 2.5], shares: [2, 4, 4] },
    { title: 'spreads a negative amount alike', total: -100, weights: [1, 1, 1], shares: [-34, -33, -33] },
    { title: 'counts return lines by their size', total: 150, weights: [200, -100], shares: [100, 50] },
    { title: 'gives lines of weight 0 nothing', total: 5, weights: [0, 3, 0, 3], shares: [0, 3, 0, 2] },
    { title: 'shares equally when all weights are 0', total: 5, weights: [0, 0], shares: [3, 2] },
    { title: 'spreads 0', total: 0, weights: [1, 2], shares: [0, 0] },
    { title: 'takes weights as text', total: 100, weights: ['0.1', '0.3'], shares: [25, 75] },
    { title: 'gives 0.10 and 0.20 their exact share', total: 3, weights: [0.1, 0.2], shares: [1, 2] },
    { title: 'spreads one cent', total: 1, weights: [1, 5, 1], shares: [0, 1, 0] },
    { title: 'gives nothing to nobody', total: 0, weights: [], shares: [] },
  ]) {
    it(title, () => assert.deepEqual(allocateCents(asCents(total), weights), shares));
  }

  it('refuses an amount without lines, and weights that are no numbers', () => {
    assert.throws(() => allocateCents(asCents(1), []), { problem: 'nothing-to-allocate-to' });
    assert.throws(() => allocateCents(asCents(1), [NaN]), { problem: 'not-finite' });
    assert.throws(() => allocateCents(asCents(1), ['1,5']), { problem: 'not-a-number' });
  });

  const totals = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
  const weightLists = fc.array(
    fc.oneof(fc.constant(0), fc.integer({ min: -100_000, max: 100_000 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
    { minLength: 1, maxLength: 40 },
  );

  it('always adds up, with the sign of the total, within a cent of the exact share', () => {
    fc.assert(
      fc.property(totals, weightLists, (total, weights) => {
        const shares = allocateCents(asCents(total), weights);
        assert.equal(shares.length, weights.length);
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0),
          total,
        );
        assert.ok(shares.every((share) => share === 0 || Math.sign(share) === Math.sign(total)));
        const sizes = weights.map(Math.abs);
        const sum = sizes.reduce((all, size) => all + size, 0);
        if (sum < 1e-3) return; // plain numbers are too coarse to check by
        shares.forEach((share, index) => {
          const exact = (total * (sizes[index] ?? 0)) / sum;
          assert.ok(Math.abs(share - exact) <= 1.001, `${share} instead of about ${exact}`);
        });
      }),
    );
  });

  it('gives no cent to a line of weight 0 while another has weight', () => {
    fc.assert(
      fc.property(totals, weightLists, (total, weights) => {
        fc.pre(weights.some((weight) => weight !== 0));
        const shares = allocateCents(asCents(total), weights);
        assert.ok(weights.every((weight, index) => weight !== 0 || Object.is(shares[index], 0)));
      }),
    );
  });

  it('gives the same shares for the same input, and for weights all doubled', () => {
    fc.assert(
      fc.property(totals, fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1 }), (total, weights) => {
        const shares = allocateCents(asCents(total), weights);
        assert.deepEqual(allocateCents(asCents(total), weights), shares);
        assert.deepEqual(
          allocateCents(
            asCents(total),
            weights.map((weight) => weight * 2),
          ),
          shares,
        );
      }),
    );
  });
});
