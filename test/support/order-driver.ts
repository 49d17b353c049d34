import { randomUUID } from 'node:crypto';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { Worker, type NativeConnection } from '@temporalio/worker';
import type { Activities } from '../../src/activities';
import {
  ORDER_SIGNAL,
  ORDER_WORKFLOW,
  SYNC_STATUS_QUERY,
  type OrderEvent,
  type OrderSignal,
  type OrderWorkflowInput,
  type OrderWorkflowResult,
  type SyncStatus,
} from '../../src/contracts/messages';
import type { RetryLadderName } from '../../src/contracts/retry-ladder';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { orderWorkflowId } from '../../src/contracts/workflow-ids';
import { OrderInbox, type InboxOrder } from '../../src/temporal/order-inbox';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';

/** A server, however it was started. */
export interface OrderServer {
  readonly client: Client;
  readonly nativeConnection: NativeConnection;
  readonly namespace?: string | undefined;
}

/** One order of its own on a task queue of its own, with a worker for as long as a test wants one. */
export class OrderDriver {
  readonly orderNumber = `T${randomUUID().slice(0, 8)}`;
  readonly workflowId = orderWorkflowId({ tenantUid: 'flow_no', orderNumber: this.orderNumber });
  private readonly taskQueue = `orders-${this.orderNumber}`;
  /** The run whose history is to be kept, when it is not the latest. */
  recordedRunId: string | undefined;
  private eventsSent = 0;

  constructor(
    private readonly server: OrderServer,
    private readonly retryLadder: RetryLadderName = 'one-minute',
  ) {}

  get handle(): WorkflowHandle<(input: OrderWorkflowInput) => Promise<OrderWorkflowResult>> {
    return this.server.client.workflow.getHandle(this.workflowId);
  }

  /** Runs `work` while a worker with these activities serves the order. */
  async withWorker<T>(activities: Partial<Activities>, work: () => Promise<T>): Promise<T> {
    const { nativeConnection, namespace } = this.server;
    const worker = await Worker.create({
      connection: nativeConnection,
      ...(namespace && { namespace }),
      taskQueue: this.taskQueue,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
      activities,
    });
    return await worker.runUntil(work());
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
    return { eventId: `event-${(this.eventsSent += 1)}`, source: 'omnium', what: 'Updated' };
  }

  /** Sends events past the door, one signal each; without ids, each is a new one. */
  async send(...eventIds: string[]): Promise<void> {
    const ids = eventIds.length > 0 ? eventIds : [`event-${(this.eventsSent += 1)}`];
    const events = ids.map((eventId): OrderEvent => ({ eventId, source: 'omnium', what: 'Updated' }));
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

  recordRun(runId: string): void {
    this.recordedRunId = runId;
  }

  async status(): Promise<SyncStatus> {
    return await this.handle.query<SyncStatus>(SYNC_STATUS_QUERY);
  }

  /** Waits until the order says that it is waiting on the ladder. */
  async untilWaiting(): Promise<SyncStatus> {
    return await until(async () => {
      const status = await this.status();
      return status.syncState === 'Retrying' && status.lastFailure ? status : undefined;
    });
  }

  /** Value of a search attribute of the order's latest run, as the server has it. */
  async searchAttribute(name: keyof typeof searchAttributes): Promise<string | undefined> {
    const { typedSearchAttributes } = await this.handle.describe();
    return typedSearchAttributes.get(searchAttributes[name]);
  }
}

/** Polls until `probe` gives something; fails after ten seconds. */
export async function until<T>(probe: () => Promise<T | undefined>, timeoutMs = 10_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing came within ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
