import type { OmniumOrder } from '../../../clients/omnium/orders';
import type { OrderHandlingKind, TenantConfig } from '../../../config/types';

/** Whether and how an order belongs into a tenant's tills. */
export type OrderRouting =
  | { readonly kind: OrderHandlingKind; readonly handlingUid?: string; readonly storeId: string }
  | { readonly skip: string };

/**
 * Decides by order type and market (Flow, orders page; the type → handling map is configuration, as the two vendors
 * name the online type differently).
 */
export function routeOrder(order: OmniumOrder, tenant: TenantConfig): OrderRouting {
  const { marketId, orderType } = order;
  if (marketId !== undefined && !tenant.markets.some((market) => sameText(market.marketId, marketId))) {
    return { skip: `market ${marketId} is not among this tenant's markets` };
  }
  const kind = tenant.orders.orderTypes[orderType?.toLowerCase() ?? ''];
  if (!kind) return { skip: `order type ${orderType ?? '(none)'} is not synced to Flow` };
  const storeId = storeIdOf(order, kind);
  if (!storeId) return { skip: 'the order names no store' };
  const handlingUid =
    kind === 'online'
      ? tenant.settings.OMNIUM_ONLINE_ORDER_HANDLING_UID
      : tenant.settings.OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID;
  return { kind, storeId, ...(handlingUid && { handlingUid }) };
}

/** A pick-up order belongs where it is fetched; any other order to the store that sold it. */
function storeIdOf(order: OmniumOrder, kind: OrderHandlingKind): string | undefined {
  if (kind === 'online') return order.storeId;
  const pickUp = order.orderForm.shipments.find((shipment) => shipment.pickUpWarehouseCode);
  return pickUp?.pickUpWarehouseCode ?? order.storeId;
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
