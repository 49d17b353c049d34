import type { PurchaseOrderOutcome } from '../../contracts/purchase-order-messages';
import type { SyncState } from '../../contracts/search-attributes';
import { combinePurchaseOrderPasses } from '../../domain/purchase-order-outcome';

/** What a run has done so far: what all passes wrote, and where the latest one left the purchase order. */
export function addPurchaseOrderPass(
  before: PurchaseOrderOutcome | undefined,
  latest: PurchaseOrderOutcome,
): PurchaseOrderOutcome {
  return before ? combinePurchaseOrderPasses(before, latest) : latest;
}

/** Where a purchase order stands after its last pass. */
export function purchaseOrderState({ action, differences }: PurchaseOrderOutcome): SyncState {
  if (differences?.length) return 'Differs';
  return action === 'skipped' ? 'Ignored' : 'Synced';
}
