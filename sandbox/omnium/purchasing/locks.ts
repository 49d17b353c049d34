import { type SandboxClock } from '../../kit/clock';
import { conflict } from '../problem';

/** A purchase order that may not be written until a moment, as while Omnium's own people or workflows work on it. */
export interface PurchaseOrderLock {
  readonly purchaseOrderId: string;
  /** Milliseconds since 1970, by the sandbox's clock. */
  readonly untilMs: number;
}

/** Which purchase orders are locked. Calls of the sandbox take no time, so only {@link Locks.lock} ever locks one. */
export class Locks {
  readonly #clock: SandboxClock;
  readonly #untilMs = new Map<string, number>();

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  lock(purchaseOrderId: string, seconds: number): PurchaseOrderLock {
    const untilMs = this.#clock.nowMs() + seconds * 1000;
    this.#untilMs.set(purchaseOrderId, untilMs);
    return { purchaseOrderId, untilMs };
  }

  release(purchaseOrderId: string): boolean {
    return this.#untilMs.delete(purchaseOrderId);
  }

  /** @throws OmniumProblem 409 while the order is locked (contract §7.3). */
  guard(purchaseOrderId: string): void {
    const untilMs = this.#untilMs.get(purchaseOrderId);
    if (untilMs === undefined) {
      return;
    }
    if (untilMs > this.#clock.nowMs()) {
      throw conflict('The purchase order is locked. Try again later.');
    }
    this.#untilMs.delete(purchaseOrderId);
  }

  /** The locks that still hold. */
  list(): PurchaseOrderLock[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#untilMs]
      .filter(([, untilMs]) => untilMs > nowMs)
      .map(([purchaseOrderId, untilMs]) => ({ purchaseOrderId, untilMs }));
  }

  restore(locks: readonly PurchaseOrderLock[]): void {
    this.#untilMs.clear();
    for (const { purchaseOrderId, untilMs } of locks) {
      this.#untilMs.set(purchaseOrderId, untilMs);
    }
  }
}
