/** The values a document is found by, by the name of the search member; letters' case is put aside. */
export type KeysOf<T> = Readonly<Record<string, (document: T) => readonly unknown[]>>;

type Keys = string | string[];

/** Document keys by the values that searches ask for, so that an exact search need not look at every document. */
export class KeyIndex<T> {
  readonly #keysOf: readonly (readonly [name: string, valuesOf: (document: T) => readonly unknown[]])[];
  readonly #byName: ReadonlyMap<string, Map<string, Keys>>;

  constructor(keysOf: KeysOf<T>) {
    this.#keysOf = Object.entries(keysOf);
    this.#byName = new Map(this.#keysOf.map(([name]) => [name, new Map<string, Keys>()]));
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  find(name: string, value: string): readonly string[] {
    return [this.#byName.get(name)?.get(value.toLowerCase()) ?? []].flat();
  }

  add(key: string, document: T): void {
    this.#each(document, (known, value) => {
      const keys = known.get(value);
      if (keys === undefined) {
        // Most values belong to one document: no list for those.
        known.set(value, key);
      } else if (typeof keys === 'string') {
        known.set(value, keys === key ? key : [keys, key]);
      } else if (!keys.includes(key)) {
        keys.push(key);
      }
    });
  }

  remove(key: string, document: T): void {
    this.#each(document, (known, value) => {
      const keys = known.get(value);
      if (typeof keys === 'string') {
        known.delete(value);
      } else if (keys !== undefined) {
        const rest = keys.filter((each) => each !== key);
        known.set(value, rest.length === 1 ? (rest[0] ?? []) : rest);
      }
    });
  }

  clear(): void {
    for (const known of this.#byName.values()) {
      known.clear();
    }
  }

  #each(document: T, visit: (known: Map<string, Keys>, value: string) => void): void {
    for (const [name, valuesOf] of this.#keysOf) {
      const known = this.#byName.get(name);
      for (const value of valuesOf(document)) {
        if (known !== undefined && typeof value === 'string' && value !== '') {
          visit(known, value.toLowerCase());
        }
      }
    }
  }
}
