import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { demoWebhookToken } from '../../tools/start/demo-config';
import type { Stops } from './stops';

/** Sends events as a vendor does, on kept-alive connections. */
export interface WebhookSender {
  /**
   * @returns the answer's body
   * @throws Error when the answer is anything but 202
   */
  send(body: string): Promise<string>;
}

/** To whom, as whom, and over how many connections. */
interface SenderOptions {
  readonly url: string;
  readonly tenantUid: string;
  readonly connections: number;
  /** `omnium` unless said otherwise. */
  readonly vendor?: 'omnium' | 'flow';
}

/** What an event is about. */
export interface EventSubject {
  readonly orderNumber: string;
  readonly orderType: string;
  readonly storeId: string;
  /** API user who made the change; the web shop's unless said otherwise. */
  readonly userId?: string;
}

/** A sender to one tenant's webhook with as many connections as it sends at once. */
export function webhookSender(
  stops: Stops,
  { url, tenantUid, connections, vendor = 'omnium' }: SenderOptions,
): WebhookSender {
  const sockets = new Pool(url, { connections, pipelining: 1 });
  stops.add(() => sockets.close());
  const headers = { authorization: `Bearer ${demoWebhookToken(tenantUid)}`, 'content-type': 'application/json' };
  return {
    send: async (body) => {
      const path = `/webhooks/${vendor}/${tenantUid}`;
      const answer = await sockets.request({ method: 'POST', path, headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 202) throw new Error(`the webhook answered ${answer.statusCode}: ${text}`);
      return text;
    },
  };
}

/** An Omnium order event with all documented members, each a new one. */
export function orderEvent({ orderNumber, orderType, storeId, userId = 'webshop-client' }: EventSubject): string {
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
    userId,
    user: userId,
    status: 'New',
    previousStatus: '',
    isError: false,
    origin: 'PATCH /api/Orders',
  });
}

/** What a webhook of Flow is about. */
export interface FlowWebhookSubject {
  readonly action: string;
  readonly tenantUid: string;
  readonly storeUid: string;
  readonly orderUid: string;
  readonly orderReceiptUid?: string;
  /** The tills' user unless said otherwise. */
  readonly userUid?: string;
}

/** A webhook of Flow about an order: references only (HOOK-OLD). */
export function flowWebhook(subject: FlowWebhookSubject): string {
  const { action, tenantUid, storeUid, orderUid, orderReceiptUid, userUid = 'pos' } = subject;
  return JSON.stringify({
    action,
    tenant: { Id: 1, Uid: tenantUid },
    tenantUser: { Id: 2, Uid: userUid },
    store: { Id: 1, Uid: storeUid },
    order: { Id: 1, Uid: orderUid },
    ...(orderReceiptUid !== undefined && { orderReceipt: { Id: 1, Uid: orderReceiptUid } }),
  });
}
