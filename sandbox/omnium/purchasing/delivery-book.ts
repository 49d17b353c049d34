import { isDeepStrictEqual } from 'node:util';

import { type SandboxContext } from '../../kit/vendor';
import { type Directory } from '../catalogue/directory';
import { type EventCause, type EventStream } from '../events/event-stream';
import { type OperationName } from '../events/operations';
import { conflict, invalidFields, notFound } from '../problem';
import { Collection } from '../state/collection';
import { formatDateTime } from '../wire/schema';
import { NumberSeries } from './number-series';
import { type Delivery, type PurchaseOrder, type PurchaseOrderLine } from './purchase-documents';
import { type PurchaseOrderBook } from './purchase-order-book';
import { isDone } from './purchase-order-lines';

/** A delivery as a request brings it. */
export type DeliveryInput = Partial<Delivery>;

/** What is kept of the deliveries between runs. */
export interface SavedDeliveries {
  readonly deliveries: readonly Delivery[];
  readonly nextNumber: number;
}

/** The vendor's delivery statuses (contract §7.3). */
const deliveryStatuses: ReadonlySet<string> = new Set([
  ...['New', 'Confirmed', 'InProgress', 'Completed', 'OnHold', 'Cancelled'],
]);

/** The status that follows from the quantities; without lines or receipts it is what somebody set. */
const statusOf = (delivery: Delivery, lines: readonly PurchaseOrderLine[]): string => {
  if (delivery.isAutoDeliveryStatusDisabled || lines.length === 0) {
    return delivery.deliveryStatus;
  }
  const delivered = lines.some(({ deliveredQuantity }) => deliveredQuantity > 0);
  if (lines.every(isDone)) {
    return delivered
      ? 'Completed'
      : lines.every(({ quantity }) => quantity > 0)
        ? 'Cancelled'
        : delivery.deliveryStatus;
  }
  return delivered ? 'InProgress' : delivery.deliveryStatus;
};

/** All deliveries; their status follows the lines that come with them. */
export class DeliveryBook {
  readonly #context: SandboxContext;
  readonly #events: EventStream;
  readonly #directory: Directory;
  readonly #orders: PurchaseOrderBook;
  readonly #series = new NumberSeries(1);
  readonly documents: Collection<Delivery>;

  constructor(given: {
    context: SandboxContext;
    events: EventStream;
    directory: Directory;
    orders: PurchaseOrderBook;
    indexLagMs: number;
  }) {
    this.#context = given.context;
    this.#events = given.events;
    this.#directory = given.directory;
    this.#orders = given.orders;
    this.documents = new Collection(given.context.clock, given.indexLagMs);
    given.orders.onLinesChanged((deliveryIds) => {
      for (const id of deliveryIds) {
        this.#rollUp(id);
      }
    });
  }

  /** @throws OmniumProblem 404. */
  require(id: string): Delivery {
    const delivery = this.documents.get(id);
    if (delivery === undefined) {
      throw notFound('The delivery');
    }
    return delivery;
  }

  /** The id a new delivery gets. @throws OmniumProblem 409 when the wanted one is taken. */
  newId(wanted: string | undefined, prefix: string): string {
    if (wanted === undefined) {
      return this.#series.take(prefix, (number) => this.documents.get(number) !== undefined);
    }
    if (this.documents.get(wanted) !== undefined) {
      throw conflict('A delivery with this id exists already.');
    }
    return wanted;
  }

  /** Adds a delivery of an order's goods; nothing is told yet. */
  add(id: string, order: PurchaseOrder, details: DeliveryInput): Delivery {
    const now = this.#now();
    const { supplierWarehouseCode, supplierId, supplierName } = order;
    const delivery: Delivery = {
      ...details,
      id,
      deliveryStatus: 'New',
      isAutoDeliveryStatusDisabled: false,
      isCounted: false,
      supplierIds: supplierId === undefined ? [] : [supplierId],
      suppliers: supplierName === undefined ? [] : [supplierName],
      ...(supplierWarehouseCode === undefined ? {} : { supplierWarehouseCode }),
      created: now,
      modified: now,
    };
    this.#store(delivery);
    return delivery;
  }

