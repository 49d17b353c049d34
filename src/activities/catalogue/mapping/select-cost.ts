import type { OmniumCostPrice } from '../../../clients/omnium/prices';
import { AmountInvalidError, toCents, type Cents } from '../../../domain/money';
import { isSameId } from '../../../domain/uid';
import type { SelectedPrice } from './select-price';

/** For whom a cost price is wanted, and when. */
export interface CostPriceWanted {
  readonly sku: string;
  /** Omnium's ids under which the place may be named: the warehouse first, then the store that owns it; none for the chain. */
  readonly storeIds: readonly string[];
  readonly marketId: string;
  readonly marketGroupId?: string | undefined;
  /** ISO 4217; a price in another currency is out of the question. Not set = any. */
  readonly currency?: string | undefined;
  /** Amounts on account ({@link SOA_TYPE}) instead of cost prices. */
  readonly isOnAccount?: boolean;
  readonly at: Date;
}

/** For whom costs are wanted in several markets, in order of priority; `currency` is the tenant's. */
export interface CostWanted extends Pick<CostPriceWanted, 'sku' | 'at'> {
  readonly markets: readonly Pick<CostPriceWanted, 'marketId' | 'marketGroupId'>[];
  readonly currency: string;
}

/** An amount without VAT, as Flow keeps costs (flow-api.md §1.10), and its ISO 4217 currency. */
export interface Cost {
  readonly costCents: Cents;
  readonly currency: string;
}

/** `type` of the cost prices that are amounts of stock on account; assumed (omnium-api.md §9.2: SOA has no model). */
const SOA_TYPE = 'SOA';

/** Ends that are further away are no ends: Omnium's users write 9999-12-31. */
const NEVER_MS = 5 * 365 * 24 * 60 * 60_000;

/**
 * The one cost price that holds: of those that are valid now and meant for this place, the most specific (warehouse, store,
 * market, market group, everybody; omnium-api.md §9.2), then the one that begins latest, then the one changed latest. In
 * cents without VAT; undefined when there is none.
 *
 * Prices of store groups and suppliers need a context that a stock level does not have, and are left out.
 *
 * @returns with `holdsSince`: when it was changed or became valid, whichever is later; absent when Omnium does not say
 * @throws AmountInvalidError when the price cannot be carried over
 */
export function selectCostPrice(
  prices: readonly OmniumCostPrice[],
  wanted: CostPriceWanted,
): { readonly costPriceCents: Cents; readonly holdsSince?: Date } | undefined {
  const best = bestCostPrice(prices, wanted);
  if (best?.cost === undefined) return undefined;
  const sinceMs = Math.max(timeOf(best.modified), timeOf(best.validFrom));
  return { costPriceCents: toCents(best.cost), ...(sinceMs > 0 && { holdsSince: new Date(sinceMs) }) };
}

/**
 * What a SKU costs the whole chain: of the cost prices that name no store the one that holds now, by the rule of
 * {@link selectCostPrice} for each market in turn. One in the tenant's currency comes before any in another.
 *
 * @throws AmountInvalidError when it cannot be carried over
 */
export function selectChainCost(prices: readonly OmniumCostPrice[], wanted: CostWanted): Cost | undefined {
  const { markets, sku, at } = wanted;
  for (const currency of [wanted.currency, undefined]) {
    for (const market of markets) {
      const best = bestCostPrice(prices, { ...market, sku, storeIds: [], currency, at });
      if (best?.cost !== undefined) return costOf(best.cost, best.currencyCode ?? wanted.currency);
    }
  }
  return undefined;
}

/** A product's own cost (`cost`, `costCurrency`), which counts where there is no cost price. 0 = Omnium has none. */
export function productCost(
  product: { readonly cost?: number | string | undefined; readonly costCurrency?: string | undefined },
  currency: string,
): Cost | undefined {
  const cost = product.cost === undefined ? undefined : costOf(product.cost, product.costCurrency ?? currency);
  return cost && cost.costCents > 0 ? cost : undefined;
}

/**
 * The amount of stock on account of a SKU in a store (flow-api.md §1.13): of the cost prices of that type that name the
 * store, by the rule of {@link selectCostPrice}, in the tenant's currency. Sent as it is, without VAT.
 *
 * @param storeId Omnium's
 * @throws AmountInvalidError when it cannot be carried over
 */
export function selectOnAccount(
  prices: readonly OmniumCostPrice[],
  wanted: CostWanted & { readonly storeId: string },
): Exclude<SelectedPrice, { readonly kind: 'refused' }> {
  const { markets, sku, storeId, currency, at } = wanted;
  const own = prices.filter((price) => price.storeId !== undefined);
  const places = markets.map((market) => ({ ...market, sku, storeIds: [storeId], isOnAccount: true, at }));
  for (const place of places) {
    const best = bestCostPrice(own, { ...place, currency });
    if (best?.cost !== undefined) return { kind: 'price', unitPriceCents: costOf(best.cost, currency).costCents };
  }
  const hasEnded = own.some(
    (price) => Date.parse(price.validUntil ?? '') <= at.getTime() && places.some((place) => isMeantFor(price, place)),
  );
  return { kind: 'none', hasEnded };
}

