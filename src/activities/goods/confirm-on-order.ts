import type { FlowPurchaseOrder, FlowReceivement } from '../../clients/flow/purchase-orders';
import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import type { ConfirmedDelivery } from '../../contracts/kinds/goods-reception';
import { hundredthsToDecimal, type Hundredths } from '../../domain/quantity';
import { uidOf } from '../../domain/uid';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { planConfirmation, type ConfirmationPlan } from './mapping/plan-confirmation';

/** A purchase order in both systems. */
export interface OrdersOfReception {
  readonly flow: FlowPurchaseOrder;
  readonly omnium: OmniumPurchaseOrder;
  /** Lines of Omnium's that items of Flow's purchase orders stand for: with one for each delivery, there are several. */
  readonly claimedLineIds: ReadonlySet<string>;
}

/** What was done about one receivement on a purchase order that Omnium knows. */
export interface OrderConfirmation {
  /** Several calls on one delivery are reported as one. */
  readonly deliveries: readonly ConfirmedDelivery[];
  /** Products that are on no line of the order. */
  readonly unorderedProductUids: readonly string[];
  readonly differences: readonly string[];
  /** Set when packages are on the order: what was in them went on Flow's shelves, under products of its own. */
  readonly hasPackages?: boolean;
}

/** A new delivery and an answer that says "already there" each make a plan worthless; both come once or twice. */
const MOST_PLANS = 6;

/**
 * The purchase order that goods were received on, where Omnium knows it. Undefined for a local one: goods without a
 * purchase order, one that was made in the shop, and one that has been deleted in Omnium.
 *
 * Flow's `externalId` holds Omnium's id as it is; nothing is read out of a uid.
 */
export async function findOrders(
  context: SyncContext,
  { storeUid, purchaseOrderUid }: FlowReceivement,
): Promise<OrdersOfReception | undefined> {
  const { purchaseOrders } = context.tenant.flow;
  if (purchaseOrderUid === undefined) return undefined;
  const flow = await purchaseOrders.get(storeUid, purchaseOrderUid, context);
  if (!flow) throw missingInFlow(storeUid, purchaseOrderUid);
  const { externalId } = flow;
  if (externalId === undefined) return undefined;
  const omnium = await context.tenant.omnium.purchaseOrders.get(externalId, context);
  if (!omnium || omnium.status === 'Deleted') return undefined;
  // Lists are not known to hold lines, and the one that was received on is known already.
  const all = await purchaseOrders.list(flow.storeUid, { externalId }, context);
  const others = await Promise.all(
    all
      .filter((other) => other.purchaseOrderUid !== flow.purchaseOrderUid)
      .map((other) => purchaseOrders.get(flow.storeUid, other.purchaseOrderUid, context)),
  );
  const lineIds = [flow, ...others].flatMap((order) => order?.items.flatMap((item) => item.externalId ?? []) ?? []);
  return { flow, omnium, claimedLineIds: new Set(lineIds) };
}

/** The failure of a purchase order that Flow's own event named and Flow does not have (yet). */
export function missingInFlow(storeUid: string, purchaseOrderUid: string): SyncError {
  const message = `Flow's store ${storeUid} has no purchase order ${purchaseOrderUid}`;
  return new SyncError('FlowReceivementNotFound', message);
}

/**
 * What is still to be confirmed of a receivement on a purchase order of Omnium's, by what Omnium says at this moment: goods
 * that are confirmed already are not in it.
 */
export async function readConfirmationPlan(
  context: SyncContext,
  receivement: FlowReceivement,
  warehouseCode: string,
  { flow: flowOrder, omnium, claimedLineIds }: OrdersOfReception,
): Promise<ConfirmationPlan> {
  const { inventory } = context.tenant.omnium;
  const transactions = await inventory.searchTransactions({ purchaseOrderId: omnium.id }, context);
  const order = { lines: omnium.lineItems, claimedLineIds, warehouseCode };
  return planConfirmation({ receivement, flowOrder, order, transactions });
}

/**
 * What a goods reception would confirm to Omnium now: without what is confirmed already, though its workflow may still run,
 * or run again. None for goods on a purchase order that was made in the shop: their level is all that Omnium learns.
 */
