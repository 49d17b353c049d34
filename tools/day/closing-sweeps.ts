import {
  SWEEP_STREAMS,
  SWEEP_WORKFLOW,
  type SweepReport,
  type SweepStream,
  sweepScheduleId,
} from '../../src/contracts/sweep-messages';
import { type SweepTally } from './compare/sweep-table';
import { type DayTenant } from './context';
import { type ScheduledRuns } from './scheduled-runs';

/** A sweep reads three days on its first run, and waits five minutes at most between two tries. */
const PATIENCE_MS = 180_000;

/** What the sweeps have done. */
export interface SweepsDone {
  /** Every run of the day, the closing one included. */
  readonly tallies: readonly SweepTally[];
  /** Sweeps that did not come to an end, with the reason. */
  readonly unfinished: readonly string[];
}

/** Has each sweep of each tenant run once and waits until it has ended; then tells what all runs of the day found. */
export async function runClosingSweeps(runs: ScheduledRuns, tenants: readonly DayTenant[]): Promise<SweepsDone> {
  const scheduleIds = tenants.flatMap(({ tenantUid }) =>
    SWEEP_STREAMS.map((stream) => sweepScheduleId({ tenantUid, stream })),
  );
  const unfinished = await runs.runAll({ workflowType: SWEEP_WORKFLOW, scheduleIds, patienceMs: PATIENCE_MS });
  const reports = await runs.reports<SweepReport>(SWEEP_WORKFLOW);
  return { tallies: SWEEP_STREAMS.map((stream) => tallyOf(stream, reports)), unfinished };
}

function tallyOf(stream: SweepStream, reports: readonly SweepReport[]): SweepTally {
  const own = reports.filter((report) => report.stream === stream);
  const sum = (count: (report: SweepReport) => number): number => own.reduce((total, each) => total + count(each), 0);
  return {
    stream,
    runs: own.length,
    looked: sum(({ looked }) => looked),
    found: sum(({ found }) => found),
    inProgress: sum(({ inProgress }) => inProgress),
    failedToLook: sum(({ failedToLook }) => failedToLook),
    calls: sum(({ calls }) => calls),
    names: [...new Set(own.flatMap(({ names }) => names))],
    failedNames: [...new Set(own.flatMap(({ failedNames }) => failedNames))],
  };
}
