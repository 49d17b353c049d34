import { Decimal } from 'decimal.js';

import { type Order, type OrderLine, type Shipment } from '../documents';

const handedOver = new Set(['Completed', 'PickedUp', 'PickedUpAndPaid']);
const cancelled = new Set([
  'OrderCanceled',
  'OrderCanceledByCustomer',
  'OrderCanceledByStore',
  'Expired',
  'NotCollected',
]);

/** An order with other versions of its lines; the shipments get them too, for theirs are the order form's own. */
export const withLines = (order: Order, lines: readonly OrderLine[]): Order => withShipments(order, lines, () => ({}));

const withShipments = (
  order: Order,
  lines: readonly OrderLine[],
  change: (shipment: Shipment) => Partial<Shipment>,
): Order => {
  const byId = new Map(lines.map((line) => [line.lineItemId, line]));
  const shipments = order.orderForm.shipments.map((shipment) => ({
    ...shipment,
    ...change(shipment),
    lineItems: shipment.lineItems.flatMap(({ lineItemId }) => byId.get(lineItemId) ?? []),
  }));
  return { ...order, orderForm: { ...order.orderForm, lineItems: [...lines], shipments } };
};

const delivered = (line: OrderLine, now: string): OrderLine => ({
  ...line,
  deliveredQuantity: new Decimal(line.quantity).minus(line.canceledQuantity ?? 0).toNumber(),
  deliveredDate: line['deliveredDate'] ?? now,
});

/** Whether an order in this status has left the shop. */
export const isHandedOver = (status: string): boolean => handedOver.has(status);

/** Whether an order in this status is cancelled. */
export const isCancelled = (status: string): boolean => cancelled.has(status);

/** How far the effects of a status go. */
export interface StatusEffects {
  /** False when the call says by line what was delivered: then that stands. Default true. */
  readonly deliversAll?: boolean;
}

/**
 * What the sandbox chain's workflow does when an order has reached its status: hand-over delivers all that is not
 * cancelled, cancelling cancels the shipments, and ready for pick-up is dated. Amounts do not change.
 */
export const reachStatus = (order: Order, now: string, { deliversAll = true }: StatusEffects = {}): Order => {
  const { status } = order;
  const { lineItems } = order.orderForm;
  if (handedOver.has(status)) {
    const lines = deliversAll ? lineItems.map((line) => delivered(line, now)) : lineItems;
    const done = withShipments(order, lines, () => ({ status: 'Shipped', orderStatus: status, completed: now }));
    return { ...done, completed: order['completed'] ?? now };
  }
  if (cancelled.has(status)) {
    return withShipments(order, lineItems, () => ({ status: 'Cancelled', orderStatus: status }));
  }
  const moved = withShipments(order, lineItems, () => ({ orderStatus: status }));
  return status === 'ReadyForPickup' ? { ...moved, readyForPickup: order['readyForPickup'] ?? now } : moved;
};
