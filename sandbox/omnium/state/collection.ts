import { type SandboxClock } from '../../kit/clock';
import { parseDateTime } from '../wire/schema';
import { KeyIndex, type KeysOf } from './key-index';

/** What a search looks through: versions in the order they were modified, from a time on (included). */
export interface Searchable<T> {
  visible(modifiedFromMs?: number): Iterable<T>;
}

/** One version of a document as the search index holds it. */
interface IndexEntry<T> {
  readonly key: string;
  readonly document: T;
  readonly modifiedMs: number;
  /** Counts up in the order of writing, which tells equals apart. */
  readonly sequence: number;
  live: boolean;
}

interface Waiting<T> {
  readonly visibleAtMs: number;
  readonly key: string;
  /** `undefined` for a removal. */
  readonly document: T | undefined;
}

const compactAfter = 1000;

/**
 * Documents by key, plus a search index that follows with a delay, as Omnium's does. The index is a row of versions in
 * the order they were modified, so a delta search starts where it must instead of looking at everything.
 */
export class Collection<T extends { readonly modified?: string }> {
  readonly #clock: SandboxClock;
  readonly #indexLagMs: number;
  readonly #documents = new Map<string, T>();
  readonly #indexed = new Map<string, IndexEntry<T>>();
  readonly #keys: KeyIndex<T>;
  #row: IndexEntry<T>[] = [];
  #dead = 0;
  #waiting: Waiting<T>[] = [];
  #waitingFrom = 0;
  #nextSequence = 0;
  /** Documents of one bulk write share their time: read once. */
  #lastTime = { text: '', timeMs: 0 };

  /** `keysOf` names the members that exact searches ask for. */
  constructor(clock: SandboxClock, indexLagMs: number, keysOf: KeysOf<T> = {}) {
    this.#clock = clock;
    this.#indexLagMs = indexLagMs;
    this.#keys = new KeyIndex(keysOf);
  }

  get size(): number {
    return this.#documents.size;
  }

  /** The current version: reads by key never lag. */
  get(key: string): T | undefined {
    return this.#documents.get(key);
  }

  /** The version that searches see. */
  indexed(key: string): T | undefined {
    this.#catchUp();
    return this.#indexed.get(key)?.document;
  }

  values(): IterableIterator<T> {
    return this.#documents.values();
  }

  /** Puts a version in place; searches see it after the index lag. */
  put(key: string, document: T): void {
    this.#documents.set(key, document);
    this.#waiting.push({ visibleAtMs: this.#clock.nowMs() + this.#indexLagMs, key, document });
  }

  remove(key: string): boolean {
    const existed = this.#documents.delete(key);
    if (existed) {
      this.#waiting.push({ visibleAtMs: this.#clock.nowMs() + this.#indexLagMs, key, document: undefined });
    }
    return existed;
  }

  /** Replaces everything; searches see it at once. Documents must come in the order they were modified. */
  load(entries: Iterable<readonly [string, T]>): void {
    this.#documents.clear();
    this.#indexed.clear();
    this.#keys.clear();
    this.#row = [];
    this.#dead = 0;
    this.#waiting = [];
    this.#waitingFrom = 0;
    for (const [key, document] of entries) {
      this.#documents.set(key, document);
      this.#index(key, document);
    }
  }

  /** The versions searches see, in the order they were modified, from `modifiedFromMs` on (included). */
  *visible(modifiedFromMs = -Infinity): Generator<T> {
    this.#catchUp();
    const row = this.#row;
    for (let i = this.#firstAtOrAfter(modifiedFromMs); i < row.length; i += 1) {
      const entry = row[i];
      if (entry?.live === true) {
        yield entry.document;
      }
    }
  }

  /**
   * The part of the index that a search with these exact values can hit: the first value given decides, and the search
   * still has to test all of them. Without any value, everything.
   */
  narrowedBy(wanted: Readonly<Record<string, string | readonly string[] | undefined>>): Searchable<T> {
    for (const [name, value] of Object.entries(wanted)) {
      const values = [value ?? []].flat();
      if (values.length > 0 && this.#keys.has(name)) {
        return { visible: (fromMs = -Infinity) => this.#visibleWith({ name, values }, fromMs) };
      }
    }
    return this;
  }

  *#visibleWith({ name, values }: { name: string; values: readonly string[] }, fromMs: number): Generator<T> {
    this.#catchUp();
    const keys = new Set(values.flatMap((value) => this.#keys.find(name, value)));
    const entries = [...keys].flatMap((key) => this.#indexed.get(key) ?? []);
    for (const entry of entries.sort((a, b) => a.modifiedMs - b.modifiedMs || a.sequence - b.sequence)) {
      if (entry.modifiedMs >= fromMs) {
        yield entry.document;
      }
    }
  }

  #catchUp(): void {
    const nowMs = this.#clock.nowMs();
    for (;;) {
      const next = this.#waiting[this.#waitingFrom];
      if (next === undefined || next.visibleAtMs > nowMs) {
        break;
      }
      this.#waitingFrom += 1;
      this.#index(next.key, next.document);
    }
    if (this.#waitingFrom > compactAfter) {
      this.#waiting = this.#waiting.slice(this.#waitingFrom);
      this.#waitingFrom = 0;
    }
  }

  #index(key: string, document: T | undefined): void {
    const earlier = this.#indexed.get(key);
    if (earlier !== undefined) {
      earlier.live = false;
      this.#dead += 1;
      this.#indexed.delete(key);
      this.#keys.remove(key, earlier.document);
    }
    if (document !== undefined) {
      const modifiedMs = this.#timeOf(document.modified ?? '');
      this.#nextSequence += 1;
      const entry: IndexEntry<T> = { key, document, modifiedMs, sequence: this.#nextSequence, live: true };
      this.#indexed.set(key, entry);
      this.#keys.add(key, document);
      this.#addToRow(entry);
    }
    if (this.#dead > compactAfter && this.#dead > this.#row.length / 2) {
      this.#row = this.#row.filter(({ live }) => live);
      this.#dead = 0;
    }
  }

  /** At its place by time, behind its equals: at the end, unless somebody's clock is not ours. */
  #addToRow(entry: IndexEntry<T>): void {
    const last = this.#row.at(-1);
    if (last === undefined || last.modifiedMs <= entry.modifiedMs) {
      this.#row.push(entry);
    } else {
      this.#row.splice(this.#firstAtOrAfter(entry.modifiedMs + 1), 0, entry);
    }
  }

  #timeOf(text: string): number {
    if (this.#lastTime.text !== text) {
      this.#lastTime = { text, timeMs: parseDateTime(text) ?? 0 };
    }
    return this.#lastTime.timeMs;
  }

  #firstAtOrAfter(timeMs: number): number {
    let low = 0;
    let high = this.#row.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#row[middle]?.modifiedMs ?? 0) < timeMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
