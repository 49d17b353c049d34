import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import {
  GIVE_UP_UPDATE,
  MAX_ID_LENGTH,
  RETRY_NOW_UPDATE,
  type AnyEntityKind,
  type EntityEvent,
  type EntityKey,
  type GiveUpRequest,
} from '../contracts/entity-sync';
import { asArgument } from '../contracts/kinds/order';
import { taskQueueOf } from '../contracts/task-queues';
import { EntityDirectory, webUiUrl, type FailingSync } from '../temporal/entity-directory';
import { GRPC, grpcCodeOf } from '../temporal/grpc-errors';
import { hasWorkflowWorker } from '../temporal/pollers';
import { chosenTenants, type CommandOutput, EXIT, type OpsContext, OpsError, publisherOf } from './context';
import {
  candidatesOf,
  describeRun,
  entityOf,
  readReports,
  traceEntities,
  waitingOf,
  type Entity,
  type EntityReport,
} from './entity-report';
import { describeEntity, duration } from './entity-text';
import { narrowed, textTable } from './tables';

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 8_000;
const END_OF_RUN_MS = 3_000;
const LOOK_EVERY_MS = 250;
const ENDS_WITHIN_MS = 10 * 60_000;
/** Failing syncs whose next attempt is asked for; each is a question to the server. */
const NEXT_ASKED = 100;

/** `where <order or sync>`: its state, and why. An order number that several tenants use is answered for each. */
export async function where(
  context: OpsContext,
  argument: string,
  tenantUid: string | undefined,
): Promise<CommandOutput> {
  const reports = await traceEntities(context, argument, tenantUid);
  if (reports.length === 0) throw notFound(context, argument, tenantUid);
  const now = new Date();
  const text = reports.map((report) => describeEntity(report, context.config.retryLadder, now)).join('\n\n');
  return { text, json: entityOf(argument) ? { found: true, ...reports[0] } : { found: true, orders: reports } };
}

/** `retry-now <order or sync>`: ends the wait for the next attempt. */
export async function retryNow(
  context: OpsContext,
  argument: string,
  tenantUid: string | undefined,
): Promise<CommandOutput> {
  const report = await onlyOne(context, argument, tenantUid);
  const answer = await update(context, report, (handle) => handle.executeUpdate<string, []>(RETRY_NOW_UPDATE));
  return { text: `${answer}\n${report.webUiUrl}`, json: { done: true, ...refOf(report), answer } };
}

/** `give-up <order or sync> --reason`: ends the retries; the next event, or a resync, starts again. */
export async function giveUp(
  context: OpsContext,
  argument: string,
  tenantUid: string | undefined,
  reason: string,
): Promise<CommandOutput> {
  if (reason.trim() === '') throw new OpsError(EXIT.usage, 'Give a reason: it is shown on its page.');
  const report = await onlyOne(context, argument, tenantUid);
  const args: [GiveUpRequest] = [{ reason: reason.trim() }];
  const answer = await update(context, report, (handle) =>
    handle.executeUpdate<string, [GiveUpRequest]>(GIVE_UP_UPDATE, { args }),
  );
  // Waits a moment for the run to end, so that `where` right afterwards tells of the end; it is given up either way.
  const { client, connection } = context.temporal;
  const ended = client.workflow.getHandle(report.workflowId, report.runId);
  await connection.withDeadline(Date.now() + END_OF_RUN_MS, () => ended.result()).catch(() => undefined);
  return { text: `${answer}\n${report.webUiUrl}`, json: { done: true, ...refOf(report), answer } };
}

/**
 * `resync <order or sync>`: the same as one more event, also for an order that no event ever announced.
 *
 * @param known what the workflow is started with beside the id, where the command line says so
 */
export async function resync(
  context: OpsContext,
  argument: string,
  tenantUid: string | undefined,
  known: object = {},
): Promise<CommandOutput> {
  if (argument.trim() === '' || argument.length > MAX_ID_LENGTH + 100)
    throw new OpsError(EXIT.usage, `An id has 1 to ${MAX_ID_LENGTH} characters.`);
  const entity = await entityToSync(context, argument.trim(), candidatesOf(context, argument.trim(), tenantUid));
  const { key, webUiUrl: url } = await publishResync(context, entity, known);
  const { kind, id } = entity;
  const reference = { ...key, workflowId: kind.id(id), webUiUrl: url };
  return {
    text: `${kind.subject(id)} (${id.tenantUid}) will be read and synced again.\n${url}`,
    json: { done: true, [kind.name.replace(/-./, (match) => match.slice(1).toUpperCase())]: reference },
  };
}

