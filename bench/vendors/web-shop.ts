import { randomBytes } from 'node:crypto';
import { buildChain } from '../../sandbox/chain/build-chain';
import type { Chain } from '../../sandbox/chain/types';
import type { VendorUrls } from '../rig/services';
import { CHAIN_SEED } from './vendor-process';

/** Flow tenant and Omnium store that all orders of the benchmarks belong to. */
export const TENANT_UID = 'flow_no';
export const STORE_ID = 'oslo-city';
const MARKET_ID = 'NOR';

/** Kinds of web order, in rotation: each is another way through the sync. */
export const ORDER_KINDS = ['ClickAndCollect', 'Online', 'Bopis'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** An order that has been placed in Omnium and that nobody has told the integration of. */
export interface PlacedOrder {
  /** Letters and digits only, so that it stands as it is in every uid made from it. */
  readonly orderNumber: string;
  readonly kind: OrderKind;
}

/** What is looked at in an order of Omnium. */
export interface OrderInOmnium {
  readonly status?: string;
  readonly orderForm: { readonly total?: number };
  readonly returnOrderForms?: readonly { readonly rmaNumber?: string; readonly total?: number }[];
}

/** Orders in one request. */
const BATCH = 200;

/** A web shop that places orders in Omnium. */
export class WebShop {
  private readonly chain: Chain = buildChain({ seed: CHAIN_SEED });
  private readonly skus: readonly string[];
  /** The one customer of all web orders, whom the tills know as well. */
  readonly customerId: string;
  private token: string | undefined;

  constructor(private readonly vendors: VendorUrls) {
    this.skus = this.chain.products
      .filter(({ kind }) => kind === 'single')
      .flatMap(({ skus }) => skus.map(({ sku }) => sku));
    const customer = this.chain.customers.find(
      ({ kind, marketId, knownInTills }) => kind === 'private' && marketId === MARKET_ID && knownInTills,
    );
    if (!customer) throw new Error('the chain has no such customer');
    this.customerId = customer.customerId;
  }

  /** SKU number `index` among the articles that shops have. */
  sku(index: number): string {
    const sku = this.skus[index];
    if (sku === undefined) throw new Error(`the chain has no article number ${index}`);
    return sku;
  }

  /**
   * Places so many orders, of all kinds in rotation or of one. No events are sent: nobody is subscribed.
   *
   * @param ending of the number's first part; with a hyphen the number is no uid
   */
  async place(count: number, kind?: OrderKind, ending: 'N' | 'N-' = 'N'): Promise<PlacedOrder[]> {
    const prefix = `B${randomBytes(4).toString('hex').toUpperCase()}${ending}`;
    const orders = Array.from({ length: count }, (_, index): PlacedOrder => {
      // Of one length, so that every order of a kind is the same number of bytes.
      const orderNumber = `${prefix}${String(index).padStart(5, '0')}`;
      return { orderNumber, kind: kind ?? ORDER_KINDS[index % ORDER_KINDS.length] ?? 'Online' };
    });
    for (let start = 0; start < orders.length; start += BATCH) {
      await this.send(orders.slice(start, start + BATCH).map((order) => this.document(order)));
    }
    return orders;
  }

  /** Three lines, one of them discounted; what is sent or prepaid has shipping and a payment. */
  private document({ orderNumber, kind }: PlacedOrder): object {
    const lineItems = [1, 2, 3].map((number) => ({
      lineItemId: String(number),
      code: this.sku(number * 7),
      quantity: number,
      placedPrice: 99.5 + number,
      taxRate: 25,
      ...(number === 2 && { discounted: 20 }),
    }));
    const goods = lineItems.reduce((total, { quantity, placedPrice }) => total + quantity * placedPrice, -20);
    const shipping = kind === 'Online' ? 49 : 0;
    const address = {
      ...{ firstName: 'Web', lastName: 'Customer', line1: 'Storgata 5', postalCode: '0155', city: 'Oslo' },
      countryCode: 'NO',
    };
    const payment = {
      ...{ id: `${orderNumber}P1`, transactionId: `${orderNumber}T1`, amount: goods + shipping },
      ...{ transactionType: 'Sale', status: 'Processed', paymentMethodName: 'Klarna' },
    };
    return {
      ...{ id: orderNumber, orderNumber, orderType: kind, status: 'New', marketId: MARKET_ID, storeId: STORE_ID },
      ...{ billingCurrency: 'NOK', customerId: this.customerId, customerType: 'B2C', billingAddress: address },
      orderForm: {
        lineItems,
        ...(kind !== 'ClickAndCollect' && { payments: [payment] }),
        shipments: [
          {
            ...{ shipmentId: '1', warehouseCode: STORE_ID, lineItems },
            ...(kind === 'Online'
              ? { address, shippingMethodName: 'Home delivery', shippingSubTotal: shipping }
              : { pickUpWarehouseCode: STORE_ID }),
          },
        ],
      },
    };
  }

  /** An order as Omnium has it now. */
  async read(orderId: string): Promise<OrderInOmnium> {
    const response = await this.call(`/api/Orders/${encodeURIComponent(orderId)}`, { method: 'GET' });
    if (!response.ok) throw new Error(`Omnium has no order ${orderId}: ${response.status}`);
    return (await response.json()) as OrderInOmnium;
  }

  private async call(path: string, init: { readonly method: string; readonly body?: string }): Promise<Response> {
    this.token ??= await this.fetchToken();
    const headers = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' };
    return await fetch(`${this.vendors.omniumUrl}${path}`, { ...init, headers });
  }

  private async send(documents: readonly object[]): Promise<void> {
    const response = await this.call('/api/Orders/AddMany', { method: 'POST', body: JSON.stringify(documents) });
    if (!response.ok) throw new Error(`Omnium refused the orders: ${response.status} ${await response.text()}`);
    await response.arrayBuffer();
  }

  private async fetchToken(): Promise<string> {
    const query = 'clientId=webshop-client&clientSecret=webshop-secret&returnAsJson=true';
    const response = await fetch(`${this.vendors.omniumUrl}/api/Token?${query}`, { method: 'POST' });
    const { accessToken } = (await response.json()) as { readonly accessToken: string };
    return accessToken;
  }
}
