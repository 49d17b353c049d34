import { kindOf } from '../activities/delta/export-activities';
import type { ExportKind, ExportPage } from '../activities/delta/export-kind';
import { exportStretch } from '../activities/delta/export-stretch';
import { workOf } from '../activities/delta/find-export-watermark';
import type { FieldDifference } from '../activities/shared/field-difference';
import { comparedRows, type ExportKey, type ExportPlan, type LeftOutPart } from '../contracts/export-messages';
import type { FailureType } from '../contracts/failure-types';
import type { OpenTenant } from './context';

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
  readonly leftOut: readonly LeftOutPart[];
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
 */
export async function compareExport(
  { tenant, attempt }: OpenTenant,
  { tenantUid, marketOrGroup, stream }: ExportKey,
  { parts, window, leftOut }: Pick<ExportPlan, 'parts' | 'window' | 'leftOut'>,
  limit: number,
): Promise<ExportComparison> {
  const key = { tenantUid, marketOrGroup, stream };
  const listener = new FindingsListener(limit);
  const kind = kindOf(stream);
  const listened: ExportKind = { ...kind, pagesOf: (part, work) => listener.listen(kind.pagesOf(part, work)) };
  const { counts } = await exportStretch({
    kind: listened,
    work: { tenant, markets: workOf(tenant, key, attempt).markets, window },
    ...{ parts, attempt },
    heartbeat: () => undefined,
    givesUpRows: true,
    onlyName: () => undefined,
    limits: { rows: Infinity, milliseconds: Infinity },
  });
  return {
    ...key,
    compared: comparedRows(counts),
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
  async *listen(pages: AsyncIterable<ExportPage>): AsyncGenerator<ExportPage, void, undefined> {
    let pending = new Notes(this.limit);
    for await (const page of pages) {
      for (const { row, change, fields = [] } of page.due) {
        const named = fields.length > 0 ? fields : [{ of: row, field: page.part, to: change }];
        pending.addDiffering({ row, fields: named });
      }
      for (const { row, as, why, failureType } of page.open) {
        // What is for later is right as of now.
        if (as !== 'later') pending.addReason({ as, why, count: 1, rows: [row], ...(failureType && { failureType }) });
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
