import type { DeltaSweep, SweepContext, SweepDocument } from '../activities/delta/stream';
import { flowOrders, flowReceipts, omniumOrders } from '../activities/delta/sweep-orders';
import { type OwnerOf, workflowsOf } from '../activities/delta/sweep-run';
import { severalAtOnce } from '../activities/shared/concurrency';
import type { SyncContext } from '../activities/shared/sync-context';
import { nameOfTarget, type SweepTarget, type SweepWindow } from '../contracts/sweeps';
import { stripToUid } from '../domain/uid';
import { type CommandOutput, EXIT, type OpsContext, withTenants } from './context';
import { asArgument } from '../contracts/kinds/order';
import { textTable } from './tables';

/** Documents compared at the same time; an operator's question must not take the vendors' places from the orders. */
const COMPARED_AT_ONCE = 4;
/** What its own workflow has not finished within this time is late. */
const LATE_AFTER_MS = 15 * 60_000;
/** A report is for people; beyond this many names the numbers say enough. */
const MOST_NAMES = 1_000;
const NAMES_SHOWN = 20;
const NO_STORE = '(unknown)';

const NOTHING = { inSync: 0, missing: 0, late: 0, differing: 0, extra: 0, inProgress: 0, notOurs: 0 };

/**
 * How a document compares in the two systems.
 * - `missing`: one system has it and the other has not, and no workflow is at it
 * - `late`: its own workflow has been at it for longer than a quarter of an hour
 * - `differing`: both have it, with differences, and no workflow is at it
 * - `extra`: it says that it came from the other system, which does not know it
 * - `inProgress`: its own workflow is at it
 */
type Comparison = keyof typeof NOTHING;
type Kind = 'orders' | 'receipts';

/** One store's part of the report; `(unknown)` for documents that lead to no store. */
interface StoreReport {
  readonly storeUid: string;
  readonly orders: Record<Comparison, number>;
  /** Receipts whose invoices are missing in Omnium. */
  receiptsMissing: number;
}

/** Names and numbers, never a document. */
interface TenantReport {
  readonly tenantUid: string;
  readonly stores: readonly StoreReport[];
  readonly total: StoreReport;
  /** Documents that a person may want to look at. */
  readonly names: readonly { name: string; storeUid: string; kind: Kind; is: Comparison }[];
}

/** A past moment: an ISO date or time, or so long ago (`90m`, `24h`, `7d`). `undefined` for anything else. */
export function parseSince(text: string, now: Date): Date | undefined {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text.trim()) ?? [];
  const unitMs = unit === 'm' ? 60_000 : unit === 'h' ? 3_600_000 : 86_400_000;
  const isIso = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text.trim());
  const sinceMs = unit ? now.getTime() - Number(count) * unitMs : isIso ? Date.parse(text.trim()) : NaN;
  return sinceMs <= now.getTime() ? new Date(sinceMs) : undefined;
}

/**
 * `reconcile --since`: every order and receipt that has changed in either system since then is compared with the other
 * one, and counted by store. Reads both systems, writes nothing, signals no workflow.
 *
 * Exit code 0: nothing is missing, late, differing or extra; 4: something is.
 *
 * @param onlyStoreUid only documents of this Flow store
 */
export async function reconcile(
  context: OpsContext,
  tenantUid: string | undefined,
  since: Date,
  onlyStoreUid: string | undefined,
): Promise<CommandOutput> {
  const [from, to] = [since.toISOString(), new Date().toISOString()];
  const window: SweepWindow = { watermark: from, from, to, since: 'last-sweep', isAsked: true };
  const tenants = await withTenants(context, tenantUid, async (opened) => {
    const reports: TenantReport[] = [];
    for (const open of opened) reports.push(await reconcileTenant(context, open, window, onlyStoreUid));
    return reports;
  });
  const isClean = tenants.every(({ names }) => names.length === 0);
  return {
    text: tenants.map((report) => describeReport(report, from, to)).join('\n\n'),
    json: { isClean, from, to, tenants },
    ...(!isClean && { exitCode: EXIT.differs }),
  };
}

