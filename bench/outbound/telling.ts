import { Publisher } from '../../src/temporal/publisher';
import type { SyncResult } from '../../src/contracts/entity-sync';
import { orderKind, type OrderOutcome } from '../../src/contracts/kinds/order';
import type { Stops } from '../rig/stops';
import type { BenchTemporal } from '../rig/temporal';
import { flowWebhook, orderEvent, type WebhookSender, webhookSender } from '../rig/webhook-sender';
import { announce, untilSynced } from '../vendors/our-orders';
import { type PlacedOrder, STORE_ID, TENANT_UID } from '../vendors/web-shop';
import { type Carrier, RECEIPT_TENANT_UID, type Trade } from './trade';

/** Users whose changes are ours: the integration's token in Flow, its API user in Omnium. */
const OWN_FLOW_USER_UID = 'integration';
const OWN_OMNIUM_USER_ID = 'sandbox-client';
const RECORD_TIMEOUT_MS = 10_000;

/** Tells the integration what happened, as Flow and the sweeps do, and waits until it has gone through. */
export class Telling implements Carrier {
  private readonly fromFlow: ReadonlyMap<string, WebhookSender>;
  private readonly fromOmnium: WebhookSender;
  private readonly inbox: Publisher;

  constructor(
    stops: Stops,
    private readonly temporal: BenchTemporal,
    { url, connections }: { readonly url: string; readonly connections: number },
  ) {
    this.fromFlow = new Map(
      [TENANT_UID, RECEIPT_TENANT_UID].map((tenantUid) => [
        tenantUid,
        webhookSender(stops, { url, tenantUid, connections, vendor: 'flow' }),
      ]),
    );
    this.fromOmnium = webhookSender(stops, { url, tenantUid: TENANT_UID, connections: 1 });
    const { client } = temporal;
    this.inbox = new Publisher({ client: () => client, retryLadder: 'one-minute', callTimeoutMs: RECORD_TIMEOUT_MS });
  }

  /** One webhook. */
  async once(trade: Trade): Promise<void> {
    await this.send(trade, 'ORDER_SETTLED');
  }

  /** All three that Flow sends of a sale, at once. */
  async byAllWebhooks(trade: Trade): Promise<void> {
    const actions = ['ORDER_RECEIPT_SETTLED', 'ORDER_SETTLED', 'ORDER_DELIVERED'];
    await Promise.all(actions.map((action) => this.send(trade, action)));
  }

  /** What a sweep records of an order whose change no webhook tells. */
  async bySweep({ place: { tenantUid, storeUid }, orderNumber, orderUid }: Trade): Promise<void> {
    const order = { tenantUid, orderNumber, omniumOrderId: orderNumber };
    const event = {
      eventId: `sweep:bench:${orderUid}`,
      source: 'sweep',
      what: 'Sweep',
      flowOrderUid: orderUid,
    } as const;
    await this.inbox.publish(orderKind, order, event, { direction: 'outbound', storeUid });
  }

  /** Our own write coming back from both systems. */
  async asEcho(trade: Trade): Promise<void> {
    const { orderNumber } = trade;
    const echo = { orderNumber, orderType: 'Pos', storeId: STORE_ID, userId: OWN_OMNIUM_USER_ID };
    const answers = [
      await this.send(trade, 'ORDER_SETTLED', OWN_FLOW_USER_UID),
      await this.fromOmnium.send(orderEvent(echo)),
    ];
    const taken = answers.find((answer) => !answer.includes('ignored'));
    if (taken !== undefined) throw new Error(`an echo was taken for an event: ${taken}`);
  }

  /**
   * Waits until the trade has gone through; answers the workflows that took part.
   *
   * @throws Error when any of it failed or left a difference: figures of such orders mean nothing
   */
  async untilDone({ place: { tenantUid }, orderUid, orderNumber }: Trade): Promise<string[]> {
    const ids = [...new Set([orderUid, orderNumber])].map((number) => orderKind.id({ tenantUid, orderNumber: number }));
    for (const workflowId of ids) {
      // A webhook about a return, or a web order, may be recorded under another key, whose workflow hands it on first.
      const result = await this.temporal.client.workflow.result<() => Promise<SyncResult<OrderOutcome>>>(workflowId);
      const isLast = workflowId === ids.at(-1);
      const isWell = isLast ? result.syncState === 'Synced' : result.outcome?.action === 'forwarded';
      if (!isWell || result.failedAttempts > 0) {
        throw new Error(`order ${orderUid} did not go through at once: ${JSON.stringify(result)}`);
      }
    }
    return ids;
  }

  async carrySale(sale: Trade): Promise<void> {
    await this.once(sale);
    await this.untilDone(sale);
  }

  async carryWebOrder(order: PlacedOrder): Promise<void> {
    await announce(this.fromOmnium, order);
    await untilSynced(this.temporal, order);
  }

  private async send({ place, orderUid, receiptUid }: Trade, action: string, userUid?: string): Promise<string> {
    const sender = this.fromFlow.get(place.tenantUid);
    if (!sender) throw new Error(`there is no sender of ${place.tenantUid}`);
    const orderReceiptUid = action === 'ORDER_RECEIPT_SETTLED' ? receiptUid : undefined;
    return await sender.send(
      flowWebhook({
        ...{ action, ...place, orderUid },
        ...(orderReceiptUid !== undefined && { orderReceiptUid }),
        ...(userUid !== undefined && { userUid }),
      }),
    );
  }
}
