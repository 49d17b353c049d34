import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type Answer, fetchToken, issueFields, type OmniumRig, startReceiver, startRig } from './omnium-rig';

describe('Omnium sandbox inventory', () => {
  let rig: OmniumRig;
  let sku: string;
  before(async () => {
    rig = await startRig({ rateLimits: false });
    [sku] = rig.skus;
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const item = async (warehouseCode = 'oslo-city'): Promise<Answer> =>
    rig.call('GET', `/api/Inventory/${sku}?warehouseIds=${warehouseCode}`);
  const level = async (warehouseCode?: string): Promise<unknown> =>
    (await item(warehouseCode)).json.at('result.0.inventory');
  const moves = async (search: Record<string, unknown> = { skuId: sku }) =>
    (await rig.call('POST', '/api/Inventory/SearchTransactions', search)).json;

  it('adds single and many items, overwriting and logging even what is equal', async () => {
    const full = { sku, warehouseCode: 'oslo-city', inventory: 7, cost: 12, location: 'A1', reservedInventory: 2 };
    assert.equal((await rig.call('POST', '/api/Inventory', full)).status, 200);
    assert.deepEqual((await item()).json.at('result.0.calculatedInventory'), 5);
    await rig.call('POST', '/api/Inventory/AddMany', [{ sku, warehouseCode: 'oslo-city', inventory: 7 }]);
    await rig.call('POST', '/api/Inventory/AddMany', [{ sku, warehouseCode: 'oslo-city', inventory: 7 }]);
    const { json } = await item();
    assert.deepEqual([json.at('result.0.location'), json.at('result.0.reservedInventory')], [undefined, 0]);
    assert.equal((await moves()).at('totalHits'), 3);
    const bad = await rig.call('POST', '/api/Inventory/AddMany', [{ warehouseCode: 'moon' }]);
    assert.deepEqual(issueFields(bad), ['[0].sku', '[0].warehouseCode']);
  });

  it('updates a single item as UpdateMany does, and ignores a date that is sent back', async () => {
    const body = { sku, warehouseCode: 'oslo-city', inventory: 3, cost: 10, modified: '2020-01-01T00:00:00Z' };
    assert.equal((await rig.call('PUT', '/api/Inventory/Update', body)).status, 200);
    await rig.call('PUT', '/api/Inventory/Update', { ...body, cost: 0 });
    const { json } = await item();
    assert.deepEqual([json.at('result.0.inventory'), json.at('result.0.cost')], [3, 10]);
    assert.equal((await moves()).at('totalHits'), 1, 'the second changed nothing');
  });

  it('processes changes by a quantity, each as often as it is sent', async () => {
    await rig.call('PUT', '/api/Inventory/Update', { sku, warehouseCode: 'oslo-city', inventory: 3 });
    const process = (body: unknown[]) => rig.call('POST', '/api/Inventory/ProcessInventoryTransactions', body);
    const change = { skuId: sku, warehouseCode: 'oslo-city', inventoryChange: -2, reason: 'Broken', orderId: 'o-1' };
    await process([change, change]);
    await process([{ ...change, inventoryChange: 5, adjustReservedInventory: true }]);
    const { json } = await item();
    assert.deepEqual([json.at('result.0.inventory'), json.at('result.0.reservedInventory')], [4, 5]);
    const found = await moves({ orderId: 'o-1', searchText: 'broken' });
    assert.deepEqual(
      found.list('result').map((move) => [move.at('inventoryChange'), move.at('newInventory')]),
      [
        [-2, 1],
        [-2, -1],
        [5, 4],
      ],
    );
    assert.deepEqual(issueFields(await process([{ warehouseCode: 'moon' }])), ['[0].skuId', '[0].warehouseCode']);
  });

  it('searches transactions by everything they have, in pages from 1', async () => {
    const levels = [1, 2, 3].map((inventory) => ({ sku, warehouseCode: 'oslo-city', inventory }));
    for (const each of levels) {
      await rig.call('PUT', '/api/Inventory/UpdateMany', [each]);
    }
    await rig.call('PUT', '/api/Inventory/UpdateMany', [{ sku, warehouseCode: 'oslo-city-back', inventory: 9 }]);
    const second = await moves({ skuId: sku, page: 2, take: 2 });
    assert.deepEqual(second.at('totalHits'), 4);
    assert.deepEqual(
      second.list('result').map((move) => move.at('newInventory')),
      [3, 9],
    );
    assert.equal((await moves({ warehouseCodes: ['oslo-city-back'] })).at('totalHits'), 1);
    const productId = rig.chain.products.find(({ skus }) => skus.some((each) => each.sku === sku))?.productId;
    assert.equal((await moves({ productId })).at('totalHits'), 4);
    assert.equal((await moves({ userId: rig.chain.omniumApiUser.clientId })).at('totalHits'), 4);
    assert.equal((await moves({ from: '2999-01-01' })).at('totalHits'), 0);
    assert.equal((await rig.call('POST', '/api/Inventory/SearchTransactions', { take: 101 })).status, 400);
  });

  it('deletes items of the named warehouses', async () => {
    await rig.call('PUT', '/api/Inventory/Update', { sku, warehouseCode: 'oslo-city', inventory: 3 });
    assert.equal((await rig.call('DELETE', `/api/Inventory/${sku}`)).status, 400);
    assert.equal((await rig.call('DELETE', `/api/Inventory/${sku}?warehouseIds=oslo-city`)).status, 200);
    assert.equal(await level(), undefined);
    const search = await rig.call('POST', '/api/Inventory/Search', {
      productCodes: [sku],
      warehouseCodes: ['oslo-city'],
    });
    assert.equal(search.json.at('totalHits'), 0);
    await rig.call('PUT', '/api/Inventory/Update', { sku, warehouseCode: 'oslo-city', inventory: 4 });
    assert.equal(await level(), 4);
  });

  it('has nothing in a warehouse that came later, and finds stock of SKUs that no product has', async () => {
    await rig.call('PUT', '/api/Stores', { id: 'new-place', isWarehouse: true, availableOnMarkets: ['NOR'] });
    assert.equal(await level('new-place'), undefined);
    const unknown = { sku: 'nobody knows', warehouseCode: 'new-place', inventory: 2 };
    await rig.call('PUT', '/api/Inventory/UpdateMany', [unknown]);
    const found = await rig.call('POST', '/api/Inventory/Search', { warehouseCodes: ['new-place'] });
    assert.deepEqual(
      found.json.list('result').map((each) => each.at('sku')),
      ['nobody knows'],
    );
  });

  it('lets every search lag, not only the delta, and keeps what is not yet found over a restart', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'omnium-state-'));
    const stateFile = join(directory, 'omnium.json');
    const slow = await startRig({ rateLimits: false, indexLagMs: 60_000, stateFile });
    const search = { productCodes: [sku], warehouseCodes: ['oslo-city'] };
    const found = async (on: OmniumRig): Promise<unknown> =>
      (await on.call('POST', '/api/Inventory/Search', search)).json.at('result.0.inventory');
    const seeded = await found(slow);
    await slow.call('PUT', '/api/Inventory/UpdateMany', [{ sku, warehouseCode: 'oslo-city', inventory: 7777 }]);
    assert.equal(await found(slow), seeded);
    await slow.stop();
    const again = await startRig({ rateLimits: false, stateFile });
    assert.equal(await found(again), 7777);
    await again.stop();
    await rm(directory, { recursive: true });
  });

  it('tells additions, updates and changes by quantity with their own numbers', async () => {
    const receiver = await startReceiver();
    await rig.control('POST', '/subscriptions', { url: receiver.url, classNames: ['Inventory'] });
    await rig.call('POST', '/api/Inventory', { sku, warehouseCode: 'oslo-city', inventory: 1 });
    await receiver.waitFor(1);
    await rig.call('PUT', '/api/Inventory/Update', { sku, warehouseCode: 'oslo-city', inventory: 2 });
    await receiver.waitFor(2);
    const change = [{ skuId: sku, warehouseCode: 'oslo-city', inventoryChange: 1 }];
    await rig.call('POST', '/api/Inventory/ProcessInventoryTransactions', change);
    const told = (await receiver.waitFor(3)).map(({ body }) => [body.at('operationId'), body.at('storeId')]);
    assert.deepEqual(told, [
      [350000, 'oslo-city'],
      [350002, 'oslo-city'],
      [150105, 'oslo-city'],
    ]);
    await receiver.stop();
  });

  it('gives a delta of tens of thousands of levels once each, quickly, by scroll', async function () {
    this.timeout(30_000);
    const chain = buildChain({ seed: 3, products: 3000, stores: 12 });
    const big = await startRig({ chain, rateLimits: false });
    const { clientId, clientSecret } = chain.omniumApiUser;
    big.token = await fetchToken(big.url, clientId, clientSecret);
    try {
      const skus = chain.products.flatMap((product) => product.skus.map((each) => each.sku)).slice(0, 2500);
      const pairs = chain.stores.flatMap(({ storeId }) => skus.map((code) => ({ sku: code, warehouseCode: storeId })));
      const lastModified = new Date(Date.now() - 1).toISOString();
      const startedAt = performance.now();
      for (let at = 0; at < pairs.length; at += 1000) {
        const batch = pairs.slice(at, at + 1000).map((pair, index) => ({ ...pair, inventory: at + index + 0.5 }));
        assert.equal((await big.call('PUT', '/api/Inventory/UpdateMany', batch)).status, 200);
      }
      const writtenAt = performance.now();
      const seen = new Set<string>();
      let batch = await big.call('POST', '/api/Inventory/Search', { lastModified, isBatchesExcluded: true });
      assert.equal(batch.json.at('totalHits'), pairs.length);
      while (batch.json.list('result').length > 0) {
        for (const each of batch.json.list('result')) {
          seen.add(`${each.text('sku')} ${each.text('warehouseCode')}`);
        }
        batch = await big.call('GET', `/api/Inventory/Scroll/${batch.json.text('scrollId')}`);
      }
      assert.equal(seen.size, pairs.length);
      const readAt = performance.now();
      // Far above what it takes (some 25 µs per level to write, 10 µs to read), far below what a scan per call would.
      assert.ok(writtenAt - startedAt < 10_000, `writing took ${Math.round(writtenAt - startedAt)} ms`);
      assert.ok(readAt - writtenAt < 5000, `reading took ${Math.round(readAt - writtenAt)} ms`);
    } finally {
      await big.stop();
    }
  });

  describe('cost prices', () => {
    const add = (costPrices: unknown[], over: Record<string, unknown> = {}) =>
      rig.call('PUT', '/api/CostPrices/AddMany', [{ costPrices, ...over }]);
    const costs = async (search: Record<string, unknown> = {}): Promise<unknown[][]> => {
      const { json } = await rig.call('POST', '/api/CostPrices/Search', { productCodes: [sku], ...search });
      return json.list('result').map((price) => ['marketId', 'storeId', 'cost'].map((name) => price.at(name)));
    };
    const seededIn = (marketId: 'NOR' | 'SWE'): number => {
      const found = rig.chain.products.flatMap(({ skus }) => skus).find((each) => each.sku === sku);
      return (found?.prices[marketId].costCents ?? 0) / 100;
    };

    it('start with what each market pays', async () => {
      assert.equal((await costs()).length, 4);
      assert.deepEqual(await costs({ marketIds: ['NOR'] }), [['NOR', undefined, seededIn('NOR')]]);
    });

    it('are added by market, store and dates, the general ones found with every filter', async () => {
      const cost = (value: number, over: Record<string, unknown> = {}) => ({ skuId: sku, cost: value, ...over });
      await add([cost(11), cost(12, { marketId: 'NOR', storeId: 'oslo-city' }), cost(13, { marketId: 'SWE' })]);
      assert.deepEqual(await costs({ marketIds: ['NOR'], storeIds: ['oslo-city'] }), [
        ['NOR', undefined, seededIn('NOR')],
        [undefined, undefined, 11],
        ['NOR', 'oslo-city', 12],
      ]);
      assert.deepEqual(await costs({ marketIds: ['NOR'], storeIds: ['stockholm-norr'] }), [
        ['NOR', undefined, seededIn('NOR')],
        [undefined, undefined, 11],
      ]);
    });

    it('take the place of the same dimensions and dates only, or of any dates when told', async () => {
      await add([{ skuId: sku, marketId: 'NOR', currencyCode: 'NOK', cost: 20, validFrom: '2026-11-01' }]);
      assert.equal((await costs({ marketIds: ['NOR'] })).length, 2);
      await add([{ skuId: sku, marketId: 'NOR', currencyCode: 'NOK', cost: 21, validFrom: '2026-11-01' }]);
      assert.equal((await costs({ marketIds: ['NOR'] })).length, 2);
      await add([{ marketId: 'NOR', currencyCode: 'NOK', cost: 22 }], { productId: sku, ignoreDates: true });
      assert.deepEqual(await costs({ marketIds: ['NOR'] }), [['NOR', undefined, 22]]);
      const ended = { skuId: sku, marketId: 'SWE', cost: 5, validFrom: '2026-01-01', validUntil: '2026-02-01' };
      await add([ended]);
      assert.equal((await costs({ marketIds: ['SWE'], validFrom: '2026-03-01' })).length, 1);
    });

    it('are read as a delta', async () => {
      const before = new Date(Date.now() - 1000).toISOString();
      await add([{ skuId: sku, cost: 33 }]);
      const { json } = await rig.call('POST', '/api/CostPrices/Search', { lastModified: before });
      assert.deepEqual(
        json.list('result').map((price) => [price.at('skuId'), price.at('cost')]),
        [[sku, 33]],
      );
    });

    it('refuse what names no SKU, no cost, or unknown markets and stores, changing nothing', async () => {
      const bad = await add([
        { skuId: sku, cost: 1 },
        { cost: -1, marketId: 'XX', storeId: 'moon' },
      ]);
      assert.deepEqual(issueFields(bad), [
        ...['[0].costPrices[1].cost', '[0].costPrices[1].marketId'],
        ...['[0].costPrices[1].skuId', '[0].costPrices[1].storeId'],
      ]);
      assert.equal((await costs()).length, 4);
      assert.equal((await rig.call('POST', '/api/CostPrices/Search', {})).status, 400);
    });
  });
});
