import { z } from 'zod';

import { path, type CallContext } from '../http';
import { listOf, optionalFlag, optionalText, requiredText, type Body } from '../wire';
import { FlowResource } from './connection';

/** Where webhooks are sent. Flow does not show the secrets of one. */
const flowHttpTransportSchema = z.object({
  httpTransportUid: requiredText,
  name: optionalText,
  url: optionalText,
  /** `NONE`, `BASIC_AUTH` or `BEARER`. */
  securityType: optionalText,
  username: optionalText,
  headers: listOf(z.object({ key: requiredText, value: optionalText })),
});

/** One action that is sent to one transport. */
const flowWebhookSchema = z.object({
  webhookUid: requiredText,
  action: requiredText,
  httpTransportUid: optionalText,
  active: optionalFlag,
});

export type FlowWebhook = z.infer<typeof flowWebhookSchema>;

/** Members of a transport that can be changed later; by `securityType` it proves to the receiver who it is. */
export interface FlowHttpTransportUpdate {
  readonly name?: string;
  readonly url?: string;
  readonly headers?: readonly { readonly key: string; readonly value: string }[];
  readonly securityType?: 'NONE' | 'BASIC_AUTH' | 'BEARER';
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

/** Where Flow sends webhooks, and which (flow-api.md §4). Needs an integration user with Tenant.Admin. */
export class FlowWebhooks extends FlowResource {
  /** All transports of the tenant. `GET T/httptransports`: API:webhooks (flow-api.md §4). */
  listTransports(context?: CallContext): Promise<z.infer<typeof flowHttpTransportSchema>[]> {
    return this.flow.list(
      { operation: 'GET HTTP transports', path: '/httptransports', item: flowHttpTransportSchema },
      context,
    );
  }

  /** Makes a transport. `POST T/httptransports`: API:webhooks (flow-api.md §4). */
  createTransport(
    body: FlowHttpTransportUpdate & { readonly httpTransportUid?: string; readonly name: string; readonly url: string },
    context?: CallContext,
  ): Promise<z.infer<typeof flowHttpTransportSchema>> {
    const request = { operation: 'POST HTTP transport', path: '/httptransports', body } as const;
    return this.flow.read(request, flowHttpTransportSchema, context);
  }

  /** Changes a transport. `PUT T/httptransports/{uid}`: assumed (flow-api.md §2, §4). */
  updateTransport(uid: string, body: FlowHttpTransportUpdate, context?: CallContext): Promise<void> {
    return this.flow.send({ operation: 'PUT HTTP transport', path: path`/httptransports/${uid}`, body }, context);
  }

  /** All webhooks of the tenant. `GET T/webhooks`: assumed (flow-api.md §4). */
  list(context?: CallContext): Promise<FlowWebhook[]> {
    return this.flow.list({ operation: 'GET webhooks', path: '/webhooks', item: flowWebhookSchema }, context);
  }

  /** Binds an action, e.g. `ORDER_RECEIPT_SETTLED`, to a transport. `POST T/webhooks`: assumed (flow-api.md §4). */
  create(
    body: Body<FlowWebhook> & { readonly action: string; readonly httpTransportUid: string },
    context?: CallContext,
  ): Promise<FlowWebhook> {
    return this.flow.read({ operation: 'POST webhook', path: '/webhooks', body }, flowWebhookSchema, context);
  }

  /** Changes a webhook. `PUT T/webhooks/{webhookUid}`: assumed (flow-api.md §4). */
  update(
    uid: string,
    body: Body<Pick<FlowWebhook, 'httpTransportUid' | 'active'>>,
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'PUT webhook', path: path`/webhooks/${uid}`, body }, context);
  }

  /** Removes a webhook. `DELETE T/webhooks/{webhookUid}`: assumed (flow-api.md §4). */
  delete(uid: string, context?: CallContext): Promise<boolean> {
    return this.flow.sendIfFound({ operation: 'DELETE webhook', path: path`/webhooks/${uid}` }, context);
  }
}
