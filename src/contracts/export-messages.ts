import type { FailedAttemptReport } from './coalescing-messages';
import type { LaterRow, LaterRows } from './export-rows';
import type { RetryLadderName } from './retry-ladder';

/**
 * Everything that is said to a delta export, and by it. An export brings what has changed in Omnium to Flow: one of the
 * vendor's scheduled tasks, for one market or market group of a tenant.
 */

/** Workflow type name as registered with Temporal. */
export const EXPORT_WORKFLOW = 'exportWorkflow';

/** Wire name of the one signal an export knows. */
export const EXPORT_SIGNAL = 'exportEvents';

/** Query for how far a run has come: its {@link ExportProgress}; undefined before it knows what to read. */
export const EXPORT_PROGRESS_QUERY = 'exportProgress';

/** Memo key of a run that is over: its {@link ExportSummary}. The next run finds there where it begins. */
export const EXPORT_MEMO = 'export';

/** Memo key of a run that went on in a new one: when it began to read, ISO-8601. */
export const EXPORT_BEGUN_MEMO = 'exportBegunAt';

/** What is exported: rows of one kind. */
export const EXPORT_STREAMS = ['products', 'categories', 'prices', 'cost-prices', 'soa-prices', 'inventory'] as const;
export type ExportStream = (typeof EXPORT_STREAMS)[number];

/** The vendor's scheduled task behind each stream; operators and configurations know exports by these names. */
export const EXPORT_TASKS: Readonly<Record<ExportStream, string>> = {
  products: 'FlowProductScheduledTask',
  categories: 'FlowCategoryScheduledTask',
  prices: 'FlowPriceScheduledTask',
  'cost-prices': 'FlowCostPriceScheduledTask',
  'soa-prices': 'FlowSoaScheduledTask',
  inventory: 'FlowInventoryScheduledTask',
};

/** The stream of a scheduled task; undefined for a task whose export does not exist yet. */
export function streamOfTask(task: string): ExportStream | undefined {
  return EXPORT_STREAMS.find((stream) => EXPORT_TASKS[stream] === task);
}

/** Identity of an export: one Schedule each. */
export interface ExportKey {
  readonly tenantUid: string;
  /** Omnium's id of the market; of the market group where a group shares the tenant. */
  readonly marketOrGroup: string;
  readonly stream: ExportStream;
}

/**
 * Id of the Schedule and, with the time appended by Temporal, of its runs: `export:{tenantUid}:{marketOrGroup}:{stream}`.
 */
