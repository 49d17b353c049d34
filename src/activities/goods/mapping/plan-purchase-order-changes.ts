import type {
  FlowPurchaseOrder,
  FlowPurchaseOrderItem,
  FlowPurchaseOrderItemUpdate,
  FlowPurchaseOrderStatus,
  FlowPurchaseOrderUpdate,
  FlowReservationWrite,
} from '../../../clients/flow/purchase-orders';
import { compact } from '../../../domain/compact';
import { asHundredths } from '../../../domain/quantity';
import type { DesiredPurchaseItem, DesiredPurchaseOrder } from './desired-purchase-order';
import { matchLines, type LineMatch } from './match-lines';

/** A status of Flow's that we set. */
type DesiredStatus = Exclude<FlowPurchaseOrderStatus, 'NEW'>;

/** How far a line has come by the system that knows more. Quantities in hundredths of a piece. */
interface LineProgress {
  readonly ordered: number;
  readonly cancelled: number;
  readonly received: number;
}

/** Customer orders that wait for goods of a purchase order, as Flow should have them. */
export interface DesiredReservations {
  /** By Omnium's line item id of the purchase order. */
  readonly byLine: ReadonlyMap<string, readonly FlowReservationWrite[]>;
  /** Flow's uids of orders that the shop linked itself: their links stay. */
  readonly ofTheShop: ReadonlySet<string>;
}

/** Everything that has to be written to make a purchase order of Flow's right, and what may not be. */
export interface PurchaseOrderChanges {
  /** Members of the order itself, the status apart. */
  readonly header: Omit<FlowPurchaseOrderUpdate, 'status'>;
  readonly itemsToAdd: readonly DesiredPurchaseItem[];
  /** Only what differs. */
  readonly itemsToUpdate: readonly {
    readonly item: FlowPurchaseOrderItem;
    readonly update: FlowPurchaseOrderItemUpdate;
  }[];
  readonly itemsToDelete: readonly FlowPurchaseOrderItem[];
  /** Status to be set before the lines are written, as Flow takes none in the present one. */
  readonly openWith?: DesiredStatus;
  /** Status in the end, when it is not the present one. */
  readonly status?: DesiredStatus;
  readonly changesAnything: boolean;
  /** Names of what would be written, e.g. `status` or `line quantityOrdered`. */
  readonly changedFields: readonly string[];
  /** What differs and is left alone, with the reason. */
  readonly differences: readonly string[];
  /** Lines of which Flow has received more than Omnium knows. */
  readonly linesInFlight: number;
}

/**
 * Compares a purchase order with what it should be. Pure, and an order that is right gives no change.
 *
 * - A line is written when its quantity, delivered quantity, discounted price, supplier SKU, warehouse or expected date
 *   differs (Omnium's Flow page, purchase orders), or its reservations; and only what differs of it.
 * - A received quantity is never lowered: where Flow has more, a goods reception is on its way to Omnium.
 * - A line that is gone from Omnium is deleted, unless goods of it have come in. One without an id of Omnium's is the shop's.
 * - The status says how far the goods have come by the system that knows more. Flow takes changes of lines in no finished
 *   order.
 */
