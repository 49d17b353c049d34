import { exportBatch } from '../activities/delta/export-run';
import { exportContext } from '../activities/delta/plan-export';
import type { DeltaExport, Page } from '../activities/delta/stream';
import { DELTA_EXPORTS } from '../activities/delta/streams';
import type { FieldDifference } from '../activities/shared/field-difference';
import type { SyncContext } from '../activities/shared/sync-context';
import type { ExportKey, ExportPlan, LeftOutPartition } from '../contracts/exports';
import type { FailureType } from '../contracts/failure-types';
import { comparedIn } from '../contracts/streams';

/** Records that stay open for one reason. */
export interface OpenReason {
  /** `unknown`: Flow has no such product yet; `failed`: it cannot be carried over. */
  readonly as: 'unknown' | 'failed';
  readonly failureType?: FailureType;
  readonly why: string;
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly string[];
}

/** What an export would write, of all or of some of its records. */
export interface ExportComparison extends ExportKey {
  readonly compared: number;
  readonly unchanged: number;
  /** Records that would be written. */
  readonly differing: number;
  readonly leftOpen: number;
  readonly leftOut: readonly LeftOutPartition[];
  /** How many records change each field; `new` and `removed` count what comes and goes as a whole. Most frequent first. */
  readonly byField: Readonly<Record<string, number>>;
  /** The first records that differ, as the export calls them. */
  readonly rows: readonly DifferingRow[];
  /** Most frequent first. */
  readonly open: readonly OpenReason[];
}

interface DifferingRow {
  readonly row: string;
  readonly fields: readonly FieldDifference[];
}

/** A part of the catalogue that no export brings to Flow, and why. */
export interface NotCompared extends ExportKey {
  readonly reason: string;
}

/** What a sync of one product, and the exports of its prices, would write. */
export interface ProductFindings {
  readonly tenantUid: string;
  /** As it was asked for. */
  readonly askedFor: string;
  /** Omnium's id; `askedFor` when only prices were compared and Omnium has no such product. */
  readonly productId: string;
  /** Flow's uids of the product, or of the style and its variants; empty when Flow has none and shall have none. */
  readonly productUids: readonly string[];
  /** Why it is discontinued. */
  readonly because?: string;
  readonly fields: readonly FieldDifference[];
  /** What cannot be carried over, and does not keep the product from the tills. */
  readonly problems: readonly string[];
  /** Why the product cannot be brought over at all. */
  readonly failure?: { readonly failureType: FailureType; readonly why: string };
  readonly prices: readonly ExportComparison[];
  readonly notCompared: readonly NotCompared[];
}

/** Records that a reason names. */
const ROWS_OF_REASON = 20;
/** A reason often names its record; so many are told apart, of the rest only their kind is. */
const MOST_REASONS = 200;

/**
 * Has an export read and compare as it would; nothing is written.
 *
 * @param limit records that are kept with their fields
 * @param records what a partition of unresolved records reads
 */
export async function compareExport(
  reading: SyncContext,
  { tenantUid, marketOrGroup, stream }: ExportKey,
  { partitions, window, leftOut }: Pick<ExportPlan, 'partitions' | 'window' | 'leftOut'>,
  limit: number,
  records: readonly string[] = [],
): Promise<ExportComparison> {
  const key = { tenantUid, marketOrGroup, stream };
  const listener = new FindingsListener(limit);
  const delta = DELTA_EXPORTS[stream];
  const listened: DeltaExport = {
    ...delta,
    pages: (reading, partition) => listener.listen(delta, delta.pages(reading, partition)),
  };
  const context = { ...exportContext({ ...reading }, key, window), givesUpRecords: true };
  const { counts } = await exportBatch(listened, context, partitions, {
    due: records,
    onPending: () => undefined,
    limits: { records: Infinity, milliseconds: Infinity },
  });
  return {
    ...key,
    compared: comparedIn(counts),
    unchanged: counts.unchanged,
    differing: counts.written,
    leftOpen: counts.failed + counts.unknown,
    ...listener.result(),
    leftOut,
  };
}

/** Counts and first records, as pages are read. */
class Notes {
  readonly byField = new Map<string, number>();
  readonly rows: DifferingRow[] = [];
  readonly reasons = new Map<string, OpenReason>();

  constructor(private readonly limit: number) {}

  addDiffering(row: DifferingRow): void {
    for (const name of new Set(row.fields.map(countedAs))) this.count(name, 1);
    if (this.rows.length < this.limit) this.rows.push(row);
  }

  addReason(reason: OpenReason): void {
    const { as, failureType = '' } = reason;
    const keyOf = (why: string): string => `${as} ${failureType} ${why}`;
    const isTold = this.reasons.has(keyOf(reason.why)) || this.reasons.size < MOST_REASONS;
    const why = isTold ? reason.why : `for reasons like the others (${failureType || as})`;
    const known = this.reasons.get(keyOf(why));
    const rows = [...(known?.rows ?? []), ...reason.rows].slice(0, ROWS_OF_REASON);
    this.reasons.set(keyOf(why), { ...reason, why, count: (known?.count ?? 0) + reason.count, rows });
  }

  addAll({ byField, rows, reasons }: Notes): void {
    for (const [field, count] of byField) this.count(field, count);
    this.rows.push(...rows.slice(0, this.limit - this.rows.length));
    for (const reason of reasons.values()) this.addReason(reason);
  }

  private count(field: string, count: number): void {
    this.byField.set(field, (this.byField.get(field) ?? 0) + count);
  }
}

/**
 * Listens to the pages of an export while it compares. Pages behind a cursor are kept; those after the last one are
 * forgotten when the export begins again there, as Omnium has forgotten its scroll.
 */
export class FindingsListener {
  private readonly kept: Notes;

  /** @param limit records that are kept with their fields */
  constructor(private readonly limit: number) {
    this.kept = new Notes(limit);
  }

  /** The same pages, noted. */
  async *listen(stream: DeltaExport, pages: AsyncIterable<Page>): AsyncGenerator<Page, void, undefined> {
    let pending = new Notes(this.limit);
    for await (const page of pages) {
      for (const write of page.pending) {
        const { change, fields = [{ of: write.record, field: page.partition, to: change }] } = stream.describe(write);
        pending.addDiffering({ row: write.record, fields });
      }
      for (const { record, as, why, failureType } of page.unresolved) {
        // What is deferred is right as of now.
        if (as !== 'deferred')
          pending.addReason({ as, why, count: 1, rows: [record], ...(failureType && { failureType }) });
      }
      if (page.cursor !== undefined) {
        this.kept.addAll(pending);
        pending = new Notes(this.limit);
      }
      yield page;
    }
    this.kept.addAll(pending);
  }

  result(): Pick<ExportComparison, 'byField' | 'rows' | 'open'> {
    const { byField, rows, reasons } = this.kept;
    return {
      byField: Object.fromEntries([...byField].sort(([, one], [, other]) => other - one)),
      rows,
      open: [...reasons.values()].sort((one, other) => other.count - one.count),
    };
  }
}

/** What a difference is counted as: of what comes or goes as a whole, all fields are one. */
export function countedAs({ field, whole }: FieldDifference): string {
  if (whole === undefined) return field;
  const [what = 'product'] = /^(?:brand|category|group)\b/.exec(field) ?? [];
  return `${whole} ${what}`;
}
