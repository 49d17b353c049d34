import type { FlowPurchaseOrderItem, FlowReservationWrite } from '../../../clients/flow/purchase-orders';
import { asHundredths } from '../../../domain/quantity';
import type { LineMatch } from './match-lines';

/** Customer orders that wait for goods of a purchase order, as Flow should have them. */
export interface WantedReservations {
  /** By Omnium's line item id of the purchase order. */
  readonly byLine: ReadonlyMap<string, readonly FlowReservationWrite[]>;
  /** Flow's uids of orders that the shop linked itself: their links stay. */
  readonly ofTheShop: ReadonlySet<string>;
}

/** For a purchase order nobody waits for. */
export const NO_RESERVATIONS: WantedReservations = { byLine: new Map(), ofTheShop: new Set() };

/** What a new line is linked to. */
export function reservationsOfLine(
  lineItemId: string,
  { byLine }: WantedReservations,
): readonly FlowReservationWrite[] {
  return byLine.get(lineItemId) ?? [];
}

/**
 * All links of a line, where they are not right yet. A line whose goods have come is left alone: both systems release
 * its links in their own time.
 */
export function planReservations(
  { item, desired, lineItemIds }: LineMatch,
  wanted: WantedReservations,
): readonly FlowReservationWrite[] | undefined {
  const known = Math.max(item.quantityReceived, desired.quantityReceived);
  if (known + desired.quantityCancelled >= desired.quantityOrdered) return undefined;
  const kept = item.reservations.flatMap((reservation) => {
    const link = asWrite(reservation);
    return link && wanted.ofTheShop.has(link.orderUid) ? [link] : [];
  });
  const links = [...kept, ...addedUp(lineItemIds.flatMap((id) => reservationsOfLine(id, wanted)))];
  const present = item.reservations.flatMap((reservation) => asWrite(reservation) ?? []);
  return sameLinks(present, links) ? undefined : links;
}

/** Parts of one customer's line that wait for several parts of a split line are one link. */
function addedUp(links: readonly FlowReservationWrite[]): FlowReservationWrite[] {
  const byItem = new Map<string, FlowReservationWrite>();
  for (const link of links) {
    const key = keyOf(link);
    const before = byItem.get(key)?.quantity ?? 0;
    byItem.set(key, { ...link, quantity: asHundredths(before + link.quantity) });
  }
  return [...byItem.values()];
}

function asWrite(reservation: FlowPurchaseOrderItem['reservations'][number]): FlowReservationWrite | undefined {
  const { orderUid, orderItemUid, quantity } = reservation;
  return orderUid && orderItemUid && quantity !== undefined ? { orderUid, orderItemUid, quantity } : undefined;
}

function sameLinks(a: readonly FlowReservationWrite[], b: readonly FlowReservationWrite[]): boolean {
  const quantities = new Map(a.map((link) => [keyOf(link), link.quantity]));
  return a.length === b.length && b.every((link) => quantities.get(keyOf(link)) === link.quantity);
}

function keyOf({ orderUid, orderItemUid }: FlowReservationWrite): string {
  return `${orderUid}/${orderItemUid}`;
}
