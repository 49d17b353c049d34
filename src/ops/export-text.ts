import { type ExportCounts, type ExportKey, type ExportReport, type LeftOutPart } from '../contracts/export-messages';
import { describeProgress, type RunningProgress } from './export-running';
import { type StartedRun } from './trigger-schedule';

/** One export that was started, or found running. */
export interface StartedExport extends ExportKey, StartedRun {
  readonly report?: ExportReport;
  /** Of one that was at work already. */
  readonly progress?: RunningProgress;
}

/** What an export would write now. */
export interface DryExport extends ExportKey {
  readonly from?: string;
  readonly compared: number;
  readonly counts: ExportCounts;
  /** At most fifty: the row, and what would change. */
  readonly wouldWrite: readonly { readonly row: string; readonly change: string }[];
  readonly openRows: readonly string[];
  readonly leftOut: readonly LeftOutPart[];
  readonly missing: readonly string[];
  readonly differences: readonly string[];
}

const WIDTH = 96;
const OPEN_ROWS_SHOWN = 20;

/** What an export has done, in words. */
export function describeExport({ wasRunning, webUiUrl, report, progress, ...key }: StartedExport): string {
  const head = headOf(key);
  if (!report) {
    const how = wasRunning ? 'was running already' : 'has been started';
    return [`${head} ${how}.`, ...(progress ? [`  ${describeProgress(progress)}`] : []), `  ${webUiUrl}`].join('\n');
  }
  const { written, unchanged, from, to, openRows, later = [] } = report;
  const outcome = written === 0 ? 'everything was right in Flow already' : `${written} written`;
  return [
    `${head}: ${outcome}${openRows.length > 0 ? `, ${openRows.length} left open` : ''}.`,
    `  ${from === undefined ? 'Read everything' : `Read what changed since ${shortTime(from)} UTC`}, as of ${shortTime(to)} UTC`,
    `  Compared ${report.compared}, right already ${unchanged}`,
    ...(later.length > 0 ? [`  To be looked at when they start or end: ${later.length}`] : []),
    ...more(report),
    `  ${webUiUrl}`,
  ].join('\n');
}

/** What an export would do, in words. */
export function describeDryExport({ from, compared, counts, wouldWrite, ...report }: DryExport): string {
  const read = from === undefined ? 'everything' : `what changed since ${shortTime(from)} UTC`;
  return [
    `${headOf(report)} would write ${counts.written}; nothing has been written.`,
    `  Read ${read}; compared ${compared}, right already ${counts.unchanged}`,
    ...wouldWrite.map(({ row, change }) => cut(`    ${row}: ${change}`)),
    ...(counts.written > wouldWrite.length && wouldWrite.length > 0
      ? [`    and ${counts.written - wouldWrite.length} more`]
      : []),
    ...more(report),
  ].join('\n');
}

function more({
  openRows,
  leftOut,
  missing,
  differences,
}: Pick<ExportReport, 'openRows' | 'leftOut' | 'missing' | 'differences'>): string[] {
  return [
    ...(openRows.length > 0 ? [`  Left open: ${openRows.length}`] : []),
    ...openRows.slice(0, OPEN_ROWS_SHOWN).map((row) => cut(`    ${row}`)),
    ...differences.map((difference) => cut(`  Why: ${difference}`)),
    ...leftOut.map(({ name, reason }) => cut(`  Left out: ${name}: ${reason}`)),
    ...(missing.length > 0 ? [cut(`  Not in Flow: ${missing.join(', ')}`)] : []),
  ];
}

function headOf({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `Export ${stream} (${tenantUid} ${marketOrGroup})`;
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 1)}…` : line;
}

function shortTime(iso: string): string {
  return iso.slice(0, 19).replace('T', ' ');
}