export function exportScheduleId({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `export:${tenantUid}:${marketOrGroup}:${stream}`;
}

/** Inverse of {@link exportScheduleId}; `undefined` for a Schedule of another kind. */
export function parseExportScheduleId(scheduleId: string): ExportKey | undefined {
  // A tenant uid and a stream hold no colon, a market's id may.
  const match = /^export:([^:]+):(.+):([a-z-]+)$/s.exec(scheduleId);
  const stream = EXPORT_STREAMS.find((known) => known === match?.[3]);
  return match?.[1] && match[2] && stream ? { tenantUid: match[1], marketOrGroup: match[2], stream } : undefined;
}

/** Id of a run that somebody started beside the Schedule. Begins like those of the Schedule's own runs. */
export function exportByHandId(key: ExportKey, at: Date): string {
  return `${exportScheduleId(key)}-by-hand-${at.toISOString()}`;
}

/** What somebody asks for by hand, instead of what has changed since the last export. */
export type ExportAsk =
  | { readonly kind: 'everything' }
  /** What has changed since a moment, ISO-8601, and since the last export. */
  | { readonly kind: 'since'; readonly since: string };

/** Input of the export workflow. `version` lets a later release read what an older one started. */
export interface ExportWorkflowInput extends ExportKey {
  readonly version: 1;
  readonly retryLadder: RetryLadderName;
  /** How far the read goes back behind the watermark: index lag, equal timestamps, clock differences. */
  readonly overlapSeconds: number;
  readonly ask?: ExportAsk;
  /** Where its stretches wait for a place among those of all exports; absent = on the workflow's own queue. */
  readonly stretchTaskQueue?: string;
  /** State carried over a continue-as-new. */
  readonly carried?: ExportProgress;
}

/** What stretch of time a run reads. ISO-8601, UTC. */
export interface ExportWindow {
  /** Everything before this is in Flow. Absent when no export is known. */
  readonly watermark?: string;
  /** Where reading changes begins: the watermark less the overlap. */
  readonly from?: string;
  /** When this run began to read, which is the next watermark. */
  readonly to: string;
  readonly since: 'last-export' | 'first-export' | 'asked';
}

/**
 * A part of a stream that is read as a whole, e.g. one warehouse of the inventory. An export goes part by part; what died
 * in the middle of one begins that one again.
 */
export type ExportPart =
  | {
      readonly name: string;
      readonly read: 'changes' | 'everything';
      /** Parts that are read together as this one, e.g. price lists; absent = it stands for itself. */
      readonly members?: readonly string[];
      /** Where reading goes on: the cursor of the last page that is done. Absent = at its beginning. */
      readonly after?: string;
    }
  /** Single rows that an earlier run could not bring over. */
  | { readonly name: string; readonly read: 'rows'; readonly rows: readonly string[] };

/** A part that is not exported, and why. */
export interface LeftOutPart {
  readonly name: string;
  readonly reason: string;
}

/** What a run is going to read. */
export interface ExportPlan {
  readonly window: ExportWindow;
  readonly parts: readonly ExportPart[];
  /**
   * Parts that are not in Flow as a whole even when this run has ended well: only what changed lately was asked for, or
   * they look at others.
   */
  readonly partial: readonly string[];
  readonly leftOut: readonly LeftOutPart[];
  /** What Omnium has and Flow does not, e.g. warehouses. Read as a whole as soon as Flow has it. */
  readonly missing: readonly string[];
  /** Rows whose moment has not come yet; absent when there are none. */
  readonly later?: readonly LaterRow[];
  readonly wholeAgainAt?: string;
}

/** What became of the rows of a run; each is counted in one of the first five. */
export interface ExportCounts {
  /** Written to Flow. */
  readonly written: number;
  /** Right in Flow already. */
  readonly unchanged: number;
  /** Of a product that Flow does not have. Kept open. */
  readonly unknown: number;
  /** Not written, as Flow is the master: it has become so while the export ran. */
  readonly refused: number;
  /** Not to be carried over, or refused by Flow. Kept open. */
  readonly failed: number;
  /** Calls made to the vendors. */
  readonly calls: number;
}

/** How far the part under way has come. */
export interface PartUnderWay {
  /** Rows of it that are done. */
  readonly rows: number;
  /** How many it has in all, where the vendor says so. */
  readonly total?: number;
}

/** What a run has done so far. */
export interface ExportProgress extends Partial<LaterRows> {
  readonly window: ExportWindow;
  /** What is still to be read, in order. */
  readonly parts: readonly ExportPart[];
  readonly partial: readonly string[];
  /** What has been read, without single rows. */
  readonly done: readonly ExportPart[];
  /** Parts with refused rows. */
  readonly refusedParts: readonly string[];
  readonly leftOut: readonly LeftOutPart[];
  readonly missing: readonly string[];
  readonly counts: ExportCounts;
  /** Rows that the next runs look at again, at most `MAX_OPEN_ROWS`. */
  readonly openRows: readonly string[];
  /** How many more there are. */
  readonly moreOpenRows: number;
  readonly differences: readonly string[];
  /** Time spent on rows, in milliseconds: what the rate is made of. */
  readonly workedMs: number;
  readonly failedAttempts: number;
  /** Of the first of the parts that are left, when it was not read to its end. */
  readonly underWay?: PartUnderWay;
  /** Rows that have been handed over to workflows of their own. */
  readonly handedOver?: number;
}

/** Most rows that a run hands over to workflows of their own. */
export const MAX_HANDED_OVER = 500;

/** Input of the activity that finds what a run is going to read. */
export interface FindExportWatermarkInput extends ExportKey {
  readonly overlapSeconds: number;
  readonly ask?: ExportAsk;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** Input of the activity that exports some parts, in order. */
export interface ExportStretchInput extends ExportKey {
  readonly window: ExportWindow;
  readonly parts: readonly ExportPart[];
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
  /** How many more rows may be handed over to workflows of their own; none when absent. */
  readonly mayHandOver?: number;
}

/** What a stretch has done: counts and the names of what is left. */
export interface ExportStretchResult extends Partial<LaterRows> {
  /** How many of the parts, from the first; at least one, or one was begun and has a `cursor`. */
  readonly partsDone: number;
  /** Where the part after those goes on; absent = at its beginning. */
  readonly cursor?: string;
  /** How far that part has come. */
  readonly underWay?: PartUnderWay;
  readonly handedOver?: number;
  readonly counts: ExportCounts;
  readonly openRows: readonly string[];
  readonly moreOpenRows: number;
  readonly refusedParts: readonly string[];
  /** What a person should look at, at most 20. */
  readonly differences: readonly string[];
  readonly workedMs: number;
}

/** What the memo of a completed run holds: all that later runs need. */
export interface ExportSummary extends ExportKey, ExportCounts, Partial<LaterRows> {
  readonly compared: number;
  /** Absent when everything was read. */
  readonly from?: string;
  /** When the run began to read. */
  readonly to: string;
  /** Where the next run begins; absent = with everything. */
  readonly watermark?: string;
  /** Parts that are in Flow up to the watermark; any other is read as a whole. */
  readonly covered: readonly string[];
  readonly openRows: readonly string[];
  readonly moreOpenRows: number;
}

/** Result of a completed run. */
export interface ExportReport extends ExportSummary {
  readonly since: ExportWindow['since'];
  readonly leftOut: readonly LeftOutPart[];
  readonly missing: readonly string[];
  /** Parts that were read as a whole. */
  readonly wholeParts: number;
  readonly differences: readonly string[];
  readonly workedMs: number;
  readonly failedAttempts: number;
}

/** Body of {@link EXPORT_SIGNAL}. */
export interface ExportSignal {
  readonly kind: 'attemptFailed';
  readonly report: FailedAttemptReport;
}

export const NO_EXPORT_COUNTS: ExportCounts = {
  written: 0,
  unchanged: 0,
  unknown: 0,
  refused: 0,
  failed: 0,
  calls: 0,
};

/** Sums, member by member. */
export function addExportCounts(a: ExportCounts, b: ExportCounts): ExportCounts {
  return {
    written: a.written + b.written,
    unchanged: a.unchanged + b.unchanged,
    unknown: a.unknown + b.unknown,
    refused: a.refused + b.refused,
    failed: a.failed + b.failed,
    calls: a.calls + b.calls,
  };
}

/** Rows that were read and compared. */
export function comparedRows({ written, unchanged, unknown, refused, failed }: ExportCounts): number {
  return written + unchanged + unknown + refused + failed;
}

/** Longest wait of an export between two attempts: after an outage stock must be right within minutes, not hours. */
export const LONGEST_EXPORT_DELAY_MS = 5 * 60_000;
