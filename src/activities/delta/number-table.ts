/**
 * Some numbers for each of very many keys, in a few typed arrays: a chain has a million prices, and an object for each
 * would be a hundred bytes and more. A key is kept as 64 bits of its hash, so two keys are taken for one once in
 * 10^7 tables of a million keys; whoever writes by what it says must be able to be wrong (a price is asked for again).
 */
export class NumberTable {
  private high: Uint32Array;
  private low: Uint32Array;
  private columns: readonly Float64Array[];
  private count = 0;

  /** @param width how many numbers each key has; NaN where none was given */
  constructor(
    private readonly width: number,
    capacity = 1_024,
  ) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(capacity, 16)));
    this.high = new Uint32Array(slots);
    this.low = new Uint32Array(slots);
    this.columns = newColumns(width, slots);
  }

  get size(): number {
    return this.count;
  }

  /** Where a key's numbers are, until the next {@link put} of a new key; -1 when it has none. */
  slotOf(key: string): number {
    const [high, low] = hashOf(key);
    const slot = this.find(high, low);
    return this.isFree(slot) ? -1 : slot;
  }

  /** A number of a slot. */
  at(slot: number, column: number): number {
    return this.columns[column]?.[slot] ?? Number.NaN;
  }

  /** Sets the numbers of a key, whatever they were. */
  put(key: string, values: readonly number[]): void {
    if ((this.count + 1) * 3 > this.high.length * 2) this.grow();
    const [high, low] = hashOf(key);
    const slot = this.find(high, low);
    if (this.isFree(slot)) {
      this.count += 1;
      this.high[slot] = high;
      this.low[slot] = low;
    }
    for (const [column, cells] of this.columns.entries()) cells[slot] = values[column] ?? Number.NaN;
  }

  /** The slot of a hash, or the free one where it belongs. */
  private find(high: number, low: number): number {
    const mask = this.high.length - 1;
    let slot = (high ^ low) & mask;
    while (!this.isFree(slot) && (this.high[slot] !== high || this.low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  private isFree(slot: number): boolean {
    return this.high[slot] === 0 && this.low[slot] === 0;
  }

  private grow(): void {
    const { high, low, columns } = this;
    this.high = new Uint32Array(high.length * 2);
    this.low = new Uint32Array(high.length * 2);
    this.columns = newColumns(this.width, high.length * 2);
    for (let old = 0; old < high.length; old += 1) {
      const [oldHigh = 0, oldLow = 0] = [high[old], low[old]];
      if (oldHigh === 0 && oldLow === 0) continue;
      const slot = this.find(oldHigh, oldLow);
      this.high[slot] = oldHigh;
      this.low[slot] = oldLow;
      for (const [column, cells] of this.columns.entries()) cells[slot] = columns[column]?.[old] ?? Number.NaN;
    }
  }
}

/** A text as a number that tells it from others, 53 bits. For comparing what is not kept. */
export function fingerprintOf(text: string): number {
  const [high, low] = hashOf(text);
  return (high & 0x1fffff) * 2 ** 32 + low;
}

function newColumns(width: number, slots: number): readonly Float64Array[] {
  return Array.from({ length: width }, () => new Float64Array(slots));
}

/** Two 32-bit hashes that have little in common, never both 0. Not for anything that somebody may want to forge. */
function hashOf(text: string): readonly [number, number] {
  let one = 0xdeadbeef;
  let two = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 2_654_435_761);
    two = Math.imul(two ^ code, 1_597_334_677);
  }
  one = Math.imul(one ^ (one >>> 16), 2_246_822_507) ^ Math.imul(two ^ (two >>> 13), 3_266_489_909);
  two = Math.imul(two ^ (two >>> 16), 2_246_822_507) ^ Math.imul(one ^ (one >>> 13), 3_266_489_909);
  return [one >>> 0, two >>> 0 || 1];
}
