import type { OmniumPrice } from '../../clients/omnium/prices';
import type { Article } from './price-articles';
import type { ReadAbout } from './price-stream';
import type { PriceTarget } from './price-targets';

/** An article's prices by {@link storeKey}. */
export type PricesByStore = ReadonlyMap<string, readonly OmniumPrice[]>;

/** Prices by the store that they are of; those of no store are together. */
export function pricesByStore(prices: readonly OmniumPrice[]): PricesByStore {
  const byStore = new Map<string, OmniumPrice[]>();
  for (const price of prices) {
    const key = storeKey(price.storeId);
    const known = byStore.get(key);
    if (known) known.push(price);
    else byStore.set(key, [price]);
  }
  return byStore;
}

/** Omnium's ids are compared without regard to case. */
export function storeKey(storeId: string | undefined): string {
  return storeId?.toLowerCase() ?? '';
}

/**
 * Targets on which another price may hold than at the run before. All of them, unless the article is looked at for a price:
 * then those of a store, or of none, of which a price was changed, began or ended since. A SKU that Omnium names although
 * none of its prices was touched has lost one, which may have been on any of them.
 */
export function touchedTargets(
  { because, isGone }: Article,
  byStore: PricesByStore,
  { targets, work, at }: Pick<ReadAbout, 'targets' | 'at'> & { readonly work: Pick<ReadAbout['work'], 'window'> },
): readonly PriceTarget[] {
  const { from } = work.window;
  if (isGone || because === undefined || from === undefined) return targets;
  const [fromMs, atMs] = [Date.parse(from), at.getTime()];
  const isSince = (time: string | undefined): boolean => Date.parse(time ?? '') >= fromMs;
  const isBetween = (time: string | undefined): boolean => isSince(time) && Date.parse(time ?? '') <= atMs;
  const isTouched = ({ modified, validFrom, validUntil }: OmniumPrice): boolean =>
    modified === undefined || isSince(modified) || isBetween(validFrom) || isBetween(validUntil);
  const touched = new Set([...byStore].filter(([, prices]) => prices.some(isTouched)).map(([store]) => store));
  if (touched.size === 0 && because === 'its-price') return targets;
  return targets.filter(({ storeId }) => touched.has(storeKey(storeId)));
}
