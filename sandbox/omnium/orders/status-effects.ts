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

/**
 * What the sandbox chain's workflow does when an order has reached its status: hand-over delivers all that is not
 * cancelled, cancelling cancels the shipments, and ready for pick-up is dated. Amounts do not change.
 */
export const reachStatus = (order: Order, now: string): Order => {
  const { status } = order;
  const { lineItems } = order.orderForm;
  if (handedOver.has(status)) {
    const lines = lineItems.map((line) => ({
      ...line,
      deliveredQuantity: new Decimal(line.quantity).minus(line.canceledQuantity ?? 0).toNumber(),
      deliveredDate: line['deliveredDate'] ?? now,
    }));
    const done = withShipments(order, lines, () => ({ status: 'Shipped', orderStatus: status, completed: now }));
    return { ...done, completed: order['completed'] ?? now };
  }
  if (cancelled.has(status)) {
    return withShipments(order, lineItems, () => ({ status: 'Cancelled', orderStatus: status }));
  }
  const moved = withShipments(order, lineItems, () => ({ orderStatus: status }));
  return status === 'ReadyForPickup' ? { ...moved, readyForPickup: order['readyForPickup'] ?? now } : moved;
};
