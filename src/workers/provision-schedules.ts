import { setTimeout as pause } from 'node:timers/promises';
import type { IntegrationConfig } from '../config/types';
import type { Logger } from '../observability/logger';
import { openTemporal, type TemporalAddress } from '../temporal/connection';
import { provisionExportSchedules } from '../temporal/export-schedules';
import { recordMasterSwitches } from '../temporal/stock-masters';
import { provisionSweepSchedules } from '../temporal/sweep-schedules';

const AGAIN_AFTER_MS = 5_000;

/** What the Schedules are made with. */
export interface SchedulesParts {
  readonly temporal: TemporalAddress;
  readonly config: IntegrationConfig;
  readonly logger: Logger;
  /** Ends the tries; the worker is stopping. */
  readonly signal: AbortSignal;
}

/**
 * Makes the Schedules of sweeps and exports what the configuration says, and tries until it is done: Temporal may be away,
 * and a search attribute that was added a moment ago is not known to all of its parts at once. The worker works meanwhile.
 *
 * Stores whose stock has another master than before are told first: what the masters were stands in a Schedule.
 */
export async function provisionSchedules({ temporal, config, logger, signal }: SchedulesParts): Promise<void> {
  const opened = openTemporal(temporal);
  try {
    while (!signal.aborted) {
      try {
        const options = { client: opened.client, config };
        const switched = await recordMasterSwitches(options);
        if (switched.length > 0) logger.info({ switched }, 'stock of stores with another master is being aligned');
        const done = [await provisionSweepSchedules(options), await provisionExportSchedules(options)];
        const created = done.flatMap((family) => family.created);
        const updated = done.flatMap((family) => family.updated);
        const deleted = done.flatMap((family) => family.deleted);
        if (created.length + updated.length + deleted.length > 0)
          logger.info({ created, updated, deleted }, 'schedules provisioned');
        return;
      } catch (error) {
        logger.warn({ err: error }, 'the schedules could not be provisioned; trying again');
        await pause(AGAIN_AFTER_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  } finally {
    await opened.close();
  }
}
