import { type Order, type OrderLine } from '../documents';
import { type EventCause } from '../events/event-stream';
import { type OrderBook } from '../orders/order-book';
import { type FieldIssue, invalidFields } from '../problem';
import { type PurchaseOrderBook } from './purchase-order-book';
import { plus } from './purchase-order-lines';

/** A line of a customer's order that waits for a line of a purchase order. */
export interface ReservationRequest {
  readonly orderNumber: string;
  readonly lineItemId: string;
  readonly purchaseOrderId: string;
  readonly purchaseOrderLineId: string;
  readonly quantity: number;
}

/** Which goods came, for whoever waits for them. */
export interface ArrivedGoods {
  readonly purchaseOrderId: string;
  readonly lineItemId: string;
  readonly quantity: number;
}

const reservedOf = (line: OrderLine): number => {
  const quantity = line['reservedInventoryQuantity'];
  return typeof quantity === 'number' ? quantity : 0;
};

/** A line that waits no longer: nothing on it names the purchase order. */
const released = (line: OrderLine): OrderLine => {
  const {
    reservedInventoryPurchaseOrderId: _order,
    reservedInventoryPurchaseOrderLineId: _line,
    reservedInventoryDeliveryId: _delivery,
    expectedDeliveryDate: _expected,
    ...rest
  } = line;
  return { ...rest, isAwaitingPurchaseOrder: false, reservedInventory: false, reservedInventoryQuantity: 0 };
};

/** Customers' order lines that wait for purchase orders (contract §7.3). */
export class Reservations {
  readonly #orders: OrderBook;
  readonly #purchaseOrders: PurchaseOrderBook;

  constructor(given: { orders: OrderBook; purchaseOrders: PurchaseOrderBook }) {
    this.#orders = given.orders;
    this.#purchaseOrders = given.purchaseOrders;
  }

  /**
   * Has a line wait, as people do in Omnium's user interface; both orders are written.
   * @throws OmniumProblem 404 for unknown orders, 400 for unknown or unlike lines and for too many pieces.
   */
  reserve(request: ReservationRequest, cause: EventCause): Order {
    const { lineItemId, purchaseOrderId, purchaseOrderLineId, quantity } = request;
    const order = this.#orders.require(request.orderNumber);
    const purchaseOrder = this.#purchaseOrders.requireFree(purchaseOrderId);
    const line = order.orderForm.lineItems.find((each) => each.lineItemId === lineItemId);
    const awaited = purchaseOrder.purchaseOrderForm.lineItems.find((each) => each.lineItemId === purchaseOrderLineId);
    const issues: FieldIssue[] = [];
    if (line === undefined) {
      issues.push({ field: 'lineItemId', message: 'is not a line of the order' });
    }
    if (awaited === undefined || (line !== undefined && awaited.code !== line.code)) {
      issues.push({ field: 'purchaseOrderLineId', message: 'is not a line of the purchase order for this product' });
    }
    if (quantity <= 0 || quantity > (line?.quantity ?? 0)) {
      issues.push({ field: 'quantity', message: 'must be more than 0 and not over what was ordered' });
    }
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    const { deliveryId, estimatedTimeOfArrival } = awaited ?? {};
    const expected = estimatedTimeOfArrival ?? purchaseOrder.requestedDeliveryDate;
    const waiting = (each: OrderLine): OrderLine => ({
      ...each,
      isAwaitingPurchaseOrder: true,
      reservedInventory: true,
      reservedInventoryPurchaseOrderId: purchaseOrderId,
      reservedInventoryPurchaseOrderLineId: purchaseOrderLineId,
      reservedInventoryQuantity: quantity,
      ...(deliveryId === undefined ? {} : { reservedInventoryDeliveryId: deliveryId }),
      ...(expected === undefined ? {} : { expectedDeliveryDate: expected }),
    });
    const reserved = this.#orders.rewriteLines(order, (each) => (each === line ? waiting(each) : each), cause);
    this.#purchaseOrders.touch(purchaseOrder, { operation: 'guiPurchaseOrder', cause });
    return reserved;
  }

  /** Numbers of the orders that wait for a purchase order. */
  orderNumbersOf(purchaseOrderId: string): string[] {
    return this.#waitingFor(purchaseOrderId).map(({ orderNumber }) => orderNumber);
  }

  /** Gives what came to those who wait, the oldest order first; who gets only a part goes on waiting for the rest. */
  release({ purchaseOrderId, lineItemId, quantity }: ArrivedGoods, cause: EventCause): void {
    let left = quantity;
    const give = (line: OrderLine): OrderLine => {
      const isTheirs =
        line['reservedInventoryPurchaseOrderId'] === purchaseOrderId &&
        line['reservedInventoryPurchaseOrderLineId'] === lineItemId;
      if (!isTheirs || left <= 0) {
        return line;
      }
      const reserved = reservedOf(line);
      const given = Math.min(reserved, left);
      left = plus(left, -given);
      return given === reserved ? released(line) : { ...line, reservedInventoryQuantity: plus(reserved, -given) };
    };
    for (const order of this.#waitingFor(purchaseOrderId)) {
      this.#orders.rewriteLines(order, give, cause);
    }
  }

  #waitingFor(purchaseOrderId: string): Order[] {
    const orders = [...this.#orders.idsAwaiting(purchaseOrderId)].flatMap((id) => this.#orders.find(id) ?? []);
    return orders
      .filter(({ orderForm }) =>
        orderForm.lineItems.some((line) => line['reservedInventoryPurchaseOrderId'] === purchaseOrderId),
      )
      .sort((a, b) => (a.created ?? '').localeCompare(b.created ?? ''));
  }
}
