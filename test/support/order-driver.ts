import { randomUUID } from 'node:crypto';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  ORDER_SIGNAL,
  ORDER_WORKFLOW,
  type OrderEvent,
  type OrderOutcome,
  type OrderSignal,
  type OrderWorkflowInput,
  type OrderWorkflowResult,
  type SyncStatus,
} from '../../src/contracts/messages';
import type { RetryLadderName } from '../../src/contracts/retry-ladder';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { orderWorkflowId } from '../../src/contracts/workflow-ids';
import { OrderInbox, type InboxOrder } from '../../src/temporal/order-inbox';
import { SyncDriver, type OrderServer } from './sync-driver';

export { until, type OrderServer } from './sync-driver';

/** One order of its own on a task queue of its own, with a worker for as long as a test wants one. */
export class OrderDriver extends SyncDriver<OrderOutcome, SyncStatus, OrderWorkflowResult> {
  readonly orderNumber: string;

  constructor(
    server: OrderServer,
    private readonly retryLadder: RetryLadderName = 'one-minute',
  ) {
    const orderNumber = `T${randomUUID().slice(0, 8)}`;
    super(server, orderWorkflowId({ tenantUid: 'flow_no', orderNumber }));
    this.orderNumber = orderNumber;
  }

  /** The order as intake knows it. */
  get inboxOrder(): InboxOrder {
    return { tenantUid: 'flow_no', orderNumber: this.orderNumber, omniumOrderId: this.orderNumber };
  }

  /** The intake's own door to this order, as one API process has it. */
  door(): OrderInbox {
    const { client } = this.server;
    return new OrderInbox({ client, retryLadder: this.retryLadder, callTimeoutMs: 10_000, taskQueue: this.taskQueue });
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
      (input: OrderWorkflowInput) => Promise<OrderWorkflowResult>,
      [OrderSignal]
    >(ORDER_WORKFLOW, {
      workflowId: this.workflowId,
      taskQueue: this.taskQueue,
      args: [{ version: 2, tenantUid: 'flow_no', orderNumber, omniumOrderId: orderNumber, retryLadder }],
      signal: ORDER_SIGNAL,
      signalArgs: [{ kind: 'events', events }],
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
