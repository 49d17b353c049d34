import { toExactDecimal } from './amount';

/** Which VAT code a rate has in Flow: settings `VatCodeUids` and `DefaultVatCodeUid` of the connector. */
export interface VatCodes {
  /** Rate in percent as text → Flow VAT code uid. */
  readonly VatCodeUids: Readonly<Record<string, string>>;
  readonly DefaultVatCodeUid: string;
}

/**
 * Flow VAT code of an Omnium tax rate in percent. 25, `"25"` and `"25.00"` are one rate.
 * A rate that is absent or not in the table gets the default.
 *
 * @throws AmountInvalidError when the rate is not a number
 */
export function vatCodeUidOf(taxRatePercent: number | string | null | undefined, codes: VatCodes): string {
  if (taxRatePercent === null || taxRatePercent === undefined) return codes.DefaultVatCodeUid;
  const wanted = toExactDecimal(taxRatePercent, 'the tax rate');
  const match = Object.entries(codes.VatCodeUids).find(([rate]) =>
    toExactDecimal(rate, 'a rate of VatCodeUids').equals(wanted),
  );
  return match?.[1] ?? codes.DefaultVatCodeUid;
}
