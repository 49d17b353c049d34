import { type TenantConfig } from '../../config/types';
import { type IntakeMetrics } from '../../observability/metrics';
import { type CustomerInbox } from '../../temporal/customer-inbox';
import { type OrderInbox } from '../../temporal/order-inbox';
import { type WebhookHandler } from '../middleware/receive-webhook';
import { type OmniumCustomerNotice, type OmniumOrderNotice, readOmniumEvent } from '../omnium-event';
import { durable, type EventResult, receiveEvents } from '../receive-events';

/** What the webhooks need. */
export interface EventDependencies {
  readonly inbox: OrderInbox;
  readonly customers: CustomerInbox;
  readonly metrics: Pick<IntakeMetrics, 'events'>;
}

/**
 * `POST /webhooks/omnium/{tenantUid}`: Omnium's events (contract: "Event subscriptions"). Orders are recorded, customers
 * too where the connector exports their kind; how it answers: {@link receiveEvents}.
 */
export function postOmniumEvent({ inbox, customers, metrics }: EventDependencies): WebhookHandler {
  return receiveEvents('omnium', metrics, (tenant, value) => {
    const read = readOmniumEvent(value, tenant.omnium.apiUserId);
    if (read.kind === 'order') return recordOrder(inbox, tenant, read.notice);
    if (read.kind === 'customer') return recordCustomer(customers, tenant, read.notice);
    return { outcome: read.kind, reason: read.reason };
  });
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
