import type { FlowOrder } from '../clients/flow/schemas';
import type { OmniumOrder } from '../clients/omnium/schemas';
import type { OrderOutcome, SyncOrderInput } from '../contracts/messages';
import { stripToUid } from '../domain/uid';
import { isCancelled, mapOmniumOrderToFlow, type DesiredOrder } from '../mapping/omnium-order-to-flow';
import { routeOrder } from '../mapping/order-routing';
import { pickupDeadline } from '../mapping/pickup-deadline';
import { changesLines, planOrderChanges, type DesiredHeader } from '../mapping/plan-order-changes';
import type { Attempt } from './attempt';
import { ensureCustomer, type EnsuredCustomer } from './customers';
import { SyncError } from './errors';
import { FlowOrderWriter } from './flow-order-writer';
import type { ResolvedStore } from './stores';
import type { Tenant } from './tenants';

/** At most this many names of written fields go into the history; an order of 600 lines would fill a page. */
const NAMES_SHOWN = 20;

/**
 * Makes the order in Flow what it is in Omnium, and says what was done.
 *
 * Reads both sides, compares, writes only what differs. Every write names its own uid, so an attempt that repeats a
 * write whose answer was lost finds it there. An order that is paid or handed over is left alone, and what differs is told.
 */
export async function syncOrderToFlow(
  tenant: Tenant,
  input: SyncOrderInput,
  attempt: Attempt,
): Promise<OrderOutcome> {
  const order = await tenant.omnium.getOrder(input.omniumOrderId, attempt);
  if (!order) {
    throw new SyncError(
      'OmniumOrderNotFound',
      `Omnium does not know the order that its event named; check the market of the API user`,
    );
  }
  const routing = routeOrder(order, tenant.config);
  if ('skip' in routing) return skipped(order, routing.skip);
  const store = await tenant.stores.resolve(routing.storeId, attempt);
  attempt.storeUid = store.storeUid;
  const desired = mapOmniumOrderToFlow(order, {
    ...routing,
    includeMainPackage: tenant.config.settings.OMNIUM_INCLUDE_MAIN_PACKAGE_IN_ORDER_ITEMS,
    rules: tenant.config.orders,
  });
  const sync = new OrderInFlow(tenant, { order, desired, store }, attempt);
  const outcome = await sync.run();
  return { ...outcome, ...(order.status && { omniumStatus: order.status }), calls: attempt.calls };
}

interface Documents {
  readonly order: OmniumOrder;
  readonly desired: DesiredOrder;
  readonly store: ResolvedStore;
}

/** One order's way into Flow, within one attempt. */
class OrderInFlow {
  private readonly writer: FlowOrderWriter;
  private orderUid: string;

  constructor(
    private readonly tenant: Tenant,
    private readonly documents: Documents,
    private readonly attempt: Attempt,
  ) {
    this.orderUid = documents.desired.orderUid;
    this.writer = new FlowOrderWriter(tenant, documents.desired, attempt);
  }

  async run(): Promise<OrderOutcome> {
    const { order } = this.documents;
    const existing = await this.find();
    if (isCancelled(order, this.tenant.config.orders)) {
      return existing
        ? await this.cancel(existing)
        : skipped(order, 'it was cancelled in Omnium before it reached Flow');
    }
    if (!existing) return await this.create();
    if (isFinal(existing)) return this.leaveAlone(existing);
    return await this.update(existing);
  }

  /** The order in the store it belongs to; an order whose store changed in Omnium is cancelled in the old one. */
  private async find(): Promise<FlowOrder | undefined> {
    const { desired, store } = this.documents;
    const found = await this.tenant.flow.getOrder(this.orderUid, this.attempt);
    if (!found) return undefined;
    if (found.externalOrderNumber !== undefined && found.externalOrderNumber !== desired.externalOrderNumber) {
      throw new SyncError(
        'UidCollision',
        `Orders ${desired.externalOrderNumber} and ${found.externalOrderNumber} become the same Flow uid ${this.orderUid}`,
      );
    }
    if (found.storeUid === store.storeUid) return found;
    if (isTouched(found)) return found;
    if (found.orderState !== 'CANCELLED') await this.writer.setState(found, 'CANCELLED');
    // Flow keeps an order's store for ever, so in the other store it is another order under a uid of its own.
    this.orderUid = `${desired.orderUid}-${store.storeUid}`;
    return await this.tenant.flow.getOrder(this.orderUid, this.attempt);
  }

