import type { FlowOrder } from '../../clients/flow/orders';
import type { OmniumOrder } from '../../clients/omnium/orders';
import type { OrderOutcome } from '../../contracts/messages';
import { stripToUid } from '../../domain/uid';
import { isCancelled, type DesiredOrder } from './mapping/omnium-order-to-flow';
import { pickupDeadline } from '../../domain/pickup-deadline';
import { changesLines, planOrderChanges, type DesiredHeader } from './mapping/plan-order-changes';
import { readMarker, stateOfLines, withMarker, type SyncMarker } from './mapping/sync-marker';
import { ensureCustomerInFlow, type CustomerOfOrder } from '../customers/customer-of-order';
import { SyncError } from '../shared/failures';
import type { ResolvedStore } from '../stores/store-directory';
import { describeChanges, describeCreation } from './describe-flow-changes';
import { FlowOrderWriter } from './flow-order-writer';
import { mayWrite } from '../shared/sync-context';
import { shorten, type SyncRun } from './sync-run';

/** A web order as Omnium has it, as it has to stand in Flow, and the store it belongs to. */
export interface WebOrderDocuments {
  readonly order: OmniumOrder;
  readonly desired: DesiredOrder;
  readonly store: ResolvedStore;
}

/**
 * A web order's way into Flow, within one attempt: reads, compares, writes only what differs. Every write names its own
 * uid, so an attempt that repeats a write whose answer was lost finds it there. An order that is paid or handed over is
 * left alone, and what differs is told.
 */
export class OrderInFlow {
  private readonly writer: FlowOrderWriter;
  private readonly tenant;
  private readonly attempt;
  private orderUid: string;

  constructor(
    private readonly run: SyncRun,
    private readonly documents: WebOrderDocuments,
  ) {
    this.tenant = run.tenant;
    this.attempt = run.attempt;
    this.orderUid = documents.desired.orderUid;
    this.writer = new FlowOrderWriter(run.tenant, documents.desired, run.attempt);
  }

  /** Brings the order that {@link find} has found, or a new one, to what Omnium says. */
  async bringUpToDateWith(existing: FlowOrder | undefined): Promise<OrderOutcome> {
    const { order } = this.documents;
    this.orderUid = existing?.orderUid ?? this.orderUid;
    if (isCancelled(order, this.tenant.config.orders)) {
      return existing
        ? await this.cancel(existing)
        : skippedInbound(order, 'it was cancelled in Omnium before it reached Flow');
    }
    if (!existing) return await this.create();
    if (isFinal(existing)) return this.leaveAlone(existing);
    return await this.update(existing);
  }

  /**
   * The order in the store it belongs to; an order whose store changed in Omnium is cancelled in the old one.
   *
   * @param known the order as this very attempt has read it already
   */
  async find(known?: FlowOrder): Promise<FlowOrder | undefined> {
    const { desired, store } = this.documents;
    const isKnown = known?.orderUid === this.orderUid;
    const found = isKnown ? known : await this.tenant.flow.orders.get(this.orderUid, this.attempt);
    if (!found) return undefined;
    if (found.externalOrderNumber !== undefined && found.externalOrderNumber !== desired.externalOrderNumber) {
      throw new SyncError(
        'UidCollision',
        `Orders ${desired.externalOrderNumber} and ${found.externalOrderNumber} become the same Flow uid ${this.orderUid}`,
      );
    }
    if (found.storeUid === store.storeUid) return found;
    if (isTouched(found)) return found;
    if (found.orderState !== 'CANCELLED') await this.cancelByUs(found);
    // Flow keeps an order's store for ever, so in the other store it is another order under a uid of its own.
    this.orderUid = `${desired.orderUid}-${store.storeUid}`;
    return await this.tenant.flow.orders.get(this.orderUid, this.attempt);
  }

  private async cancel(existing: FlowOrder): Promise<OrderOutcome> {
    if (existing.orderState === 'CANCELLED') return this.outcome('unchanged', existing, {});
    if (isTouched(existing)) {
      const difference =
        'cancelled in Omnium, but already paid or handed over in Flow: cancel or return it in the shop';
      return this.outcome('unchanged', existing, { differences: [difference] });
    }
    const cancelled = await this.cancelByUs(existing);
    return this.outcome('cancelled', cancelled, { changedFields: ['orderState'] });
  }

  /** Cancels and leaves the mark that it was not the shop. */
  private async cancelByUs(existing: FlowOrder): Promise<FlowOrder> {
    const change = { system: 'Flow', field: 'orderState', from: existing.orderState, to: 'CANCELLED' } as const;
    if (!mayWrite(this.run, () => [change])) return existing;
    const internalNote = withMarker(existing.internalNote, { kind: 'cancelled' });
    return await this.writer.setState(existing, 'CANCELLED', { internalNote });
  }

