import type { Client } from '@temporalio/client';
import { ENTITY_KINDS } from '../contracts/kinds';
import { orderKind } from '../contracts/kinds/order';
import { searchAttributes, SYNC_STATES, type SyncState } from '../contracts/search-attributes';

/** Runs of order workflows in one state: those at work or waiting, and those that are over. */
export interface RunCounts {
  readonly running: number;
  readonly finished: number;
}

/** A sync that waits to be tried again, as the server's index of workflows knows it (about a second behind). */
export interface FailingSync {
  readonly workflowId: string;
  readonly runId: string;
  /** For people, e.g. `Order 104233`; the workflow id of what is no entity: a sweep, an export. */
  readonly subject: string;
  readonly tenantUid?: string;
  readonly storeUid?: string;
  readonly failureType?: string;
  /** When this run of the sync began. */
  readonly startedAt: Date;
  readonly webUiUrl: string;
}

/** A workflow run, or the latest one of its id when `runId` is absent. */
interface WorkflowRun {
  readonly workflowId: string;
  readonly runId?: string;
}

/** What an {@link EntityDirectory} needs. */
interface EntityDirectoryOptions {
  readonly client: Client;
  readonly namespace: string;
  /** Address of the Temporal Web UI, without a trailing slash. */
  readonly temporalWebUiUrl: string;
  /** Longest time one question may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Address of a run's page in the Temporal Web UI: the tab that holds its summary and its current details in words. */
export function webUiUrl(
  { temporalWebUiUrl, namespace }: Pick<EntityDirectoryOptions, 'namespace' | 'temporalWebUiUrl'>,
  { workflowId, runId }: WorkflowRun,
): string {
  const page = `${temporalWebUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
  return runId === undefined ? page : `${page}/${runId}/user-metadata`;
}

/** List filter of what waits to be tried again: orders, or all else. */
export const FAILING = {
  orders: `WorkflowType = ${quoted(orderKind.workflow)} AND ${searchAttributes.failureType.name} IS NOT NULL AND ExecutionStatus = 'Running'`,
  others: `WorkflowType != ${quoted(orderKind.workflow)} AND ${searchAttributes.failureType.name} IS NOT NULL AND ExecutionStatus = 'Running'`,
} as const;

/**
 * Answers questions about many syncs from Temporal's index of workflows. The server allows about ten such questions a
 * second for a whole namespace, so callers cache.
 */
export class EntityDirectory {
  constructor(private readonly options: EntityDirectoryOptions) {}

  /** Counts order runs by state; one question per state. A finished order counts once for each of its runs still kept. */
  async countByState(tenantUid?: string): Promise<Record<SyncState, RunCounts>> {
    const { client } = this.options;
    const counts = SYNC_STATES.map(async (state) => {
      const orders = ofTenant(`WorkflowType = ${quoted(orderKind.workflow)}`, tenantUid);
      const query = `${orders} AND ${searchAttributes.syncState.name} = ${quoted(state)} GROUP BY ExecutionStatus`;
      const { groups } = await this.within(() => client.workflow.count(query));
      let running = 0;
      let finished = 0;
      for (const { count, groupValues } of groups) {
        // A run that was continued as new is not over: its successor is counted.
        if (groupValues.flat().includes('Running')) running += count;
        else if (!groupValues.flat().includes('ContinuedAsNew')) finished += count;
      }
      return [state, { running, finished }] as const;
    });
    return Object.fromEntries(await Promise.all(counts)) as Record<SyncState, RunCounts>;
  }

  /** How many syncs wait to be tried again. */
  async countFailing(which: keyof typeof FAILING, tenantUid?: string): Promise<number> {
    return (await this.within(() => this.options.client.workflow.count(ofTenant(FAILING[which], tenantUid)))).count;
  }

  /** The syncs that wait to be tried again, latest first, at most `limit`. */
  async listFailing(which: keyof typeof FAILING, limit: number, tenantUid?: string): Promise<FailingSync[]> {
    const query = ofTenant(FAILING[which], tenantUid);
    return await this.within(async () => {
      const failing: FailingSync[] = [];
      for await (const run of this.options.client.workflow.list({ query, pageSize: Math.min(limit, 1_000) })) {
        const { workflowId, runId, startTime, typedSearchAttributes: attributes } = run;
        const storeUid = attributes.get(searchAttributes.storeUid);
        const failureType = attributes.get(searchAttributes.failureType);
        const tenant = attributes.get(searchAttributes.tenantUid);
        failing.push({
          ...{ workflowId, runId, subject: subjectOf(workflowId), startedAt: startTime },
          ...(tenant !== undefined && { tenantUid: tenant }),
          ...(storeUid !== undefined && { storeUid }),
          ...(failureType !== undefined && { failureType }),
          webUiUrl: webUiUrl(this.options, run),
        });
        if (failing.length >= limit) break;
      }
      return failing;
    });
  }

  private within<T>(ask: () => Promise<T>): Promise<T> {
    return this.options.client.connection.withDeadline(Date.now() + this.options.timeoutMs, ask);
  }
}

function subjectOf(workflowId: string): string {
  for (const kind of ENTITY_KINDS) {
    const id = kind.parseId(workflowId);
    if (id) return kind.subject(id);
  }
  return workflowId;
}

function ofTenant(query: string, tenantUid: string | undefined): string {
  return tenantUid === undefined ? query : `${query} AND ${searchAttributes.tenantUid.name} = ${quoted(tenantUid)}`;
}

/** Text within a query of Temporal's list. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}
