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
import { EXPORT_ROW_SIGNAL, type ExportRowInput, type ExportRowOutcome } from '../../contracts/export-row-messages';
import { engineQueueOf } from '../../contracts/task-queues';
import { runAttempt, type Attempt } from '../shared/sync-context';
import type { TenantRegistry } from '../tenants';
import { costPriceExport } from '../catalogue/cost-price-export';
import { categoriesExport } from '../catalogue/categories-export';
import type { ExportKind } from './export-kind';
import { exportOneRow } from './export-one-row';
import { exportStretch, type ExportLimits } from './export-stretch';
import { earlierHeartbeat } from './export-tally';
import { findExportWatermark, workOf } from './find-export-watermark';
import { inventoryExport } from '../stock/inventory-export';
import { priceExport } from '../catalogue/price-export';
import { productsExport } from '../catalogue/products-export';
import { rowOwners, type RowOwnersParts } from './row-owners';
import { soaPriceExport } from '../catalogue/soa-price-export';

/** The activities of an export, as its workflow calls them. */
export interface ExportActivities {
  /** What the run is going to read, and what the next one's watermark will be. */
  findExportWatermark(input: FindExportWatermarkInput): Promise<ExportPlan>;
  /** Brings some parts of the stream to Flow, in order. Converges: it may run any number of times. */
  exportStretch(input: ExportStretchInput): Promise<ExportStretchResult>;
}

/** The activity of a single row that an export could not bring over, as its workflow calls it. */
export interface ExportRowActivities {
  /** Brings one row to Flow. Converges; fails while the row cannot be brought over. */
  exportRow(input: ExportRowInput): Promise<ExportRowOutcome>;
}

/** What the exports' activities work with. */
export interface ExportParts {
  readonly tenants: TenantRegistry;
  /** Other sizes than production's, for tests and measurements. */
  readonly limits?: Partial<ExportLimits>;
  /** Other kinds than production's, for tests that script what is read. */
  readonly kinds?: (stream: ExportStream) => ExportKind;
}

/** A row that Flow does not answer is only left open once it has not been answered for some minutes. */
const GIVES_ROWS_UP_FROM_ATTEMPT = 3;

/** How each stream is exported. */
export function kindOf(stream: ExportStream): ExportKind {
  switch (stream) {
    case 'inventory':
      return inventoryExport;
    case 'prices':
      return priceExport;
    case 'cost-prices':
      return costPriceExport;
    case 'soa-prices':
      return soaPriceExport;
    case 'categories':
      return categoriesExport;
    case 'products':
      return productsExport;
  }
}

/** The activities of all exports; for the engine `exports`. */
export function createExportActivities({
  tenants,
  limits,
  kinds = kindOf,
}: ExportParts): ExportActivities & ExportRowActivities {
  return {
    findExportWatermark: (input) =>
      run(input, (attempt) => {
        const { client, info } = Context.current();
        const tenant = tenants.get(input.tenantUid);
        const scheduledAt = new Date(info.currentAttemptScheduledTimestampMs);
        return findExportWatermark(input, { client, tenant, attempt, kind: kinds(input.stream), scheduledAt });
      }),
    exportStretch: (input) =>
      run(input, (attempt) => {
        const context = Context.current();
        const { info } = context;
        const { window, parts, stream, tenantUid } = input;
        const { tenant, markets } = workOf(tenants.get(tenantUid), input, attempt);
        const kind = kinds(stream);
        return exportStretch({
          ...{ kind, work: { tenant, markets, window }, parts, attempt },
          heartbeat: (progress) => context.heartbeat(progress),
          earlier: earlierHeartbeat(info.heartbeatDetails),
          givesUpRows: info.attempt >= GIVES_ROWS_UP_FROM_ATTEMPT,
          owners: rowOwners(ownersOf(input, { kind, tenant })),
          ...(limits && { limits }),
        });
      }),
    exportRow: (input) =>
      runAttempt({ ...input, signalName: EXPORT_ROW_SIGNAL }, (attempt) => {
        const { tenant, markets } = workOf(tenants.get(input.tenantUid), input, attempt);
        return exportOneRow(input, { kind: kinds(input.stream), work: { tenant, markets }, attempt });
      }),
  };
}

function ownersOf(
  input: ExportStretchInput,
  { kind, tenant }: Pick<RowOwnersParts, 'kind' | 'tenant'>,
): RowOwnersParts {
  const { tenantUid, marketOrGroup, stream, window, retryLadder, mayHandOver: most = 0 } = input;
  const { client, info } = Context.current();
  // The workflows of rows are on the engine's own queue, wherever the stretch waited.
  const taskQueue = engineQueueOf(info.taskQueue);
  return { tenantUid, marketOrGroup, stream, kind, tenant, client, taskQueue, retryLadder, at: window.to, most };
}

function run<T>(
  { retryLadder, pass }: FindExportWatermarkInput | ExportStretchInput,
  work: (attempt: Attempt) => Promise<T>,
): Promise<T> {
  const longestDelayMs = LONGEST_EXPORT_DELAY_MS;
  return runAttempt({ retryLadder, pass, signalName: EXPORT_SIGNAL, longestDelayMs }, work);
}
