import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  type ScheduleHandle,
  ScheduleNotFoundError,
  type ScheduleOptions,
  type ScheduleOverlapPolicy,
  type ScheduleSpec,
} from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { isDeepStrictEqual } from 'node:util';
import { type IntegrationConfig } from '../config/types';
import { searchAttributes } from '../contracts/search-attributes';

/** When a Schedule starts its runs. */
export type ScheduleTiming =
  | { readonly everySeconds: number }
  /** A cron schedule of five fields, by the clock of a time zone (IANA name). */
  | { readonly cron: string; readonly timezone: string };

/** A Schedule as the configuration wants it. */
export interface WantedSchedule {
  readonly scheduleId: string;
  readonly tenantUid: string;
  readonly timing: ScheduleTiming;
  /** What becomes of a tick while the run before is still at work. */
  readonly overlap: ScheduleOverlapPolicy;
  /** How late a tick may be after an outage of Temporal. */
  readonly catchupWindowMs: number;
  readonly workflowType: string;
  /** The workflow's one argument. */
  readonly input: object;
  readonly taskQueue: string;
  /** What a run is called in the Web UI. */
  readonly summary: string;
  /** What it is for, for whoever finds it in the Web UI. */
  readonly note: string;
  readonly about: string;
}

/** What provisioning has done, by Schedule id. */
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

/** All Schedules of one kind. */
export interface ScheduleFamily {
  readonly wanted: readonly WantedSchedule[];
  /** Whether a Schedule with this id is one of them, wanted or not. */
  readonly holds: (scheduleId: string) => boolean;
  /** Ids that there may be although Temporal's list, which is some seconds behind, does not show them. */
  readonly possibleIds: readonly string[];
  /** Schedules that work for another task queue are somebody else's. */
  readonly taskQueue: string;
}

const SECOND_MS = 1_000;
const CALL_TIMEOUT_MS = 10_000;

/**
 * Makes all Schedules of a kind what the configuration says: creates those that are missing, changes those that
 * differ, deletes those that nobody configures any more, and leaves the rest alone. One that somebody has paused stays
 * paused, with their note. Safe to call on every start and from several workers at once.
 *
 * @throws ServiceError of the Temporal client
 */
export async function provisionFamily(client: Client, family: ScheduleFamily): Promise<ProvisionedSchedules> {
  const done = { created: [] as string[], updated: [] as string[], unchanged: [] as string[] };
  for (const schedule of family.wanted) {
    const what = await within(client, () => ensure(client, schedule));
    done[what].push(schedule.scheduleId);
  }
  const deleted = await deleteOthers(client, family);
  return { ...done, deleted };
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
  const { scheduleId, tenantUid, workflowType, input, taskQueue, overlap, catchupWindowMs, note, about } = wanted;
  const ofTenant = new TypedSearchAttributes([{ key: searchAttributes.tenantUid, value: tenantUid }]);
  return {
    scheduleId,
    spec: specOf(wanted),
    policies: { overlap, catchupWindow: catchupWindowMs, pauseOnFailure: false },
    action: {
      ...{ type: 'startWorkflow', workflowType, workflowId: scheduleId, args: [input], taskQueue },
      staticSummary: wanted.summary,
      typedSearchAttributes: ofTenant,
    },
    state: { note },
    memo: { about },
    typedSearchAttributes: ofTenant,
  };
}

function specOf({ scheduleId, timing }: WantedSchedule): ScheduleSpec {
  if ('cron' in timing) {
    // Temporal keeps the times of a cron expression and not its text, which is found again in the comment.
    return { cronExpressions: [`${timing.cron} # ${timing.cron}`], timezone: timing.timezone };
  }
  const { everySeconds } = timing;
  // The offset spreads the Schedules of many tenants over the interval, the same way at every start.
  return { intervals: [{ every: everySeconds * SECOND_MS, offset: offsetOf(scheduleId, everySeconds) * SECOND_MS }] };
}

/** The same number for the same Schedule, from 0 up to the interval. */
function offsetOf(scheduleId: string, everySeconds: number): number {
  let hash = 0;
  for (const character of scheduleId) hash = (hash * 31 + character.charCodeAt(0)) % 1_000_003;
  return hash % everySeconds;
}

function isAsWanted({ spec, policies, action, state }: ScheduleDescription, wanted: WantedSchedule): boolean {
  return (
    isTimedAs(spec, wanted) &&
    policies.overlap === wanted.overlap &&
    policies.catchupWindow === wanted.catchupWindowMs &&
    !policies.pauseOnFailure &&
    action.workflowType === wanted.workflowType &&
    action.taskQueue === wanted.taskQueue &&
    isDeepStrictEqual(action.args, [wanted.input]) &&
    (state.paused || state.note === wanted.note)
  );
}

function isTimedAs(spec: ScheduleDescription['spec'], { scheduleId, timing }: WantedSchedule): boolean {
  const { intervals = [], calendars = [] } = spec;
  if ('cron' in timing) {
    const [calendar, ...others] = calendars;
    const isOne = calendar !== undefined && others.length === 0 && intervals.length === 0;
    return isOne && calendar.comment === timing.cron && spec.timezone === timing.timezone;
  }
  const { everySeconds } = timing;
  const [interval, ...others] = intervals;
  const offsetMs = offsetOf(scheduleId, everySeconds) * SECOND_MS;
  const isOne = interval !== undefined && others.length === 0 && calendars.length === 0;
  return isOne && interval.every === everySeconds * SECOND_MS && interval.offset === offsetMs;
}

/**
 * Deletes the kind's Schedules that nobody wants any more: what was switched off, tenants that left. Only those that
 * work for our task queue are ours. Found by the list, which is some seconds behind, and by name.
 */
async function deleteOthers(client: Client, family: ScheduleFamily): Promise<string[]> {
  const wantedIds = new Set(family.wanted.map(({ scheduleId }) => scheduleId));
  const known = new Set(family.possibleIds);
  await within(client, async () => {
    for await (const { scheduleId } of client.schedule.list()) if (family.holds(scheduleId)) known.add(scheduleId);
  });
  const deleted: string[] = [];
  for (const scheduleId of known) {
    if (wantedIds.has(scheduleId)) continue;
    const handle = client.schedule.getHandle(scheduleId);
    const existing = await within(client, () => describe(handle));
    if (existing?.action.taskQueue !== family.taskQueue) continue;
    await within(client, () => handle.delete());
    deleted.push(scheduleId);
  }
  return deleted;
}

function within<T>(client: Client, call: () => Promise<T>): Promise<T> {
  return client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, call);
}
