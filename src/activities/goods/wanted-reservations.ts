import type { FlowOrder, FlowOrderItem } from '../../clients/flow/orders';
import type { FlowPurchaseOrder, FlowReservationWrite } from '../../clients/flow/purchase-orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { OmniumExtendedPurchaseOrder } from '../../clients/omnium/purchase-orders';
import { toHundredths } from '../../domain/quantity';
import { stripToUid } from '../../domain/uid';
import { routeOrder } from '../orders/mapping/omnium-order-to-flow';
import type { WantedReservations } from './mapping/reservations';
import type { SyncRun } from '../orders/sync-run';
import { storeUidOf } from './purchase-order-owner';

/** States in which nobody waits for an order's goods any more. */
const OVER: ReadonlySet<string> = new Set(['CANCELLED', 'COMPLETE']);

/**
 * Which customer orders in Flow wait for goods of a purchase order: Omnium's order lines say so, and an order that is not
 * in Flow, or is over there, has nothing to be linked to.
 *
 * @param existing what Flow has of the purchase order, with the links as they are
 */
export async function wantedReservations(
  run: SyncRun,
  purchaseOrder: OmniumExtendedPurchaseOrder,
  existing: readonly FlowPurchaseOrder[],
): Promise<WantedReservations> {
  const { omnium } = run.tenant;
  const byLine = new Map<string, FlowReservationWrite[]>();
  const linked = new Set<string>();
  for (const orderNumber of new Set(purchaseOrder.customerOrderNumbers)) {
    const order = await omnium.orders.get(orderNumber, run.attempt);
    const waiting = order ? linesWaitingFor(order, purchaseOrder.id) : [];
    const inFlow = order && waiting.length > 0 ? await orderInFlow(run, order) : undefined;
    if (!inFlow) continue;
    linked.add(inFlow.orderUid);
    for (const { lineItemId, purchaseOrderLineId, quantity } of waiting) {
      const item = inFlow.items.find(({ externalId }) => externalId === lineItemId);
      if (!item || !isSameProduct(item, purchaseOrder, purchaseOrderLineId)) continue;
      const { orderUid } = inFlow;
      const link = { orderUid, orderItemUid: item.orderItemUid, quantity: Math.min(quantity, item.quantity) };
      byLine.set(purchaseOrderLineId, [...(byLine.get(purchaseOrderLineId) ?? []), link]);
    }
  }
  return { byLine, ofTheShop: await linkedInTheShop(run, existing, linked) };
}

/** A customer may wait for a part of a package, or for a package of which only parts are ordered: Flow links equals only. */
function isSameProduct(
  { productUid, sku }: FlowOrderItem,
  { lineItems }: OmniumExtendedPurchaseOrder,
  purchaseOrderLineId: string,
): boolean {
  const code = lineItems.find(({ lineItemId }) => lineItemId === purchaseOrderLineId)?.code;
  return code !== undefined && (productUid === undefined ? sku === code : productUid === stripToUid(code));
}

interface WaitingLine {
  readonly lineItemId: string;
  readonly purchaseOrderLineId: string;
  readonly quantity: number;
}

function linesWaitingFor(order: OmniumOrder, purchaseOrderId: string): WaitingLine[] {
  return order.orderForm.lineItems.flatMap((line) => {
    const { lineItemId, reservedInventoryPurchaseOrderLineId: purchaseOrderLineId, reservedInventoryQuantity } = line;
    const isWaiting = line.reservedInventoryPurchaseOrderId === purchaseOrderId && purchaseOrderLineId;
    const quantity = isWaiting ? toHundredths(reservedInventoryQuantity ?? 0) : 0;
    return isWaiting && quantity > 0 ? [{ lineItemId, purchaseOrderLineId, quantity }] : [];
  });
}

/** The order as long as somebody waits for it; one that moved to another store has a uid of its own there. */
async function orderInFlow(run: SyncRun, order: OmniumOrder): Promise<FlowOrder | undefined> {
  const { tenant, attempt } = run;
  const uid = stripToUid(order.id);
  const first = await tenant.flow.orders.get(uid, attempt);
  if (!first || !OVER.has(first.orderState)) return first;
  const route = routeOrder(order, tenant.config);
  const storeUid = 'skip' in route ? undefined : await storeUidOf(run, route.storeId);
  if (storeUid === undefined || storeUid === first.storeUid) return undefined;
  const moved = await tenant.flow.orders.get(`${uid}-${storeUid}`, attempt);
  return moved && !OVER.has(moved.orderState) ? moved : undefined;
}

/** Linked orders that did not come from Omnium. */
async function linkedInTheShop(
  { tenant, attempt }: SyncRun,
  existing: readonly FlowPurchaseOrder[],
  known: ReadonlySet<string>,
): Promise<Set<string>> {
  const ofTheShop = new Set<string>();
  const reservations = existing.flatMap(({ items }) => items.flatMap((item) => item.reservations));
  for (const orderUid of new Set(reservations.flatMap((reservation) => reservation.orderUid ?? []))) {
    if (known.has(orderUid)) continue;
    const order = await tenant.flow.orders.get(orderUid, attempt);
    if (order && !order.externalOrderNumber) ofTheShop.add(orderUid);
  }
  return ofTheShop;
}
