import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { readCheckpoint } from '../activities/delta/checkpoints';
import type { SyncContext } from '../activities/shared/sync-context';
import { compareStoreStock, type LevelDifference, type StoreComparison } from '../activities/stock/compare-stock';
import { exportScopesOf } from '../config/connector';
import { stockWriteRefused } from '../config/stock-master';
import type { SyncResult } from '../contracts/entity-sync';
import { goodsReceptionKind } from '../contracts/kinds/goods-reception';
import { orderKind } from '../contracts/kinds/order';
import { stockKind, type StockOutcome } from '../contracts/kinds/stock';
import { searchAttributes } from '../contracts/search-attributes';
import { taskQueueOf } from '../contracts/task-queues';
import { compact } from '../domain/compact';
import { webUiUrl } from '../temporal/entity-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import {
  EXIT,
  OpsError,
  publisherOf,
  withTenants,
  type CommandOutput,
  type CommandRunner,
  type OpsContext,
} from './context';
import { textTable } from './tables';

/** Everything `stock diff --json` says about one store. */
interface StoreReport extends Omit<StoreComparison, 'warehouses' | 'differences'> {
  readonly tenantUid: string;
  readonly differing: number;
  readonly differences: readonly (LevelDifference & { readonly reason: string })[];
  readonly repair?: { readonly webUiUrl: string; readonly written: number; readonly differences: readonly string[] };
}

/** Lines that are shown; `--json` has all. */
const SHOWN = 50;
const REPAIRED_WITHIN_MS = 10 * 60_000;
const ASK_SERVER_MS = 5_000;
/** Most workflows of a kind that are asked for. */
const MOST_ASKED = 50;
const MASTER_NAME = { flow: 'Flow', omnium: 'Omnium' } as const;

export function addStockCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const stock = program.command('stock').description('stock in both systems');
  withOptions(stock.command('diff'), 'compare the stock of a store in both systems and say why it differs')
    .option('--store <uid>', 'only this Flow store; all without it')
    .option('--repair', 'write what differs towards the store’s stock master, and wait for it')
    .action(
      (options: {
        readonly json?: boolean;
        readonly tenant?: string;
        readonly store?: string;
        readonly repair?: boolean;
      }) => {
        const { tenant: tenantUid, store: storeUid, repair = false } = options;
        return run(options.json, (context) => stockDiff(context, { tenantUid, storeUid, repair }));
      },
    );
}

/**
 * `stock diff [--store]`: every level of a store in both systems, what differs, and why as far as anything is known.
 * Writes nothing unless asked to repair; then the store's stock workflow writes towards the master.
 *
 * Exit code 0: the same in both (after a repair, too); 4: something differs.
 */
export async function stockDiff(
  ops: OpsContext,
  choice: { readonly storeUid: string | undefined; readonly tenantUid: string | undefined; readonly repair: boolean },
): Promise<CommandOutput> {
  const reports = await withTenants(ops, choice.tenantUid, async (tenants) => {
    const stores: { readonly context: SyncContext; readonly storeUid: string }[] = [];
    for (const context of tenants) {
      const uids = new Set((await context.tenant.warehouses.all(context)).map(({ storeUid }) => storeUid));
      for (const storeUid of uids) if ((choice.storeUid ?? storeUid) === storeUid) stores.push({ context, storeUid });
    }
    if (stores.length === 0) {
      const message = `Flow has no store ${choice.storeUid ?? ''} with a warehouse; the uid is Flow's, e.g. oslocity.`;
      throw new OpsError(EXIT.refused, message);
    }
    if (choice.repair && !(await hasWorkflowWorker(ops.temporal, taskQueueOf('receivement-sync')))) {
      const message = 'No worker of the engine is running: npm run worker -- --engine receivement-sync';
      throw new OpsError(EXIT.refused, message);
    }
    const found: StoreReport[] = [];
    for (const { context, storeUid } of stores) found.push(await reportOn(ops, context, storeUid, choice.repair));
    return found;
  });
  const differs = reports.some(({ differing, repair }) => (repair ? repair.differences.length : differing) > 0);
  return {
    text: reports.map(describe).join('\n\n'),
    json: { same: !differs, stores: reports },
    ...(differs && { exitCode: EXIT.differs }),
  };
}

async function reportOn(
  ops: OpsContext,
  context: SyncContext,
  storeUid: string,
  repair: boolean,
): Promise<StoreReport> {
  const { tenantUid } = context.tenant.config;
  const comparison = await compareStoreStock(context, storeUid);
  const { warehouses: _warehouses, differences, ...counts } = comparison;
  const isSame = differences.length === 0;
  const underWay = isSame ? undefined : await underWayIn(ops, context, comparison);
  return {
    ...counts,
    tenantUid,
    differing: differences.length,
    differences: differences.map((difference) => {
      const reason = underWay ? reasonFor(difference, comparison.master, underWay) : '';
      return { ...difference, reason };
    }),
    ...(repair && !isSame && { repair: await repairStore(ops, tenantUid, comparison) }),
  };
}

