import { onAbort } from './abort-fan';

/** How many requests a vendor grants over time. */
export interface RequestBudget {
  /** Requests that may be made in one burst. */
  readonly capacity: number;
  readonly refillPerSecond: number;
}

/** Settings of a {@link RequestGate}. */
export interface RequestGateOptions {
  readonly maxConcurrent: number;
  readonly budget?: RequestBudget;
  /** Milliseconds that only grow; for tests. */
  readonly clock?: () => number;
}

/**
 * Lets requests through in the order they came, never more at once and never faster than the vendor allows. Waiting here
 * is not part of a call's timeout: nothing has been sent yet.
 */
export class RequestGate {
  private maxConcurrent: number;
  private readonly budget: RequestBudget | undefined;
  private readonly clock: () => number;
  private readonly waiting = new Set<() => void>();
  private inside = 0;
  private tokens: number;
  private refilledAt: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(options: RequestGateOptions) {
    this.maxConcurrent = options.maxConcurrent;
    this.budget = options.budget;
    this.clock = options.clock ?? (() => performance.now());
    this.tokens = options.budget?.capacity ?? 0;
    this.refilledAt = this.clock();
  }

  /** Where several clients share a vendor account, the most careful setting holds for all. */
  lowerLimitTo(maxConcurrent: number): void {
    this.maxConcurrent = Math.min(this.maxConcurrent, maxConcurrent);
  }

  /**
   * Waits for a place. The caller must call the returned function once when its request is over. Rejects with the
   * signal's reason when that fires first.
   */
  async enter(signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    // With a free place and nobody before us there is nothing to wait for, and nothing that a signal could end.
    const isFree = this.waiting.size === 0 && this.inside < this.maxConcurrent && this.takeToken();
    if (isFree) this.inside += 1;
    else if (!(await this.waitForPlace(signal))) signal?.throwIfAborted();
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.inside -= 1;
      this.admit();
    };
  }

  /** False when the signal fired first. Who is admitted holds a place and has to give it back, whatever fires meanwhile. */
  private waitForPlace(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const proceed = (): void => {
        forgetSignal?.();
        resolve(true);
      };
      const forgetSignal =
        signal &&
        onAbort(signal, () => {
          this.waiting.delete(proceed);
          resolve(false);
        });
      this.waiting.add(proceed);
      this.admit();
    });
  }

  private admit(): void {
    for (const proceed of this.waiting) {
      if (this.inside >= this.maxConcurrent || !this.takeToken()) break;
      this.waiting.delete(proceed);
      this.inside += 1;
      proceed();
    }
    if (this.waiting.size === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
    }
  }

  private takeToken(): boolean {
    if (this.budget === undefined) return true;
    const now = this.clock();
    const { capacity, refillPerSecond } = this.budget;
    this.tokens = Math.min(capacity, this.tokens + ((now - this.refilledAt) / 1000) * refillPerSecond);
    this.refilledAt = now;
    if (this.tokens < 1) {
      this.timer ??= setTimeout(
        () => {
          this.timer = undefined;
          this.admit();
        },
        Math.ceil(((1 - this.tokens) / refillPerSecond) * 1000),
      );
      return false;
    }
    this.tokens -= 1;
    return true;
  }
}
