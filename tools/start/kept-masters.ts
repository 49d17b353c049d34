import { readFileSync } from 'node:fs';
import { parseConfig } from '../../src/config/load';
import { stockMasterOf } from '../../src/config/stock-master';
import { type StockMasters } from '../day/context';
import { demoStockMasters } from './demo-config';

/**
 * Who keeps the stock of each store: as the configuration of an earlier start says, which a trading day may have changed;
 * else as the demonstration begins.
 */
export function keptStockMasters(configFile: string): StockMasters {
  const begun = demoStockMasters();
  try {
    const { tenants } = parseConfig(readFileSync(configFile, 'utf8'), {});
    const kept = tenants.flatMap((tenant) =>
      tenant.stores.map(({ storeId, storeUid }) => [storeId, stockMasterOf(tenant, storeUid)] as const),
    );
    return { ...begun, ...Object.fromEntries(kept.filter(([storeId]) => storeId in begun)) };
  } catch {
    // There is none yet, or it is not one of this version's.
    return begun;
  }
}
