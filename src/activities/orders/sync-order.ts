import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { NamedReceipt, OrderEvent, OrderOutcome, SyncOrderInput } from '../../contracts/kinds/order';
import type { FieldChange, OrderInspection } from '../../contracts/order-inspection';
import { concernsRecord } from '../../contracts/failure-types';
import { compact } from '../../domain/compact';
import { stripToUid } from '../../domain/uid';
import { SyncError, toApplicationFailure } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import { routeOrder } from './mapping/omnium-order-to-flow';
import { receiptsDue } from './mapping/receipt-to-invoice';
import { readMarker } from './mapping/plan-flow-changes';
import { notedUidOf } from './mapping/plan-omnium-changes';
import {
  isFinishedSale,
  isReturn,
  partsOfReturn,
  readTillOrder,
  returnsOf,
  tillSettlements,
} from './mapping/till-to-omnium';
import type { Step } from './order-in-omnium';
import { registerReturns, syncTillOrder } from './till-order';
import { syncWebOrder, type SyncedOrder } from './web-order';

/** Why nothing is done about an order that an event of Flow's, or a person, has named and neither system has. */
export const IN_NEITHER_SYSTEM = 'gone from Flow, and never in Omnium';

/** At most this many names of written fields go into the history; an order of 600 lines would fill a page. */
const NAMES_SHOWN = 20;

/** Records that an event about this order belongs to another one, whose own workflow goes on with it. */
export type ForwardEvent = (orderNumber: string, event: OrderEvent, omniumOrderId?: string) => Promise<void>;

/** Reads an order of Flow. */
export type ReadFlowOrder = (orderUid: string) => Promise<FlowOrder | undefined>;

/** Reads orders of Flow, each at most once: what a pass has read is not asked for again. */
export function flowOrdersReadOnce(context: SyncContext): ReadFlowOrder {
  const read = new Map<string, ReturnType<ReadFlowOrder>>();
  return (orderUid) => {
    const reading = read.get(orderUid) ?? context.tenant.flow.orders.get(orderUid, context);
    read.set(orderUid, reading);
    return reading;
  };
}

/**
 * One pass: makes one order the same in Omnium and Flow, whichever of them it was born in, and says what was done.
 *
 * Reads both sides, compares, writes only what differs, and reads again what it cannot know otherwise. It may run any
 * number of times; an attempt that repeats one whose answer was lost begins by looking.
 *
 * @param forward what to do with orders that events have named and that belong to another order
 */
export async function syncOrder(
  context: SyncContext,
  key: Pick<SyncOrderInput, 'orderNumber' | 'omniumOrderId' | 'flowOrderUids' | 'onlyFlowEvents' | 'namedReceipts'>,
  forward: ForwardEvent,
  read: ReadFlowOrder = flowOrdersReadOnce(context),
): Promise<OrderOutcome> {
  const { orderNumber, flowOrderUids = [], namedReceipts = [] } = key;
  const { config } = context.tenant;
  const named = await sortByOwner(orderNumber, flowOrderUids, read);
  const passedOn = await forwardAll(named.foreign, namedReceipts, forward);
  if (key.onlyFlowEvents && named.isOnlyForeign) return passedOn;
  const order = await findInOmnium(context, key, named.self);
  if (!order && !named.self) {
    // An operator may have named the order by its uid in Flow.
    const byUid = await sortByOwner(orderNumber, [orderNumber], read);
    if (byUid.isOnlyForeign)
      return { ...(await forwardAll(byUid.foreign, namedReceipts, forward)), calls: context.calls };
  }
  const route = order && routeOrder(order, config);
  let synced: SyncedOrder;
  if (order && route && !('skip' in route)) {
    const isNamedById = key.omniumOrderId === orderNumber && order.orderNumber !== orderNumber;
    if (isNamedById && !context.dryRun && flowOrderUids.length === 0 && (await hasNumberOfItsOwn(context, order))) {
      // As by an event that tells no number. Its owner goes by the number, and there is only one.
      const { id, modified = '' } = order;
      const event = { eventId: `forwarded:${id}:${modified}`, source: 'omnium', what: 'Named by its id' } as const;
      await forward(order.orderNumber, event, id);
      return { direction: 'inbound', action: 'forwarded', forwardedTo: [order.orderNumber], calls: context.calls };
    }
    synced = await syncWebOrder(context, order, named.self, route);
  } else {
    // A sale of a till, in Omnium already or to be made there; or none of ours.
    const flowOrderUid = order ? flowUidOfTillOrder(order, config.settings.OMNIUM_PROPERTY_PREFIX) : orderNumber;
    const flow = named.self ?? (flowOrderUid === undefined ? undefined : await read(flowOrderUid));
    // A sale of the till stays one under a number that another system gave it, unless we have made it from a web order.
    const isOfTill = flowOrderUid === undefined || flow?.orderUid === flowOrderUid;
    const isSale =
      flow &&
      (!order || isOfTill) &&
      !readMarker(flow.internalNote) &&
      !readTillOrder(flow, config.orders.till.visibleFrom).whyNotSent;
    if (flow && (!flow.externalOrderNumber || isSale)) {
      synced = await syncTillOrder(context, flow, order);
    } else if (order && route && 'skip' in route) {
      synced = { omnium: order, steps: [{ direction: 'inbound', action: 'skipped', reason: route.skip }] };
    } else if (!flow && flowOrderUids.includes(orderNumber)) {
      // Put aside at a till, and cleared up by Flow before it was paid: it is expected nowhere.
      synced = { steps: [{ direction: 'outbound', action: 'skipped', reason: IN_NEITHER_SYSTEM }] };
    } else {
      const problem = 'Omnium does not know the order that an event named; check the market of the API user';
      throw new SyncError('OmniumOrderNotFound', problem);
    }
  }
  const about = { orderNumber, returns: named.returns, namedReceipts };
  return { ...(await withReturns(context, synced, about, read)), calls: context.calls };
}

