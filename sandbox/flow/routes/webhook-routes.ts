import {
  httpTransportCreate,
  httpTransportFields,
  type HttpTransport,
  webhookCreate,
  webhookFields,
} from '../store/setup-documents';
import { crudRoutes } from './crud';
import { unknownReference } from './references';
import { type FlowRoute } from './route';

const transportUpdate = httpTransportFields.partial();
const webhookUpdate = webhookFields.partial();

/** Where webhooks go to, and which actions go there (§4). */
export function webhookRoutes(): FlowRoute[] {
  return [
    ...crudRoutes({
      entity: 'HTTP transport',
      path: '/httptransports',
      uidField: 'httpTransportUid',
      collection: (tenant) => tenant.httpTransports,
      create: httpTransportCreate.superRefine((body, context) => {
        for (const field of neededFor(body)) {
          if (!body[field]) context.addIssue({ code: 'custom', path: [field], message: 'is needed' });
        }
      }),
      update: transportUpdate,
      deletable: true,
      uidOf: (doc) => doc.httpTransportUid,
      build: (body, tenant): HttpTransport => ({
        securityType: 'NONE',
        ...body,
        httpTransportUid: body.httpTransportUid ?? tenant.newUid(),
      }),
      // Secrets are taken, never given back.
      render: ({ password: _password, token: _token, ...transport }) => transport,
    }),
    ...crudRoutes({
      entity: 'webhook',
      path: '/webhooks',
      uidField: 'webhookUid',
      collection: (tenant) => tenant.webhooks,
      create: webhookCreate,
      update: webhookUpdate,
      deletable: true,
      uidOf: (doc) => doc.webhookUid,
      build: (body, tenant) => ({ active: true, ...body, webhookUid: body.webhookUid ?? tenant.newUid() }),
      check: (tenant, body) => unknownReference('httpTransportUid', body.httpTransportUid, tenant.httpTransports),
      filters: { action: { index: 'action' } },
    }),
  ];
}

function neededFor(transport: {
  securityType?: string | null | undefined;
}): readonly ('username' | 'password' | 'token')[] {
  if (transport.securityType === 'BASIC_AUTH') return ['username', 'password'];
  return transport.securityType === 'BEARER' ? ['token'] : [];
}
