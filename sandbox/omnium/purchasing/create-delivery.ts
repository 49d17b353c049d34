import { randomUUID } from 'node:crypto';

import { type InventoryBook } from '../catalogue/inventory-book';
import { type EventCause } from '../events/event-stream';
import { type FieldIssue, invalidField, invalidFields } from '../problem';
import { type DeliveryBook, type DeliveryInput } from './delivery-book';
import {
  type Delivery,
  type PurchaseOrder,
  type PurchaseOrderLine,
  type PurchaseOrderLineReference,
} from './purchase-documents';
import { type PurchaseOrderBook } from './purchase-order-book';
import { openQuantity, plus, splitLine } from './purchase-order-lines';

/** The query parameters of `CreateDelivery` (contract §7.1). */
export interface CreateDeliveryOptions {
  readonly existingDeliveryId?: string;
  readonly newDeliveryId?: string;
  readonly cancelRemainingLineItems?: boolean;
  readonly preventDuplicateLineItems?: boolean;
  readonly expectedDeliveryDate?: string;
  readonly barcode?: string;
}

interface Taken {
  readonly line: PurchaseOrderLine;
  readonly quantity: number;
}

/** Which lines a call names, and how much of each. @throws OmniumProblem 400. */
const resolve = (
  order: PurchaseOrder,
  references: readonly PurchaseOrderLineReference[],
  options: CreateDeliveryOptions,
): Map<string, Taken> => {
  const issues: FieldIssue[] = [];
  const taken = new Map<string, Taken>();
  const { lineItems } = order.purchaseOrderForm;
  for (const [index, { lineItemId, code, quantity }] of references.entries()) {
    const line =
      lineItemId === undefined
        ? lineItems.find((each) => each.code === code && openQuantity(each) > 0 && !taken.has(each.lineItemId))
        : lineItems.find((each) => each.lineItemId === lineItemId && (code === undefined || each.code === code));
    if (line === undefined || taken.has(line.lineItemId)) {
      issues.push({ field: `[${index}].lineItemId`, message: 'is no line of the order, or occurs twice' });
      continue;
    }
    const open = openQuantity(line);
    const wanted = quantity ?? open;
    if (wanted <= 0 || wanted > open) {
      issues.push({ field: `[${index}].quantity`, message: 'must be more than 0 and not over what is open' });
    }
    if (line.deliveryId !== undefined && options.preventDuplicateLineItems === true) {
      issues.push({ field: `[${index}].lineItemId`, message: 'is on a delivery already' });
    }
    taken.set(line.lineItemId, { line, quantity: wanted });
  }
  if (references.length === 0) {
    issues.push({ field: 'body', message: 'must name at least one line' });
  }
  if (issues.length > 0) {
    throw invalidFields(issues);
  }
  return taken;
};

/**
 * The line as it comes with a delivery, and what is left of it. The line that was there keeps its id and goes with the
 * delivery; the rest becomes a new line without one. What another delivery has brought already stays there.
 */
const dealOut = (
  { line, quantity }: Taken,
  deliveryId: string,
  options: CreateDeliveryOptions,
): PurchaseOrderLine[] => {
  const expected = options.expectedDeliveryDate;
  const onDelivery = (each: PurchaseOrderLine): PurchaseOrderLine => ({
    ...each,
    deliveryId,
    ...(expected === undefined ? {} : { estimatedTimeOfArrival: expected }),
  });
  const rest = plus(openQuantity(line), -quantity);
  if (options.cancelRemainingLineItems === true && rest > 0) {
    return [onDelivery({ ...line, canceledQuantity: plus(line.canceledQuantity, rest) })];
  }
  if (line.deliveryId !== undefined && line.deliveryId !== deliveryId && line.deliveredQuantity > 0) {
    const [kept, off] = splitLine(line, quantity, randomUUID());
    return [kept, onDelivery(off)];
  }
  if (rest === 0) {
    return [onDelivery(line)];
  }
  const [kept, off] = splitLine(line, rest, randomUUID());
  return [onDelivery(kept), off];
};

