import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { type SandboxContext } from '../../kit/vendor';
import { type EventCause, type EventStream } from '../events/event-stream';
import { type OperationName } from '../events/operations';
import { conflict, notFound, OmniumProblem, type FieldIssue } from '../problem';
import { Collection } from '../state/collection';
import { type KeysOf } from '../state/key-index';
import { formatDateTime } from '../wire/schema';
import { Locks, type PurchaseOrderLock } from './locks';
import { NumberSeries } from './number-series';
import { PurchaseOrderPreparer, type PurchaseReferences } from './prepare-purchase-order';
import { type PurchaseOrder, type PurchaseOrderInput, type PurchaseOrderLine } from './purchase-documents';

/** A line with the order it is on. */
export interface OrderedLine {
  readonly order: PurchaseOrder;
  readonly line: PurchaseOrderLine;
}

/** A write of a purchase order: what it is told as (nothing is told without an operation) and by whom. */
export interface PurchaseOrderWrite {
  readonly operation?: OperationName;
  readonly cause: EventCause;
}

/** What is kept of the purchase orders between runs. */
export interface SavedPurchaseOrders {
  readonly orders: readonly PurchaseOrder[];
  readonly nextNumber: number;
  readonly locks: readonly PurchaseOrderLock[];
}

/** Hears which deliveries have other lines than before. */
export type LinesListener = (deliveryIds: ReadonlySet<string>) => void;

const firstNumber = 10_001;

const purchaseOrderKeys: KeysOf<PurchaseOrder> = {
  orderNumber: ({ purchaseOrderNumber }) => [purchaseOrderNumber],
  externalIds: ({ externalIds }) => (externalIds ?? []).map(({ id }) => id),
};

const deliveriesOf = (order: PurchaseOrder | undefined): string[] =>
  (order?.purchaseOrderForm.lineItems ?? []).flatMap(({ deliveryId }) => deliveryId ?? []);

/** Whether two versions say the same, apart from their stamps. */
const isEqual = (a: PurchaseOrder, b: PurchaseOrder): boolean =>
  isDeepStrictEqual({ ...a, modified: '', versionId: '' }, { ...b, modified: '', versionId: '' });

/** All purchase orders, and the rules every write keeps: one id, locks, versions, amounts, events. */
export class PurchaseOrderBook {
  readonly #context: SandboxContext;
  readonly #events: EventStream;
  readonly #preparer: PurchaseOrderPreparer;
  readonly #series = new NumberSeries(firstNumber);
  readonly #ordersOfDelivery = new Map<string, Set<string>>();
  readonly #ordersOfLine = new Map<string, Set<string>>();
  readonly #listeners: LinesListener[] = [];
  readonly documents: Collection<PurchaseOrder>;
  readonly locks: Locks;

  constructor(given: {
    context: SandboxContext;
    events: EventStream;
    references: PurchaseReferences;
    indexLagMs: number;
  }) {
    this.#context = given.context;
    this.#events = given.events;
    this.#preparer = new PurchaseOrderPreparer(given.references);
    this.documents = new Collection(given.context.clock, given.indexLagMs, purchaseOrderKeys);
    this.locks = new Locks(given.context.clock);
  }

  /** Has a listener told about every delivery whose lines change. */
  onLinesChanged(listener: LinesListener): void {
    this.#listeners.push(listener);
  }

  /** @throws OmniumProblem 404. */
  require(id: string): PurchaseOrder {
    const order = this.documents.get(id);
    if (order === undefined) {
      throw notFound('The purchase order');
    }
    return order;
  }

  /** An order that may be written. @throws OmniumProblem 404, or 409 while it is locked or the version is not its last. */
  requireFree(id: string, versionId?: string): PurchaseOrder {
    const order = this.require(id);
    this.locks.guard(id);
    if (versionId !== undefined && versionId !== '' && versionId !== order.versionId) {
      throw conflict('The purchase order has been changed since this version. Read it again.');
    }
    return order;
  }

