const fans = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once when the signal fires, until the returned function is called. However many calls wait on one signal, it has one
 * listener: adding and removing one for each call costs as much as a small call itself.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const waiting = fans.get(signal) ?? openFan(signal);
  waiting.add(callback);
  return () => waiting.delete(callback);
}

function openFan(signal: AbortSignal): Set<() => void> {
  const waiting = new Set<() => void>();
  fans.set(signal, waiting);
  signal.addEventListener(
    'abort',
    () => {
      for (const callback of waiting) callback();
      waiting.clear();
    },
    { once: true },
  );
  return waiting;
}
