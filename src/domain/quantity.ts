import { type Branded } from '../contracts/brands';
import { AmountInvalidError, exactHundredths, MAX_HUNDREDTHS, numericText, toExactDecimal } from './amount';

/** A quantity in hundredths of a piece, as Flow keeps it: 1.5 pieces are 150. Always an integer. */
export type Hundredths = Branded<number, 'Hundredths'>;

/**
 * Omnium's decimal quantity → Flow's integer hundredths.
 *
 * Unlike money, a third decimal is refused and never rounded: nobody sold a piece that is rounded away.
 *
 * @throws AmountInvalidError for a third decimal, NaN, Infinity, text that is no number, and beyond 15 digits
 */
export function toHundredths(value: number | string): Hundredths {
  const text = typeof value === 'string' ? numericText(value, 'the quantity') : value;
  // Text is not judged by its number: "1.0000000000000000001" would come out as 1.
  const fast = typeof text === 'number' ? exactHundredths(text) : undefined;
  return (fast ?? slowHundredths(text)) as Hundredths;
}

/** Integer hundredths → decimal pieces, a JSON number with at most two decimals: 150 → 1.5. */
export function hundredthsToDecimal(hundredths: Hundredths): number {
  return hundredths / 100;
}

/**
 * An integer that already is hundredths, e.g. a quantity read from Flow.
 *
 * @throws AmountInvalidError when it is not an integer or beyond 15 digits
 */
export function asHundredths(value: number): Hundredths {
  if (!Number.isInteger(value)) throw new AmountInvalidError('the quantity in hundredths', 'not-an-integer');
  if (Math.abs(value) > MAX_HUNDREDTHS) throw new AmountInvalidError('the quantity in hundredths', 'too-large');
  return (value + 0) as Hundredths;
}

function slowHundredths(value: number | string): number {
  const hundredths = toExactDecimal(value, 'the quantity').times(100);
  if (hundredths.abs().greaterThan(MAX_HUNDREDTHS)) throw new AmountInvalidError('the quantity', 'too-large');
  if (!hundredths.isInteger()) throw new AmountInvalidError('the quantity', 'too-many-decimals');
  return hundredths.toNumber() + 0;
}
