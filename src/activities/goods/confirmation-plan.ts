import type { FlowReceivement } from '../../clients/flow/receivements';
import { planConfirmation, type ConfirmationPlan } from './mapping/plan-confirmation';
import type { Warehouse } from '../stores/warehouse-directory';
import type { OrdersOfReception } from './find-orders';
import type { VendorWork } from './reception-work';

/** A receivement with the purchase order it was made on. */
export interface ReceptionOnOrder {
  readonly receivement: FlowReceivement;
  readonly warehouse: Pick<Warehouse, 'warehouseCode'>;
  readonly orders: OrdersOfReception;
}

/**
 * What is still to be confirmed of a receivement on a purchase order of Omnium's, by what Omnium says at this moment: goods
 * that are confirmed already are not in it.
 */
export async function readConfirmationPlan(
  { tenant, attempt }: VendorWork,
  { receivement, warehouse, orders }: ReceptionOnOrder,
): Promise<ConfirmationPlan> {
  const { flow: flowOrder, omnium, claimedLineIds } = orders;
  const { warehouseCode } = warehouse;
  const transactions = await tenant.omnium.inventory.searchTransactions({ purchaseOrderId: omnium.id }, attempt);
  const order = { lines: omnium.lineItems, claimedLineIds, warehouseCode };
  return planConfirmation({ receivement, flowOrder, order, transactions });
}
