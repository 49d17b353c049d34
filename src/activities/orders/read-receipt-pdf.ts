import { VendorResponseInvalidError } from '../../clients/errors';
import type { FlowReceipt } from '../../clients/flow/receipts';
import { voucherNumberOf } from './mapping/receipt-to-invoice';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';

/** A PDF ends with this mark; readers look for it in the last kilobyte. */
const PDF_END = '%%EOF';
const PDF_END_BYTES = 1_024;

/**
 * The receipt's PDF. Without a usable one there is no invoice (Flow, invoices page), so anything but a PDF is a failure.
 * The bytes stay with the attempt: they never become a result, an error or a log line.
 *
 * @throws SyncError `ReceiptWithoutPdf`
 */
export async function readReceiptPdf(tenant: Tenant, receipt: FlowReceipt, attempt: Attempt): Promise<Uint8Array> {
  const { storeUid, orderReceiptUid } = receipt;
  try {
    const pdf = await tenant.flow.receipts.downloadPdf(storeUid, orderReceiptUid, attempt);
    if (pdf && isWhole(pdf)) return pdf;
    if (pdf) throw withoutPdf(receipt, 'is not whole');
  } catch (error) {
    if (error instanceof VendorResponseInvalidError) throw withoutPdf(receipt, problemOf(error), error);
    throw error;
  }
  throw withoutPdf(receipt, 'is not there');
}

/** Half a file would stay in Omnium for good, as an invoice with its file is never looked at again. */
function isWhole(pdf: Uint8Array): boolean {
  return Buffer.from(pdf.subarray(-PDF_END_BYTES)).includes(PDF_END);
}

function withoutPdf(receipt: FlowReceipt, problem: string, cause?: unknown): SyncError {
  const message = `Flow's PDF of receipt ${voucherNumberOf(receipt)} ${problem}; no invoice without it`;
  return new SyncError('ReceiptWithoutPdf', message, cause === undefined ? {} : { cause });
}

function problemOf({ issues }: VendorResponseInvalidError): string {
  const isTooBig = issues.some(({ kind }) => kind === 'too_big');
  return isTooBig ? 'is larger than the 10 MiB that Omnium takes' : 'is no PDF';
}
