import { isDeepStrictEqual } from 'node:util';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { exportScopesOf } from '../config/connector';
import { type IntegrationConfig, type TenantConfig } from '../config/types';
import {
  EXPORT_MEMO,
  EXPORT_WORKFLOW,
  exportScheduleId,
  type ExportKey,
  type ExportSummary,
  type ExportWorkflowInput,
} from '../contracts/exports';
import { searchAttributes } from '../contracts/search-attributes';
import { EXPORT_STREAMS, EXPORTS, type ExportStream } from '../contracts/streams';
import { DEPLOYMENT_MEMO } from '../contracts/sweeps';
import { BATCH_TASK_QUEUE, taskQueueOf } from '../contracts/task-queues';

/** The Schedule of an export, as the configuration wants it. */
export interface ExportSchedule extends ExportKey {
  readonly scheduleId: string;
  /** Five fields, by the clock of the time zone (IANA name). */
  readonly cron: string;
  readonly timezone: string;
  readonly input: ExportWorkflowInput;
  readonly taskQueue: string;
}

const HOUR_MS = 3_600_000;
const CALL_TIMEOUT_MS = 10_000;

/** Runs of many tenants with the same cron expression are spread by so much (Temporal's own advice). */
const JITTER_MS = 30_000;

/**
 * The Schedules that a configuration asks for: one per tenant, market (or market group) and scheduled task that is not
 * disabled and whose implementation is among the connector's. Products are also exported where no task names them: the
 * configuration fills that in.
 *
 * @param taskQueue another one than the engine's own, for tests that must not meet
 */
export function exportSchedules(config: IntegrationConfig, taskQueue?: string): ExportSchedule[] {
  return config.tenants.flatMap((tenant) =>
    EXPORT_STREAMS.flatMap((stream) => {
      const { tenantUid, timezone, sweeps, connector } = tenant;
      const { task, implementation } = EXPORTS[stream];
      const scheduled = connector.scheduledTasks.find(
        ({ implementationType, isDisabled }) => implementationType === task && !isDisabled,
      );
      if (!scheduled || !connector.implementations.includes(implementation)) return [];
      return scopesOf(tenant, stream).map((marketOrGroup): ExportSchedule => {
        const key = { tenantUid, marketOrGroup, stream };
        return {
          ...{ ...key, scheduleId: exportScheduleId(key), cron: scheduled.schedule.trim(), timezone },
          input: {
            ...{ ...key, retryLadder: config.retryLadder, overlapSeconds: sweeps.overlapSeconds },
            ...(taskQueue === undefined && { batchTaskQueue: BATCH_TASK_QUEUE }),
          },
          taskQueue: taskQueue ?? taskQueueOf('exports'),
        };
      });
    }),
  );
}

/** Categories go only where a market asks for them. */
function scopesOf(tenant: TenantConfig, stream: ExportStream): string[] {
  return exportScopesOf(tenant)
    .filter(
      ({ markets }) => stream !== 'categories' || markets.some(({ properties }) => properties.SyncCategoriesToFlow),
    )
    .map(({ marketOrGroup }) => marketOrGroup);
}

/**
 * Makes a Schedule what the configuration says. One that is paused stays paused, with its note. Safe to call on every start
 * and from several workers at once.
 *
 * @throws ServiceError of the Temporal client
 */
export async function ensureSchedule(
  client: Client,
  schedule: ExportSchedule,
  deployment: string,
): Promise<'created' | 'updated' | 'unchanged'> {
  const options = optionsOf(schedule, deployment);
  const { spec, action, policies, state: wantedState, typedSearchAttributes } = options;
  const existing = await describeSchedule(client, schedule.scheduleId);
  if (!existing) {
    try {
      await within(client, () => client.schedule.create(options));
      return 'created';
    } catch (error) {
      // Another worker of ours was first, with the same configuration.
      if (error instanceof ScheduleAlreadyRunning) return 'unchanged';
      throw error;
    }
  }
  if (isAsWanted(existing, schedule, options)) return 'unchanged';
  await within(client, () =>
    client.schedule.getHandle(schedule.scheduleId).update(({ state }) => ({
      ...{ spec, action, policies, typedSearchAttributes },
      state: { paused: state.paused, note: state.paused && state.note ? state.note : wantedState.note },
    })),
  );
  return 'updated';
}

