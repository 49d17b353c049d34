import type { FieldDifference } from '../activities/shared/field-difference';
import { type ExportKey } from '../contracts/exports';
import { EXPORTS, type ExportStream } from '../contracts/streams';
import { compact } from '../domain/compact';
import {
  countedAs,
  type ExportComparison,
  type NotCompared,
  type OpenReason,
  type ProductFindings,
} from './catalogue-findings';
import { fieldTable, textTable, wrap } from './tables';
import { asArgument } from '../contracts/kinds/order';

const WIDTH = 98;
const ROWS_NAMED = 3;
const REASONS_SHOWN = 12;
/** Of one record, where the fields of all are shown. */
const FIELDS_OF_ROW = 4;

const HEADER = ['EXPORT', 'COMPARED', 'RIGHT', 'WOULD WRITE', 'LEFT OPEN'];

/** All exports: counts first, then what would be written and why records stay open. */
export function describeCatalogue(exports: readonly ExportComparison[], notCompared: readonly NotCompared[]): string {
  const differing = exports.reduce((total, one) => total + one.differing, 0);
  const leftOpen = exports.reduce((total, one) => total + one.leftOpen, 0);
  const open = leftOpen > 0 ? `, ${leftOpen} cannot be` : '';
  const differs = `The catalogue differs: ${counted(differing, 'row')} would be written${open}.`;
  const result = differing + leftOpen === 0 ? 'The catalogue is in Flow as Omnium has it.' : differs;
  const table = exports.map((one) => [
    nameOf(one),
    ...[one.compared, one.unchanged, one.differing, one.leftOpen].map(String),
  ]);
  return [
    `${exports.length === 0 ? 'Nothing was compared.' : result} Nothing has been written.`,
    ...(exports.length > 0 ? ['', textTable([HEADER, ...table])] : []),
    ...exports.flatMap(exportLines),
    ...notComparedLines(notCompared),
    ...howToWrite(exports),
  ].join('\n');
}

/** One product: every field. */
export function describeProduct(found: ProductFindings): string {
  const { tenantUid, productId, askedFor, productUids, because, problems, failure, prices, notCompared } = found;
  const fields = [...found.fields, ...prices.flatMap(({ rows }) => rows.flatMap((row) => row.fields))];
  const open = prices.flatMap((price) => price.open.map((reason) => ({ reason, of: price.stream })));
  const named = askedFor === productId ? '' : ` (asked for as ${askedFor})`;

  const writes = fields.length > 0 ? `${counted(fields.length, 'field')} would be written` : 'nothing would be written';
  const partly = `${writes}${open.length > 0 ? '; some of it cannot be' : ''}. Nothing has been.`;
  const isRight = fields.length + open.length === 0;
  const result = isRight ? 'right in Flow; nothing would be written.' : partly;

  const records = prices.reduce((total, { compared }) => total + compared, 0);
  const variants = `the style and its ${counted(productUids.length - 1, 'variant')}`;
  const compared = [
    ...(productUids.length > 0 ? [productUids.length === 1 ? 'the product' : variants] : []),
    ...(records > 0 ? [counted(records, 'price')] : []),
  ];

  const resync = `npm run ops -- product resync ${asArgument(productId)} --tenant ${tenantUid}`;
  const differing = new Set(prices.filter((price) => price.differing > 0).map(({ stream }) => stream));
  const howTo = [
    ...(found.fields.length > 0 ? [`To write the product now: ${resync}`] : []),
    ...[...differing].flatMap((stream) => [`To write all ${stream} now:`, `  ${exportCommand(stream, tenantUid)}`]),
  ];
  return [
    cut(`Product ${productId}${named}, ${tenantUid}: ${failure ? 'it cannot be brought to Flow.' : result}`),
    ...(because === undefined ? [] : [`  It is taken from sale: ${because}.`]),
    ...(compared.length > 0 ? [`  Compared: ${compared.join(', ')}.`] : []),
    ...(failure ? folded(`Why: ${failure.why} (${failure.failureType})`) : []),
    ...(fields.length > 0 ? ['', fieldTable(fields)] : []),
    ...(open.length + problems.length > 0 ? [''] : []),
    ...open.flatMap(({ reason, of }) => reasonLines(reason, ` of ${of}`)),
    ...problems.flatMap((problem) => folded(`Goes to Flow without: ${problem}`)),
    ...prices.flatMap(({ stream, leftOut }) =>
      leftOut.flatMap(({ name, reason }) => folded(`Left out: ${stream} ${name}: ${reason}`)),
    ),
    ...notComparedLines(notCompared),
    ...(howTo.length > 0 ? ['', ...howTo] : []),
  ].join('\n');
}

