import type { FlowPurchaseOrderItem } from '../../../clients/flow/purchase-orders';
import { asHundredths } from '../../../domain/quantity';
import type { DesiredPurchaseItem } from './desired-purchase-order';

/** A line of Flow's and what Omnium has of it. */
export interface LineMatch {
  readonly item: FlowPurchaseOrderItem;
  /** With what was split off it in Omnium, when Flow had received it before. */
  readonly desired: DesiredPurchaseItem;
  /** Omnium's ids of the lines that `desired` stands for; the item carries the first. */
  readonly lineItemIds: readonly string[];
}

/**
 * Flow's lines and Omnium's, side by side. Lines are the same when Flow's carries Omnium's line item id.
 *
 * Omnium splits a line when only a part of it becomes a delivery. Where Flow had received more than the part that kept the
 * id, before Omnium knew, the parts that were split off are what Flow received: they stay one line in Flow. The goods
 * reception spreads its quantities by the same rule.
 */
export function matchLines(
  items: readonly FlowPurchaseOrderItem[],
  desired: readonly DesiredPurchaseItem[],
): {
  readonly matches: readonly LineMatch[];
  /** In Omnium only. */
  readonly added: readonly DesiredPurchaseItem[];
  /** In Flow only, though they came from Omnium. */
  readonly gone: readonly FlowPurchaseOrderItem[];
  /** Lines that the shop added itself. */
  readonly ofTheShop: number;
} {
  const byLineItemId = new Map<string, FlowPurchaseOrderItem>();
  const gone: FlowPurchaseOrderItem[] = [];
  let ofTheShop = 0;
  const known = new Set(desired.map(({ externalId }) => externalId));
  for (const item of items) {
    if (!item.externalId) ofTheShop += 1;
    else if (!known.has(item.externalId) || byLineItemId.has(item.externalId)) gone.push(item);
    else byLineItemId.set(item.externalId, item);
  }
  const unclaimed = new Set(desired.filter(({ externalId }) => !byLineItemId.has(externalId)));
  const matches = desired.flatMap((line) => {
    const item = byLineItemId.get(line.externalId);
    return item ? [withSplitOff(item, line, unclaimed)] : [];
  });
  return { matches, added: [...unclaimed], gone, ofTheShop };
}

/** Takes what was split off out of `unclaimed`. */
function withSplitOff(
  item: FlowPurchaseOrderItem,
  line: DesiredPurchaseItem,
  unclaimed: Set<DesiredPurchaseItem>,
): LineMatch {
  const lineItemIds = [line.externalId];
  let desired = line;
  for (const other of item.quantityReceived > line.quantityReceived ? unclaimed : []) {
    if (desired.quantityOrdered >= item.quantityReceived) break;
    if (other.productUid !== line.productUid || other.warehouseUid !== line.warehouseUid) continue;
    unclaimed.delete(other);
    lineItemIds.push(other.externalId);
    desired = {
      ...desired,
      quantityOrdered: asHundredths(desired.quantityOrdered + other.quantityOrdered),
      quantityReceived: asHundredths(desired.quantityReceived + other.quantityReceived),
      quantityCancelled: asHundredths(desired.quantityCancelled + other.quantityCancelled),
    };
  }
  return { item, desired, lineItemIds };
}
