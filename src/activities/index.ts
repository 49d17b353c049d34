import { Context } from '@temporalio/activity';
import { stockMasterOf } from '../config/stock-master';
import type { OrderOutcome, SyncOrderInput } from '../contracts/messages';
import type { ReceiptOutcome, SendReceiptInput } from '../contracts/receipt-messages';
import type { GoodsInbox } from '../temporal/goods-inbox';
import { OrderInbox } from '../temporal/order-inbox';
import { runSync, type SyncContext } from './shared/sync-context';
import type { createCustomerActivities } from './customers/sync-customer';
import type { ExportRowActivities } from './delta/export-activities';
import { goodsInboxHere } from './shared/goods-inbox-here';
import type { createGoodsReceptionActivities } from './goods/confirm-reception';
import { flowOrdersReadOnce, syncOrder, type ForwardEvent, type ReadFlowOrder } from './orders/sync-order';
import type { ProductActivities } from './catalogue';
import type { PurchaseOrderActivities } from './goods/purchase-order-activities';
import type { StockActivities } from './stock/sync-stock';
import { levelsOfOrder } from './stock/goods-under-way';
import type { createStoreExportActivities } from './stores/export-stores';
import type { TenantRegistry } from './tenants';

/** Every activity that workflows can call. Each converges: it may run any number of times. */
export interface Activities
  extends
    ReturnType<typeof createCustomerActivities>,
    ExportRowActivities,
    ReturnType<typeof createGoodsReceptionActivities>,
    ProductActivities,
    PurchaseOrderActivities,
    StockActivities,
    ReturnType<typeof createStoreExportActivities> {
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
  const goodsFrom = goodsInboxHere(tenants, 'order-sync');
  const sync = (input: SyncOrderInput): Promise<OrderOutcome> =>
    runSync(tenants, input, async (context) => {
      const read = flowOrdersReadOnce(context);
      const outcome = await syncOrder(context, input, forwardFrom(input), read);
      await lookAtStockAfter(context, input, outcome, read, () => goodsFrom(input));
      return outcome;
    });
  return { syncOrder: sync, syncOrderToFlow: sync };
}

/**
 * An order that was told to Omnium may have moved stock there, by the steps of its workflow. Where Flow is the master, the
 * owner of the store's stock looks once more. Also after an attempt that found all done: an earlier one may have told it
 * and not lived to say so.
 */
async function lookAtStockAfter(
  context: SyncContext,
  input: SyncOrderInput,
  outcome: OrderOutcome,
  read: ReadFlowOrder,
  inbox: () => GoodsInbox,
): Promise<void> {
  const { config } = context.tenant;
  const { action, direction, storeUid } = outcome;
  const { info } = Context.current();
  const hasWritten = direction === 'outbound' && WRITES.has(action);
  const mayHaveWritten = hasWritten || info.attempt > 1 || input.pass > 1;
  if (!mayHaveWritten || !storeUid || stockMasterOf(config, storeUid) !== 'flow') return;
  const name = `order:${input.orderNumber}:${info.workflowExecution?.runId ?? ''}:${input.pass}`;
  const what = `Order ${input.orderNumber} told`;
  const key = { tenantUid: config.tenantUid, storeUid };
  const subjects = await levelsOfOrder(context, outcome, read);
  await Promise.all(
    subjects.map((subject, index) =>
      inbox().recordStock(key, { eventId: `${name}:${info.attempt}:${index}`, source: 'flow', what, subject }),
    ),
  );
}

const WRITES: ReadonlySet<OrderOutcome['action']> = new Set(['created', 'updated', 'cancelled']);
