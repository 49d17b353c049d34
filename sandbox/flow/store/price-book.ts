import { type ChangeView } from './change-log';
import { type Price } from './catalog-documents';
import { type Audited, type CollectionState, type SnapshotPart } from './collection';

/** The prices of one list. */
interface Listed {
  readonly pricelistUid: string;
  /** Rows in the order they were made; {@link GONE} where a price has been removed. */
  order: number[];
  gone: number;
  readonly byProduct: Map<string, number | readonly number[]>;
}

/** What of a price can be changed; what is absent stays. */
interface Change {
  readonly price?: number | undefined;
  readonly fromDate?: string | null | undefined;
  readonly toDate?: string | null | undefined;
}

const GONE = -1;

/**
 * The prices of a tenant. A chain has a price per article and list, which is more than a million: they are kept in
 * columns instead of documents, and a document is made of a row when somebody asks for it. Reading by uid or by product,
 * writing and a page of a list each cost the same however many prices there are.
 */
export class PriceBook implements SnapshotPart {
  readonly #lists = new Map<string, Listed>();
  readonly #rows = new Map<string, number>();
  readonly #free: number[] = [];
  readonly #removed = new Set<string>();
  #nextId = 1;
  #isSeeding = false;

  // One entry per row in each.
  readonly #uids: string[] = [];
  readonly #listOf: (Listed | undefined)[] = [];
  /** Where in the order of its list a row stands. */
  readonly #places: number[] = [];
  readonly #ids: number[] = [];
  readonly #products: string[] = [];
  readonly #prices: number[] = [];
  readonly #from: (string | null | undefined)[] = [];
  readonly #to: (string | null | undefined)[] = [];
  readonly #createdAtMs: number[] = [];
  readonly #createdBy: string[] = [];
  readonly #modifiedAtMs: number[] = [];
  readonly #modifiedBy: string[] = [];
  /** Whether it differs from the seeded state. */
  readonly #isChanged: boolean[] = [];

  get size(): number {
    return this.#rows.size;
  }

  has(priceUid: string): boolean {
    return this.#rows.has(priceUid);
  }

  /** A copy: changes go through {@link PriceBook.change}. */
  get(priceUid: string): Audited<Price> | undefined {
    const row = this.#rows.get(priceUid);
    return row === undefined ? undefined : this.#documentOf(row);
  }

  /** The number Flow gives every object beside its uid; 0 for an unknown one. */
  idOf(priceUid: string): number {
    return this.#ids[this.#rows.get(priceUid) ?? GONE] ?? 0;
  }