  private async create(): Promise<OrderOutcome> {
    const { desired, store } = this.documents;
    if (!mayWrite(this.run, () => describeCreation(desired))) return { ...this.nothing(), action: 'unchanged' };
    const customer = await ensureCustomerInFlow({ ...this.attempt, tenant: this.tenant }, this.documents.order);
    const header = this.header(undefined, customer);
    const created = await this.writer.create(store.storeUid, {
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
    { customer, action }: { customer: CustomerOfOrder; action: 'created' | 'updated' },
  ): Promise<OrderOutcome> {
    const { desired } = this.documents;
    const header = this.header(order, customer);
    const written = new Set<string>();
    let current = order;
    let changes = planOrderChanges(current, desired, header);
    const marker: SyncMarker = { kind: 'lines', state: stateOfLines(this.documents.order) };
    if (!mayWrite(this.run, () => describeChanges(order, changes))) {
      return this.outcome('unchanged', order, { customer: customer.how, differences: changes.differences });
    }
    const state = this.stateAfter(order, changes.addHandling);
    const whileOpen = { internalNote: withMarker(order.internalNote, { kind: 'writing', endsIn: state }) };
    // Once to write, once more because a new customer makes Flow price the lines anew.
    for (let round = 0; round < 2 && (changesLines(changes) || Object.keys(changes.header).length > 0); round += 1) {
      for (const field of changes.changedFields) written.add(field);
      current = await this.writer.write(current, changes, whileOpen);
      changes = planOrderChanges(current, desired, header);
    }
    if (changesLines(changes)) {
      throw new SyncError(
        'FlowConflict',
        `Flow changed what was just written: ${shorten(changes.changedFields).join(', ')}`,
      );
    }
    for (const field of changes.changedFields) written.add(field);
    if (changes.addHandling && desired.handlingUid) {
      // With another type comes another state. It is noted before the handling says that all is done.
      if (current.orderState !== 'OPEN' && current.orderState !== state)
        current = await this.writer.setState(current, 'OPEN', whileOpen);
      await this.writer.addHandling(current, desired.handlingUid);
    }
    const isMarked = sameMarker(readMarker(current.internalNote), marker);
    // The marker goes with the last write of the lines: from here on, a difference in them is the shop's doing.
    const note = isMarked ? {} : { internalNote: withMarker(current.internalNote, marker) };
    if (current.orderState !== state) {
      if (order.orderState !== state && action === 'updated') written.add('orderState');
      current = await this.writer.setState(current, state, note);
    } else if (!isMarked) {
      current = await this.writer.note(current, note);
    }
    const settled = await this.writer.addSettlements(current, changes.settlementsToAdd);
    await this.tellDeadline(current);
    const nothingWritten = action === 'updated' && written.size === 0;
    return this.outcome(nothingWritten ? 'unchanged' : action, current, {
      customer: customer.how,
      changedFields: action === 'created' ? [] : [...written],
      differences: [...changes.differences, ...(customer.problem ? [customer.problem] : []), ...settled.differences],
    });
  }

  /**
   * The state the order ends in. A new order, and one whose type changed, gets the state of its type; otherwise the shop's
   * own choice stays (a pick-up order that was confirmed at the till, say), also over an attempt that broke off.
   */
  private stateAfter(before: FlowOrder, typeChanged: boolean): 'PARKED' | 'CONFIRMED' {
    const { orderState, internalNote } = before;
    if (typeChanged) return this.documents.desired.orderState;
    if (orderState === 'PARKED' || orderState === 'CONFIRMED') return orderState;
    const marker = readMarker(internalNote);
    return marker?.kind === 'writing' ? marker.endsIn : this.documents.desired.orderState;
  }

  /** What a look says of an order that is not in Flow. */
  private nothing(): Pick<OrderOutcome, 'direction' | 'storeUid' | 'lines'> {
    const { desired, store } = this.documents;
    return { direction: 'inbound', storeUid: store.storeUid, lines: desired.items.length };
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

  /** Omnium has to know the pick-up deadline that was counted here: the customer asks there, and it cancels what expires. */
  private async tellDeadline({ validUntil }: FlowOrder): Promise<void> {
    const { order, desired } = this.documents;
    if (desired.kind !== 'click-and-collect' || desired.validUntil || !validUntil) return;
    await this.tenant.omnium.orders.patch(order.id, { customerPickupDeadline: validUntil }, this.attempt);
  }

  /** A customer that is attached under the expected uid needs no look-up: the common case of an unchanged order. */
  private async customerOf(existing: FlowOrder): Promise<CustomerOfOrder> {
    const { customerId } = this.documents.order;
    if (customerId && existing.customerUid === stripToUid(customerId))
      return { how: 'found', customerUid: existing.customerUid };
    // Finding a customer may write to one; a run that only looks leaves the customer out.
    if (this.run.dryRun) return { how: 'none' };
    return await ensureCustomerInFlow({ ...this.attempt, tenant: this.tenant }, this.documents.order);
  }

  private header(existing: FlowOrder | undefined, customer: CustomerOfOrder): DesiredHeader {
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
      ...(flowOrder.orderNumber && { flowOrderNumber: flowOrder.orderNumber }),
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
export function isFinal(order: FlowOrder): boolean {
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

export function skippedInbound(order: OmniumOrder, reason: string): OrderOutcome {
  return { direction: 'inbound', action: 'skipped', reason, ...(order.status && { omniumStatus: order.status }) };
}

function sameMarker(a: SyncMarker | undefined, b: SyncMarker): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
