import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { until } from './order-driver';

type Schedule = ReturnType<Client['schedule']['getHandle']>;

/** Has a Schedule run now, beside any run of it that is at work, and says which workflow that is. */
export async function triggerNow(schedule: Schedule): Promise<string> {
  const runsOf = async (): Promise<{ workflowId: string; takenAt: Date }[]> =>
    (await schedule.describe()).info.recentActions.map(({ action, takenAt }) => ({ ...action.workflow, takenAt }));
  const before = await runsOf();
  // Ids of runs hold the second they were started in; a second one of the same second would be refused.
  const latest = Math.max(0, ...before.map(({ takenAt }) => takenAt.getTime()));
  await pause(Math.max(latest + 1_100 - Date.now(), 0));
  await schedule.trigger('ALLOW_ALL');
  const known = new Set(before.map(({ workflowId }) => workflowId));
  const run = await until(async () => (await runsOf()).find(({ workflowId }) => !known.has(workflowId)));
  return run.workflowId;
}
