import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import type { OmniumProductRef, OmniumProductSearch } from '../../src/clients/omnium/products';
import { OmniumOnSandbox } from './vendor-rigs';
import { batchesOf, failureOf } from './vendor-server';

const MARKET = { marketIds: ['NOR'], language: 'no' };
const chain = buildChain({ seed: 7, products: 60, stores: 4, variety: true });
const DAY_MS = 24 * 3_600_000;

describe('Omnium client, catalogue, on the Omnium sandbox', () => {
  const sandbox = new OmniumOnSandbox({ chain, scrollBatchSize: 30 });

  async function control(path: string, body: unknown): Promise<void> {
    const answer = await sandbox.rig.control('POST', `/catalogue/${path}`, body);
    assert.ok(answer.status < 300, answer.text);
  }

  async function refsOf(search: OmniumProductSearch): Promise<OmniumProductRef[]> {
    return (await batchesOf(sandbox.omnium.products.scrollRefs(search))).flatMap(({ refs }) => refs);
  }

  const single = (): string => {
    const found = chain.products.find(({ kind }) => kind === 'single');
    return found?.productId ?? assert.fail('no product');
  };
  const later = (ms: number): string => new Date(Date.now() + ms).toISOString();

  it('names every product once, oldest change first, with all that is sold of it', async () => {
    const batches = await batchesOf(sandbox.omnium.products.scrollRefs(MARKET));
    const refs = batches.flatMap((batch) => batch.refs);
    assert.ok(batches.length > 1, `${String(batches.length)} batches`);
    assert.equal(batches[0]?.total, refs.length);
    assert.equal(new Set(refs.map(({ productId }) => productId)).size, refs.length);
    const times = refs.map(({ modified = '' }) => modified);
    assert.deepEqual(times, [...times].sort());
    const styles = chain.products.filter(({ kind }) => kind === 'style');
    for (const { productId, skus } of styles) {
      const ref = refs.find((one) => one.productId === productId);
      assert.deepEqual(ref?.skuIds.toSorted(), skus.map(({ sku }) => sku).toSorted());
    }
  });

  it('names what was changed since, what was deleted, and what a price turns over', async () => {
    const [touched, deleted, priced] = chain.products.map(({ productId }) => productId);
    const modifiedFrom = later(-1_000);
    const starts = later(DAY_MS);
    await control('touch', { codes: [touched], quiet: true });
    await control('deletions', { codes: [deleted], quiet: true });
    const sku = chain.products[2]?.skus[0]?.sku;
    await control('price-windows', { code: sku, where: { marketId: 'NOR' }, validFrom: starts });
    const idsOf = async (search: OmniumProductSearch): Promise<string[]> =>
      (await refsOf({ ...MARKET, modifiedFrom, ...search })).map(({ productId }) => productId);
    assert.deepEqual(await idsOf({}), [touched]);
    assert.deepEqual(await idsOf({ isDeleted: true }), [deleted]);
    const around = { from: later(DAY_MS / 2), to: later(2 * DAY_MS) };
    assert.deepEqual((await idsOf({ priceWindow: around })).toSorted(), [touched, priced].toSorted());
    assert.deepEqual(await idsOf({ priceWindow: { from: later(3 * DAY_MS), to: later(4 * DAY_MS) } }), [touched]);
  });

  it('reads products whole, in the language of the market', async () => {
    const productIds = chain.products.map(({ productId }) => productId);
    const found = await sandbox.omnium.products.query({ productIds: [...productIds, 'nobody'], marketId: 'SWE' });
    assert.equal(found.length, productIds.length);
    assert.ok(found.every(({ language }) => language === 'sv'));
    const style = chain.products.find(({ kind }) => kind === 'style');
    const read = found.find(({ productId }) => productId === style?.productId);
    assert.deepEqual(
      read?.variants.map(({ skuId }) => skuId),
      style?.skus.map(({ sku }) => sku),
    );
    assert.ok(read?.variants.every(({ prices }) => prices.every(({ marketId }) => marketId === 'SWE')));
    const pack = found.find(({ isPackage }) => isPackage === true);
    assert.ok(pack?.components.every(({ skuId, quantity }) => skuId !== undefined && Number(quantity) > 0));
  });

  it('reads one product, by id and by SKU, also as a market has it', async () => {
    const productId = single();
    const { skuId = '' } = (await sandbox.omnium.products.get(productId)) ?? assert.fail('not found');
    assert.equal((await sandbox.omnium.products.get(skuId))?.productId, productId);
    const inSweden = await sandbox.omnium.products.getInMarket(productId, 'SWE');
    assert.equal(inSweden?.language, 'sv');
    assert.deepEqual([...new Set(inSweden.prices.map(({ marketId }) => marketId))], ['SWE']);
    assert.equal(await sandbox.omnium.products.get('nobody'), undefined);
    assert.equal(await sandbox.omnium.products.getInMarket(productId, 'ATL'), undefined);
  });

  it('finds a broken product among its neighbours', async () => {
    const productIds = chain.products.slice(0, 4).map(({ productId }) => productId);
    await control('broken', { codes: [productIds[1]], members: { prices: 'gone', modified: 'yesterday' } });
    const found = await refsOf(MARKET);
    assert.ok(found.some((ref) => ref.productId === productIds[1]));
    const query = (ids: readonly string[]) => sandbox.omnium.products.query({ productIds: ids, marketId: 'NOR' });
    await failureOf(query(productIds), VendorResponseInvalidError);
    await failureOf(query(productIds.slice(1, 2)), VendorResponseInvalidError);
    assert.equal((await query(productIds.filter((_id, index) => index !== 1))).length, 3);
    await control('failing', { codes: [productIds[2]], status: 500 });
    assert.equal((await failureOf(query(productIds.slice(2)), VendorHttpError)).status, 500);
    assert.equal((await query(productIds.slice(3))).length, 1);
  });

  it('fails as 404 once a scroll was forgotten', async () => {
    const refs = sandbox.omnium.products.scrollRefs(MARKET);
    assert.equal((await refs.next()).done, false);
    await sandbox.rig.control('POST', '/clock', { advanceMs: 301_000 });
    assert.equal((await failureOf(refs.next(), VendorHttpError)).status, 404);
  });

  it('reads all prices of SKUs, and which SKUs have others now', async () => {
    const skus = chain.products.slice(0, 40).flatMap((product) => product.skus.map(({ sku }) => sku));
    const pricesIn = async (...marketIds: string[]) => {
      const batches = await batchesOf(sandbox.omnium.prices.search({ productCodes: skus, marketIds }));
      assert.deepEqual([...new Set(batches.flatMap(({ skuIds }) => skuIds))].toSorted(), skus.toSorted());
      return batches.flatMap((batch) => batch.prices);
    };
    const prices = await pricesIn(...chain.markets.map(({ marketId }) => marketId));
    assert.ok(prices.every(({ unitPrice, currencyCode }) => unitPrice !== undefined && currencyCode !== undefined));
    const norway = await pricesIn('NOR');
    assert.ok(norway.length > 0 && norway.length < prices.length);
    const lastModified = later(-1_000);
    await control('prices', { codes: skus.slice(0, 3), where: { marketId: 'NOR' }, factor: 2, quiet: true });
    const changedIn = async (marketId: string) =>
      (await batchesOf(sandbox.omnium.prices.changedSkus({ lastModified, marketIds: [marketId] }))).flatMap(
        ({ skuIds }) => skuIds,
      );
    assert.deepEqual((await changedIn('NOR')).toSorted(), skus.slice(0, 3).toSorted());
    assert.deepEqual(await changedIn('SWE'), []);
  });

  it('reads the cost prices that were changed', async () => {
    const [sku] = sandbox.rig.skus;
    const lastModified = later(-1_000);
    const costPrices = [
      { skuId: sku, cost: 80.005, currencyCode: 'NOK', marketId: 'NOR' },
      { skuId: sku, cost: 70, currencyCode: 'NOK', storeId: 'oslo-city', type: 'SOA' },
    ];
    const body = [{ productId: sku, costPrices }];
    assert.equal((await sandbox.rig.call('PUT', '/api/CostPrices/AddMany', body)).status, 200);
    const changed = await sandbox.omnium.prices.searchCostPrices({ lastModified });
    assert.deepEqual(changed.map(({ cost, type }) => [Number(cost), type]).toSorted(), [
      [70, 'SOA'],
      [80.005, undefined],
    ]);
    assert.deepEqual(await sandbox.omnium.prices.changedCostSkus({ lastModified }), { skuIds: [sku], unreadable: 0 });
  });

  it('reads the tree of categories, and what markets are like', async () => {
    const categories = await sandbox.omnium.categories.list();
    const norwegian = categories.filter(({ language }) => language === 'no');
    assert.ok(norwegian.length > 0 && categories.length > norwegian.length);
    for (const { categoryId } of chain.categories) {
      assert.ok(norwegian.some((category) => category.categoryId === categoryId));
    }
    const norway = (await sandbox.omnium.directory.getMarkets()).find(({ marketId }) => marketId === 'NOR');
    assert.equal(Number(norway?.defaultTaxRate), 25);
    assert.equal(norway?.isTaxExcluded, false);
    assert.equal(norway.productContentLanguage, 'no');
  });
});
