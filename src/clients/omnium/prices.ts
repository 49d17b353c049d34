import { z } from 'zod';

import { compact } from '../../domain/compact';
import type { CallContext, HttpRequest } from '../http';
import { optionalDecimal, optionalFlag, optionalText, optionalTimestamp } from '../wire';
import { MAX_SCROLL_BATCH_BYTES, PRICE_SCROLL_SIZE, priceSkuMembers } from './assumed';
import { incomplete, OmniumResource } from './connection';

/** A selling price (Price). What it is a price of comes as `skuId`, whichever member held it. */
export const omniumPriceSchema = z
  .object({
    ...priceSkuMembers,
    /** Per piece after discount. Without it the price says nothing. */
    unitPrice: optionalDecimal,
    recommendedRetailPrice: optionalDecimal,
    /** ISO 4217. */
    currencyCode: optionalText,
    /** Percent; absent means the market's default. */
    taxRate: optionalDecimal,
    isTaxExcluded: optionalFlag,
    marketId: optionalText,
    marketGroupId: optionalText,
    storeId: optionalText,
    /** Not documented for prices, as it is for cost prices: such a price is not for everybody. */
    storeGroupId: optionalText,
    customerId: optionalText,
    customerGroup: optionalText,
    isCustomerClubSpecificPrice: optionalFlag,
    /** Pieces from which on it holds. */
    minQuantity: optionalDecimal,
    unit: optionalText,
    validFrom: optionalTimestamp,
    validUntil: optionalTimestamp,
    modified: optionalTimestamp,
  })
  .transform((price) => {
    // In place: a copy of a million prices costs more than all the rest.
    price.skuId = price.code ?? price.skuId ?? price.productId;
    return price;
  });

/** What a price is the price of, and where. */
const pricePlaceSchema = z.object({ ...priceSkuMembers, marketId: optionalText }).transform((price) => ({
  skuId: price.code ?? price.skuId ?? price.productId,
  marketId: price.marketId,
}));

/** Of a price: what it is of; and the price itself, unless it names a market that was not asked for. */
interface OmniumPriceOfMarkets {
  readonly skuId?: string | undefined;
  readonly price?: OmniumPrice;
}

/**
 * A price of one of these markets, of a market group or of all. Of others only what they are prices of is read: a chain in
 * four countries has three prices of others for each of its own.
 */
function omniumPriceOfMarketsSchema(marketIds: readonly string[]): z.ZodType<OmniumPriceOfMarkets> {
  const isOther = isOfOtherMarket(marketIds);
  return z.unknown().transform((entry, context): OmniumPriceOfMarkets => {
    const place = pricePlaceSchema.safeParse(entry);
    if (place.success && isOther(place.data.marketId)) return { skuId: place.data.skuId };
    const { data: price, error } = omniumPriceSchema.safeParse(entry);
    if (price) return { skuId: price.skuId, price };
    // Found by the price's own schema, so they need no second look; the path goes on from the entry's.
    for (const issue of error.issues) context.issues.push({ ...issue, input: entry } as z.core.$ZodRawIssue);
    return z.NEVER;
  });
}

/** As {@link pricePlaceSchema}, of a price that may be anything at all. */
const changedPriceSchema = pricePlaceSchema.catch({ skuId: undefined, marketId: undefined });

/** Whether a price's market is none of these; Omnium's ids are compared without regard to case. */
function isOfOtherMarket(marketIds: readonly string[]): (marketId: string | undefined) => boolean {
  const known = new Set(marketIds.map((marketId) => marketId.toLowerCase()));
  return (marketId) => marketId !== undefined && !known.has(marketId.toLowerCase());
}

/** What a SKU costs, everywhere or in one market or store (CostPrice). */
const omniumCostPriceSchema = z.object({
  skuId: optionalText,
  productId: optionalText,
  /** Major units per piece, without tax. */
  cost: optionalDecimal,
  currencyCode: optionalText,
  marketId: optionalText,
  marketGroupId: optionalText,
  storeId: optionalText,
  storeGroupId: optionalText,
  supplier: optionalText,
  type: optionalText,
  unit: optionalText,
  validFrom: optionalTimestamp,
  validUntil: optionalTimestamp,
  modified: optionalTimestamp,
});

export type OmniumPrice = z.infer<typeof omniumPriceSchema>;
export type OmniumCostPrice = z.infer<typeof omniumCostPriceSchema>;

/** Filter of cost prices (CostPriceSearchRequest): by product, or by change. */
interface CostPriceSearch {
  /** SKUs. */
  readonly productCodes?: readonly string[];
  /** Only what was modified after it. */
  readonly lastModified?: string;
  readonly storeIds?: readonly string[];
  readonly marketIds?: readonly string[];
}

/** SKUs that something has changed of, each once, and the number of entries that do not say what they are about. */
interface ChangedSkus {
  readonly skuIds: string[];
  readonly unreadable: number;
}

const costedSkuSchema = z
  .object({ skuId: optionalText, productId: optionalText })
  .transform(({ skuId, productId }) => skuId ?? productId)
  .catch(undefined);

