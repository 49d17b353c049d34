import type { FlowPurchaseOrder } from '../../clients/flow/purchase-orders';
import type { OmniumExtendedPurchaseOrder } from '../../clients/omnium/purchase-orders';
import type { PurchaseOrderOutcome } from '../../contracts/kinds/purchase-order';
import { findUidCollisions } from '../../domain/uid';
import { desiredPurchaseOrders, uidInStore, type DesiredPurchaseOrder } from './mapping/desired-purchase-order';
import { orderedLines, type OrderedLine } from './mapping/ordered-lines';
import type { MarketConfig } from '../../config/types';
import { SyncError } from '../shared/failures';
import type { SyncRun } from '../orders/sync-run';
import { liveDeliveries } from './deliveries';
import { destinationsOf } from './destinations';
import { ensureSupplier } from './ensure-supplier';
import { close, findInFlow, isWholeOrder, takeBack, type TakeBack } from './flow-purchase-orders';
import { mustHaveProducts, type OrderPair } from './ordered-products';
import { PurchaseOrderInFlow } from './purchase-order-in-flow';
import { ownerOf, storeUidOf } from './purchase-order-owner';
import { PurchaseOrderTally } from './purchase-order-tally';
import { wantedReservations } from './wanted-reservations';

/** Statuses of a purchase order, lower case, that mean that nothing of it will come (omnium-api.md §7.3). */
const CANCELLED: ReadonlySet<string> = new Set(['ordercanceled', 'deleted']);

/**
 * One pass: makes one purchase order of Omnium's the same in Flow's shops, and says what was done. Reads both sides, the
 * source first, and writes only what differs; it may run any number of times.
 */
export async function syncPurchaseOrder(run: SyncRun, purchaseOrderId: string): Promise<PurchaseOrderOutcome> {
  const purchaseOrder = await run.tenant.omnium.purchaseOrders.getExtended(purchaseOrderId, run.attempt);
  const done = purchaseOrder ? await syncKnown(run, purchaseOrder) : await syncGone(run, purchaseOrderId);
  return { ...done, calls: run.attempt.calls };
}

async function syncGone(run: SyncRun, purchaseOrderId: string): Promise<PurchaseOrderOutcome> {
  const existing = await findInFlow(run, purchaseOrderId);
  if (existing.length === 0) return { action: 'skipped', reason: 'it is neither in Omnium nor in Flow' };
  return await removeAll(run, existing, { because: 'it was deleted in Omnium', whenReceived: 'close' });
}

async function removeAll(
  run: SyncRun,
  existing: readonly FlowPurchaseOrder[],
  how: TakeBack,
): Promise<PurchaseOrderOutcome> {
  const tally = new PurchaseOrderTally();
  for (const order of existing) await takeBack(run, order, { ...how, tally });
  return tally.outcome(tally.removed > 0 ? 'removed' : 'unchanged', { ...storeOf(run, existing), reason: how.because });
}

function storeOf({ attempt }: SyncRun, places: readonly { readonly storeUid: string }[]): { storeUid?: string } {
  const storeUid = places[0]?.storeUid;
  if (storeUid === undefined) return {};
  attempt.storeUid = storeUid;
  return { storeUid };
}

async function syncKnown(run: SyncRun, purchaseOrder: OmniumExtendedPurchaseOrder): Promise<PurchaseOrderOutcome> {
  const owner = await ownerOf(run, purchaseOrder);
  if ('skip' in owner) return { action: 'skipped', reason: owner.skip };
  return await new PurchaseOrderPass(run, purchaseOrder, owner.market).sync();
}

/** What Flow should have, and what it should not. */
interface Wanted {
  readonly desired: readonly DesiredPurchaseOrder[];
  readonly problems: readonly string[];
  /** Why nothing, or not all of it, goes to Flow. */
  readonly leftOut?: string;
}

class PurchaseOrderPass {
  private readonly tally = new PurchaseOrderTally();

  constructor(
    private readonly run: SyncRun,
    private readonly purchaseOrder: OmniumExtendedPurchaseOrder,
    private readonly market: MarketConfig,
  ) {}

