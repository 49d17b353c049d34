import { Decimal } from 'decimal.js';
import type { FlowOrder } from '../../../clients/flow/orders';
import type { OmniumLineWrite } from '../../../clients/omnium/members';
import type { OmniumOrder, OmniumOrderLine, OmniumPosOrderWrite } from '../../../clients/omnium/orders';
import type { DecimalValue } from '../../../clients/wire';
import { asCents, lineTotalCents, sumCents, toCents } from '../../../domain/money';
import { asHundredths } from '../../../domain/quantity';
import {
  cashRounding,
  isUnsignedReturn,
  tillSettlements,
  netOf,
  omniumLineId,
  tillLines,
  vatWithin,
  type TillLine,
} from './till-to-omnium';

/** Whether two sums over lines are the same but for a cent that each line may have been rounded by. */
export function areSame(one: number, other: number, lines: number): boolean {
  return Math.abs(one - other) <= Math.max(lines, 1);
}

/**
 * Where an order of Flow contradicts itself, for people: its lines against their prices, its total and its VAT against its
 * lines, its payments against its total. The members are documented nowhere, so one of the two may mean something else.
 */
export function contradictionsOf(order: FlowOrder): string[] {
  const { items, orderTotals, discounts, settleState, settlements, vatFree } = order;
  const { totalAmount, totalVatAmount } = orderTotals;
  const found = items.flatMap(({ orderItemUid, itemPrice, quantity, itemDiscountAmount, totalPrice }) => {
    if (itemDiscountAmount === undefined || totalPrice === undefined) return [];
    const net = lineTotalCents(asCents(itemPrice), asHundredths(quantity)) - itemDiscountAmount;
    const what = `items[${orderItemUid}].totalPrice: Flow tells ${totalPrice} cents`;
    return areSame(net, totalPrice, 1) ? [] : [`${what}, its price and discount come to ${net}`];
  });
  const lines = tillLines(order);
  const ofLines = sumCents(items.length === 0 ? [] : order.items.map((item) => asCents(netOf(item))));
  if (
    discounts?.length === 0 &&
    items.length > 0 &&
    !areSame(ofLines, totalAmount, items.length) &&
    !isUnsignedReturn(order)
  ) {
    found.push(
      `orderTotals.totalAmount: Flow tells ${totalAmount} cents without a discount, its lines come to ${ofLines}`,
    );
  }
  const vat = sumCents(lines.map(({ net, vatRate = 0 }) => vatWithin(net, vatRate)));
  if (
    totalVatAmount !== undefined &&
    items.length > 0 &&
    !areSame(Math.abs(vat), Math.abs(totalVatAmount), lines.length)
  ) {
    const rates = vatFree ? 'it is free of VAT' : `the rates of its lines come to ${vat}`;
    found.push(`orderTotals.totalVatAmount: Flow tells ${totalVatAmount} cents, ${rates}`);
  }
  const paid = sumCents(tillSettlements(order).map(({ amount }) => asCents(amount)));
  const payable = totalAmount + cashRounding(order);
  if (settleState === 'SETTLED' && settlements.length > 0 && Math.abs(paid) !== Math.abs(payable)) {
    found.push(`settlements: Flow calls the order paid for with ${paid} cents, it comes to ${payable}`);
  }
  return found;
}

/** Lines of a till that an order in Omnium has otherwise, or has not, or has too many, by their names there. */
export function editedLines(sale: OmniumPosOrderWrite, { orderForm }: OmniumOrder): string[] {
  const text = (lineItemId: string, code: string, quantity: DecimalValue, cents: Decimal): string =>
    JSON.stringify([lineItemId, code, new Decimal(quantity), cents.times(100).toDecimalPlaces(0)]);
  const netOfLine = ({ quantity, placedPrice, discounted = 0 }: OmniumLineWrite | OmniumOrderLine): Decimal =>
    new Decimal(quantity).times(placedPrice).minus(discounted);
  const here = new Map(
    sale.orderForm.lineItems.map((line) => [
      line.lineItemId,
      text(line.lineItemId, line.code, line.quantity, netOfLine(line)),
    ]),
  );
  const there = new Map(
    orderForm.lineItems.map((line) => [
      line.lineItemId,
      text(line.lineItemId, line.code, line.quantity, netOfLine(line)),
    ]),
  );
  return [...new Set([...here.keys(), ...there.keys()])].filter((id) => here.get(id) !== there.get(id));
}

/** VAT that the two systems see differently, for people: the rate of each line, and with equal rates the sum. */
export function vatDifferences(lines: readonly TillLine[], { orderForm }: OmniumOrder): string[] {
  const there = new Map(orderForm.lineItems.map((line) => [line.lineItemId, line.taxRate]));
  const rates = lines.flatMap(({ item, vatRate, net }) => {
    const rate = there.get(omniumLineId(item));
    if (rate === undefined || vatRate === undefined || net === 0 || new Decimal(rate).times(100).equals(vatRate))
      return [];
    return [`lineItems[${omniumLineId(item)}].taxRate: Flow ${vatRate / 100} %, Omnium ${rate} %`];
  });
  const { taxTotal } = orderForm;
  if (rates.length > 0 || taxTotal === undefined || lines.some(({ vatRate }) => vatRate === undefined)) return rates;
  const vat = sumCents(lines.map(({ net, vatRate = 0 }) => vatWithin(net, vatRate)));
  const inOmnium = toCents(taxTotal);
  return areSame(vat, inOmnium, lines.length) ? [] : [`taxTotal: Flow ${vat} cents, Omnium ${inOmnium} cents`];
}
