import type { CallContext } from '../../clients/http';
import { severalAtOnce } from '../several-at-once';
import { NumberTable } from './number-table';

/** A list in Flow, and how one entry of it is asked for. */
export interface IndexedList<Entry, Fact> {
  /** Numbers that are kept of each entry. */
  readonly width: number;
  pages(context: CallContext): AsyncIterable<readonly Entry[]>;
  uidOf(entry: Entry): string;
  /** What is kept of an entry, given what is kept of an earlier one with the same uid. */
  numbersOf(entry: Entry, earlier: readonly number[] | undefined): readonly number[];
  /** What the numbers say; 'ask' when that is not enough. */
  factOf(numbers: readonly number[]): Fact | 'ask';
  /** Asks Flow; undefined when it has none. */
  ask(uid: string, context: CallContext): Promise<Fact | undefined>;
}

const QUESTIONS_AT_ONCE = 4;

/** Pages of the list that are read for each single question. */
const PAGES_PER_QUESTION = 0.5;

/**
 * What a list in Flow says about single entries, for as few calls as may be. Read as a whole it costs a call per hundred
 * entries, and then every answer is free; asked for singly it costs a call each. Nobody knows before how many will be asked
 * for, nor how long the list is: so every two questions pay for one more page of the list. A short list is known
 * after one call, a delta of a few rows costs few calls, and one of half the catalogue never costs much more than the whole.
 */
export class FlowIndex<Entry, Fact> {
  private table: NumberTable;
  private pages: AsyncIterator<readonly Entry[]> | undefined;
  private isWhole = false;
  private pagesEarned = 1;

  constructor(
    private readonly list: IndexedList<Entry, Fact>,
    private readonly context: CallContext,
  ) {
    this.table = new NumberTable(list.width);
  }

  /** Reads the list as a whole, once. */
  async load(): Promise<void> {
    while (!this.isWhole) await this.readPage();
  }

  /** How many entries are known. */
  get size(): number {
    return this.table.size;
  }

  /** What Flow has of these; nothing of those it does not have. */
  async factsOf(uids: readonly string[]): Promise<ReadonlyMap<string, Fact>> {
    await this.spend();
    const facts = new Map<string, Fact>();
    const toAsk: string[] = [];
    for (const uid of uids) {
      const fact = this.look(uid);
      if (fact === 'ask') toAsk.push(uid);
      else if (fact !== undefined) facts.set(uid, fact);
    }
    await severalAtOnce(toAsk, QUESTIONS_AT_ONCE, async (uid) => {
      const fact = await this.list.ask(uid, this.context);
      if (fact !== undefined) facts.set(uid, fact);
    });
    if (!this.isWhole) this.pagesEarned += toAsk.length * PAGES_PER_QUESTION;
    return facts;
  }

  /**
   * Something was taken out of the list, so that its pages may have moved. What is only partly read begins anew; what was
   * read to its end before stays what it is.
   */
  forgetPages(): void {
    if (this.isWhole) return;
    void this.pages?.return?.();
    this.pages = undefined;
    this.table = new NumberTable(this.list.width);
  }

  private look(uid: string): Fact | 'ask' | undefined {
    const numbers = this.numbersOf(uid);
    if (numbers) return this.list.factOf(numbers);
    return this.isWhole ? undefined : 'ask';
  }

  private numbersOf(uid: string): readonly number[] | undefined {
    const slot = this.table.slotOf(uid);
    if (slot < 0) return undefined;
    return Array.from({ length: this.list.width }, (_unused, column) => this.table.at(slot, column));
  }

  private async spend(): Promise<void> {
    while (this.pagesEarned >= 1 && !this.isWhole) {
      this.pagesEarned -= 1;
      await this.readPage();
    }
  }

  private async readPage(): Promise<void> {
    this.pages ??= this.list.pages(this.context)[Symbol.asyncIterator]();
    const { value, done } = await this.pages.next();
    if (done === true) {
      this.isWhole = true;
      return;
    }
    for (const entry of value) {
      const uid = this.list.uidOf(entry);
      this.table.put(uid, this.list.numbersOf(entry, this.numbersOf(uid)));
    }
  }
}
