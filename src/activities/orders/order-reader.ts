import type { FlowOrder } from '../../clients/flow/orders';
import { isReturn, partsOfReturn } from './mapping/till-return-to-omnium';
import type { SyncRun } from './sync-run';

/** Orders of Flow that events have named, sorted by whose they are. */
export interface NamedOrders {
  /** This order itself, as Flow has it. */
  readonly self?: FlowOrder;
  /** Returns of goods that were sold on this order. */
  readonly returns: readonly FlowOrder[];
  /** Those that belong to other orders, by the number of that order. */
  readonly foreign: ReadonlyMap<string, readonly FlowOrder[]>;
}

/** Reads orders of Flow, each at most once per pass, and knows to which order of the two systems each belongs. */
export class OrderReader {
  private readonly read = new Map<string, Promise<FlowOrder | undefined>>();

  constructor(private readonly run: SyncRun) {}

  order(orderUid: string): Promise<FlowOrder | undefined> {
    let reading = this.read.get(orderUid);
    if (!reading) {
      const { tenant, attempt } = this.run;
      reading = tenant.flow.orders.get(orderUid, attempt);
      this.read.set(orderUid, reading);
    }
    return reading;
  }

  /** Forgets what was read of an order that has been written since. */
  forget(orderUid: string): void {
    this.read.delete(orderUid);
  }

  /** Sorts the orders that events have named. One that is gone from Flow (an expired order) is named no more. */
  async sort(orderNumber: string, orderUids: readonly string[]): Promise<NamedOrders> {
    let self: FlowOrder | undefined;
    const returns: FlowOrder[] = [];
    const foreign = new Map<string, FlowOrder[]>();
    for (const orderUid of orderUids) {
      const order = await this.order(orderUid);
      if (!order) continue;
      for (const { number, isOriginal } of await this.ownersOf(order)) {
        if (number !== orderNumber) foreign.set(number, [...(foreign.get(number) ?? []), order]);
        else if (isOriginal) returns.push(order);
        else self = order;
      }
    }
    return { ...(self && { self }), returns, foreign };
  }

  /**
   * Whose business an order of Flow is: the web order's it came from; the sold orders' it brings goods back to; else its
   * own. A return of goods from several orders, or with goods nobody knows the sale of, is the business of each.
   */
  async ownersOf(order: FlowOrder): Promise<{ readonly number: string; readonly isOriginal: boolean }[]> {
    if (order.externalOrderNumber) return [{ number: order.externalOrderNumber, isOriginal: false }];
    const own = { number: order.orderUid, isOriginal: false };
    if (!isReturn(order)) return [own];
    const { byOriginal, blind } = partsOfReturn(order);
    const owners = await Promise.all(
      [...byOriginal.keys()].map(async (originalUid) => ({
        number: (await this.order(originalUid))?.externalOrderNumber ?? originalUid,
        isOriginal: true,
      })),
    );
    const unique = [...new Map(owners.map((owner) => [owner.number, owner])).values()];
    return blind.length > 0 || unique.length === 0 ? [...unique, own] : unique;
  }
}
