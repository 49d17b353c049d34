/** What has been started and must be stopped, in whichever way the benchmark ends. */
export class Stops {
  private readonly actions: (() => Promise<unknown> | void)[] = [];

  /** Remembers how to stop something that has just been started. */
  add(stop: () => Promise<unknown> | void): void {
    this.actions.push(stop);
  }

  /** Stops everything, the latest first. All are tried; the first failure is thrown at the end. */
  async stopAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let stop = this.actions.pop(); stop; stop = this.actions.pop()) {
      try {
        await stop();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Does the work with a set of stops of its own, which are all called when it ends or fails. */
  async within<T>(work: (inner: Stops) => Promise<T>): Promise<T> {
    const inner = new Stops();
    // Registered here too, for the case that the whole benchmark is stopped meanwhile.
    this.add(() => inner.stopAll());
    try {
      return await work(inner);
    } finally {
      await inner.stopAll();
    }
  }
}
