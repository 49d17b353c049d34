import { Decimal } from 'decimal.js';
import { SETTLEMENT_DONE, SETTLEMENT_NOT_DONE } from '../../../clients/flow/assumed';
import type { FlowOrder, FlowOrderItem, FlowSettlement } from '../../../clients/flow/orders';
import type { OmniumLineWrite, OmniumPaymentWrite, OmniumPropertyWrite } from '../../../clients/omnium/members';
import type { OmniumPosOrderWrite, OmniumReturnWrite } from '../../../clients/omnium/orders';
import type { TillOrdersFrom } from '../../../config/till-schema';
import { allocateCents } from '../../../domain/allocation';
import { compact } from '../../../domain/compact';
import { asCents, centsToDecimal, lineTotalCents, sumCents, type Cents } from '../../../domain/money';
import { ownUid } from '../../../domain/own-uids';
import { asHundredths, hundredthsToDecimal, type Hundredths } from '../../../domain/quantity';
import { SHIPPING_EXTERNAL_ID } from './omnium-order-to-flow';

/** SKU of the one line of an order that is a payment and no sale (Flow, invoices page). */
export const REMITTANCE_SKU = 'REMITTANCE';

/** Code of a line that has no article, as Omnium's connector names a product without a SKU (Flow, products page). */
export const NO_SKU = 'NoSku';

/** The Nordic currencies round cash to at most one whole unit, so at most half of one either way. */
const MOST_CASH_ROUNDING_CENTS = 100;

/** Ten decimals: times any quantity of a shop it still rounds to the cent it came from. */
const DECIMALS_PER_PIECE = 10;

/** Where something was sold or paid, in Omnium's words, and the settings that its documents follow. */
export interface TillContext {
  readonly storeId: string;
  readonly marketId: string;
  /** The tenant's, ISO 4217. */
  readonly currency: string;
  /** `OMNIUM_PROPERTY_PREFIX`. */
  readonly propertyPrefix: string;
  /** `OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS`. */
  readonly includeMainPackage: boolean;
  /** `OMNIUM_DEFAULT_SHIPPING_METHOD_ID`. */
  readonly shippingMethodId?: string;
  /** Omnium's name of the payment method, by settlement code. */
  readonly nameOf: (settlementCode: string | undefined) => string;
}

/** A line of a till order: which way the goods went, and what they cost after every discount. */
export interface TillLine {
  readonly item: Omit<FlowOrderItem, 'vatRate' | 'quantitySettled'>;
  /** Hundredths of a percent; undefined where nobody tells it. */
  readonly vatRate: number | undefined;
  /** Below zero for goods that came back. */
  readonly quantity: Hundredths;
  /** VAT included; below zero for money that went back. */
  readonly net: Cents;
}

/** Goods of one Flow order that came back on another. */
export interface TillReturn {
  /** The return. */
  readonly order: FlowOrder;
  /** The order the goods were sold on: a returned line names one of its lines, which Omnium knows by another id. */
  readonly original: FlowOrder;
  readonly lines: readonly TillLine[];
  /** New goods of an exchange that go along with this return; empty where another return carries them. */
  readonly bought: readonly TillLine[];
}

/**
 * The lines of a till order with their final amounts; they add up to the order's total.
 *
 * - Discounts on the whole order are spread over the lines in proportion to what they cost (ADR 0004).
 * - A return comes with negative quantities, or with positive ones only: then its type gives the sign (design.md §5).
 */
export function tillLines(order: FlowOrder): TillLine[] {
  // A deposit may have no line to carry its total.
  if (order.items.length === 0) return [];
  const isUnsigned = isUnsignedReturn(order);
  const sign = isUnsigned ? -1 : 1;
  const nets = order.items.map((item) => asCents(sign * netOf(item)));
  const { totalAmount } = order.orderTotals;
  const orderDiscount = asCents(sumCents(nets) - (isUnsigned ? -Math.abs(totalAmount) : totalAmount));
  const shares = allocateCents(orderDiscount, nets);
  return order.items.map((item, index) => ({
    item,
    vatRate: order.vatFree ? 0 : item.vatRate,
    quantity: asHundredths(sign * item.quantity),
    net: asCents((nets[index] ?? 0) - (shares[index] ?? 0)),
  }));
}