/**
 * The order in Omnium. Its identity there is the id; whoever speaks first may know the number only (a till, a receipt, an
 * operator), so a 404 is asked about once more by number. Of several with one number it is the one whose copy Flow has.
 *
 * @param self the order's copy in Flow, as far as an event has named it
 * @throws SyncError `OmniumOrderNotFound` when several have the number and nothing tells which
 */
async function findInOmnium(
  context: SyncContext,
  { orderNumber, omniumOrderId }: Pick<SyncOrderInput, 'orderNumber' | 'omniumOrderId'>,
  self: FlowOrder | undefined,
): Promise<OmniumOrder | undefined> {
  const { orders } = context.tenant.omnium;
  const isOurCopy = self !== undefined && readMarker(self.internalNote) !== undefined;
  const isCopyOf = ({ id }: OmniumOrder): boolean => self?.orderUid.split('-')[0] === stripToUid(id);
  const byId = await orders.get(omniumOrderId, context);
  if (byId && (!isOurCopy || isCopyOf(byId))) return byId;
  if (self && !self.externalOrderNumber) return byId;
  const found = await orders.findByNumber(orderNumber, context);
  // A till's own sale has Flow's uid in Omnium, also under a number that another system gave it.
  if (found.length === 0 && self && !isOurCopy) return await orders.get(self.orderUid, context);
  const ours = found.filter(isCopyOf);
  const [only, ...others] = ours.length > 0 ? ours : found;
  if (others.length > 0) {
    const problem = `${found.length} orders of Omnium have this number; ask for one by its id`;
    throw new SyncError('OmniumOrderNotFound', problem);
  }
  return only;
}

/** Whether no other order of Omnium has the number, so that the number's workflow can only be this one's. */
async function hasNumberOfItsOwn(context: SyncContext, { orderNumber, id }: OmniumOrder): Promise<boolean> {
  const [only, ...others] = await context.tenant.omnium.orders.findByNumber(orderNumber, context);
  return only?.id === id && others.length === 0;
}

/** Flow's uid of a till's sale in Omnium. The order of an exchange cannot be given properties; its id is the uid as well. */
function flowUidOfTillOrder(order: OmniumOrder, propertyPrefix: string): string | undefined {
  const { id, orderType } = order;
  return notedUidOf(order, propertyPrefix) ?? (orderType?.toLowerCase() === 'pos' ? id : undefined);
}

