import {
  comparedRows,
  type ExportKey,
  type ExportPart,
  type ExportProgress,
  type ExportReport,
  type ExportStream,
  EXPORT_TASKS,
} from '../../contracts/export-messages';
import type { FailedAttemptReport } from '../../contracts/coalescing-messages';
import { howFar, namesIn, partsOfOwn } from '../../domain/export-progress';
import { waitingDetails } from './ladder-words';

/** Texts for an export's page in the Temporal Web UI (Markdown). For somebody who was called at night. */

interface Words {
  /** What is exported. */
  readonly what: string;
  readonly rows: string;
  readonly part: string;
  readonly parts: string;
}

const WORDS: Readonly<Record<ExportStream, Words>> = {
  products: { what: 'products', rows: 'products', part: 'part', parts: 'parts' },
  categories: { what: 'categories', rows: 'categories', part: 'tree', parts: 'trees' },
  prices: { what: 'selling prices', rows: 'prices', part: 'price list', parts: 'price lists' },
  'cost-prices': { what: 'cost prices', rows: 'cost prices', part: 'part', parts: 'parts' },
  'soa-prices': { what: 'SOA prices', rows: 'SOA prices', part: 'price list', parts: 'price lists' },
  inventory: { what: 'stock levels', rows: 'levels', part: 'warehouse', parts: 'warehouses' },
};

/** At most so many names in the details; the run's result has more. */
const NAMES_SHOWN = 50;
const MINUTE_MS = 60_000;

/**
 * What a running export says: done, written, right already, left, rate, and when it may end.
 *
 * @param now the workflow's own time
 */
export function exportingDetails(key: ExportKey, progress: ExportProgress | undefined, now: Date): string {
  const { what, rows } = WORDS[key.stream];
  if (!progress) return `Exporting ${what} from Omnium to Flow; first, where the last export ended.`;
  const { window, counts, differences } = progress;
  const since = window.from === undefined ? 'everything' : `what has changed since ${window.from}`;
  const lines = [`Exporting ${what} from Omnium to Flow: ${since}.`, '', `- **Done:** ${doneWords(key, progress)}`];
  const compared = comparedRows(counts);
  if (compared > 0) {
    const { written, unchanged } = counts;
    lines.push(`- **So far:** ${compared} ${rows} compared, ${written} written, ${unchanged} right already`);
    lines.push(...rateLines(progress, rows, now));
  }
  if (counts.failed + counts.unknown > 0)
    lines.push(`- **Left open:** ${openWords(progress)}${differences.length > 0 ? `; ${differences.join('; ')}` : ''}`);
  return lines.join('\n');
}

function doneWords(key: ExportKey, progress: ExportProgress): string {
  const { part, parts: manyParts, rows } = WORDS[key.stream];
  const { done, parts, underWay } = progress;
  const count = (some: readonly ExportPart[]): number => partsOfOwn(progress, some).flatMap(namesIn).length;
  const total = count(done) + count(parts);
  const { rows: rowsDone = 0, total: inAll } = underWay ?? {};
  const ofNext = inAll === undefined ? `${rowsDone}` : `${rowsDone} of ${inAll}`;
  const next = rowsDone > 0 ? `, and ${ofNext} ${rows} of the next` : '';
  return `${count(done)} of ${total} ${total === 1 ? part : manyParts}${next}`;
}

function rateLines(progress: ExportProgress, rows: string, now: Date): string[] {
  const { rowsPerSecond, rowsLeft, leftMs } = howFar(progress);
  if (rowsPerSecond === undefined) return [];
  const lines = [`- **Rate:** ${Math.round(rowsPerSecond)} ${rows} a second`];
  if (leftMs === undefined) return lines;
  const minutes = Math.ceil(leftMs / MINUTE_MS);
  const rowsToGo = rowsLeft === undefined ? '' : `about ${rowsLeft} ${rows}, `;
  const end = new Date(now.getTime() + leftMs).toISOString().slice(0, 16).replace('T', ' ');
  const time = `about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return [...lines, `- **Left:** ${rowsToGo}${time}`, `- **Expected end:** ${end} UTC`];
}

export function exportWaitsDetails(
  key: ExportKey,
  progress: ExportProgress | undefined,
  report: FailedAttemptReport,
): string {
  const { what } = WORDS[key.stream];
  const calm = '**Nothing is lost:** it goes on from where it is.';
  return waitingDetails(`The export of ${what} waits to be tried again. ${calm}`, report, {
    ...(progress && { more: [`- **Done before:** ${doneWords(key, progress)}`] }),
    sooner: `\`npm run ops -- export ${EXPORT_TASKS[key.stream]} --tenant ${key.tenantUid}\``,
  });
}

