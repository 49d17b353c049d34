import type { MarketConfig } from '../../config/types';
import type { ExportWindow, LeftOutPartition, Partition } from '../../contracts/exports';
import type { FailureType } from '../../contracts/failure-types';
import type { SweepCursor, SweepTarget, SweepWindow } from '../../contracts/sweeps';
import type { FieldDifference } from '../shared/field-difference';
import type { SyncContext } from '../shared/sync-context';

/** What an export works with: whose records are read, and of what time. */
export interface ExportContext extends SyncContext {
  /** Those of the market or group that is exported. */
  readonly markets: readonly MarketConfig[];
  readonly window: ExportWindow;
  /** Records that a vendor never answers are left unresolved; until then that is taken for an outage (`bisect`). */
  readonly givesUpRecords?: boolean;
  /** Records that an earlier partition of this batch has compared: one that is read as a whole leaves them out. */
  readonly compared?: Set<string>;
}

/** A record that Flow does not have as it should be: data, applied by its stream's `write`. */
export interface PendingWrite {
  /** As people write it: `{sku}@{partition}`. */
  readonly record: string;
}

/**
 * A record that this run leaves to later ones.
 * - `failed`: it cannot be brought over
 * - `unknown`: Flow has no such product yet
 * - `deferred`: it is right as of now, and is compared again when a moment comes; counted among the others as what it is now
 */
export interface UnresolvedRecord {
  readonly record: string;
  readonly as: 'unknown' | 'failed' | 'deferred';
  readonly why: string;
  /** Of a deferred record: the moment, ISO-8601; absent = the next run. */
  readonly at?: string;
  readonly failureType?: FailureType;
}

/** Records that were read from Omnium and compared with Flow. */
export interface Page<Write extends PendingWrite = PendingWrite> {
  readonly partition: string;
  /** How many are right in Flow already. */
  readonly unchanged: number;
  readonly unresolved: readonly UnresolvedRecord[];
  readonly pending: readonly Write[];
  /** All records of the partition up to here are done once this page is: where a later attempt goes on. */
  readonly cursor?: string;
  /** How many records the partition has in all, as far as it is known. */
  readonly total?: number;
}

/** What a stream consists of. */
export interface Partitions {
  readonly names: readonly string[];
  readonly leftOut: readonly LeftOutPartition[];
  /** What Omnium has and Flow does not. */
  readonly missing: readonly string[];
  /**
   * Id of the workflow that puts a partition in order when it is new, e.g. a store's stock after a switch of masters. A new
   * partition is left to it until it is over.
   */
  readonly owners?: ReadonlyMap<string, string>;
  /**
   * Partitions that come last, and only in a run that reads one of the others as a whole, e.g. the removal of what Omnium has
   * no more. Where partitions are read together, their `members` are those that were read as a whole.
   */
  readonly afterWhole?: readonly string[];
}

/** How one export stream is read, compared and written. */
export interface DeltaExport<Write extends PendingWrite = PendingWrite> {
  /** How much one batch does before it says what it has done, where it is not what all do. */
  readonly batch?: { readonly records: number; readonly milliseconds: number };
  /** Whether partitions that are read the same way are read together, as one with {@link Partition} `members`. */
  readonly readsTogether?: boolean;
  /** What there is to be read. Writes nothing. */
  partitions(context: ExportContext): Promise<Partitions>;
  /** Reads and compares a partition, page by page: from its beginning, or from `after` on. Writes nothing. */
  pages(context: ExportContext, partition: Partition): AsyncIterable<Page<Write>>;
  /** What a write would change, e.g. `12 → 9`; the same member by member where the text does not say it all. */
  describe(write: Write): { readonly change: string; readonly fields?: readonly FieldDifference[] };
  /** Whether a write takes something out of Flow because Omnium does not list or offer it any more; without it none does. */
  isRemoval?(write: Write): boolean;
  /** Why a page may not be written, by the configuration of the moment; undefined when it may. */
  refusal?(context: ExportContext, write: Write): string | undefined;
  /** Sets the record, whatever it was: repeat-safe. */
  write(context: ExportContext, write: Write): Promise<void>;
}

/** What a sweep reads with. */
export interface SweepContext extends SyncContext {
  readonly window: SweepWindow;
  /** Where an earlier read got to. */
  readonly cursor: SweepCursor | undefined;
  /** Names of the targets that have been found to differ so far. */
  readonly found: ReadonlySet<string>;
}

/** What a comparison of one document says. */
export interface Comparison {
  readonly verdict: 'inSync' | 'notOurs' | 'differs';
  /** Whom to notify, where it is not the document's own target. */
  readonly target?: SweepTarget;
  readonly storeUid?: string | undefined;
}

/** A document that a sweep has read. */
export interface SweepDocument<Data = unknown> {
  /** Whom to notify when it differs, or cannot be compared. */
  readonly target: SweepTarget;
  /** When it was changed, by the vendor's clock. */
  readonly modifiedAt?: string | undefined;
  /** What the stream's `compare` reads; absent = none of ours, which needs no comparison. */
  readonly data?: Data;
}

/** A page of a sweep, and the place behind it. */
export interface SweepPage<Data = unknown> {
  readonly documents: readonly SweepDocument<Data>[];
  readonly cursor: SweepCursor;
}

/** How one sweep stream is read and compared; what differs is written as an event to the workflow that owns it. */
export interface DeltaSweep<Data = unknown> {
  /** A document never changes: once its own workflow has come to its end, there is nothing more to compare. */
  readonly isOverWithItsWorkflow?: true;
  /** From a place to the end, page by page. */
  pages(context: SweepContext): AsyncGenerator<SweepPage<Data>, void, undefined>;
  /** By reading only. */
  compare(context: SweepContext, document: SweepDocument<Data>): Promise<Comparison>;
}
