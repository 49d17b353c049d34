import { randomUUID } from 'node:crypto';
import {
  purchaseOrderKind,
  type PurchaseOrderOutcome,
  type PurchaseOrderSubject,
  type SyncPurchaseOrderInput,
} from '../../src/contracts/kinds/purchase-order';
import { GoodsDriver } from './goods-driver';
import { ScriptedActivity, type AttemptScript, type OrderServer } from './sync-driver';

/** What every attempt that is not scripted otherwise answers. */
export const BROUGHT: PurchaseOrderOutcome = {
  action: 'created',
  storeUid: 'oslocity',
  flowPurchaseOrderUids: ['PO17'],
  linesAdded: 2,
  changedFields: ['supplier'],
  calls: 12,
};

/** The activity of purchase orders with a scripted inside. */
export function scriptedPurchaseOrders(
  script: AttemptScript<SyncPurchaseOrderInput, PurchaseOrderOutcome> = async () => BROUGHT,
): ScriptedActivity<SyncPurchaseOrderInput, PurchaseOrderOutcome> {
  return new ScriptedActivity(script);
}

/** One purchase order, or one delivery, of its own. */
export class PurchaseOrderDriver extends GoodsDriver<PurchaseOrderOutcome> {
  constructor(server: OrderServer, kind: 'purchase-order' | 'delivery' = 'purchase-order') {
    const id = `PO-${randomUUID().slice(0, 8)}`;
    const tenantUid = 'flow_no';
    const subject: PurchaseOrderSubject =
      kind === 'delivery' ? { tenantUid, deliveryId: id } : { tenantUid, purchaseOrderId: id };
    super(server, {
      workflowId: purchaseOrderKind.id(subject),
      record: (door, eventId) =>
        door.publish(purchaseOrderKind, subject, { eventId, source: 'omnium', what: 'Updated (351101)' }),
    });
  }
}
