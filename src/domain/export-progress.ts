import {
  addExportCounts,
  comparedRows,
  NO_EXPORT_COUNTS,
  type ExportKey,
  type ExportPart,
  type ExportPlan,
  type ExportProgress,
  type ExportStretchResult,
  type ExportSummary,
} from '../contracts/export-messages';
import { addLaterRows, addOpenRows, type LaterRows } from '../contracts/export-rows';
import { distinctNames } from './distinct-names';

/** A run that has read nothing yet. */
export function startOf({ window, parts, partial, leftOut, missing, ...later }: ExportPlan): ExportProgress {
  return {
    ...{ window, parts, partial, leftOut, missing },
    ...{ done: [], refusedParts: [], counts: NO_EXPORT_COUNTS },
    ...{ openRows: [], moreOpenRows: 0, differences: [], workedMs: 0, failedAttempts: 0 },
    ...laterOf(later),
  };
}

/** With what a stretch has done. */
export function addStretch(progress: ExportProgress, stretch: ExportStretchResult): ExportProgress {
  const { partsDone, cursor, underWay, handedOver = 0 } = stretch;
  const { underWay: _before, ...before } = progress;
  const { openRows, tooMany } = addOpenRows(before.openRows, stretch.openRows);
  const done = before.parts.slice(0, partsDone).filter(({ read }) => read !== 'rows');
  const left = before.parts.slice(partsDone);
  const isBegun = cursor !== undefined && left.length > 0;
  return {
    ...before,
    parts: isBegun ? goesOnAfter(left, cursor) : left,
    done: [...before.done, ...done.map(withoutCursor)],
    refusedParts: [...new Set([...before.refusedParts, ...stretch.refusedParts])],
    counts: addExportCounts(before.counts, stretch.counts),
    openRows,
    moreOpenRows: before.moreOpenRows + stretch.moreOpenRows + tooMany,
    differences: distinctNames(before.differences, stretch.differences),
    workedMs: before.workedMs + stretch.workedMs,
    ...(isBegun && underWay && { underWay: goneOn(progress, stretch) }),
    ...(handedOver > 0 && { handedOver: (before.handedOver ?? 0) + handedOver }),
    ...laterOf(addLaterRows({ ...before, later: before.later ?? [] }, { ...stretch, later: stretch.later ?? [] })),
  };
}

function goesOnAfter([first, ...others]: readonly ExportPart[], after: string): ExportPart[] {
  if (!first) return [];
  return [first.read === 'rows' ? first : { ...first, after }, ...others];
}

function withoutCursor(part: ExportPart): ExportPart {
  if (part.read === 'rows' || part.after === undefined) return part;
  const { after: _after, ...rest } = part;
  return rest;
}

/** How far the part under way has come, over several stretches. A later one is told only of what is left. */
function goneOn(
  { underWay: before }: ExportProgress,
  { partsDone, underWay }: ExportStretchResult,
): NonNullable<ExportProgress['underWay']> {
  const { rows = 0, total } = underWay ?? {};
  const rowsBefore = partsDone === 0 ? (before?.rows ?? 0) : 0;
  const inAll = partsDone === 0 ? (before?.total ?? total) : total;
  return { rows: rowsBefore + rows, ...(inAll !== undefined && { total: inAll }) };
}

/** What is kept for later; no members where there is nothing, as in the results of runs that knew nothing of it. */
function laterOf({ later = [], wholeAgainAt }: Partial<LaterRows>): Partial<LaterRows> {
  return { ...(later.length > 0 && { later }), ...(wholeAgainAt !== undefined && { wholeAgainAt }) };
}

/** What the memo of a run that has come to its end holds: where the next one begins, and what that one looks at again. */
export function summaryOf({ tenantUid, marketOrGroup, stream }: ExportKey, progress: ExportProgress): ExportSummary {
  const { window, counts, openRows, moreOpenRows } = progress;
  return {
    ...{ tenantUid, marketOrGroup, stream },
    ...counts,
    compared: comparedRows(counts),
    ...(window.from !== undefined && { from: window.from }),
    to: window.to,
    ...nextBeginning(progress),
    ...{ openRows, moreOpenRows },
    ...laterOf(progress),
  };
}

