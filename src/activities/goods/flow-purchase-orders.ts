import { VendorHttpError } from '../../clients/errors';
import type { FlowPurchaseOrder } from '../../clients/flow/purchase-orders';
import { purchaseOrderUidOf, uidInStore } from './mapping/desired-purchase-order';
import { hasReceivedGoods, isFinished } from './mapping/purchase-order-status';
import { mayWrite } from '../shared/sync-context';
import type { SyncRun } from '../orders/sync-run';
import type { PurchaseOrderTally } from './purchase-order-tally';

/**
 * Everything that Flow has of one purchase order of Omnium's. Its lines may have been in any shop once, and Flow finds
 * purchase orders by shop, so all shops are asked.
 */
export async function findInFlow(run: SyncRun, purchaseOrderId: string): Promise<FlowPurchaseOrder[]> {
  const { flow, warehouses } = run.tenant;
  const stores = new Set((await warehouses.all(run.attempt)).map(({ storeUid }) => storeUid));
  const lists = await Promise.all(
    [...stores].map((storeUid) => flow.purchaseOrders.list(storeUid, { externalId: purchaseOrderId }, run.attempt)),
  );
  // Lists are not known to hold lines.
  const whole = await Promise.all(
    lists
      .flat()
      .map(({ storeUid, purchaseOrderUid }) => flow.purchaseOrders.get(storeUid, purchaseOrderUid, run.attempt)),
  );
  return whole.filter((order) => order !== undefined);
}

/** Whether an order of Flow's is Omnium's whole order, and not one delivery of it. */
export function isWholeOrder({ purchaseOrderUid, storeUid }: FlowPurchaseOrder, purchaseOrderId: string): boolean {
  const uid = purchaseOrderUidOf(purchaseOrderId);
  return purchaseOrderUid === uid || purchaseOrderUid === uidInStore(uid, storeUid);
}

/** How an order is taken back of which goods have come in. */
export type WhenReceived = 'close' | 'leave';

/** Why an order is taken back, and how. */
export interface TakeBack {
  /** For the difference, when the order is left. */
  readonly because: string;
  readonly whenReceived: WhenReceived;
}

/**
 * Takes an order back that no shop shall wait for any more: deleted, or, when goods have come in, closed or left.
 *
 * @returns whether Flow still has it
 */
export async function takeBack(
  run: SyncRun,
  order: FlowPurchaseOrder,
  { because, whenReceived, tally }: TakeBack & { readonly tally: PurchaseOrderTally },
): Promise<boolean> {
  const { purchaseOrderUid } = order;
  if (!hasReceivedGoods(order) && (await isDeleted(run, order))) {
    tally.removed += 1;
    return false;
  }
  tally.uids.add(purchaseOrderUid);
  if (whenReceived === 'leave') {
    // One that is finished is history, and nobody waits for it twice.
    if (!isFinished(order.status)) {
      tally.differences.push(`${purchaseOrderUid}: ${because}; goods came in on it, so it was left as it is`);
    }
    return true;
  }
  await close(run, order, tally);
  return true;
}

/** False when goods came in since it was read: Flow refuses then. */
async function isDeleted(run: SyncRun, { storeUid, purchaseOrderUid }: FlowPurchaseOrder): Promise<boolean> {
  const change = { system: 'Flow', field: `purchaseOrders[${purchaseOrderUid}]`, from: 'there' } as const;
  if (!mayWrite(run, () => [change])) return true;
  try {
    await run.tenant.flow.purchaseOrders.delete(storeUid, purchaseOrderUid, run.attempt);
    return true;
  } catch (error) {
    if (error instanceof VendorHttpError && error.status === 409) return false;
    throw error;
  }
}

/** Closes an order, which is no purchase order to be received in a shop then. */
export async function close(run: SyncRun, order: FlowPurchaseOrder, tally: PurchaseOrderTally): Promise<void> {
  const { storeUid, purchaseOrderUid, status } = order;
  tally.uids.add(purchaseOrderUid);
  if (status === 'CLOSED') return;
  const change = {
    system: 'Flow',
    field: `purchaseOrders[${purchaseOrderUid}].status`,
    from: status,
    to: 'CLOSED',
  } as const;
  if (!mayWrite(run, () => [change])) return;
  await run.tenant.flow.purchaseOrders.update(storeUid, purchaseOrderUid, { status: 'CLOSED' }, run.attempt);
  tally.removed += 1;
  tally.changedFields.push('status');
}
