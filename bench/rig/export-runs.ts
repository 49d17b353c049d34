import type { WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { IntegrationConfig } from '../../src/config/types';
import {
  EXPORT_WORKFLOW,
  exportByHandId,
  type ExportReport,
  type ExportWorkflowInput,
} from '../../src/contracts/exports';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { taskQueueOf } from '../../src/contracts/task-queues';
import { type ExportStream } from '../../src/contracts/streams';
import { exportSchedules } from '../../src/temporal/schedules';
import type { BenchTemporal } from './temporal';

/** What an export has done, on either side of a comparison. */
export interface ExportTimes {
  readonly written: number;
  readonly elapsedMs: number;
}

/** What our exports have done together. */
export interface OurExports extends ExportTimes {
  readonly unchanged: number;
  readonly compared: number;
  /** Calls to both vendors, as the exports themselves count them. */
  readonly calls: number;
  readonly historyBytes: number;
  readonly historyEvents: number;
}

/** Which exports of a configuration. */
export interface WantedExports {
  readonly config: IntegrationConfig;
  readonly stream: ExportStream;
  /** All tenants, unless said otherwise. */
  readonly tenantUids?: readonly string[];
}

/** How far a run reads back behind the last one: nothing lags here for longer. */
const OVERLAP_SECONDS = 1;
/** So long between two rounds of changes no run reads those of the round before. */
export const BETWEEN_ROUNDS_MS = (OVERLAP_SECONDS + 0.5) * 1_000;

type ExportHandle = WorkflowHandle<(input: ExportWorkflowInput) => Promise<ExportReport>>;

/**
 * Runs the exports of a stream, all tenants at once, as their Schedules do, and waits until they are over.
 *
 * @throws Error when anything could not be brought over
 */
export async function runOurExports(temporal: BenchTemporal, wanted: WantedExports): Promise<OurExports> {
  const startedAt = performance.now();
  const handles = await startOurExports(temporal, wanted);
  const reports = await Promise.all(handles.map((handle) => handle.result()));
  const elapsedMs = performance.now() - startedAt;
  for (const report of reports) mustBeWhole(report);
  const histories = await Promise.all(handles.map((handle) => handle.describe()));
  return {
    elapsedMs,
    written: sum(reports.map(({ written }) => written)),
    unchanged: sum(reports.map(({ unchanged }) => unchanged)),
    compared: sum(reports.map(({ compared }) => compared)),
    calls: sum(reports.map(({ calls }) => calls)),
    historyBytes: sum(histories.map(({ historySize = 0 }) => historySize)),
    historyEvents: sum(histories.map(({ historyLength }) => historyLength)),
  };
}

/** Starts the same exports and does not wait for them. */
export async function startOurExports({ client }: BenchTemporal, wanted: WantedExports): Promise<ExportHandle[]> {
  const { config, stream, tenantUids } = wanted;
  const schedules = exportSchedules(config).filter(
    ({ input }) => input.stream === stream && (tenantUids?.includes(input.tenantUid) ?? true),
  );
  if (schedules.length === 0) throw new Error(`nothing is configured to export ${stream}`);
  return await Promise.all(
    schedules.map(({ input }): Promise<ExportHandle> =>
      client.workflow.start<(input: ExportWorkflowInput) => Promise<ExportReport>>(EXPORT_WORKFLOW, {
        workflowId: exportByHandId(input, new Date()),
        taskQueue: taskQueueOf('exports'),
        args: [{ ...input, overlapSeconds: OVERLAP_SECONDS }],
        typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: input.tenantUid }]),
      }),
    ),
  );
}

function mustBeWhole({ unknown, refused, failed, tenantUid, stream, differences }: ExportReport): void {
  if (unknown + refused + failed > 0) {
    throw new Error(`${stream} of ${tenantUid}: ${unknown} unknown, ${failed} failed: ${differences.join('; ')}`);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
