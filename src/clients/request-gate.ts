import { TokenBucket } from '../domain/token-bucket';
import { onAbort } from './exchange';

/** How many requests a vendor grants over time. */
export interface RequestBudget {
  /** Requests that may be made in one burst. */
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/**
 * Lets requests through, never more at once and never faster than the vendor allows. Those that wait are let in in turn: one
 * request of each party, in the order they came, so that no party waits for all that another one has asked for before.
 * Waiting here is not part of a call's timeout: nothing has been sent yet.
 */
export class RequestGate {
  /** By party; the first party has the next turn. No list is empty. */
  private readonly waiting = new Map<string, (() => void)[]>();
  private inside = 0;
  private readonly bucket: TokenBucket | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private maxConcurrent: number,
    budget?: RequestBudget,
  ) {
    this.bucket = budget && new TokenBucket(budget.capacity, budget.refillPerSecond);
  }

  /** Where several clients share a vendor account, the most careful setting holds for all. */
  lowerLimitTo(maxConcurrent: number): void {
    this.maxConcurrent = Math.min(this.maxConcurrent, maxConcurrent);
  }

  /**
   * Waits for a place. The caller must call the returned function once when its request is over. Rejects with the
   * signal's reason when that fires first.
   *
   * @param party on whose behalf, e.g. the tenant of several that share an account
   */
  async enter(signal: AbortSignal | undefined, party = ''): Promise<() => void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      let forgetSignal = (): void => undefined;
      const proceed = (): void => {
        forgetSignal();
        resolve();
      };
      const queue = this.waiting.get(party) ?? [];
      this.waiting.set(party, queue);
      queue.push(proceed);
      this.admit();
      if (!signal || queue.at(-1) !== proceed) return;
      forgetSignal = onAbort(signal, () => {
        queue.splice(queue.indexOf(proceed), 1);
        if (queue.length === 0) this.waiting.delete(party);
        reject(signal.reason as Error);
      });
    });
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.inside -= 1;
      this.admit();
    };
  }

  private admit(): void {
    for (const [party, queue] of this.waiting) {
      if (this.inside >= this.maxConcurrent || !this.takeToken()) return;
      this.inside += 1;
      queue.shift()?.();
      // What the party still waits for comes after the others' turns: the loop meets it again at its new place.
      this.waiting.delete(party);
      if (queue.length > 0) this.waiting.set(party, queue);
    }
  }

  private takeToken(): boolean {
    if (this.bucket?.take() !== false) return true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.admit();
    }, this.bucket.nextInMs);
    return false;
  }
}
