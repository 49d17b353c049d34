import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { demoWebhookToken } from '../../tools/start/demo-config';
import type { Stops } from './stops';

/** Sends events as Omnium does, on kept-alive connections. */
export interface WebhookSender {
  /** @throws Error when the answer is anything but 202 */
  send(body: string): Promise<void>;
}

/** What an event is about. */
export interface EventSubject {
  readonly orderNumber: string;
  readonly orderType: string;
  readonly storeId: string;
}

/** A sender to one tenant's webhook with as many connections as it sends at once. */
export function webhookSender(
  stops: Stops,
  { url, tenantUid, connections }: { readonly url: string; readonly tenantUid: string; readonly connections: number },
): WebhookSender {
  const sockets = new Pool(url, { connections, pipelining: 1 });
  stops.add(() => sockets.close());
  const headers = { authorization: `Bearer ${demoWebhookToken(tenantUid)}`, 'content-type': 'application/json' };
  return {
    send: async (body) => {
      const path = `/webhooks/omnium/${tenantUid}`;
      const answer = await sockets.request({ method: 'POST', path, headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 202) throw new Error(`the webhook answered ${answer.statusCode}: ${text}`);
    },
  };
}

/** An Omnium order event with all documented members, each a new one. */
export function orderEvent({ orderNumber, orderType, storeId }: EventSubject): string {
  return JSON.stringify({
    id: randomUUID(),
    operationId: 310100,
    timestamp: new Date().toISOString(),
    message: 'Order was patched',
    className: 'Order',
    subClassName: orderType,
    objectId: orderNumber,
    objectNumber: orderNumber,
    category: 'Updated',
    market: 'NOR',
    storeId,
    user: 'webshop-client',
    status: 'New',
    previousStatus: '',
    isError: false,
    origin: 'PATCH /api/Orders',
  });
}
