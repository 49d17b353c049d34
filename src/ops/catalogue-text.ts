import { type FieldDifference } from '../activities/field-difference';
import { EXPORT_TASKS, type ExportStream } from '../contracts/export-messages';
import { type NotCompared } from './catalogue-choice';
import { type ExportComparison } from './catalogue-compare';
import { type OpenReason } from './catalogue-findings';
import { type ProductFindings } from './catalogue-product';
import { excerpts } from './excerpts';
import { asArgument } from './order-text';
import { textTable } from './text-table';

const WIDTH = 98;
const ID_WIDTH = 22;
const FIELD_WIDTH = 20;
const VALUE_WIDTH = 24;
const ROWS_NAMED = 3;
const REASONS_SHOWN = 12;
const FIELD_HEADER = ['OF', 'FIELD', 'IN FLOW', 'WOULD BE'];

/** All exports: counts first, then what would be written and why rows stay open. */
export function describeCatalogue(exports: readonly ExportComparison[], notCompared: readonly NotCompared[]): string {
  const differing = sum(exports, ({ differing: rows }) => rows);
  const leftOpen = sum(exports, ({ leftOpen: rows }) => rows);
  return [
    `${headline(exports, differing, leftOpen)} Nothing has been written.`,
    ...(exports.length > 0 ? ['', textTable([HEADER, ...exports.map(countsRow)])] : []),
    ...exports.flatMap(describeExport),
    ...notComparedLines(notCompared),
    ...howToWrite(exports),
  ].join('\n');
}

/** One product: every field. */
export function describeProduct(found: ProductFindings): string {
  const { tenantUid, productId, askedFor, because, problems, failure, prices, notCompared } = found;
  const fields = [...found.fields, ...prices.flatMap(({ rows }) => rows.flatMap((row) => row.fields))];
  const open = prices.flatMap((price) => price.open);
  const named = askedFor === productId ? '' : ` (asked for as ${askedFor})`;
  return [
    cut(`Product ${productId}${named}, ${tenantUid}: ${verdictOf(fields.length, open.length, failure !== undefined)}`),
    ...(because === undefined ? [] : [`  It is taken from sale: ${because}.`]),
    ...(failure ? folded(`It cannot be brought to Flow: ${failure.why} (${failure.failureType})`) : []),
    ...(fields.length > 0 ? ['', fieldTable(fields)] : []),
    ...(open.length + problems.length > 0 ? [''] : []),
    ...open.flatMap(reasonLines),
    ...problems.flatMap((problem) => folded(`Goes to Flow without: ${problem}`)),
    ...prices.flatMap(({ stream, leftOut }) =>
      leftOut.flatMap(({ name, reason }) => folded(`Left out: ${stream} ${name}: ${reason}`)),
    ),
    ...notComparedLines(notCompared),
    ...howToWriteProduct(found),
  ].join('\n');
}

function headline(exports: readonly ExportComparison[], differing: number, leftOpen: number): string {
  if (exports.length === 0) return 'Nothing was compared.';
  if (differing + leftOpen === 0) return 'The catalogue is in Flow as Omnium has it.';
  const open = leftOpen > 0 ? `, ${counted(leftOpen, 'row')} cannot be brought over` : '';
  return `The catalogue differs: ${counted(differing, 'row')} would be written${open}.`;
}

function verdictOf(fields: number, open: number, isBlocked: boolean): string {
  if (fields + open === 0) return isBlocked ? 'a sync would fail.' : 'right in Flow; nothing would be written.';
  const writes = fields > 0 ? `${counted(fields, 'field')} would be written` : 'nothing would be written';
  return `${writes}${open > 0 ? '; some of it cannot be' : ''}. Nothing has been.`;
}

const HEADER = ['EXPORT', 'COMPARED', 'RIGHT', 'WOULD WRITE', 'LEFT OPEN'];

function countsRow({ compared, unchanged, differing, leftOpen, ...key }: ExportComparison): string[] {
  return [nameOf(key), ...[compared, unchanged, differing, leftOpen].map(String)];
}