/** What an export says that somebody has cancelled. */
export function exportCancelledDetails(key: ExportKey, progress: ExportProgress | undefined): string {
  const { what } = WORDS[key.stream];
  const calm = '**Nothing is lost:** the next export begins where this one did.';
  const lines = [`The export of ${what} was cancelled. ${calm}`];
  if (progress) {
    const { written, unchanged } = progress.counts;
    lines.push('', `- **Done before:** ${doneWords(key, progress)}; written ${written}, right already ${unchanged}`);
  }
  return lines.join('\n');
}

/** What an export that is over says. */
export function exportedDetails(report: ExportReport): string {
  const { what, rows, parts } = WORDS[report.stream];
  const { written, unchanged, refused, from, to, wholeParts, covered } = report;
  const read = from === undefined || report.since === 'first-export' ? 'everything' : `what changed since ${from}`;
  const lines = [
    `${sentence(report)} Read: ${what}, ${read}, as of ${to}.`,
    '',
    `- **Compared:** ${report.compared} ${rows}; written ${written}, right already ${unchanged}`,
    `- **In Flow as of then:** ${covered.length} ${parts}${wholeParts > 0 ? `, ${wholeParts} of them read as a whole` : ''}`,
  ];
  if (report.later?.length) {
    lines.push(
      `- **For later:** ${report.later.length} ${rows} start or end one day, the first at ${report.later[0]?.at ?? ''}`,
    );
  }
  if (report.openRows.length > 0) lines.push(`- **Left open:** ${openWords(report)}: ${listed(report.openRows)}`);
  if (report.differences.length > 0) lines.push(`- **Why:** ${report.differences.join('; ')}`);
  if (report.moreOpenRows > 0) {
    lines.push('- **Note:** more rows are open than can be remembered, so the next export begins where this one did');
  }
  if (refused > 0)
    lines.push(`- **Refused:** ${refused} ${rows}, as Flow has become their master while this export ran`);
  for (const { name, reason } of report.leftOut.slice(0, NAMES_SHOWN)) lines.push(`- **Left out:** ${name}: ${reason}`);
  if (report.missing.length > 0) lines.push(`- **Not in Flow:** ${parts} ${listed(report.missing)}`);
  if (report.since === 'first-export') lines.push('- **Note:** no earlier export was known, so everything was read');
  if (report.failedAttempts > 0) lines.push(`- **Failed attempts before:** ${report.failedAttempts}`);
  return lines.join('\n');
}

function sentence({ written, openRows, stream }: ExportReport): string {
  const { rows } = WORDS[stream];
  if (openRows.length > 0) return `**${openRows.length} ${rows} could not be brought over and stay open.**`;
  return written === 0 ? 'Everything was right in Flow already.' : `${written} ${rows} were brought to Flow.`;
}

function openWords({
  openRows,
  moreOpenRows,
  ...rest
}: Pick<ExportReport, 'openRows' | 'moreOpenRows'> & {
  readonly counts?: ExportProgress['counts'];
}): string {
  const rows = openRows.length + moreOpenRows;
  const counts = rest.counts;
  const why = counts ? ` (${counts.unknown} unknown in Flow, ${counts.failed} failed)` : '';
  return `${rows}${why}, looked at again by every export`;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => `\`${name}\``);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** Temporal cuts a summary at 400 bytes; ours is far below. */
export function exportSummary({ tenantUid, stream }: ExportKey, parts?: readonly ExportPart[]): string {
  if (!parts) return `Export ${stream} (${tenantUid}): where the last one ended`;
  const [first] = parts;
  const more = parts.length > 1 ? ` and up to ${parts.length - 1} more` : '';
  return `Export ${stream} (${tenantUid}): ${first?.name.slice(0, 80) ?? 'nothing'}${more}`;
}
