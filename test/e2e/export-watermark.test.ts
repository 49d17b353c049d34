import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { DeltaExport } from '../../src/activities/delta/stream';
import type { IntegrationConfig } from '../../src/config/types';
import type { ExportReport } from '../../src/contracts/exports';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { testConfig } from '../api/test-api';
import { ExportModel, rowNames, type ModelWrite } from '../support/export-model';
import { ExportRig, OVERLAP_SECONDS, withExport } from '../support/export-rig';
import { until } from '../support/order-driver';
import { devServer, type DevServer } from '../support/temporal-rig';

const OVERLAP_MS = OVERLAP_SECONDS * 1_000;

/** Real Schedules, workflows and activities; only the two vendors are a model, which knows what was missed. */
describe('the watermark of an export, whatever happens', function () {
  this.timeout(60_000);
  let server: DevServer;
  let model: ExportModel;
  let rig: ExportRig;
  let config: IntegrationConfig;

  before(async function () {
    this.timeout(600_000);
    server = await devServer();
  });

  beforeEach(() => {
    model = new ExportModel(['oslo', 'web']);
    const longAgo = Date.now() - 60_000;
    model.changeAt(longAgo, 'oslo', ...rowNames(12));
    model.changeAt(longAgo, 'web', ...rowNames(3));
  });

  afterEach(async () => {
    model.hooks = {};
    await rig.stop();
  });

  async function exporting(more: Partial<DeltaExport<ModelWrite>> = {}): Promise<void> {
    const tenantUid = `t${randomUUID().slice(0, 8)}`;
    config = withExport(testConfig({ address: server.address }, tenantUid), 'products');
    rig = await ExportRig.create({ config, tenantUid, stream: 'products', kind: model.kind(more) });
    await rig.provision();
    await rig.startWorker();
  }

  /** A run that reads on from the watermark. */
  const readOn = async (): Promise<ExportReport> => await rig.result(await rig.ask());

  const startOf = ({ from }: ExportReport): number => Date.parse(from ?? '');

  async function untilAtPage(page: number): Promise<void> {
    await until(async () => (model.reads >= page ? true : undefined));
  }

  it('is where the run began that was triggered last; what changed since is read, and nothing else', async () => {
    await exporting();
    const first = await rig.export();
    assert.deepEqual([first.since, first.written, model.missed()], ['first-export', 15, []]);
    await until(async () => (Date.now() - Date.parse(first.to) > OVERLAP_MS ? true : undefined));
    model.change('oslo', 'S-04');
    const second = await rig.export();
    assert.equal(startOf(second), Date.parse(first.to) - OVERLAP_MS);
    assert.deepEqual([second.compared < 15, second.written, model.missed()], [true, 1, []]);
  });

  it('misses nothing over a pause, a backfill and a time without workers', async () => {
    await exporting();
    await readOn();
    const schedule = rig.schedule();
    await schedule.pause('inventory day');
    model.change('oslo', 'S-01', 'S-02');
    await schedule.unpause();
    await rig.stopWorker();
    const end = new Date();
    await rig.provision(withExport(config, 'products', { schedule: '0 * * * *' }));
    await schedule.backfill({ start: new Date(end.getTime() - 7_300_000), end, overlap: 'BUFFER_ALL' });
    model.change('web', 'S-03');
    await until(async () => ((await schedule.describe()).info.runningActions.length > 0 ? true : undefined));
    await rig.startWorker();
    await until(async () => {
      const { info, raw } = await schedule.describe();
      const isIdle = info.runningActions.length === 0 && Number(raw.info?.bufferSize ?? 0) === 0;
      return isIdle && info.numActionsTaken >= 2 ? true : undefined;
    });
    assert.deepEqual(model.missed(), []);
    model.change('web', 'S-01');
    await readOn();
    assert.deepEqual(model.missed(), []);
  });

  it('goes on at its cursor in another build, with another configuration, after its worker went away', async () => {
    await exporting();
    model.hooks.beforePage = async (read, _part, signal) => {
      if (read >= 3) await pause(60_000, undefined, { ...(signal && { signal }) });
    };
    const run = await rig.trigger();
    await untilAtPage(3);
    await rig.stopWorker();
    assert.equal(model.writes, 10);
    model.hooks = {};
    model.pageSize = 4;
    const changed = withExport(config, 'products', { schedule: '30 4 * * *' });
    await rig.provision(changed);
    await rig.startWorker(changed);
    const report = await rig.result(run);
    assert.deepEqual([model.missed(), model.writes, report.written], [[], 15, 15]);
    assert.ok(
      model.scrolls.some(({ after }) => after !== undefined),
      'it went on where it was',
    );
    model.change('oslo', 'S-07');
    assert.deepEqual([(await readOn()).since, model.missed()], ['last-export', []]);
  });

  it('reads a part in several batches, on from its cursors', async () => {
    model.pageSize = 2;
    await exporting({ batch: { records: 4, milliseconds: 60_000 } });
    const report = await readOn();
    assert.deepEqual([model.missed(), report.written, report.covered], [[], 15, 2]);
  });

  it('passes no row over that changed at the same moment as the last of a page, nor one that changes meanwhile', async () => {
    const at = Date.now() - 5_000;
    model.changeAt(at, 'oslo', ...rowNames(30));
    await exporting({ batch: { records: 7, milliseconds: 60_000 } });
    model.hooks.beforePage = (page, part) => {
      if (page === 2) model.change('oslo', 'S-01', 'S-08', 'S-29', 'NEW-1');
      if (part === 'web') model.change('oslo', 'S-02', 'NEW-2');
    };
    const first = await readOn();
    assert.deepEqual(model.missed(), ['S-02@oslo', 'NEW-2@oslo'], 'they had been read before');
    model.hooks = {};
    await readOn();
    assert.deepEqual([model.missed(), first.failedAttempts], [[], 0]);
  });

  it('goes on at the cursor when the scroll is forgotten', async () => {
    for (const page of [2, 4]) model.forgetsAt.add(page);
    await exporting();
    const report = await readOn();
    assert.deepEqual([model.missed(), report.written, report.failedAttempts], [[], 15, 0]);
    assert.equal(model.scrolls.filter(({ part, after }) => part === 'oslo' && after !== undefined).length, 2);
  });

  it('misses nothing when Omnium’s clock goes before or after ours by as much as the overlap', async () => {
    await exporting();
    for (const skewMs of [-OVERLAP_MS + 200, OVERLAP_MS - 200]) {
      model.clock = () => Date.now() + skewMs;
      for (let round = 0; round < 2; round += 1) {
        await readOn();
        model.change('oslo', 'S-05');
        model.change('web', `S-0${round + 1}`);
      }
    }
    await readOn();
    assert.deepEqual(model.missed(), []);
  });

  it('bisects a page that fails: the bad record stays unresolved with its reason, and no run forgets it', async () => {
    model.bad.add('S-03@oslo');
    await exporting();
    const first = await readOn();
    assert.deepEqual([first.written, first.failed, first.unresolvedNames], [14, 1, ['S-03@oslo']]);
    assert.equal(first.watermark, first.to, 'it holds back nobody');
    const [group] = (await rig.checkpoint()).unresolved;
    assert.deepEqual([group?.failureType, group?.since, group?.ids], ['OmniumUnavailable', first.to, ['S-03@oslo']]);
    const again = await readOn();
    assert.deepEqual([again.unresolved, again.failed >= 1], [1, true]);
    assert.equal((await rig.checkpoint()).unresolved[0]?.since, first.to, 'it is known since when');
    model.bad.clear();
    const healed = await readOn();
    assert.deepEqual([healed.unresolved, await rig.unresolved(), model.missed()], [0, [], []]);
  });

  it('stays where it was when a run is cancelled, which ends as that', async () => {
    await exporting();
    const first = await readOn();
    model.change('oslo', ...rowNames(99));
    model.reads = 0;
    // It hears of it with the heartbeats of its pages.
    model.pageSize = 1;
    model.hooks.beforePage = (read) => pause(read > 1 ? 50 : 0);
    const run = await rig.trigger();
    await untilAtPage(2);
    await run.cancel();
    await until(async () => ((await run.describe()).status.name === 'CANCELLED' ? true : undefined));
    model.hooks = {};
    const next = await readOn();
    assert.equal(startOf(next), Date.parse(first.to) - OVERLAP_MS);
    assert.deepEqual([next.since, model.missed()], ['last-export', []]);
  });

  it('stays where it was while a vendor is away, and a run that is ended meanwhile changes nothing', async () => {
    await exporting();
    const first = await readOn();
    model.change('web', 'S-02');
    for (let page = model.reads + 1; page < model.reads + 6; page += 1) model.forgetsAt.add(page);
    const run = await rig.ask();
    await until(async () => {
      const { raw } = await run.describe();
      return (raw.pendingActivities?.[0]?.attempt ?? 1) > 1 ? true : undefined;
    });
    const other = await rig.ask();
    await until(async () => (model.missed().length === 0 ? true : undefined));
    await other.result();
    await run.executeUpdate(RETRY_NOW_UPDATE);
    const report = await rig.result(run);
    assert.equal(startOf(report), Date.parse(first.to) - OVERLAP_MS);
    const next = await readOn();
    assert.ok(startOf(next) <= Date.parse(report.to) - OVERLAP_MS);
  });
});
