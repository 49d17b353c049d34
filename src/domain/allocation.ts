import { AmountInvalidError, toExactDecimal } from './amount';
import { asCents, type Cents } from './money';

/**
 * Spreads an amount over lines in proportion to their weights, e.g. an order discount over the line totals.
 *
 * Largest remainder: every line gets its share rounded towards zero, and the cents left over go one by one to the
 * lines that lost most, the earlier line first. The shares always add up to `totalCents`, each has its sign (or is 0),
 * and the same input gives the same shares.
 *
 * Weights count by size only, so return lines carry their part too. Lines of weight 0 get nothing, unless all have
 * weight 0: then the lines share equally.
 *
 * @throws AmountInvalidError when a weight is not a number, or when there is something to spread and no line
 */
export function allocateCents(totalCents: Cents, weights: readonly (number | string)[]): Cents[] {
  if (weights.length === 0) {
    if (totalCents !== 0) throw new AmountInvalidError('the amount', 'nothing-to-allocate-to');
    return [];
  }
  const parts = toIntegerWeights(weights);
  const sum = parts.reduce((total, part) => total + part, 0n);
  const size = BigInt(Math.abs(totalCents));

  const shares = parts.map((part, index) => ({
    index,
    cents: Number((size * part) / sum),
    remainder: (size * part) % sum,
  }));
  const leftOver = Math.abs(totalCents) - shares.reduce((total, share) => total + share.cents, 0);
  const byLoss = [...shares].sort((a, b) => compare(b.remainder, a.remainder) || a.index - b.index);
  for (const share of byLoss.slice(0, leftOver)) share.cents += 1;

  const sign = Math.sign(totalCents);
  return shares.map((share) => asCents(sign * share.cents));
}

/** Decimal weights as integers in the same proportion; all 1 when all are 0. */
function toIntegerWeights(weights: readonly (number | string)[]): bigint[] {
  const decimals = weights.map((weight) => toExactDecimal(weight, 'the weight of a line').abs());
  if (decimals.every((weight) => weight.isZero())) return decimals.map(() => 1n);
  const places = Math.max(...decimals.map((weight) => weight.decimalPlaces()));
  return decimals.map((weight) => BigInt(weight.toFixed(places).replace('.', '')));
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
