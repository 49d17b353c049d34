import { ScheduleOverlapPolicy } from '@temporalio/client';
import { exportScopesOf } from '../config/export-scopes';
import { type ScheduledTask, type TenantConfig } from '../config/types';
import {
  EXPORT_STREAMS,
  EXPORT_TASKS,
  EXPORT_WORKFLOW,
  exportScheduleId,
  parseExportScheduleId,
  type ExportKey,
  type ExportStream,
  type ExportWorkflowInput,
} from '../contracts/export-messages';
import { taskQueueOf } from '../contracts/task-queues';
import { provisionFamily, type ProvisionedSchedules, type ProvisionOptions, type WantedSchedule } from './schedules';

/** The Schedule of an export. */
export interface WantedExportSchedule extends ExportKey, WantedSchedule {
  readonly timing: { readonly cron: string; readonly timezone: string };
  readonly input: ExportWorkflowInput;
}

const HOUR_MS = 3_600_000;

/**
 * A tick that Temporal missed is made up for within a day, so that a task of every night is not left out because of an
 * hour's maintenance. It costs little: an export reads on from its watermark, and of all ticks that are late one run starts
 * and one more waits for it.
 */
const CATCHUP_WINDOW_MS = 24 * HOUR_MS;

/** What must be among the connector's implementations for a stream to be exported. */
const IMPLEMENTATION: Readonly<Record<ExportStream, string>> = {
  products: 'IProductExporter',
  categories: 'IProductExporter',
  prices: 'IProductExporter',
  'cost-prices': 'IProductExporter',
  'soa-prices': 'IProductExporter',
  inventory: 'IInventoryExporter',
};

const WHAT: Readonly<Record<ExportStream, string>> = {
  products: 'products that changed in Omnium, with their brands, variants, images and packages',
  categories: 'the categories and product groups of Omnium',
  prices: 'selling and recommended prices that changed, started or ended in Omnium',
  'cost-prices': 'cost prices that changed, started or ended in Omnium',
  'soa-prices': 'SOA prices that changed, started or ended in Omnium',
  inventory: 'stock levels that changed in Omnium, for stores whose stock master is Omnium',
};

/**
 * The Schedules that a configuration asks for: one per tenant, market (or market group) and scheduled task that is not
 * disabled and whose implementation is among the connector's.
 */
export function wantedExportSchedules({ config, taskQueue }: Omit<ProvisionOptions, 'client'>): WantedExportSchedule[] {
  return config.tenants.flatMap((tenant) =>
    EXPORT_STREAMS.flatMap((stream) => {
      const task = taskOf(tenant, stream);
      if (!task) return [];
      return exportScopesOf(tenant).map(({ marketOrGroup }): WantedExportSchedule => {
        const { tenantUid, timezone, sweeps } = tenant;
        const { retryLadder } = config;
        const key = { tenantUid, marketOrGroup, stream };
        return {
          ...{ ...key, scheduleId: exportScheduleId(key) },
          timing: { cron: task.schedule.trim(), timezone },
          // A tick that falls into a run starts right after it, so that no change waits for longer than an interval
          // and a run; of more ticks one is enough. There is no limit to how long a run may take: a first export that
          // is cut off would never end.
          overlap: ScheduleOverlapPolicy.BUFFER_ONE,
          catchupWindowMs: CATCHUP_WINDOW_MS,
          workflowType: EXPORT_WORKFLOW,
          input: { version: 1, ...key, retryLadder, overlapSeconds: sweeps.overlapSeconds },
          taskQueue: taskQueue ?? taskQueueOf('exports'),
          summary: `Export ${stream} · ${tenantUid} ${marketOrGroup}`,
          note: `${task.schedule.trim()} (${timezone}): exports ${WHAT[stream]}. Made from the configuration (${EXPORT_TASKS[stream]}); may be paused here.`,
          about: `${EXPORT_TASKS[stream]}: exports ${WHAT[stream]}`,
        };
      });
    }),
  );
}

/**
 * Makes the Schedules of all exports what the configuration says ({@link provisionFamily}).
 *
 * @throws ServiceError of the Temporal client
 */
export async function provisionExportSchedules(options: ProvisionOptions): Promise<ProvisionedSchedules> {
  const { client, config, taskQueue = taskQueueOf('exports') } = options;
  return await provisionFamily(client, {
    wanted: wantedExportSchedules(options),
    holds: (scheduleId) => parseExportScheduleId(scheduleId) !== undefined,
    possibleIds: config.tenants.flatMap((tenant) =>
      exportScopesOf(tenant).flatMap(({ marketOrGroup }) =>
        EXPORT_STREAMS.map((stream) => exportScheduleId({ tenantUid: tenant.tenantUid, marketOrGroup, stream })),
      ),
    ),
    taskQueue,
  });
}

function taskOf({ connector }: TenantConfig, stream: ExportStream): ScheduledTask | undefined {
  if (!connector.implementations.includes(IMPLEMENTATION[stream])) return undefined;
  return connector.scheduledTasks.find(
    ({ implementationType, isDisabled }) => implementationType === EXPORT_TASKS[stream] && !isDisabled,
  );
}