  private get asDeliveries(): boolean {
    return this.market.properties.ExportDeliveryAsPo;
  }

  async sync(): Promise<PurchaseOrderOutcome> {
    const { run, purchaseOrder } = this;
    if (CANCELLED.has(purchaseOrder.status?.toLowerCase() ?? '')) return await this.syncCancelled();
    const wanted = await this.wanted();
    const existing = await findInFlow(run, purchaseOrder.id);
    const place = storeOf(run, wanted.desired.length > 0 ? wanted.desired : existing);
    const pairs = wanted.desired.map((desired) => ({ desired, existing: counterpartOf(desired, existing) }));
    const toDo = pairs.filter((pair) => pair.existing !== undefined || isAwaited(pair.desired));
    this.tally.differences.push(...wanted.problems);
    await mustHaveProducts(run, toDo);
    if (toDo.length > 0) await this.ensureSupplier();
    const kept = await this.takeBackOthers(existing, new Set(pairs.flatMap((pair) => pair.existing ?? [])));
    if (toDo.length === 0) return this.outcomeOfNothing(wanted, { place, existing });
    await this.bring(toDo, { existing, kept });
    return this.tally.outcome(this.action(), { ...place, ...(wanted.leftOut && { reason: wanted.leftOut }) });
  }

  /** As the status of a whole order says; of a delivery, as for one that is gone. */
  private async syncCancelled(): Promise<PurchaseOrderOutcome> {
    const { run, purchaseOrder, tally } = this;
    const existing = await findInFlow(run, purchaseOrder.id);
    if (existing.length === 0) return { action: 'skipped', reason: 'it was cancelled before it reached Flow' };
    const reason = 'it was cancelled in Omnium';
    for (const order of existing) {
      if (isWholeOrder(order, purchaseOrder.id) && !this.asDeliveries) await close(run, order, tally);
      else await takeBack(run, order, { because: reason, whenReceived: 'close', tally });
    }
    return tally.outcome(tally.removed > 0 ? 'removed' : 'unchanged', { ...storeOf(run, existing), reason });
  }

  private async wanted(): Promise<Wanted> {
    const { run, purchaseOrder, market } = this;
    const { config } = run.tenant;
    const { lines, problems } = orderedLines(purchaseOrder, market.properties);
    mustNotCollide(
      'Skus',
      lines.map(({ code }) => code),
    );
    if (this.asDeliveries)
      mustNotCollide(
        'Deliveries',
        lines.flatMap((line) => line.deliveryId ?? []),
      );
    const { byCode, outside } = await destinationsOf(run, lines);
    const deliveries = this.asDeliveries ? await liveDeliveries(run, lines) : undefined;
    const ownStoreUid = purchaseOrder.storeId && (await storeUidOf(run, purchaseOrder.storeId));
    const desired = desiredPurchaseOrders(purchaseOrder, {
      ...{ lines, destinations: byCode, tenantCurrency: config.currency, timezone: config.timezone },
      ...(ownStoreUid && { ownStoreUid }),
      ...(deliveries && { deliveries }),
    });
    const leftOut = whatIsLeftOut({ lines, outside, asDeliveries: this.asDeliveries });
    return { desired, problems: [...problems, ...withoutWarehouse(lines)], ...(leftOut && { leftOut }) };
  }

  /** Orders of Flow's that nothing in Omnium stands for any more; returns those that stay nevertheless. */
  private async takeBackOthers(
    existing: readonly FlowPurchaseOrder[],
    matched: ReadonlySet<FlowPurchaseOrder>,
  ): Promise<FlowPurchaseOrder[]> {
    const { run, purchaseOrder, tally } = this;
    const kept: FlowPurchaseOrder[] = [...matched];
    for (const order of existing) {
      if (matched.has(order)) continue;
      const isOfOtherMode = isWholeOrder(order, purchaseOrder.id) === this.asDeliveries;
      const how: TakeBack = isOfOtherMode
        ? { because: 'made before ExportDeliveryAsPo was switched', whenReceived: 'leave' }
        : { because: 'nothing of it comes to this store any more', whenReceived: 'close' };
      if (await takeBack(run, order, { ...how, tally })) kept.push(order);
    }
    return kept;
  }

