import type { FlowOrderSummary } from '../../clients/flow/orders';
import type { FlowReceiptHit } from '../../clients/flow/receipts';
import type { OmniumOrder, UnreadableOmniumOrder } from '../../clients/omnium/orders';
import { marketIdsOf } from '../../config/connector';
import type { SweepCursor, SweepTarget, SweepWindow } from '../../contracts/sweeps';
import { compact } from '../../domain/compact';
import { routeOrder } from '../orders/mapping/omnium-order-to-flow';
import { isPastDeadline, notedUidOf } from '../orders/mapping/plan-omnium-changes';
import { holdsOnlyPrepayments } from '../orders/mapping/receipt-to-invoice';
import { isFinishedSale, isReturn, readTillOrder } from '../orders/mapping/till-to-omnium';
import { statusesOfOrdersThatAreOver } from '../orders/order-statuses';
import { flowOrdersReadOnce, inspectOrder, ownersOf } from '../orders/sync-order';
import type { SyncContext } from '../shared/sync-context';
import type { Comparison, DeltaSweep, SweepContext, SweepDocument, SweepPage } from './stream';
import { storeByStore, walkChanges } from './walks';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** How far back open orders are looked for whose pick-up deadline has passed. */
const OLDEST_OPEN_ORDER_DAYS = 90;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The cursor's mark of the second part. */
const EXPIRED = 'expired';

type FoundOrder = OmniumOrder | UnreadableOmniumOrder;

type OrderTarget = Extract<SweepTarget, { kind: 'order' }>;

/**
 * Orders of the tenant's markets that have changed in Omnium: web orders, and the tills' own that we made there. Once an
 * hour, and when somebody asks, also the open ones whose pick-up deadline has passed: Flow deletes what has expired
 * without a webhook (flow-api.md §3.7), so neither side's changes show it.
 */
export const omniumOrders: DeltaSweep<OrderTarget> = {
  async *pages(context) {
    const { window, cursor } = context;
    const { part, ...place } = cursor ?? {};
    if (part !== EXPIRED) yield* changedOrders(context, { from: window.from, cursor });
    if (!window.isAsked && !isFirstOfItsHour(window)) return;
    const from = new Date(Date.parse(window.to) - OLDEST_OPEN_ORDER_DAYS * DAY_MS).toISOString();
    const { handedOverStatus, cancelledStatus, expiredStatus } = context.tenant.config.orders.till;
    const over = await statusesOfOrdersThatAreOver(context);
    const excludedStatuses = [...new Set([handedOverStatus, cancelledStatus, expiredStatus, ...over])];
    const open = { from, cursor: part === EXPIRED ? place : undefined, excludedStatuses };
    for await (const page of changedOrders(context, open)) yield { ...page, cursor: { ...page.cursor, part: EXPIRED } };
  },
  compare: (context, { data }) => compareOrder(context, data),
};

/** Changed orders; with statuses that are left out, only those whose pick-up deadline has passed. */
async function* changedOrders(
  context: SweepContext,
  read: {
    readonly from: string;
    readonly cursor: SweepCursor | undefined;
    readonly excludedStatuses?: readonly string[];
  },
): AsyncGenerator<SweepPage<OrderTarget>, void, undefined> {
  const { from, cursor, excludedStatuses } = read;
  const { omnium, config } = context.tenant;
  const filters = { selectedMarkets: marketIdsOf(config), ...compact({ excludedStatuses }), take: PAGE };
  const changes = {
    search: async (modifiedFrom: string, page: number): Promise<readonly FoundOrder[]> =>
      (await omnium.orders.search({ modifiedFrom, page, ...filters }, context)).result,
    idOf: ({ id }: FoundOrder): string => id,
    modifiedOf: ({ modified }: FoundOrder): string | undefined => modified,
    take: PAGE,
  };
  for await (const batch of walkChanges(changes, { from, until: new Date(), cursor })) {
    const orders = excludedStatuses ? batch.documents.filter(hasExpired) : batch.documents;
    yield { documents: orders.map((order) => omniumOrderDocument(context, order)), cursor: batch.cursor };
  }
}

function hasExpired(order: FoundOrder): boolean {
  return !('isUnreadable' in order) && isPastDeadline(order, Date.now());
}

/** The look in which an hour has passed since the one before; the first look of all, too. */
function isFirstOfItsHour({ watermark, to }: SweepWindow): boolean {
  return Math.floor(Date.parse(watermark) / HOUR_MS) !== Math.floor(Date.parse(to) / HOUR_MS);
}

/**
 * An order of Omnium as a document. One that cannot be read is its owner's, who says why. One that is neither routed to a
 * till nor from one is none of ours.
 */
function omniumOrderDocument({ tenant }: Pick<SyncContext, 'tenant'>, found: FoundOrder): SweepDocument<OrderTarget> {
  const { orderNumber, id: omniumOrderId, modified: modifiedAt, ...order } = found;
  if ('isUnreadable' in order) {
    const unread = { kind: 'order' as const, orderNumber, omniumOrderId };
    return { target: unread, modifiedAt, data: unread };
  }
  const flowOrderUid = notedUidOf(order, tenant.config.settings.OMNIUM_PROPERTY_PREFIX);
  const target = { kind: 'order' as const, orderNumber, omniumOrderId, ...compact({ flowOrderUid }) };
  if (!flowOrderUid && 'skip' in routeOrder({ orderNumber, id: omniumOrderId, ...order }, tenant.config))
    return { target };
  return { target, modifiedAt, data: target };
}

