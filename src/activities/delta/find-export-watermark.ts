import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { exportScopesOf } from '../../config/connector';
import type { ExportKey, ExportPlan } from '../../contracts/export-messages';
import { ExportDirectory } from '../../temporal/export-directory';
import type { Attempt } from '../shared/sync-context';
import { SyncError } from '../shared/failures';
import type { Tenant } from '../tenants';
import type { ExportKind, ExportWork, KindParts } from './export-kind';
import { coveredBy, planExport, type PlanWanted } from './plan-export';

const ASK_SERVER_MS = 5_000;

/** What a run is planned with. */
export interface PlanParts {
  readonly client: Client;
  readonly tenant: Tenant;
  readonly attempt: Attempt;
  readonly kind: ExportKind;
  /** When the server gave this attempt out, by its own clock; absent outside of an activity. */
  readonly scheduledAt?: Date;
}

/**
 * What a run is going to read ({@link planExport}), from what earlier runs have left behind and what there is to read now.
 *
 * The next watermark is the earlier of two clocks, this machine's and the server's: one that is fast would leave a gap.
 */
export async function findExportWatermark(input: PlanWanted, parts: PlanParts): Promise<ExportPlan> {
  const { client, tenant, attempt, kind, scheduledAt } = parts;
  const hereMs = Date.now();
  const serverMs = scheduledAt?.getTime() ?? hereMs;
  const standing = await new ExportDirectory(client).standing(input, new Date(Math.max(hereMs, serverMs)));
  const kindParts = await kind.partsOf(workOf(tenant, input, attempt));
  const now = new Date(Math.min(hereMs, serverMs));
  const inHand = await partsInHand(client, kindParts, coveredBy(standing, now));
  return planExport(input, { standing, kind, parts: kindParts, inHand, now });
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
