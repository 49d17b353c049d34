import { Decimal } from 'decimal.js';
import type { FlowOrder, FlowOrderItem, FlowSettlement } from '../../../clients/flow/orders';
import type { OmniumOrder, OmniumOrderLine } from '../../../clients/omnium/orders';
import type { FieldChange } from '../../../contracts/order-inspection';
import { asCents, centsToDecimal } from '../../../domain/money';
import { SHIPPING_EXTERNAL_ID, stateOfLines, type DesiredOrder, type OrderConfig } from './omnium-order-to-flow';
import { readMarker } from './plan-flow-changes';
import {
  isMadeByReturn,
  omniumLineId,
  tillLines,
  tillSettlements,
  unclearSettlements,
  type TillLine,
} from './till-to-omnium';

/** Everything that has to be written to Omnium so that it knows what happened in the shop, and what may not be. */
export interface OmniumChanges {
  readonly payments: readonly FlowSettlement[];
  /** Lines the shop added to a web order. */
  readonly linesToAdd: readonly TillLine[];
  /** What the shop has done to lines of Omnium's: to be added to their delivered and cancelled hundredths of pieces. */
  readonly progress: readonly { readonly lineItemId: string; readonly delivered: number; readonly cancelled: number }[];
  /** Status that goes with it; absent where Omnium derives it itself. */
  readonly status?: string;
  /** The shop cancelled the order: with this the pass is over, and nothing is left to bring to Flow. */
  readonly isCancellation: boolean;
  /** Names of all changes, for the reader of the history; none when nothing has to be written. */
  readonly changedFields: readonly string[];
  /** The same with their values, for a run that only compares. */
  readonly changes: readonly FieldChange[];
  /** What differs and is left alone, with the reason. */
  readonly differences: readonly string[];
}

const NO_CHANGES: OmniumChanges = {
  payments: [],
  linesToAdd: [],
  progress: [],
  isCancellation: false,
  changedFields: [],
  changes: [],
  differences: [],
};

/**
 * What happened to a web order in the shop and is not known in Omnium yet.
 *
 * - A cancellation by the shop, or a deadline that passed: an expired order is cancelled or already deleted in Flow. An
 *   order that Omnium has as finished is left alone.
 * - Nothing while a till has the order open and neither money nor goods have changed hands.
 * - Else {@link planOmniumChanges}.
 *
 * @param flow the order in Flow, or undefined where it is not there (any more)
 * @param isFinished whether Omnium has it as delivered, fetched or returned
 * @param isExpired whether it was in Flow, and Flow has deleted it after its deadline ({@link mayExpire})
 */
export function planShopChanges(
  flow: FlowOrder | undefined,
  omnium: OmniumOrder,
  { isCancelled }: DesiredOrder,
  config: OrderConfig,
  { isFinished, isExpired }: { readonly isFinished: boolean; readonly isExpired: boolean },
): OmniumChanges {
  // A cancellation in Omnium goes to the shop, or is too late there.
  if (isCancelled) return NO_CHANGES;
  const isCancelledInFlow = flow?.orderState === 'CANCELLED';
  if (isCancelledInFlow ? readMarker(flow.internalNote)?.kind !== 'cancelled' : !flow && isExpired) {
    if (isFinished) {
      const differences = [`orderState: cancelled in Flow, but Omnium has it as ${omnium.status ?? 'delivered'}`];
      return { ...NO_CHANGES, isCancellation: true, differences };
    }
    const { expiredStatus, cancelledStatus } = config.orders.till;
    const status = isExpired ? expiredStatus : cancelledStatus;
    const from = omnium.status ? { from: omnium.status } : {};
    const changes: FieldChange[] = [{ system: 'Omnium', field: 'status', ...from, to: status }];
    return { ...NO_CHANGES, isCancellation: true, status, changedFields: ['status'], changes };
  }
  const isBegun = flow?.settleState === 'SETTLED' || (flow && flow.deliveryState !== 'NOT_STARTED');
  if (!flow || isCancelledInFlow || (flow.orderState === 'OPEN' && !isBegun)) return NO_CHANGES;
  return planOmniumChanges(flow, omnium, config, isUntouchedInOmnium(flow, omnium));
}

