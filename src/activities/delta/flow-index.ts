import type { CallContext } from '../../clients/http';
import { severalAtOnce } from '../shared/concurrency';
import { NumberTable } from './number-table';

/** A page of a list, and how many entries the list has, where Flow tells. */
export interface ListPage<Entry> {
  readonly entries: readonly Entry[];
  readonly total?: number;
}

/** A list in Flow, and how one entry of it is asked for. */
export interface IndexedList<Entry, Fact> {
  /** Numbers that are kept of each entry. */
  readonly width: number;
  pages(context: CallContext): AsyncGenerator<ListPage<Entry>, void, undefined>;
  uidOf(entry: Entry): string;
  /** What is kept of an entry, given what is kept of an earlier one with the same uid. */
  numbersOf(entry: Entry, earlier: readonly number[] | undefined): readonly number[];
  /** What the numbers say; 'ask' when that is not enough. */
  factOf(numbers: readonly number[]): Fact | 'ask';
  /** Asks Flow; undefined when it has none. */
  ask(uid: string, context: CallContext): Promise<Fact | undefined>;
}

const QUESTIONS_AT_ONCE = 8;

/** A page of a hundred entries is about as much work, for Flow and for us, as three answers about one (measured). */
const QUESTIONS_PER_PAGE = 3;

/**
 * What a list in Flow says about single entries, for as few calls as may be. Read as a whole it costs a call per hundred
 * entries, and then every answer is free; asked for singly it costs a lighter call each. So the first page is read, which is all of a
 * short list and tells the length of a longer one; then whichever costs less for as many questions as are expected. When
 * more come, it is read as soon as they have cost as much as that; where Flow does not tell the length, every three of them
 * pay for one more page.
 */
export class FlowIndex<Entry, Fact> {
  private table: NumberTable;
  private pages: AsyncGenerator<ListPage<Entry>, void, undefined> | undefined;
  private isWhole = false;
  private asked = 0;
  private pagesRead = 0;
  /** Absent as long as nobody knows. */
  private pagesLeft: number | undefined;

  /** @param expected how many entries will be asked for, about */
  constructor(
    private readonly list: IndexedList<Entry, Fact>,
    private readonly expected: number,
    private readonly context: CallContext,
  ) {
    this.table = new NumberTable(list.width);
  }

  /** What Flow has of these; nothing of those it does not have. */
  async factsOf(uids: readonly string[]): Promise<ReadonlyMap<string, Fact>> {
    const facts = new Map<string, Fact>();
    if (uids.length === 0) return facts;
    while (this.isWorthReading()) await this.readPage();
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
    this.asked += toAsk.length;
    return facts;
  }

  /**
   * Something was taken out of the list, so that its pages may have moved. What is only partly read begins anew; what was
   * read to its end before stays what it is.
   */
  forgetPages(): void {
    if (this.isWhole) return;
    void this.pages?.return();
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

  private isWorthReading(): boolean {
    if (this.isWhole) return false;
    if (this.pagesLeft === undefined) return this.pagesRead * QUESTIONS_PER_PAGE <= this.asked;
    return this.pagesLeft * QUESTIONS_PER_PAGE <= Math.max(this.expected, this.asked);
  }

  private async readPage(): Promise<void> {
    this.pages ??= this.list.pages(this.context);
    const { pages } = this;
    const next = await pages.next();
    // Begun anew meanwhile.
    if (this.pages !== pages) return;
    if (next.done === true) {
      this.isWhole = true;
      return;
    }
    this.pagesRead += 1;
    const { entries, total } = next.value;
    for (const entry of entries) {
      const uid = this.list.uidOf(entry);
      this.table.put(uid, this.list.numbersOf(entry, this.numbersOf(uid)));
    }
    if (total !== undefined) this.pagesLeft = Math.ceil((total - this.table.size) / Math.max(entries.length, 1));
  }
}
