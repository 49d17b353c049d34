import { createHash } from 'node:crypto';
import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { exportScopesOf } from '../../config/connector';
import type { ConnectorProperties, TenantConfig } from '../../config/types';
import type {
  ExportAsk,
  ExportCheckpoint,
  ExportKey,
  ExportPlan,
  ExportWindow,
  Partition,
  RemovalFuse,
} from '../../contracts/exports';
import { compact } from '../../domain/compact';
import { SyncError } from '../shared/failures';
import type { SyncContext } from '../shared/sync-context';
import type { DeltaExport, ExportContext, Partitions } from './stream';

const SECOND_MS = 1_000;
const ASK_SERVER_MS = 5_000;

/** The partition of unresolved records of earlier runs, and of deferred ones whose moment has come; it comes first. */
const UNRESOLVED = 'unresolved records of earlier runs';

const IN_HAND = 'its stock master has changed, and its stock is being aligned first';

/** The checkpoint of an export that has never come to its end. */
export const NO_CHECKPOINT: ExportCheckpoint = { covered: [], unresolved: [], deferred: [], atWork: [] };

/**
 * The context of an export's market or market group.
 *
 * @throws SyncError `ConfigurationIncomplete` when the tenant has no such market or group any more
 */
export function exportContext(
  context: SyncContext,
  { marketOrGroup }: Pick<ExportKey, 'marketOrGroup'>,
  window: ExportWindow,
): ExportContext {
  const { config } = context.tenant;
  const scope = exportScopesOf(config).find((one) => one.marketOrGroup === marketOrGroup);
  if (!scope) {
    const message = `${config.tenantUid} has no market or market group ${marketOrGroup} in this worker's configuration`;
    throw new SyncError('ConfigurationIncomplete', message);
  }
  return Object.assign(context, { markets: scope.markets, window });
}

/**
 * What a run is going to read, from what earlier runs have left behind and what there is to read now.
 *
 * @param now when reading begins, at the latest
 */
export async function readPlan(
  stream: DeltaExport,
  context: ExportContext,
  client: Client,
  checkpoint: ExportCheckpoint,
  options: { readonly overlapSeconds: number; readonly ask?: ExportAsk | undefined; readonly now: Date },
): Promise<ExportPlan> {
  const partitions = await stream.partitions(context);
  const rules = rulesOf(context.tenant.config);
  const inHand = new Set<string>();
  const covered = coveredBy(checkpoint, rules, options.now);
  // Of an export that has been there before: partitions that are new to it, and are being put in order.
  if (covered.size > 0) {
    for (const name of partitions.names) {
      const owner = covered.has(name) ? undefined : partitions.owners?.get(name);
      if (owner !== undefined && (await isRunning(client, owner))) inHand.add(name);
    }
  }
  return planExport(checkpoint, partitions, {
    ...options,
    rules,
    inHand,
    fuse: { ...fuseOf(context.tenant.config), ...compact({ listSize: checkpoint.listSize }) },
    readsTogether: stream.readsTogether === true,
  });
}

/**
 * An attempt whose worker has lost Temporal goes on writing for a while after its run was ended: until the next heartbeat
 * fails, and the calls under way are over.
 */
const WRITES_ON_FOR_MS = 60_000;

