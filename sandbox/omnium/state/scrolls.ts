import { randomUUID } from 'node:crypto';

import { type SandboxClock } from '../../kit/clock';
import { notFound } from '../problem';

/** One batch of a scroll. `scrollId` is missing when nothing is left to ask for. */
export interface ScrollBatch {
  readonly result: unknown[];
  readonly totalHits: number;
  readonly scrollId?: string;
}

/** How many items a first call and each continuation bring. */
export interface ScrollSizes {
  readonly first: number;
  readonly next: number;
}

/** A snapshot that is read piece by piece; what it gives may be made only then. */
export interface ScrollSource {
  readonly totalHits: number;
  /** The next items, at most so many; none at the end. */
  take(size: number): unknown[];
}

/** A snapshot of items that are all there. */
export const listSource = (items: readonly unknown[]): ScrollSource => {
  let position = 0;
  return {
    totalHits: items.length,
    take: (size) => {
      const taken = items.slice(position, position + size);
      position += taken.length;
      return taken;
    },
  };
};

interface Context {
  readonly resource: string;
  /** The snapshot taken at the first call. */
  readonly source: ScrollSource;
  readonly nextSize: number;
  idleSinceMs: number;
}

const idleLimitMs = 5 * 60_000;

/** Scroll contexts (contract §2): a snapshot, an id that changes with every call, dead after five idle minutes. */
export class Scrolls {
  readonly #clock: SandboxClock;
  readonly #contexts = new Map<string, Context>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  start(resource: string, items: readonly unknown[] | ScrollSource, sizes: ScrollSizes): ScrollBatch {
    this.#sweep();
    const source = 'totalHits' in items ? items : listSource(items);
    return this.#batch({ resource, source, nextSize: sizes.next, idleSinceMs: 0 }, sizes.first);
  }

  /** @throws OmniumProblem 404 for an id that was replaced, has expired or belongs to another resource. */
  next(resource: string, scrollId: string): ScrollBatch {
    this.#sweep();
    const context = this.#contexts.get(scrollId);
    if (context?.resource !== resource) {
      throw notFound('The scroll');
    }
    this.#contexts.delete(scrollId);
    return this.#batch(context, context.nextSize);
  }

  clear(): void {
    this.#contexts.clear();
  }

  #batch(context: Context, size: number): ScrollBatch {
    const result = context.source.take(size);
    context.idleSinceMs = this.#clock.nowMs();
    const { totalHits } = context.source;
    if (result.length === 0) {
      return { result, totalHits };
    }
    const scrollId = randomUUID();
    this.#contexts.set(scrollId, context);
    return { result, totalHits, scrollId };
  }

  #sweep(): void {
    const oldestMs = this.#clock.nowMs() - idleLimitMs;
    for (const [scrollId, context] of this.#contexts) {
      if (context.idleSinceMs < oldestMs) {
        this.#contexts.delete(scrollId);
      }
    }
  }
}
