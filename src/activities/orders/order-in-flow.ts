import { VendorHttpError } from '../../clients/errors';
import type { FlowItemWrite, FlowOrder, FlowOrderSummary, FlowOrderUpdate } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { FieldChange } from '../../contracts/order-inspection';
import { compact } from '../../domain/compact';
import { ownUid } from '../../domain/own-uids';
import { pickupDeadline } from '../../domain/pickup-deadline';
import { stripToUid } from '../../domain/uid';
import { ensureCustomerInFlow, type CustomerOfOrder } from '../customers/customer-of-order';
import { createOrGet, isConflict } from '../shared/create-or-get';
import { SyncError } from '../shared/failures';
import { mayWrite, type SyncContext } from '../shared/sync-context';
import type { ResolvedStore } from '../stores/store-directory';
import type { DesiredHeader, DesiredItem, DesiredOrder } from './mapping/omnium-order-to-flow';
import { planFlowChanges, readMarker, withMarker, type FlowChanges } from './mapping/plan-flow-changes';
import { IN_FLOW_PROPERTY, notedUidOf } from './mapping/plan-omnium-changes';
import { prepaymentUid, tillSettlements } from './mapping/till-to-omnium';
import type { DesiredPrePayment } from './mapping/web-payments';
import type { Step } from './order-in-omnium';

/** Fields that a message names. */
const FIELDS_NAMED = 20;

/** A web order as Omnium has it, as Flow has to have it, and the store it belongs to. */
interface WebOrder {
  readonly omnium: OmniumOrder;
  readonly desired: DesiredOrder;
  readonly store: ResolvedStore;
}

/**
 * The one copy of an order in Flow that lives, and the uid that a new one gets. Flow keeps an order's store for ever and
 * takes nothing back that is cancelled, so an order that moves, or comes back, gets another copy. Copies are found by the uid
 * that is made of the order's id, by the uid that is noted in Omnium, by the event that named one, and by the external
 * number in the store it belongs to: there another connector may have made one.
 *
 * One that money or goods have changed hands for stays where it is. Every other copy that could still be sold is cancelled.
 *
 * @param isNeeded whether a shop is to have the order: else no new copy is wanted
 * @param first the copy under the uid that is made of the order's id
 * @param named the copy that an event has named
 * @returns `listed` where the store's list had to be asked: what it knows of the order
 */
export async function findInFlow(
  context: SyncContext,
  { omnium, desired, store }: WebOrder,
  isNeeded: boolean,
  first: FlowOrder | undefined,
  named: FlowOrder | undefined,
): Promise<{
  readonly orderUid: string;
  readonly flow?: FlowOrder | undefined;
  readonly listed?: readonly FlowOrderSummary[];
}> {
  const { flow, config } = context.tenant;
  const { orderUid, externalOrderNumber } = desired;
  const { storeUid } = store;
  if (first?.externalOrderNumber !== undefined && first.externalOrderNumber !== externalOrderNumber) {
    throw new SyncError(
      'UidCollision',
      `Orders ${externalOrderNumber} and ${first.externalOrderNumber} become the same Flow uid ${orderUid}`,
    );
  }
  const notedUid = notedUidOf(omnium, config.settings.OMNIUM_PROPERTY_PREFIX);
  const isReadAlready = notedUid === undefined || notedUid === orderUid || notedUid === named?.orderUid;
  const noted = isReadAlready ? undefined : await flow.orders.get(notedUid, context);
  const copies = new Map([first, noted, named].flatMap((copy) => (copy ? [[copy.orderUid, copy] as const] : [])));
  if (copies.size === 0) {
    const listed = await flow.orders.findByExternalNumber(storeUid, externalOrderNumber, context);
    const [made] = listed;
    const copy = made && (await flow.orders.get(made.orderUid, context));
    return copy ? { orderUid: copy.orderUid, flow: withLineIds(copy, omnium) } : { orderUid, listed };
  }
  const all = [...copies.values()];
  const isOver = (copy: FlowOrder): boolean => readMarker(copy.internalNote)?.kind === 'cancelled';
  const live =
    all.find(isTouched) ??
    all.find((copy) => copy.storeUid === storeUid && !isOver(copy)) ??
    (isNeeded ? undefined : (all.find(({ orderState }) => orderState !== 'CANCELLED') ?? all[0]));
  for (const copy of all) {
    if (copy !== live && copy.orderState !== 'CANCELLED' && !isTouched(copy)) await cancelInFlow(context, copy);
  }
  if (live) return { orderUid: live.orderUid, flow: live.orderUid === orderUid ? live : withLineIds(live, omnium) };
  for (let count = 1; ; count += 1) {
    const nextUid = count === 1 ? `${orderUid}-${storeUid}` : `${orderUid}-${storeUid}-${count}`;
    const copy = copies.get(nextUid) ?? (await flow.orders.get(nextUid, context));
    if (!copy || !isOver(copy)) return { orderUid: nextUid, flow: copy };
  }
}

