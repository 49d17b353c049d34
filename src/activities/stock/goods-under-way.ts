import type { Client } from '@temporalio/client';
import type { FlowOrder, FlowOrderItem } from '../../clients/flow/orders';
import type { FlowReceivement } from '../../clients/flow/purchase-orders';
import { goodsReceptionKind } from '../../contracts/kinds/goods-reception';
import type { OrderOutcome } from '../../contracts/kinds/order';
import type { StockSubject } from '../../contracts/kinds/stock';
import { asHundredths, toHundredths, type Hundredths } from '../../domain/quantity';
import { GRPC, grpcCodeOf } from '../../temporal/grpc-errors';
import { isReturn, omniumLineId } from '../orders/mapping/till-to-omnium';
import type { SyncContext } from '../shared/sync-context';
import type { LevelKey } from './flow-levels';

const MINUTE_MS = 60_000;
const ASK_SERVER_MS = 5_000;
/** A reception is through within seconds; after this it waits for a person, and the rest of the stock must not. */
const YOUNG_MS = 10 * MINUTE_MS;
/** The sweep has found every receivement by then: one without a workflow was done so long ago that it is forgotten. */
const NOTIFIED_WITHIN_MS = 60 * MINUTE_MS;
/** Receivements further back are left out. */
const RECEIVEMENTS_LOOK_BACK_MS = 30 * 24 * 60 * MINUTE_MS;
/** Orders that changed longer ago have reached Omnium, or wait where a person sees them. */
const ORDERS_LOOK_BACK_MS = 2 * 60 * MINUTE_MS;

/** What a goods reception that is under way will still add in Omnium. */
export interface UnderWay {
  /** Received in Flow and not yet confirmed to Omnium. */
  readonly quantity: Hundredths;
  /** It has begun a moment ago and asks for these levels again when it is through. */
  readonly isYoung: boolean;
}

/** What a goods reception would confirm to Omnium now, without what is confirmed already: a function of the goods domain. */
export type UnconfirmedGoods = (
  context: SyncContext,
  receivement: FlowReceivement,
) => Promise<readonly { readonly productUid: string; readonly quantity: Hundredths }[]>;

/**
 * Goods that were received in a store of Flow's on a purchase order and that Omnium is still to be notified of. Temporal
 * knows whether that may be: the reception's own workflow is running, or has not begun. Omnium knows what it has got by then.
 *
 * @param done receivements that Omnium has been notified of a moment ago: their workflows may still be about to end
 * @returns asks for one level, or at once for all levels of the store; each receivement is looked up once
 */
export function receptionsUnderWay(
  context: SyncContext,
  client: Client,
  storeUid: string,
  unconfirmedGoods: UnconfirmedGoods,
  done: ReadonlySet<string> = new Set(),
): {
  of(level: LevelKey): Promise<UnderWay | undefined>;
  everywhere(): Promise<(level: LevelKey) => UnderWay | undefined>;
} {
  const { tenant } = context;
  const asked = new Map<string, ReturnType<UnconfirmedGoods>>();
  const keyOf = ({ warehouseUid, productUid }: LevelKey): string => `${warehouseUid}/${productUid}`;

  async function goodsOf(receivement: FlowReceivement): ReturnType<UnconfirmedGoods> {
    const { receivementUid, purchaseOrderUid } = receivement;
    // Without a purchase order nothing is confirmed: the level is all that Omnium learns.
    if (purchaseOrderUid === undefined || done.has(receivementUid)) return [];
    const workflowId = goodsReceptionKind.id({ tenantUid: tenant.config.tenantUid, receivementUid });
    try {
      const handle = client.workflow.getHandle(workflowId);
      const { status } = await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
      if (status.name !== 'RUNNING') return [];
    } catch (error) {
      const isUnknown = error instanceof Error && error.name === 'WorkflowNotFoundError';
      if (!isUnknown && grpcCodeOf(error) !== GRPC.NOT_FOUND) throw error;
      if (ageMs(receivement) >= NOTIFIED_WITHIN_MS) return [];
    }
    return await unconfirmedGoods(context, receivement);
  }

  async function collect(filter: { readonly productUid?: string }): Promise<(level: LevelKey) => UnderWay | undefined> {
    const modifiedFrom = new Date(Date.now() - RECEIVEMENTS_LOOK_BACK_MS).toISOString();
    const found = new Map<string, UnderWay>();
    for await (const batch of tenant.flow.receivements.list(storeUid, { ...filter, modifiedFrom }, context)) {
      for (const receivement of batch) {
        const isYoung = ageMs(receivement) < YOUNG_MS;
        const { receivementUid, warehouseUid } = receivement;
        const goods = asked.get(receivementUid) ?? goodsOf(receivement);
        asked.set(receivementUid, goods);
        for (const { productUid, quantity } of await goods) {
          const key = keyOf({ productUid, warehouseUid });
          const before = found.get(key);
          const sum = asHundredths((before?.quantity ?? 0) + quantity);
          found.set(key, { quantity: sum, isYoung: isYoung || before?.isYoung === true });
        }
      }
    }
    return (level) => found.get(keyOf(level));
  }

  return {
    of: async (level) => (await collect({ productUid: level.productUid }))(level),
    everywhere: () => collect({}),
  };
}