export function planPurchaseOrderChanges(
  existing: FlowPurchaseOrder,
  desired: DesiredPurchaseOrder,
  tenantCurrency: string,
  reservations: DesiredReservations,
): PurchaseOrderChanges {
  const { matches, added, gone, ofTheShop } = matchLines(existing.items, desired.items);
  // Flow keeps a line's product for ever, so a line whose product changed becomes another one.
  const hasOtherProduct = ({ item, desired: line }: LineMatch): boolean => item.productUid !== line.productUid;
  const replaced = matches.filter((match) => hasOtherProduct(match) && !hasComeIn(match.item));
  const kept = matches.filter((match) => !hasOtherProduct(match) || hasComeIn(match.item));
  const itemsToAdd = [...replaced.map((match) => match.desired), ...added];
  const itemsToDelete = [...replaced.map(({ item }) => item), ...gone.filter((item) => !hasComeIn(item))];
  const itemsToUpdate = kept.flatMap((match) => {
    const update = itemUpdate(match, reservations);
    return Object.keys(update).length > 0 ? [{ item: match.item, update }] : [];
  });
  const items = { itemsToAdd, itemsToUpdate, itemsToDelete };
  const changesItems = itemsToAdd.length + itemsToUpdate.length + itemsToDelete.length > 0;
  const progress = [...kept, ...itemsToAdd.map((line) => ({ desired: line, item: undefined }))].map(
    ({ desired: line, item }): LineProgress => ({
      ordered: line.quantityOrdered,
      cancelled: line.quantityCancelled,
      received: Math.max(line.quantityReceived, item?.quantityReceived ?? 0),
    }),
  );
  const { openWith, status, ...left } = planStatus(existing.status, desired, progress, items);

  const { supplierUid, currency, supplierReferenceNumber, note } = desired.header;
  const own = tenantCurrency.toUpperCase();
  const current = existing.currency?.toUpperCase() ?? own;
  const header = compact({
    supplierUid: existing.supplierUid === supplierUid ? undefined : supplierUid,
    currency: current === currency ? undefined : currency,
    supplierReferenceNumber:
      existing.supplierReferenceNumber === supplierReferenceNumber ? undefined : supplierReferenceNumber,
    note: existing.note === note ? undefined : note,
  });
  const nameOf = ({ externalId, purchaseOrderItemUid }: FlowPurchaseOrderItem): string =>
    `items[${externalId ?? purchaseOrderItemUid}]`;
  // The tenant's own currency is the one that is not named, so there is no way to write it.
  const isBackToOwn = currency === undefined && current !== own;
  return {
    ...{ header, ...items, ...compact({ openWith, status }) },
    changesAnything: changesItems || status !== undefined || Object.keys(header).length > 0,
    changedFields: [
      ...(status ? ['status'] : []),
      ...Object.keys(header),
      ...itemsToUpdate.flatMap(({ update }) => Object.keys(update).map((field) => `line ${field}`)),
    ],
    differences: [
      ...(isBackToOwn ? [`currency: ${own} in Omnium, ${current} in Flow, where it cannot be taken back`] : []),
      ...kept
        .filter(hasOtherProduct)
        .map(({ item }) => `${nameOf(item)}: another product in Omnium, after goods came in`),
      ...gone.filter(hasComeIn).map((item) => `${nameOf(item)}: gone from Omnium, after goods came in`),
      ...(ofTheShop > 0 ? [`${ofTheShop} lines were added in the shop and are not in Omnium`] : []),
      ...(left.difference === undefined ? [] : [left.difference]),
    ],
    linesInFlight: kept.filter(({ item, desired: line }) => item.quantityReceived > line.quantityReceived).length,
  };
}

function hasComeIn({ quantityReceived, receivementItems }: FlowPurchaseOrderItem): boolean {
  return quantityReceived > 0 || receivementItems.length > 0;
}

/** Whether goods of the order have come in, so that Flow keeps it for ever. */
export function hasReceivedGoods({ status, items }: FlowPurchaseOrder): boolean {
  return status === 'PARTIALLY_RECEIVED' || status === 'RECEIVED' || items.some(hasComeIn);
}

function itemUpdate(match: LineMatch, reservations: DesiredReservations): FlowPurchaseOrderItemUpdate {
  const { item, desired } = match;
  const { quantityOrdered, quantityReceived, unitPrice, supplierSku, warehouseUid, expectedDeliveryDate } = desired;
  return compact({
    quantityOrdered: item.quantityOrdered === quantityOrdered ? undefined : quantityOrdered,
    quantityReceived: item.quantityReceived >= quantityReceived ? undefined : quantityReceived,
    unitPrice: item.unitPrice === unitPrice ? undefined : unitPrice,
    supplierSku: item.supplierSku === supplierSku ? undefined : supplierSku,
    warehouseUid: item.warehouseUid === warehouseUid ? undefined : warehouseUid,
    expectedDeliveryDate:
      item.expectedDeliveryDate?.slice(0, 10) === expectedDeliveryDate ? undefined : expectedDeliveryDate,
    reservations: planReservations(match, reservations),
  });
}

/**
 * All links of a line, where they are not right yet. A line whose goods have come is left alone: both systems release
 * its links in their own time.
 */
