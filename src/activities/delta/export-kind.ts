import type { Client } from '@temporalio/client';
import type { CallContext } from '../../clients/http';
import type { MarketConfig } from '../../config/types';
import type { ExportKey, ExportPart, ExportPlan, ExportWindow } from '../../contracts/export-messages';
import type { FailureType } from '../../contracts/failure-types';
import type { RetryLadderName } from '../../contracts/retry-ladder';
import type { FieldDifference } from '../shared/field-difference';
import type { Tenant } from '../tenants';

/** One row that Flow does not have as it should be. */
export interface DueRow {
  /** As people write it: `{sku}@{part}`. */
  readonly row: string;
  /** What would change, e.g. `12 → 9`. */
  readonly change: string;
  /** The same member by member, for people who compare; absent where the change says it all. */
  readonly fields?: readonly FieldDifference[];
  /** Sets it, whatever it was: repeat-safe. */
  write(context: CallContext): Promise<void>;
}

/**
 * One row that stays open.
 * - `failed`: it cannot be brought over; it gets a workflow of its own and is looked at again by every run
 * - `unknown`: Flow has no such product yet; looked at again by every run
 * - `later`: it is right as of now, and is looked at again when a moment comes; counted among the others as what it is now
 */
export interface OpenRow {
  readonly row: string;
  readonly as: 'unknown' | 'failed' | 'later';
  readonly why: string;
  /** Of a row for later: the moment, ISO-8601; absent = the next run. */
  readonly at?: string;
  /** Of a row that failed, as its own workflow shall name it. */
  readonly failureType?: FailureType;
}

/** Rows that were read from Omnium and compared with Flow. */
export interface ExportPage {
  /** Which part they belong to. */
  readonly part: string;
  /** How many are right in Flow already. */
  readonly unchanged: number;
  readonly open: readonly OpenRow[];
  readonly due: readonly DueRow[];
  /** All rows of the part up to here are done once this page is: where a later attempt goes on. */
  readonly cursor?: string;
  /** How many rows the part has in all, as far as it is known. */
  readonly total?: number;
  /** Why nothing of it may be written, asked just before writing; undefined when it may. */
  readonly refused: () => string | undefined;
}

/** Whose rows are read. */
export interface ExportWork {
  readonly tenant: Tenant;
  /** Those of the market or group that is exported. */
  readonly markets: readonly MarketConfig[];
  readonly context: CallContext;
  /** Rows that a vendor never answers are left open; until then it is taken for an outage (`halve`). */
  readonly givesUpRows?: boolean;
}

/** What a stream consists of. */
export interface KindParts extends Pick<ExportPlan, 'leftOut' | 'missing'> {
  readonly names: readonly string[];
  /**
   * Workflow that puts a part in order when it comes to us, e.g. a store's stock after a switch of masters. A part that is
   * new to us is left to it until it is over.
   */
  readonly ownerOf?: (name: string) => string | undefined;
  /**
   * Parts that come last, and only in a run that reads one of the others as a whole, e.g. the removal of what Omnium has no
   * more. Where parts are read together, their `members` are those that were read as a whole.
   */
  readonly afterWhole?: readonly string[];
}

/** How much of a stream one stretch does, where it is not what all do. */
export interface StretchSize {
  readonly rows: number;
  readonly milliseconds: number;
}

/** Where rows are handed over. */
export interface HandOver extends ExportKey {
  readonly client: Client;
  readonly tenant: Tenant;
  readonly retryLadder: RetryLadderName;
  /** The engine's own. */
  readonly taskQueue: string;
  /** When the run began to read: with the row an id for the event, the same for every attempt. */
  readonly at: string;
  /** The rows were open before this run and have failed again: whoever gave one up is not to be bothered. */
  readonly wereOpen: boolean;
}

/** One stream of the export: what it consists of, and how a part is read. Writes nothing by itself. */
export interface ExportKind {
  readonly stretch?: StretchSize;
  /** Whether parts that are read the same way are read together, as one part with {@link ExportPart} `members`. */
  readonly readsPartsTogether?: boolean;
  partsOf(work: ExportWork): Promise<KindParts>;
  /** Gives rows that failed to workflows that own them; without it, each gets an `export-row` workflow. */
  handOver?(rows: readonly OpenRow[], to: HandOver): Promise<void>;
  /** Reads and compares a part, page by page: from its beginning, or from `after` on. */
  pagesOf(part: ExportPart, work: ExportWork & { readonly window: ExportWindow }): AsyncIterable<ExportPage>;
}
