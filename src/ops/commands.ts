import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { GIVE_UP_UPDATE, type GiveUpRequest, MAX_ID_LENGTH, RETRY_NOW_UPDATE } from '../contracts/entity-sync';
import { orderKind } from '../contracts/kinds/order';
import { type IntegrationConfig } from '../config/types';
import { GRPC, grpcCodeOf } from '../temporal/grpc-errors';
import { OrderDirectory, webUiUrl } from '../temporal/order-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { type CommandOutput } from './command-output';
import { type OpsContext, publisherOf } from './context';
import { chosenTenants, findOneOrder, findOrder, orderNotFound, whichTenant } from './find-order';
import { EXIT, OpsError } from './ops-error';
import { traceOrder } from './trace-order';
import { type OrderReport } from './order-report';
import { asArgument, describeOrder, failingSyncsTable, failingTable } from './order-text';
import { giveUpSync, isSyncId, retrySync, whereSync } from './other-syncs';

/** Which order is meant. */
export interface OrderChoice {
  readonly orderNumber: string;
  readonly tenantUid: string | undefined;
}

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 8_000;
const END_OF_RUN_MS = 3_000;

/** `where <order>`: where is it, and why. An order number that several tenants use is told for each. */
export async function where(context: OpsContext, { orderNumber, tenantUid }: OrderChoice): Promise<CommandOutput> {
  if (isSyncId(orderNumber)) return await whereSync(context, orderNumber);
  const orders = await traceOrder(context, orderNumber, tenantUid);
  if (orders.length === 0) throw orderNotFound(context, orderNumber, tenantUid);
  const now = new Date();
  const text = orders.map((order) => describeOrder(order, context.config.retryLadder, now)).join('\n\n');
  return { text, json: { found: true, orders } };
}

/** `retry-now <order>`: ends the wait on the ladder. */
export async function retryNow(context: OpsContext, choice: OrderChoice): Promise<CommandOutput> {
  if (isSyncId(choice.orderNumber)) return await retrySync(context, choice.orderNumber);
  const order = await findOneOrder(context, choice.orderNumber, choice.tenantUid);
  const answer = await command(context, order, { update: RETRY_NOW_UPDATE, args: [] });
  return { text: `${answer}\n${order.webUiUrl}`, json: { done: true, order: refOf(order), answer } };
}

/** `give-up <order> --reason`: ends the retries; the next event, or a resync, starts again. */
export async function giveUp(context: OpsContext, choice: OrderChoice, reason: string): Promise<CommandOutput> {
  if (reason.trim() === '') throw new OpsError(EXIT.usage, 'Give a reason: it is shown on the order’s page.');
  if (isSyncId(choice.orderNumber)) return await giveUpSync(context, choice.orderNumber, reason);
  const order = await findOneOrder(context, choice.orderNumber, choice.tenantUid);
  const request: GiveUpRequest = { reason: reason.trim() };
  const answer = await command(context, order, { update: GIVE_UP_UPDATE, args: [request] });
  await untilEnded(context, order);
  return { text: `${answer}\n${order.webUiUrl}`, json: { done: true, order: refOf(order), answer } };
}

/** `resync <order>`: the same as one more event from Omnium, also for an order nobody told us about. */
export async function resync(
  context: OpsContext,
  choice: OrderChoice,
  omniumOrderId: string | undefined,
): Promise<CommandOutput> {
  const { orderNumber } = choice;
  if (orderNumber.trim() === '' || orderNumber.length > MAX_ID_LENGTH) {
    throw new OpsError(EXIT.usage, `An order number has 1 to ${MAX_ID_LENGTH} characters.`);
  }
  const { tenantUid, known } = await tenantForResync(context, choice);
  const { namespace } = context.temporal;
  const id = omniumOrderId ?? (known && (await omniumOrderIdOf(context, known))) ?? orderNumber;
  await publisherOf(context).publish(
    orderKind,
    { tenantUid, orderNumber, omniumOrderId: id },
    { eventId: `operator:${randomUUID()}`, source: 'operator', what: 'resync' },
  );
  const workflowId = orderKind.id({ tenantUid, orderNumber });
  const url = webUiUrl({ namespace, temporalWebUiUrl: context.config.api.temporalWebUiUrl }, { workflowId });
  return {
    text: `Order ${orderNumber} (${tenantUid}) will be read from Omnium and synced again.\n${url}`,
    json: { done: true, order: { tenantUid, orderNumber, omniumOrderId: id, workflowId, webUiUrl: url } },
  };
}

/** `failing`: the orders that wait on the ladder, latest first, then everything else that does. */
export async function failing(
  context: OpsContext,
  tenantUid: string | undefined,
  limit: number,
): Promise<CommandOutput> {
  chosenTenants(context, tenantUid);
  const { client, namespace } = context.temporal;
  const { temporalWebUiUrl } = context.config.api;
  const directory = new OrderDirectory({ client, namespace, temporalWebUiUrl, timeoutMs: ASK_SERVER_MS });
  const asked = { ...(tenantUid === undefined ? {} : { tenantUid }), limit: limit + 1 };
  const found = await directory.listFailing(asked);
  const orders = found.slice(0, limit);
  const hasMore = found.length > limit;
  const others = (await directory.listFailingBesideOrders(asked)).slice(0, limit);
  const besideOrders = await directory.countFailingBesideOrders(tenantUid);
  const json = { orders, hasMore, others, besideOrders };
  const now = new Date();
  const summary = hasMore
    ? `The latest ${limit} failing orders; there are more (--limit).`
    : `${orders.length} failing.`;
  const aboutOrders =
    orders.length === 0
      ? ['No order is failing.']
      : [failingTable(orders, now), '', `${summary} Why one fails: npm run ops -- where <order>`];
  const aboutOthers =
    others.length === 0
      ? []
      : [
          ...['', failingSyncsTable(others, now), ''],
          `${besideOrders} failing beside the orders. Why one fails: npm run ops -- where <sync>`,
        ];
  return { text: [...aboutOrders, ...aboutOthers].join('\n'), json };
}

