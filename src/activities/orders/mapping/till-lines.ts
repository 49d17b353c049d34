import { Decimal } from 'decimal.js';
import type { FlowOrder, FlowOrderItem } from '../../../clients/flow/orders';
import type { OmniumLineWrite } from '../../../clients/omnium/members';
import { allocateCents } from '../../../domain/allocation';
import { asCents, centsToDecimal, lineTotalCents, sumCents, type Cents } from '../../../domain/money';
import { asHundredths, hundredthsToDecimal, type Hundredths } from '../../../domain/quantity';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';

/** A line of a till order: which way the goods went, and what they cost after every discount. */
export interface TillLine {
  readonly item: FlowOrderItem;
  /** Below zero for goods that came back. */
  readonly quantity: Hundredths;
  /** VAT included; below zero for money that went back. */
  readonly net: Cents;
}

/**
 * The lines of a till order with their final amounts; they add up to the order's total.
 *
 * - Discounts on the whole order are spread over the lines in proportion to what they cost (ADR 0004).
 * - A return comes with negative quantities, or with positive ones only: then its type gives the sign (design.md §5).
 */
export function tillLines(order: FlowOrder): TillLine[] {
  const sign = isUnsignedReturn(order) ? -1 : 1;
  const nets = order.items.map((item) => asCents(sign * netBeforeOrderDiscounts(item)));
  const total = asCents(sign === -1 ? -Math.abs(order.orderTotals.totalAmount) : order.orderTotals.totalAmount);
  const orderDiscount = asCents(sumCents(nets) - total);
  const shares = allocateCents(orderDiscount, nets);
  return order.items.map((item, index) => ({
    item,
    quantity: asHundredths(sign * item.quantity),
    net: asCents((nets[index] ?? 0) - (shares[index] ?? 0)),
  }));
}

/** The key under which a line is known in Omnium: its own line item id, or Flow's uid for lines born at the till. */
export function omniumLineId(item: FlowOrderItem): string {
  return item.externalId ?? item.orderItemUid;
}

/**
 * Lines with the parent lines of packages left out; what a parent costs moves to its components. A parent without
 * component lines stays, or its goods would be lost.
 */
export function withoutMainPackages(lines: readonly TillLine[]): TillLine[] {
  const componentsOf = new Map<string, TillLine[]>();
  for (const line of lines) {
    const parentUid = line.item.parentOrderItemUid;
    if (parentUid) componentsOf.set(parentUid, [...(componentsOf.get(parentUid) ?? []), line]);
  }
  const extra = new Map<TillLine, Cents>();
  const kept = lines.filter((parent) => {
    const components = componentsOf.get(parent.item.orderItemUid);
    if (!components) return true;
    const shares = allocateCents(parent.net, components.map(ordinaryWorth));
    components.forEach((component, index) => extra.set(component, shares[index] ?? asCents(0)));
    return false;
  });
  return kept.map((line) => ({ ...line, net: asCents(line.net + (extra.get(line) ?? 0)) }));
}

/**
 * The line at a price that Omnium's quantity × price − discount can reach: raised by whole cents where the line costs more
 * than that, because Flow rounded it up or gave it the price of its package.
 */
function withReachablePrice(line: TillLine): TillLine {
  const { item, quantity, net } = line;
  if (quantity === 0) return line;
  const needed = new Decimal(net).times(Math.sign(quantity)).times(100).dividedBy(Math.abs(quantity)).ceil().toNumber();
  return needed > item.itemPrice ? { ...line, item: { ...item, itemPrice: asCents(needed) } } : line;
}

/**
 * Line, Flow → Omnium. Omnium calculates quantity × placedPrice − discounted with four decimals, so the discount is the
 * exact difference to what the line costs here, and never raises a line.
 *
 * @throws DocumentUnmappableError for a line without a SKU
 */
export function toOmniumLine(line: TillLine): OmniumLineWrite {
  const { item, quantity, net } = withReachablePrice(line);
  if (!item.sku) throw new DocumentUnmappableError(`items[${item.orderItemUid}].sku`, 'is missing in Flow', 'flow');
  const pieces = new Decimal(quantity).dividedBy(100);
  const discounted = new Decimal(item.itemPrice).times(pieces).minus(net).dividedBy(100);
  return {
    lineItemId: omniumLineId(item),
    code: item.sku,
    ...(item.name && { displayName: item.name }),
    quantity: hundredthsToDecimal(quantity),
    placedPrice: centsToDecimal(asCents(item.itemPrice)),
    discounted: discounted.toNumber() + 0,
    ...(item.vatRate !== undefined && { taxRate: item.vatRate / 100 }),
    ...(item.returnReasonCode && { returnReason: item.returnReasonCode }),
  };
}

/** Whether an order or a receipt is a return that only its type tells: its figures are above zero (design.md §5). */
export function isUnsignedReturn({
  type,
  items,
}: Pick<FlowOrder, 'type'> & {
  readonly items: readonly { readonly quantity: number }[];
}): boolean {
  return type === 'RETURN' && items.length > 0 && items.every(({ quantity }) => quantity > 0);
}

function netBeforeOrderDiscounts(item: FlowOrderItem): Cents {
  if (item.totalPrice !== undefined) return asCents(item.totalPrice);
  const gross = lineTotalCents(asCents(item.itemPrice), asHundredths(item.quantity));
  return asCents(gross - (item.itemDiscountAmount ?? 0));
}

function ordinaryWorth({ item, quantity }: TillLine): string {
  return new Decimal(item.itemPrice).times(quantity).abs().toString();
}
