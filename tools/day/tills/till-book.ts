import { type ChainMarket } from '../../../sandbox/chain/types';
import { type TillOrder } from '../vendors/flow-tills';

/** A customer whom the tills have written down, changed or deleted. */
export interface TouchedCustomer {
  readonly market: ChainMarket;
  readonly customerUid: string;
  readonly isDeleted: boolean;
  /** Id in Omnium, where it was known before the customer was deleted. */
  readonly omniumId?: string;
}

/** `refused`: the customer did not want it; `expired`: nobody came, and Flow deletes it. */
export type OrderEnd = 'refused' | 'expired';

/** What was done at the tills, as far as the documents of the systems cannot tell it afterwards. */
export class TillBook {
  private readonly orders = new Map<string, Promise<TillOrder>>();
  private readonly customers = new Map<string, TouchedCustomer>();
  private readonly counts = new Map<string, number>();
  /** Web orders that nobody wanted, by number. */
  readonly endedOrders = new Map<string, OrderEnd>();
  /** What Flow tells nobody, by order number: only a sweep finds it. */
  readonly silent = new Map<string, string>();

  /** Notes what a visit does; whoever needs the order waits for it. */
  note(orderUid: string, order: Promise<TillOrder>): Promise<TillOrder> {
    // A failure is told by whoever did it; those that wait for it must not make it an unhandled one.
    order.catch(() => undefined);
    this.orders.set(orderUid, order);
    return order;
  }

  /** The order under its uid, or a web order under its number, when it is as its visit leaves it. */
  async orderOf(key: string): Promise<TillOrder> {
    const order = this.orders.get(key);
    if (!order) throw new Error(`nothing was done with order ${key} yet`);
    return order;
  }

  /** Does something with an order after all that was done with it before; what it becomes is noted. */
  change(key: string, work: (order: TillOrder) => Promise<TillOrder>): Promise<TillOrder> {
    return this.note(key, this.orderOf(key).then(work));
  }

  noteCustomer(customer: TouchedCustomer): void {
    this.customers.set(`${customer.market.tenantUid}/${customer.customerUid}`, customer);
  }

  touchedCustomers(): TouchedCustomer[] {
    return [...this.customers.values()];
  }

  count(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** What was done so far, and how often, in words; begins anew. */
  takeCounts(): string {
    const often = [...this.counts].sort(([, a], [, b]) => b - a);
    const words = often.map(([what, count]) => `${count} × ${what}`).join(', ');
    this.counts.clear();
    return words;
  }
}
