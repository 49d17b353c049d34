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
  private tokens: number;
  private refilledAtMs = performance.now();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private maxConcurrent: number,
    private readonly budget?: RequestBudget,
  ) {
    this.tokens = budget?.capacity ?? Infinity;
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
    if (this.budget === undefined) return true;
    const { capacity, refillPerSecond } = this.budget;
    const nowMs = performance.now();
    this.tokens = Math.min(capacity, this.tokens + ((nowMs - this.refilledAtMs) / 1000) * refillPerSecond);
    this.refilledAtMs = nowMs;
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return true;
    }
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.admit();
      },
      Math.ceil(((1 - this.tokens) / refillPerSecond) * 1000),
    );
    return false;
  }
}
