import type { FlowReceivement } from '../../clients/flow/schemas';
import { stripToUid } from '../../domain/uid';
import type { Hundredths } from '../../domain/quantity';
import { planConfirmation } from '../../mapping/goods-reception/plan-confirmation';
import type { Attempt } from '../attempt';
import { findOrders } from '../goods-receptions/find-orders';
import type { Tenant } from '../tenants';

/** Goods of one receivement that Omnium is still to be told of. */
export interface UntoldGoods {
  readonly productUid: string;
  readonly quantity: Hundredths;
}

/**
 * What a goods reception would confirm to Omnium now: without what is confirmed already, though its workflow may still run,
 * or run again. None for goods on a purchase order that was made in the shop: their level is all that Omnium learns.
 */
export async function untoldGoods(
  work: { readonly tenant: Tenant; readonly attempt: Attempt },
  receivement: FlowReceivement,
): Promise<readonly UntoldGoods[]> {
  const { tenant, attempt } = work;
  const orders = await findOrders(work, receivement);
  if (!orders) return [];
  const { flow: flowOrder, omnium, claimedLineIds } = orders;
  const { warehouseCode } = await tenant.warehouses.resolveUid(receivement.warehouseUid, attempt);
  const transactions = await tenant.omnium.searchInventoryTransactions({ purchaseOrderId: omnium.id }, attempt);
  const order = { lines: omnium.lineItems, claimedLineIds, warehouseCode };
  const { confirmations } = planConfirmation({ receivement, flowOrder, order, transactions });
  const codes = new Map(omnium.lineItems.map(({ lineItemId, code }) => [lineItemId, code]));
  return confirmations.flatMap(({ lineItemId, quantity }) => {
    const code = codes.get(lineItemId);
    return code === undefined ? [] : [{ productUid: stripToUid(code), quantity }];
  });
}