/** Whether a workflow is running, or may be writing on; false when there is none. */
async function isRunning(client: Client, workflowId: string, writesOnForMs = 0): Promise<boolean> {
  try {
    const { status, closeTime } = await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING' || (closeTime?.getTime() ?? 0) > Date.now() - writesOnForMs;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Runs that a checkpoint takes to be at work, and that are not. */
export async function runsGone(client: Client, { atWork }: ExportCheckpoint, own: string): Promise<string[]> {
  const gone: string[] = [];
  for (const { workflowId } of atWork)
    if (workflowId !== own && !(await isRunning(client, workflowId, WRITES_ON_FOR_MS))) gone.push(workflowId);
  return gone;
}

/** Partitions that are in Flow up to the watermark: none by other rules, or once more records start or end than are kept. */
function coveredBy(checkpoint: ExportCheckpoint, rules: string, now: Date): ReadonlySet<string> {
  const { watermark, wholeAgainAt, covered } = checkpoint;
  const isWholeAgain = wholeAgainAt !== undefined && Date.parse(wholeAgainAt) <= now.getTime();
  return new Set(watermark === undefined || isWholeAgain || checkpoint.rules !== rules ? [] : covered);
}

/** What a plan depends on beside the checkpoint and the partitions. */
export interface PlanOptions {
  readonly overlapSeconds: number;
  readonly ask?: ExportAsk | undefined;
  readonly now: Date;
  readonly rules: string;
  /** Partitions whose own workflow is putting them in order. */
  readonly inHand: ReadonlySet<string>;
  readonly readsTogether: boolean;
  readonly fuse: RemovalFuse;
}

/**
 * The changes since the watermark of the partitions that are in Flow up to it, and everything of the others: all of them at
 * the first run and after a change of the rules, and later a warehouse that Flow has only now, or whose stock Omnium has
 * become the master of. The result depends on nothing but its parameters.
 */
export function planExport(checkpoint: ExportCheckpoint, partitions: Partitions, options: PlanOptions): ExportPlan {
  const { ask, now, rules, inHand, readsTogether } = options;
  const window = windowOf(checkpoint, options);
  const covered = coveredBy(checkpoint, rules, now);
  const isSince = ask?.kind === 'since' && window.since !== 'new-rules';
  const isWhole = ask?.kind === 'everything';
  const names = partitions.names.filter((name) => !inHand.has(name));
  const isReadWhole = (name: string): boolean =>
    window.from === undefined || isWhole || !(isSince || covered.has(name));
  const whole = names.filter(isReadWhole);
  const changed = names.filter((name) => !isReadWhole(name));
  const last = whole.length > 0 ? (partitions.afterWhole ?? []) : [];
  const together = (name: string, members: readonly string[], read: Partition['read']): Partition[] =>
    members.length === 0 ? [] : [{ name, read, members }];
  const isDue = checkpoint.deferred.some(({ at }) => Date.parse(at) <= now.getTime());
  const hasUnresolved = !isWhole && (checkpoint.unresolved.length > 0 || isDue);
  return {
    ...{ window, rules, isWhole, fuse: options.fuse },
    partitions: [
      ...(hasUnresolved ? [{ name: UNRESOLVED, read: 'unresolved' as const }] : []),
      ...(readsTogether
        ? [...together('what changed', changed, 'changes'), ...together('everything', whole, 'everything')]
        : names.map((name): Partition => ({ name, read: isReadWhole(name) ? 'everything' : 'changes' }))),
      ...last.map((name): Partition => ({ name, read: 'everything', ...(readsTogether && { members: whole }) })),
    ],
    partial: [...(isSince ? names.filter((name) => !covered.has(name)) : []), ...last],
    leftOut: [...partitions.leftOut, ...[...inHand].map((name) => ({ name, reason: IN_HAND }))],
    missing: partitions.missing,
  };
}

function windowOf(
  { watermark: known, rules: before }: ExportCheckpoint,
  { ask, overlapSeconds, now, rules }: PlanOptions,
): ExportWindow {
  const to = now.toISOString();
  // A watermark in the future, by a clock that was wrong, would leave a gap.
  const watermark = known !== undefined && Date.parse(known) > now.getTime() ? undefined : known;
  const kept = compact({ watermark });
  if (ask?.kind === 'everything') return { ...kept, to, since: 'asked' };
  if (watermark !== undefined && before !== undefined && before !== rules) return { ...kept, to, since: 'new-rules' };
  const fromMs = Math.min(
    watermark === undefined ? Infinity : Date.parse(watermark) - overlapSeconds * SECOND_MS,
    ask ? Date.parse(ask.since) : Infinity,
  );
  if (!Number.isFinite(fromMs)) return { to, since: 'first-export' };
  return { ...kept, from: new Date(fromMs).toISOString(), to, since: ask ? 'asked' : 'last-export' };
}

/**
 * Fingerprint of the configuration that decides what exports write. Not in it: addresses, secrets, limits, intervals, and
 * tasks and stock masters, none of which changes what Flow should have; a store's lists and warehouses are partitions.
 */
function rulesOf(config: TenantConfig): string {
  const { currency, countryCode, timezone, connector, markets, catalogue, settings } = config;
  const { OMNIUM_CLIENT_ID: _id, OMNIUM_CLIENT_SECRET: _secret, ...named } = settings;
  const written = (properties: ConnectorProperties): object => ({ ...properties, OmniumIsMasterForStock: undefined });
  const rules = {
    ...{ currency, countryCode, timezone, catalogue, named },
    properties: written(connector.properties),
    markets: markets.map((market) => ({ ...market, properties: written(market.properties) })),
  };
  return createHash('sha256').update(JSON.stringify(rules, sorted)).digest('hex').slice(0, 16);
}

/** Settings `exports.removals` and `exports.removalsPercent`. */
function fuseOf({ exports }: TenantConfig): RemovalFuse {
  return { count: exports.removals, percent: exports.removalsPercent };
}

/** The same text however the configuration's members are ordered. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
