import type { FlowOrder } from '../../../clients/flow/orders';
import type { FlowReceipt } from '../../../clients/flow/receipts';
import type { OmniumInvoiceWrite } from '../../../clients/omnium/invoices';
import type { OmniumLineWrite, OmniumPaymentWrite } from '../../../clients/omnium/members';
import { asCents, centsToDecimal, type Cents } from '../../../domain/money';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { isPaymentReceipt, readReceiptAmounts, type ReceiptAmounts } from './receipt-amounts';
import { mapInvoiceCustomer, type ReceiptHolder } from './receipt-customer';
import { toOmniumLine, withoutMainPackages } from './till-lines';
import { isPrepayment, toOmniumPayment, type PaymentContext } from './till-payments';
import { REMITTANCE_SKU } from './till-sale-to-omnium';

/** What an invoice needs to be told beyond its receipt. */
export interface InvoiceContext extends PaymentContext {
  /** The Omnium order the invoice belongs to. */
  readonly omniumOrderId: string;
  readonly marketId: string;
  /** The tenant's, ISO 4217. */
  readonly currency: string;
  /** `OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS`. */
  readonly includeMainPackage: boolean;
  /** The receipt's order; absent when Flow has deleted it. */
  readonly order?: FlowOrder;
  readonly contact?: ReceiptHolder['contact'];
  readonly customer?: ReceiptHolder['customer'];
}

/**
 * Receipt, Flow → Omnium invoice (Flow, invoices and receipts page). Total and pure.
 *
 * Amounts keep the receipt's sign, and an invoice is a credit note when its total is below zero: an exchange may be either.
 * Always, to the cent: the lines add up to `amount`, and the payments (`Credit` counted as given back) to
 * `amount` + `amountRoundoff` − `amountOutstanding`, less what earlier receipts over part payments were for.
 *
 * @throws DocumentUnmappableError for a receipt without number, time or SKUs; AmountInvalidError
 */
export function mapReceiptToInvoice(receipt: FlowReceipt, context: InvoiceContext): OmniumInvoiceWrite {
  const amounts = readReceiptAmounts(receipt, context.order);
  const settledAt = receipt.settledAt ?? receipt.createdAt;
  if (!settledAt) throw new DocumentUnmappableError('settledAt', 'is missing on the receipt in Flow', 'flow');
  const { customerUid, customerAddress: address } = receipt;
  const { contact, customer, storeId, marketId, currency, omniumOrderId } = context;
  return {
    id: receipt.orderReceiptUid,
    orderId: omniumOrderId,
    invoiceNumber: voucherNumberOf(receipt),
    isCreditNote: amounts.total < 0,
    invoiceDate: receipt.createdAt ?? settledAt,
    invoiceDueDate: settledAt,
    deliveryDate: settledAt,
    amount: centsToDecimal(amounts.total),
    amountExcludingTax: centsToDecimal(asCents(amounts.total - amounts.vat)),
    amountRoundoff: centsToDecimal(amounts.rounding),
    amountOutstanding: centsToDecimal(outstandingOf(amounts, context.order)),
    currency,
    ...mapInvoiceCustomer({ customerUid, address, contact, customer }),
    marketId,
    storeId,
    lineItems: isPaymentReceipt(receipt) ? [remittance(receipt, amounts.total)] : mapLines(amounts, context),
    payments: mapPayments(receipt, amounts, context),
  };
}

/**
 * Whether a receipt holds nothing but pre-payments that came from Omnium: then the invoice is the web shop's business
 * (design.md §5).
 */
export function holdsOnlyPrepayments(receipt: FlowReceipt, order: FlowOrder | undefined): boolean {
  const { settlements } = receipt;
  return settlements.length > 0 && settlements.every(({ settlementUid }) => prepayment(order, settlementUid));
}

/** @throws DocumentUnmappableError */
export function voucherNumberOf({ voucherNumber }: FlowReceipt): string {
  if (!voucherNumber) throw new DocumentUnmappableError('voucherNumber', 'is missing on the receipt in Flow', 'flow');
  return voucherNumber;
}

/** A receipt after a deposit is over the whole order, and only the rest was paid with it: of a paid order nothing is open. */
function outstandingOf({ total, rounding, settled }: ReceiptAmounts, order: FlowOrder | undefined): Cents {
  return asCents(order?.settleState === 'SETTLED' ? 0 : total + rounding - settled);
}

function mapLines({ lines }: ReceiptAmounts, { includeMainPackage }: InvoiceContext): OmniumLineWrite[] {
  const sent = includeMainPackage ? lines : withoutMainPackages(lines);
  return sent.map(toOmniumLine);
}

/** The one line of a receipt over money only. */
function remittance(receipt: FlowReceipt, total: Cents): OmniumLineWrite {
  const { orderNumber, orderUid, orderReceiptUid } = receipt;
  return {
    lineItemId: orderReceiptUid,
    code: REMITTANCE_SKU,
    displayName: `Payment for invoice ${voucherNumberOf(receipt)} (order #${orderNumber ?? orderUid})`,
    quantity: 1,
    placedPrice: centsToDecimal(total),
    discounted: 0,
    taxRate: 0,
  };
}

/** Payments under the ids they have in Omnium: a pre-payment is known there by its own. */
function mapPayments(receipt: FlowReceipt, amounts: ReceiptAmounts, context: InvoiceContext): OmniumPaymentWrite[] {
  return receipt.settlements.flatMap(({ settlementUid, settlementCode }, index) => {
    const amount = amounts.payments[index] ?? asCents(0);
    if (amount === 0) return [];
    const known = context.order?.settlements.find((settlement) => settlement.settlementUid === settlementUid);
    const code = settlementCode ?? known?.settlementCode;
    const payment = toOmniumPayment({ ...known, settlementUid, settlementCode: code, amount }, context);
    const id = prepayment(context.order, settlementUid)?.externalId;
    return [id ? { ...payment, id, transactionId: id } : payment];
  });
}

function prepayment(order: FlowOrder | undefined, settlementUid: string): FlowOrder['settlements'][number] | undefined {
  return order?.settlements.find(
    (settlement) => settlement.settlementUid === settlementUid && isPrepayment(order.orderUid, settlement),
  );
}