/** A receivement that does not say when it was made is taken for a new one. */
function ageMs({ createdAt }: FlowReceivement): number {
  return createdAt ? Date.now() - Date.parse(createdAt) : 0;
}

/**
 * Goods that have left a store over its tills, or came back, and that Omnium is still to be notified of by their orders. In
 * hundredths of a piece; below zero for goods that came back.
 *
 * Asked only when a store changes its stock master: then the level of one system becomes the other's, and an order that
 * is on its way would be counted by the level and once more by itself.
 */
export async function ordersUnderWay(context: SyncContext, storeUid: string): Promise<(level: LevelKey) => number> {
  const { tenant } = context;
  const moved = new Map<string, number>();
  const modifiedFrom = new Date(Date.now() - ORDERS_LOOK_BACK_MS).toISOString();
  for await (const batch of tenant.flow.orders.list(storeUid, { modifiedFrom }, context)) {
    for (const { orderUid } of batch) {
      const order = await tenant.flow.orders.get(orderUid, context);
      if (!order) continue;
      for (const { productUid, quantity } of await unsentGoodsOf(context, order)) {
        moved.set(productUid, (moved.get(productUid) ?? 0) + quantity);
      }
    }
  }
  const store = await tenant.flow.stores.get(storeUid, context);
  // Tills take from the store's default warehouse.
  const soldFrom = store?.defaultWarehouseUid ?? storeUid;
  return ({ warehouseUid, productUid }) => (warehouseUid === soldFrom ? (moved.get(productUid) ?? 0) : 0);
}

/** What an order has moved and Omnium does not know of. */
async function unsentGoodsOf(
  context: SyncContext,
  order: FlowOrder,
): Promise<readonly { readonly productUid: string; readonly quantity: number }[]> {
  const { omnium, flow } = context.tenant;
  const isReturned = isReturn(order);
  // Where a return's type alone gives the direction, its returned lines are above zero (orders/mapping/till-to-omnium.ts).
  const deliveredOf = ({ quantity, quantityDelivered, orderLinks }: FlowOrderItem): number =>
    isReturned && quantity > 0 && orderLinks.length > 0 ? -quantityDelivered : quantityDelivered;
  const moving = order.items.filter((item) => deliveredOf(item) !== 0);
  if (moving.length === 0) return [];
  const own = await omnium.orders.get(order.externalOrderNumber ?? order.orderUid, context);
  if (isReturned) {
    if (own) return [];
    // A return whose sale is known is part of that sale in Omnium, under its own uid.
    const links = order.items.flatMap(({ orderLinks }) => orderLinks);
    for (const originalUid of new Set(links.map(({ orderUid }) => orderUid))) {
      const original = await flow.orders.get(originalUid, context);
      const inOmnium = await omnium.orders.get(original?.externalOrderNumber ?? originalUid, context);
      if (inOmnium?.returnOrderForms.some(({ rmaNumber }) => rmaNumber === order.orderUid)) return [];
    }
  }
  return moving.flatMap((item) => {
    if (!item.productUid) return [];
    const line = own?.orderForm.lineItems.find(({ lineItemId }) => lineItemId === omniumLineId(item));
    return [{ productUid: item.productUid, quantity: deliveredOf(item) - toHundredths(line?.deliveredQuantity ?? 0) }];
  });
}

/**
 * The levels that an order, and the returns on it, may have moved in Omnium by the steps of its workflow: what was handed
 * over or came back, in each warehouse of the store. However long ago that was in the shop: an order can be late.
 *
 * @param orderOf reads an order of Flow's; those that the pass has read are at hand
 */
export async function levelsOfOrder(
  context: SyncContext,
  { flowOrderUid, returns = [], storeUid }: OrderOutcome,
  orderOf: (orderUid: string) => Promise<FlowOrder | undefined>,
): Promise<readonly StockSubject[]> {
  if (storeUid === undefined) return [];
  const uids = new Set([flowOrderUid, ...returns.map((one) => one.flowOrderUid)].filter((uid) => uid !== undefined));
  const orders = await Promise.all([...uids].map(orderOf));
  const moved = orders
    .flatMap((order) => order?.items ?? [])
    .filter(({ quantityDelivered }) => quantityDelivered !== 0);
  const productUids = [...new Set(moved.flatMap(({ productUid }) => productUid ?? []))];
  if (productUids.length === 0) return [];
  const warehouses = await context.tenant.warehouses.ofStore(storeUid, context);
  return warehouses.flatMap(({ warehouseUid }) =>
    productUids.map((productUid) => ({ kind: 'level' as const, warehouseUid, productUid })),
  );
}
