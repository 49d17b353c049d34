import { ChangeLog, type ChangeView, mergedView } from './change-log';

/** Stock of one product in one warehouse; quantities in hundredths of a piece. */
export interface StockRecord {
  warehouseUid: string;
  productUid: string;
  quantityStock: number;
  quantityReserved: number;
  minStockLevel: number;
  maxStockLevel: number;
  locationLabel: string | null;
  /** Average cost in cents excl. VAT; null until somebody told it. */
  costPrice: number | null;
  lastModifiedAt: string;
}

/** Gives the seeded level of a product in a warehouse, in hundredths. */
export type SeededLevel = (warehouseUid: string, productUid: string) => number;

/** When seeded records were last changed: before anything a client can ask for as a delta. */
export const SEEDED_AT = '2026-01-01T00:00:00.000Z';

/** So many lists of changes are remembered while nothing changes. */
const MOST_VIEWS = 100;

/** The records of one warehouse: by product, and in the order of their last change. */
interface Shelf {
  readonly records: Map<string, StockRecord>;
  readonly log: ChangeLog<StockRecord>;
}

/**
 * Stock of a tenant. Levels nobody touched are computed from the seed, so starting with thousands of products costs
 * nothing; records exist from the first change on. Reading, writing and a page of changes each cost the same however
 * many records there are.
 */
export class StockLedger {
  readonly #seededLevel: SeededLevel;
  readonly #shelves = new Map<string, Shelf>();
  /** Lists of changes that somebody pages through; forgotten with every change. */
  readonly #views = new Map<string, ChangeView<StockRecord>>();

  constructor(seededLevel: SeededLevel) {
    this.#seededLevel = seededLevel;
  }

  /** The record, or how it stands from the start. Not to be changed. */
  look(warehouseUid: string, productUid: string): Readonly<StockRecord> {
    return this.#shelves.get(warehouseUid)?.records.get(productUid) ?? this.#seeded(warehouseUid, productUid);
  }

  /** Whether a level has been written since the start. */
  isTouched(warehouseUid: string, productUid: string): boolean {
    return this.#shelves.get(warehouseUid)?.records.has(productUid) === true;
  }

  /** Changes a record and stamps it. */
  change(
    place: { warehouseUid: string; productUid: string; now: string },
    edit: (record: StockRecord) => void,
  ): StockRecord {
    const { warehouseUid, productUid, now } = place;
    const record = this.#shelves.get(warehouseUid)?.records.get(productUid) ?? this.#seeded(warehouseUid, productUid);
    edit(record);
    record.lastModifiedAt = now;
    this.#put(record);
    return record;
  }

  /** Records changed after a moment, in the order of their last change. */
  changedAfter(timestampMs: number, warehouseUids: Iterable<string>): ChangeView<StockRecord> {
    // Times are kept in whole milliseconds: after one is from the next one on.
    const from = new Date(timestampMs + 1).toISOString();
    const uids = [...warehouseUids];
    const key = [from, ...uids].join('/');
    const known = this.#views.get(key);
    if (known) return known;
    const logs = uids.flatMap((warehouseUid) => this.#shelves.get(warehouseUid)?.log ?? []);
    const view = mergedView(logs.map((log) => log.since(from)));
    if (this.#views.size >= MOST_VIEWS) this.#views.clear();
    this.#views.set(key, view);
    return view;
  }

  capture(): StockRecord[] {
    return [...this.#shelves.values()].flatMap(({ log }) => log.page(0, log.size, 'ASC'));
  }

  restore(records: readonly StockRecord[]): void {
    for (const record of records) this.#put(record);
  }

  #put(record: StockRecord): void {
    const { warehouseUid, productUid } = record;
    let shelf = this.#shelves.get(warehouseUid);
    if (!shelf) {
      shelf = { records: new Map(), log: new ChangeLog() };
      this.#shelves.set(warehouseUid, shelf);
    }
    shelf.records.set(productUid, record);
    shelf.log.put(productUid, record);
    if (this.#views.size > 0) this.#views.clear();
  }

  #seeded(warehouseUid: string, productUid: string): StockRecord {
    return {
      warehouseUid,
      productUid,
      quantityStock: this.#seededLevel(warehouseUid, productUid),
      quantityReserved: 0,
      minStockLevel: 0,
      maxStockLevel: 0,
      locationLabel: null,
      costPrice: null,
      lastModifiedAt: SEEDED_AT,
    };
  }
}
