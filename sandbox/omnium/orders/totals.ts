import { Decimal } from 'decimal.js';

import { type Discount, type Order, type OrderForm, type OrderLine, type Payment, type Shipment } from '../documents';

/*
 * The calculated amounts of an order (contract §3.3). Line amounts keep four decimals, as Omnium does not round lines
 * to money; the sums of the order form and its shipments are rounded to two, half away from zero.
 */

const zero = new Decimal(0);
const hundred = new Decimal(100);

const dec = (value: number | undefined): Decimal => (value === undefined || value === 0 ? zero : new Decimal(value));
const round = (value: Decimal, places: number): number =>
  // `+ 0` turns a negative zero into zero.
  value.toDecimalPlaces(places, Decimal.ROUND_HALF_UP).toNumber() + 0;
const line4 = (value: Decimal): number => round(value, 4);
const money = (value: Decimal): number => round(value, 2);
const cents = (value: Decimal): Decimal => value.toDecimalPlaces(2, Decimal.ROUND_HALF_UP);
const exclTax = (value: Decimal, taxRate: Decimal): Decimal =>
  taxRate.isZero() ? value : value.div(taxRate.div(hundred).plus(1));
const sumOf = <T>(items: readonly T[], amount: (item: T) => Decimal): Decimal =>
  items.reduce((sum, item) => sum.plus(amount(item)), zero);

/** What a discount takes off `base`: money, a share of it, or all of it; never more than its own maximum. */
const discountOn = (discount: Discount, base: Decimal): Decimal => {
  const value = dec(discount.discountValue ?? discount.discountAmount);
  const wanted =
    discount.rewardType === 'Percentage'
      ? base.times(value).div(hundred)
      : discount.rewardType === 'Free'
        ? base
        : value;
  const maximum = dec(discount.maxDiscountAmount);
  return maximum.isPositive() && !maximum.isZero() ? Decimal.min(wanted, maximum) : wanted;
};

const ofType = (discounts: readonly Discount[] | undefined, type: string): Discount[] =>
  (discounts ?? []).filter(({ discountType }) => discountType === type);

/** Adds up discounts on one base without ever making it negative, and writes each one's amount into it. */
const applyDiscounts = (discounts: Discount[], base: Decimal): Decimal => {
  let total = zero;
  for (const discount of discounts) {
    const amount = base.isNegative()
      ? discountOn(discount, base)
      : Decimal.min(discountOn(discount, base), base.minus(total));
    discount.discountAmount = line4(amount);
    total = total.plus(amount);
  }
  return total;
};

/** A line's flat discount: as sent, or else what its line discounts come to for the whole quantity. */
const flatDiscount = (line: OrderLine): Decimal => {
  if (line.discounted !== undefined) {
    return dec(line.discounted);
  }
  const full = dec(line.quantity).times(dec(line.placedPrice));
  return sumOf(line.orderLineDiscounts ?? [], (discount) => {
    const perItem = discount.discountAmountPrItem;
    const amount = perItem === undefined ? discountOn(discount, full) : dec(perItem).times(dec(line.quantity));
    discount.discountAmount = line4(amount);
    return amount;
  });
};

const discountedPriceOf = (line: OrderLine, flat: Decimal): Decimal => {
  const quantity = dec(line.quantity);
  const active = quantity.minus(dec(line.canceledQuantity));
  const gross = active.times(dec(line.placedPrice));
  if (flat.isZero() || quantity.isZero()) {
    return gross;
  }
  return active.equals(quantity) ? gross.minus(flat) : gross.minus(flat.times(active).div(quantity));
};

interface LineSums {
  readonly extended: Decimal;
  readonly extendedExclTax: Decimal;
  readonly cost: Decimal;
}

