import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';

/** What an {@link ExportTrigger} needs. */
export interface ExportTriggerOptions {
  readonly client: Client;
  /** Longest time one call to Temporal may take, in milliseconds. */
  readonly callTimeoutMs: number;
  /** Shortest time from one trigger of a Schedule to the next, in milliseconds. */
  readonly atMostEveryMs?: number;
}

/** `paused`: somebody has put the Schedule on hold, which is respected. `missing`: no worker has made it yet. */
export type TriggerVerdict = 'runs' | 'paused' | 'missing';

interface LatestTrigger {
  readonly atMs: number;
  readonly verdict: Promise<TriggerVerdict>;
  /** Set when somebody has asked since. */
  again?: NodeJS.Timeout;
}

/**
 * A run that is triggered reads what changed since the last one, so a burst needs one run soon after it has begun and one
 * after it has ended; those between only keep Flow from being late.
 */
const AT_MOST_EVERY_MS = 30_000;

/**
 * Has scheduled exports run soon, because a lot has changed at once. However often it is asked, a Schedule is triggered at
 * most once in a while, and once more after that when it was asked meanwhile. Never more than a help: what this process
 * forgets when it ends, the Schedule's own next run finds.
 */
export class ExportTrigger {
  readonly #options: ExportTriggerOptions;
  readonly #latest = new Map<string, LatestTrigger>();

  constructor(options: ExportTriggerOptions) {
    this.#options = options;
  }

  /**
   * Has a Schedule run now, or after the pause since the last time.
   *
   * @throws ServiceError of the Temporal client when it cannot be asked
   */
  runSoon(scheduleId: string): Promise<TriggerVerdict> {
    const { atMostEveryMs = AT_MOST_EVERY_MS } = this.#options;
    const latest = this.#latest.get(scheduleId);
    const pauseMs = latest === undefined ? 0 : latest.atMs + atMostEveryMs - performance.now();
    if (latest === undefined || pauseMs <= 0) return this.#trigger(scheduleId);
    latest.again ??= setTimeout(() => {
      // A Schedule that cannot be asked runs by itself at its time.
      this.#trigger(scheduleId).catch(() => undefined);
    }, pauseMs).unref();
    return latest.verdict;
  }

  /** Forgets what it was going to trigger. */
  stop(): void {
    for (const { again } of this.#latest.values()) clearTimeout(again);
    this.#latest.clear();
  }

  #trigger(scheduleId: string): Promise<TriggerVerdict> {
    clearTimeout(this.#latest.get(scheduleId)?.again);
    const verdict = this.#ask(scheduleId);
    const latest = { atMs: performance.now(), verdict };
    this.#latest.set(scheduleId, latest);
    verdict.catch(() => {
      // Nothing was triggered: whoever asks next tries anew.
      if (this.#latest.get(scheduleId) === latest) this.#latest.delete(scheduleId);
    });
    return verdict;
  }

  async #ask(scheduleId: string): Promise<TriggerVerdict> {
    const { client, callTimeoutMs } = this.#options;
    const schedule = client.schedule.getHandle(scheduleId);
    try {
      return await client.connection.withDeadline(Date.now() + callTimeoutMs, async () => {
        const { state } = await schedule.describe();
        if (state.paused) return 'paused';
        // One that is at work may have read past what has just changed: another comes after it.
        await schedule.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
        return 'runs';
      });
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return 'missing';
      throw error;
    }
  }
}
