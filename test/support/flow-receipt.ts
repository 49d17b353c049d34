import { Decimal } from 'decimal.js';
import type { FlowOrder } from '../../src/clients/flow/orders';
import { flowReceiptSchema, type FlowReceipt } from '../../src/clients/flow/receipts';
import type { OmniumInvoiceWrite } from '../../src/clients/omnium/invoices';
import { mapReceiptToInvoice } from '../../src/activities/orders/mapping/receipt-to-invoice';
import type { TillContext } from '../../src/activities/orders/mapping/till-to-omnium';
import type { FlowCustomer } from '../../src/clients/flow/customers';
import { flowOrderOf } from './flow-order';

/** Members of a document as Flow's JSON has them. */
export type Members = Readonly<Record<string, unknown>>;

/** One line of a receipt: a piece at 100.00 with 25 % VAT, unless told otherwise. Its total follows. */
export function receiptLine(members: Members = {}): Record<string, unknown> {
  const line = {
    orderItemUid: 'item-1',
    sku: '104233-M',
    name: 'Jacket',
    quantity: 100,
    itemPrice: 10_000,
    itemDiscountAmount: 0,
    vatRate: 2500,
    ...members,
  };
  const gross = new Decimal(line.itemPrice).times(line.quantity).dividedBy(100);
  const totalPrice = gross.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber() - line.itemDiscountAmount;
  const vatAmount = new Decimal(totalPrice)
    .times(line.vatRate)
    .dividedBy(10_000 + line.vatRate)
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
    .toNumber();
  return { totalPrice, vatAmount, ...line, ...members };
}

/** A receipt as the Flow client reads it, paid in cash as a whole. Totals follow from the lines unless they are told. */
export function flowReceipt(members: Members & { readonly lines?: readonly Members[] } = {}): FlowReceipt {
  const { lines = [receiptLine()], ...given } = members;
  const sum = (member: string): number => lines.reduce((total, line) => total + Number(line[member]), 0);
  const grandTotal = sum('totalPrice');
  const cashRounding = typeof given['cashRounding'] === 'number' ? given['cashRounding'] : 0;
  const paid = grandTotal + cashRounding;
  return flowReceiptSchema.parse({
    orderReceiptUid: 'receipt-1',
    storeUid: 'oslocity',
    orderUid: 'order-1',
    orderNumber: '10042',
    type: 'ORDER',
    voucherNumber: '1000007',
    createdAt: '2026-11-20T10:15:30.125Z',
    settledAt: '2026-11-20T10:15:29.500Z',
    currencyCode: 'NOK',
    grandTotal,
    totalVatAmount: sum('vatAmount'),
    totalSettlement: paid,
    items: lines,
    settlements: [{ settlementUid: 'paid-1', settlementCode: 'CASH', amount: paid }],
    ...given,
  });
}

/** The receipt's order as the Flow client reads it. */
export function orderOf(receipt: FlowReceipt, members: Members = {}): FlowOrder {
  return flowOrderOf({
    orderUid: receipt.orderUid,
    storeUid: receipt.storeUid,
    orderNumber: receipt.orderNumber,
    type: receipt.type,
    orderState: 'COMPLETE',
    settleState: 'SETTLED',
    items: receipt.items,
    settlements: receipt.settlements.map((settlement) => ({
      ...settlement,
      orderReceiptUid: receipt.orderReceiptUid,
      settledAt: receipt.settledAt,
    })),
    orderTotals: { totalAmount: receipt.grandTotal },
    ...members,
  });
}

/** Omnium's names of payment methods, as the tenant maps them. */
const NAMES: Readonly<Record<string, string>> = { CASH: 'Cash', EXTERNAL_KLARNA: 'Klarna' };

/** A till in Oslo. */
export const TILL: TillContext = {
  marketId: 'NOR',
  storeId: 'oslo-city',
  currency: 'NOK',
  propertyPrefix: 'flow',
  includeMainPackage: false,
  nameOf: (code = 'unknown') => NAMES[code] ?? code,
};

/** The invoice of a receipt in Omnium order `WEB-104233`, with the receipt's own order unless told otherwise. */
export function invoiceOf(
  receipt: FlowReceipt,
  more: { readonly order?: FlowOrder; readonly customer?: FlowCustomer; readonly includeMainPackage?: boolean } = {},
): OmniumInvoiceWrite {
  const { order = orderOf(receipt), customer, includeMainPackage = false } = more;
  return mapReceiptToInvoice(receipt, order, 'WEB-104233', { ...TILL, includeMainPackage }, customer);
}
