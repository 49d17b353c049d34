import type { PurchaseOrderEvent, PurchaseOrderOutcome } from '../../contracts/kinds/purchase-order';
import type { SyncRun } from '../orders/sync-run';

/** Records that a purchase order should be looked at; its own workflow goes on with it. */
export type TellPurchaseOrder = (purchaseOrderId: string, event: PurchaseOrderEvent) => Promise<void>;

/**
 * Tells the purchase orders whose lines a delivery holds that the delivery has changed.
 *
 * @param eventId names this pass, so that an attempt that tells again what an earlier one has told is one event
 */
export async function tellPurchaseOrders(
  { tenant, attempt }: SyncRun,
  about: { readonly deliveryId: string; readonly eventId: string },
  tell: TellPurchaseOrder,
): Promise<PurchaseOrderOutcome> {
  const lines = await tenant.omnium.purchaseOrders.listDeliveryLines(about.deliveryId, attempt);
  const ids = [...new Set((lines ?? []).flatMap(({ purchaseOrderId }) => purchaseOrderId ?? []))];
  const calls = attempt.calls;
  if (!lines) return { action: 'skipped', reason: 'it is not in Omnium', calls };
  if (ids.length === 0) return { action: 'skipped', reason: 'it holds no lines of a purchase order', calls };
  for (const id of ids) {
    await tell(id, { eventId: about.eventId, source: 'omnium', what: `Delivery ${about.deliveryId}`.slice(0, 100) });
  }
  return { action: 'forwarded', purchaseOrders: ids.length, calls };
}
