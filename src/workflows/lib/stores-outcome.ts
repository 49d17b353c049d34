import type { SyncState } from '../../contracts/search-attributes';
import type { ExportTally, StoresOutcome } from '../../contracts/stores-messages';
import { distinctNames } from '../../domain/distinct-names';

const KINDS = ['organizations', 'stores', 'warehouses', 'priceLists'] as const;

/** What a run has done so far: everything that was written, and what the latest pass found. */
export function addStoresPass(before: StoresOutcome | undefined, latest: StoresOutcome): StoresOutcome {
  if (before?.action !== 'exported') return latest;
  const tallies = KINDS.flatMap((kind) => {
    const tally = addTallies(before[kind], latest[kind]);
    return tally ? [[kind, tally] as const] : [];
  });
  const changedFields = distinctNames(before.changedFields, latest.changedFields);
  return {
    ...latest,
    action: 'exported',
    ...Object.fromEntries(tallies),
    ...(changedFields.length > 0 && { changedFields }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

/** Where a tenant's stores stand after the last pass. */
export function storesState(outcome: StoresOutcome): SyncState {
  if (outcome.differences?.length) return 'Differs';
  return outcome.action === 'skipped' ? 'Ignored' : 'Synced';
}

/** What was written adds up; what is right was counted by the latest. */
function addTallies(before: ExportTally | undefined, latest: ExportTally | undefined): ExportTally | undefined {
  if (!before || !latest) return latest ?? before;
  const { unchanged } = latest;
  return { created: before.created + latest.created, updated: before.updated + latest.updated, unchanged };
}
