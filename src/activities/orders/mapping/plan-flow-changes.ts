import type { FlowOrder, FlowOrderItem, FlowOrderUpdate, FlowSettlement } from '../../../clients/flow/orders';
import type { FieldChange } from '../../../contracts/order-inspection';
import { asCents, sumCents } from '../../../domain/money';
import { HEADER_MEMBERS, type DesiredHeader, type DesiredItem, type DesiredOrder } from './omnium-order-to-flow';
import { isPrepayment, tillSettlements } from './till-to-omnium';
import type { DesiredPrePayment } from './web-payments';

/**
 * What both systems agreed on last, kept at the end of Flow's internal note: ` [omnium 1a2b3c4d]` is the state of
 * Omnium's lines that the shop's lines were made from, ` [omnium cancelled]` says that we cancelled the order. With it a
 * line that only one side has is understood: added in Omnium, or removed in the shop (ADR 0009). A note without a marker
 * says nothing, and Omnium's lines win.
 *
 * ` [omnium writing PARKED]` is the marker while we have the order open ourselves, with the state it is to end in: should
 * the attempt break off, the next one knows that no clerk has opened it.
 */
type SyncMarker =
  | { readonly kind: 'lines'; readonly state: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'writing'; readonly endsIn: 'PARKED' | 'CONFIRMED' };

const MARKER = /\s*\[omnium (?:([0-9a-f]{8})|cancelled|writing (PARKED|CONFIRMED))\]\s*$/;

/** Everything that has to be written to make an existing Flow order right, and what may not be. */
export interface FlowChanges {
  readonly header: DesiredHeader;
  readonly itemsToAdd: readonly DesiredItem[];
  readonly itemsToUpdate: readonly { readonly orderItemUid: string; readonly item: DesiredItem }[];
  readonly itemsToDelete: readonly FlowOrderItem[];
  /** Whether lines have to be written, which Flow only allows while the order is OPEN. */
  readonly changesLines: boolean;
  /** To be freed before others are added: no longer the customer's, or of another amount. */
  readonly prePaymentsToRemove: readonly FlowSettlement[];
  readonly prePaymentsToAdd: readonly DesiredPrePayment[];
  readonly addHandling: boolean;
  /** The state in which the shop is to have the order. */
  readonly endsIn: 'PARKED' | 'CONFIRMED';
  /** The note that says, while lines are written, that the order is open for us and in which state it is to end. */
  readonly noteWhileOpen: string;
  /** What is written last, where it is not right yet: the state, and the marker, from which on lines that differ are the shop's. */
  readonly last: Pick<FlowOrderUpdate, 'orderState' | 'internalNote'>;
  /** Names of all changes, for the reader of the history. */
  readonly changedFields: readonly string[];
  /** The same with their values, for a run that only compares. */
  readonly changes: readonly FieldChange[];
  /** What differs and is left alone, with the reason. */
  readonly differences: readonly string[];
}

/** A marker that is the state of no lines: after lines were written, and others had to be left as they are. */
const NOT_AGREED: SyncMarker = { kind: 'lines', state: '00000000' };

/** A change under the name that it has in the history, with the field that is written and its values. */
type Note = Omit<FieldChange, 'system'> & { readonly name: string };

const ITEM_FIELDS = ['sku', 'quantity', 'itemPrice', 'itemDiscountAmount'] as const;

/**
 * Compares an order with what it should be. Pure: nothing is written here, and planning an order that is already right
 * gives no change at all.
 *
 * - Lines are matched by Omnium's line item id. A line without one was added in the shop and is the shop's.
 * - A line that is paid or handed over is history: it is left alone, and the difference is reported.
 * - A line whose product changed is replaced.
 *
 * @param header the order-level members, with those that are read from Flow (customer, counted deadline)
 */
