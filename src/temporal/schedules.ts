import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { isDeepStrictEqual } from 'node:util';
import { exportsPurchaseOrders } from '../config/connector-definitions';
import { type IntegrationConfig, type TenantConfig } from '../config/types';
import { searchAttributes } from '../contracts/search-attributes';
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

/** A Schedule as the configuration wants it. */
export interface WantedSchedule extends SweepKey {
  readonly scheduleId: string;
  readonly everySeconds: number;
  /** What it is for, for whoever finds it in the Web UI. */
  readonly note: string;
  readonly input: SweepWorkflowInput;
  readonly taskQueue: string;
}

/** What {@link provisionSweepSchedules} has done, by Schedule id. */
export interface ProvisionedSchedules {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: readonly string[];
}

/** What the Schedules are made with. */
export interface ProvisionOptions {
  readonly client: Client;
  readonly config: IntegrationConfig;
  /** Another task queue than the engine's own, for tests that must not meet. */
  readonly taskQueue?: string;
}

const SECOND_MS = 1_000;
const CALL_TIMEOUT_MS = 10_000;

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
export function wantedSweepSchedules({ config, taskQueue }: Omit<ProvisionOptions, 'client'>): WantedSchedule[] {
  return config.tenants.flatMap((tenant) =>
    SWEEP_STREAMS.flatMap((stream) => {
      const everySeconds = intervalOf(tenant, stream);
      if (everySeconds === 0) return [];
      const { tenantUid, sweeps } = tenant;
      const { overlapSeconds, firstLookBackHours } = sweeps;
      const { retryLadder } = config;
      return {
        ...{ tenantUid, stream, everySeconds, scheduleId: sweepScheduleId({ tenantUid, stream }) },
        note: `Every ${everySeconds} s: finds ${WHAT[stream]}. Made from the configuration (sweeps); may be paused here.`,
        input: { version: 1, tenantUid, stream, retryLadder, overlapSeconds, firstLookBackHours },
        taskQueue: taskQueue ?? taskQueueOf('exports'),
      };
    }),
  );
}

/**
 * Makes the Schedules of all sweeps what the configuration says: creates those that are missing, changes those that
 * differ, deletes those that nobody configures any more, and leaves the rest alone. One that somebody has paused stays
 * paused, with their note. Safe to call on every start and from several workers at once.
 *
 * @throws ServiceError of the Temporal client
 */
export async function provisionSweepSchedules(options: ProvisionOptions): Promise<ProvisionedSchedules> {
  const { client } = options;
  const wanted = wantedSweepSchedules(options);
  const done = { created: [] as string[], updated: [] as string[], unchanged: [] as string[] };
  for (const schedule of wanted) {
    const what = await within(client, () => ensure(client, schedule));
    done[what].push(schedule.scheduleId);
  }
  const deleted = await deleteOthers(options, wanted);
  return { ...done, deleted };
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

async function ensure(client: Client, wanted: WantedSchedule): Promise<'created' | 'updated' | 'unchanged'> {
  const handle = client.schedule.getHandle(wanted.scheduleId);
  const existing = await describe(handle);
  if (!existing) {
    try {
      await client.schedule.create(optionsOf(wanted));
      return 'created';
    } catch (error) {
      // Another worker of ours was first, with the same configuration.
      if (error instanceof ScheduleAlreadyRunning) return 'unchanged';
      throw error;
    }
  }
  if (isAsWanted(existing, wanted)) return 'unchanged';
  await handle.update(({ state }) => {
    const { spec, action, policies, typedSearchAttributes } = optionsOf(wanted);
    const note = state.paused && state.note ? state.note : wanted.note;
    return {
      spec,
      action,
      ...(policies && { policies }),
      typedSearchAttributes,
      state: { paused: state.paused, note },
    };
  });
  return 'updated';
}

async function describe(handle: ScheduleHandle): Promise<ScheduleDescription | undefined> {
  try {
    return await handle.describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

function optionsOf(wanted: WantedSchedule): ScheduleOptions & { typedSearchAttributes: TypedSearchAttributes } {
  const { scheduleId, tenantUid, stream, everySeconds, note, input, taskQueue } = wanted;
  const ofTenant = new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: tenantUid }]);
  return {
    scheduleId,
    // The offset spreads the sweeps of many tenants over the interval, the same way at every start.
    spec: { intervals: [{ every: everySeconds * SECOND_MS, offset: offsetOf(scheduleId, everySeconds) * SECOND_MS }] },
    policies: {
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: catchupWindowMs(everySeconds),
      pauseOnFailure: false,
    },
    action: {
      ...{ type: 'startWorkflow', workflowType: SWEEP_WORKFLOW, workflowId: scheduleId, args: [input], taskQueue },
      staticSummary: `Sweep ${stream} · ${tenantUid}`,
      typedSearchAttributes: ofTenant,
    },
    state: { note },
    memo: { about: `The net under the webhooks: finds ${WHAT[stream]}` },
    typedSearchAttributes: ofTenant,
  };
}

/** The same number for the same Schedule, from 0 up to the interval. */
function offsetOf(scheduleId: string, everySeconds: number): number {
  let hash = 0;
  for (const character of scheduleId) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash % everySeconds;
}

function isAsWanted({ spec, policies, action, state }: ScheduleDescription, wanted: WantedSchedule): boolean {
  const { scheduleId, everySeconds, input, taskQueue, note } = wanted;
  const [interval, ...others] = spec.intervals ?? [];
  return (
    others.length === 0 &&
    interval?.every === everySeconds * SECOND_MS &&
    interval.offset === offsetOf(scheduleId, everySeconds) * SECOND_MS &&
    policies.overlap === ScheduleOverlapPolicy.SKIP &&
    policies.catchupWindow === catchupWindowMs(everySeconds) &&
    !policies.pauseOnFailure &&
    action.workflowType === SWEEP_WORKFLOW &&
    action.taskQueue === taskQueue &&
    isDeepStrictEqual(action.args, [input]) &&
    (state.paused || state.note === note)
  );
}

/**
 * Deletes sweeps' Schedules that nobody wants any more: streams that were switched off, tenants that left. Only those that
 * work for our task queue are ours. Found by the list, which is some seconds behind, and by name.
 */
async function deleteOthers(options: ProvisionOptions, wanted: readonly WantedSchedule[]): Promise<string[]> {
  const { client, config, taskQueue = taskQueueOf('exports') } = options;
  const wantedIds = new Set(wanted.map(({ scheduleId }) => scheduleId));
  const known = new Set(
    config.tenants
      .flatMap(({ tenantUid }) => SWEEP_STREAMS.map((stream) => ({ tenantUid, stream })))
      .map(sweepScheduleId),
  );
  await within(client, async () => {
    for await (const { scheduleId } of client.schedule.list())
      if (parseSweepScheduleId(scheduleId)) known.add(scheduleId);
  });
  const deleted: string[] = [];
  for (const scheduleId of known) {
    if (wantedIds.has(scheduleId)) continue;
    const handle = client.schedule.getHandle(scheduleId);
    const existing = await within(client, () => describe(handle));
    if (existing?.action.taskQueue !== taskQueue) continue;
    await within(client, () => handle.delete());
    deleted.push(scheduleId);
  }
  return deleted;
}

function within<T>(client: Client, call: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
}
