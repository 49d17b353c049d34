import type { FlowPurchaseOrder } from '../../../clients/flow/purchase-orders';
import type { FlowReceivement } from '../../../clients/flow/receivements';
import { asHundredths, type Hundredths } from '../../../domain/quantity';
import { allocateGoods } from './allocate-goods';
import { confirmedOf, goodsReceptionIdOf, unusedId, type ReceptionTransaction } from './confirmed-goods';
import { receivedGoods } from './received-goods';
import {
  deliveredOn,
  demandsOf,
  openOf,
  openPieces,
  orderedOn,
  type Demand,
  type ReceptionLine,
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

/** A line that has to be put into a delivery before goods can be confirmed on it. */
export interface UndeliveredLine {
  readonly lineItemId: string;
  readonly code?: string;
  /** All that is open on it, in pieces: a part would split the line. */
  readonly quantity: number;
}

/** What has to be told to Omnium of one receivement on one of its purchase orders. */
export interface ConfirmationPlan {
  readonly confirmations: readonly PlannedConfirmation[];
  readonly withoutDelivery: readonly UndeliveredLine[];
  /** Products that are on no line of the order: their stock levels are what Omnium learns instead. */
  readonly unorderedProductUids: readonly string[];
  /** What a person should look at. */
  readonly differences: readonly string[];
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
 */
export function planConfirmation(documents: ReceptionDocuments): ConfirmationPlan {
  const { receivement, flowOrder, order } = documents;
  const drafting = new Draft(documents);
  const unordered: string[] = [];
  for (const goods of receivedGoods(receivement, flowOrder)) {
    const found = demandsOf(goods, order);
    if (found.on === 'lines') for (const demand of found.demands) drafting.add(demand);
    else if (found.on === 'nothing') unordered.push(goods.productUid);
    else drafting.differences.add(found.difference);
  }
  const withoutDelivery = drafting.linesWithoutDelivery();
  return {
    confirmations: drafting.confirmations,
    withoutDelivery,
    unorderedProductUids: [...new Set(unordered)],
    differences: [...drafting.differences],
  };
}

class Draft {
  readonly confirmations: PlannedConfirmation[] = [];
  readonly differences = new Set<string>();
  /** What is open on each line after the goods that are planned already. */
  private readonly open: Map<string, Hundredths>;
  private readonly lines: ReadonlyMap<string, ReceptionLine>;
  private readonly usedIds: Set<string>;

  constructor(private readonly documents: ReceptionDocuments) {
    const { order, transactions } = documents;
    this.lines = new Map(order.lines.map((line) => [line.lineItemId, line]));
    this.open = new Map(order.lines.map((line) => [line.lineItemId, openOf(line)]));
    this.usedIds = new Set(transactions.flatMap(({ goodsReceptionId }) => goodsReceptionId ?? []));
  }

  add(demand: Demand): void {
    const { code, quantity, totalReceived, lines } = demand;
    const { receivement, transactions } = this.documents;
    if (quantity < 0) {
      this.differences.add(
        `${code}: ${pieces(0 - quantity)} were taken back, which Omnium cannot be told as a reception`,
      );
      return;
    }
    const confirmed = confirmedOf(receivement.receivementUid, demand, transactions);
    const rest = quantity - confirmed;
    if (rest < 0) this.differences.add(`${code}: ${pieces(-rest)} more were confirmed in Omnium than were received`);
    const delivered = deliveredOn(lines);
    const isThere = totalReceived !== undefined && totalReceived <= delivered;
    if (rest > 0 && isThere && totalReceived < delivered) {
      const told = `Omnium has ${pieces(delivered)} as delivered, Flow has received ${pieces(totalReceived)} in all`;
      this.differences.add(`${code}: ${told}; nothing was confirmed`);
    }
    const added = rest > 0 && !isThere ? this.confirm(demand, asHundredths(rest)) : 0;
    const over = delivered + added - orderedOn(lines);
    if (over > 0) this.differences.add(`${code}: ${pieces(over)} more were received than ordered`);
  }

  linesWithoutDelivery(): UndeliveredLine[] {
    const lineIds = this.confirmations.filter(({ deliveryId }) => !deliveryId).map(({ lineItemId }) => lineItemId);
    return [...new Set(lineIds)].flatMap((lineItemId) => {
      const line = this.lines.get(lineItemId);
      if (!line) return [];
      return [{ lineItemId, quantity: openPieces(line), ...(line.code !== undefined && { code: line.code }) }];
    });
  }

  /** Plans the confirmation of goods; answers how much of them found a line. */
  private confirm(demand: Demand, rest: Hundredths): number {
    const { receivement } = this.documents;
    const { parts, left } = allocateGoods(
      rest,
      demand.lines.map((line) => ({
        lineItemId: line.lineItemId,
        open: this.open.get(line.lineItemId) ?? asHundredths(0),
        takesMore: line.deliveryId !== undefined || openOf(line) > 0,
      })),
    );
    for (const { lineItemId, quantity } of parts) {
      const wanted = goodsReceptionIdOf(receivement.receivementUid, demand, lineItemId);
      const goodsReceptionId = unusedId(wanted, this.usedIds);
      this.usedIds.add(goodsReceptionId);
      const deliveryId = this.lines.get(lineItemId)?.deliveryId;
      this.confirmations.push({
        goodsReceptionId,
        lineItemId,
        quantity,
        ...(deliveryId !== undefined && { deliveryId }),
      });
      this.open.set(lineItemId, asHundredths(Math.max(0, (this.open.get(lineItemId) ?? 0) - quantity)));
    }
    if (left > 0) {
      this.differences.add(
        `${demand.code}: ${pieces(left)} were not confirmed, as no delivery in Omnium can take them`,
      );
    }
    return rest - left;
  }
}

function pieces(hundredths: number): string {
  return String(hundredths / 100);
}
