import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/**
 * Loaded first in every thread of the probed worker (`--require`): workflows run in a thread of their own with a heap of
 * its own, which nobody outside that thread can collect. Needs `--expose-gc`.
 */
export const GARBAGE_CHANNEL = 'bench-collect-garbage';

/** Collects what is not used any more in this thread. */
export function collectGarbage(): void {
  global.gc?.();
}

if (!isMainThread) {
  const channel = new BroadcastChannel(GARBAGE_CHANNEL);
  channel.onmessage = collectGarbage;
  channel.unref();
}
