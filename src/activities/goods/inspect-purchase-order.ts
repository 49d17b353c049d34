import type { FieldChange } from '../../contracts/order-inspection';
import type { PurchaseOrderInspection } from '../../contracts/kinds/purchase-order';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import { toApplicationFailure } from '../shared/failures';
import { syncPurchaseOrder } from './sync-purchase-order';

/**
 * What a sync of the purchase order would do now, found by the sync's own code with every write left out. Goods whose
 * reception is on its way to Omnium are no difference.
 *
 * @throws what the vendors' clients throw while a vendor cannot be reached; what is wrong with the purchase order itself
 *   is told as `differs`
 */
export async function inspectPurchaseOrder(
  tenant: Tenant,
  purchaseOrderId: string,
  attempt: Attempt,
): Promise<PurchaseOrderInspection> {
  const dryRun: FieldChange[] = [];
  try {
    const { action, storeUid } = await syncPurchaseOrder({ tenant, attempt, dryRun }, purchaseOrderId);
    const verdict = dryRun.length > 0 ? 'differs' : action === 'skipped' ? 'not-ours' : 'in-sync';
    return { verdict, ...(storeUid && { storeUid }) };
  } catch (error) {
    const { failureType } = toApplicationFailure(error, () => 0);
    if (CANNOT_LOOK.test(failureType)) throw error;
    return { verdict: 'differs', ...(attempt.storeUid && { storeUid: attempt.storeUid }) };
  }
}

/** Failures that say nothing about the purchase order: the vendor could not be asked, or we are at fault. */
const CANNOT_LOOK = /(Unavailable|RateLimited|Unauthorized|Forbidden|Unexpected)$/;
