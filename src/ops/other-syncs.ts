import { type WorkflowExecutionDescription } from '@temporalio/client';
import { GIVE_UP_UPDATE, type GiveUpRequest, RETRY_NOW_UPDATE } from '../contracts/entity-sync';
import { searchAttributes } from '../contracts/search-attributes';
import { GRPC, grpcCodeOf } from '../temporal/grpc-errors';
import { webUiUrl } from '../temporal/order-directory';
import { hasWorkflowWorker } from '../temporal/pollers';
import { type CommandOutput } from './command-output';
import { type OpsContext } from './context';
import { EXIT, OpsError } from './ops-error';
import { wrap } from './wrap';

/** Syncs beside the orders are named by their workflow ids, as the Web UI, `failing` and every page show them. */
const SYNC_ID = /^(goods-reception|purchase-order|delivery|stores|stock|customer|product|export-row):\S.*$/;

const ASK_SERVER_MS = 5_000;
const ASK_WORKER_MS = 8_000;
const WIDTH = 100;
/** Temporal's own query for a workflow's summary and details. */
const METADATA_QUERY = '__temporal_workflow_metadata';

/** Whether what an operator typed names a sync beside the orders, e.g. `goods-reception:flow_no:R-17`. */
export function isSyncId(text: string): boolean {
  return SYNC_ID.test(text);
}

/** `where <workflow id>`: what the sync's page says. */
export async function whereSync(context: OpsContext, workflowId: string): Promise<CommandOutput> {
  const description = await describe(context, workflowId);
  const { typedSearchAttributes, status, taskQueue } = description;
  const syncState = typedSearchAttributes.get(searchAttributes.syncState);
  const failureType = typedSearchAttributes.get(searchAttributes.failureType);
  const details = await detailsOf(context, workflowId, taskQueue);
  const url = urlOf(context, description);
  const headline = `${workflowId}: ${syncState ?? 'unknown'} (${status.name.toLowerCase()})`;
  const words = details ?? [
    'No worker answered, so its own words cannot be read now; its page has them once one runs.',
  ];
  return {
    text: [headline, '', ...words.flatMap((line) => wrap(line, WIDTH)), '', url].join('\n'),
    json: {
      ...{ found: true, workflowId, execution: status.name, webUiUrl: url },
      ...(syncState && { syncState }),
      ...(failureType && { failureType }),
      ...(details && { details }),
    },
  };
}

/** `retry-now <workflow id>`: ends the wait on the ladder. */
export function retrySync(context: OpsContext, workflowId: string): Promise<CommandOutput> {
  return command(context, workflowId, { update: RETRY_NOW_UPDATE, args: [] });
}

/** `give-up <workflow id> --reason`: ends the retries; the next event starts again. */
export function giveUpSync(context: OpsContext, workflowId: string, reason: string): Promise<CommandOutput> {
  return command(context, workflowId, { update: GIVE_UP_UPDATE, args: [{ reason: reason.trim() }] });
}

type UpdateCall =
  | { readonly update: typeof RETRY_NOW_UPDATE; readonly args: [] }
  | { readonly update: typeof GIVE_UP_UPDATE; readonly args: [GiveUpRequest] };

async function command(context: OpsContext, workflowId: string, call: UpdateCall): Promise<CommandOutput> {
  const description = await describe(context, workflowId);
  if (description.status.name !== 'RUNNING') {
    throw new OpsError(EXIT.refused, `${workflowId} is not waiting for anything: its sync is over.`, { workflowId });
  }
  if (!(await hasWorkflowWorker(context.temporal, description.taskQueue))) {
    const engine = description.taskQueue;
    const message = `No worker answered for ${workflowId}, so nothing was done.\nIs one running? npm run worker -- --engine ${engine}`;
    throw new OpsError(EXIT.refused, message, { workflowId });
  }
  const { client, connection } = context.temporal;
  const handle = client.workflow.getHandle(workflowId);
  try {
    const answer = await connection.withDeadline(Date.now() + ASK_WORKER_MS, () =>
      call.update === GIVE_UP_UPDATE
        ? handle.executeUpdate<string, [GiveUpRequest]>(call.update, { args: call.args })
        : handle.executeUpdate<string, []>(call.update),
    );
    const url = urlOf(context, description);
    return { text: `${answer}\n${url}`, json: { done: true, workflowId, answer, webUiUrl: url } };
  } catch (error) {
    const refusal = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
    throw refusal === undefined ? error : new OpsError(EXIT.refused, refusal, { workflowId });
  }
}

async function describe({ temporal }: OpsContext, workflowId: string): Promise<WorkflowExecutionDescription> {
  const handle = temporal.client.workflow.getHandle(workflowId);
  try {
    return await temporal.connection.withDeadline(Date.now() + ASK_SERVER_MS, () => handle.describe());
  } catch (error) {
    const isUnknown = error instanceof Error && error.name === 'WorkflowNotFoundError';
    if (!isUnknown && grpcCodeOf(error) !== GRPC.NOT_FOUND) throw error;
    const message = `${workflowId} is not known here: nobody has told us of it, or it has been over for longer than Temporal keeps histories.`;
    throw new OpsError(EXIT.refused, message, { found: false, workflowId });
  }
}

/** The page's words without their Markdown; undefined when no worker answers. */
async function detailsOf(
  { temporal }: OpsContext,
  workflowId: string,
  taskQueue: string,
): Promise<readonly string[] | undefined> {
  if (!(await hasWorkflowWorker(temporal, taskQueue))) return undefined;
  const handle = temporal.client.workflow.getHandle(workflowId);
  const metadata = await temporal.connection
    .withDeadline(Date.now() + ASK_WORKER_MS, () => handle.query<{ currentDetails?: string }>(METADATA_QUERY))
    .catch(() => undefined);
  return metadata?.currentDetails?.replaceAll('**', '').replaceAll('`', '').split('\n');
}

function urlOf({ config, temporal }: OpsContext, { workflowId, runId }: WorkflowExecutionDescription): string {
  const { temporalWebUiUrl } = config.api;
  return webUiUrl({ namespace: temporal.namespace, temporalWebUiUrl }, { workflowId, runId });
}