function describeExport(found: ExportComparison): string[] {
  const { byField, rows, differing, open, leftOut } = found;
  const reasons = open.slice(0, REASONS_SHOWN);
  const lines = [
    ...(differing > 0 ? differingLines(found) : []),
    ...(rows.length > 0 ? [fieldTable(rows.flatMap(({ fields }) => brief(fields)))] : []),
    ...(differing > rows.length ? [`  … and ${counted(differing - rows.length, 'more row')} (--limit)`] : []),
    ...(reasons.length > 0 ? ['  Left open, and why:'] : []),
    ...reasons.flatMap(reasonLines),
    ...(open.length > reasons.length
      ? [`    … and ${counted(open.length - reasons.length, 'more reason')} (--json)`]
      : []),
    ...leftOut.flatMap(({ name, reason }) => folded(`Left out: ${name}: ${reason}`)),
  ];
  return lines.length === 0
    ? []
    : ['', `${nameOf(found)}${Object.keys(byField).length > 0 ? ', would write' : ''}:`, ...lines];
}

function differingLines({ byField }: ExportComparison): string[] {
  const counts = Object.entries(byField).map(([field, count]) => `${field} ${count}`);
  return [...folded(counts.join(', ')), ''];
}

/** Of what comes or goes as a whole, one line. */
function brief(fields: readonly FieldDifference[]): FieldDifference[] {
  const told = new Set<string>();
  return fields.flatMap(({ whole, ...difference }): FieldDifference[] => {
    const { of, field, from } = difference;
    if (whole === undefined) return [difference];
    if (told.has(of)) return [];
    told.add(of);
    const name = fields.find((one) => one.of === of && (one.field === 'name' || one.field === 'brand name'))?.to;
    if (whole === 'new')
      return [{ of, field: field === 'brand name' ? 'new brand' : 'new', ...(name !== undefined && { to: name }) }];
    return [{ of, field: 'removed', ...(from !== undefined && { from }) }];
  });
}

function fieldTable(fields: readonly FieldDifference[]): string {
  const rows = fields.map(({ of, field, from, to }) => [
    `  ${end(of, ID_WIDTH)}`,
    end(field, FIELD_WIDTH),
    ...excerpts(from, to, VALUE_WIDTH),
  ]);
  const [first = '', ...others] = FIELD_HEADER;
  return textTable([[`  ${first}`, ...others], ...rows]);
}

function reasonLines({ why, failureType, count, rows }: OpenReason): string[] {
  const named = rows.slice(0, ROWS_NAMED).join(', ');
  const more = count > ROWS_NAMED ? ` and ${count - ROWS_NAMED} more` : '';
  const type = failureType === undefined || why.includes(failureType) ? '' : ` (${failureType})`;
  return [...folded(`${counted(count, 'row')}: ${why}${type}`, '    '), ...folded(`${named}${more}`, '      ')];
}

function notComparedLines(notCompared: readonly NotCompared[]): string[] {
  if (notCompared.length === 0) return [];
  return ['', ...notCompared.flatMap(({ reason, ...key }) => folded(`Not compared: ${nameOf(key)}: ${reason}`, ''))];
}

function howToWrite(exports: readonly ExportComparison[]): string[] {
  const streams = new Set(exports.filter(({ differing }) => differing > 0).map(({ stream }) => stream));
  if (streams.size === 0) return [];
  return [
    '',
    'The exports write what has changed in Omnium. To have everything compared and written now:',
    ...[...streams].map((stream) => `  ${exportCommand(stream)}`),
    ...(streams.has('products') ? ['One product alone: npm run ops -- product resync <id>'] : []),
  ];
}

function howToWriteProduct({ productId, fields, prices }: ProductFindings): string[] {
  const streams = new Set(prices.filter(({ differing }) => differing > 0).map(({ stream }) => stream));
  const lines = [
    ...(fields.length > 0 ? [`To write the product now: npm run ops -- product resync ${asArgument(productId)}`] : []),
    ...[...streams].map((stream) => `To write all ${stream} now: ${exportCommand(stream)}`),
  ];
  return lines.length > 0 ? ['', ...lines] : [];
}

function exportCommand(stream: ExportStream): string {
  return `npm run ops -- export ${EXPORT_TASKS[stream]} --full`;
}

function nameOf({
  tenantUid,
  marketOrGroup,
  stream,
}: Pick<NotCompared, 'tenantUid' | 'marketOrGroup' | 'stream'>): string {
  return `${tenantUid} ${marketOrGroup} ${stream}`;
}

/** A sentence on lines of the terminal's width. */
function folded(sentence: string, indent = '  '): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of sentence.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > WIDTH - indent.length && line !== '') {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((one, index) => cut(`${indent}${index > 0 ? '  ' : ''}${one}`));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sum(exports: readonly ExportComparison[], of: (one: ExportComparison) => number): number {
  return exports.reduce((total, one) => total + of(one), 0);
}

function cut(line: string): string {
  return end(line, WIDTH + 2);
}

function end(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