/** A copy that another connector made has lines without Omnium's ids: they are told by their SKU, each line once. */
function withLineIds(flow: FlowOrder, { orderForm }: OmniumOrder): FlowOrder {
  if (flow.items.some(({ externalId }) => externalId !== undefined)) return flow;
  const open = [...orderForm.lineItems];
  const items = flow.items.map((item) => {
    const index = open.findIndex(({ code }) => code === item.sku);
    const [line] = index === -1 ? [] : open.splice(index, 1);
    return line ? { ...item, externalId: line.lineItemId } : item;
  });
  return { ...flow, items };
}

/** What was done in Flow, and the order as Flow has it then. */
interface DoneInFlow extends Omit<Step, 'direction'> {
  readonly flow?: FlowOrder;
}

/**
 * Brings an order in Flow, or a new one, to what Omnium says: reads, compares, writes only what differs. Every write names
 * its own uid, so that one repeated after a lost answer is refused as a duplicate. An order that is paid or handed over is
 * left alone, and what differs is reported.
 *
 * @param orderUid uid of a new order
 * @returns the order as Flow has it then, and what was done, with everything that is not the same there as in Omnium
 */
export async function bringFlowUpToDate(
  context: SyncContext,
  web: WebOrder,
  orderUid: string,
  existing: FlowOrder | undefined,
): Promise<{ readonly flow?: FlowOrder; readonly step: Step }> {
  const { desired, store } = web;
  const { orderState, settleState } = existing ?? {};
  const isCancelledThere = orderState === 'CANCELLED';
  const isFinal = orderState === 'COMPLETE' || isCancelledThere || settleState === 'SETTLED';
  let done: DoneInFlow;
  if (!existing && desired.isCancelled) {
    done = { action: 'skipped', reason: 'it was cancelled in Omnium before it reached Flow' };
  } else if (existing && desired.isCancelled && !isCancelledThere && !isTouched(existing)) {
    done = { flow: await cancelInFlow(context, existing), action: 'cancelled', changedFields: ['orderState'] };
  } else if (existing && desired.isCancelled) {
    const why = 'cancelled in Omnium, but already paid or handed over in Flow: cancel or return it in the shop';
    done = { flow: existing, action: 'unchanged', differences: isCancelledThere ? [] : [why] };
  } else if (existing && isFinal) {
    const { changedFields, differences } = planFlowChanges(existing, desired, desired.header);
    const why = `the order is ${isCancelledThere ? 'cancelled' : 'paid or completed'} in Flow and was left alone`;
    const left = changedFields.filter((field) => field !== 'handling').map((field) => `${field}: ${why}`);
    if (isCancelledThere)
      left.unshift('orderState: cancelled in Flow and not in Omnium: cancel it there, or order anew');
    done = { flow: existing, action: 'unchanged', differences: [...left, ...differences] };
  } else {
    done = await writeOrder(context, web, orderUid, existing);
  }
  const { flow, ...step } = done;
  if (!flow) return { step: { direction: 'inbound', ...step } };
  const differences = [...desired.problems, ...(step.differences ?? [])];
  const { totalAmount } = flow.orderTotals;
  const isOver = step.action === 'cancelled' || flow.orderState === 'CANCELLED';
  if (!isOver && totalAmount !== desired.totalCents) {
    differences.push(`total: Omnium ${desired.totalCents} cents, Flow ${totalAmount} cents`);
  }
  if (flow.storeUid !== store.storeUid) {
    const there = `Flow has it paid or handed over in ${flow.storeUid}`;
    differences.push(`store: Omnium moved the order to ${store.storeUid}, ${there}`);
  }
  return { flow, step: { ...step, direction: 'inbound', lines: desired.items.length, differences } };
}

/** Cancels and leaves the mark that it was not the shop. */
export async function cancelInFlow(context: SyncContext, flow: FlowOrder): Promise<FlowOrder> {
  const { storeUid, orderUid, orderState, internalNote } = flow;
  const change = { system: 'Flow', field: 'orderState', from: orderState, to: 'CANCELLED' } as const;
  if (!mayWrite(context, () => [change])) return flow;
  const update = { orderState: 'CANCELLED', internalNote: withMarker(internalNote, { kind: 'cancelled' }) } as const;
  return await context.tenant.flow.orders.update({ storeUid, orderUid }, update, context);
}

