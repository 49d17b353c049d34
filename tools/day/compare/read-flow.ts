import { z } from 'zod';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { JsonApi } from '../vendors/json-api';
import { eachOf } from '../pace';
import { addUp, type FlowSummary, repeated } from './summaries';

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
  orderTotals: z.object({ totalAmount: z.number() }),
});

/** Where the orders are read, and since when they must have been created. */
export interface FlowReading {
  readonly flowUrl: string;
  readonly market: ChainMarket;
  readonly createdFrom: Date;
  readonly signal: AbortSignal;
}

/** All orders with an Omnium number that a tenant's stores got since a moment, each read whole. */
export async function readFlowOrders({ flowUrl, market, createdFrom, signal }: FlowReading): Promise<FlowSummary[]> {
  const headers = { authorization: `Bearer ${market.integrationToken}` };
  const baseUrl = `${flowUrl}/v2/tenants/${market.tenantUid}`;
  const api = new JsonApi({ baseUrl, signal, headers: () => Promise.resolve(headers) });
  const orderUids: string[] = [];
  for (const { storeUid } of await allPages(api, '/stores?', storePage)) {
    const path = `/stores/${storeUid}/orders?orderCreatedAtFrom=${encodeURIComponent(createdFrom.toISOString())}&`;
    for (const order of await allPages(api, path, orderPage)) {
      if (order.externalOrderNumber) orderUids.push(order.orderUid);
    }
  }
  const summaries: FlowSummary[] = [];
  await eachOf(orderUids, { atOnce: READERS, signal }, async (orderUid) => {
    const { body } = await api.send({ method: 'GET', path: `/orders/${orderUid}` });
    summaries.push(summarizeFlowOrder(body, market.tenantUid));
  });
  return summaries;
}

/** Reduces a Flow order to what has to be the same as in Omnium. */
export function summarizeFlowOrder(document: unknown, tenantUid: string): FlowSummary {
  const order = orderSchema.parse(document);
  const { items, settlements, orderTotals } = order;
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
    paidCents: settlements.reduce((sum, { amount }) => sum + amount, 0),
    hasCustomer: Boolean(order.customerUid),
    repeatedParts: [
      ...repeated(ids(items)).map((id) => `line ${id}`),
      ...repeated(ids(settlements)).map((id) => `payment ${id}`),
    ],
  };
}

async function allPages<T>(
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
