/**
 * Reads one item ahead: while an item is worked on, the next one is already under way, and never more than one. An error of
 * the read comes when its item is asked for. Whoever stops early waits for the read under way, so abort that first.
 */
export async function* readAhead<T>(source: AsyncGenerator<T, void, undefined>): AsyncGenerator<T, void, undefined> {
  let next = source.next();
  try {
    for (;;) {
      const { value, done } = await next;
      if (done) return;
      next = source.next();
      // Looked at when it is asked for; until then it must not count as unhandled.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await source.return().catch(() => undefined);
  }
}
