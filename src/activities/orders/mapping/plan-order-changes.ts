import type { FlowOrder, FlowOrderItem, FlowOrderUpdate } from '../../../clients/flow/orders';
import type { DesiredItem } from './order-lines';
import type { DesiredOrder } from './omnium-order-to-flow';
import type { DesiredSettlement } from './order-payments';

/** A line to be changed, with the names of what differs. */
export interface ItemChange {
  readonly orderItemUid: string;
  readonly item: DesiredItem;
  readonly fields: readonly string[];
}

/** Everything that has to be written to make an existing Flow order right, and what may not be. */
export interface OrderChanges {
  readonly header: FlowOrderUpdate;
  readonly itemsToAdd: readonly DesiredItem[];
  readonly itemsToUpdate: readonly ItemChange[];
  readonly itemsToDelete: readonly FlowOrderItem[];
  readonly settlementsToAdd: readonly DesiredSettlement[];
  readonly addHandling: boolean;
  readonly changedFields: readonly string[];
  /** What differs and is left alone, with the reason. */
  readonly differences: readonly string[];
}

/** The order-level members that a pass keeps right. */
export interface DesiredHeader {
  readonly customerUid?: string;
  readonly validUntil?: string;
}

/**
 * Compares an order with what it should be. Pure: nothing is written here, and planning an order that is already right
 * gives no change at all.
 *
 * - Lines are matched by Omnium's line item id. A line without one was added in the shop and is the shop's.
 * - A line that is paid or handed over is history: it is left alone, and the difference is told.
 * - A line whose product changed is replaced.
 */
export function planOrderChanges(existing: FlowOrder, desired: DesiredOrder, header: DesiredHeader): OrderChanges {
  const lines = planLines(existing, desired.items);
  const headerChanges = planHeader(existing, desired, header);
  const known = new Map(existing.settlements.map(({ externalId, amount }) => [externalId, amount]));
  // What was paid in the shop is a payment in Omnium by its settlement's own uid.
  for (const { settlementUid, amount } of existing.settlements) known.set(settlementUid, amount);
  const settlementsToAdd = desired.settlements.filter((settlement) => !known.has(settlement.externalId));
  const paidDifferently = desired.settlements.flatMap((settlement) => {
    const there = known.get(settlement.externalId);
    return there === undefined || there === settlement.amount ? [] : [settlementDifference(settlement, there)];
  });
  const addHandling =
    desired.handlingUid !== undefined && !existing.orderhandlings.some((h) => h.handlingUid === desired.handlingUid);
  return {
    ...lines,
    differences: [...lines.differences, ...paidDifferently],
    header: headerChanges,
    settlementsToAdd,
    addHandling,
    changedFields: [
      ...Object.keys(headerChanges),
      ...lines.itemsToAdd.map((item) => `items[${item.externalId}] added`),
      ...lines.itemsToUpdate.flatMap(({ item, fields }) => fields.map((field) => `items[${item.externalId}].${field}`)),
      ...lines.itemsToDelete.map((item) => `items[${item.externalId ?? item.orderItemUid}] removed`),
      ...settlementsToAdd.map((settlement) => `settlements[${settlement.externalId}] added`),
      ...(addHandling ? ['handling'] : []),
    ],
  };
}

/** Money received in Omnium and not, or not in the same amount, in Flow. */
export function settlementDifference(settlement: DesiredSettlement, inFlowCents: number): string {
  return `settlements[${settlement.externalId}]: Omnium received ${settlement.amount} cents, Flow has ${inFlowCents}`;
}

/** Whether lines have to be written, which Flow only allows while the order is OPEN. */
export function changesLines(changes: OrderChanges): boolean {
  return changes.itemsToAdd.length + changes.itemsToUpdate.length + changes.itemsToDelete.length > 0;
}

type LinePlan = Pick<OrderChanges, 'itemsToAdd' | 'itemsToUpdate' | 'itemsToDelete' | 'differences'>;

function planLines(existing: FlowOrder, desired: readonly DesiredItem[]): LinePlan {
  const itemsToAdd: DesiredItem[] = [];
  const itemsToUpdate: ItemChange[] = [];
  const itemsToDelete: FlowOrderItem[] = [];
  const differences: string[] = [];
  // A line the shop added has no id of Omnium's; there it is known by Flow's own uid.
  const present = new Map(existing.items.map((item) => [item.externalId ?? item.orderItemUid, item]));

  for (const item of desired) {
    const found = present.get(item.externalId);
    present.delete(item.externalId);
    if (!found) {
      itemsToAdd.push(item);
      continue;
    }
    const fields = differingFields(found, item);
    if (fields.length === 0) continue;
    if (isSettledOrDelivered(found)) {
      differences.push(
        `items[${item.externalId}]: ${fields.join(', ')} changed in Omnium after the line was paid or handed over`,
      );
    } else if (fields.includes('sku')) {
      itemsToDelete.push(found);
      itemsToAdd.push(item);
    } else {
      itemsToUpdate.push({ orderItemUid: found.orderItemUid, item, fields });
    }
  }
  let ofTheShop = 0;
  for (const gone of present.values()) {
    if (!gone.externalId) ofTheShop += 1;
    else if (!isSettledOrDelivered(gone)) itemsToDelete.push(gone);
    else differences.push(`items[${gone.externalId}]: removed in Omnium after the line was paid or handed over`);
  }
  if (ofTheShop > 0) differences.push(`${ofTheShop} lines were added in the shop and are not in Omnium`);
  return { itemsToAdd, itemsToUpdate, itemsToDelete, differences };
}

function differingFields(existing: FlowOrderItem, desired: DesiredItem): string[] {
  return [
    ...(existing.sku !== desired.sku ? ['sku'] : []),
    ...(existing.quantity !== desired.quantity ? ['quantity'] : []),
    ...(existing.itemPrice !== desired.itemPrice ? ['itemPrice'] : []),
    ...((existing.itemDiscountAmount ?? 0) !== desired.itemDiscountAmount ? ['itemDiscountAmount'] : []),
  ];
}

function isSettledOrDelivered(item: FlowOrderItem): boolean {
  return (item.quantitySettled ?? 0) !== 0 || (item.quantityDelivered ?? 0) !== 0;
}

function planHeader(existing: FlowOrder, desired: DesiredOrder, header: DesiredHeader): FlowOrderUpdate {
  const { customerAddress, invoiceAddress } = desired.addresses;
  return {
    ...(header.customerUid && header.customerUid !== existing.customerUid && { customerUid: header.customerUid }),
    ...(header.validUntil && !sameInstant(header.validUntil, existing.validUntil) && { validUntil: header.validUntil }),
    ...(desired.deliveryDate &&
      desired.deliveryDate !== existing.deliveryDate?.slice(0, 10) && { deliveryDate: desired.deliveryDate }),
    ...(customerAddress && !covers(existing.customerAddress, customerAddress) && { customerAddress }),
    ...(invoiceAddress && !covers(existing.invoiceAddress, invoiceAddress) && { invoiceAddress }),
  };
}

/** Whether everything we would write is already there; what else the other side keeps is its own. */
function covers(existing: object | undefined, desired: object): boolean {
  const there = new Map(Object.entries(existing ?? {}));
  return Object.entries(desired).every(([name, value]) => there.get(name) === value);
}

function sameInstant(a: string, b: string | undefined): boolean {
  return b !== undefined && Date.parse(a) === Date.parse(b);
}
