const fans = new WeakMap<AbortSignal, AbortFan>();

/**
 * Calls back once when the signal fires, until the returned function is called. However many calls wait on one signal, it has one
 * listener: adding and removing one for each call costs as much as a small call itself.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  return (fans.get(signal) ?? openFan(signal)).add(callback);
}

function openFan(signal: AbortSignal): AbortFan {
  const fan = new AbortFan();
  fans.set(signal, fan);
  signal.addEventListener('abort', () => fan.fire(), { once: true });
  return fan;
}

/**
 * Callbacks in places that are used again. A Set would be copied time and again as calls come and go, and each copy it
 * leaves behind keeps all it held until the next full garbage collection: in a long export that is nearly everything.
 */
class AbortFan {
  private readonly places: ((() => void) | undefined)[] = [];
  private readonly free: number[] = [];

  add(callback: () => void): () => void {
    const place = this.free.pop() ?? this.places.length;
    this.places[place] = callback;
    return () => this.remove(place, callback);
  }

  fire(): void {
    for (const callback of this.places) callback?.();
    this.places.length = 0;
    this.free.length = 0;
  }

  private remove(place: number, callback: () => void): void {
    // It may be another's by now: whoever is removed twice, or after the signal.
    if (this.places[place] !== callback) return;
    this.places[place] = undefined;
    this.free.push(place);
  }
}
