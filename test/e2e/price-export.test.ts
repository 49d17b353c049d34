import assert from 'node:assert/strict';
import type { IntegrationConfig } from '../../src/config/types';
import type { ExportReport } from '../../src/contracts/exports';
import { ExportRig, withExport } from '../support/export-rig';
import { Integration, type Json } from '../support/integration';
import { sweptRarely } from '../support/sweep-rig';

const STORE = 'oslo-city';
const STORE_LIST = 'oslocity';
const uidOf = (sku: string): string => sku.replace(/\W/g, '');

describe('the export of prices, through both sandboxes', function () {
  this.timeout(120_000);
  let integration: Integration;
  let config: IntegrationConfig;
  let rig: ExportRig;

  before(async function () {
    this.timeout(600_000);
    const properties = { StorePriceListsInFlow: true };
    integration = await Integration.start((demo) => withExport(sweptRarely(demo), 'prices', { properties }));
    ({ config } = integration);
    rig = await ExportRig.create({ config, tenantUid: integration.tenantUid, stream: 'prices' });
    await rig.provision();
    await rig.startWorker();
  });

  after(async () => {
    await integration.control('omnium', 'DELETE /faults');
    await integration.control('flow', 'DELETE /faults');
    await rig.stop();
    await integration.stop();
  });

  const sku = (index: number): string => {
    const { products } = integration.chain;
    const found = products.filter(({ kind }) => kind === 'single').flatMap(({ skus }) => skus)[index]?.sku;
    assert.ok(found);
    return found;
  };

  async function price(article: string, unitPrice: number, more: Json = {}): Promise<void> {
    const prices = [{ code: article, marketId: 'NOR', currencyCode: 'NOK', taxRate: 25, unitPrice, ...more }];
    const body = [{ productId: article, prices, ignoreDates: true }];
    const { status } = await integration.omnium('PUT', '/api/Prices/AddMany', body);
    assert.equal(status, 200);
  }

  async function inFlow(pricelistUid: string, article: string): Promise<number[]> {
    const path = `/pricelists/${pricelistUid}/prices?productUid=${uidOf(article)}`;
    const { body } = await integration.flow('GET', path);
    return (body.items as Json[]).map((one) => Number(one.price));
  }

  const brief = ({ written, failed, unknown }: ExportReport): number[] => [written, failed, unknown];

  it('brings everything the first time, then what has changed, and a new list of a store as a whole', async () => {
    await price(sku(0), 111);
    const first = await rig.export();
    assert.equal(first.since, 'first-export');
    assert.equal(first.failed, 0, first.differences.join());
    assert.ok(first.unchanged > 200, `${first.unchanged} were right`);
    assert.deepEqual(await inFlow('main', sku(0)), [11_100]);
    assert.ok(first.missing.includes(STORE_LIST) && !(await rig.checkpoint()).covered.includes(STORE_LIST));
    await price(sku(1), 222);
    await price(sku(2), 333, { storeId: STORE });
    const second = await rig.export();
    assert.deepEqual(brief(second), [1, 0, 0]);
    assert.ok(second.compared < 20, `${second.compared} compared`);
    await integration.flow('POST', '/pricelists', { pricelistUid: STORE_LIST, name: STORE });
    const third = await rig.export();
    assert.equal(third.written, 1, 'the store’s price is older than the list');
    assert.ok((await rig.checkpoint()).covered.includes(STORE_LIST));
    assert.deepEqual([await inFlow('main', sku(1)), await inFlow(STORE_LIST, sku(2))], [[22_200], [33_300]]);
    assert.deepEqual(brief(await rig.export()), [0, 0, 0]);
  });

  it('misses nothing while Omnium is away or forgets a scroll, and a worker is stopped', async () => {
    await price(sku(3), 33);
    await integration.fault('omnium', { kind: 'error', status: 404, path: '/api/Products/Scroll', times: 1 });
    await integration.fault('flow', { kind: 'lost-answer', method: 'PUT', path: '/prices', times: 1 });
    const report = await rig.export();
    assert.deepEqual([report.failedAttempts, ...brief(report)], [0, 1, 0, 0]);
    assert.deepEqual(await inFlow('main', sku(3)), [3_300]);
    await rig.stopWorker();
    await price(sku(4), 44);
    const run = await rig.trigger();
    await rig.startWorker();
    await rig.result(run);
    assert.deepEqual(await inFlow('main', sku(4)), [4_400]);
  });

  it('keeps a price unresolved that cannot be brought over, until it is right', async () => {
    const article = sku(5);
    await price(article, 5e14);
    const report = await rig.export();
    assert.deepEqual(report.unresolvedNames, [`${article}@main`], report.differences.join());
    const [group] = (await rig.checkpoint()).unresolved;
    assert.deepEqual([group?.failureType, group?.ids], ['AmountInvalid', [`${article}@main`]]);
    await price(article, 55);
    const healed = await rig.export();
    assert.equal(healed.unresolved, 0);
    assert.deepEqual(await inFlow('main', article), [5_500]);
  });
});
