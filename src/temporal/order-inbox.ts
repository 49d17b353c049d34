import { type Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { LRUCache } from 'lru-cache';
import {
  ORDER_SIGNAL,
  ORDER_WORKFLOW,
  type OrderEvent,
  type OrderSignal,
  type OrderWorkflowInput,
} from '../contracts/messages';
import { type RetryLadderName } from '../contracts/retry-ladder';
import { searchAttributes, type SyncState } from '../contracts/search-attributes';
import { taskQueueOf } from '../contracts/task-queues';
import { type OrderKey, orderWorkflowId } from '../contracts/workflow-ids';
import { type IntakeMetrics } from '../observability/metrics';

/** An order as intake knows it: who it belongs to, its number, and Omnium's id for it. */
export interface InboxOrder extends OrderKey {
  readonly omniumOrderId: string;
}

/** What is known about an order when its first event arrives; only used when a run is started. */
export interface OrderStartHints {
  /** Flow's uid of the store, when the event named a store that the configuration knows. */
  readonly storeUid?: string;
}

/** What became of an event: `duplicate` means that an equal event is already recorded. */
export type RecordOutcome = 'recorded' | 'duplicate';

/** What an {@link OrderInbox} needs. */
export interface OrderInboxOptions {
  readonly client: Client;
  readonly retryLadder: RetryLadderName;
  /** Longest time one call to Temporal may take, in milliseconds. */
  readonly callTimeoutMs: number;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
  readonly metrics?: Pick<IntakeMetrics, 'signals' | 'signalDuration' | 'eventsPerSignal'>;
}

/** Most events one signal carries: keeps a signal under about 20 kB. */
export const MAX_EVENTS_PER_SIGNAL = 100;

/** Recorded events remembered, about 15 MB when full. */
const REMEMBERED_EVENTS = 50_000;
/**
 * Senders repeat within a minute or so. An equal event much later is somebody sending it again on purpose, and deserves
 * a pass; the workflow finds out itself that nothing changed.
 */
const REMEMBERED_FOR_MS = 10 * 60_000;

/** Temporal cuts off, or refuses, summaries longer than this (temporal-server limit on user metadata). */
const MAX_SUMMARY_BYTES = 400;

interface WaitingEvent {
  readonly event: OrderEvent;
  readonly resolve: (outcome: RecordOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** One order whose events are on their way to Temporal. */
interface Lane {
  readonly order: InboxOrder;
  readonly hints: OrderStartHints;
  waiting: WaitingEvent[];
}

/**
 * The door to the order workflows: the only way an event becomes durable.
 *
 * 1. `record` resolves only after Temporal has stored the event, so a 2xx may follow; it rejects when that is not certain.
 * 2. At most one call per order is under way. Events that arrive meanwhile wait and go together in the next one, at most
 *    {@link MAX_EVENTS_PER_SIGNAL} at a time, and are acknowledged together.
 * 3. An event equal to one recorded lately, or under way, makes no call. The memory is this process's own: the workflow
 *    knows the events it has seen too, this only saves the trip.
 * 4. When a call fails, everything that waited behind it fails with it: the reason would be the same, and senders repeat.
 */
export class OrderInbox {
  readonly #options: OrderInboxOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #underWay = new Map<string, Promise<RecordOutcome>>();
  readonly #recorded = new LRUCache<string, true>({ max: REMEMBERED_EVENTS, ttl: REMEMBERED_FOR_MS });

  constructor(options: OrderInboxOptions) {
    this.#options = options;
  }

  /**
   * Records that `event` happened to `order`, and starts the order's workflow if none is running.
   *
   * @returns `duplicate` when an equal event (same order, same event id) is recorded already
   * @throws ServiceError of the Temporal client when the event could not be recorded in time; it may have been
   */
  record(order: InboxOrder, event: OrderEvent, hints: OrderStartHints = {}): Promise<RecordOutcome> {
    const workflowId = orderWorkflowId(order);
    // The order is part of the key: a sender that numbers its events per order, or badly, must not hide one order's
    // event behind another's.
    const eventKey = `${workflowId}\n${event.eventId}`;
    if (this.#recorded.has(eventKey)) return Promise.resolve('duplicate');
    const equal = this.#underWay.get(eventKey);
    if (equal !== undefined) return equal.then(() => 'duplicate');

    const recorded = new Promise<RecordOutcome>((resolve, reject) => {
      this.#enqueue(workflowId, { order, hints, waiting: [{ event, resolve, reject }] });
    });
    const settled = recorded.then(
      (outcome) => {
        this.#recorded.set(eventKey, true);
        this.#underWay.delete(eventKey);
        return outcome;
      },
      (error: unknown) => {
        this.#underWay.delete(eventKey);
        throw error;
      },
    );
    this.#underWay.set(eventKey, settled);
    return settled;
  }

  #enqueue(workflowId: string, arriving: Lane): void {
    const lane = this.#lanes.get(workflowId);
    if (lane !== undefined) {
      lane.waiting.push(...arriving.waiting);
      return;
    }
    this.#lanes.set(workflowId, arriving);
    void this.#empty(workflowId, arriving);
  }

  /** Sends what waits on a lane until nothing does. Never rejects: outcomes go to those who wait. */
  async #empty(workflowId: string, lane: Lane): Promise<void> {
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, MAX_EVENTS_PER_SIGNAL);
      try {
        await this.#send(
          workflowId,
          lane,
          batch.map(({ event }) => event),
        );
        for (const { resolve } of batch) resolve('recorded');
      } catch (error) {
        const failing = [...batch, ...lane.waiting];
        lane.waiting = [];
        for (const { reject } of failing) reject(error);
      }
    }
    this.#lanes.delete(workflowId);
  }

  async #send(workflowId: string, lane: Lane, events: readonly OrderEvent[]): Promise<void> {
    const { client, callTimeoutMs, metrics } = this.#options;
    const stopTimer = metrics?.signalDuration.startTimer();
    try {
      await client.connection.withDeadline(Date.now() + callTimeoutMs, () =>
        client.workflow.signalWithStart<(input: OrderWorkflowInput) => Promise<unknown>, [OrderSignal]>(
          ORDER_WORKFLOW,
          {
            ...this.#startOptions(workflowId, lane),
            signal: ORDER_SIGNAL,
            signalArgs: [{ kind: 'events', events }],
          },
        ),
      );
      metrics?.signals.inc({ result: 'accepted' });
      metrics?.eventsPerSignal.observe(events.length);
    } catch (error) {
      metrics?.signals.inc({ result: 'failed' });
      throw error;
    } finally {
      stopTimer?.();
    }
  }

  #startOptions(workflowId: string, { order, hints }: Lane) {
    const input: OrderWorkflowInput = {
      version: 2,
      tenantUid: order.tenantUid,
      orderNumber: order.orderNumber,
      omniumOrderId: order.omniumOrderId,
      retryLadder: this.#options.retryLadder,
    };
    const syncing: SyncState = 'Syncing';
    return {
      workflowId,
      taskQueue: this.#options.taskQueue ?? taskQueueOf('order-sync'),
      args: [input] as [OrderWorkflowInput],
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: order.tenantUid },
        { key: searchAttributes.orderNumber, value: order.orderNumber },
        { key: searchAttributes.direction, value: 'inbound' },
        { key: searchAttributes.syncState, value: syncing },
        ...(hints.storeUid === undefined ? [] : [{ key: searchAttributes.storeUid, value: hints.storeUid }]),
      ]),
      staticSummary: summaryOf(order),
    };
  }
}

/** One line for the list of workflows in the Web UI. */
function summaryOf({ orderNumber }: OrderKey): string {
  const summary = `Order ${orderNumber} · web order → Flow`;
  if (Buffer.byteLength(summary) <= MAX_SUMMARY_BYTES) return summary;
  return `Order ${orderNumber.slice(0, 80)}… · web order → Flow`;
}