/** Whether an order or a receipt is a return only by its type: its figures are above zero (design.md §5). */
export function isUnsignedReturn({
  type,
  items,
}: Pick<FlowOrder, 'type'> & { readonly items: readonly { readonly quantity: number }[] }): boolean {
  return type === 'RETURN' && items.length > 0 && items.every(({ quantity }) => quantity > 0);
}

/** The key under which a line is known in Omnium: its own line item id, or Flow's uid for lines born at the till. */
export function omniumLineId(item: Pick<FlowOrderItem, 'externalId' | 'orderItemUid'>): string {
  return item.externalId ?? item.orderItemUid;
}

/**
 * Lines with the parent lines of packages left out; what a parent costs moves to its components. A parent without
 * component lines stays, or its goods would be lost.
 */
export function withoutMainPackages(lines: readonly TillLine[]): TillLine[] {
  const extra = new Map<TillLine, Cents>();
  const kept = lines.filter((parent) => {
    const components = lines.filter(({ item }) => item.parentOrderItemUid === parent.item.orderItemUid);
    if (components.length === 0) return true;
    const shares = sharesByPrice(
      parent.net,
      components.map(({ item: { itemPrice }, quantity }) => ({ itemPrice, quantity })),
    );
    components.forEach((component, index) => extra.set(component, shares[index] ?? asCents(0)));
    return false;
  });
  return kept.map((line) => ({ ...line, net: asCents(line.net + (extra.get(line) ?? 0)) }));
}

/** What each component of a package costs of the package's price: in proportion to its own price × pieces. */
function sharesByPrice(net: Cents, parts: readonly Pick<FlowOrderItem, 'itemPrice' | 'quantity'>[]): Cents[] {
  const worth = parts.map(({ itemPrice, quantity }) => new Decimal(itemPrice).times(quantity).abs().toString());
  return allocateCents(net, worth);
}

/** A line in Omnium's words: quantity × price − discount is what it costs there. */
export function toOmniumLine({ item, vatRate, quantity, net }: TillLine): OmniumLineWrite {
  const { sku, name, returnReasonCode } = item;
  // The price is raised by whole cents where the line costs more, because Flow rounded it up or gave it its package's price.
  const perPiece = new Decimal(net).times(Math.sign(quantity) * 100).dividedBy(Math.abs(quantity) || 1);
  const itemPrice = quantity === 0 ? item.itemPrice : Math.max(item.itemPrice, perPiece.ceil().toNumber());
  const gross = new Decimal(itemPrice).times(new Decimal(quantity).dividedBy(100));
  return compact({
    lineItemId: omniumLineId(item),
    code: sku ?? NO_SKU,
    displayName: name,
    quantity: hundredthsToDecimal(quantity),
    placedPrice: centsToDecimal(asCents(itemPrice)),
    discounted: gross.minus(net).dividedBy(100).toNumber() + 0,
    taxRate: vatRate === undefined ? undefined : vatRate / 100,
    returnReason: returnReasonCode,
  });
}

/** Uid of the settlement that Flow keeps for a pre-payment of the web shop. */
export function prepaymentUid(orderUid: string, paymentId: string): string {
  return ownUid(orderUid, 'payment', paymentId);
}

/** Whether a settlement came from Omnium: it must not go back there as a payment taken in the shop. */
export function isPrepayment(orderUid: string, { settlementUid, externalId }: FlowSettlement): boolean {
  return externalId !== undefined && settlementUid === prepaymentUid(orderUid, externalId);
}

