import { ChangeLog, type ChangeView } from './change-log';

/** Who wrote a document and when; on every entity of Flow. */
export interface Audit {
  createdAt: string;
  createdBy: string;
  lastModifiedAt: string;
  lastModifiedBy: string;
}

/** A document as it is kept. */
export type Audited<T> = T & Audit;

/** How the documents of one kind are told apart and found. */
export interface CollectionOptions<T> {
  readonly uidOf: (doc: T) => string;
  /** Fields to find by, each by name. A document without the value is not in that index. */
  readonly indexes?: Readonly<Record<string, (doc: T) => string | null | undefined>>;
  /** Lists to keep in the order of the last change, each by name; documents with the same key are in one list. */
  readonly changeLogs?: Readonly<Record<string, (doc: T) => string>>;
}

/** What differs from the seeded state, as plain data. */
export interface CollectionState {
  readonly docs: readonly (readonly [number, object])[];
  readonly removed: readonly string[];
  readonly nextId: number;
}

/** The part of a collection that snapshots need. */
export interface SnapshotPart {
  /** Until {@link SnapshotPart.markSeeded}, nothing is noted as a change. */
  beginSeeding(): void;
  /** From here on, changes are counted as changes of the seeded state. */
  markSeeded(): void;
  capture(): CollectionState;
  /** Applies what `capture` gave, on top of the same seeded state. */
  restore(state: CollectionState): void;
}

interface Entry<T> {
  readonly id: number;
  readonly doc: Audited<T>;
  /** What it is found by in each index; empty: not in that index. */
  readonly keys: string[];
  /** The lists it is in, of those by last change. */
  logs: readonly ChangeLog<Audited<T>>[];
}

/** Documents by the value of a field. Most values belong to one document only, which then needs no set. */
interface Index<T> {
  readonly name: string;
  readonly keyOf: (doc: T) => string | null | undefined;
  readonly uids: Map<string, string | Set<string>>;
}

const NO_LOGS: readonly never[] = [];

/**
 * The documents of one kind in one tenant, in the order they were made, with indexes so that no request scans them
 * all. Documents are changed in place, followed by {@link Collection.changed}. It remembers what differs from the
 * seeded state, so that a snapshot holds only that.
 */
export class Collection<T extends object> implements SnapshotPart {
  readonly #options: CollectionOptions<T>;
  readonly #entries = new Map<string, Entry<T>>();
  readonly #indexes: readonly Index<T>[];
  readonly #logs = new Map<string, Map<string, ChangeLog<Audited<T>>>>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  /** All documents in the order they were made; forgotten when one goes. */
  #order: Audited<T>[] | undefined;
  #nextId = 1;
  #version = 0;
  #isSeeding = false;