export function planFlowChanges(existing: FlowOrder, desired: DesiredOrder, header: DesiredHeader): FlowChanges {
  const items = planItems(existing, desired.items);
  const members = (Object.keys(HEADER_MEMBERS) as (keyof DesiredHeader)[]).filter(
    (name) => header[name] !== undefined && !HEADER_MEMBERS[name].isSame(existing[name], header[name]),
  );
  const prePayments = planPrePayments(existing, desired.prePayments);
  const { handlingUid } = desired;
  const addHandling = handlingUid !== undefined && !existing.orderhandlings.some((h) => h.handlingUid === handlingUid);
  // An order whose type changed gets the state of its type, and so does a new one; else the shop's own choice stays (a
  // pick-up order that was confirmed at the till, say), also over an attempt that broke off.
  const { orderState, internalNote } = existing;
  const marker = readMarker(internalNote);
  const isPutAside = orderState === 'PARKED' || orderState === 'CONFIRMED';
  const unfinished = marker?.kind === 'writing' ? marker.endsIn : undefined;
  // A pre-payment of an attempt that broke off has parked what was to be confirmed.
  const isParkedByUs = orderState === 'PARKED' && unfinished === 'CONFIRMED';
  const chosen = isPutAside && !isParkedByUs ? orderState : (unfinished ?? desired.orderState);
  const endsIn = addHandling ? desired.orderState : chosen;
  // What was left different was not agreed on: else the next pass would take it for the shop's doing.
  const { isAgreed } = items;
  const isMarked = marker?.kind === 'lines' && marker.state === desired.linesState;
  const notes = [
    ...members.map((name) => ({
      name,
      field: name,
      to: HEADER_MEMBERS[name].isPersonal || typeof header[name] !== 'string' ? '(personal)' : header[name],
    })),
    ...items.notes,
    ...prePayments.notes,
    ...(addHandling ? [{ name: 'handling', field: 'orderhandlings', to: 'added' }] : []),
  ];
  const { itemsToAdd, itemsToUpdate, itemsToDelete } = items;
  return {
    ...{ itemsToAdd, itemsToUpdate, itemsToDelete },
    changesLines: items.notes.length > 0,
    header: Object.fromEntries(members.map((name) => [name, header[name]])),
    prePaymentsToRemove: prePayments.toRemove,
    prePaymentsToAdd: prePayments.toAdd,
    addHandling,
    endsIn,
    noteWhileOpen: withMarker(internalNote, { kind: 'writing', endsIn }),
    last: {
      ...(orderState !== endsIn && { orderState: endsIn }),
      ...(!isMarked &&
        isAgreed && { internalNote: withMarker(internalNote, { kind: 'lines', state: desired.linesState }) }),
      ...(!isAgreed && marker?.kind === 'writing' && { internalNote: withMarker(internalNote, NOT_AGREED) }),
    },
    changedFields: notes.map(({ name }) => name),
    changes: notes.flatMap(({ name: _, field, ...values }) => (field ? [{ system: 'Flow', field, ...values }] : [])),
    differences: [...items.differences, ...prePayments.differences],
  };
}

/**
 * The pre-payments' part of a plan. What was promised or paid beyond the order's total (a line was cancelled after the
 * payment) is reported and not reserved: the shop must neither ask for the money again nor keep the rest. One that is used
 * is a payment, and stays as it is.
 */
function planPrePayments(
  { orderUid, orderTotals, settlements, settleState }: FlowOrder,
  desired: readonly DesiredPrePayment[],
): {
  readonly toAdd: readonly DesiredPrePayment[];
  readonly toRemove: readonly FlowSettlement[];
  readonly notes: readonly Note[];
  readonly differences: readonly string[];
} {
  // What was paid in the shop is a payment in Omnium by its settlement's own uid; another connector's has Omnium's.
  const present = new Map<string, FlowSettlement>();
  for (const settlement of settlements) {
    for (const id of [settlement.externalId, settlement.settlementUid]) if (id) present.set(id, settlement);
  }
  const isUsed = settleState === 'SETTLED';
  let open =
    orderTotals.totalAmount - sumCents(tillSettlements({ orderUid, settlements }).map(({ amount }) => asCents(amount)));
  const toAdd: DesiredPrePayment[] = [];
  const toRemove = new Set(isUsed ? [] : settlements.filter((settlement) => isPrepayment(orderUid, settlement)));
  const differences: string[] = [];
  for (const prePayment of desired) {
    const { externalId } = prePayment;
    const there = present.get(externalId);
    const isFree = !isUsed && (!there || isPrepayment(orderUid, there));
    const amount = asCents(isFree ? Math.max(Math.min(prePayment.amount, open), 0) : (there?.amount ?? 0));
    if (isFree) open -= amount;
    if (amount !== prePayment.amount) {
      differences.push(
        `settlements[${externalId}]: Omnium was paid or promised ${prePayment.amount} cents, Flow has ${amount}`,
      );
    }
    if (!isFree) continue;
    if (there?.amount === amount) toRemove.delete(there);
    else if (amount > 0) toAdd.push({ ...prePayment, amount });
  }
  const notes = [
    ...toAdd.map(({ externalId, amount }) => ({
      name: `settlements[${externalId}] added`,
      field: `settlements[${externalId}].amount`,
      to: amount,
    })),
    ...[...toRemove].map(({ externalId, settlementUid, amount }) => ({
      name: `settlements[${externalId ?? settlementUid}] freed`,
      field: `settlements[${externalId ?? settlementUid}].amount`,
      from: amount,
    })),
  ];
  return { toAdd, toRemove: [...toRemove], notes, differences };
}

