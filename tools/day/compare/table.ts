import Table from 'cli-table3';
import { type IssueKind, type OrderPlace, type Verdict } from './judge-order';

/** What was counted in one market, or in all. */
export interface MarketCounts {
  readonly name: string;
  readonly inOmnium: number;
  readonly inFlow: number;
  readonly places: Readonly<Record<OrderPlace, number>>;
  readonly issues: Readonly<Record<IssueKind, number>>;
  readonly retried: number;
}

/** What is counted. */
export interface Judged {
  readonly verdicts: readonly Verdict[];
  /** Numbers of the orders that failed at least once. */
  readonly retried: ReadonlySet<string>;
  /** Columns of the table, in this order. */
  readonly markets: readonly { readonly marketId: string; readonly name: string }[];
}

/** Counts of every market, and of all orders; those of a market that is not named are in the total only. */
export interface DayCounts {
  readonly markets: readonly MarketCounts[];
  readonly total: MarketCounts;
}

/** Counts the verdicts. */
export function countByMarket({ verdicts, retried, markets }: Judged): DayCounts {
  const count = (name: string, of: readonly Verdict[]): MarketCounts => {
    const at = (place: OrderPlace): number => of.filter((verdict) => verdict.place === place).length;
    const withIssue = (kind: IssueKind): number => of.filter(({ issue }) => issue?.kind === kind).length;
    return {
      name,
      inOmnium: of.length,
      inFlow: of.filter(({ isInFlow }) => isInFlow).length,
      places: {
        parked: at('parked'),
        confirmed: at('confirmed'),
        paid: at('paid'),
        cancelled: at('cancelled'),
        neverSent: at('neverSent'),
        expired: at('expired'),
        ignored: at('ignored'),
        impossible: at('impossible'),
        nowhere: at('nowhere'),
      },
      issues: {
        missing: withIssue('missing'),
        duplicated: withIssue('duplicated'),
        differing: withIssue('differing'),
        leftToShop: withIssue('leftToShop'),
        impossible: withIssue('impossible'),
      },
      retried: of.filter(({ orderNumber }) => retried.has(orderNumber)).length,
    };
  };
  const ofMarket = (marketId: string): Verdict[] => verdicts.filter((verdict) => verdict.marketId === marketId);
  return {
    markets: markets.map(({ marketId, name }) => count(name, ofMarket(marketId))),
    total: count('All', verdicts),
  };
}

/** Rows of the table: what is said, and what is counted. */
const ROWS: readonly (readonly [label: string, value: (counts: MarketCounts) => number])[] = [
  ['Orders in Omnium', ({ inOmnium }) => inOmnium],
  ['Orders in Flow', ({ inFlow }) => inFlow],
  ['  parked: wait for the customer in the shop', ({ places }) => places.parked],
  ['  confirmed: to be sent', ({ places }) => places.confirmed],
  ['  paid in the web shop', ({ places }) => places.paid],
  ['  cancelled', ({ places }) => places.cancelled],
  ['Not in Flow: cancelled before they got there', ({ places }) => places.neverSent],
  ['Not in Flow: nobody came, past the deadline', ({ places }) => places.expired],
  ['Not in Flow: ignored, not a matter of the tills', ({ places }) => places.ignored],
  ['Not in Flow: cannot be, for the reason named below', ({ places }) => places.impossible],
  ['MISSING in Flow', ({ issues }) => issues.missing],
  ['DUPLICATED in Flow', ({ issues }) => issues.duplicated],
  ['DIFFERING (state, lines, total, payment)', ({ issues }) => issues.differing],
  ['Left to the shop: paid, then cancelled', ({ issues }) => issues.leftToShop],
  ['Needed retries', ({ retried }) => retried],
];

type Cell = string | number;

/** A table of counts, the first column in words. No colours: it is read in log files too. */
export function countTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** Draws the table of the web shop's orders. */
export function drawTable({ markets, total }: DayCounts): string {
  const columns = [...markets, total];
  return countTable(
    ['', ...columns.map(({ name }) => name)],
    ROWS.map(([label, value]) => [label, ...columns.map(value)]),
  );
}
