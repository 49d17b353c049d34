import {
  comparedRows,
  MAX_HANDED_OVER,
  NO_EXPORT_COUNTS,
  type ExportCounts,
  type ExportPart,
  type ExportStretchResult,
} from '../../contracts/export-messages';
import { addLaterRows, addOpenRows, type LaterRow } from '../../contracts/export-rows';
import { distinctNames } from '../../domain/distinct-names';
import type { Attempt } from '../shared/sync-context';
import type { ExportPage, OpenRow } from './export-kind';

/** What a heartbeat tells: what a new attempt begins with. */
export interface ExportHeartbeat extends ExportStretchResult {
  /** Written since then, in the part that is not done yet: these rows are found right when they are read again. */
  readonly writtenInPart: number;
  /** Compared since then: for whoever asks how far it is. */
  readonly comparedSince?: number;
}

/** Heartbeat details of an attempt that died, when they are ours. */
export function earlierHeartbeat(details: unknown): ExportHeartbeat | undefined {
  return isHeartbeat(details) ? details : undefined;
}

function isHeartbeat(value: unknown): value is ExportHeartbeat {
  return typeof value === 'object' && value !== null && 'partsDone' in value && 'writtenInPart' in value;
}

type Tallied = Omit<ExportStretchResult, 'workedMs'>;

const NOTHING: Tallied = {
  partsDone: 0,
  counts: NO_EXPORT_COUNTS,
  openRows: [],
  moreOpenRows: 0,
  refusedParts: [],
  differences: [],
};

/** What a tally is made with. */
export interface TallyParts {
  readonly attempt: Attempt;
  readonly parts: readonly ExportPart[];
  /** What an attempt that died had done. */
  readonly earlier: ExportHeartbeat | undefined;
  /** When the run began to read: rows for later without a moment of their own are for the next run. */
  readonly begunAt: string;
}

/**
 * What a stretch has done: up to the last place where reading can go on (the end of a part, or a cursor in it), and what came
 * since.
 */
export class Tally {
  private safe: Tallied;
  private live: Tallied;
  private readonly startedAtMs = Date.now();
  private readonly workedBeforeMs: number;
  private readonly callsBefore: number;

  constructor(private readonly about: TallyParts) {
    const {
      workedMs,
      writtenInPart,
      comparedSince: _since,
      ...done
    } = about.earlier ?? { ...NOTHING, workedMs: 0, writtenInPart: 0, comparedSince: 0 };
    this.safe = done;
    this.live = begunAgain(this.safe, writtenInPart);
    this.workedBeforeMs = workedMs;
    this.callsBefore = done.counts.calls;
  }

  get partsDone(): number {
    return this.safe.partsDone;
  }

  /** The parts that are left, the first one from the cursor on. */
  get partsLeft(): readonly ExportPart[] {
    const { partsDone, cursor } = this.safe;
    const [first, ...others] = this.about.parts.slice(partsDone);
    if (!first) return [];
    return [cursor !== undefined && first.read !== 'rows' ? { ...first, after: cursor } : first, ...others];
  }

  /** How many rows have been handed over to workflows of their own. */
  get handedOver(): number {
    return this.live.handedOver ?? 0;
  }

  /** Rows of these that are open. */
  openOf(rows: readonly string[]): ReadonlySet<string> {
    const open = new Set(this.live.openRows);
    return new Set(rows.filter((row) => open.has(row)));
  }

  finishParts(partsDone: number): void {
    const { cursor: _cursor, underWay: _underWay, ...live } = this.live;
    this.live = { ...live, partsDone };
    this.safe = this.live;
  }

  /** A page has been written. With a cursor, reading can go on behind it. */
  finishPage({ cursor, total, unchanged, due, open }: ExportPage): void {
    const rows = (this.live.underWay?.rows ?? 0) + unchanged + due.length + open.filter(isCounted).length;
    // Where reading goes on from a cursor, the vendor counts only what is left.
    const known = this.live.underWay?.total ?? total;
    this.live = { ...this.live, underWay: { rows, ...(known !== undefined && { total: known }) } };
    if (cursor === undefined) return;
    this.live = { ...this.live, cursor };
    this.safe = this.live;
  }

  beginPartAgain(): void {
    this.live = begunAgain(this.safe, this.writtenInPart);
  }

  add(more: Partial<ExportCounts>): void {
    const counts = { ...this.live.counts };
    for (const name of ['written', 'unchanged', 'unknown', 'refused', 'failed'] as const)
      counts[name] += more[name] ?? 0;
    this.live = { ...this.live, counts };
  }

  addOpen(all: readonly OpenRow[]): void {
    this.addLater(all);
    const open = all.filter(isCounted);
    if (open.length === 0) return;
    const unknown = open.filter((row) => row.as === 'unknown').length;
    this.add({ unknown, failed: open.length - unknown });
    const { openRows, tooMany } = addOpenRows(
      this.live.openRows,
      open.map(({ row }) => row),
    );
    // A product that Flow does not know is named once; how often it was met is in the counts.
    const why = open.map((row) => `${row.row}: ${row.why}${row.failureType ? ` (${row.failureType})` : ''}`);
    const differences = distinctNames(this.live.differences, why);
    this.live = { ...this.live, openRows, moreOpenRows: this.live.moreOpenRows + tooMany, differences };
  }

  addRefused({ part, due }: ExportPage, reason: string): void {
    this.add({ refused: due.length });
    const refusedParts = [...new Set([...this.live.refusedParts, part])];
    const differences = distinctNames(this.live.differences, [reason]);
    this.live = { ...this.live, refusedParts, differences };
  }

  addHandedOver(count: number): void {
    this.live = { ...this.live, handedOver: Math.min(this.handedOver + count, MAX_HANDED_OVER) };
  }

  heartbeat(): ExportHeartbeat {
    const comparedSince = comparedRows(this.live.counts) - comparedRows(this.safe.counts);
    return { ...this.withTotals(this.safe), writtenInPart: this.writtenInPart, comparedSince };
  }

  result(): ExportStretchResult {
    return this.withTotals(this.live);
  }

  private addLater(all: readonly OpenRow[]): void {
    const { begunAt } = this.about;
    const later = all.flatMap(({ as, row, at = begunAt }): LaterRow[] => (as === 'later' ? [{ row, at }] : []));
    if (later.length === 0) return;
    const known = { ...this.live, later: this.live.later ?? [] };
    this.live = { ...this.live, ...addLaterRows(known, { later }) };
  }

  private get writtenInPart(): number {
    return this.live.counts.written - this.safe.counts.written;
  }

  private withTotals(done: Tallied): ExportStretchResult {
    const calls = this.callsBefore + this.about.attempt.calls;
    const workedMs = this.workedBeforeMs + Date.now() - this.startedAtMs;
    return { ...done, counts: { ...done.counts, calls }, workedMs };
  }
}

/** What is right as of now is counted as that, also when it is to be looked at again. */
function isCounted({ as }: OpenRow): boolean {
  return as !== 'later';
}

/** Rows that are read again are found right where they were written: that counts as written, and not as right as well. */
function begunAgain(safe: Tallied, writtenInPart: number): Tallied {
  const { written, unchanged } = safe.counts;
  const counts = { ...safe.counts, written: written + writtenInPart, unchanged: unchanged - writtenInPart };
  return { ...safe, counts };
}
