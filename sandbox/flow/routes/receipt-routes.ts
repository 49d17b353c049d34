import { z } from 'zod';

import { optional, optionalFlag, optionalText, optionalTimestamp, readBody } from '../fields';
import { receiptDocument } from '../orders/order-document';
import { type Receipt } from '../orders/order-model';
import { renderReceiptPdf } from '../orders/receipt-pdf';
import { notFound } from '../problem';
import { type Audited } from '../store/collection';
import {
  type Answer,
  type Call,
  type FlowRoute,
  listAnswer,
  ok,
  queryText,
  type StoreCall,
  storeRoute,
  tenantRoute,
} from './route';

const texts = optional(z.array(z.string('must be a text')));
const receiptSearch = z.strictObject({
  storeUids: texts,
  organizationUids: texts,
  customerQuery: optionalText,
  customerUids: texts,
  settledAtFrom: z.union([z.literal(''), optionalTimestamp]).optional(),
  settledAtTo: z.union([z.literal(''), optionalTimestamp]).optional(),
  orderNumber: optionalText,
  voucherNumber: optionalText,
  voucherNumbers: texts,
  productSkus: texts,
  tenantUserUids: texts,
  orderStatuses: texts,
  orderStates: texts,
  settleStates: texts,
  deliveryStates: texts,
  query: optionalText,
  onlyUnpaid: optionalFlag,
});
type ReceiptSearch = z.output<typeof receiptSearch>;

/** Receipts with their PDF (§3.7). */
export function receiptRoutes(): FlowRoute[] {
  return [
    tenantRoute('POST /receipts/search', searchReceipts),
    storeRoute('GET /receipts', (call) => {
      const { receipts } = call.tenant;
      const { storeUid } = call.store;
      const byTime = sortsByTime(call) ? receipts.byLastChange('storeUid', storeUid) : undefined;
      return listAnswer(call, byTime ?? receipts.find('storeUid', storeUid), (receipt) =>
        receiptDocument(call.tenant, receipt),
      );
    }),
    storeRoute('GET /receipts/:uid', (call) => ok(receiptDocument(call.tenant, receiptOf(call)))),
    storeRoute('GET /receipts/:uid/download', downloadReceipt),
  ];
}

async function downloadReceipt(call: StoreCall): Promise<Answer> {
  const receipt = receiptOf(call);
  const pdf = await renderReceiptPdf(call.tenant, receipt);
  const contentType = 'application/pdf';
  const accept = call.headers.accept ?? '';
  if (/application\/(octet-stream|pdf)/.test(accept)) return { status: 200, body: pdf, contentType };
  const filename = `receipt-${receipt.voucherNumber}.pdf`;
  return ok({ content: pdf.toString('base64'), contentType, filename });
}

function receiptOf({ tenant, store, param }: StoreCall): Audited<Receipt> {
  const receipt = tenant.receipts.get(param('uid'));
  if (receipt?.storeUid !== store.storeUid) throw notFound('receipt');
  return receipt;
}

function searchReceipts(call: Call): Answer {
  const search = readBody(receiptSearch, call.body);
  const { receipts } = call.tenant;
  const render = (receipt: Audited<Receipt>): unknown => receiptDocument(call.tenant, receipt);
  const byTime = receipts.byLastChange('all', '');
  if (byTime && sortsByTime(call) && isByTimeOnly(search)) {
    return listAnswer(call, byTime.since(isoTime(search.settledAtFrom)), render);
  }
  const vouchers = [...(search.voucherNumbers ?? []), search.voucherNumber ?? ''].filter((text) => text !== '');
  const base =
    vouchers.length > 0
      ? vouchers.flatMap((voucher) => receipts.find('voucherNumber', voucher))
      : search.orderNumber
        ? receipts.find('orderNumber', search.orderNumber)
        : [...receipts.all()];
  const found = base.filter((receipt) => matches(call, receipt, search));
  return listAnswer(call, found, render);
}

/** A receipt never changes: it is made, settled and last changed at one time. */
function sortsByTime(call: Call): boolean {
  return ['settledAt', 'lastModifiedAt', 'createdAt'].includes(queryText(call, 'sortBy') ?? '');
}

function isByTimeOnly({ settledAtFrom: _from, ...others }: ReceiptSearch): boolean {
  return Object.values(others).every((value) => !value || (Array.isArray(value) && value.length === 0));
}

/** As `toISOString` writes it; the beginning of time for none. */
function isoTime(timestamp: string | null | undefined): string {
  return timestamp ? new Date(timestamp).toISOString() : '';
}

function matches({ tenant }: Call, receipt: Audited<Receipt>, search: ReceiptSearch): boolean {
  const order = tenant.orders.get(receipt.orderUid);
  const store = tenant.stores.get(receipt.storeUid);
  const among = (list: readonly string[] | null | undefined, value: string | null | undefined): boolean =>
    !list || list.length === 0 || (value !== null && value !== undefined && list.includes(value));
  const settledMs = Date.parse(receipt.settledAt);
  const skus = search.productSkus ?? [];
  return (
    among(search.storeUids, receipt.storeUid) &&
    among(search.organizationUids, store?.organizationUid) &&
    among(search.customerUids, receipt.customerUid) &&
    among(search.tenantUserUids, receipt.createdBy) &&
    among(search.orderStatuses, order?.orderState) &&
    among(search.orderStates, order?.orderState) &&
    among(search.settleStates, order?.settleState) &&
    among(search.deliveryStates, order?.deliveryState) &&
    (!search.orderNumber || receipt.orderNumber === search.orderNumber) &&
    (!search.settledAtFrom || settledMs >= Date.parse(search.settledAtFrom)) &&
    (!search.settledAtTo || settledMs <= Date.parse(search.settledAtTo)) &&
    (skus.length === 0 || receipt.items.some(({ sku }) => skus.includes(sku))) &&
    matchesText(receipt, search) &&
    search.onlyUnpaid !== true
  );
}

function matchesText(receipt: Receipt, { query, customerQuery }: ReceiptSearch): boolean {
  const { customerAddress } = receipt;
  const person = [customerAddress?.firstname, customerAddress?.lastname, customerAddress?.companyName];
  const contact = [customerAddress?.email, customerAddress?.mobile];
  const has = (texts: readonly (string | null | undefined)[], part: string): boolean =>
    texts.some((text) => (text ?? '').toLowerCase().includes(part.toLowerCase()));
  const numbers = [receipt.orderNumber, receipt.voucherNumber, receipt.externalOrderNumber];
  return (
    (!query || has([...numbers, ...person], query)) && (!customerQuery || has([...person, ...contact], customerQuery))
  );
}
