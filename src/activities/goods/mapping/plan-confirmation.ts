import type { FlowPurchaseOrder, FlowReceivement } from '../../../clients/flow/purchase-orders';
import type { DecimalValue } from '../../../clients/wire';
import { toExactDecimal } from '../../../domain/amount';
import { compact } from '../../../domain/compact';
import { asHundredths, type Hundredths } from '../../../domain/quantity';
import {
  demandsOf,
  openPieces,
  orderedOn,
  receivedGoods,
  total,
  type Demand,
  type ReceptionOrder,
} from './reception-lines';

/** One entry of a goods reception in Omnium: an increment on a line. */
export interface PlannedConfirmation {
  readonly goodsReceptionId: string;
  readonly lineItemId: string;
  /** Absent as long as no delivery holds the line. */
  readonly deliveryId?: string;
  readonly quantity: Hundredths;
}

/** What Omnium has to be notified of about one receivement on one of its purchase orders. */
export interface ConfirmationPlan {
  readonly confirmations: readonly PlannedConfirmation[];
  /** Lines that have to be put into a delivery first, with all that is open on them, as a part would split the line. */
  readonly withoutDelivery: readonly {
    readonly lineItemId: string;
    readonly code?: string;
    readonly quantity: number;
  }[];
  /** Products that are on no line of the order: their stock levels are what Omnium learns instead. */
  readonly unorderedProductUids: readonly string[];
  /** What a person should check. */
  readonly differences: readonly string[];
}

/** A movement of stock that Omnium keeps for a purchase order. */
export interface ReceptionTransaction {
  readonly goodsReceptionId?: string | undefined;
  readonly skuId?: string | undefined;
  readonly inventoryChange: DecimalValue;
}

/** What a plan is made of. */
export interface ReceptionDocuments {
  readonly receivement: FlowReceivement;
  readonly flowOrder: FlowPurchaseOrder;
  readonly order: ReceptionOrder;
  /** Omnium's movements of stock for the purchase order. */
  readonly transactions: readonly ReceptionTransaction[];
}

/**
 * Compares what a receivement brought with what Omnium knows of it, and says what is still to be confirmed. Pure: a plan
 * that is made again after a lost answer, a split or a new delivery starts from what Omnium says by then.
 *
 * 1. What an earlier attempt has confirmed (by its ids) is not confirmed again.
 * 2. Where Omnium has as much on the lines as Flow has received in all, nothing is confirmed (Flow, inventory page).
 * 3. The rest goes to the line that Flow's line names, then to lines that were split off; more than ordered to the first.
 * 4. Goods that are on no line are not confirmed at all; never both for one SKU.
 *
 * A confirmation's id is kept by Omnium on the movement of stock: `{receivement}:{line of Flow's order}:{line of Omnium's}`.
 * The same goods have the same id in every attempt, so Omnium refuses to count them twice.
 */
export function planConfirmation(documents: ReceptionDocuments): ConfirmationPlan {
  const { receivement, flowOrder, order, transactions } = documents;
  const confirmations: PlannedConfirmation[] = [];
  const unordered = new Set<string>();
  const differences = new Set<string>();
  // What is open on each line after the goods that are planned already.
  const open = new Map(order.lines.map((line) => [line.lineItemId, total([Math.max(0, openPieces(line))])]));
  const usedIds = new Set(transactions.flatMap(({ goodsReceptionId }) => goodsReceptionId ?? []));
  for (const goods of receivedGoods(receivement, flowOrder)) {
    // Flow's uids hold no colon, so no prefix is the beginning of another.
    const prefix = `${receivement.receivementUid}:${goods.key}:`;
    const demands = demandsOf(goods, order);
    if (typeof demands === 'string') differences.add(demands);
    else if (demands.length === 0) unordered.add(goods.productUid);
    for (const demand of typeof demands === 'string' ? [] : demands) {
      const { code, lines } = demand;
      const rest = unconfirmedOf(demand, prefix, transactions, differences);
      if (rest === undefined) continue;
      const { parts, left } = allocateGoods(
        rest,
        lines.map((line) => ({
          lineItemId: line.lineItemId,
          open: open.get(line.lineItemId) ?? asHundredths(0),
          takesMore: line.deliveryId !== undefined || total([openPieces(line)]) > 0,
        })),
      );
      for (const { lineItemId, quantity } of parts) {
        // Goods can come to be confirmed on a line once more when another line was split off.
        let goodsReceptionId = `${prefix}${lineItemId}`;
        for (let again = 2; usedIds.has(goodsReceptionId); again += 1) {
          goodsReceptionId = `${prefix}${lineItemId}:${again}`;
        }
        usedIds.add(goodsReceptionId);
        const deliveryId = lines.find((line) => line.lineItemId === lineItemId)?.deliveryId;
        confirmations.push({ goodsReceptionId, lineItemId, quantity, ...compact({ deliveryId }) });
        open.set(lineItemId, asHundredths(Math.max(0, (open.get(lineItemId) ?? 0) - quantity)));
      }
      if (left > 0) {
        differences.add(`${code}: ${pieces(left)} were not confirmed, as no delivery in Omnium can take them`);
      }
      const over = total(lines.map((line) => line.deliveredQuantity)) + rest - left - orderedOn(lines);
      if (over > 0) differences.add(`${code}: ${pieces(over)} more were received than ordered`);
    }
  }
  const undelivered = new Set(confirmations.flatMap((one) => (one.deliveryId ? [] : one.lineItemId)));
  const withoutDelivery = [...undelivered].flatMap((lineItemId) => {
    const line = order.lines.find((one) => one.lineItemId === lineItemId);
    return line ? [{ lineItemId, quantity: openPieces(line), ...compact({ code: line.code }) }] : [];
  });
  return { confirmations, withoutDelivery, unorderedProductUids: [...unordered], differences: [...differences] };
}

