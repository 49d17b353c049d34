/**
 * The time of this process, which a test may let pass: whoever asks what time it is (the sandboxes and the activities run
 * here) is told the machine's time and what has been added to it. Timers are not touched.
 */
export class MovingClock {
  private readonly real = globalThis.Date;
  private addedMs = 0;

  /** From now on `Date` tells this clock's time. */
  start(): void {
    const nowMs = (): number => this.nowMs();
    globalThis.Date = new Proxy(this.real, {
      construct: (target, given: unknown[], asked) =>
        Reflect.construct(target, given.length > 0 ? given : [nowMs()], asked) as object,
      get: (target, name): unknown => (name === 'now' ? nowMs : Reflect.get(target, name)),
    });
  }

  /** Gives the machine's time back. */
  stop(): void {
    globalThis.Date = this.real;
  }

  nowMs(): number {
    return this.real.now() + this.addedMs;
  }

  pass(milliseconds: number): void {
    this.addedMs += milliseconds;
  }
}
