import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createSweepActivities, type SweepActivities } from '../../src/activities/delta/sweep-activities';
import { TenantRegistry } from '../../src/activities/tenants';
import { VendorUnreachableError } from '../../src/clients/errors';
import type { IntegrationConfig } from '../../src/config/types';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { orderKind } from '../../src/contracts/kinds/order';
import type { SweepReport, SweepWorkflowInput } from '../../src/contracts/sweep-messages';
import { testConfig } from '../api/test-api';
import { until } from '../support/order-driver';
import { lastStretch, ScriptedSweep, type StretchScript } from '../support/scripted-sweep';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { devServer, type DevServer } from '../support/temporal-rig';

const unreachable = new VendorUnreachableError({ vendor: 'flow', operation: 'GET orders', isWrite: false }, 'refused');

/** Sweeps on a real server: the vendors are scripted, the watermark and what is told to the orders are not. */
describe('the sweep workflow', function () {
  this.timeout(90_000);
  let server: DevServer;
  const rigs: SweepRig[] = [];
  const registries: TenantRegistry[] = [];

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.stop();
    for (const registry of registries.splice(0)) await registry.close();
  });

  /** A tenant of its own, whose stretches go as scripted. */
  async function sweepOf(
    script?: StretchScript,
    intervals: Parameters<typeof sweptRarely>[1] = {},
  ): Promise<{ rig: SweepRig; scripted: ScriptedSweep; tenantUid: string; config: IntegrationConfig }> {
    const tenantUid = `t${randomUUID().slice(0, 8)}`;
    const config = sweptRarely(testConfig({ address: server.address }, tenantUid), intervals);
    const scripted = new ScriptedSweep(script);
    const tenants = new TenantRegistry(config.tenants);
    registries.push(tenants);
    const real = createSweepActivities({ tenants, publisher: activityPublisher('one-minute', `owners-${tenantUid}`) });
    const play = scripted.activities();
    const activities: SweepActivities = { ...real, sweepStream: (input) => play.sweepStream(input) };
    const rig = await SweepRig.create({ config, tenantUid, activities });
    rigs.push(rig);
    await rig.provision();
    await rig.startWorker();
    return { rig, scripted, tenantUid, config };
  }

  it('looks back as far as configured the first time, and then begins where the last one began to read', async () => {
    const { rig } = await sweepOf();
    const first = await rig.sweep('flow-orders');
    assert.equal(first.since, 'first-look');
    const lookBackMs = Date.parse(first.to) - Date.parse(first.from);
    assert.ok(Math.abs(lookBackMs - (3_600_000 + 2_000)) < 10_000, `${lookBackMs}`);
    const second = await rig.sweep('flow-orders');
    assert.equal(second.since, 'last-sweep');
    assert.equal(Date.parse(second.from), Date.parse(first.to) - 2_000);
  });

  it('keeps its watermark over triggers, a backfill, a pause and a changed Schedule', async () => {
    const { rig, config } = await sweepOf();
    const first = await rig.sweep('flow-orders');
    const schedule = rig.schedule('flow-orders');
    const before = (await schedule.describe()).info.recentActions.length;
    const end = new Date();
    await schedule.backfill({ start: new Date(end.getTime() - 86_400_000), end, overlap: 'ALLOW_ALL' });
    const backfilled = await until(async () => {
      const { recentActions } = (await schedule.describe()).info;
      return recentActions.length > before ? recentActions.at(-1)?.action.workflow.workflowId : undefined;
    });
    const filled = await rig.result(rig.client.workflow.getHandle(backfilled));
    assert.equal(filled.since, 'last-sweep');
    assert.equal(Date.parse(filled.from), Date.parse(first.to) - 2_000);
    await schedule.pause('closed for the holidays');
    await schedule.unpause();
    await rig.provision(sweptRarely(config, { flowOrdersEverySeconds: 40_000 }));
    const after = await rig.sweep('flow-orders');
    assert.equal(Date.parse(after.from), Date.parse(filled.to) - 2_000);
  });

  it('makes up in one run for all ticks while no worker was there', async () => {
    const { rig, scripted } = await sweepOf(undefined, { flowOrdersEverySeconds: 1 });
    await until(async () => (scripted.stretches.length > 1 ? true : undefined));
    await rig.stopWorker();
    const goneAt = Date.now();
    const known = scripted.stretches.length;
    await pause(5_000);
    const backAt = Date.now();
    await rig.startWorker();
    const windows = await until(async () => {
      const after = scripted.stretches.slice(known).map(({ window }) => window);
      return after.some(({ to }) => Date.parse(to) >= backAt) ? after : undefined;
    });
    const [first] = windows;
    assert.ok(first && Date.parse(first.from) <= goneAt, 'it began before the worker went');
    assert.ok(Date.parse(first.to) >= backAt - 1_000, 'and read until it was back');
    const { info } = await rig.schedule('flow-orders').describe();
    assert.ok(info.numActionsSkippedOverlap >= 2, `${info.numActionsSkippedOverlap} ticks were left out`);
  });

  it('leaves the watermark where it is while a vendor is away, says so, and goes on when told', async () => {
    let isDown = false;
    const { rig } = await sweepOf(() => (isDown ? Promise.reject(unreachable) : Promise.resolve(lastStretch())));
    const first = await rig.sweep('flow-orders');
    isDown = true;
    const stuck = await rig.trigger('flow-orders');
    await until(async () => {
      const { typedSearchAttributes } = await stuck.describe();
      return JSON.stringify(typedSearchAttributes).includes('FlowUnavailable') ? true : undefined;
    });
    await stuck.terminate('somebody ended it');
    const second = await rig.trigger('flow-orders');
    await until(async () => {
      const { raw } = await second.describe();
      const pending = raw.pendingActivities?.[0];
      const next = Number(pending?.nextAttemptScheduleTime?.seconds ?? 0) * 1_000;
      if ((pending?.attempt ?? 1) < 2 || next === 0) return undefined;
      assert.ok(next - Date.now() <= 5 * 60_000, 'five minutes at most');
      return true;
    });
    isDown = false;
    await second.executeUpdate(RETRY_NOW_UPDATE);
    const report = await rig.result(second);
    assert.equal(report.failedAttempts, 1);
    assert.equal(Date.parse(report.from), Date.parse(first.to) - 2_000, 'nothing was skipped');
  });

  it('tells the owners what it found, once, however often it is repeated', async () => {
    const { rig, tenantUid } = await sweepOf((_input, count) =>
      Promise.resolve(count === 1 ? { ...lastStretch('NO-1', 'NO-2'), cursor: { page: 1 } } : lastStretch('NO-3')),
    );
    const report = await rig.sweep('flow-orders');
    assert.deepEqual(report.names, ['NO-1', 'NO-2', 'NO-3']);
    assert.equal(report.found, 3);
    assert.equal(report.signalled, 3);
    assert.equal(report.looked, 13);
    for (const orderNumber of report.names) {
      const handle = server.client.workflow.getHandle(orderKind.id({ tenantUid, orderNumber }));
      const { events } = await handle.fetchHistory();
      const signals = events?.filter(({ workflowExecutionSignaledEventAttributes: signal }) => signal) ?? [];
      assert.equal(signals.length, 1);
      const payload = Buffer.from(
        signals[0]?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0]?.data ?? [],
      ).toString();
      assert.match(payload, /"source":"sweep"/);
      assert.match(payload, new RegExp(`"eventId":"sweep:flow-orders:${report.to}:${orderNumber}"`));
      await handle.terminate('end of test');
    }
  });

  it('reads on in the next stretch where the last one ended', async () => {
    const { rig, scripted } = await sweepOf((_input, count) =>
      Promise.resolve(count < 4 ? { ...lastStretch(), cursor: { page: count } } : lastStretch()),
    );
    const report = await rig.sweep('flow-orders');
    assert.deepEqual(
      scripted.stretches.map(({ cursor }) => cursor?.page),
      [undefined, 1, 2, 3],
    );
    assert.equal(report.looked, 20);
    assert.equal(new Set(scripted.stretches.map(({ window }) => window.to)).size, 1, 'one window for all');
  });

  it('looks back from its Schedule’s last actions when Temporal has no completed run', async () => {
    let isDown = true;
    const { rig } = await sweepOf(() => (isDown ? Promise.reject(unreachable) : Promise.resolve(lastStretch())));
    const ended = await rig.trigger('flow-orders');
    const { startTime } = await ended.describe();
    await ended.terminate('somebody ended it');
    isDown = false;
    await pause(2_000);
    const next = await rig.sweep('flow-orders');
    assert.equal(next.since, 'last-action');
    // As far back as the one that was ended would have looked, and not from now.
    assert.ok(Math.abs(Date.parse(next.from) - (startTime.getTime() - 3_602_000)) < 1_500);
  });

  it('goes on in a new run when its history has grown long', async () => {
    const { rig, scripted } = await sweepOf((_input, count) =>
      Promise.resolve(count < 80 ? { ...lastStretch(), cursor: { page: count } } : lastStretch('NO-9')),
    );
    const handle = await rig.trigger('flow-orders');
    const chain = server.client.workflow.getHandle<(input: SweepWorkflowInput) => Promise<SweepReport>>(
      handle.workflowId,
    );
    const report = await rig.result(chain);
    assert.equal(scripted.stretches.length, 80);
    assert.equal(report.looked, 80 * 5 + 1);
    const runs = await server.client.workflow.count(`WorkflowId = "${handle.workflowId}"`);
    assert.ok(runs.count > 1, `${runs.count} runs`);
    assert.equal((await rig.sweep('flow-orders')).since, 'last-sweep', 'a run in parts leaves a watermark, too');
  });
});
