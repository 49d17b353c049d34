import assert from 'node:assert/strict';
import { RETRY_NOW_UPDATE } from '../../src/contracts/entity-sync';
import type { ExportStream } from '../../src/contracts/streams';
import { ExportRig, withExport } from '../support/export-rig';
import { Integration, type Json } from '../support/integration';
import { sweptRarely } from '../support/sweep-rig';

const uidOf = (sku: string): string => sku.replace(/\W/g, '');

/** More removals than a run makes by itself wait for an operator, whatever is removed (finding A2). */
describe('findings: removals wait for a word', function () {
  this.timeout(120_000);
  let integration: Integration;
  let rig: ExportRig;

  async function begin(stream: ExportStream): Promise<void> {
    const properties = { SyncCategoriesToFlow: true };
    const config = withExport(integration.config, stream, { properties });
    const tenants = config.tenants.map((tenant) => ({
      ...tenant,
      exports: { ...tenant.exports, removals: 3, removalsPercent: 1 },
    }));
    rig = await ExportRig.create({ config: { ...config, tenants }, tenantUid: integration.tenantUid, stream });
    await rig.provision();
    await rig.startWorker();
  }

  before(async function () {
    this.timeout(600_000);
    integration = await Integration.start(sweptRarely);
    // What events bring is their own business.
    await integration.fault('omnium', { kind: 'webhook-lost' });
  });
  afterEach(async () => {
    await integration.manners('omnium');
    await rig.stop();
  });
  after(async () => {
    await integration.stop();
  });

  const skus = (): string[] =>
    integration.chain.products
      .filter(({ kind }) => kind === 'single')
      .flatMap((product) => product.skus.map(({ sku }) => sku));

  const inList = async (sku: string): Promise<number> => {
    const { body } = await integration.flow('GET', `/pricelists/main/prices?productUid=${uidOf(sku)}`);
    return (body.items as Json[]).length;
  };
  const howMany = async (some: readonly string[]): Promise<number> => {
    let count = 0;
    for (const sku of some) count += await inList(sku);
    return count;
  };

  it('A2: prices that Omnium lists no more: none goes, the run says which, and an operator lets them go', async () => {
    await begin('prices');
    const gone = skus().slice(0, 6);
    // Ours are those that the export has made.
    for (const sku of gone) await integration.flow('DELETE', `/pricelists/main/prices/main-${uidOf(sku)}`);
    const first = await rig.export();
    assert.equal(first.heldRemovals, undefined);
    assert.equal(await howMany(gone), 6);

    const prices = gone.map((productId) => ({ productId }));
    const { status } = await integration.omnium('DELETE', '/api/Prices', prices);
    assert.equal(status, 200);
    for (const wholeOrDelta of [undefined, { kind: 'everything' }, undefined] as const) {
      const report = await rig.result(await rig.ask(wholeOrDelta));
      assert.deepEqual([report.heldRemovals?.count, report.failed], [6, 6], report.differences.join());
      assert.ok((report.heldRemovals?.listSize ?? 0) > 100);
      assert.deepEqual([...(report.heldRemovals?.samples ?? [])].sort(), gone.map((sku) => `${sku}@main`).sort());
      assert.equal(await howMany(gone), 6, 'nothing was removed, not even the first three');
      assert.deepEqual(await rig.unresolved(), gone.map((sku) => `${sku}@main`).sort());
    }

    // One is there again: it is none any more.
    const [back = '', ...others] = gone;
    const price = { code: back, marketId: 'NOR', currencyCode: 'NOK', taxRate: 25, unitPrice: 55 };
    await integration.omnium('PUT', '/api/Prices/AddMany', [{ productId: back, prices: [price], ignoreDates: true }]);
    assert.equal((await rig.export()).heldRemovals?.count, 5);

    const allowed = await rig.result(await rig.ask(undefined, { allowsRemovals: true }));
    assert.deepEqual([allowed.heldRemovals, allowed.failed, allowed.unresolved], [undefined, 0, 0]);
    assert.deepEqual([await howMany(others), await inList(back)], [0, 1]);

    // Few go by themselves, after everything has been read.
    await integration.omnium('DELETE', '/api/Prices', [{ productId: back }]);
    const few = await rig.export();
    assert.deepEqual([few.heldRemovals, few.written, few.failed, few.unresolved], [undefined, 1, 0, 0]);
    assert.equal(await inList(back), 0);
  });

  it('A2: a campaign that ends is a change, however many prices it had', async () => {
    await begin('prices');
    await rig.export();
    const some = skus().slice(10, 18);
    await integration.flow('POST', '/pricelists', { pricelistUid: 'oslocity', name: 'Oslo City' });
    for (const code of some) {
      await integration.flow('DELETE', `/pricelists/main/prices/main-${uidOf(code)}`);
      const ended = { code, marketId: 'NOR', currencyCode: 'NOK', taxRate: 25, unitPrice: 9 };
      const prices = [{ ...ended, validUntil: new Date(Date.now() + 2_500).toISOString() }];
      await integration.omnium('DELETE', '/api/Prices', [{ productId: code }]);
      await integration.omnium('PUT', '/api/Prices/AddMany', [{ productId: code, prices, ignoreDates: true }]);
    }
    await rig.export();
    await new Promise((resolve) => setTimeout(resolve, 2_600));
    const after = await rig.export();
    assert.equal(after.heldRemovals, undefined, after.differences.join());
    assert.equal(await howMany(some), 0);
  });

  it('A2: products that Omnium has deleted', async () => {
    await begin('products');
    await rig.export();
    const gone = skus().slice(20, 26);
    for (const sku of gone) assert.ok((await integration.omnium('DELETE', `/api/Products/${sku}`)).status < 300);
    const sold = async (): Promise<number> => {
      let count = 0;
      for (const sku of gone)
        count += Number((await integration.flow('GET', `/products/${uidOf(sku)}`)).body.allowSale !== 'NO');
      return count;
    };
    const before = await sold();
    assert.equal(before, 6);
    const whole = await rig.result(await rig.ask({ kind: 'everything' }));
    assert.equal(whole.heldRemovals?.count, 6, whole.differences.join());
    assert.equal(await sold(), 6);
    const allowed = await rig.result(await rig.ask(undefined, { allowsRemovals: true }));
    assert.deepEqual([allowed.heldRemovals, allowed.unresolved, await sold()], [undefined, 0, 0]);
  });

  it('A2: categories; a list that comes short is no removal at all', async () => {
    await begin('categories');
    const ids = ['fuse-a', 'fuse-b', 'fuse-c', 'fuse-d', 'fuse-e'];
    for (const categoryId of ids)
      await integration.control('omnium', 'POST /catalogue/categories', { categoryId, name: categoryId });
    await rig.export();
    const there = async (): Promise<number> => {
      let count = 0;
      for (const id of ids) count += Number((await integration.flow('GET', `/categories/${uidOf(id)}`)).status === 200);
      return count;
    };
    assert.equal(await there(), 5);

    await integration.manners('omnium', 'short-pages');
    const run = await rig.ask();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    assert.equal((await run.describe()).status.name, 'RUNNING', 'it waits to be tried again');
    await integration.manners('omnium');
    await run.executeUpdate(RETRY_NOW_UPDATE).catch(() => undefined);
    await rig.result(run);
    assert.equal(await there(), 5);

    for (const id of ids) await integration.control('omnium', `DELETE /catalogue/categories/${id}`);
    const held = await rig.export();
    assert.equal(held.heldRemovals?.count, 10, 'each is a category and a product group');
    assert.equal(await there(), 5);
    const allowed = await rig.result(await rig.ask(undefined, { allowsRemovals: true }));
    assert.deepEqual([allowed.heldRemovals, await there()], [undefined, 0]);
  });
});