  private async cancel(existing: FlowOrder): Promise<OrderOutcome> {
    if (existing.orderState === 'CANCELLED') return this.outcome('unchanged', existing, {});
    if (isTouched(existing)) {
      const difference =
        'cancelled in Omnium, but already paid or handed over in Flow: cancel or return it in the shop';
      return this.outcome('unchanged', existing, { differences: [difference] });
    }
    const cancelled = await this.writer.setState(existing, 'CANCELLED');
    return this.outcome('cancelled', cancelled, { changedFields: ['orderState'] });
  }

  private async create(): Promise<OrderOutcome> {
    const { desired } = this.documents;
    const customer = await ensureCustomer(this.tenant, this.documents.order, this.attempt);
    const header = this.header(undefined, customer);
    const created = await this.writer.create(this.documents.store.storeUid, {
      orderUid: this.orderUid,
      externalOrderNumber: desired.externalOrderNumber,
      type: 'ORDER',
      ...desired.addresses,
      ...(desired.deliveryDate && { deliveryDate: desired.deliveryDate }),
      ...header,
    });
    return await this.bringUpToDate(created, { customer, action: 'created' });
  }

  private async update(existing: FlowOrder): Promise<OrderOutcome> {
    const customer = await this.customerOf(existing);
    return await this.bringUpToDate(existing, { customer, action: 'updated' });
  }

  /** The common end of creating and updating: whatever still differs is written, then compared again. */
  private async bringUpToDate(
    order: FlowOrder,
    { customer, action }: { customer: EnsuredCustomer; action: 'created' | 'updated' },
  ): Promise<OrderOutcome> {
    const { desired } = this.documents;
    const header = this.header(order, customer);
    const written = new Set<string>();
    let current = order;
    let changes = planOrderChanges(current, desired, header);
    // Once to write, once more because a new customer makes Flow price the lines anew.
    for (let round = 0; round < 2 && (changesLines(changes) || Object.keys(changes.header).length > 0); round += 1) {
      for (const field of changes.changedFields) written.add(field);
      current = await this.writer.write(current, changes);
      changes = planOrderChanges(current, desired, header);
    }
    if (changesLines(changes)) {
      throw new SyncError(
        'FlowConflict',
        `Flow changed what was just written: ${changes.changedFields.slice(0, NAMES_SHOWN).join(', ')}`,
      );
    }
    for (const field of changes.changedFields) written.add(field);
    if (changes.addHandling && desired.handlingUid) await this.writer.addHandling(current, desired.handlingUid);
    const state = this.stateAfter(order, changes.addHandling);
    if (current.orderState !== state) {
      if (order.orderState !== state && action === 'updated') written.add('orderState');
      current = await this.writer.setState(current, state);
    }
    const settled = await this.writer.addSettlements(current, changes.settlementsToAdd);
    const nothingWritten = action === 'updated' && written.size === 0;
    return this.outcome(nothingWritten ? 'unchanged' : action, current, {
      customer: customer.how,
      changedFields: action === 'created' ? [] : [...written],
      differences: [...changes.differences, ...(customer.problem ? [customer.problem] : []), ...settled.differences],
    });
  }

  /**
   * The state the order ends in. A new order, and one whose type changed, gets the state of its type; otherwise the shop's
   * own choice stays (a pick-up order that was confirmed at the till, say).
   */
  private stateAfter(before: FlowOrder, typeChanged: boolean): 'PARKED' | 'CONFIRMED' {
    const { orderState } = before;
    const ofTheShop = orderState === 'PARKED' || orderState === 'CONFIRMED' ? orderState : undefined;
    return typeChanged ? this.documents.desired.orderState : (ofTheShop ?? this.documents.desired.orderState);
  }

