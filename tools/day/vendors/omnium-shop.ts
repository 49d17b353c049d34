import { z } from 'zod';
import { JsonApi } from './json-api';

/** API user of the web shop in the Omnium sandbox: not the integration's own, so nobody takes its events for echoes. */
const WEB_SHOP = { clientId: 'webshop-client', clientSecret: 'webshop-secret' };

const tokenSchema = z.looseObject({ accessToken: z.string() });
const lineSchema = z.looseObject({ lineItemId: z.string(), code: z.string(), quantity: z.number() });
const orderSchema = z.looseObject({
  id: z.string(),
  orderForm: z.looseObject({
    total: z.number(),
    lineItems: z.array(lineSchema),
    shipments: z.array(z.looseObject({ lineItems: z.array(lineSchema) })),
  }),
});

/** The part of an Omnium order that the shop looks at; everything else is kept as it came. */
export type ShopOrder = z.infer<typeof orderSchema>;

/** A document as Omnium takes it; its members are those of the vendor's API. */
export type OmniumDocument = Readonly<Record<string, unknown>>;

/** Pieces of a line to cancel. */
export interface LineCancel {
  readonly lineItemId: string;
  readonly quantity: number;
}

const PRODUCT_BATCH = 500;
const CUSTOMER_BATCH = 100;

/** A web shop and the people behind it, who know Omnium only by its public REST API. */
export class OmniumShop {
  private readonly api: JsonApi;

  constructor(omniumUrl: string, signal: AbortSignal) {
    this.api = openAsWebShop(omniumUrl, signal);
  }

  /** Whether Omnium has an order of this id. */
  async hasOrder(orderId: string): Promise<boolean> {
    const path = `/api/Orders/${encodeURIComponent(orderId)}/Exists`;
    return (await this.api.send({ method: 'HEAD', path, accept: [404] })).status !== 404;
  }

  /** Creates an order. A 409 after a try without answer says that that try had done it. */
  async createOrder(order: OmniumDocument): Promise<void> {
    const { status, tries } = await this.api.send({ method: 'POST', path: '/api/Orders', body: order, accept: [409] });
    if (status === 409 && tries === 1) throw new Error(`Omnium already has an order ${String(order.id)}`);
  }

  /** Creates an order that was sold over the counter. */
  async createPosOrder(order: OmniumDocument): Promise<void> {
    await this.api.send({ method: 'PUT', path: '/api/Orders/PosOrders', body: order });
  }

  /** The order as Omnium calculated it. */
  async getOrder(orderId: string): Promise<ShopOrder> {
    const { body } = await this.api.send({ method: 'GET', path: `/api/Orders/${encodeURIComponent(orderId)}` });
    return orderSchema.parse(body);
  }

  /** Changes members of lines, found by `lineItemId`. */
  async patchLines(orderId: string, lines: readonly OmniumDocument[]): Promise<void> {
    await this.write('PATCH', `${orderId}/PatchUpdateOrderLines`, lines);
  }

  async addLine(orderId: string, line: OmniumDocument): Promise<void> {
    await this.write('POST', `${orderId}/OrderLines`, line);
  }

  async patchOrder(orderId: string, patch: OmniumDocument): Promise<void> {
    await this.write('PATCH', `${orderId}/PatchOrder`, patch);
  }

  async cancelPieces(orderId: string, cancels: readonly LineCancel[]): Promise<void> {
    const lineItemUpdates = cancels.map(({ lineItemId, quantity }) => ({ lineItemId, canceledQuantity: quantity }));
    await this.write('POST', `${orderId}/OrderLinesUpdate`, { lineItemUpdates });
  }

  async setStatus(orderId: string, status: string): Promise<void> {
    await this.write('POST', `${orderId}/UpdateStatus`, { status });
  }

  async addPayments(orderId: string, payments: readonly OmniumDocument[]): Promise<void> {
    await this.write('POST', `${orderId}/AddPayments`, payments);
  }

  /** Writes a whole order over the old one. */
  async overwriteOrder(order: OmniumDocument): Promise<void> {
    await this.write('PUT', 'Update', order);
  }

  /** Creates products, or overwrites those Omnium has. */
  async addProducts(products: readonly OmniumDocument[]): Promise<void> {
    // One after another: Omnium lets few batches run at once and recommends just this.
    for (const body of batches(products, PRODUCT_BATCH))
      await this.api.send({ method: 'POST', path: '/api/Products/AddMany', body });
  }

  /** Creates the customers that Omnium does not have. */
  async addCustomers(kind: 'private' | 'business', customers: readonly OmniumDocument[]): Promise<void> {
    const resource = kind === 'private' ? 'PrivateCustomers' : 'BusinessCustomers';
    for (const body of batches(customers, CUSTOMER_BATCH))
      await this.api.send({ method: 'PUT', path: `/api/${resource}/AddOrUpdateMany`, body });
  }

  private async write(method: 'POST' | 'PUT' | 'PATCH', path: string, body: unknown): Promise<void> {
    await this.api.send({ method, path: `/api/Orders/${path}`, body });
  }
}

/** The API with the web shop's access, which is not the integration's. */
export function openAsWebShop(omniumUrl: string, signal: AbortSignal): JsonApi {
  const open = new JsonApi({ baseUrl: omniumUrl, signal });
  let token: Promise<string> | undefined;
  return new JsonApi({
    baseUrl: omniumUrl,
    signal,
    headers: async () => ({ authorization: `Bearer ${await (token ??= fetchToken(open))}` }),
  });
}

async function fetchToken(api: JsonApi): Promise<string> {
  const { clientId, clientSecret } = WEB_SHOP;
  const query = new URLSearchParams({ clientId, clientSecret, returnAsJson: 'true' });
  const { body } = await api.send({ method: 'POST', path: `/api/Token?${query.toString()}` });
  return tokenSchema.parse(body).accessToken;
}

/** Splits a list into parts of at most `size`. */
export function batches<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < items.length; start += size) parts.push(items.slice(start, start + size));
  return parts;
}
