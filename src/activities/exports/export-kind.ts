import type { CallContext } from '../../clients/http';
import type { MarketConfig } from '../../config/types';
import type { ExportPart, ExportPlan, ExportWindow } from '../../contracts/export-messages';
import type { Tenant } from '../tenants';

/** One row that Flow does not have as it should be. */
export interface DueRow {
  /** As people write it: `{sku}@{part}`. */
  readonly row: string;
  /** What would change, e.g. `12 → 9`. */
  readonly change: string;
  /** Sets it, whatever it was: repeat-safe. */
  write(context: CallContext): Promise<void>;
}

/** One row that cannot be brought over now, and stays open. */
export interface OpenRow {
  readonly row: string;
  readonly as: 'unknown' | 'failed' | 'later';
  readonly why: string;
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
}

/** What a stream consists of. */
export interface KindParts extends Pick<ExportPlan, 'leftOut' | 'missing'> {
  readonly names: readonly string[];
  /**
   * Workflow that puts a part in order when it comes to us, e.g. a store's stock after a switch of masters. A part that is
   * new to us is left to it until it is over.
   */
  readonly ownerOf?: (name: string) => string | undefined;
}

/** How much of a stream one stretch does, where it is not what all do. */
export interface StretchSize {
  readonly rows: number;
  readonly milliseconds: number;
}

/** One stream of the export: what it consists of, and how a part is read. Writes nothing by itself. */
export interface ExportKind {
  readonly stretch?: StretchSize;
  /** Whether parts that are read the same way are read together, as one part with {@link ExportPart} `members`. */
  readonly readsPartsTogether?: boolean;
  partsOf(work: ExportWork): Promise<KindParts>;
  /** Reads and compares a part, page by page, from its beginning. */
  pagesOf(part: ExportPart, work: ExportWork & { readonly window: ExportWindow }): AsyncIterable<ExportPage>;
}
