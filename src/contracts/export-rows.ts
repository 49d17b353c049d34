/** Rows that runs of an export leave to later ones: what could not be brought over, and what changes by itself one day. */

/** Most rows that are kept open; with more, the watermark stays where it is. */
export const MAX_OPEN_ROWS = 500;

/** Most rows that are kept for a moment to come; with more, everything is read again at the first one's moment. */
export const MAX_LATER_ROWS = 500;

/** A row that is to be looked at once a moment has come, though nobody changes it: a price that starts or ends. */
export interface LaterRow {
  readonly row: string;
  /** ISO-8601. */
  readonly at: string;
}

/** What is kept of such rows. */
export interface LaterRows {
  readonly later: readonly LaterRow[];
  /** The earliest moment of the rows that are not kept, ISO-8601: everything is read again then. */
  readonly wholeAgainAt?: string;
}

/** An open row, as people write it: `{sku}@{warehouseCode}`; `{sku}@*` when it is open in every part. */
export function openRowOf(sku: string, part: string): string {
  return `${sku}@${part}`;
}

/** In every part. */
export const EVERY_PART = '*';

/** Inverse of {@link openRowOf}, given the parts there are; undefined for a row of a part that is none of them. */
export function parseOpenRow(
  row: string,
  parts: readonly string[],
): { readonly sku: string; readonly part: string } | undefined {
  // Either may hold an @ itself, so the longest part that fits is the one.
  const [part] = [EVERY_PART, ...parts]
    .filter((name) => row.endsWith(`@${name}`))
    .sort((one, other) => other.length - one.length);
  return part === undefined ? undefined : { sku: row.slice(0, -part.length - 1), part };
}

/** More open rows, each once, as many as are kept; and how many were too many. */
export function addOpenRows(
  known: readonly string[],
  more: readonly string[],
): { readonly openRows: readonly string[]; readonly tooMany: number } {
  const all = [...new Set([...known, ...more])];
  return { openRows: all.slice(0, MAX_OPEN_ROWS), tooMany: Math.max(all.length - MAX_OPEN_ROWS, 0) };
}

/** More rows for later, each once with its earliest moment: the earliest are kept. */
export function addLaterRows(known: LaterRows, more: LaterRows): LaterRows {
  const earliest = new Map<string, string>();
  for (const { row, at } of [...known.later, ...more.later]) {
    const other = earliest.get(row);
    if (other === undefined || Date.parse(at) < Date.parse(other)) earliest.set(row, at);
  }
  const all = Array.from(earliest, ([row, at]): LaterRow => ({ row, at })).sort(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
  const times = [known.wholeAgainAt, more.wholeAgainAt, all[MAX_LATER_ROWS]?.at].filter((at) => at !== undefined);
  const wholeAgainAt = times.sort((one, other) => Date.parse(one) - Date.parse(other))[0];
  return { later: all.slice(0, MAX_LATER_ROWS), ...(wholeAgainAt !== undefined && { wholeAgainAt }) };
}
