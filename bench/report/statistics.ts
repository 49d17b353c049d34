/** Smallest, middle and largest of some figures. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** The spread of at least one value; the median of an even count is the mean of the two in the middle. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = sortedCopy(values);
  const middle = (sorted.length - 1) / 2;
  const median = (at(sorted, Math.floor(middle)) + at(sorted, Math.ceil(middle))) / 2;
  return { min: at(sorted, 0), median, max: at(sorted, sorted.length - 1) };
}

/**
 * The value that the given share of the values does not exceed (nearest rank).
 *
 * @param share e.g. 0.99 for the 99th percentile
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = sortedCopy(values);
  return at(sorted, Math.max(Math.ceil(share * sorted.length) - 1, 0));
}

function sortedCopy(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('statistics of no values');
  return [...values].sort((a, b) => a - b);
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value at ${index}`);
  return value;
}
