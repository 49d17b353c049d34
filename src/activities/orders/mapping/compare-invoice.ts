import type { OmniumInvoice, OmniumInvoiceWrite } from '../../../clients/omnium/invoices';
import { toCents } from '../../../domain/money';
import { toHundredths } from '../../../domain/quantity';

/** Whether an invoice in Omnium says something else than we would write. What Omnium adds of its own does not count. */
export function invoiceDiffers(existing: OmniumInvoice, wanted: OmniumInvoiceWrite): boolean {
  return headOf(existing) !== headOf(wanted) || partsOf(existing) !== partsOf(wanted);
}

type Compared = Pick<
  OmniumInvoice,
  'orderId' | 'invoiceNumber' | 'isCreditNote' | 'amount' | 'amountExcludingTax' | 'currency' | 'invoiceDate'
>;

function headOf(invoice: Compared): string {
  const { orderId, invoiceNumber, isCreditNote = false, amount, amountExcludingTax, currency, invoiceDate } = invoice;
  return JSON.stringify([
    orderId,
    invoiceNumber,
    isCreditNote,
    toCents(amount),
    toCents(amountExcludingTax ?? 0),
    currency,
    Date.parse(invoiceDate ?? ''),
  ]);
}

function partsOf({ lineItems, payments }: Pick<OmniumInvoice | OmniumInvoiceWrite, 'lineItems' | 'payments'>): string {
  const lines = lineItems.map(({ lineItemId, code, quantity = 0, placedPrice = 0 }) =>
    JSON.stringify([lineItemId, code, toHundredths(quantity), toCents(placedPrice)]),
  );
  const money = payments.map(({ id, amount, transactionType }) =>
    JSON.stringify([id, toCents(amount), transactionType]),
  );
  return JSON.stringify([lines.sort(), money.sort()]);
}
