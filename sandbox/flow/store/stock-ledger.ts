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

/**
 * Stock of a tenant. Levels nobody touched are computed from the seed, so starting with thousands of products costs
 * nothing; records exist from the first change on.
 */
export class StockLedger {
  readonly #seededLevel: SeededLevel;
  readonly #records = new Map<string, StockRecord>();

  constructor(seededLevel: SeededLevel) {
    this.#seededLevel = seededLevel;
  }

  /** The record, or how it stands from the start. Not to be changed. */
  look(warehouseUid: string, productUid: string): Readonly<StockRecord> {
    return this.#records.get(keyOf(warehouseUid, productUid)) ?? this.#seeded(warehouseUid, productUid);
  }

  /** Changes a record and stamps it. */
  change(
    place: { warehouseUid: string; productUid: string; now: string },
    edit: (record: StockRecord) => void,
  ): StockRecord {
    const { warehouseUid, productUid, now } = place;
    const key = keyOf(warehouseUid, productUid);
    const record = this.#records.get(key) ?? this.#seeded(warehouseUid, productUid);
    edit(record);
    record.lastModifiedAt = now;
    // Taken out and put back: the map stays in the order of the last change.
    this.#records.delete(key);
    this.#records.set(key, record);
    return record;
  }

  /** Records changed after a moment, oldest change first. */
  changedAfter(timestampMs: number, warehouseUids: ReadonlySet<string>): StockRecord[] {
    const found: StockRecord[] = [];
    for (const record of this.#records.values()) {
      if (warehouseUids.has(record.warehouseUid) && Date.parse(record.lastModifiedAt) > timestampMs) found.push(record);
    }
    return found;
  }

  capture(): StockRecord[] {
    return [...this.#records.values()];
  }

  restore(records: readonly StockRecord[]): void {
    for (const record of records) this.#records.set(keyOf(record.warehouseUid, record.productUid), record);
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

function keyOf(warehouseUid: string, productUid: string): string {
  return `${warehouseUid}/${productUid}`;
}
