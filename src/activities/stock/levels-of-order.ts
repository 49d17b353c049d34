import type { FlowOrder } from '../../clients/flow/orders';
import type { OrderOutcome } from '../../contracts/messages';
import type { StockSubject } from '../../contracts/stock-messages';
import type { Attempt } from '../shared/sync-context';
import type { Tenant } from '../tenants';

/** Where an order's pass has left off. */
export interface OrderPassed {
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  /** Reads an order of Flow's; those that the pass has read are at hand. */
  readonly order: (orderUid: string) => Promise<FlowOrder | undefined>;
}

/**
 * The levels that an order, and the returns on it, may have moved in Omnium by the steps of its workflow: what was handed
 * over or came back, in each warehouse of the store. However long ago that was in the shop: an order can be told late.
 */
export async function levelsOfOrder(
  { flowOrderUid, returns = [], storeUid }: OrderOutcome,
  { tenant, attempt, order }: OrderPassed,
): Promise<readonly StockSubject[]> {
  if (storeUid === undefined) return [];
  const uids = new Set([
    ...(flowOrderUid === undefined ? [] : [flowOrderUid]),
    ...returns.map((one) => one.flowOrderUid),
  ]);
  const orders = await Promise.all([...uids].map(order));
  const moved = orders
    .flatMap((one) => one?.items ?? [])
    .filter(({ quantityDelivered = 0 }) => quantityDelivered !== 0)
    .flatMap(({ productUid }) => productUid ?? []);
  const productUids = [...new Set(moved)];
  const warehouses = productUids.length > 0 ? await tenant.warehouses.ofStore(storeUid, attempt) : [];
  return warehouses.flatMap(({ warehouseUid }) =>
    productUids.map((productUid) => ({ kind: 'level' as const, warehouseUid, productUid })),
  );
}
