import { Decimal } from 'decimal.js';
import type { OmniumOrder, OmniumOrderLine } from '../../../clients/omnium/orders';
import { allocateCents } from '../../../domain/allocation';
import { asCents, lineTotalCents, sumCents, toCents, type Cents } from '../../../domain/money';
import { asHundredths, toHundredths, type Hundredths } from '../../../domain/quantity';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';

/** A line as it has to stand in Flow. Line total there = price × quantity − discount. */
export interface DesiredItem {
  /** Omnium's line item id: the key both systems share. */
  readonly externalId: string;
  readonly sku: string;
  readonly name?: string;
  readonly quantity: Hundredths;
  /** Price per piece, VAT included. */
  readonly itemPrice: Cents;
  /** Discount on the whole line, the line's part of order discounts included; never negative. */
  readonly itemDiscountAmount: Cents;
}

/** What the mapping of lines needs to know about the tenant. */
export interface LineRules {
  readonly includeMainPackage: boolean;
  readonly shippingProductSku: string;
}

/** External id of the one line that carries the shipping charge. No line item id of Omnium looks like this. */
export const SHIPPING_EXTERNAL_ID = 'omnium:shipping';

/** A line on its way: what is left of it after cancellations, and what it costs after all discounts. */
interface ActiveLine {
  readonly line: OmniumOrderLine;
  readonly quantity: Hundredths;
  net: Cents;
}

/**
 * Order lines, Omnium → Flow, to the cent.
 *
 * - Cancelled pieces are gone; a line with none left is no line.
 * - What a line costs is Omnium's own `extendedPrice`: line discounts and the line's part of order discounts are in it.
 *   The difference to price × quantity becomes Flow's line discount, so that any later change can be written.
 * - Cents lost by rounding each line are given to the lines that lost most, so that the lines add up to the order.
 * - A package's own line is left out unless `OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS`; its price then moves to its
 *   components. A package without component lines stays, or its goods would be lost.
 * - Shipping is one more line of a non-physical product.
 */
export function mapOrderLines(order: OmniumOrder, rules: LineRules): DesiredItem[] {
  const lines = activeLines(order.orderForm.lineItems);
  giveBackRoundedCents(lines, goodsTotalCents(order));
  const sent = rules.includeMainPackage ? lines : withoutMainPackages(lines);
  const items = sent.map(toItem);
  const shipping = shippingItem(order, rules);
  return shipping ? [...items, shipping] : items;
}

/** Sum of the lines as Flow will have it. */
export function totalOfItems(items: readonly DesiredItem[]): Cents {
  return sumCents(
    items.map((item) => asCents(lineTotalCents(item.itemPrice, item.quantity) - item.itemDiscountAmount)),
  );
}

function activeLines(lines: readonly OmniumOrderLine[]): ActiveLine[] {
  const seen = new Set<string>();
  return lines.flatMap((line) => {
    if (seen.has(line.lineItemId)) {
      throw new DocumentUnmappableError('orderForm.lineItems', `two lines have the id ${line.lineItemId}`);
    }
    seen.add(line.lineItemId);
    const quantity = asHundredths(toHundredths(line.quantity) - toHundredths(line.canceledQuantity ?? 0));
    return quantity === 0 ? [] : [{ line, quantity, net: toCents(exactNet(line, quantity).toString()) }];
  });
}

/** What the line costs in the end, unrounded, in major units. */
function exactNet(line: OmniumOrderLine, quantity: Hundredths): Decimal {
  if (line.extendedPrice !== undefined) return new Decimal(line.extendedPrice);
  if (line.discountedPrice !== undefined) return new Decimal(line.discountedPrice);
  const pieces = new Decimal(quantity).dividedBy(100);
  const discountPerPiece = new Decimal(line.discounted ?? 0).dividedBy(line.quantity);
  return new Decimal(line.placedPrice).minus(discountPerPiece).times(pieces);
}

