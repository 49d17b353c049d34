import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { OrderEvent, OrderOutcome, ReceiptReference, SyncOrderInput } from '../../contracts/messages';
import { routeOrder } from './mapping/order-routing';
import { receiptsDue } from './receipts-due';
import { SyncError } from '../shared/failures';
import { OrderReader, type NamedOrders } from './order-reader';
import { addStep, type SyncRun } from './sync-run';
import { skippedInbound } from './order-in-flow';
import { syncTillOrder } from './till-order';
import { registerReturns, returnsOf } from './till-returns';
import { syncWebOrder } from './web-order';

/** Why nothing is done about an order that one of Flow's events, or a person, has named and nobody has. */
export const IN_NEITHER_SYSTEM = 'gone from Flow, and never in Omnium';

/** Which order is to be the same in both systems. */
export type OrderAbout = Pick<SyncOrderInput, 'orderNumber' | 'omniumOrderId' | 'flowOrderUids' | 'onlyFlowEvents'>;

/** Records that an event about this order belongs to another one, whose own workflow goes on with it. */
export type ForwardEvent = (orderNumber: string, event: OrderEvent) => Promise<void>;

/**
 * One pass: makes one order the same in Omnium and Flow, whichever of them it was born in, and says what was done.
 *
 * Reads both sides, compares, writes only what differs, and reads again what it cannot know otherwise. It may run any
 * number of times; an attempt that repeats one whose answer was lost begins by looking.
 *
 * @param forward what to do with orders that events have named and that belong to another order
 */
export async function syncOrder(run: SyncRun, about: OrderAbout, forward: ForwardEvent): Promise<OrderOutcome> {
  return await syncOrderAsRead(run, about, { reader: new OrderReader(run), forward });
}

/** {@link syncOrder} for who has read some of the orders already. */
export async function syncOrderAsRead(run: SyncRun, about: OrderAbout, by: SyncedBy): Promise<OrderOutcome> {
  const { reader, forward } = by;
  const named = await reader.sort(about.orderNumber, about.flowOrderUids ?? []);
  await forwardAll(named.foreign, forward);
  if (about.onlyFlowEvents && isOnlyForeign(named)) return forwarded(named.foreign);
  const done = await new OrderPass(run, about, by).sync(named.self, named.returns);
  return { ...done, calls: run.attempt.calls };
}

async function forwardAll(foreign: NamedOrders['foreign'], forward: ForwardEvent): Promise<void> {
  for (const [number, orders] of foreign) {
    for (const order of orders) await forward(number, forwardedEvent(order));
  }
}

function isOnlyForeign({ self, returns, foreign }: NamedOrders): boolean {
  return !self && returns.length === 0 && foreign.size > 0;
}

function forwarded(foreign: NamedOrders['foreign']): OrderOutcome {
  return { direction: 'outbound', action: 'forwarded', forwardedTo: [...foreign.keys()] };
}

/** What a pass reads Flow's orders with, and hands on what is not its own to. */
interface SyncedBy {
  readonly reader: OrderReader;
  readonly forward: ForwardEvent;
}

/** What one order's pass has found and done so far. */
class OrderPass {
  constructor(
    private readonly run: SyncRun,
    private readonly about: OrderAbout,
    private readonly by: SyncedBy,
  ) {}

  private get reader(): OrderReader {
    return this.by.reader;
  }

  async sync(self: FlowOrder | undefined, returns: readonly FlowOrder[]): Promise<OrderOutcome> {
    const { tenant, attempt } = this.run;
    const order = await tenant.omnium.orders.get(this.about.omniumOrderId, attempt);
    const result = order ? await this.syncKnown(order, self) : await this.syncUnknown(self);
    const { omnium, flow, outcome } = result;
    if (!omnium) return outcome;
    return await this.withReturns({ omnium, ...(flow && { flow }), outcome }, returns);
  }

  /** Omnium has the order: one of its own, or a sale of a till that is there already. */
  private async syncKnown(order: OmniumOrder, self: FlowOrder | undefined): Promise<Stand> {
    const route = routeOrder(order, this.run.tenant.config);
    if (!('skip' in route)) return await syncWebOrder(this.run, { order, flow: self }, route);
    const flowOrderUid = this.tillOrderUidOf(order);
    const flow = self ?? (flowOrderUid === undefined ? undefined : await this.reader.order(flowOrderUid));
    if (!flow || flow.externalOrderNumber) return { omnium: order, outcome: skippedInbound(order, route.skip) };
    this.run.attempt.storeUid = flow.storeUid;
    return { ...(await syncTillOrder(this.run, { flow, omnium: order })), flow };
  }

