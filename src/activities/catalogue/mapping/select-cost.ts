import type { OmniumCostPrice } from '../../../clients/omnium/prices';
import { AmountInvalidError, toCents, type Cents } from '../../../domain/money';
import { bestCostPrice, isMeantFor, type CostPriceWanted } from './cost-price-selection';
import type { SelectedPrice } from './select-price';

/** For whom costs of a chain are wanted, and when. */
export interface CostWanted {
  readonly sku: string;
  /** In order of priority. */
  readonly markets: readonly { readonly marketId: string; readonly marketGroupId?: string | undefined }[];
  /** ISO 4217, the tenant's. */
  readonly currency: string;
  readonly at: Date;
}

/** An amount without VAT, as Flow keeps costs (flow-api.md §1.10), and its currency. */
export interface Cost {
  readonly costCents: Cents;
  /** ISO 4217. */
  readonly currency: string;
}

/**
 * What a SKU costs the whole chain: of the cost prices that name no store the one that holds now, by the rule of
 * `selectCostPrice` for each market in turn. One in the tenant's currency comes before any in another.
 *
 * @throws AmountInvalidError when it cannot be carried over
 */
export function selectChainCost(prices: readonly OmniumCostPrice[], wanted: CostWanted): Cost | undefined {
  for (const currency of [wanted.currency, undefined]) {
    for (const place of placesOf(wanted, [])) {
      const best = bestCostPrice(prices, { ...place, currency });
      if (best?.cost !== undefined) return costOf(best.cost, best.currencyCode ?? wanted.currency);
    }
  }
  return undefined;
}

/** A product's own cost (`cost`, `costCurrency`), which counts where there is no cost price. 0 = Omnium has none. */
export function productCost(
  product: {
    readonly cost?: number | string | undefined;
    readonly costCurrency?: string | undefined;
  },
  currency: string,
): Cost | undefined {
  const cost = product.cost === undefined ? undefined : costOf(product.cost, product.costCurrency ?? currency);
  return cost && cost.costCents > 0 ? cost : undefined;
}

/** What a store has to be told of stock on account, and whether it had been told something that has ended. */
export type SelectedOnAccount = Exclude<SelectedPrice, { readonly kind: 'refused' }>;

/** The place of an amount on account. */
export interface OnAccountWanted extends CostWanted {
  /** Omnium's id of the store. */
  readonly storeId: string;
}

/**
 * The amount of stock on account of a SKU in a store (flow-api.md §1.13): of the cost prices of that type that name the
 * store, by the rule of `selectCostPrice`, in the tenant's currency. Sent as it is, without VAT.
 *
 * @throws AmountInvalidError when it cannot be carried over
 */
export function selectOnAccount(prices: readonly OmniumCostPrice[], wanted: OnAccountWanted): SelectedOnAccount {
  const own = prices.filter(({ storeId }) => storeId !== undefined);
  const { currency, at } = wanted;
  for (const place of placesOf(wanted, [wanted.storeId])) {
    const best = bestCostPrice(own, { ...place, currency, isOnAccount: true });
    if (best?.cost !== undefined) {
      return { kind: 'price', unitPriceCents: costOf(best.cost, currency).costCents };
    }
  }
  const hasEnded = own.some(
    (price) =>
      Date.parse(price.validUntil ?? '') <= at.getTime() &&
      placesOf(wanted, [wanted.storeId]).some((place) => isMeantFor(price, { ...place, isOnAccount: true })),
  );
  return { kind: 'none', hasEnded };
}

/** Ends that are further away are no ends: Omnium's users write 9999-12-31. */
const NEVER_MS = 5 * 365 * 24 * 60 * 60_000;

/**
 * When one of the cost prices begins or ends next: Omnium tells of that neither by `modified` nor by a search, so whoever
 * carries over costs has to look again then.
 *
 * @param storeIds those of the place; none for the whole chain
 */
export function nextCostChange(
  prices: readonly OmniumCostPrice[],
  wanted: CostWanted & { readonly storeIds: readonly string[]; readonly isOnAccount: boolean },
): Date | undefined {
  const { isOnAccount, storeIds } = wanted;
  const nowMs = wanted.at.getTime();
  const places = placesOf(wanted, storeIds);
  let nextMs = nowMs + NEVER_MS;
  for (const price of prices) {
    for (const time of [price.validFrom, price.validUntil]) {
      const ms = Date.parse(time ?? '');
      if (!(ms > nowMs && ms < nextMs)) continue;
      if (places.some((place) => isMeantFor(price, { ...place, isOnAccount }))) nextMs = ms;
    }
  }
  return nextMs < nowMs + NEVER_MS ? new Date(nextMs) : undefined;
}

function placesOf({ sku, markets, at }: CostWanted, storeIds: readonly string[]): CostPriceWanted[] {
  return markets.map(({ marketId, marketGroupId }) => ({ sku, storeIds, marketId, marketGroupId, at }));
}

function costOf(amount: number | string, currency: string): Cost {
  const costCents = toCents(amount);
  if (costCents < 0) throw new AmountInvalidError('the cost', 'negative');
  return { costCents, currency: currency.toUpperCase() };
}
