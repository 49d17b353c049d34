import { type Client } from '@temporalio/client';
import { customerKind } from '../../src/contracts/kinds/customer';
import { orderKind } from '../../src/contracts/kinds/order';

/** What killed workers had in hand. */
export interface LostAttempts {
  /** Activities that lost at least one attempt with their worker. */
  readonly activities: number;
  /** Decisions of workflows that were made anew by another worker. */
  readonly workflowTasks: number;
  /** Workflow runs that were looked at. */
  readonly runs: number;
}

/** Reads from the histories what was lost with killed workers: nobody else knows, as a killed process reports nothing. */
export async function countLostAttempts(client: Client, since: Date): Promise<LostAttempts> {
  const query = `WorkflowType IN ('${orderKind.workflow}', '${customerKind.workflow}') AND StartTime >= '${since.toISOString()}'`;
  let activities = 0;
  let workflowTasks = 0;
  let runs = 0;
  for await (const { workflowId, runId } of client.workflow.list({ query, pageSize: 1_000 })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    runs += 1;
    for (const { activityTaskStartedEventAttributes: started, workflowTaskTimedOutEventAttributes } of events ?? []) {
      if (started?.lastFailure?.timeoutFailureInfo) activities += 1;
      if (workflowTaskTimedOutEventAttributes) workflowTasks += 1;
    }
  }
  return { activities, workflowTasks, runs };
}
