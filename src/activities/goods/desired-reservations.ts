import type { FlowPurchaseOrder, FlowReservationWrite } from '../../clients/flow/purchase-orders';
import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { OmniumExtendedPurchaseOrder } from '../../clients/omnium/purchase-orders';
import { toHundredths } from '../../domain/quantity';
import { stripToUid } from '../../domain/uid';
import { routeOrder } from '../orders/mapping/omnium-order-to-flow';
import type { SyncContext } from '../shared/sync-context';
import type { DesiredReservations } from './mapping/plan-purchase-order-changes';
import { storeUidOf } from './purchase-order-places';

/** States in which an order's goods are not waited for any more. */
const OVER: ReadonlySet<string> = new Set(['CANCELLED', 'COMPLETE']);

/**
 * Which customer orders in Flow wait for goods of a purchase order: Omnium's order lines say so, and an order that is not
 * in Flow, or is over there, has nothing to be linked to.
 *
 * @param existing what Flow has of the purchase order, with the links as they are
 */
export async function desiredReservations(
  context: SyncContext,
  purchaseOrder: OmniumExtendedPurchaseOrder,
  existing: readonly FlowPurchaseOrder[],
): Promise<DesiredReservations> {
  const { omnium, flow } = context.tenant;
  const byLine = new Map<string, FlowReservationWrite[]>();
  const linked = new Set<string>();
  for (const orderNumber of new Set(purchaseOrder.customerOrderNumbers)) {
    const order = await omnium.orders.get(orderNumber, context);
    const waiting = (order?.orderForm.lineItems ?? []).flatMap((line) => {
      const { lineItemId, reservedInventoryPurchaseOrderId, reservedInventoryPurchaseOrderLineId: onLine } = line;
      const isWaiting = reservedInventoryPurchaseOrderId === purchaseOrder.id && onLine;
      const quantity = isWaiting ? toHundredths(line.reservedInventoryQuantity ?? 0) : 0;
      return isWaiting && quantity > 0 ? [{ lineItemId, onLine, quantity }] : [];
    });
    const inFlow = order && waiting.length > 0 ? await openOrderInFlow(context, order) : undefined;
    if (!inFlow) continue;
    const { orderUid, items } = inFlow;
    linked.add(orderUid);
    for (const { lineItemId, onLine, quantity } of waiting) {
      const item = items.find(({ externalId }) => externalId === lineItemId);
      const code = purchaseOrder.lineItems.find((line) => line.lineItemId === onLine)?.code;
      if (!item || code === undefined) continue;
      // A customer may wait for a part of a package, or for a package of which only parts are ordered: Flow links equals only.
      const isSame = item.productUid === undefined ? item.sku === code : item.productUid === stripToUid(code);
      if (!isSame) continue;
      const link = { orderUid, orderItemUid: item.orderItemUid, quantity: Math.min(quantity, item.quantity) };
      byLine.set(onLine, [...(byLine.get(onLine) ?? []), link]);
    }
  }
  // Linked orders that did not come from Omnium are the shop's own.
  const ofTheShop = new Set<string>();
  const reservations = existing.flatMap(({ items }) => items.flatMap((item) => item.reservations));
  for (const orderUid of new Set(reservations.flatMap((reservation) => reservation.orderUid ?? []))) {
    if (linked.has(orderUid)) continue;
    const order = await flow.orders.get(orderUid, context);
    if (order && !order.externalOrderNumber) ofTheShop.add(orderUid);
  }
  return { byLine, ofTheShop };
}

/** The order as long as it is waited for; one that moved to another store has a uid of its own there. */
async function openOrderInFlow(context: SyncContext, order: OmniumOrder): Promise<FlowOrder | undefined> {
  const { flow, config } = context.tenant;
  const uid = stripToUid(order.id);
  const first = await flow.orders.get(uid, context);
  if (!first || !OVER.has(first.orderState)) return first;
  const route = routeOrder(order, config);
  const storeUid = 'skip' in route ? undefined : await storeUidOf(context, route.storeId);
  if (storeUid === undefined || storeUid === first.storeUid) return undefined;
  const moved = await flow.orders.get(`${uid}-${storeUid}`, context);
  return moved && !OVER.has(moved.orderState) ? moved : undefined;
}
