/** Which end of the log comes first: `ASC` the oldest change, `DESC` the newest. */
export type Direction = 'ASC' | 'DESC';

/** Documents in the order of their last change. Equal for every page as long as nothing changes. */
export interface ChangeView<T> {
  readonly size: number;
  /** The documents from place `start` on, at most `count`. */
  page(start: number, count: number, direction: Direction): T[];
}

/** Up to here a page is put together by itself. */
const NEAR_PLACES = 1_000;

/**
 * Several views as one: all their documents in the order of their last change, the first view first at equal times. Far
 * pages put all of them together once, so it holds until something changes.
 */
export function mergedView<T extends { readonly lastModifiedAt: string }>(
  views: readonly ChangeView<T>[],
): ChangeView<T> {
  const [only, ...others] = views;
  if (only && others.length === 0) return only;
  let merged: T[] | undefined;
  const size = views.reduce((sum, view) => sum + view.size, 0);
  return {
    size,
    page: (start, count, direction) => {
      const end = start + count;
      if (!merged && end <= NEAR_PLACES) return firstOf(views, end, direction).slice(start);
      merged ??= firstOf(views, size, 'ASC');
      if (direction === 'ASC') return merged.slice(start, end);
      return merged.slice(Math.max(size - end, 0), Math.max(size - start, 0)).reverse();
    },
  };
}

/** The first documents of several views together. */
function firstOf<T extends { readonly lastModifiedAt: string }>(
  views: readonly ChangeView<T>[],
  count: number,
  direction: Direction,
): T[] {
  const sign = direction === 'ASC' ? 1 : -1;
  const inTurn = direction === 'ASC' ? views : [...views].reverse();
  // Each part is in order already, which makes the sort quick; it keeps the order of equal times.
  return inTurn
    .flatMap((view) => view.page(0, count, direction))
    .sort((a, b) => (a.lastModifiedAt < b.lastModifiedAt ? -sign : a.lastModifiedAt > b.lastModifiedAt ? sign : 0))
    .slice(0, count);
}

interface Slot<T> {
  readonly uid: string;
  readonly doc: T;
  /** `lastModifiedAt` when the slot was written; ISO-8601 in UTC, so text order is time order. */
  readonly at: string;
  isCurrent: boolean;
}

/** Left-over slots are swept once they are this many, and more than the current ones. */
const MIN_LEFTOVERS = 1_000;

/**
 * Documents in the order of their last change, kept so that a page costs what it shows and no sort: a changed document
 * is written anew at the end, and what it leaves behind is skipped and swept now and then.
 */
export class ChangeLog<T extends { readonly lastModifiedAt: string }> implements ChangeView<T> {
  #slots: Slot<T>[] = [];
  readonly #current = new Map<string, Slot<T>>();
  #isSorted = true;

  get size(): number {
    return this.#current.size;
  }

  /** Notes that a document is new or has changed. */
  put(uid: string, doc: T): void {
    this.remove(uid);
    const slot: Slot<T> = { uid, doc, at: doc.lastModifiedAt, isCurrent: true };
    const last = this.#slots.at(-1);
    // A restored state, or a clock that was set back, comes in another order.
    if (last && last.at > slot.at) this.#isSorted = false;
    this.#slots.push(slot);
    this.#current.set(uid, slot);
  }

  remove(uid: string): void {
    const slot = this.#current.get(uid);
    if (!slot) return;
    slot.isCurrent = false;
    this.#current.delete(uid);
    const leftovers = this.#slots.length - this.#current.size;
    if (leftovers > MIN_LEFTOVERS && leftovers > this.#current.size) this.#sweep();
  }

  page(start: number, count: number, direction: Direction): T[] {
    return this.#pageFrom(0, { start, count, direction });
  }

  /** What was changed at a time or later, given as `toISOString` writes it. */
  since(timestamp: string): ChangeView<T> {
    this.#sort();
    const first = this.#placeOf(timestamp);
    return {
      size: this.#countFrom(first),
      page: (start, count, direction) => this.#pageFrom(first, { start, count, direction }),
    };
  }

  #pageFrom(first: number, { start, count, direction }: { start: number; count: number; direction: Direction }): T[] {
    this.#sort();
    const slots = this.#slots;
    // Without left-over slots a place in the list is a place in the array.
    const isDense = slots.length === this.#current.size;
    const skipped = isDense ? start : 0;
    const step = direction === 'ASC' ? 1 : -1;
    let left = start - skipped;
    const found: T[] = [];
    let place = direction === 'ASC' ? first + skipped : slots.length - 1 - skipped;
    for (; place >= first && place < slots.length && found.length < count; place += step) {
      const slot = slots[place];
      if (!slot?.isCurrent) continue;
      if (left > 0) left -= 1;
      else found.push(slot.doc);
    }
    return found;
  }

  #countFrom(first: number): number {
    const slots = this.#slots;
    if (slots.length === this.#current.size) return slots.length - first;
    let count = 0;
    for (let place = first; place < slots.length; place += 1) if (slots[place]?.isCurrent) count += 1;
    return count;
  }

  /** Place of the first slot at a time or later. */
  #placeOf(timestamp: string): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const slot = this.#slots[middle];
      if (slot && slot.at < timestamp) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sweep(): void {
    this.#slots = this.#slots.filter(({ isCurrent }) => isCurrent);
  }

  #sort(): void {
    if (this.#isSorted) return;
    this.#sweep();
    this.#slots.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    this.#isSorted = true;
  }
}
