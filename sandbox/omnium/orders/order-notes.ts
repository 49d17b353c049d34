import { type Order } from '../documents';

/** Where orders are found by other things than their id. */
export class OrderNotes {
  readonly #idByNumber = new Map<string, string>();
  readonly #awaiting = new Map<string, Set<string>>();
  readonly #withReturns = new Set<string>();

  /** Ids of orders with returns. */
  get withReturns(): ReadonlySet<string> {
    return this.#withReturns;
  }

  idOf(orderNumber: string): string | undefined {
    return this.#idByNumber.get(orderNumber);
  }

  /** Ids of orders of which a line waits, or once waited, for a purchase order. */
  awaiting(purchaseOrderId: string): ReadonlySet<string> {
    return this.#awaiting.get(purchaseOrderId) ?? new Set();
  }

  remember(order: Order): void {
    this.#idByNumber.set(order.orderNumber, order.id);
    if ((order.returnOrderForms ?? []).length > 0) {
      this.#withReturns.add(order.id);
    }
    for (const line of order.orderForm.lineItems) {
      const purchaseOrderId = line['reservedInventoryPurchaseOrderId'];
      if (typeof purchaseOrderId === 'string') {
        this.#awaiting.set(purchaseOrderId, (this.#awaiting.get(purchaseOrderId) ?? new Set()).add(order.id));
      }
    }
  }

  forget(order: Order): void {
    this.#idByNumber.delete(order.orderNumber);
    this.#withReturns.delete(order.id);
  }

  clear(): void {
    this.#idByNumber.clear();
    this.#awaiting.clear();
    this.#withReturns.clear();
  }
}