async function repairStore(
  ops: OpsContext,
  tenantUid: string,
  { storeUid, master, differences }: StoreComparison,
): Promise<NonNullable<StoreReport['repair']>> {
  const { client, connection, namespace } = ops.temporal;
  const { temporalWebUiUrl } = ops.config.api;
  const key = { tenantUid, storeUid };
  const workflowId = stockKind.id(key);
  const event = { eventId: randomUUID(), source: 'operator', what: 'Repair', subject: { kind: 'all' } } as const;
  await publisherOf(ops).publish(stockKind, key, event);
  const handle = client.workflow.getHandle<() => Promise<SyncResult<StockOutcome>>>(workflowId);
  const { outcome } = await connection.withDeadline(Date.now() + REPAIRED_WITHIN_MS, () => handle.result());
  const left = [...(outcome?.differences ?? [])];
  // What no repair writes: a level that the master does not list, which is not the same as zero.
  const unlisted = new Map<string, string[]>();
  for (const { sku, warehouseCode, inOmnium, unreadable } of master === 'omnium' ? differences : [])
    if (inOmnium === undefined && unreadable === undefined)
      unlisted.set(sku, [...(unlisted.get(sku) ?? []), warehouseCode]);
  if (unlisted.size > 0) {
    const named = Array.from(unlisted, ([sku, warehouseCodes]) => `${sku} in ${warehouseCodes.join(', ')}`);
    const more = named.length > SHOWN ? `; and ${named.length - SHOWN} more` : '';
    left.push(`Omnium does not list ${named.slice(0, SHOWN).join('; ')}${more}. What it shall keep, count there`);
  }
  return {
    webUiUrl: webUiUrl({ namespace, temporalWebUiUrl }, { workflowId }),
    written: outcome?.written ?? 0,
    differences: left,
  };
}

/** What is under way in a store, as Temporal and the vendors know it. */
async function underWayIn(
  { temporal }: OpsContext,
  context: SyncContext,
  { storeUid, warehouses }: StoreComparison,
): Promise<{
  /** Goods receptions that are running, by the uids of the products in them. */
  readonly receptionOf: ReadonlyMap<string, string>;
  /** Orders that wait for their next retry: their stock has not moved in Omnium yet. */
  readonly waiting: readonly string[];
  /** Set while the store's stock is being written, or waits for its next retry. */
  readonly syncReason: string | undefined;
  readonly exportRefused: string | undefined;
  /** Until when Omnium's changes have been exported to Flow, ISO-8601. */
  readonly exportedUntil: string | undefined;
  /** Records (`sku@warehouseCode`) that the exports could not bring over and compare again. */
  readonly unresolved: ReadonlySet<string>;
}> {
  const { client } = temporal;
  const { config, flow } = context.tenant;
  const { tenantUid } = config;
  const inStore = `${searchAttributes.tenantUid.name} = '${tenantUid}' AND ${searchAttributes.storeUid.name} = '${storeUid}' AND ExecutionStatus = 'Running'`;
  const running = (workflowType: string, more = ''): Promise<string[]> =>
    client.connection.withDeadline(Date.now() + ASK_SERVER_MS, async () => {
      const ids: string[] = [];
      const query = `WorkflowType = '${workflowType}' AND ${inStore}${more}`;
      for await (const { workflowId } of client.workflow.list({ query, pageSize: MOST_ASKED })) {
        ids.push(workflowId);
        if (ids.length >= MOST_ASKED) break;
      }
      return ids;
    });
  const receptionOf = new Map<string, string>();
  for (const workflowId of await running(goodsReceptionKind.workflow)) {
    const receivementUid = goodsReceptionKind.parseId(workflowId)?.receivementUid;
    if (receivementUid === undefined) continue;
    const receivement = await flow.receivements.get(storeUid, receivementUid, context);
    for (const { product } of receivement?.items ?? [])
      if (!receptionOf.has(product.productUid)) receptionOf.set(product.productUid, receivementUid);
  }
  const waiting = await running(orderKind.workflow, ` AND ${searchAttributes.syncState.name} = 'Retrying'`);

  const sync = await client.connection
    .withDeadline(Date.now() + ASK_SERVER_MS, () =>
      client.workflow.getHandle(stockKind.id({ tenantUid, storeUid })).describe(),
    )
    .catch(() => undefined);
  const failure = sync?.typedSearchAttributes.get(searchAttributes.failureType);
  const stockSync = failure ? `its sync waits on the ladder (${failure})` : 'its sync is at work right now';
  const syncReason = sync?.status.name === 'RUNNING' ? stockSync : undefined;

  const market = warehouses[0]?.market;
  const exportRefused = stockWriteRefused(config, {
    ...{ into: 'flow', storeUid },
    ...compact({ properties: market?.properties }),
  });
  const scope = exportScopesOf(config).find(({ markets }) => markets.some((one) => one.marketId === market?.marketId));
  const isWorkerThere = await hasWorkflowWorker(temporal, taskQueueOf('exports'));
  const exported =
    scope && isWorkerThere
      ? await readCheckpoint(client, { tenantUid, marketOrGroup: scope.marketOrGroup, stream: 'inventory' })
      : undefined;
  const unresolved = new Set(exported?.unresolved.flatMap(({ ids }) => ids));

  return { receptionOf, waiting, syncReason, exportRefused, exportedUntil: exported?.watermark, unresolved };
}

