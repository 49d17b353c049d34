import { leadingPass, mergePasses, splitId } from '../entity-sync';
import type { EntityEvent, EntityKind, EntityOutcome, Fact, PassInput } from '../entity-sync';

/**
 * A purchase order, Omnium → Flow. An event may name a delivery: only Omnium knows whose lines it holds, so the same
 * workflow under the delivery's name finds out and notifies those purchase orders.
 */

export type PurchaseOrderSubject =
  | { readonly tenantUid: string; readonly purchaseOrderId: string }
  | { readonly tenantUid: string; readonly deliveryId: string };

export type PurchaseOrderEvent = EntityEvent;
export type SyncPurchaseOrderInput = PurchaseOrderSubject & PassInput;

/** What a sync of a purchase order would do now, found by reading only. */
export interface PurchaseOrderInspection {
  /** `differs` also when a sync would fail; `not-ours` when it would deliberately do nothing. */
  readonly verdict: 'in-sync' | 'differs' | 'not-ours';
  readonly storeUid?: string;
}

/** What a pass over a purchase order did. */
export interface PurchaseOrderOutcome extends EntityOutcome {
  /**
   * - `removed`: gone or cancelled in Omnium, so nothing of it is expected in the shops any more: what Flow had of it was
   *   deleted, or closed where goods were received
   * - `forwarded`: a delivery was named; its purchase orders have been notified
   * - `skipped`: deliberately nothing was done, see `reason`
   */
  readonly action: 'created' | 'updated' | 'unchanged' | 'removed' | 'forwarded' | 'skipped';
  /** Flow's uids: one, or one per delivery (`ExportDeliveryAsPo`) or per store. At most 20. */
  readonly flowPurchaseOrderUids?: readonly string[];
  readonly linesAdded?: number;
  readonly linesChanged?: number;
  readonly linesRemoved?: number;
  /** Lines of which Flow has received more than Omnium knows: their goods receptions are on their way there. */
  readonly linesInFlight?: number;
  /** Purchase orders that were notified, for `forwarded`. */
  readonly purchaseOrders?: number;
}

export const purchaseOrderKind: EntityKind<PurchaseOrderSubject, PurchaseOrderEvent, PurchaseOrderOutcome> = {
  name: 'purchase-order',
  workflow: 'purchaseOrderWorkflow',
  activity: 'syncPurchaseOrder',
  engine: 'exports',
  direction: 'inbound',
  route: 'Omnium → Flow',
  id: (key) =>
    'purchaseOrderId' in key
      ? `purchase-order:${key.tenantUid}:${key.purchaseOrderId}`
      : `delivery:${key.tenantUid}:${key.deliveryId}`,
  parseId: (workflowId) => {
    const order = splitId('purchase-order', workflowId);
    if (order) return { tenantUid: order.tenantUid, purchaseOrderId: order.rest };
    const delivery = splitId('delivery', workflowId);
    return delivery && { tenantUid: delivery.tenantUid, deliveryId: delivery.rest };
  },
  subject: (key) => ('purchaseOrderId' in key ? `Purchase order ${key.purchaseOrderId}` : `Delivery ${key.deliveryId}`),
  merge: (before, latest) => {
    const leading = leadingPass(before, latest, ['created', 'updated', 'removed']);
    const storeUid = latest.storeUid ?? before.storeUid;
    const uids = latest.flowPurchaseOrderUids ?? leading.flowPurchaseOrderUids;
    return {
      ...mergePasses(before, latest, leading, ['linesAdded', 'linesChanged', 'linesRemoved']),
      ...(storeUid !== undefined && { storeUid }),
      ...(uids && { flowPurchaseOrderUids: uids }),
    };
  },
  sentence: (subject, { action, reason, purchaseOrders = 0 }) => {
    switch (action) {
      case 'created':
        return `${subject} was created in Flow.`;
      case 'updated':
        return `${subject} was brought up to date in Flow.`;
      case 'unchanged':
        return `${subject} was already right in Flow; nothing was written.`;
      case 'removed':
        return `${subject} is expected in no shop any more: ${reason ?? 'it is gone from Omnium'}.`;
      case 'forwarded':
        return `${subject} belongs to ${purchaseOrders} purchase orders, whose own pages say how it goes on.`;
      case 'skipped':
        return `${subject} was not synced: ${reason ?? 'no reason given'}.`;
    }
  },
  facts: (outcome) => {
    const { action, reason, storeUid, flowPurchaseOrderUids = [], linesInFlight } = outcome;
    const { linesAdded, linesChanged, linesRemoved } = outcome;
    const lines = [
      ...(linesAdded ? [`${linesAdded} added`] : []),
      ...(linesChanged ? [`${linesChanged} changed`] : []),
      ...(linesRemoved ? [`${linesRemoved} removed`] : []),
    ];
    const inFlow = `${flowPurchaseOrderUids.join(', ')}${storeUid ? `, store ${storeUid}` : ''}`;
    const isPartly = action === 'created' || action === 'updated' || action === 'unchanged';
    return [
      ...(flowPurchaseOrderUids.length > 0 ? [['In Flow', inFlow] satisfies Fact] : []),
      ...(lines.length > 0 ? [['Lines', lines.join(', ')] satisfies Fact] : []),
      ...(linesInFlight
        ? [
            [
              'Goods under way',
              `${linesInFlight} lines received in Flow and not yet in Omnium; nothing was lowered`,
            ] satisfies Fact,
          ]
        : []),
      ...(isPartly && reason ? [['Not in Flow', reason] satisfies Fact] : []),
    ];
  },
  resync: (key) =>
    'purchaseOrderId' in key
      ? `purchase-order resync ${key.purchaseOrderId} --tenant ${key.tenantUid}`
      : `resync delivery:${key.tenantUid}:${key.deliveryId}`,
};
