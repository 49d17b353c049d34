import type { DueRow, ExportPage, OpenRow } from '../activities/delta/export-kind';
import type { FieldDifference } from '../activities/shared/field-difference';
import type { FailureType } from '../contracts/failure-types';

/** One row that an export would write. */
export interface DifferingRow {
  /** As the export calls it. */
  readonly row: string;
  readonly fields: readonly FieldDifference[];
}

/** Rows that stay open for one reason. */
export interface OpenReason {
  /** `unknown`: Flow has no such product yet; `failed`: it cannot be carried over. */
  readonly as: 'unknown' | 'failed';
  readonly failureType?: FailureType;
  readonly why: string;
  readonly count: number;
  /** The first of them. */
  readonly rows: readonly string[];
}

/** What is to be said about all rows together. */
export interface Findings {
  /** How many rows change each field; `new` and `removed` count what comes and goes as a whole. */
  readonly byField: Readonly<Record<string, number>>;
  /** The first rows that differ. */
  readonly rows: readonly DifferingRow[];
  /** Most frequent first. */
  readonly open: readonly OpenReason[];
}

/** Rows that a reason names. */
const ROWS_OF_REASON = 20;
/** A reason often names its row; so many are told apart, of the rest only their kind is. */
const MOST_REASONS = 200;

/**
 * Listens to the pages of an export while it compares. Pages behind a cursor are kept; those after the last one are
 * forgotten when the export begins again there, as Omnium has forgotten its scroll.
 */
export class FindingsListener {
  private readonly kept: Notes;
  private pending: Notes;

  /** @param limit rows that are kept with their fields */
  constructor(private readonly limit: number) {
    this.kept = new Notes(limit);
    this.pending = new Notes(limit);
  }

  /** The same pages, noted. */
  async *listen(pages: AsyncIterable<ExportPage>): AsyncGenerator<ExportPage, void, undefined> {
    this.pending = new Notes(this.limit);
    for await (const page of pages) {
      this.pending.addPage(page);
      if (page.cursor !== undefined) this.keep();
      yield page;
    }
    this.keep();
  }

  result(): Findings {
    const { byField, rows, reasons } = this.kept;
    return {
      byField: Object.fromEntries([...byField].sort(([, one], [, other]) => other - one)),
      rows,
      open: [...reasons.values()].sort((one, other) => other.count - one.count),
    };
  }

  private keep(): void {
    this.kept.addAll(this.pending);
    this.pending = new Notes(this.limit);
  }
}

class Notes {
  readonly byField = new Map<string, number>();
  readonly rows: DifferingRow[] = [];
  readonly reasons = new Map<string, OpenReason>();

  constructor(private readonly limit: number) {}

  addPage({ due, open, part }: ExportPage): void {
    for (const row of due) this.addDue(row, part);
    for (const row of open) this.addOpen(row);
  }

  addAll({ byField, rows, reasons }: Notes): void {
    for (const [field, count] of byField) this.byField.set(field, (this.byField.get(field) ?? 0) + count);
    this.rows.push(...rows.slice(0, this.limit - this.rows.length));
    for (const reason of reasons.values()) this.addReason(reason);
  }

  private addDue({ row, change, fields = [] }: DueRow, part: string): void {
    const told = fields.length > 0 ? fields : [{ of: row, field: part, to: change }];
    for (const name of new Set(told.map(countedAs))) this.byField.set(name, (this.byField.get(name) ?? 0) + 1);
    if (this.rows.length < this.limit) this.rows.push({ row, fields: told });
  }

  private addOpen({ row, as, why, failureType }: OpenRow): void {
    // What is for later is right as of now.
    if (as === 'later') return;
    this.addReason({ as, why, count: 1, rows: [row], ...(failureType && { failureType }) });
  }

  private addReason(reason: OpenReason): void {
    const { as, failureType } = reason;
    const isTold = this.reasons.has(keyOf(reason)) || this.reasons.size < MOST_REASONS;
    const why = isTold ? reason.why : `for reasons like the others (${failureType ?? as})`;
    const key = keyOf({ ...reason, why });
    const known = this.reasons.get(key);
    const rows = [...(known?.rows ?? []), ...reason.rows].slice(0, ROWS_OF_REASON);
    this.reasons.set(key, { ...reason, why, count: (known?.count ?? 0) + reason.count, rows });
  }
}

function keyOf({ as, failureType, why }: OpenReason): string {
  return `${as} ${failureType ?? ''} ${why}`;
}

/** What a difference is counted as: of what comes or goes as a whole, all fields are one. */
export function countedAs({ field, whole }: FieldDifference): string {
  if (whole === undefined) return field;
  const [what = 'product'] = /^(?:brand|category|group)\b/.exec(field) ?? [];
  return `${whole} ${what}`;
}
