import { Publisher } from '../../src/temporal/publisher';
import { randomUUID } from 'node:crypto';
import { TypedSearchAttributes } from '@temporalio/common';
import { type EntityInput, EVENTS_SIGNAL, type SyncResult } from '../../src/contracts/entity-sync';
import {
  type OrderEvent,
  orderKind,
  type OrderOutcome,
  type OrderStart,
  type OrderStatus,
} from '../../src/contracts/kinds/order';
import type { RetryLadderName } from '../../src/contracts/retry-ladder';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { SyncDriver, type OrderServer } from './sync-driver';

export { until, type OrderServer } from './sync-driver';

/** One order of its own on a task queue of its own, with a worker for as long as a test wants one. */
export class OrderDriver extends SyncDriver<OrderOutcome, OrderStatus, SyncResult<OrderOutcome>> {
  readonly orderNumber: string;

  constructor(
    server: OrderServer,
    private readonly retryLadder: RetryLadderName = 'one-minute',
  ) {
    const orderNumber = `T${randomUUID().slice(0, 8)}`;
    super(server, orderKind.id({ tenantUid: 'flow_no', orderNumber }));
    this.orderNumber = orderNumber;
  }

  /** The order as intake knows it. */
  get inboxOrder(): OrderStart {
    return { tenantUid: 'flow_no', orderNumber: this.orderNumber, omniumOrderId: this.orderNumber };
  }

  /** The intake's own door to this order, as one API process has it. */
  door(): Publisher {
    const { client } = this.server;
    return new Publisher({
      client: () => client,
      retryLadder: this.retryLadder,
      callTimeoutMs: 10_000,
      taskQueue: this.taskQueue,
    });
  }

  /** An event that nobody has sent yet. */
  nextEvent(): OrderEvent {
    return { eventId: this.nextEventId(), source: 'omnium', what: 'Updated' };
  }

  /** Sends events past the door, all in one signal; without ids, each is a new one. */
  override async send(...eventIds: string[]): Promise<void> {
    const ids = eventIds.length > 0 ? eventIds : [this.nextEventId()];
    await this.signal(ids.map((eventId): OrderEvent => ({ eventId, source: 'omnium', what: 'Updated' })));
  }

  protected tell(eventId: string): Promise<void> {
    return this.signal([{ eventId, source: 'omnium', what: 'Updated' }]);
  }

  private async signal(events: readonly OrderEvent[]): Promise<void> {
    const { orderNumber, retryLadder } = this;
    await this.server.client.workflow.signalWithStart<
      (input: EntityInput<OrderStart, OrderEvent, OrderOutcome>) => Promise<SyncResult<OrderOutcome>>,
      [readonly OrderEvent[]]
    >(orderKind.workflow, {
      workflowId: this.workflowId,
      taskQueue: this.taskQueue,
      args: [{ tenantUid: 'flow_no', orderNumber, omniumOrderId: orderNumber, retryLadder }],
      signal: EVENTS_SIGNAL,
      signalArgs: [events],
      workflowIdConflictPolicy: 'USE_EXISTING',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: 'flow_no' },
        { key: searchAttributes.orderNumber, value: orderNumber },
        { key: searchAttributes.direction, value: 'inbound' },
        { key: searchAttributes.syncState, value: 'Syncing' },
      ]),
    });
  }
}
