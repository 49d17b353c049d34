import { VendorHttpError } from '../../clients/errors';
import {
  addOpenRows,
  MAX_EXPORT_DIFFERENCES,
  NO_EXPORT_COUNTS,
  type ExportCounts,
  type ExportPart,
  type ExportStretchResult,
  type ExportWindow,
} from '../../contracts/export-messages';
import type { Attempt } from '../attempt';
import type { ExportKind, ExportPage, ExportWork, OpenRow } from './export-kind';
import { readAhead } from './read-ahead';
import { writeRows } from './write-rows';

/** How much one stretch does before it says what it has done. */
export interface ExportLimits {
  /** Writes at the same time; the client's own limit, `flow.maxConcurrentRequests`, holds as well. */
  readonly writesAtOnce: number;
  /** A stretch ends with the part in which it has come to so many rows. */
  readonly rows: number;
  readonly milliseconds: number;
  /** So often a part is begun again because Omnium has forgotten its scroll. */
  readonly restartsOfAPart: number;
}

const LIMITS: ExportLimits = { writesAtOnce: 16, rows: 20_000, milliseconds: 4 * 60_000, restartsOfAPart: 3 };

/** Rows a dry run names. */
export const MAX_DRY_RUN_NAMES = 50;

/** What a heartbeat tells: what a new attempt begins with. */
export interface ExportHeartbeat extends ExportStretchResult {
  /** Written in the part that is not done yet: its rows are found right when it is begun again. */
  readonly writtenInPart: number;
}

/** What a stretch is made with. */
export interface StretchParts {
  readonly kind: ExportKind;
  readonly work: Omit<ExportWork, 'context'> & { readonly window: ExportWindow };
  readonly parts: readonly ExportPart[];
  readonly attempt: Attempt;
  /** What an attempt that died had done. */
  readonly earlier?: ExportHeartbeat | undefined;
  readonly heartbeat: (progress: ExportHeartbeat) => void;
  /** Rows that Flow never answers are left open; until then it is taken for an outage. */
  readonly givesUpRows: boolean;
  /** Set for a dry run: told what would be written, and nothing is. */
  readonly onlyName?: (row: string, change: string) => void;
  readonly limits?: Partial<ExportLimits>;
}

/** What comes from reading: a page, or the news that a part has come to its end or begins again. */
interface Step {
  /** Parts that are over. */
  readonly partsDone: number;
  readonly page?: ExportPage;
  readonly beginsAgain?: true;
}

/**
 * Exports parts one after the other: while the rows of a page are written, the next page is read and compared. Stops at
 * the end of a part once it has done enough.
 *
 * The parts that are done are told with every heartbeat. The one under way is begun again by the next attempt, which finds
 * right what was written. A scroll that Omnium has forgotten begins its part again.
 */
export async function exportStretch(stretch: StretchParts): Promise<ExportStretchResult> {
  const limits = { ...LIMITS, ...stretch.limits };
  const { attempt, heartbeat } = stretch;
  const reading = new AbortController();
  const signal = AbortSignal.any([attempt.signal, reading.signal]);
  const tally = new Tally(attempt, stretch.earlier);
  const steps = readParts({ ...stretch, limits, from: tally.partsDone }, signal);
  for await (const { partsDone, page, beginsAgain } of readAhead(steps)) {
    try {
      if (partsDone > tally.partsDone) tally.finishParts(partsDone);
      if (beginsAgain) tally.beginPartAgain();
      if (page) await takePage(page, { tally, stretch, limits });
    } catch (error) {
      reading.abort();
      throw error;
    }
    attempt.progress = tally.heartbeat();
    heartbeat(tally.heartbeat());
  }
  return tally.result();
}

/** Heartbeat details of an attempt that died, when they are ours. */
export function earlierHeartbeat(details: unknown): ExportHeartbeat | undefined {
  return isHeartbeat(details) ? details : undefined;
}

function isHeartbeat(value: unknown): value is ExportHeartbeat {
  return typeof value === 'object' && value !== null && 'partsDone' in value && 'writtenInPart' in value;
}

interface Reading extends StretchParts {
  readonly limits: ExportLimits;
  readonly from: number;
}

async function* readParts(reading: Reading, signal: AbortSignal): AsyncGenerator<Step, void, undefined> {
  const { kind, parts, limits, from, attempt } = reading;
  const { onCall } = attempt;
  const work = { ...reading.work, context: { signal, onCall } };
  const endAtMs = Date.now() + limits.milliseconds;
  let rows = 0;
  let partsDone = from;
  for (const part of parts.slice(from)) {
    if (partsDone > from && (rows >= limits.rows || Date.now() > endAtMs)) break;
    for (let restarts = 0; ; restarts += 1) {
      try {
        for await (const page of kind.pagesOf(part, work)) {
          rows += page.unchanged + page.open.length + page.due.length;
          yield { partsDone, page };
        }
        break;
      } catch (error) {
        if (!isForgottenScroll(error) || restarts >= limits.restartsOfAPart) throw error;
        yield { partsDone, beginsAgain: true };
      }
    }
    partsDone += 1;
  }
  yield { partsDone };
}