function exportLines(found: ExportComparison): string[] {
  const { byField, rows, differing, open, leftOut } = found;
  const counts = Object.entries(byField).map(([field, count]) => `${field} ${count}`);
  const reasons = open.slice(0, REASONS_SHOWN);
  const shown = new Set<string>();
  const lines = [
    ...(differing > 0 ? [...folded(counts.join(', ')), ''] : []),
    ...(rows.length > 0 ? [fieldTable(rows.flatMap(({ fields }) => brief(fields, shown)))] : []),
    ...(differing > rows.length ? [`  … and ${counted(differing - rows.length, 'more row')} (--limit)`] : []),
    ...(reasons.length > 0 ? ['  Left open, and why:'] : []),
    ...reasons.flatMap((reason) => reasonLines(reason, '')),
    ...(open.length > reasons.length
      ? [`    … and ${counted(open.length - reasons.length, 'more reason')} (--json)`]
      : []),
    ...leftOut.flatMap(({ name, reason }) => folded(`Left out: ${name}: ${reason}`)),
  ];
  return lines.length === 0 ? [] : ['', `${nameOf(found)}${counts.length > 0 ? ', would write' : ''}:`, ...lines];
}

/**
 * The first fields of a record, and how many more there are. What comes or goes as a whole is one line, and that once.
 *
 * @param shown what has had its line
 */
function brief(fields: readonly FieldDifference[], shown: Set<string>): readonly FieldDifference[] {
  const lines = fields.flatMap((difference): FieldDifference[] => {
    const { of, whole, from } = difference;
    if (whole === undefined) return [difference];
    const field = countedAs(difference);
    const key = `${field} ${of}`;
    if (shown.has(key)) return [];
    shown.add(key);
    const name = fields.find((one) => one.of === of && /(?:^| )name$/.test(one.field));
    return [{ of, field, ...compact({ from, to: whole === 'new' ? name?.to : undefined }) }];
  });
  const [first] = lines;
  const more = lines.length - FIELDS_OF_ROW;
  if (more <= 1 || !first) return lines;
  return [...lines.slice(0, FIELDS_OF_ROW), { of: first.of, field: `and ${more} more`, from: '', to: '' }];
}

function reasonLines({ why, failureType, count, rows }: OpenReason, of: string): string[] {
  const named = rows.slice(0, ROWS_NAMED).join(', ');
  const more = count > ROWS_NAMED ? ` and ${count - ROWS_NAMED} more` : '';
  const type = failureType === undefined || why.includes(failureType) ? '' : ` (${failureType})`;
  return [...folded(`${counted(count, 'row')}${of}: ${why}${type}`, '    '), ...folded(`${named}${more}`, '      ')];
}

function notComparedLines(notCompared: readonly NotCompared[]): string[] {
  const lines = notCompared.flatMap((one) => folded(`Not compared: ${nameOf(one)}: ${one.reason}`, ''));
  return lines.length === 0 ? [] : ['', ...lines];
}

function howToWrite(exports: readonly ExportComparison[]): string[] {
  const differing = exports.filter((one) => one.differing > 0);
  const streams = [...new Set(differing.map(({ stream }) => stream))];
  const [tenantUid, ...others] = new Set(differing.map((one) => one.tenantUid));
  if (tenantUid === undefined) return [];
  return [
    '',
    'By themselves the exports write what changes in Omnium. To have all of this written now:',
    ...streams.map((stream) => `  ${exportCommand(stream, others.length === 0 ? tenantUid : undefined)}`),
    ...(streams.includes('products') ? ['One product alone: npm run ops -- product resync <id>'] : []),
  ];
}

function exportCommand(stream: ExportStream, tenantUid: string | undefined): string {
  const tenant = tenantUid === undefined ? '' : ` --tenant ${tenantUid}`;
  return `npm run ops -- export ${EXPORTS[stream].task} --full${tenant}`;
}

function nameOf({ tenantUid, marketOrGroup, stream }: ExportKey): string {
  return `${tenantUid} ${marketOrGroup} ${stream}`;
}

/** A sentence on lines of the terminal's width. */
function folded(sentence: string, indent = '  '): string[] {
  return wrap(sentence, WIDTH - indent.length).map((line, index) => cut(`${indent}${index > 0 ? '  ' : ''}${line}`));
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function cut(line: string): string {
  return line.length > WIDTH + 2 ? `${line.slice(0, WIDTH + 1)}…` : line;
}
