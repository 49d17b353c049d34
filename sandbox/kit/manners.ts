/**
 * A manner is one of the two ways in which a vendor may behave where its contract is open. Off is what the sandbox does by
 * default; on is the other reading. A client has to live with both.
 */
interface Manner {
  /** What the vendor does when it is on, as one sentence. */
  readonly does: string;
  /** The sentence of the contract that it stands for, with its place. */
  readonly contract: string;
}

/** A vendor's manners by name; the names are what `--manners` and `PUT /_sandbox/manners` take. */
export type Manners = Readonly<Record<string, Manner>>;

/** Which manners of a vendor are on. */
export interface MannerSwitches {
  has(name: string): boolean;
  /**
   * Switches exactly these on, and all others off.
   * @throws RangeError that names what is unknown, and what there is
   */
  set(names: readonly string[]): void;
  list(): (Manner & { readonly name: string; readonly isOn: boolean })[];
  /** Back to those that the server was started with. */
  reset(): void;
}

/** What there is instead of names that no vendor's table has; undefined when there are all of them. */
export const unknownManners = (manners: Manners, names: readonly string[]): string | undefined => {
  const unknown = names.filter((name) => !(name in manners));
  return unknown.length === 0
    ? undefined
    : `No such manner: ${unknown.join(', ')}. There are: ${Object.keys(manners).join(', ')}.`;
};

export const createMannerSwitches = (manners: Manners, initial: readonly string[]): MannerSwitches => {
  let on = new Set<string>();
  const set = (names: readonly string[]): void => {
    const problem = unknownManners(manners, names);
    if (problem !== undefined) {
      throw new RangeError(problem);
    }
    on = new Set(names);
  };
  set(initial);
  return {
    has: (name) => on.has(name),
    set,
    list: () => Object.entries(manners).map(([name, manner]) => ({ name, ...manner, isOn: on.has(name) })),
    reset: () => set(initial),
  };
};