/**
 * When one of the cost prices begins or ends next. Omnium tells of that neither by `modified` nor by a search, so the costs
 * have to be compared again then.
 *
 * @param storeIds those of the place; none for the whole chain
 */
export function nextCostChange(
  prices: readonly OmniumCostPrice[],
  { markets, sku, at }: CostWanted,
  storeIds: readonly string[],
  isOnAccount: boolean,
): Date | undefined {
  const nowMs = at.getTime();
  let nextMs = nowMs + NEVER_MS;
  for (const price of prices) {
    for (const time of [price.validFrom, price.validUntil]) {
      const ms = Date.parse(time ?? '');
      if (!(ms > nowMs && ms < nextMs)) continue;
      if (markets.some((market) => isMeantFor(price, { ...market, sku, storeIds, isOnAccount, at }))) nextMs = ms;
    }
  }
  return nextMs < nowMs + NEVER_MS ? new Date(nextMs) : undefined;
}

/**
 * What of a product's cost is not in Flow yet, in cents without VAT: `purchasePrice` for a cost in the tenant's currency,
 * `currencyPurchasePrice` for one in another (flow-api.md §6.1). A foreign cost is not converted: no rate is known.
 */
export function purchasePriceChange(
  { costCents, currency }: Cost,
  tenantCurrency: string,
  known: {
    readonly purchasePrice?: number | undefined;
    readonly currencyPurchasePrice?: { readonly amount: number; readonly currency?: string | undefined } | undefined;
  },
):
  | { readonly purchasePrice: number }
  | { readonly currencyPurchasePrice: { readonly amount: number; readonly currency: string } }
  | undefined {
  if (isSameId(currency, tenantCurrency)) {
    return known.purchasePrice === costCents ? undefined : { purchasePrice: costCents };
  }
  const foreign = known.currencyPurchasePrice;
  if (foreign?.amount === costCents && isSameId(foreign.currency, currency)) return undefined;
  return { currencyPurchasePrice: { amount: costCents, currency } };
}

/** Omnium's own record of the price that {@link selectCostPrice} takes. */
function bestCostPrice(prices: readonly OmniumCostPrice[], wanted: CostPriceWanted): OmniumCostPrice | undefined {
  const atMs = wanted.at.getTime();
  let best: OmniumCostPrice | undefined;
  let bestRanks: readonly number[] = [];
  for (const price of prices) {
    const { storeId, marketId, marketGroupId, validFrom, validUntil } = price;
    const holds = !(Date.parse(validFrom ?? '') > atMs) && !(Date.parse(validUntil ?? '') <= atMs);
    if (!holds || !isMeantFor(price, wanted)) continue;
    const place = wanted.storeIds.findIndex((id) => isSameId(id, storeId));
    const ofMarket = marketId !== undefined ? 2 : marketGroupId !== undefined ? 1 : 0;
    const ranks = [storeId === undefined ? ofMarket : 100 - place, timeOf(validFrom), timeOf(price.modified)];
    const decisive = ranks.findIndex((rank, index) => rank !== bestRanks[index]);
    if (best && !(decisive >= 0 && (ranks[decisive] ?? 0) > (bestRanks[decisive] ?? 0))) continue;
    best = price;
    bestRanks = ranks;
  }
  return best;
}

/** Whether a cost price is for this article and place, now or at any other time. */
function isMeantFor(price: OmniumCostPrice, wanted: CostPriceWanted): boolean {
  const { sku, storeIds, marketId, marketGroupId, currency, isOnAccount = false } = wanted;
  const isForAll = (own: string | undefined, among: readonly (string | undefined)[]): boolean =>
    own === undefined || among.some((one) => isSameId(one, own));
  return (
    price.cost !== undefined &&
    (price.skuId ?? price.productId) === sku &&
    isSameId(price.type, SOA_TYPE) === isOnAccount &&
    price.storeGroupId === undefined &&
    price.supplier === undefined &&
    isForAll(price.storeId, storeIds) &&
    isForAll(price.marketId, [marketId]) &&
    isForAll(price.marketGroupId, [marketGroupId]) &&
    (currency === undefined || isForAll(price.currencyCode, [currency]))
  );
}

function timeOf(time: string | undefined): number {
  return time === undefined ? 0 : Date.parse(time);
}

function costOf(amount: number | string, currency: string): Cost {
  const costCents = toCents(amount);
  if (costCents < 0) throw new AmountInvalidError('the cost', 'negative');
  return { costCents, currency: currency.toUpperCase() };
}
