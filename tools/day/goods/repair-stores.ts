import { loadConfig } from '../../../src/config/load';
import { stockDiff } from '../../../src/ops/stock-diff';
import { openTemporal, temporalAddressOf } from '../../../src/temporal/connection';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type DayContext } from '../context';

/** A store of a tenant's. */
export interface StoreToRepair {
  readonly tenantUid: string;
  readonly storeUid: string;
}

/**
 * `npm run ops -- stock diff --store <uid> --repair` for some stores: what differs is written towards the stock master.
 *
 * @returns what the command prints, store by store
 */
export async function repairStores(
  { temporalAddress, namespace }: Pick<DayContext, 'temporalAddress' | 'namespace'>,
  configFile: string,
  stores: readonly StoreToRepair[],
): Promise<string[]> {
  const config = loadConfig(configFile);
  const { connectionOptions } = loadClientConnectConfig();
  const address = { ...connectionOptions, address: temporalAddress };
  const opened = openTemporal(temporalAddressOf({ connectionOptions: address, namespace }));
  try {
    const said: string[] = [];
    for (const store of stores)
      said.push((await stockDiff({ config, temporal: opened }, { ...store, repair: true })).text);
    return said;
  } finally {
    await opened.close();
  }
}
