import { asArgument } from './order-text';
import { type NamedFinding, type Reconciliation, type StoreReport } from './reconciliation';
import { textTable } from './text-table';

const NAMES_SHOWN = 20;
const HEADER = ['STORE', 'IN STEP', 'MISSING', 'LATE', 'DIFFERING', 'EXTRA', 'IN PROGRESS', 'RECEIPTS MISSING'];

/** The report of `reconcile` for a terminal of 100 columns. */
export function describeReconciliation(
  tenants: readonly { readonly tenantUid: string; readonly reconciliation: Reconciliation }[],
  { from, to }: { readonly from: string; readonly to: string },
): string {
  const parts = tenants.map(({ tenantUid, reconciliation }) => {
    const { stores, total, names } = reconciliation.report();
    const head = `Tenant ${tenantUid}: what changed from ${from} to ${to}`;
    const table = textTable([HEADER, ...stores.map(row), row(total)]);
    return [head, '', table, ...describeNames(names, tenantUid)].join('\n');
  });
  return parts.join('\n\n');
}

function row({ storeUid, orders, receiptsMissing }: StoreReport): string[] {
  const { inSync, missing, late, differing, extra, inProgress } = orders;
  return [storeUid, ...[inSync, missing, late, differing, extra, inProgress, receiptsMissing].map(String)];
}

function describeNames(names: readonly NamedFinding[], tenantUid: string): string[] {
  const [first] = names;
  if (!first) return ['', 'Nothing is missing, late, differing or extra.'];
  const rows = names
    .slice(0, NAMES_SHOWN)
    .map(({ name, storeUid, kind, is }) => [name, storeUid, kind === 'orders' ? is : `receipt ${is}`]);
  const more = names.length > NAMES_SHOWN ? [`and ${names.length - NAMES_SHOWN} more (--json)`] : [];
  const command = `npm run ops -- diff ${asArgument(first.name)} --tenant ${tenantUid}`;
  return ['', textTable([['ORDER', 'STORE', 'STANDS'], ...rows]), ...more, '', `What differs: ${command}`];
}
