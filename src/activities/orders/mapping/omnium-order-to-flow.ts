import { createHash } from 'node:crypto';
import { Decimal } from 'decimal.js';
import type { FlowOrderUpdate } from '../../../clients/flow/orders';
import type { OmniumOrder, OmniumOrderLine } from '../../../clients/omnium/orders';
import type { OrderHandlingKind, OrderRules, TenantConfig } from '../../../config/types';
import { allocateCents } from '../../../domain/allocation';
import { compact } from '../../../domain/compact';
import { dayIn } from '../../../domain/day';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { asCents, lineTotalCents, sumCents, toCents, type Cents } from '../../../domain/money';
import { asHundredths, toHundredths, type Hundredths } from '../../../domain/quantity';
import { stripToUid, type FlowUid } from '../../../domain/uid';
import { mapAddresses } from '../../shared/addresses';
import { prePaymentsOf, type DesiredPrePayment } from './web-payments';

/** Whether everything we would write is already there; what else Flow keeps is its own. */
const covers = (there: unknown, desired: unknown): boolean => {
  const members = new Map(Object.entries(there ?? {}));
  return Object.entries(desired ?? {}).every(([name, value]) => members.get(name) === value);
};

/**
 * The order-level members of Flow that a pass keeps right: when each is, and whether its value is a person's and never
 * shown. One more is a row here and a line in {@link mapOmniumOrderToFlow}.
 */
export const HEADER_MEMBERS = {
  customerUid: { isSame: (there, desired) => there === desired, isPersonal: true },
  validUntil: {
    isSame: (there, desired) => Date.parse(String(there)) === Date.parse(String(desired)),
    isPersonal: false,
  },
  deliveryDate: { isSame: (there, desired) => String(there).slice(0, 10) === desired, isPersonal: false },
  customerAddress: { isSame: covers, isPersonal: true },
  invoiceAddress: { isSame: covers, isPersonal: true },
} as const satisfies Partial<
  Record<
    keyof FlowOrderUpdate,
    { readonly isSame: (there: unknown, desired: unknown) => boolean; readonly isPersonal: boolean }
  >
>;

export type DesiredHeader = Pick<FlowOrderUpdate, keyof typeof HEADER_MEMBERS>;

/** How a web order is handled in the shop, and which of Omnium's stores or warehouses it belongs to. */
export interface WebOrderRoute {
  readonly kind: OrderHandlingKind;
  readonly handlingUid?: string;
  readonly storeId: string;
}

/** A line as Flow has to have it. Line total there = price × quantity − discount. */
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

/** An order as Flow has to have it, before the parts that are read from Flow (customer, counted deadline, methods). */
export interface DesiredOrder {
  readonly orderUid: FlowUid;
  readonly externalOrderNumber: string;
  readonly kind: OrderHandlingKind;
  /** The state that an order of its kind begins in (Flow, orders page). */
  readonly orderState: 'PARKED' | 'CONFIRMED';
  readonly handlingUid?: string;
  readonly header: DesiredHeader;
  /** Pick-up deadline that Omnium has set, ISO-8601. */
  readonly validUntil?: string;
  /** Whether Omnium says so: by the order's status, or because no line is left. */
  readonly isCancelled: boolean;
  /** {@link stateOfLines} of the order. */
  readonly linesState: string;
  readonly items: readonly DesiredItem[];
  readonly prePayments: readonly DesiredPrePayment[];
  /** The order's total in Omnium. */
  readonly totalCents: Cents;
  /** What cannot be carried over. */
  readonly problems: readonly string[];
}

/** The part of a tenant's configuration that the mapping of orders follows. */
export interface OrderConfig {
  readonly orders: OrderRules;
  readonly settings: Pick<TenantConfig['settings'], 'OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS'>;
  /** In which a moment becomes a day. */
  readonly timezone: string;
}

/** External id of the one line that carries the shipping charge. No line item id of Omnium looks like this. */
export const SHIPPING_EXTERNAL_ID = 'omnium:shipping';

const STATE_LENGTH = 8;

/**
 * Whether and how an order belongs into a tenant's tills, by order type and market (Flow, orders page; the map of type →
 * handling is configuration, as the two vendors name the online type differently).
 */
