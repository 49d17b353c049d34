import { compareCents, compareWords } from './differences';
import { REMITTANCE } from './judge-till-order';
import { type InvoiceSummary, type ReceiptSummary } from './till-summaries';
import { issueOf, type TillVerdict } from './till-verdict';

/** Compares a receipt with its invoices: those of its id, and those of its voucher number. Pure. */
export function judgeReceipt(receipt: ReceiptSummary, invoices: readonly InvoiceSummary[]): TillVerdict | undefined {
  const { tenantUid, orderReceiptUid, orderUid } = receipt;
  const ofPayment = receipt.type === 'PAYMENT';
  const flowCents = ofPayment ? receipt.paidCents : receipt.totalCents;
  const base = { kind: 'invoice', tenantUid, document: orderReceiptUid, orderNumbers: [orderUid], flowCents } as const;
  const [invoice, ...others] = invoices;
  if (receipt.isPrepaidOnly) {
    if (!invoice) return undefined;
    return { ...base, ...issueOf(['holds nothing but pre-payments, and is in Omnium']) };
  }
  if (!invoice) return { ...base, issue: { kind: 'missing', why: 'has no invoice in Omnium' } };
  // Credit notes are told by their mark or by their sign; what counts is the amount.
  const omniumCents = invoice.isCreditNote ? -Math.abs(invoice.amountCents) : invoice.amountCents;
  if (others.length > 0) {
    const why = `has ${invoices.length} invoices: ${invoices.map(({ invoiceId }) => invoiceId).join(', ')}`;
    return { ...base, omniumCents, issue: { kind: 'duplicated', why } };
  }
  const { assetIds } = invoice;
  return {
    ...base,
    omniumCents,
    ...issueOf([
      ...compareWords('invoice id', invoice.invoiceId, orderReceiptUid),
      ...compareWords('invoice number', invoice.invoiceNumber, receipt.voucherNumber),
      ...compareCents('amount', omniumCents, flowCents),
      ...(invoice.isCreditNote === flowCents < 0 ? [] : [`credit note: ${String(invoice.isCreditNote)}`]),
      ...(assetIds.length === 1 ? [] : [`${assetIds.length} files instead of 1`]),
      ...(ofPayment && invoice.codes.join() !== REMITTANCE ? [`lines ${invoice.codes.join(', ')}`] : []),
    ]),
  };
}
