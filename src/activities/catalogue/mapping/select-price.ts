import type { Cents } from '../../../domain/money';
import { grossCents } from './gross-price';

/** A selling price of Omnium's (omnium-api.md §9.2), as far as it is looked at here. */
export interface SellingPrice {
  /** The SKU; absent on a price that holds for all variants of its product. */
  readonly code?: string | undefined;
  readonly skuId?: string | undefined;
  readonly productId?: string | undefined;
  /** Major units, after discount. Never null in Omnium: 0 may mean that nothing was entered. */
  readonly unitPrice?: number | string | undefined;
  readonly recommendedRetailPrice?: number | string | undefined;
  readonly currencyCode?: string | undefined;
  readonly isTaxExcluded?: boolean | undefined;
  /** Percent. */
  readonly taxRate?: number | string | undefined;
  readonly marketId?: string | undefined;
  readonly marketGroupId?: string | undefined;
  readonly storeId?: string | undefined;
  readonly storeGroupId?: string | undefined;
  readonly customerId?: string | undefined;
  readonly customerGroup?: string | undefined;
  readonly isCustomerClubSpecificPrice?: boolean | undefined;
  readonly minQuantity?: number | string | undefined;
  readonly unit?: string | undefined;
  readonly validFrom?: string | undefined;
  readonly validUntil?: string | undefined;
  readonly modified?: string | undefined;
}

/** A market whose prices are wanted. */
export interface PriceMarket {
  readonly marketId: string;
  readonly marketGroupId?: string | undefined;
  /** Percent, for prices without VAT that name no rate. */
  readonly defaultTaxRate?: number | string | undefined;
}

/** For whom a price is wanted, and when. */
export interface PriceWanted {
  readonly sku: string;
  /** The product that the SKU is a variant of, when it is known. */
  readonly productId?: string | undefined;
  /** Set for a store's own list: only prices of this store. Not set: only prices of no store. */
  readonly storeId?: string | undefined;
  /** In order of priority. */
  readonly markets: readonly PriceMarket[];
  /** ISO 4217, the tenant's. */
  readonly currency: string;
  readonly at: Date;
}

