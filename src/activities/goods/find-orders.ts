import type { FlowPurchaseOrder } from '../../clients/flow/purchase-orders';
import type { FlowReceivement } from '../../clients/flow/receivements';
import type { OmniumPurchaseOrder } from '../../clients/omnium/purchase-orders';
import { SyncError } from '../shared/failures';
import type { VendorWork } from './reception-work';

/** A purchase order in both systems. */
export interface OrdersOfReception {
  readonly flow: FlowPurchaseOrder;
  readonly omnium: OmniumPurchaseOrder;
  /** Lines of Omnium's that items of Flow's purchase orders stand for: with one for each delivery, there are several. */
  readonly claimedLineIds: ReadonlySet<string>;
}

/**
 * The purchase order that goods were received on, where Omnium knows it. Undefined for a local one: goods without a
 * purchase order, one that was made in the shop, and one that has been deleted in Omnium.
 *
 * Flow's `externalId` holds Omnium's id as it is; nothing is read out of a uid.
 */
export async function findOrders(
  work: VendorWork,
  { storeUid, purchaseOrderUid }: FlowReceivement,
): Promise<OrdersOfReception | undefined> {
  const { tenant, attempt } = work;
  if (purchaseOrderUid === undefined) return undefined;
  const flow = await tenant.flow.purchaseOrders.get(storeUid, purchaseOrderUid, attempt);
  if (!flow) {
    throw new SyncError(
      'FlowReceivementNotFound',
      `Flow's store ${storeUid} has no purchase order ${purchaseOrderUid}`,
    );
  }
  const { externalId } = flow;
  if (externalId === undefined) return undefined;
  const omnium = await tenant.omnium.purchaseOrders.get(externalId, attempt);
  if (!omnium || omnium.status === DELETED) return undefined;
  return { flow, omnium, claimedLineIds: await claimedLines(work, flow, externalId) };
}

const DELETED = 'Deleted';

async function claimedLines(
  { tenant, attempt }: VendorWork,
  own: FlowPurchaseOrder,
  externalId: string,
): Promise<ReadonlySet<string>> {
  const orders = await tenant.flow.purchaseOrders.list(own.storeUid, { externalId }, attempt);
  // Lists are not known to hold lines, and the one that was received on is known already.
  const others = orders.filter(({ purchaseOrderUid }) => purchaseOrderUid !== own.purchaseOrderUid);
  const whole = await Promise.all(
    others.map(({ purchaseOrderUid }) => tenant.flow.purchaseOrders.get(own.storeUid, purchaseOrderUid, attempt)),
  );
  const items = [own, ...whole].flatMap((order) => order?.items ?? []);
  return new Set(items.flatMap(({ externalId: lineItemId }) => lineItemId ?? []));
}
