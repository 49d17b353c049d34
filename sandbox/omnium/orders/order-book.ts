import { type SandboxContext } from '../../kit/vendor';
import { type Directory } from '../catalogue/directory';
import { type Order, type OrderInput, type OrderLine } from '../documents';
import { type EventCause, type EventStream } from '../events/event-stream';
import { type OperationName } from '../events/operations';
import { type OmniumSettings } from '../omnium-settings';
import { conflict, type FieldIssue, invalidField, notFound, OmniumProblem } from '../problem';
import { Collection } from '../state/collection';
import { type KeysOf } from '../state/key-index';
import { formatDateTime } from '../wire/schema';
import { differs } from './merge';
import { OrderNotes } from './order-notes';
import { asTakenIn, paymentsAfter } from './new-order-manners';
import { OrderPreparer } from './prepare-order';
import { isCancelled, isHandedOver, reachStatus, type StatusEffects, withLines } from './status-effects';
import { type StockStep } from './stock-step';

/**
 * How a new order comes in (contract §3.1, §3.2): with the workflow of its status, as a sale at a till, which is over
 * already, or as history, which moves nothing.
 */
export type CreateMode = 'workflow' | 'till' | 'plain';

/** What one write did. */
export interface WriteOutcome {
  readonly order: Order;
  readonly changed: boolean;
}

/** The cause of an event about an order, with the status before. */
export interface ToldCause extends EventCause {
  readonly previousStatus?: string;
}

/** How a status is set: with its workflow or without, and with which of its effects. */
export interface StatusRun extends StatusEffects {
  readonly workflow: boolean;
  readonly cause: EventCause;
}

const firstGeneratedNumber = 100_001;
/** How long the manner `queued-first` has an order wait. */
const queuedForMs = 2_000;

/** What exact order searches ask for. */
const orderKeys: KeysOf<Order> = {
  orderNumber: ({ orderNumber }) => [orderNumber],
  customerId: ({ customerId }) => [customerId],
  email: (order) => [order['customerEmail']],
  phone: (order) => [order['customerPhone']],
  externalIds: ({ externalIds }) => (externalIds ?? []).map(({ id }) => id),
};

/** All orders, and the rules every write keeps: one id and one number per order, stamps, totals, events. */
export class OrderBook {
  readonly #context: SandboxContext;
  readonly #events: EventStream;
  readonly #settings: OmniumSettings;
  readonly #preparer: OrderPreparer;
  readonly #directory: Directory;
  readonly documents: Collection<Order>;
  readonly #notes = new OrderNotes();
  readonly #stockStep: StockStep;
  #nextNumber = firstGeneratedNumber;

  constructor(given: {
    context: SandboxContext;
    directory: Directory;
    events: EventStream;
    settings: OmniumSettings;
    stockStep: StockStep;
  }) {
    this.#context = given.context;
    this.#stockStep = given.stockStep;
    this.#events = given.events;
    this.#settings = given.settings;
    this.#directory = given.directory;
    this.#preparer = new OrderPreparer(given.directory);
    this.documents = new Collection(given.context.clock, given.settings.indexLagMs, orderKeys);
  }

  /** An order by id or by order number. */
  find(idOrNumber: string): Order | undefined {
    const byId = this.documents.get(idOrNumber);
    if (byId !== undefined) {
      return byId;
    }
    if (this.#context.manners.has('found-by-id-alone')) {
      return undefined;
    }
    const id = this.#notes.idOf(idOrNumber);
    return id === undefined ? undefined : this.documents.get(id);
  }

  /** Whether an order has this id or number. */
  isTaken(idOrNumber: string): boolean {
    return this.documents.get(idOrNumber) !== undefined || this.#notes.idOf(idOrNumber) !== undefined;
  }

  /** @throws OmniumProblem 404. */
  require(idOrNumber: string): Order {
    const order = this.find(idOrNumber);
    if (order === undefined) {
      throw notFound('The order');
    }
    return order;
  }

