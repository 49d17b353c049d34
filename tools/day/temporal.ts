import { Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type DayContext } from './context';

/** Connects to the Temporal server of the day; address by the day, everything else by the standard settings. */
export async function connectTemporal({ temporalAddress }: Pick<DayContext, 'temporalAddress'>): Promise<Connection> {
  const { connectionOptions } = loadClientConnectConfig();
  return await Connection.connect({ ...connectionOptions, address: temporalAddress });
}
