import assert from 'node:assert/strict';
import { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { DeltaActivities } from '../../src/activities/delta';
import { TenantRegistry } from '../../src/activities/tenants';
import { WORKFLOW_BUNDLE_PATH } from '../../src/workers/workflow-bundle';
import { testConfig } from '../api/test-api';
import { cronTicks, nextClockChange } from '../support/cron-ticks';
import { ExportSimulation } from '../support/export-simulation';
import type { SimulatedEvent } from '../support/simulated-month';
import { timeSkipping } from '../support/temporal-rig';

const DAY_MS = 24 * 3_600_000;
const ZONE = 'Europe/Oslo';
const TASK_QUEUE = 'simulated-exports';

/** Schedules as customers have them; the second ticks in the hour that clocks skip or repeat. */
const SCHEDULES = ['15 2,14 * * *', '30 2 * * *', '0 7 * * mon-sat'];

describe('a month of exports, in skipped time', function () {
  this.timeout(120_000);
  let environment: TestWorkflowEnvironment;
  let registry: TenantRegistry;

  before(async function () {
    this.timeout(600_000);
    environment = await timeSkipping();
    registry = new TenantRegistry(testConfig({ address: '127.0.0.1:9' }, 'flow_no').tenants);
  });

  after(async () => {
    await registry.close();
    await environment.teardown();
  });

  it('misses no change, whatever happens, also when the clocks are changed', async () => {
    // Begins and ends at midday: the night when the clocks change is not made up for by half a night more at an end.
    const startMs = nextClockChange(ZONE, (await environment.currentTimeMs()) + 16 * DAY_MS) - 15.5 * DAY_MS;
    const period = { fromMs: startMs, untilMs: startMs + 30 * DAY_MS };
    assert.notEqual(cronTicks('30 2 * * *', ZONE, period).length, 30, 'one night has no half past two, or two');
    await sleepUntil(startMs);
    // Its own client, which does not skip time while it waits.
    const client = new Client({ connection: environment.connection });
    const simulations = SCHEDULES.map(
      (cron, index) =>
        new ExportSimulation({
          ...{ seed: index + 1, client, tenant: registry.get('flow_no'), taskQueue: TASK_QUEUE, ...period },
          ticks: cronTicks(cron, ZONE, period),
        }),
    );
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: TASK_QUEUE,
      workflowBundle: { codePath: WORKFLOW_BUNDLE_PATH },
      activities: activitiesOf(simulations),
      maxConcurrentWorkflowTaskPolls: 2,
      maxConcurrentActivityTaskPolls: 2,
    });
    await worker.runUntil(async () => {
      await play(simulations);
      await Promise.all(simulations.map((simulation) => simulation.finish()));
    });
    for (const { missed, completed, failedAttempts, overwritten, key } of simulations) {
      assert.deepEqual(missed, [], key.marketOrGroup);
      assert.ok(completed > 25, `${completed} runs`);
      assert.ok(failedAttempts > 5, `${failedAttempts} failures`);
      assert.ok(overwritten > 0, 'nothing was overwritten by an attempt that nobody waits for');
    }
  });

  async function sleepUntil(atMs: number): Promise<void> {
    const now = await environment.currentTimeMs();
    if (atMs > now) await environment.sleep(atMs - now);
  }

  /** All tenants at once, event by event. */
  async function play(simulations: readonly ExportSimulation[]): Promise<void> {
    const timeline = new Map<number, { simulation: ExportSimulation; event: SimulatedEvent }[]>();
    for (const simulation of simulations)
      for (const event of simulation.events)
        timeline.set(event.atMs, [...(timeline.get(event.atMs) ?? []), { simulation, event }]);
    for (const atMs of [...timeline.keys()].sort((one, other) => one - other)) {
      await sleepUntil(atMs);
      await Promise.all((timeline.get(atMs) ?? []).map(({ simulation, event }) => simulation.happen(event)));
    }
  }
});

function activitiesOf(simulations: readonly ExportSimulation[]): Partial<DeltaActivities> {
  const of = (marketOrGroup: string): ExportSimulation['activities'] => {
    const simulation = simulations.find(({ key }) => key.marketOrGroup === marketOrGroup);
    if (!simulation) throw new Error(`no simulation ${marketOrGroup}`);
    return simulation.activities;
  };
  return {
    planExport: (input) => of(input.marketOrGroup).planExport(input),
    exportBatch: (input) => of(input.marketOrGroup).exportBatch(input),
    finishExport: (input) => of(input.marketOrGroup).finishExport(input),
  };
}
