import { z } from 'zod';

import type { CallContext } from '../http';
import { optionalTimestamp, requiredInteger, requiredText } from '../wire';
import { FLOW_FILTERS } from './assumed';
import type { FlowConnection } from './connection';
import { FlowResource } from './resource';

/** What a product costs on a price list. */
export const flowPriceSchema = z.object({
  priceUid: requiredText,
  productUid: requiredText,
  /** Cents including VAT. */
  price: requiredInteger,
  /** ISO-8601; absent means at once, or for ever. */
  fromDate: optionalTimestamp,
  toDate: optionalTimestamp,
});

export type FlowPrice = z.infer<typeof flowPriceSchema>;

/** Members of a price that can be changed later. */
export interface FlowPriceUpdate {
  /** Cents including VAT. */
  readonly price?: number;
  /** ISO-8601; `null` means at once. */
  readonly fromDate?: string | null;
  /** ISO-8601; `null` means for ever. */
  readonly toDate?: string | null;
}

/** Body of a new price. */
export interface FlowPriceWrite extends FlowPriceUpdate {
  readonly priceUid?: string;
  readonly productUid: string;
  readonly price: number;
}

/** Prices of one page of a price list. */
export interface FlowPricesPage {
  readonly prices: FlowPrice[];
  /** Of the whole list, where Flow tells. */
  readonly total?: number;
  /** Entries of the page that are no price. */
  readonly unreadable: number;
}

const rowSchema = flowPriceSchema.optional().catch(undefined);

/** Prices on Flow's price lists (flow-api.md §3.5; https://docs.flowretail.com/api/tag/prices). */
export class FlowPrices {
  private readonly prices: FlowResource<FlowPrice>;

  constructor(private readonly flow: FlowConnection) {
    this.prices = new FlowResource(flow, { name: 'price', item: flowPriceSchema });
  }

  /**
   * All prices of a list, page by page, nothing kept of those before. Prices that are made or removed meanwhile move the
   * others: one may come twice or not at all. `GET T/pricelists/{uid}/prices`: API:prices, path assumed (flow-api.md §3.5).
   */
  async *list(pricelistUid: string, context?: CallContext): AsyncGenerator<FlowPricesPage, void, undefined> {
    const list = { operation: 'GET prices', path: this.flow.paths.prices(pricelistUid), item: rowSchema };
    for await (const { items, total } of this.flow.countedPages(list, context)) {
      const prices = items.filter((item) => item !== undefined);
      yield { prices, ...(total !== undefined && { total }), unreadable: items.length - prices.length };
    }
  }

  /** Prices of one product on a list. As {@link list}, with `productUid`. */
  async listOfProduct(pricelistUid: string, productUid: string, context?: CallContext): Promise<FlowPrice[]> {
    const path = this.flow.paths.prices(pricelistUid);
    const query = { [FLOW_FILTERS.priceByProduct]: productUid };
    const found = await this.flow.list({ operation: 'GET prices', path, query, item: flowPriceSchema }, context);
    return found.filter((price) => price.productUid === productUid);
  }

  /** The price. `GET …/prices/{priceUid}`: assumed (flow-api.md §3.5). */
  get(pricelistUid: string, priceUid: string, context?: CallContext): Promise<FlowPrice | undefined> {
    return this.prices.get(this.flow.paths.price(pricelistUid, priceUid), context);
  }

  /** Makes a price. 409 when its `priceUid` exists. `POST …/prices`: API:prices, body assumed (flow-api.md §3.5). */
  create(pricelistUid: string, price: FlowPriceWrite, context?: CallContext): Promise<void> {
    return this.prices.create(this.flow.paths.prices(pricelistUid), price, context);
  }

  /** Changes the members given. `PUT …/prices/{priceUid}`: assumed (flow-api.md §3.5). */
  update(pricelistUid: string, priceUid: string, change: FlowPriceUpdate, context?: CallContext): Promise<void> {
    return this.prices.update(this.flow.paths.price(pricelistUid, priceUid), change, context);
  }

  /** Removes a price. False when there was none. `DELETE …/prices/{priceUid}`: assumed (flow-api.md §3.5). */
  delete(pricelistUid: string, priceUid: string, context?: CallContext): Promise<boolean> {
    return this.prices.delete(this.flow.paths.price(pricelistUid, priceUid), context);
  }
}
