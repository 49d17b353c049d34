import type { FlowReceivement } from '../../clients/flow/receivements';
import { stripToUid } from '../../domain/uid';
import type { Hundredths } from '../../domain/quantity';
import { readConfirmationPlan } from '../goods/confirmation-plan';
import { findOrders } from '../goods/find-orders';
import type { VendorWork } from '../goods/reception-work';

/** Goods of one receivement that Omnium is still to be told of. */
export interface UntoldGoods {
  readonly productUid: string;
  readonly quantity: Hundredths;
}

/**
 * What a goods reception would confirm to Omnium now: without what is confirmed already, though its workflow may still run,
 * or run again. None for goods on a purchase order that was made in the shop: their level is all that Omnium learns.
 */
export async function untoldGoods(work: VendorWork, receivement: FlowReceivement): Promise<readonly UntoldGoods[]> {
  const orders = await findOrders(work, receivement);
  if (!orders) return [];
  const warehouse = await work.tenant.warehouses.resolveUid(receivement.warehouseUid, work.attempt);
  const { confirmations } = await readConfirmationPlan(work, { receivement, warehouse, orders });
  const codes = new Map(orders.omnium.lineItems.map(({ lineItemId, code }) => [lineItemId, code]));
  return confirmations.flatMap(({ lineItemId, quantity }) => {
    const code = codes.get(lineItemId);
    return code === undefined ? [] : [{ productUid: stripToUid(code), quantity }];
  });
}
