import { VendorHttpError } from '../../clients/errors';
import type { FlowPurchaseOrder, FlowPurchaseOrderItemWrite } from '../../clients/flow/purchase-orders';
import { compact } from '../../domain/compact';
import { ownUid } from '../../domain/own-uids';
import { isConflict } from '../shared/create-or-get';
import { SyncError } from '../shared/failures';
import { mayWrite, type SyncContext } from '../shared/sync-context';
import {
  purchaseOrderUidOf,
  uidInStore,
  type DesiredPurchaseItem,
  type DesiredPurchaseOrder,
} from './mapping/desired-purchase-order';
import {
  hasReceivedGoods,
  isFinished,
  planPurchaseOrderChanges,
  type DesiredReservations,
  type PurchaseOrderChanges,
} from './mapping/plan-purchase-order-changes';

/** Flow calls a product without a SKU so (Flow, products page). */
const NO_SKU = 'NoSku';

/** What one pass has written, over all of Flow's purchase orders that it is about. */
export class PurchaseOrderCounters {
  readonly uids = new Set<string>();
  readonly changedFields: string[] = [];
  readonly differences: string[] = [];
  created = 0;
  /** Written to, whatever it was. */
  updated = 0;
  removed = 0;
  linesAdded = 0;
  linesChanged = 0;
  linesRemoved = 0;
  linesInFlight = 0;
}

/**
 * Everything that Flow has of one purchase order of Omnium's. Its lines may have been in any shop once, and Flow finds
 * purchase orders by shop, so all shops are asked.
 */
export async function findInFlow(context: SyncContext, purchaseOrderId: string): Promise<FlowPurchaseOrder[]> {
  const { warehouses, flow } = context.tenant;
  const stores = new Set((await warehouses.all(context)).map(({ storeUid }) => storeUid));
  const lists = await Promise.all(
    [...stores].map((storeUid) => flow.purchaseOrders.list(storeUid, { externalId: purchaseOrderId }, context)),
  );
  // Lists are not known to hold lines.
  const whole = await Promise.all(
    lists.flat().map(({ storeUid, purchaseOrderUid }) => flow.purchaseOrders.get(storeUid, purchaseOrderUid, context)),
  );
  return whole.filter((order) => order !== undefined);
}

/** Whether an order of Flow's is Omnium's whole order, and not one delivery of it. */
export function isWholeOrder({ purchaseOrderUid, storeUid }: FlowPurchaseOrder, purchaseOrderId: string): boolean {
  const uid = purchaseOrderUidOf(purchaseOrderId);
  return purchaseOrderUid === uid || purchaseOrderUid === uidInStore(uid, storeUid);
}

/**
 * Takes an order back that no shop shall wait for any more: deleted, or, when goods have come in, closed or left.
 *
 * @param because for the difference, when the order is left
 * @returns whether Flow still has it
 */
export async function takeBack(
  context: SyncContext,
  order: FlowPurchaseOrder,
  because: string,
  whenReceived: 'close' | 'leave',
  counters: PurchaseOrderCounters,
): Promise<boolean> {
  const { storeUid, purchaseOrderUid, status } = order;
  if (!hasReceivedGoods(order)) {
    const change = { system: 'Flow', field: `purchaseOrders[${purchaseOrderUid}]`, from: 'there' } as const;
    try {
      if (mayWrite(context, () => [change])) {
        await context.tenant.flow.purchaseOrders.delete(storeUid, purchaseOrderUid, context);
      }
      counters.removed += 1;
      return false;
    } catch (error) {
      // Goods came in since it was read.
      if (!isConflict(error)) throw error;
    }
  }
  if (whenReceived === 'close') {
    await close(context, order, counters);
    return true;
  }
  counters.uids.add(purchaseOrderUid);
  // One that is finished is history, and is not waited for twice.
  if (!isFinished(status)) {
    counters.differences.push(`${purchaseOrderUid}: ${because}; goods came in on it, so it was left as it is`);
  }
  return true;
}

/** Closes an order, which is no purchase order to be received in a shop then. */
export async function close(
  context: SyncContext,
  { storeUid, purchaseOrderUid, status }: FlowPurchaseOrder,
  counters: PurchaseOrderCounters,
): Promise<void> {
  counters.uids.add(purchaseOrderUid);
  if (status === 'CLOSED') return;
  const field = `purchaseOrders[${purchaseOrderUid}].status`;
  if (!mayWrite(context, () => [{ system: 'Flow', field, from: status, to: 'CLOSED' }])) return;
  await context.tenant.flow.purchaseOrders.update(storeUid, purchaseOrderUid, { status: 'CLOSED' }, context);
  counters.removed += 1;
  counters.changedFields.push('status');
}

/**
 * Looks up the products of all lines that Flow does not have yet, before anything is written: a purchase order is never
 * half made, and nothing is taken back for one that cannot be made.
 *
 * @throws SyncError `FlowProductMissing`, or `UidCollision` when a product's uid is another SKU's
 */
