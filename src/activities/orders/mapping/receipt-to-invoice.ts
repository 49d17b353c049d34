import type { FlowCustomer } from '../../../clients/flow/customers';
import type { FlowOrder } from '../../../clients/flow/orders';
import type { FlowReceipt } from '../../../clients/flow/receipts';
import type { OmniumInvoice, OmniumInvoiceWrite } from '../../../clients/omnium/invoices';
import type { OmniumPaymentWrite } from '../../../clients/omnium/members';
import { Decimal } from 'decimal.js';
import { allocateCents } from '../../../domain/allocation';
import { compact } from '../../../domain/compact';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { asCents, centsToDecimal, lineTotalCents, sumCents, toCents, type Cents } from '../../../domain/money';
import { asHundredths, toHundredths } from '../../../domain/quantity';
import { areSame } from './compare-till-order';
import {
  isPrepayment,
  isUnsignedReturn,
  REMITTANCE_SKU,
  toOmniumLine,
  toOmniumPayment,
  vatWithin,
  withoutMainPackages,
  type TillContext,
  type TillLine,
} from './till-to-omnium';

/** Cash is rounded to at most one whole unit, so the difference is at most half of one either way. */
const MOST_CASH_ROUNDING_CENTS = 50;

/**
 * Receipt, Flow → Omnium invoice (Flow, invoices and receipts page). Total and pure.
 *
 * - Amounts keep the receipt's sign, and an invoice is a credit note when its total is below zero: an exchange may be
 *   either. A return with positive figures only gets its sign by its type (design.md §5).
 * - Always, to the cent: the lines add up to `amount`, and the payments (`Credit` counted as given back) to `amount` +
 *   `amountRoundoff` − `amountOutstanding`, less what earlier receipts over part payments were for.
 * - A receipt over money only (a down payment, a deposit, a part payment) has one line; its total is what was paid.
 *
 * @param order the receipt's order; undefined when Flow has deleted it
 * @param customer the customer's record today, where Flow has it
 * @throws DocumentUnmappableError for a receipt without number or time; AmountInvalidError
 */
export function mapReceiptToInvoice(
  receipt: FlowReceipt,
  order: FlowOrder | undefined,
  omniumOrderId: string,
  till: TillContext,
  customer?: FlowCustomer,
): OmniumInvoiceWrite {
  const settledAt = receipt.settledAt ?? receipt.createdAt;
  if (!settledAt) throw new DocumentUnmappableError('settledAt', 'is missing on the receipt in Flow', 'flow');
  const isPayment = receipt.type === 'PAYMENT';
  const turn = isUnsignedReturn(receipt) ? (cents: number) => asCents(-Math.abs(cents)) : asCents;
  const paid = receipt.settlements.map(({ amount }) => turn(amount));
  const settled = receipt.totalSettlement === undefined ? sumCents(paid) : turn(receipt.totalSettlement);
  const total = isPayment ? settled : turn(receipt.grandTotal);
  // What Flow names, else what the payments are over the total when cash rounding can explain it.
  const over = Math.abs(settled - total) <= MOST_CASH_ROUNDING_CENTS ? settled - total : 0;
  const named =
    receipt.cashRounding === undefined ? over : receipt.cashRounding * (total === receipt.grandTotal ? 1 : -1);
  const rounding = asCents(isPayment ? 0 : named);
  const lines = isPayment ? [] : linesOf(receipt, order, total, turn);
  const remittance = {
    lineItemId: receipt.orderReceiptUid,
    code: REMITTANCE_SKU,
    displayName: `Payment for invoice ${voucherNumberOf(receipt)} (order #${receipt.orderNumber ?? receipt.orderUid})`,
    quantity: 1,
    placedPrice: centsToDecimal(total),
    discounted: 0,
    taxRate: 0,
  };
  // A receipt after a deposit is over the whole order, and only the rest was paid with it: of a paid order nothing is open.
  const outstanding = order?.settleState === 'SETTLED' ? 0 : total + rounding - settled;
  return {
    id: receipt.orderReceiptUid,
    orderId: omniumOrderId,
    invoiceNumber: voucherNumberOf(receipt),
    isCreditNote: total < 0,
    invoiceDate: receipt.createdAt ?? settledAt,
    invoiceDueDate: settledAt,
    deliveryDate: settledAt,
    amount: centsToDecimal(total),
    ...compact({ amountExcludingTax: netOf(receipt, total, lines, turn) }),
    amountRoundoff: centsToDecimal(rounding),
    amountOutstanding: centsToDecimal(asCents(outstanding)),
    currency: till.currency,
    ...mapInvoiceCustomer(receipt, order, customer),
    marketId: till.marketId,
    storeId: till.storeId,
    lineItems: isPayment
      ? [remittance]
      : (till.includeMainPackage ? lines : withoutMainPackages(lines)).map(toOmniumLine),
    payments: mapPayments(receipt, order, paid, till),
  };
}