/** Registers returns of goods that were sold on the order, names the receipts that belong to Omnium, and sums the pass up. */
async function withReturns(
  context: SyncContext,
  { steps, omnium, flow }: SyncedOrder,
  about: {
    readonly orderNumber: string;
    readonly returns: readonly FlowOrder[];
    readonly namedReceipts: NamedReceipts;
  },
  read: ReadFlowOrder,
): Promise<OrderOutcome> {
  const { orderNumber, returns: orders, namedReceipts } = about;
  const areReceiptsSent = context.tenant.config.settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM;
  if (!omnium) return outcomeOf(steps, flow, omnium);
  const returns = await Promise.all(
    orders.map(async (order) => {
      const uids = new Set(order.items.flatMap(({ orderLinks }) => orderLinks.map(({ orderUid }) => orderUid)));
      const originals: FlowOrder[] = [];
      for (const uid of uids) {
        const original = uid === flow?.orderUid ? flow : await read(uid);
        const number = original?.externalOrderNumber ?? original?.orderUid;
        if (original && number === orderNumber) originals.push(original);
      }
      return returnsOf(order, originals);
    }),
  );
  const { outcomes, differences } = await registerReturns(context, omnium, returns.flat());
  const isNew = outcomes.some(({ action }) => action === 'created');
  const isCreated = steps.some(({ action }) => action === 'created');
  const registered: Step = {
    direction: 'outbound',
    action: isNew ? (isCreated ? 'created' : 'updated') : 'unchanged',
    differences,
  };
  const outcome = outcomeOf(outcomes.length > 0 ? [...steps, registered] : steps, flow, omnium);
  const all = areReceiptsSent ? [flow ?? [], orders].flat() : [];
  const receipts = (await Promise.all(all.map((order) => receiptsOf(context, order, namedReceipts)))).flat();
  return {
    ...outcome,
    ...(outcomes.length > 0 && { returns: outcomes }),
    ...(receipts.length > 0 && { receipts: receipts.map((receipt) => ({ ...receipt, omniumOrderId: omnium.id })) }),
  };
}

type NamedReceipts = NonNullable<SyncOrderInput['namedReceipts']>;

/**
 * The receipts of an order: those that its payments and the events have named. Where that cannot be all of them (an order over
 * nothing, as a sample, goods written off or an even exchange; a payment that names none), they are asked for by the order's
 * number.
 */
async function receiptsOf(
  context: SyncContext,
  order: FlowOrder,
  namedReceipts: NamedReceipts,
): Promise<readonly NamedReceipt[]> {
  const { orderUid, orderNumber, settlements } = order;
  const byEvents = namedReceipts.filter(({ flowOrderUid }) => flowOrderUid === orderUid);
  const isPaidUnnamed = tillSettlements(order).some(({ orderReceiptUid }) => orderReceiptUid === undefined);
  const isAsked = orderNumber !== undefined && (isPaidUnnamed || (settlements.length === 0 && isFinishedSale(order)));
  const found = isAsked ? await context.tenant.flow.receipts.find({ orderNumber }, context) : [];
  const ours = found.filter((receipt) => receipt.orderUid === orderUid);
  const all = [...receiptsDue(order), ...byEvents, ...ours].map(
    ({ storeUid, orderReceiptUid }) => [orderReceiptUid, { storeUid, orderReceiptUid }] as const,
  );
  return [...new Map(all).values()];
}

/** What all steps of a pass did together. The last one that wrote says what the pass did. */
function outcomeOf(steps: readonly Step[], flow: FlowOrder | undefined, omnium: OmniumOrder | undefined): OrderOutcome {
  const leading = steps.findLast(({ action }) => action !== 'unchanged' && action !== 'skipped') ?? steps[0];
  const changedFields = shorten(steps.flatMap((step) => step.changedFields ?? []));
  const differences = shorten(steps.flatMap((step) => step.differences ?? []));
  const { reason, lines, customer } = steps.reduce<Partial<Step>>((sum, step) => ({ ...sum, ...step }), {});
  return compact({
    direction: leading?.direction ?? 'outbound',
    action: leading?.action ?? 'unchanged',
    reason,
    omniumStatus: omnium?.status,
    flowOrderUid: flow?.orderUid,
    flowOrderNumber: flow?.orderNumber,
    storeUid: flow?.storeUid,
    orderState: flow?.orderState,
    lines: flow && (lines ?? flow.items.length),
    totalCents: flow?.orderTotals.totalAmount,
    customer,
    changedFields: changedFields.length > 0 ? changedFields : undefined,
    differences: differences.length > 0 ? differences : undefined,
  });
}

function shorten(names: readonly string[]): string[] {
  if (names.length <= NAMES_SHOWN) return [...names];
  return [...names.slice(0, NAMES_SHOWN), `and ${names.length - NAMES_SHOWN} more`];
}

/** Orders of Flow, by whose business they are: this order itself, returns of its goods, and those of other orders by number. */
interface NamedOrders {
  readonly self?: FlowOrder | undefined;
  readonly returns: readonly FlowOrder[];
  readonly foreign: ReadonlyMap<string, readonly FlowOrder[]>;
  readonly isOnlyForeign: boolean;
}

