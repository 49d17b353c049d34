import type { FlowReceivement } from '../../clients/flow/receivements';
import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import type { ConfirmedDelivery } from '../../contracts/goods-reception-messages';
import { asHundredths, hundredthsToDecimal } from '../../domain/quantity';
import type { ConfirmationPlan, PlannedConfirmation, UndeliveredLine } from './mapping/plan-confirmation';
import { SyncError } from '../shared/failures';
import { readConfirmationPlan, type ReceptionOnOrder } from './confirmation-plan';
import type { VendorWork } from './reception-work';

/** What was done about one receivement on a purchase order that Omnium knows. */
export interface OrderConfirmation {
  readonly deliveries: readonly ConfirmedDelivery[];
  /** Products that are on no line of the order. */
  readonly unorderedProductUids: readonly string[];
  readonly differences: readonly string[];
  /** Set when packages are on the order: what was in them went on Flow's shelves, under products of its own. */
  readonly hasPackages?: true;
}

/** A new delivery and an answer that says "already there" each make a plan worthless; both come once or twice. */
const MOST_PLANS = 6;
/** Status of a purchase order that nobody expects goods on any more. */
const CANCELLED = 'OrderCanceled';

/**
 * Confirms what is still to be confirmed, one call for each delivery. Every plan starts from what Omnium says at that
 * moment. When Omnium refuses a delivery's part because it has it already, which the plan did not know, a second plan looks
 * again before anything else is sent; a second such refusal only means that the movements are not searchable yet.
 */
export async function confirmOnOrder(work: VendorWork, reception: ReceptionOnOrder): Promise<OrderConfirmation> {
  const { receivement, orders } = reception;
  const done: ConfirmedDelivery[] = [];
  let order = orders.omnium;
  let wasRefused = false;
  for (let plans = 1; plans <= MOST_PLANS; plans += 1) {
    if (plans > 1) order = await readAgain(work, order.id);
    const plan = await readConfirmationPlan(work, { ...reception, orders: { ...orders, omnium: order } });
    if (plan.withoutDelivery.length > 0) {
      await putIntoDelivery(work, { order, receivement, lines: plan.withoutDelivery });
      continue;
    }
    const isTold = await tell(work, { plan, reception, order, acceptsRefusal: wasRefused, done });
    if (isTold) return resultOf(plan, order, done);
    wasRefused = true;
  }
  throw new SyncError('OmniumConflict', `The lines of purchase order ${order.id} change faster than they can be read`);
}

interface Telling {
  readonly plan: ConfirmationPlan;
  readonly reception: ReceptionOnOrder;
  readonly order: OmniumPurchaseOrder;
  /** Whether "received before" is an answer, and not a reason to look again. */
  readonly acceptsRefusal: boolean;
  readonly done: ConfirmedDelivery[];
}

/** Sends the plan; false when Omnium had a delivery's part of it already. */
async function tell(work: VendorWork, telling: Telling): Promise<boolean> {
  for (const [deliveryId, entries] of byDelivery(telling.plan.confirmations)) {
    const answer = await receive(work, telling, { deliveryId, entries });
    if (answer === 'duplicate' && !telling.acceptsRefusal) return false;
  }
  return true;
}

async function receive(
  { tenant, attempt }: VendorWork,
  { reception, order, done }: Telling,
  { deliveryId, entries }: { readonly deliveryId: string; readonly entries: readonly PlannedConfirmation[] },
): Promise<'received' | 'duplicate'> {
  const { warehouseCode } = reception.warehouse;
  const lines = entries.map(({ goodsReceptionId, lineItemId, quantity }) => ({
    ...{ goodsReceptionId, lineItemId, warehouseCode },
    deliveredQuantity: hundredthsToDecimal(quantity),
  }));
  attempt.signal.throwIfAborted();
  const answer = await tenant.omnium.purchaseOrders.processGoodsReception(deliveryId, lines, attempt);
  if (answer === 'received') {
    const quantityHundredths = entries.reduce((sum, { quantity }) => sum + quantity, 0);
    done.push({ purchaseOrderId: order.id, deliveryId, lines: entries.length, quantityHundredths });
  }
  return answer;
}

function byDelivery(confirmations: readonly PlannedConfirmation[]): Map<string, PlannedConfirmation[]> {
  const deliveries = new Map<string, PlannedConfirmation[]>();
  for (const confirmation of confirmations) {
    const { deliveryId } = confirmation;
    if (deliveryId === undefined) continue;
    deliveries.set(deliveryId, [...(deliveries.get(deliveryId) ?? []), confirmation]);
  }
  return deliveries;
}

/**
 * Goods can only be received on a delivery. Lines that are in none go into one of this receivement's own, with all that is
 * open on them, so that no line is split. A delivery of that name without these lines is one that an earlier attempt made
 * for others.
 */
async function putIntoDelivery(
  { tenant, attempt }: VendorWork,
  about: {
    readonly order: OmniumPurchaseOrder;
    readonly receivement: FlowReceivement;
    readonly lines: readonly UndeliveredLine[];
  },
): Promise<void> {
  const { order, receivement, lines } = about;
  const name = `flow-${receivement.receivementUid}`;
  let newDeliveryId = name;
  for (let again = 2; await tenant.omnium.purchaseOrders.getDelivery(newDeliveryId, attempt); again += 1) {
    newDeliveryId = `${name}-${again}`;
  }
  attempt.signal.throwIfAborted();
  await tenant.omnium.purchaseOrders.createDelivery(order.id, { newDeliveryId, lines }, attempt);
}

async function readAgain({ tenant, attempt }: VendorWork, purchaseOrderId: string): Promise<OmniumPurchaseOrder> {
  const order = await tenant.omnium.purchaseOrders.get(purchaseOrderId, attempt);
  if (order) return order;
  throw new SyncError(
    'OmniumConflict',
    `Purchase order ${purchaseOrderId} was deleted while goods were confirmed on it`,
  );
}

function resultOf(
  { unorderedProductUids, differences }: ConfirmationPlan,
  { status, lineItems }: OmniumPurchaseOrder,
  done: readonly ConfirmedDelivery[],
): OrderConfirmation {
  const isCancelled = status === CANCELLED ? ['the purchase order is cancelled in Omnium'] : [];
  const hasPackages = lineItems.some(
    ({ isPackage, packageLineItemId, components }) =>
      isPackage === true || packageLineItemId !== undefined || components.length > 0,
  );
  return {
    deliveries: joined(done),
    unorderedProductUids,
    differences: [...isCancelled, ...differences],
    ...(hasPackages && { hasPackages }),
  };
}

/** Several calls on one delivery are told as one. */
function joined(done: readonly ConfirmedDelivery[]): ConfirmedDelivery[] {
  const deliveries = new Map<string, ConfirmedDelivery>();
  for (const each of done) {
    const before = deliveries.get(each.deliveryId);
    deliveries.set(each.deliveryId, {
      ...each,
      lines: each.lines + (before?.lines ?? 0),
      quantityHundredths: asHundredths(each.quantityHundredths + (before?.quantityHundredths ?? 0)),
    });
  }
  return [...deliveries.values()];
}
