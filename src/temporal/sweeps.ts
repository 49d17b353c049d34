import { type Client } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowIdConflictPolicy, WorkflowIdReusePolicy } from '@temporalio/common';
import { exportsPurchaseOrders } from '../config/connector';
import { stockMasterOf } from '../config/stock-master';
import { type IntegrationConfig, type TenantConfig } from '../config/types';
import { searchAttributes } from '../contracts/search-attributes';
import { SWEEP_STREAMS, SWEEPS, type SweepStream } from '../contracts/streams';
import {
  DEPLOYMENT_MEMO,
  SWEEP_CONFIGURE_SIGNAL,
  SWEEP_QUERY,
  SWEEP_WORKFLOW,
  sweepWorkflowId,
  type SweepSettings,
  type SweepState,
  type SweepWorkflowInput,
} from '../contracts/sweeps';
import { taskQueueOf } from '../contracts/task-queues';

const CALL_TIMEOUT_MS = 10_000;
const ASK_WORKER_MS = 15_000;

/** What a tenant's configuration says about its sweeps. An interval of 0 asks for none, nor do unwanted receipts. */
export function sweepSettings(
  tenant: TenantConfig,
  { retryLadder }: Pick<IntegrationConfig, 'retryLadder'>,
  deployment: string,
): SweepSettings {
  const { sweeps, settings, connector, stores } = tenant;
  const isWanted = (stream: SweepStream): boolean => {
    if (stream === 'flow-receipts') return settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM;
    return stream !== 'omnium-purchase-orders' || exportsPurchaseOrders(connector);
  };
  const every = SWEEP_STREAMS.map((stream) => [stream, sweeps[SWEEPS[stream].every]] as const);
  const storeUids = [...new Set(stores.map(({ storeUid }) => storeUid))].sort();
  return {
    ...{ deployment, retryLadder },
    every: Object.fromEntries(every.filter(([stream, seconds]) => seconds > 0 && isWanted(stream))),
    overlapSeconds: sweeps.overlapSeconds,
    firstLookBackHours: sweeps.firstLookBackHours,
    stockMasters: Object.fromEntries(storeUids.map((storeUid) => [storeUid, stockMasterOf(tenant, storeUid)])),
  };
}

/** Starts a tenant's sweep, or brings it the settings of the moment. Repeat-safe. */
export async function configureSweep(
  client: Client,
  tenantUid: string,
  settings: SweepSettings,
  taskQueue: string = taskQueueOf('exports'),
): Promise<void> {
  await client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, () =>
    client.workflow.signalWithStart<(input: SweepWorkflowInput) => Promise<void>, [SweepSettings]>(SWEEP_WORKFLOW, {
      ...{ workflowId: sweepWorkflowId(tenantUid), taskQueue, args: [{ tenantUid, settings }] },
      workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      ...{ signal: SWEEP_CONFIGURE_SIGNAL, signalArgs: [settings] },
      typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: tenantUid }]),
      staticSummary: `Sweep · ${tenantUid}`,
    }),
  );
}

/** Switches off the sweeps of tenants that this deployment once had; what they keep stays. */
export async function endOtherSweeps(
  client: Client,
  tenantUids: ReadonlySet<string>,
  deployment: string,
  taskQueue: string = taskQueueOf('exports'),
): Promise<void> {
  const query = `WorkflowType = '${SWEEP_WORKFLOW}' AND ExecutionStatus = 'Running'`;
  const left: string[] = [];
  await client.connection.withDeadline(Date.now() + ASK_WORKER_MS, async () => {
    for await (const { workflowId, memo, taskQueue: itsQueue } of client.workflow.list({ query })) {
      const tenantUid = workflowId.slice(sweepWorkflowId('').length);
      const isOurs = memo?.[DEPLOYMENT_MEMO] === deployment && itsQueue === taskQueue;
      if (isOurs && !tenantUids.has(tenantUid)) left.push(tenantUid);
    }
  });
  for (const tenantUid of left) {
    const { settings } = await readSweepState(client, tenantUid);
    await configureSweep(client, tenantUid, { ...settings, every: {} }, taskQueue);
  }
}

/** Where a tenant's sweeps are; a worker answers. @throws WorkflowNotFoundError before its first start */
export async function readSweepState(client: Client, tenantUid: string): Promise<SweepState> {
  return await client.connection.withDeadline(Date.now() + ASK_WORKER_MS, () =>
    client.workflow.getHandle(sweepWorkflowId(tenantUid)).query<SweepState>(SWEEP_QUERY),
  );
}
