import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IntegrationConfig } from '../../src/config/types';
import { exportSchedules } from '../../src/temporal/schedules';
import { sweepWorkflowId } from '../../src/contracts/sweeps';
import { provision, type Provisioned } from '../../src/workers/provision-schedules';
import { testConfig } from '../api/test-api';
import { ExportRig, withInventoryExport } from '../support/export-rig';
import { until } from '../support/order-driver';
import { devServer } from '../support/temporal-rig';

describe('the exports’ Schedules', function () {
  this.timeout(60_000);
  let tenantUid: string;
  let config: IntegrationConfig;
  let rig: ExportRig;

  beforeEach(async function () {
    this.timeout(600_000);
    const { address } = await devServer();
    tenantUid = `t${randomUUID().slice(0, 8)}`;
    config = withInventoryExport(testConfig({ address }, tenantUid), '*/30 6-22 * * mon-sat');
    rig = await ExportRig.create({ config, tenantUid });
  });

  afterEach(async () => {
    await rig.stop();
    await rig.client.workflow
      .getHandle(sweepWorkflowId(tenantUid))
      .terminate('end of test')
      .catch(() => undefined);
  });

  /** As a worker of a deployment does at its start. */
  const start = (changed = config, deployment = 'first'): Promise<Provisioned> =>
    provision(rig.client, changed, deployment, rig.taskQueue);

  const idOf = (market: string): string => `export:${tenantUid}:${market}:inventory`;

  it('are made of the vendor’s JSON, by the clock of the tenant, and are left alone by the next start', async () => {
    assert.deepEqual((await start()).created, [idOf('NOR')]);
    const { created, updated, deleted, unchanged } = await start();
    assert.deepEqual([created, updated, deleted, unchanged], [[], [], [], [idOf('NOR')]]);
    const { spec, policies, state, memo, action, info } = await rig.schedule().describe();
    assert.equal(spec.timezone, 'Europe/Oslo');
    const hours = info.nextActionTimes.map((time) => localHour(time));
    assert.ok(hours.length > 0 && hours.every((hour) => hour >= 6 && hour <= 22), `${hours.join(' ')} o’clock in Oslo`);
    // Runs of many tenants are spread by half a minute.
    assert.ok(info.nextActionTimes.every((time) => time.getUTCMinutes() % 30 === 0));
    assert.equal(spec.jitter, 30_000);
    assert.equal(policies.overlap, 'BUFFER_ONE');
    assert.equal(policies.catchupWindow, 86_400_000);
    assert.match(state.note ?? '', /^\*\/30 6-22 \* \* mon-sat \(Europe\/Oslo\): exports stock levels/);
    assert.match(String(memo?.about), /^FlowInventoryScheduledTask: exports stock levels/);
    assert.equal(action.workflowType, 'exportWorkflow');
    const key = { tenantUid, marketOrGroup: 'NOR', stream: 'inventory' };
    assert.deepEqual(action.args, [{ ...key, retryLadder: 'one-minute', overlapSeconds: 2 }]);
  });

  it('are one per market group where markets share the tenant, and one per market where they do not', () => {
    const [tenant] = config.tenants;
    assert.ok(tenant);
    const [nor] = tenant.markets;
    assert.ok(nor);
    const markets = [
      { ...nor, marketGroupId: 'nordic' },
      { ...nor, marketId: 'SVA', marketGroupId: 'nordic' },
    ];
    const marketsOf = (shares: boolean): string[] => {
      const properties = { ...tenant.connector.properties, UseMarketGroupFlowTenants: shares };
      const changed = { ...tenant, markets, connector: { ...tenant.connector, properties } };
      return exportSchedules({ ...config, tenants: [changed] }).map((one) => one.marketOrGroup);
    };
    assert.deepEqual(marketsOf(true), ['nordic']);
    assert.deepEqual(marketsOf(false), ['NOR', 'SVA']);
  });

  it('follow a changed schedule and time zone, and a paused one stays paused with its note', async () => {
    await start();
    await rig.schedule().pause('inventory day');
    assert.deepEqual((await start(withInventoryExport(config, '15 2 * * *'))).updated, [idOf('NOR')]);
    const paused = await rig.schedule().describe();
    assert.deepEqual([paused.state.paused, paused.state.note], [true, 'inventory day']);
    assert.deepEqual(paused.spec.calendars?.[0]?.minute, [{ start: 15, end: 15, step: 1 }]);
    await rig.schedule().unpause();
    const elsewhere = withInventoryExport(config, '15 2 * * *');
    const tenants = elsewhere.tenants.map((tenant) => ({ ...tenant, timezone: 'Europe/Helsinki' }));
    assert.deepEqual((await start({ ...elsewhere, tenants })).updated, [idOf('NOR')]);
    const { spec, state } = await rig.schedule().describe();
    assert.equal(spec.timezone, 'Europe/Helsinki');
    assert.deepEqual([state.paused, state.note?.split(':')[0]], [false, '15 2 * * * (Europe/Helsinki)']);
  });

  it('go when the task is disabled, when nothing is to be exported, and when the tenant leaves', async () => {
    await start();
    const disabled = withInventoryExport(config, '*/30 * * * *', { isDisabled: true });
    assert.deepEqual((await start(disabled)).deleted, [idOf('NOR')]);
    await start();
    const without = config.tenants.map((tenant) => ({
      ...tenant,
      connector: { ...tenant.connector, implementations: [] },
    }));
    assert.deepEqual((await start({ ...config, tenants: without })).deleted, [idOf('NOR')]);
    assert.deepEqual((await start({ ...config, tenants: [] })).created, []);
  });

  it('are left alone by another deployment in the same namespace, until it has the tenant itself', async () => {
    await start();
    const other = `t${randomUUID().slice(0, 8)}`;
    const tenants = config.tenants.map((tenant) => ({ ...tenant, tenantUid: other }));
    const second = await start({ ...config, tenants }, 'second');
    try {
      assert.deepEqual([second.created, second.deleted], [[`export:${other}:NOR:inventory`], []]);
      assert.ok(await rig.schedule().describe());
      assert.deepEqual((await start()).deleted, [], 'nor does the first one delete those of the second');
      assert.deepEqual((await start(config, 'second')).updated, [idOf('NOR')], 'it takes over with the tenant');
      assert.deepEqual((await start({ ...config, tenants: [] }, 'first')).deleted, []);
    } finally {
      // The second one has deleted it, once it had the first one's tenant instead.
      await rig.client.schedule
        .getHandle(`export:${other}:NOR:inventory`)
        .delete()
        .catch(() => undefined);
      await rig.client.workflow.getHandle(sweepWorkflowId(other)).terminate('end of test');
    }
  });

  it('and sweeps of a tenant that has left are switched off by its own deployment, and keep what they know', async () => {
    const sweepOf = async (): Promise<boolean> => {
      const { events } = await rig.client.workflow.getHandle(sweepWorkflowId(tenantUid)).fetchHistory();
      return (events ?? []).some(({ workflowExecutionSignaledEventAttributes: signal }) =>
        Buffer.from(signal?.input?.payloads?.[0]?.data ?? [])
          .toString()
          .includes('"every":{}'),
      );
    };
    await start();
    await rig.startWorker();
    await until(async () => {
      const { memo } = await rig.client.workflow.getHandle(sweepWorkflowId(tenantUid)).describe();
      return memo?.deployment === 'first' ? true : undefined;
    });
    await start({ ...config, tenants: [] }, 'second');
    assert.equal(await sweepOf(), false);
    await until(async () => {
      await start({ ...config, tenants: [] }, 'first');
      return (await sweepOf()) ? true : undefined;
    });
  });
});

function localHour(time: Date): number {
  return Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Oslo', hour: '2-digit' }).format(time));
}
