import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import { compareStoreStock, type LevelDifference, type StoreComparison } from '../activities/stock/compare-stock';
import { readCheckpoint } from '../activities/delta/checkpoints';
import { exportScopesOf } from '../config/connector';
import { stockWriteRefused } from '../config/stock-master';
import type { SyncResult } from '../contracts/entity-sync';
import { stockKind, type StockOutcome } from '../contracts/kinds/stock';
import { taskQueueOf } from '../contracts/task-queues';
import { webUiUrl } from '../temporal/entity-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import {
  type CommandOutput,
  type CommandRunner,
  EXIT,
  type OpenTenant,
  type OpsContext,
  OpsError,
  publisherOf,
  withTenants,
} from './context';
import { activityIn, reasonFor, type StoreActivity } from './stock-reasons';
import { textTable } from './tables';

/** Which stores' stock is compared, and whether it is repaired. */
interface StockDiffChoice {
  readonly storeUid: string | undefined;
  readonly tenantUid: string | undefined;
  /** Write towards each store's master. */
  readonly repair: boolean;
}

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

/**
 * `stock diff [--store]`: every level of a store in both systems, what differs, and why as far as anything is known.
 * Writes nothing unless told to repair; then the owner of the store's stock writes towards the master.
 *
 * Exit code 0: the same in both (after a repair, too); 4: something differs.
 */
export async function stockDiff(context: OpsContext, choice: StockDiffChoice): Promise<CommandOutput> {
  const reports = await withTenants(context, choice.tenantUid, async (tenants) => {
    const stores = await storesOf(tenants, choice.storeUid);
    if (choice.repair) await mustHaveWorker(context);
    const found: StoreReport[] = [];
    for (const { open, storeUid } of stores) found.push(await reportOn(context, open, { ...choice, storeUid }));
    return found;
  });
  const differs = reports.some(({ differing, repair }) => differing > 0 && !repair);
  const stillDiffers = reports.some(({ repair }) => (repair?.differences.length ?? 0) > 0);
  return {
    text: reports.map(describe).join('\n\n'),
    json: { same: !differs && !stillDiffers, stores: reports },
    ...((differs || stillDiffers) && { exitCode: EXIT.differs }),
  };
}

interface StoreOfTenant {
  readonly open: OpenTenant;
  readonly storeUid: string;
}

async function storesOf(tenants: readonly OpenTenant[], wanted: string | undefined): Promise<StoreOfTenant[]> {
  const stores: StoreOfTenant[] = [];
  for (const open of tenants) {
    const uids = new Set((await open.tenant.warehouses.all(open.attempt)).map(({ storeUid }) => storeUid));
    for (const storeUid of uids) if (wanted === undefined || wanted === storeUid) stores.push({ open, storeUid });
  }
  if (stores.length > 0) return stores;
  throw new OpsError(
    EXIT.refused,
    `Flow has no store ${wanted ?? ''} with a warehouse; the uid is Flow's, e.g. oslocity.`,
  );
}

async function mustHaveWorker({ temporal }: OpsContext): Promise<void> {
  if (await hasWorkflowWorker(temporal, taskQueueOf('receivement-sync'))) return;
  throw new OpsError(EXIT.refused, 'No worker of the engine is running: npm run worker -- --engine receivement-sync');
}

async function reportOn(
  context: OpsContext,
  open: OpenTenant,
  { storeUid, repair }: { readonly storeUid: string; readonly repair: boolean },
): Promise<StoreReport> {
  const { tenantUid } = open.tenant.config;
  const comparison = await compareStoreStock({ ...open.attempt, tenant: open.tenant }, storeUid);
  const activity = comparison.differences.length > 0 ? await activityOf(context, open, comparison) : undefined;
  const { warehouses: _warehouses, differences, ...counts } = comparison;
  return {
    ...counts,
    tenantUid,
    differing: differences.length,
    differences: differences.map((difference) => ({
      ...difference,
      reason: activity ? reasonFor(difference, comparison, activity) : '',
    })),
    ...(repair && differences.length > 0 && { repair: await repairStore(context, { tenantUid, comparison }) }),
  };
}

/** What no repair writes: a level that the master does not list, which is not the same as zero. */
function leftByRule({ master, differences }: StoreComparison): string[] {
  if (master === 'flow') return [];
  const warehousesOf = new Map<string, string[]>();
  for (const { sku, warehouseCode, inOmnium, unreadable } of differences)
    if (inOmnium === undefined && unreadable === undefined)
      warehousesOf.set(sku, [...(warehousesOf.get(sku) ?? []), warehouseCode]);
  const named = [...warehousesOf].map(([sku, warehouseCodes]) => `${sku} in ${warehouseCodes.join(', ')}`);
  if (named.length === 0) return [];
  const more = named.length > SHOWN ? `; and ${named.length - SHOWN} more` : '';
  return [`Omnium does not list ${named.slice(0, SHOWN).join('; ')}${more}. What it shall keep, count there`];
}

