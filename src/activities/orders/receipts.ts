import { VendorResponseInvalidError } from '../../clients/errors';
import type { FlowReceipt } from '../../clients/flow/receipts';
import { RequestGate } from '../../clients/request-gate';
import type { ReceiptOutcome, SendReceiptInput } from '../../contracts/kinds/order';
import { toCents } from '../../domain/money';
import { SyncError } from '../shared/failures';
import { runSync, type SyncContext } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import {
  holdsOnlyPrepayments,
  invoiceDifferences,
  invoiceDiffers,
  mapReceiptToInvoice,
  voucherNumberOf,
} from './mapping/receipt-to-invoice';
import { tillContext } from './order-in-omnium';

/** PDFs of up to 10 MiB that one process holds at once. */
const MAX_PDFS_IN_MEMORY = 8;

/** A PDF ends with this mark; readers look for it in the last kilobyte. */
const PDF_END = '%%EOF';
const PDF_END_BYTES = 1_024;

/** The activities that bring receipts to Omnium, with what they work on. */
export function createReceiptActivities(tenants: TenantRegistry): {
  readonly sendReceiptToOmnium: (input: SendReceiptInput) => Promise<ReceiptOutcome>;
} {
  const memory = new RequestGate(MAX_PDFS_IN_MEMORY);
  return {
    sendReceiptToOmnium: (input) => runSync(tenants, input, (context) => sendReceipt(context, input, memory)),
  };
}

/**
 * Brings one receipt to Omnium as an invoice with its PDF (Flow, invoices and receipts page), within one attempt: PDF first,
 * then the invoice under the receipt's uid, then the file under the same uid.
 *
 * Every attempt begins by looking. Both writes overwrite what has their id, so one that is repeated after a lost answer
 * makes nothing double; an invoice that is there with its file is done, as a receipt never changes.
 *
 * @param memory the places for PDFs that this process has
 */
async function sendReceipt(
  context: SyncContext,
  { storeUid, orderReceiptUid, omniumOrderId }: SendReceiptInput,
  memory: RequestGate,
): Promise<ReceiptOutcome> {
  const { config, flow, omnium, stores } = context.tenant;
  context.storeUid = storeUid;
  if (!config.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM) {
    const reason = 'receipts are not sent: OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM is off';
    return { orderReceiptUid, action: 'skipped', reason, calls: 0 };
  }
  const existing = await omnium.invoices.get(orderReceiptUid, context);
  if (existing?.assets.some(({ assetId }) => assetId === orderReceiptUid)) {
    const { invoiceNumber, amount } = existing;
    return {
      orderReceiptUid,
      ...(invoiceNumber && { voucherNumber: invoiceNumber }),
      action: 'unchanged',
      amountCents: toCents(amount),
      ...differing(invoiceDifferences(existing)),
      calls: context.calls,
    };
  }
  const receipt = await readReceipt(context, storeUid, orderReceiptUid);
  const order = await flow.orders.get(receipt.orderUid, context);
  if (holdsOnlyPrepayments(receipt, order)) {
    const reason = 'it holds nothing but payments that came from Omnium';
    const voucherNumber = voucherNumberOf(receipt);
    return { orderReceiptUid, voucherNumber, action: 'skipped', reason, calls: context.calls };
  }
  const store = await stores.resolveTill(receipt.storeUid, context);
  // A customer that is gone from Flow keeps no receipt back: what is on the receipt is enough.
  const customer = receipt.customerUid ? await flow.customers.get(receipt.customerUid, context) : undefined;
  const till = await tillContext(context, store, [...receipt.settlements, ...(order?.settlements ?? [])]);
  const invoice = mapReceiptToInvoice(receipt, order, omniumOrderId, till, customer);
  const leave = await memory.enter(context.signal);
  try {
    const content = await readReceiptPdf(context, receipt);
    if (!existing || invoiceDiffers(existing, invoice)) await omnium.invoices.put(invoice, context);
    const fileName = `receipt-${voucherNumberOf(receipt).replace(/[^\w.-]/g, '_')}.pdf`;
    await omnium.invoices.addAsset(invoice.id, { fileName, assetId: orderReceiptUid, content }, context);
  } finally {
    leave();
  }
  return {
    orderReceiptUid,
    voucherNumber: voucherNumberOf(receipt),
    action: existing ? 'completed' : 'created',
    amountCents: toCents(invoice.amount),
    ...differing(invoiceDifferences(invoice)),
    calls: context.calls,
  };
}

function differing(differences: readonly string[]): Pick<ReceiptOutcome, 'differences'> {
  return differences.length > 0 ? { differences } : {};
}

async function readReceipt(context: SyncContext, storeUid: string, orderReceiptUid: string): Promise<FlowReceipt> {
  const { config, flow } = context.tenant;
  const receipt = await flow.receipts.get(storeUid, orderReceiptUid, context);
  if (!receipt) {
    throw new SyncError('FlowResponseInvalid', `Flow does not know receipt ${orderReceiptUid}, which its order names`);
  }
  const { currency } = config;
  if (receipt.currencyCode && receipt.currencyCode.toUpperCase() !== currency.toUpperCase()) {
    throw new SyncError(
      'ConfigurationIncomplete',
      `The receipt is in another currency than the tenant's ${currency}; invoices are in the tenant's only`,
    );
  }
  return receipt;
}

/**
 * The receipt's PDF. Without a usable one there is no invoice (Flow, invoices page), so anything but a PDF is a failure.
 * The bytes stay with the attempt: they never become a result, an error or a log line.
 *
 * @throws SyncError `ReceiptWithoutPdf`
 */
async function readReceiptPdf(context: SyncContext, receipt: FlowReceipt): Promise<Uint8Array> {
  const { storeUid, orderReceiptUid } = receipt;
  const withoutPdf = (problem: string, options?: { cause: unknown }): SyncError =>
    new SyncError(
      'ReceiptWithoutPdf',
      `Flow's PDF of receipt ${voucherNumberOf(receipt)} ${problem}; no invoice without it`,
      options,
    );
  let pdf: Uint8Array | undefined;
  try {
    pdf = await context.tenant.flow.receipts.downloadPdf(storeUid, orderReceiptUid, context);
  } catch (error) {
    if (!(error instanceof VendorResponseInvalidError)) throw error;
    const isTooBig = error.issues.some(({ kind }) => kind === 'too_big');
    throw withoutPdf(isTooBig ? 'is larger than the 10 MiB that Omnium takes' : 'is no PDF', { cause: error });
  }
  if (!pdf) throw withoutPdf('is not there');
  // Half a file would stay in Omnium for good, as an invoice with its file is never looked at again.
  if (!Buffer.from(pdf.subarray(-PDF_END_BYTES)).includes(PDF_END)) throw withoutPdf('is not whole');
  return pdf;
}