/**
 * Compares what happened in the shop with what Omnium knows of it. Pure; an order that Omnium knows all about gives no
 * change at all. What is delivered, cancelled and paid only ever grows: a second plan after a lost answer starts from
 * what Omnium says by then.
 *
 * The rule who wins: goods and money that changed hands in the shop are facts and go to Omnium; untouched lines are
 * Omnium's, unless only the shop has changed them since the last sync (docs/architecture.md, "Who wins").
 *
 * @param shopOwnsLineChanges lines of a web order may have been taken out or added by the shop: Omnium's are as they were
 * @param tillStatus status that an order of the till has to have, whatever is handed over
 */
export function planOmniumChanges(
  flow: FlowOrder,
  omnium: OmniumOrder,
  { orders, settings }: OrderConfig,
  shopOwnsLineChanges = false,
  tillStatus?: string,
): OmniumChanges {
  const { lineItems } = omnium.orderForm;
  const { progress, isWhole, differences } = progressOfLines(flow, omnium, settings, shopOwnsLineChanges);
  const knownLines = new Set([SHIPPING_EXTERNAL_ID, ...lineItems.map(({ lineItemId }) => lineItemId)]);
  const linesToAdd = shopOwnsLineChanges
    ? tillLines(flow).filter(({ item }) => !knownLines.has(omniumLineId(item)))
    : [];
  const knownPayments = new Set(omnium.orderForm.payments.map(({ id }) => id));
  // What an exchange gives back is the credit of its return, and no payment of the new goods.
  const payments = tillSettlements(flow)
    .filter(({ amount }) => amount > 0 || !isMadeByReturn(flow))
    // Another connector has put Omnium's own payments there as settlements.
    .filter(({ settlementUid, externalId }) => !knownPayments.has(settlementUid) && !knownPayments.has(externalId));
  // The status that goes with a hand-over: of all of it, or of a part.
  const isHandOver = progress.some(({ delivered }) => delivered > 0);
  const { handedOverStatus, partlyHandedOverStatus } = orders.till;
  const ofHandOver = isHandOver ? (isWhole ? handedOverStatus : partlyHandedOverStatus) : undefined;
  // With what is handed over goes the status, or Omnium derives one by itself.
  const ofTill = tillStatus !== omnium.status || isHandOver ? tillStatus : undefined;
  const status = tillStatus === undefined ? ofHandOver : ofTill;
  const plan = { ...NO_CHANGES, payments, linesToAdd, progress, ...(status && { status }), differences };
  const notes = notesOf(plan, omnium);
  return {
    ...plan,
    changedFields: notes.map(({ name }) => name),
    changes: notes.map(({ name: _, ...change }) => ({ system: 'Omnium', ...change })),
  };
}

/** What the shop has done to the lines that Omnium has, and whether it leaves none of them open. */
function progressOfLines(
  flow: FlowOrder,
  omnium: OmniumOrder,
  settings: OrderConfig['settings'],
  shopOwnsLineChanges: boolean,
): Pick<OmniumChanges, 'progress' | 'differences'> & { readonly isWhole: boolean } {
  const { lineItems } = omnium.orderForm;
  const items = new Map(flow.items.map((item) => [omniumLineId(item), item]));
  const differences = unclearSettlements(flow);
  const isVoucher = (line: OmniumOrderLine): boolean => Number(line.placedPrice) < 0 && !items.has(line.lineItemId);
  const progress = lineItems.flatMap((line) => {
    const item = items.get(line.lineItemId);
    if (isVoucher(line)) return [];
    const isOwnLine = item !== undefined || settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS;
    const parts = isOwnLine
      ? []
      : lineItems.filter((part) => part !== line && part.packageLineItemId === line.lineItemId);
    const step =
      parts.length > 0
        ? progressOfPackage(
            line,
            parts.map((part) => items.get(part.lineItemId)),
            shopOwnsLineChanges,
          )
        : progressOf(line, item, shopOwnsLineChanges);
    if (step.difference) differences.push(step.difference);
    const [delivered, cancelled] = [Math.max(step.delivered, 0), Math.max(step.cancelled, 0)];
    return delivered + cancelled > 0 ? [{ lineItemId: line.lineItemId, delivered, cancelled }] : [];
  });
  const steps = new Map(progress.map((step) => [step.lineItemId, step]));
  const isOver = (line: OmniumOrderLine): boolean => {
    const { ordered, cancelled, delivered } = quantitiesOf(line);
    const step = steps.get(line.lineItemId);
    return delivered + cancelled + (step?.delivered ?? 0) + (step?.cancelled ?? 0) >= ordered;
  };
  const isWhole = lineItems.every((line) => isVoucher(line) || isOver(line));
  // A line below zero (a voucher) is no goods: in the shop it is a part of the price, and it goes with the last of them.
  for (const line of isWhole ? lineItems.filter(isVoucher) : []) {
    const { ordered, cancelled, delivered } = quantitiesOf(line);
    const open = ordered - cancelled - delivered;
    if (open > 0) progress.push({ lineItemId: line.lineItemId, delivered: open, cancelled: 0 });
  }
  return { progress, isWhole, differences };
}

