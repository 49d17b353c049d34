import { z } from 'zod';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { JsonApi } from './json-api';

/** A line as it is rung up. Quantities in hundredths of a piece, amounts in cents; Flow knows the price itself. */
export interface RungUpLine {
  readonly sku: string;
  readonly quantity: number;
  readonly itemPrice?: number;
  readonly itemDiscountAmount?: number;
  readonly discountReasonCode?: string;
}

/** How it is paid; without an amount, all that is left. */
export interface TillPayment {
  readonly settlementCode: 'CASH' | 'CARD';
  readonly amount?: number;
}

/** A sale over the counter. */
export interface TillSaleBody {
  readonly orderUid: string;
  readonly lines: readonly RungUpLine[];
  readonly orderDiscountAmount?: number;
  readonly customerUid?: string;
  readonly payments?: readonly TillPayment[];
  /** `PAYMENT`: money without goods. */
  readonly type?: 'ORDER' | 'PAYMENT';
}

/** A line that comes back: of an earlier order by `orderItemUid`, or blind by `sku`. The quantity is positive. */
interface BroughtBackLine {
  readonly orderItemUid?: string;
  readonly sku?: string;
  readonly quantity: number;
  readonly reasonCode?: string;
}

/** Goods that come back, for money. */
export interface TillReturnBody {
  readonly orderUid: string;
  readonly originalOrderUid?: string;
  readonly lines: readonly BroughtBackLine[];
  readonly payments?: readonly TillPayment[];
}

/** Goods that come back, for other goods. */
export interface TillExchangeBody {
  readonly originalOrderUid?: string;
  readonly returned: readonly BroughtBackLine[];
  readonly lines: readonly RungUpLine[];
  readonly payments?: readonly TillPayment[];
}

/** A customer as a clerk writes them down. */
export interface TillCustomerBody {
  readonly customerUid: string;
  readonly customerType: 'PERSON' | 'COMPANY';
  readonly firstname?: string;
  readonly lastname?: string;
  readonly companyName?: string;
  readonly vatNumber?: string;
  readonly email: string;
  readonly mobile: string;
  readonly address: string;
  readonly postalCode: string;
  readonly city: string;
  readonly countryCode: string;
}

const orderSchema = z.looseObject({
  orderUid: z.string(),
  storeUid: z.string(),
  orderState: z.string(),
  items: z.array(
    z.looseObject({
      orderItemUid: z.string(),
      sku: z.string(),
      quantity: z.number(),
      quantityDelivered: z.number(),
      itemPrice: z.number(),
      productType: z.string().nullish(),
    }),
  ),
  orderTotals: z.looseObject({ totalAmount: z.number() }),
});

/** An order as the till shows it. */
export type TillOrder = z.infer<typeof orderSchema>;

const listSchema = z.looseObject({ items: z.array(z.looseObject({ orderUid: z.string() })) });
const customerSchema = z.looseObject({ customerUid: z.string(), externalId: z.string().nullish() });

/** A store of a tenant's, and one of its orders. */
export interface OrderAtStore {
  readonly storeUid: string;
  readonly orderUid: string;
}

/** What a clerk does at the tills of one tenant, and what the till's screen shows. */
export class FlowTills {
  private readonly sim: JsonApi;
  private readonly screen: JsonApi;

  constructor(flowUrl: string, market: ChainMarket, signal: AbortSignal) {
    const { tenantUid, integrationToken } = market;
    this.sim = new JsonApi({ baseUrl: `${flowUrl}/_sim/tenants/${tenantUid}`, signal });
    const headers = { authorization: `Bearer ${integrationToken}` };
    const baseUrl = `${flowUrl}/v2/tenants/${tenantUid}`;
    this.screen = new JsonApi({ baseUrl, signal, headers: () => Promise.resolve(headers) });
  }

  sell(storeUid: string, body: TillSaleBody): Promise<TillOrder> {
    return this.order(storeUid, 'sales', body);
  }

  /** Rings up and puts aside. */
  park(storeUid: string, body: Omit<TillSaleBody, 'payments'> & { readonly validUntil?: string }): Promise<TillOrder> {
    return this.order(storeUid, 'parked-orders', body);
  }

  takeBack(storeUid: string, body: TillReturnBody): Promise<TillOrder> {
    return this.order(storeUid, 'returns', body);
  }

  exchange(storeUid: string, body: TillExchangeBody): Promise<TillOrder> {
    return this.order(storeUid, 'exchanges', body);
  }

  /** Without `lines`, everything that is left. */
  handOver(
    at: OrderAtStore,
    body: {
      readonly lines?: readonly { readonly orderItemUid: string; readonly quantity: number }[];
      readonly payments?: readonly TillPayment[];
    } = {},
  ): Promise<TillOrder> {
    return this.order(at.storeUid, `orders/${at.orderUid}/hand-over`, body);
  }

  /** Takes a part of the money: a deposit. */
  pay({ storeUid, orderUid }: OrderAtStore, payments: readonly TillPayment[]): Promise<TillOrder> {
    return this.order(storeUid, `orders/${orderUid}/pay`, { payments });
  }

  cancel({ storeUid, orderUid }: OrderAtStore): Promise<TillOrder> {
    return this.order(storeUid, `orders/${orderUid}/cancel`, {});
  }

  removeLine({ storeUid, orderUid }: OrderAtStore, orderItemUid: string): Promise<TillOrder> {
    return this.order(storeUid, `orders/${orderUid}/lines/${orderItemUid}/remove`, {});
  }

  async createCustomer(storeUid: string, body: TillCustomerBody): Promise<void> {
    await this.sim.send({ method: 'POST', path: `/stores/${storeUid}/customers`, body });
  }

  async changeCustomer(
    storeUid: string,
    customerUid: string,
    body: Partial<Omit<TillCustomerBody, 'customerUid' | 'customerType'>>,
  ): Promise<void> {
    await this.sim.send({ method: 'POST', path: `/stores/${storeUid}/customers/${customerUid}`, body });
  }

  async deleteCustomer(storeUid: string, customerUid: string): Promise<void> {
    await this.sim.send({ method: 'POST', path: `/stores/${storeUid}/customers/${customerUid}/delete`, body: {} });
  }

  /** Flow's own clearing up: parked orders whose time is over go. */
  async expire(): Promise<void> {
    await this.sim.send({ method: 'POST', path: '/expire', body: {} });
  }

  /** The order of the web shop under its number, as the store's list shows it; undefined while it is not there. */
  async findWebOrder(storeUid: string, orderNumber: string): Promise<TillOrder | undefined> {
    const query = `orderExternalOrderNumber=${encodeURIComponent(orderNumber)}`;
    const { body } = await this.screen.send({ method: 'GET', path: `/stores/${storeUid}/orders?${query}` });
    const found = listSchema.parse(body).items[0];
    if (!found) return undefined;
    const order = await this.screen.send({ method: 'GET', path: `/stores/${storeUid}/orders/${found.orderUid}` });
    return orderSchema.parse(order.body);
  }

  /** Id under which the other system knows the customer; undefined while nobody has told. */
  async externalIdOf(customerUid: string): Promise<string | undefined> {
    const { body } = await this.screen.send({ method: 'GET', path: `/customers/${customerUid}` });
    return customerSchema.parse(body).externalId ?? undefined;
  }

  private async order(storeUid: string, path: string, body: unknown): Promise<TillOrder> {
    const answer = await this.sim.send({ method: 'POST', path: `/stores/${storeUid}/${path}`, body });
    return orderSchema.parse(answer.body);
  }
}