/** A customer that is attached under the expected uid needs no look-up: the common case of an unchanged order. */
async function customerFor(
  context: SyncContext,
  order: OmniumOrder,
  flow: FlowOrder | undefined,
): Promise<CustomerOfOrder> {
  const { customerId } = order;
  // An id of foreign letters only leaves no uid, and is a person's: it is not for a failure to name.
  if (customerId && /\w/.test(customerId) && flow?.customerUid === stripToUid(customerId))
    return { how: 'found', customerUid: flow.customerUid };
  // Finding a customer may write to one; a run that only compares leaves the customer out.
  return context.dryRun ? { how: 'none' } : await ensureCustomerInFlow(context, order, flow?.customerUid);
}

/** The order-level members: Omnium's, the customer, and where Omnium has set no pick-up deadline, one that is counted once. */
function headerFor(
  { tenant }: SyncContext,
  { desired, store }: WebOrder,
  { customerUid }: CustomerOfOrder,
  flow: FlowOrder | undefined,
): DesiredHeader {
  const { settings, timezone } = tenant.config;
  const workingDays = settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS;
  let { validUntil } = desired;
  if (!validUntil && desired.kind === 'click-and-collect' && workingDays !== undefined && !flow?.validUntil) {
    // So many working days from today in the store's country (Flow, orders page).
    validUntil = pickupDeadline({ from: new Date(), workingDays, countryCode: store.countryCode, timezone });
  }
  return compact({ ...desired.header, customerUid, validUntil });
}

/** What creating an order writes, for a run that only compares. */
function creationOf({ externalOrderNumber, orderState, items }: DesiredOrder): FieldChange[] {
  return [
    { system: 'Flow', field: 'externalOrderNumber', to: externalOrderNumber },
    { system: 'Flow', field: 'orderState', to: orderState },
    ...items.map(({ externalId, quantity }) => ({
      system: 'Flow' as const,
      field: `items[${externalId}].quantity`,
      to: quantity,
    })),
  ];
}

/** Creates the order with all its lines in one call; one that is already there is read instead. */
async function createInFlow(
  context: SyncContext,
  web: WebOrder,
  orderUid: string,
  customer: CustomerOfOrder,
): Promise<FlowOrder> {
  const { config, flow } = context.tenant;
  const { items, externalOrderNumber } = web.desired;
  const body = {
    orderUid,
    externalOrderNumber,
    type: 'ORDER' as const,
    internalNote: withMarker(undefined, { kind: 'writing', endsIn: web.desired.orderState }),
    ...headerFor(context, web, customer, undefined),
    items: items.map((item) => newItem(orderUid, item, config.orders.discountReasonCode)),
  };
  return await createOrGet(
    () => flow.orders.create(web.store.storeUid, body, context).catch(namingProducts(items)),
    () => flow.orders.get(orderUid, context),
  );
}

/**
 * Creates the order where Flow does not have it, writes whatever still differs, then compares again, in the steps Flow asks
 * for: lines only while OPEN, the customer before the lines, pre-payments, then the final state.
 */
