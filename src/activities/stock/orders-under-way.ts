import type { FlowOrder, FlowOrderItem } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import { toHundredths } from '../../domain/quantity';
import { omniumLineId } from '../orders/mapping/till-lines';
import { isReturn } from '../orders/mapping/till-return-to-omnium';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';
import type { LevelKey } from './level';

/** Orders that changed longer ago have reached Omnium, or wait where a person sees them. */
const LOOK_BACK_MS = 2 * 60 * 60_000;

/**
 * Goods that have left a store over its tills, or came back, and that Omnium is still to be told of by their orders. In
 * hundredths of a piece, by product; below zero for goods that came back.
 *
 * Asked only when a store changes its stock master: then the level of one system becomes the other's, and an order that
 * is on its way would be counted by the level and once more by itself.
 */
export async function ordersUnderWay(
  work: { readonly tenant: Tenant; readonly attempt: Attempt },
  storeUid: string,
): Promise<(level: LevelKey) => number> {
  const { tenant, attempt } = work;
  const moved = new Map<string, number>();
  const modifiedFrom = new Date(Date.now() - LOOK_BACK_MS).toISOString();
  for await (const batch of tenant.flow.orders.list(storeUid, { modifiedFrom }, attempt)) {
    for (const { orderUid } of batch) {
      const order = await tenant.flow.orders.get(orderUid, attempt);
      if (!order) continue;
      for (const [productUid, quantity] of await untoldOf(order, work)) {
        moved.set(productUid, (moved.get(productUid) ?? 0) + quantity);
      }
    }
  }
  const store = await tenant.flow.stores.get(storeUid, attempt);
  // Tills take from the store's default warehouse.
  const soldFrom = store?.defaultWarehouseUid ?? storeUid;
  return ({ warehouseUid, productUid }) => (warehouseUid === soldFrom ? (moved.get(productUid) ?? 0) : 0);
}

/** What an order has moved and Omnium does not know of, by product. */
async function untoldOf(
  order: FlowOrder,
  { tenant, attempt }: { readonly tenant: Tenant; readonly attempt: Attempt },
): Promise<ReadonlyMap<string, number>> {
  const isReturned = isReturn(order);
  const deliveredOf = (item: FlowOrderItem): number => signOf(item, isReturned) * (item.quantityDelivered ?? 0);
  const moving = order.items.filter((item) => deliveredOf(item) !== 0);
  if (moving.length === 0) return new Map();
  const own = await tenant.omnium.orders.get(order.externalOrderNumber ?? order.orderUid, attempt);
  if (isReturned && (own || (await isReturnTold(order, { tenant, attempt })))) return new Map();
  const untold = new Map<string, number>();
  for (const item of moving) {
    if (!item.productUid) continue;
    const quantity = deliveredOf(item) - (own ? deliveredIn(own, item) : 0);
    untold.set(item.productUid, (untold.get(item.productUid) ?? 0) + quantity);
  }
  return untold;
}

/** A return whose sale is known stands with that sale, under its own uid. */
async function isReturnTold(
  order: FlowOrder,
  { tenant, attempt }: { readonly tenant: Tenant; readonly attempt: Attempt },
): Promise<boolean> {
  const originals = new Set(order.items.flatMap(({ orderLinks }) => orderLinks.map(({ orderUid }) => orderUid)));
  for (const originalUid of originals) {
    const original = await tenant.flow.orders.get(originalUid, attempt);
    const inOmnium = await tenant.omnium.orders.get(original?.externalOrderNumber ?? originalUid, attempt);
    if (inOmnium?.returnOrderForms.some(({ rmaNumber }) => rmaNumber === order.orderUid)) return true;
  }
  return false;
}

/** Where a return's type alone tells the direction, its returned lines are above zero (src/activities/orders/mapping/till-lines.ts). */
function signOf({ quantity, orderLinks }: FlowOrderItem, isReturned: boolean): 1 | -1 {
  return isReturned && quantity > 0 && orderLinks.length > 0 ? -1 : 1;
}

function deliveredIn(order: OmniumOrder, item: FlowOrderItem): number {
  const line = order.orderForm.lineItems.find(({ lineItemId }) => lineItemId === omniumLineId(item));
  return line ? toHundredths(line.deliveredQuantity ?? 0) : 0;
}
