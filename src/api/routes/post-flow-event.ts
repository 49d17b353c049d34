import { stockMasterOf } from '../../config/stock-master';
import { type TenantConfig } from '../../config/types';
import { goodsReceptionWorkflowId } from '../../contracts/goods-reception-messages';
import { stockWorkflowId } from '../../contracts/stock-messages';
import { type GoodsInbox } from '../../temporal/goods-inbox';
import { type OrderInbox } from '../../temporal/order-inbox';
import {
  type FlowOrderNotice,
  type FlowReceptionNotice,
  type FlowStockNotice,
  type ReadFlowEvent,
  readFlowEvent,
} from '../flow-event';
import { type WebhookHandler } from '../middleware/receive-webhook';
import { durable, type EventResult, receiveEvents } from '../receive-events';
import { type EventDependencies } from './post-omnium-event';

/**
 * `POST /webhooks/flow/{tenantUid}`: Flow's webhooks, references only. What happens to an order is recorded under Flow's
 * uid of it; whether it is a sale of the tills, an order that came from Omnium or a return is for the pass to find out,
 * because the intake never asks a vendor. The same holds for goods receptions. Changes of stock are recorded with the
 * store they are in, where Flow is its stock master. How it answers: {@link receiveEvents}.
 */
export function postFlowEvent(dependencies: EventDependencies): WebhookHandler {
  return receiveEvents('flow', dependencies.metrics, async (tenant, value) => {
    const { tenantUid, flow } = tenant;
    const read = readFlowEvent(value, { tenantUid, integrationUserUid: flow.integrationUserUid });
    return await record(read, tenant, dependencies);
  });
}

async function record(
  read: ReadFlowEvent,
  tenant: TenantConfig,
  { inbox, customers, goods }: EventDependencies,
): Promise<EventResult> {
  switch (read.kind) {
    case 'order':
      return await recordOrder(inbox, tenant, read.notice);
    case 'customer': {
      const { eventId, what, kind, customerUid } = read.notice;
      const about = { side: 'flow', id: customerUid } as const;
      const notice = { eventId, source: 'flow', what, kind, about } as const;
      return { outcome: await durable(customers.record(tenant.tenantUid, notice)) };
    }
    case 'reception':
      return await recordReception(goods, tenant, read.notice);
    case 'stock':
      return await recordStock(goods, tenant, read.notice);
    case 'ignored':
    case 'refused':
      return { outcome: read.kind, reason: read.reason };
  }
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

async function recordReception(
  goods: GoodsInbox,
  { tenantUid }: TenantConfig,
  { eventId, what, storeUid, subject, receivementUid }: FlowReceptionNotice,
): Promise<EventResult> {
  const reception = { tenantUid, receivementUid, storeUid, subject };
  const outcome = await durable(goods.recordReception(reception, { eventId, source: 'flow', what }));
  return { outcome, workflowId: goodsReceptionWorkflowId(reception) };
}

/** Whoever is the master when the pass runs decides what is written; this only saves passes that would do nothing. */
async function recordStock(
  goods: GoodsInbox,
  tenant: TenantConfig,
  { eventId, what, storeUid, warehouseUid, productUid }: FlowStockNotice,
): Promise<EventResult> {
  if (stockMasterOf(tenant, storeUid) === 'omnium') {
    return { outcome: 'ignored', reason: 'Omnium is the stock master of this store' };
  }
  const key = { tenantUid: tenant.tenantUid, storeUid };
  const subject = { kind: 'level', warehouseUid, productUid } as const;
  const outcome = await durable(goods.recordStock(key, { eventId, source: 'flow', what, subject }));
  return { outcome, workflowId: stockWorkflowId(key) };
}
