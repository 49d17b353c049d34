import { asHundredths, type Hundredths } from '../../../domain/quantity';

/** A line as the allocation sees it: how much is still to come, and whether it can take more than that. */
export interface OpenLine {
  readonly lineItemId: string;
  readonly open: Hundredths;
  /** A line that is in no delivery and has nothing open cannot be confirmed on. */
  readonly takesMore: boolean;
}

/** A part of received goods on a line. */
export interface AllocatedPart {
  readonly lineItemId: string;
  readonly quantity: Hundredths;
}

/**
 * Spreads received goods over lines, each up to what is open on it, in the lines' order; what is left over goes to the
 * first line that takes more. The parts add up to `quantity` unless no line takes the rest, which is then `left`.
 *
 * @param quantity not below zero
 */
export function allocateGoods(
  quantity: Hundredths,
  lines: readonly OpenLine[],
): { readonly parts: readonly AllocatedPart[]; readonly left: Hundredths } {
  let rest: number = quantity;
  const shares = lines.map(({ lineItemId, open, takesMore }) => {
    const share = Math.min(rest, open);
    rest -= share;
    return { lineItemId, takesMore, share };
  });
  const first = shares.find(({ takesMore }) => takesMore);
  if (first) {
    first.share += rest;
    rest = 0;
  }
  const parts = shares
    .filter(({ share }) => share > 0)
    .map(({ lineItemId, share }) => ({ lineItemId, quantity: asHundredths(share) }));
  return { parts, left: asHundredths(rest) };
}
