import { Context } from '@temporalio/activity';
import type { FlowPurchaseOrder } from '../../clients/flow/purchase-orders';
import type { OmniumExtendedPurchaseOrder } from '../../clients/omnium/purchase-orders';
import type { MarketConfig } from '../../config/types';
import { concernsRecord } from '../../contracts/failure-types';
import type { FieldChange } from '../../contracts/order-inspection';
import {
  purchaseOrderKind,
  type PurchaseOrderInspection,
  type PurchaseOrderOutcome,
  type SyncPurchaseOrderInput,
} from '../../contracts/kinds/purchase-order';
import { compact } from '../../domain/compact';
import { distinctNames } from '../../domain/distinct-names';
import { findUidCollisions } from '../../domain/uid';
import type { Publisher } from '../../temporal/publisher';
import { failureTypeOf, SyncError } from '../shared/failures';
import { mustStayAbsent, runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { desiredReservations } from './desired-reservations';
import { ensureSupplier } from './ensure-supplier';
import { desiredPurchaseOrders, uidInStore, type DesiredPurchaseOrder } from './mapping/desired-purchase-order';
import { orderedLines } from './mapping/ordered-lines';
import { destinationsOf, marketOfPurchaseOrder, storeUidOf } from './purchase-order-places';
import {
  close,
  createInFlow,
  findInFlow,
  isWholeOrder,
  mustHaveProducts,
  PurchaseOrderCounters,
  takeBack,
  updateInFlow,
} from './write-purchase-order';

/** Statuses of a purchase order, lower case, that mean that nothing of it will come (omnium-api.md §7.3). */
const CANCELLED: ReadonlySet<string> = new Set(['ordercanceled', 'deleted']);

/** Statuses of a delivery, lower case, that is not waited for any more (omnium-api.md §7.3). */
const DELIVERY_OVER: ReadonlySet<string> = new Set(['cancelled', 'canceled', 'ordercanceled', 'deleted']);

/**
 * The activity of purchase orders. It converges: it may run any number of times. Of a delivery, the workflows of the
 * purchase orders it belongs to are notified.
 */
export function createPurchaseOrderActivities(
  tenants: TenantRegistry,
  publisher: Publisher,
): {
  syncPurchaseOrder(input: SyncPurchaseOrderInput): Promise<PurchaseOrderOutcome>;
} {
  return {
    syncPurchaseOrder: (input) =>
      runSync(tenants, input, async (context) => {
        if (!('deliveryId' in input)) return await syncPurchaseOrder(context, input.purchaseOrderId);
        // Names this pass, so that an attempt that notifies again what an earlier one has notified is one event.
        const eventId = `delivery:${Context.current().info.workflowExecution?.runId ?? ''}:${input.pass}`;
        return await notifyPurchaseOrders(context, publisher, input.deliveryId, eventId);
      }),
  };
}

/** Notifies the workflows of the purchase orders whose lines a delivery holds that the delivery has changed. */
async function notifyPurchaseOrders(
  context: SyncContext,
  publisher: Publisher,
  deliveryId: string,
  eventId: string,
): Promise<PurchaseOrderOutcome> {
  const { omnium, config } = context.tenant;
  const lines = await omnium.purchaseOrders.listDeliveryLines(deliveryId, context);
  const ids = [...new Set((lines ?? []).flatMap(({ purchaseOrderId }) => purchaseOrderId ?? []))];
  const { calls } = context;
  if (!lines) return { action: 'skipped', reason: 'it is not in Omnium', calls };
  if (ids.length === 0) return { action: 'skipped', reason: 'it holds no lines of a purchase order', calls };
  const event = { eventId, source: 'omnium', what: `Delivery ${deliveryId}`.slice(0, 100) } as const;
  for (const purchaseOrderId of ids) {
    await publisher.publish(purchaseOrderKind, { tenantUid: config.tenantUid, purchaseOrderId }, event);
  }
  return { action: 'forwarded', purchaseOrders: ids.length, calls };
}

/**
 * What a sync of the purchase order would do now, found by the sync's own code with every write left out. Goods whose
 * reception is on its way to Omnium are no difference.
 *
 * @throws what the vendors' clients throw while a vendor cannot be reached; what is wrong with the purchase order itself
 *   is shown as `differs`
 */
export async function inspectPurchaseOrder(
  context: SyncContext,
  purchaseOrderId: string,
): Promise<PurchaseOrderInspection> {
  const dryRun: FieldChange[] = [];
  const looking: SyncContext = { ...context, dryRun };
  let verdict: PurchaseOrderInspection['verdict'] = 'differs';
  try {
    const { action } = await syncPurchaseOrder(looking, purchaseOrderId);
    if (dryRun.length === 0) verdict = action === 'skipped' ? 'not-ours' : 'in-sync';
  } catch (error) {
    if (!concernsRecord(failureTypeOf(error))) throw error;
  }
  return { verdict, ...compact({ storeUid: looking.storeUid }) };
}

/**
 * One pass: makes one purchase order of Omnium's the same in Flow's shops, and says what was done. Reads both sides, the
 * source first, and writes only what differs; it may run any number of times.
 */
async function syncPurchaseOrder(context: SyncContext, purchaseOrderId: string): Promise<PurchaseOrderOutcome> {
  const purchaseOrder = await context.tenant.omnium.purchaseOrders.getExtended(purchaseOrderId, context);
  const done = purchaseOrder
    ? await syncKnown(context, purchaseOrder)
    : await removeAll(context, purchaseOrderId, 'it was deleted in Omnium');
  return { ...done, calls: context.calls };
}

async function syncKnown(
  context: SyncContext,
  purchaseOrder: OmniumExtendedPurchaseOrder,
): Promise<PurchaseOrderOutcome> {
  const market = await marketOfPurchaseOrder(context, purchaseOrder);
  if ('skip' in market) return { action: 'skipped', reason: market.skip };
  const { ExportDeliveryAsPo: asDeliveries } = market.properties;
  if (CANCELLED.has(purchaseOrder.status?.toLowerCase() ?? '')) {
    return await removeAll(context, purchaseOrder.id, 'it was cancelled in Omnium', !asDeliveries);
  }
  const { desired, problems, leftOut } = await readDesired(context, purchaseOrder, market);
  const existing = await findInFlow(context, purchaseOrder.id);
  // By the first store that goods go to, the page and a failure can be found.
  const place = desired[0] ?? existing[0];
  if (place) context.storeUid = place.storeUid;
  const counters = new PurchaseOrderCounters();
  counters.differences.push(...problems);

  // The shop has nothing to do with an order that is over before it reached Flow.
  const pairs = desired.map((one) => ({ desired: one, existing: counterpartOf(one, existing) }));
  const toDo = pairs.filter(
    (pair) =>
      pair.existing !== undefined ||
      pair.desired.items.some((item) => item.quantityReceived + item.quantityCancelled < item.quantityOrdered),
  );
  await mustHaveProducts(context, toDo);
  if (toDo.length > 0) {
    const supplier = await ensureSupplier(context, purchaseOrder);
    counters.changedFields.push(...supplier.changedFields);
    counters.differences.push(...supplier.differences);
  }

  // Orders of Flow's that nothing in Omnium stands for any more.
  const takenUids = new Set(pairs.flatMap((pair) => pair.existing?.purchaseOrderUid ?? []));
  for (const order of existing) {
    if (pairs.some((pair) => pair.existing === order)) continue;
    const isOfOtherMode = isWholeOrder(order, purchaseOrder.id) === asDeliveries;
    const because = isOfOtherMode
      ? 'made before ExportDeliveryAsPo was switched'
      : 'nothing of it comes to this store any more';
    const isLeft = await takeBack(context, order, because, isOfOtherMode ? 'leave' : 'close', counters);
    if (isLeft) takenUids.add(order.purchaseOrderUid);
  }
  if (toDo.length === 0) {
    const over = 'everything was received or cancelled before it reached Flow';
    const reason = desired.length > 0 ? over : (leftOut ?? 'it has no lines');
    const action = existing.length > 0 ? 'unchanged' : 'skipped';
    return outcomeOf(context, counters, counters.removed > 0 ? 'removed' : action, reason);
  }

  const reservations = await desiredReservations(context, purchaseOrder, existing);
  for (const pair of toDo) {
    if (pair.existing) await updateInFlow(context, pair.desired, pair.existing, reservations, counters);
    else await createInFlow(context, pair.desired, takenUids, reservations, counters);
  }
  const hasWritten = counters.updated + counters.removed + counters.changedFields.length > 0;
  const action = counters.created > 0 ? 'created' : hasWritten ? 'updated' : 'unchanged';
  return outcomeOf(context, counters, action, leftOut);
}

/**
 * Takes back all that Flow has of a purchase order.
 *
 * @param closesWhole a whole order is closed, as its status says; one delivery is taken back; absent = Omnium does not know it
 */
async function removeAll(
  context: SyncContext,
  purchaseOrderId: string,
  because: string,
  closesWhole?: boolean,
): Promise<PurchaseOrderOutcome> {
  const existing = await findInFlow(context, purchaseOrderId);
  const [first] = existing;
  if (!first) {
    const isGone = closesWhole === undefined;
    const reason = isGone ? 'it is neither in Omnium nor in Flow' : 'it was cancelled before it reached Flow';
    return { action: 'skipped', reason };
  }
  if (closesWhole === undefined) mustStayAbsent(context, 'this purchase order');
  const counters = new PurchaseOrderCounters();
  for (const order of existing) {
    if (closesWhole && isWholeOrder(order, purchaseOrderId)) await close(context, order, counters);
    else await takeBack(context, order, because, 'close', counters);
  }
  context.storeUid = first.storeUid;
  return outcomeOf(context, counters, counters.removed > 0 ? 'removed' : 'unchanged', because);
}

/**
 * What Flow should have; problems of single lines; why nothing, or not all of it, goes to Flow.
 *
 * @throws SyncError `UidCollision`
 */
async function readDesired(
  context: SyncContext,
  purchaseOrder: OmniumExtendedPurchaseOrder,
  { properties }: MarketConfig,
): Promise<{
  readonly desired: readonly DesiredPurchaseOrder[];
  readonly problems: readonly string[];
  readonly leftOut: string | undefined;
}> {
  const { omnium, config } = context.tenant;
  const { lines, problems } = orderedLines(purchaseOrder, properties);
  const deliveryIds = properties.ExportDeliveryAsPo ? lines.flatMap((line) => line.deliveryId ?? []) : [];
  const codes = lines.map(({ code }) => code);
  for (const [what, ids] of Object.entries({ Skus: codes, Deliveries: deliveryIds })) {
    const [collision] = findUidCollisions(ids);
    if (!collision) continue;
    throw new SyncError(
      'UidCollision',
      `${what} ${collision.ids.join(' and ')} become the same Flow uid ${collision.uid}; rename one in Omnium`,
    );
  }
  const { byCode, outside } = await destinationsOf(context, lines);
  const deliveries = new Map<string, { readonly estimatedTimeOfArrival?: string }>();
  for (const deliveryId of new Set(deliveryIds)) {
    const delivery = await omnium.purchaseOrders.getDelivery(deliveryId, context);
    if (!delivery || DELIVERY_OVER.has(delivery.deliveryStatus?.toLowerCase() ?? '')) continue;
    const { estimatedTimeOfArrival } = delivery;
    deliveries.set(deliveryId, compact({ estimatedTimeOfArrival }));
  }
  const ownStoreUid = purchaseOrder.storeId && (await storeUidOf(context, purchaseOrder.storeId));
  const desired = desiredPurchaseOrders(purchaseOrder, {
    ...{ lines, destinations: byCode, tenantCurrency: config.currency, timezone: config.timezone },
    ...(ownStoreUid && { ownStoreUid }),
    ...(properties.ExportDeliveryAsPo && { deliveries }),
  });
  const withoutWarehouse = lines
    .filter(({ warehouseCode }) => warehouseCode === undefined)
    .map(({ lineItemId }) => `items[${lineItemId}]: names no warehouse, and the purchase order no store`);
  const waiting = properties.ExportDeliveryAsPo ? lines.length - deliveryIds.length : 0;
  let leftOut = waiting > 0 ? `${waiting} lines are in no delivery yet` : undefined;
  if (outside.length > 0) leftOut = `goods for ${outside.slice(0, 5).join(', ')} go to no shop of Flow's`;
  return { desired, problems: [...problems, ...withoutWarehouse], leftOut };
}

/** Flow's order for the same goods in the same store, under either uid it may have got there. */
function counterpartOf(
  { baseUid, storeUid }: DesiredPurchaseOrder,
  existing: readonly FlowPurchaseOrder[],
): FlowPurchaseOrder | undefined {
  const uids = [baseUid, uidInStore(baseUid, storeUid)];
  return existing.find((order) => order.storeUid === storeUid && uids.includes(order.purchaseOrderUid));
}

function outcomeOf(
  { storeUid }: SyncContext,
  counters: PurchaseOrderCounters,
  action: PurchaseOrderOutcome['action'],
  reason: string | undefined,
): PurchaseOrderOutcome {
  const shown = (names: Iterable<string>): readonly string[] | undefined => {
    const distinct = distinctNames([...names]);
    return distinct.length > 0 ? distinct : undefined;
  };
  const { linesAdded, linesChanged, linesRemoved, linesInFlight } = counters;
  return {
    action,
    ...compact({
      storeUid,
      reason,
      flowPurchaseOrderUids: shown(counters.uids),
      linesAdded: linesAdded || undefined,
      linesChanged: linesChanged || undefined,
      linesRemoved: linesRemoved || undefined,
      linesInFlight: linesInFlight || undefined,
      changedFields: shown(counters.changedFields),
      differences: shown(counters.differences),
    }),
  };
}
