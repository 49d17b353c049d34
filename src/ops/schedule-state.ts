import { type ScheduleDescription } from '@temporalio/client';
import { type IndexedRun, RunIndex } from '../temporal/run-index';
import { type OpsContext } from './context';
import { duration } from './entity-text';

/** Everything `schedules --json` says about one Schedule, whatever it starts. */
export interface ScheduleState<Summary> {
  readonly scheduleId: string;
  /** `missing`: configured, but no worker has made it yet. */
  readonly state: 'active' | 'paused' | 'running' | 'missing';
  /** What stands beside it in Temporal, e.g. why it was paused. */
  readonly note?: string;
  readonly nextAt?: string;
  /** Ticks that were left out because the run before was still at work: a few are no harm, as the next one reads on. */
  readonly skippedTicks?: number;
  /** Ticks that were missed while Temporal was away. */
  readonly missedTicks?: number;
  readonly runningSince?: string;
  readonly last?: LastRun<Summary>;
}

/** The run that ended last. */
export interface LastRun<Summary> {
  readonly startedAt: string;
  readonly durationMs?: number;
  readonly execution: string;
  readonly summary?: Summary;
}

const SECOND_MS = 1_000;

/** A Schedule of Temporal's and its runs; `undefined` when there is none. */
export async function readScheduleState<Summary>(
  { temporal }: OpsContext,
  scheduleId: string,
  runsOf: () => Promise<readonly IndexedRun<Summary>[]>,
): Promise<{ readonly state: ScheduleState<Summary>; readonly description: ScheduleDescription } | undefined> {
  const description = await new RunIndex(temporal.client).schedule(scheduleId);
  if (!description) return undefined;
  const { state, info } = description;
  const runs = await runsOf();
  const running = runs.find(({ execution }) => execution === 'RUNNING');
  const over = runs.find(({ execution }) => execution !== 'RUNNING');
  const [nextAt] = info.nextActionTimes;
  return {
    description,
    state: {
      scheduleId,
      state: state.paused ? 'paused' : running ? 'running' : 'active',
      ...(state.note && { note: state.note }),
      ...(nextAt && !state.paused && { nextAt: nextAt.toISOString() }),
      skippedTicks: info.numActionsSkippedOverlap,
      missedTicks: info.numActionsMissedCatchupWindow,
      ...(running && { runningSince: running.startedAt.toISOString() }),
      ...(over && { last: lastOf(over) }),
    },
  };
}

function lastOf<Summary>({ startedAt, closedAt, execution, summary }: IndexedRun<Summary>): LastRun<Summary> {
  return {
    startedAt: startedAt.toISOString(),
    ...(closedAt && { durationMs: closedAt.getTime() - startedAt.getTime() }),
    execution,
    ...(summary && { summary }),
  };
}

/** What can be said of every Schedule in a table: state, next and last run, how long that took, ticks left out. */
export function stateCells(
  { state, nextAt, last, skippedTicks = 0, missedTicks = 0 }: ScheduleState<unknown>,
  now: Date,
): Readonly<Record<'state' | 'next' | 'last' | 'took' | 'skipped', string>> {
  const away = (iso: string): string => brief(Math.abs(new Date(iso).getTime() - now.getTime()));
  const ending = last && last.execution !== 'COMPLETED' ? ` (${last.execution.toLowerCase()})` : '';
  return {
    state,
    next: nextAt === undefined ? '-' : `in ${away(nextAt)}`,
    last: last ? `${away(last.startedAt)} ago${ending}` : '-',
    took: last?.durationMs === undefined ? '-' : brief(Math.max(last.durationMs, SECOND_MS)),
    skipped: String(skippedTicks + missedTicks),
  };
}

/** What is to be said of a Schedule below the table: why it is paused, or that nobody has made it. */
export function stateNotes({ scheduleId, state, note }: ScheduleState<unknown>): string[] {
  if (state === 'paused') return ['', `${scheduleId} is paused: ${note ?? 'no reason was given'}`];
  if (state === 'missing') return ['', `${scheduleId} is not there yet: is a worker running? npm run worker`];
  return [];
}

/** A number of a summary, when there is one. */
export function counted(count: number | undefined): string {
  return count === undefined ? '-' : String(count);
}

/** A length of time in its largest unit: the tables have many columns. */
export function brief(milliseconds: number): string {
  return duration(milliseconds).split(' ').slice(0, 2).join(' ');
}
