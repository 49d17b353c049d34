import { randomBytes } from 'node:crypto';
import type { VendorUrls } from '../rig/services';

/** A shop with a till, in Flow's words. */
export interface TillPlace {
  readonly tenantUid: string;
  readonly storeUid: string;
}

/** What is looked at in an order of Flow. */
export interface OrderInFlow {
  readonly orderUid: string;
  readonly items: readonly {
    readonly orderItemUid: string;
    readonly sku: string;
    readonly quantity: number;
  }[];
  readonly settlements: readonly { readonly settlementUid: string; readonly orderReceiptUid: string | null }[];
  readonly orderTotals: { readonly totalAmount: number };
}

/** A line as a clerk rings it up: pieces in hundredths, money in cents. */
export interface RungUpLine {
  readonly sku: string;
  readonly quantity: number;
  readonly itemPrice: number;
  readonly itemDiscountAmount?: number;
}

/** A million pieces. */
const MANY = 100_000_000;
const BY_CARD = { payments: [{ settlementCode: 'CARD' }] };

/** The tills of one shop, through the sandbox's simulator. Nobody is subscribed to what they do. */
export class Tills {
  constructor(
    private readonly vendors: VendorUrls,
    readonly place: TillPlace,
  ) {}

  /** Unpacks more of each article than any benchmark sells. */
  async stockUp(skus: readonly string[]): Promise<void> {
    const lines = skus.map((sku) => ({ sku, quantity: MANY, unitCost: 5_000 }));
    await this.act<unknown>('receive-goods', { lines });
  }

  /** Sells over the counter, paid by card. */
  async sell(lines: readonly RungUpLine[], customerUid?: string): Promise<OrderInFlow> {
    return await this.act('sales', { lines, ...BY_CARD, ...(customerUid !== undefined && { customerUid }) });
  }

  /** Gives a waiting order to its customer, who pays by card; with `part`, only the first piece of the first line. */
  async handOver({ orderUid }: { readonly orderUid: string }, part = false): Promise<OrderInFlow> {
    if (!part) return await this.act(`orders/${orderUid}/hand-over`, BY_CARD);
    const [first] = (await this.read(orderUid)).items;
    if (!first) throw new Error('the order has no line');
    const lines = [{ orderItemUid: first.orderItemUid, quantity: 100 }];
    return await this.act(`orders/${orderUid}/hand-over`, { lines });
  }

  /** Cancels a waiting order. */
  async cancel({ orderUid }: { readonly orderUid: string }): Promise<OrderInFlow> {
    return await this.act(`orders/${orderUid}/cancel`, {});
  }

  /** Takes one piece of the first line back and pays it out; without a sale, nobody knows where it was sold. */
  async takeBack(line: RungUpLine, sale?: OrderInFlow): Promise<OrderInFlow> {
    if (!sale) return await this.act('returns', { lines: [{ ...line, quantity: 100 }], ...BY_CARD });
    const lines = [{ sku: line.sku, quantity: 100, reasonCode: 'REGRET' }];
    return await this.act('returns', { originalOrderUid: sale.orderUid, lines, ...BY_CARD });
  }

  /** Takes one piece of a sale back and gives another article for it. */
  async exchange(sale: OrderInFlow, back: RungUpLine, instead: RungUpLine): Promise<OrderInFlow> {
    const returned = [{ sku: back.sku, quantity: 100 }];
    return await this.act('exchanges', { originalOrderUid: sale.orderUid, returned, lines: [instead], ...BY_CARD });
  }

  /** Makes a customer that only the tills know; answers the uid. */
  async newCustomer(): Promise<string> {
    const name = randomBytes(5).toString('hex');
    const { customerUid } = await this.act<{ readonly customerUid: string }>('customers', {
      ...{ customerType: 'PERSON', firstname: 'Bench', lastname: name, email: `${name}@example.com` },
      ...{ mobile: `+479${randomBytes(4).readUInt32BE().toString().slice(-7).padStart(7, '1')}`, countryCode: 'NO' },
      ...{ address: 'Storgata 5', postalCode: '0155', city: 'Oslo' },
    });
    return customerUid;
  }

  /** An order as Flow has it now. */
  async read(orderUid: string): Promise<OrderInFlow> {
    const { tenantUid } = this.place;
    const response = await fetch(`${this.vendors.flowUrl}/v2/tenants/${tenantUid}/orders/${orderUid}`, {
      headers: { authorization: `Bearer sandbox-token-${tenantUid}` },
    });
    return await answerOf<OrderInFlow>('reading an order', response);
  }

  private async act<T = OrderInFlow>(action: string, body: object): Promise<T> {
    const { tenantUid, storeUid } = this.place;
    const url = `${this.vendors.flowUrl}/_sim/tenants/${tenantUid}/stores/${storeUid}/${action}`;
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return await answerOf<T>(`the till: ${action}`, response);
  }
}

async function answerOf<T>(what: string, response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${what}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
