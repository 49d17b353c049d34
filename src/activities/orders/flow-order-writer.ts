import { VendorHttpError } from '../../clients/errors';
import type { FlowItemWrite, FlowOrder, FlowOrderUpdate, FlowOrderWrite } from '../../clients/flow/orders';
import { asCents, sumCents } from '../../domain/money';
import type { DesiredItem } from './mapping/order-lines';
import type { DesiredOrder } from './mapping/omnium-order-to-flow';
import type { DesiredSettlement } from './mapping/order-payments';
import { ownUid } from '../../domain/own-uids';
import { prepaymentUid } from './mapping/till-payments';
import { changesLines, settlementDifference, type OrderChanges } from './mapping/plan-order-changes';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';

/**
 * Writes an order to Flow in the steps Flow asks for: lines only while OPEN, the customer before the lines, the final
 * state and the settlements last. Every part carries a uid of ours, so that a write repeated after a lost answer is
 * refused as a duplicate instead of done twice.
 */
export class FlowOrderWriter {
  constructor(
    private readonly tenant: Tenant,
    private readonly desired: DesiredOrder,
    private readonly attempt: Attempt,
  ) {}

  /** Creates the order with all its lines in one call; one that is already there is read instead. */
  async create(storeUid: string, body: FlowOrderWrite & { readonly orderUid: string }): Promise<FlowOrder> {
    const { flow } = this.tenant;
    const items = this.desired.items.map((item) => this.newItem(body.orderUid, item));
    try {
      return await flow.orders.create(storeUid, { ...body, items }, this.attempt);
    } catch (error) {
      if (!(error instanceof VendorHttpError)) throw error;
      const existing = error.status === 409 ? await flow.orders.get(body.orderUid, this.attempt) : undefined;
      if (existing) return existing;
      throw namingProducts(error, this.desired.items);
    }
  }

  /**
   * Writes what the plan says and returns the order as Flow has it afterwards.
   *
   * @param whileOpen the note that says, while lines are written, that the order is open for us
   */
  async write(
    order: FlowOrder,
    changes: OrderChanges,
    whileOpen: Pick<FlowOrderUpdate, 'internalNote'>,
  ): Promise<FlowOrder> {
    const { flow } = this.tenant;
    const ref = { storeUid: order.storeUid, orderUid: order.orderUid };
    const isToBeOpened = changesLines(changes) && order.orderState !== 'OPEN';
    const update: FlowOrderUpdate = { ...changes.header, ...(isToBeOpened && { orderState: 'OPEN', ...whileOpen }) };
    const updated = Object.keys(update).length > 0 ? await flow.orders.update(ref, update, this.attempt) : order;
    if (!changesLines(changes)) return updated;
    for (const item of changes.itemsToDelete) {
      await flow.orders.deleteItem({ ...ref, orderItemUid: item.orderItemUid }, this.attempt);
    }
    for (const { orderItemUid, item } of changes.itemsToUpdate) {
      await flow.orders.updateItem({ ...ref, orderItemUid }, this.amountsOf(item), this.attempt);
    }
    for (const item of changes.itemsToAdd) await this.addItem(order, item);
    // Read again: what Flow made of the lines decides whether the order is right.
    return await this.mustExist(order.orderUid);
  }

  async addHandling(order: FlowOrder, handlingUid: string): Promise<void> {
    await this.tenant.flow.orders.addHandling(
      { storeUid: order.storeUid, orderUid: order.orderUid },
      handlingUid,
      this.attempt,
    );
  }

  /** Changes the state; between PARKED and CONFIRMED the way leads through OPEN, which is the caller's to go. */
  async setState(
    order: FlowOrder,
    orderState: NonNullable<FlowOrderUpdate['orderState']>,
    also: Pick<FlowOrderUpdate, 'internalNote'> = {},
  ): Promise<FlowOrder> {
    const ref = { storeUid: order.storeUid, orderUid: order.orderUid };
    return await this.tenant.flow.orders.update(ref, { orderState, ...also }, this.attempt);
  }