/** Whether a settlement is money: only one that is done is (flow-api.md §9). */
function isDone({ state, status }: FlowSettlement): boolean {
  return [state, status].every((word) => word === undefined || SETTLEMENT_DONE.has(word.toUpperCase()));
}

/** Settlements that say neither that they are done nor that they are not, for people. */
export function unclearSettlements({ settlements }: FlowOrder): string[] {
  return settlements.flatMap(({ settlementUid, state, status }) => {
    const known = (word: string): boolean => SETTLEMENT_DONE.has(word) || SETTLEMENT_NOT_DONE.has(word);
    const word = [state, status].find((each) => each !== undefined && !known(each.toUpperCase()));
    return word === undefined
      ? []
      : [`settlements[${settlementUid}]: "${word}" says not whether it was paid: left out`];
  });
}

/** What was paid, or paid back, in the shop. */
export function tillSettlements({
  orderUid,
  settlements,
}: Pick<FlowOrder, 'orderUid' | 'settlements'>): FlowSettlement[] {
  return settlements.filter(
    (settlement) => settlement.amount !== 0 && isDone(settlement) && !isPrepayment(orderUid, settlement),
  );
}

/** A payment taken in the shop, as Omnium keeps it: `Sale`, or `Credit` for money given back (Omnium, order guide). */
export function toOmniumPayment(
  { settlementUid, amount, settlementCode, settledAt, externalPaymentReference }: FlowSettlement,
  { nameOf, storeId }: Pick<TillContext, 'nameOf' | 'storeId'>,
): OmniumPaymentWrite {
  return compact({
    id: settlementUid,
    amount: centsToDecimal(asCents(Math.abs(amount))),
    transactionType: amount < 0 ? ('Credit' as const) : ('Sale' as const),
    status: 'Processed' as const,
    paymentMethodName: nameOf(settlementCode),
    transactionId: externalPaymentReference ?? settlementUid,
    storeId,
    created: settledAt,
  });
}

/** Cash rounding of a paid order: what Flow names, else what the payments are over the total. */
export function cashRounding({ orderTotals, settleState, settlements }: FlowOrder): Cents {
  if (orderTotals.cashRounding !== undefined) return asCents(orderTotals.cashRounding);
  if (settleState !== 'SETTLED') return asCents(0);
  const paid = sumCents(settlements.filter(isDone).map(({ amount }) => asCents(amount)));
  const over = paid - orderTotals.totalAmount;
  return asCents(Math.abs(over) < MOST_CASH_ROUNDING_CENTS ? over : 0);
}

/** VAT within an amount, in cents. @param vatRate in hundredths of a percent */
export function vatWithin(cents: Cents, vatRate: number): Cents {
  const vat = new Decimal(cents).times(vatRate).dividedBy(10_000 + vatRate);
  return asCents(vat.toDecimalPlaces(0).toNumber());
}

/** What a line costs after its own discount, in cents, as Flow counts it. */
export function netOf({ totalPrice, itemPrice, quantity, itemDiscountAmount = 0 }: FlowOrderItem): number {
  return totalPrice ?? lineTotalCents(asCents(itemPrice), asHundredths(quantity)) - itemDiscountAmount;
}

/** Whether an order of a till is paid for. */
export function isFinishedSale(order: FlowOrder): boolean {
  return order.orderState === 'COMPLETE' || order.settleState === 'SETTLED';
}

/** Whether an order is money and no goods: a deposit, which may have no line at all. */
function isMoneyOnly({ type, items }: FlowOrder): boolean {
  return type === 'PAYMENT' || items.length === 0;
}

/** What an order over money is for: its total, or what was paid where it has none. */
function moneyOnlyCents(order: FlowOrder): Cents {
  const { totalAmount } = order.orderTotals;
  return totalAmount === 0
    ? sumCents(tillSettlements(order).map(({ amount }) => asCents(amount)))
    : asCents(totalAmount);
}