/** What Omnium says about a SKU on a list. */
export type SelectedPrice =
  | {
      readonly kind: 'price';
      /** Incl. VAT. */
      readonly unitPriceCents: Cents;
      /** Incl. VAT; absent when Omnium has none. */
      readonly recommendedRetailPriceCents?: Cents;
    }
  /** None holds; `hasEnded` when one did. */
  | { readonly kind: 'none'; readonly hasEnded: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * The one price that holds for a SKU on a list.
 *
 * 1. Out of the question: prices of a customer, customer group, customer club or store group, from two pieces on, of
 *    another market, market group or store. For the main list: of any store; for a store's list: of no store, as Flow
 *    falls back to the main list by itself. Prices that a promotion has made hold for everybody and are prices like any
 *    other (Omnium, "Pricing and Promotions Overview").
 * 2. It must hold now: `validFrom` ≤ now < `validUntil`.
 * 3. It must be in the tenant's currency. Where there is none, and one that names our market or store is in another
 *    currency, that is refused; a price for everybody in another currency is just not ours.
 * 4. The most specific wins: the variant's own before its product's; then by market in the configured order, market
 *    group, any; then without a unit before with one, as Flow sells pieces.
 * 5. Of those the lowest incl. VAT, where 0 counts as "not entered" as long as there is another; then the one that began
 *    latest, then the one changed latest.
 *
 * Sources: Omnium's "Price prioritization rules" (store, unit, lowest price; market before none). The order of market, market
 * group and variant is ours.
 *
 * @throws AmountInvalidError, DocumentUnmappableError when the price cannot be carried over
 */
export function selectPrice(prices: readonly SellingPrice[], wanted: PriceWanted): SelectedPrice {
  const meant = prices.filter((price) => isMeantFor(price, wanted));
  const holding = meant.filter((price) => holdsAt(price, wanted.at));
  const ours = holding.filter(({ currencyCode }) => isSame(currencyCode ?? wanted.currency, wanted.currency));
  const best = mostSpecific(ours, wanted).map((price) => withAmount(price, wanted));
  const [first, ...others] = best;
  if (!first) return noneOf(meant, holding, wanted);
  const chosen = others.reduce((one, other) => (isBetter(other, one) ? other : one), first);
  const recommended = recommendedOf(chosen.price, wanted);
  return {
    kind: 'price',
    unitPriceCents: chosen.cents,
    ...(recommended !== undefined && { recommendedRetailPriceCents: recommended }),
  };
}

function noneOf(
  meant: readonly SellingPrice[],
  holding: readonly SellingPrice[],
  { markets, currency, at }: PriceWanted,
): SelectedPrice {
  const foreign = holding.find(
    ({ marketId, storeId }) => storeId !== undefined || markets.some((market) => isSame(market.marketId, marketId)),
  );
  if (foreign) return { kind: 'refused', why: `its price is in ${foreign.currencyCode ?? ''}, not in ${currency}` };
  return { kind: 'none', hasEnded: meant.some(({ validUntil }) => timeOf(validUntil) <= at.getTime()) };
}

function isMeantFor(price: SellingPrice, wanted: PriceWanted): boolean {
  const isForSomeOnly =
    price.customerId !== undefined ||
    price.customerGroup !== undefined ||
    price.isCustomerClubSpecificPrice === true ||
    price.storeGroupId !== undefined ||
    Number(price.minQuantity ?? 0) > 1;
  return (
    !isForSomeOnly &&
    price.unitPrice !== undefined &&
    isOfArticle(price, wanted) &&
    isSame(price.storeId, wanted.storeId) &&
    marketRank(price, wanted) >= 0
  );
}

function isOfArticle(price: SellingPrice, { sku, productId }: PriceWanted): boolean {
  const code = codeOf(price);
  return code === sku || (productId !== undefined && (code ?? price.productId) === productId);
}

function codeOf({ code, skuId }: SellingPrice): string | undefined {
  return code ?? skuId;
}

function holdsAt({ validFrom, validUntil }: SellingPrice, at: Date): boolean {
  const atMs = at.getTime();
  return !(timeOf(validFrom) > atMs) && !(timeOf(validUntil) <= atMs);
}

/** How close a price is to our markets; -1 when it is of others. */
function marketRank({ marketId, marketGroupId }: SellingPrice, { markets }: PriceWanted): number {
  if (marketGroupId !== undefined && !markets.some((market) => isSame(market.marketGroupId, marketGroupId))) return -1;
  if (marketId === undefined) return marketGroupId === undefined ? 0 : 1;
  const place = markets.findIndex((market) => isSame(market.marketId, marketId));
  return place < 0 ? -1 : 1 + markets.length - place;
}

/** Those that share the highest rank. */
function mostSpecific(prices: readonly SellingPrice[], wanted: PriceWanted): SellingPrice[] {
  let best: SellingPrice[] = [];
  let bestRank = -1;
  for (const price of prices) {
    const ownPrice = codeOf(price) === wanted.sku ? 1 : 0;
    const rank = (ownPrice * 1_000 + marketRank(price, wanted)) * 2 + (price.unit === undefined ? 1 : 0);
    if (rank > bestRank) {
      best = [price];
      bestRank = rank;
    } else if (rank === bestRank) best.push(price);
  }
  return best;
}

interface Candidate {
  readonly price: SellingPrice;
  readonly cents: Cents;
}

function withAmount(price: SellingPrice, wanted: PriceWanted): Candidate {
  return { price, cents: centsOf(price.unitPrice ?? 0, price, wanted) };
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if ((one.cents === 0) !== (other.cents === 0)) return other.cents === 0;
  if (one.cents !== other.cents) return one.cents < other.cents;
  const begins = orMinusInfinity(one.price.validFrom) - orMinusInfinity(other.price.validFrom);
  if (begins !== 0 && !Number.isNaN(begins)) return begins > 0;
  return orMinusInfinity(one.price.modified) > orMinusInfinity(other.price.modified);
}

function recommendedOf(price: SellingPrice, wanted: PriceWanted): Cents | undefined {
  const { recommendedRetailPrice } = price;
  if (recommendedRetailPrice === undefined) return undefined;
  const cents = centsOf(recommendedRetailPrice, price, wanted);
  return cents === 0 ? undefined : cents;
}

function centsOf(amount: number | string, price: SellingPrice, { markets }: PriceWanted): Cents {
  const own = markets.find(({ marketId }) => isSame(marketId, price.marketId)) ?? markets[0];
  const taxRatePercent = price.taxRate ?? own?.defaultTaxRate;
  return grossCents({ amount, isTaxExcluded: price.isTaxExcluded === true, taxRatePercent });
}

/** NaN when there is none, which is neither before nor after anything. */
function timeOf(time: string | undefined): number {
  return Date.parse(time ?? '');
}

function orMinusInfinity(time: string | undefined): number {
  const ms = timeOf(time);
  return Number.isNaN(ms) ? -Infinity : ms;
}

/** Omnium's ids are compared without regard to case; SKUs are not. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.toLowerCase() === other.toLowerCase());
}
