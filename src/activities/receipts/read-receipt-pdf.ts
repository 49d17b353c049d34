import { VendorResponseInvalidError } from '../../clients/errors';
import type { FlowReceipt } from '../../clients/flow/schemas';
import { voucherNumberOf } from '../../mapping/receipt-to-invoice';
import type { Attempt } from '../attempt';
import { SyncError } from '../errors';
import type { Tenant } from '../tenants';

const PDF_MARK = '%PDF-';

/**
 * The receipt's PDF. Without a usable one there is no invoice (Flow, invoices page), so anything but a PDF is a failure.
 * The bytes stay with the attempt: they never become a result, an error or a log line.
 *
 * @throws SyncError `ReceiptWithoutPdf`
 */
export async function readReceiptPdf(tenant: Tenant, receipt: FlowReceipt, attempt: Attempt): Promise<Uint8Array> {
  const { storeUid, orderReceiptUid } = receipt;
  const failure = (problem: string, cause?: unknown): SyncError =>
    new SyncError(
      'ReceiptWithoutPdf',
      `Flow's PDF of receipt ${voucherNumberOf(receipt)} ${problem}; no invoice without it`,
      {
        cause,
      },
    );
  try {
    const pdf = await tenant.flow.downloadReceiptPdf(storeUid, orderReceiptUid, attempt);
    if (!pdf) throw failure('is not there');
    const mark = Buffer.from(pdf.subarray(0, PDF_MARK.length)).toString('latin1');
    if (mark !== PDF_MARK) throw failure(pdf.length === 0 ? 'is empty' : 'is no PDF');
    return pdf;
  } catch (error) {
    if (isTooBig(error)) throw failure('is larger than the 10 MiB that Omnium takes', error);
    throw error;
  }
}

function isTooBig(error: unknown): boolean {
  return error instanceof VendorResponseInvalidError && error.issues.some(({ kind }) => kind === 'too_big');
}