/** Why a level differs, as far as anything can be known: the most certain reason first. */
function reasonFor(
  { sku, productUid, warehouseCode, unreadable, inFlow, inOmnium, flowChangedAt, omniumChangedAt }: LevelDifference,
  master: StoreComparison['master'],
  underWay: Awaited<ReturnType<typeof underWayIn>>,
): string {
  const { receptionOf, waiting, syncReason, exportRefused, exportedUntil, unresolved } = underWay;
  const reception = receptionOf.get(productUid);
  const flowMs = Date.parse(flowChangedAt ?? '');
  const omniumMs = Date.parse(omniumChangedAt ?? '');
  if (unreadable) return `Omnium's quantity cannot be carried over: ${unreadable}`;
  if (inFlow === undefined) return 'Flow does not have the product: it comes with the product export';
  if (reception) return `goods reception ${reception} is on its way to Omnium`;
  if (master === 'flow') {
    if (syncReason) return syncReason;
    if (omniumMs > (flowMs || -Infinity)) return `changed in Omnium at ${omniumChangedAt}, against the master`;
    if (flowChangedAt)
      return `changed in Flow at ${flowChangedAt}, and Omnium was not told; the sweep flow-stock finds it`;
    return inOmnium === undefined ? 'Omnium was never told of it' : 'nothing explains it: it drifted';
  }
  if (exportRefused) return exportRefused;
  if (syncReason) return syncReason;
  if (unresolved.has(`${sku}@${warehouseCode}`))
    return 'the export could not bring it over, and looks at it again in every run';
  if (omniumMs && !(omniumMs < Date.parse(exportedUntil ?? '')))
    return `changed in Omnium at ${omniumChangedAt}; the next inventory export takes it along`;
  if (flowMs > (omniumMs || -Infinity)) {
    const orders = waiting.length > 0 ? `; ${waiting.length} orders of the store wait to reach Omnium` : '';
    return `changed in Flow at ${flowChangedAt}, and Omnium does not know${orders}`;
  }
  return 'nothing explains it: it drifted';
}

function describe({ storeUid, tenantUid, master, compared, differing, differences, repair }: StoreReport): string {
  const result = differing === 0 ? 'the same in both systems.' : `${differing} differ.`;
  const headline = `Stock of ${storeUid} (${tenantUid}), master ${MASTER_NAME[master]}: ${compared} levels compared, ${result}`;
  if (differing === 0) return headline;
  const pieces = (hundredths: number | undefined): string =>
    hundredths === undefined ? '-' : String(hundredths / 100);
  const rows = differences
    .slice(0, SHOWN)
    .map(({ sku, warehouseCode, inFlow, inOmnium, unreadable, reason }) => [
      ...[sku, warehouseCode, pieces(inFlow)],
      ...[unreadable ? '?' : pieces(inOmnium), reason],
    ]);
  const more = differences.length > SHOWN ? [`… and ${differences.length - SHOWN} more (--json has all)`] : [];
  const after = repair
    ? [
        `Repaired towards ${MASTER_NAME[master]}: ${repair.written} levels written. ${repair.webUiUrl}`,
        ...repair.differences.map((difference) => `Still different: ${difference}`),
      ]
    : [`To write them towards ${MASTER_NAME[master]}: npm run ops -- stock diff --store ${storeUid} --repair`];
  const table = textTable([['SKU', 'WAREHOUSE', 'FLOW', 'OMNIUM', 'WHY'], ...rows]);
  return [headline, '', table, ...more, '', ...after].join('\n');
}
