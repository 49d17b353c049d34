import type { FlowReceipt } from '../../../clients/flow/receipts';
import type { SweepTarget } from '../../../contracts/sweep-messages';
import type { Attempt } from '../../shared/sync-context';
import { receiptsDue } from '../../orders/mapping/receipt-to-invoice';
import { flowOrdersReadOnce, ownersOf } from '../../orders/sync-order';
import type { Tenant } from '../../tenants';
import type { Look, StreamDocument, StreamRead, StreamReader } from '../sweep-stream';
import { placeInReceipts } from './place-in-receipts';

/** Receipts of the tills, oldest first, whose invoice with its file is not in Omnium although it belongs there. */
export const readFlowReceipts: StreamReader = async function* (read) {
  const { tenant, attempt, window } = read;
  if (!tenant.config.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM) return;
  const place = placeInReceipts(read.cursor, window.from);
  let seen = new Set(place.seen);
  for await (const receipts of tenant.flow.receipts.search({ settledAtFrom: place.settledAtFrom }, attempt)) {
    const fresh = receipts.filter(({ orderReceiptUid }) => !seen.has(orderReceiptUid));
    const moment = receipts.findLast(({ settledAt }) => settledAt !== undefined)?.settledAt ?? place.settledAtFrom;
    seen = new Set(receipts.map(({ orderReceiptUid }) => orderReceiptUid));
    yield {
      documents: fresh.map((receipt) => receiptDocument(read, receipt)),
      cursor: { settledAtFrom: moment, seen: [...seen] },
    };
  }
};

function receiptDocument({ tenant }: StreamRead, receipt: FlowReceipt): StreamDocument {
  const { orderUid, externalOrderNumber, settledAt } = receipt;
  const target = { kind: 'order' as const, orderNumber: externalOrderNumber ?? orderUid, flowOrderUid: orderUid };
  return { target, modifiedAt: settledAt, look: (attempt) => lookAtReceipt(tenant, receipt, attempt) };
}

/** Most receipts are there, which takes one call to see. Of the rest, the order says whether they belong into Omnium. */
export async function lookAtReceipt(
  tenant: Tenant,
  receipt: Pick<FlowReceipt, 'orderUid' | 'orderReceiptUid' | 'storeUid'>,
  attempt: Attempt,
): Promise<Look> {
  const { orderReceiptUid, orderUid, storeUid } = receipt;
  const invoice = await tenant.omnium.invoices.get(orderReceiptUid, attempt);
  if (invoice?.assets.some(({ assetId }) => assetId === orderReceiptUid)) return { verdict: 'inSync' };
  const read = flowOrdersReadOnce({ ...attempt, tenant });
  const order = await read(orderUid);
  const isDue = order && receiptsDue(order).some((due) => due.orderReceiptUid === orderReceiptUid);
  if (!isDue) return { verdict: 'notOurs' };
  const owners = await ownersOf(order, read);
  const owner = owners.find(({ isOriginal }) => isOriginal) ?? owners[0];
  const orderNumber = owner?.number ?? orderUid;
  const target: SweepTarget = { kind: 'order', orderNumber, omniumOrderId: orderNumber, flowOrderUid: orderUid };
  return { verdict: 'differs', target, storeUid };
}