  /** The prices of a product on a list, the oldest first. */
  of(pricelistUid: string, productUid: string): Audited<Price>[] {
    const rows = this.#lists.get(pricelistUid)?.byProduct.get(productUid);
    if (rows === undefined) return [];
    return typeof rows === 'number' ? [this.#documentOf(rows)] : rows.map((row) => this.#documentOf(row));
  }

  /** How many prices a list has. */
  countIn(pricelistUid: string): number {
    const list = this.#lists.get(pricelistUid);
    return list ? list.order.length - list.gone : 0;
  }

  /** The prices of a list in the order they were made. */
  in(pricelistUid: string): ChangeView<Audited<Price>> {
    const list = this.#lists.get(pricelistUid);
    if (!list) return { size: 0, page: () => [] };
    if (list.gone > 0) this.#sweep(list);
    const { order } = list;
    return {
      size: order.length,
      page: (start, count) => order.slice(start, start + count).map((row) => this.#documentOf(row)),
    };
  }

  /** All prices of a list, one at a time; what is removed meanwhile is left out. */
  *each(pricelistUid: string): Generator<Audited<Price>> {
    const list = this.#lists.get(pricelistUid);
    for (const row of [...(list?.order ?? [])]) {
      if (row !== GONE && this.#listOf[row] === list) yield this.#documentOf(row);
    }
  }

  /** Adds a new price; the caller has checked that its uid is free. */
  add(price: Audited<Price>): void {
    this.#put(this.#nextId++, price);
  }

  /** Changes what is given, and stamps it. */
  change(priceUid: string, { price, fromDate, toDate }: Change, stamp: { now: string; by: string }): void {
    const row = this.#rows.get(priceUid);
    if (row === undefined) return;
    if (price !== undefined) this.#prices[row] = price;
    if (fromDate !== undefined) this.#from[row] = fromDate;
    if (toDate !== undefined) this.#to[row] = toDate;
    this.#modifiedAtMs[row] = Date.parse(stamp.now);
    this.#modifiedBy[row] = stamp.by;
    this.#isChanged[row] = !this.#isSeeding;
  }

  remove(priceUid: string): void {
    const row = this.#rows.get(priceUid);
    const list = row === undefined ? undefined : this.#listOf[row];
    if (row === undefined || !list) return;
    list.order[this.#places[row] ?? GONE] = GONE;
    list.gone += 1;
    this.#forgetProduct(list, row);
    this.#rows.delete(priceUid);
    this.#removed.add(priceUid);
    this.#listOf[row] = undefined;
    this.#isChanged[row] = false;
    this.#uids[row] = '';
    this.#free.push(row);
  }

  /** Removes a list's prices. */
  removeList(pricelistUid: string): void {
    for (const { priceUid } of this.each(pricelistUid)) this.remove(priceUid);
    this.#lists.delete(pricelistUid);
  }

  /** Removes a product's prices on all lists. */
  removeProduct(productUid: string): void {
    for (const pricelistUid of this.#lists.keys()) {
      for (const { priceUid } of this.of(pricelistUid, productUid)) this.remove(priceUid);
    }
  }

  beginSeeding(): void {
    this.#isSeeding = true;
  }

  markSeeded(): void {
    this.#isSeeding = false;
    this.#isChanged.fill(false);
    this.#removed.clear();
  }

  capture(): CollectionState {
    const docs: [number, object][] = [];
    for (const [row, isChanged] of this.#isChanged.entries()) {
      if (isChanged) docs.push([this.#ids[row] ?? 0, this.#documentOf(row)]);
    }
    docs.sort(([a], [b]) => a - b);
    return { docs, removed: [...this.#removed], nextId: this.#nextId };
  }

  restore(state: CollectionState): void {
    for (const priceUid of state.removed) this.remove(priceUid);
    for (const [id, saved] of state.docs) {
      // Only ever what capture() of a price book wrote.
      const price = saved as Audited<Price>;
      const row = this.#rows.get(price.priceUid);
      // With another id it is no seeded price that was changed: that was removed, and this one made later.
      if (row !== undefined && this.#ids[row] === id) {
        this.#fill(row, id, price);
      } else {
        this.remove(price.priceUid);
        this.#put(id, price);
      }
    }
    this.#nextId = state.nextId;
  }

  #put(id: number, price: Audited<Price>): void {
    const row = this.#free.pop() ?? this.#uids.length;
    const list = this.#listOfUid(price.pricelistUid);
    this.#uids[row] = price.priceUid;
    this.#listOf[row] = list;
    this.#places[row] = list.order.push(row) - 1;
    this.#products[row] = price.productUid;
    this.#fill(row, id, price);
    this.#rows.set(price.priceUid, row);
    const others = list.byProduct.get(price.productUid);
    list.byProduct.set(price.productUid, others === undefined ? row : [others, row].flat());
  }

  #fill(row: number, id: number, price: Audited<Price>): void {
    this.#ids[row] = id;
    this.#prices[row] = price.price;
    this.#from[row] = price.fromDate;
    this.#to[row] = price.toDate;
    this.#createdAtMs[row] = Date.parse(price.createdAt);
    this.#createdBy[row] = price.createdBy;
    this.#modifiedAtMs[row] = Date.parse(price.lastModifiedAt);
    this.#modifiedBy[row] = price.lastModifiedBy;
    this.#isChanged[row] = !this.#isSeeding;
    this.#removed.delete(price.priceUid);
  }

  #listOfUid(pricelistUid: string): Listed {
    let list = this.#lists.get(pricelistUid);
    if (!list) {
      list = { pricelistUid, order: [], gone: 0, byProduct: new Map() };
      this.#lists.set(pricelistUid, list);
    }
    return list;
  }

  #forgetProduct(list: Listed, row: number): void {
    const productUid = this.#products[row] ?? '';
    const [first, ...others] = [list.byProduct.get(productUid) ?? []].flat().filter((other) => other !== row);
    if (first === undefined) list.byProduct.delete(productUid);
    else list.byProduct.set(productUid, others.length === 0 ? first : [first, ...others]);
  }

  #sweep(list: Listed): void {
    list.order = list.order.filter((row) => row !== GONE);
    list.gone = 0;
    for (const [place, row] of list.order.entries()) this.#places[row] = place;
  }

  #documentOf(row: number): Audited<Price> {
    const fromDate = this.#from[row];
    const toDate = this.#to[row];
    return {
      priceUid: this.#uids[row] ?? '',
      pricelistUid: this.#listOf[row]?.pricelistUid ?? '',
      productUid: this.#products[row] ?? '',
      price: this.#prices[row] ?? 0,
      ...(fromDate === undefined ? {} : { fromDate }),
      ...(toDate === undefined ? {} : { toDate }),
      createdAt: timestamp(this.#createdAtMs[row]),
      createdBy: this.#createdBy[row] ?? '',
      lastModifiedAt: timestamp(this.#modifiedAtMs[row]),
      lastModifiedBy: this.#modifiedBy[row] ?? '',
    };
  }
}

function timestamp(ms = 0): string {
  return new Date(ms).toISOString();
}
