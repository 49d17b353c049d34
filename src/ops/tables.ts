import Table from 'cli-table3';
import type { FieldDifference } from '../activities/shared/field-difference';

const WIDTH = 98;
const INDENT = '  ';
const BETWEEN = 2;
const NARROWEST = 7;
const NO_BORDERS = Object.fromEntries(
  ['top', 'bottom', 'left', 'right'].flatMap((side) => [
    ...[side, `${side}-mid`, `${side}-left`, `${side}-right`].map((part) => [part, ''] as const),
  ]),
);

/** Rows of text, the header first, as columns wide enough for all that they hold. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const table = new Table({
    chars: { ...NO_BORDERS, mid: '', middle: '' },
    style: { 'padding-left': 0, 'padding-right': 2, compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * The same rows with the named columns cut, one after the other, as far as the table needs to fit a terminal. What is copied
 * from a table into the next command is never among them.
 */
export function narrowed(
  rows: readonly (readonly string[])[],
  columns: readonly string[],
): readonly (readonly string[])[] {
  const [header = []] = rows;
  const widths = header.map((_, column) => widest(rows.map((row) => row[column] ?? '')));
  let tooMany = widths.reduce((sum, width) => sum + width + BETWEEN, -BETWEEN) - WIDTH;
  for (const column of columns.map((name) => header.indexOf(name))) {
    const spare = Math.min(Math.max((widths[column] ?? 0) - NARROWEST, 0), Math.max(tooMany, 0));
    widths[column] = (widths[column] ?? 0) - spare;
    tooMany -= spare;
  }
  return rows.map((row) => row.map((cell, column) => end(cell, widths[column] ?? cell.length)));
}

/** Text in lines of at most `width` characters, broken at blanks; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

const WIDEST_ID = 24;
const WIDEST_FIELD = 28;
/** Characters that stay before the first difference, so that a reader finds the place. */
const BEFORE = 10;
const HEADER = ['OF', 'FIELD', 'IN FLOW', 'WOULD BE'] as const;

/** Fields as they are and as they would be, as wide as a terminal. What a line is about is said once. */
export function fieldTable(fields: readonly FieldDifference[]): string {
  const ids = fields.map(({ of }) => end(of, WIDEST_ID));
  const names = fields.map(({ field }) => end(field, WIDEST_FIELD));
  const values = fields.map(({ from, to }) => [onOneLine(from), onOneLine(to)] as const);
  const room = WIDTH - INDENT.length - 3 * BETWEEN - widest([...ids, HEADER[0]]) - widest([...names, HEADER[1]]);
  const widths = sharedOut(room, [
    widest([...values.map(([from]) => from), HEADER[2]]),
    widest([...values.map(([, to]) => to), HEADER[3]]),
  ]);
  const rows = values.map(([from, to], index) => [
    ids[index] === ids[index - 1] ? '' : (ids[index] ?? ''),
    names[index] ?? '',
    ...excerpts(from, to, widths),
  ]);
  return textTable([HEADER, ...rows])
    .split('\n')
    .map((line) => `${INDENT}${line}`)
    .join('\n');
}

/** Half for each, and what one does not need is the other's. */
function sharedOut(room: number, [from, to]: readonly [number, number]): readonly [number, number] {
  const half = Math.floor(room / 2);
  if (from <= half) return [from, Math.min(to, room - from)];
  return to <= half ? [Math.min(from, room - to), to] : [half, half];
}

/**
 * Two values side by side. Where one is too long, both are shown from shortly before the first difference on: of two long
 * descriptions that end differently, the beginnings would say nothing.
 */
function excerpts(from: string, to: string, [left, right]: readonly [number, number]): [string, string] {
  const isShort = from.length <= left && to.length <= right;
  const begin = isShort ? 0 : Math.max(firstDifference(from, to) - BEFORE, 0);
  return [end(after(from, begin), left), end(after(to, begin), right)];
}

function after(value: string, begin: number): string {
  return begin > 1 ? `…${value.slice(begin)}` : value;
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index += 1;
  return index;
}

function onOneLine(value: string | undefined): string {
  return value === undefined ? '-' : value.replace(/\s+/g, ' ').trim();
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
}

/** The beginning of a text, as wide as there is room. */
function end(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
