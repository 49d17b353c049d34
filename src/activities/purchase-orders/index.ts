import { Context } from '@temporalio/activity';
import {
  PURCHASE_ORDER_SIGNAL,
  type PurchaseOrderOutcome,
  type SyncPurchaseOrderInput,
} from '../../contracts/purchase-order-messages';
import { GoodsInbox } from '../../temporal/goods-inbox';
import { runAttempt } from '../attempt';
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

/** How long recording an event may take. */
const TELL_TIMEOUT_MS = 10_000;

export function createPurchaseOrderActivities(tenants: TenantRegistry): PurchaseOrderActivities {
  let inbox: GoodsInbox | undefined;
  const tellFrom = ({ subject: { tenantUid }, retryLadder }: SyncPurchaseOrderInput): TellPurchaseOrder => {
    const { client, info } = Context.current();
    inbox ??= new GoodsInbox({
      ...{ client, retryLadder, callTimeoutMs: TELL_TIMEOUT_MS, taskQueue: info.taskQueue },
      alignAgainAfterSeconds: (uid) => tenants.get(uid).config.goods.alignAgainAfterSeconds,
    });
    const door = inbox;
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
