import type { FlowOrder } from '../../clients/flow/orders';
import { isPrepayment } from './mapping/till-payments';

/**
 * The receipts of an order that belong into Omnium as invoices: one for each time something was paid or exchanged in the
 * shop, an even exchange included. A receipt that holds nothing but pre-payments of the web shop is none of them, as
 * Omnium has told us of that money itself (design.md §5).
 */
export function receiptsDue(order: FlowOrder): { readonly storeUid: string; readonly orderReceiptUid: string }[] {
  const taken = order.settlements.filter((settlement) => !isPrepayment(order.orderUid, settlement));
  const uids = new Set(taken.flatMap(({ orderReceiptUid }) => orderReceiptUid ?? []));
  return [...uids].map((orderReceiptUid) => ({ storeUid: order.storeUid, orderReceiptUid }));
}
