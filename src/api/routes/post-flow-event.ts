import { stockMasterOf } from '../../config/stock-master';
import { type TenantConfig } from '../../config/types';
import { goodsReceptionKind } from '../../contracts/kinds/goods-reception';
import { stockKind } from '../../contracts/kinds/stock';
import {
  type FlowOrderNotice,
  type FlowReceptionNotice,
  type FlowStockNotice,
  type ReadFlowEvent,
  readFlowEvent,
} from '../flow-event';
import { customerKind } from '../../contracts/kinds/customer';
import { orderKind } from '../../contracts/kinds/order';
import { type Publisher } from '../../temporal/publisher';
import { sealedCustomer } from '../../temporal/sealed-reference';
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
  { publisher }: EventDependencies,
): Promise<EventResult> {
  switch (read.kind) {
    case 'order':
      return await recordOrder(publisher, tenant, read.notice);
    case 'customer': {
      const { eventId, what, kind, customerUid } = read.notice;
      const about = { side: 'flow', id: customerUid } as const;
      const { key, reference, direction } = sealedCustomer(
        tenant.tenantUid,
        about,
        tenant.settings.OMNIUM_CLIENT_SECRET,
      );
      const event = { eventId, source: 'flow', what, kind, reference } as const;
      return { outcome: await durable(publisher.publish(customerKind, key, event, { direction })) };
    }
    case 'reception':
      return await recordReception(publisher, tenant, read.notice);
    case 'stock':
      return await recordStock(publisher, tenant, read.notice);
    case 'ignored':
    case 'refused':
      return { outcome: read.kind, reason: read.reason };
  }
}

async function recordOrder(
  publisher: Publisher,
  { tenantUid }: TenantConfig,
  { eventId, orderUid, storeUid, what }: FlowOrderNotice,
): Promise<EventResult> {
  const outcome = await durable(
    publisher.publish(
      orderKind,
      { tenantUid, orderNumber: orderUid, omniumOrderId: orderUid },
      { eventId, source: 'flow', what, flowOrderUid: orderUid },
      { direction: 'outbound', storeUid },
    ),
  );
  return { outcome, orderNumber: orderUid };
}

async function recordReception(
  publisher: Publisher,
  { tenantUid }: TenantConfig,
  { eventId, what, storeUid, subject, receivementUid }: FlowReceptionNotice,
): Promise<EventResult> {
  const reception = { tenantUid, receivementUid, storeUid, subject };
  const event = { eventId, source: 'flow', what } as const;
  const outcome = await durable(publisher.publish(goodsReceptionKind, reception, event));
  return { outcome, workflowId: goodsReceptionKind.id(reception) };
}

/** Whoever is the master when the pass runs decides what is written; this only saves passes that would do nothing. */
async function recordStock(
  publisher: Publisher,
  tenant: TenantConfig,
  { eventId, what, storeUid, warehouseUid, productUid }: FlowStockNotice,
): Promise<EventResult> {
  if (stockMasterOf(tenant, storeUid) === 'omnium') {
    return { outcome: 'ignored', reason: 'Omnium is the stock master of this store' };
  }
  const key = { tenantUid: tenant.tenantUid, storeUid };
  const subject = { kind: 'level', warehouseUid, productUid } as const;
  const event = { eventId, source: 'flow', what, subject } as const;
  const outcome = await durable(publisher.publish(stockKind, key, event));
  return { outcome, workflowId: stockKind.id(key) };
}
