import { Context } from '@temporalio/activity';
import { stockMasterOf } from '../config/stock-master';
import type { OrderOutcome, SyncOrderInput } from '../contracts/messages';
import type { ReceiptOutcome, SendReceiptInput } from '../contracts/receipt-messages';
import { taskQueueOf } from '../contracts/task-queues';
import { GoodsInbox } from '../temporal/goods-inbox';
import { OrderInbox } from '../temporal/order-inbox';
import { runAttempt } from './attempt';
import type { CustomerActivities } from './customers';
import type { GoodsReceptionActivities } from './goods-receptions';
import { syncOrder, type ForwardEvent } from './orders/sync-order';
import type { PurchaseOrderActivities } from './purchase-orders';
import type { StockActivities } from './stock';
import type { StoreExportActivities } from './store-exports';
import type { Tenant, TenantRegistry } from './tenants';

/** Every activity that workflows can call. Each converges: it may run any number of times. */
export interface Activities
  extends
    CustomerActivities,
    GoodsReceptionActivities,
    PurchaseOrderActivities,
    StockActivities,
    StoreExportActivities {
  /** Makes one order the same in Omnium and Flow. */
  syncOrder(input: SyncOrderInput): Promise<OrderOutcome>;
  /** The same under the name that runs started by release 0.1 know. */
  syncOrderToFlow(input: SyncOrderInput): Promise<OrderOutcome>;
  /** Puts one receipt with its PDF into Omnium as an invoice. */
  sendReceiptToOmnium(input: SendReceiptInput): Promise<ReceiptOutcome>;
}

/** So long before its pass began at most, an order has moved stock in Flow. */
const STOCK_MOVED_WITHIN_MS = 10 * 60_000;

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
  let goods: GoodsInbox | undefined;
  const goodsFrom = ({ retryLadder }: SyncOrderInput): GoodsInbox => {
    const { client, info } = Context.current();
    goods ??= new GoodsInbox({
      ...{ client, retryLadder, callTimeoutMs: FORWARD_TIMEOUT_MS },
      alignAgainAfterSeconds: (tenantUid) => tenants.get(tenantUid).config.goods.alignAgainAfterSeconds,
      ...(info.taskQueue !== taskQueueOf('order-sync') && { taskQueue: info.taskQueue }),
    });
    return goods;
  };
  const sync = (input: SyncOrderInput): Promise<OrderOutcome> =>
    runAttempt(input, async (attempt) => {
      const tenant = tenants.get(input.tenantUid);
      const outcome = await syncOrder({ tenant, attempt }, input, forwardFrom(input));
      await lookAtStockAfter(outcome, { tenant, input, inbox: () => goodsFrom(input) });
      return outcome;
    });
  return { syncOrder: sync, syncOrderToFlow: sync };
}

/**
 * An order that was told to Omnium may have moved stock there, by the steps of its workflow. Where Flow is the master, the
 * owner of the store's stock looks once more.
 */
async function lookAtStockAfter(
  { action, direction, storeUid }: OrderOutcome,
  {
    tenant,
    input,
    inbox,
  }: { readonly tenant: Tenant; readonly input: SyncOrderInput; readonly inbox: () => GoodsInbox },
): Promise<void> {
  const { config } = tenant;
  const { info } = Context.current();
  // An attempt that died, or a pass that was cut short, may have told it: then this one found nothing left to do.
  const mayHaveWritten = WRITES.has(action) || info.attempt > 1 || input.pass > 1;
  const isTold = direction === 'outbound' && mayHaveWritten;
  if (!isTold || !storeUid || stockMasterOf(config, storeUid) !== 'flow') return;
  // The pass may have waited on the ladder for long.
  const since = new Date(info.scheduledTimestampMs - STOCK_MOVED_WITHIN_MS).toISOString();
  const eventId = `order:${input.orderNumber}:${info.workflowExecution?.runId ?? ''}:${input.pass}`;
  await inbox().recordStock(
    { tenantUid: config.tenantUid, storeUid },
    { eventId, source: 'flow', what: `Order ${input.orderNumber} told`, subject: { kind: 'changes', since } },
  );
}

const WRITES: ReadonlySet<OrderOutcome['action']> = new Set(['created', 'updated', 'cancelled']);