/** Selling prices and cost prices of Omnium (omnium-api.md §9.2; https://docs.omnium.no/docs/Prices). */
export class OmniumPrices extends OmniumResource {
  /** By market ids: a schema costs more to make than a batch to check. */
  private readonly schemas = new Map<string, ReturnType<typeof omniumPriceOfMarketsSchema>>();

  /**
   * Selling prices of products and SKUs: of these markets, and of no market; `skuIds` is what there are prices of, in whatever
   * market. A price of these markets that is not as documented fails the whole call: ask for half of the products. Read as every
   * scroll (`OmniumConnection.scroll`). `POST /api/Prices/Search`, `GET /api/Prices/Scroll/{id}` (omnium-api.md §9.2), whose own
   * filter by market would leave out prices for all of them.
   */
  async *search(
    search: { readonly productCodes: readonly string[]; readonly marketIds: readonly string[] },
    context?: CallContext,
  ): AsyncGenerator<{ prices: OmniumPrice[]; skuIds: string[] }, void, undefined> {
    const { productCodes, marketIds } = search;
    // No products, no prices: Omnium would take it for a search without products.
    if (productCodes.length === 0) return;
    const key = marketIds.join();
    const schema = this.schemas.get(key) ?? omniumPriceOfMarketsSchema(marketIds);
    this.schemas.set(key, schema);
    for await (const { result } of this.scroll({ productCodes }, schema, context)) {
      const skuIds = result.map(({ skuId }) => skuId).filter((skuId) => skuId !== undefined);
      const prices = result.map(({ price }) => price).filter((price) => price !== undefined);
      yield { prices, skuIds: [...new Set(skuIds)] };
    }
  }

  /**
   * SKUs of which a selling price of these markets was modified after `lastModified`, whatever the price is: a price that cannot
   * be read fails where its SKU is asked for, and keeps no other from being found. `total` is that of the whole search, where
   * Omnium says. As {@link search} otherwise.
   */
  async *changedSkus(
    { lastModified, marketIds }: { readonly lastModified: string; readonly marketIds: readonly string[] },
    context?: CallContext,
  ): AsyncGenerator<ChangedSkus & { readonly total?: number }, void, undefined> {
    const isOther = isOfOtherMarket(marketIds);
    for await (const { result, totalHits: total } of this.scroll({ lastModified }, changedPriceSchema, context)) {
      const ours = result.filter(({ marketId }) => !isOther(marketId));
      yield { ...changedSkus(ours.map(({ skuId }) => skuId)), ...compact({ total }) };
    }
  }

  /**
   * Cost prices of products, or those changed after a time, of stores and markets among them. There is no scroll for them,
   * so what does not come at once is asked for by halves of the products. `POST /api/CostPrices/Search` (omnium-api.md §9.2).
   *
   * @throws VendorResponseInvalidError also when one product, or a search by time, has more prices than come at once
   * @throws RangeError when neither products nor a time are given
   */
  async searchCostPrices(search: CostPriceSearch, context?: CallContext): Promise<OmniumCostPrice[]> {
    const { productCodes } = search;
    if (productCodes?.length === 0) return [];
    const request = costPriceRequest(search);
    const { result, totalHits = result.length } = await this.omnium.batch(request, omniumCostPriceSchema, context);
    if (result.length >= totalHits) return result;
    if (productCodes === undefined || productCodes.length === 1)
      throw incomplete(request.operation, result.length, totalHits);
    const middle = Math.ceil(productCodes.length / 2);
    const first = await this.searchCostPrices({ ...search, productCodes: productCodes.slice(0, middle) }, context);
    const second = await this.searchCostPrices({ ...search, productCodes: productCodes.slice(middle) }, context);
    return [...first, ...second];
  }

  /**
   * SKUs of which a cost price has changed, each once, whatever the price is. Undefined when more have changed than come at once:
   * which they are cannot be asked.
   */
  async changedCostSkus(
    search: CostPriceSearch & { readonly lastModified: string },
    context?: CallContext,
  ): Promise<ChangedSkus | undefined> {
    const request = costPriceRequest(search);
    const { result, totalHits = result.length } = await this.omnium.batch(request, costedSkuSchema, context);
    return result.length < totalHits ? undefined : changedSkus(result);
  }

  private scroll<T>(
    search: { readonly productCodes: readonly string[] } | { readonly lastModified: string },
    item: z.ZodType<T>,
    context: CallContext | undefined,
  ): ReturnType<typeof this.omnium.scroll<T>> {
    const start = { path: '/Prices/Search', body: { ...search, scrollSize: PRICE_SCROLL_SIZE } };
    return this.omnium.scroll('prices', 'Prices', start, item, context);
  }
}

function costPriceRequest({ productCodes, storeIds, marketIds, lastModified }: CostPriceSearch): HttpRequest {
  if (productCodes === undefined && lastModified === undefined) throw new RangeError('cost prices of nothing');
  const body = { productCodes, storeIds, marketIds, lastModified };
  const path = '/CostPrices/Search';
  return { operation: 'POST cost prices search', path, body, maxResponseBytes: MAX_SCROLL_BATCH_BYTES };
}

function changedSkus(found: readonly (string | undefined)[]): ChangedSkus {
  const named = found.filter((skuId) => skuId !== undefined);
  return { skuIds: [...new Set(named)], unreadable: found.length - named.length };
}