/** What the customer pays, or gets back, in all: the goods and the cash rounding. */
export function tillTotal(order: FlowOrder, lines: readonly TillLine[]): Cents {
  const cents = isMoneyOnly(order) ? moneyOnlyCents(order) : sumCents(lines.map(({ net }) => net));
  return asCents(cents + cashRounding(order));
}

/**
 * A sale born at a till, Flow → Omnium (`PUT /api/Orders/PosOrders`). Its id and number are Flow's uid, which no other
 * system gives twice.
 *
 * @param lines those to be sent: all of a sale, those without an original of a return
 * @throws DocumentUnmappableError, AmountInvalidError
 */
export function mapTillSale(
  order: FlowOrder,
  lines: readonly TillLine[],
  till: TillContext,
  customerId?: string,
): OmniumPosOrderWrite {
  const { orderUid, orderNumber } = order;
  const { storeId, marketId, currency, shippingMethodId } = till;
  const remittance = {
    lineItemId: order.items[0]?.orderItemUid ?? orderUid,
    code: REMITTANCE_SKU,
    displayName: `Payment (order #${orderNumber ?? orderUid})`,
    quantity: 1,
    placedPrice: centsToDecimal(moneyOnlyCents(order)),
    discounted: 0,
    taxRate: 0,
  };
  const lineItems = isMoneyOnly(order) ? [remittance] : deliveredLines(lines, till);
  const roundoff = centsToDecimal(cashRounding(order));
  // The order's own contact: the customer's record in Omnium may be newer, the sale was made with this one.
  const contact: NonNullable<FlowOrder['customerAddress']> = (customerId ? order.customerAddress : undefined) ?? {};
  const { firstname, lastname, companyName, email, mobile } = contact;
  const customerName = companyName ?? [firstname, lastname].filter(Boolean).join(' ');
  return compact({
    id: orderUid,
    orderNumber: orderUid,
    marketId,
    storeId,
    billingCurrency: currency,
    created: order.settledAt ?? order.createdAt,
    customerId,
    customerName: customerName || undefined,
    customerEmail: email,
    customerPhone: mobile,
    orderForm: compact({
      lineItems,
      payments: tillSettlements(order).map((settlement) => toOmniumPayment(settlement, till)),
      shipments: [compact({ shipmentId: '1', warehouseCode: storeId, shippingMethodId, lineItems })],
      grossRoundoff: roundoff === 0 ? undefined : roundoff,
    }),
    properties: propertiesOf(order, till),
  });
}

/** Read-write properties under the tenant's prefix (Flow, setup page): what a reader in Omnium finds the receipt by. */
export function propertiesOf(
  { orderUid, orderNumber, voucherNumber }: FlowOrder,
  { propertyPrefix }: Pick<TillContext, 'propertyPrefix'>,
): OmniumPropertyWrite[] {
  return prefixed(propertyPrefix, { orderUid, orderNumber, voucherNumber });
}

function prefixed(propertyPrefix: string, values: Readonly<Record<string, string | undefined>>): OmniumPropertyWrite[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value ? [{ key: `${propertyPrefix}.${name}`, value }] : [],
  );
}

/** Lines as Omnium keeps those of a sale, with what was handed over, the clerk's words and the tenant's properties. */
function deliveredLines(
  lines: readonly TillLine[],
  { includeMainPackage, propertyPrefix }: TillContext,
): OmniumLineWrite[] {
  return (includeMainPackage ? lines : withoutMainPackages(lines)).map((line) => {
    const { orderItemUid, productUid, discountReasonCode, note } = line.item;
    const properties = prefixed(propertyPrefix, { orderItemUid, productUid, discountReasonCode });
    const deliveredQuantity = (Math.sign(line.quantity) * Math.abs(line.item.quantityDelivered)) / 100 + 0;
    return { ...toOmniumLine(line), ...compact({ comment: note }), deliveredQuantity, properties };
  });
}

/** Whether an order brings goods back. */
export function isReturn(order: FlowOrder): boolean {
  return order.type === 'RETURN' || tillLines(order).some(({ quantity }) => quantity < 0);
}