/** The one entity that is meant: the only candidate, or the only one that is known. */
export async function entityToSync(
  context: OpsContext,
  argument: string,
  candidates: readonly Entity[],
): Promise<Entity> {
  const known: Entity[] = [];
  for (const candidate of candidates.length > 1 ? candidates : []) {
    if (await describeRun(context, candidate.kind.id(candidate.id))) known.push(candidate);
  }
  const possible = known.length > 0 ? known : candidates;
  const [only, ...others] = possible;
  if (only !== undefined && others.length === 0) return only;
  throw whichTenant(
    argument,
    possible.map(({ id }) => id.tenantUid),
  );
}

async function publishResync(
  context: OpsContext,
  { kind, id }: Entity,
  known: object,
): Promise<{ readonly key: EntityKey; readonly webUiUrl: string }> {
  const workflowId = kind.id(id);
  const before = await readStart(context, workflowId);
  const start = before?.key ?? (kind.keyOf ? kind.keyOf(id) : id) ?? (Object.keys(known).length > 0 ? id : undefined);
  const extra = kind.operatorEvent ? kind.operatorEvent(before?.event) : {};
  if (!start || !extra) {
    const more = kind.name === 'goods-reception' ? ': npm run ops -- goods resend <receivement> --store <store>' : '';
    const message = `${kind.subject(id)} is not known here, and more than its id is needed to sync it${more}.`;
    throw new OpsError(EXIT.refused, message, { workflowId });
  }
  const key: EntityKey = { ...start, ...known };
  const event: EntityEvent = { eventId: `operator:${randomUUID()}`, source: 'operator', what: 'resync', ...extra };
  await publisherOf(context).publish(kind, key, event);
  const { temporalWebUiUrl } = context.config.api;
  return { key, webUiUrl: webUiUrl({ namespace: context.temporal.namespace, temporalWebUiUrl }, { workflowId }) };
}

/** What the latest run of a workflow was started with, and its first event: the first things in its history. */
async function readStart(
  context: OpsContext,
  workflowId: string,
): Promise<{ readonly key: EntityKey; readonly event?: EntityEvent } | undefined> {
  const run = await describeRun(context, workflowId);
  if (!run) return undefined;
  const { connection, namespace } = context.temporal;
  const { history } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
    connection.workflowService.getWorkflowExecutionHistory({
      ...{ namespace, execution: { workflowId, runId: run.runId }, maximumPageSize: 10 },
    }),
  );
  const events = history?.events ?? [];
  const started = events[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!started) return undefined;
  const {
    retryLadder: _ladder,
    carried: _carried,
    ...key
  } = defaultPayloadConverter.fromPayload<EntityKey & { readonly retryLadder?: string; readonly carried?: unknown }>(
    started,
  );
  const signal = events.find(({ workflowExecutionSignaledEventAttributes: signaled }) => signaled != null);
  const payload = signal?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0];
  const [event] = payload ? defaultPayloadConverter.fromPayload<readonly EntityEvent[]>(payload) : [];
  return { key, ...(event && { event }) };
}

