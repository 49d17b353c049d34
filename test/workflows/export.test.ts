import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { ExportActivities } from '../../src/activities/delta/export-activities';
import { findExportWatermark } from '../../src/activities/delta/find-export-watermark';
import type { ExportKind, KindParts } from '../../src/activities/delta/export-kind';
import { TenantRegistry } from '../../src/activities/tenants';
import { VendorUnreachableError } from '../../src/clients/errors';
import type { IntegrationConfig } from '../../src/config/types';
import type { ExportStretchInput, FindExportWatermarkInput } from '../../src/contracts/export-messages';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { testConfig } from '../api/test-api';
import { ExportRig, withInventoryExport } from '../support/export-rig';
import { until } from '../support/order-driver';
import { doneParts, planOf, ScriptedExport, type ExportScript } from '../support/scripted-export';
import { devServer, type DevServer } from '../support/temporal-rig';

const unreachable = new VendorUnreachableError({ vendor: 'flow', operation: 'PUT stock', isWrite: true }, 'refused');

/** Exports on a real server: the vendors are scripted, what is kept between the runs is not. */
describe('the export workflow', function () {
  this.timeout(90_000);
  let server: DevServer;
  const rigs: ExportRig[] = [];
  const registries: TenantRegistry[] = [];
  const releases: (() => void)[] = [];

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
    /** Inputs of all stretches. */
    readonly stretches: readonly ExportStretchInput[];
    readonly config: IntegrationConfig;
  }

  /** A tenant of its own with two warehouses, planned as in production, whose stretches go as scripted. */
  async function exportOf(
    script?: ExportScript,
    partsOf: () => KindParts = () => ({ names: ['bergen', 'oslo'], leftOut: [], missing: [] }),
  ): Promise<Exporting> {
    const tenantUid = `t${randomUUID().slice(0, 8)}`;
    const config = withInventoryExport(testConfig({ address: server.address }, tenantUid));
    const tenants = new TenantRegistry(config.tenants);
    registries.push(tenants);
    const scripted = new ScriptedExport(planOf([]), script).activities();
    const stretches: ExportStretchInput[] = [];
    const kind: ExportKind = {
      partsOf: () => Promise.resolve(partsOf()),
      pagesOf: () => {
        throw new Error('the stretches are scripted');
      },
    };
    const attempt = { signal: new AbortController().signal, calls: 0, onCall: () => undefined };
    const activities: ExportActivities = {
      findExportWatermark: (input: FindExportWatermarkInput) =>
        findExportWatermark(input, { client: server.client, tenant: tenants.get(tenantUid), attempt, kind }),
      exportStretch: (input) => {
        stretches.push(input);
        return scripted.exportStretch(input);
      },
    };
    const rig = await ExportRig.create({ config, tenantUid, activities });
    rigs.push(rig);
    await rig.provision();
    await rig.startWorker();
    return { rig, stretches, config };
  }

  /** Something that a stretch waits for until the test lets it go on; at the end of the test at the latest. */
  function hold(): { readonly held: Promise<void>; readonly release: () => void } {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    releases.push(release);
    return { held, release };
  }

  const readOf = ({ parts }: ExportStretchInput): string[] => parts.map(({ name, read }) => `${name} ${read}`);

  it('reads everything the first time, and then what has changed since the last one began', async () => {
    const { rig, stretches } = await exportOf();
    const first = await rig.export();
    assert.equal(first.since, 'first-export');
    assert.equal(first.from, undefined);
    assert.equal(first.watermark, first.to);
    assert.deepEqual(first.covered, ['bergen', 'oslo']);
    const second = await rig.export();
    assert.equal(second.since, 'last-export');
    assert.equal(Date.parse(second.from ?? ''), Date.parse(first.to) - 2_000);
    assert.deepEqual(stretches.map(readOf), [
      ['bergen everything', 'oslo everything'],
      ['bergen changes', 'oslo changes'],
    ]);
    assert.deepEqual([second.compared, second.written, second.unchanged, second.calls], [10, 4, 6, 8]);
  });

  it('reads a warehouse as a whole that Flow has only now, and one that Omnium has become the master of', async () => {
    let names = ['bergen'];
    let leftOut = [{ name: 'oslo', reason: 'Flow is the stock master' }];
    const { rig, stretches } = await exportOf(undefined, () => ({ names, leftOut, missing: ['tromso'] }));
    const first = await rig.export();
    assert.deepEqual([first.leftOut, first.missing, first.covered], [leftOut, ['tromso'], ['bergen']]);
    names = ['bergen', 'oslo', 'tromso'];
    leftOut = [];
    const second = await rig.export();
    assert.equal(second.wholeParts, 2);
    assert.deepEqual(stretches.map(readOf).at(-1), ['bergen changes', 'oslo everything', 'tromso everything']);
  });

  it('reads a warehouse as a whole again after rows of it were refused', async () => {
    const { rig, stretches } = await exportOf(({ parts }, count) =>
      Promise.resolve(doneParts(parts.length, count === 2 ? { refusedParts: ['oslo'] } : {})),
    );
    await rig.export();
    assert.deepEqual((await rig.export()).covered, ['bergen']);
    await rig.export();
    assert.deepEqual(stretches.map(readOf).at(-1), ['bergen changes', 'oslo everything']);
  });

  it('goes on with the parts that are left, stretch by stretch, with one window for all', async () => {
    const { rig, stretches } = await exportOf(() => Promise.resolve(doneParts(1)));
    const report = await rig.export();
    assert.deepEqual(stretches.map(readOf), [['bergen everything', 'oslo everything'], ['oslo everything']]);
    assert.equal(new Set(stretches.map(({ window }) => window.to)).size, 1);
    assert.equal(report.compared, 10);
  });

  it('looks at the rows it could not bring over again, until they are', async () => {
    const { rig, stretches } = await exportOf(({ parts }, count) =>
      Promise.resolve(doneParts(parts.length, count < 3 ? { openRows: ['A-1@oslo', 'B-2@*'] } : {})),
    );
    const first = await rig.export();
    assert.deepEqual(first.openRows, ['A-1@oslo', 'B-2@*']);
    assert.equal(first.watermark, first.to, 'they do not hold back the others');
    await rig.export();
    const third = await rig.export();
    assert.deepEqual(third.openRows, []);
    await rig.export();
    const rows = stretches.map(({ parts: [part] }) => (part?.read === 'rows' ? part.rows : []));
    assert.deepEqual(rows, [[], ['A-1@oslo', 'B-2@*'], ['A-1@oslo', 'B-2@*'], []]);
  });

  it('leaves the watermark where it is when more rows are open than can be kept', async () => {
    const many = Array.from({ length: 400 }, (_unused, index) => `S-${index}@oslo`);
    const more = Array.from({ length: 101 }, (_unused, index) => `M-${index}@oslo`);
    const { rig, stretches } = await exportOf((_input, count) =>
      Promise.resolve(doneParts(1, count === 3 ? { openRows: many } : count === 4 ? { openRows: more } : {})),
    );
    const first = await rig.export();
    const second = await rig.export();
    assert.deepEqual([second.openRows.length, second.moreOpenRows], [500, 1]);
    assert.equal(second.watermark, first.watermark);
    const third = await rig.export();
    assert.equal(Date.parse(third.from ?? ''), Date.parse(first.to) - 2_000, 'all of it is read once more');
    assert.deepEqual(stretches.slice(4).map(readOf)[0], [
      'rows left open before rows',
      'bergen changes',
      'oslo changes',
    ]);
    assert.equal(third.watermark, third.to);
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
    const { rig } = await exportOf(({ parts }) =>
      isDown ? Promise.reject(unreachable) : Promise.resolve(doneParts(parts.length)),
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
    const { rig, stretches } = await exportOf(async ({ parts, window }) => {
      if (window.since === 'asked') await held;
      return doneParts(parts.length);
    });
    await rig.export();
    const full = await rig.ask({ kind: 'everything' });
    await until(async () => (stretches.some(({ window }) => window.since === 'asked') ? true : undefined));
    const delta = await rig.export();
    release();
    const whole = await rig.result(full);
    assert.deepEqual(stretches.filter(({ window }) => window.since === 'asked').map(readOf), [
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
    const { rig, stretches } = await exportOf(async ({ parts, window }) => {
      if (window.since === 'asked') await held;
      return doneParts(parts.length);
    });
    await rig.export();
    const full = await rig.ask({ kind: 'everything' });
    const { startTime } = await full.describe();
    await until(async () => (stretches.some(({ window }) => window.since === 'asked') ? true : undefined));
    await rig.export();
    await full.terminate('somebody ended it');
    release();
    const from = await until(async () => {
      const standing = await rig.directory().standing(rig.key, new Date());
      return standing?.watermark && standing.watermark <= startTime ? standing.watermark : undefined;
    });
    assert.equal(Date.parse((await rig.export()).from ?? ''), from.getTime() - 2_000);
  });

  it('reads what changed since a moment that somebody names, and calls nothing whole that way', async () => {
    const { rig, stretches } = await exportOf();
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const asked = await rig.result(await rig.ask({ kind: 'since', since }));
    assert.deepEqual([asked.from, asked.covered, asked.wholeParts], [since, [], 0]);
    const first = await rig.export();
    assert.deepEqual(stretches.map(readOf).at(-1), ['bergen everything', 'oslo everything']);
    assert.deepEqual(first.covered, ['bergen', 'oslo']);
    const again = await rig.result(await rig.ask({ kind: 'since', since }));
    assert.deepEqual([again.from, again.covered], [since, ['bergen', 'oslo']]);
    const next = await rig.export();
    assert.equal(Date.parse(next.from ?? ''), Date.parse(again.to) - 2_000);
  });

  it('goes on in a new run when its history has grown long', async () => {
    const names = Array.from({ length: 120 }, (_unused, index) => `w${String(index).padStart(3, '0')}`);
    const { rig, stretches } = await exportOf(
      () => Promise.resolve(doneParts(1)),
      () => ({ names, leftOut: [], missing: [] }),
    );
    const handle = await rig.trigger();
    const report = await rig.result(server.client.workflow.getHandle(handle.workflowId));
    assert.equal(stretches.length, 120);
    assert.equal(report.compared, 120 * 5);
    assert.equal(report.covered.length, 120);
    const runs = await server.client.workflow.count(`WorkflowId = "${handle.workflowId}"`);
    assert.ok(runs.count > 1, `${runs.count} runs`);
    assert.equal((await rig.export()).since, 'last-export', 'a run in parts leaves a watermark, too');
  });

  it('runs once more after a long run for the ticks that fell into it, and skips the rest', async () => {
    const { held, release } = hold();
    const { rig, stretches } = await exportOf(async ({ parts }, count) => {
      if (count === 1) await held;
      return doneParts(parts.length);
    });
    const schedule = rig.schedule();
    await schedule.trigger('BUFFER_ONE');
    await until(async () => (stretches.length === 1 ? true : undefined));
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
    assert.equal(stretches.length, 2);
  });

  it('leaves a history whose size does not depend on the rows', async () => {
    const { rig } = await exportOf(({ parts }) =>
      Promise.resolve(doneParts(parts.length, { counts: { ...doneParts(1).counts, written: 100_000 } })),
    );
    const handle = await rig.trigger();
    await rig.result(handle);
    const { raw } = await handle.describe();
    assert.ok(Number(raw.workflowExecutionInfo?.historySizeBytes) < 10_000);
  });
});
