import { Context } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { GivenUpNotice } from '../../contracts/entity-sync';
import { GIVEN_UP_SIGNAL, sweepWorkflowId } from '../../contracts/sweeps';

const SIGNAL_WITHIN_MS = 10_000;

/** The activity by which a workflow that was given up leaves a trace that outlives it. */
export interface GivenUpActivities {
  rememberGivenUp(notice: GivenUpNotice): Promise<void>;
}

/** The tenant's sweep remembers it, for longer than Temporal keeps the closed run, and leaves the entity alone. */
export const givenUpActivities: GivenUpActivities = {
  rememberGivenUp: async (notice) => {
    const { client } = Context.current();
    const sweep = client.workflow.getHandle(sweepWorkflowId(notice.tenantUid));
    try {
      await client.connection.withDeadline(Date.now() + SIGNAL_WITHIN_MS, () =>
        sweep.signal<[GivenUpNotice]>(GIVEN_UP_SIGNAL, notice),
      );
    } catch (error) {
      // A tenant without a sweep has nothing that would take the entity up again.
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  },
};
