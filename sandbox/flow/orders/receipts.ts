import { type Actor } from '../events';
import { conflict } from '../problem';
import { type Audited } from '../store/collection';
import { type Order, type Receipt, type Settlement, type VatTotal } from './order-model';
import { lineTotal, lineVat, paymentsOf } from './order-rules';

/**
 * Writes the receipt of an order that has just been paid, with the next number of the store's voucher series. It holds
 * the whole order, and the payments that have no receipt yet.
 */
export function writeReceipt(actor: Actor, order: Audited<Order>): Audited<Receipt> {
  const settlements = paymentsOf(order).filter(({ orderReceiptUid }) => orderReceiptUid === null);
  const totalSettlement = sumOf(settlements);
  const { totals } = order;
  const receipt = addReceipt(actor, order, {
    type: order.type,
    grandTotal: totals.totalAmount,
    totalVatAmount: totals.totalVatAmount,
    totalDiscountAmount: totals.totalDiscountAmount,
    totalSettlement,
    previouslySettled: totals.totalSettled - totalSettlement,
    cashRounding: totals.cashRounding,
    items: order.items.map((item) => ({
      orderItemUid: item.orderItemUid,
      sku: item.sku,
      name: item.name,
      quantity: item.quantity,
      itemPrice: item.itemPrice,
      itemDiscountAmount: item.itemDiscountAmount + item.orderDiscountShare,
      vatRate: item.vatRate,
      vatAmount: lineVat(item),
      totalPrice: lineTotal(item) - item.orderDiscountShare,
    })),
    vatTotals: vatTotalsOf(order),
    settlements,
  });
  order.voucherNumber = receipt.voucherNumber;
  order.settledAt = receipt.settledAt;
  return receipt;
}

/**
 * Writes the receipt of a part payment: of type `PAYMENT`, over the money alone. The goods and their VAT are on the
 * receipt that the last payment gets. No webhook tells of it: none is documented for receipts over a part, and the order
 * is not settled by it.
 */
export function writePartReceipt(
  actor: Actor,
  order: Audited<Order>,
  settlements: readonly Settlement[],
): Audited<Receipt> {
  const paid = sumOf(settlements);
  return addReceipt(actor, order, {
    type: 'PAYMENT',
    grandTotal: paid,
    totalVatAmount: 0,
    totalDiscountAmount: 0,
    totalSettlement: paid,
    previouslySettled: order.totals.totalSettled - paid,
    cashRounding: 0,
    items: [],
    vatTotals: [],
    settlements,
  });
}

type ReceiptFigures = Pick<
  Receipt,
  | 'type'
  | 'grandTotal'
  | 'totalVatAmount'
  | 'totalDiscountAmount'
  | 'totalSettlement'
  | 'previouslySettled'
  | 'cashRounding'
  | 'items'
  | 'vatTotals'
> & { readonly settlements: readonly Settlement[] };

function addReceipt(
  { tenant, user }: Actor,
  order: Audited<Order>,
  { settlements, ...figures }: ReceiptFigures,
): Audited<Receipt> {
  const seriesUid = tenant.stores.get(order.storeUid)?.voucherNumberSeriesUid;
  if (!seriesUid) throw conflict('NUMBER_SERIES_EXHAUSTED', 'The store has no voucher series.');
  const audit = tenant.audit(user);
  const receipt: Audited<Receipt> = {
    orderReceiptUid: tenant.newUid(),
    storeUid: order.storeUid,
    orderUid: order.orderUid,
    orderNumber: order.orderNumber,
    externalOrderNumber: order.externalOrderNumber,
    voucherNumber: tenant.nextNumber(seriesUid),
    settledAt: audit.createdAt,
    customerUid: order.customerUid,
    customerAddress: order.customerAddress,
    currencyCode: tenant.market.currency,
    ...figures,
    settlements: settlements.map(({ settlementUid, settlementCode, settlementName, amount }) => ({
      settlementUid,
      settlementCode,
      settlementName,
      amount,
    })),
    ...audit,
  };
  tenant.receipts.add(receipt);
  for (const settlement of settlements) settlement.orderReceiptUid = receipt.orderReceiptUid;
  return receipt;
}

function sumOf(settlements: readonly Settlement[]): number {
  return settlements.reduce((sum, { amount }) => sum + amount, 0);
}

function vatTotalsOf(order: Order): VatTotal[] {
  const byRate = new Map<number, VatTotal>();
  for (const item of order.items) {
    const total = byRate.get(item.vatRate) ?? { vatRate: item.vatRate, amount: 0, vatAmount: 0 };
    total.amount += lineTotal(item) - item.orderDiscountShare;
    total.vatAmount += lineVat(item);
    byRate.set(item.vatRate, total);
  }
  return [...byRate.values()].sort((a, b) => b.vatRate - a.vatRate);
}
