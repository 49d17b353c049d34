import { type TenantConfig } from '../../config/types';
import { type OrderInbox } from '../../temporal/order-inbox';
import { type FlowOrderNotice, readFlowEvent } from '../flow-event';
import { type WebhookHandler } from '../middleware/receive-webhook';
import { durable, type EventResult, receiveEvents } from '../receive-events';
import { type EventDependencies } from './post-omnium-event';

/**
 * `POST /webhooks/flow/{tenantUid}`: Flow's webhooks, references only. What happens to an order is recorded under Flow's
 * uid of it; whether it is a sale of the tills, an order that came from Omnium or a return is for the pass to find out,
 * because the intake never asks a vendor. How it answers: {@link receiveEvents}.
 */
export function postFlowEvent({ inbox, customers, metrics }: EventDependencies): WebhookHandler {
  return receiveEvents('flow', metrics, async (tenant, value) => {
    const { tenantUid, flow } = tenant;
    const read = readFlowEvent(value, { tenantUid, integrationUserUid: flow.integrationUserUid });
    if (read.kind === 'order') return await recordOrder(inbox, tenant, read.notice);
    if (read.kind !== 'customer') return { outcome: read.kind, reason: read.reason };
    const { eventId, what, kind, customerUid } = read.notice;
    const about = { side: 'flow', id: customerUid } as const;
    return { outcome: await durable(customers.record(tenantUid, { eventId, source: 'flow', what, kind, about })) };
  });
}

async function recordOrder(
  inbox: OrderInbox,
  { tenantUid }: TenantConfig,
  { eventId, orderUid, storeUid, what }: FlowOrderNotice,
): Promise<EventResult> {
  const outcome = await durable(
    inbox.record(
      { tenantUid, orderNumber: orderUid, omniumOrderId: orderUid },
      { eventId, source: 'flow', what, flowOrderUid: orderUid },
      { direction: 'outbound', ...(storeUid === undefined ? {} : { storeUid }) },
    ),
  );
  return { outcome, orderNumber: orderUid };
}