export async function mustHaveProducts(
  context: SyncContext,
  pairs: readonly { readonly desired: DesiredPurchaseOrder; readonly existing: FlowPurchaseOrder | undefined }[],
): Promise<void> {
  const newProducts = new Map<string, string>();
  for (const { desired, existing } of pairs) {
    const there = new Set(existing?.items.map(({ productUid }) => productUid));
    for (const { code, productUid } of desired.items) if (!there.has(productUid)) newProducts.set(code, productUid);
  }
  const found = await Promise.all(
    [...newProducts].map(async ([code, productUid]) => ({
      ...{ code, productUid },
      product: await context.tenant.flow.products.get(productUid, context),
    })),
  );
  const missing = found.flatMap(({ code, product }) => (product ? [] : [code]));
  if (missing.length > 0) throw productsMissing(missing);
  for (const { code, productUid, product } of found) {
    if (product?.sku === undefined || product.sku === code || product.sku === NO_SKU) continue;
    throw new SyncError(
      'UidCollision',
      `Skus ${code} and ${product.sku} become the same Flow uid ${productUid}; rename one in Omnium`,
    );
  }
}

function productsMissing(codes: readonly string[], cause?: unknown): SyncError {
  const named = [...new Set(codes)].slice(0, 10).join(', ');
  const message = `Flow has no product for sku ${named}; export the product or mend the purchase order`;
  return new SyncError('FlowProductMissing', message, { cause });
}

/**
 * Makes an order that Flow does not have, with all its lines in one call, so that there is never half of one.
 *
 * @param takenUids uids of other orders that stay in Flow
 */
export async function createInFlow(
  context: SyncContext,
  desired: DesiredPurchaseOrder,
  takenUids: ReadonlySet<string>,
  reservations: DesiredReservations,
  counters: PurchaseOrderCounters,
): Promise<void> {
  const { baseUid, storeUid, isFirstStore, externalId, header, items } = desired;
  const purchaseOrderUid = isFirstStore && !takenUids.has(baseUid) ? baseUid : uidInStore(baseUid, storeUid);
  const present = await readInFlow(context, desired, purchaseOrderUid);
  if (present) {
    await updateInFlow(context, desired, present, reservations, counters);
    return;
  }
  counters.uids.add(purchaseOrderUid);
  const change = { system: 'Flow', field: `purchaseOrders[${purchaseOrderUid}]`, to: `${items.length} lines` } as const;
  if (!mayWrite(context, () => [change])) return;
  const lines = items.map((item) => newItem(purchaseOrderUid, item, reservations));
  const body = { purchaseOrderUid, externalId, ...header, status: 'SENT_TO_SUPPLIER', items: lines } as const;
  try {
    await context.tenant.flow.purchaseOrders.create(storeUid, body, context);
  } catch (error) {
    // Our own uid is taken: an earlier attempt wrote it and lost the answer, or it is another's, which a read shows.
    if (!isConflict(error)) throw explained(error, desired, items);
  }
  const created = await readInFlow(context, desired, purchaseOrderUid);
  if (!created) {
    throw new SyncError(
      'FlowConflict',
      `Purchase order ${purchaseOrderUid} disappeared from Flow while it was written`,
    );
  }
  counters.created += 1;
  counters.linesAdded += items.length;
  // A new order is made as sent; where Omnium knows better by now, that is written at once, and is part of making it.
  const { uids, differences } = counters;
  const ofMaking = Object.assign(new PurchaseOrderCounters(), { uids, differences });
  await updateInFlow(context, desired, created, reservations, ofMaking);
}

/** Brings the order that Flow has to what Omnium says, and writes only what differs. */
export async function updateInFlow(
  context: SyncContext,
  desired: DesiredPurchaseOrder,
  existing: FlowPurchaseOrder,
  reservations: DesiredReservations,
  counters: PurchaseOrderCounters,
): Promise<void> {
  const { purchaseOrderUid } = existing;
  const { currency } = context.tenant.config;
  const changes = planPurchaseOrderChanges(existing, desired, currency, reservations);
  counters.uids.add(purchaseOrderUid);
  counters.linesInFlight += changes.linesInFlight;
  // Where an order of Omnium's is several in Flow, a difference says in which.
  const isTheOnlyOne = purchaseOrderUid === desired.baseUid && desired.deliveryId === undefined;
  const name = (difference: string): string => (isTheOnlyOne ? difference : `${purchaseOrderUid}: ${difference}`);
  const change = { system: 'Flow', field: `purchaseOrders[${purchaseOrderUid}]`, to: 'as in Omnium' } as const;
  if (!changes.changesAnything || !mayWrite(context, () => [change])) {
    counters.differences.push(...changes.differences.map(name));
    return;
  }
  await writeChanges(context, desired, existing, changes, reservations);
  counters.updated += 1;
  counters.linesAdded += changes.itemsToAdd.length;
  counters.linesChanged += changes.itemsToUpdate.length;
  counters.linesRemoved += changes.itemsToDelete.length;
  counters.changedFields.push(...changes.changedFields);
  // What Flow did not take, without a word, is shown: the next pass would write it again for nothing.
  const now = await readInFlow(context, desired, purchaseOrderUid);
  if (!now) return;
  const again = planPurchaseOrderChanges(now, desired, currency, reservations);
  const notTaken = new Set([
    ...again.changedFields,
    ...again.itemsToAdd.map(() => 'a new line'),
    ...again.itemsToDelete.map(() => 'a removal'),
  ]);
  const kept = [...notTaken].map((field) => `${field}: Flow kept something else than what was written`);
  counters.differences.push(...[...again.differences, ...kept].map(name));
}

