import { type SandboxContext } from '../kit/vendor';
import { type EventSink, type References } from './events';
import { type HttpTransport, type WebhookAction } from './store/setup-documents';
import { type TenantStore } from './store/tenant-store';

/** What a webhook is named by in the delivery log: the most telling object, in this order. */
const NAMED_BY = ['purchaseOrder', 'order', 'customer', 'price', 'product', 'warehouse'] as const;

/** Sends what happens to the transports that asked for it: references only, never the document (§4). */
export function webhookEvents(context: SandboxContext): EventSink {
  return {
    emit: (tenant, action, references) => {
      for (const webhook of tenant.webhooks.find('action', action)) {
        const transport = tenant.httpTransports.get(webhook.httpTransportUid);
        if (webhook.active === false || !transport) continue;
        context.webhooks.send({
          action,
          objectId: NAMED_BY.map((kind) => references[kind]?.Uid).find(Boolean) ?? '',
          url: transport.url,
          headers: headersOf(transport),
          body: JSON.stringify(payload(tenant, action, references)),
        });
      }
    },
  };
}

function payload(tenant: TenantStore, action: WebhookAction, references: References): object {
  return {
    action,
    tenant: { Id: tenant.tenantId, Uid: tenant.tenantUid },
    tenantUser: { Id: 1, Uid: 'integration' },
    ...references,
  };
}

function headersOf(transport: HttpTransport): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { key, value } of transport.headers ?? []) headers[key.toLowerCase()] = value;
  if (transport.securityType === 'BASIC_AUTH') {
    const credentials = Buffer.from(`${transport.username ?? ''}:${transport.password ?? ''}`).toString('base64');
    headers['authorization'] = `Basic ${credentials}`;
  }
  if (transport.securityType === 'BEARER') headers['authorization'] = `Bearer ${transport.token ?? ''}`;
  return headers;
}
