import type { FlowReceivement } from '../../clients/flow/schemas';
import { planConfirmation, type ConfirmationPlan } from '../../mapping/goods-reception/plan-confirmation';
import type { OrdersOfReception } from './find-orders';
import type { VendorWork } from './reception-work';

/**
 * What is still to be confirmed of a receivement on a purchase order of Omnium's, by what Omnium says at this moment: goods
 * that are confirmed already are not in it.
 */
export async function readConfirmationPlan(
  { tenant, attempt }: VendorWork,
  receivement: FlowReceivement,
  { flow: flowOrder, omnium, claimedLineIds }: OrdersOfReception,
): Promise<ConfirmationPlan> {
  const { warehouseCode } = await tenant.warehouses.resolveUid(receivement.warehouseUid, attempt);
  const transactions = await tenant.omnium.searchInventoryTransactions({ purchaseOrderId: omnium.id }, attempt);
  const order = { lines: omnium.lineItems, claimedLineIds, warehouseCode };
  return planConfirmation({ receivement, flowOrder, order, transactions });
}
