import { Decimal } from 'decimal.js';

import { type PurchaseOrder, type PurchaseOrderLine } from './purchase-documents';

/*
 * Quantities and amounts of purchase order lines. Line amounts keep four decimals, sums are rounded to two, half away
 * from zero, as on customer orders.
 */

const rounded = (value: Decimal, places: number): number =>
  // `+ 0` turns a negative zero into zero.
  value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP).toNumber() + 0;

/** Sum of two quantities, free of binary fractions. */
export const plus = (a: number, b: number): number => new Decimal(a).plus(b).toNumber();

/** A product without the noise of binary fractions. */
export const times = (a: number, b: number): number => new Decimal(a).times(b).toNumber();

/** Pieces that are still to come; never negative, though more may have come than was ordered. */
export const openQuantity = (line: PurchaseOrderLine): number =>
  Math.max(new Decimal(line.quantity).minus(line.canceledQuantity).minus(line.deliveredQuantity).toNumber(), 0);

/** Whether nothing more is to come. */
export const isDone = (line: PurchaseOrderLine): boolean => openQuantity(line) === 0;

/** Price without tax, or with it when `direction` is 1. */
export const taxed = (amount: number, taxRate: number, direction: 1 | -1): number => {
  const factor = new Decimal(taxRate).div(100).plus(1);
  return rounded(direction === 1 ? new Decimal(amount).times(factor) : new Decimal(amount).div(factor), 4);
};

const discounted = (line: PurchaseOrderLine, price: number, discount: number): Decimal =>
  new Decimal(line.quantity).times(price).minus(discount);

/** A line with its calculated amounts: the discounted price is for all that was ordered, the extended one without what was cancelled. */
const priced = (line: PurchaseOrderLine): PurchaseOrderLine => {
  const full = discounted(line, line.placedPrice, line.lineItemDiscountAmount);
  const fullExclTax = discounted(line, line.placedPriceExclTax, line.lineItemDiscountAmountExclTax);
  const share =
    line.quantity === 0 ? new Decimal(0) : new Decimal(line.quantity).minus(line.canceledQuantity).div(line.quantity);
  const extended = full.times(share);
  const extendedExclTax = fullExclTax.times(share);
  return {
    ...line,
    discountedPrice: rounded(full, 4),
    discountedPriceExclTax: rounded(fullExclTax, 4),
    extendedPrice: rounded(extended, 4),
    extendedPriceExclTax: rounded(extendedExclTax, 4),
    taxTotal: rounded(extended.minus(extendedExclTax), 4),
  };
};

const sumOf = (lines: readonly PurchaseOrderLine[], amount: (line: PurchaseOrderLine) => number | undefined): Decimal =>
  lines.reduce((sum, line) => sum.plus(amount(line) ?? 0), new Decimal(0));

/** The order with every calculated amount of its lines and of itself. */
export const withAmounts = (order: PurchaseOrder): PurchaseOrder => {
  const lineItems = order.purchaseOrderForm.lineItems.map(priced);
  const sum = sumOf(lineItems, ({ extendedPrice }) => extendedPrice);
  const sumExclTax = sumOf(lineItems, ({ extendedPriceExclTax }) => extendedPriceExclTax);
  const total = rounded(sum, 2);
  const totalExclTax = rounded(sumExclTax, 2);
  return {
    ...order,
    purchaseOrderForm: { ...order.purchaseOrderForm, lineItems, total, totalExclTax },
    subTotal: total,
    subTotalExclTax: totalExclTax,
    taxTotal: rounded(sum.minus(sumExclTax), 2),
    total,
    totalExclTax,
  };
};

/**
 * Takes `quantity` off a line as a line of its own, with its share of the discount. What was delivered and cancelled
 * stays with the line it came on.
 */
export const splitLine = (
  line: PurchaseOrderLine,
  quantity: number,
  newLineItemId: string,
): [kept: PurchaseOrderLine, off: PurchaseOrderLine] => {
  const share = new Decimal(quantity).div(line.quantity);
  const part = (amount: number): number => rounded(share.times(amount), 4);
  const discount = part(line.lineItemDiscountAmount);
  const discountExclTax = part(line.lineItemDiscountAmountExclTax);
  const kept = {
    ...line,
    quantity: plus(line.quantity, -quantity),
    lineItemDiscountAmount: plus(line.lineItemDiscountAmount, -discount),
    lineItemDiscountAmountExclTax: plus(line.lineItemDiscountAmountExclTax, -discountExclTax),
  };
  const off = {
    ...line,
    lineItemId: newLineItemId,
    quantity,
    canceledQuantity: 0,
    deliveredQuantity: 0,
    lineItemDiscountAmount: discount,
    lineItemDiscountAmountExclTax: discountExclTax,
  };
  return [kept, off];
};
