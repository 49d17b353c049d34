import { ScheduleOverlapPolicy } from '@temporalio/client';
import { type ExportScope, exportScopesOf } from '../config/connector';
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
import { STRETCH_TASK_QUEUE, taskQueueOf } from '../contracts/task-queues';
import { provisionFamily, type ProvisionedSchedules, type ProvisionOptions, type WantedSchedule } from './schedules';

/** The Schedule of an export. */
export interface WantedExportSchedule extends ExportKey, WantedSchedule {
  readonly timing: { readonly cron: string; readonly timezone: string };
  readonly input: ExportWorkflowInput;
}

const HOUR_MS = 3_600_000;

/** What becomes of ticks that cannot start a run in time. */
type TickPolicy = Pick<WantedSchedule, 'overlap' | 'catchupWindowMs'>;

/**
 * For what is read from a watermark on: products, prices and levels.
 *
 * A tick that falls into a run starts right after it, so that no change waits for longer than an interval and a run; of more
 * ticks one is enough, as it reads all that has changed. There is no limit to how long a run may take: a first export that
 * is cut off would never end.
 *
 * A tick that Temporal missed is made up for within a day, so that a task of every night is not left out because of an
 * hour's maintenance. It costs little: of all ticks that are late one run starts and one more waits for it. After more
 * than a day the next tick of any schedule is near, and reads from the same watermark.
 */
const READS_ON: TickPolicy = { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindowMs: 24 * HOUR_MS };

/**
 * For what is read as a whole by every run: categories. A tick that falls into a run still waits for it, since the tree
 * may have changed after it was read, and a nightly task would leave that until the next night. Only the last interval's
 * tick is worth making up for; half a day keeps a nightly one from being left out.
 */
const READS_ALL: TickPolicy = { overlap: ScheduleOverlapPolicy.BUFFER_ONE, catchupWindowMs: 12 * HOUR_MS };

const TICKS: Readonly<Record<ExportStream, TickPolicy>> = {
  products: READS_ON,
  categories: READS_ALL,
  prices: READS_ON,
  'cost-prices': READS_ON,
  'soa-prices': READS_ON,
  inventory: READS_ON,
};

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
 * disabled and whose implementation is among the connector's. Products are also exported where no task names them: the
 * configuration fills that in.
 */
export function wantedExportSchedules({ config, taskQueue }: Omit<ProvisionOptions, 'client'>): WantedExportSchedule[] {
  return config.tenants.flatMap((tenant) =>
    EXPORT_STREAMS.flatMap((stream) => {
      const task = taskOf(tenant, stream);
      if (!task) return [];
      return scopesOf(tenant, stream).map(({ marketOrGroup }): WantedExportSchedule => {
        const { tenantUid, timezone, sweeps } = tenant;
        const { retryLadder } = config;
        const key = { tenantUid, marketOrGroup, stream };
        return {
          ...{ ...key, scheduleId: exportScheduleId(key) },
          timing: { cron: task.schedule.trim(), timezone },
          ...TICKS[stream],
          workflowType: EXPORT_WORKFLOW,
          input: {
            ...{ version: 1, ...key, retryLadder, overlapSeconds: sweeps.overlapSeconds },
            ...(taskQueue === undefined && { stretchTaskQueue: STRETCH_TASK_QUEUE }),
          },
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

/** Categories go only where a market asks for them. */
function scopesOf(tenant: TenantConfig, stream: ExportStream): ExportScope[] {
  const scopes = exportScopesOf(tenant);
  if (stream !== 'categories') return scopes;
  return scopes.filter(({ markets }) => markets.some(({ properties }) => properties.SyncCategoriesToFlow));
}

function taskOf({ connector }: TenantConfig, stream: ExportStream): ScheduledTask | undefined {
  if (!connector.implementations.includes(IMPLEMENTATION[stream])) return undefined;
  return connector.scheduledTasks.find(
    ({ implementationType, isDisabled }) => implementationType === EXPORT_TASKS[stream] && !isDisabled,
  );
}
