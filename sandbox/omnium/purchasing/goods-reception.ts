import { randomUUID } from 'node:crypto';

import { type Directory } from '../catalogue/directory';
import { type InventoryBook } from '../catalogue/inventory-book';
import { type StockMovement } from '../catalogue/inventory-documents';
import { type EventCause, type EventStream } from '../events/event-stream';
import { type PurchaseSettings } from '../omnium-settings';
import { type FieldIssue, invalidFields, OmniumProblem } from '../problem';
import { type DeliveryBook } from './delivery-book';
import { type GoodsReceptionLine, type PurchaseOrder, type PurchaseOrderLine } from './purchase-documents';
import { type OrderedLine, type PurchaseOrderBook } from './purchase-order-book';
import { isDone, plus, times } from './purchase-order-lines';
import { type Reservations } from './reservations';

/** One line of a reception that has passed every check. */
interface Received {
  readonly order: PurchaseOrder;
  readonly line: PurchaseOrderLine;
  readonly deliveryId: string;
  readonly quantity: number;
  readonly warehouseCode: string;
  readonly given: GoodsReceptionLine;
}

/** What a reception works on. */
export interface ReceptionParts {
  readonly directory: Directory;
  readonly events: EventStream;
  readonly inventory: InventoryBook;
  readonly orders: PurchaseOrderBook;
  readonly deliveries: DeliveryBook;
  readonly reservations: Reservations;
  readonly settings: () => PurchaseSettings;
  /** Writes what a piece costs to the product itself. */
  readonly setProductCost: (sku: string, cost: number) => void;
}

/** Goods that arrive (contract §7.3). A call is done whole or not at all. */
export class GoodsReceptions {
  readonly #parts: ReceptionParts;

  constructor(parts: ReceptionParts) {
    this.#parts = parts;
  }

  /**
   * Receives lines of one delivery, or of any when none is named.
   * @throws OmniumProblem 400 for wrong lines and for goods reception ids that were processed before, 404 for an unknown
   * delivery, 409 while one of the orders is locked.
   */
  process(deliveryId: string | undefined, lines: readonly GoodsReceptionLine[], cause: EventCause): void {
    if (deliveryId !== undefined) {
      this.#parts.deliveries.require(deliveryId);
    }
    this.#checkShape(lines);
    this.#refuseDuplicates(lines);
    const received = this.#resolve(deliveryId, lines);
    const orderIds = new Set(received.map(({ order }) => order.id));
    for (const id of orderIds) {
      this.#parts.orders.requireFree(id);
    }
    this.#receive(received, orderIds, cause);
  }

