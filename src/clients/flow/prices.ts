import { z } from 'zod';

import { compact } from '../../domain/compact';
import { path, type CallContext } from '../http';
import { optionalTimestamp, requiredInteger, requiredText, type Body } from '../wire';
import { FLOW_FILTERS } from './assumed';
import { FlowResource } from './connection';

/** What a product costs on a price list. */
const flowPriceSchema = z.object({
  priceUid: requiredText,
  productUid: requiredText,
  /** Cents including VAT. */
  price: requiredInteger,
  /** ISO-8601; absent means at once, or for ever. */
  fromDate: optionalTimestamp,
  toDate: optionalTimestamp,
});

export type FlowPrice = z.infer<typeof flowPriceSchema>;

/** Members of a price that can be changed later; `null` means at once, or for ever. */
type PriceBody = Body<Pick<FlowPrice, 'price'>> & Body<Pick<FlowPrice, 'fromDate' | 'toDate'>, null>;

const rowSchema = flowPriceSchema.optional().catch(undefined);

/** Prices on Flow's price lists (flow-api.md §3.5; https://docs.flowretail.com/api/tag/prices). */
export class FlowPrices extends FlowResource {
  /**
   * All prices of a list, page by page, nothing kept of those before; `unreadable` entries are no price, `total` is that of the
   * whole list, where Flow says. Prices that are made or removed meanwhile move the others: one may come twice or not at all.
   * `GET T/pricelists/{uid}/prices`: API:prices, path assumed (flow-api.md §3.5).
   */
  async *list(
    pricelistUid: string,
    context?: CallContext,
  ): AsyncGenerator<{ prices: FlowPrice[]; total?: number; unreadable: number }, void, undefined> {
    const list = { operation: 'GET prices', path: path`/pricelists/${pricelistUid}/prices`, item: rowSchema } as const;
    for await (const { items, total } of this.flow.pages(list, context)) {
      const prices = items.filter((item) => item !== undefined);
      yield { prices, ...compact({ total }), unreadable: items.length - prices.length };
    }
  }

  /** Prices of one product on a list. As {@link list}, with `productUid`. */
  async listOfProduct(pricelistUid: string, productUid: string, context?: CallContext): Promise<FlowPrice[]> {
    const found = await this.flow.list(
      {
        operation: 'GET prices',
        path: path`/pricelists/${pricelistUid}/prices`,
        query: { [FLOW_FILTERS.priceByProduct]: productUid },
        item: flowPriceSchema,
      },
      context,
    );
    return found.filter((price) => price.productUid === productUid);
  }

  /** Makes a price. `POST …/prices`: API:prices, body assumed (flow-api.md §3.5). */
  create(
    pricelistUid: string,
    body: PriceBody & { readonly priceUid?: string; readonly productUid: string; readonly price: number },
    context?: CallContext,
  ): Promise<void> {
    return this.flow.send({ operation: 'POST price', path: path`/pricelists/${pricelistUid}/prices`, body }, context);
  }

  /** Changes a price. `PUT …/prices/{priceUid}`: assumed (flow-api.md §3.5). */
  update(pricelistUid: string, priceUid: string, body: PriceBody, context?: CallContext): Promise<void> {
    const price = path`/pricelists/${pricelistUid}/prices/${priceUid}`;
    return this.flow.send({ operation: 'PUT price', path: price, body }, context);
  }

  /** Removes a price. `DELETE …/prices/{priceUid}`: assumed (flow-api.md §3.5). */
  delete(pricelistUid: string, priceUid: string, context?: CallContext): Promise<boolean> {
    const price = path`/pricelists/${pricelistUid}/prices/${priceUid}`;
    return this.flow.sendIfFound({ operation: 'DELETE price', path: price }, context);
  }
}