  /** An order that is over in Flow: what still differs is told and not forced. */
  private leaveAlone(existing: FlowOrder): OrderOutcome {
    const changes = planOrderChanges(existing, this.documents.desired, {});
    const isCancelledInFlow = existing.orderState === 'CANCELLED';
    const why = isCancelledInFlow ? 'cancelled' : 'paid or completed';
    const cancelledHere = isCancelledInFlow
      ? ['orderState: cancelled in Flow and not in Omnium: cancel it there, or order anew']
      : [];
    const left = changes.changedFields
      .filter((field) => field !== 'handling')
      .map((field) => `${field}: the order is ${why} in Flow and was left alone`);
    return this.outcome('unchanged', existing, { differences: [...cancelledHere, ...left, ...changes.differences] });
  }

  /** A customer that is attached under the expected uid needs no look-up: the common case of an unchanged order. */
  private async customerOf(existing: FlowOrder): Promise<EnsuredCustomer> {
    const { customerId } = this.documents.order;
    if (customerId && existing.customerUid === stripToUid(customerId))
      return { how: 'found', customerUid: existing.customerUid };
    return await ensureCustomer(this.tenant, this.documents.order, this.attempt);
  }

  private header(existing: FlowOrder | undefined, customer: EnsuredCustomer): DesiredHeader {
    const validUntil = this.validUntil(existing);
    return { ...(customer.customerUid && { customerUid: customer.customerUid }), ...(validUntil && { validUntil }) };
  }

  /** Omnium's own deadline; else, once, so many working days from today in the store's country (Flow, orders page). */
  private validUntil(existing: FlowOrder | undefined): string | undefined {
    const { desired, store } = this.documents;
    if (desired.validUntil) return desired.validUntil;
    const workingDays = this.tenant.config.settings.OMNIUM_CLICK_COLLECT_EXPIRY_DAYS;
    if (desired.kind !== 'click-and-collect' || workingDays === undefined || existing?.validUntil) return undefined;
    return pickupDeadline({
      from: new Date(),
      workingDays,
      countryCode: store.countryCode,
      timezone: this.tenant.config.timezone,
    });
  }

  private outcome(
    action: OrderOutcome['action'],
    flowOrder: FlowOrder,
    more: Pick<OrderOutcome, 'customer' | 'changedFields' | 'differences'>,
  ): OrderOutcome {
    const { desired, store } = this.documents;
    const { totalAmount } = flowOrder.orderTotals;
    const gap = action === 'cancelled' || flowOrder.orderState === 'CANCELLED' ? 0 : totalAmount - desired.totalCents;
    const differences = [
      ...desired.problems,
      ...(more.differences ?? []),
      ...(gap === 0 ? [] : [`total: Omnium ${desired.totalCents} cents, Flow ${totalAmount} cents`]),
      ...(flowOrder.storeUid === store.storeUid
        ? []
        : [
            `store: Omnium moved the order to ${store.storeUid}, Flow has it paid or handed over in ${flowOrder.storeUid}`,
          ]),
    ];
    return {
      direction: 'inbound',
      action,
      flowOrderUid: flowOrder.orderUid,
      storeUid: flowOrder.storeUid,
      orderState: flowOrder.orderState,
      lines: desired.items.length,
      totalCents: totalAmount,
      ...(more.customer && { customer: more.customer }),
      ...(more.changedFields?.length && { changedFields: shorten(more.changedFields) }),
      ...(differences.length && { differences: shorten(differences) }),
    };
  }
}

/** Whether the shop is done with the order: nothing may be changed in it any more. */
function isFinal(order: FlowOrder): boolean {
  return order.orderState === 'COMPLETE' || order.orderState === 'CANCELLED' || order.settleState === 'SETTLED';
}

/** Whether money or goods have changed hands: Flow lets such an order be neither cancelled nor moved. */
function isTouched(order: FlowOrder): boolean {
  return (
    order.orderState === 'COMPLETE' ||
    (order.deliveryState ?? 'NOT_STARTED') !== 'NOT_STARTED' ||
    order.settlements.some((settlement) => settlement.amount !== 0)
  );
}

function skipped(order: OmniumOrder, reason: string): OrderOutcome {
  return { direction: 'inbound', action: 'skipped', reason, ...(order.status && { omniumStatus: order.status }) };
}

function shorten(names: readonly string[]): string[] {
  if (names.length <= NAMES_SHOWN) return [...names];
  return [...names.slice(0, NAMES_SHOWN), `and ${names.length - NAMES_SHOWN} more`];
}
