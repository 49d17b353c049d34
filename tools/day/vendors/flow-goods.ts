import { z } from 'zod';
import { type ChainMarket } from '../../../sandbox/chain/types';
import { JsonApi } from './json-api';

/** Goods as a clerk unpacks them; quantities in hundredths of a piece. */
interface UnpackedLine {
  readonly sku?: string;
  readonly purchaseOrderItemUid?: string;
  readonly quantity: number;
  readonly serialnumber?: string;
}

/** A reception at a till. Without lines, all that is left of the purchase order for the warehouse. */
export interface UnpackBody {
  readonly receivementUid: string;
  readonly purchaseOrderUid?: string;
  readonly warehouseUid?: string;
  readonly lines?: readonly UnpackedLine[];
}

/** What somebody counted on the shelf. */
export interface CountedLine {
  readonly sku: string;
  readonly quantityStock: number;
}

const purchaseSchema = z.looseObject({
  purchaseOrderUid: z.string(),
  status: z.string(),
  items: z.array(
    z.looseObject({
      purchaseOrderItemUid: z.string(),
      productSku: z.string(),
      warehouseUid: z.string(),
      quantityOrdered: z.number(),
      quantityReceived: z.number(),
    }),
  ),
});
const listSchema = z.looseObject({ items: z.array(purchaseSchema) });

/** A purchase order as the shop's screen shows it. */
export type ShopPurchase = z.infer<typeof purchaseSchema>;

/** What people do with goods in the shops of one tenant, and what their screens show. */
export class FlowGoods {
  private readonly sim: JsonApi;
  private readonly screen: JsonApi;

  constructor(flowUrl: string, { tenantUid, integrationToken }: ChainMarket, signal: AbortSignal) {
    this.sim = new JsonApi({ baseUrl: `${flowUrl}/_sim/tenants/${tenantUid}`, signal });
    const headers = { authorization: `Bearer ${integrationToken}` };
    const baseUrl = `${flowUrl}/v2/tenants/${tenantUid}`;
    this.screen = new JsonApi({ baseUrl, signal, headers: () => Promise.resolve(headers) });
  }

  /** Unpacks goods, on a purchase order or without one. */
  async unpack(storeUid: string, body: UnpackBody): Promise<void> {
    // Asked again after a lost answer, Flow says that it has a receivement of this uid.
    const path = `/stores/${storeUid}/receive-goods`;
    const { status, tries } = await this.sim.send({ method: 'POST', path, body, accept: [409] });
    if (status === 409 && tries === 1) throw new Error(`Flow takes no receivement ${body.receivementUid}`);
  }

  /** Counts what lies in the store's own warehouse. */
  async count(storeUid: string, lines: readonly CountedLine[]): Promise<void> {
    await this.sim.send({ method: 'POST', path: `/stores/${storeUid}/count-stock`, body: { lines } });
  }

  /** Orders goods in the shop itself: nobody in Omnium knows of it. */
  async order(storeUid: string, body: object): Promise<void> {
    await this.sim.send({ method: 'POST', path: `/stores/${storeUid}/purchase-orders`, body });
  }

  async setStatus(storeUid: string, purchaseOrderUid: string, status: 'CLOSED'): Promise<void> {
    const path = `/stores/${storeUid}/purchase-orders/${purchaseOrderUid}/status`;
    await this.sim.send({ method: 'POST', path, body: { status } });
  }

  /** What the store has of a purchase order of Omnium's. */
  async purchasesOf(storeUid: string, externalId: string): Promise<ShopPurchase[]> {
    const path = `/stores/${storeUid}/purchase-orders?purchaseOrderExternalId=${encodeURIComponent(externalId)}`;
    const { body } = await this.screen.send({ method: 'GET', path });
    return listSchema.parse(body).items;
  }
}
