import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdConflictPolicy } from '@temporalio/common';
import {
  CHECKPOINT_QUERY,
  CHECKPOINT_SIGNAL,
  CHECKPOINT_WORKFLOW,
  checkpointWorkflowId,
  type CheckpointSignal,
  type CheckpointWorkflowInput,
  type ExportCheckpoint,
  type ExportKey,
} from '../../contracts/exports';

const ASK_MS = 20_000;

/**
 * The checkpoint of an export, as its workflow keeps it; undefined before the first run. One whose workflow somebody has
 * ended is not known any more: the next signal begins another, and everything is read again.
 */
export async function readCheckpoint(client: Client, key: ExportKey): Promise<ExportCheckpoint | undefined> {
  const keeper = client.workflow.getHandle(checkpointWorkflowId(key));
  try {
    return await client.connection.withDeadline(Date.now() + ASK_MS, async () => {
      // Temporal lets closed workflows answer queries as well.
      const { status } = await keeper.describe();
      return status.name === 'RUNNING' ? await keeper.query<ExportCheckpoint>(CHECKPOINT_QUERY) : undefined;
    });
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Notes that a run begins or has come to its end; starts the checkpoint's workflow when it is not there. Repeat-safe. */
export async function signalCheckpoint(
  client: Client,
  taskQueue: string,
  { tenantUid, marketOrGroup, stream }: ExportKey,
  signal: CheckpointSignal,
): Promise<void> {
  const key = { tenantUid, marketOrGroup, stream };
  await client.connection.withDeadline(Date.now() + ASK_MS, () =>
    client.workflow.signalWithStart<(input: CheckpointWorkflowInput) => Promise<void>, [CheckpointSignal]>(
      CHECKPOINT_WORKFLOW,
      {
        ...{ workflowId: checkpointWorkflowId(key), taskQueue, args: [key] },
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        ...{ signal: CHECKPOINT_SIGNAL, signalArgs: [signal] },
        staticSummary: `Checkpoint of export ${stream} · ${tenantUid} ${marketOrGroup}`,
      },
    ),
  );
}
