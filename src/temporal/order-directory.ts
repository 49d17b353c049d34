import { type Client } from '@temporalio/client';
import { searchAttributes, SYNC_STATES, type SyncState } from '../contracts/search-attributes';
import { orderKind } from '../contracts/kinds/order';

/** Runs of order workflows in one state: those at work or waiting, and those that are over. */
export interface RunCounts {
  readonly running: number;
  readonly finished: number;
}

/** An order that waits on the retry ladder, as the server's index of workflows knows it (about a second behind). */
export interface FailingOrder {
  readonly tenantUid: string;
  readonly orderNumber: string;
  readonly storeUid?: string;
  readonly failureType?: string;
  /** When this run of the sync began. */
  readonly startedAt: Date;
  readonly webUiUrl: string;
}

/** Something else that waits on the ladder: a customer, goods, stock, stores, a sweep or an export. */
export interface FailingSync {
  readonly workflowId: string;
  readonly failureType?: string;
  readonly startedAt: Date;
  readonly webUiUrl: string;
}

/** What an {@link OrderDirectory} needs. */
export interface OrderDirectoryOptions {
  readonly client: Client;
  readonly namespace: string;
  /** Address of the Temporal Web UI, without a trailing slash. */
  readonly temporalWebUiUrl: string;
  /** Longest time one question may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** A workflow run, or the latest one of its id when `runId` is absent. */
export interface WorkflowRun {
  readonly workflowId: string;
  readonly runId?: string;
}

/** Address of a run's page in the Temporal Web UI: the tab that holds its summary and its current details in words. */
export function webUiUrl(
  options: Pick<OrderDirectoryOptions, 'namespace' | 'temporalWebUiUrl'>,
  run: WorkflowRun,
): string {
  const page = `${options.temporalWebUiUrl}/namespaces/${options.namespace}/workflows/${encodeURIComponent(run.workflowId)}`;
  return run.runId === undefined ? page : `${page}/${run.runId}/user-metadata`;
}

/**
 * Answers questions about many orders from Temporal's index of workflows. The server allows about ten such questions a
 * second for a whole namespace, so callers cache.
 */
export class OrderDirectory {
  readonly #options: OrderDirectoryOptions;

  constructor(options: OrderDirectoryOptions) {
    this.#options = options;
  }

  /** Counts order runs by state; one question per state. A finished order counts once for each of its runs still kept. */
  async countByState(tenantUid?: string): Promise<Record<SyncState, RunCounts>> {
    const { client } = this.#options;
    const counts = SYNC_STATES.map(async (state) => {
      const query = `${orderQuery(tenantUid)} AND ${searchAttributes.syncState.name} = ${quoted(state)} GROUP BY ExecutionStatus`;
      const { groups } = await this.#within(() => client.workflow.count(query));
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

  /** The orders that wait on the ladder, latest first, at most `limit`. */
  async listFailing({ tenantUid, limit }: { tenantUid?: string; limit: number }): Promise<FailingOrder[]> {
    const retrying: SyncState = 'Retrying';
    const query =
      `${orderQuery(tenantUid)} AND ${searchAttributes.syncState.name} = ${quoted(retrying)} ` +
      `AND ExecutionStatus = 'Running'`;
    return await this.#within(async () => {
      const failing: FailingOrder[] = [];
      for await (const run of this.#options.client.workflow.list({ query, pageSize: Math.min(limit, 1_000) })) {
        const key = orderKind.parseId(run.workflowId);
        if (key === undefined) continue;
        const storeUid = run.typedSearchAttributes.get(searchAttributes.storeUid);
        const failureType = run.typedSearchAttributes.get(searchAttributes.failureType);
        failing.push({
          ...key,
          ...(storeUid === undefined ? {} : { storeUid }),
          ...(failureType === undefined ? {} : { failureType }),
          startedAt: run.startTime,
          webUiUrl: webUiUrl(this.#options, run),
        });
        if (failing.length >= limit) break;
      }
      return failing;
    });
  }

  /** How many other syncs wait on the ladder: what fails beside the orders. */
  async countFailingBesideOrders(tenantUid?: string): Promise<number> {
    const query = failingBesideOrders(tenantUid);
    return (await this.#within(() => this.#options.client.workflow.count(query))).count;
  }

  /** The other syncs that wait on the ladder, latest first, at most `limit`. */
  async listFailingBesideOrders({ tenantUid, limit }: { tenantUid?: string; limit: number }): Promise<FailingSync[]> {
    const query = failingBesideOrders(tenantUid);
    return await this.#within(async () => {
      const failing: FailingSync[] = [];
      for await (const run of this.#options.client.workflow.list({ query, pageSize: Math.min(limit, 1_000) })) {
        const { workflowId, startTime, typedSearchAttributes } = run;
        const failureType = typedSearchAttributes.get(searchAttributes.failureType);
        failing.push({
          ...{ workflowId, startedAt: startTime, webUiUrl: webUiUrl(this.#options, run) },
          ...(failureType === undefined ? {} : { failureType }),
        });
        if (failing.length >= limit) break;
      }
      return failing;
    });
  }

  #within<T>(ask: () => Promise<T>): Promise<T> {
    return this.#options.client.connection.withDeadline(Date.now() + this.#options.timeoutMs, ask);
  }
}

/** List filter of all that waits on the ladder and is no order: customers, goods, stock, stores, exports, sweeps. */
export const FAILING_BESIDE_ORDERS =
  `WorkflowType != ${quoted(orderKind.workflow)} ` +
  `AND ${searchAttributes.failureType.name} IS NOT NULL AND ExecutionStatus = 'Running'`;

function orderQuery(tenantUid: string | undefined): string {
  const orders = `WorkflowType = ${quoted(orderKind.workflow)}`;
  return tenantUid === undefined ? orders : `${orders} AND ${searchAttributes.tenantUid.name} = ${quoted(tenantUid)}`;
}

/** A value in Temporal's list filter, in which both the quote and the backslash are special. */
function quoted(value: string): string {
  return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function failingBesideOrders(tenantUid: string | undefined): string {
  const ofTenant = tenantUid === undefined ? '' : ` AND ${searchAttributes.tenantUid.name} = ${quoted(tenantUid)}`;
  return `${FAILING_BESIDE_ORDERS}${ofTenant}`;
}
