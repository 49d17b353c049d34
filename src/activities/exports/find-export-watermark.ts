import type { Client } from '@temporalio/client';
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
import type { ExportKind, ExportWork } from './export-kind';

const SECOND_MS = 1_000;

/** The part that looks at the open rows of earlier runs again; they come first. */
const OPEN_ROWS = 'rows left open before';

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
  const { names, leftOut, missing } = await kind.partsOf(workOf(tenant, input, attempt));
  const window = windowOf(input, standing, to);
  const covered = new Set(standing?.watermark ? standing.covered : []);
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
    leftOut,
    missing,
  };
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