/**
 * Takes a return, or an exchange, apart by where its lines belong: goods that came back, by the uid of the Flow order they
 * were sold on; `blind`, goods whose sale is not known; `bought`, the new goods of an exchange.
 */
export function partsOfReturn(order: FlowOrder): {
  readonly byOriginal: ReadonlyMap<string, readonly TillLine[]>;
  readonly blind: readonly TillLine[];
  readonly bought: readonly TillLine[];
} {
  const byOriginal = new Map<string, TillLine[]>();
  const blind: TillLine[] = [];
  const bought: TillLine[] = [];
  for (const line of tillLines(order)) {
    const originalUid = line.item.orderLinks[0]?.orderUid;
    if (line.quantity > 0) bought.push(line);
    else if (!originalUid) blind.push(line);
    else byOriginal.set(originalUid, [...(byOriginal.get(originalUid) ?? []), line]);
  }
  // With new goods there will be an order of this one's number anyway: what has no known sale goes on it.
  const isExchange = byOriginal.size > 0 && bought.length > 0;
  return isExchange ? { byOriginal, blind: [], bought: [...bought, ...blind] } : { byOriginal, blind, bought };
}

/** Whether the order of this number in Omnium is made by a return: it holds the new goods of an exchange. */
export function isMadeByReturn(order: FlowOrder): boolean {
  if (!isReturn(order)) return false;
  const { byOriginal, bought } = partsOfReturn(order);
  return byOriginal.size > 0 && bought.length > 0;
}

/**
 * What an order of a till is in Omnium: the lines of its own (all of a sale; of a return those without a known sale) and
 * what was paid for them in all; and why it is not sent there as long as Omnium does not have it.
 */
export function readTillOrder(
  order: FlowOrder,
  visibleFrom: TillOrdersFrom,
): {
  readonly lines: readonly TillLine[];
  readonly totalCents: Cents;
  readonly whyNotSent?: string;
} {
  const { blind, bought } = partsOfReturn(order);
  const lines = isReturn(order) ? [...blind, ...bought] : tillLines(order);
  // Cash rounding of an exchange is on what changed hands in all, and Omnium takes none for its order.
  const isExchange = isMadeByReturn(order);
  const totalCents = isExchange ? sumCents(lines.map(({ net }) => net)) : tillTotal(order, lines);
  const read = { lines, totalCents };
  const because = (whyNotSent: string): ReturnType<typeof readTillOrder> => ({ ...read, whyNotSent });
  if (order.type === 'OFFER') return because('it is an offer and no order');
  if (order.orderState === 'CANCELLED') return because('it was cancelled at the till before it was paid');
  const isPaidInPart = tillSettlements(order).length > 0;
  if (!isFinishedSale(order)) {
    const isVisible = visibleFrom === 'made' || (visibleFrom === 'first-payment' && isPaidInPart);
    if (!isVisible || isReturn(order)) return because('it is not paid for yet at the till');
  }
  if (isExchange) return because('its goods go to Omnium with the return they were exchanged for');
  const isEmpty = lines.length === 0 && !(isMoneyOnly(order) && moneyOnlyCents(order) !== 0);
  return isEmpty ? because('it holds no line') : read;
}

/**
 * Takes from a return what belongs to the orders given. New goods of an exchange go along once: with the return on the
 * first of its originals.
 */
export function returnsOf(order: FlowOrder, originals: readonly FlowOrder[]): TillReturn[] {
  const { byOriginal, bought } = partsOfReturn(order);
  const [first] = [...byOriginal.keys()].sort();
  return originals.flatMap((original) => {
    const lines = byOriginal.get(original.orderUid);
    return lines ? [{ order, original, lines, bought: original.orderUid === first ? bought : [] }] : [];
  });
}

/**
 * Lines of a return in the words of a sale that went to Omnium without its packages' own lines: one that names a package
 * becomes lines of its components, in proportion to what came back of it.
 */
