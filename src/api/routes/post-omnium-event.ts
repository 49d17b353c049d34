import { exportsPurchaseOrders } from '../../config/connector';
import { type TenantConfig } from '../../config/types';
import { purchaseOrderKind } from '../../contracts/kinds/purchase-order';
import { storesKind } from '../../contracts/kinds/stores';
import { type IntakeMetrics } from '../../observability/metrics';
import { customerKind } from '../../contracts/kinds/customer';
import { orderKind } from '../../contracts/kinds/order';
import { type Publisher } from '../../temporal/publisher';
import { sealedCustomer } from '../../temporal/sealed-reference';
import { type WebhookHandler } from '../middleware/receive-webhook';
import {
  type OmniumCustomerNotice,
  type OmniumOrderNotice,
  type OmniumPurchaseNotice,
  type OmniumStoreNotice,
  type ReadEvent,
  readOmniumEvent,
} from '../omnium-event';
import { type ProductIntake } from '../product-intake';
import { durable, type EventResult, receiveEvents } from '../receive-events';

/** What the webhooks need. */
export interface EventDependencies {
  readonly publisher: Publisher;
  readonly products: ProductIntake;
  readonly metrics: Pick<IntakeMetrics, 'events'>;
}

/**
 * `POST /webhooks/omnium/{tenantUid}`: Omnium's events (contract: "Event subscriptions"). Orders are recorded; customers,
 * purchase orders with their deliveries, stores and products where the connector exports them. How it answers: {@link receiveEvents}.
 */
export function postOmniumEvent(dependencies: EventDependencies): WebhookHandler {
  return receiveEvents('omnium', dependencies.metrics, async (tenant, value) => {
    const read = readOmniumEvent(value, tenant.omnium.apiUserId);
    return await record(read, tenant, dependencies);
  });
}

async function record(
  read: ReadEvent,
  tenant: TenantConfig,
  { publisher, products }: EventDependencies,
): Promise<EventResult> {
  switch (read.kind) {
    case 'order':
      return await recordOrder(publisher, tenant, read.notice);
    case 'customer':
      return await recordCustomer(publisher, tenant, read.notice);
    case 'purchase':
      return await recordPurchaseOrder(publisher, tenant, read.notice);
    case 'store':
      return await recordStores(publisher, tenant, read.notice);
    case 'product':
      return await products.record(tenant, read.notice);
    case 'ignored':
    case 'refused':
      return { outcome: read.kind, reason: read.reason };
  }
}

async function recordOrder(
  publisher: Publisher,
  tenant: TenantConfig,
  notice: OmniumOrderNotice,
): Promise<EventResult> {
  const { eventId, what, orderNumber, omniumOrderId, storeId } = notice;
  const store = tenant.stores.find((candidate) => candidate.storeId === storeId);
  const outcome = await durable(
    publisher.publish(
      orderKind,
      { tenantUid: tenant.tenantUid, orderNumber, omniumOrderId },
      { eventId, source: 'omnium', what },
      { direction: 'inbound', storeUid: store?.storeUid },
    ),
  );
  return { outcome, orderNumber };
}

const EXPORTERS = { private: 'IPrivateCustomerExporter', business: 'IBusinessCustomerExporter' } as const;

async function recordCustomer(
  publisher: Publisher,
  { tenantUid, connector, settings }: TenantConfig,
  { eventId, customerKind: type, customerId, what, kind }: OmniumCustomerNotice,
): Promise<EventResult> {
  const exporter = EXPORTERS[type];
  if (!connector.implementations.includes(exporter)) {
    return {
      outcome: 'ignored',
      reason: `${type} customers are not exported: ${exporter} is not among the implementations`,
    };
  }
  const about = { side: 'omnium', kind: type, id: customerId } as const;
  const { key, reference, direction } = sealedCustomer(tenantUid, about, settings.OMNIUM_CLIENT_SECRET);
  const event = { eventId, source: 'omnium', what, kind, reference } as const;
  return { outcome: await durable(publisher.publish(customerKind, key, event, { direction })) };
}

/** An event that names a market of somebody else's is left to them; one that names none is for the pass to judge. */
async function recordPurchaseOrder(
  publisher: Publisher,
  { tenantUid, connector, markets }: TenantConfig,
  { eventId, about, marketId, what }: OmniumPurchaseNotice,
): Promise<EventResult> {
  if (!exportsPurchaseOrders(connector)) {
    const exporters = 'neither IPurchaseOrderSynchronousExporter nor IDeliveryExporter';
    return {
      outcome: 'ignored',
      reason: `purchase orders are not exported: ${exporters} is among the implementations`,
    };
  }
  const isOurs = markets.some((market) => market.marketId.toLowerCase() === marketId?.toLowerCase());
  if (marketId !== undefined && !isOurs) {
    return { outcome: 'ignored', reason: 'the event is of a market that the tenant does not have' };
  }
  const subject = { tenantUid, ...about };
  const event = { eventId, source: 'omnium', what } as const;
  const outcome = await durable(publisher.publish(purchaseOrderKind, subject, event));
  return { outcome, workflowId: purchaseOrderKind.id(subject) };
}

async function recordStores(
  publisher: Publisher,
  { tenantUid, connector }: TenantConfig,
  { eventId, what }: OmniumStoreNotice,
): Promise<EventResult> {
  if (!connector.implementations.includes('IStoreExporter')) {
    return {
      outcome: 'ignored',
      reason: 'stores are not exported: IStoreExporter is not among the implementations',
    };
  }
  const event = { eventId, source: 'omnium', what } as const;
  const outcome = await durable(publisher.publish(storesKind, { tenantUid }, event));
  return { outcome, workflowId: storesKind.id({ tenantUid }) };
}
