import type {
  FlowPurchaseOrder,
  FlowPurchaseOrderItem,
  FlowPurchaseOrderItemUpdate,
  FlowPurchaseOrderUpdate,
  FlowReservationWrite,
} from '../../../clients/flow/purchase-orders';
import type { DesiredPurchaseItem, DesiredPurchaseOrder } from './desired-purchase-order';
import { matchLines, type LineMatch } from './match-lines';
import {
  isFinished,
  statusByProgress,
  statusOfDelivery,
  type LineProgress,
  type WantedStatus,
} from './purchase-order-status';
import { planReservations, type WantedReservations } from './reservations';

/** A line to be changed: only what differs. */
export interface PurchaseItemChange {
  readonly item: FlowPurchaseOrderItem;
  readonly update: FlowPurchaseOrderItemUpdate;
}

/** Everything that has to be written to make a purchase order of Flow's right, and what may not be. */
export interface PurchaseOrderChanges {
  /** Members of the order itself, the status apart. */
  readonly header: Omit<FlowPurchaseOrderUpdate, 'status'>;
  readonly itemsToAdd: readonly DesiredPurchaseItem[];
  readonly itemsToUpdate: readonly PurchaseItemChange[];
  readonly itemsToDelete: readonly FlowPurchaseOrderItem[];
  /** Status to be set before the lines are written, as Flow takes none in the present one. */
  readonly openWith?: WantedStatus;
  /** Status in the end, when it is not the present one. */
  readonly status?: WantedStatus;
  /** Names of what would be written, e.g. `status` or `line quantityOrdered`. */
  readonly changedFields: readonly string[];
  /** What differs and is left alone, with the reason. */
  readonly differences: readonly string[];
  /** Lines of which Flow has received more than Omnium knows. */
  readonly linesInFlight: number;
}

/** What a plan is made of beside the two documents. */
export interface PlanContext {
  readonly tenantCurrency: string;
  readonly reservations: WantedReservations;
}

/**
 * Compares a purchase order with what it should be. Pure, and an order that is right gives no change.
 *
 * - A line is written when its quantity, delivered quantity, discounted price, supplier SKU, warehouse or expected date
 *   differs (Omnium's Flow page, purchase orders), or its reservations; and only what differs of it.
 * - A received quantity is never lowered: where Flow has more, a goods reception is on its way to Omnium.
 * - A line that is gone from Omnium is deleted, unless goods of it have come in. One without an id of Omnium's is the shop's.
 * - The status says how far the goods have come by whoever knows more. Flow takes changes of lines in no finished order.
 */
export function planPurchaseOrderChanges(
  existing: FlowPurchaseOrder,
  desired: DesiredPurchaseOrder,
  context: PlanContext,
): PurchaseOrderChanges {
  const lines = planLines(existing, desired, context);
  const header = planHeader(existing, desired, context.tenantCurrency);
  const status = planStatus(existing, desired, lines);
  return {
    ...{ header: header.update, itemsToAdd: lines.itemsToAdd },
    ...{ itemsToUpdate: lines.itemsToUpdate, itemsToDelete: lines.itemsToDelete },
    ...(status.openWith && { openWith: status.openWith }),
    ...(status.wanted && { status: status.wanted }),
    changedFields: [
      ...(status.wanted ? ['status'] : []),
      ...Object.keys(header.update),
      ...lines.itemsToUpdate.flatMap(({ update }) => Object.keys(update).map((field) => `line ${field}`)),
    ],
    differences: [...header.differences, ...lines.differences, ...status.differences],
    linesInFlight: lines.linesInFlight,
  };
}

/** Whether lines have to be written. */
export function changesItems(changes: Pick<PurchaseOrderChanges, LineLists>): boolean {
  return changes.itemsToAdd.length + changes.itemsToUpdate.length + changes.itemsToDelete.length > 0;
}

/** Whether anything has to be written. */
export function changesAnything(changes: PurchaseOrderChanges): boolean {
  return changesItems(changes) || changes.status !== undefined || Object.keys(changes.header).length > 0;
}

type LineLists = 'itemsToAdd' | 'itemsToUpdate' | 'itemsToDelete';

interface LinePlan extends Pick<PurchaseOrderChanges, LineLists | 'linesInFlight'> {
  readonly differences: string[];
  /** How far each line has come by whoever knows more. */
  readonly progress: readonly LineProgress[];
}

