/** One thing that is not the same in both systems, and what it would become. Values of people are never told. */
export interface FieldChange {
  /** Where it would be written. */
  readonly system: 'Flow' | 'Omnium';
  /** Path in that system's own words, e.g. `items[17].quantity` or `orderForm.payments[8f3a]`. */
  readonly field: string;
  /** As it is; absent for something new. Amounts are in the system's own unit. */
  readonly from?: string | number;
  /** As it would be; absent for something removed. */
  readonly to?: string | number;
}

/** What a sync of an order would do now, found by reading only. */
export interface OrderInspection {
  /** The order that owns the sync: another one than asked for when Flow's order is a return of it. */
  readonly orderNumber: string;
  readonly omniumOrderId?: string;
  readonly flowOrderUid?: string;
  readonly storeUid?: string;
  /**
   * - `in-sync`: a sync would write nothing
   * - `would-write`: see `changes`
   * - `not-synced`: deliberately none of the integration's, see `reason`
   * - `blocked`: a sync would fail, see `reason`
   */
  readonly verdict: 'in-sync' | 'would-write' | 'not-synced' | 'blocked';
  readonly reason?: string;
  readonly changes: readonly FieldChange[];
  /** What differs and is left alone by rule. */
  readonly differences: readonly string[];
}
