import { distinctNames } from '../../domain/distinct-names';
import type { Hundredths } from '../../domain/quantity';
import type { Warehouse } from '../stores/warehouse-directory';

/** A product in a warehouse. */
export interface LevelKey {
  readonly warehouseUid: string;
  readonly productUid: string;
}

/** What Flow says is in stock. Only what Flow lists: absent is not zero. */
export interface FlowLevel extends LevelKey {
  readonly sku: string;
  readonly quantityStock: Hundredths;
  readonly lastModifiedAt?: string | undefined;
}

/** What became of some levels. */
export interface LevelTally {
  readonly compared: number;
  readonly written: number;
  readonly inFlight: number;
  /** When they were read, ISO-8601. */
  readonly readAt?: string;
  /** What a person should look at. */
  readonly differences: readonly string[];
}

export const NO_LEVELS: LevelTally = { compared: 0, written: 0, inFlight: 0, differences: [] };

/** Sums; the later moment of reading. */
export function addTallies(a: LevelTally, b: LevelTally): LevelTally {
  const readAt = b.readAt ?? a.readAt;
  return {
    compared: a.compared + b.compared,
    written: a.written + b.written,
    inFlight: a.inFlight + b.inFlight,
    ...(readAt && { readAt }),
    differences: distinctNames(a.differences, b.differences),
  };
}

/** How a level is called in words: Omnium's own names, or Flow's where Omnium has none. */
export function nameOfLevel(sku: string, warehouse: Pick<Warehouse, 'warehouseCode'>): string {
  return `${sku} in ${warehouse.warehouseCode}`;
}
