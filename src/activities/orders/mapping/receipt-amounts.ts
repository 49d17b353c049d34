import type { FlowOrder, FlowOrderItem } from '../../../clients/flow/orders';
import type { FlowReceipt, FlowReceiptItem } from '../../../clients/flow/receipts';
import { allocateCents } from '../../../domain/allocation';
import { asCents, lineTotalCents, sumCents, type Cents } from '../../../domain/money';
import { asHundredths, type Hundredths } from '../../../domain/quantity';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { isUnsignedReturn, type TillLine } from './till-lines';

/** The figures of a receipt, all with the sign of the way the money went: below zero is money given back. */
export interface ReceiptAmounts {
  /** VAT included, without cash rounding. */
  readonly total: Cents;
  readonly vat: Cents;
  /** What cash rounding added to the total, or took from it. */
  readonly rounding: Cents;
  /** What was paid: total and rounding, unless the receipt was not paid in full. */
  readonly settled: Cents;
  /** The lines with their final amounts; they add up to the total. None for a payment without a sale. */
  readonly lines: readonly TillLine[];
  /** Amount of each payment, in the receipt's order. */
  readonly payments: readonly Cents[];
}

/** Cash is rounded to at most one whole unit, so the difference is at most half of one either way. */
const MOST_CASH_ROUNDING_CENTS = 50;

/** Whether the receipt is over money only: a down payment, a deposit, a part payment (Flow, invoices page). */
export function isPaymentReceipt(receipt: FlowReceipt): boolean {
  return receipt.type === 'PAYMENT';
}

/**
 * Reads the figures of a receipt.
 *
 * - A return comes with negative figures, or with positive ones only: then its type gives the sign (design.md §5).
 * - A payment's total is what was paid; there is nothing to be rounded besides.
 * - Lines that do not add up to the total share the difference in proportion to what they cost, as discounts on whole
 *   orders do (ADR 0004).
 */
export function readReceiptAmounts(receipt: FlowReceipt, order: FlowOrder | undefined): ReceiptAmounts {
  const turn = isUnsignedReturn(receipt) ? turnedNegative : asCents;
  const payments = receipt.settlements.map(({ amount }) => turn(amount));
  const settled = receipt.totalSettlement === undefined ? sumCents(payments) : turn(receipt.totalSettlement);
  const vat = turn(receipt.totalVatAmount ?? 0);
  if (isPaymentReceipt(receipt)) return { total: settled, vat, rounding: asCents(0), settled, lines: [], payments };
  const total = turn(receipt.grandTotal);
  const rounding = roundingOf(receipt, { total, settled });
  return { total, vat, rounding, settled, lines: linesOf(receipt, order, total), payments };
}

function turnedNegative(cents: number): Cents {
  return asCents(-Math.abs(cents));
}

/** What Flow names, else what the payments are over the total when cash rounding can explain it. */
function roundingOf(receipt: FlowReceipt, { total, settled }: { total: Cents; settled: Cents }): Cents {
  const isTurned = total !== receipt.grandTotal;
  if (receipt.cashRounding !== undefined) return asCents(isTurned ? -receipt.cashRounding : receipt.cashRounding);
  const over = settled - total;
  return asCents(Math.abs(over) <= MOST_CASH_ROUNDING_CENTS ? over : 0);
}

function linesOf(receipt: FlowReceipt, order: FlowOrder | undefined, total: Cents): TillLine[] {
  const isTurned = isUnsignedReturn(receipt);
  const ordered = new Map(order?.items.map((item) => [item.orderItemUid, item]));
  const nets = receipt.items.map((item) => (isTurned ? turnedNegative(netOf(item)) : netOf(item)));
  const shares = allocateCents(asCents(total - sumCents(nets)), nets);
  return receipt.items.map((item, index) => ({
    item: orderItemOf(item, ordered.get(item.orderItemUid ?? ''), index),
    quantity: asHundredths(isTurned ? -item.quantity : item.quantity),
    net: asCents((nets[index] ?? 0) + (shares[index] ?? 0)),
  }));
}

function netOf({ totalPrice, itemPrice, itemDiscountAmount, quantity }: FlowReceiptItem): Cents {
  if (totalPrice !== undefined) return asCents(totalPrice);
  const pieces: Hundredths = asHundredths(quantity);
  return asCents(lineTotalCents(asCents(itemPrice), pieces) - (itemDiscountAmount ?? 0));
}

/** The receipt's line with what only the order knows of it: Omnium's line id, its package, the reason of a return. */
function orderItemOf(item: FlowReceiptItem, ordered: FlowOrderItem | undefined, index: number): FlowOrderItem {
  const sku = item.sku ?? ordered?.sku;
  if (!sku) throw new DocumentUnmappableError(`items[${index}].sku`, 'is missing on the receipt in Flow', 'flow');
  const { itemPrice, quantity } = item;
  return {
    ...(ordered ?? { orderLinks: [] }),
    // Flow names every line; the place on an immutable receipt is a name as well.
    orderItemUid: item.orderItemUid ?? String(index + 1),
    sku,
    name: item.name ?? ordered?.name,
    vatRate: item.vatRate ?? ordered?.vatRate,
    itemPrice,
    quantity,
  };
}
