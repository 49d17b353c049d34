import assert from 'node:assert/strict';
import type { ExportReport } from '../../src/contracts/exports';
import { taskQueueOf } from '../../src/contracts/task-queues';
import { ExportRig, withInventoryExport } from '../support/export-rig';
import { Integration } from '../support/integration';
import { Levels } from '../support/levels';
import { opsOn } from '../support/ops-on';
import { until } from '../support/order-driver';
import { sweptRarely } from '../support/sweep-rig';
import { assertReadable } from './run-ops';

const OMNIUM_MASTER = 'oslo-city';

describe('the operator’s tool, about exports', function () {
  this.timeout(120_000);
  let integration: Integration;
  let rig: ExportRig;
  let levels: Levels;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((demo) => withInventoryExport(sweptRarely(demo)));
    levels = new Levels(integration);
    const { config, tenantUid } = integration;
    rig = await ExportRig.create({ config, tenantUid, taskQueue: taskQueueOf('exports') });
    await rig.provision();
    await rig.startWorker();
  });

  after(async () => {
    await rig.stop();
    await integration.stop();
  });

  it('says what would be written, and writes nothing', async () => {
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(50)]: 501 });
    const before = await levels.inFlow(OMNIUM_MASTER, levels.sku(50));
    await integration.clearRequests();
    const run = await opsOn(
      integration,
      ...['export', 'FlowInventoryScheduledTask', '--tenant', 'flow_no', '--full', '--dry-run'],
    );
    assert.equal(run.exitCode, 0, run.error);
    assert.match(run.out, /Export inventory \(flow_no NOR\) would write \d+; nothing has been written\./);
    assert.match(run.out, new RegExp(`${levels.sku(50)}@${OMNIUM_MASTER}: ${before} → 501`));
    assertReadable(run.out);
    assert.deepEqual(await levels.writes(), []);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(50)), before);
  });

  it('runs the Schedule now, and shows what it did', async () => {
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(51)]: 511 });
    const run = await opsOn(
      integration,
      ...['export', 'FlowInventoryScheduledTask', '--tenant', 'flow_no', '--market', 'NOR', '--wait'],
    );
    assert.equal(run.exitCode, 0, run.error);
    assert.match(run.out, /Export inventory \(flow_no NOR\): \d+ written/);
    assertReadable(run.out);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(51)), 511);
    const shown = await until(async () => {
      const table = await opsOn(integration, 'schedules', '--tenant', 'flow_no');
      return /flow_no NOR inventory +active +.* ago/.test(table.out) ? table : undefined;
    });
    assertReadable(shown.out);
    assert.match(
      shown.out,
      /flow_no NOR inventory: in Flow as of \d{4}-\d\d-\d\d \d\d:\d\d UTC; 0 5 29 2 \* \(Europe\/Oslo\)/,
    );
    const { json } = await opsOn(integration, 'schedules', '--json', '--tenant', 'flow_no');
    const exports = json.exports as { stream: string; last: { summary: ExportReport }; skippedTicks: number }[];
    const inventory = exports.find(({ stream }) => stream === 'inventory');
    assert.ok((inventory?.last.summary.written ?? 0) >= 1);
    assert.equal(inventory?.skippedTicks, 0);
  });

  it('exports everything, whatever changed, and puts right what somebody changed in Flow', async () => {
    const wanted = await levels.inOmnium(OMNIUM_MASTER, levels.sku(52));
    await rig.export();
    await levels.setInFlow(OMNIUM_MASTER, levels.sku(52), wanted + 5);
    assert.equal((await rig.export()).written, 0, 'no change of Omnium’s');
    const run = await opsOn(
      integration,
      ...['export', 'FlowInventoryScheduledTask', '--tenant', 'flow_no', '--full', '--wait', '--json'],
    );
    assert.equal(run.exitCode, 0, run.error);
    const [done] = run.json.exports as { report: ExportReport }[];
    assert.equal(done?.report.written, 1);
    assert.equal(done.report.since, 'asked');
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(52)), wanted);
  });

  it('refuses what it does not know', async () => {
    const unknown = await opsOn(integration, 'export', 'FlowStockScheduledTask');
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.error, /FlowInventoryScheduledTask/);
    const market = await opsOn(integration, 'export', 'FlowInventoryScheduledTask', '--market', 'ISL');
    assert.equal(market.exitCode, 2);
    assert.match(market.error, /There is no market or market group "ISL"\. Exported: /);
    const both = await opsOn(integration, 'export', 'FlowInventoryScheduledTask', '--full', '--since', '1h');
    assert.equal(both.exitCode, 2);
  });
});
