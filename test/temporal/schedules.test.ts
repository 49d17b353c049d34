import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { IntegrationConfig } from '../../src/config/types';
import { SWEEP_STREAMS } from '../../src/contracts/sweep-messages';
import { wantedSweepSchedules } from '../../src/temporal/sweep-schedules';
import { testConfig } from '../api/test-api';
import { until } from '../support/order-driver';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { devServer } from '../support/temporal-rig';

describe('the sweeps’ Schedules', function () {
  this.timeout(60_000);
  const tenantUid = `t${randomUUID().slice(0, 8)}`;
  let config: IntegrationConfig;
  let rig: SweepRig;

  before(async function () {
    this.timeout(600_000);
    const { address } = await devServer();
    const plain = testConfig({ address, implementations: ['IPurchaseOrderSynchronousExporter'] }, tenantUid);
    config = sweptRarely(withReceipts(plain, true));
    rig = await SweepRig.create({ config, tenantUid });
  });

  after(async () => {
    await rig.stop();
  });

  const idOf = (stream: string): string => `sweep:${tenantUid}:${stream}`;

  it('are made from the configuration, say what they are for, and are left alone by the next start', async () => {
    const ids = SWEEP_STREAMS.map(idOf).sort();
    const first = await rig.provision();
    assert.deepEqual([...first.created].sort(), ids);
    const again = await rig.provision();
    assert.deepEqual([...again.unchanged].sort(), ids);
    assert.deepEqual([again.created, again.updated, again.deleted], [[], [], []]);
    const { spec, policies, state, memo, action } = await rig.schedule('flow-orders').describe();
    assert.equal(spec.intervals?.[0]?.every, 86_400_000);
    assert.equal(policies.overlap, 'SKIP');
    assert.match(state.note ?? '', /Every 86400 s: finds orders that changed at the tills/);
    assert.match(String(memo?.about), /The net under the webhooks/);
    assert.equal(action.workflowType, 'sweepWorkflow');
  });

  it('are made once by several workers that start at the same moment', async () => {
    const results = await Promise.all([rig.provision(), rig.provision(), rig.provision()]);
    assert.equal(results.flatMap(({ deleted }) => deleted).length, 0);
    for (const stream of SWEEP_STREAMS) assert.ok(await rig.schedule(stream).describe());
  });

  it('follow a changed interval, and a paused one stays paused with its note', async () => {
    await rig.schedule('flow-orders').pause('inventory day');
    const changed = sweptRarely(config, { flowOrdersEverySeconds: 3_600, omniumOrdersEverySeconds: 7_200 });
    const { updated } = await rig.provision(changed);
    assert.deepEqual([...updated].sort(), [idOf('flow-orders'), idOf('omnium-orders')]);
    const paused = await rig.schedule('flow-orders').describe();
    assert.equal(paused.spec.intervals?.[0]?.every, 3_600_000);
    assert.deepEqual([paused.state.paused, paused.state.note], [true, 'inventory day']);
    const running = await rig.schedule('omnium-orders').describe();
    assert.equal(running.state.paused, false);
    assert.match(running.state.note ?? '', /^Every 7200 s/);
    const { unchanged } = await rig.provision(changed);
    assert.equal(unchanged.length, SWEEP_STREAMS.length);
    // What a run is started with follows, too.
    const { args } = paused.action;
    assert.deepEqual(args, [
      {
        ...{ version: 1, tenantUid, stream: 'flow-orders', retryLadder: 'one-minute' },
        ...{ overlapSeconds: 2, firstLookBackHours: 1 },
      },
    ]);
  });

  it('go when they are switched off, when receipts are not wanted, and when the tenant leaves', async () => {
    const { deleted } = await rig.provision(sweptRarely(config, { flowCustomersEverySeconds: 0 }));
    assert.deepEqual(deleted, [idOf('flow-customers')]);
    const without = await rig.provision(withReceipts(sweptRarely(config, { flowCustomersEverySeconds: 0 }), false));
    assert.deepEqual(without.deleted, [idOf('flow-receipts')]);
    const rest = await until(async () => {
      const left = await rig.provision({ ...config, tenants: [] });
      return left.deleted.length > 0 ? left.deleted : undefined;
    });
    assert.ok(rest.includes(idOf('flow-orders')));
  });

  it('never belong to a task queue of somebody else', async () => {
    await rig.provision();
    const other = await SweepRig.create({ config: { ...config, tenants: [] }, tenantUid });
    const { deleted } = await other.provision();
    assert.deepEqual(deleted, []);
    assert.ok(await rig.schedule('omnium-orders').describe());
  });

  it('tell of no secret', async () => {
    await rig.provision();
    const { raw } = await rig.schedule('omnium-customers').describe();
    const action = raw.schedule?.action?.startWorkflow;
    const told = JSON.stringify([
      action?.input?.payloads?.map((payload: Payload) => defaultPayloadConverter.fromPayload(payload)),
      raw.schedule?.state?.notes,
    ]);
    for (const tenant of config.tenants) assert.ok(!told.includes(tenant.settings.OMNIUM_CLIENT_SECRET));
    assert.equal(wantedSweepSchedules({ config }).length, SWEEP_STREAMS.length);
  });
});

function withReceipts(config: IntegrationConfig, wanted: boolean): IntegrationConfig {
  const tenants = config.tenants.map((tenant) => ({
    ...tenant,
    settings: { ...tenant.settings, OMNIUM_SEND_ORDER_RECEIPT_TO_OMNIUM: wanted },
  }));
  return { ...config, tenants };
}
