import { type Actor } from '../events';
import { conflict } from '../problem';
import { type Audited } from '../store/collection';
import { type Order, type Receipt, type VatTotal } from './order-model';
import { lineTotal, lineVat } from './order-rules';

/** Writes the receipt of an order that has just been paid, with the next number of the store's voucher series. */
export function writeReceipt({ tenant, user }: Actor, order: Audited<Order>): Audited<Receipt> {
  const seriesUid = tenant.stores.get(order.storeUid)?.voucherNumberSeriesUid;
  if (!seriesUid) throw conflict('NUMBER_SERIES_EXHAUSTED', 'The store has no voucher series.');
  const receipt: Audited<Receipt> = {
    orderReceiptUid: tenant.newUid(),
    storeUid: order.storeUid,
    orderUid: order.orderUid,
    orderNumber: order.orderNumber,
    externalOrderNumber: order.externalOrderNumber,
    type: order.type,
    voucherNumber: tenant.nextNumber(seriesUid),
    settledAt: tenant.now(),
    customerUid: order.customerUid,
    customerAddress: order.customerAddress,
    currencyCode: tenant.market.currency,
    grandTotal: order.totals.totalAmount,
    totalVatAmount: order.totals.totalVatAmount,
    totalDiscountAmount: order.totals.totalDiscountAmount,
    totalSettlement: order.totals.totalSettled,
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
    settlements: order.settlements.map(({ settlementUid, settlementCode, settlementName, amount }) => ({
      settlementUid,
      settlementCode,
      settlementName,
      amount,
    })),
    ...tenant.audit(user),
  };
  tenant.receipts.add(receipt);
  order.voucherNumber = receipt.voucherNumber;
  order.settledAt = receipt.settledAt;
  for (const settlement of order.settlements) settlement.orderReceiptUid ??= receipt.orderReceiptUid;
  return receipt;
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