/**
 * Whether a receipt holds nothing but pre-payments that came from Omnium: then the invoice is the web shop's business
 * (design.md §5).
 */
export function holdsOnlyPrepayments({ settlements }: FlowReceipt, order: FlowOrder | undefined): boolean {
  return settlements.length > 0 && settlements.every(({ settlementUid }) => prepayment(order, settlementUid));
}

/** The receipts that an order's payments name, but for those of the web shop. Each says itself whose money is on it. */
export function receiptsDue(order: FlowOrder): { readonly storeUid: string; readonly orderReceiptUid: string }[] {
  const taken = order.settlements.filter((settlement) => !isPrepayment(order.orderUid, settlement));
  const uids = new Set(taken.flatMap(({ orderReceiptUid }) => orderReceiptUid ?? []));
  return [...uids].map((orderReceiptUid) => ({ storeUid: order.storeUid, orderReceiptUid }));
}

/** @throws DocumentUnmappableError */
export function voucherNumberOf({ voucherNumber }: FlowReceipt): string {
  if (!voucherNumber) throw new DocumentUnmappableError('voucherNumber', 'is missing on the receipt in Flow', 'flow');
  return voucherNumber;
}

/** Whether an invoice in Omnium says something else than we would write. What Omnium adds of its own does not count. */
export function invoiceDiffers(existing: OmniumInvoice, desired: OmniumInvoiceWrite): boolean {
  const [there, here] = [existing, desired].map((invoice) => {
    const { orderId, invoiceNumber, isCreditNote = false, amount, currency } = invoice;
    // What we leave out, because Flow does not tell it, is Omnium's own.
    const amountExcludingTax = desired.amountExcludingTax === undefined ? 0 : (invoice.amountExcludingTax ?? 0);
    const lines = invoice.lineItems.map(({ lineItemId, code, quantity = 0, placedPrice = 0 }) =>
      JSON.stringify([lineItemId, code, toHundredths(quantity), toCents(placedPrice)]),
    );
    const payments = invoice.payments.map(({ id, amount: paid, transactionType }) =>
      JSON.stringify([id, toCents(paid), transactionType]),
    );
    return JSON.stringify([
      ...[orderId, invoiceNumber, isCreditNote, toCents(amount), toCents(amountExcludingTax), currency],
      Date.parse(invoice.invoiceDate ?? ''),
      lines.sort(),
      payments.sort(),
    ]);
  });
  return there !== here;
}

/**
 * What the receipt comes to without VAT, in major units: by its total where Flow names it, else by the rates of its lines.
 *
 * @returns undefined when neither is known: then the invoice says nothing about it, as zero would be wrong
 */
function netOf(
  { type, totalVatAmount }: FlowReceipt,
  total: Cents,
  lines: readonly TillLine[],
  turn: (cents: number) => Cents,
): number | undefined {
  if (totalVatAmount !== undefined) return centsToDecimal(asCents(total - turn(totalVatAmount)));
  if (type === 'PAYMENT') return centsToDecimal(total);
  if (lines.some(({ vatRate, net }) => vatRate === undefined && net !== 0)) return undefined;
  const vat = lines.map(({ vatRate = 0, net }) => vatWithin(net, vatRate));
  return centsToDecimal(asCents(total - sumCents(vat)));
}

/**
 * What an invoice does not say, or says in two ways, for people: its net amount, and its VAT against the rates of its lines.
 * Read from the invoice itself, so that it is seen again as long as it stands in Omnium like this.
 */
export function invoiceDifferences(
  invoice: Pick<OmniumInvoice, 'amount' | 'invoiceNumber' | 'amountExcludingTax'> & {
    readonly lineItems: readonly Omit<OmniumInvoice['lineItems'][number], 'code' | 'lineItemId'>[];
  },
): string[] {
  const { invoiceNumber = '', amount, amountExcludingTax, lineItems } = invoice;
  const name = `invoice ${invoiceNumber}`;
  // Omnium may show a member that was left out as nothing.
  const isLeftOut = amountExcludingTax === undefined || (toCents(amountExcludingTax) === 0 && toCents(amount) !== 0);
  if (isLeftOut) {
    return [`${name}: amountExcludingTax is left out, as Flow tells neither the VAT of the receipt nor all its rates`];
  }
  if (lineItems.some(({ taxRate }) => taxRate === undefined)) return [];
  const vat = toCents(amount) - toCents(amountExcludingTax);
  const ofRates = lineItems.map(({ quantity = 0, placedPrice = 0, discounted = 0, taxRate = 0 }) => {
    const gross = new Decimal(placedPrice).times(quantity).minus(discounted).times(100).toDecimalPlaces(0).toNumber();
    return vatWithin(asCents(gross), new Decimal(taxRate).times(100).toNumber());
  });
  const byRates = sumCents(ofRates);
  if (areSame(vat, byRates, lineItems.length)) return [];
  return [`${name}: Flow tells VAT of ${vat} cents, the rates of its lines come to ${byRates}`];
}