  #checkShape(lines: readonly GoodsReceptionLine[]): void {
    const issues: FieldIssue[] = [];
    for (const [index, { lineItemId, deliveredQuantity, warehouseCode, costPrice }] of lines.entries()) {
      const fail = (member: string, message: string): void => {
        issues.push({ field: `[${index}].${member}`, message });
      };
      if (lineItemId === undefined || lineItemId === '') {
        fail('lineItemId', 'is required');
      }
      if (deliveredQuantity === undefined || deliveredQuantity < 0) {
        fail('deliveredQuantity', 'is required and must not be negative');
      }
      if (costPrice !== undefined && costPrice < 0) {
        fail('costPrice', 'must not be negative');
      }
      const store = this.#parts.directory.stores.get(warehouseCode ?? '');
      if (store?.isWarehouse !== true) {
        fail('warehouseCode', warehouseCode === undefined ? 'is required' : 'is not a warehouse');
      } else if (store['isVirtual'] === true) {
        fail('warehouseCode', 'is a virtual warehouse');
      }
    }
    if (lines.length === 0) {
      issues.push({ field: 'body', message: 'must hold at least one line' });
    }
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
  }

  #refuseDuplicates(lines: readonly GoodsReceptionLine[]): void {
    const ids = lines.flatMap(({ goodsReceptionId }) => goodsReceptionId ?? []).filter((id) => id !== '');
    const { transactions } = this.#parts.inventory;
    const duplicates = ids.filter((id, index) => transactions.isProcessed(id) || ids.indexOf(id) !== index);
    if (duplicates.length > 0) {
      throw new OmniumProblem(
        400,
        `Goods receptions with these ids were processed already: ${duplicates.join(', ')}`,
        duplicates.map((id) => ({ field: 'goodsReceptionId', message: id })),
      );
    }
  }

  #resolve(deliveryId: string | undefined, lines: readonly GoodsReceptionLine[]): Received[] {
    const issues: FieldIssue[] = [];
    const received = lines.flatMap((given, index): Received[] => {
      const field = `[${index}].lineItemId`;
      const found = this.#find(deliveryId, given.lineItemId ?? '');
      const [first] = found;
      if (first?.line.deliveryId === undefined) {
        issues.push({ field, message: deliveryId === undefined ? 'is on no delivery' : 'is not on this delivery' });
        return [];
      }
      if (found.length > 1) {
        issues.push({ field, message: 'is on several purchase orders' });
      }
      const { deliveredQuantity = 0, warehouseCode = '' } = given;
      return [{ ...first, deliveryId: first.line.deliveryId, quantity: deliveredQuantity, warehouseCode, given }];
    });
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    return received;
  }

  #find(deliveryId: string | undefined, lineItemId: string): OrderedLine[] {
    const lines = this.#parts.orders.linesWithId(lineItemId).filter(({ line }) => line.deliveryId !== undefined);
    return deliveryId === undefined ? lines : lines.filter(({ line }) => line.deliveryId === deliveryId);
  }

  #receive(received: readonly Received[], orderIds: ReadonlySet<string>, cause: EventCause): void {
    const { inventory, events, deliveries, reservations } = this.#parts;
    for (const orderId of orderIds) {
      const ofOrder = received.filter(({ order }) => order.id === orderId);
      this.#writeOrder(ofOrder, cause);
    }
    const stocked = received.filter(({ line }) => line.updateStock);
    for (const item of inventory.move(stocked.flatMap((each) => this.#movementsOf(each, cause)))) {
      const subject = { className: 'Inventory', objectId: item.sku, storeId: item.warehouseCode };
      events.raise('goodsReceptionInventory', subject, cause);
    }
    for (const { line, given } of received) {
      if (given.updateProductCostPrice === true && (given.costPrice ?? 0) > 0) {
        this.#parts.setProductCost(line.code, given.costPrice ?? 0);
      }
    }
    for (const deliveryId of new Set(received.map((each) => each.deliveryId))) {
      deliveries.raise('apiGoodsReception', deliveries.touch(deliveryId), { cause });
    }
    for (const { order, line, quantity } of received) {
      reservations.release({ purchaseOrderId: order.id, lineItemId: line.lineItemId, quantity }, cause);
    }
  }

  #writeOrder(received: readonly Received[], cause: EventCause): void {
    const { orders, settings } = this.#parts;
    const [first] = received;
    if (first === undefined) {
      return;
    }
    const { order } = first;
    const lineItems = order.purchaseOrderForm.lineItems.map((line) =>
      received
        .filter((each) => each.line.lineItemId === line.lineItemId)
        .reduce((sum, { quantity }) => ({ ...sum, deliveredQuantity: plus(sum.deliveredQuantity, quantity) }), line),
    );
    const { goodsReceptionCompletedStatus: completed } = settings();
    const isComplete = completed !== null && lineItems.every(isDone) && order.status !== completed;
    orders.changeLines(
      order,
      { lineItems, ...(isComplete ? { status: completed } : {}) },
      {
        ...(isComplete ? { operation: 'purchaseOrderWorkflowCompleted' } : {}),
        cause,
      },
    );
  }

  /** A package has no stock of its own: what is in it has, on lines of its own or by what one of it holds. */
  #movementsOf(received: Received, cause: EventCause): StockMovement[] {
    const movement = this.#movementOf(received, cause);
    const { order, line } = received;
    if (this.#parts.directory.product(line.code)?.isPackage !== true) {
      return [movement];
    }
    const isOnLines = order.purchaseOrderForm.lineItems.some(
      ({ packageLineItemId }) => packageLineItemId === line.lineItemId,
    );
    const components = isOnLines ? [] : (line.components ?? []);
    const { batch: _batch, cost: _cost, ...rest } = movement;
    return components.flatMap(({ skuId, quantity = 0 }) =>
      skuId === undefined ? [] : { ...rest, sku: skuId, change: times(received.quantity, quantity) },
    );
  }

  #movementOf({ order, line, deliveryId, quantity, warehouseCode, given }: Received, cause: EventCause): StockMovement {
    const { costPrice = 0, goodsReceptionId = '', updateProductCostPrice } = given;
    return {
      sku: line.code,
      warehouseCode,
      change: quantity,
      ...(costPrice > 0
        ? { batch: { id: randomUUID(), quantity, costPrice, transactionDate: this.#parts.orders.now() } }
        : {}),
      ...(costPrice > 0 && updateProductCostPrice === true ? { cost: costPrice } : {}),
      cause: {
        transactionType: 'GoodsReception',
        userId: cause.userId,
        reason: `Delivery ${deliveryId}`,
        purchaseOrderId: order.id,
        ...(goodsReceptionId === '' ? {} : { goodsReceptionId }),
      },
    };
  }
}