/** What the goods cost in all: the order's total without shipping, handling and cash rounding. */
function goodsTotalCents(order: OmniumOrder): Cents | undefined {
  const { total, shippingTotal, handlingTotal, grossRoundoff } = order.orderForm;
  if (total === undefined) return undefined;
  return asCents(
    toCents(total) - toCents(shippingTotal ?? 0) - toCents(handlingTotal ?? 0) - toCents(grossRoundoff ?? 0),
  );
}

/** Only what rounding can explain is moved (half a cent a line); a bigger gap is real and is reported, not hidden. */
function giveBackRoundedCents(lines: ActiveLine[], goodsTotal: Cents | undefined): void {
  if (goodsTotal === undefined) return;
  const gap = goodsTotal - sumCents(lines.map((line) => line.net));
  if (gap === 0 || Math.abs(gap) > Math.ceil(lines.length / 2)) return;
  const direction = Math.sign(gap);
  const loss = (line: ActiveLine): number =>
    exactNet(line.line, line.quantity).times(100).minus(line.net).times(direction).toNumber();
  const byLoss = [...lines].sort((a, b) => loss(b) - loss(a));
  for (const line of byLoss.slice(0, Math.abs(gap))) line.net = asCents(line.net + direction);
}

function withoutMainPackages(lines: readonly ActiveLine[]): ActiveLine[] {
  const components = new Map<string, ActiveLine[]>();
  for (const line of lines) {
    const parentId = line.line.packageLineItemId;
    if (parentId === undefined || parentId === line.line.lineItemId) continue;
    components.set(parentId, [...(components.get(parentId) ?? []), line]);
  }
  return lines.filter((parent) => {
    const parts = components.get(parent.line.lineItemId);
    if (!parts) return true;
    const shares = allocateCents(parent.net, parts.map(worth));
    parts.forEach((part, index) => (part.net = asCents(part.net + (shares[index] ?? 0))));
    return false;
  });
}

/** A component's part of its package's price: its ordinary price × pieces. */
function worth({ line, quantity }: ActiveLine): string {
  const price = new Decimal(line.placedPrice).isZero() ? (line.suggestedRetailPrice ?? 0) : line.placedPrice;
  return new Decimal(price).times(quantity).abs().toString();
}

function toItem({ line, quantity, net }: ActiveLine): DesiredItem {
  const itemPrice = priceThatCovers(toCents(line.placedPrice), net, quantity);
  return {
    externalId: line.lineItemId,
    sku: line.code,
    ...(line.displayName && { name: line.displayName }),
    quantity,
    itemPrice,
    itemDiscountAmount: asCents(lineTotalCents(itemPrice, quantity) - net),
  };
}

/**
 * The price per piece, raised to the next cent where price × quantity would be below what the line costs (a price with
 * three decimals, or a package's price on its components): Flow's line discount can lower a line, not raise it.
 */
function priceThatCovers(placedPrice: Cents, net: Cents, quantity: Hundredths): Cents {
  if (quantity < 0 || lineTotalCents(placedPrice, quantity) >= net) return placedPrice;
  return asCents(new Decimal(net).times(100).dividedBy(quantity).ceil().toNumber());
}

function shippingItem(order: OmniumOrder, rules: LineRules): DesiredItem | undefined {
  const { shippingTotal, shippingSubTotal } = order.orderForm;
  const net = toCents(shippingTotal ?? 0);
  if (net <= 0) return undefined;
  const gross = asCents(Math.max(toCents(shippingSubTotal ?? net / 100), net));
  const name = order.orderForm.shipments.find((shipment) => shipment.shippingMethodName)?.shippingMethodName;
  return {
    externalId: SHIPPING_EXTERNAL_ID,
    sku: rules.shippingProductSku,
    ...(name && { name }),
    quantity: asHundredths(100),
    itemPrice: gross,
    itemDiscountAmount: asCents(gross - net),
  };
}
