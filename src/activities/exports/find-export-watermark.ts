import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { exportScopesOf } from '../../config/export-scopes';
import type {
  ExportAsk,
  ExportKey,
  ExportPart,
  ExportPlan,
  ExportWindow,
  FindExportWatermarkInput,
} from '../../contracts/export-messages';
import { ExportDirectory, type ExportStanding } from '../../temporal/export-directory';
import type { Attempt } from '../attempt';
import { SyncError } from '../errors';
import type { Tenant } from '../tenants';
import type { ExportKind, ExportWork, KindParts } from './export-kind';

const SECOND_MS = 1_000;
const ASK_SERVER_MS = 5_000;

/** The part that looks at the open rows of earlier runs again; they come first. */
const OPEN_ROWS = 'rows left open before';

const IN_HAND = 'its stock master has changed, and its stock is being aligned first';

/** What a run is planned with. */
export interface PlanParts {
  readonly client: Client;
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly kind: ExportKind;
}

/** What a plan is for. */
export type PlanWanted = ExportKey & Pick<FindExportWatermarkInput, 'overlapSeconds' | 'ask'>;

/**
 * What a run is going to read: the changes since the watermark of the parts that are in Flow up to it, and everything of
 * the others: all of them at the first run, and later a warehouse that Flow has only now, or whose stock Omnium has
 * become the master of.
 */
export async function findExportWatermark(input: PlanWanted, parts: PlanParts): Promise<ExportPlan> {
  const { client, tenant, attempt, kind } = parts;
  const to = new Date();
  const standing = await new ExportDirectory(client).standing(input, to);
  const kindParts = await kind.partsOf(workOf(tenant, input, attempt));
  const window = windowOf(input, standing, to);
  const covered = new Set(standing?.watermark ? standing.covered : []);
  const inHand = await partsInHand(client, kindParts, covered);
  const names = kindParts.names.filter((name) => !inHand.has(name));
  const whole = names.filter((name) => !covered.has(name));
  const isSince = input.ask?.kind === 'since';
  const readOf = (name: string): 'changes' | 'everything' =>
    window.from !== undefined && (isSince || covered.has(name)) ? 'changes' : 'everything';
  // An export of everything comes to them anyway.
  const open = input.ask?.kind === 'everything' ? [] : (standing?.openRows ?? []);
  return {
    window,
    parts: [
      ...(open.length > 0 ? [{ name: OPEN_ROWS, read: 'rows', rows: open } satisfies ExportPart] : []),
      ...names.map((name): ExportPart => ({ name, read: readOf(name) })),
    ],
    partial: isSince ? whole : [],
    leftOut: [...kindParts.leftOut, ...[...inHand].map((name) => ({ name, reason: IN_HAND }))],
    missing: kindParts.missing,
  };
}

/** Of an export that has been there before: parts that are new to it, and are being put in order. */
async function partsInHand(
  client: Client,
  { names, ownerOf }: KindParts,
  covered: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const inHand = new Set<string>();
  if (covered.size === 0) return inHand;
  for (const name of names) {
    const owner = covered.has(name) ? undefined : ownerOf?.(name);
    if (owner !== undefined && (await isRunning(client, owner))) inHand.add(name);
  }
  return inHand;
}

async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const { status } = await client.connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
      client.workflow.getHandle(workflowId).describe(),
    );
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/**
 * The markets that are exported together, for whoever reads their rows.
 *
 * @throws SyncError `ConfigurationIncomplete` when the tenant has no such market or group any more
 */
export function workOf(tenant: Tenant, { marketOrGroup }: ExportKey, { signal, onCall }: Attempt): ExportWork {
  const scope = exportScopesOf(tenant.config).find((one) => one.marketOrGroup === marketOrGroup);
  if (!scope) {
    const message = `${tenant.config.tenantUid} has no market or market group ${marketOrGroup} in this worker's configuration`;
    throw new SyncError('ConfigurationIncomplete', message);
  }
  return { tenant, markets: scope.markets, context: { signal, onCall } };
}

function windowOf({ ask, overlapSeconds }: PlanWanted, standing: ExportStanding | undefined, now: Date): ExportWindow {
  const to = now.toISOString();
  const watermark = standing?.watermark;
  const kept = watermark && { watermark: watermark.toISOString() };
  if (ask?.kind === 'everything') return { ...kept, to, since: 'asked' };
  const fromMs = Math.min(watermark ? watermark.getTime() - overlapSeconds * SECOND_MS : Infinity, askedMs(ask));
  if (!Number.isFinite(fromMs)) return { to, since: 'first-export' };
  const since = ask ? 'asked' : 'last-export';
  return { ...kept, from: new Date(fromMs).toISOString(), to, since };
}

function askedMs(ask: ExportAsk | undefined): number {
  return ask?.kind === 'since' ? Date.parse(ask.since) : Infinity;
}