  private async ensureSupplier(): Promise<void> {
    const { changedFields, differences } = await ensureSupplier(this.run, this.purchaseOrder);
    this.tally.changedFields.push(...changedFields);
    this.tally.differences.push(...differences);
  }

  private async bring(
    pairs: readonly OrderPair[],
    {
      existing,
      kept,
    }: { readonly existing: readonly FlowPurchaseOrder[]; readonly kept: readonly FlowPurchaseOrder[] },
  ): Promise<void> {
    const { run, purchaseOrder, tally } = this;
    const reservations = await wantedReservations(run, purchaseOrder, existing);
    const context = { tenantCurrency: run.tenant.config.currency, reservations };
    const takenUids = new Set(kept.map(({ purchaseOrderUid }) => purchaseOrderUid));
    for (const pair of pairs) {
      const inFlow = new PurchaseOrderInFlow({ run, context, tally }, pair.desired);
      if (pair.existing) await inFlow.update(pair.existing);
      else await inFlow.create(takenUids);
    }
  }

  private outcomeOfNothing(
    { desired, leftOut }: Wanted,
    about: { readonly place: { storeUid?: string }; readonly existing: readonly FlowPurchaseOrder[] },
  ): PurchaseOrderOutcome {
    const { tally } = this;
    const reason =
      desired.length > 0
        ? 'everything was received or cancelled before it reached Flow'
        : (leftOut ?? 'it has no lines');
    if (tally.removed > 0) return tally.outcome('removed', { ...about.place, reason });
    return tally.outcome(about.existing.length > 0 ? 'unchanged' : 'skipped', { ...about.place, reason });
  }

  private action(): PurchaseOrderOutcome['action'] {
    if (this.tally.created > 0) return 'created';
    return this.tally.hasWritten ? 'updated' : 'unchanged';
  }
}

/** Flow's order for the same goods in the same store, under either uid it may have got there. */
function counterpartOf(
  { baseUid, storeUid }: DesiredPurchaseOrder,
  existing: readonly FlowPurchaseOrder[],
): FlowPurchaseOrder | undefined {
  const uids = [baseUid, uidInStore(baseUid, storeUid)];
  return existing.find((order) => order.storeUid === storeUid && uids.includes(order.purchaseOrderUid));
}

/** Whether the shop has anything to do with it; an order that is over before it reached Flow is no news there. */
function isAwaited({ items }: DesiredPurchaseOrder): boolean {
  return items.some((item) => item.quantityReceived + item.quantityCancelled < item.quantityOrdered);
}

/** @throws SyncError `UidCollision` */
function mustNotCollide(what: string, ids: readonly string[]): void {
  const [collision] = findUidCollisions(ids);
  if (!collision) return;
  throw new SyncError(
    'UidCollision',
    `${what} ${collision.ids.join(' and ')} become the same Flow uid ${collision.uid}; rename one in Omnium`,
  );
}

function withoutWarehouse(lines: readonly OrderedLine[]): string[] {
  return lines.flatMap(({ warehouseCode, lineItemId }) =>
    warehouseCode === undefined ? [`items[${lineItemId}]: names no warehouse, and the purchase order no store`] : [],
  );
}

function whatIsLeftOut(about: {
  readonly lines: readonly OrderedLine[];
  readonly outside: readonly string[];
  readonly asDeliveries: boolean;
}): string | undefined {
  const { lines, outside, asDeliveries } = about;
  if (outside.length > 0) return `goods for ${outside.slice(0, 5).join(', ')} go to no shop of Flow's`;
  const waiting = asDeliveries ? lines.filter(({ deliveryId }) => deliveryId === undefined).length : 0;
  return waiting > 0 ? `${waiting} lines are in no delivery yet` : undefined;
}
