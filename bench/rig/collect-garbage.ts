import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/**
 * Loaded first in every thread of the probed worker (`--require`): workflows run in a thread of their own with a heap of
 * its own, which nobody outside that thread can collect or measure. Needs `--expose-gc`.
 */
const CHANNEL = 'bench-memory';
const COLLECT = 'collect';

/** The threads of this process besides the main one. */
export class OtherThreads {
  private readonly channel = new BroadcastChannel(CHANNEL);
  private heaps: number[] = [];

  constructor() {
    this.channel.onmessage = (event) => {
      const { data } = event as { readonly data: unknown };
      if (typeof data === 'number') this.heaps.push(data);
    };
    this.channel.unref();
  }

  /** Asks every thread to collect; {@link heapBytes} tells the result a moment later. */
  collect(): void {
    this.heaps = [];
    this.channel.postMessage(COLLECT);
  }

  /** JavaScript heaps of the other threads after the last collection. */
  get heapBytes(): number {
    return this.heaps.reduce((total, bytes) => total + bytes, 0);
  }
}

/** Collects what is not used any more in this thread. */
export function collectGarbage(): void {
  global.gc?.();
}

if (!isMainThread) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event) => {
    if ((event as { readonly data: unknown }).data !== COLLECT) return;
    collectGarbage();
    channel.postMessage(process.memoryUsage().heapUsed);
  };
  channel.unref();
}
