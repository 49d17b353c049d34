import type { CarriedSync, CoalescingResult, CoalescingSignal, CoalescingStatus } from './coalescing-messages';
import type { ExportKey } from './export-messages';
import type { EventSource } from './entity-sync';
import type { RetryLadderName } from './retry-ladder';

/** What is said to the workflow of one row that an export could not bring over, and by it. */

/** Workflow type name as registered with Temporal. */
export const EXPORT_ROW_WORKFLOW = 'exportRowWorkflow';

/** Wire name of the one signal it knows. */
export const EXPORT_ROW_SIGNAL = 'exportRowEvents';

/** A row of an export. */
export interface ExportRowKey extends ExportKey {
  /** As the export names it, e.g. `{sku}@{warehouseCode}`. */
  readonly row: string;
}

/** Longest row that gets a workflow of its own: Temporal's ids have at most a thousand bytes. */
export const MAX_EXPORT_ROW_LENGTH = 240;

/** `export-row:{tenantUid}:{marketOrGroup}:{stream}:{row}`. */
export function exportRowWorkflowId({ tenantUid, marketOrGroup, stream, row }: ExportRowKey): string {
  return `export-row:${tenantUid}:${marketOrGroup}:${stream}:${row}`;
}

/** One notice about a row: an export has come to it again, or an operator. */
export interface ExportRowEvent {
  /** Equal ids are one event. */
  readonly eventId: string;
  readonly source: EventSource;
  readonly what: string;
}

/** Input of the workflow. `version` lets a later release read what an older one started. */
export interface ExportRowWorkflowInput extends ExportRowKey {
  readonly version: 1;
  readonly retryLadder: RetryLadderName;
  /** State carried over a continue-as-new. */
  readonly carried?: CarriedSync<ExportRowEvent, ExportRowOutcome>;
}

/** Input of the activity that exports one row. */
export interface ExportRowInput extends ExportRowKey {
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What one pass did, or all passes of a run together. */
export interface ExportRowOutcome {
  /**
   * - `written`: brought over
   * - `right`: right in Flow already, or nothing of it is left in Omnium
   * - `skipped`: deliberately nothing was done, see `reason`; the export itself looks at it again where that is to change
   */
  readonly action: 'written' | 'right' | 'skipped';
  readonly reason?: string;
  /** Calls made to the vendors. */
  readonly calls?: number;
}

export type ExportRowSignal = CoalescingSignal<ExportRowEvent>;
export type ExportRowStatus = CoalescingStatus<ExportRowOutcome>;
export type ExportRowWorkflowResult = CoalescingResult<ExportRowOutcome>;
