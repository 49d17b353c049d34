import { type FieldDifference } from '../activities/shared/field-difference';
import { EXPORT_TASKS, type ExportStream } from '../contracts/export-messages';
import { type NotCompared } from './catalogue-choice';
import { type ExportComparison } from './catalogue-compare';
import { countedAs, type OpenReason } from './catalogue-findings';
import { type ProductFindings } from './catalogue-product';
import { fieldTable } from './field-table';
import { asArgument } from './order-text';
import { textTable } from './text-table';

const WIDTH = 98;
const ROWS_NAMED = 3;
const REASONS_SHOWN = 12;
/** Of one row, where all are told. */
const FIELDS_OF_ROW = 4;

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
  const open = prices.flatMap((price) => price.open.map((reason) => ({ ...reason, of: price.stream })));
  const named = askedFor === productId ? '' : ` (asked for as ${askedFor})`;
  return [
    cut(`Product ${productId}${named}, ${tenantUid}: ${verdictOf(fields.length, open.length, failure !== undefined)}`),
    ...(because === undefined ? [] : [`  It is taken from sale: ${because}.`]),
    ...comparedLine(found),
    ...(failure ? folded(`Why: ${failure.why} (${failure.failureType})`) : []),
    ...(fields.length > 0 ? ['', fieldTable(fields)] : []),
    ...(open.length + problems.length > 0 ? [''] : []),
    ...open.flatMap((reason) => reasonLines(reason)),
    ...problems.flatMap((problem) => folded(`Goes to Flow without: ${problem}`)),
    ...prices.flatMap(({ stream, leftOut }) =>
      leftOut.flatMap(({ name, reason }) => folded(`Left out: ${stream} ${name}: ${reason}`)),
    ),
    ...notComparedLines(notCompared),
    ...howToWriteProduct(found),
  ].join('\n');
}

function comparedLine({ productUids, prices }: ProductFindings): string[] {
  const rows = sum(prices, ({ compared }) => compared);
  const told = [
    ...(productUids.length > 0
      ? [
          `${productUids.length === 1 ? 'the product' : `the style and its ${counted(productUids.length - 1, 'variant')}`}`,
        ]
      : []),
    ...(rows > 0 ? [`${counted(rows, 'price')}`] : []),
  ];
  return told.length > 0 ? [`  Compared: ${told.join(', ')}.`] : [];
}

function headline(exports: readonly ExportComparison[], differing: number, leftOpen: number): string {
  if (exports.length === 0) return 'Nothing was compared.';
  if (differing + leftOpen === 0) return 'The catalogue is in Flow as Omnium has it.';
  const open = leftOpen > 0 ? `, ${leftOpen} cannot be` : '';
  return `The catalogue differs: ${counted(differing, 'row')} would be written${open}.`;
}

function verdictOf(fields: number, open: number, isBlocked: boolean): string {
  if (isBlocked) return 'it cannot be brought to Flow.';
  if (fields + open === 0) return 'right in Flow; nothing would be written.';
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
  const told = new Set<string>();
  const lines = [
    ...(differing > 0 ? differingLines(found) : []),
    ...(rows.length > 0 ? [fieldTable(rows.flatMap(({ fields }) => fewOf(brief(fields, told))))] : []),
    ...(differing > rows.length ? [`  … and ${counted(differing - rows.length, 'more row')} (--limit)`] : []),
    ...(reasons.length > 0 ? ['  Left open, and why:'] : []),
    ...reasons.flatMap((reason) => reasonLines(reason)),
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

/** The first fields of a row; how many more there are stands where a value would. */
function fewOf(fields: readonly FieldDifference[]): readonly FieldDifference[] {
  const [first] = fields;
  const more = fields.length - FIELDS_OF_ROW;
  if (more <= 1 || !first) return fields;
  return [...fields.slice(0, FIELDS_OF_ROW), { of: first.of, field: `and ${more} more`, from: '', to: '' }];
}

/** Of what comes or goes as a whole, one line, and that once. */
function brief(fields: readonly FieldDifference[], told: Set<string>): FieldDifference[] {
  return fields.flatMap((difference): FieldDifference[] => {
    const { of, whole, from } = difference;
    if (whole === undefined) return [difference];
    const field = countedAs(difference);
    const key = `${field} ${of}`;
    if (told.has(key)) return [];
    told.add(key);
    const isName = (one: FieldDifference): boolean => one.of === of && /(?:^| )name$/.test(one.field);
    const name = whole === 'new' ? fields.find(isName)?.to : undefined;
    return [{ of, field, ...(from !== undefined && { from }), ...(name !== undefined && { to: name }) }];
  });
}

function reasonLines({ why, failureType, count, rows, of }: OpenReason & { readonly of?: string }): string[] {
  const named = rows.slice(0, ROWS_NAMED).join(', ');
  const more = count > ROWS_NAMED ? ` and ${count - ROWS_NAMED} more` : '';
  const type = failureType === undefined || why.includes(failureType) ? '' : ` (${failureType})`;
  return [
    ...folded(`${counted(count, 'row')}${of === undefined ? '' : ` of ${of}`}: ${why}${type}`, '    '),
    ...folded(`${named}${more}`, '      '),
  ];
}

function notComparedLines(notCompared: readonly NotCompared[]): string[] {
  if (notCompared.length === 0) return [];
  return ['', ...notCompared.flatMap(({ reason, ...key }) => folded(`Not compared: ${nameOf(key)}: ${reason}`, ''))];
}

function howToWrite(exports: readonly ExportComparison[]): string[] {
  const differing = exports.filter((one) => one.differing > 0);
  const streams = [...new Set(differing.map(({ stream }) => stream))];
  const [tenantUid, ...others] = new Set(differing.map((one) => one.tenantUid));
  if (tenantUid === undefined) return [];
  const only = others.length === 0 ? tenantUid : undefined;
  return [
    '',
    'By themselves the exports write what changes in Omnium. To have all of this written now:',
    ...streams.map((stream) => `  ${exportCommand(stream, only)}`),
    ...(streams.includes('products') ? ['One product alone: npm run ops -- product resync <id>'] : []),
  ];
}

function howToWriteProduct({ tenantUid, productId, fields, prices }: ProductFindings): string[] {
  const streams = new Set(prices.filter(({ differing }) => differing > 0).map(({ stream }) => stream));
  const resync = `npm run ops -- product resync ${asArgument(productId)} --tenant ${tenantUid}`;
  const lines = [
    ...(fields.length > 0 ? [`To write the product now: ${resync}`] : []),
    ...[...streams].flatMap((stream) => [`To write all ${stream} now:`, `  ${exportCommand(stream, tenantUid)}`]),
  ];
  return lines.length > 0 ? ['', ...lines] : [];
}

function exportCommand(stream: ExportStream, tenantUid: string | undefined): string {
  const tenant = tenantUid === undefined ? '' : ` --tenant ${tenantUid}`;
  return `npm run ops -- export ${EXPORT_TASKS[stream]} --full${tenant}`;
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
