import type { OmniumPrice } from '../../../clients/omnium/prices';
import { AmountInvalidError, roundToInteger, toExactDecimal } from '../../../domain/amount';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';
import { asCents, toCents, type Cents } from '../../../domain/money';
import { isSameId } from '../../../domain/uid';

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

/** What Omnium says about a SKU on a list. Amounts incl. VAT; `hasEnded`: no price holds, and one did. */
export type SelectedPrice =
  | { readonly kind: 'price'; readonly unitPriceCents: Cents; readonly recommendedRetailPriceCents?: Cents }
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
export function selectPrice(prices: readonly OmniumPrice[], wanted: PriceWanted): SelectedPrice {
  const { sku, markets, currency } = wanted;
  const atMs = wanted.at.getTime();
  const meant = prices.filter((price) => isMeantFor(price, wanted));
  const holding = meant.filter(
    ({ validFrom, validUntil }) => !(Date.parse(validFrom ?? '') > atMs) && !(Date.parse(validUntil ?? '') <= atMs),
  );
  const ours = holding.filter(({ currencyCode }) => isSameId(currencyCode ?? currency, currency));
  if (ours.length === 0) {
    const foreign = holding.find(
      ({ marketId, storeId }) => storeId !== undefined || markets.some((market) => isSameId(market.marketId, marketId)),
    );
    if (foreign) return { kind: 'refused', why: `its price is in ${foreign.currencyCode ?? ''}, not in ${currency}` };
    return { kind: 'none', hasEnded: meant.some(({ validUntil }) => Date.parse(validUntil ?? '') <= atMs) };
  }
  const ranks = ours.map((price) => {
    const ownPrice = (price.code ?? price.skuId) === sku ? 1 : 0;
    return (ownPrice * 1_000 + marketRank(price, markets)) * 2 + (price.unit === undefined ? 1 : 0);
  });
  const highest = Math.max(...ranks);
  const chosen = ours
    .filter((_price, index) => ranks[index] === highest)
    .map((price) => ({ price, cents: centsOf(price.unitPrice ?? 0, price, markets) }))
    .reduce((one, other) => (isBetter(other, one) ? other : one));
  const { recommendedRetailPrice } = chosen.price;
  // 0 means that none was entered.
  const recommended = recommendedRetailPrice === undefined ? 0 : centsOf(recommendedRetailPrice, chosen.price, markets);
  return {
    kind: 'price',
    unitPriceCents: chosen.cents,
    ...(recommended !== 0 && { recommendedRetailPriceCents: recommended }),
  };
}

/** Rule 1. */
function isMeantFor(price: OmniumPrice, { sku, productId, storeId, markets }: PriceWanted): boolean {
  const isForSomeOnly =
    price.customerId !== undefined ||
    price.customerGroup !== undefined ||
    price.isCustomerClubSpecificPrice === true ||
    price.storeGroupId !== undefined ||
    Number(price.minQuantity ?? 0) > 1;
  const code = price.code ?? price.skuId;
  const isOfArticle = code === sku || (productId !== undefined && (code ?? price.productId) === productId);
  return (
    !isForSomeOnly &&
    price.unitPrice !== undefined &&
    // Never null in Omnium: of a store's row, e.g. with a cost only, 0 says that no price was entered.
    !(price.storeId !== undefined && Number(price.unitPrice) === 0) &&
    isOfArticle &&
    isSameId(price.storeId, storeId) &&
    marketRank(price, markets) >= 0
  );
}

/** How close a price is to our markets; -1 when it is of others. */
function marketRank({ marketId, marketGroupId }: OmniumPrice, markets: readonly PriceMarket[]): number {
  const isOfOurGroups = markets.some((market) => isSameId(market.marketGroupId, marketGroupId));
  if (marketGroupId !== undefined && !isOfOurGroups) return -1;
  if (marketId === undefined) return marketGroupId === undefined ? 0 : 1;
  const place = markets.findIndex((market) => isSameId(market.marketId, marketId));
  return place < 0 ? -1 : 1 + markets.length - place;
}

/** Rule 5. */
function isBetter(
  one: { readonly price: OmniumPrice; readonly cents: Cents },
  other: { readonly price: OmniumPrice; readonly cents: Cents },
): boolean {
  if ((one.cents === 0) !== (other.cents === 0)) return other.cents === 0;
  if (one.cents !== other.cents) return one.cents < other.cents;
  // What has no moment is earlier than all that have one.
  const [begins, otherBegins, changed, otherChanged] = [
    ...[one.price.validFrom, other.price.validFrom],
    ...[one.price.modified, other.price.modified],
  ].map((time) => (time === undefined ? -Infinity : Date.parse(time)));
  if (begins !== otherBegins) return (begins ?? 0) > (otherBegins ?? 0);
  return (changed ?? 0) > (otherChanged ?? 0);
}

function centsOf(amount: number | string, price: OmniumPrice, markets: readonly PriceMarket[]): Cents {
  const own = markets.find(({ marketId }) => isSameId(marketId, price.marketId)) ?? markets[0];
  return grossCents(amount, price.isTaxExcluded === true, price.taxRate ?? own?.defaultTaxRate);
}

/**
 * Omnium's amount in major units → cents incl. VAT, as Flow keeps prices (flow-api.md §1.10). VAT is added exactly and the
 * sum rounded once, half away from zero: 79.96 without 25 % VAT → 9995.
 *
 * @param isTaxExcluded only the price itself says so: a market's is about its carts (Omnium, "Prices and Tax")
 * @param taxRatePercent undefined when neither the price nor its market has one
 * @throws AmountInvalidError when it is no amount, or below zero
 * @throws DocumentUnmappableError when VAT is to be added and nothing says how much
 */
export function grossCents(
  amount: number | string,
  isTaxExcluded: boolean,
  taxRatePercent: number | string | undefined,
): Cents {
  let cents: Cents;
  if (isTaxExcluded) {
    if (taxRatePercent === undefined) {
      throw new DocumentUnmappableError(
        'taxRate',
        'the price is without VAT, and neither it nor its market has a rate',
      );
    }
    const rate = toExactDecimal(taxRatePercent, 'the tax rate');
    if (rate.isNegative() && !rate.isZero()) throw new AmountInvalidError('the tax rate', 'negative');
    // amount × 100 cents × (100 + rate) / 100
    cents = asCents(roundToInteger(toExactDecimal(amount, 'the price').times(rate.plus(100)), 'the price'));
  } else cents = toCents(amount);
  if (cents < 0) throw new AmountInvalidError('the price', 'negative');
  return cents;
}