export function routeOrder(order: OmniumOrder, tenant: TenantConfig): WebOrderRoute | { readonly skip: string } {
  const { marketId, orderType } = order;
  const isOurs = tenant.markets.some((market) => market.marketId.toLowerCase() === marketId?.toLowerCase());
  if (marketId !== undefined && !isOurs) return { skip: `market ${marketId} is not among this tenant's markets` };
  const kind = tenant.orders.orderTypes[orderType?.toLowerCase() ?? ''];
  if (!kind) return { skip: `order type ${orderType ?? '(none)'} is not synced to Flow` };
  const isOnline = kind === 'online';
  // A pick-up order belongs where it is fetched; any other order to the store that sold it.
  const pickUp = isOnline ? undefined : order.orderForm.shipments.find((shipment) => shipment.pickUpWarehouseCode);
  const storeId = pickUp?.pickUpWarehouseCode ?? order.storeId;
  if (!storeId) return { skip: 'the order names no store' };
  const { OMNIUM_ONLINE_ORDER_HANDLING_UID, OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID } = tenant.settings;
  const handlingUid = isOnline ? OMNIUM_ONLINE_ORDER_HANDLING_UID : OMNIUM_CLICK_COLLECT_ORDERHANDLING_UID;
  return { kind, storeId, ...(handlingUid && { handlingUid }) };
}

/**
 * Order, Omnium → Flow. Total and pure: the same document always gives the same result.
 *
 * @param isCancelledByStatus whether the order's status is of the class `cancelled`
 * @throws AmountInvalidError, UidInvalidError, DocumentUnmappableError
 */
export function mapOmniumOrderToFlow(
  order: OmniumOrder,
  { kind, handlingUid }: Omit<WebOrderRoute, 'storeId'>,
  config: OrderConfig,
  isCancelledByStatus: boolean,
): DesiredOrder {
  const items = mapOrderLines(order, config);
  const { prePayments, problems } = prePaymentsOf(order.orderForm.payments, config.orders.prepaymentTransactionTypes);
  const { total, handlingTotal, grossRoundoff } = order.orderForm;
  const totalCents = total === undefined ? totalOfItems(items) : toCents(total);
  // Parts of the total that Flow has no place for, and any gap they do not explain.
  const handling = toCents(handlingTotal ?? 0);
  const roundoff = toCents(grossRoundoff ?? 0);
  if (handling !== 0) problems.push(`orderForm.handlingTotal of ${handling} cents has no counterpart in Flow`);
  if (roundoff !== 0) problems.push(`orderForm.grossRoundoff of ${roundoff} cents has no counterpart in Flow`);
  const gap = totalCents - handling - roundoff - totalOfItems(items);
  if (gap !== 0) problems.push(`orderForm.total differs from the sum of its lines by ${gap} cents`);
  const { requestedDeliveryDate } = order;
  const deliveryDate = requestedDeliveryDate && dayIn(config.timezone, requestedDeliveryDate);
  const lines = order.orderForm.lineItems;
  const isCancelled =
    isCancelledByStatus ||
    (lines.length > 0 && lines.every((line) => Number(line.quantity) - Number(line.canceledQuantity ?? 0) === 0));
  return compact({
    orderUid: stripToUid(order.id),
    externalOrderNumber: order.orderNumber,
    kind,
    orderState: kind === 'online' ? ('CONFIRMED' as const) : ('PARKED' as const),
    handlingUid,
    header: compact({ ...mapAddresses(order), deliveryDate }),
    validUntil: order.customerPickupDeadline,
    isCancelled,
    linesState: stateOfLines(order),
    items,
    prePayments,
    totalCents,
    problems,
  });
}

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
export function mapOrderLines(order: OmniumOrder, { orders, settings }: OrderConfig): DesiredItem[] {
  const seen = new Set<string>();
  const lines = order.orderForm.lineItems.flatMap((line): ActiveLine[] => {
    if (seen.has(line.lineItemId)) {
      throw new DocumentUnmappableError('orderForm.lineItems', `two lines have the id ${line.lineItemId}`);
    }
    seen.add(line.lineItemId);
    const quantity = asHundredths(toHundredths(line.quantity) - toHundredths(line.canceledQuantity ?? 0));
    return quantity === 0 ? [] : [{ line, quantity, net: toCents(exactNet(line, quantity).toString()) }];
  });
  giveBackRoundedCents(lines, order);
  const sent = settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS ? lines : withoutMainPackages(lines);
  const items = sent.map(({ line, quantity, net: rounded }): DesiredItem => {
    const placedPrice = toCents(line.placedPrice);
    // A line that costs nothing can be half a cent below it: its discount was rounded before it was taken.
    const net = rounded === -1 && quantity > 0 && placedPrice >= 0 ? asCents(0) : rounded;
    // Flow's line discount can lower a line, not raise it. So where price × quantity is below what the line costs (a price
    // with three decimals, a package's price on its components), the price is raised to the next cent.
    const isCovered = quantity < 0 || lineTotalCents(placedPrice, quantity) >= net;
    const raised = new Decimal(net).times(100).dividedBy(quantity).ceil();
    const itemPrice = isCovered ? placedPrice : asCents(raised.toNumber());
    const itemDiscountAmount = asCents(lineTotalCents(itemPrice, quantity) - net);
    return compact({
      externalId: line.lineItemId,
      sku: line.code,
      name: line.displayName,
      quantity,
      itemPrice,
      itemDiscountAmount,
    });
  });
  const { shippingTotal, shippingSubTotal, shipments } = order.orderForm;
  const shipping = toCents(shippingTotal ?? 0);
  if (shipping <= 0) return items;
  const gross = asCents(Math.max(toCents(shippingSubTotal ?? shipping / 100), shipping));
  const shippingItem = compact({
    externalId: SHIPPING_EXTERNAL_ID,
    sku: orders.shippingProductSku,
    name: shipments.find(({ shippingMethodName }) => shippingMethodName)?.shippingMethodName,
    quantity: asHundredths(100),
    itemPrice: gross,
    itemDiscountAmount: asCents(gross - shipping),
  });
  return [...items, shippingItem];
}

