import { Context } from '@temporalio/activity';
import { stockMasterOf } from '../../config/stock-master';
import { orderKind, type OrderOutcome, type SyncOrderInput } from '../../contracts/kinds/order';
import { stockKind } from '../../contracts/kinds/stock';
import type { Publisher } from '../../temporal/publisher';
import { runSync, type SyncContext } from '../shared/sync-context';
import { levelsOfOrder } from '../stock/goods-under-way';
import type { TenantRegistry } from '../tenants';
import { flowOrdersReadOnce, syncOrder, type ForwardEvent, type ReadFlowOrder } from './sync-order';

/** The activities of the order sync engine, with what they work on. */
export function createOrderActivities(
  tenants: TenantRegistry,
  publisher: Publisher,
): { readonly syncOrder: (input: SyncOrderInput) => Promise<OrderOutcome> } {
  return {
    syncOrder: (input) =>
      runSync(tenants, input, async (context) => {
        const read = flowOrdersReadOnce(context);
        const forward: ForwardEvent = async (orderNumber, event, omniumOrderId = orderNumber) => {
          const { tenantUid } = input;
          const start = { direction: event.source === 'flow' ? 'outbound' : 'inbound' } as const;
          await publisher.publish(orderKind, { tenantUid, orderNumber, omniumOrderId }, event, start);
        };
        const outcome = await syncOrder(context, input, forward, read);
        await lookAtStockAfter(context, input, outcome, read, publisher);
        return outcome;
      }),
  };
}

/**
 * An order that was sent to Omnium may have moved stock there, by the steps of its workflow. Where Flow is the master, the
 * owner of the store's stock looks once more. Also after an attempt that found all done: an earlier one may have sent it
 * and not lived to say so.
 */
async function lookAtStockAfter(
  context: SyncContext,
  input: SyncOrderInput,
  outcome: OrderOutcome,
  read: ReadFlowOrder,
  publisher: Publisher,
): Promise<void> {
  const { config } = context.tenant;
  const { action, direction, storeUid } = outcome;
  const { info } = Context.current();
  const hasWritten = direction === 'outbound' && WRITES.has(action);
  const mayHaveWritten = hasWritten || info.attempt > 1 || input.pass > 1;
  if (!mayHaveWritten || !storeUid || stockMasterOf(config, storeUid) !== 'flow') return;
  const name = `order:${input.orderNumber}:${info.workflowExecution?.runId ?? ''}:${input.pass}`;
  const what = `Order ${input.orderNumber}`;
  const key = { tenantUid: config.tenantUid, storeUid };
  const subjects = await levelsOfOrder(context, outcome, read);
  await Promise.all(
    subjects.map((subject, index) => {
      const event = { eventId: `${name}:${info.attempt}:${index}`, source: 'flow', what, subject } as const;
      return publisher.publish(stockKind, key, event);
    }),
  );
}

const WRITES: ReadonlySet<OrderOutcome['action']> = new Set(['created', 'updated', 'cancelled']);
