import { randomUUID } from 'node:crypto';
import type { Chain } from '../../sandbox/chain/types';
import type { Integration, Json } from './integration';

/** A line as the web shop sends it: only what Omnium asks for, the rest it calculates. */
interface WebLine {
  readonly lineItemId?: string;
  readonly code: string;
  readonly quantity?: number;
  readonly placedPrice?: number;
  readonly [member: string]: unknown;
}

/** What a test wants of an order; the rest is plain. */
export interface WebOrder {
  readonly id?: string;
  readonly orderType?: string;
  readonly lines?: readonly WebLine[];
  /** Members of `orderForm` besides lines and shipments. */
  readonly form?: Json;
  /** Members of the one shipment. */
  readonly shipment?: Json;
  readonly [member: string]: unknown;
}

/** The chain's web shop in Norway, as far as tests need one. */
export class WebShop {
  readonly storeId = 'oslo-city';
  readonly storeUid = 'oslocity';

  constructor(
    private readonly integration: Integration,
    private readonly chain: Chain = integration.chain,
  ) {}

  /** SKU number `index` among the articles that are in stock in shops. */
  sku(index = 0): string {
    const articles = this.chain.products.filter(({ kind }) => kind === 'single').flatMap(({ skus }) => skus);
    const found = articles[index]?.sku;
    if (!found) throw new Error(`the chain has no article number ${index}`);
    return found;
  }

  /** A private customer that the tills know already. */
  knownCustomerId(): string {
    const customer = this.chain.customers.find(
      ({ marketId, kind, knownInTills }) => marketId === 'NOR' && kind === 'private' && knownInTills,
    );
    if (!customer) throw new Error('the chain has no such customer');
    return customer.customerId;
  }

  /** Makes a customer that only Omnium knows. */
  async newCustomer(kind: 'private' | 'business'): Promise<string> {
    const customerId = `new-${randomUUID().slice(0, 8)}`;
    const contact = {
      customerId,
      email: `${customerId}@example.com`,
      phone: '+47 911 22 333',
      marketId: 'NOR',
      address: { line1: 'Storgata', streetNumber: '5', postalCode: '0155', city: 'Oslo', countryCode: 'NO' },
      externalIds: [{ providerName: 'Voyado', id: `loyalty-${customerId}` }],
    };
    if (kind === 'business')
      await this.integration.omnium('POST', '/api/BusinessCustomers', {
        ...contact,
        name: 'Fjell AS',
        taxId: '914778271',
      });
    else
      await this.integration.omnium('POST', '/api/PrivateCustomers', {
        ...contact,
        firstName: 'Kari',
        lastName: 'Berg',
      });
    return customerId;
  }

  /** The order's JSON, complete, without sending it. */
  order({ lines = [{ code: this.sku() }], form = {}, shipment = {}, ...members }: WebOrder = {}): Json & {
    readonly id: string;
  } {
    const id = members.id ?? `NO-${randomUUID().slice(0, 8)}`;
    const lineItems = lines.map((line, index) => ({
      lineItemId: String(index + 1),
      quantity: 1,
      placedPrice: 100,
      taxRate: 25,
      ...line,
    }));
    return {
      id,
      orderNumber: id,
      marketId: 'NOR',
      storeId: this.storeId,
      orderType: 'ClickAndCollect',
      status: 'New',
      billingCurrency: 'NOK',
      ...members,
      orderForm: {
        ...form,
        lineItems,
        shipments: [
          { shipmentId: '1', warehouseCode: this.storeId, pickUpWarehouseCode: this.storeId, lineItems, ...shipment },
        ],
      },
    };
  }

  /** Places an order; its events come by themselves. Answers with its id, which is also its number. */
  async place(order: WebOrder = {}): Promise<string> {
    const json = this.order(order);
    await this.integration.omnium('POST', '/api/Orders', json);
    return json.id;
  }
}
