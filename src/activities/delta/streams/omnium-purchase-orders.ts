import type { OmniumDelivery, OmniumPurchaseOrder } from '../../../clients/omnium/purchase-orders';
import { exportsPurchaseOrders } from '../../../config/connector';
import type { Attempt } from '../../shared/sync-context';
import { inspectPurchaseOrder } from '../../goods/sync-purchase-order';
import type { Look, StreamDocument, StreamPage, StreamRead, StreamReader } from '../sweep-stream';
import { walkChanges } from './walk-changes';
import { walkNewestFirst } from './walk-newest-first';

/** Omnium's most per page (omnium-api.md §2). */
const PAGE = 100;

/** The cursor's mark of the second part. */
const DELIVERIES = 'deliveries';

/**
 * Purchase orders that have changed in Omnium, and those whose deliveries have: a delivery can change without its purchase
 * order. Omnium's search of deliveries knows no time to begin from (omnium-api.md §7.2), so they are read from the newest
 * change on, back to the beginning of the window.
 */
export const readOmniumPurchaseOrders: StreamReader = async function* (read) {
  if (!exportsPurchaseOrders(read.tenant.config.connector)) return;
  const { part, ...place } = read.cursor ?? {};
  const seen = new Set<string>();
  if (part !== DELIVERIES) yield* readOrders(read, seen);
  yield* readDeliveries(read, seen, part === DELIVERIES ? place : undefined);
};

async function* readOrders(
  { tenant, attempt, window, cursor }: StreamRead,
  seen: Set<string>,
): AsyncGenerator<StreamPage, void, undefined> {
  const changes = {
    search: async (modifiedFrom: string, page: number): Promise<readonly OmniumPurchaseOrder[]> =>
      (await tenant.omnium.purchaseOrders.search({ modifiedFrom, page, take: PAGE }, attempt)).result,
    idOf: ({ id }: OmniumPurchaseOrder): string => id,
    modifiedOf: ({ modified }: OmniumPurchaseOrder): string | undefined => modified,
    take: PAGE,
  };
  for await (const batch of walkChanges(changes, { from: window.from, until: new Date(), cursor })) {
    for (const { id } of batch.documents) seen.add(id);
    const documents = batch.documents.map(({ id, modified }) => purchaseOrderDocument({ tenant }, id, modified));
    yield { documents, cursor: batch.cursor };
  }
}

async function* readDeliveries(
  read: StreamRead,
  seen: Set<string>,
  cursor: StreamRead['cursor'],
): AsyncGenerator<StreamPage, void, undefined> {
  const { tenant, attempt } = read;
  const list = {
    pages: changedDeliveries(read),
    idOf: ({ id }: OmniumDelivery): string => id,
    modifiedOf: ({ modified }: OmniumDelivery): string | undefined => modified,
  };
  for await (const batch of walkNewestFirst(list, cursor)) {
    const documents: StreamDocument[] = [];
    for (const { id, modified } of batch.documents) {
      const lines = (await tenant.omnium.purchaseOrders.listDeliveryLines(id, attempt)) ?? [];
      for (const { purchaseOrderId } of lines) {
        // A purchase order with several deliveries, or one that has changed itself, is looked at once.
        if (purchaseOrderId === undefined || seen.has(purchaseOrderId)) continue;
        seen.add(purchaseOrderId);
        documents.push(purchaseOrderDocument(read, purchaseOrderId, modified));
      }
    }
    yield { documents, cursor: { ...batch.cursor, part: DELIVERIES } };
  }
}

/** Deliveries by their newest change, back to the beginning of the window. */
async function* changedDeliveries({
  tenant,
  attempt,
  window,
}: StreamRead): AsyncGenerator<readonly OmniumDelivery[], void, undefined> {
  const fromMs = Date.parse(window.from);
  for (let page = 0; ; page += 1) {
    const { result } = await tenant.omnium.purchaseOrders.searchDeliveries({ page, take: PAGE }, attempt);
    const changed = result.filter(({ modified }) => modified === undefined || Date.parse(modified) >= fromMs);
    if (changed.length > 0) yield changed;
    if (result.length < PAGE || changed.length < result.length) return;
  }
}

function purchaseOrderDocument(
  { tenant }: Pick<StreamRead, 'tenant'>,
  purchaseOrderId: string,
  modifiedAt: string | undefined,
): StreamDocument {
  const target = { kind: 'purchase-order' as const, purchaseOrderId };
  const look = async (attempt: Attempt): Promise<Look> => {
    const { verdict, storeUid } = await inspectPurchaseOrder({ ...attempt, tenant }, purchaseOrderId);
    const store = storeUid === undefined ? {} : { storeUid };
    if (verdict === 'differs') return { verdict, target, ...store };
    return { verdict: verdict === 'in-sync' ? 'inSync' : 'notOurs', ...store };
  };
  return { target, modifiedAt, look };
}
