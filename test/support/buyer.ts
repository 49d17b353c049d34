import { Publisher } from '../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { inspectPurchaseOrder } from '../../src/activities/goods/sync-purchase-order';
import { TenantRegistry } from '../../src/activities/tenants';
import {
  GIVE_UP_UPDATE,
  type GiveUpRequest,
  RETRY_NOW_UPDATE,
  SYNC_STATUS_QUERY,
  type SyncResult,
  type SyncStatus,
} from '../../src/contracts/entity-sync';
import {
  type PurchaseOrderInspection,
  purchaseOrderKind,
  type PurchaseOrderOutcome,
  type PurchaseOrderSubject,
} from '../../src/contracts/kinds/purchase-order';
import type { Integration, Json, SeenRequest } from './integration';
import { until } from './order-driver';

/** Omnium's id as Flow writes it. */
export function uidOf(id: string): string {
  return id.replace(/\W/g, '');
}

/** Lines of a document of Flow's. */
export function itemsOf({ items }: Json): Json[] {
  return items as Json[];
}

/** Somebody who buys for the chain's Norwegian shops in Omnium, and looks at what the shops see of it in Flow. */
export class Buyer {
  readonly supplierId = 'sup-100';

  constructor(private readonly integration: Integration) {}

  /** SKU number `index` among the articles that come one by one, without serial numbers. */
  sku(index = 0): string {
    const articles = this.integration.chain.products
      .filter(({ kind, hasSerialNumbers }) => kind === 'single' && !hasSerialNumbers)
      .flatMap(({ skus }) => skus);
    const found = articles[index]?.sku;
    assert.ok(found, `the chain has no article number ${index}`);
    return found;
  }

  /** A line of ten pieces at 100.00 for Oslo City, unless said otherwise. */
  line(lineItemId: string, members: Json = {}): Json {
    const price = { quantity: 10, placedPriceExclTax: 100 };
    return { lineItemId, code: this.sku(), warehouseCode: 'oslo-city', ...price, ...members };
  }

  /** Makes a purchase order in Omnium; returns its id. */
  async order(lines: readonly Json[] = [this.line('L1')], members: Json = {}): Promise<string> {
    const id = `PO-${randomUUID().slice(0, 8)}`;
    await this.integration.omnium('POST', '/api/PurchaseOrders', {
      ...{ id, marketId: 'NOR', storeId: 'oslo-city', supplierId: this.supplierId, billingCurrency: 'NOK' },
      purchaseOrderForm: { lineItems: lines },
      ...members,
    });
    return id;
  }

  /** One in Flow, with nothing of its making left in the logs. */
  async known(lines?: readonly Json[], members?: Json): Promise<string> {
    const id = await this.order(lines, members);
    await this.settled(id);
    await this.integration.clearRequests();
    return id;
  }

  /** What a sweep would find. */
  async inspect(id: string): Promise<PurchaseOrderInspection> {
    const { config, tenantUid } = this.integration;
    const tenants = new TenantRegistry(config.tenants);
    try {
      const { signal } = new AbortController();
      const context = { tenant: tenants.get(tenantUid), signal, calls: 0, onCall: () => undefined };
      return await inspectPurchaseOrder(context, id);
    } finally {
      await tenants.close();
    }
  }

  /** Replaces what the buyer sees on the screen. */
  async change(id: string, change: (order: Json, lines: Json[]) => Json): Promise<void> {
    const { body } = await this.integration.omnium('GET', `/api/PurchaseOrders/${id}`);
    const { lineItems } = body.purchaseOrderForm as { readonly lineItems: Json[] };
    await this.integration.omnium('PUT', '/api/PurchaseOrders', { ...body, ...change(body, lineItems) });
  }

  /** Replaces the lines only; calculated amounts are left to Omnium. */
  async changeLines(id: string, change: (lines: Json[]) => Json[]): Promise<void> {
    await this.change(id, (_order, lines) => ({ purchaseOrderForm: { lineItems: change(lines) } }));
  }

  async setStatus(id: string, status: string): Promise<void> {
    await this.integration.omnium('POST', `/api/PurchaseOrders/${id}/UpdateStatus`, { status });
  }

  async cancelLine(id: string, lineItemId: string): Promise<void> {
    await this.integration.omnium('POST', `/api/PurchaseOrders/${id}/OrderLines/${lineItemId}/Cancel`);
  }

  async delete(id: string): Promise<void> {
    await this.integration.omnium('DELETE', `/api/PurchaseOrders/${id}`);
  }

  /** Puts lines, or parts of them, into a delivery; returns its id. */
  async deliver(id: string, lines: readonly Json[], deliveryId = `D-${randomUUID().slice(0, 8)}`): Promise<string> {
    await this.integration.omnium('POST', `/api/Deliveries/CreateDelivery/${id}?newDeliveryId=${deliveryId}`, lines);
    return deliveryId;
  }

  /** Goods that are received in Omnium's own screens. */
  async receiveInOmnium(deliveryId: string, lineItemId: string, pieces: number): Promise<void> {
    await this.integration.omnium('POST', `/api/Deliveries/${deliveryId}/ProcessGoodsReception`, [
      { lineItemId, deliveredQuantity: pieces, warehouseCode: 'oslo-city', goodsReceptionId: randomUUID() },
    ]);
  }

