import type { OmniumCostPrice } from '../../../clients/omnium/prices';
import { toCents, type Cents } from '../../../domain/money';

/** For whom a cost price is wanted, and when. */
export interface CostPriceWanted {
  readonly sku: string;
  /** Omnium's ids under which the place may be named: the warehouse first, then the store that owns it. */
  readonly storeIds: readonly string[];
  readonly marketId: string;
  readonly marketGroupId?: string | undefined;
  /** ISO 4217; a price in another currency is nobody's. Not set = any. */
  readonly currency?: string | undefined;
  /** Amounts on account ({@link SOA_TYPE}) instead of cost prices. */
  readonly isOnAccount?: boolean;
  readonly at: Date;
}

/** `type` of the cost prices that are amounts of stock on account; assumed (omnium-api.md §9.2: SOA has no model). */
export const SOA_TYPE = 'SOA';

/** The cost price that holds, and since when it is what it is. */
export interface SelectedCostPrice {
  readonly costPriceCents: Cents;
  /** When it was changed or became valid, whichever is later; undefined when Omnium does not say. */
  readonly holdsSince?: Date;
}

/**
 * The one cost price that holds: of those that are valid now and meant for this place, the most specific (warehouse, store,
 * market, market group, everybody; omnium-api.md §9.2), then the one that begins latest, then the one changed latest. In
 * cents without VAT; undefined when there is none.
 *
 * Prices of store groups and suppliers need a context that a stock level does not have, and are left out.
 *
 * @throws AmountInvalidError when the price cannot be carried over
 */
export function selectCostPrice(
  prices: readonly OmniumCostPrice[],
  wanted: CostPriceWanted,
): SelectedCostPrice | undefined {
  const best = bestCostPrice(prices, wanted);
  if (best?.cost === undefined) return undefined;
  const sinceMs = Math.max(timeOf(best.modified), timeOf(best.validFrom));
  return { costPriceCents: toCents(best.cost), ...(sinceMs > 0 && { holdsSince: new Date(sinceMs) }) };
}

/** Omnium's own row of the price that {@link selectCostPrice} takes. */
export function bestCostPrice(
  prices: readonly OmniumCostPrice[],
  wanted: CostPriceWanted,
): OmniumCostPrice | undefined {
  let best: OmniumCostPrice | undefined;
  for (const price of prices) {
    if (!isMeantFor(price, wanted) || !holdsAt(price, wanted.at)) continue;
    if (!best || isBetter(price, best, wanted)) best = price;
  }
  return best;
}

/** Whether a cost price is for this article and place, now or at any other time. */
export function isMeantFor(price: OmniumCostPrice, wanted: CostPriceWanted): boolean {
  const { sku, storeIds, marketId, marketGroupId, currency, isOnAccount = false } = wanted;
  const holds = (own: string | undefined, among: readonly (string | undefined)[]): boolean =>
    own === undefined || among.some((one) => one?.toLowerCase() === own.toLowerCase());
  return (
    price.cost !== undefined &&
    (price.skuId ?? price.productId) === sku &&
    (price.type?.toUpperCase() === SOA_TYPE) === isOnAccount &&
    price.storeGroupId === undefined &&
    price.supplier === undefined &&
    holds(price.storeId, storeIds) &&
    holds(price.marketId, [marketId]) &&
    holds(price.marketGroupId, [marketGroupId]) &&
    (currency === undefined || holds(price.currencyCode, [currency]))
  );
}

function holdsAt({ validFrom, validUntil }: OmniumCostPrice, at: Date): boolean {
  return !(Date.parse(validFrom ?? '') > at.getTime()) && !(Date.parse(validUntil ?? '') <= at.getTime());
}

function isBetter(price: OmniumCostPrice, best: OmniumCostPrice, wanted: CostPriceWanted): boolean {
  const ranks = [specificity(price, wanted), timeOf(price.validFrom), timeOf(price.modified)];
  const bestRanks = [specificity(best, wanted), timeOf(best.validFrom), timeOf(best.modified)];
  const decisive = ranks.findIndex((rank, index) => rank !== bestRanks[index]);
  return decisive >= 0 && (ranks[decisive] ?? 0) > (bestRanks[decisive] ?? 0);
}

function specificity({ storeId, marketId, marketGroupId }: OmniumCostPrice, { storeIds }: CostPriceWanted): number {
  if (storeId !== undefined) {
    const place = storeIds.findIndex((id) => id.toLowerCase() === storeId.toLowerCase());
    return 100 - place;
  }
  if (marketId !== undefined) return 2;
  return marketGroupId === undefined ? 0 : 1;
}

function timeOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}