/** Sorts the orders that events have named. One that is gone from Flow (an expired order) is named no more. */
async function sortByOwner(
  orderNumber: string,
  orderUids: readonly string[],
  read: ReadFlowOrder,
): Promise<NamedOrders> {
  let self: FlowOrder | undefined;
  const returns: FlowOrder[] = [];
  const foreign = new Map<string, FlowOrder[]>();
  for (const orderUid of orderUids) {
    const order = await read(orderUid);
    if (!order) continue;
    for (const { number, isOriginal } of await ownersOf(order, read)) {
      if (number !== orderNumber) foreign.set(number, [...(foreign.get(number) ?? []), order]);
      else if (isOriginal) returns.push(order);
      else self = order;
    }
  }
  return { self, returns, foreign, isOnlyForeign: !self && returns.length === 0 && foreign.size > 0 };
}

/**
 * Whose business an order of Flow is: the web order's it came from; the sold orders' it brings goods back to; else its
 * own. A return of goods from several orders, or with goods without a known sale, is the business of each.
 */
export async function ownersOf(
  order: FlowOrder,
  read: ReadFlowOrder,
): Promise<{ readonly number: string; readonly isOriginal: boolean }[]> {
  if (order.externalOrderNumber) return [{ number: order.externalOrderNumber, isOriginal: false }];
  const own = { number: order.orderUid, isOriginal: false };
  if (!isReturn(order)) return [own];
  const { byOriginal, blind } = partsOfReturn(order);
  const owners = await Promise.all(
    [...byOriginal.keys()].map(async (originalUid) => ({
      number: (await read(originalUid))?.externalOrderNumber ?? originalUid,
      isOriginal: true,
    })),
  );
  const unique = [...new Map(owners.map((owner) => [owner.number, owner])).values()];
  return blind.length > 0 || unique.length === 0 ? [...unique, own] : unique;
}

/** Passes orders on to those they belong to. The same change of the same order is one event; a later change is another. */
async function forwardAll(
  foreign: NamedOrders['foreign'],
  namedReceipts: NamedReceipts,
  forward: ForwardEvent,
): Promise<OrderOutcome> {
  for (const [number, orders] of foreign) {
    for (const { orderUid, lastModifiedAt = '' } of orders) {
      const event = { source: 'flow', what: 'Changed at a till', flowOrderUid: orderUid } as const;
      const eventId = `forwarded:${orderUid}:${lastModifiedAt}`;
      await forward(number, { ...event, eventId });
      for (const { flowOrderUid, storeUid, orderReceiptUid } of namedReceipts) {
        if (flowOrderUid !== orderUid) continue;
        const receipt = { storeUid, orderReceiptUid };
        await forward(number, { ...event, eventId: `${eventId}:${orderReceiptUid}`, receipt });
      }
    }
  }
  return { direction: 'outbound', action: 'forwarded', forwardedTo: [...foreign.keys()] };
}

/**
 * What a sync of the order would write now, found by the sync's own code with every write left out. An order of Flow
 * that belongs to another one is compared as part of that one.
 *
 * @throws what the vendors' clients throw while a vendor cannot be reached; all that is wrong with the order itself is
 *   reported as `blocked`
 */
export async function inspectOrder(
  context: SyncContext,
  about: { readonly orderNumber: string; readonly omniumOrderId?: string; readonly flowOrderUids: readonly string[] },
): Promise<OrderInspection> {
  const dryRun: FieldChange[] = [];
  const compared: SyncContext = { ...context, dryRun };
  const { flowOrderUids } = about;
  const read = flowOrdersReadOnce(compared);
  const { foreign, self } = await sortByOwner(about.orderNumber, flowOrderUids, read);
  const [owner] = self ? [] : foreign.keys();
  const orderNumber = owner ?? about.orderNumber;
  const omniumOrderId = owner ?? about.omniumOrderId ?? about.orderNumber;
  try {
    const key = { orderNumber, omniumOrderId, flowOrderUids };
    const outcome = await syncOrder(compared, key, () => Promise.resolve(), read);
    // Of an order that would be new, only the pass knows the store.
    const { flowOrderUid, storeUid = compared.storeUid, reason, differences = [] } = outcome;
    const verdict: OrderInspection['verdict'] =
      dryRun.length > 0 ? 'would-write' : outcome.action === 'skipped' ? 'not-synced' : 'in-sync';
    return compact({
      orderNumber,
      omniumOrderId,
      flowOrderUid,
      storeUid,
      verdict,
      reason,
      changes: dryRun,
      differences,
    });
  } catch (error) {
    const { failureType, message } = toApplicationFailure(error, () => 0);
    if (!concernsRecord(failureType)) throw error;
    const reason = `${message} (${failureType})`;
    const { storeUid } = compared;
    return compact({
      orderNumber,
      omniumOrderId,
      storeUid,
      verdict: 'blocked' as const,
      reason,
      changes: dryRun,
      differences: [],
    });
  }
}
