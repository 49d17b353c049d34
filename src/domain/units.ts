import { AmountInvalidError, roundToInteger, toExactDecimal } from './amount';

/**
 * Product weight: Omnium's kilograms → Flow's integer grams, rounded half up (Omnium's Flow page, "Unit Conversion").
 *
 * @throws AmountInvalidError for anything but a number, below 0 or beyond 15 digits
 */
export function kilogramsToGrams(kilograms: number | string): number {
  return toMeasure(kilograms, 1000, 'the weight');
}

/** Package weight, which Omnium already gives in grams, as the integer that Flow wants. Errors as {@link kilogramsToGrams}. */
export function gramsToWholeGrams(grams: number | string): number {
  return toMeasure(grams, 1, 'the weight');
}

/**
 * Package height, width or length: Omnium's centimetres → Flow's integer millimetres. Errors as {@link kilogramsToGrams}.
 */
export function centimetresToMillimetres(centimetres: number | string): number {
  return toMeasure(centimetres, 10, 'the measure');
}

function toMeasure(value: number | string, factor: number, what: string): number {
  const measure = roundToInteger(toExactDecimal(value, what).times(factor), what);
  if (measure < 0) throw new AmountInvalidError(what, 'negative');
  return measure;
}
