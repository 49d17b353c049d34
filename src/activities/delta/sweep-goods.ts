import type { FlowReceivement } from '../../clients/flow/purchase-orders';
import type { OmniumDelivery, OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import { exportsPurchaseOrders } from '../../config/connector';
import { stockMasterOf, stockWriteRefused } from '../../config/stock-master';
import { findOrders, readConfirmationPlan } from '../goods/confirm-on-order';
import { inspectPurchaseOrder } from '../goods/sync-purchase-order';
import type { SyncContext } from '../shared/sync-context';
import { readChanges, readLevels, type FlowLevel } from '../stock/flow-levels';
import { levelsThatDiffer } from '../stock/omnium-levels';
import type { Comparison, DeltaSweep, SweepContext, SweepDocument, SweepPage } from './stream';
import { storeByStore, walkChanges, walkNewestFirst } from './walks';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** Flow takes `modifiedAfter` to be exclusive; levels of one millisecond may be on two pages. */
const TIE_MS = 1;

/**
 * Goods receptions in Flow, store by store: those whose webhook was lost, and part receipts, which have none
 * (flow-api.md §1.9).
 */
export const flowReceivements: DeltaSweep<FlowReceivement> = {
  isOverWithItsWorkflow: true,
  async *pages(context) {
    const { tenant, window } = context;
    const madeAt = ({ lastModifiedAt, createdAt }: FlowReceivement): string | undefined => lastModifiedAt ?? createdAt;
    const batches = storeByStore(context, (storeUid) => ({
      pages: tenant.flow.receivements.list(storeUid, { modifiedFrom: window.from }, context),
      idOf: ({ receivementUid }: FlowReceivement): string => receivementUid,
      modifiedOf: madeAt,
    }));
    for await (const { storeUid, documents, cursor } of batches) {
      yield {
        documents: documents.map((receivement) => ({
          target: { kind: 'goods-reception', receivementUid: receivement.receivementUid, storeUid },
          modifiedAt: madeAt(receivement),
          data: receivement,
        })),
        cursor,
      };
    }
  },
  compare: async (context, { data }) => (data ? await compareReception(context, data) : { verdict: 'notOurs' }),
};

/**
 * Compares what came in with what Omnium knows of it, in the same way as the goods reception's own workflow: on a purchase
 * order of Omnium's by the confirmations, other goods by their stock levels where Flow is the master.
 */
async function compareReception(context: SyncContext, receivement: FlowReceivement): Promise<Comparison> {
  const { tenant } = context;
  const { config } = tenant;
  const { storeUid, warehouseUid } = receivement;
  const compareLevels = async (productUids: readonly string[]): Promise<Comparison> => {
    if (productUids.length === 0 || stockWriteRefused(config, { into: 'omnium', storeUid }))
      return { verdict: 'notOurs', storeUid };
    const keys = productUids.map((productUid) => ({ productUid, warehouseUid }));
    for await (const levels of readLevels(context, keys)) {
      if ((await levelsThatDiffer(context, levels)).length > 0) return { verdict: 'differs', storeUid };
    }
    return { verdict: 'inSync', storeUid };
  };

  const orders = await findOrders(context, receivement);
  if (!orders) return await compareLevels([...new Set(receivement.items.map(({ product }) => product.productUid))]);
  if (stockMasterOf(config, storeUid) === 'omnium' && config.goods.receptionsWhereOmniumIsMaster === 'refuse')
    return { verdict: 'notOurs', storeUid };
  const { warehouseCode } = await tenant.warehouses.resolveUid(warehouseUid, context);
  const plan = await readConfirmationPlan(context, receivement, warehouseCode, orders);
  // What cannot be confirmed is only shown by the reception's own workflow, so that has to run once.
  const isDue = plan.confirmations.length + plan.withoutDelivery.length + plan.differences.length > 0;
  if (isDue) return { verdict: 'differs', storeUid };
  const { verdict } = await compareLevels(plan.unorderedProductUids);
  return { verdict: verdict === 'differs' ? 'differs' : 'inSync', storeUid };
}

/**
 * Stock that has changed in Flow, in the stores whose stock master is Flow. A document is a page of a store's changes, oldest
 * change first: one question to Omnium answers for all of it, and one that differs speaks for the whole store, whose stock
 * is then aligned from the beginning of the window on.
 */
export const flowStock: DeltaSweep<readonly FlowLevel[]> = {
  async *pages(context) {
    const { tenant, window, cursor } = context;
    const until = Date.now();
    const { storeUid: begunStoreUid = '', modifiedAfter } = cursor ?? {};
    const storeUids = (await tenant.flow.stores.list(context))
      .map(({ storeUid }) => storeUid)
      .filter((storeUid) => stockWriteRefused(tenant.config, { into: 'omnium', storeUid }) === undefined)
      .sort();
    for (const storeUid of storeUids) {
      if (storeUid < String(begunStoreUid)) continue;
      const isBegun = storeUid === begunStoreUid && typeof modifiedAfter === 'string';
      yield* changedLevels(context, storeUid, isBegun ? modifiedAfter : window.from, until);
    }
  },
  /** A level that has changed since it was listed is compared as it is now. */
  async compare(context, { target, data = [] }) {
    const storeUid = target.kind === 'stock' ? target.storeUid : undefined;
    const differing = await levelsThatDiffer(context, data);
    for await (const now of readLevels(context, differing)) {
      if ((await levelsThatDiffer(context, now)).length > 0) return { verdict: 'differs', storeUid };
    }
    return { verdict: 'inSync', storeUid };
  },
};

async function* changedLevels(
  context: SweepContext,
  storeUid: string,
  from: string,
  until: number,
): AsyncGenerator<SweepPage<readonly FlowLevel[]>, void, undefined> {
  const { tenant, window } = context;
  let modifiedAfter = from;
  for await (const levels of readChanges(context, storeUid, from)) {
    // What changes while it is read is the next look's.
    const due = levels.filter(({ lastModifiedAt }) => !(Date.parse(lastModifiedAt ?? '') > until));
    // Without warehouses of other stores that this one may only look into.
    const own = await tenant.warehouses.ofStore(storeUid, context);
    const warehouseUids = new Set(own.map(({ warehouseUid }) => warehouseUid));
    const data = due.filter(({ warehouseUid }) => warehouseUids.has(warehouseUid));
    const latest = due.at(-1)?.lastModifiedAt;
    if (latest !== undefined) modifiedAfter = new Date(Date.parse(latest) - TIE_MS).toISOString();
    const target = { kind: 'stock' as const, storeUid, since: window.from };
    const document: SweepDocument<readonly FlowLevel[]> = { target, modifiedAt: data.at(-1)?.lastModifiedAt, data };
    yield { documents: data.length > 0 ? [document] : [], cursor: { storeUid, modifiedAfter } };
    if (context.found.has(storeUid) || due.length < levels.length) break;
  }
}

/** The cursor's mark of the second part. */
const DELIVERIES = 'deliveries';

/**
 * Purchase orders that have changed in Omnium, and those whose deliveries have: a delivery can change without its purchase
 * order. Omnium's search of deliveries knows no time to begin from (omnium-api.md §7.2), so they are read from the newest
 * change on, back to the beginning of the window.
 */
export const omniumPurchaseOrders: DeltaSweep<string> = {
  async *pages(context) {
    if (!exportsPurchaseOrders(context.tenant.config.connector)) return;
    const { part, ...place } = context.cursor ?? {};
    const seen = new Set<string>();
    if (part !== DELIVERIES) yield* changedPurchaseOrders(context, seen);
    yield* changedDeliveries(context, seen, part === DELIVERIES ? place : undefined);
  },
  async compare(context, { data }) {
    if (data === undefined) return { verdict: 'notOurs' };
    const { verdict, storeUid } = await inspectPurchaseOrder(context, data);
    if (verdict === 'differs') return { verdict, storeUid };
    return { verdict: verdict === 'in-sync' ? 'inSync' : 'notOurs', storeUid };
  },
};

async function* changedPurchaseOrders(
  context: SweepContext,
  seen: Set<string>,
): AsyncGenerator<SweepPage<string>, void, undefined> {
  const { tenant, window, cursor } = context;
  const changes = {
    search: async (modifiedFrom: string, page: number): Promise<readonly OmniumPurchaseOrder[]> =>
      (await tenant.omnium.purchaseOrders.search({ modifiedFrom, page, take: PAGE }, context)).result,
    idOf: ({ id }: OmniumPurchaseOrder): string => id,
    modifiedOf: ({ modified }: OmniumPurchaseOrder): string | undefined => modified,
    take: PAGE,
  };
  for await (const batch of walkChanges(changes, { from: window.from, until: new Date(), cursor })) {
    for (const { id } of batch.documents) seen.add(id);
    yield {
      documents: batch.documents.map(({ id, modified }) => purchaseOrderDocument(id, modified)),
      cursor: batch.cursor,
    };
  }
}

/** Purchase orders of deliveries by their newest change, back to the beginning of the window. */
async function* changedDeliveries(
  context: SweepContext,
  seen: Set<string>,
  cursor: SweepContext['cursor'],
): AsyncGenerator<SweepPage<string>, void, undefined> {
  const { purchaseOrders } = context.tenant.omnium;
  const fromMs = Date.parse(context.window.from);
  async function* pages(): AsyncGenerator<readonly OmniumDelivery[], void, undefined> {
    for (let page = 0; ; page += 1) {
      const { result } = await purchaseOrders.searchDeliveries({ page, take: PAGE }, context);
      const changed = result.filter(({ modified }) => modified === undefined || Date.parse(modified) >= fromMs);
      if (changed.length > 0) yield changed;
      if (result.length < PAGE || changed.length < result.length) return;
    }
  }
  const list = {
    pages: pages(),
    idOf: ({ id }: OmniumDelivery): string => id,
    modifiedOf: ({ modified }: OmniumDelivery): string | undefined => modified,
  };
  for await (const batch of walkNewestFirst(list, cursor)) {
    const documents: SweepDocument<string>[] = [];
    for (const { id, modified } of batch.documents) {
      for (const { purchaseOrderId } of (await purchaseOrders.listDeliveryLines(id, context)) ?? []) {
        // A purchase order with several deliveries, or one that has changed itself, is compared once.
        if (purchaseOrderId === undefined || seen.has(purchaseOrderId)) continue;
        seen.add(purchaseOrderId);
        documents.push(purchaseOrderDocument(purchaseOrderId, modified));
      }
    }
    yield { documents, cursor: { ...batch.cursor, part: DELIVERIES } };
  }
}

function purchaseOrderDocument(purchaseOrderId: string, modifiedAt: string | undefined): SweepDocument<string> {
  return { target: { kind: 'purchase-order', purchaseOrderId }, modifiedAt, data: purchaseOrderId };
}