/** Sum of the lines as Flow will have it. */
export function totalOfItems(items: readonly DesiredItem[]): Cents {
  return sumCents(
    items.map((item) => asCents(lineTotalCents(item.itemPrice, item.quantity) - item.itemDiscountAmount)),
  );
}

/** What the line costs in the end, unrounded, in major units. */
function exactNet(line: OmniumOrderLine, quantity: Hundredths): Decimal {
  const total = line.extendedPrice ?? line.discountedPrice;
  if (total !== undefined) return new Decimal(total);
  const discountPerPiece = new Decimal(line.discounted ?? 0).dividedBy(line.quantity);
  return new Decimal(line.placedPrice).minus(discountPerPiece).times(new Decimal(quantity).dividedBy(100));
}

/** Only what rounding can explain is moved (half a cent a line); a bigger gap is real and is reported, not hidden. */
function giveBackRoundedCents(lines: readonly ActiveLine[], { orderForm }: OmniumOrder): void {
  const { total, shippingTotal, handlingTotal, grossRoundoff } = orderForm;
  if (total === undefined) return;
  const notGoods = [shippingTotal, handlingTotal, grossRoundoff].map((part) => toCents(part ?? 0));
  const gap = toCents(total) - sumCents(notGoods) - sumCents(lines.map(({ net }) => net));
  if (gap === 0 || Math.abs(gap) > Math.ceil(lines.length / 2)) return;
  const losses = lines.map((active) => {
    const exact = exactNet(active.line, active.quantity).times(100);
    return { active, loss: exact.minus(active.net).times(Math.sign(gap)).toNumber() };
  });
  losses.sort((a, b) => b.loss - a.loss);
  for (const { active } of losses.slice(0, Math.abs(gap))) active.net = asCents(active.net + Math.sign(gap));
}

function withoutMainPackages(lines: readonly ActiveLine[]): ActiveLine[] {
  return lines.filter((parent) => {
    const parentId = parent.line.lineItemId;
    const parts = lines.filter(({ line }) => line.packageLineItemId === parentId && line.lineItemId !== parentId);
    if (parts.length === 0) return true;
    // A component's part of its package's price: its ordinary price × pieces.
    const shares = allocateCents(
      parent.net,
      parts.map(({ line, quantity }) => {
        const price = new Decimal(line.placedPrice).isZero() ? (line.suggestedRetailPrice ?? 0) : line.placedPrice;
        return new Decimal(price).times(quantity).abs().toString();
      }),
    );
    parts.forEach((part, index) => (part.net = asCents(part.net + (shares[index] ?? 0))));
    return false;
  });
}

/**
 * Fingerprint of what Omnium wants in the shop: which lines, of what, how many pieces.
 *
 * @param leftOut ids of lines that are not to count
 */
export function stateOfLines(order: OmniumOrder, leftOut: ReadonlySet<string> = new Set()): string {
  const lines = order.orderForm.lineItems
    .map((line) => [line.lineItemId, line.code, Number(line.quantity) - Number(line.canceledQuantity ?? 0)] as const)
    .filter(([lineItemId, , quantity]) => quantity !== 0 && !leftOut.has(lineItemId))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(lines)).digest('hex').slice(0, STATE_LENGTH);
}