/** How much of some goods is to be confirmed; undefined for goods that were taken back. */
function unconfirmedOf(
  demand: Demand,
  prefix: string,
  transactions: readonly ReceptionTransaction[],
  differences: Set<string>,
): Hundredths | undefined {
  const { code, quantity, totalReceived, lines } = demand;
  if (quantity < 0) {
    differences.add(`${code}: ${pieces(0 - quantity)} were taken back, which Omnium cannot be told as a reception`);
    return undefined;
  }
  const rest = quantity - confirmedOf(demand, prefix, transactions);
  if (rest < 0) differences.add(`${code}: ${pieces(-rest)} more were confirmed in Omnium than were received`);
  if (rest <= 0) return asHundredths(0);
  const delivered = total(lines.map((line) => line.deliveredQuantity));
  if (totalReceived === undefined || totalReceived > delivered) return asHundredths(rest);
  if (totalReceived < delivered) {
    const both = `Omnium has ${pieces(delivered)} as delivered, Flow has received ${pieces(totalReceived)} in all`;
    differences.add(`${code}: ${both}; nothing was confirmed`);
  }
  return asHundredths(0);
}

/** How much of these goods earlier attempts of this receivement have confirmed, in pieces of the demand's lines. */
function confirmedOf(demand: Demand, prefix: string, transactions: readonly ReceptionTransaction[]): Hundredths {
  const { code, lines, isComponent, hasComponentLines } = demand;
  const own = transactions.filter(({ goodsReceptionId }) => goodsReceptionId?.startsWith(prefix));
  const changeOf = (some: readonly ReceptionTransaction[]): Hundredths =>
    total(some.map(({ inventoryChange }) => inventoryChange));
  if (hasComponentLines || isComponent) {
    // The components of a package share their ids' beginning: the SKU tells them apart, else the line at the id's end.
    const lineIds = new Set(lines.map(({ lineItemId }) => `${prefix}${lineItemId}`));
    return changeOf(
      own.filter(({ goodsReceptionId = '', skuId }) =>
        hasComponentLines || skuId === undefined ? lineIds.has(goodsReceptionId) : skuId === code,
      ),
    );
  }
  const ofCode = own.filter(({ skuId }) => skuId === undefined || skuId === code);
  const components = lines[0]?.components ?? [];
  if (ofCode.length > 0 || components.length === 0) return changeOf(ofCode.length > 0 ? ofCode : own);
  // Omnium books a package by what is in it.
  const packages = components.map((component) => {
    const inOne = toExactDecimal(component.quantity ?? 0, 'the quantity of a component');
    const came = toExactDecimal(changeOf(own.filter(({ skuId }) => skuId === component.skuId)), 'a quantity');
    return inOne.greaterThan(0) ? came.div(inOne).floor().toNumber() : 0;
  });
  return asHundredths(Math.max(0, ...packages));
}

/**
 * Spreads received goods over lines, each up to what is open on it, in the lines' order; what is left over goes to the
 * first line that takes more: one that is in no delivery and has nothing open cannot be confirmed on. The parts add up to
 * `quantity` unless no line takes the rest, which is then `left`.
 *
 * @param quantity not below zero
 */
export function allocateGoods(
  quantity: Hundredths,
  lines: readonly { readonly lineItemId: string; readonly open: Hundredths; readonly takesMore: boolean }[],
): { readonly parts: readonly { lineItemId: string; quantity: Hundredths }[]; readonly left: Hundredths } {
  let rest: number = quantity;
  const shares = lines.map(({ lineItemId, open, takesMore }) => {
    const share = Math.min(rest, open);
    rest -= share;
    return { lineItemId, takesMore, share };
  });
  const first = shares.find(({ takesMore }) => takesMore);
  if (first) {
    first.share += rest;
    rest = 0;
  }
  const parts = shares
    .filter(({ share }) => share > 0)
    .map(({ lineItemId, share }) => ({ lineItemId, quantity: asHundredths(share) }));
  return { parts, left: asHundredths(rest) };
}

function pieces(hundredths: number): string {
  return String(hundredths / 100);
}
