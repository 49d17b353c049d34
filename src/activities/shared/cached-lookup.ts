import { LRUCache } from 'lru-cache';
import type { CallContext } from '../../clients/http';
import { compact } from '../../domain/compact';

/** What an answer does not hold may be new; looking into a newer one more often than this helps nothing. */
const LOOK_AGAIN_AFTER_MS = 60_000;

/**
 * A vendor's answers by key, each kept for a time. Those who ask at the same time wait for one call; that there is none
 * (`undefined`) is an answer too.
 */
export class CachedLookup<T> {
  private answers: LRUCache<string, { readonly value: T; readonly readAtMs: number }, CallContext>;

  constructor(
    private readonly read: (key: string, context: CallContext) => Promise<T>,
    private readonly keptMs: number,
    private readonly mostKept = 1,
  ) {
    this.answers = this.noAnswers();
  }

  /** @param longestAgeMs an answer that is older is read anew */
  async get(key: string, { onCall }: CallContext, longestAgeMs = Infinity): Promise<T> {
    const kept = this.answers.get(key);
    const forceRefresh = kept !== undefined && Date.now() - kept.readAtMs > longestAgeMs;
    // Several attempts wait for one answer, so the signal of the one that asks must not abort it for the others.
    const answer = await this.answers.fetch(key, { forceRefresh, context: compact({ onCall }) });
    if (!answer) throw new Error(`no answer to ${key}`);
    return answer.value;
  }

  /** What `pick` finds in the answer, or in a new one where that has nothing and is more than a minute old. */
  async find<F>(key: string, context: CallContext, pick: (value: T) => F | undefined): Promise<F | undefined> {
    return pick(await this.get(key, context)) ?? pick(await this.get(key, context, LOOK_AGAIN_AFTER_MS));
  }

  /** What is kept already. */
  peek(key: string): T | undefined {
    return this.answers.get(key)?.value;
  }

  set(key: string, value: T): void {
    this.answers.set(key, { value, readAtMs: Date.now() });
  }

  /** Forgets all answers; questions under way are answered to those who have asked them. */
  clear(): void {
    this.answers = this.noAnswers();
  }

  private noAnswers(): typeof this.answers {
    return new LRUCache({
      // By size, as `max` alone would set aside memory for all of them at once.
      ...{ maxSize: this.mostKept, sizeCalculation: () => 1, ttl: this.keptMs },
      fetchMethod: async (key, _stale, { context }) => ({
        value: await this.read(key, context),
        readAtMs: Date.now(),
      }),
    });
  }
}
