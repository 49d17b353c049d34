/** A person reads so many of them; the counts beside them tell of the rest. */
const NAMES_SHOWN = 20;

/** What a page or a report names, fields or differences: each once, in the order they came, and at most {@link NAMES_SHOWN}. */
export function distinctNames(...lists: readonly (readonly string[] | undefined)[]): string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))].slice(0, NAMES_SHOWN);
}
