/**
 * ` (did you mean "X"?)` when a known name is close to what was written, else nothing.
 *
 * @param written what stands in the file
 * @param known the names that could have been meant
 */
export function didYouMean(written: string, known: readonly string[]): string {
  const candidates = known
    .map((name) => ({ name, distance: editDistance(written.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = candidates[0];
  // A third of the name may be wrong; more is a guess that helps nobody.
  if (!best || best.distance > Math.max(1, Math.floor(best.name.length / 3))) return '';
  return ` (did you mean "${best.name}"?)`;
}

/** Levenshtein distance: insertions, deletions and replacements that turn one text into the other. */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= to.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
