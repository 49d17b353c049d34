import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Connection, type WorkflowExecutionInfo, WorkflowNotFoundError } from '@temporalio/client';
import { SYNC_STATUS_QUERY, type SyncResult } from '../../src/contracts/entity-sync';
import { customerKind } from '../../src/contracts/kinds/customer';
import { goodsReceptionKind } from '../../src/contracts/kinds/goods-reception';
import { orderKind, type OrderOutcome, type OrderStatus } from '../../src/contracts/kinds/order';
import { productKind } from '../../src/contracts/kinds/product';
import { purchaseOrderKind } from '../../src/contracts/kinds/purchase-order';
import { stockKind } from '../../src/contracts/kinds/stock';
import { storesKind } from '../../src/contracts/kinds/stores';
import { FAILED_ATTEMPTS_MEMO } from '../../src/contracts/entity-sync';
import { searchAttributes, type SyncState } from '../../src/contracts/search-attributes';
import { type DayContext } from './context';
import { connectTemporal } from './temporal';

/** The server allows about ten questions to its index a second for everybody. */
const BETWEEN_QUESTIONS_MS = 250;
const ANSWER_WITHIN_MS = 5_000;
const PAGE_SIZE = 1_000;
const DIFFERENCES_SHOWN = 2;
const WATCHED = [
  ...[orderKind.workflow, customerKind.workflow, goodsReceptionKind.workflow],
  ...[purchaseOrderKind.workflow, stockKind.workflow, storesKind.workflow, productKind.workflow],
];

/** An order whose last attempt failed and which waits for the next one. */
export interface WaitingOrder {
  readonly orderNumber: string;
  readonly failureType: string;
}

/** How many workflows of this day have not ended, and how many of them wait on the retry ladder. */
export interface QueueLength {
  readonly running: number;
  readonly waiting: number;
}

/** Looks at this day's workflows in Temporal: of orders, customers, goods, stock, stores and products. Read only. */
export class OrderWatch {
  private readonly client: Client;
  private lastQuestionAt = 0;

  private constructor(
    private readonly context: DayContext,
    private readonly connection: Connection,
    private readonly since: Date,
  ) {
    this.client = new Client({ connection, namespace: context.namespace });
  }

  /** @param since - earlier runs are not this day's */
  static async open(context: DayContext, since: Date): Promise<OrderWatch> {
    return new OrderWatch(context, await connectTemporal(context), since);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  async queueLength(): Promise<QueueLength> {
    const running = await this.count(this.running());
    const waiting = running === 0 ? 0 : await this.count(this.retrying());
    return { running, waiting };
  }

  /** Numbers of the orders whose workflow has not ended, and ids of the other workflows. */
  async underWay(): Promise<Set<string>> {
    return new Set((await this.list(this.running())).map(orderNumberOf));
  }

  /** The orders that wait on the ladder, with the kind of failure. */
  async waitingOrders(): Promise<WaitingOrder[]> {
    return (await this.list(this.retrying())).map((run) => ({
      orderNumber: orderNumberOf(run),
      failureType: run.typedSearchAttributes.get(searchAttributes.failureType) ?? 'unknown',
    }));
  }

  /** Numbers of the orders that failed at least once, whether they are through by now or not. */
  async retriedOrders(): Promise<Set<string>> {
    const retried = new Set((await this.waitingOrders()).map(({ orderNumber }) => orderNumber));
    for (const run of await this.list(this.all())) {
      const failedAttempts = run.memo?.[FAILED_ATTEMPTS_MEMO];
      if (typeof failedAttempts === 'number' && failedAttempts > 0) retried.add(orderNumberOf(run));
    }
    return retried;
  }

  /** What a document's own workflow says about it, in words. */
  async explainWorkflow(id: string): Promise<string> {
    const handle = this.client.workflow.getHandle(id);
    try {
      return await this.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
        const { status } = await handle.describe();
        if (status.name !== 'RUNNING' && status.name !== 'COMPLETED') return `its workflow is ${status.name}`;
        if (status.name === 'COMPLETED') return explainResult((await handle.result()) as SyncResult<OrderOutcome>);
        return explainStatus(await handle.query<OrderStatus>(SYNC_STATUS_QUERY));
      });
    } catch (error) {
      return error instanceof WorkflowNotFoundError ? 'no event about it has arrived' : 'its workflow did not answer';
    }
  }

  /** True while a workflow has not ended, and while the server does not say. */
  async isUnderWay(workflowId: string): Promise<boolean> {
    try {
      const deadline = Date.now() + ANSWER_WITHIN_MS;
      const describe = () => this.client.workflow.getHandle(workflowId).describe();
      return (await this.connection.withDeadline(deadline, describe)).status.name === 'RUNNING';
    } catch (error) {
      return !(error instanceof WorkflowNotFoundError);
    }
  }

  /** Page of an order in the Temporal Web UI; the workflow id where nobody knows the Web UI's address. */
  pageOf(tenantUid: string, orderNumber: string): string {
    return this.pageOfWorkflow(orderKind.id({ tenantUid, orderNumber }));
  }

  /** The same of any workflow. */
  pageOfWorkflow(workflowId: string): string {
    const { webUiUrl, namespace } = this.context;
    return webUiUrl === ''
      ? `workflow ${workflowId}`
      : `${webUiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
  }

  private async count(query: string): Promise<number> {
    await this.takeTurn();
    return (await this.client.workflow.count(query)).count;
  }

  private async list(query: string): Promise<WorkflowExecutionInfo[]> {
    await this.takeTurn();
    const runs: WorkflowExecutionInfo[] = [];
    for await (const run of this.client.workflow.list({ query, pageSize: PAGE_SIZE })) {
      runs.push(run);
      if (runs.length % PAGE_SIZE === 0) await this.takeTurn();
    }
    return runs;
  }

  private async takeTurn(): Promise<void> {
    const waitMs = this.lastQuestionAt + BETWEEN_QUESTIONS_MS - Date.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal: this.context.signal });
    this.lastQuestionAt = Date.now();
  }

  private all(): string {
    const types = WATCHED.map((type) => `'${type}'`).join(', ');
    return `WorkflowType IN (${types}) AND StartTime >= '${this.since.toISOString()}'`;
  }

  private running(): string {
    return `${this.all()} AND ExecutionStatus = 'Running'`;
  }

  private retrying(): string {
    const state: SyncState = 'Retrying';
    return `${this.running()} AND ${searchAttributes.syncState.name} = '${state}'`;
  }
}

function orderNumberOf(run: WorkflowExecutionInfo): string {
  return run.typedSearchAttributes.get(searchAttributes.orderNumber) ?? run.workflowId;
}

function explainStatus({ lastFailure, syncState }: OrderStatus): string {
  if (!lastFailure) return `its workflow is at work (${syncState})`;
  const { failureType, message, at } = lastFailure;
  return `${failureType}: ${message}; it fails since ${at.slice(11, 19)} UTC`;
}

function explainResult({ outcome, givenUpBecause }: SyncResult<OrderOutcome>): string {
  if (givenUpBecause !== undefined) return `given up: ${givenUpBecause}`;
  if (outcome?.reason !== undefined) return `skipped: ${outcome.reason}`;
  const differences = outcome?.differences ?? [];
  if (differences.length === 0) return 'its workflow reports no difference';
  const rest = differences.length - DIFFERENCES_SHOWN;
  return differences.slice(0, DIFFERENCES_SHOWN).join('; ') + (rest > 0 ? ` and ${rest} more on its page` : '');
}