/** A scroll expires after five minutes without a read, and is then unknown (omnium-api.md §2). */
function isForgottenScroll(error: unknown): boolean {
  return error instanceof VendorHttpError && error.vendor === 'omnium' && error.status === 404;
}

interface Taking {
  readonly tally: Tally;
  readonly stretch: StretchParts;
  readonly limits: ExportLimits;
}

async function takePage(page: ExportPage, { tally, stretch, limits }: Taking): Promise<void> {
  tally.addOpen(page.open);
  tally.add({ unchanged: page.unchanged });
  const { due } = page;
  if (due.length === 0) return;
  const refused = page.refused();
  if (refused !== undefined) return tally.addRefused(page, refused);
  if (stretch.onlyName) {
    for (const { row, change } of due.slice(0, MAX_DRY_RUN_NAMES)) stretch.onlyName(row, change);
    return tally.add({ written: due.length });
  }
  const { attempt, givesUpRows } = stretch;
  const context = { signal: attempt.signal, onCall: attempt.onCall };
  const { written, failed } = await writeRows(due, { context, atOnce: limits.writesAtOnce, givesUpRows });
  tally.add({ written });
  tally.addOpen(failed);
}

type Tallied = Omit<ExportHeartbeat, 'writtenInPart' | 'workedMs'>;

const NOTHING: Tallied = {
  partsDone: 0,
  counts: NO_EXPORT_COUNTS,
  openRows: [],
  moreOpenRows: 0,
  refusedParts: [],
  differences: [],
};

/** What has been done: up to the end of the last part that is over, and what came since. */
class Tally {
  private safe: Tallied;
  private live: Tallied;
  private readonly startedAtMs = Date.now();
  private readonly workedBeforeMs: number;
  private readonly callsBefore: number;

  constructor(
    private readonly attempt: Attempt,
    earlier: ExportHeartbeat | undefined,
  ) {
    const { workedMs, writtenInPart, ...done } = earlier ?? { ...NOTHING, workedMs: 0, writtenInPart: 0 };
    this.safe = done;
    this.live = begunAgain(this.safe, writtenInPart);
    this.workedBeforeMs = workedMs;
    this.callsBefore = done.counts.calls;
  }

  get partsDone(): number {
    return this.safe.partsDone;
  }

  finishParts(partsDone: number): void {
    this.live = { ...this.live, partsDone };
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

  addOpen(open: readonly OpenRow[]): void {
    if (open.length === 0) return;
    const unknown = open.filter((row) => row.as === 'unknown').length;
    this.add({ unknown, failed: open.length - unknown });
    const { openRows, tooMany } = addOpenRows(
      this.live.openRows,
      open.map(({ row }) => row),
    );
    // A product that Flow does not know is named once; how often it was met is in the counts.
    const why = open.map((row) => `${row.row}: ${row.why}`);
    const differences = [...new Set([...this.live.differences, ...why])].slice(0, MAX_EXPORT_DIFFERENCES);
    this.live = { ...this.live, openRows, moreOpenRows: this.live.moreOpenRows + tooMany, differences };
  }

  addRefused({ part, due }: ExportPage, reason: string): void {
    this.add({ refused: due.length });
    const refusedParts = [...new Set([...this.live.refusedParts, part])];
    const differences = [...new Set([...this.live.differences, reason])].slice(0, MAX_EXPORT_DIFFERENCES);
    this.live = { ...this.live, refusedParts, differences };
  }

  heartbeat(): ExportHeartbeat {
    return { ...this.withTotals(this.safe), writtenInPart: this.writtenInPart };
  }

  result(): ExportStretchResult {
    return this.withTotals(this.live);
  }

  private get writtenInPart(): number {
    return this.live.counts.written - this.safe.counts.written;
  }

  private withTotals(done: Tallied): ExportStretchResult {
    const calls = this.callsBefore + this.attempt.calls;
    const workedMs = this.workedBeforeMs + Date.now() - this.startedAtMs;
    return { ...done, counts: { ...done.counts, calls }, workedMs };
  }
}

/** A part that is begun again finds right what it has written: that counts as written, and not a second time as right. */
function begunAgain(safe: Tallied, writtenInPart: number): Tallied {
  const { written, unchanged } = safe.counts;
  const counts = { ...safe.counts, written: written + writtenInPart, unchanged: unchanged - writtenInPart };
  return { ...safe, counts };
}
