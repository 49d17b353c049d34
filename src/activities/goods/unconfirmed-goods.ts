import type { FlowReceivement } from '../../clients/flow/receivements';
import type { Hundredths } from '../../domain/quantity';
import { stripToUid } from '../../domain/uid';
import type { SyncContext } from '../shared/sync-context';
import { readConfirmationPlan } from './confirmation-plan';
import { findOrders } from './find-orders';

/**
 * What a goods reception would confirm to Omnium now: without what is confirmed already, though its workflow may still run,
 * or run again. None for goods on a purchase order that was made in the shop: their level is all that Omnium learns.
 */
export async function unconfirmedGoods(
  context: SyncContext,
  receivement: FlowReceivement,
): Promise<readonly { readonly productUid: string; readonly quantity: Hundredths }[]> {
  const work = { tenant: context.tenant, attempt: context };
  const orders = await findOrders(work, receivement);
  if (!orders) return [];
  const warehouse = await context.tenant.warehouses.resolveUid(receivement.warehouseUid, context);
  const { confirmations } = await readConfirmationPlan(work, { receivement, warehouse, orders });
  const codes = new Map(orders.omnium.lineItems.map(({ lineItemId, code }) => [lineItemId, code]));
  return confirmations.flatMap(({ lineItemId, quantity }) => {
    const code = codes.get(lineItemId);
    return code === undefined ? [] : [{ productUid: stripToUid(code), quantity }];
  });
}