/** The lines' part of a plan; each change is noted under the name it has in the history, with field and values. */
function planItems(
  existing: FlowOrder,
  desired: readonly DesiredItem[],
): Pick<FlowChanges, 'itemsToAdd' | 'itemsToUpdate' | 'itemsToDelete' | 'differences'> & {
  readonly notes: readonly Note[];
  /** Whether nothing of Omnium's had to be left out because it is paid or handed over. */
  readonly isAgreed: boolean;
} {
  const itemsToAdd: DesiredItem[] = [];
  const itemsToUpdate: { orderItemUid: string; item: DesiredItem }[] = [];
  const itemsToDelete: FlowOrderItem[] = [];
  const differences: string[] = [];
  const updates: Note[] = [];
  const isHistory = (item: FlowOrderItem): boolean => item.quantitySettled !== 0 || item.quantityDelivered !== 0;
  // A line the shop added has no id of Omnium's; there it is known by Flow's own uid.
  const present = new Map(existing.items.map((item) => [item.externalId ?? item.orderItemUid, item]));
  for (const item of desired) {
    const found = present.get(item.externalId);
    present.delete(item.externalId);
    const fields = found ? ITEM_FIELDS.filter((field) => (found[field] ?? 0) !== item[field]) : [];
    const id = `items[${item.externalId}]`;
    if (!found) {
      itemsToAdd.push(item);
    } else if (fields.length > 0 && isHistory(found)) {
      differences.push(`${id}: ${fields.join(', ')} changed in Omnium after the line was paid or handed over`);
    } else if (fields.includes('sku')) {
      itemsToDelete.push(found);
      itemsToAdd.push(item);
    } else if (fields.length > 0) {
      itemsToUpdate.push({ orderItemUid: found.orderItemUid, item });
      for (const field of fields) {
        const from = found[field];
        const name = `${id}.${field}`;
        updates.push({ name, field: name, ...(from !== undefined && { from }), to: item[field] });
      }
    }
  }
  let ofTheShop = 0;
  for (const item of present.values()) {
    if (!item.externalId) ofTheShop += 1;
    else if (!isHistory(item)) itemsToDelete.push(item);
    else differences.push(`items[${item.externalId}]: removed in Omnium after the line was paid or handed over`);
  }
  const isAgreed = differences.length === 0;
  if (ofTheShop > 0) differences.push(`${ofTheShop} lines were added in the shop and are not in Omnium`);
  const notes = [
    ...itemsToAdd.map(({ externalId, quantity }) => ({
      name: `items[${externalId}] added`,
      field: `items[${externalId}].quantity`,
      to: quantity,
    })),
    ...updates,
    ...itemsToDelete.map(({ externalId, orderItemUid, quantity }) => ({
      name: `items[${externalId ?? orderItemUid}] removed`,
      field: `items[${externalId ?? orderItemUid}].quantity`,
      from: quantity,
    })),
  ];
  return { itemsToAdd, itemsToUpdate, itemsToDelete, differences, notes, isAgreed };
}

/** The marker in a note, if there is one. */
export function readMarker(internalNote: string | undefined): SyncMarker | undefined {
  const found = MARKER.exec(internalNote ?? '');
  if (!found) return undefined;
  const [, state, endsIn] = found;
  if (endsIn === 'PARKED' || endsIn === 'CONFIRMED') return { kind: 'writing', endsIn };
  return state ? { kind: 'lines', state } : { kind: 'cancelled' };
}

/** The note with the marker in place of an earlier one; what people wrote stays. */
export function withMarker(internalNote: string | undefined, marker: SyncMarker): string {
  const text = (internalNote ?? '').replace(MARKER, '');
  const state = marker.kind === 'lines' ? marker.state : marker.kind;
  const written = `[omnium ${marker.kind === 'writing' ? `writing ${marker.endsIn}` : state}]`;
  return text === '' ? written : `${text} ${written}`;
}