async function writeOrder(
  context: SyncContext,
  web: WebOrder,
  orderUid: string,
  existing: FlowOrder | undefined,
): Promise<DoneInFlow> {
  const { orders } = context.tenant.flow;
  const { desired, omnium } = web;
  if (!existing && !mayWrite(context, () => creationOf(desired))) return { action: 'unchanged' };
  const customer = await customerFor(context, omnium, existing);
  const order = existing ?? (await createInFlow(context, web, orderUid, customer));
  const ref = { storeUid: order.storeUid, orderUid: order.orderUid };
  const header = headerFor(context, web, customer, order);
  let flow = order;
  let changes = planFlowChanges(flow, desired, header);
  if (!mayWrite(context, () => changes.changes)) {
    return { flow, action: 'unchanged', customer: customer.how, differences: changes.differences };
  }
  const written: string[] = [];
  // Once to write, once more because a new customer makes Flow price the lines anew.
  for (let round = 0; round < 2 && (changes.changesLines || Object.keys(changes.header).length > 0); round += 1) {
    written.push(...changes.changedFields);
    flow = await writeHeaderAndLines(context, flow, changes);
    changes = planFlowChanges(flow, desired, header);
  }
  if (changes.changesLines) {
    const fields = changes.changedFields.slice(0, FIELDS_NAMED).join(', ');
    throw new SyncError('FlowConflict', `Flow changed what was just written: ${fields}`);
  }
  written.push(...changes.changedFields);
  if (changes.addHandling && desired.handlingUid) {
    // With another type comes another state. It is noted before the handling says that all is done.
    if (flow.orderState !== 'OPEN' && changes.last.orderState) {
      flow = await orders.update(ref, { orderState: 'OPEN', internalNote: changes.noteWhileOpen }, context);
      changes = planFlowChanges(flow, desired, header);
    }
    await orders.addHandling(ref, desired.handlingUid, context);
  }
  const { refused, ...afterMoney } = await writePrePayments(context, flow, changes);
  if (afterMoney.flow !== flow) changes = planFlowChanges(afterMoney.flow, desired, header);
  flow = afterMoney.flow;
  const { last } = changes;
  if (last.orderState && order.orderState !== last.orderState) written.push('orderState');
  if (Object.keys(last).length > 0) flow = await orders.update(ref, last, context);
  if (refused) throw refused;
  // Once the shop has the order, that is noted on it: only an order with this note can expire, and a copy that has moved
  // is found by it. With the first note goes the deadline that was counted here, as the customer asks in Omnium.
  const propertyPrefix = context.tenant.config.settings.OMNIUM_PROPERTY_PREFIX;
  const notedUid = notedUidOf(omnium, propertyPrefix);
  const isNeeded = desired.kind === 'click-and-collect' || flow.orderUid !== desired.orderUid;
  if (isNeeded && notedUid !== flow.orderUid) {
    const customerPickupDeadline = desired.validUntil || notedUid ? undefined : flow.validUntil;
    const properties = [{ key: `${propertyPrefix}.${IN_FLOW_PROPERTY}`, value: flow.orderUid }];
    const note = { properties, keepExistingCustomProperties: true };
    await context.tenant.omnium.orders.patch(omnium.id, compact({ ...note, customerPickupDeadline }), context);
  }
  return {
    flow,
    action: !existing ? 'created' : written.length > 0 ? 'updated' : 'unchanged',
    customer: customer.how,
    changedFields: existing ? [...new Set(written)] : [],
    differences: [...changes.differences, ...(customer.problem ? [customer.problem] : [])],
  };
}

/** Writes header and lines, and returns the order as Flow has it afterwards. */
async function writeHeaderAndLines(context: SyncContext, order: FlowOrder, changes: FlowChanges): Promise<FlowOrder> {
  const { config, flow } = context.tenant;
  const { discountReasonCode } = config.orders;
  const ref = { storeUid: order.storeUid, orderUid: order.orderUid };
  const opening = { orderState: 'OPEN', internalNote: changes.noteWhileOpen } as const;
  const isToBeOpened = changes.changesLines && order.orderState !== 'OPEN';
  const update: FlowOrderUpdate = { ...changes.header, ...(isToBeOpened && opening) };
  const updated = Object.keys(update).length > 0 ? await flow.orders.update(ref, update, context) : order;
  if (!changes.changesLines) return updated;
  for (const { orderItemUid } of changes.itemsToDelete) {
    await flow.orders.deleteItem({ ...ref, orderItemUid }, context);
  }
  for (const { orderItemUid, item } of changes.itemsToUpdate) {
    await flow.orders.updateItem({ ...ref, orderItemUid }, amountsOf(item, discountReasonCode), context);
  }
  for (const item of changes.itemsToAdd) {
    const body = newItem(ref.orderUid, item, discountReasonCode);
    await flow.orders.addItem(ref, body, context).catch(namingProducts([item]));
  }
  // Read again: what Flow made of the lines decides whether the order is right.
  const after = await flow.orders.get(ref.orderUid, context);
  if (!after) throw new SyncError('FlowConflict', 'The order disappeared from Flow while it was being written');
  return after;
}

/**
 * Frees and adds pre-payments as planned. One parks the order: if it is to end confirmed, it is opened for that again. This
 * is noted before, so that an attempt that breaks off in between leaves it to the next one.
 *
 * @returns the order, open where it has to be put into its last state yet, and why a pre-payment was refused
 */
