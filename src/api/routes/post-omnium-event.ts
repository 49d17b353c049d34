import { exportsPurchaseOrders } from '../../config/connector';
import { type TenantConfig } from '../../config/types';
import { purchaseOrderWorkflowId } from '../../contracts/purchase-order-messages';
import { storesWorkflowId } from '../../contracts/stores-messages';
import { type IntakeMetrics } from '../../observability/metrics';
import { type CustomerInbox } from '../../temporal/customer-inbox';
import { type GoodsInbox } from '../../temporal/goods-inbox';
import { type OrderInbox } from '../../temporal/order-inbox';
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
  readonly inbox: OrderInbox;
  readonly customers: CustomerInbox;
  readonly goods: GoodsInbox;
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
  { inbox, customers, goods, products }: EventDependencies,
): Promise<EventResult> {
  switch (read.kind) {
    case 'order':
      return await recordOrder(inbox, tenant, read.notice);
    case 'customer':
      return await recordCustomer(customers, tenant, read.notice);
    case 'purchase':
      return await recordPurchaseOrder(goods, tenant, read.notice);
    case 'store':
      return await recordStores(goods, tenant, read.notice);
    case 'product':
      return await products.record(tenant, read.notice);
    case 'ignored':
    case 'refused':
      return { outcome: read.kind, reason: read.reason };
  }
}

async function recordOrder(inbox: OrderInbox, tenant: TenantConfig, notice: OmniumOrderNotice): Promise<EventResult> {
  const { eventId, what, orderNumber, omniumOrderId, storeId } = notice;
  const store = tenant.stores.find((candidate) => candidate.storeId === storeId);
  const outcome = await durable(
    inbox.record(
      { tenantUid: tenant.tenantUid, orderNumber, omniumOrderId },
      { eventId, source: 'omnium', what },
      store === undefined ? {} : { storeUid: store.storeUid },
    ),
  );
  return { outcome, orderNumber };
}

const EXPORTERS = { private: 'IPrivateCustomerExporter', business: 'IBusinessCustomerExporter' } as const;

async function recordCustomer(
  customers: CustomerInbox,
  { tenantUid, connector }: TenantConfig,
  { eventId, customerKind, customerId, what, kind }: OmniumCustomerNotice,
): Promise<EventResult> {
  const exporter = EXPORTERS[customerKind];
  if (!connector.implementations.includes(exporter)) {
    return {
      outcome: 'ignored',
      reason: `${customerKind} customers are not exported: ${exporter} is not among the implementations`,
    };
  }
  const about = { side: 'omnium', kind: customerKind, id: customerId } as const;
  return { outcome: await durable(customers.record(tenantUid, { eventId, source: 'omnium', what, kind, about })) };
}

/** An event that names a market of somebody else's is left to them; one that names none is for the pass to judge. */
async function recordPurchaseOrder(
  goods: GoodsInbox,
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
  const outcome = await durable(goods.recordPurchaseOrder(subject, { eventId, source: 'omnium', what }));
  return { outcome, workflowId: purchaseOrderWorkflowId(subject) };
}

async function recordStores(
  goods: GoodsInbox,
  { tenantUid, connector }: TenantConfig,
  { eventId, what }: OmniumStoreNotice,
): Promise<EventResult> {
  if (!connector.implementations.includes('IStoreExporter')) {
    return {
      outcome: 'ignored',
      reason: 'stores are not exported: IStoreExporter is not among the implementations',
    };
  }
  const outcome = await durable(goods.recordStores(tenantUid, { eventId, source: 'omnium', what }));
  return { outcome, workflowId: storesWorkflowId(tenantUid) };
}