/** `stores export`: the same as an event about a store, for every chosen tenant. With `wait`, until the end or a failure. */
export async function resyncAll(
  context: OpsContext,
  kind: AnyEntityKind,
  tenantUid: string | undefined,
  wait: boolean,
): Promise<CommandOutput> {
  const engine = kind.engine;
  if (wait && !(await hasWorkflowWorker(context.temporal, taskQueueOf(engine)))) {
    throw new OpsError(
      EXIT.refused,
      `No worker of the ${engine} engine is running: npm run worker -- --engine ${engine}`,
    );
  }
  const done: { readonly text: string; readonly json: object }[] = [];
  for (const tenant of chosenTenants(context, tenantUid)) {
    const entity: Entity = { kind, id: { tenantUid: tenant.tenantUid } };
    const workflowId = kind.id(entity.id);
    const before = wait ? await describeRun(context, workflowId) : undefined;
    const { webUiUrl: url } = await publishResync(context, entity, {});
    const reference = { tenantUid: tenant.tenantUid, workflowId, webUiUrl: url };
    if (!wait) {
      done.push({ text: `${kind.subject(entity.id)}: on the way to Flow.\n  ${url}`, json: reference });
      continue;
    }
    const report = await untilSettled(context, entity, before && waitingOf(before)?.activityId);
    const { outcome, waiting: failure } = report;
    const text = describeEntity(report, context.config.retryLadder, new Date());
    done.push({ text, json: { ...reference, ...(outcome && { outcome }), ...(failure && { failure }) } });
  }
  return { text: done.map(({ text }) => text).join('\n\n'), json: { exports: done.map(({ json }) => json) } };
}

/** Waits for the end of a run, or for its next failure: what is tried again may wait for hours. */
async function untilSettled(
  context: OpsContext,
  entity: Entity,
  failedBefore: string | undefined,
): Promise<EntityReport> {
  const endAtMs = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < endAtMs) {
    const run = await describeRun(context, entity.kind.id(entity.id));
    const waiting = run && waitingOf(run);
    if (run && (run.status.name !== 'RUNNING' || (waiting && waiting.activityId !== failedBefore))) {
      const [report] = await readReports(context, [entity]);
      if (report) return report;
    }
    await pause(LOOK_EVERY_MS);
  }
  throw new OpsError(EXIT.refused, `${entity.kind.subject(entity.id)}: no end in time; look at its page.`);
}

/** `failing`: what waits to be tried again, latest first: the orders, then everything else. */
export async function failing(
  context: OpsContext,
  tenantUid: string | undefined,
  limit: number,
): Promise<CommandOutput> {
  chosenTenants(context, tenantUid);
  const { client, namespace } = context.temporal;
  const { temporalWebUiUrl } = context.config.api;
  const directory = new EntityDirectory({ client, namespace, temporalWebUiUrl, timeoutMs: ASK_SERVER_MS });
  const [found, others, besideOrders] = await Promise.all([
    directory.listFailing('orders', limit + 1, tenantUid),
    directory.listFailing('others', limit, tenantUid),
    directory.countFailing('others', tenantUid),
  ]);
  const hasMore = found.length > limit;
  const now = new Date();
  const withNext = async (sync: (typeof found)[number], index: number) => {
    const run = index < NEXT_ASKED ? await describeRun(context, sync.workflowId) : undefined;
    const waiting = run && waitingOf(run);
    const { orderNumber } = (entityOf(sync.workflowId)?.id ?? {}) as { readonly orderNumber?: string };
    return { ...sync, ...(orderNumber !== undefined && { orderNumber }), ...(waiting && { waiting }) };
  };
  const orders = await Promise.all(found.slice(0, limit).map(withNext));
  const rest = await Promise.all(others.map(withNext));
  const orderRows = orders.map((row) => [
    row.orderNumber ?? '',
    row.tenantUid ?? '-',
    row.storeUid ?? '-',
    ...waitCells(row, now),
  ]);
  const otherRows = rest.map((row) => [row.workflowId, ...waitCells(row, now)]);
  const summary = hasMore
    ? `The latest ${limit} failing orders; there are more (--limit).`
    : `${orders.length} failing.`;
  const text = [
    ...(orders.length === 0
      ? ['No order is failing.']
      : [
          textTable(
            narrowed([['ORDER', 'TENANT', 'STORE', ...WAIT_COLUMNS], ...orderRows], ['STORE', 'TENANT', 'FAILURE']),
          ),
          ...['', `${summary} Why one fails: npm run ops -- where <order>`],
        ]),
    ...(rest.length === 0
      ? []
      : [
          ...['', textTable(narrowed([['SYNC', ...WAIT_COLUMNS], ...otherRows], ['FAILURE'])), ''],
          `${besideOrders} failing beside the orders. Why one fails: npm run ops -- where <sync>`,
        ]),
  ];
  return { text: text.join('\n'), json: { orders, hasMore, others: rest, besideOrders } };
}

