import type { PurchaseOrderOutcome } from '../contracts/purchase-order-messages';
import { distinctNames } from './distinct-names';

/**
 * What two passes of a run come to: what both wrote, and where the purchase order stands after the second. A pass that only
 * looked says nothing new; a new purchase order that was changed at once is still a new one for its reader.
 */
export function combinePurchaseOrderPasses(
  before: PurchaseOrderOutcome,
  latest: PurchaseOrderOutcome,
): PurchaseOrderOutcome {
  const lookedOnly = latest.action === 'unchanged' || latest.action === 'skipped';
  const leading = (lookedOnly && wrote(before)) || (before.action === 'created' && latest.action === 'updated');
  const told = leading ? before : latest;
  const changedFields = distinctNames(before.changedFields, latest.changedFields);
  const uids = latest.flowPurchaseOrderUids ?? told.flowPurchaseOrderUids;
  const storeUid = latest.storeUid ?? before.storeUid;
  return {
    action: told.action,
    ...(told.reason && { reason: told.reason }),
    ...(storeUid && { storeUid }),
    ...(uids && { flowPurchaseOrderUids: uids }),
    ...sumOf('linesAdded', before, latest),
    ...sumOf('linesChanged', before, latest),
    ...sumOf('linesRemoved', before, latest),
    ...(latest.linesInFlight && { linesInFlight: latest.linesInFlight }),
    ...(changedFields.length > 0 && { changedFields }),
    ...(latest.differences && { differences: latest.differences }),
    ...(latest.purchaseOrders !== undefined && { purchaseOrders: latest.purchaseOrders }),
    calls: (before.calls ?? 0) + (latest.calls ?? 0),
  };
}

function wrote({ action }: PurchaseOrderOutcome): boolean {
  return action === 'created' || action === 'updated' || action === 'removed';
}

function sumOf(
  count: 'linesAdded' | 'linesChanged' | 'linesRemoved',
  before: PurchaseOrderOutcome,
  latest: PurchaseOrderOutcome,
): Pick<PurchaseOrderOutcome, typeof count> {
  const sum = (before[count] ?? 0) + (latest[count] ?? 0);
  return sum > 0 ? { [count]: sum } : {};
}
