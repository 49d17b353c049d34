import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createDeltaActivities } from '../../src/activities/delta';
import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import { ownersOf } from '../../src/activities/delta/sweep-run';
import { TenantRegistry } from '../../src/activities/tenants';
import type { IntegrationConfig } from '../../src/config/types';
import type { GivenUpNotice } from '../../src/contracts/entity-sync';
import { orderKind } from '../../src/contracts/kinds/order';
import { stockKind } from '../../src/contracts/kinds/stock';
import { GIVEN_UP_SIGNAL, type SweepLookResult } from '../../src/contracts/sweeps';
import { testConfig } from '../api/test-api';
import { until } from '../support/order-driver';
import { looked, ScriptedSweep, type LookScript } from '../support/scripted-sweep';
import { SweepRig, sweptRarely } from '../support/sweep-rig';
import { devServer, type DevServer } from '../support/temporal-rig';

const ORDERS = 'flow-orders';
const away = (result: SweepLookResult): SweepLookResult => ({
  ...result,
  cursor: { page: 1 },
  failure: { failureType: 'FlowUnavailable', message: 'flow: GET orders: refused' },
});

/** Sweeps on a real server: what the vendors say is scripted, the watermark and what the owners hear of are not. */
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

  /** A tenant of its own, whose looks go as scripted. By default only the tills' orders are swept. */
  async function sweepOf(
    script?: LookScript,
    intervals: Parameters<typeof sweptRarely>[1] = {},
  ): Promise<{ rig: SweepRig; scripted: ScriptedSweep; tenantUid: string; config: IntegrationConfig }> {
    const tenantUid = `t${randomUUID().slice(0, 8)}`;
    const off = {
      ...{ omniumOrdersEverySeconds: 0, omniumCustomersEverySeconds: 0, flowCustomersEverySeconds: 0 },
      ...{ flowReceiptsEverySeconds: 0, flowReceivementsEverySeconds: 0, flowStockEverySeconds: 0 },
      ...{ omniumPurchaseOrdersEverySeconds: 0, flowErasuresEverySeconds: 0 },
    };
    const config = sweptRarely(testConfig({ address: server.address }, tenantUid), { ...off, ...intervals });
    const scripted = new ScriptedSweep(script);
    const tenants = new TenantRegistry(config.tenants);
    registries.push(tenants);
    const real = createDeltaActivities(tenants, activityPublisher('one-minute', `owners-${tenantUid}`));
    const play = scripted.activities();
    const activities = { ...real, lookForChanges: play.lookForChanges };
    const rig = await SweepRig.create({ config, tenantUid, activities });
    rigs.push(rig);
    await rig.provision();
    await rig.startWorker();
    return { rig, scripted, tenantUid, config };
  }

  it('looks back as far as configured the first time, and then begins where the last one began to read', async () => {
    const { rig } = await sweepOf();
    const first = await until(async () => (await rig.state()).streams[ORDERS]?.last);
    assert.equal(first.since, 'first-look');
    const lookBackMs = Date.parse(first.to) - Date.parse(first.from);
    assert.ok(Math.abs(lookBackMs - (3_600_000 + 2_000)) < 10_000, `${lookBackMs}`);
    const second = await rig.sweep(ORDERS);
    assert.equal(second.since, 'last-sweep');
    assert.equal(Date.parse(second.from), Date.parse(first.to) - 2_000);
  });

  it('looks by itself, in one activity through all streams that are due', async () => {
    const { scripted } = await sweepOf(undefined, { flowOrdersEverySeconds: 1, omniumOrdersEverySeconds: 1 });
    await until(async () => (scripted.looks.length >= 3 ? true : undefined));
    for (const { streams } of scripted.looks.slice(0, 3)) {
      assert.deepEqual(streams.map(({ stream }) => stream).sort(), ['flow-orders', 'omnium-orders']);
    }
  });

  it('keeps its watermark over a restart with another interval, and while it is switched off', async () => {
    const { rig, config } = await sweepOf();
    const first = await rig.sweep(ORDERS);
    await rig.provision(sweptRarely(config, { flowOrdersEverySeconds: 0 }));
    await until(async () => ((await rig.state()).settings.every[ORDERS] === undefined ? true : undefined));
    await assert.rejects(rig.askFor(ORDERS), (error: Error) => /switches flow-orders off/.test(String(error.cause)));
    await rig.provision(sweptRarely(config, { flowOrdersEverySeconds: 40_000 }));
    const after = await rig.sweep(ORDERS);
    assert.equal(Date.parse(after.from), Date.parse(first.to) - 2_000);
  });

  it('makes up in one look for all that were missed while no worker was there', async () => {
    const { rig, scripted } = await sweepOf(undefined, { flowOrdersEverySeconds: 1 });
    await until(async () => (scripted.looks.length > 1 ? true : undefined));
    await rig.stopWorker();
    const goneAt = Date.now();
    const known = scripted.looks.length;
    await pause(3_000);
    const backAt = Date.now();
    await rig.startWorker();
    const [first] = await until(async () => {
      const after = scripted.looks.slice(known).flatMap(({ streams }) => streams);
      return after.some(({ window }) => Date.parse(window.to) >= backAt - 1_000) ? after : undefined;
    });
    assert.ok(first && Date.parse(first.window.from) <= goneAt, 'it began before the worker went');
  });

  it('leaves the watermark where it is while a vendor is away, says so, and goes on when asked', async () => {
    let isDown = false;
    const { rig, scripted } = await sweepOf(({ streams }) =>
      Promise.resolve(streams.map(({ stream }) => (isDown ? away(looked(stream)) : looked(stream)))),
    );
    const first = await rig.sweep(ORDERS);
    isDown = true;
    await rig.askFor(ORDERS);
    const waiting = await until(async () => {
      const checkpoint = (await rig.state()).streams[ORDERS];
      return checkpoint?.failure ? checkpoint : undefined;
    });
    assert.equal(waiting.watermark, first.to);
    assert.ok(Date.parse(waiting.dueAt) - Date.now() <= 5 * 60_000, 'five minutes at most');
    await until(async () => {
      const { typedSearchAttributes } = await rig.handle().describe();
      return JSON.stringify(typedSearchAttributes).includes('FlowUnavailable') ? true : undefined;
    });
    isDown = false;
    const report = await rig.report(ORDERS, await rig.askFor(ORDERS));
    const [resumed, asked] = scripted.looks.slice(-2).map(({ streams }) => streams[0]);
    assert.deepEqual(resumed?.cursor, { page: 1 }, 'it went on where it was');
    assert.equal(Date.parse(resumed.window.from), Date.parse(first.to) - 2_000, 'nothing was skipped');
    // What was under way began before the operator asked, so it is not yet the look that was asked for.
    assert.equal(asked?.window.isAsked, true);
    assert.equal(asked.window.to, report.to);
    assert.equal(report.failedAttempts, 0);
    assert.equal(Date.parse(report.from), Date.parse(resumed.window.to) - 2_000);
  });

  it('tries at once when asked while it waits, and counts the attempts that failed', async () => {
    let failures = 0;
    const { rig } = await sweepOf(({ streams }) =>
      Promise.resolve(
        streams.map(({ stream, window }) => {
          if (window.isAsked !== true || failures === 2) return looked(stream);
          failures += 1;
          return { ...away(looked(stream)), failure: { failureType: 'FlowUnavailable', message: 'refused' } } as const;
        }),
      ),
    );
    await rig.askFor(ORDERS);
    await until(async () => (failures === 1 ? true : undefined));
    await until(async () => ((await rig.state()).streams[ORDERS]?.failure ? true : undefined));
    await rig.askFor(ORDERS);
    await until(async () => ((await rig.state()).streams[ORDERS]?.failure?.attempts === 2 ? true : undefined));
    assert.equal(failures, 2);
  });

  it('lets a vendor that is away keep only its own streams waiting', async () => {
    const { rig } = await sweepOf(
      ({ streams }) =>
        Promise.resolve(streams.map(({ stream }) => (stream === ORDERS ? away(looked(stream)) : looked(stream)))),
      { omniumOrdersEverySeconds: 1 },
    );
    const first = await until(async () => (await rig.state()).streams['omnium-orders']?.last);
    await until(async () => {
      const { streams } = await rig.state();
      return streams[ORDERS]?.failure && streams['omnium-orders']?.last?.to !== first.to ? true : undefined;
    });
  });

  it('notifies the owners of what it found, once, however often it is repeated', async () => {
    const { rig, tenantUid } = await sweepOf(({ streams }, count) =>
      Promise.resolve(
        streams.map(({ stream }) =>
          count === 1 ? { ...looked(stream, 'NO-1', 'NO-2'), cursor: { page: 1 } } : looked(stream, 'NO-3'),
        ),
      ),
    );
    const report = await until(async () => (await rig.state()).streams[ORDERS]?.last);
    assert.deepEqual(report.names, ['NO-1', 'NO-2', 'NO-3']);
    assert.deepEqual([report.found, report.published, report.looked], [3, 3, 13]);
    for (const orderNumber of report.names) {
      const handle = server.client.workflow.getHandle(orderKind.id({ tenantUid, orderNumber }));
      const { events } = await handle.fetchHistory();
      const signals = events?.filter(({ workflowExecutionSignaledEventAttributes: signal }) => signal) ?? [];
      assert.equal(signals.length, 1);
      const payload = Buffer.from(
        signals[0]?.workflowExecutionSignaledEventAttributes?.input?.payloads?.[0]?.data ?? [],
      ).toString();
      assert.match(payload, /"source":"sweep"/);
      assert.match(payload, new RegExp(`"eventId":"Sweep flow-orders:${report.to}:${orderNumber}"`));
      await handle.terminate('end of test');
    }
  });

  it('reads on where the last look ended, with one window for all', async () => {
    const { rig, scripted } = await sweepOf(({ streams }, count) =>
      Promise.resolve(
        streams.map(({ stream }) => (count < 4 ? { ...looked(stream), cursor: { page: count } } : looked(stream))),
      ),
    );
    const report = await until(async () => (await rig.state()).streams[ORDERS]?.last);
    assert.deepEqual(
      scripted.looks.map(({ streams: [stream] }) => stream?.cursor?.page),
      [undefined, 1, 2, 3],
    );
    assert.equal(report.looked, 20);
    assert.equal(new Set(scripted.looks.map(({ streams: [stream] }) => stream?.window.to)).size, 1);
  });

  it('has the stock of all stores aligned at the first start, and later of those with another master', async () => {
    const { rig, tenantUid, config } = await sweepOf();
    const [store] = config.tenants[0]?.stores ?? [];
    assert.ok(store);
    await until(async () => (await rig.state()).stockMasters);
    const owner = server.client.workflow.getHandle(stockKind.id({ tenantUid, storeUid: store.storeUid }));
    const signals = async (): Promise<string[]> => {
      const { events } = await owner.fetchHistory();
      return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
        signal ? [Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()] : [],
      );
    };
    assert.match((await signals()).join(), /"kind":"all"/);
    await rig.provision();
    await rig.sweep(ORDERS);
    assert.equal((await signals()).length, 1, 'a restart tells nobody anything new');
    const { OMNIUM_FLOW_STOCK_MASTER: isFlows } = store.settings;
    const tenants = config.tenants.map((tenant) => ({
      ...tenant,
      stores: tenant.stores.map((one) =>
        one === store ? { ...one, settings: { ...one.settings, OMNIUM_FLOW_STOCK_MASTER: !isFlows } } : one,
      ),
    }));
    await rig.provision({ ...config, tenants });
    const told = await until(async () => {
      const all = await signals();
      return all.length > 1 ? all : undefined;
    });
    assert.match(told[1] ?? '', /"kind":"switch"/);
    await owner.terminate('end of test');
  });

  it('remembers what was given up, for longer than Temporal keeps its closed run', async () => {
    const { rig, tenantUid } = await sweepOf();
    await rig.sweep(ORDERS);
    const at = new Date().toISOString();
    const id = orderKind.id({ tenantUid, orderNumber: 'NO-7' });
    const notice: GivenUpNotice = { kind: 'order', id, tenantUid, at, reason: 'no longer wanted' };
    await rig.handle().signal<[GivenUpNotice]>(GIVEN_UP_SIGNAL, notice);
    const ownerOf = ownersOf(server.client, tenantUid);
    assert.deepEqual(await ownerOf({ kind: 'order', orderNumber: 'NO-7' }), { is: 'givenUp', atMs: Date.parse(at) });
    assert.deepEqual(await ownerOf({ kind: 'order', orderNumber: 'NO-8' }), { is: 'unknown' });
  });

  it('goes on in a new run when its history has grown long, and forgets nothing', async () => {
    const { rig, scripted, tenantUid } = await sweepOf(({ streams }, count) =>
      Promise.resolve(
        streams.map(({ stream }) =>
          count < 80 ? { ...looked(stream), cursor: { page: count } } : looked(stream, 'NO-9'),
        ),
      ),
    );
    const report = await until(async () => (await rig.state()).streams[ORDERS]?.last);
    assert.equal(scripted.looks.length, 80);
    assert.equal(report.looked, 80 * 5 + 1);
    const runs = await server.client.workflow.count(`WorkflowId = "${rig.handle().workflowId}"`);
    assert.ok(runs.count > 1, `${runs.count} runs`);
    assert.equal((await rig.sweep(ORDERS)).since, 'last-sweep');
    await server.client.workflow.getHandle(orderKind.id({ tenantUid, orderNumber: 'NO-9' })).terminate('end of test');
  });
});
