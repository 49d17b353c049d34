import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { IntegrationConfig } from '../../src/config/types';
import type { ExportReport } from '../../src/contracts/exports';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import { ExportRig, withInventoryExport } from '../support/export-rig';
import { Integration, type Json } from '../support/integration';
import { Levels } from '../support/levels';
import { until } from '../support/order-driver';
import { sweptRarely } from '../support/sweep-rig';

const OMNIUM_MASTER = 'oslo-city';
const OTHER_OMNIUM_MASTER = 'trondheim-torg';
const FLOW_MASTER = 'bergen-sentrum';

describe('the inventory export, through both sandboxes', function () {
  this.timeout(120_000);
  let integration: Integration;
  let config: IntegrationConfig;
  let rig: ExportRig;
  let levels: Levels;
  const taskQueue = `exports-${randomUUID()}`;

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start((demo) => withInventoryExport(sweptRarely(demo)));
    ({ config } = integration);
    levels = new Levels(integration);
  });

  after(async () => {
    await rig.stop();
    await integration.stop();
  });

  /** A rig with its worker, on the tenant's own Schedule; the runs before have left their watermark. */
  async function exporting(
    changed = config,
    parts: Partial<Parameters<typeof ExportRig.create>[0]> = {},
  ): Promise<void> {
    rig = await ExportRig.create({ config: changed, tenantUid: integration.tenantUid, taskQueue, ...parts });
    await rig.provision();
    await rig.startWorker();
  }

  beforeEach(async () => {
    await exporting();
  });

  afterEach(async () => {
    await integration.control('omnium', 'DELETE /faults');
    await integration.control('flow', 'DELETE /faults');
    await rig.stop({ keepsCheckpoint: true });
  });

  /** A report that read something, without what the index of Temporal lags behind. */
  const brief = ({ written, failed, unknown, refused }: ExportReport): number[] => [written, failed, unknown, refused];

  it('brings everything the first time where Omnium is the master, and leaves the other stores alone', async () => {
    await levels.setInFlow(OMNIUM_MASTER, levels.sku(0), 999);
    await levels.setInFlow(FLOW_MASTER, levels.sku(0), 777);
    const inOmnium = await levels.inOmnium(OMNIUM_MASTER, levels.sku(0));
    const report = await rig.export();
    assert.equal(report.since, 'first-export');
    assert.deepEqual(brief(report), [1, 0, 0, 0]);
    assert.ok(report.unchanged > 200, `${report.unchanged} were right`);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(0)), inOmnium);
    assert.equal(await levels.inFlow(FLOW_MASTER, levels.sku(0)), 777);
    assert.deepEqual(report.leftOut, [
      { name: FLOW_MASTER, reason: 'Flow is the stock master of bergensentrum: no levels are sent there' },
    ]);
    const { covered } = await rig.checkpoint();
    assert.ok(covered.includes(OMNIUM_MASTER) && covered.includes(levels.web));
    assert.deepEqual(report.missing, []);
  });

  it('brings what has changed since, also to the web warehouse, and nothing else', async () => {
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(1)]: 11, [levels.sku(2)]: 2.5 });
    await levels.setInOmnium(levels.web, { [levels.sku(1)]: 1_234 });
    await levels.setInOmnium(FLOW_MASTER, { [levels.sku(1)]: 4_321 });
    await integration.clearRequests();
    const report = await rig.export();
    assert.deepEqual(brief(report), [3, 0, 0, 0]);
    assert.ok(report.compared < 10, `${report.compared} compared`);
    assert.deepEqual(
      [await levels.inFlow(OMNIUM_MASTER, levels.sku(1)), await levels.inFlow(OMNIUM_MASTER, levels.sku(2))],
      [11, 2.5],
    );
    assert.equal(await levels.inFlow(levels.web, levels.sku(1)), 1_234);
    assert.notEqual(await levels.inFlow(FLOW_MASTER, levels.sku(1)), 4_321);
    assert.equal((await levels.writes()).length, 3);
    const again = await rig.export();
    assert.deepEqual(brief(again), [0, 0, 0, 0], 'what comes again by the overlap is right already');
  });

  it('misses nothing while no worker is there, the Schedule is paused, or a run is ended', async () => {
    await rig.stopWorker();
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(3)]: 31 });
    const waiting = await rig.trigger();
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(4)]: 41 });
    await waiting.terminate('somebody ended it');
    await rig.schedule().pause('inventory day');
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(5)]: 51 });
    await rig.schedule().unpause();
    await rig.startWorker();
    await rig.export();
    const brought = await Promise.all([3, 4, 5].map((index) => levels.inFlow(OMNIUM_MASTER, levels.sku(index))));
    assert.deepEqual(brought, [31, 41, 51]);
  });

  it('waits for a vendor that is away, and goes on when told; the watermark has not moved', async () => {
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(6)]: 61 });
    await integration.fault('omnium', { kind: 'error', status: 503, path: '/api/Inventory' });
    const run = await rig.trigger();
    await until(async () => {
      const { raw } = await run.describe();
      return (raw.pendingActivities?.[0]?.attempt ?? 1) > 1 ? true : undefined;
    });
    await integration.control('omnium', 'DELETE /faults');
    await integration.fault('flow', { kind: 'outage', path: '/stock', forMs: 60_000 });
    await run.executeUpdate(RETRY_NOW_UPDATE);
    await until(async () => {
      const { typedSearchAttributes } = await run.describe();
      return JSON.stringify(typedSearchAttributes).includes('FlowUnavailable') ? true : undefined;
    });
    await integration.control('flow', 'DELETE /faults');
    await run.executeUpdate(RETRY_NOW_UPDATE);
    const report = await rig.result(run);
    assert.equal(report.failedAttempts, 2);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(6)), 61);
  });

  it('begins again what Omnium has forgotten, and survives answers that are cut off or lost', async () => {
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(7)]: 71 });
    await integration.fault('omnium', { kind: 'error', status: 404, path: '/api/Inventory', times: 2 });
    await integration.fault('flow', { kind: 'lost-answer', method: 'PUT', path: '/stock', times: 1 });
    const report = await rig.export();
    assert.equal(report.failedAttempts, 0);
    assert.deepEqual(brief(report), [1, 0, 0, 0]);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(7)), 71);
  });

  it('keeps rows open that cannot be brought over, brings the others, and looks at them again every time', async () => {
    await levels.setInOmnium(OMNIUM_MASTER, { 'NEW-4711': 3, [levels.sku(8)]: 81, [levels.sku(9)]: 1.005, 'NEW-0': 0 });
    const report = await rig.export();
    assert.deepEqual(brief(report), [1, 1, 1, 0]);
    assert.deepEqual(await rig.unresolved(), ['NEW-4711@*', `${levels.sku(9)}@${OMNIUM_MASTER}`].sort());
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(8)), 81);
    assert.equal((await rig.export()).unresolved, 2, 'and are not forgotten');
    const product = {
      productUid: 'NEW4711',
      sku: 'NEW-4711',
      name: 'New',
      productType: 'STOCK',
      vatCodeUid: await vatCode(),
    };
    const { status, body } = await integration.flow('POST', '/products', product);
    assert.ok(status < 300, JSON.stringify(body));
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(9)]: 1.25 });
    const healed = await rig.export();
    assert.equal(healed.unresolved, 0);
    assert.deepEqual(
      [await levels.inFlow(OMNIUM_MASTER, 'NEW-4711'), await levels.inFlow(OMNIUM_MASTER, levels.sku(9))],
      [3, 1.25],
    );
  });

  it('sends cost prices with the levels, the most specific valid one, and again when it has changed', async () => {
    await rig.stop({ keepsCheckpoint: true });
    await exporting(withCostPrices(config));
    const article = levels.sku(10);
    const priced = (cost: number, more: Json = {}): Json => ({
      productId: article,
      costPrices: [{ skuId: article, cost, currencyCode: 'NOK', ...more }],
    });
    await integration.omnium('PUT', '/api/CostPrices/AddMany', [
      priced(50, { marketId: 'NOR', validFrom: new Date().toISOString() }),
      priced(45.5, { storeId: OMNIUM_MASTER }),
      priced(1, { storeId: OMNIUM_MASTER, validFrom: '2099-01-01T00:00:00Z' }),
    ]);
    await levels.setInOmnium(OMNIUM_MASTER, { [article]: 101 });
    await levels.setInOmnium(OTHER_OMNIUM_MASTER, { [article]: 102 });
    await rig.export();
    const [store, other] = [
      await levels.recordInFlow(OMNIUM_MASTER, article),
      await levels.recordInFlow(OTHER_OMNIUM_MASTER, article),
    ];
    assert.deepEqual([store.quantityStock, store.costPrice], [10_100, 4_550]);
    assert.deepEqual([other.quantityStock, other.costPrice], [10_200, 5_000]);
    await integration.omnium('PUT', '/api/CostPrices/AddMany', [priced(44, { storeId: OMNIUM_MASTER })]);
    await levels.setInOmnium(OMNIUM_MASTER, { [article]: 100 });
    await levels.setInOmnium(OMNIUM_MASTER, { [article]: 101 });
    await rig.export();
    assert.equal(
      (await levels.recordInFlow(OMNIUM_MASTER, article)).costPrice,
      4_400,
      'although the level is the same',
    );
  });

  it('refuses to write when Flow becomes the master while it runs, and brings the store as a whole later', async () => {
    const changed = Object.fromEntries(
      Array.from({ length: 30 }, (_unused, index) => [levels.sku(11 + index), 500 + index]),
    );
    await rig.export();
    await levels.setInOmnium(OMNIUM_MASTER, changed);
    await integration.fault('flow', { kind: 'error', status: 503, method: 'PUT', path: '/oslocity/products/.*/stock' });
    const run = await rig.trigger();
    await until(async () => {
      const { raw } = await run.describe();
      return (raw.pendingActivities?.[0]?.attempt ?? 1) > 1 ? true : undefined;
    });
    await rig.stopWorker();
    await integration.control('flow', 'DELETE /faults');
    await rig.startWorker(withFlowMasters(config, [FLOW_MASTER, OMNIUM_MASTER]));
    await integration.clearRequests();
    await run.executeUpdate(RETRY_NOW_UPDATE);
    const report = await rig.result(run);
    assert.deepEqual(brief(report), [0, 0, 0, 30]);
    assert.ok(!(await rig.checkpoint()).covered.includes(OMNIUM_MASTER));
    assert.match(report.differences.join(), /Flow is the stock master of oslocity/);
    const leftOut = (await rig.export()).leftOut.map(({ name }) => name);
    assert.deepEqual(leftOut, [FLOW_MASTER, OMNIUM_MASTER, `${OMNIUM_MASTER}-back`, levels.web]);
    assert.deepEqual(await levels.writes(), []);
    await rig.stopWorker();
    await rig.startWorker();
    const back = await rig.export();
    assert.equal(back.wholePartitions, 3);
    assert.equal(back.written, 30);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(11)), 500);
  });

  it('sends nothing to anybody while OmniumIsMasterForStock is false, and everything once it is true', async () => {
    await rig.stop({ keepsCheckpoint: true });
    await exporting(withGate(config, false));
    await levels.setInOmnium(OMNIUM_MASTER, { [levels.sku(41)]: 411 });
    const closed = await rig.export();
    assert.deepEqual([closed.compared, closed.covered], [0, 0]);
    assert.ok(closed.leftOut.length >= 3);
    await rig.stop({ keepsCheckpoint: true });
    await exporting();
    const open = await rig.export();
    assert.ok(open.wholePartitions >= 2);
    assert.equal(await levels.inFlow(OMNIUM_MASTER, levels.sku(41)), 411);
  });

  it('goes on after its worker was stopped in the middle, and writes nothing twice', async () => {
    await rig.export();
    const count = 40;
    const changed = Object.fromEntries(
      Array.from({ length: count }, (_unused, index) => [levels.sku(11 + index), 700 + index]),
    );
    await levels.setInOmnium(OMNIUM_MASTER, changed);
    await integration.clearRequests();
    await integration.fault('flow', { kind: 'latency', method: 'PUT', path: '/stock', delayMs: 250 });
    const run = await rig.trigger();
    await until(async () => ((await levels.writes()).length >= 5 ? true : undefined));
    await rig.stopWorker();
    await integration.control('flow', 'DELETE /faults');
    await rig.startWorker();
    await rig.result(run);
    for (const [article, pieces] of Object.entries(changed))
      assert.equal(await levels.inFlow(OMNIUM_MASTER, article), pieces);
    const writes = await levels.writes();
    assert.ok(writes.length <= count + 16, `${writes.length} writes for ${count} levels`);
  });

  async function vatCode(): Promise<string> {
    const { body } = await integration.flow('GET', `/products/${levels.sku(0).replace(/\W/g, '')}`);
    return String(body.vatCodeUid ?? (body.vatCode as Json | undefined)?.vatCodeUid);
  }
});

function withFlowMasters(config: IntegrationConfig, storeIds: readonly string[]): IntegrationConfig {
  const tenants = config.tenants.map((tenant) => ({
    ...tenant,
    stores: tenant.stores.map((store) => ({
      ...store,
      settings: { OMNIUM_FLOW_STOCK_MASTER: storeIds.includes(store.storeId) },
    })),
  }));
  return { ...config, tenants };
}

function withProperties(
  config: IntegrationConfig,
  more: Partial<IntegrationConfig['tenants'][number]['connector']['properties']>,
): IntegrationConfig {
  const tenants = config.tenants.map((tenant) => ({
    ...tenant,
    connector: { ...tenant.connector, properties: { ...tenant.connector.properties, ...more } },
    markets: tenant.markets.map((market) => ({ ...market, properties: { ...market.properties, ...more } })),
  }));
  return { ...config, tenants };
}

function withCostPrices(config: IntegrationConfig): IntegrationConfig {
  return withProperties(config, { UseCostPriceListInInventoryExport: true });
}

function withGate(config: IntegrationConfig, isOpen: boolean): IntegrationConfig {
  return withProperties(config, { OmniumIsMasterForStock: isOpen });
}
