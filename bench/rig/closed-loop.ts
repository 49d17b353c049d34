/** How much is asked for, and by how many at once. */
export interface LoopSize {
  readonly concurrency: number;
  readonly count: number;
}

/** Times of one block of operations. */
export interface LoopTimes {
  readonly elapsedMs: number;
  /** One per operation, from its start to its end. */
  readonly latenciesMs: readonly number[];
}

/**
 * Runs an operation `count` times, never more than `concurrency` at once and always that many as long as there are any.
 * Every side of every comparison is driven by this one loop.
 *
 * @param operation gets the operation's number from 0
 * @throws whatever the first failing operation throws: figures of a run with failures mean nothing
 */
export async function closedLoop(
  { concurrency, count }: LoopSize,
  operation: (index: number) => Promise<void>,
): Promise<LoopTimes> {
  const latenciesMs: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const startedAt = performance.now();
      await operation(index);
      latenciesMs.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { elapsedMs: performance.now() - startedAt, latenciesMs };
}

/** Operations per second and latencies of several blocks together. */
export function pool(blocks: readonly LoopTimes[]): { perSecond: number; latenciesMs: number[] } {
  const latenciesMs = blocks.flatMap((block) => block.latenciesMs);
  const elapsedMs = blocks.reduce((total, block) => total + block.elapsedMs, 0);
  return { perSecond: (latenciesMs.length / elapsedMs) * 1_000, latenciesMs };
}

/** Order of a run's blocks: whatever changes steadily meanwhile (warmth, size of the database) falls on both sides alike. */
const BLOCKS = 'ABBABAAB';

/** Runs the blocks of two sides as ABBABAAB in even runs and with the sides exchanged in odd ones. */
export async function alternate(
  run: number,
  first: () => Promise<LoopTimes>,
  second: () => Promise<LoopTimes>,
): Promise<readonly [LoopTimes[], LoopTimes[]]> {
  const results: readonly [LoopTimes[], LoopTimes[]] = [[], []];
  for (const block of BLOCKS) {
    if ((block === 'A') === (run % 2 === 0)) results[0].push(await first());
    else results[1].push(await second());
  }
  return results;
}
