import { Decimal } from 'decimal.js';

import { type Directory } from '../catalogue/directory';
import { type InventoryBook } from '../catalogue/inventory-book';
import { type StockMovement } from '../catalogue/inventory-documents';
import { type Order, type OrderLine, type ReturnOrderForm } from '../documents';
import { type EventCause, type EventStream } from '../events/event-stream';

/**
 * The workflow step that moves stock when goods leave a shop or come back. A tenant has it or has it not (contract §14),
 * so it works only for the stores that are named.
 */
export class StockStep {
  readonly #directory: Directory;
  readonly #inventory: InventoryBook;
  readonly #events: EventStream;
  #storeIds: ReadonlySet<string> = new Set();

  constructor(given: { directory: Directory; inventory: InventoryBook; events: EventStream }) {
    this.#directory = given.directory;
    this.#inventory = given.inventory;
    this.#events = given.events;
  }

  /** Stores whose orders move stock. */
  get storeIds(): string[] {
    return [...this.#storeIds];
  }

  setStores(storeIds: readonly string[]): void {
    this.#storeIds = new Set(storeIds);
  }

  /**
   * What the newer version of an order has delivered or taken back beyond the older one. Negative lines of a till are
   * goods that came back. What comes back in another store than the order's moves the stock of that other store.
   */
  apply(before: Order | undefined, after: Order, cause: EventCause): void {
    const movements = [...this.#delivered(before, after, cause), ...this.#returned(before, after, cause)];
    for (const { sku, warehouseCode } of this.#inventory.move(movements)) {
      const subject = { className: 'Inventory', objectId: sku, storeId: warehouseCode };
      this.#events.raise('processingInventory', subject, cause);
    }
  }

  #delivered(before: Order | undefined, after: Order, cause: EventCause): StockMovement[] {
    if (!this.#storeIds.has(after.storeId)) {
      return [];
    }
    const earlier = new Map((before?.orderForm.lineItems ?? []).map((line) => [line.lineItemId, line]));
    return after.orderForm.lineItems.flatMap((line) => {
      const deliveredBefore = earlier.get(line.lineItemId)?.deliveredQuantity ?? 0;
      const change = new Decimal(deliveredBefore).minus(line.deliveredQuantity ?? 0).toNumber();
      return this.#movement(line, { change, place: this.#placeOf(after, line), orderId: after.id, cause });
    });
  }

  #returned(before: Order | undefined, after: Order, cause: EventCause): StockMovement[] {
    const known = new Set((before?.returnOrderForms ?? []).map(({ returnId }) => returnId));
    const added = (after.returnOrderForms ?? []).filter(
      ({ returnId, storeId = after.storeId }) => !known.has(returnId) && this.#storeIds.has(storeId),
    );
    return added.flatMap((form: ReturnOrderForm) =>
      form.lineItems
        .filter((line) => line['isStockUpdated'] !== false)
        .flatMap((line) => {
          const place = this.#directory.isWarehouse(form.storeId ?? '') ? form.storeId : this.#placeOf(after, line);
          return this.#movement(line, { change: line.returnQuantity ?? 0, place, orderId: after.id, cause });
        }),
    );
  }

  #movement(
    line: OrderLine,
    {
      change,
      place,
      orderId,
      cause,
    }: { change: number; place: string | undefined; orderId: string; cause: EventCause },
  ): StockMovement[] {
    const sellable = this.#directory.product(line.code);
    const isStocked = sellable !== undefined && !sellable.isVirtual && !sellable.isPackage;
    if (change === 0 || place === undefined || !isStocked || line['updateStock'] === false) {
      return [];
    }
    const told = { transactionType: 'Order', userId: cause.userId, orderId };
    return [{ sku: line.code, warehouseCode: place, change, cause: told }];
  }

  /** The warehouse that sends the line, else the store itself. */
  #placeOf(order: Order, line: OrderLine): string | undefined {
    const shipment = order.orderForm.shipments.find(({ lineItems }) =>
      lineItems.some(({ lineItemId }) => lineItemId === line.lineItemId),
    );
    return [shipment?.warehouseCode ?? '', order.storeId].find((code) => this.#directory.isWarehouse(code));
  }
}