export async function unconfirmedGoods(
  context: SyncContext,
  receivement: FlowReceivement,
): Promise<readonly { readonly productUid: string; readonly quantity: Hundredths }[]> {
  const orders = await findOrders(context, receivement);
  if (!orders) return [];
  const { warehouseCode } = await context.tenant.warehouses.resolveUid(receivement.warehouseUid, context);
  const { confirmations } = await readConfirmationPlan(context, receivement, warehouseCode, orders);
  return confirmations.flatMap(({ lineItemId, quantity }) => {
    const code = orders.omnium.lineItems.find((line) => line.lineItemId === lineItemId)?.code;
    const productUid = code === undefined ? undefined : uidOf(code);
    return productUid === undefined ? [] : [{ productUid, quantity }];
  });
}

/**
 * Confirms what is still to be confirmed, one call for each delivery. Every plan starts from what Omnium says at that
 * moment. When Omnium refuses a delivery's part because it has it already, which the plan did not know, a second plan looks
 * again before anything else is sent; a second such refusal only means that the movements are not searchable yet.
 *
 * @throws SyncError `OmniumConflict` when the order was deleted meanwhile, or changes faster than it can be read
 */
export async function confirmOnOrder(
  context: SyncContext,
  receivement: FlowReceivement,
  warehouseCode: string,
  orders: OrdersOfReception,
): Promise<OrderConfirmation> {
  const { purchaseOrders } = context.tenant.omnium;
  const done = new Map<string, ConfirmedDelivery>();
  const { id } = orders.omnium;
  let order: OmniumPurchaseOrder | undefined = orders.omnium;
  let wasRefused = false;
  for (let plans = 1; plans <= MOST_PLANS; plans += 1) {
    if (plans > 1) order = await purchaseOrders.get(id, context);
    if (!order) {
      throw new SyncError('OmniumConflict', `Purchase order ${id} was deleted while goods were confirmed on it`);
    }
    const plan = await readConfirmationPlan(context, receivement, warehouseCode, { ...orders, omnium: order });
    if (plan.withoutDelivery.length > 0) {
      await putIntoDelivery(context, receivement, id, plan);
      continue;
    }
    let isSent = true;
    for (const deliveryId of new Set(plan.confirmations.flatMap((entry) => entry.deliveryId ?? []))) {
      const entries = plan.confirmations.filter((entry) => entry.deliveryId === deliveryId);
      const lines = entries.map(({ goodsReceptionId, lineItemId, quantity }) => ({
        ...{ goodsReceptionId, lineItemId, warehouseCode },
        deliveredQuantity: hundredthsToDecimal(quantity),
      }));
      context.signal.throwIfAborted();
      const answer = await purchaseOrders.processGoodsReception(deliveryId, lines, context);
      if (answer === 'received') {
        const before = done.get(deliveryId);
        const quantityHundredths = entries.reduce(
          (sum, { quantity }) => sum + quantity,
          before?.quantityHundredths ?? 0,
        );
        done.set(deliveryId, {
          ...{ purchaseOrderId: id, deliveryId, quantityHundredths },
          lines: entries.length + (before?.lines ?? 0),
        });
      } else if (!wasRefused) {
        isSent = false;
        break;
      }
    }
    if (isSent) return { ...outcomeOn(order, plan), deliveries: [...done.values()] };
    wasRefused = true;
  }
  throw new SyncError('OmniumConflict', `The lines of purchase order ${id} change faster than they can be read`);
}

function outcomeOn(
  { status, lineItems }: OmniumPurchaseOrder,
  { unorderedProductUids, differences }: ConfirmationPlan,
): Omit<OrderConfirmation, 'deliveries'> {
  const isCancelled = status === 'OrderCanceled' ? ['the purchase order is cancelled in Omnium'] : [];
  const hasPackages = lineItems.some(
    ({ isPackage, packageLineItemId, components }) =>
      isPackage === true || packageLineItemId !== undefined || components.length > 0,
  );
  return { unorderedProductUids, differences: [...isCancelled, ...differences], hasPackages };
}

/**
 * Goods can only be received on a delivery. Lines that are in none go into one of this receivement's own, with all that is
 * open on them, so that no line is split. A delivery of that name without these lines is one that an earlier attempt made
 * for others.
 */
async function putIntoDelivery(
  context: SyncContext,
  { receivementUid }: FlowReceivement,
  purchaseOrderId: string,
  { withoutDelivery: lines }: ConfirmationPlan,
): Promise<void> {
  const { purchaseOrders } = context.tenant.omnium;
  const name = `flow-${receivementUid}`;
  let newDeliveryId = name;
  for (let again = 2; await purchaseOrders.getDelivery(newDeliveryId, context); again += 1) {
    newDeliveryId = `${name}-${again}`;
  }
  context.signal.throwIfAborted();
  await purchaseOrders.createDelivery(purchaseOrderId, { newDeliveryId, lines }, context);
}