/** Each change under the name that it has in the history, with the field that is written and its values. */
function notesOf(
  { payments, linesToAdd, progress, status }: OmniumChanges,
  omnium: OmniumOrder,
): (Omit<FieldChange, 'system'> & { readonly name: string })[] {
  const lines = new Map(omnium.orderForm.lineItems.map((line) => [line.lineItemId, quantitiesOf(line)]));
  return [
    ...payments.map(({ settlementUid, amount }) => ({
      name: `payments[${settlementUid}] added`,
      field: `orderForm.payments[${settlementUid}].amount`,
      to: centsToDecimal(asCents(amount)),
    })),
    ...linesToAdd.map(({ item, quantity }) => ({
      name: `lineItems[${omniumLineId(item)}] added`,
      field: `orderForm.lineItems[${omniumLineId(item)}].quantity`,
      to: quantity / 100,
    })),
    ...progress.flatMap((step) => {
      const now = lines.get(step.lineItemId);
      const members = [
        { member: 'deliveredQuantity', from: now?.delivered ?? 0, more: step.delivered },
        { member: 'canceledQuantity', from: now?.cancelled ?? 0, more: step.cancelled },
      ];
      return members
        .filter(({ more }) => more > 0)
        .map(({ member, from, more }) => {
          const name = `lineItems[${step.lineItemId}].${member}`;
          return { name, field: `orderForm.${name}`, from: from / 100, to: from / 100 + more / 100 };
        });
    }),
    ...(status && status !== omnium.status
      ? [{ name: `status ${status}`, field: 'status', ...(omnium.status && { from: omnium.status }), to: status }]
      : []),
  ];
}

/** What the shop has done to one line, in hundredths of pieces beyond what Omnium has. */
function progressOf(
  line: OmniumOrderLine,
  item: FlowOrderItem | undefined,
  shopOwnsLineChanges: boolean,
): { readonly delivered: number; readonly cancelled: number; readonly difference?: string } {
  const { ordered, cancelled, delivered } = quantitiesOf(line);
  const active = ordered - cancelled;
  // A return in the till's own words (a blind one) goes to Omnium whole when it is made.
  if (active <= 0) return { delivered: 0, cancelled: 0 };
  // Pieces that Flow cannot count (goods by weight, to the gram) are in the shop as a whole, or not at all.
  const isUncounted = item !== undefined && !Number.isInteger(active);
  const isAllDelivered = isUncounted && item.quantityDelivered >= item.quantity;
  const inShop = isUncounted ? active : (item?.quantity ?? 0);
  const deliveredInShop = isUncounted ? (isAllDelivered ? active : 0) : (item?.quantityDelivered ?? 0);
  const cancelledInShop = inShop < active && shopOwnsLineChanges ? active - Math.max(inShop, delivered) : 0;
  const isLess = inShop < active && cancelledInShop === 0 && deliveredInShop > 0;
  const isMoreDelivered = item !== undefined && delivered > deliveredInShop;
  const [inOmnium, there] = [active, inShop].map((quantity) => quantity / 100);
  return {
    delivered: Math.min(deliveredInShop, active - cancelledInShop) - delivered,
    cancelled: cancelledInShop,
    ...(isLess && { difference: `lineItems[${line.lineItemId}]: Omnium ${inOmnium} pieces, the shop ${there}` }),
    ...(isMoreDelivered && {
      difference: `lineItems[${line.lineItemId}].deliveredQuantity: Omnium ${delivered / 100}, the shop ${deliveredInShop / 100}`,
    }),
  };
}

