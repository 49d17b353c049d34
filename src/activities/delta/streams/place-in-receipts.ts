import type { SweepCursor } from '../../../contracts/sweep-messages';

/** Where a read of receipts goes on: a moment, and the receipts of that moment that have been read. */
export function placeInReceipts(
  cursor: SweepCursor | undefined,
  from: string,
): { readonly settledAtFrom: string; readonly seen: readonly string[] } {
  const { settledAtFrom, seen } = cursor ?? {};
  if (typeof settledAtFrom !== 'string' || !Array.isArray(seen)) return { settledAtFrom: from, seen: [] };
  return { settledAtFrom, seen: seen.map(String) };
}
