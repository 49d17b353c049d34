import { AmountInvalidError, roundToInteger, toExactDecimal } from '../../../domain/amount';
import { asCents, toCents, type Cents } from '../../../domain/money';
import { DocumentUnmappableError } from '../../../domain/document-unmappable';

/** An amount of Omnium's price: in major units, with or without VAT. */
export interface PriceAmount {
  readonly amount: number | string;
  /** Only the price itself says so: a market's `isTaxExcluded` is about its carts (Omnium, "Prices and Tax"). */
  readonly isTaxExcluded: boolean;
  /** Percent; undefined when neither the price nor its market has one. */
  readonly taxRatePercent: number | string | undefined;
}

/**
 * Omnium's amount in major units → cents incl. VAT, as Flow keeps prices (flow-api.md §1.10). VAT is added exactly and the
 * sum rounded once, half away from zero: 79.96 without 25 % VAT → 9995.
 *
 * @throws AmountInvalidError when it is no amount, or below zero
 * @throws DocumentUnmappableError when VAT is to be added and nothing says how much
 */
export function grossCents({ amount, isTaxExcluded, taxRatePercent }: PriceAmount): Cents {
  const cents = isTaxExcluded ? withTax(amount, taxRatePercent) : toCents(amount);
  if (cents < 0) throw new AmountInvalidError('the price', 'negative');
  return cents;
}

function withTax(amount: number | string, taxRatePercent: number | string | undefined): Cents {
  if (taxRatePercent === undefined) {
    throw new DocumentUnmappableError('taxRate', 'the price is without VAT, and neither it nor its market has a rate');
  }
  const rate = toExactDecimal(taxRatePercent, 'the tax rate');
  if (rate.isNegative() && !rate.isZero()) throw new AmountInvalidError('the tax rate', 'negative');
  // amount × 100 cents × (100 + rate) / 100
  return asCents(roundToInteger(toExactDecimal(amount, 'the price').times(rate.plus(100)), 'the price'));
}
