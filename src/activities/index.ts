import { Context } from '@temporalio/activity';
import type { OrderOutcome, SyncOrderInput } from '../contracts/messages';
import type { ReceiptOutcome, SendReceiptInput } from '../contracts/receipt-messages';
import { OrderInbox } from '../temporal/order-inbox';
import { runAttempt } from './attempt';
import type { CustomerActivities } from './customers';
import { syncOrder, type ForwardEvent } from './orders/sync-order';
import type { StockActivities } from './stock';
import type { StoreExportActivities } from './store-exports';
import type { TenantRegistry } from './tenants';

/** Every activity that workflows can call. Each converges: it may run any number of times. */
export interface Activities extends CustomerActivities, StockActivities, StoreExportActivities {
  /** Makes one order the same in Omnium and Flow. */
  syncOrder(input: SyncOrderInput): Promise<OrderOutcome>;
  /** The same under the name that runs started by release 0.1 know. */
  syncOrderToFlow(input: SyncOrderInput): Promise<OrderOutcome>;
  /** Puts one receipt with its PDF into Omnium as an invoice. */
  sendReceiptToOmnium(input: SendReceiptInput): Promise<ReceiptOutcome>;
}

/** How long recording an event that belongs to another order may take. */
const FORWARD_TIMEOUT_MS = 10_000;

/** The activities of the order sync engine, with what they work on. */
export function createOrderActivities(tenants: TenantRegistry): Pick<Activities, 'syncOrder' | 'syncOrderToFlow'> {
  let inbox: OrderInbox | undefined;
  const forwardFrom = ({ tenantUid, retryLadder }: SyncOrderInput): ForwardEvent => {
    const { client, info } = Context.current();
    inbox ??= new OrderInbox({ client, retryLadder, callTimeoutMs: FORWARD_TIMEOUT_MS, taskQueue: info.taskQueue });
    const door = inbox;
    return async (orderNumber, event) => {
      await door.record({ tenantUid, orderNumber, omniumOrderId: orderNumber }, event);
    };
  };
  const sync = (input: SyncOrderInput): Promise<OrderOutcome> =>
    runAttempt(input, (attempt) =>
      syncOrder({ tenant: tenants.get(input.tenantUid), attempt }, input, forwardFrom(input)),
    );
  return { syncOrder: sync, syncOrderToFlow: sync };
}
