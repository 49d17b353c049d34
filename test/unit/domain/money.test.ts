import assert from 'node:assert/strict';

import fc from 'fast-check';

import { AmountInvalidError, type AmountProblem, MAX_HUNDREDTHS } from '../../../src/domain/amount';
import { asCents, type Cents, centsToDecimal, lineTotalCents, sumCents, toCents } from '../../../src/domain/money';
import { asHundredths } from '../../../src/domain/quantity';

const anyCents = fc.integer({ min: -MAX_HUNDREDTHS, max: MAX_HUNDREDTHS }).map(asCents);

/** Rounding half away from zero on the digits of a plain decimal text: a second, independent way to the same cents. */
function centsByDigits(text: string): bigint {
  const [, sign, whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = fraction.padEnd(3, '0');
  const cents = BigInt(whole + digits.slice(0, 2)) + (digits.charAt(2) >= '5' ? 1n : 0n);
  return sign === '-' ? -cents : cents;
}

describe('toCents', () => {
  it('is exact for every price from 0.00 to 99,999.99, as number and as text, and back', function () {
    this.timeout(60_000);
    const minorTexts = Array.from({ length: 100 }, (_, minor) => `.${String(minor).padStart(2, '0')}`);
    const startedAt = performance.now();
    let checked = 0;
    for (let major = 0; major < 100_000; major += 1) {
      for (let minor = 0; minor < 100; minor += 1) {
        const cents = major * 100 + minor;
        const text = String(major) + (minorTexts[minor] ?? '');
        const price = Number(text);
        // One comparison for each price: ten million assertions would take longer than what they assert.
        if (toCents(price) !== cents || toCents(text) !== cents || centsToDecimal(asCents(cents)) !== price) {
          assert.fail(`${text} does not survive`);
        }
        checked += 1;
      }
    }
    assert.equal(checked, 10_000_000);
    assert.ok(performance.now() - startedAt < 30_000, 'took too long');
  });

  const rounded: readonly (readonly [number | string, number])[] = [
    [199.5, 19_950],
    ['199.50', 19_950],
    [' 199.50 ', 19_950],
    ['+1', 100],
    ['007.10', 710],
    [1.005, 101],
    [-1.005, -101],
    [0.285, 29],
    [2.675, 268],
    [1.004_999, 100],
    ['1.00499999999999999999999', 100],
    ['0.00499999999999999999999', 0],
    ['0.005', 1],
    ['-0.005', -1],
    [1e-7, 0],
    ['1e-7', 0],
    ['1.5e3', 150_000],
    [0.1 + 0.2, 30],
    [1.1 * 3, 330],
    [9_999_999_999_999.99, MAX_HUNDREDTHS],
    ['-9999999999999.99', -MAX_HUNDREDTHS],
  ];
  for (const [value, cents] of rounded) {
    it(`makes ${JSON.stringify(value)} ${cents} cents`, () => assert.equal(toCents(value), cents));
  }

  for (const nothing of [-0, '-0', '-0.00', -0.001, '-0.004', -1e-300]) {
    it(`makes ${JSON.stringify(nothing)} a plain 0`, () => assert.ok(Object.is(toCents(nothing), 0)));
  }

  const refused: readonly (readonly [number | string, AmountProblem])[] = [
    ['199,50', 'not-a-number'],
    ['', 'not-a-number'],
    [' ', 'not-a-number'],
    ['1 000', 'not-a-number'],
    ['1_000', 'not-a-number'],
    ['0x10', 'not-a-number'],
    ['kr 5', 'not-a-number'],
    ['1.', 'not-a-number'],
    ['.5', 'not-a-number'],
    ['--1', 'not-a-number'],
    ['1e', 'not-a-number'],
    ['NaN', 'not-a-number'],
    ['Infinity', 'not-a-number'],
    [NaN, 'not-finite'],
    [Infinity, 'not-finite'],
    [-Infinity, 'not-finite'],
    [1e13, 'too-large'],
    [Number.MAX_SAFE_INTEGER, 'too-large'],
    [Number.MAX_VALUE, 'too-large'],
    ['9999999999999.995', 'too-large'],
    ['1e999', 'too-large'],
  ];
  for (const [value, problem] of refused) {
    it(`refuses ${typeof value === 'string' ? JSON.stringify(value) : String(value)}: ${problem}`, () => {
      assert.throws(() => toCents(value), { name: 'AmountInvalidError', problem });
    });
  }

  it('never repeats the text it refuses', () => {
    assert.throws(
      () => toCents('Kari Nordmann'),
      (error) => error instanceof AmountInvalidError && !/kari|nordmann/i.test(error.message),
    );
  });

  it('rounds any decimal text half away from zero', () => {
    const decimals = fc
      .tuple(fc.boolean(), fc.integer({ min: 0, max: 999_999_999 }), fc.stringMatching(/^[0-9]{1,12}$/))
      .map(([isNegative, whole, fraction]) => `${isNegative ? '-' : ''}${whole}.${fraction}`);
    fc.assert(fc.property(decimals, (text) => BigInt(toCents(text)) === centsByDigits(text)));
  });

  it('takes a number for what its JSON text says', () => {
    const numbers = fc.double({ min: -9e12, max: 9e12, noNaN: true });
    fc.assert(fc.property(numbers, (value) => toCents(value) === toCents(JSON.stringify(value))));
  });

  it('gives every amount back, through JSON too, with at most two decimals', () => {
    fc.assert(
      fc.property(anyCents, (cents) => {
        const text = JSON.stringify(centsToDecimal(cents));
        assert.match(text, /^-?\d+(\.\d{1,2})?$/);
        assert.equal(toCents(Number(text)), cents);
        assert.equal(toCents(text), cents);
      }),
    );
  });
});

describe('asCents', () => {
  it('takes integers', () => {
    assert.equal(asCents(-5), -5);
    assert.ok(Object.is(asCents(-0), 0));
  });
  for (const value of [0.5, NaN, Infinity]) {
    it(`refuses ${value}`, () => assert.throws(() => asCents(value), { problem: 'not-an-integer' }));
  }
  it('refuses what has more than 15 digits', () => {
    assert.throws(() => asCents(MAX_HUNDREDTHS + 1), { problem: 'too-large' });
  });
});

describe('sumCents', () => {
  it('adds up, and is 0 for nothing', () => {
    assert.equal(sumCents([asCents(1), asCents(-3), asCents(10)]), 8);
    assert.equal(sumCents([]), 0);
  });
});

describe('lineTotalCents', () => {
  for (const [price, quantity, total] of [
    [19_950, 100, 19_950],
    [333, 150, 500], // 4.995 → 5.00
    [333, -150, -500],
    [-333, 150, -500],
    [1, 49, 0],
    [1, 50, 1],
    [1, -49, 0],
    [0, 12_345, 0],
    [9_999_999, 999_999_999, 99_999_989_900_000],
  ] as const) {
    it(`is ${total} for ${price} cents and ${quantity} hundredths`, () => {
      assert.ok(Object.is(lineTotalCents(asCents(price), asHundredths(quantity)), total));
    });
  }

  it('agrees with integer arithmetic of any size', () => {
    const prices = fc.integer({ min: -99_999_999, max: 99_999_999 });
    const quantities = fc.integer({ min: -99_999_999, max: 99_999_999 });
    fc.assert(
      fc.property(prices, quantities, (price, quantity) => {
        const product = BigInt(price) * BigInt(quantity);
        const size = product < 0n ? -product : product;
        const total = (size + 50n) / 100n;
        assert.equal(BigInt(lineTotalCents(asCents(price), asHundredths(quantity))), product < 0n ? -total : total);
      }),
    );
  });

  it('refuses a total beyond 15 digits', () => {
    assert.throws(() => lineTotalCents(asCents(MAX_HUNDREDTHS), asHundredths(101)), { problem: 'too-large' });
  });
});

describe('the types of money', () => {
  it('keep cents, hundredths and plain numbers apart', () => {
    // Never called: that it compiles, and only with the errors expected, is the test.
    const compiles = (plain: number, cents: Cents): void => {
      // @ts-expect-error a plain number is not cents
      centsToDecimal(plain);
      // @ts-expect-error cents are not a quantity
      lineTotalCents(cents, cents);
      // @ts-expect-error a sum of cents is a plain number until `asCents` or `sumCents` has checked it
      centsToDecimal(cents + cents);
      centsToDecimal(sumCents([cents, cents]));
    };
    assert.equal(typeof compiles, 'function');
  });
});
