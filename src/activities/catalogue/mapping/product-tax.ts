import type { OmniumPrice } from '../../../clients/omnium/prices';
import type { PriceMarket } from './select-price';

/** What a tax rate is looked for in. */
interface TaxWanted {
  readonly markets: readonly PriceMarket[];
  readonly at: Date;
}

/**
 * The tax rate of a product in percent: Omnium keeps it on prices, and on the market where a price names none (omnium-api.md
 * §9.1). The prices that hold now count, those of the product's first market before those of the next; undefined when neither
 * a price nor a market tells.
 */
export function taxRateOf(prices: readonly OmniumPrice[], { markets, at }: TaxWanted): number | string | undefined {
  const holding = prices.filter(
    ({ validFrom, validUntil }) =>
      !(Date.parse(validFrom ?? '') > at.getTime()) && !(Date.parse(validUntil ?? '') <= at.getTime()),
  );
  for (const market of markets) {
    const rate = rateIn(holding, market) ?? market.defaultTaxRate;
    if (rate !== undefined) return rate;
  }
  return undefined;
}

function rateIn(prices: readonly OmniumPrice[], market: PriceMarket): number | string | undefined {
  let best: { readonly rank: number; readonly rate: number | string } | undefined;
  for (const price of prices) {
    const { taxRate } = price;
    const rank = rankOf(price, market);
    if (taxRate !== undefined && rank > (best?.rank ?? -1)) best = { rank, rate: taxRate };
  }
  return best?.rate;
}

/** The closer to the market the better; -1 for another market's. */
function rankOf({ marketId, marketGroupId }: OmniumPrice, market: PriceMarket): number {
  if (marketId !== undefined) return isSame(marketId, market.marketId) ? 2 : -1;
  if (marketGroupId !== undefined) return isSame(marketGroupId, market.marketGroupId) ? 1 : -1;
  return 0;
}

function isSame(one: string, other: string | undefined): boolean {
  return other !== undefined && one.toLowerCase() === other.toLowerCase();
}