/** `POST /api/Deliveries/CreateDelivery/{purchaseOrderId}`: lines of an order that come together. */
export class DeliveryMaker {
  readonly #orders: PurchaseOrderBook;
  readonly #deliveries: DeliveryBook;
  readonly #inventory: InventoryBook;

  constructor(given: { orders: PurchaseOrderBook; deliveries: DeliveryBook; inventory: InventoryBook }) {
    this.#orders = given.orders;
    this.#deliveries = given.deliveries;
    this.#inventory = given.inventory;
  }

  /** @throws OmniumProblem 400 for wrong lines, 404 for an unknown delivery, 409 when the wanted id is taken. */
  create(
    order: PurchaseOrder,
    references: readonly PurchaseOrderLineReference[],
    told: { options: CreateDeliveryOptions; prefix: string; cause: EventCause },
  ): Delivery {
    const { options, cause } = told;
    const { existingDeliveryId, newDeliveryId } = options;
    if (existingDeliveryId !== undefined && newDeliveryId !== undefined) {
      throw invalidField('newDeliveryId', 'cannot be given together with existingDeliveryId');
    }
    const existing = existingDeliveryId === undefined ? undefined : this.#deliveries.require(existingDeliveryId);
    const taken = resolve(order, references, options);
    const id = existing?.id ?? this.#deliveries.newId(newDeliveryId, told.prefix);
    if (existing === undefined) {
      this.#deliveries.add(id, order, this.#details(order, taken, options));
    }
    const lineItems = order.purchaseOrderForm.lineItems.flatMap((line) => {
      const wanted = taken.get(line.lineItemId);
      return wanted === undefined ? [this.#leftOut(line, options)] : dealOut(wanted, id, options);
    });
    this.#orders.changeLines(order, { lineItems }, { cause });
    this.#sendFromSupplier(order, taken, cause);
    const delivery = this.#deliveries.touch(id);
    this.#deliveries.raise(existing === undefined ? 'apiCreateDelivery' : 'apiUpdateDelivery', delivery, { cause });
    return delivery;
  }

  #details(
    order: PurchaseOrder,
    taken: ReadonlyMap<string, Taken>,
    { expectedDeliveryDate, barcode }: CreateDeliveryOptions,
  ): DeliveryInput {
    const [first] = taken.values();
    const warehouseCode = first?.line.warehouseCode ?? order.storeId;
    const arrival = expectedDeliveryDate ?? first?.line.estimatedTimeOfArrival ?? order.requestedDeliveryDate;
    return {
      ...(warehouseCode === undefined ? {} : { warehouseCode }),
      ...(arrival === undefined ? {} : { estimatedTimeOfArrival: arrival }),
      ...(barcode === undefined ? {} : { properties: [{ key: 'Barcode', value: barcode }] }),
    };
  }

  #leftOut(line: PurchaseOrderLine, { cancelRemainingLineItems }: CreateDeliveryOptions): PurchaseOrderLine {
    const open = openQuantity(line);
    return cancelRemainingLineItems === true && line.deliveryId === undefined && open > 0
      ? { ...line, canceledQuantity: plus(line.canceledQuantity, open) }
      : line;
  }

  /** An internal transfer leaves the sending warehouse when its delivery is made (contract §7.3). */
  #sendFromSupplier(order: PurchaseOrder, taken: ReadonlyMap<string, Taken>, { userId }: EventCause): void {
    const { supplierWarehouseCode } = order;
    if (supplierWarehouseCode !== undefined) {
      const cause = { transactionType: 'Transfer', userId, purchaseOrderId: order.id };
      this.#inventory.move(
        [...taken.values()].map(({ line, quantity }) => ({
          sku: line.code,
          warehouseCode: supplierWarehouseCode,
          change: -quantity,
          cause,
        })),
      );
    }
  }
}
