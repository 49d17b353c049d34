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

/** The checkpoint of an export, as its workflow keeps it; undefined before the first run. */
export async function readCheckpoint(client: Client, key: ExportKey): Promise<ExportCheckpoint | undefined> {
  try {
    return await client.connection.withDeadline(Date.now() + ASK_MS, () =>
      client.workflow.getHandle(checkpointWorkflowId(key)).query<ExportCheckpoint>(CHECKPOINT_QUERY),
    );
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
