/** A reproducible source of randomness: the same seed and label give the same row of numbers on every machine. */
export interface Prng {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** One element of a list that is not empty. */
  pick<T>(list: readonly T[]): T;
  /** An independent generator; asking one does not move the other. */
  fork(label: string): Prng;
}

const hashLabel = (text: string, start: number): number => {
  let hash = start >>> 0;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
};

/** Makes a generator (splitmix on 32 bits; plenty for test data and fault shares, not for secrets). */
export const createPrng = (seed: number, label = ''): Prng => {
  const origin = hashLabel(label, (seed >>> 0) ^ 0x811c9dc5);
  let state = origin;
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    mixed ^= mixed >>> 15;
    return (mixed >>> 0) / 0x1_0000_0000;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    pick: <T>(list: readonly T[]): T => {
      const chosen = list[int(0, list.length - 1)];
      if (chosen === undefined) {
        throw new RangeError('nothing to pick from: the list is empty');
      }
      return chosen;
    },
    fork: (forkLabel) => createPrng(origin, forkLabel),
  };
};
