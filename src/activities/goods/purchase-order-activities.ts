import { Context } from '@temporalio/activity';
import {
  purchaseOrderKind,
  type PurchaseOrderOutcome,
  type SyncPurchaseOrderInput,
} from '../../contracts/kinds/purchase-order';
import { runAttempt } from '../shared/sync-context';
import type { Publisher } from '../../temporal/publisher';
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

export function createPurchaseOrderActivities(tenants: TenantRegistry, publisher: Publisher): PurchaseOrderActivities {
  const tellFrom = (input: SyncPurchaseOrderInput): TellPurchaseOrder => {
    const { tenantUid } = input;
    return async (purchaseOrderId, event) => {
      await publisher.publish(purchaseOrderKind, { tenantUid, purchaseOrderId }, event);
    };
  };
  return {
    syncPurchaseOrder: (input) =>
      runAttempt(input, async (attempt) => {
        const run = { tenant: tenants.get(input.tenantUid), attempt };
        if (!('deliveryId' in input)) return await syncPurchaseOrder(run, input.purchaseOrderId);
        const { workflowExecution } = Context.current().info;
        const eventId = `delivery:${workflowExecution?.runId ?? ''}:${input.pass}`;
        return await tellPurchaseOrders(run, { deliveryId: input.deliveryId, eventId }, tellFrom(input));
      }),
  };
}
