import { randomUUID } from 'node:crypto';
import type { ConfirmReceptionInput, GoodsReceptionOutcome } from '../../contracts/goods-reception-messages';
import { SyncError } from '../shared/failures';
import type { ReceptionWork } from './reception-work';

/**
 * A webhook that names only the purchase order: each receivement of it is told to its own workflow, also those that were
 * told before, which find nothing to do.
 *
 * @throws SyncError `FlowReceivementNotFound` when Flow does not know the purchase order
 */
export async function tellReceivements(
  { tenant, attempt, inbox }: ReceptionWork,
  { tenantUid, storeUid, receivementUid: purchaseOrderUid }: ConfirmReceptionInput,
): Promise<GoodsReceptionOutcome> {
  if (!(await tenant.flow.purchaseOrders.get(storeUid, purchaseOrderUid, attempt))) {
    throw new SyncError(
      'FlowReceivementNotFound',
      `Flow's store ${storeUid} has no purchase order ${purchaseOrderUid}`,
    );
  }
  const told = new Set<string>();
  for await (const receivements of tenant.flow.receivements.list(storeUid, { purchaseOrderUid }, attempt)) {
    for (const { receivementUid } of receivements) told.add(receivementUid);
  }
  await Promise.all(
    [...told].map((receivementUid) =>
      inbox.recordReception(
        { tenantUid, receivementUid, storeUid, subject: 'receivement' },
        { eventId: randomUUID(), source: 'flow', what: `Purchase order ${purchaseOrderUid}` },
      ),
    ),
  );
  if (told.size > 0) return { action: 'forwarded', storeUid, receivements: told.size };
  return { action: 'skipped', storeUid, reason: 'nothing was received in Flow on this purchase order' };
}
