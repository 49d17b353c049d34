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

interface Context {
  readonly resource: string;
  /** The snapshot taken at the first call. */
  readonly items: readonly unknown[];
  readonly nextSize: number;
  position: number;
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

  start(resource: string, items: readonly unknown[], sizes: ScrollSizes): ScrollBatch {
    this.#sweep();
    const context: Context = { resource, items, nextSize: sizes.next, position: 0, idleSinceMs: 0 };
    return this.#batch(context, sizes.first);
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
    const result = context.items.slice(context.position, context.position + size);
    context.position += result.length;
    context.idleSinceMs = this.#clock.nowMs();
    const totalHits = context.items.length;
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
