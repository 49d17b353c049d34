import type { OmniumPrice } from '../../clients/omnium/schemas';
import type { PriceMarket } from '../prices/select-price';

/** What a tax rate is looked for in. */
interface TaxWanted {
  readonly markets: readonly PriceMarket[];
  readonly at: Date;
}

/**
 * The tax rate of a product in percent: Omnium keeps it on prices, and on the market where a price names none (omnium-api.md
 * §9.1). Of the prices of the product's markets, in order, those that hold now come first; undefined when neither a price nor
 * a market tells.
 */
export function taxRateOf(prices: readonly OmniumPrice[], { markets, at }: TaxWanted): number | string | undefined {
  for (const market of markets) {
    const rate = rateIn(prices, market, at) ?? market.defaultTaxRate;
    if (rate !== undefined) return rate;
  }
  return undefined;
}

function rateIn(prices: readonly OmniumPrice[], market: PriceMarket, at: Date): number | string | undefined {
  let best: { readonly rank: number; readonly rate: number | string } | undefined;
  for (const price of prices) {
    const { taxRate } = price;
    const rank = rankOf(price, market, at);
    if (taxRate !== undefined && rank >= 0 && rank > (best?.rank ?? -1)) best = { rank, rate: taxRate };
  }
  return best?.rate;
}

/** The closer to the market the better, and one that holds before one that does not; -1 for another market's. */
function rankOf(
  { marketId, marketGroupId, validFrom, validUntil }: OmniumPrice,
  market: PriceMarket,
  at: Date,
): number {
  const holds = !(Date.parse(validFrom ?? '') > at.getTime()) && !(Date.parse(validUntil ?? '') <= at.getTime());
  const bonus = holds ? 3 : 0;
  if (marketId !== undefined) return isSame(marketId, market.marketId) ? bonus + 2 : -1;
  if (marketGroupId !== undefined) return isSame(marketGroupId, market.marketGroupId) ? bonus + 1 : -1;
  return bonus;
}

function isSame(one: string, other: string | undefined): boolean {
  return other !== undefined && one.toLowerCase() === other.toLowerCase();
}
