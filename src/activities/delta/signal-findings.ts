import type { Client } from '@temporalio/client';
import type { OrderEvent } from '../../contracts/messages';
import {
  nameOfTarget,
  type SignalFindingsInput,
  type SweepFinding,
  type SweepTarget,
} from '../../contracts/sweep-messages';
import { openReference } from '../../temporal/sealed-reference';
import { CustomerInbox } from '../../temporal/customer-inbox';
import { GoodsInbox } from '../../temporal/goods-inbox';
import { OrderInbox } from '../../temporal/order-inbox';
import type { Attempt } from '../shared/sync-context';
import { severalAtOnce } from '../shared/concurrency';
import type { Tenant } from '../tenants';

const CALL_TIMEOUT_MS = 10_000;
const SIGNALS_AT_ONCE = 8;

type GoodsTarget = Extract<SweepTarget, { kind: 'goods-reception' | 'purchase-order' | 'stock' }>;

/** What findings are told with. */
export interface SignalParts {
  readonly client: Client;
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
}

/**
 * Tells the owners of what a stretch has found, through the same doors as the webhooks. An event's id is made of the run
 * and of what it is about, so that an attempt that repeats another one tells nobody anything new.
 */
export async function signalFindings(input: SignalFindingsInput, parts: SignalParts): Promise<void> {
  const owners = new Owners(input, parts);
  await severalAtOnce(input.findings, SIGNALS_AT_ONCE, async (finding) => {
    parts.attempt.signal.throwIfAborted();
    await owners.tell(finding);
  });
}

/** The doors to orders, customers and goods, for one sweep. */
class Owners {
  private readonly orders: OrderInbox;
  private readonly customers: CustomerInbox;
  private readonly goods: GoodsInbox;
  private readonly secret: string;

  constructor(
    private readonly input: SignalFindingsInput,
    { client, tenant, taskQueue }: SignalParts,
  ) {
    this.secret = tenant.config.settings.OMNIUM_CLIENT_SECRET;
    const { retryLadder } = input;
    const options = {
      client,
      retryLadder,
      callTimeoutMs: CALL_TIMEOUT_MS,
      ...(taskQueue !== undefined && { taskQueue }),
    };
    this.orders = new OrderInbox(options);
    this.customers = new CustomerInbox({ ...options, secretOf: () => this.secret });
    const { alignAgainAfterSeconds } = tenant.config.goods;
    this.goods = new GoodsInbox({ ...options, alignAgainAfterSeconds: () => alignAgainAfterSeconds });
  }

  async tell({ target, storeUid }: SweepFinding): Promise<void> {
    switch (target.kind) {
      case 'order':
        return await this.tellOrder(target, storeUid);
      case 'customer':
        return await this.tellCustomer(target);
      case 'goods-reception':
      case 'purchase-order':
      case 'stock':
        return await this.tellOfGoods(target);
    }
  }

  private async tellOfGoods(target: GoodsTarget): Promise<void> {
    const { stream, tenantUid } = this.input;
    const event = { eventId: this.eventId(nameOfTarget(target)), source: 'sweep', what: `Sweep ${stream}` } as const;
    if (target.kind === 'goods-reception') {
      const { receivementUid, storeUid } = target;
      await this.goods.recordReception({ tenantUid, receivementUid, storeUid, subject: 'receivement' }, event);
    } else if (target.kind === 'purchase-order') {
      await this.goods.recordPurchaseOrder({ tenantUid, purchaseOrderId: target.purchaseOrderId }, event);
    } else {
      const { storeUid, since } = target;
      await this.goods.recordStock({ tenantUid, storeUid }, { ...event, subject: { kind: 'changes', since } });
    }
  }

  private async tellOrder(target: SweepTarget & { kind: 'order' }, storeUid: string | undefined): Promise<void> {
    const { stream, tenantUid } = this.input;
    const { orderNumber, omniumOrderId = orderNumber, flowOrderUid } = target;
    const event: OrderEvent = {
      ...{ eventId: this.eventId(orderNumber, flowOrderUid), source: 'sweep', what: `Sweep ${stream}` },
      ...(flowOrderUid && { flowOrderUid }),
    };
    const direction = stream.startsWith('flow-') ? 'outbound' : 'inbound';
    await this.orders.record({ tenantUid, orderNumber, omniumOrderId }, event, {
      direction,
      ...(storeUid && { storeUid }),
    });
  }

  private async tellCustomer({ customerKey, reference, change }: SweepTarget & { kind: 'customer' }): Promise<void> {
    const { stream, tenantUid } = this.input;
    await this.customers.record(tenantUid, {
      eventId: this.eventId(customerKey),
      source: 'sweep',
      what: `Sweep ${stream}`,
      kind: change,
      about: openReference(reference, this.secret),
    });
  }

  private eventId(...about: (string | undefined)[]): string {
    const { stream, window } = this.input;
    return ['sweep', stream, window.to, ...about.filter((part) => part !== undefined)].join(':');
  }
}
