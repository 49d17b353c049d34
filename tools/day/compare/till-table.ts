import { major } from './differences';
import { countTable } from './table';
import { type TillIssueKind, type TillKind, type TillVerdict } from './till-verdict';

/** What was counted of one kind in one tenant, or in all. */
interface KindCounts {
  readonly inFlow: number;
  /** There, once, and the same to the cent. */
  readonly right: number;
  readonly flowCents: number;
  readonly omniumCents: number;
}

/** What was counted in one tenant, or in all. */
interface TenantCounts {
  readonly name: string;
  readonly kinds: Readonly<Record<TillKind, KindCounts>>;
  readonly issues: Readonly<Record<TillIssueKind, number>>;
}

/** Counts of every tenant, and of all. */
export interface TillCounts {
  readonly tenants: readonly TenantCounts[];
  readonly total: TenantCounts;
}

/** Counts the verdicts. */
export function countByTenant(
  verdicts: readonly TillVerdict[],
  tenants: readonly { readonly tenantUid: string; readonly name: string }[],
): TillCounts {
  return {
    tenants: tenants.map(({ tenantUid, name }) =>
      countOf(
        name,
        verdicts.filter((verdict) => verdict.tenantUid === tenantUid),
      ),
    ),
    total: countOf('All', verdicts),
  };
}

function countOf(name: string, verdicts: readonly TillVerdict[]): TenantCounts {
  const kind = (wanted: TillKind): KindCounts => {
    const of = verdicts.filter((verdict) => verdict.kind === wanted);
    return {
      inFlow: of.length,
      right: of.filter(({ issue }) => issue === undefined).length,
      flowCents: of.reduce((sum, { flowCents = 0 }) => sum + flowCents, 0),
      omniumCents: of.reduce((sum, { omniumCents = 0 }) => sum + omniumCents, 0),
    };
  };
  const withIssue = (wanted: TillIssueKind): number => verdicts.filter(({ issue }) => issue?.kind === wanted).length;
  return {
    name,
    kinds: {
      sale: kind('sale'),
      return: kind('return'),
      blindReturn: kind('blindReturn'),
      exchange: kind('exchange'),
      handOver: kind('handOver'),
      partHandOver: kind('partHandOver'),
      refused: kind('refused'),
      expired: kind('expired'),
      cancellation: kind('cancellation'),
      unfinished: kind('unfinished'),
      customer: kind('customer'),
      deletedCustomer: kind('deletedCustomer'),
      invoice: kind('invoice'),
    },
    issues: {
      missing: withIssue('missing'),
      duplicated: withIssue('duplicated'),
      differing: withIssue('differing'),
      late: withIssue('late'),
    },
  };
}

/** Kinds with money show both systems' sums below the counts. */
const ROWS: readonly (readonly [kind: TillKind, inFlow: string, right: string, money?: string])[] = [
  ['sale', 'Sales at the tills', '  in Omnium as orders', 'taken'],
  ['return', 'Returns of known sales', '  in Omnium as returns', 'given back'],
  ['exchange', 'Exchanges', '  in Omnium as return and order', 'credited'],
  ['blindReturn', 'Returns without a receipt', '  in Omnium as orders', 'given back'],
  ['handOver', 'Web orders handed over', '  completed in Omnium', 'taken in the shop'],
  ['partHandOver', 'Web orders handed over in part', '  the same part in Omnium'],
  ['refused', 'Web orders refused at the till', '  cancelled in Omnium'],
  ['expired', 'Web orders past their deadline', '  not collected, says Omnium'],
  ['cancellation', 'Put aside and cancelled', '  not in Omnium, as it should be'],
  ['unfinished', 'Still put aside', '  not in Omnium yet, as it should be'],
  ['customer', 'Customers written down or changed', '  the same in Omnium'],
  ['deletedCustomer', 'Customers deleted', '  forgotten in Omnium'],
  ['invoice', 'Receipts', '  in Omnium as invoices with their file', 'sum'],
];
const ISSUES: readonly (readonly [TillIssueKind, string])[] = [
  ['missing', 'MISSING in Omnium'],
  ['duplicated', 'DUPLICATED in Omnium'],
  ['differing', 'DIFFERING (anything, to the cent)'],
  ['late', 'LATE: still on its way'],
];

/** Draws the table of the tills. Sums have no total: each tenant has a currency of its own. */
export function drawTillTable({ tenants, total }: TillCounts): string {
  const columns = [...tenants, total];
  const rows: (string | number)[][] = [];
  const money = (kind: TillKind, side: 'flowCents' | 'omniumCents'): string[] =>
    columns.map((column) => (column === total ? '' : major(column.kinds[kind][side])));
  for (const [kind, inFlow, right, sum] of ROWS) {
    if (total.kinds[kind].inFlow === 0) continue;
    rows.push([inFlow, ...columns.map(({ kinds }) => kinds[kind].inFlow)]);
    rows.push([right, ...columns.map(({ kinds }) => kinds[kind].right)]);
    if (sum === undefined) continue;
    rows.push(
      [`  ${sum}, in Flow`, ...money(kind, 'flowCents')],
      [`  ${sum}, in Omnium`, ...money(kind, 'omniumCents')],
    );
  }
  for (const [kind, label] of ISSUES) rows.push([label, ...columns.map(({ issues }) => issues[kind])]);
  return countTable(['', ...columns.map(({ name }) => name)], rows);
}