/** Names of what is in a part. */
export function namesIn(part: ExportPart): readonly string[] {
  return part.read === 'rows' ? [] : (part.members ?? [part.name]);
}

/**
 * Where the next run begins, and which parts are in Flow up to there. A part with refused rows is not: it is read as a
 * whole once Omnium is its master again. With more open rows than can be kept, everything stays as it was before this run.
 */
function nextBeginning(progress: ExportProgress): Pick<ExportSummary, 'watermark' | 'covered'> {
  const { window, done, partial, refusedParts, moreOpenRows } = progress;
  const notWhole = new Set([...partial, ...refusedParts]);
  const covered = (parts: readonly ExportPart[]): string[] => {
    const names = parts.filter(({ name }) => !notWhole.has(name)).flatMap(namesIn);
    return [...new Set(names)].filter((name) => !notWhole.has(name));
  };
  if (moreOpenRows === 0) return { watermark: window.to, covered: covered(done) };
  const coveredBefore = covered(done.filter(({ read }) => read === 'changes'));
  return { ...(window.watermark !== undefined && { watermark: window.watermark }), covered: coveredBefore };
}

/** How far a run has come, as people ask. */
export interface HowFar {
  /** Rows that were compared. */
  readonly rowsDone: number;
  /** Absent while nothing is known of what is left. */
  readonly rowsLeft?: number;
  readonly rowsPerSecond?: number;
  /** Milliseconds until the end at that rate. */
  readonly leftMs?: number;
}

/**
 * What is done, what is left, and how long that takes: from what the vendor says of the part under way, and the average of
 * the parts that are over for those to come.
 *
 * @param rowsSince rows compared since then, which are not in the progress yet
 */
export function howFar(progress: ExportProgress, rowsSince = 0): HowFar {
  const { counts, workedMs } = progress;
  const rowsDone = comparedRows(counts) + rowsSince;
  const rowsLeft = rowsLeftOf(progress, rowsSince);
  const perMs = workedMs > 0 ? rowsDone / workedMs : 0;
  const leftMs = rowsLeft === undefined ? partsLeftMs(progress) : perMs > 0 ? rowsLeft / perMs : undefined;
  return {
    rowsDone,
    ...(rowsLeft !== undefined && { rowsLeft }),
    ...(perMs > 0 && { rowsPerSecond: perMs * SECOND_MS }),
    ...(leftMs !== undefined && { leftMs }),
  };
}

/** Parts that hold rows of their own: not those that look at open rows or at what other parts have read. */
export function partsOfOwn({ partial }: ExportProgress, parts: readonly ExportPart[]): readonly ExportPart[] {
  return parts.filter(({ name, read }) => read === 'changes' || (read === 'everything' && !partial.includes(name)));
}

function rowsLeftOf(progress: ExportProgress, rowsSince: number): number | undefined {
  const { counts, underWay } = progress;
  const [first, ...others] = partsOfOwn(progress, progress.parts);
  if (!first) return undefined;
  const done = partsOfOwn(progress, progress.done).length;
  const ofFirst = underWay?.total === undefined ? undefined : underWay.total - underWay.rows - rowsSince;
  const average = done > 0 ? (comparedRows(counts) - (underWay?.rows ?? 0)) / done : undefined;
  if (ofFirst === undefined) return undefined;
  if (others.length > 0 && average === undefined) return undefined;
  return Math.round(Math.max(ofFirst, 0) + others.length * (average ?? 0));
}

function partsLeftMs(progress: ExportProgress): number | undefined {
  const left = partsOfOwn(progress, progress.parts).length;
  const done = partsOfOwn(progress, progress.done).length;
  return left > 0 && done > 0 ? (progress.workedMs / done) * left : undefined;
}

const SECOND_MS = 1_000;
