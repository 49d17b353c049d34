/** What we search for in Omnium's catalogue (omnium-api.md §9.1, §9.2). Times are ISO-8601. */

/** From and to, both inclusive. */
export interface OmniumTimeWindow {
  readonly from: string;
  readonly to: string;
}

/** Which products are wanted (ProductSearchRequest). */
export interface OmniumProductSearch {
  /** Inclusive. Absent means whenever they were changed. */
  readonly modifiedFrom?: string;
  /** Also products of which a price starts or ends in this time, changed or not. Counts with `modifiedFrom` only. */
  readonly priceWindow?: OmniumTimeWindow;
  readonly marketIds?: readonly string[];
  readonly marketGroupIds?: readonly string[];
  /** Language of the documents; without it each product may come once per language. */
  readonly language?: string;
  /** Those that were deleted, and only those. */
  readonly isDeleted?: boolean;
}

/** Products by their ids. */
export interface OmniumProductQuery {
  /** Any number: they are asked for a hundred at a time. */
  readonly productIds: readonly string[];
  readonly marketId?: string;
  readonly language?: string;
}

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
