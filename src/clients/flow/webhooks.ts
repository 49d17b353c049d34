import { z } from 'zod';

import type { CallContext } from '../http';
import { listOf, optionalFlag, optionalText, requiredText } from '../wire';
import type { FlowConnection } from './connection';

/** Where webhooks are sent. Flow does not show the secrets of one. */
export const flowHttpTransportSchema = z.object({
  httpTransportUid: requiredText,
  name: optionalText,
  url: optionalText,
  /** `NONE`, `BASIC_AUTH` or `BEARER`. */
  securityType: optionalText,
  username: optionalText,
  headers: listOf(z.object({ key: requiredText, value: optionalText })),
});

/** One action that is told to one transport. */
export const flowWebhookSchema = z.object({
  webhookUid: requiredText,
  action: requiredText,
  httpTransportUid: optionalText,
  active: optionalFlag,
});

export type FlowHttpTransport = z.infer<typeof flowHttpTransportSchema>;
export type FlowWebhook = z.infer<typeof flowWebhookSchema>;

/** How a transport proves to the receiver who it is. */
export type FlowTransportSecurity = 'NONE' | 'BASIC_AUTH' | 'BEARER';

/** Members of a transport that can be changed later. */
export interface FlowHttpTransportUpdate {
  readonly name?: string;
  readonly url?: string;
  readonly headers?: readonly { readonly key: string; readonly value: string }[];
  readonly securityType?: FlowTransportSecurity;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
}

/** Body of a new transport. With `httpTransportUid` given, a second create is answered with 409. */
export interface FlowHttpTransportWrite extends FlowHttpTransportUpdate {
  readonly httpTransportUid?: string;
  readonly name: string;
  readonly url: string;
}

/** Members of a webhook that can be changed later. */
export interface FlowWebhookUpdate {
  readonly httpTransportUid?: string;
  readonly active?: boolean;
}

/** Body of a new webhook. With `webhookUid` given, a second create is answered with 409. */
export interface FlowWebhookWrite extends FlowWebhookUpdate {
  readonly webhookUid?: string;
  /** E.g. `ORDER_RECEIPT_SETTLED`. */
  readonly action: string;
  readonly httpTransportUid: string;
}

/** Where Flow sends webhooks, and which (flow-api.md §4). Needs an integration user with Tenant.Admin. */
export class FlowWebhooks {
  constructor(private readonly flow: FlowConnection) {}

  /** All transports of the tenant. `GET T/httptransports`: API:webhooks (flow-api.md §4). */
  listTransports(context?: CallContext): Promise<FlowHttpTransport[]> {
    const path = this.flow.paths.httpTransports();
    return this.flow.list({ operation: 'GET HTTP transports', path, item: flowHttpTransportSchema }, context);
  }

  /** Makes a transport. 409 when its `httpTransportUid` exists. `POST T/httptransports`: API:webhooks (flow-api.md §4). */
  createTransport(transport: FlowHttpTransportWrite, context?: CallContext): Promise<FlowHttpTransport> {
    const path = this.flow.paths.httpTransports();
    const request = { operation: 'POST HTTP transport', method: 'POST', path, body: transport } as const;
    return this.flow.read(request, flowHttpTransportSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT T/httptransports/{uid}`: assumed (flow-api.md §2, §4). */
  async updateTransport(
    httpTransportUid: string,
    change: FlowHttpTransportUpdate,
    context?: CallContext,
  ): Promise<void> {
    const path = this.flow.paths.httpTransport(httpTransportUid);
    await this.flow.send({ operation: 'PUT HTTP transport', method: 'PUT', path, body: change }, context);
  }

  /** All webhooks of the tenant. `GET T/webhooks`: assumed (flow-api.md §4). */
  list(context?: CallContext): Promise<FlowWebhook[]> {
    return this.flow.list(
      { operation: 'GET webhooks', path: this.flow.paths.webhooks(), item: flowWebhookSchema },
      context,
    );
  }

  /** Binds an action to a transport. 409 when its `webhookUid` exists. `POST T/webhooks`: assumed (flow-api.md §4). */
  create(webhook: FlowWebhookWrite, context?: CallContext): Promise<FlowWebhook> {
    const path = this.flow.paths.webhooks();
    const request = { operation: 'POST webhook', method: 'POST', path, body: webhook } as const;
    return this.flow.read(request, flowWebhookSchema, context);
  }

  /** Changes the members given. The answer is not read. `PUT T/webhooks/{webhookUid}`: assumed (flow-api.md §4). */
  async update(webhookUid: string, change: FlowWebhookUpdate, context?: CallContext): Promise<void> {
    const path = this.flow.paths.webhook(webhookUid);
    await this.flow.send({ operation: 'PUT webhook', method: 'PUT', path, body: change }, context);
  }

  /** Removes a webhook. False when there was none. `DELETE T/webhooks/{webhookUid}`: assumed (flow-api.md §4). */
  delete(webhookUid: string, context?: CallContext): Promise<boolean> {
    const path = this.flow.paths.webhook(webhookUid);
    return this.flow.sendIfFound({ operation: 'DELETE webhook', method: 'DELETE', path }, context);
  }
}