  now(): string {
    return formatDateTime(this.#context.clock.nowMs());
  }

  /** Adds an order. @throws OmniumProblem 400 for wrong members, 409 when the id is taken. */
  create(input: PurchaseOrderInput, cause: EventCause): PurchaseOrder {
    const given = input.id ?? '';
    if (given !== '' && this.documents.get(given) !== undefined) {
      throw conflict('A purchase order with this id exists already.');
    }
    const id = given === '' ? this.#series.take('', (number) => this.documents.get(number) !== undefined) : given;
    const purchaseOrderNumber = input.purchaseOrderNumber ?? id;
    const order = this.#preparer.prepare(input, { id, purchaseOrderNumber, now: this.now() });
    return this.#store(undefined, order, { operation: 'apiAddPurchaseOrder', cause });
  }

  /**
   * Puts a changed version in place of an order, prepared anew; nothing happens when nothing changed.
   * @throws OmniumProblem 400.
   */
  change(order: PurchaseOrder, next: PurchaseOrderInput, write: PurchaseOrderWrite): PurchaseOrder {
    const prepared = this.#prepareChange(order, next);
    return isEqual(order, prepared) ? order : this.#store(order, prepared, write);
  }

  /** As {@link change}, for other lines, and a status when it changes with them. */
  changeLines(
    order: PurchaseOrder,
    next: { lineItems: readonly PurchaseOrderLine[]; status?: string },
    write: PurchaseOrderWrite,
  ): PurchaseOrder {
    const { lineItems, ...rest } = next;
    const purchaseOrderForm = { ...order.purchaseOrderForm, lineItems: [...lineItems] };
    return this.change(order, { ...order, ...rest, purchaseOrderForm }, write);
  }

  /** Stamps an order without changing what it says. */
  touch(order: PurchaseOrder, write: PurchaseOrderWrite): PurchaseOrder {
    return this.#store(order, { ...order, modified: this.now() }, write);
  }

  /** What would be refused if this order were written; nothing is written. */
  issuesOf(order: PurchaseOrder, next: PurchaseOrderInput): readonly FieldIssue[] {
    try {
      this.#prepareChange(order, next);
      return [];
    } catch (error) {
      if (error instanceof OmniumProblem) {
        return error.issues;
      }
      throw error;
    }
  }

  /** Takes an order away for good. */
  remove(order: PurchaseOrder, cause: EventCause): void {
    this.documents.remove(order.id);
    this.locks.release(order.id);
    this.#context.markDirty();
    this.raise('apiDeletePurchaseOrder', order, { cause });
    this.#tell(new Set(deliveriesOf(order)));
  }

  /** The lines that come with a delivery, in the order of the orders' ids. */
  linesOf(deliveryId: string): OrderedLine[] {
    return this.#lines(
      [...(this.#ordersOfDelivery.get(deliveryId) ?? [])].sort(),
      (line) => line.deliveryId === deliveryId,
    );
  }

  /** Every line with this id: ids are unique within an order only. */
  linesWithId(lineItemId: string): OrderedLine[] {
    return this.#lines([...(this.#ordersOfLine.get(lineItemId) ?? [])], (line) => line.lineItemId === lineItemId);
  }

  /** Raises one event about an order. */
  raise(name: OperationName, order: PurchaseOrder, told: { cause: EventCause; previousStatus?: string }): void {
    const { id, purchaseOrderNumber, marketId, storeId, status } = order;
    const subject = { className: 'PurchaseOrder', objectId: id, objectNumber: purchaseOrderNumber };
    this.#events.raise(
      name,
      { ...subject, marketId, storeId, status, previousStatus: told.previousStatus },
      told.cause,
    );
  }

  capture(): SavedPurchaseOrders {
    return { orders: [...this.documents.values()], nextNumber: this.#series.capture(), locks: this.locks.list() };
  }

  /** Orders must come in the order they were modified. */
  load({
    orders,
    nextNumber = firstNumber,
    locks = [],
  }: Partial<SavedPurchaseOrders> & Pick<SavedPurchaseOrders, 'orders'>): void {
    this.#ordersOfDelivery.clear();
    this.#ordersOfLine.clear();
    this.#series.restore(nextNumber);
    this.locks.restore(locks);
    this.documents.load(orders.map((order) => [order.id, order]));
    for (const order of orders) {
      this.#remember(order);
    }
  }

  #prepareChange(order: PurchaseOrder, next: PurchaseOrderInput): PurchaseOrder {
    const purchaseOrderNumber = next.purchaseOrderNumber ?? order.purchaseOrderNumber;
    return this.#preparer.prepare(next, { id: order.id, purchaseOrderNumber, now: this.now(), previous: order });
  }

  #store(before: PurchaseOrder | undefined, order: PurchaseOrder, write: PurchaseOrderWrite): PurchaseOrder {
    const stored = { ...order, versionId: randomUUID() };
    this.documents.put(stored.id, stored);
    this.#remember(stored);
    this.#context.markDirty();
    if (write.operation !== undefined) {
      const previousStatus = before?.status ?? '';
      this.raise(write.operation, stored, { cause: write.cause, previousStatus });
    }
    this.#tell(new Set([...deliveriesOf(before), ...deliveriesOf(stored)]));
    return stored;
  }

  #tell(deliveryIds: ReadonlySet<string>): void {
    for (const listener of deliveryIds.size > 0 ? this.#listeners : []) {
      listener(deliveryIds);
    }
  }

  /** Once noted, an order stays noted; whoever reads the notes looks at the order as it is. */
  #remember(order: PurchaseOrder): void {
    const note = (notes: Map<string, Set<string>>, key: string): void => {
      notes.set(key, (notes.get(key) ?? new Set()).add(order.id));
    };
    for (const { lineItemId, deliveryId } of order.purchaseOrderForm.lineItems) {
      note(this.#ordersOfLine, lineItemId);
      if (deliveryId !== undefined) {
        note(this.#ordersOfDelivery, deliveryId);
      }
    }
  }

  #lines(orderIds: readonly string[], wanted: (line: PurchaseOrderLine) => boolean): OrderedLine[] {
    return orderIds.flatMap((id) => {
      const order = this.documents.get(id);
      return order === undefined
        ? []
        : order.purchaseOrderForm.lineItems.filter(wanted).map((line) => ({ order, line }));
    });
  }
}
