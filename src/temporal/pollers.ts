import { type ConnectionLike } from '@temporalio/client';
import { optionalTsToDate } from '@temporalio/common/lib/time';

const ASK_SERVER_MS = 5_000;

/** A worker asks again after at most a minute; one that has not for longer is gone, although the server lists it still. */
const GONE_AFTER_MS = 70_000;

/** Number of the enumeration value `TASK_QUEUE_TYPE_WORKFLOW` in Temporal's API. */
const WORKFLOW_QUEUE = 1;

/** Whether a worker has lately asked for work from a workflow task queue: without one, questions wait in vain. */
export async function hasWorkflowWorker(
  { connection, namespace }: { readonly connection: ConnectionLike; readonly namespace: string },
  taskQueue: string,
): Promise<boolean> {
  const { pollers } = await connection.withDeadline(Date.now() + ASK_SERVER_MS, () =>
    connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: WORKFLOW_QUEUE,
    }),
  );
  const now = Date.now();
  return (pollers ?? []).some(({ lastAccessTime }) => {
    const askedAt = optionalTsToDate(lastAccessTime);
    return askedAt !== undefined && now - askedAt.getTime() < GONE_AFTER_MS;
  });
}
