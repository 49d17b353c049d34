import { z } from 'zod';
import { type ChainMarket, type ChainStore } from '../../../sandbox/chain/types';
import { JsonApi } from '../vendors/json-api';
import { eachOf } from '../pace';
import { summarizeTillOrder } from './read-flow-tills';
import { addUp, type FlowSummary, repeated } from './summaries';
import { type FlowTillOrder } from './till-summaries';

const PAGE_SIZE = 100;
const READERS = 6;

const pageSchema = <T extends z.ZodType>(
  item: T,
): z.ZodObject<{ items: z.ZodArray<T>; paging: z.ZodObject<{ totalCount: z.ZodNumber }> }> =>
  z.object({ items: z.array(item), paging: z.object({ totalCount: z.number() }) });
const storePage = pageSchema(z.object({ storeUid: z.string() }));
const orderPage = pageSchema(z.object({ orderUid: z.string(), externalOrderNumber: z.string().nullish() }));

const orderSchema = z.object({
  orderUid: z.string(),
  externalOrderNumber: z.string(),
  orderState: z.string(),
  settleState: z.string(),
  customerUid: z.string().nullish(),
  items: z.array(z.object({ sku: z.string(), quantity: z.number(), externalId: z.string().nullish() })),
  settlements: z.array(z.object({ amount: z.number(), externalId: z.string().nullish() })),
  orderTotals: z.object({ totalAmount: z.number(), cashRounding: z.number().nullish() }),
});

/** Where the orders are read, and since when they must have been created. */
export interface FlowReading {
  readonly flowUrl: string;
  readonly market: ChainMarket;
  readonly createdFrom: Date;
  readonly signal: AbortSignal;
  /** The tenant's stores, where the tills were played and are compared too. */
  readonly stores?: readonly ChainStore[];
}

/** A tenant's orders as both comparisons see them. */
export interface FlowOrders {
  /** Those of the web shop. */
  readonly web: readonly FlowSummary[];
  /** All of them; empty where the tills were not played. */
  readonly tills: readonly FlowTillOrder[];
}

/** A tenant's API with the integration's access. */
export function openFlow({ flowUrl, market, signal }: Pick<FlowReading, 'flowUrl' | 'market' | 'signal'>): JsonApi {
  const headers = { authorization: `Bearer ${market.integrationToken}` };
  const baseUrl = `${flowUrl}/v2/tenants/${market.tenantUid}`;
  return new JsonApi({ baseUrl, signal, headers: () => Promise.resolve(headers) });
}

/** The orders that a tenant's stores got since a moment, each read whole. */
export async function readFlowOrders(reading: FlowReading): Promise<FlowOrders> {
  const { market, createdFrom, signal, stores } = reading;
  const api = openFlow(reading);
  const found: { orderUid: string; isWeb: boolean }[] = [];
  for (const { storeUid } of await allPages(api, '/stores?', storePage)) {
    const path = `/stores/${storeUid}/orders?orderCreatedAtFrom=${encodeURIComponent(createdFrom.toISOString())}&`;
    for (const { orderUid, externalOrderNumber } of await allPages(api, path, orderPage)) {
      if (externalOrderNumber || stores) found.push({ orderUid, isWeb: Boolean(externalOrderNumber) });
    }
  }
  const web: FlowSummary[] = [];
  const tills: FlowTillOrder[] = [];
  await eachOf(found, { atOnce: READERS, signal }, async ({ orderUid, isWeb }) => {
    const { body } = await api.send({ method: 'GET', path: `/orders/${orderUid}` });
    if (isWeb) web.push(summarizeFlowOrder(body, market.tenantUid));
    if (stores) tills.push(summarizeTillOrder(body, { market, stores }));
  });
  return { web, tills };
}

/** Reduces a Flow order to what has to be the same as in Omnium. */
export function summarizeFlowOrder(document: unknown, tenantUid: string): FlowSummary {
  const order = orderSchema.parse(document);
  const { items, settlements, orderTotals } = order;
  const paidCents = settlements.reduce((sum, { amount }) => sum + amount, 0);
  const ids = (parts: readonly { readonly externalId?: string | null | undefined }[]): string[] =>
    parts.flatMap(({ externalId }) => externalId ?? []);
  return {
    tenantUid,
    orderUid: order.orderUid,
    orderNumber: order.externalOrderNumber,
    orderState: order.orderState,
    isSettled: order.settleState === 'SETTLED',
    quantities: addUp(items.map(({ sku, quantity }) => ({ sku, hundredths: quantity }))),
    totalCents: orderTotals.totalAmount,
    roundingCents: orderTotals.cashRounding ?? 0,
    isPrepaid: paidCents > 0 && paidCents >= orderTotals.totalAmount,
    paidCents,
    hasCustomer: Boolean(order.customerUid),
    repeatedParts: [
      ...repeated(ids(items)).map((id) => `line ${id}`),
      ...repeated(ids(settlements)).map((id) => `payment ${id}`),
    ],
  };
}

/** All pages of a list; `path` ends with `?` or `&`. */
export async function allPages<T>(
  api: JsonApi,
  path: string,
  schema: z.ZodType<{ items: T[]; paging: { totalCount: number } }>,
): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; ; page += 1) {
    const { body } = await api.send({ method: 'GET', path: `${path}pageNumber=${page}&pageSize=${PAGE_SIZE}` });
    const { items, paging } = schema.parse(body);
    all.push(...items);
    if (items.length === 0 || all.length >= paging.totalCount) return all;
  }
}