/** `config check`: the configuration in short; loading it has checked it. */
export function configCheck({ retryLadder, api, tenants }: IntegrationConfig): CommandOutput {
  const lines = tenants.map(({ tenantUid, countryCode, currency, markets, stores, webhooks }) => {
    const schemes = webhooks.omnium.schemes.map(({ type }) => type).join(' + ');
    const marketIds = markets.map(({ marketId }) => marketId).join(', ');
    return `  ${tenantUid}: ${countryCode}, ${currency}; markets ${marketIds}; ${stores.length} ${stores.length === 1 ? 'store' : 'stores'} named; Omnium events by ${schemes}`;
  });
  const text = [
    `The configuration is in order: ${tenants.length} ${tenants.length === 1 ? 'tenant' : 'tenants'}, retry ladder "${retryLadder}", API on port ${api.port}.`,
    ...lines,
  ].join('\n');
  return { text, json: { valid: true, retryLadder, tenants: tenants.map(({ tenantUid }) => tenantUid) } };
}

/** An operator's command as the workflow knows it. */
type UpdateCall =
  | { readonly update: typeof RETRY_NOW_UPDATE; readonly args: [] }
  | { readonly update: typeof GIVE_UP_UPDATE; readonly args: [GiveUpRequest] };

async function command(context: OpsContext, order: OrderReport, call: UpdateCall): Promise<string> {
  if (order.execution !== 'RUNNING') {
    throw new OpsError(
      EXIT.refused,
      `Order ${order.orderNumber} (${order.tenantUid}) is not waiting for anything: its state is ${order.syncState ?? 'unknown'}.\n` +
        `To read it from Omnium again: npm run ops -- resync ${asArgument(order.orderNumber)}`,
      { order: refOf(order) },
    );
  }
  const { client, connection } = context.temporal;
  if (!(await hasWorkflowWorker(context.temporal, order.taskQueue))) throw noWorkerAnswered(order);
  try {
    const handle = client.workflow.getHandle(order.workflowId);
    return await connection.withDeadline(Date.now() + ASK_WORKER_MS, () =>
      call.update === GIVE_UP_UPDATE
        ? handle.executeUpdate<string, [GiveUpRequest]>(call.update, { args: call.args })
        : handle.executeUpdate<string, []>(call.update),
    );
  } catch (error) {
    throw refusalOf(error, order) ?? error;
  }
}

/** Waits a moment for the run to end, so that `where` right afterwards tells of the end. */
async function untilEnded({ temporal }: OpsContext, { workflowId, runId }: OrderReport): Promise<void> {
  const { client, connection } = temporal;
  const ended = client.workflow.getHandle(workflowId, runId);
  // What was asked for is done either way.
  await connection.withDeadline(Date.now() + END_OF_RUN_MS, () => ended.result()).catch(() => undefined);
}

function refusalOf(error: unknown, order: OrderReport): OpsError | undefined {
  const details = { order: refOf(order) };
  if (error instanceof WorkflowUpdateFailedError) {
    return new OpsError(EXIT.refused, error.cause?.message ?? error.message, details);
  }
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || grpcCodeOf(error) === GRPC.DEADLINE_EXCEEDED) {
    return noWorkerAnswered(order);
  }
  if (grpcCodeOf(error) === GRPC.NOT_FOUND || (error instanceof Error && error.name === 'WorkflowNotFoundError')) {
    return new OpsError(EXIT.refused, `Order ${order.orderNumber} came to its end in the meantime.`, details);
  }
  return undefined;
}

function noWorkerAnswered(order: OrderReport): OpsError {
  return new OpsError(
    EXIT.refused,
    `No worker answered for order ${order.orderNumber}, so nothing was done.\n` +
      'Is one running? npm run worker -- --engine order-sync',
    { order: refOf(order) },
  );
}

async function tenantForResync(
  context: OpsContext,
  { orderNumber, tenantUid }: OrderChoice,
): Promise<{ tenantUid: string; known?: OrderReport }> {
  const tenants = chosenTenants(context, tenantUid);
  const found = await findOrder(context, orderNumber, tenantUid);
  const [known, ...others] = found;
  if (known !== undefined && others.length === 0) return { tenantUid: known.tenantUid, known };
  const [only, ...more] = tenants;
  if (only !== undefined && more.length === 0) return { tenantUid: only.tenantUid };
  const possible = found.length > 0 ? found : tenants;
  throw whichTenant(
    orderNumber,
    possible.map((candidate) => candidate.tenantUid),
  );
}

/** Omnium's id as an earlier event gave it: the first thing in the order's history. */
async function omniumOrderIdOf(context: OpsContext, order: OrderReport): Promise<string | undefined> {
  const { connection, namespace } = context.temporal;
  const { workflowId, runId } = order;
  const { history } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
    connection.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId, runId },
      maximumPageSize: 1,
    }),
  );
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (payload == null) return undefined;
  const input: unknown = defaultPayloadConverter.fromPayload(payload);
  const id = typeof input === 'object' && input !== null && 'omniumOrderId' in input ? input.omniumOrderId : undefined;
  return typeof id === 'string' ? id : undefined;
}

function refOf({ tenantUid, orderNumber, workflowId, runId, webUiUrl: url }: OrderReport): Record<string, string> {
  return { tenantUid, orderNumber, workflowId, runId, webUiUrl: url };
}