async function writePrePayments(
  context: SyncContext,
  existing: FlowOrder,
  { prePaymentsToRemove, prePaymentsToAdd, endsIn, last, noteWhileOpen }: FlowChanges,
): Promise<{ readonly flow: FlowOrder; readonly refused?: SyncError | undefined }> {
  const { orders } = context.tenant.flow;
  const { storeUid, orderUid, orderState } = existing;
  const ref = { storeUid, orderUid };
  const opening = { orderState: 'OPEN', internalNote: noteWhileOpen } as const;
  const isToBeConfirmed = endsIn === 'CONFIRMED' && prePaymentsToAdd.length > 0;
  if (isToBeConfirmed && orderState !== 'OPEN') await orders.update(ref, opening, context);
  for (const { settlementUid } of prePaymentsToRemove) {
    await orders.removePrePayment({ ...ref, settlementUid }, context);
  }
  let refused: SyncError | undefined;
  for (const prePayment of prePaymentsToAdd) refused ??= await addPrePayment(context, existing, prePayment);
  const isElsewhere = last.orderState !== undefined && orderState !== 'OPEN' && orderState !== last.orderState;
  const flow = isToBeConfirmed || isElsewhere ? await orders.update(ref, opening, context) : existing;
  return { flow, refused };
}

/** Adds one pre-payment, or says why not: the till would ask for that money again, which a person has to know. */
async function addPrePayment(
  context: SyncContext,
  { storeUid, orderUid }: FlowOrder,
  { externalId, amount, paymentMethodName }: DesiredPrePayment,
): Promise<SyncError | undefined> {
  const { flow, paymentMethods } = context.tenant;
  const settlementCode = await paymentMethods.resolve(storeUid, paymentMethodName, context);
  if (!settlementCode) {
    const what = `Store ${storeUid} has no external payment method for "${paymentMethodName ?? 'unnamed'}"`;
    return new SyncError('ConfigurationIncomplete', `${what}; map one to it in Flow with system code OMNIUM`);
  }
  const body = { settlementUid: prepaymentUid(orderUid, externalId), settlementCode, externalId, amount };
  try {
    await flow.orders.addPrePayment({ storeUid, orderUid }, body, context);
  } catch (error) {
    if (!(error instanceof VendorHttpError) || ![403, 404, 409, 422].includes(error.status)) throw error;
    // Our own uid is taken where an earlier attempt wrote it and lost the answer.
    const after = isConflict(error) ? await flow.orders.get(orderUid, context) : undefined;
    if (after?.settlements.some(({ settlementUid }) => settlementUid === body.settlementUid)) return undefined;
    return new SyncError(
      'ConfigurationIncomplete',
      `Flow refuses the pre-payment in store ${storeUid} (${error.status}), so the till asks for what is paid already; enable the method Pre-Payment there`,
      { cause: error },
    );
  }
  return undefined;
}

function newItem(orderUid: string, item: DesiredItem, discountReasonCode: string | undefined): FlowItemWrite {
  const { externalId, sku, name } = item;
  const orderItemUid = ownUid(orderUid, externalId);
  return compact({ orderItemUid, externalId, sku, name, ...amountsOf(item, discountReasonCode) });
}

function amountsOf(
  { quantity, itemPrice, itemDiscountAmount }: DesiredItem,
  discountReasonCode: string | undefined,
): Omit<FlowItemWrite, 'sku'> {
  const reason = itemDiscountAmount > 0 && discountReasonCode ? { discountReasonCode } : {};
  return { quantity, itemPrice, itemDiscountAmount, ...reason };
}

/** For errors of Flow about lines: it names a line by its place in the request, and a person needs the SKU. */
function namingProducts(items: readonly DesiredItem[]): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof VendorHttpError) || error.status !== 422) throw error;
    const skus = error.fields.flatMap(({ field }) => {
      const match = /^(?:items\[(\d+)\]\.)?(?:sku|productUid)$/.exec(field);
      return (match && items[Number(match[1] ?? 0)]?.sku) ?? [];
    });
    if (skus.length === 0) throw error;
    const names = [...new Set(skus)].slice(0, 10).join(', ');
    throw new SyncError(
      'FlowProductMissing',
      `Flow has no product for sku ${names}; export the product or mend the order`,
      { cause: error },
    );
  };
}

/**
 * Whether money or goods have changed hands: Flow lets such an order be neither cancelled nor moved. What is only reserved
 * for it (pre-payments) changes hands with the goods.
 */
export function isTouched(order: FlowOrder): boolean {
  const { orderState, settleState, deliveryState } = order;
  const isOver = orderState === 'COMPLETE' || settleState === 'SETTLED';
  return isOver || deliveryState !== 'NOT_STARTED' || tillSettlements(order).length > 0;
}
