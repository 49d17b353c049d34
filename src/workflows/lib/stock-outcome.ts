import type { SyncState } from '../../contracts/search-attributes';
import type { StockOutcome } from '../../contracts/stock-messages';
import { distinctNames } from '../../domain/distinct-names';

/**
 * What a run has done so far: counts of all passes, and the store as the latest has found it. A pass that saw only some
 * levels says nothing of the others, so what was left different before stands until the whole store is looked at again.
 */
export function addStockPass(
  before: StockOutcome | undefined,
  latest: StockOutcome,
  { sawEverything }: { readonly sawEverything: boolean },
): StockOutcome {
  if (!before) return latest;
  const written = before.written + latest.written;
  const differences = distinctNames(sawEverything ? [] : before.differences, latest.differences);
  return {
    ...latest,
    action: written > 0 ? 'aligned' : latest.action,
    compared: before.compared + latest.compared,
    written,
    ...(differences.length > 0 && { differences }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/** Where a store's stock stands at the end of a run. */
export function stockState(outcome: StockOutcome): SyncState {
  if (outcome.differences?.length) return 'Differs';
  return outcome.action === 'skipped' ? 'Ignored' : 'Synced';
}