const WAIT_COLUMNS = ['FAILURE', 'FAILED', 'NEXT', 'SINCE'] as const;

function waitCells(
  { waiting, failureType = '-', startedAt }: FailingSync & { readonly waiting?: ReturnType<typeof waitingOf> },
  now: Date,
): string[] {
  return [
    failureType,
    String(waiting?.failedAttempts ?? '-'),
    waiting?.nextAttemptAt === undefined ? 'now' : `in ${duration(Date.parse(waiting.nextAttemptAt) - now.getTime())}`,
    duration(now.getTime() - startedAt.getTime()),
  ];
}

/** An operator's command to a running workflow. */
async function update(
  { temporal }: OpsContext,
  report: EntityReport,
  send: (handle: ReturnType<OpsContext['temporal']['client']['workflow']['getHandle']>) => Promise<string>,
): Promise<string> {
  const { subject, tenantUid, workflowId, execution, syncState = 'unknown', taskQueue } = report;
  const details = refOf(report);
  if (execution !== 'RUNNING') {
    const entity = entityOf(workflowId);
    const again = entity ? `\nTo sync it again: npm run ops -- ${entity.kind.resync(entity.id)}` : '';
    const message = `${subject} (${tenantUid}) is not waiting for anything: its state is ${syncState}.${again}`;
    throw new OpsError(EXIT.refused, message, details);
  }
  const noWorker = new OpsError(
    EXIT.refused,
    `No worker answered for ${subject}, so nothing was done.\nIs one running? npm run worker -- --engine ${taskQueue}`,
    details,
  );
  if (!(await hasWorkflowWorker(temporal, taskQueue))) throw noWorker;
  try {
    const handle = temporal.client.workflow.getHandle(workflowId);
    return await temporal.connection.withDeadline(Date.now() + ASK_WORKER_MS, () => send(handle));
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new OpsError(EXIT.refused, error.cause?.message ?? error.message, details);
    const code = grpcCodeOf(error);
    if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || code === GRPC.DEADLINE_EXCEEDED) throw noWorker;
    if (code === GRPC.NOT_FOUND || (error instanceof Error && error.name === 'WorkflowNotFoundError'))
      throw new OpsError(EXIT.refused, `${subject} came to its end in the meantime.`, details);
    throw error;
  }
}

/** The report of the one entity that a command changes: it must be clear which is meant. */
async function onlyOne(context: OpsContext, argument: string, tenantUid: string | undefined): Promise<EntityReport> {
  const reports = await readReports(context, candidatesOf(context, argument, tenantUid));
  const [report, ...others] = reports;
  if (report === undefined) throw notFound(context, argument, tenantUid);
  if (others.length > 0)
    throw whichTenant(
      argument,
      reports.map((found) => found.tenantUid),
    );
  return report;
}

function notFound(context: OpsContext, argument: string, tenantUid: string | undefined): OpsError {
  const entity = entityOf(argument);
  const searched = entity ? [entity.id.tenantUid] : chosenTenants(context, tenantUid).map((tenant) => tenant.tenantUid);
  const what = entity ? argument : `Order ${argument}`;
  const command =
    entity?.kind.resync(entity.id) ??
    `resync ${asArgument(argument)}${searched.length > 1 ? ' --tenant <tenant>' : ''}`;
  const message =
    `${what} is not known here (looked in ${searched.join(', ')}).\n` +
    `Either no event ever named it, or its sync has been over for longer than Temporal keeps histories.\n` +
    `To sync it now: npm run ops -- ${command}`;
  return new OpsError(EXIT.refused, message, { found: false, argument, searched });
}

function whichTenant(argument: string, tenantUids: readonly string[]): OpsError {
  const message = `${argument} may be in several tenants: say which with --tenant (${tenantUids.join(', ')}).`;
  return new OpsError(EXIT.usage, message, { tenants: tenantUids });
}

function refOf({ tenantUid, orderNumber, workflowId, runId, webUiUrl: url }: EntityReport): Record<string, unknown> {
  return { tenantUid, ...(orderNumber !== undefined && { orderNumber }), workflowId, runId, webUiUrl: url };
}