  constructor(options: CollectionOptions<T>) {
    this.#options = options;
    this.#indexes = Object.entries(options.indexes ?? {}).map(([name, keyOf]) => ({ name, keyOf, uids: new Map() }));
    for (const name of Object.keys(options.changeLogs ?? {})) this.#logs.set(name, new Map());
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Another number after every change. */
  get version(): number {
    return this.#version;
  }

  get(uid: string): Audited<T> | undefined {
    return this.#entries.get(uid)?.doc;
  }

  has(uid: string): boolean {
    return this.#entries.has(uid);
  }

  /** The number Flow gives every object beside its uid; 0 for an unknown one. */
  idOf(uid: string): number {
    return this.#entries.get(uid)?.id ?? 0;
  }

  *all(): IterableIterator<Audited<T>> {
    for (const { doc } of this.#entries.values()) yield doc;
  }

  /** All documents in the order they were made; a page costs what it shows. */
  inOrder(): ChangeView<Audited<T>> {
    this.#order ??= [...this.all()];
    const order = this.#order;
    return { size: order.length, page: (start, count) => order.slice(start, start + count) };
  }

  /** Documents whose indexed field has exactly this value, in the order in which they got it. */
  find(index: string, key: string): Audited<T>[] {
    const uids = this.#indexNamed(index)?.uids.get(key);
    const found: Audited<T>[] = [];
    for (const uid of typeof uids === 'string' ? [uids] : (uids ?? [])) {
      const doc = this.get(uid);
      if (doc) found.push(doc);
    }
    return found;
  }

  /** How many documents {@link Collection.find} would give. */
  count(index: string, key: string): number {
    const uids = this.#indexNamed(index)?.uids.get(key);
    return typeof uids === 'string' ? 1 : (uids?.size ?? 0);
  }

  /** The documents with a key, by their last change; undefined when no such list is kept. */
  byLastChange(name: string, key: string): ChangeLog<Audited<T>> | undefined {
    const lists = this.#logs.get(name);
    return lists && (lists.get(key) ?? new ChangeLog());
  }

  /** Whether there is an index of this name. */
  isIndexed(index: string): boolean {
    return this.#indexNamed(index) !== undefined;
  }

  /** Adds a new document; the caller has checked that its uid is free. */
  add(doc: Audited<T>): void {
    this.#put(this.#nextId++, doc);
    this.#mark(this.#options.uidOf(doc));
  }

  /** To be called after a document was changed in place. */
  changed(doc: Audited<T>): void {
    const uid = this.#options.uidOf(doc);
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#index(uid, entry);
    this.#mark(uid);
  }

  remove(uid: string): void {
    const entry = this.#entries.get(uid);
    if (!entry) return;
    this.#unindex(uid, entry);
    this.#entries.delete(uid);
    this.#order = undefined;
    this.#changed.delete(uid);
    this.#removed.add(uid);
    this.#version += 1;
  }

  beginSeeding(): void {
    this.#isSeeding = true;
  }

  markSeeded(): void {
    this.#isSeeding = false;
    this.#changed.clear();
    this.#removed.clear();
  }

  capture(): CollectionState {
    const docs: [number, object][] = [];
    for (const uid of this.#changed) {
      const entry = this.#entries.get(uid);
      if (entry) docs.push([entry.id, entry.doc]);
    }
    return { docs, removed: [...this.#removed], nextId: this.#nextId };
  }

  restore(state: CollectionState): void {
    for (const uid of state.removed) this.remove(uid);
    for (const [id, saved] of state.docs) {
      // Only ever what capture() of this same collection wrote.
      const doc = saved as Audited<T>;
      const uid = this.#options.uidOf(doc);
      const before = this.#entries.get(uid);
      if (before) this.#unindex(uid, before);
      this.#put(id, doc);
      this.#mark(uid);
    }
    this.#nextId = state.nextId;
  }

  #put(id: number, doc: Audited<T>): void {
    const uid = this.#options.uidOf(doc);
    const entry: Entry<T> = { id, doc, keys: this.#indexes.map(() => ''), logs: NO_LOGS };
    if (this.#entries.has(uid)) this.#order = undefined;
    else this.#order?.push(doc);
    this.#entries.set(uid, entry);
    this.#index(uid, entry);
  }

  #mark(uid: string): void {
    this.#version += 1;
    if (this.#isSeeding) return;
    this.#changed.add(uid);
    this.#removed.delete(uid);
  }

  #indexNamed(name: string): Index<T> | undefined {
    return this.#indexes.find((index) => index.name === name);
  }

  #index(uid: string, entry: Entry<T>): void {
    for (const [place, index] of this.#indexes.entries()) {
      const key = index.keyOf(entry.doc) ?? '';
      const before = entry.keys[place] ?? '';
      if (key === before) continue;
      if (before !== '') takeOut(index.uids, before, uid);
      if (key !== '') putIn(index.uids, key, uid);
      entry.keys[place] = key;
    }
    if (this.#logs.size > 0) this.#log(uid, entry);
  }

  #unindex(uid: string, entry: Entry<T>): void {
    for (const [place, index] of this.#indexes.entries()) {
      const key = entry.keys[place] ?? '';
      if (key !== '') takeOut(index.uids, key, uid);
      entry.keys[place] = '';
    }
    for (const log of entry.logs) log.remove(uid);
    entry.logs = NO_LOGS;
  }

  #log(uid: string, entry: Entry<T>): void {
    for (const log of entry.logs) log.remove(uid);
    const logs: ChangeLog<Audited<T>>[] = [];
    for (const [name, keyOf] of Object.entries(this.#options.changeLogs ?? {})) {
      const key = keyOf(entry.doc);
      const lists = this.#logs.get(name);
      const log = lists?.get(key) ?? new ChangeLog();
      lists?.set(key, log);
      log.put(uid, entry.doc);
      logs.push(log);
    }
    entry.logs = logs;
  }
}

function putIn(index: Map<string, string | Set<string>>, key: string, uid: string): void {
  const uids = index.get(key);
  if (uids === undefined) index.set(key, uid);
  else if (typeof uids === 'string') index.set(key, new Set([uids, uid]));
  else uids.add(uid);
}

function takeOut(index: Map<string, string | Set<string>>, key: string, uid: string): void {
  const uids = index.get(key);
  if (typeof uids === 'object') {
    uids.delete(uid);
    if (uids.size > 0) return;
  }
  index.delete(key);
}
