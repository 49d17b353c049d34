import type { SyncState } from '../../contracts/search-attributes';
import type { StockOutcome } from '../../contracts/stock-messages';

/** What a run has done so far: counts of all passes, and the state after the latest. */
export function addStockPass(before: StockOutcome | undefined, latest: StockOutcome): StockOutcome {
  if (!before) return latest;
  const written = before.written + latest.written;
  return {
    ...latest,
    action: written > 0 ? 'aligned' : latest.action,
    compared: before.compared + latest.compared,
    written,
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/** Where a store's stock stands after its last pass. */
export function stockState(outcome: StockOutcome): SyncState {
  if (outcome.differences?.length) return 'Differs';
  return outcome.action === 'skipped' ? 'Ignored' : 'Synced';
}