  /** The lines in Omnium, by their ids. */
  async linesInOmnium(id: string): Promise<Json[]> {
    const { body } = await this.integration.omnium('GET', `/api/PurchaseOrders/${id}`);
    return (body.purchaseOrderForm as { readonly lineItems: Json[] }).lineItems;
  }

  /** Everything the shops have of a purchase order. */
  async inFlow(id: string): Promise<Json[]> {
    const { body } = await this.integration.flow('GET', '/stores');
    const lists = await Promise.all(
      (body.items as Json[]).map(async ({ storeUid }) => {
        const path = `/stores/${String(storeUid)}/purchase-orders?purchaseOrderExternalId=${id}`;
        return (await this.integration.flow('GET', path)).body.items as Json[];
      }),
    );
    return lists.flat().sort((a, b) => (String(a.purchaseOrderUid) < String(b.purchaseOrderUid) ? -1 : 1));
  }

  /** The one purchase order the shops have of it. */
  async oneInFlow(id: string): Promise<Json> {
    const [order, ...others] = await this.inFlow(id);
    assert.ok(order, `${id} is not in Flow`);
    assert.equal(others.length, 0);
    return order;
  }

  /** Goods that are received in a shop. */
  async receiveInShop(order: Json, lines?: readonly Json[]): Promise<void> {
    const { purchaseOrderUid, storeUid } = order;
    const body = { purchaseOrderUid, ...(lines && { lines }) };
    const answer = await this.integration.till(String(storeUid), 'receive-goods', body);
    assert.ok(answer.status < 300, `receive-goods: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  /** Has it looked at, as an operator would. */
  async resync(id: string): Promise<void> {
    const { client, config, taskQueue, tenantUid } = this.integration;
    const inbox = new Publisher({
      ...{ client: () => client, retryLadder: config.retryLadder, callTimeoutMs: 10_000, taskQueue },
    });
    const event = { eventId: randomUUID(), source: 'operator', what: 'resync' } as const;
    await inbox.publish(purchaseOrderKind, { tenantUid, purchaseOrderId: id }, event);
  }

  /** Waits until no event is under way and the purchase order's run is over. */
  async settled(id: string): Promise<SyncResult<PurchaseOrderOutcome>> {
    await this.integration.deliveriesDone();
    return await this.over({ tenantUid: this.integration.tenantUid, purchaseOrderId: id });
  }

  /** The same after an event of a delivery, which is told on. */
  async settledAfter(deliveryId: string, id: string): Promise<SyncResult<PurchaseOrderOutcome>> {
    await this.integration.deliveriesDone();
    await this.over({ tenantUid: this.integration.tenantUid, deliveryId });
    return await this.settled(id);
  }

  /** Waits until it says that it waits on the ladder. */
  async waiting(id: string): Promise<SyncStatus<PurchaseOrderOutcome>> {
    const handle = this.handle({ tenantUid: this.integration.tenantUid, purchaseOrderId: id });
    return await until(async () => {
      const status = await handle.query<SyncStatus<PurchaseOrderOutcome>>(SYNC_STATUS_QUERY).catch(() => undefined);
      return status?.lastFailure ? status : undefined;
    }, 30_000);
  }

  /** Ends its waits until it is through. */
  async healed(id: string): Promise<SyncResult<PurchaseOrderOutcome>> {
    await this.integration.deliveriesDone();
    const handle = this.handle({ tenantUid: this.integration.tenantUid, purchaseOrderId: id });
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      if (description?.status.name === 'COMPLETED') return true;
      await handle.executeUpdate(RETRY_NOW_UPDATE).catch(() => undefined);
      return undefined;
    }, 30_000);
    return (await handle.result()) as SyncResult<PurchaseOrderOutcome>;
  }

  /** Ends a purchase order that would wait for ever. */
  async giveUp(id: string): Promise<void> {
    const handle = this.handle({ tenantUid: this.integration.tenantUid, purchaseOrderId: id });
    await handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args: [{ reason: 'the test is over' }] });
    await handle.result();
  }

  handle(subject: PurchaseOrderSubject): ReturnType<Integration['client']['workflow']['getHandle']> {
    return this.integration.client.workflow.getHandle(purchaseOrderKind.id(subject));
  }

  /** Writes that Flow has seen since the logs were emptied, e.g. `PUT purchase-orders/PO17/items/PO17-L1`. */
  async writes(): Promise<string[]> {
    const ofApi = ({ method, path }: SeenRequest): boolean => method !== 'GET' && path.startsWith('/v2');
    return (await this.integration.requests('flow'))
      .filter(ofApi)
      .map(({ method, path }) => `${method} ${path.replace(/^.*\/flow_no\/(stores\/[^/]+\/)?/, '')}`);
  }

  private async over(subject: PurchaseOrderSubject): Promise<SyncResult<PurchaseOrderOutcome>> {
    const handle = this.handle(subject);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.status.name === 'COMPLETED' ? true : undefined;
    }, 30_000);
    return (await handle.result()) as SyncResult<PurchaseOrderOutcome>;
  }
}
