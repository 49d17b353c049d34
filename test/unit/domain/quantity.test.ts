import assert from 'node:assert/strict';

import fc from 'fast-check';

import { type AmountProblem, MAX_HUNDREDTHS } from '../../../src/domain/amount';
import { asHundredths, type Hundredths, hundredthsToDecimal, toHundredths } from '../../../src/domain/quantity';

describe('toHundredths', () => {
  for (const [value, hundredths] of [
    [1, 100],
    [-2, -200],
    [0.07, 7],
    [1.15, 115],
    ['1.500', 150],
    ['1.50000000000000000000000', 150],
    ['2e1', 2000],
    [' 3 ', 300],
  ] as const) {
    it(`makes ${JSON.stringify(value)} ${hundredths}`, () => assert.equal(toHundredths(value), hundredths));
  }

  const refused: readonly (readonly [number | string, AmountProblem])[] = [
    [0.125, 'too-many-decimals'],
    ['1.005', 'too-many-decimals'],
    [0.1 + 0.2, 'too-many-decimals'],
    ['1.0000000000000000000001', 'too-many-decimals'],
    [1e-7, 'too-many-decimals'],
    ['1,5', 'not-a-number'],
    ['', 'not-a-number'],
    [NaN, 'not-finite'],
    [Infinity, 'not-finite'],
    [1e13, 'too-large'],
  ];
  for (const [value, problem] of refused) {
    it(`refuses ${String(value)}: ${problem}`, () => assert.throws(() => toHundredths(value), { problem }));
  }

  it('makes -0 a plain 0', () => {
    assert.ok(Object.is(toHundredths(-0), 0));
    assert.ok(Object.is(toHundredths('-0.00'), 0));
  });

  it('goes there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -MAX_HUNDREDTHS, max: MAX_HUNDREDTHS }), (value) => {
        assert.equal(toHundredths(hundredthsToDecimal(asHundredths(value))), value);
      }),
    );
  });
});

describe('asHundredths', () => {
  it('refuses what is no integer or too large', () => {
    assert.throws(() => asHundredths(1.5), { problem: 'not-an-integer' });
    assert.throws(() => asHundredths(-MAX_HUNDREDTHS - 1), { problem: 'too-large' });
    assert.equal(asHundredths(150), 150);
  });

  it('is told apart from cents by the compiler', () => {
    const compiles = (plain: number): Hundredths => {
      // @ts-expect-error a plain number is not a quantity in hundredths
      const quantity: Hundredths = plain;
      return quantity;
    };
    assert.equal(typeof compiles, 'function');
  });
});
