import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { severalAtOnce } from '../activities/shared/concurrency';
import { exportScopesOf } from '../config/connector';
import type { IntegrationConfig } from '../config/types';
import { exportScheduleId } from '../contracts/exports';
import { EXPORT_STREAMS } from '../contracts/streams';
import { taskQueueOf } from '../contracts/task-queues';
import type { Logger } from '../observability/logger';
import { openTemporal, type TemporalAddress } from '../temporal/connection';
import { deleteOwnSchedule, ensureSchedule, exportSchedules, listExportSchedules } from '../temporal/schedules';
import { configureSweep, endOtherSweeps, sweepSettings } from '../temporal/sweeps';

const AGAIN_AFTER_MS = 5_000;

/** Calls to Temporal at the same time: a first start with fifty tenants takes seconds. */
const AT_ONCE = 16;

/** What provisioning has done, by Schedule id. */
export interface Provisioned {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly unchanged: readonly string[];
  readonly deleted: readonly string[];
}

/**
 * Makes the Schedules of exports what the configuration says, deletes those of this deployment that it no longer asks for,
 * and starts every tenant's sweep or brings it its settings. Safe to call on every start and from several workers at once.
 *
 * @param deployment the name of this group of workers: Schedules that another one has made are left alone
 * @param taskQueue another task queue than the engine's own, for tests that must not meet
 * @throws ServiceError of the Temporal client
 */
export async function provision(
  client: Client,
  config: IntegrationConfig,
  deployment: string,
  taskQueue?: string,
): Promise<Provisioned> {
  const done = { created: [] as string[], updated: [] as string[], unchanged: [] as string[], deleted: [] as string[] };
  await severalAtOnce(config.tenants, AT_ONCE, (tenant) =>
    configureSweep(client, tenant.tenantUid, sweepSettings(tenant, config, deployment), taskQueue),
  );
  await endOtherSweeps(client, new Set(config.tenants.map(({ tenantUid }) => tenantUid)), deployment, taskQueue);
  const wanted = exportSchedules(config, taskQueue);
  await severalAtOnce(wanted, AT_ONCE, async (schedule) => {
    done[await ensureSchedule(client, schedule, deployment)].push(schedule.scheduleId);
  });
  const wantedIds = new Set(wanted.map(({ scheduleId }) => scheduleId));
  // By name as well: the list is some seconds behind.
  const possible = config.tenants.flatMap((tenant) =>
    exportScopesOf(tenant).flatMap(({ marketOrGroup }) =>
      EXPORT_STREAMS.map((stream) => exportScheduleId({ tenantUid: tenant.tenantUid, marketOrGroup, stream })),
    ),
  );
  const others = new Set([...(await listExportSchedules(client)), ...possible].filter((id) => !wantedIds.has(id)));
  const own = { deployment, taskQueue: taskQueue ?? taskQueueOf('exports') };
  await severalAtOnce(others, AT_ONCE, async (scheduleId) => {
    if (await deleteOwnSchedule(client, scheduleId, own)) done.deleted.push(scheduleId);
  });
  return done;
}

/**
 * {@link provision}, tried until it is done: Temporal may be away, and a search attribute that was added a moment ago is not
 * known to all of its parts at once. The worker works meanwhile.
 *
 * @param signal ends the tries; the worker is stopping
 */
export async function provisionUntilDone(
  temporal: TemporalAddress,
  config: IntegrationConfig,
  deployment: string,
  logger: Logger,
  signal: AbortSignal,
): Promise<void> {
  const opened = openTemporal(temporal);
  try {
    while (!signal.aborted) {
      try {
        const { created, updated, deleted } = await provision(opened.client, config, deployment);
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