function partsOfPackages(lines: readonly TillLine[], original: FlowOrder): TillLine[] {
  const soldUidOf = ({ item }: TillLine): string | undefined => item.orderLinks[0]?.orderItemUid;
  return withoutMainPackages(lines).flatMap((line) => {
    const sold = original.items.find(({ orderItemUid }) => orderItemUid === soldUidOf(line));
    const parts = original.items.filter(({ parentOrderItemUid }) => sold && parentOrderItemUid === sold.orderItemUid);
    if (!sold || parts.length === 0) return [line];
    const shares = sharesByPrice(line.net, parts);
    return parts.map((part, index) => ({
      vatRate: line.vatRate === 0 ? 0 : part.vatRate,
      item: { ...part, orderLinks: [{ orderUid: original.orderUid, orderItemUid: part.orderItemUid }] },
      quantity: asHundredths(Math.round((part.quantity * line.quantity) / Math.abs(sold.quantity || 1))),
      net: shares[index] ?? asCents(0),
    }));
  });
}

/** What the customer got back for these goods: above zero. */
export function creditedCents(lines: readonly TillLine[]): Cents {
  return asCents(0 - sumCents(lines.map(({ net }) => net)));
}

/**
 * A return at the till, Flow → Omnium (`POST /api/Returns/{orderId}/Return`). The RMA number is Flow's uid of the return,
 * by which it is found before it is ever posted again. The money went back at the till: nothing is paid out once more.
 */
export function mapTillReturn({ order, original, lines, bought }: TillReturn, till: TillContext): OmniumReturnWrite {
  // Omnium takes each line once: pieces of one sold line that came back on several return lines go together.
  const merged = new Map<string, { quantity: Hundredths; net: Cents; reason: string | undefined }>();
  let freight = asCents(0);
  for (const { item, quantity, net } of till.includeMainPackage ? lines : partsOfPackages(lines, original)) {
    const soldUid = item.orderLinks[0]?.orderItemUid ?? '';
    const lineItemId = original.items.find(({ orderItemUid }) => orderItemUid === soldUid)?.externalId ?? soldUid;
    // Freight is no line of Omnium's.
    if (lineItemId === SHIPPING_EXTERNAL_ID) {
      freight = asCents(freight - net);
      continue;
    }
    const before = merged.get(lineItemId);
    merged.set(lineItemId, {
      quantity: asHundredths((before?.quantity ?? 0) - quantity),
      net: asCents((before?.net ?? 0) - net),
      reason: before?.reason ?? item.returnReasonCode,
    });
  }
  const { storeId } = till;
  const exchange = {
    ...compact({ shippingMethodName: till.shippingMethodId }),
    exchangeOrderId: order.orderUid,
    orderType: 'Pos',
    orderStatus: 'Completed',
    storeId,
    outboundWarehouseCode: storeId,
    exchangeOrderLines: deliveredLines(bought, till),
    additionalPayments: tillSettlements(order)
      .filter(({ amount }) => amount > 0)
      .map((settlement) => toOmniumPayment(settlement, till)),
  };
  return {
    rmaNumber: order.orderUid,
    storeId,
    creditPayment: false,
    creditAmount: centsToDecimal(creditedCents(lines)),
    properties: propertiesOf(order, till),
    creditShipment: freight > 0,
    ...(freight > 0 && { creditShipmentAmount: centsToDecimal(freight) }),
    returns: [...merged].map(([lineItemId, { quantity, net, reason }]) =>
      compact({
        lineItemId,
        returnQuantity: hundredthsToDecimal(quantity),
        creditAmount: new Decimal(net).dividedBy(quantity).toDecimalPlaces(DECIMALS_PER_PIECE).toNumber(),
        returnReason: reason,
      }),
    ),
    ...(bought.length > 0 && { omniumExchangeOrderOptions: exchange }),
  };
}
