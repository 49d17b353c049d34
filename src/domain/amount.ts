import { Decimal } from 'decimal.js';

/** What was wrong with an amount. The text itself is never repeated: a mistyped field may hold anything, a name too. */
export type AmountProblem =
  | 'not-a-number'
  | 'not-finite'
  | 'too-large'
  | 'too-many-decimals'
  | 'not-an-integer'
  | 'negative'
  | 'nothing-to-allocate-to';

const PROBLEM_IN_WORDS: Readonly<Record<AmountProblem, string>> = {
  'not-a-number': 'is not a number written with digits and a decimal point',
  'not-finite': 'is not a finite number',
  'too-large': 'has more than 15 digits and cannot be carried over exactly',
  'too-many-decimals': 'has more than two decimals',
  'not-an-integer': 'is not an integer',
  negative: 'is below zero',
  'nothing-to-allocate-to': 'cannot be spread over no lines',
};

/** An amount, quantity or measure that cannot be carried over exactly. Becomes the failure type `AmountInvalid`. */
export class AmountInvalidError extends Error {
  override readonly name = 'AmountInvalidError';
  readonly problem: AmountProblem;

  constructor(what: string, problem: AmountProblem) {
    super(`${what} ${PROBLEM_IN_WORDS[problem]}`);
    this.problem = problem;
  }
}

/**
 * Largest count of hundredths we carry: fifteen digits always survive the trip through a JSON number and back, so up to
 * here every value has one decimal form and no two values share one.
 */
export const MAX_HUNDREDTHS = 999_999_999_999_999;

/** A private copy, so that nobody's global settings change our rounding; 60 digits hold every product made here. */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });

/** Digits with an optional sign, fraction and exponent: JSON's numbers, and their text form. No comma, hex or spaces inside. */
const NUMERIC_TEXT = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;

/** The value as an exact decimal. A number counts as what its shortest JSON form says: 1.005 is 1.005. */
export function toExactDecimal(value: number | string, what: string): Decimal {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new AmountInvalidError(what, 'not-finite');
    return new Exact(value);
  }
  const text = numericText(value, what);
  return new Exact(text);
}

/** The text without surrounding blanks; refused when it is not a number. */
export function numericText(value: string, what: string): string {
  const text = value.trim();
  if (!NUMERIC_TEXT.test(text)) throw new AmountInvalidError(what, 'not-a-number');
  return text;
}

/**
 * How many hundredths `value` is when it has at most two decimals, else `undefined`.
 *
 * The product only guesses; the quotient decides. Division of two exact integers is correctly rounded, so it equals
 * `value` only if `value` is the very number that the two-decimal text stands for. Nearly every price ends here.
 */
export function exactHundredths(value: number): number | undefined {
  const guess = Math.round(value * 100);
  if (guess / 100 !== value || Math.abs(guess) > MAX_HUNDREDTHS) return undefined;
  return guess + 0; // turns -0 into 0
}

/** An exact decimal rounded half away from zero to an integer within our range. */
export function roundToInteger(value: Decimal, what: string): number {
  const rounded = value.toDecimalPlaces(0, Decimal.ROUND_HALF_UP);
  if (rounded.abs().greaterThan(MAX_HUNDREDTHS)) throw new AmountInvalidError(what, 'too-large');
  return rounded.toNumber() + 0;
}
