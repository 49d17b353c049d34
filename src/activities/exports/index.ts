import { Context } from '@temporalio/activity';
import {
  EXPORT_SIGNAL,
  LONGEST_EXPORT_DELAY_MS,
  type ExportPlan,
  type ExportStream,
  type ExportStretchInput,
  type ExportStretchResult,
  type FindExportWatermarkInput,
} from '../../contracts/export-messages';
import { runAttempt, type Attempt } from '../attempt';
import type { TenantRegistry } from '../tenants';
import type { ExportKind } from './export-kind';
import { earlierHeartbeat, exportStretch, type ExportLimits } from './export-stretch';
import { findExportWatermark, workOf } from './find-export-watermark';
import { inventoryExport } from './inventory-export';

/** The activities of an export, as its workflow calls them. */
export interface ExportActivities {
  /** What the run is going to read, and what the next one's watermark will be. */
  findExportWatermark(input: FindExportWatermarkInput): Promise<ExportPlan>;
  /** Brings some parts of the stream to Flow, in order. Converges: it may run any number of times. */
  exportStretch(input: ExportStretchInput): Promise<ExportStretchResult>;
}

/** What the exports' activities work with. */
export interface ExportParts {
  readonly tenants: TenantRegistry;
  /** Other sizes than production's, for tests and measurements. */
  readonly limits?: Partial<ExportLimits>;
}

/** A row that Flow does not answer is only left open once it has not been answered for some minutes. */
const GIVES_ROWS_UP_FROM_ATTEMPT = 3;

/** How each stream is exported. */
export function kindOf(stream: ExportStream): ExportKind {
  switch (stream) {
    case 'inventory':
      return inventoryExport;
    case 'products':
    case 'categories':
    case 'prices':
    case 'cost-prices':
    case 'soa-prices':
      throw new Error(`the export of ${stream} is not there yet`);
  }
}

/** The activities of all exports; for the engine `exports`. */
export function createExportActivities({ tenants, limits }: ExportParts): ExportActivities {
  return {
    findExportWatermark: (input) =>
      run(input, (attempt) => {
        const { client } = Context.current();
        const tenant = tenants.get(input.tenantUid);
        return findExportWatermark(input, { client, tenant, attempt, kind: kindOf(input.stream) });
      }),
    exportStretch: (input) =>
      run(input, (attempt) => {
        const context = Context.current();
        const { window, parts, stream, tenantUid } = input;
        const { tenant, markets } = workOf(tenants.get(tenantUid), input, attempt);
        return exportStretch({
          kind: kindOf(stream),
          work: { tenant, markets, window },
          parts,
          attempt,
          earlier: earlierHeartbeat(context.info.heartbeatDetails),
          heartbeat: (progress) => context.heartbeat(progress),
          givesUpRows: context.info.attempt >= GIVES_ROWS_UP_FROM_ATTEMPT,
          ...(limits && { limits }),
        });
      }),
  };
}

function run<T>(
  { retryLadder, pass }: FindExportWatermarkInput | ExportStretchInput,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const longestDelayMs = LONGEST_EXPORT_DELAY_MS;
  return runAttempt({ retryLadder, pass, signalName: EXPORT_SIGNAL, longestDelayMs }, work);
}
