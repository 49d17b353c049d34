/** How many events are not yet a burst. */
export interface EventBurstOptions {
  readonly atOnce: number;
  readonly perSecond: number;
  /** Milliseconds that only grow; for tests. */
  readonly clock?: () => number;
}

interface Allowance {
  left: number;
  atMs: number;
}

/** Tells single events from a burst of them, for each tenant by itself. */
export class EventBurst {
  readonly #options: EventBurstOptions;
  readonly #clock: () => number;
  readonly #allowances = new Map<string, Allowance>();

  constructor(options: EventBurstOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** Counts one event; false when it is one of a burst. */
  take(tenantUid: string): boolean {
    const { atOnce, perSecond } = this.#options;
    const now = this.#clock();
    const allowance = this.#allowances.get(tenantUid) ?? { left: atOnce, atMs: now };
    this.#allowances.set(tenantUid, allowance);
    allowance.left = Math.min(atOnce, allowance.left + ((now - allowance.atMs) / 1000) * perSecond);
    allowance.atMs = now;
    if (allowance.left < 1) return false;
    allowance.left -= 1;
    return true;
  }
}
