import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { IntegrationConfig } from '../../src/config/types';
import {
  EXPORT_WORKFLOW,
  exportByHandId,
  type ExportReport,
  type ExportWorkflowInput,
} from '../../src/contracts/export-messages';
import { searchAttributes } from '../../src/contracts/search-attributes';
import { taskQueueOf } from '../../src/contracts/task-queues';
import { ExportDirectory } from '../../src/temporal/export-directory';
import { wantedExportSchedules } from '../../src/temporal/export-schedules';
import type { BenchTemporal } from '../rig/temporal';
import type { ExportTimes } from './bare-loop';

/** What our exports have done together. */
export interface OurExports extends ExportTimes {
  readonly unchanged: number;
  readonly historyBytes: number;
  readonly historyEvents: number;
}

/** How far a run reads back behind the last one: nothing lags here for longer. */
const OVERLAP_SECONDS = 1;
/** So long between two rounds of changes no run reads those of the round before. */
export const BETWEEN_ROUNDS_MS = (OVERLAP_SECONDS + 0.5) * 1_000;
const LOOK_EVERY_MS = 100;

type ExportHandle = WorkflowHandle<(input: ExportWorkflowInput) => Promise<ExportReport>>;

/**
 * Runs the inventory export of every tenant, all at once, as their Schedules do, and waits until they are over.
 *
 * @throws Error when anything could not be brought over
 */
export async function runOurExports(temporal: BenchTemporal, config: IntegrationConfig): Promise<OurExports> {
  const startedAt = performance.now();
  const handles = await Promise.all(
    wantedExportSchedules({ config }).map(({ input }): Promise<ExportHandle> =>
      temporal.client.workflow.start<(input: ExportWorkflowInput) => Promise<ExportReport>>(EXPORT_WORKFLOW, {
        workflowId: exportByHandId(input, new Date()),
        taskQueue: taskQueueOf('exports'),
        args: [{ ...input, overlapSeconds: OVERLAP_SECONDS }],
        typedSearchAttributes: new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: input.tenantUid }]),
      }),
    ),
  );
  const reports = await Promise.all(handles.map((handle) => handle.result()));
  const elapsedMs = performance.now() - startedAt;
  for (const report of reports) await untilIndexed(temporal, report);
  const histories = await Promise.all(handles.map((handle) => handle.describe()));
  return {
    elapsedMs,
    written: sum(reports.map(({ written }) => written)),
    unchanged: sum(reports.map(({ unchanged }) => unchanged)),
    historyBytes: sum(histories.map(({ historySize = 0 }) => historySize)),
    historyEvents: sum(histories.map(({ historyLength }) => historyLength)),
  };
}

/** The next run finds there where it begins. */
async function untilIndexed({ client }: BenchTemporal, report: ExportReport): Promise<void> {
  const { unknown, refused, failed, tenantUid, differences } = report;
  if (unknown + refused + failed > 0) throw new Error(`the export of ${tenantUid}: ${differences.join('; ')}`);
  const directory = new ExportDirectory(client);
  for (;;) {
    const runs = await directory.runs(report, 5);
    if (runs.some(({ summary }) => summary?.to === report.to)) return;
    await sleep(LOOK_EVERY_MS);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
