import { type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { ORDER_SIGNAL, ORDER_WORKFLOW, type OrderEvent, type OrderWorkflowInput } from '../contracts/messages';
import { type RetryLadderName } from '../contracts/retry-ladder';
import { type Direction, searchAttributes, type SyncState } from '../contracts/search-attributes';
import { taskQueueOf } from '../contracts/task-queues';
import { type OrderKey, orderWorkflowId } from '../contracts/workflow-ids';
import { type RecordOutcome, SignalDoor, type SignalDoorOptions, type StartOfRun } from './signal-door';

/** An order as intake knows it: who it belongs to, its number, and Omnium's id for it. */
export interface InboxOrder extends OrderKey {
  readonly omniumOrderId: string;
}

/** What is known about an order when its first event arrives; only used when a run is started. */
export interface OrderStartHints {
  /** Flow's uid of the store, when the event named a store that is known. */
  readonly storeUid?: string;
  /** Which way the change travels: `outbound` when Flow told of it. By default `inbound`. */
  readonly direction?: Direction;
}

/** What an {@link OrderInbox} needs. */
export interface OrderInboxOptions extends Pick<SignalDoorOptions, 'callTimeoutMs' | 'metrics'> {
  readonly client: Client;
  readonly retryLadder: RetryLadderName;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/** Temporal cuts off, or refuses, summaries longer than this (temporal-server limit on user metadata). */
const MAX_SUMMARY_BYTES = 400;

/**
 * The door to the order workflows, one per order, whichever system tells of it: an event is durable when `record`
 * resolves. How events gather, repeat and fail: {@link SignalDoor}.
 */
export class OrderInbox {
  readonly #options: OrderInboxOptions;
  readonly #door: SignalDoor<OrderEvent, OrderWorkflowInput>;

  constructor(options: OrderInboxOptions) {
    this.#options = options;
    this.#door = new SignalDoor({ ...options, workflowType: ORDER_WORKFLOW, signalName: ORDER_SIGNAL });
  }

  /**
   * Records that `event` happened to `order`, and starts the order's workflow if none is running.
   *
   * @returns `duplicate` when an equal event (same order, same event id) is recorded already
   * @throws ServiceError of the Temporal client when the event could not be recorded in time; it may have been
   */
  record(order: InboxOrder, event: OrderEvent, hints: OrderStartHints = {}): Promise<RecordOutcome> {
    const direction = hints.direction ?? (event.flowOrderUid ? 'outbound' : 'inbound');
    return this.#door.record(orderWorkflowId(order), event, this.#startOf(order, { ...hints, direction }));
  }

  #startOf(
    order: InboxOrder,
    { storeUid, direction }: OrderStartHints & { readonly direction: Direction },
  ): StartOfRun<OrderWorkflowInput> {
    const { tenantUid, orderNumber, omniumOrderId } = order;
    const syncing: SyncState = 'Syncing';
    return {
      taskQueue: this.#options.taskQueue ?? taskQueueOf('order-sync'),
      input: { version: 2, tenantUid, orderNumber, omniumOrderId, retryLadder: this.#options.retryLadder },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: tenantUid },
        { key: searchAttributes.orderNumber, value: orderNumber },
        { key: searchAttributes.direction, value: direction },
        { key: searchAttributes.syncState, value: syncing },
        ...(storeUid === undefined ? [] : [{ key: searchAttributes.storeUid, value: storeUid }]),
      ]),
      staticSummary: summaryOf(order, direction),
    };
  }
}

/** Where the change came from that began the run; the sync itself always goes both ways. */
const TOLD_BY: Readonly<Record<Direction, string>> = {
  inbound: 'changed in Omnium',
  outbound: 'changed at a till',
};

/** One line for the list of workflows in the Web UI. */
function summaryOf({ orderNumber }: OrderKey, direction: Direction): string {
  const summary = `Order ${orderNumber} · ${TOLD_BY[direction]}`;
  if (Buffer.byteLength(summary) <= MAX_SUMMARY_BYTES) return summary;
  return `Order ${orderNumber.slice(0, 80)}… · ${TOLD_BY[direction]}`;
}
