import { purchaseOrderKind } from '../../../src/contracts/kinds/purchase-order';
import { flowUidOf } from '../../../sandbox/chain/build-chain';
import { compareCents, compareQuantities, compareWords } from './differences';
import { differing, type GoodsIssue, type GoodsKind, type GoodsVerdict } from './goods-verdict';
import { type FlowPurchase, type OmniumPurchase, type OmniumPurchaseLine } from './goods-summaries';
import { addUp, repeated } from './summaries';

const NONE = 'none';

/** What has to be known beside the documents. */
export interface PurchaseContext {
  readonly tenantUid: string;
  readonly currency: string;
  /** IANA name: a day is a day there. */
  readonly timezone: string;
  /** Whether each delivery is an order of its own in the shops. */
  readonly isByDelivery: boolean;
  /** Omnium's id of a warehouse → Flow's uids. */
  readonly warehouses: ReadonlyMap<string, { readonly warehouseUid: string; readonly storeUid: string }>;
}

/** Compares a purchase order of Omnium's with everything the tenant's shops have of it. Pure. */
export function judgePurchase(
  omnium: OmniumPurchase,
  found: readonly FlowPurchase[],
  context: PurchaseContext,
): GoodsVerdict {
  const { tenantUid } = context;
  const kind: GoodsKind = omnium.isCancelled
    ? 'cancelledPurchase'
    : context.isByDelivery
      ? 'deliveryPurchase'
      : 'purchase';
  const workflowIds = [purchaseOrderKind.id({ tenantUid, purchaseOrderId: omnium.id })];
  const verdict = (issue?: GoodsIssue): GoodsVerdict => ({
    ...{ kind, tenantUid, document: omnium.id, workflowIds },
    ...(issue && { issue }),
  });
  if (omnium.isCancelled) {
    const open = found.filter(({ status }) => status !== 'CLOSED');
    return verdict(differing(open.map(nameOf).map((name) => `cancelled in Omnium, ${name}`)).issue);
  }
  const missing: string[] = [];
  const wrong: string[] = [];
  const left = new Set(found);
  for (const part of partsOf(omnium, context)) {
    const order = found.find((each) => part.uids.includes(each.purchaseOrderUid) && each.storeUid === part.storeUid);
    if (order === undefined) missing.push(part.storeUid);
    else wrong.push(...compare(part, order, { omnium, context }));
    if (order) left.delete(order);
  }
  if (left.size > 0) return verdict({ kind: 'duplicated', why: `too many: ${[...left].map(nameOf).join(', ')}` });
  if (missing.length > 0) return verdict({ kind: 'missing', why: `is not in ${missing.join(', ')}` });
  return verdict(differing(wrong).issue);
}

/** What one shop has to have of an order: all of it, or one delivery. */
interface Part {
  readonly storeUid: string;
  /** One of these is the order's uid in Flow. */
  readonly uids: readonly string[];
  readonly lines: readonly OmniumPurchaseLine[];
}

function partsOf({ id, lines }: OmniumPurchase, { isByDelivery, warehouses }: PurchaseContext): Part[] {
  const parts = new Map<string, { storeUid: string; uids: string[]; lines: OmniumPurchaseLine[] }>();
  for (const line of lines) {
    const storeUid = warehouses.get(line.warehouseId)?.storeUid;
    if (storeUid === undefined || (isByDelivery && line.deliveryId === undefined)) continue;
    const baseUid = isByDelivery ? `${flowUidOf(id)}-delivery-${flowUidOf(line.deliveryId ?? '')}` : flowUidOf(id);
    const part = parts.get(`${baseUid}@${storeUid}`) ?? {
      storeUid,
      uids: [baseUid, `${baseUid}-${storeUid}`],
      lines: [],
    };
    part.lines.push(line);
    parts.set(`${baseUid}@${storeUid}`, part);
  }
  return [...parts.values()];
}

function compare(
  part: Part,
  order: FlowPurchase,
  { omnium, context }: { readonly omnium: OmniumPurchase; readonly context: PurchaseContext },
): string[] {
  const differences = [
    ...compareWords('supplier', order.supplierUid, flowUidOf(omnium.supplierId)),
    ...compareWords('currency', order.currency ?? context.currency, omnium.currency),
    ...compareWords('reference', order.reference ?? NONE, omnium.reference ?? NONE),
    ...compareWords('note', order.note ?? NONE, omnium.note ?? NONE),
    ...compareQuantities(sums(part, context, 'ordered'), itemSums(order, 'ordered'), 'ordered quantity'),
    ...compareQuantities(sums(part, context, 'delivered'), itemSums(order, 'received'), 'received quantity'),
    ...compareLines(part, order, context),
    ...compareWords('status', order.status, statusOf(part.lines, context)),
  ];
  return differences.map((difference) => `${order.purchaseOrderUid}: ${difference}`);
}

/** By SKU and warehouse: a line that Omnium has split may still be one in the shop. */
function sums(
  { lines }: Part,
  { warehouses }: PurchaseContext,
  quantity: 'ordered' | 'delivered',
): ReadonlyMap<string, number> {
  return addUp(
    lines.map((line) => ({
      sku: `${line.sku}@${warehouses.get(line.warehouseId)?.warehouseUid ?? '?'}`,
      hundredths: line[quantity],
    })),
  );
}

function itemSums({ items }: FlowPurchase, quantity: 'ordered' | 'received'): ReadonlyMap<string, number> {
  return addUp(items.map((item) => ({ sku: `${item.sku}@${item.warehouseUid}`, hundredths: item[quantity] })));
}

function compareLines({ lines }: Part, { items }: FlowPurchase, { timezone }: PurchaseContext): string[] {
  const byId = new Map(lines.map((line) => [line.lineItemId, line]));
  const twice = repeated(items.flatMap(({ lineItemId }) => lineItemId ?? []));
  return [
    ...twice.map((lineItemId) => `line ${lineItemId} is there twice`),
    ...items.flatMap((item) => {
      const line = byId.get(item.lineItemId ?? '');
      if (line === undefined) return [`line ${item.lineItemId ?? 'of the shop'} is not in Omnium`];
      const expected = line.expectedAt === undefined ? undefined : dayOf(line.expectedAt, timezone);
      return [
        ...(line.unitCents === undefined ? [] : compareCents('price', line.unitCents, item.unitCents)),
        ...compareWords('supplier’s SKU', item.supplierSku ?? NONE, line.supplierSku ?? NONE),
        ...compareWords('expected day', item.expectedDay ?? NONE, expected ?? NONE),
      ].map((difference) => `line ${line.lineItemId}, ${difference}`);
    }),
  ];
}

/** How far the goods have come; a delivery is on its way for as long as nothing of it was received. */
function statusOf(lines: readonly OmniumPurchaseLine[], { isByDelivery }: PurchaseContext): string {
  const hasReceived = lines.some(({ delivered }) => delivered > 0);
  const isDone = lines.every(({ ordered, cancelled, delivered }) => delivered + cancelled >= ordered);
  if (isDone && !isByDelivery) return hasReceived ? 'RECEIVED' : 'CLOSED';
  if (isDone && hasReceived) return 'RECEIVED';
  return hasReceived ? 'PARTIALLY_RECEIVED' : 'SENT_TO_SUPPLIER';
}

function dayOf(moment: string, timezone: string): string {
  // Sweden writes days as ISO-8601 does.
  return new Date(moment).toLocaleDateString('sv-SE', { timeZone: timezone });
}

function nameOf({ purchaseOrderUid, storeUid, status }: FlowPurchase): string {
  return `${purchaseOrderUid} is ${status} in ${storeUid}`;
}
