import { ScheduleOverlapPolicy } from '@temporalio/client';
import { exportsPurchaseOrders } from '../config/connector';
import { type TenantConfig } from '../config/types';
import {
  parseSweepScheduleId,
  SWEEP_STREAMS,
  SWEEP_WORKFLOW,
  sweepScheduleId,
  type SweepKey,
  type SweepStream,
  type SweepWorkflowInput,
} from '../contracts/sweep-messages';
import { taskQueueOf } from '../contracts/task-queues';
import { provisionFamily, type ProvisionedSchedules, type ProvisionOptions, type WantedSchedule } from './schedules';
import { stockMastersOf } from './stock-masters';

/** The Schedule of a sweep. */
export interface WantedSweepSchedule extends SweepKey, WantedSchedule {
  readonly timing: { readonly everySeconds: number };
  readonly input: SweepWorkflowInput;
}

const SECOND_MS = 1_000;

/**
 * After an outage of Temporal one run makes up for all that were missed, as a sweep reads on from its watermark. So only
 * a tick that is late by less than an interval is made up for, and never more than one.
 */
const catchupWindowMs = (everySeconds: number): number => Math.max(everySeconds, 10) * SECOND_MS;

const WHAT: Readonly<Record<SweepStream, string>> = {
  'omnium-orders': 'orders that changed in Omnium and whose event was lost',
  'omnium-customers': 'customers that changed in Omnium and whose event was lost',
  'flow-orders': 'orders that changed at the tills, also those Flow has no webhook for (parked, cancelled)',
  'flow-receipts': 'receipts of the tills whose invoice is missing in Omnium',
  'flow-customers': 'customers that changed in Flow and whose webhook was lost',
  'flow-receivements': 'goods receptions at the tills that Omnium was not told of, part receipts too (no webhook)',
  'flow-stock': 'stock that changed in Flow and is not in Omnium, in stores whose stock master is Flow',
  'omnium-purchase-orders': 'purchase orders and deliveries that changed in Omnium and whose event was lost',
};

/** The Schedules that a configuration asks for. An interval of 0 asks for none, nor do receipts that nobody wants. */
export function wantedSweepSchedules({ config, taskQueue }: Omit<ProvisionOptions, 'client'>): WantedSweepSchedule[] {
  return config.tenants.flatMap((tenant) =>
    SWEEP_STREAMS.flatMap((stream) => {
      const everySeconds = intervalOf(tenant, stream);
      if (everySeconds === 0) return [];
      const { tenantUid, sweeps } = tenant;
      const { overlapSeconds, firstLookBackHours } = sweeps;
      const { retryLadder } = config;
      return {
        ...{ tenantUid, stream, scheduleId: sweepScheduleId({ tenantUid, stream }) },
        timing: { everySeconds },
        // A tick that falls into a run is left out: the next sweep reads on from where that one began.
        overlap: ScheduleOverlapPolicy.SKIP,
        catchupWindowMs: catchupWindowMs(everySeconds),
        workflowType: SWEEP_WORKFLOW,
        input: {
          ...{ version: 1, tenantUid, stream, retryLadder, overlapSeconds, firstLookBackHours },
          ...(stream === 'flow-stock' && { stockMasters: stockMastersOf(tenant) }),
        },
        taskQueue: taskQueue ?? taskQueueOf('exports'),
        summary: `Sweep ${stream} · ${tenantUid}`,
        note: `Every ${everySeconds} s: finds ${WHAT[stream]}. Made from the configuration (sweeps); may be paused here.`,
        about: `The net under the webhooks: finds ${WHAT[stream]}`,
      };
    }),
  );
}

/**
 * Makes the Schedules of all sweeps what the configuration says ({@link provisionFamily}).
 *
 * @throws ServiceError of the Temporal client
 */
export async function provisionSweepSchedules(options: ProvisionOptions): Promise<ProvisionedSchedules> {
  const { client, config, taskQueue = taskQueueOf('exports') } = options;
  return await provisionFamily(client, {
    wanted: wantedSweepSchedules(options),
    holds: (scheduleId) => parseSweepScheduleId(scheduleId) !== undefined,
    possibleIds: config.tenants.flatMap(({ tenantUid }) =>
      SWEEP_STREAMS.map((stream) => sweepScheduleId({ tenantUid, stream })),
    ),
    taskQueue,
  });
}

function intervalOf({ connector, sweeps, settings }: TenantConfig, stream: SweepStream): number {
  switch (stream) {
    case 'omnium-orders':
      return sweeps.omniumOrdersEverySeconds;
    case 'omnium-customers':
      return sweeps.omniumCustomersEverySeconds;
    case 'flow-orders':
      return sweeps.flowOrdersEverySeconds;
    case 'flow-receipts':
      return settings.OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM ? sweeps.flowReceiptsEverySeconds : 0;
    case 'flow-customers':
      return sweeps.flowCustomersEverySeconds;
    case 'flow-receivements':
      return sweeps.flowReceivementsEverySeconds;
    case 'flow-stock':
      return sweeps.flowStockEverySeconds;
    case 'omnium-purchase-orders':
      return exportsPurchaseOrders(connector) ? sweeps.omniumPurchaseOrdersEverySeconds : 0;
  }
}