  /** Writes the internal note, which Flow takes in any state that is not final. */
  async note(order: FlowOrder, note: Pick<FlowOrderUpdate, 'internalNote'>): Promise<FlowOrder> {
    return await this.tenant.flow.orders.update(
      { storeUid: order.storeUid, orderUid: order.orderUid },
      note,
      this.attempt,
    );
  }

  /**
   * Adds pre-payments as external settlements. What was paid beyond the order's total (a line was cancelled after the
   * payment) is told and not settled: the shop must neither ask for the money again nor keep the rest.
   */
  async addSettlements(
    order: FlowOrder,
    settlements: readonly DesiredSettlement[],
  ): Promise<{ differences: string[] }> {
    const differences: string[] = [];
    let open = order.orderTotals.totalAmount - sumCents(order.settlements.map(({ amount }) => asCents(amount)));
    for (const settlement of settlements) {
      const amount = asCents(Math.max(Math.min(settlement.amount, open), 0));
      if (amount > 0) await this.addSettlement(order, { ...settlement, amount });
      if (amount < settlement.amount) differences.push(settlementDifference(settlement, amount));
      open -= amount;
    }
    return { differences };
  }

  private async addItem(order: FlowOrder, item: DesiredItem): Promise<void> {
    const ref = { storeUid: order.storeUid, orderUid: order.orderUid };
    try {
      await this.tenant.flow.orders.addItem(ref, this.newItem(order.orderUid, item), this.attempt);
    } catch (error) {
      if (error instanceof VendorHttpError) throw namingProducts(error, [item]);
      throw error;
    }
  }

  private async addSettlement(order: FlowOrder, settlement: DesiredSettlement): Promise<void> {
    const { storeUid, orderUid } = order;
    const { externalId, amount, paymentMethodName } = settlement;
    const storePaymentMethodUid = await this.tenant.paymentMethods.resolve(storeUid, paymentMethodName, this.attempt);
    if (!storePaymentMethodUid) {
      throw new SyncError(
        'ConfigurationIncomplete',
        `Store ${storeUid} has no external payment method for "${paymentMethodName ?? 'unnamed'}"; map one to it in Flow with system code OMNIUM`,
      );
    }
    const settlementUid = prepaymentUid(orderUid, externalId);
    try {
      await this.tenant.flow.orders.addSettlement(
        { storeUid, orderUid },
        { settlementUid, storePaymentMethodUid, externalId, amount },
        this.attempt,
      );
    } catch (error) {
      // Our own uid is taken: an earlier attempt wrote it and lost the answer.
      if (!(error instanceof VendorHttpError && error.status === 409)) throw error;
    }
  }

  private newItem(orderUid: string, item: DesiredItem): FlowItemWrite {
    const { externalId, sku, name, quantity } = item;
    return {
      orderItemUid: ownUid(orderUid, externalId),
      externalId,
      sku,
      ...(name && { name }),
      ...this.amountsOf(item),
      quantity,
    };
  }

  private amountsOf({ quantity, itemPrice, itemDiscountAmount }: DesiredItem): Omit<FlowItemWrite, 'sku'> {
    const reason = this.tenant.config.orders.discountReasonCode;
    return {
      quantity,
      itemPrice,
      itemDiscountAmount,
      ...(itemDiscountAmount > 0 && reason && { discountReasonCode: reason }),
    };
  }

  private async mustExist(orderUid: string): Promise<FlowOrder> {
    const order = await this.tenant.flow.orders.get(orderUid, this.attempt);
    if (!order) throw new SyncError('FlowConflict', 'The order disappeared from Flow while it was being written');
    return order;
  }
}

/** Flow names a line by its place in the request; a person needs the SKU. */
function namingProducts(error: VendorHttpError, items: readonly DesiredItem[]): Error {
  const skus = new Set<string>();
  for (const { field } of error.fields) {
    const match = /^(?:items\[(\d+)\]\.)?(?:sku|productUid)$/.exec(field);
    const item = match && items[Number(match[1] ?? 0)];
    if (item) skus.add(item.sku);
  }
  if (error.status !== 422 || skus.size === 0) return error;
  return new SyncError(
    'FlowProductMissing',
    `Flow has no product for sku ${[...skus].slice(0, 10).join(', ')}; export the product or mend the order`,
    {
      cause: error,
    },
  );
}