/**
 * The receipt's lines with their final amounts, and with what only the order knows of them: Omnium's line id, the package,
 * the reason of a return. Lines that do not add up to the total share the difference in proportion to what they cost, as
 * discounts on whole orders do (ADR 0004).
 */
function linesOf(
  receipt: FlowReceipt,
  order: FlowOrder | undefined,
  total: Cents,
  turn: (cents: number) => Cents,
): TillLine[] {
  const sign = isUnsignedReturn(receipt) ? -1 : 1;
  const ordered = new Map(order?.items.map((item) => [item.orderItemUid, item]));
  const nets = receipt.items.map(({ totalPrice, itemPrice, itemDiscountAmount, quantity }) =>
    turn(totalPrice ?? lineTotalCents(asCents(itemPrice), asHundredths(quantity)) - (itemDiscountAmount ?? 0)),
  );
  const shares = allocateCents(asCents(total - sumCents(nets)), nets);
  return receipt.items.map((line, index) => {
    const inOrder = ordered.get(line.orderItemUid ?? '');
    const { itemPrice, quantity, sku = inOrder?.sku, name = inOrder?.name } = line;
    const vatRate = order?.vatFree ? 0 : (line.vatRate ?? inOrder?.vatRate);
    // Flow names every line; the place on an immutable receipt is a name as well.
    const orderItemUid = line.orderItemUid ?? String(index + 1);
    return {
      item: { orderLinks: [], ...inOrder, orderItemUid, sku, name, itemPrice, quantity, quantityDelivered: quantity },
      vatRate,
      quantity: asHundredths(sign * quantity),
      net: asCents((nets[index] ?? 0) + (shares[index] ?? 0)),
    };
  });
}

/** Payments under the ids they have in Omnium: a pre-payment is known there by its own. */
function mapPayments(
  receipt: FlowReceipt,
  order: FlowOrder | undefined,
  amounts: readonly Cents[],
  till: TillContext,
): OmniumPaymentWrite[] {
  return receipt.settlements.flatMap(({ settlementUid, settlementCode }, index) => {
    const amount = amounts[index] ?? 0;
    if (amount === 0) return [];
    const known = order?.settlements.find((settlement) => settlement.settlementUid === settlementUid);
    const code = settlementCode ?? known?.settlementCode;
    const payment = toOmniumPayment({ ...known, settlementUid, settlementCode: code, amount }, till);
    const id = prepayment(order, settlementUid)?.externalId;
    return [id ? { ...payment, id, transactionId: id } : payment];
  });
}

function prepayment(order: FlowOrder | undefined, settlementUid: string): FlowOrder['settlements'][number] | undefined {
  return order?.settlements.find(
    (settlement) => settlement.settlementUid === settlementUid && isPrepayment(order.orderUid, settlement),
  );
}

/**
 * Whose invoice it is (Flow, invoices page): e-mail and display name of the contact person first, then of the address on
 * the receipt, then of the customer's record. The id is Omnium's own where Flow knows it, else Flow's uid, under which a
 * customer born at a till is made in Omnium. An anonymous sale has nothing of it.
 */
function mapInvoiceCustomer(
  { customerUid, customerAddress: address }: FlowReceipt,
  order: FlowOrder | undefined,
  customer: FlowCustomer | undefined,
): Pick<OmniumInvoiceWrite, 'customerId' | 'customerName' | 'customerEmail' | 'customerType'> {
  const contact = order?.customerContact;
  const [contactName, addressName, recordName] = [contact, address, customer].map((named) => displayName(named));
  const { customerType } = customer ?? {};
  // Businesses are `COMPANY`, on older pages `B2B`. Without a record the address decides; without both it stays open.
  const isBusiness = customerType
    ? customerType === 'COMPANY' || customerType === 'B2B'
    : (address?.companyName ?? address?.vatNumber) !== undefined;
  const isKnown = isBusiness || customerType !== undefined || addressName !== undefined;
  return compact({
    customerId: customer?.externalId ?? customerUid,
    customerName: contactName ?? addressName ?? recordName,
    customerEmail: contact?.email ?? address?.email ?? customer?.email,
    customerType: isKnown ? (isBusiness ? ('Business' as const) : ('Private' as const)) : undefined,
  });
}

function displayName(
  named:
    | {
        readonly displayName?: string | undefined;
        readonly companyName?: string | undefined;
        readonly firstname?: string | undefined;
        readonly lastname?: string | undefined;
      }
    | undefined,
): string | undefined {
  const { displayName: own, companyName, firstname, lastname } = named ?? {};
  return own ?? companyName ?? ([firstname, lastname].filter(Boolean).join(' ') || undefined);
}
