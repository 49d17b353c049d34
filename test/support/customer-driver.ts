import { randomUUID } from 'node:crypto';
import type { Activities } from '../../src/activities';
import {
  CUSTOMER_SIGNAL,
  customerWorkflowId,
  type CustomerOutcome,
  type SyncCustomerInput,
} from '../../src/contracts/customer-messages';
import { customerKeyOf } from '../../src/temporal/customer-key';
import { CustomerInbox } from '../../src/temporal/customer-inbox';
import { ScriptedActivity, SyncDriver, type AttemptScript, type OrderServer } from './sync-driver';

/** What every attempt that is not scripted otherwise answers. */
export const UPDATED: CustomerOutcome = {
  action: 'updated',
  direction: 'outbound',
  customerType: 'private',
  changedFields: ['Omnium email'],
  calls: 3,
};

/** The customer activity with a scripted inside. */
export class ScriptedCustomerSync extends ScriptedActivity<SyncCustomerInput, CustomerOutcome> {
  constructor(script: AttemptScript<SyncCustomerInput, CustomerOutcome> = async () => UPDATED) {
    super(CUSTOMER_SIGNAL, script);
  }

  /** For a worker's `activities`. */
  activities(): Pick<Activities, 'syncCustomer'> {
    return { syncCustomer: this.run };
  }
}

const SECRET = 'a secret';

/** One customer of its own on a task queue of its own, behind the intake's own door. */
export class CustomerDriver extends SyncDriver<CustomerOutcome> {
  readonly customerId: string;
  readonly door: CustomerInbox;

  constructor(server: OrderServer) {
    const customerId = `kari.${randomUUID().slice(0, 8)}@example.com`;
    super(server, customerWorkflowId({ tenantUid: 'flow_no', customerKey: customerKeyOf(customerId, SECRET) }));
    this.customerId = customerId;
    this.door = new CustomerInbox({
      client: server.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue: this.taskQueue,
      secretOf: () => SECRET,
    });
  }

  protected tell(eventId: string): Promise<unknown> {
    return this.door.record('flow_no', {
      eventId,
      source: 'omnium',
      what: 'Updated',
      kind: 'changed',
      about: { side: 'omnium', kind: 'private', id: this.customerId },
    });
  }
}
