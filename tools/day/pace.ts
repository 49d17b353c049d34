import { setTimeout as sleep } from 'node:timers/promises';

/** How a list is worked through. */
export interface Pace {
  /** How many items may be under way at the same time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  /** Spreads the starts evenly over this time; as fast as possible when absent. */
  readonly overMs?: number;
}

/** Does something with each item, a few at a time and in order of the list; the first failure ends it. */
export async function eachOf<T>(
  items: readonly T[],
  { atOnce, signal, overMs }: Pace,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const startedAt = Date.now();
  let next = 0;
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !hasFailed) {
      const index = next;
      next += 1;
      const item = items[index];
      if (item === undefined) return;
      const dueInMs = overMs === undefined ? 0 : startedAt + (overMs * index) / items.length - Date.now();
      if (dueInMs > 0) await sleep(dueInMs, undefined, { signal });
      signal.throwIfAborted();
      try {
        await work(item);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
