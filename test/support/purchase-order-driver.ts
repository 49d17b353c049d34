import { randomUUID } from 'node:crypto';
import {
  PURCHASE_ORDER_SIGNAL,
  purchaseOrderWorkflowId,
  type PurchaseOrderOutcome,
  type PurchaseOrderSubject,
  type SyncPurchaseOrderInput,
} from '../../src/contracts/purchase-order-messages';
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
  return new ScriptedActivity(PURCHASE_ORDER_SIGNAL, script);
}

/** One purchase order, or one delivery, of its own. */
export class PurchaseOrderDriver extends GoodsDriver<PurchaseOrderOutcome> {
  constructor(server: OrderServer, kind: 'purchase-order' | 'delivery' = 'purchase-order') {
    const id = `PO-${randomUUID().slice(0, 8)}`;
    const tenantUid = 'flow_no';
    const subject: PurchaseOrderSubject =
      kind === 'delivery' ? { tenantUid, deliveryId: id } : { tenantUid, purchaseOrderId: id };
    super(server, {
      workflowId: purchaseOrderWorkflowId(subject),
      record: (door, eventId) =>
        door.recordPurchaseOrder(subject, { eventId, source: 'omnium', what: 'Updated (351101)' }),
    });
  }
}
