import { type Branded } from '../contracts/brands';
import {
  AmountInvalidError,
  exactHundredths,
  MAX_HUNDREDTHS,
  numericText,
  roundToInteger,
  toExactDecimal,
} from './amount';
import { type Hundredths } from './quantity';

export { AmountInvalidError } from './amount';

/** An amount of money in hundredths of its currency, as Flow keeps it: 199.50 is 19950. Always an integer. */
export type Cents = Branded<number, 'Cents'>;

/**
 * Omnium's decimal major units → Flow's integer cents (Flow, architecture, "Price conversion").
 *
 * A third decimal is rounded half away from zero: 1.005 → 101, -1.005 → -101. Accepts a JSON number or its text form.
 *
 * @throws AmountInvalidError for NaN, Infinity, text that is no number (`"199,50"`), and beyond 15 digits of cents
 */
export function toCents(value: number | string): Cents {
  const text = typeof value === 'string' ? numericText(value, 'the amount') : value;
  const cents = exactHundredths(Number(text));
  return brandCents(cents ?? roundToInteger(toExactDecimal(text, 'the amount').times(100), 'the amount'));
}

/** Integer cents → decimal major units, a JSON number with at most two decimals: 19950 → 199.5. */
export function centsToDecimal(cents: Cents): number {
  return cents / 100; // correctly rounded, hence the number that the two-decimal text stands for
}

/**
 * An integer that already is cents, e.g. an amount read from Flow or a sum.
 *
 * @throws AmountInvalidError when it is not an integer or beyond 15 digits
 */
export function asCents(value: number): Cents {
  if (!Number.isInteger(value)) throw new AmountInvalidError('the amount in cents', 'not-an-integer');
  if (Math.abs(value) > MAX_HUNDREDTHS) throw new AmountInvalidError('the amount in cents', 'too-large');
  return brandCents(value + 0);
}

/** Sum of amounts in cents; 0 for none. */
export function sumCents(amounts: Iterable<Cents>): Cents {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return asCents(sum);
}

/**
 * What a line costs before discount: price per piece × quantity, rounded half away from zero to a whole cent.
 *
 * @param unitPriceCents price per piece in cents
 * @param quantityHundredths pieces in hundredths, 150 = 1.5 pieces; negative for a return
 */
export function lineTotalCents(unitPriceCents: Cents, quantityHundredths: Hundredths): Cents {
  const product = toExactDecimal(unitPriceCents, 'the line total').times(quantityHundredths);
  return brandCents(roundToInteger(product.dividedBy(100), 'the line total'));
}

function brandCents(value: number): Cents {
  return value as Cents;
}
