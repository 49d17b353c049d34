import { Publisher } from '../../src/temporal/publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { SYNC_STATUS_QUERY, type SyncResult, type SyncStatus } from '../../src/contracts/entity-sync';
import {
  goodsReceptionKind,
  type GoodsReceptionOutcome,
  type ReceptionSubject,
} from '../../src/contracts/kinds/goods-reception';
import type { Integration, Json } from './integration';
import { until } from './order-driver';

/** A store in both systems' words. */
export interface ShopIds {
  readonly storeUid: string;
  readonly storeId: string;
}

/** Of the demonstration's stores in Norway: one for each stock master. */
export const FLOW_MASTER: ShopIds = { storeUid: 'bergensentrum', storeId: 'bergen-sentrum' };
export const OMNIUM_MASTER: ShopIds = { storeUid: 'oslocity', storeId: 'oslo-city' };

/** A line of a purchase order as a buyer enters it; pieces. */
export interface OrderedLine {
  readonly sku: string;
  readonly quantity: number;
  readonly lineItemId?: string;
  /** Omnium's id; the store itself by default. */
  readonly warehouseCode?: string;
  /** Lines of the same number come in one delivery; without one, in none. */
  readonly delivery?: number;
  readonly more?: Json;
}

/** A purchase order in both systems. */
export interface BoughtOrder {
  readonly shop: ShopIds;
  readonly purchaseOrderId: string;
  readonly purchaseOrderUid: string;
}

/** One item as a clerk unpacks it; hundredths of a piece. */
export interface UnpackedItem {
  readonly sku?: string;
  readonly purchaseOrderItemUid?: string;
  readonly quantity: number;
  readonly serialnumber?: string;
}

/** Buyers in Omnium and clerks in the shops, through the sandboxes. */
export class GoodsDesk {
  private readonly inbox: Publisher;
  private articlesUsed = 0;

  constructor(private readonly integration: Integration) {
    const { client, taskQueue } = integration;
    this.inbox = new Publisher({
      ...{ client: () => client, taskQueue, retryLadder: 'one-minute', callTimeoutMs: 10_000 },
    });
  }

  /** SKUs of articles that no test has used before. */
  articles(count: number): string[] {
    const all = this.integration.chain.products
      .filter(({ kind, hasSerialNumbers }) => kind === 'single' && !hasSerialNumbers)
      .flatMap(({ skus }) => skus);
    const chosen = all.slice(this.articlesUsed, this.articlesUsed + count).map(({ sku }) => sku);
    this.articlesUsed += count;
    assert.equal(chosen.length, count, 'the chain has too few articles');
    return chosen;
  }

  /** An article whose pieces have serial numbers. */
  articleWithSerialNumbers(): string {
    const product = this.integration.chain.products.find(({ hasSerialNumbers }) => hasSerialNumbers);
    const sku = product?.skus[0]?.sku;
    assert.ok(sku, 'the chain has no article with serial numbers');
    return sku;
  }

  /** Orders in Omnium, and waits until the shop has the order with all its lines. */
  async buy(shop: ShopIds, lines: readonly OrderedLine[]): Promise<BoughtOrder> {
    const purchaseOrderId = `PO-${randomUUID().slice(0, 8)}`;
    const supplierId = this.integration.chain.suppliers[0]?.supplierId;
    const lineItems = lines.map((line, index) => ({
      ...{ lineItemId: lineIdOf(line, index), code: line.sku, quantity: line.quantity, placedPriceExclTax: 100 },
      warehouseCode: line.warehouseCode ?? shop.storeId,
      ...line.more,
    }));
    await this.integration.omnium('POST', '/api/PurchaseOrders', {
      ...{ id: purchaseOrderId, marketId: 'NOR', storeId: shop.storeId, supplierId, status: 'Confirmed' },
      purchaseOrderForm: { lineItems },
    });
    for (const number of new Set(lines.flatMap(({ delivery }) => delivery ?? []))) {
      const inIt = lineItems.filter((_line, index) => lines[index]?.delivery === number);
      const references = inIt.map(({ lineItemId, code, quantity }) => ({ lineItemId, code, quantity }));
      const path = `/api/Deliveries/CreateDelivery/${purchaseOrderId}?newDeliveryId=${deliveryIdOf(purchaseOrderId, number)}`;
      await this.integration.omnium('POST', path, references);
    }
    const order = { shop, purchaseOrderId, purchaseOrderUid: purchaseOrderId.replace(/\W/g, '') };
    await this.integration.deliveriesDone();
    await until(async () => ((await this.itemsInFlow(order)).length === lines.length ? true : undefined), 20_000);
    return order;
  }

  /** Items of the order in Flow. */
  async itemsInFlow({ shop, purchaseOrderUid }: BoughtOrder): Promise<Json[]> {
    const path = `/stores/${shop.storeUid}/purchase-orders/${purchaseOrderUid}`;
    const { status, body } = await this.integration.flow('GET', path);
    return status === 404 ? [] : (body.items as Json[]);
  }

  /** Unpacks goods in the shop; answers the receivement's uid. Without lines: all that is left of the order. */
  async unpack(
    shop: ShopIds,
    body: {
      readonly order?: BoughtOrder;
      readonly purchaseOrderUid?: string;
      readonly warehouseUid?: string;
      readonly lines?: readonly UnpackedItem[];
    },
  ): Promise<string> {
    const { order, ...rest } = body;
    const { status, body: answer } = await this.integration.till(shop.storeUid, 'receive-goods', {
      ...(order && { purchaseOrderUid: order.purchaseOrderUid }),
      ...rest,
    });
    assert.equal(status, 201, JSON.stringify(answer));
    return String(answer.receivementUid);
  }

