import type { WorkflowHandle } from '@temporalio/client';
import type { ExportCheckpoint, ExportReport, ExportWorkflowInput } from '../../src/contracts/exports';

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
  /** The checkpoint when it had come to its end. */
  left?: ExportCheckpoint;
  execution: 'RUNNING' | 'COMPLETED' | 'TERMINATED';
  closedAtMs?: number;
}
