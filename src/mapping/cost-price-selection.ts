import type { OmniumCostPrice } from '../clients/omnium/schemas';
import { toCents, type Cents } from '../domain/money';

/** For whom a cost price is wanted, and when. */
export interface CostPriceWanted {
  readonly sku: string;
  /** Omnium's ids under which the place may be named: the warehouse first, then the store that owns it. */
  readonly storeIds: readonly string[];
  readonly marketId: string;
  readonly marketGroupId?: string | undefined;
  /** ISO 4217; a price in another currency is nobody's. */
  readonly currency: string;
  readonly at: Date;
}

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
  let best: OmniumCostPrice | undefined;
  for (const price of prices) {
    if (price.cost === undefined || !isMeantFor(price, wanted)) continue;
    if (!best || isBetter(price, best, wanted)) best = price;
  }
  if (best?.cost === undefined) return undefined;
  const sinceMs = Math.max(timeOf(best.modified), timeOf(best.validFrom));
  return { costPriceCents: toCents(best.cost), ...(sinceMs > 0 && { holdsSince: new Date(sinceMs) }) };
}

function isMeantFor(price: OmniumCostPrice, wanted: CostPriceWanted): boolean {
  const { sku, storeIds, marketId, marketGroupId, currency, at } = wanted;
  const holds = (own: string | undefined, among: readonly (string | undefined)[]): boolean =>
    own === undefined || among.some((one) => one?.toLowerCase() === own.toLowerCase());
  return (
    (price.skuId ?? price.productId) === sku &&
    price.storeGroupId === undefined &&
    price.supplier === undefined &&
    holds(price.storeId, storeIds) &&
    holds(price.marketId, [marketId]) &&
    holds(price.marketGroupId, [marketGroupId]) &&
    holds(price.currencyCode, [currency]) &&
    !(Date.parse(price.validFrom ?? '') > at.getTime()) &&
    !(Date.parse(price.validUntil ?? '') <= at.getTime())
  );
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
