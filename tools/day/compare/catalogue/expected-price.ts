import { type ChainMarket } from '../../../../sandbox/chain/types';
import { type OmniumCostDocument, type OmniumPriceDocument } from './omnium-documents';
import { centsOf, holdsAt } from './words';

/** What a shopper pays for something, in cents incl. VAT. */
export interface ExpectedPrice {
  readonly unitCents: number;
  /** What the maker recommends; absent when Omnium has none. */
  readonly recommendedCents?: number;
}

/** For whom a price is looked for. */
export interface PriceOccasion {
  readonly market: Pick<ChainMarket, 'marketId' | 'marketGroupId' | 'currency' | 'vatPercent'>;
  readonly at: Date;
  /** Omnium's id of the store, for its own list; without it, what holds in all stores. */
  readonly storeId?: string;
}

/**
 * What one piece costs anybody, now: the market's own price before that of its group and of everybody; of several the
 * lowest, where 0 means that nobody entered one.
 */
export function expectedPrice(
  prices: readonly OmniumPriceDocument[],
  { market, at, storeId }: PriceOccasion,
): ExpectedPrice | undefined {
  const holding = prices.filter(
    (price) =>
      isForAnybody(price) &&
      price.unitPrice !== undefined &&
      price.storeId === storeId &&
      (price.currencyCode ?? market.currency) === market.currency &&
      closeness(price, market) > 0 &&
      holdsAt(price, at),
  );
  const closest = Math.max(...holding.map((price) => closeness(price, market)));
  const candidates = holding.filter((price) => closeness(price, market) === closest);
  const entered = candidates.filter(({ unitPrice }) => unitPrice !== 0);
  const [best] = (entered.length > 0 ? entered : candidates).sort(
    (one, other) =>
      gross(one.unitPrice, one, market) - gross(other.unitPrice, other, market) ||
      (other.validFrom ?? '').localeCompare(one.validFrom ?? ''),
  );
  if (!best) return undefined;
  const recommendedCents = gross(best.recommendedRetailPrice, best, market);
  return {
    unitCents: gross(best.unitPrice, best, market),
    ...(recommendedCents > 0 && { recommendedCents }),
  };
}

/** Whether anything was ever asked for it in this place, now or at another time. */
export function hasEverHadPrice(prices: readonly OmniumPriceDocument[], { market, storeId }: PriceOccasion): boolean {
  return prices.some((price) => isForAnybody(price) && price.storeId === storeId && closeness(price, market) > 0);
}

/** VAT of something in percent, as its prices say. */
export function taxRateIn(
  prices: readonly OmniumPriceDocument[],
  { market, at }: Pick<PriceOccasion, 'market' | 'at'>,
): number {
  const rated = prices.filter(
    (price) => price.taxRate !== undefined && closeness(price, market) > 0 && holdsAt(price, at),
  );
  const [best] = rated.sort((one, other) => closeness(other, market) - closeness(one, market));
  return best?.taxRate ?? market.vatPercent.standard;
}

function isForAnybody(price: OmniumPriceDocument): boolean {
  const { customerId, customerGroup, isCustomerClubSpecificPrice, storeGroupId, minQuantity = 0 } = price;
  const isForSome = customerId ?? customerGroup ?? storeGroupId;
  return isForSome === undefined && isCustomerClubSpecificPrice !== true && minQuantity <= 1;
}

/** 3 for the market's own, 2 for its group's, 1 for everybody's, 0 for another's. */
function closeness(
  { marketId, marketGroupId }: Pick<OmniumPriceDocument, 'marketId' | 'marketGroupId'>,
  market: PriceOccasion['market'],
): number {
  if (marketId !== undefined) return marketId === market.marketId ? 3 : 0;
  if (marketGroupId !== undefined) return marketGroupId === market.marketGroupId ? 2 : 0;
  return 1;
}

function gross(
  amount: number | undefined,
  { isTaxExcluded, taxRate }: OmniumPriceDocument,
  { vatPercent }: PriceOccasion['market'],
): number {
  const rate = isTaxExcluded === true ? (taxRate ?? vatPercent.standard) : 0;
  return centsOf((amount ?? 0) * (1 + rate / 100));
}

/** What something costs to buy, in cents without VAT. */
export interface ExpectedCost {
  readonly cents: number;
  readonly currency: string;
}

/** What the whole chain pays for it: by the cost prices, the market's own first and in its own currency; else by the product. */
export function expectedCost(
  costs: readonly OmniumCostDocument[],
  product: { readonly cost?: number | undefined; readonly costCurrency?: string | undefined },
  { market, at }: Pick<PriceOccasion, 'market' | 'at'>,
): ExpectedCost | undefined {
  const meant = costs.filter(
    (cost) =>
      (cost.storeId ?? cost.storeGroupId ?? cost.supplier) === undefined &&
      cost.type?.toUpperCase() !== 'SOA' &&
      cost.cost !== undefined &&
      closeness(cost, market) > 0 &&
      holdsAt(cost, at),
  );
  const own = meant.filter(({ currencyCode = market.currency }) => currencyCode === market.currency);
  const [best] = (own.length > 0 ? own : meant).sort(
    (one, other) =>
      closeness(other, market) - closeness(one, market) || (other.validFrom ?? '').localeCompare(one.validFrom ?? ''),
  );
  if (best) return { cents: centsOf(best.cost ?? 0), currency: best.currencyCode ?? market.currency };
  if (product.cost === undefined || product.cost === 0) return undefined;
  return { cents: centsOf(product.cost), currency: product.costCurrency ?? market.currency };
}
