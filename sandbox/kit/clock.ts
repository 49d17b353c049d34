/** The sandbox's own time: the machine's clock plus what a test has added to it. */
export interface SandboxClock {
  now(): Date;
  nowMs(): number;
  /** Moves the clock forward; timers that already run are not shortened. */
  advance(byMs: number): void;
}

export const createClock = (): SandboxClock => {
  let offsetMs = 0;
  const nowMs = (): number => Date.now() + offsetMs;
  return {
    nowMs,
    now: () => new Date(nowMs()),
    advance: (byMs) => {
      offsetMs += byMs;
    },
  };
};

/** Timers that all die with the server, so that stopping a sandbox leaves nothing behind. */
export interface TimerSet {
  /** Runs `task` after `delayMs`; the returned function cancels it. */
  after(delayMs: number, task: () => void): () => void;
  clear(): void;
}

export const createTimers = (): TimerSet => {
  const running = new Set<NodeJS.Timeout>();
  return {
    after: (delayMs, task) => {
      const timer = setTimeout(() => {
        running.delete(timer);
        task();
      }, delayMs);
      running.add(timer);
      return () => {
        clearTimeout(timer);
        running.delete(timer);
      };
    },
    clear: () => {
      for (const timer of running) {
        clearTimeout(timer);
      }
      running.clear();
    },
  };
};