/** A package's own line is not in the shop: it is handed over, or taken out, with the last of its components. */
function progressOfPackage(
  line: OmniumOrderLine,
  parts: readonly (FlowOrderItem | undefined)[],
  shopOwnsLineChanges: boolean,
): ReturnType<typeof progressOf> {
  const { ordered, cancelled, delivered } = quantitiesOf(line);
  const open = ordered - cancelled - delivered;
  if (ordered - cancelled <= 0) return { delivered: 0, cancelled: 0 };
  if (parts.every((item) => item === undefined)) return { delivered: 0, cancelled: shopOwnsLineChanges ? open : 0 };
  const isDone = parts.every((item) => !item || item.quantityDelivered >= item.quantity);
  return { delivered: isDone ? open : 0, cancelled: 0 };
}

/**
 * Whether Omnium's lines are as they were when both sides agreed last. Lines of the shop's own that are in Omnium
 * already were brought there by an attempt that broke off, and are no change of Omnium's.
 */
export function isUntouchedInOmnium(flow: FlowOrder, omnium: OmniumOrder): boolean {
  const marker = readMarker(flow.internalNote);
  if (marker?.kind !== 'lines') return false;
  const own = new Set(flow.items.flatMap(({ externalId, orderItemUid }) => (externalId ? [] : [orderItemUid])));
  return marker.state === stateOfLines(omnium) || marker.state === stateOfLines(omnium, own);
}

/**
 * Whether an order that is past its deadline, and gone from Flow by the shop's own list, may be cancelled in Omnium as
 * expired. That it is missing says nothing by itself: it has to have been there by our own note, and nothing to have been
 * paid or promised for it.
 */
export function mayExpire(omnium: OmniumOrder, propertyPrefix: string): boolean {
  const isPaidFor = omnium.orderForm.payments.some(({ amount }) => Number(amount) !== 0);
  return notedUidOf(omnium, propertyPrefix) !== undefined && !isPaidFor;
}

/** Whether the time in which a pick-up order is kept for the customer is over. */
export function isPastDeadline({ customerPickupDeadline: deadline }: OmniumOrder, nowMs: number): boolean {
  return deadline !== undefined && Date.parse(deadline) < nowMs;
}

/** Name, behind the tenant's prefix, of the order property that holds Flow's uid of the order. */
export const IN_FLOW_PROPERTY = 'orderUid';

/** Flow's uid of an order as it is noted on the order in Omnium: of a till's sale, or of a web order's copy. */
export function notedUidOf(
  { properties }: Pick<OmniumOrder, 'properties'>,
  propertyPrefix: string,
): string | undefined {
  return properties.find(({ key }) => key === `${propertyPrefix}.${IN_FLOW_PROPERTY}`)?.value;
}

/** Whether Omnium has every line as delivered. */
export function isHandedOver({ orderForm }: OmniumOrder): boolean {
  const lines = orderForm.lineItems.map(quantitiesOf);
  const isOpen = lines.some(({ ordered, cancelled, delivered }) => ordered - cancelled - delivered > 0);
  return !isOpen && lines.some(({ delivered }) => delivered > 0);
}

/** A line's quantities in hundredths, with what Omnium has behind them: goods by weight may have three decimals. */
function quantitiesOf({ quantity, canceledQuantity, deliveredQuantity }: OmniumOrderLine): {
  readonly ordered: number;
  readonly cancelled: number;
  readonly delivered: number;
} {
  const [ordered = 0, cancelled = 0, delivered = 0] = [quantity, canceledQuantity ?? 0, deliveredQuantity ?? 0].map(
    (pieces) => new Decimal(pieces).times(100).toNumber(),
  );
  return { ordered, cancelled, delivered };
}
