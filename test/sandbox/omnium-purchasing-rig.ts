import assert from 'node:assert/strict';

import { type Answer, type Json, type OmniumRig } from './omnium-rig';

/** A line as a buyer writes it: ten pieces for 80 NOK without tax each, to the shop in Oslo. */
export const purchaseLineOf = (rig: OmniumRig, over: Record<string, unknown> = {}): Record<string, unknown> => ({
  lineItemId: 'l-1',
  code: rig.skus[0],
  quantity: 10,
  placedPriceExclTax: 80,
  taxRate: 25,
  warehouseCode: 'oslo-city',
  ...over,
});

/** A purchase order of two lines. */
export const purchaseOrderOf = (
  rig: OmniumRig,
  id: string,
  over: Record<string, unknown> = {},
): Record<string, unknown> => ({
  id,
  marketId: 'NOR',
  storeId: 'oslo-city',
  supplierId: rig.chain.suppliers[0]?.supplierId,
  purchaseOrderForm: {
    lineItems: [purchaseLineOf(rig), purchaseLineOf(rig, { lineItemId: 'l-2', code: rig.skus[1], quantity: 4 })],
  },
  ...over,
});

/** What buyers and warehouses do with purchase orders, and what is in stock. */
export class PurchasingDesk {
  readonly #rig: OmniumRig;

  constructor(rig: OmniumRig) {
    this.#rig = rig;
  }

  async #ok(call: Promise<Answer>): Promise<Json> {
    const answer = await call;
    assert.ok(answer.status < 300, `${answer.status} ${answer.text}`);
    return answer.json;
  }

  create(id: string, over: Record<string, unknown> = {}): Promise<Json> {
    return this.#ok(this.#rig.call('POST', '/api/PurchaseOrders', purchaseOrderOf(this.#rig, id, over)));
  }

  read(id: string): Promise<Json> {
    return this.#ok(this.#rig.call('GET', `/api/PurchaseOrders/${id}`));
  }

  async lines(id: string): Promise<Json[]> {
    return (await this.read(id)).list('purchaseOrderForm.lineItems');
  }

  /** Lines as `[lineItemId, quantity, delivered, cancelled, deliveryId]`. */
  async quantities(id: string): Promise<unknown[][]> {
    const members = ['lineItemId', 'quantity', 'deliveredQuantity', 'canceledQuantity', 'deliveryId'];
    return (await this.lines(id)).map((line) => members.map((name) => line.at(name)));
  }

  deliver(id: string, lines: unknown[], query = ''): Promise<Json> {
    return this.#ok(this.#rig.call('POST', `/api/Deliveries/CreateDelivery/${id}${query}`, lines));
  }

  delivery(id: string): Promise<Json> {
    return this.#ok(this.#rig.call('GET', `/api/Deliveries/${id}`));
  }

  receive(deliveryId: string, lines: unknown[]): Promise<Answer> {
    return this.#rig.call('POST', `/api/Deliveries/${deliveryId}/ProcessGoodsReception`, lines);
  }

  /** One line of a reception. */
  received(lineItemId: string, deliveredQuantity: number, over: Record<string, unknown> = {}): Record<string, unknown> {
    return { lineItemId, deliveredQuantity, warehouseCode: 'oslo-city', ...over };
  }

  async stock(sku: string, warehouseCode = 'oslo-city'): Promise<number> {
    const { json } = await this.#rig.call('GET', `/api/Inventory/${sku}?warehouseIds=${warehouseCode}`);
    return Number(json.at('result.0.inventory') ?? 0);
  }

  async setStock(sku: string, inventory: number, warehouseCode = 'oslo-city'): Promise<void> {
    await this.#ok(this.#rig.call('PUT', '/api/Inventory/UpdateMany', [{ sku, warehouseCode, inventory }]));
  }

  /** Transactions of a purchase order, oldest first. */
  async transactions(purchaseOrderId: string): Promise<Json[]> {
    const search = { purchaseOrderId, take: 100 };
    return (await this.#ok(this.#rig.call('POST', '/api/Inventory/SearchTransactions', search))).list('result');
  }

  /** Events so far, newest first, as `[operation, class, object]`, since a moment or ever. */
  async events(): Promise<unknown[][]> {
    const { json } = await this.#rig.call('POST', '/api/EventLog/Search', { take: 100 });
    return json
      .list('result')
      .map((event) => ['eventLogModel', 'eventLogType', 'objectId'].map((name) => event.at(name)));
  }
}
