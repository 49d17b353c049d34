import type { Destination } from './mapping/desired-purchase-order';
import type { OrderedLine } from './mapping/ordered-lines';
import type { SyncRun } from '../orders/sync-run';
import { storeUidOf } from './purchase-order-owner';

/** Where the goods of a purchase order go. */
export interface Destinations {
  /** By Omnium's warehouse code. */
  readonly byCode: ReadonlyMap<string, Destination>;
  /** Warehouses that belong to no shop, e.g. a central one: what goes there is not Flow's. */
  readonly outside: readonly string[];
}

/**
 * Finds the warehouses of the lines in Flow.
 *
 * @throws SyncError `WarehouseUnknown` for a warehouse of a shop that Flow does not have
 */
export async function destinationsOf(run: SyncRun, lines: readonly OrderedLine[]): Promise<Destinations> {
  const { warehouses } = run.tenant;
  const byCode = new Map<string, Destination>();
  const outside: string[] = [];
  for (const code of new Set(lines.flatMap(({ warehouseCode }) => warehouseCode ?? []))) {
    const found = await warehouses.find(code, run.attempt);
    if (found) byCode.set(code, found);
    else if ((await storeUidOf(run, code)) === undefined) outside.push(code);
    else byCode.set(code, await warehouses.resolve(code, run.attempt));
  }
  return { byCode, outside };
}
