import Table from 'cli-table3';

/** Characters of a terminal that a reader can be expected to have. */
export const SCREEN_WIDTH = 100;
const WHAT_WIDTH = 40;
const REASON_WIDTH = SCREEN_WIDTH - WHAT_WIDTH - 3;

/** What of a day could not be done, each with its reason: the rest goes on without it, and the last table names it. */
export class Undone {
  readonly items: { readonly what: string; readonly reason: string }[] = [];

  /** @param signal - aborted when the person stops the day: what fails then is no news */
  constructor(private readonly signal: AbortSignal) {}

  note(what: string, reason: string): void {
    this.items.push({ what, reason });
  }

  /**
   * Does something that the rest of the day can go on without.
   *
   * @returns what it returns; undefined when it failed, which is noted
   * @throws the reason of the signal, once the person has stopped the day
   */
  async attempt<T>(what: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.signal.throwIfAborted();
      this.note(what, error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** One line for each, as wide as a terminal; undefined when everything was done. */
  draw(): string | undefined {
    if (this.items.length === 0) return undefined;
    const table = new Table({
      head: [`Could not be done (${this.items.length})`, 'Because'],
      colWidths: [WHAT_WIDTH, REASON_WIDTH],
      wordWrap: true,
      style: { head: [], border: [], compact: true },
    });
    table.push(...this.items.map(({ what, reason }) => [what, reason]));
    return table.toString();
  }
}
