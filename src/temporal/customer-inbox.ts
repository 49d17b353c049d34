import { type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import {
  CUSTOMER_SIGNAL,
  CUSTOMER_WORKFLOW,
  type CustomerEvent,
  type CustomerKey,
  type CustomerWorkflowInput,
  customerWorkflowId,
} from '../contracts/customer-messages';
import { type RetryLadderName } from '../contracts/retry-ladder';
import { type Direction, searchAttributes, type SyncState } from '../contracts/search-attributes';
import { taskQueueOf } from '../contracts/task-queues';
import { customerKeyOf } from './customer-key';
import { type CustomerReference, sealReference } from './sealed-reference';
import { type RecordOutcome, SignalDoor, type SignalDoorOptions, type StartOfRun } from './signal-door';

/** A notice about a customer as it arrives: with the customer's id in the clear, which never leaves this process so. */
export interface CustomerNotice extends Omit<CustomerEvent, 'reference'> {
  readonly about: CustomerReference;
}

/** What a {@link CustomerInbox} needs. */
export interface CustomerInboxOptions extends Pick<SignalDoorOptions, 'callTimeoutMs' | 'metrics'> {
  readonly client: Client;
  readonly retryLadder: RetryLadderName;
  /** The secret that ids of a tenant's customers are sealed with: `OMNIUM_CLIENT_SECRET`. */
  readonly secretOf: (tenantUid: string) => string;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/**
 * The door to the customer workflows, one per customer, whichever system tells of it. What goes through it holds no
 * customer's id: the workflow is named by a hash of it, and the id travels sealed. How events gather, repeat and fail:
 * {@link SignalDoor}.
 */
export class CustomerInbox {
  readonly #options: CustomerInboxOptions;
  readonly #door: SignalDoor<CustomerEvent, CustomerWorkflowInput>;

  constructor(options: CustomerInboxOptions) {
    this.#options = options;
    this.#door = new SignalDoor({ ...options, workflowType: CUSTOMER_WORKFLOW, signalName: CUSTOMER_SIGNAL });
  }

  /**
   * Records that something happened to a customer, and starts the customer's workflow if none is running.
   *
   * @returns `duplicate` when an equal event (same customer, same event id) is recorded already
   * @throws ServiceError of the Temporal client when the event could not be recorded in time; it may have been
   */
  record(tenantUid: string, { about, ...notice }: CustomerNotice): Promise<RecordOutcome> {
    const secret = this.#options.secretOf(tenantUid);
    const key: CustomerKey = { tenantUid, customerKey: customerKeyOf(about.id, secret) };
    const event: CustomerEvent = { ...notice, reference: sealReference(about, secret) };
    return this.#door.record(customerWorkflowId(key), event, this.#startOf(key, about));
  }

  #startOf(key: CustomerKey, { side }: CustomerReference): StartOfRun<CustomerWorkflowInput> {
    const direction: Direction = side === 'flow' ? 'outbound' : 'inbound';
    const syncing: SyncState = 'Syncing';
    return {
      taskQueue: this.#options.taskQueue ?? taskQueueOf('order-sync'),
      input: { version: 1, ...key, retryLadder: this.#options.retryLadder },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: searchAttributes.tenantUid, value: key.tenantUid },
        { key: searchAttributes.direction, value: direction },
        { key: searchAttributes.syncState, value: syncing },
      ]),
      staticSummary: `Customer ${key.customerKey.slice(0, 8)} · ${side === 'flow' ? 'Flow → Omnium' : 'Omnium → Flow'}`,
    };
  }
}
