import { type MarketCounts } from './compare/table';

/** How the day ended. */
export interface DayResult {
  /** True when no order is missing, duplicated or differing, and none is left waiting without a known reason. */
  readonly isGood: boolean;
  /** The last line of the table. */
  readonly total: MarketCounts;
  /** One sentence for the last line on the screen. */
  readonly summary: string;
}
