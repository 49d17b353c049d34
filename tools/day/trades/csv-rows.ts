import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A row of the file, or the reason why its line is none. */
export type CsvRow =
  | { readonly lineNumber: number; readonly fields: readonly string[] }
  | { readonly lineNumber: number; readonly problem: string };

const LINES_AT_ONCE = 1_000;
/** A quoted field may hold line breaks; a quote that is still open after this many lines was never closed. */
const LONGEST_ROW_LINES = 4;

/**
 * Reads a CSV file row by row, in whichever of UTF-8, UTF-16 and Windows-1252 it is written. A line that is no row costs
 * itself and nothing around it: a quote that nobody closed must not swallow the rest of the file.
 *
 * @throws the file system's error
 */
export async function* csvRows(file: string): AsyncGenerator<CsvRow> {
  const encoding = await encodingOf(file);
  const chunk: Line[] = [];
  for await (const line of linesOf(file, encoding)) {
    chunk.push(line);
    if (chunk.length < LINES_AT_ONCE) continue;
    // The last lines wait for the next chunk: a row may go on there.
    yield* rowsOf(chunk.splice(0, LINES_AT_ONCE - LONGEST_ROW_LINES), chunk);
  }
  yield* rowsOf(chunk, []);
}

interface Line {
  readonly lineNumber: number;
  readonly text: string;
}

/** Rows of some lines; a row that goes on in `following` takes its lines from there. */
function* rowsOf(lines: readonly Line[], following: Line[]): Generator<CsvRow> {
  const fast = parseAll(lines);
  if (fast) {
    yield* fast;
    return;
  }
  const queue = [...lines];
  while (queue.length > 0) {
    const line = queue.shift();
    if (line === undefined) return;
    if (line.text.trim() === '') continue;
    const { fields, used } = parseRow(line.text, [...queue, ...following].slice(0, LONGEST_ROW_LINES - 1));
    if (!fields) {
      yield { lineNumber: line.lineNumber, problem: 'a quote is not closed or stands in the wrong place' };
      continue;
    }
    const fromFollowing = used - queue.splice(0, used).length;
    if (fromFollowing > 0) following.splice(0, fromFollowing);
    yield { lineNumber: line.lineNumber, fields };
  }
}

/** The usual case: each line is a row. Undefined when it isn't so. */
function parseAll(lines: readonly Line[]): CsvRow[] | undefined {
  const full = lines.filter(({ text }) => text.trim() !== '');
  const records = tryParse(full.map(({ text }) => text).join('\n'));
  if (records?.length !== full.length) return undefined;
  return full.map(({ lineNumber }, index) => ({ lineNumber, fields: records[index] ?? [] }));
}

function parseRow(text: string, next: readonly Line[]): { fields?: readonly string[]; used: number } {
  let joined = text;
  for (let used = 0; ; used += 1) {
    const records = tryParse(joined);
    if (records?.length === 1 && records[0]) return { fields: records[0], used };
    const more = next[used];
    if (!more) return { used: 0 };
    joined += `\n${more.text}`;
  }
}

function tryParse(text: string): string[][] | undefined {
  try {
    return parse(text, { trim: true, relax_column_count: true, relax_quotes: true });
  } catch {
    return undefined;
  }
}

async function* linesOf(file: string, encoding: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder(encoding);
  let lineNumber = 0;
  let rest = '';
  for await (const bytes of chunksOf(file)) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield { lineNumber: (lineNumber += 1), text: line.replace(/\r$/, '') };
  }
  rest += decoder.decode();
  if (rest !== '') yield { lineNumber: lineNumber + 1, text: rest };
}

/** By its byte order mark; else UTF-8 if all of it is, and if not what spreadsheets on Windows write. */
async function encodingOf(file: string): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isFirst = true;
  try {
    for await (const bytes of chunksOf(file)) {
      if (isFirst && bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
      if (isFirst && bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
      isFirst = false;
      decoder.decode(bytes, { stream: true });
    }
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252';
    throw error;
  }
}

function chunksOf(file: string): AsyncIterable<Buffer> {
  return createReadStream(file) as AsyncIterable<Buffer>;
}
