import { z } from 'zod';
import { type JsonApi } from '../vendors/json-api';
import { hundredths, withoutPackages } from './omnium-words';
import { allPages } from './read-flow';
import { type FlowPurchase, type OmniumPurchase, type OmniumPurchaseLine } from './goods-summaries';

const PAGE = 100;
const GONE = new Set(['ordercanceled', 'deleted']);

const lineSchema = z.object({
  lineItemId: z.string(),
  code: z.string(),
  deliveryId: z.string().nullish(),
  warehouseCode: z.string().nullish(),
  quantity: z.number(),
  canceledQuantity: z.number().nullish(),
  deliveredQuantity: z.number().nullish(),
  discountedPriceExclTax: z.number(),
  supplierSkuId: z.string().nullish(),
  estimatedTimeOfArrival: z.string().nullish(),
  packageLineItemId: z.string().optional(),
});
const purchaseSchema = z.object({
  id: z.string(),
  marketId: z.string(),
  storeId: z.string().nullish(),
  status: z.string(),
  supplierId: z.string(),
  billingCurrency: z.string(),
  referenceNumber: z.string().nullish(),
  requestedDeliveryDate: z.string().nullish(),
  purchaseOrderNotes: z.array(z.object({ detail: z.string().nullish() })).nullish(),
  purchaseOrderForm: z.object({ lineItems: z.array(lineSchema) }),
});
const searchSchema = z.object({ result: z.array(z.unknown()), totalHits: z.number() });

/** All purchase orders that were made in Omnium since a moment. */
export async function readOmniumPurchases(api: JsonApi, createdFrom: Date): Promise<OmniumPurchase[]> {
  const purchases: OmniumPurchase[] = [];
  for (let page = 0; ; page += 1) {
    const body = { createdFrom: createdFrom.toISOString(), take: PAGE, page };
    const answer = await api.send({ method: 'POST', path: '/api/PurchaseOrders/Search', body });
    const { result } = searchSchema.parse(answer.body);
    purchases.push(...result.map(summarizeOmniumPurchase));
    if (result.length < PAGE) return purchases;
  }
}

/** Reduces a purchase order of Omnium's to what has to be the same in the shops. */
export function summarizeOmniumPurchase(document: unknown): OmniumPurchase {
  const order = purchaseSchema.parse(document);
  const { lineItems } = order.purchaseOrderForm;
  const byId = new Map(lineItems.map((line) => [line.lineItemId, line]));
  const note = (order.purchaseOrderNotes ?? []).flatMap(({ detail }) => detail ?? []).join(', ');
  // What is in a package comes with it.
  const deliveryOf = (line: z.infer<typeof lineSchema>): string | null | undefined =>
    line.deliveryId ?? byId.get(line.packageLineItemId ?? '')?.deliveryId;
  return {
    ...{ id: order.id, marketId: order.marketId, supplierId: order.supplierId, currency: order.billingCurrency },
    isCancelled: GONE.has(order.status.toLowerCase()),
    ...optional('reference', order.referenceNumber),
    ...optional('note', note),
    lines: withoutPackages(lineItems)
      .filter(({ quantity }) => quantity > 0)
      .map((line): OmniumPurchaseLine => ({
        ...{ lineItemId: line.lineItemId, sku: line.code, warehouseId: line.warehouseCode ?? order.storeId ?? '' },
        ...optional('deliveryId', deliveryOf(line)),
        ordered: hundredths(line.quantity),
        cancelled: hundredths(line.canceledQuantity ?? 0),
        delivered: hundredths(line.deliveredQuantity ?? 0),
        ...priceOf(line),
        ...optional('supplierSku', line.supplierSkuId),
        ...optional('expectedAt', line.estimatedTimeOfArrival ?? order.requestedDeliveryDate),
      })),
  };
}

/** What is free in a package has a share of the package's price in the shop. */
function priceOf(line: z.infer<typeof lineSchema>): Pick<OmniumPurchaseLine, 'unitCents'> {
  const { discountedPriceExclTax: total, quantity, packageLineItemId } = line;
  if (packageLineItemId !== undefined && total === 0) return {};
  return { unitCents: Math.round((total * 100) / quantity) };
}

const itemSchema = z.object({
  externalId: z.string().nullish(),
  productSku: z.string(),
  warehouseUid: z.string(),
  quantityOrdered: z.number(),
  quantityReceived: z.number(),
  unitPrice: z.number(),
  supplierSku: z.string().nullish(),
  expectedDeliveryDate: z.string().nullish(),
});
const flowSchema = z.object({
  purchaseOrderUid: z.string(),
  storeUid: z.string(),
  externalId: z.string().nullish(),
  supplierUid: z.string(),
  status: z.string(),
  currency: z.string().nullish(),
  supplierReferenceNumber: z.string().nullish(),
  note: z.string().nullish(),
  items: z.array(itemSchema),
});
const listSchema = z.object({
  items: z.array(z.object({ purchaseOrderUid: z.string() })),
  paging: z.object({ totalCount: z.number() }),
});

/** All purchase orders of some stores, each read whole. */
export async function readFlowPurchases(
  api: JsonApi,
  { tenantUid, storeUids }: { readonly tenantUid: string; readonly storeUids: readonly string[] },
): Promise<FlowPurchase[]> {
  const purchases: FlowPurchase[] = [];
  for (const storeUid of storeUids) {
    const path = `/stores/${storeUid}/purchase-orders`;
    for (const { purchaseOrderUid } of await allPages(api, `${path}?`, listSchema)) {
      const { body } = await api.send({ method: 'GET', path: `${path}/${purchaseOrderUid}` });
      purchases.push(summarizeFlowPurchase(body, tenantUid));
    }
  }
  return purchases;
}

/** Reduces a purchase order of Flow's to what has to be the same as in Omnium. */
export function summarizeFlowPurchase(document: unknown, tenantUid: string): FlowPurchase {
  const order = flowSchema.parse(document);
  const { storeUid, purchaseOrderUid, supplierUid, status } = order;
  return {
    ...{ tenantUid, storeUid, purchaseOrderUid, supplierUid, status },
    ...optional('externalId', order.externalId),
    ...optional('currency', order.currency),
    ...optional('reference', order.supplierReferenceNumber),
    ...optional('note', order.note),
    items: order.items.map((item) => ({
      ...optional('lineItemId', item.externalId),
      ...{ sku: item.productSku, warehouseUid: item.warehouseUid },
      ...{ ordered: item.quantityOrdered, received: item.quantityReceived, unitCents: item.unitPrice },
      ...optional('supplierSku', item.supplierSku),
      ...optional('expectedDay', item.expectedDeliveryDate?.slice(0, 10)),
    })),
  };
}

/** The member, where it has a value. */
function optional<K extends string>(name: K, value: string | null | undefined): { readonly [P in K]?: string } {
  const members: { [P in K]?: string } = {};
  if (value) members[name] = value;
  return members;
}