  /** Full overwrite with what stays the server's. Nothing happens when nothing changed. @throws OmniumProblem 400. */
  change(delivery: Delivery, next: DeliveryInput, write: { operation: OperationName; cause: EventCause }): Delivery {
    const prepared = this.prepare(delivery, next);
    const resolved = { ...prepared, deliveryStatus: statusOf(prepared, this.#linesOf(delivery.id)) };
    if (isDeepStrictEqual({ ...resolved, modified: '' }, { ...delivery, modified: '' })) {
      return delivery;
    }
    this.#store(resolved);
    this.raise(write.operation, resolved, { cause: write.cause, previousStatus: delivery.deliveryStatus });
    return resolved;
  }

  /** The version a write would make. @throws OmniumProblem 400. */
  prepare(delivery: Delivery, next: DeliveryInput): Delivery {
    const { warehouseCode, deliveryStatus = delivery.deliveryStatus } = next;
    const issues = [
      ...(deliveryStatuses.has(deliveryStatus)
        ? []
        : [{ field: 'deliveryStatus', message: 'is not a delivery status' }]),
      ...(warehouseCode === undefined || this.#directory.isWarehouse(warehouseCode)
        ? []
        : [{ field: 'warehouseCode', message: 'is not a warehouse' }]),
    ];
    if (issues.length > 0) {
      throw invalidFields(issues);
    }
    return {
      ...next,
      id: delivery.id,
      deliveryStatus,
      isAutoDeliveryStatusDisabled: next.isAutoDeliveryStatusDisabled ?? false,
      isCounted: next.isCounted ?? false,
      supplierIds: next.supplierIds ?? [],
      suppliers: next.suppliers ?? [],
      ...(delivery.created === undefined ? {} : { created: delivery.created }),
      modified: this.#now(),
    };
  }

  /** Stamps a delivery whose lines have received goods. */
  touch(id: string): Delivery {
    const delivery = { ...this.require(id), modified: this.#now() };
    this.#store(delivery);
    return delivery;
  }

  remove(delivery: Delivery, cause: EventCause): void {
    this.documents.remove(delivery.id);
    this.#context.markDirty();
    this.raise('deletedDelivery', delivery, { cause });
  }

  /** Raises one event about a delivery. */
  raise(name: OperationName, delivery: Delivery, told: { cause: EventCause; previousStatus?: string }): void {
    const { id, warehouseCode, deliveryStatus } = delivery;
    const [first] = this.#orders.linesOf(id);
    const subject = { className: 'Delivery', objectId: id, marketId: first?.order.marketId, storeId: warehouseCode };
    this.#events.raise(name, { ...subject, status: deliveryStatus, previousStatus: told.previousStatus }, told.cause);
  }

  capture(): SavedDeliveries {
    return { deliveries: [...this.documents.values()], nextNumber: this.#series.capture() };
  }

  /** Deliveries must come in the order they were modified. */
  load({ deliveries, nextNumber }: SavedDeliveries): void {
    this.documents.load(deliveries.map((delivery) => [delivery.id, delivery]));
    this.#series.restore(nextNumber);
  }

  #rollUp(id: string): void {
    const delivery = this.documents.get(id);
    const status = delivery === undefined ? undefined : statusOf(delivery, this.#linesOf(id));
    if (delivery !== undefined && status !== undefined && status !== delivery.deliveryStatus) {
      this.#store({ ...delivery, deliveryStatus: status, modified: this.#now() });
    }
  }

  #linesOf(id: string): PurchaseOrderLine[] {
    return this.#orders.linesOf(id).map(({ line }) => line);
  }

  #store(delivery: Delivery): void {
    this.documents.put(delivery.id, delivery);
    this.#context.markDirty();
  }

  #now(): string {
    return formatDateTime(this.#context.clock.nowMs());
  }
}