/** Orders that have changed at the tills, store by store: there is no list of a whole tenant's orders. */
export const flowOrders: DeltaSweep<OrderTarget> = {
  async *pages(context) {
    const batches = storeByStore(context, (storeUid) => ({
      pages: context.tenant.flow.orders.list(storeUid, { modifiedFrom: context.window.from }, context),
      idOf: ({ orderUid }: FlowOrderSummary): string => orderUid,
      modifiedOf: ({ lastModifiedAt }: FlowOrderSummary): string | undefined => lastModifiedAt,
    }));
    for await (const { documents, cursor } of batches) yield { documents: documents.map(flowOrderDocument), cursor };
  },
  compare: (context, { data }) => compareOrder(context, data),
};

/** An order of Flow as a document. */
function flowOrderDocument(order: FlowOrderSummary): SweepDocument<OrderTarget> {
  const { orderUid: flowOrderUid, externalOrderNumber, lastModifiedAt: modifiedAt } = order;
  const target = { kind: 'order' as const, orderNumber: externalOrderNumber ?? flowOrderUid, flowOrderUid };
  return { target, modifiedAt, data: target };
}

/** Compares one order by what its sync would write now. An order of Flow that belongs to another one is that one's business. */
async function compareOrder(context: SyncContext, order: OrderTarget | undefined): Promise<Comparison> {
  if (!order) return { verdict: 'notOurs' };
  const { orderNumber, omniumOrderId, flowOrderUid } = order;
  const about = { orderNumber, ...compact({ omniumOrderId }), flowOrderUids: flowOrderUid ? [flowOrderUid] : [] };
  const inspection = await inspectOrder(context, about);
  const { verdict, storeUid } = inspection;
  if (verdict === 'in-sync') return { verdict: 'inSync', storeUid };
  if (verdict === 'not-synced') return { verdict: 'notOurs', storeUid };
  const owner = { orderNumber: inspection.orderNumber, omniumOrderId: inspection.omniumOrderId ?? omniumOrderId };
  return { verdict: 'differs', target: { kind: 'order', ...compact({ ...owner, flowOrderUid }) }, storeUid };
}

/** Receipts of the tills, oldest first, whose invoice with its file is not in Omnium although it belongs there. */
export const flowReceipts: DeltaSweep<FlowReceiptHit> = {
  async *pages(context) {
    const { tenant, window, cursor } = context;
    if (!tenant.config.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM) return;
    // A moment, and the receipts of that moment that have been read.
    const settledAtFrom = typeof cursor?.settledAtFrom === 'string' ? cursor.settledAtFrom : window.from;
    let seen = new Set(Array.isArray(cursor?.seen) ? cursor.seen.map(String) : []);
    for await (const receipts of tenant.flow.receipts.search({ settledAtFrom }, context)) {
      const fresh = receipts.filter(({ orderReceiptUid }) => !seen.has(orderReceiptUid));
      const moment = receipts.findLast(({ settledAt }) => settledAt !== undefined)?.settledAt ?? settledAtFrom;
      seen = new Set(receipts.map(({ orderReceiptUid }) => orderReceiptUid));
      const documents = fresh.map((receipt) => {
        const { orderUid: flowOrderUid, externalOrderNumber, settledAt: modifiedAt } = receipt;
        const target = { kind: 'order' as const, orderNumber: externalOrderNumber ?? flowOrderUid, flowOrderUid };
        return { target, modifiedAt, data: receipt };
      });
      yield { documents, cursor: { settledAtFrom: moment, seen: [...seen] } };
    }
  },
  compare: async (context, { data }) => (data ? await compareReceipt(context, data) : { verdict: 'notOurs' }),
};

/** Most receipts are there, which takes one call to see. The rest say themselves whether they belong into Omnium. */
async function compareReceipt(
  context: SyncContext,
  { orderReceiptUid, orderUid, storeUid }: FlowReceiptHit,
): Promise<Comparison> {
  const { tenant } = context;
  const invoice = await tenant.omnium.invoices.get(orderReceiptUid, context);
  if (invoice?.assets.some(({ assetId }) => assetId === orderReceiptUid)) return { verdict: 'inSync' };
  const read = flowOrdersReadOnce(context);
  const order = await read(orderUid);
  if (!order) return { verdict: 'notOurs' };
  // What the order says of its receipts is not asked: the receipt itself says whose money is on it.
  const receipt = await tenant.flow.receipts.get(storeUid, orderReceiptUid, context);
  if (!receipt || holdsOnlyPrepayments(receipt, order)) return { verdict: 'notOurs' };
  // An invoice goes with its order, which the tenant may want in Omnium later than its first payment.
  const isOfTill = order.externalOrderNumber === undefined && !isReturn(order);
  const { visibleFrom } = tenant.config.orders.till;
  if (isOfTill && readTillOrder(order, visibleFrom).whyNotSent !== undefined && !isFinishedSale(order))
    return { verdict: 'notOurs' };
  const owners = await ownersOf(order, read);
  const owner = owners.find(({ isOriginal }) => isOriginal) ?? owners[0];
  const orderNumber = owner?.number ?? orderUid;
  const target = { kind: 'order' as const, orderNumber, omniumOrderId: orderNumber, flowOrderUid: orderUid };
  return { verdict: 'differs', target: { ...target, receipt: { storeUid, orderReceiptUid } }, storeUid };
}