const writeLine = (line: OrderLine, amounts: { flat: Decimal; discounted: Decimal; orderShare: Decimal }): LineSums => {
  const { flat, discounted, orderShare } = amounts;
  const taxRate = dec(line.taxRate);
  const extended = discounted.minus(orderShare);
  const extendedExclTax = exclTax(extended, taxRate);
  const cost = dec(line.cost).times(dec(line.quantity));
  Object.assign(line, {
    canceledQuantity: line.canceledQuantity ?? 0,
    deliveredQuantity: line.deliveredQuantity ?? 0,
    returnQuantity: line.returnQuantity ?? 0,
    discounted: line4(flat),
    discountedExclTax: line4(exclTax(flat, taxRate)),
    placedPriceExclTax: line4(exclTax(dec(line.placedPrice), taxRate)),
    discountedPrice: line4(discounted),
    discountedPriceExclTax: line4(exclTax(discounted, taxRate)),
    orderDiscountAmount: line4(orderShare),
    extendedPrice: line4(extended),
    extendedPriceExclTax: line4(extendedExclTax),
    taxTotal: line4(extended.minus(extendedExclTax)),
    costTotal: line4(cost),
  });
  return { extended, extendedExclTax, cost };
};

interface ShippingSums {
  readonly subTotal: Decimal;
  readonly subTotalExclTax: Decimal;
  readonly discount: Decimal;
  readonly total: Decimal;
  readonly tax: Decimal;
}

/** Shipping of one shipment: its own discounts, then its share of the order's shipping discounts. */
const writeShipment = (
  shipment: Shipment,
  share: Decimal,
  context: { sums: ReadonlyMap<OrderLine, LineSums>; taxRate: number },
): ShippingSums => {
  const subTotal = cents(dec(shipment.shippingSubTotal));
  const taxRate = dec(shipment.shipmentTaxRate ?? context.taxRate);
  const own = applyDiscounts(shipment.discounts ?? [], subTotal);
  const discount = cents(Decimal.min(own.plus(share), subTotal.isNegative() ? zero : subTotal));
  const total = subTotal.minus(discount);
  const tax = total.minus(exclTax(total, taxRate));
  const lines = sumOf(shipment.lineItems, (line) => context.sums.get(line)?.extended ?? zero);
  const linesExclTax = sumOf(shipment.lineItems, (line) => context.sums.get(line)?.extendedExclTax ?? zero);
  const subTotalExclTax = exclTax(subTotal, taxRate);
  Object.assign(shipment, {
    shippingSubTotal: money(subTotal),
    shippingSubTotalExclTax: money(subTotalExclTax),
    shippingDiscountAmount: money(discount),
    shippingTax: money(tax),
    shippingTotal: money(total),
    subTotal: money(lines),
    taxTotal: money(lines.minus(linesExclTax).plus(tax)),
    total: money(lines.plus(total)),
  });
  return { subTotal, subTotalExclTax, discount, total, tax };
};

const writeShipping = (form: OrderForm, sums: ReadonlyMap<OrderLine, LineSums>, taxRate: number): ShippingSums => {
  const base = sumOf(form.shipments, ({ shippingSubTotal }) => cents(dec(shippingSubTotal)));
  const orderDiscount = applyDiscounts(ofType(form.discounts, 'Shipping'), base);
  const written = form.shipments.map((shipment) => {
    const part = base.isZero() ? zero : dec(shipment.shippingSubTotal).div(base).times(orderDiscount);
    return writeShipment(shipment, part, { sums, taxRate });
  });
  return {
    subTotal: base,
    subTotalExclTax: sumOf(written, ({ subTotalExclTax }) => subTotalExclTax),
    discount: sumOf(written, ({ discount }) => discount),
    total: sumOf(written, ({ total }) => total),
    tax: sumOf(written, ({ tax }) => tax),
  };
};

const paid = (payments: readonly Payment[], ...types: string[]): Decimal =>
  sumOf(payments, ({ status, transactionType, amount }) =>
    status !== 'Failed' && types.includes(transactionType ?? '') ? dec(amount) : zero,
  );

