/** One member that Flow does not have as it should be, for people who compare. */
export interface FieldDifference {
  /** Whose it is: Omnium's SKU, product id or category id. */
  readonly of: string;
  /** Flow's name of it, e.g. `name`, `image`, `price oslocity`. */
  readonly field: string;
  /** As it is, in words: amounts in the currency's unit, quantities in pieces; absent = Flow has none. */
  readonly from?: string;
  /** As it would be; absent = it would be taken away. */
  readonly to?: string;
  /** Set when all of it comes or goes, and not this member alone. */
  readonly whole?: 'new' | 'removed';
}
