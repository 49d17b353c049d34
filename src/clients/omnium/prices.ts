import { z } from 'zod';

import { VendorResponseInvalidError } from '../errors';
import type { CallContext, HttpRequest } from '../http';
import { optionalDecimal, optionalFlag, optionalText, optionalTimestamp } from '../wire';
import {
  COST_PRICE_SEARCH_PATH,
  MAX_SCROLL_BATCH_BYTES,
  PRICE_PATHS,
  PRICE_SCROLL_SIZE,
  priceSkuMembers,
} from './assumed';
import type { OmniumConnection } from './connection';
import { omniumBatchSchema, readScroll, readScrollBatches } from './pages';

/** A selling price (Price). What it is a price of comes as `skuId`, whichever member held it. */
export const omniumPriceSchema = z
  .object({
    ...priceSkuMembers,
    /** Per piece after discount. Without it the price says nothing. */
    unitPrice: optionalDecimal,
    originalUnitPrice: optionalDecimal,
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
    promotionId: optionalText,
    priceListId: optionalText,
    priceType: optionalText,
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

/** Of a price: what it is of; and the price itself, unless it names a market that nobody asked about. */
export interface OmniumPriceOfMarkets {
  readonly skuId?: string | undefined;
  readonly price?: OmniumPrice;
}

/**
 * A price of one of these markets, of a market group or of all. Of others only what they are prices of is read: a chain in
 * four countries has three prices of others for each of its own.
 */
export function omniumPriceOfMarketsSchema(marketIds: readonly string[]): z.ZodType<OmniumPriceOfMarkets> {
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
export const changedPriceSchema = pricePlaceSchema.catch({ skuId: undefined, marketId: undefined });

/** Whether a price's market is none of these; Omnium's ids are compared without regard to case. */
export function isOfOtherMarket(marketIds: readonly string[]): (marketId: string | undefined) => boolean {
  const known = new Set(marketIds.map((marketId) => marketId.toLowerCase()));
  return (marketId) => marketId !== undefined && !known.has(marketId.toLowerCase());
}

/** What a SKU costs, for everybody or in one market or store (CostPrice). */
export const omniumCostPriceSchema = z.object({
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

/** Which prices are wanted: of SKUs (or products), in some markets. */
export interface OmniumPriceSearch {
  readonly productCodes: readonly string[];
  /** Prices that name another market are not looked at. */
  readonly marketIds: readonly string[];
}

/** Which prices have changed, in some markets. */
export interface OmniumChangedPricesSearch {
  /** Only what was modified after it. */
  readonly lastModified: string;
  /** As for {@link OmniumPriceSearch}. */
  readonly marketIds: readonly string[];
}

/** Which cost prices are wanted (CostPriceSearchRequest): by product, or by change. */
export interface OmniumCostPriceSearch {
  /** SKUs. */
  readonly productCodes?: readonly string[];
  /** Only what was modified after it. */
  readonly lastModified?: string;
  readonly storeIds?: readonly string[];
  readonly marketIds?: readonly string[];
}

/** One batch of prices. */
export interface OmniumPricesBatch {
  /** Of the markets that were asked about, and of no market. */
  readonly prices: OmniumPrice[];
  /** What there are prices of, in whatever market. */
  readonly skuIds: string[];
}

/** SKUs of one batch, each once. */
export interface OmniumPricedSkus {
  readonly skuIds: string[];
  /** Prices of the whole search, where Omnium tells. */
  readonly total?: number;
  /** Entries of the batch that do not say what they are the price of. */
  readonly unreadable: number;
}

const costPriceBatchSchema = omniumBatchSchema(omniumCostPriceSchema);

const costedSkuSchema = z
  .object({ skuId: optionalText, productId: optionalText })
  .transform(({ skuId, productId }) => skuId ?? productId)
  .catch(undefined);

const costedSkuBatchSchema = omniumBatchSchema(costedSkuSchema);

/** Selling prices and cost prices of Omnium (omnium-api.md §9.2; https://docs.omnium.no/docs/Prices). */
export class OmniumPrices {
  /** By market ids: a schema costs more to make than a batch to check. */
  private readonly schemas = new Map<string, ReturnType<typeof omniumPriceOfMarketsSchema>>();

  constructor(private readonly omnium: OmniumConnection) {}

  /**
   * Selling prices of products and SKUs as they are at the first call, in batches of the vendor's size, none of them empty.
   * Read it to its end and without long pauses: Omnium forgets it after five minutes, which then fails with 404. A price of
   * these markets that is not as documented fails the whole call: ask for half of the products. `POST /api/Prices/Search`,
   * `GET /api/Prices/Scroll/{id}` (omnium-api.md §9.2), whose own filter by market would leave out prices for all of them.
   */
  async *search(search: OmniumPriceSearch, context?: CallContext): AsyncGenerator<OmniumPricesBatch, void, undefined> {
    const { productCodes, marketIds } = search;
    // No products, no prices: Omnium would take it for a search without products.
    if (productCodes.length === 0) return;
    const scroll = scrollOf({ productCodes }, this.schemaOf(marketIds));
    for await (const found of readScroll(this.omnium, scroll, context)) {
      const skuIds = found.map(({ skuId }) => skuId).filter((skuId) => skuId !== undefined);
      const prices = found.map(({ price }) => price).filter((price) => price !== undefined);
      yield { prices, skuIds: [...new Set(skuIds)] };
    }
  }

  /**
   * SKUs of which a selling price of these markets has changed, whatever the price is: a price that cannot be read fails
   * where its SKU is asked for, and keeps no other from being found. As {@link search} otherwise.
   */
  async *changedSkus(
    { lastModified, marketIds }: OmniumChangedPricesSearch,
    context?: CallContext,
  ): AsyncGenerator<OmniumPricedSkus, void, undefined> {
    const isOther = isOfOtherMarket(marketIds);
    const scroll = scrollOf({ lastModified }, changedPriceSchema);
    for await (const { result, totalHits } of readScrollBatches(this.omnium, scroll, context)) {
      const ours = result.filter(({ marketId }) => !isOther(marketId));
      yield { ...pricedSkus(ours.map(({ skuId }) => skuId)), ...(totalHits !== undefined && { total: totalHits }) };
    }
  }

  /**
   * Cost prices of products, or those changed after a time, of stores and markets among them. There is no scroll for them,
   * so what does not come at once is asked for by halves of the products. `POST /api/CostPrices/Search` (omnium-api.md §9.2).
   *
   * @throws VendorResponseInvalidError also when one product, or a search by time, has more prices than come at once
   * @throws RangeError when neither products nor a time are given
   */
  async searchCostPrices(search: OmniumCostPriceSearch, context?: CallContext): Promise<OmniumCostPrice[]> {
    const { productCodes } = search;
    if (productCodes?.length === 0) return [];
    const { result, totalHits = result.length } = await this.omnium.read(
      costPriceRequest(search),
      costPriceBatchSchema,
      context,
    );
    if (result.length >= totalHits) return result;
    if (productCodes === undefined || productCodes.length === 1) throw incomplete();
    const middle = Math.ceil(productCodes.length / 2);
    const first = await this.searchCostPrices({ ...search, productCodes: productCodes.slice(0, middle) }, context);
    const second = await this.searchCostPrices({ ...search, productCodes: productCodes.slice(middle) }, context);
    return [...first, ...second];
  }

  /**
   * SKUs of which a cost price has changed, each once, whatever the price is. As {@link searchCostPrices} by time otherwise.
   */
  async changedCostSkus(
    search: OmniumCostPriceSearch & { readonly lastModified: string },
    context?: CallContext,
  ): Promise<Omit<OmniumPricedSkus, 'total'>> {
    const request = costPriceRequest(search);
    const { result, totalHits = result.length } = await this.omnium.read(request, costedSkuBatchSchema, context);
    if (result.length < totalHits) throw incomplete();
    return pricedSkus(result);
  }

  private schemaOf(marketIds: readonly string[]): ReturnType<typeof omniumPriceOfMarketsSchema> {
    const key = marketIds.join();
    const schema = this.schemas.get(key) ?? omniumPriceOfMarketsSchema(marketIds);
    this.schemas.set(key, schema);
    return schema;
  }
}

const COST_PRICES = 'POST cost prices search';

function scrollOf<T>(
  search: { readonly productCodes: readonly string[] } | { readonly lastModified: string },
  item: z.ZodType<T>,
): Parameters<typeof readScroll<T>>[1] {
  const start = { path: PRICE_PATHS.search, body: { ...search, scrollSize: PRICE_SCROLL_SIZE } };
  return { name: 'prices', start, pathOn: PRICE_PATHS.scrollOn, item };
}

function costPriceRequest({ productCodes, storeIds, marketIds, lastModified }: OmniumCostPriceSearch): HttpRequest {
  if (productCodes === undefined && lastModified === undefined) throw new RangeError('cost prices of nothing');
  return {
    operation: COST_PRICES,
    method: 'POST',
    path: COST_PRICE_SEARCH_PATH,
    body: { productCodes, storeIds, marketIds, lastModified },
    readOnly: true,
    maxResponseBytes: MAX_SCROLL_BATCH_BYTES,
  };
}

function pricedSkus(found: readonly (string | undefined)[]): { skuIds: string[]; unreadable: number } {
  const named = found.filter((skuId) => skuId !== undefined);
  return { skuIds: [...new Set(named)], unreadable: found.length - named.length };
}

function incomplete(): VendorResponseInvalidError {
  return new VendorResponseInvalidError({ vendor: 'omnium', operation: COST_PRICES, isWrite: false }, [
    { path: 'totalHits', kind: 'incomplete' },
  ]);
}
