import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { activityPublisher } from '../../src/activities/shared/activity-publisher';
import { createDeltaActivities, type DeltaActivities } from '../../src/activities/delta';
import type { DeltaExport, Partitions } from '../../src/activities/delta/stream';
import { TenantRegistry } from '../../src/activities/tenants';
import { VendorUnreachableError } from '../../src/clients/errors';
import type { IntegrationConfig } from '../../src/config/types';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import type { ExportBatchInput, UnresolvedGroup } from '../../src/contracts/exports';
import { testConfig } from '../api/test-api';
import { ExportRig, withInventoryExport } from '../support/export-rig';
import { until } from '../support/order-driver';
import { donePartitions, planOf, ScriptedExport, type ExportScript } from '../support/scripted-export';
import { devServer, type DevServer } from '../support/temporal-rig';

const unreachable = new VendorUnreachableError({ vendor: 'flow', operation: 'PUT stock', isWrite: true }, 'refused');

/** Exports on a real server: the vendors are scripted, what is kept between the runs is not. */
describe('the export workflow', function () {
  this.timeout(90_000);
  let server: DevServer;
  const rigs: ExportRig[] = [];
  const registries: TenantRegistry[] = [];
  const releases: (() => void)[] = [];
  /** The configuration of the moment, by tenant. */
  const configured = new Map<string, TenantRegistry>();

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  afterEach(async () => {
    for (const release of releases.splice(0)) release();
    for (const rig of rigs.splice(0)) await rig.stop();
    for (const registry of registries.splice(0)) await registry.close();
  });

  interface Exporting {
    readonly rig: ExportRig;
    /** Inputs of all batches. */
    readonly batches: readonly ExportBatchInput[];
    readonly config: IntegrationConfig;
  }

  /** A tenant of its own with two warehouses, planned as in production and with a real checkpoint, whose batches go as scripted. */
  async function exportOf(
    script?: ExportScript,
    partsOf: () => Partitions = () => ({ names: ['bergen', 'oslo'], leftOut: [], missing: [] }),
  ): Promise<Exporting> {
    const tenantUid = `t${randomUUID().slice(0, 8)}`;
    const config = withInventoryExport(testConfig({ address: server.address }, tenantUid));
    configured.set(tenantUid, new TenantRegistry(config.tenants));
    const registry = (): TenantRegistry => configured.get(tenantUid) ?? new TenantRegistry([]);
    registries.push(registry());
    const scripted = new ScriptedExport(planOf([]), script).activities();
    const batches: ExportBatchInput[] = [];
    const kind: DeltaExport = {
      partitions: () => Promise.resolve(partsOf()),
      pages: () => {
        throw new Error('the batches are scripted');
      },
      describe: () => ({ change: '' }),
      write: () => Promise.reject(new Error('the batches are scripted')),
    };
    const activities: DeltaActivities = {
      ...createDeltaActivities(
        { get: (uid) => registry().get(uid) } as TenantRegistry,
        activityPublisher('one-minute'),
        {
          exports: () => kind,
        },
      ),
      exportBatch: (input) => {
        batches.push(input);
        return scripted.exportBatch(input);
      },
    };
    const rig = await ExportRig.create({ config, tenantUid, activities });
    rigs.push(rig);
    await rig.provision();
    await rig.startWorker();
    return { rig, batches, config };
  }

  /** Something that a batch waits for until the test lets it go on; at the end of the test at the latest. */
  function hold(): { readonly held: Promise<void>; readonly release: () => void } {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    releases.push(release);
    return { held, release };
  }

  const readOf = ({ partitions }: ExportBatchInput): string[] => partitions.map(({ name, read }) => `${name} ${read}`);

  it('reads everything the first time, and then what has changed since the last one began', async () => {
    const { rig, batches } = await exportOf();
    const first = await rig.export();
    assert.equal(first.since, 'first-export');
    assert.equal(first.from, undefined);
    assert.equal(first.watermark, first.to);
    assert.equal(first.covered, 2);
    assert.deepEqual((await rig.checkpoint()).covered, ['bergen', 'oslo']);
    const second = await rig.export();
    assert.equal(second.since, 'last-export');
    assert.equal(Date.parse(second.from ?? ''), Date.parse(first.to) - 2_000);
    assert.deepEqual(batches.map(readOf), [
      ['bergen everything', 'oslo everything'],
      ['bergen changes', 'oslo changes'],
    ]);
    assert.deepEqual([second.compared, second.written, second.unchanged, second.calls], [10, 4, 6, 8]);
  });

  it('reads a warehouse as a whole that Flow has only now, and one that Omnium has become the master of', async () => {
    let names = ['bergen'];
    let leftOut = [{ name: 'oslo', reason: 'Flow is the stock master' }];
    const { rig, batches } = await exportOf(undefined, () => ({ names, leftOut, missing: ['tromso'] }));
    const first = await rig.export();
    assert.deepEqual([first.leftOut, first.missing, first.covered], [leftOut, ['tromso'], 1]);
    names = ['bergen', 'oslo', 'tromso'];
    leftOut = [];
    const second = await rig.export();
    assert.equal(second.wholePartitions, 2);
    assert.deepEqual(batches.map(readOf).at(-1), ['bergen changes', 'oslo everything', 'tromso everything']);
  });

  it('reads a warehouse as a whole again after rows of it were refused', async () => {
    const { rig, batches } = await exportOf(({ partitions }, count) =>
      Promise.resolve(donePartitions(partitions.length, count === 2 ? { refusedPartitions: ['oslo'] } : {})),
    );
    await rig.export();
    await rig.export();
    assert.deepEqual((await rig.checkpoint()).covered, ['bergen']);
    await rig.export();
    assert.deepEqual(batches.map(readOf).at(-1), ['bergen changes', 'oslo everything']);
  });

  it('goes on with the partitions that are left, batch by batch, with one window for all', async () => {
    const { rig, batches } = await exportOf(() => Promise.resolve(donePartitions(1)));
    const report = await rig.export();
    assert.deepEqual(batches.map(readOf), [['bergen everything', 'oslo everything'], ['oslo everything']]);
    assert.equal(new Set(batches.map(({ window }) => window.to)).size, 1);
    assert.equal(report.compared, 10);
  });

  const group = (...ids: string[]): UnresolvedGroup => ({
    ...{ failureType: 'FlowRejected', reason: 'no price', since: '2026-03-01T06:30:00.000Z' },
    ids,
  });

  it('compares records again that it could not bring over, until they are', async () => {
    const { rig, batches } = await exportOf(({ partitions }, count) =>
      Promise.resolve(
        donePartitions(partitions.length, {
          ...(count === 1 && { unresolved: [group('A-1@oslo', 'B-2@*')] }),
          ...(count === 3 && { resolved: ['A-1@oslo', 'B-2@*'] }),
        }),
      ),
    );
    const first = await rig.export();
    assert.deepEqual([first.unresolved, first.unresolvedNames], [2, ['A-1@oslo', 'B-2@*']]);
    assert.equal(first.watermark, first.to, 'they do not hold back the others');
    const second = await rig.export();
    assert.deepEqual([second.unresolved, second.unresolvedNames], [2, []]);
    assert.deepEqual((await rig.checkpoint()).unresolved, [group('A-1@oslo', 'B-2@*')]);
    assert.equal((await rig.export()).unresolved, 0);
    await rig.export();
    assert.deepEqual(
      batches.map(({ partitions: [first] }) => first?.read),
      ['everything', 'unresolved', 'unresolved', 'changes'],
    );
  });

  it('keeps ten thousand records unresolved, and leaves the watermark where it is when there are more', async () => {
    const ids = (count: number, name: string): string[] =>
      Array.from({ length: count }, (_unused, index) => `${name}-${String(index).padStart(7, '0')}@oslo`);
    const { rig, batches } = await exportOf((_input, count) =>
      Promise.resolve(
        donePartitions(1, {
          ...(count === 1 && { unresolved: [group(...ids(6_000, 'S'))] }),
          ...(count === 2 && { unresolved: [group(...ids(4_000, 'M'))] }),
          ...(count === 7 && { unresolved: [group('one-more@oslo')] }),
        }),
      ),
    );
    const first = await rig.export();
    assert.deepEqual([first.unresolved, first.watermark], [10_000, first.to]);
    const handle = await rig.trigger();
    const second = await rig.result(handle);
    assert.equal(second.watermark, second.to, 'ten thousand do not hold it back');
    const { raw } = await handle.describe();
    assert.ok(Number(raw.workflowExecutionInfo?.historySizeBytes) < 50_000, 'they are in no history of a later run');
    const third = await rig.export();
    assert.deepEqual([third.unresolved, third.watermark], [10_000, second.watermark]);
    assert.equal(Date.parse((await rig.export()).from ?? ''), Date.parse(second.to) - 2_000);
    assert.ok(batches.length > 9);
  });

  it('reads and leaves the same by trigger, by hand and by a backfill, also when no closed run is left', async () => {
    const { rig, config } = await exportOf();
    const ends: string[] = [];
    const froms: (string | undefined)[] = [];
    for (const start of [() => rig.trigger(), () => rig.ask(), () => rig.trigger()]) {
      const handle = await start();
      const { to, from } = await rig.result(handle);
      ends.push(to);
      froms.push(from);
      await rig.client.workflowService.deleteWorkflowExecution({
        namespace: server.namespace,
        workflowExecution: { workflowId: handle.workflowId },
      });
    }
    const back = (to = ''): string => new Date(Date.parse(to) - 2_000).toISOString();
    assert.deepEqual(froms, [undefined, back(ends[0]), back(ends[1])]);
    await rig.provision(withInventoryExport(config, '0 * * * *'));
    const schedule = rig.schedule();
    const known = (await schedule.describe()).info.numActionsTaken;
    const end = new Date();
    await schedule.backfill({ start: new Date(end.getTime() - 3_700_000), end, overlap: 'BUFFER_ALL' });
    await until(async () => ((await schedule.describe()).info.numActionsTaken > known ? true : undefined));
    await until(async () => ((await schedule.describe()).info.runningActions.length === 0 ? true : undefined));
    const { watermark } = await rig.checkpoint();
    assert.ok(Date.parse(watermark ?? '') > Date.parse(ends[2] ?? ''));
    const after = await rig.export();
    assert.deepEqual([after.since, after.from], ['last-export', back(watermark)]);
  });

  it('reads everything once when the rules of the configuration have changed, and says so', async () => {
    const { rig, config, batches } = await exportOf();
    await rig.export();
    await rig.stopWorker();
    const tenants = config.tenants.map((tenant) => ({
      ...tenant,
      catalogue: { ...tenant.catalogue, textProperties: ['washing'] },
    }));
    const registry = new TenantRegistry(tenants);
    registries.push(registry);
    configured.set(config.tenants[0]?.tenantUid ?? '', registry);
    await rig.startWorker();
    const changed = await rig.export();
    assert.equal(changed.since, 'new-rules');
    assert.deepEqual(batches.map(readOf).at(-1), ['bergen everything', 'oslo everything']);
    assert.equal((await rig.export()).since, 'last-export');
  });

  it('keeps its watermark over triggers, a backfill, a pause and a changed Schedule', async () => {
    const { rig, config } = await exportOf();
    const first = await rig.export();
    const schedule = rig.schedule();
    await schedule.pause('closed for the holidays');
    await schedule.unpause();
    await rig.provision(withInventoryExport(config, '0 4 29 2 *'));
    const second = await rig.export();
    assert.equal(Date.parse(second.from ?? ''), Date.parse(first.to) - 2_000);
    const known = (await schedule.describe()).info.numActionsTaken;
    const end = new Date();
    await rig.provision(withInventoryExport(config, '0 * * * *'));
    await schedule.backfill({ start: new Date(end.getTime() - 7_300_000), end, overlap: 'BUFFER_ALL' });
    await until(async () => ((await schedule.describe()).info.numActionsTaken >= known + 2 ? true : undefined));
    await until(async () => ((await schedule.describe()).info.runningActions.length === 0 ? true : undefined));
    const after = await rig.export();
    assert.equal(after.since, 'last-export');
    assert.ok(Date.parse(after.from ?? '') >= Date.parse(second.to) - 2_000);
  });

  it('leaves the watermark where it is while a vendor is away, says so, and goes on when told', async () => {
    let isDown = false;
    const { rig } = await exportOf(({ partitions }) =>
      isDown ? Promise.reject(unreachable) : Promise.resolve(donePartitions(partitions.length)),
    );
    const first = await rig.export();
    isDown = true;
    const stuck = await rig.trigger();
    await until(async () => {
      const { typedSearchAttributes } = await stuck.describe();
      return JSON.stringify(typedSearchAttributes).includes('FlowUnavailable') ? true : undefined;
    });
    await stuck.terminate('somebody ended it');
    const second = await rig.trigger();
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
    assert.equal(Date.parse(report.from ?? ''), Date.parse(first.to) - 2_000, 'nothing was skipped');
  });

  it('exports everything beside the Schedule; the next delta begins where the earlier of both began', async () => {
    const { held, release } = hold();
    const { rig, batches } = await exportOf(async ({ partitions, window }) => {
      if (window.since === 'asked') await held;
      return donePartitions(partitions.length);
    });
    await rig.export();
    const full = await rig.ask({ kind: 'everything' });
    await until(async () => (batches.some(({ window }) => window.since === 'asked') ? true : undefined));
    const delta = await rig.export();
    release();
    const whole = await rig.result(full);
    assert.deepEqual(batches.filter(({ window }) => window.since === 'asked').map(readOf), [
      ['bergen everything', 'oslo everything'],
    ]);
    assert.ok(Date.parse(whole.to) < Date.parse(delta.to));
    const next = await rig.export();
    assert.equal(Date.parse(next.from ?? ''), Date.parse(whole.to) - 2_000);
    const after = await rig.export();
    assert.equal(Date.parse(after.from ?? ''), Date.parse(next.to) - 2_000, 'and then goes on as before');
  });

  it('looks back to where a run began that was ended while another was at work', async () => {
    const { held, release } = hold();
    const { rig, batches } = await exportOf(async ({ partitions, window }) => {
      if (window.since === 'asked') await held;
      return donePartitions(partitions.length);
    });
    await rig.export();
    const full = await rig.ask({ kind: 'everything' });
    await until(async () => (batches.some(({ window }) => window.since === 'asked') ? true : undefined));
    const delta = await rig.export();
    await full.terminate('somebody ended it');
    release();
    // For a minute it may still write; a run within it leaves that to the next one.
    const soon = await rig.export();
    assert.equal(Date.parse(soon.from ?? ''), Date.parse(delta.to) - 2_000);
    assert.deepEqual(
      (await rig.checkpoint()).atWork.map(({ workflowId }) => workflowId),
      [full.workflowId],
    );
  });

  it('reads what changed since a moment that somebody names, and calls nothing whole that way', async () => {
    const { rig, batches } = await exportOf();
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const asked = await rig.result(await rig.ask({ kind: 'since', since }));
    assert.deepEqual([asked.from, asked.covered, asked.wholePartitions], [since, 0, 0]);
    const first = await rig.export();
    assert.deepEqual(batches.map(readOf).at(-1), ['bergen everything', 'oslo everything']);
    assert.equal(first.covered, 2);
    const again = await rig.result(await rig.ask({ kind: 'since', since }));
    assert.deepEqual([again.from, again.covered], [since, 2]);
    const next = await rig.export();
    assert.equal(Date.parse(next.from ?? ''), Date.parse(again.to) - 2_000);
  });

  it('goes on in a new run when its history has grown long', async () => {
    const names = Array.from({ length: 120 }, (_unused, index) => `w${String(index).padStart(3, '0')}`);
    const { rig, batches } = await exportOf(
      () => Promise.resolve(donePartitions(1)),
      () => ({ names, leftOut: [], missing: [] }),
    );
    const handle = await rig.trigger();
    const report = await rig.result(server.client.workflow.getHandle(handle.workflowId));
    assert.equal(batches.length, 120);
    assert.equal(report.compared, 120 * 5);
    assert.equal(report.covered, 120);
    const runs = await server.client.workflow.count(`WorkflowId = "${handle.workflowId}"`);
    assert.ok(runs.count > 1, `${runs.count} runs`);
    assert.equal((await rig.export()).since, 'last-export', 'a run in parts leaves a watermark, too');
  });

  it('runs once more after a long run for the ticks that fell into it, and skips the rest', async () => {
    const { held, release } = hold();
    const { rig, batches } = await exportOf(async ({ partitions }, count) => {
      if (count === 1) await held;
      return donePartitions(partitions.length);
    });
    const schedule = rig.schedule();
    await schedule.trigger('BUFFER_ONE');
    await until(async () => (batches.length === 1 ? true : undefined));
    // One tick after the other, as the Schedule takes only the last of those that come together.
    await schedule.trigger('BUFFER_ONE');
    await until(async () => (Number((await schedule.describe()).raw.info?.bufferSize ?? 0) === 1 ? true : undefined));
    for (const skipped of [1, 2]) {
      await schedule.trigger('BUFFER_ONE');
      await until(async () =>
        (await schedule.describe()).info.numActionsSkippedOverlap === skipped ? true : undefined,
      );
    }
    release();
    await until(async () => {
      const { info } = await schedule.describe();
      return info.numActionsTaken === 2 && info.runningActions.length === 0 ? true : undefined;
    });
    assert.equal(batches.length, 2);
  });

  it('leaves a history whose size does not depend on the rows', async () => {
    const { rig } = await exportOf(({ partitions }) =>
      Promise.resolve(donePartitions(partitions.length, { counts: { ...donePartitions(1).counts, written: 100_000 } })),
    );
    const handle = await rig.trigger();
    await rig.result(handle);
    const { raw } = await handle.describe();
    assert.ok(Number(raw.workflowExecutionInfo?.historySizeBytes) < 10_000);
  });
});
