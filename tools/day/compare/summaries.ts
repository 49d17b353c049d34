/** SKU → quantity in hundredths of a piece, added up over all lines of the SKU. */
export type Quantities = ReadonlyMap<string, number>;

/** What an Omnium order says, reduced to what has to be the same in Flow. Amounts in cents. */
export interface OmniumSummary {
  readonly orderNumber: string;
  readonly marketId: string;
  readonly orderType: string;
  readonly isCancelled: boolean;
  /** Cancelled because nobody came for it. */
  readonly isNotCollected: boolean;
  /** What is to be sold: without cancelled pieces, and without a package's own line when its parts are there. */
  readonly quantities: Quantities;
  /** The same before anything was cancelled. */
  readonly orderedQuantities: Quantities;
  readonly totalCents: number;
  /** Money that the web shop has received, or was promised: the shop does not ask for it again. */
  readonly paidCents: number;
  readonly hasCustomer: boolean;
}

/** What a Flow order says, in the same terms. */
export interface FlowSummary {
  readonly tenantUid: string;
  readonly orderUid: string;
  readonly orderNumber: string;
  readonly orderState: string;
  readonly isSettled: boolean;
  /** Whether the web shop's money, which is reserved until the goods go, covers all of it. */
  readonly isPrepaid: boolean;
  readonly quantities: Quantities;
  readonly totalCents: number;
  /** What cash rounding added to the total, or took from it. */
  readonly roundingCents: number;
  readonly paidCents: number;
  readonly hasCustomer: boolean;
  /** Lines or payments that are there twice, by the web shop's id. */
  readonly repeatedParts: readonly string[];
}

/** Adds up quantities by SKU; SKUs of which nothing is left are not in the result. */
export function addUp(lines: readonly { readonly sku: string; readonly hundredths: number }[]): Quantities {
  const sums = new Map<string, number>();
  for (const { sku, hundredths } of lines) sums.set(sku, (sums.get(sku) ?? 0) + hundredths);
  for (const [sku, sum] of sums) if (sum === 0) sums.delete(sku);
  return sums;
}

/** Members of a list that occur more than once. */
export function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}
