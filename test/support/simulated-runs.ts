import type { WorkflowHandle } from '@temporalio/client';
import type { ExportReport, ExportWorkflowInput } from '../../src/contracts/export-messages';
import type { ExportRun } from '../../src/temporal/export-standing';

export type SimulatedHandle = WorkflowHandle<(input: ExportWorkflowInput) => Promise<ExportReport>>;

/** A run of a simulated export. */
export interface SimulatedRun {
  readonly handle: SimulatedHandle;
  readonly startedAtMs: number;
  readonly isScheduled: boolean;
  readonly isStuck: boolean;
  /** When its last page was read: it may have written until then. */
  wroteUntilMs: number;
  begunAtMs?: number;
  report?: ExportReport;
  execution: 'RUNNING' | 'COMPLETED' | 'TERMINATED';
  closedAtMs?: number;
}

/** As Temporal's index lists them: those that are not over, then the one that closed last. */
export function indexedRuns(runs: readonly SimulatedRun[]): ExportRun[] {
  return runs
    .map(({ handle, startedAtMs, closedAtMs, execution, report }): ExportRun => ({
      ...{ workflowId: handle.workflowId, runId: handle.workflowId, execution, startedAt: new Date(startedAtMs) },
      ...(closedAtMs !== undefined && { closedAt: new Date(closedAtMs) }),
      ...(report && { summary: report }),
    }))
    .sort((one, other) => (other.closedAt?.getTime() ?? Infinity) - (one.closedAt?.getTime() ?? Infinity));
}
