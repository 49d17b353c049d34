import { randomUUID } from 'node:crypto';
import type { Activities } from '../../src/activities';
import { customerKind, type CustomerOutcome, type SyncCustomerInput } from '../../src/contracts/kinds/customer';
import { customerKeyOf, sealedCustomer } from '../../src/temporal/sealed-reference';
import { Publisher } from '../../src/temporal/publisher';
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
    super(script);
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
  readonly door: Publisher;

  constructor(server: OrderServer) {
    const customerId = `kari.${randomUUID().slice(0, 8)}@example.com`;
    super(server, customerKind.id({ tenantUid: 'flow_no', customerKey: customerKeyOf(customerId, SECRET) }));
    this.customerId = customerId;
    const { taskQueue } = this;
    this.door = new Publisher({
      client: () => server.client,
      retryLadder: 'one-minute',
      callTimeoutMs: 10_000,
      taskQueue,
    });
  }

  protected tell(eventId: string): Promise<unknown> {
    const about = { side: 'omnium', kind: 'private', id: this.customerId } as const;
    const { key, reference, direction } = sealedCustomer('flow_no', about, SECRET);
    const event = { eventId, source: 'omnium', what: 'Updated', kind: 'changed', reference } as const;
    return this.door.publish(customerKind, key, event, { direction });
  }
}
