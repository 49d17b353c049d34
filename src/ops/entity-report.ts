import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';
import {
  SYNC_STATUS_QUERY,
  type AnyEntityKind,
  type EntityKey,
  type EntityOutcome,
  type SyncResult,
  type SyncStatus,
} from '../contracts/entity-sync';
import type { SyncContext } from '../activities/shared/sync-context';
import { ENTITY_KINDS } from '../contracts/kinds';
import { orderKind, type OrderOutcome } from '../contracts/kinds/order';
import { searchAttributes } from '../contracts/search-attributes';
import { webUiUrl } from '../temporal/entity-directory';
import { GRPC, grpcCodeOf } from '../temporal/grpc-errors';
import { hasWorkflowWorker } from '../temporal/pollers';
import { chosenTenants, type OpsContext, withTenants } from './context';

/** Why a sync waits, and until when, as the server itself counts it. */
export interface WaitingReport {
  /** Of the activity that is tried again. */
  readonly activityId: string;
  readonly failureType: string;
  readonly message: string;
  readonly failedAttempts: number;
  /** ISO-8601; absent while the next attempt is already running or due. */
  readonly nextAttemptAt?: string;
}

/** Everything that is known about one sync: what `where --json` prints. */
export interface EntityReport {
  readonly kind: string;
  /** For people, e.g. `Order 104233`. */
  readonly subject: string;
  readonly tenantUid: string;
  readonly orderNumber?: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly webUiUrl: string;
  readonly taskQueue: string;
  /** Temporal's own word, e.g. `RUNNING`, `COMPLETED`, `TERMINATED`. */
  readonly execution: string;
  readonly startedAt: string;
  readonly closedAt?: string;
  readonly syncState?: string;
  readonly storeUid?: string;
  readonly failureType?: string;
  /** Attempts that failed in this run, those of earlier passes included. */
  readonly failedAttempts?: number;
  readonly passes?: number;
  readonly waitingEvents?: number;
  readonly waiting?: WaitingReport;
  readonly outcome?: EntityOutcome;
  readonly givenUpBecause?: string;
  /** Whether a worker answered; only asked while the sync is in work. */
  readonly workerAnswered?: boolean;
  /** How often the workflow itself has failed to go on: only a defect of ours does that. */
  readonly stuckAttempts?: number;
}

/** An entity as a command names it. */
export interface Entity {
  readonly kind: AnyEntityKind;
  readonly id: EntityKey;
}

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 4_000;
/** A workflow task that is late has one attempt; one that fails has more. */
const STUCK_FROM_ATTEMPT = 3;

/** The entity that a workflow id names, e.g. `goods-reception:flow_no:R-17`; undefined for an order's number. */
export function entityOf(argument: string): Entity | undefined {
  for (const kind of ENTITY_KINDS) {
    const id = kind.parseId(argument);
    if (id) return { kind, id };
  }
  return undefined;
}

/** The entities that an argument may mean: the one whose id it is, or the order of that number in each chosen tenant. */
export function candidatesOf(context: OpsContext, argument: string, tenantUid: string | undefined): Entity[] {
  const named = entityOf(argument);
  if (named) return [named];
  return chosenTenants(context, tenantUid).map((tenant) => orderIn(tenant.tenantUid, argument));
}

function orderIn(tenantUid: string, orderNumber: string): Entity {
  return { kind: orderKind, id: { tenantUid, orderNumber } as EntityKey };
}

/**
 * What is known of the entities that an argument may mean. An order that was handed on comes with the order that goes on
 * with it; a number that only the tills know (Flow's order number, or a receipt's) is looked up in Flow.
 */
export async function traceEntities(
  context: OpsContext,
  argument: string,
  tenantUid: string | undefined,
): Promise<EntityReport[]> {
  const known = await readReports(context, candidatesOf(context, argument, tenantUid));
  if (known.length > 0) {
    const owners = known.flatMap(({ kind, tenantUid: tenant, outcome }) =>
      kind === orderKind.name
        ? ((outcome as OrderOutcome | undefined)?.forwardedTo ?? []).map((number) => orderIn(tenant, number))
        : [],
    );
    return [...known, ...(await readReports(context, owners))];
  }
  if (entityOf(argument)) return [];
  const byReceipt = await withTenants(context, tenantUid, (tenants) =>
    Promise.all(tenants.map((reading) => ordersByTillNumber(reading, argument))),
  );
  return await readReports(context, byReceipt.flat());
}

async function ordersByTillNumber(context: SyncContext, number: string): Promise<Entity[]> {
  const { flow, config } = context.tenant;
  const searches = [{ orderNumber: number }, { voucherNumbers: [number] }];
  // A Flow that cannot be asked knows of no receipt: the command then says what it says of any unknown number.
  const found = await Promise.allSettled(searches.map((search) => flow.receipts.find(search, context)));
  const receipts = found.flatMap((search) => (search.status === 'fulfilled' ? search.value : []));
  const numbers = receipts.flatMap(({ externalOrderNumber, orderUid }) => externalOrderNumber ?? orderUid ?? []);
  return [...new Set(numbers)].map((orderNumber) => orderIn(config.tenantUid, orderNumber));
}

