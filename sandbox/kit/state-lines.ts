/*
 * A state as lines of JSON, each `[path, value]`. A long replay makes states of more than half a gigabyte, which is more
 * than one text can hold: long lists are written item by item, everything else in one piece.
 */

type Path = readonly string[];

/** Lists up to this long are written in one piece. */
const shortList = 100;
/** Objects are opened this deep to look for long lists; documents lie deeper or in lists. */
const deepest = 6;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Line separators of Unicode end a line for readers of lines, and JSON lets them stand. */
const escapeSeparators = (json: string): string =>
  json.replace(/[\u2028\u2029]/g, (separator) => `\\u${separator.charCodeAt(0).toString(16)}`);

const lineOf = (path: Path, value: unknown): string => `${escapeSeparators(JSON.stringify([path, value]))}\n`;

/** The lines of a state, one at a time. */
export function* linesOf(state: unknown, path: Path = []): Generator<string> {
  if (Array.isArray(state) && state.length > shortList) {
    yield lineOf(path, []);
    for (const [index, item] of state.entries()) {
      yield lineOf([...path, String(index)], item);
    }
  } else if (isObject(state) && path.length < deepest) {
    yield lineOf(path, {});
    for (const [name, value] of Object.entries(state)) {
      if (value !== undefined) {
        yield* linesOf(value, [...path, name]);
      }
    }
  } else {
    yield lineOf(path, state);
  }
}

/** Puts a state together again from its lines, in their order. */
export class StateBuilder {
  #root: unknown;

  /** @throws SyntaxError when the line is not one of {@link linesOf}. */
  add(line: string): void {
    const entry: unknown = JSON.parse(line);
    if (!Array.isArray(entry) || !Array.isArray(entry[0])) {
      throw new SyntaxError('not a line of a saved state');
    }
    const path = entry[0].map(String);
    const value: unknown = entry[1];
    const name = path.pop();
    if (name === undefined) {
      this.#root = value;
      return;
    }
    const parent = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], this.#root);
    if (typeof parent !== 'object' || parent === null) {
      throw new SyntaxError('a saved state with a gap');
    }
    Object.defineProperty(parent, name, { value, writable: true, enumerable: true, configurable: true });
  }

  get state(): unknown {
    return this.#root;
  }
}
