import { z } from 'zod';
import { type JsonApi } from '../vendors/json-api';
import { type FlowReception, type ReceivedInOmnium } from './goods-summaries';
import { hundredths } from './omnium-words';
import { allPages } from './read-flow';
import { addUp } from './summaries';

const PAGE = 100;
const RECEPTION = 'GoodsReception';

const receivementSchema = z.object({
  receivementUid: z.string(),
  storeUid: z.string(),
  warehouseUid: z.string(),
  purchaseOrderUid: z.string().nullish(),
  items: z.array(z.object({ product: z.object({ sku: z.string() }), quantity: z.number() })),
  createdAt: z.string(),
});
const listSchema = z.object({ items: z.array(receivementSchema), paging: z.object({ totalCount: z.number() }) });

/** Everything that some stores have received since a moment. */
export async function readReceptions(
  api: JsonApi,
  {
    tenantUid,
    storeUids,
    since,
  }: { readonly tenantUid: string; readonly storeUids: readonly string[]; readonly since: Date },
): Promise<FlowReception[]> {
  const receptions: FlowReception[] = [];
  for (const storeUid of storeUids) {
    const all = await allPages(api, `/stores/${storeUid}/receivements?`, listSchema);
    const due = all.filter(({ createdAt }) => Date.parse(createdAt) >= since.getTime());
    receptions.push(...due.map((document) => summarizeReception(document, tenantUid)));
  }
  return receptions;
}

/** Reduces a receivement to what came of each SKU: pieces with numbers of their own are added up. */
export function summarizeReception(document: unknown, tenantUid: string): FlowReception {
  const { receivementUid, storeUid, warehouseUid, purchaseOrderUid, items } = receivementSchema.parse(document);
  return {
    ...{ tenantUid, storeUid, warehouseUid, receivementUid },
    ...(purchaseOrderUid ? { purchaseOrderUid } : {}),
    quantities: addUp(items.map(({ product, quantity }) => ({ sku: product.sku, hundredths: quantity }))),
  };
}

const movementSchema = z.object({
  variant: z.string(),
  warehouseCode: z.string(),
  inventoryChange: z.number(),
  transactionType: z.string(),
  purchaseOrderId: z.string().nullish(),
  goodsReceptionId: z.string().nullish(),
});
const searchSchema = z.object({ result: z.array(movementSchema), totalHits: z.number() });

/** All movements of Omnium's stock since a moment that goods receptions have made, of whatever order. */
export async function readReceivedInOmnium(api: JsonApi, since: Date): Promise<ReceivedInOmnium[]> {
  const received: ReceivedInOmnium[] = [];
  let read = 0;
  for (let page = 1; ; page += 1) {
    const body = { from: since.toISOString(), searchText: ':', take: PAGE, page };
    const answer = await api.send({ method: 'POST', path: '/api/Inventory/SearchTransactions', body });
    const { result, totalHits } = searchSchema.parse(answer.body);
    read += result.length;
    for (const { variant, warehouseCode, inventoryChange, transactionType, ...ids } of result) {
      if (transactionType !== RECEPTION || !ids.goodsReceptionId) continue;
      received.push({
        ...{ goodsReceptionId: ids.goodsReceptionId, purchaseOrderId: ids.purchaseOrderId ?? '' },
        ...{ sku: variant, warehouseId: warehouseCode, change: hundredths(inventoryChange) },
      });
    }
    if (result.length === 0 || read >= totalHits) return received;
  }
}
