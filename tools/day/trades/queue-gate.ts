import { setTimeout as sleep } from 'node:timers/promises';
import { type OrderWatch } from '../order-watch';

/** A log of a year is no reason to have its orders all at work at the same time. */
const MOST_AT_WORK = 150;
const LOOK_EVERY_MS = 1_500;
const WAIT_MS = 500;

/** Holds new orders back while many are still at work. Orders on the retry ladder are not at work. */
export class QueueGate {
  private lookedAt = 0;
  private atWork = 0;
  private looking: Promise<void> | undefined;

  constructor(
    private readonly watch: Pick<OrderWatch, 'queueLength'>,
    private readonly signal: AbortSignal,
  ) {}

  /** Returns when there is room. */
  async pass(): Promise<void> {
    await this.look();
    while (this.atWork > MOST_AT_WORK) {
      await sleep(WAIT_MS, undefined, { signal: this.signal });
      await this.look();
    }
  }

  private async look(): Promise<void> {
    if (Date.now() - this.lookedAt < LOOK_EVERY_MS) return;
    this.looking ??= this.ask()
      .catch(() => undefined)
      .finally(() => (this.looking = undefined));
    await this.looking;
  }

  private async ask(): Promise<void> {
    const { running, waiting } = await this.watch.queueLength();
    this.atWork = running - waiting;
    this.lookedAt = Date.now();
  }
}
