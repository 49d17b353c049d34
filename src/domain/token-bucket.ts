/** Grants so many tokens at once, and then as many as come in over time: `perSecond`, never more than `capacity`. */
export class TokenBucket {
  private tokens: number;
  private filledAtMs: number;

  /** @param clock milliseconds that only grow */
  constructor(
    private readonly capacity: number,
    private readonly perSecond: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.tokens = capacity;
    this.filledAtMs = clock();
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    const nowMs = this.clock();
    this.tokens = Math.min(this.capacity, this.tokens + ((nowMs - this.filledAtMs) / 1000) * this.perSecond);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** After a take that got none: how long until there is one, in milliseconds. */
  get nextInMs(): number {
    return Math.ceil(((1 - this.tokens) / this.perSecond) * 1000);
  }
}