  /** Has a receivement looked at, as a sweep or an operator would. */
  async look({ storeUid }: ShopIds, receivementUid: string, subject: ReceptionSubject = 'receivement'): Promise<void> {
    const { tenantUid } = this.integration;
    const event = { eventId: randomUUID(), source: 'sweep', what: 'Look' } as const;
    await this.inbox.publish(goodsReceptionKind, { tenantUid, receivementUid, storeUid, subject }, event);
  }

  /** Unpacks, has it looked at, and waits for the end. */
  async receive(...given: Parameters<GoodsDesk['unpack']>): Promise<GoodsReceptionOutcome> {
    const receivementUid = await this.unpack(...given);
    await this.look(given[0], receivementUid);
    return (await this.over(receivementUid)).outcome;
  }

  handle(receivementUid: string): ReturnType<Integration['client']['workflow']['getHandle']> {
    const { client, tenantUid } = this.integration;
    return client.workflow.getHandle(goodsReceptionKind.id({ tenantUid, receivementUid }));
  }

  /** Waits until nothing is pending for a receivement. */
  async over(
    receivementUid: string,
  ): Promise<SyncResult<GoodsReceptionOutcome> & { readonly outcome: GoodsReceptionOutcome }> {
    await this.integration.deliveriesDone();
    const handle = this.handle(receivementUid);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      return description?.status.name === 'COMPLETED' ? true : undefined;
    }, 30_000);
    const result = (await handle.result()) as SyncResult<GoodsReceptionOutcome>;
    const { outcome } = result;
    assert.ok(outcome);
    return { ...result, outcome };
  }

  /** Waits until a receivement says that it waits on the ladder. */
  async waiting(receivementUid: string): Promise<NonNullable<SyncStatus<GoodsReceptionOutcome>['lastFailure']>> {
    return await until(async () => {
      const status = await this.handle(receivementUid)
        .query<SyncStatus<GoodsReceptionOutcome>>(SYNC_STATUS_QUERY)
        .catch(() => undefined);
      return status?.syncState === 'Retrying' ? status.lastFailure : undefined;
    }, 20_000);
  }

  /** Ends every wait on the ladder until the receivement is through. */
  async healed(receivementUid: string): Promise<GoodsReceptionOutcome> {
    const handle = this.handle(receivementUid);
    await until(async () => {
      const description = await handle.describe().catch(() => undefined);
      if (description?.status.name === 'COMPLETED') return true;
      await handle.executeUpdate('retryNow').catch(() => undefined);
      return undefined;
    }, 30_000);
    return (await this.over(receivementUid)).outcome;
  }

  /** Lines of the order in Omnium: id → delivered pieces. */
  async delivered({ purchaseOrderId }: BoughtOrder): Promise<Record<string, number>> {
    const lines = await this.linesInOmnium(purchaseOrderId);
    return Object.fromEntries(lines.map((line) => [String(line.lineItemId), Number(line.deliveredQuantity)]));
  }

  async linesInOmnium(purchaseOrderId: string): Promise<Json[]> {
    const { body } = await this.integration.omnium('GET', `/api/PurchaseOrders/${purchaseOrderId}`);
    return (body.purchaseOrderForm as Json).lineItems as Json[];
  }

  /** Pieces in stock in Omnium; what it does not list is none. */
  async inOmnium(warehouseCode: string, sku: string): Promise<number> {
    const { body } = await this.integration.omnium('GET', `/api/Inventory/${sku}?warehouseIds=${warehouseCode}`);
    const [item] = (body.result ?? []) as Json[];
    return Number(item?.inventory ?? 0);
  }

  /** Pieces in stock in Flow; what it does not list is none. */
  async inFlow({ storeUid }: ShopIds, sku: string, warehouseUid = storeUid): Promise<number> {
    const path = `/stores/${storeUid}/warehouses/${warehouseUid}/products/${sku.replace(/\W/g, '')}/stock`;
    const { status, body } = await this.integration.flow('GET', path);
    return status === 404 ? 0 : Number(body.quantityStock) / 100;
  }

  /** Waits until both systems have the same of an article in a store; answers how much. */
  async sameInBoth(shop: ShopIds, sku: string): Promise<number> {
    let seen: readonly number[] = [];
    try {
      return await until(async () => {
        seen = [await this.inFlow(shop, sku), await this.inOmnium(shop.storeId, sku)];
        return seen[0] === seen[1] ? seen[0] : undefined;
      }, 15_000);
    } catch (error) {
      throw new Error(`${sku}: ${seen[0]} in Flow, ${seen[1]} in Omnium`, { cause: error });
    }
  }

  /** Writes that Omnium has seen since its log was emptied: `POST …/ProcessGoodsReception`. */
  async writes(): Promise<string[]> {
    const asks = /Search|Scroll|Token/i;
    const seen = await this.integration.requests('omnium');
    return seen
      .filter(({ method, path }) => method !== 'GET' && !asks.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/\?.*$/, '').split('/').slice(-1)[0] ?? ''}`);
  }
}

/** The id that a line has unless it names one itself. */
function lineIdOf({ lineItemId }: OrderedLine, index: number): string {
  return lineItemId ?? `line-${index + 1}`;
}

export function deliveryIdOf(purchaseOrderId: string, number: number): string {
  return `${purchaseOrderId}-d${number}`;
}
