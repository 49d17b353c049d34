/**
 * Works on items, several at a time. Once one has failed no further item is begun; those under way are waited for, so that
 * nothing goes on after the attempt has ended, and then the first error is thrown.
 */
export async function severalAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const workers = Array.from({ length: atOnce }, async () => {
    for (let next = waiting.next(); next.done !== true && errors.length === 0; next = waiting.next()) {
      await work(next.value).catch((error: unknown) => void errors.push(error));
    }
  });
  await Promise.all(workers);
  if (errors.length > 0) throw errors[0];
}

/** In chunks of at most `size`. */
export function* chunksOf<T>(items: readonly T[], size: number): Generator<readonly T[], void, undefined> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
