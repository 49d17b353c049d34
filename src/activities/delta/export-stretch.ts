import { VendorHttpError } from '../../clients/errors';
import {
  MAX_HANDED_OVER,
  type ExportPart,
  type ExportStretchResult,
  type ExportWindow,
} from '../../contracts/export-messages';
import type { Attempt } from '../shared/sync-context';
import type { DueRow, ExportKind, ExportPage, ExportWork, OpenRow } from './export-kind';
import { Tally, type ExportHeartbeat } from './export-tally';
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

/** Where rows go that have failed, and who is told of those that are right again. */
export interface RowOwners {
  /** How many more may be handed over in this run. */
  readonly most: number;
  handOver(rows: readonly OpenRow[], about: { readonly wereOpen: boolean }): Promise<void>;
  /** Rows that were open and are not any more. */
  tellRight(rows: readonly string[]): Promise<void>;
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
  /**
   * Rows that a vendor never answers are left open; until then that is taken for an outage. Rows that were open before stay
   * so at once: the others are not to wait for them.
   */
  readonly givesUpRows: boolean;
  /** Set for a dry run: told what would be written, and nothing is. */
  readonly onlyName?: (row: string, change: string) => void;
  /** Who owns rows that fail; without it they only stay open. */
  readonly owners?: RowOwners;
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
 * the end of a part, or at a cursor in it, once it has done enough.
 *
 * What is done is told with every heartbeat: parts, and the last cursor of the one under way. The next attempt goes on from
 * there, and finds right what was written since. So does this one when Omnium has forgotten a scroll.
 */
export async function exportStretch(stretch: StretchParts): Promise<ExportStretchResult> {
  const limits = { ...LIMITS, ...stretch.kind.stretch, ...stretch.limits };
  const { attempt, heartbeat, parts, earlier, work } = stretch;
  const reading = new AbortController();
  const signal = AbortSignal.any([attempt.signal, reading.signal]);
  const tally = new Tally({ attempt, parts, earlier, begunAt: work.window.to });
  const taking: Taking = { tally, stretch, limits, named: new Set() };
  const steps = readParts({ ...stretch, limits, from: tally.partsDone, parts: tally.partsLeft }, signal);
  for await (const { partsDone, page, beginsAgain } of readAhead(steps)) {
    try {
      if (partsDone > tally.partsDone) await finishParts(partsDone, tally, stretch);
      if (beginsAgain) tally.beginPartAgain();
      if (page) await takePage(page, taking);
    } catch (error) {
      reading.abort();
      throw error;
    }
    attempt.progress = tally.heartbeat();
    heartbeat(tally.heartbeat());
  }
  return tally.result();
}

interface Reading extends StretchParts {
  readonly limits: ExportLimits;
  readonly from: number;
}

async function* readParts(reading: Reading, signal: AbortSignal): AsyncGenerator<Step, void, undefined> {
  const { limits, from, attempt, givesUpRows } = reading;
  const context = { signal, onCall: attempt.onCall };
  const endAtMs = Date.now() + limits.milliseconds;
  let rows = 0;
  const isEnough = (): boolean => rows >= limits.rows || Date.now() > endAtMs;
  let partsDone = from;
  for (const part of reading.parts) {
    if (partsDone > from && isEnough()) break;
    const work = { ...reading.work, context, givesUpRows: givesUpRows || part.read === 'rows' };
    for await (const step of readPart(part, { ...reading, work })) {
      yield { ...step, partsDone };
      const { page } = step;
      rows += page ? page.unchanged + page.open.length + page.due.length : 0;
      // More rows than a stretch holds may have changed at the same moment: it ends only where it has come further.
      const isFurther = page?.cursor !== undefined && (part.read === 'rows' || page.cursor !== part.after);
      if (isFurther && isEnough()) return;
    }
    partsDone += 1;
  }
  yield { partsDone };
}

/** The pages of a part; from its last cursor on, when Omnium has forgotten the scroll. */
async function* readPart(
  part: ExportPart,
  { kind, limits, work }: Reading & { readonly work: ExportWork & { readonly window: ExportWindow } },
): AsyncGenerator<Omit<Step, 'partsDone'>, void, undefined> {
  let from = part;
  for (let restarts = 0; ; restarts += 1) {
    try {
      for await (const page of kind.pagesOf(from, work)) {
        if (page.cursor !== undefined && part.read !== 'rows') {
          // Reading has come further, so it is not this place that cannot be read.
          if (from.read === 'rows' || page.cursor !== from.after) restarts = 0;
          from = { ...part, after: page.cursor };
        }
        yield { page };
      }
      return;
    } catch (error) {
      if (!isForgottenScroll(error) || restarts >= limits.restartsOfAPart) throw error;
      yield { beginsAgain: true };
    }
  }
}

/** A scroll expires after five minutes without a read, and is then unknown (omnium-api.md §2). */
function isForgottenScroll(error: unknown): boolean {
  return error instanceof VendorHttpError && error.vendor === 'omnium' && error.status === 404;
}

interface Taking {
  readonly tally: Tally;
  readonly stretch: StretchParts;
  readonly limits: ExportLimits;
  /** Of a dry run: rows left open before that have been named. A real run has written them when their page comes. */
  readonly named: Set<string>;
}

async function takePage(page: ExportPage, taking: Taking): Promise<void> {
  const { tally } = taking;
  tally.addOpen(page.open);
  tally.add({ unchanged: page.unchanged });
  await handOver(page.open, taking);
  await writePage(page, taking);
  tally.finishPage(page);
}

async function writePage(page: ExportPage, taking: Taking): Promise<void> {
  const { tally, stretch, limits } = taking;
  const { due } = page;
  if (due.length === 0) return;
  const refused = page.refused();
  if (refused !== undefined) return tally.addRefused(page, refused);
  const { attempt, parts, onlyName } = stretch;
  const wereOpen = parts[tally.partsDone]?.read === 'rows';
  if (onlyName) return nameOnly(due, taking, { onlyName, wereOpen });
  const context = { signal: attempt.signal, onCall: attempt.onCall };
  const givesUpRows = stretch.givesUpRows || wereOpen;
  const { written, failed } = await writeRows(due, { context, atOnce: limits.writesAtOnce, givesUpRows });
  tally.add({ written });
  tally.addOpen(failed);
  await handOver(failed, taking);
}

interface Naming extends Required<Pick<StretchParts, 'onlyName'>> {
  readonly wereOpen: boolean;
}

function nameOnly(due: readonly DueRow[], { tally, named }: Taking, { onlyName, wereOpen }: Naming): void {
  const fresh = due.filter(({ row }) => !named.has(row));
  if (wereOpen) for (const { row } of fresh) named.add(row);
  for (const { row, change } of fresh.slice(0, MAX_DRY_RUN_NAMES)) onlyName(row, change);
  tally.add({ written: fresh.length });
}

/** Rows that failed go to workflows of their own, as many as may be; those that do not are open all the same. */
async function handOver(open: readonly OpenRow[], { tally, stretch }: Taking): Promise<void> {
  const { owners, parts, onlyName } = stretch;
  if (!owners || onlyName) return;
  const failed = open.filter(({ as }) => as === 'failed');
  const rows = failed.slice(0, Math.max(Math.min(owners.most, MAX_HANDED_OVER) - tally.handedOver, 0));
  if (rows.length === 0) return;
  const wereOpen = parts[tally.partsDone]?.read === 'rows';
  await owners.handOver(rows, { wereOpen });
  if (!wereOpen) tally.addHandedOver(rows.length);
}

async function finishParts(partsDone: number, tally: Tally, { owners, parts, onlyName }: StretchParts): Promise<void> {
  const over = parts.slice(tally.partsDone, partsDone);
  tally.finishParts(partsDone);
  if (!owners || onlyName) return;
  const rows = over.flatMap((part) => (part.read === 'rows' ? part.rows : []));
  const open = tally.openOf(rows);
  const right = rows.filter((row) => !open.has(row));
  if (right.length > 0) await owners.tellRight(right);
}
