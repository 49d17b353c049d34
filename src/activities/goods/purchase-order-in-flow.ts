import type { FlowPurchaseOrder } from '../../clients/flow/purchase-orders';
import type { FieldChange } from '../../contracts/order-inspection';
import { uidInStore, type DesiredPurchaseOrder } from './mapping/desired-purchase-order';
import {
  changesAnything,
  planPurchaseOrderChanges,
  type PlanContext,
  type PurchaseOrderChanges,
} from './mapping/plan-purchase-order-changes';
import { SyncError } from '../shared/failures';
import { mayWrite } from '../shared/sync-context';
import type { SyncRun } from '../orders/sync-run';
import { FlowPurchaseOrderWriter } from './flow-purchase-order-writer';
import type { PurchaseOrderTally } from './purchase-order-tally';

/** What a pass works with on each of Flow's orders. */
export interface PurchaseOrderWork {
  readonly run: SyncRun;
  readonly context: PlanContext;
  readonly tally: PurchaseOrderTally;
}

/**
 * One purchase order's way into one store, within one attempt: compares and writes only what differs.
 */
export class PurchaseOrderInFlow {
  private readonly writer: FlowPurchaseOrderWriter;

  constructor(
    private readonly work: PurchaseOrderWork,
    private readonly desired: DesiredPurchaseOrder,
  ) {
    this.writer = new FlowPurchaseOrderWriter(work.run, desired, work.context.reservations);
  }

  /** @param takenUids uids of other orders that stay in Flow */
  async create(takenUids: ReadonlySet<string>): Promise<void> {
    const { run, tally } = this.work;
    const { baseUid, storeUid, isFirstStore, items } = this.desired;
    const uid = isFirstStore && !takenUids.has(baseUid) ? baseUid : uidInStore(baseUid, storeUid);
    const present = await this.read(uid);
    if (present) return await this.update(present);
    tally.uids.add(uid);
    if (!mayWrite(run, () => [{ system: 'Flow', field: `purchaseOrders[${uid}]`, to: `${items.length} lines` }]))
      return;
    await this.writer.create(uid);
    const created = await this.read(uid);
    if (!created)
      throw new SyncError('FlowConflict', `Purchase order ${uid} disappeared from Flow while it was written`);
    tally.created += 1;
    tally.linesAdded += items.length;
    await this.finish(created);
  }

  /** Brings the order that Flow has to what Omnium says. */
  async update(existing: FlowPurchaseOrder): Promise<void> {
    const { run, tally } = this.work;
    tally.uids.add(existing.purchaseOrderUid);
    const changes = this.plan(existing);
    tally.linesInFlight += changes.linesInFlight;
    if (!changesAnything(changes)) {
      tally.differences.push(...this.named(existing, changes.differences));
      return;
    }
    if (!mayWrite(run, () => describeChanges(existing, changes))) {
      tally.differences.push(...this.named(existing, changes.differences));
      return;
    }
    await this.writer.write(existing, changes);
    this.count(changes);
    await this.compareAgain(existing.purchaseOrderUid);
  }

  private plan(existing: FlowPurchaseOrder): PurchaseOrderChanges {
    return planPurchaseOrderChanges(existing, this.desired, this.work.context);
  }

  /** A new order is made as sent; if Omnium knows better by now, it is told at once. */
  private async finish(created: FlowPurchaseOrder): Promise<void> {
    const changes = this.plan(created);
    if (!changesAnything(changes)) {
      this.work.tally.differences.push(...this.named(created, changes.differences));
      return;
    }
    await this.writer.write(created, changes);
    await this.compareAgain(created.purchaseOrderUid);
  }

  /** What Flow did not take, without a word, is told: the next pass would write it again for nothing. */
  private async compareAgain(purchaseOrderUid: string): Promise<void> {
    const now = await this.read(purchaseOrderUid);
    if (!now) return;
    const { changedFields, differences, itemsToAdd, itemsToDelete } = this.plan(now);
    const notTaken = [...changedFields, ...itemsToAdd.map(() => 'a new line'), ...itemsToDelete.map(() => 'a removal')];
    const told = [...new Set(notTaken)].map((field) => `${field}: Flow kept something else than what was written`);
    this.work.tally.differences.push(...this.named(now, [...differences, ...told]));
  }

  /**
   * The order with this uid.
   *
   * @throws SyncError `UidCollision` when it is another one's
   */
  private async read(purchaseOrderUid: string): Promise<FlowPurchaseOrder | undefined> {
    const { run } = this.work;
    const { storeUid, externalId } = this.desired;
    const found = await run.tenant.flow.purchaseOrders.get(storeUid, purchaseOrderUid, run.attempt);
    if (!found || found.externalId === externalId) return found;
    const whose = found.externalId ? `Omnium's ${found.externalId}` : 'one that was made in Flow';
    throw new SyncError(
      'UidCollision',
      `Purchase order ${externalId} and ${whose} become the same Flow uid ${purchaseOrderUid}`,
    );
  }

  private count(changes: PurchaseOrderChanges): void {
    const { tally } = this.work;
    tally.updated += 1;
    tally.linesAdded += changes.itemsToAdd.length;
    tally.linesChanged += changes.itemsToUpdate.length;
    tally.linesRemoved += changes.itemsToDelete.length;
    tally.changedFields.push(...changes.changedFields);
  }

  /** Where an order of Omnium's is several in Flow, a difference says in which. */
  private named({ purchaseOrderUid }: FlowPurchaseOrder, differences: readonly string[]): string[] {
    const { baseUid, deliveryId } = this.desired;
    const isTheOnlyOne = purchaseOrderUid === baseUid && deliveryId === undefined;
    return differences.map((difference) => (isTheOnlyOne ? difference : `${purchaseOrderUid}: ${difference}`));
  }
}

/** What a plan would write, for a look. */
function describeChanges({ purchaseOrderUid }: FlowPurchaseOrder, changes: PurchaseOrderChanges): FieldChange[] {
  const field = (name: string): string => `purchaseOrders[${purchaseOrderUid}].${name}`;
  const system = 'Flow' as const;
  return [
    ...Object.keys(changes.header).map((name) => ({ system, field: field(name), to: 'as in Omnium' })),
    ...changes.itemsToAdd.map(({ externalId, quantityOrdered }) => ({
      ...{ system, field: field(`items[${externalId}].quantityOrdered`), to: quantityOrdered },
    })),
    ...changes.itemsToUpdate.flatMap(({ item, update }) =>
      Object.keys(update).map((name) => ({
        ...{ system, field: field(`items[${item.externalId ?? ''}].${name}`), to: 'as in Omnium' },
      })),
    ),
    ...changes.itemsToDelete.map(({ externalId, quantityOrdered }) => ({
      ...{ system, field: field(`items[${externalId ?? ''}].quantityOrdered`), from: quantityOrdered },
    })),
    ...(changes.status ? [{ system, field: field('status'), to: changes.status }] : []),
  ];
}