function planLines(existing: FlowPurchaseOrder, desired: DesiredPurchaseOrder, context: PlanContext): LinePlan {
  const { matches, added, gone, ofTheShop } = matchLines(existing.items, desired.items);
  const replaced = matches.filter(isReplaced);
  const kept = matches.filter((match) => !isReplaced(match));
  const itemsToUpdate = kept.flatMap((match) => {
    const update = itemUpdate(match, context.reservations);
    return Object.keys(update).length > 0 ? [{ item: match.item, update }] : [];
  });
  const differences = [
    ...kept
      .filter(hasOtherProduct)
      .map(({ item }) => `${nameOf(item)}: another product in Omnium, after goods came in`),
    ...gone.filter(hasComeIn).map((item) => `${nameOf(item)}: gone from Omnium, after goods came in`),
    ...(ofTheShop > 0 ? [`${ofTheShop} lines were added in the shop and are not in Omnium`] : []),
  ];
  return {
    itemsToAdd: [...replaced.map((match) => match.desired), ...added],
    itemsToUpdate,
    itemsToDelete: [...replaced.map(({ item }) => item), ...gone.filter((item) => !hasComeIn(item))],
    differences,
    linesInFlight: kept.filter(({ item, desired: line }) => item.quantityReceived > line.quantityReceived).length,
    progress: [
      ...kept.map((match) => progressOf(match.desired, match.item)),
      ...replaced.map((match) => progressOf(match.desired)),
      ...added.map((line) => progressOf(line)),
    ],
  };
}

function progressOf(line: DesiredPurchaseItem, item?: FlowPurchaseOrderItem): LineProgress {
  return {
    ordered: line.quantityOrdered,
    cancelled: line.quantityCancelled,
    received: Math.max(line.quantityReceived, item?.quantityReceived ?? 0),
  };
}

function hasOtherProduct({ item, desired }: LineMatch): boolean {
  return item.productUid !== desired.productUid;
}

/** Flow keeps a line's product for ever, so a line whose product changed becomes another one. */
function isReplaced(match: LineMatch): boolean {
  return hasOtherProduct(match) && !hasComeIn(match.item);
}

function hasComeIn({ quantityReceived, receivementItems }: FlowPurchaseOrderItem): boolean {
  return quantityReceived > 0 || receivementItems.length > 0;
}

function nameOf({ externalId, purchaseOrderItemUid }: FlowPurchaseOrderItem): string {
  return `items[${externalId ?? purchaseOrderItemUid}]`;
}

function itemUpdate(match: LineMatch, wanted: WantedReservations): FlowPurchaseOrderItemUpdate {
  const { item, desired } = match;
  const { quantityOrdered, quantityReceived, unitPrice, supplierSku, warehouseUid, expectedDeliveryDate } = desired;
  const reservations: readonly FlowReservationWrite[] | undefined = planReservations(match, wanted);
  return {
    ...(item.quantityOrdered !== quantityOrdered && { quantityOrdered }),
    ...(item.quantityReceived < quantityReceived && { quantityReceived }),
    ...(unitPrice !== undefined && item.unitPrice !== unitPrice && { unitPrice }),
    ...(supplierSku !== undefined && item.supplierSku !== supplierSku && { supplierSku }),
    ...(item.warehouseUid !== warehouseUid && { warehouseUid }),
    ...(expectedDeliveryDate !== undefined &&
      item.expectedDeliveryDate?.slice(0, 10) !== expectedDeliveryDate && { expectedDeliveryDate }),
    ...(reservations && { reservations }),
  };
}

function planHeader(
  existing: FlowPurchaseOrder,
  { header }: DesiredPurchaseOrder,
  tenantCurrency: string,
): { readonly update: PurchaseOrderChanges['header']; readonly differences: string[] } {
  const { supplierUid, currency, supplierReferenceNumber, note } = header;
  const own = tenantCurrency.toUpperCase();
  const current = existing.currency?.toUpperCase() ?? own;
  // The tenant's own currency is the one that is not named, so there is no way to write it.
  const isBackToOwn = currency === undefined && current !== own;
  return {
    update: {
      ...(existing.supplierUid !== supplierUid && { supplierUid }),
      ...(currency !== undefined && current !== currency && { currency }),
      ...(supplierReferenceNumber !== undefined &&
        existing.supplierReferenceNumber !== supplierReferenceNumber && { supplierReferenceNumber }),
      ...(note !== undefined && existing.note !== note && { note }),
    },
    differences: isBackToOwn ? [`currency: ${own} in Omnium, ${current} in Flow, where it cannot be taken back`] : [],
  };
}

interface StatusPlan {
  readonly openWith?: WantedStatus;
  readonly wanted?: WantedStatus;
  readonly differences: readonly string[];
}

function planStatus(existing: FlowPurchaseOrder, desired: DesiredPurchaseOrder, lines: LinePlan): StatusPlan {
  const { status } = existing;
  // Only integrated suppliers set this (API:purchase), and they know better.
  if (status === 'CANCELLED_BY_SUPPLIER') {
    return { differences: ['status: cancelled by the supplier in Flow and not in Omnium'] };
  }
  const wanted =
    desired.deliveryId === undefined ? statusByProgress(lines.progress) : statusOfDelivery(status, lines.progress);
  const isThere = status === wanted || (status === 'IN_TRANSIT' && wanted === 'SENT_TO_SUPPLIER');
  const isToBeOpened = isFinished(status) && changesItems(lines);
  if (!isToBeOpened) return { differences: [], ...(!isThere && { wanted }) };
  const hasReceived = lines.progress.some(({ received }) => received > 0);
  const open = hasReceived ? 'PARTIALLY_RECEIVED' : 'SENT_TO_SUPPLIER';
  return { openWith: isFinished(wanted) ? open : wanted, differences: [], ...(!isThere && { wanted }) };
}