  now(): string {
    return formatDateTime(this.#context.clock.nowMs());
  }

  /** The next number of the series. */
  generateNumber(): string {
    let number: string;
    do {
      number = String(this.#nextNumber);
      this.#nextNumber += 1;
    } while (this.isTaken(number));
    return number;
  }

  /**
   * Adds an order; with `workflow`, the workflow of its status runs and its events follow.
   * @throws OmniumProblem 400 for wrong members or no id, 409 when the id or number is taken.
   */
  create(input: OrderInput, mode: CreateMode, cause: EventCause): Order {
    const id = input.id ?? '';
    if (id === '') {
      throw invalidField('id', 'is required');
    }
    const orderNumber = input.orderNumber ?? id;
    const isNumberTaken = !this.#context.manners.has('numbers-occur-twice') && this.isTaken(orderNumber);
    if (this.documents.get(id) !== undefined || isNumberTaken) {
      throw conflict('An order with this id or number exists already.');
    }
    const { manners } = this.#context;
    const taken = mode === 'workflow' ? asTakenIn(input, manners, this.#directory) : input;
    const prepared = {
      ...this.#preparer.prepare(taken, { id, orderNumber, now: this.now() }),
      modifiedBy: cause.userId,
    };
    // What is created as handed over has been delivered; other statuses say what their shipments are themselves.
    const isDelivered = mode === 'workflow' && isHandedOver(prepared.status) && this.#deliversAll;
    const order = isDelivered ? reachStatus(prepared, this.now()) : prepared;
    const queuedPhaseMs = manners.has('queued-first') ? queuedForMs : this.#settings.queuedPhaseMs;
    if (mode === 'workflow' && queuedPhaseMs > 0) {
      this.#store({ ...order, status: 'Queued' }, { cause });
      this.raise('addOrder', this.require(id), cause);
      this.#context.timers.after(queuedPhaseMs, () => {
        this.#leaveQueue(id, order.status, cause);
      });
    } else {
      this.#store(order, { cause, isHistory: mode === 'plain' });
      this.raise('addOrder', order, cause);
      if (mode === 'workflow') {
        this.#raiseWorkflow(order, '', cause);
      }
    }
    return this.require(id);
  }

  /**
   * Puts a changed version in place of an order, prepared anew; nothing happens when nothing changed.
   * @throws OmniumProblem 400.
   */
  change(order: Order, next: OrderInput, write: { operation: OperationName; cause: EventCause }): WriteOutcome {
    this.#refuseWhileQueued(order);
    const prepared = { ...this.#prepareChange(order, next), modifiedBy: write.cause.userId };
    if (!differs(order, prepared)) {
      return { order, changed: false };
    }
    return { order: this.#replace(order, prepared, write), changed: true };
  }

  /** Refuses what {@link change} would refuse; nothing is written. @throws OmniumProblem 400. */
  checkChange(order: Order, next: OrderInput): void {
    this.#prepareChange(order, next);
  }

  /** Writes what Omnium itself keeps on lines; amounts do not change. Nothing happens when no line changes. */
  rewriteLines(order: Order, change: (line: OrderLine) => OrderLine, cause: EventCause): Order {
    const { lineItems } = order.orderForm;
    const lines = lineItems.map(change);
    if (lines.every((line, index) => line === lineItems[index])) {
      return order;
    }
    const next = { ...withLines(order, lines), modified: this.now(), modifiedBy: cause.userId };
    return this.#replace(order, next, { operation: 'processedOrder', cause });
  }

  /** Ids of orders of which a line waits, or once waited, for a purchase order. */
  idsAwaiting(purchaseOrderId: string): ReadonlySet<string> {
    return this.#notes.awaiting(purchaseOrderId);
  }

  /** Ids of orders with returns, so that return searches need not look at every order. */
  get withReturns(): ReadonlySet<string> {
    return this.#notes.withReturns;
  }

  /** Whether a status that ends the hand-over says of every line that it was delivered. */
  get #deliversAll(): boolean {
    return !this.#context.manners.has('finished-without-delivered');
  }

  /**
   * Sets a status and, unless told otherwise, plays its workflow: effects on lines and shipments, and all its events.
   * @throws OmniumProblem 400 for a status the order type does not know.
   */
  setStatus(order: Order, status: string, run: StatusRun): Order {
    this.#refuseWhileQueued(order);
    this.#preparer.requireStatus(order.orderType, status);
    const now = this.now();
    const { cause, workflow, ...effects } = run;
    const changed: Order = { ...order, status, updateStatusDate: now, modified: now, modifiedBy: cause.userId };
    const deliversAll = this.#deliversAll && effects.deliversAll !== false;
    const next = workflow ? this.#withPaymentsAfter(reachStatus(changed, now, { deliversAll })) : changed;
    this.#store(next, { cause });
    if (!workflow) {
      this.raise('apiOrderUpdateStatusOnly', next, { ...cause, previousStatus: order.status });
      return next;
    }
    this.raise('apiOrderUpdateStatus', next, { ...cause, previousStatus: order.status });
    this.raise('workflowChangeStatus', next, { ...cause, previousStatus: order.status });
    this.#raiseWorkflow(next, order.status, cause);
    return next;
  }

  /** Plays the workflow of the status an order has, without changing the status. */
  runWorkflow(order: Order, cause: EventCause): Order {
    const next = reachStatus({ ...order, modified: this.now() }, this.now());
    this.#store(next, { cause });
    this.#raiseWorkflow(next, order.status, cause);
    return next;
  }

  /** Takes an order away for good. */
  removeForGood(order: Order, cause: EventCause): void {
    this.documents.remove(order.id);
    this.#notes.forget(order);
    this.#context.markDirty();
    this.raise('deletedOrder', order, cause);
  }

  /** What would be refused if this order were written; nothing is written. */
  issuesOf(input: OrderInput): readonly FieldIssue[] {
    try {
      const id = input.id ?? '';
      this.#preparer.prepare(input, { id, orderNumber: input.orderNumber ?? id, now: this.now() });
      return [];
    } catch (error) {
      if (error instanceof OmniumProblem) {
        return error.issues;
      }
      throw error;
    }
  }

  /** @throws OmniumProblem 400 when the order's type has no such status. */
  requireStatus(order: Order, status: string): void {
    this.#preparer.requireStatus(order.orderType, status);
  }

  /** Raises one event about an order. */
  raise(name: OperationName, order: Order, told: ToldCause): void {
    const { previousStatus, ...cause } = told;
    this.#events.raise(
      name,
      {
        className:
          name === 'apiCreateReturn' || name === 'createdReturn' || name === 'returnWorkflowCompleted'
            ? 'Return'
            : 'Order',
        subClassName: order.orderType,
        objectId: order.id,
        objectNumber: order.orderNumber,
        marketId: order.marketId,
        storeId: order.storeId,
        status: order.status,
        previousStatus,
      },
      cause,
    );
  }

  load(orders: readonly Order[], nextNumber = firstGeneratedNumber): void {
    this.#notes.clear();
    this.#nextNumber = nextNumber;
    const sorted = [...orders].sort((a, b) => ((a.modified ?? '') < (b.modified ?? '') ? -1 : 1));
    this.documents.load(sorted.map((order) => [order.id, withLines(order, order.orderForm.lineItems)]));
    for (const order of orders) {
      this.#notes.remember(order);
    }
  }

  capture(): { orders: Order[]; nextNumber: number } {
    return { orders: [...this.documents.values()], nextNumber: this.#nextNumber };
  }

  #prepareChange(order: Order, next: OrderInput): Order {
    const { id, orderNumber } = order;
    return this.#preparer.prepare(next, { id, orderNumber, now: this.now(), previous: order });
  }

  #withPaymentsAfter(order: Order): Order {
    const reached = isHandedOver(order.status) ? 'handed-over' : isCancelled(order.status) ? 'cancelled' : undefined;
    if (reached === undefined || !this.#context.manners.has('captured-at-hand-over')) {
      return order;
    }
    const orderForm = { ...order.orderForm, payments: [...paymentsAfter(order, reached, this.#context.manners)] };
    return { ...this.#prepareChange(order, { ...order, orderForm }), modifiedBy: order['modifiedBy'] };
  }

  /** @throws OmniumProblem 409 */
  #refuseWhileQueued({ status }: Order): void {
    if (status === 'Queued' && this.#context.manners.has('queued-first')) {
      throw conflict('The order is queued and must not be updated.');
    }
  }

  #leaveQueue(id: string, status: string, cause: EventCause): void {
    const order = this.documents.get(id);
    if (order?.status === 'Queued') {
      const next = { ...order, status, modified: this.now() };
      this.#store(next, { cause });
      this.#raiseWorkflow(next, 'Queued', cause);
    }
  }

  #replace(before: Order, next: Order, write: { operation: OperationName; cause: EventCause }): Order {
    this.#store(next, { cause: write.cause });
    this.raise(write.operation, next, { ...write.cause, previousStatus: before.status });
    return next;
  }

  #raiseWorkflow(order: Order, previousStatus: string, cause: EventCause): void {
    this.raise('workflowStarted', order, { ...cause, previousStatus: previousStatus });
    this.raise('workflowCompleted', order, { ...cause, previousStatus: previousStatus });
  }

  #store(order: Order, { cause, isHistory = false }: { cause: EventCause; isHistory?: boolean }): void {
    const before = this.documents.get(order.id);
    this.documents.put(order.id, order);
    this.#notes.remember(order);
    this.#context.markDirty();
    if (!isHistory) {
      this.#stockStep.apply(before, order, cause);
    }
  }
}
