import { z } from 'zod';
import { JsonApi } from './json-api';
import { batches, openAsWebShop, type OmniumDocument } from './omnium-shop';

/** A level as somebody counted it, in pieces. */
export interface CountedLevel {
  readonly sku: string;
  readonly warehouseCode: string;
  readonly inventory: number;
}

/** A line, or a part of it, that comes with a delivery. */
export interface DeliveredLine {
  readonly lineItemId: string;
  readonly quantity?: number;
}

const LEVELS_AT_ONCE = 1_000;
const orderSchema = z.looseObject({
  purchaseOrderForm: z.looseObject({
    lineItems: z.array(
      z.looseObject({
        lineItemId: z.string(),
        deliveryId: z.string().nullish(),
        deliveredQuantity: z.number().default(0),
      }),
    ),
  }),
});
const storeSchema = z.looseObject({
  id: z.string(),
  availableWarehouses: z.array(z.looseObject({ warehouseCode: z.string() })).default([]),
});

/** People who buy for the chain and keep its stores and its stock in Omnium, by its public REST API. */
export class OmniumBuyer {
  private readonly api: JsonApi;
  private readonly controls: JsonApi;

  constructor(omniumUrl: string, signal: AbortSignal) {
    this.api = openAsWebShop(omniumUrl, signal);
    this.controls = new JsonApi({ baseUrl: `${omniumUrl}/_sandbox`, signal });
  }

  async createOrder(order: OmniumDocument): Promise<void> {
    await this.api.send({ method: 'POST', path: '/api/PurchaseOrders', body: order });
  }

  /** Changes members of the order, and of the lines that are named; an unknown line id is a new line. */
  async patchOrder(id: string, patch: OmniumDocument): Promise<void> {
    await this.api.send({ method: 'PATCH', path: orderPath(id), body: patch });
  }

  /** Lines that are not named are gone. */
  async keepLines(id: string, lines: readonly OmniumDocument[]): Promise<void> {
    await this.patchOrder(id, { keepExistingOrderLines: false, purchaseOrderForm: { lineItems: lines } });
  }

  async setStatus(id: string, status: string): Promise<void> {
    await this.api.send({ method: 'POST', path: `${orderPath(id)}/UpdateStatus`, body: { status } });
  }

  /** Cancels what is open on a line. */
  async cancelLine(id: string, lineItemId: string): Promise<void> {
    await this.api.send({ method: 'POST', path: `${orderPath(id)}/OrderLines/${lineItemId}/Cancel` });
  }

  async splitLine(
    id: string,
    split: { readonly lineItemId: string; readonly newLineItemId: string; readonly quantityToSplit: number },
  ): Promise<void> {
    await this.api.send({ method: 'POST', path: `${orderPath(id)}/OrderLines/Split`, body: [split] });
  }

  /** Puts lines, or parts of them, into a new delivery. */
  async deliver(id: string, newDeliveryId: string, lines: readonly DeliveredLine[]): Promise<void> {
    const path = `/api/Deliveries/CreateDelivery/${encodeURIComponent(id)}?newDeliveryId=${newDeliveryId}`;
    await this.api.send({ method: 'POST', path, body: lines });
  }

  /** Puts everything that is in no delivery yet into a new one. */
  async deliverRest(id: string, newDeliveryId: string): Promise<void> {
    const { body } = await this.api.send({ method: 'GET', path: orderPath(id) });
    const { lineItems } = orderSchema.parse(body).purchaseOrderForm;
    await this.deliver(
      id,
      newDeliveryId,
      lineItems.filter(({ deliveryId }) => !deliveryId).map(({ lineItemId }) => ({ lineItemId })),
    );
  }

  /** Pieces of a line that have come, as the order shows it. */
  async deliveredOn(id: string, lineItemId: string): Promise<number> {
    const { body } = await this.api.send({ method: 'GET', path: orderPath(id) });
    const { lineItems } = orderSchema.parse(body).purchaseOrderForm;
    return lineItems.find((line) => line.lineItemId === lineItemId)?.deliveredQuantity ?? 0;
  }

  /** Sets levels: stock was counted, and Omnium keeps it. */
  async count(levels: readonly CountedLevel[]): Promise<void> {
    for (const body of batches(levels, LEVELS_AT_ONCE))
      await this.api.send({ method: 'PUT', path: '/api/Inventory/UpdateMany', body });
  }

  async patchStore(patch: OmniumDocument): Promise<void> {
    await this.api.send({ method: 'PATCH', path: '/api/Stores/PatchStore', body: patch });
  }

  /** Makes a warehouse and puts it last among those of a store. */
  async addWarehouse(storeId: string, warehouse: OmniumDocument & { readonly id: string }): Promise<void> {
    await this.api.send({ method: 'PUT', path: '/api/Stores', body: warehouse });
    const { body } = await this.api.send({ method: 'GET', path: `/api/Stores/${encodeURIComponent(storeId)}` });
    const { availableWarehouses: known } = storeSchema.parse(body);
    if (known.some(({ warehouseCode }) => warehouseCode === warehouse.id)) return;
    const availableWarehouses = [...known, { warehouseCode: warehouse.id, priority: known.length + 1 }];
    await this.patchStore({ id: storeId, availableWarehouses });
  }

  /** Somebody works at an order in Omnium's own screens: nothing can be written for a while. */
  async lock(purchaseOrderId: string, seconds: number): Promise<void> {
    await this.controls.send({ method: 'POST', path: '/locks', body: { purchaseOrderId, seconds } });
  }
}

function orderPath(id: string): string {
  return `/api/PurchaseOrders/${encodeURIComponent(id)}`;
}