/** What is known of each; those that Temporal does not know, or no longer, are left out. */
export async function readReports(context: OpsContext, entities: readonly Entity[]): Promise<EntityReport[]> {
  const reports = await Promise.all(entities.map((entity) => readReport(context, entity)));
  return reports.flatMap((report) => report ?? []);
}

/** Everything but the worker's own answer comes from the server, so it works while no worker runs. */
async function readReport(context: OpsContext, { kind, id }: Entity): Promise<EntityReport | undefined> {
  const description = await describeRun(context, kind.id(id));
  if (!description) return undefined;
  const { workflowId, runId, taskQueue, typedSearchAttributes, closeTime, startTime, status, raw } = description;
  const syncState = typedSearchAttributes.get(searchAttributes.syncState);
  const storeUid = typedSearchAttributes.get(searchAttributes.storeUid);
  const failureType = typedSearchAttributes.get(searchAttributes.failureType);
  const stuckAttempts = raw.pendingWorkflowTask?.attempt ?? 0;
  const waiting = waitingOf(description);
  const { temporalWebUiUrl } = context.config.api;
  const { orderNumber } = id as { readonly orderNumber?: string };
  return {
    ...{ kind: kind.name, subject: kind.subject(id), tenantUid: id.tenantUid },
    ...(orderNumber !== undefined && { orderNumber }),
    ...{ workflowId, runId, taskQueue, execution: status.name, startedAt: startTime.toISOString() },
    webUiUrl: webUiUrl({ namespace: context.temporal.namespace, temporalWebUiUrl }, { workflowId, runId }),
    ...(closeTime !== undefined && { closedAt: closeTime.toISOString() }),
    ...(syncState !== undefined && { syncState }),
    ...(storeUid !== undefined && { storeUid }),
    ...(failureType !== undefined && { failureType }),
    ...(stuckAttempts >= STUCK_FROM_ATTEMPT && { stuckAttempts }),
    ...(status.name === 'RUNNING' ? await askWorker(context, description) : await readResult(context, description)),
    ...(waiting && { waiting }),
  };
}

/** A workflow's latest run; undefined when Temporal has none, or no longer. */
export async function describeRun(
  { temporal }: OpsContext,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  const { client, connection } = temporal;
  try {
    const handle = client.workflow.getHandle(workflowId);
    return await connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || grpcCodeOf(error) === GRPC.NOT_FOUND) return undefined;
    throw error;
  }
}

/** The failure and the next attempt as the server itself counts them: right even when no worker runs. */
export function waitingOf({ raw }: WorkflowExecutionDescription): WaitingReport | undefined {
  const activity = raw.pendingActivities?.find(({ lastFailure }) => lastFailure != null);
  const failure = activity?.lastFailure;
  if (activity === undefined || failure == null) return undefined;
  const nextAttemptAt = optionalTsToDate(activity.nextAttemptScheduleTime);
  return {
    activityId: activity.activityId ?? '',
    failureType: failure.applicationFailureInfo?.type ?? (failure.timeoutFailureInfo ? 'timeout or crash' : 'unknown'),
    message: failure.message ?? '',
    // The server counts the attempt that runs or comes next.
    failedAttempts: Math.max((activity.attempt ?? 1) - 1, 1),
    ...(nextAttemptAt !== undefined && { nextAttemptAt: nextAttemptAt.toISOString() }),
  };
}

async function askWorker(
  { temporal }: OpsContext,
  { workflowId, runId, taskQueue }: WorkflowExecutionDescription,
): Promise<Partial<EntityReport>> {
  try {
    if (!(await hasWorkflowWorker(temporal, taskQueue))) return { workerAnswered: false };
    const run = temporal.client.workflow.getHandle(workflowId, runId);
    const status = await temporal.connection.withDeadline(Date.now() + ASK_WORKER_MS, () =>
      run.query<SyncStatus<EntityOutcome>>(SYNC_STATUS_QUERY),
    );
    const { passes, failedAttempts, waitingEvents, outcome } = status;
    return { workerAnswered: true, passes, failedAttempts, waitingEvents, ...(outcome && { outcome }) };
  } catch {
    // No worker, or one that cannot run this workflow: what the server knows has to do.
    return { workerAnswered: false };
  }
}

async function readResult(
  { temporal }: OpsContext,
  { workflowId, runId }: WorkflowExecutionDescription,
): Promise<Partial<EntityReport>> {
  try {
    const handle = temporal.client.workflow.getHandle<() => Promise<SyncResult<EntityOutcome>>>(workflowId, runId);
    const result = await temporal.connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.result());
    const { passes, failedAttempts, outcome, givenUpBecause } = result;
    return {
      passes,
      failedAttempts,
      ...(outcome && { outcome }),
      ...(givenUpBecause !== undefined && { givenUpBecause }),
    };
  } catch {
    // A run that was terminated or cancelled has no result; its status says so.
    return {};
  }
}
