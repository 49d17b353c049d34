import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Attempt } from '../../src/activities/shared/sync-context';
import { syncCustomer } from '../../src/activities/customers/sync-customer';
import { syncOrder } from '../../src/activities/orders/sync-order';
import { createReceiptActivities } from '../../src/activities/orders/receipts';
import { TenantRegistry, type Tenant } from '../../src/activities/tenants';
import type { TenantConfig } from '../../src/config/types';
import type { CustomerOutcome } from '../../src/contracts/kinds/customer';
import type { OrderOutcome, ReceiptReference } from '../../src/contracts/kinds/order';
import { customerKeyOf } from '../../src/temporal/sealed-reference';
import { sealReference, type CustomerReference } from '../../src/temporal/sealed-reference';
import type { CrashDoor } from './crash-door';

/** Failures that a crash causes are no news. */
const QUIET = new DefaultLogger('ERROR');
/** One crash costs one attempt; more than this means that nothing converges. */
const MAX_ATTEMPTS = 4;
const LADDER = { retryLadder: 'one-minute', pass: 1 } as const;

/**
 * A worker process as the workflows see it: an activity whose worker dies is tried again by a new one that remembers
 * nothing, and what was told before (events passed on, results of earlier activities) is not told again. The activities
 * are the real ones; Temporal's part is played here so that hundreds of crashes take seconds.
 */
export class CrashWorker {
  private tenants: TenantRegistry;
  /** Attempts that ended by a crash. */
  crashes = 0;

  constructor(
    private readonly config: TenantConfig,
    private readonly door?: CrashDoor,
  ) {
    this.tenants = new TenantRegistry([config]);
  }

  async close(): Promise<void> {
    await this.tenants.close();
  }

  /** Syncs an order, then what it was passed on to, then the receipts, as the order workflow does. */
  async order(
    orderNumber: string,
    flowOrderUids: readonly string[] = [],
    onlyFlowEvents = false,
  ): Promise<OrderOutcome[]> {
    const passedOn = new Map<string, { readonly number: string; readonly uid: string }>();
    const about = { orderNumber, omniumOrderId: orderNumber, flowOrderUids, onlyFlowEvents };
    const outcome = await this.activity((tenant, attempt) =>
      syncOrder(Object.assign(attempt, { tenant }), about, async (number, event) => {
        passedOn.set(event.eventId, { number, uid: event.flowOrderUid ?? '' });
      }),
    );
    const outcomes = [outcome];
    for (const { number, uid } of passedOn.values()) outcomes.push(...(await this.order(number, [uid], true)));
    for (const receipt of outcome.receipts ?? []) await this.receipt(receipt);
    return outcomes;
  }

  /** What a Flow webhook about an order leads to. */
  async flowOrder(orderUid: string): Promise<OrderOutcome[]> {
    return await this.order(orderUid, [orderUid], true);
  }

  async customer(about: CustomerReference, kind: 'changed' | 'deleted' = 'changed'): Promise<CustomerOutcome> {
    const { tenantUid, settings } = this.config;
    const secret = settings.OMNIUM_CLIENT_SECRET;
    const reference = sealReference(about, secret);
    const input = { tenantUid, customerKey: customerKeyOf(about.id, secret), events: [{ reference, kind }], ...LADDER };
    return await this.activity((tenant, attempt) => syncCustomer({ ...attempt, tenant }, input.events));
  }

  private async receipt(reference: ReceiptReference): Promise<void> {
    const { tenantUid } = this.config;
    await this.activity(() => {
      const { sendReceiptToOmnium } = createReceiptActivities(this.tenants);
      const environment = new MockActivityEnvironment({}, { logger: QUIET });
      return environment.run(sendReceiptToOmnium, { ...reference, tenantUid, ...LADDER });
    });
  }

  /** Tries until a worker lived to tell the result. */
  private async activity<T>(work: (tenant: Tenant, attempt: Attempt) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await work(this.tenants.get(this.config.tenantUid), newAttempt());
        if (!this.door?.hasCrashed) return result;
      } catch (error) {
        if (!this.door?.hasCrashed || tries === MAX_ATTEMPTS) throw error;
      }
      await this.dieAndRestart();
    }
  }

  private async dieAndRestart(): Promise<void> {
    this.crashes += 1;
    await this.door?.reopen();
    await this.tenants.close();
    this.tenants = new TenantRegistry([this.config]);
  }
}

function newAttempt(): Attempt {
  const attempt: Attempt = {
    signal: new AbortController().signal,
    calls: 0,
    onCall: () => {
      attempt.calls += 1;
    },
  };
  return attempt;
}
