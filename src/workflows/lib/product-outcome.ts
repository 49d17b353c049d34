import type { ProductOutcome } from '../../contracts/product-messages';
import type { SyncState } from '../../contracts/search-attributes';
import { distinctNames } from '../../domain/distinct-names';

/**
 * What a run has done so far: what all passes wrote, and where the latest one left the product. A pass that only looked says
 * nothing new; a new product that was changed at once is still a new one for its reader.
 */
export function addProductPass(before: ProductOutcome | undefined, latest: ProductOutcome): ProductOutcome {
  if (!before) return latest;
  const lookedOnly = latest.action === 'unchanged' || latest.action === 'skipped';
  const leading = (lookedOnly && wrote(before)) || (before.action === 'created' && latest.action === 'updated');
  const told = leading ? before : latest;
  const changedFields = distinctNames(before.changedFields, latest.changedFields);
  return {
    ...latest,
    action: told.action,
    ...(told.reason !== undefined && { reason: told.reason }),
    ...sumOf('productsCreated', before, latest),
    ...sumOf('productsUpdated', before, latest),
    ...sumOf('images', before, latest),
    ...(changedFields.length > 0 && { changedFields }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/** Where a product stands after its last pass. */
export function productState({ action, differences }: ProductOutcome): SyncState {
  if (differences?.length) return 'Differs';
  return action === 'skipped' ? 'Ignored' : 'Synced';
}

function wrote({ action }: ProductOutcome): boolean {
  return action !== 'unchanged' && action !== 'skipped' && action !== 'forwarded';
}

function sumOf(
  count: 'productsCreated' | 'productsUpdated' | 'images',
  before: ProductOutcome,
  latest: ProductOutcome,
): Pick<ProductOutcome, typeof count> {
  const sum = (before[count] ?? 0) + (latest[count] ?? 0);
  return sum > 0 ? { [count]: sum } : {};
}
