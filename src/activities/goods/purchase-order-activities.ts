import { Context } from '@temporalio/activity';
import {
  PURCHASE_ORDER_SIGNAL,
  type PurchaseOrderOutcome,
  type SyncPurchaseOrderInput,
} from '../../contracts/purchase-order-messages';
import { runAttempt } from '../shared/sync-context';
import { goodsInboxHere } from '../shared/goods-inbox-here';
import type { TenantRegistry } from '../tenants';
import { syncPurchaseOrder } from './sync-purchase-order';
import { tellPurchaseOrders, type TellPurchaseOrder } from './tell-purchase-orders';

/** The activities of purchase orders. */
export interface PurchaseOrderActivities {
  /**
   * Brings one purchase order from Omnium to Flow; of a delivery, tells the purchase orders it belongs to. Converges: it may
   * run any number of times.
   */
  syncPurchaseOrder(input: SyncPurchaseOrderInput): Promise<PurchaseOrderOutcome>;
}

export function createPurchaseOrderActivities(tenants: TenantRegistry): PurchaseOrderActivities {
  const inboxOf = goodsInboxHere(tenants, 'exports');
  const tellFrom = (input: SyncPurchaseOrderInput): TellPurchaseOrder => {
    const { tenantUid } = input.subject;
    const door = inboxOf(input);
    return async (purchaseOrderId, event) => {
      await door.recordPurchaseOrder({ tenantUid, purchaseOrderId }, event);
    };
  };
  return {
    syncPurchaseOrder: (input) =>
      runAttempt({ ...input, signalName: PURCHASE_ORDER_SIGNAL }, async (attempt) => {
        const { subject } = input;
        const run = { tenant: tenants.get(subject.tenantUid), attempt };
        if (!('deliveryId' in subject)) return await syncPurchaseOrder(run, subject.purchaseOrderId);
        const { workflowExecution } = Context.current().info;
        const eventId = `delivery:${workflowExecution?.runId ?? ''}:${input.pass}`;
        return await tellPurchaseOrders(run, { deliveryId: subject.deliveryId, eventId }, tellFrom(input));
      }),
  };
}
