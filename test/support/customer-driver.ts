import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { CustomerActivities } from '../../src/activities/customers';
import { runAttempt } from '../../src/activities/attempt';
import {
  CUSTOMER_SIGNAL,
  customerWorkflowId,
  type CustomerOutcome,
  type CustomerSyncStatus,
  type CustomerWorkflowInput,
  type CustomerWorkflowResult,
  type SyncCustomerInput,
} from '../../src/contracts/customer-messages';
import { SYNC_STATUS_QUERY } from '../../src/contracts/messages';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { customerKeyOf } from '../../src/domain/customer-key';
import { CustomerInbox } from '../../src/temporal/customer-inbox';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { until, type OrderServer } from './order-driver';

/** What every attempt that is not scripted otherwise answers. */
export const UPDATED: CustomerOutcome = {
  action: 'updated',
  direction: 'outbound',
  customerType: 'private',
  changedFields: ['Omnium email'],
  calls: 3,
};

/** One attempt as a test wants it. */
export type CustomerScript = (
  attempt: number,
  input: SyncCustomerInput,
  signal: AbortSignal,
) => Promise<CustomerOutcome>;

/** The customer activity with a scripted inside and its real outside: report, failure table, ladder, heartbeats. */
export class ScriptedCustomerSync {
  readonly attempts: SyncCustomerInput[] = [];
  mostAtOnce = 0;
  private running = 0;

  constructor(private readonly script: CustomerScript = async () => UPDATED) {}

  activities(): CustomerActivities {
    return {
      syncCustomer: (input) =>
        runAttempt({ ...input, signalName: CUSTOMER_SIGNAL }, async ({ signal }) => {
          this.attempts.push(input);
          this.running += 1;
          this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
          try {
            return await this.script(this.attempts.length, input, signal);
          } finally {
            this.running -= 1;
          }
        }),
    };
  }
}

const SECRET = 'a secret';

/** One customer of its own on a task queue of its own, behind the intake's own door. */
export class CustomerDriver {
  readonly customerId = `kari.${randomUUID().slice(0, 8)}@example.com`;
  readonly workflowId = customerWorkflowId({
    tenantUid: 'flow_no',
    customerKey: customerKeyOf(this.customerId, SECRET),
  });
  /** The run whose history is to be kept, when it is not the latest. */
  recordedRunId: string | undefined;
  private readonly taskQueue = `customers-${randomUUID()}`;
  private eventsSent = 0;
  readonly door: CustomerInbox;

  constructor(private readonly server: OrderServer) {
    const { client } = server;
    this.door = new CustomerInbox({
      client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue: this.taskQueue,
      secretOf: () => SECRET,
    });
  }

  get handle(): WorkflowHandle<(input: CustomerWorkflowInput) => Promise<CustomerWorkflowResult>> {
    return this.server.client.workflow.getHandle(this.workflowId);
  }

  /** Runs `work` while a worker with these activities serves the customer. */
  async withWorker<T>(activities: CustomerActivities, work: () => Promise<T>): Promise<T> {
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

  /** Sends events through the door; without ids, each is a new one. */
  async send(...eventIds: string[]): Promise<void> {
    const ids = eventIds.length > 0 ? eventIds : [`event-${(this.eventsSent += 1)}`];
    await Promise.all(
      ids.map((eventId) =>
        this.door.record('flow_no', {
          eventId,
          source: 'omnium',
          what: 'Updated',
          kind: 'changed',
          about: { side: 'omnium', kind: 'private', id: this.customerId },
        }),
      ),
    );
  }

  recordRun(runId: string): void {
    this.recordedRunId = runId;
  }

  async status(): Promise<CustomerSyncStatus> {
    return await this.handle.query<CustomerSyncStatus>(SYNC_STATUS_QUERY);
  }

  /** Waits until the customer says that it is waiting on the ladder. */
  async untilWaiting(): Promise<CustomerSyncStatus> {
    return await until(async () => {
      const status = await this.status();
      return status.syncState === 'Retrying' && status.lastFailure ? status : undefined;
    });
  }

  /** Value of a search attribute of the latest run, as the server has it. */
  async searchAttribute(name: keyof typeof searchAttributes): Promise<string | undefined> {
    const { typedSearchAttributes } = await this.handle.describe();
    return typedSearchAttributes.get(searchAttributes[name]);
  }
}