async function activityOf(
  { temporal }: OpsContext,
  open: OpenTenant,
  { storeUid, warehouses }: StoreComparison,
): Promise<StoreActivity> {
  const { config } = open.tenant;
  const market = warehouses[0]?.market;
  const exportRefused = stockWriteRefused(config, {
    ...{ into: 'flow', storeUid },
    ...(market && { properties: market.properties }),
  });
  const scope = exportScopesOf(config).find(({ markets }) =>
    markets.some(({ marketId }) => marketId === market?.marketId),
  );
  const isWorkerThere = await hasWorkflowWorker(temporal, taskQueueOf('exports'));
  const { tenantUid } = config;
  const exported =
    scope && isWorkerThere
      ? await readCheckpoint(temporal.client, { tenantUid, marketOrGroup: scope.marketOrGroup, stream: 'inventory' })
      : undefined;
  return {
    ...(await activityIn(temporal.client, open, storeUid)),
    ...(exportRefused && { exportRefused }),
    ...(exported?.watermark && { exportedUntil: new Date(exported.watermark) }),
    openRows: new Set(exported?.unresolved.flatMap(({ ids }) => ids)),
  };
}

async function repairStore(
  context: OpsContext,
  { tenantUid, comparison }: { readonly tenantUid: string; readonly comparison: StoreComparison },
): Promise<NonNullable<StoreReport['repair']>> {
  const key = { tenantUid, storeUid: comparison.storeUid };
  const { client, connection, namespace } = context.temporal;
  const event = { eventId: randomUUID(), source: 'operator', what: 'Repair', subject: { kind: 'all' } } as const;
  await publisherOf(context).publish(stockKind, key, event);
  const workflowId = stockKind.id(key);
  const handle = client.workflow.getHandle<() => Promise<SyncResult<StockOutcome>>>(workflowId);
  const { outcome } = await connection.withDeadline(Date.now() + REPAIRED_WITHIN_MS, () => handle.result());
  const { temporalWebUiUrl } = context.config.api;
  return {
    webUiUrl: webUiUrl({ namespace, temporalWebUiUrl }, { workflowId }),
    written: outcome?.written ?? 0,
    differences: [...(outcome?.differences ?? []), ...leftByRule(comparison)],
  };
}

const MASTER_NAME = { flow: 'Flow', omnium: 'Omnium' } as const;

function describe({ storeUid, tenantUid, master, compared, differing, differences, repair }: StoreReport): string {
  const headline = `Stock of ${storeUid} (${tenantUid}), master ${MASTER_NAME[master]}: ${compared} levels compared, ${
    differing === 0 ? 'the same in both systems.' : `${differing} differ.`
  }`;
  if (differing === 0) return headline;
  const rows = differences.slice(0, SHOWN).map(row);
  const more = differences.length > SHOWN ? [`… and ${differences.length - SHOWN} more (--json has all)`] : [];
  const after = repair
    ? [
        '',
        `Repaired towards ${MASTER_NAME[master]}: ${repair.written} levels written. ${repair.webUiUrl}`,
        ...repair.differences.map((difference) => `Still different: ${difference}`),
      ]
    : ['', `To write them towards ${MASTER_NAME[master]}: npm run ops -- stock diff --store ${storeUid} --repair`];
  return [headline, '', textTable([['SKU', 'WAREHOUSE', 'FLOW', 'OMNIUM', 'WHY'], ...rows]), ...more, ...after].join(
    '\n',
  );
}

function row({
  sku,
  warehouseCode,
  inFlow,
  inOmnium,
  unreadable,
  reason,
}: StoreReport['differences'][number]): string[] {
  return [sku, warehouseCode, pieces(inFlow), unreadable ? '?' : pieces(inOmnium), reason];
}

function pieces(hundredths: number | undefined): string {
  return hundredths === undefined ? '-' : String(hundredths / 100);
}

interface Options {
  readonly json?: boolean;
  readonly tenant?: string;
  readonly store?: string;
  readonly repair?: boolean;
}

/** `stock diff`: the drift report of a store's stock. */
export function addStockCommands(program: Command, { withOptions, run }: CommandRunner): void {
  const stock = program.command('stock').description('stock in both systems');
  withOptions(stock.command('diff'), 'compare the stock of a store in both systems and say why it differs')
    .option('--store <uid>', 'only this Flow store; all without it')
    .option('--repair', 'write what differs towards the store’s stock master, and wait for it')
    .action(({ tenant, json, store, repair }: Options) =>
      run(json, (context) => stockDiff(context, { tenantUid: tenant, storeUid: store, repair: repair === true })),
    );
}