/**
 * The order with this uid.
 *
 * @throws SyncError `UidCollision` when it is another one's
 */
async function readInFlow(
  context: SyncContext,
  { storeUid, externalId }: DesiredPurchaseOrder,
  purchaseOrderUid: string,
): Promise<FlowPurchaseOrder | undefined> {
  const found = await context.tenant.flow.purchaseOrders.get(storeUid, purchaseOrderUid, context);
  if (!found || found.externalId === externalId) return found;
  const whose = found.externalId ? `Omnium's ${found.externalId}` : 'one that was made in Flow';
  throw new SyncError(
    'UidCollision',
    `Purchase order ${externalId} and ${whose} become the same Flow uid ${purchaseOrderUid}`,
  );
}

/**
 * Writes in the steps that Flow asks for, the status that ends it last. Every part carries a uid of ours, so that a write
 * repeated after a lost answer is refused as a duplicate instead of done twice.
 */
async function writeChanges(
  context: SyncContext,
  desired: DesiredPurchaseOrder,
  { purchaseOrderUid, status: current }: FlowPurchaseOrder,
  changes: PurchaseOrderChanges,
  reservations: DesiredReservations,
): Promise<void> {
  const { storeUid } = desired;
  const { purchaseOrders } = context.tenant.flow;
  const { header, openWith, status, itemsToAdd, itemsToUpdate, itemsToDelete } = changes;
  const first = { ...header, ...(openWith && { status: openWith }) };
  try {
    if (Object.keys(first).length > 0) await purchaseOrders.update(storeUid, purchaseOrderUid, first, context);
  } catch (error) {
    throw explained(error, desired, []);
  }
  for (const { purchaseOrderItemUid } of itemsToDelete) {
    await purchaseOrders.deleteItem(storeUid, purchaseOrderUid, purchaseOrderItemUid, context);
  }
  for (const { item, update } of itemsToUpdate) {
    await purchaseOrders.updateItem(storeUid, purchaseOrderUid, item.purchaseOrderItemUid, update, context);
  }
  for (const item of itemsToAdd) {
    try {
      await purchaseOrders.addItem(storeUid, purchaseOrderUid, newItem(purchaseOrderUid, item, reservations), context);
    } catch (error) {
      if (!isConflict(error)) throw explained(error, desired, [item]);
    }
  }
  // Where only the lines were to be changed, the order goes back to the status it had.
  const end = status ?? (openWith && isFinished(current) ? current : undefined);
  if (end && end !== openWith) await purchaseOrders.update(storeUid, purchaseOrderUid, { status: end }, context);
}

function newItem(
  purchaseOrderUid: string,
  item: DesiredPurchaseItem,
  { byLine }: DesiredReservations,
): FlowPurchaseOrderItemWrite {
  const { externalId, productUid, warehouseUid, quantityOrdered, quantityReceived } = item;
  const { unitPrice, supplierSku, expectedDeliveryDate } = item;
  return {
    purchaseOrderItemUid: ownUid(purchaseOrderUid, externalId),
    ...{ externalId, productUid, warehouseUid, quantityOrdered },
    ...(quantityReceived > 0 && { quantityReceived }),
    ...compact({ unitPrice, supplierSku, expectedDeliveryDate, reservations: byLine.get(externalId) }),
  };
}

/** Flow names a field by its place in the request; a person needs the SKU, or the setting. */
function explained(
  error: unknown,
  { header: { currency } }: DesiredPurchaseOrder,
  items: readonly DesiredPurchaseItem[],
): unknown {
  if (!(error instanceof VendorHttpError) || error.status !== 422) return error;
  const fields = error.fields.map(({ field }) => field);
  if (currency && fields.includes('currency')) {
    const message = `Flow's tenant has no foreign currency ${currency}, in which the purchase order is; add it in Flow`;
    return new SyncError('ConfigurationIncomplete', message, { cause: error });
  }
  const codes = fields.flatMap((field) => {
    const match = /^(?:items\[(\d+)\]\.)?(?:productUid|productSku)$/.exec(field);
    return (match && items[Number(match[1] ?? 0)]?.code) ?? [];
  });
  return codes.length > 0 ? productsMissing(codes, error) : error;
}