function planReservations(
  { item, desired, lineItemIds }: LineMatch,
  { byLine, ofTheShop }: DesiredReservations,
): readonly FlowReservationWrite[] | undefined {
  const received = Math.max(item.quantityReceived, desired.quantityReceived);
  if (received + desired.quantityCancelled >= desired.quantityOrdered) return undefined;
  const keyOf = ({ orderUid, orderItemUid }: FlowReservationWrite): string => `${orderUid}/${orderItemUid}`;
  const present = item.reservations.flatMap(({ orderUid, orderItemUid, quantity }) =>
    orderUid && orderItemUid && quantity !== undefined ? [{ orderUid, orderItemUid, quantity }] : [],
  );
  // Parts of one customer's line that wait for several parts of a split line are one link.
  const ofOmnium = new Map<string, FlowReservationWrite>();
  for (const link of lineItemIds.flatMap((id) => byLine.get(id) ?? [])) {
    const before = ofOmnium.get(keyOf(link))?.quantity ?? 0;
    ofOmnium.set(keyOf(link), { ...link, quantity: asHundredths(before + link.quantity) });
  }
  const links = [...present.filter(({ orderUid }) => ofTheShop.has(orderUid)), ...ofOmnium.values()];
  const quantities = new Map(present.map((link) => [keyOf(link), link.quantity]));
  const isRight = present.length === links.length && links.every((one) => quantities.get(keyOf(one)) === one.quantity);
  return isRight ? undefined : links;
}

const CLOSED_BY_SHOP = 'status: closed in the shop, while Omnium still waits for the rest: cancel it there';

function planStatus(
  current: string,
  { deliveryId }: DesiredPurchaseOrder,
  progress: readonly LineProgress[],
  items: Pick<PurchaseOrderChanges, 'itemsToAdd' | 'itemsToUpdate' | 'itemsToDelete'>,
): { readonly openWith?: DesiredStatus; readonly status?: DesiredStatus; readonly difference?: string } {
  // Only integrated suppliers set this (API:purchase), and they know better.
  if (current === 'CANCELLED_BY_SUPPLIER') {
    return { difference: 'status: cancelled by the supplier in Flow and not in Omnium' };
  }
  const byProgress = statusByProgress(progress);
  let desired = byProgress;
  if (deliveryId !== undefined) {
    // One delivery is always on its way (Flow, purchase orders page). What a reception in the shop has made of it since
    // stays, until something is to come again.
    desired = 'SENT_TO_SUPPLIER';
    const isBegun = current === 'PARTIALLY_RECEIVED' || current === 'RECEIVED';
    if (isBegun && isFinished(byProgress)) desired = 'RECEIVED';
    else if (current === 'PARTIALLY_RECEIVED') desired = current;
  }
  const { itemsToAdd, itemsToUpdate, itemsToDelete } = items;
  const changesItems = itemsToAdd.length + itemsToUpdate.length + itemsToDelete.length > 0;
  const isMore = ({ item, update }: (typeof itemsToUpdate)[number]): boolean =>
    (update.quantityOrdered ?? 0) > item.quantityOrdered;
  const grows = itemsToAdd.length > 0 || itemsToUpdate.some(isMore);
  const hasReceived = progress.some(({ received }) => received > 0);
  // Of an order that has come in part only the shop says that no more will come: it stays so until more is ordered.
  const isClosedByShop = current === 'CLOSED' && hasReceived && !grows && !isFinished(desired);
  if (isClosedByShop && !changesItems) return { difference: CLOSED_BY_SHOP };
  if (isClosedByShop) return { openWith: 'PARTIALLY_RECEIVED', difference: CLOSED_BY_SHOP };
  const isThere = current === desired || (current === 'IN_TRANSIT' && desired === 'SENT_TO_SUPPLIER');
  const status = isThere ? undefined : desired;
  if (!isFinished(current) || !changesItems) return compact({ status });
  const open = hasReceived ? 'PARTIALLY_RECEIVED' : 'SENT_TO_SUPPLIER';
  return { openWith: isFinished(desired) ? open : desired, ...compact({ status }) };
}

/**
 * Status by progress (Flow, purchase orders page): nothing received, some, all. What was cancelled is done; where nothing
 * came and nothing will, the order is closed.
 */
export function statusByProgress(lines: readonly LineProgress[]): DesiredStatus {
  const hasReceived = lines.some(({ received }) => received > 0);
  const isDone = lines.every(({ ordered, cancelled, received }) => received + cancelled >= ordered);
  if (isDone) return hasReceived ? 'RECEIVED' : 'CLOSED';
  return hasReceived ? 'PARTIALLY_RECEIVED' : 'SENT_TO_SUPPLIER';
}

/** Flow takes no change of lines in these (API:purchase). */
export function isFinished(status: string | undefined): status is 'RECEIVED' | 'CLOSED' {
  return status === 'RECEIVED' || status === 'CLOSED';
}
