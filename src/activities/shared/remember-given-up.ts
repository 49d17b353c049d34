import type { GivenUpNotice } from '../../contracts/entity-sync';

/** The activity by which a workflow that was given up leaves a trace that outlives it. */
export interface GivenUpActivities {
  rememberGivenUp(notice: GivenUpNotice): Promise<void>;
}

export const givenUpActivities: GivenUpActivities = {
  // The workflow's own search attributes are the only trace so far.
  rememberGivenUp: () => Promise.resolve(),
};
