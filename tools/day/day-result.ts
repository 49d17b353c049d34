import { type MarketCounts } from './compare/table';
import { type TillCounts } from './compare/till-table';

/** How the day ended. */
export interface DayResult {
  /** True when no document is missing, duplicated or differing, and none is left waiting without a known reason. */
  readonly isGood: boolean;
  /** The last line of the table. */
  readonly total: MarketCounts;
  /** What the tills made; only of a day on which they were played. */
  readonly tills?: TillCounts;
  /** An order that is worth a look, with what happened to it, in words, and its page. */
  readonly example?: { readonly orderNumber: string; readonly story: string; readonly page: string };
  /** One sentence for the last line on the screen. */
  readonly summary: string;
}
