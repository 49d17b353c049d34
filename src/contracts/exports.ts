import type { FailureType } from './failure-types';
import type { RetryLadderName } from './retry-ladder';
import { type ExportStream } from './streams';

/** Everything that is said to an export and to its checkpoint, and by them. */

/** Workflow type name as registered with Temporal. */
export const EXPORT_WORKFLOW = 'exportWorkflow';

/** Wire name of the one signal an export knows. */
export const EXPORT_SIGNAL = 'exportEvents';

/** Query for how far a run has come: its {@link ExportProgress}; undefined before it knows what to read. */
export const EXPORT_PROGRESS_QUERY = 'exportProgress';

/** Memo key of a run that is over: its {@link ExportSummary}, for people. */
export const EXPORT_MEMO = 'export';

/** Identity of an export: one Schedule and one checkpoint each. */
export interface ExportKey {
  readonly tenantUid: string;
  /** Omnium's id of the market; of the market group where a group shares the tenant. */
  readonly marketOrGroup: string;
  readonly stream: ExportStream;
}

/** Id of the Schedule and, with the time appended by Temporal, of its runs: `export:{tenantUid}:{marketOrGroup}:{stream}`. */
export function exportScheduleId({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `export:${tenantUid}:${marketOrGroup}:${stream}`;
}

/** Id of a run beside the Schedule. Begins like those of the Schedule's own runs. */
export function exportByHandId(key: ExportKey, at: Date): string {
  return `${exportScheduleId(key)}-by-hand-${at.toISOString()}`;
}

/** What an operator asks for, instead of what has changed since the last export. */
export type ExportAsk =
  | { readonly kind: 'everything' }
  /** What has changed since a moment, ISO-8601, and since the last export. */
  | { readonly kind: 'since'; readonly since: string };

export interface ExportWorkflowInput extends ExportKey {
  readonly retryLadder: RetryLadderName;
  /** How far the read goes back behind the watermark: index lag, equal timestamps, clock differences. */
  readonly overlapSeconds: number;
  readonly ask?: ExportAsk;
  /** An operator's word that whatever Omnium does not list any more may be removed, however much it is. */
  readonly allowsRemovals?: boolean;
  /** Where its batches wait for a place among those of all exports; absent = on the workflow's own queue. */
  readonly batchTaskQueue?: string;
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
  /** `new-rules`: the configuration that decides what is written has changed, so everything is read once. */
  readonly since: 'last-export' | 'first-export' | 'new-rules' | 'asked';
}

/** A partition of a stream that is read as a whole, e.g. one warehouse of the inventory. */
export interface Partition {
  readonly name: string;
  /** `unresolved`: records that earlier runs could not bring over, and deferred ones whose moment has come. */
  readonly read: 'changes' | 'everything' | 'unresolved';
  /** Partitions that are read together as this one, e.g. price lists; absent = it stands for itself. */
  readonly members?: readonly string[];
  /** Where reading goes on: the cursor of the last page that is done. Absent = at its beginning. */
  readonly after?: string;
  /** Of `unresolved`, once they are read: the records. In a history only those whose removal was held back. */
  readonly records?: readonly string[];
}

/** A partition that is not exported, and why. */
export interface LeftOutPartition {
  readonly name: string;
  readonly reason: string;
}

/**
 * How much a run removes from Flow by itself: a removal follows from what Omnium does not say, and a wrong answer of Omnium's
 * looks the same. Beyond both numbers nothing is removed.
 */
export interface RemovalFuse {
  readonly count: number;
  /** Of the list, in percent. */
  readonly percent: number;
  /** Records of the last run that has read everything; absent before the first. */
  readonly listSize?: number;
}

/** What a run is going to read. */
export interface ExportPlan {
  readonly fuse: RemovalFuse;
  readonly window: ExportWindow;
  readonly partitions: readonly Partition[];
  /** Partitions that are not in Flow as a whole even when this run ends well: only what changed lately was asked for. */
  readonly partial: readonly string[];
  readonly leftOut: readonly LeftOutPartition[];
  /** What Omnium has and Flow does not, e.g. warehouses. Read as a whole as soon as Flow has it. */
  readonly missing: readonly string[];
  /** Fingerprint of the configuration that decides what the stream writes. */
  readonly rules: string;
  /** Everything was asked for: unresolved records of before are replaced by what this run finds. */
  readonly isWhole: boolean;
}

export const NO_EXPORT_COUNTS = {
  /** Written to Flow. */
  written: 0,
  /** Right in Flow already. */
  unchanged: 0,
  /** Of a product that Flow does not have; unresolved. */
  unknown: 0,
  /** Not written, as Flow is the master: it has become so while the export ran. */
  refused: 0,
  /** Not to be carried over, or refused by Flow; unresolved. */
  failed: 0,
  /** Calls made to the vendors. */
  calls: 0,
};

/** What became of the records of a run; each is counted in one of the first five. */
export type ExportCounts = Readonly<typeof NO_EXPORT_COUNTS>;

/** Unresolved records with the same reason since the same run. */
export interface UnresolvedGroup {
  /** Absent = Flow has no such product yet. */
  readonly failureType?: FailureType;
  readonly reason: string;
  /** When the run began that found them first, ISO-8601. */
  readonly since: string;
  /** As people write them: `{sku}@{warehouseCode}`; `{sku}@*` in every partition. */
  readonly ids: readonly string[];
}

/** A record that is compared again once a moment has come, though nothing changes it: a price that starts or ends. */
export interface DeferredRecord {
  readonly record: string;
  /** ISO-8601. */
  readonly at: string;
}

export interface DeferredRecords {
  readonly deferred: readonly DeferredRecord[];
  /** The earliest moment of the records that are not kept, ISO-8601: everything is read again then. */
  readonly wholeAgainAt?: string;
}

/** What some partitions have come to: counts, and what is left for later runs. */
interface ExportResults extends DeferredRecords {
  readonly counts: ExportCounts;
  /** Found by this run, without those that were unresolved for the same reason before. */
  readonly unresolved: readonly UnresolvedGroup[];
  /** How many more there are than fit. */
  readonly moreUnresolved: number;
  /** Records that were unresolved before this run and are not any more. */
  readonly resolved: readonly string[];
  /** Partitions with refused records. */
  readonly refusedPartitions: readonly string[];
  /** What a person should look at, at most 20. */
  readonly differences: readonly string[];
  /** Time spent on records, in milliseconds: what the rate is made of. */
  readonly workedMs: number;
  /** How far the partition under way has come: records done, and how many it has where the vendor says so. */
  readonly underWay?: { readonly records: number; readonly total?: number };
}

/** What a run has done so far. */
export interface ExportProgress extends ExportPlan, ExportResults {
  /** What has been read, without unresolved records. */
  readonly done: readonly Partition[];
  readonly failedAttempts: number;
}

export interface PlanExportInput extends ExportKey {
  readonly overlapSeconds: number;
  readonly ask?: ExportAsk;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

export interface ExportBatchInput extends ExportKey {
  readonly window: ExportWindow;
  readonly partitions: readonly Partition[];
  /** Removals are not written but named as unresolved (`RemovalHeld`): how many there are is known once all has been read. */
  readonly holdsRemovals: boolean;
  readonly retryLadder: RetryLadderName;
  readonly pass: number;
}

/** What a batch has done: counts and the names of what is left. */
export interface ExportBatchResult extends ExportResults {
  /** How many of the partitions, from the first; at least one, or one was begun and has a `cursor`. */
  readonly partitionsDone: number;
  /** Where the partition after those goes on; absent = at its beginning. */
  readonly cursor?: string;
}

/** Numbers and times of a completed run, for people. */
export interface ExportSummary extends ExportKey, ExportCounts {
  readonly compared: number;
  /** Absent when everything was read. */
  readonly from?: string;
  /** When the run began to read. */
  readonly to: string;
  /** Where the next run begins; absent = with everything. */
  readonly watermark?: string;
  /** How many partitions are in Flow up to the watermark. */
  readonly covered: number;
  /** How many records are unresolved after this run, of this one and earlier ones. */
  readonly unresolved: number;
  /** How many of those are beyond what is kept: then the watermark stays. */
  readonly moreUnresolved: number;
  /** How many records wait for their moment, and the first one's. */
  readonly deferred: number;
  readonly firstDeferredAt?: string;
}

/** Result of a completed run. */
export interface ExportReport extends ExportSummary {
  readonly since: ExportWindow['since'];
  readonly leftOut: readonly LeftOutPartition[];
  readonly missing: readonly string[];
  /** Partitions that were read as a whole. */
  readonly wholePartitions: number;
  /** Removals that an operator has to allow: how many, of how many records, and at most {@link REMOVALS_IN_REPORT} of them. */
  readonly heldRemovals?: { readonly count: number; readonly listSize: number; readonly samples: readonly string[] };
  /** At most {@link NAMES_IN_REPORT} of the unresolved records that this run has found. */
  readonly unresolvedNames: readonly string[];
  readonly differences: readonly string[];
  readonly workedMs: number;
  readonly failedAttempts: number;
}

export const NAMES_IN_REPORT = 200;
export const REMOVALS_IN_REPORT = 20;

/** Workflow type name of the long-lived keeper of one export's checkpoint (docs/adr/0016-checkpoints.md). */
export const CHECKPOINT_WORKFLOW = 'checkpointWorkflow';

/** Query for the {@link ExportCheckpoint}. */
export const CHECKPOINT_QUERY = 'checkpoint';

/** Wire name of the one signal a checkpoint knows: {@link CheckpointSignal}. */
export const CHECKPOINT_SIGNAL = 'checkpointEvents';

/** Memo key: {@link CheckpointMemo}, readable while no worker runs. */
export const CHECKPOINT_MEMO = 'checkpoint';

/** `checkpoint:{tenantUid}:{marketOrGroup}:{stream}`. */
export function checkpointWorkflowId({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `checkpoint:${tenantUid}:${marketOrGroup}:${stream}`;
}

/** A run that has begun and not come to its end, as far as its checkpoint knows. */
export interface RunAtWork {
  readonly workflowId: string;
  readonly begunAt: string;
  /** The earliest moment from which runs that ended meanwhile may have overwritten what this one wrote. */
  readonly earliest?: string;
  /** Partitions that those runs have left covered as well. */
  readonly covered?: readonly string[];
}

/** What earlier runs have left behind. */
export interface ExportCheckpoint extends DeferredRecords {
  /** Everything that changed in Omnium before this is in Flow, unresolved records apart. Absent = nothing is known. */
  readonly watermark?: string;
  /** Partitions that are in Flow up to the watermark; any other is read as a whole. */
  readonly covered: readonly string[];
  /** Fingerprint of the rules by which they were written. */
  readonly rules?: string;
  /** Records of the last run that has read everything. */
  readonly listSize?: number;
  readonly unresolved: readonly UnresolvedGroup[];
  readonly atWork: readonly RunAtWork[];
}

/** What a completed run leaves behind: what is new, and not what was known. */
export interface FinishedRun extends DeferredRecords {
  readonly workflowId: string;
  /** When it began to read. */
  readonly to: string;
  /** Partitions that are in Flow as of then; of those, the ones that were covered before. */
  readonly covered: readonly string[];
  readonly coveredBefore: readonly string[];
  readonly isWhole: boolean;
  readonly rules: string;
  /** Records that it has compared; absent unless it has read everything. */
  readonly listSize?: number;
  readonly unresolved: readonly UnresolvedGroup[];
  readonly moreUnresolved: number;
  readonly resolved: readonly string[];
}

export type CheckpointSignal =
  | { readonly kind: 'begun'; readonly run: RunAtWork; readonly gone: readonly string[] }
  | { readonly kind: 'finished'; readonly run: FinishedRun };

export interface CheckpointMemo {
  readonly watermark?: string;
  readonly unresolved: number;
}

export interface CheckpointWorkflowInput extends ExportKey {
  /** State carried over a continue-as-new. */
  readonly carried?: ExportCheckpoint;
}