async function reconcileTenant(
  { temporal }: OpsContext,
  context: SyncContext,
  window: SweepWindow,
  onlyStoreUid: string | undefined,
): Promise<TenantReport> {
  const { tenantUid } = context.tenant.config;
  const ownerOf = workflowsOf(temporal.client, tenantUid);
  const stores = new Map<string, StoreReport>();
  const known = new Set<string>();
  const names: { name: string; storeUid: string; kind: Kind; is: Comparison }[] = [];

  const read = { ...context, window, cursor: undefined, found: new Set<string>() };
  const streams: readonly (readonly [Kind, DeltaSweep])[] = [
    ['orders', omniumOrders],
    ['orders', flowOrders],
    ['receipts', flowReceipts],
  ];
  for (const [kind, sweep] of streams) {
    for await (const { documents } of sweep.pages(read)) {
      await severalAtOnce(documents, COMPARED_AT_ONCE, async (document) => {
        // An order may have been found from the other side already, before or after it was compared.
        if (kind === 'orders' && known.has(nameOfTarget(document.target))) return;
        const { is, target, storeUid = NO_STORE } = await compareDocument(kind, sweep, document, ownerOf, { ...read });
        const name = nameOfTarget(target);
        if (onlyStoreUid !== undefined && storeUid !== onlyStoreUid) return;
        if (kind === 'orders' && known.has(name)) return;
        if (kind === 'orders') known.add(name);
        const store = stores.get(storeUid) ?? { storeUid, orders: { ...NOTHING }, receiptsMissing: 0 };
        stores.set(storeUid, store);
        if (kind === 'orders') store.orders[is] += 1;
        else if (is === 'missing' || is === 'late') store.receiptsMissing += 1;
        const isQuiet = is === 'inSync' || is === 'notOurs' || is === 'inProgress';
        if (!isQuiet && names.length < MOST_NAMES) names.push({ name, storeUid, kind, is });
      });
    }
  }

  const total: StoreReport = { storeUid: 'all', orders: { ...NOTHING }, receiptsMissing: 0 };
  for (const { orders } of stores.values())
    for (const is of Object.keys(NOTHING) as Comparison[]) total.orders[is] += orders[is];
  const shown = [...stores.values()]
    // Documents of no store and none of ours say nothing about a store.
    .filter(
      ({ storeUid, orders: { notOurs: _, ...ours } }) => storeUid !== NO_STORE || Object.values(ours).some(Boolean),
    )
    .sort((a, b) => a.storeUid.localeCompare(b.storeUid));
  for (const { receiptsMissing } of shown) total.receiptsMissing += receiptsMissing;
  return { tenantUid, stores: shown, total, names };
}

/** Compares one document with the other system, and with what its own workflow is doing. */
async function compareDocument(
  kind: Kind,
  sweep: DeltaSweep,
  document: SweepDocument,
  ownerOf: OwnerOf,
  context: SweepContext,
): Promise<{ is: Comparison; target: SweepTarget; storeUid: string | undefined }> {
  const { flow, omnium } = context.tenant;
  const compared = document.data === undefined ? undefined : await sweep.compare(context, document);
  const { verdict, storeUid, target = document.target } = compared ?? { verdict: 'notOurs' };
  if (verdict !== 'differs') {
    // A sale in Omnium that says it is from a till which does not know it.
    const claimedUid =
      verdict === 'notOurs' && kind === 'orders' && target.kind === 'order' && target.omniumOrderId
        ? target.flowOrderUid
        : undefined;
    const isOrphan = claimedUid && (await flow.orders.get(claimedUid, context)) === undefined;
    return { is: isOrphan ? 'extra' : verdict, target, storeUid };
  }
  const { modifiedAt } = document;
  if ((await ownerOf(target)).is === 'running') {
    const isLate = modifiedAt !== undefined && Date.parse(modifiedAt) < Date.now() - LATE_AFTER_MS;
    return { is: isLate ? 'late' : 'inProgress', target, storeUid };
  }
  if (kind === 'receipts') return { is: 'missing', target, storeUid };
  if (target.kind !== 'order') return { is: 'differing', target, storeUid };
  const { orderNumber, omniumOrderId = orderNumber, flowOrderUid } = target;
  const inOmnium = await omnium.orders.get(omniumOrderId, context);
  const inFlow =
    (flowOrderUid !== undefined && (await flow.orders.get(flowOrderUid, context))) ||
    (await flow.orders.get(stripToUid(omniumOrderId), context));
  if (inOmnium && inFlow) return { is: 'differing', target, storeUid };
  return { is: !inOmnium && inFlow && inFlow.externalOrderNumber ? 'extra' : 'missing', target, storeUid };
}

/** The report for a terminal of 100 columns. */
function describeReport({ tenantUid, stores, total, names }: TenantReport, from: string, to: string): string {
  const header = ['STORE', 'IN STEP', 'MISSING', 'LATE', 'DIFFERING', 'EXTRA', 'IN PROGRESS', 'RECEIPTS MISSING'];
  const rows = [...stores, total].map(({ storeUid, orders, receiptsMissing }) => {
    const { inSync, missing, late, differing, extra, inProgress } = orders;
    return [storeUid, ...[inSync, missing, late, differing, extra, inProgress, receiptsMissing].map(String)];
  });
  const head = [`Tenant ${tenantUid}: what changed from ${from} to ${to}`, '', textTable([header, ...rows]), ''];
  const [first] = names;
  if (!first) return [...head, 'Nothing is missing, late, differing or extra.'].join('\n');
  const listed = names
    .slice(0, NAMES_SHOWN)
    .map(({ name, storeUid, kind, is }) => [name, storeUid, kind === 'orders' ? is : `receipt ${is}`]);
  const more = names.length > NAMES_SHOWN ? [`and ${names.length - NAMES_SHOWN} more (--json)`] : [];
  const command = `npm run ops -- diff ${asArgument(first.name)} --tenant ${tenantUid}`;
  return [...head, textTable([['ORDER', 'STORE', 'STANDS'], ...listed]), ...more, '', `What differs: ${command}`].join(
    '\n',
  );
}
