import {
  addExportCounts,
  addOpenRows,
  comparedRows,
  MAX_EXPORT_DIFFERENCES,
  NO_EXPORT_COUNTS,
  type ExportKey,
  type ExportPlan,
  type ExportProgress,
  type ExportStretchResult,
  type ExportSummary,
} from '../../contracts/export-messages';

/** A run that has read nothing yet. */
export function startOf({ window, parts, partial, leftOut, missing }: ExportPlan): ExportProgress {
  return {
    ...{ window, parts, partial, leftOut, missing },
    ...{ done: [], refusedParts: [], counts: NO_EXPORT_COUNTS },
    ...{ openRows: [], moreOpenRows: 0, differences: [], workedMs: 0, failedAttempts: 0 },
  };
}

/** With what a stretch has done. */
export function addStretch(progress: ExportProgress, stretch: ExportStretchResult): ExportProgress {
  const { partsDone } = stretch;
  const { openRows, tooMany } = addOpenRows(progress.openRows, stretch.openRows);
  const done = progress.parts.slice(0, partsDone).filter(({ read }) => read !== 'rows');
  return {
    ...progress,
    parts: progress.parts.slice(partsDone),
    done: [...progress.done, ...done],
    refusedParts: [...new Set([...progress.refusedParts, ...stretch.refusedParts])],
    counts: addExportCounts(progress.counts, stretch.counts),
    openRows,
    moreOpenRows: progress.moreOpenRows + stretch.moreOpenRows + tooMany,
    differences: [...new Set([...progress.differences, ...stretch.differences])].slice(0, MAX_EXPORT_DIFFERENCES),
    workedMs: progress.workedMs + stretch.workedMs,
  };
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
  };
}

/**
 * Where the next run begins, and which parts are in Flow up to there. A part with refused rows is not: it is read as a
 * whole once Omnium is its master again. With more open rows than can be kept, everything stays as it was before this run.
 */
function nextBeginning(progress: ExportProgress): Pick<ExportSummary, 'watermark' | 'covered'> {
  const { window, done, partial, refusedParts, moreOpenRows } = progress;
  const notWhole = new Set([...partial, ...refusedParts]);
  const covered = done.filter(({ name }) => !notWhole.has(name));
  const names = (parts: typeof covered): string[] => parts.map(({ name }) => name);
  if (moreOpenRows === 0) return { watermark: window.to, covered: names(covered) };
  const coveredBefore = names(covered.filter(({ read }) => read === 'changes'));
  return { ...(window.watermark !== undefined && { watermark: window.watermark }), covered: coveredBefore };
}
