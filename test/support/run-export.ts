import type { DeltaExport, ExportContext } from '../../src/activities/delta/stream';
import { exportBatch, type BatchOptions } from '../../src/activities/delta/export-run';
import type { Tenant } from '../../src/activities/tenants';
import type { MarketConfig } from '../../src/config/types';
import type { ExportBatchResult, ExportWindow, Partition } from '../../src/contracts/exports';

/** What a batch has come to, with the names of what is unresolved. */
export interface BatchRun extends ExportBatchResult {
  readonly unresolvedNames: readonly string[];
}

/** What an export works with outside of Temporal. */
export function exportContextOf(
  tenant: Tenant,
  window: ExportWindow = { to: new Date().toISOString(), since: 'first-export' },
  markets: readonly MarketConfig[] = tenant.config.markets,
): ExportContext {
  const context = {
    ...{ tenant, markets, window, givesUpRecords: true, signal: new AbortController().signal, calls: 0 },
    onCall: () => void (context.calls += 1),
  };
  return context;
}

/** One batch of an export, as its activity does it. @param records of partitions that read unresolved ones */
export async function runBatch(
  stream: DeltaExport,
  context: ExportContext,
  partitions: readonly Partition[],
  options: BatchOptions & { readonly records?: readonly string[] } = {},
): Promise<BatchRun> {
  const { records = [], ...more } = options;
  const result = await exportBatch(stream, context, partitions, { due: records, ...more });
  return { ...result, unresolvedNames: result.unresolved.flatMap(({ ids }) => ids) };
}

/** The partition of unresolved records of earlier runs. */
export const UNRESOLVED: Partition = { name: 'unresolved records', read: 'unresolved' };
