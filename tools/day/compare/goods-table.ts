import { type GoodsIssueKind, type GoodsKind, type GoodsVerdict } from './goods-verdict';
import { type StockTally } from './judge-stock';
import { countTable } from './table';

/** What was counted of one kind. */
interface KindTally {
  readonly all: number;
  /** There, once, and the same. */
  readonly right: number;
}

/** What was counted in one tenant, or in all. */
export interface GoodsCounts {
  readonly name: string;
  readonly kinds: Readonly<Record<GoodsKind, KindTally>>;
  readonly issues: Readonly<Record<GoodsIssueKind, number>>;
}

/** Counts of every tenant, and of all. */
export interface GoodsTable {
  readonly tenants: readonly GoodsCounts[];
  readonly total: GoodsCounts;
}

/** What is counted: documents one by one, levels by warehouse. */
export interface GoodsJudged {
  readonly verdicts: readonly GoodsVerdict[];
  readonly stock: readonly StockTally[];
  readonly tenants: readonly { readonly tenantUid: string; readonly name: string }[];
}

export function countGoods({ verdicts, stock, tenants }: GoodsJudged): GoodsTable {
  const ofTenant = <T extends { readonly tenantUid: string }>(all: readonly T[], tenantUid: string): T[] =>
    all.filter((each) => each.tenantUid === tenantUid);
  return {
    tenants: tenants.map(({ tenantUid, name }) =>
      countOf(name, ofTenant(verdicts, tenantUid), ofTenant(stock, tenantUid)),
    ),
    total: countOf('All', verdicts, stock),
  };
}

function countOf(name: string, verdicts: readonly GoodsVerdict[], stock: readonly StockTally[]): GoodsCounts {
  const levels = stock.flatMap(({ differences }) => differences.map(({ verdict }) => verdict));
  const documents = (wanted: GoodsKind): KindTally => {
    const of = verdicts.filter(({ kind }) => kind === wanted);
    return { all: of.length, right: of.filter(({ issue }) => issue === undefined).length };
  };
  const levelsOf = (master: 'flow' | 'omnium'): KindTally => {
    const of = stock.filter((tally) => tally.master === master);
    const all = of.reduce((sum, { compared }) => sum + compared, 0);
    return { all, right: all - of.reduce((sum, { differences }) => sum + differences.length, 0) };
  };
  const withIssue = (wanted: GoodsIssueKind): number =>
    [...verdicts, ...levels].filter(({ issue }) => issue?.kind === wanted).length;
  return {
    name,
    kinds: {
      purchase: documents('purchase'),
      deliveryPurchase: documents('deliveryPurchase'),
      cancelledPurchase: documents('cancelledPurchase'),
      reception: documents('reception'),
      localReception: documents('localReception'),
      refusedReception: documents('refusedReception'),
      store: documents('store'),
      levelOfFlow: levelsOf('flow'),
      levelOfOmnium: levelsOf('omnium'),
    },
    issues: {
      missing: withIssue('missing'),
      duplicated: withIssue('duplicated'),
      differing: withIssue('differing'),
      inFlight: withIssue('inFlight'),
    },
  };
}

const ROWS: readonly (readonly [kind: GoodsKind, all: string, right: string])[] = [
  ['purchase', 'Purchase orders', '  in the shops as ordered'],
  ['deliveryPurchase', 'Purchase orders, sent by delivery', '  in the shops as delivered'],
  ['cancelledPurchase', 'Purchase orders cancelled', '  gone from the shops'],
  ['reception', 'Goods received on them', '  in Omnium, exactly once'],
  ['localReception', 'Goods received without one', '  in Omnium as levels'],
  ['refusedReception', 'The same where Omnium keeps the stock', '  refused by rule, then repaired'],
  ['store', 'Stores', '  the same in Flow, week and warehouses'],
  ['levelOfFlow', 'Levels kept by Flow', '  the same in Omnium'],
  ['levelOfOmnium', 'Levels kept by Omnium', '  the same in Flow'],
];
const ISSUES: readonly (readonly [GoodsIssueKind, string])[] = [
  ['missing', 'MISSING'],
  ['duplicated', 'DUPLICATED'],
  ['differing', 'DIFFERING (anything, to the piece)'],
  ['inFlight', 'IN FLIGHT: named below'],
];

/** Draws the table of the goods. */
export function drawGoodsTable({ tenants, total }: GoodsTable): string {
  const columns = [...tenants, total];
  const rows: (string | number)[][] = [];
  for (const [kind, all, right] of ROWS) {
    if (total.kinds[kind].all === 0) continue;
    rows.push([all, ...columns.map(({ kinds }) => kinds[kind].all)]);
    rows.push([right, ...columns.map(({ kinds }) => kinds[kind].right)]);
  }
  for (const [kind, label] of ISSUES) rows.push([label, ...columns.map(({ issues }) => issues[kind])]);
  return countTable(['', ...columns.map(({ name }) => name)], rows);
}