const writePayments = (order: Order): void => {
  const { orderForm } = order;
  const authorized = paid(orderForm.payments, 'Authorization');
  const captured = paid(orderForm.payments, 'Capture', 'Captured');
  const sold = paid(orderForm.payments, 'Sale');
  const credited = paid(orderForm.payments, 'Credit');
  const voided = paid(orderForm.payments, 'Void');
  const stillAuthorized = Decimal.max(authorized.minus(captured).minus(voided), zero);
  // Money given back for lines of the order itself, as in a blind return; what returns credit is no debt of the order.
  const returned = sumOf(order.returnOrderForms ?? [], ({ total }) => dec(total));
  const givenBack = Decimal.max(credited.minus(returned), zero);
  const covered = captured.plus(sold).plus(stillAuthorized).minus(givenBack);
  Object.assign(orderForm, {
    authorizedPaymentTotal: money(authorized),
    capturedPaymentTotal: money(captured.plus(sold)),
    creditPaymentTotal: money(credited),
  });
  Object.assign(order, { remainingPayment: money(dec(orderForm.total).minus(covered)) });
};

const writeNet = (order: Order): void => {
  const returns = order.returnOrderForms ?? [];
  const { orderForm } = order;
  const returned = sumOf(returns, ({ total }) => dec(total));
  const returnedExclTax = sumOf(returns, ({ totalExclTax }) => dec(totalExclTax));
  Object.assign(order, {
    netTotal: money(dec(orderForm.total).minus(returned)),
    netTotalExclTax: money(dec(orderForm.totalExclTax).minus(returnedExclTax)),
  });
};

/** Writes all line amounts and gives the sums of each line. */
const writeLines = (form: OrderForm): { sums: Map<OrderLine, LineSums>; orderDiscount: Decimal } => {
  const priced = form.lineItems.map((line) => {
    const flat = flatDiscount(line);
    return { line, flat, discounted: discountedPriceOf(line, flat) };
  });
  const base = sumOf(priced, ({ discounted }) => discounted);
  // Rounded before it is shared out: the lines' shares must come to the amount that is shown.
  const orderDiscount = base.isZero() ? zero : cents(applyDiscounts(ofType(form.discounts, 'Order'), base));
  const sums = new Map<OrderLine, LineSums>();
  for (const { line, flat, discounted } of priced) {
    const orderShare = orderDiscount.isZero() || base.isZero() ? zero : discounted.div(base).times(orderDiscount);
    sums.set(line, writeLine(line, { flat, discounted, orderShare }));
  }
  return { sums, orderDiscount };
};

/** Calculates the amounts of lines that stand alone, in place: an invoice's. */
export const calculateLines = (lineItems: OrderLine[]): void => {
  writeLines({ lineItems, shipments: [], payments: [] });
};

/**
 * Calculates every amount of an order, in place; the order must be a version nobody else sees yet.
 * `shippingTaxRate` is the market's, in percent, for shipments that name none.
 */
export const calculateTotals = (order: Order, shippingTaxRate: number): void => {
  const form = order.orderForm;
  const { sums, orderDiscount } = writeLines(form);
  const shipping = writeShipping(form, sums, shippingTaxRate);
  const all = [...sums.values()];
  const lines = sumOf(all, ({ extended }) => extended);
  const linesExclTax = sumOf(all, ({ extendedExclTax }) => extendedExclTax);
  const tax = lines.minus(linesExclTax).plus(shipping.tax);
  const total = lines.plus(shipping.total).plus(dec(form.handlingTotal)).plus(dec(form.grossRoundoff));
  Object.assign(form, {
    discountAmount: money(orderDiscount),
    shippingSubTotal: money(shipping.subTotal),
    shippingSubTotalExclTax: money(shipping.subTotalExclTax),
    shippingDiscountTotal: money(shipping.discount),
    shippingTotal: money(shipping.total),
    subTotal: money(lines),
    subTotalExclTax: money(linesExclTax),
    taxTotal: money(tax),
    total: money(total),
    totalExclTax: money(total.minus(tax)),
  });
  Object.assign(order, {
    lineItemsCost: money(sumOf(all, ({ cost }) => cost)),
    shippingSubTotal: money(shipping.subTotal),
    subTotal: form['subTotal'],
    subTotalExclTax: form['subTotalExclTax'],
    taxTotal: form['taxTotal'],
    total: form.total,
    totalExclTax: form.totalExclTax,
  });
  writePayments(order);
  writeNet(order);
};