function optionsOf({ tenantUid, marketOrGroup, stream, ...schedule }: ExportSchedule, deployment: string) {
  const { scheduleId, cron, timezone, input, taskQueue } = schedule;
  const { task, what, catchupHours } = EXPORTS[stream];
  const ofTenant = new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: tenantUid }]);
  return {
    scheduleId,
    // Temporal keeps the times of a cron expression and not its text, which is found again in the comment.
    spec: { cronExpressions: [`${cron} # ${cron}`], timezone, jitter: JITTER_MS },
    policies: {
      // A tick that falls into a run starts right after it, so that no change waits for longer than an interval and a run.
      // There is no limit to how long a run may take: a first export that is cut off would never end.
      overlap: ScheduleOverlapPolicy.BUFFER_ONE,
      catchupWindow: catchupHours * HOUR_MS,
      pauseOnFailure: false,
    },
    action: {
      ...{ type: 'startWorkflow', workflowType: EXPORT_WORKFLOW, workflowId: scheduleId, args: [input], taskQueue },
      memo: { [DEPLOYMENT_MEMO]: deployment },
      staticSummary: `Export ${stream} · ${tenantUid} ${marketOrGroup}`,
      typedSearchAttributes: ofTenant,
    },
    state: {
      note: `${cron} (${timezone}): exports ${what}. Made from the configuration (${task}); may be paused here.`,
    },
    memo: { about: `${task}: exports ${what}` },
    typedSearchAttributes: ofTenant,
  } satisfies ScheduleOptions;
}

function isAsWanted(
  { spec, policies, action, state }: ScheduleDescription,
  { cron, timezone, input, taskQueue }: ExportSchedule,
  wanted: ReturnType<typeof optionsOf>,
): boolean {
  const { intervals = [], calendars = [] } = spec;
  const [calendar, ...others] = calendars;
  return (
    calendar?.comment === cron &&
    others.length + intervals.length === 0 &&
    spec.timezone === timezone &&
    spec.jitter === JITTER_MS &&
    policies.overlap === wanted.policies.overlap &&
    policies.catchupWindow === wanted.policies.catchupWindow &&
    !policies.pauseOnFailure &&
    action.workflowType === EXPORT_WORKFLOW &&
    action.taskQueue === taskQueue &&
    isDeepStrictEqual(action.args, [input]) &&
    action.memo?.[DEPLOYMENT_MEMO] === wanted.action.memo[DEPLOYMENT_MEMO] &&
    (state.paused || state.note === wanted.state.note)
  );
}

/** Ids of Schedules of exports that exist, as far as Temporal's list, which is some seconds behind, shows them. */
export async function listExportSchedules(client: Client): Promise<string[]> {
  const ids: string[] = [];
  await within(client, async () => {
    for await (const { scheduleId } of client.schedule.list())
      if (scheduleId.startsWith('export:')) ids.push(scheduleId);
  });
  return ids;
}

/** Deletes a Schedule that this deployment has made; another deployment's is its own business. */
export async function deleteOwnSchedule(
  client: Client,
  scheduleId: string,
  { deployment, taskQueue }: { readonly deployment: string; readonly taskQueue: string },
): Promise<boolean> {
  const existing = await describeSchedule(client, scheduleId);
  const isOurs = existing?.action.memo?.[DEPLOYMENT_MEMO] === deployment && existing.action.taskQueue === taskQueue;
  if (!isOurs) return false;
  try {
    await within(client, () => client.schedule.getHandle(scheduleId).delete());
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/** A Schedule as it is; `undefined` when there is none. */
export async function describeSchedule(client: Client, scheduleId: string): Promise<ScheduleDescription | undefined> {
  try {
    return await within(client, () => client.schedule.getHandle(scheduleId).describe());
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return undefined;
    throw error;
  }
}

/** A run of an export, as the server's index knows it (about a second behind). */
export interface ExportRun {
  readonly workflowId: string;
  /** Temporal's own word, e.g. `RUNNING` or `COMPLETED`. */
  readonly execution: string;
  readonly startedAt: Date;
  readonly closedAt: Date | undefined;
  /** Of a completed run. */
  readonly summary: ExportSummary | undefined;
}

/** Runs of an export, also those beside its Schedule: those that are not over, then the one that closed last. */
export async function listExportRuns(client: Client, key: ExportKey, limit: number): Promise<ExportRun[]> {
  const prefix = `${exportScheduleId(key)}-`.replace(/[\\']/g, (character) => `\\${character}`);
  return await within(client, async () => {
    const runs: ExportRun[] = [];
    for await (const run of client.workflow.list({ query: `WorkflowId STARTS_WITH '${prefix}'`, pageSize: limit })) {
      const { workflowId, status, startTime: startedAt, closeTime: closedAt, memo = {} } = run;
      const summary = isSummary(memo[EXPORT_MEMO]) ? memo[EXPORT_MEMO] : undefined;
      runs.push({ workflowId, execution: status.name, startedAt, closedAt, summary });
      if (runs.length >= limit) break;
    }
    return runs;
  });
}

function isSummary(value: unknown): value is ExportSummary {
  return typeof value === 'object' && value !== null && 'to' in value && 'compared' in value;
}

function within<T>(client: Client, call: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
}