  /** Omnium does not have the order: a sale that is to be made there, or a mistake. */
  private async syncUnknown(self: FlowOrder | undefined): Promise<Stand> {
    const flow = self ?? (await this.reader.order(this.about.orderNumber));
    // An operator may have named the order by its uid in Flow.
    const named = flow && !self ? await this.reader.sort(this.about.orderNumber, [flow.orderUid]) : undefined;
    if (named && isOnlyForeign(named)) {
      await forwardAll(named.foreign, this.by.forward);
      return { outcome: forwarded(named.foreign) };
    }
    if (!flow && this.about.flowOrderUids?.includes(this.about.orderNumber)) {
      // Put aside at a till, and cleared up by Flow before it was paid: nobody waits for it.
      return { outcome: { direction: 'outbound', action: 'skipped', reason: IN_NEITHER_SYSTEM } };
    }
    if (!flow || flow.externalOrderNumber) {
      throw new SyncError(
        'OmniumOrderNotFound',
        'Omnium does not know the order that an event named; check the market of the API user',
      );
    }
    this.run.attempt.storeUid = flow.storeUid;
    return { ...(await syncTillOrder(this.run, { flow, omnium: undefined })), flow };
  }

  /** Returns of goods sold on this order, and the receipts that belong to Omnium. */
  private async withReturns(
    stand: Stand & { omnium: OmniumOrder },
    returns: readonly FlowOrder[],
  ): Promise<OrderOutcome> {
    const { omnium, flow, outcome } = stand;
    const originals = flow ? [flow] : [];
    const wanted = (await Promise.all(returns.map((order) => this.originalsAmong(order, originals)))).flat();
    const registered = await registerReturns(this.run, omnium, wanted);
    const isNew = registered.outcomes.some(({ action }) => action === 'created');
    const withThem = addStep(outcome, {
      ...outcome,
      direction: 'outbound',
      action: isNew ? (outcome.action === 'created' ? 'created' : 'updated') : 'unchanged',
      changedFields: [],
      differences: registered.differences,
    });
    const receipts = this.receiptsOf(omnium, [...(flow ? [flow] : []), ...returns]);
    return {
      ...(registered.outcomes.length > 0 ? withThem : outcome),
      ...(registered.outcomes.length > 0 && { returns: registered.outcomes }),
      ...(receipts.length > 0 && { receipts }),
    };
  }

  private async originalsAmong(
    order: FlowOrder,
    originals: readonly FlowOrder[],
  ): Promise<ReturnType<typeof returnsOf>> {
    const uids = new Set(order.items.flatMap(({ orderLinks }) => orderLinks.map(({ orderUid }) => orderUid)));
    const mine: FlowOrder[] = [];
    for (const uid of uids) {
      const original = originals.find(({ orderUid }) => orderUid === uid) ?? (await this.reader.order(uid));
      if (original && (original.externalOrderNumber ?? original.orderUid) === this.about.orderNumber)
        mine.push(original);
    }
    return returnsOf(order, mine);
  }

  private receiptsOf(omnium: OmniumOrder, orders: readonly FlowOrder[]): ReceiptReference[] {
    const { settings } = this.run.tenant.config;
    if (!settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM) return [];
    return orders.flatMap((order) => receiptsDue(order).map((receipt) => ({ ...receipt, omniumOrderId: omnium.id })));
  }

  private tillOrderUidOf(order: OmniumOrder): string | undefined {
    const key = `${this.run.tenant.config.settings.OMNIUM_PROPERTY_PREFIX}.orderUid`;
    const named = order.properties.find((property) => property.key === key)?.value;
    // The order of an exchange cannot be given properties; its id is Flow's uid all the same.
    return named ?? (order.orderType?.toLowerCase() === 'pos' ? order.id : undefined);
  }
}

/** Where the order stands in both systems after its own sync. */
interface Stand {
  readonly outcome: OrderOutcome;
  readonly omnium?: OmniumOrder;
  readonly flow?: FlowOrder;
}

/** The same change of the same order is one event; a later change is another. */
function forwardedEvent({ orderUid, lastModifiedAt }: FlowOrder): OrderEvent {
  return {
    eventId: `forwarded:${orderUid}:${lastModifiedAt ?? ''}`,
    source: 'flow',
    what: 'Changed at a till',
    flowOrderUid: orderUid,
  };
}
