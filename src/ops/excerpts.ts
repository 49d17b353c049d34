/** Characters that stay before the first difference, so that a reader finds the place. */
const BEFORE = 6;
const NOTHING = '-';

/**
 * Two values side by side in columns of a table. Where they are too long, each is shown from shortly before the first
 * difference on: of two long descriptions that end differently, the beginnings would say nothing.
 */
export function excerpts(from: string | undefined, to: string | undefined, width: number): [string, string] {
  const [one, other] = [onOneLine(from), onOneLine(to)];
  const isShort = one.length <= width && other.length <= width;
  const begin =
    isShort || from === undefined || to === undefined ? 0 : Math.max(firstDifference(one, other) - BEFORE, 0);
  return [part(one, begin, width), part(other, begin, width)];
}

function onOneLine(value: string | undefined): string {
  return value === undefined ? NOTHING : value.replace(/\s+/g, ' ').trim();
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index += 1;
  return index;
}

function part(value: string, begin: number, width: number): string {
  const shown = begin > 0 ? `…${value.slice(begin + 1)}` : value;
  return shown.length > width ? `${shown.slice(0, width - 1)}…` : shown;
}
