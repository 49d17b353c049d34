import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type Answer, type Json, type OmniumRig, startReceiver, startRig } from './omnium-rig';

const chain = buildChain({ seed: 7, products: 120, stores: 4, variety: true });

describe('Omnium sandbox categories', () => {
  let rig: OmniumRig;
  before(async () => {
    rig = await startRig({ chain, rateLimits: false });
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const get = (path: string): Promise<Answer> => rig.call('GET', `/api/ProductCategories${path}`);
  const namesOf = (nodes: readonly Json[]): unknown[] => nodes.map((node) => node.at('productCategory.categoryId'));

  it('lists all documents of all languages in pages', async () => {
    const all = await get('');
    const total = (chain.categories.length + 5) * 2;
    assert.deepEqual([all.json.at('totalHits'), all.json.list('result').length], [total, total]);
    const ids = new Set<string>();
    for (let page = 1; page <= 4; page += 1) {
      for (const each of (await get(`?pageSize=10&page=${page}`)).json.list('result')) {
        ids.add(each.text('id'));
      }
    }
    assert.equal(ids.size, total);
    assert.equal((await get('?pageSize=1001')).status, 400);
    assert.equal((await get('?pageSize=1000&page=21')).status, 400);
    assert.equal((await get('?page=0')).status, 400);
  });

  it('gives one by its id, or by its number and a language', async () => {
    assert.equal((await get('/jackets_sv')).json.at('name'), 'Jackor');
    assert.equal((await get('/jackets?language=sv')).json.at('id'), 'jackets_sv');
    assert.equal((await get('/jackets')).json.at('language'), 'no');
    assert.equal((await get('/jackets?language=fi')).status, 404);
  });

  it('shows a tree four deep, without those that have no link', async () => {
    const [root] = (await get('/GetCategoryTree')).json.list();
    assert.equal(root?.at('productCategory.categoryId'), 'all');
    const clothing = root?.list('subCategories').find((node) => node.at('productCategory.categoryId') === 'clothing');
    const jackets = clothing?.list('subCategories').find((node) => node.at('productCategory.categoryId') === 'jackets');
    assert.deepEqual(namesOf(jackets?.list('subCategories') ?? []), ['rain-jackets', 'rainjackets', 'down-jackets']);
    assert.ok(Number(jackets?.at('productCount')) > 0);
    const below = (await get('/jackets/SubCategories?language=sv')).json.list();
    assert.deepEqual(
      below.map((each) => each.at('id')),
      ['rain-jackets_sv', 'rainjackets_sv', 'down-jackets_sv'],
    );
    await rig.control('POST', '/catalogue/categories', { categoryId: 'clothing', parentId: 'jackets' });
    const [cut] = (await get('/GetCategoryTree')).json.list();
    assert.ok(!namesOf(cut?.list('subCategories') ?? []).includes('clothing'), 'a ring hangs under no root');
  });

  it('scrolls what a search finds', async () => {
    const small = await startRig({ chain, rateLimits: false, scrollBatchSize: 4 });
    try {
      const start = await small.call('POST', '/api/ProductCategories/ScrollSearch', { language: 'sv', take: 99_999 });
      assert.deepEqual(
        [start.json.at('totalHits'), start.json.list('result').length],
        [chain.categories.length + 5, 4],
      );
      const next = await small.call('GET', `/api/ProductCategories/Scroll/${start.json.text('scrollId')}`);
      assert.equal(next.json.list('result').length, 4);
      const found = await small.call('POST', '/api/ProductCategories/ScrollSearch', { parentIds: ['jackets'] });
      assert.equal(found.json.at('totalHits'), 6);
    } finally {
      await small.stop();
    }
  });

  it('is written, patched and deleted by the API and by people, each told as an event', async () => {
    const receiver = await startReceiver();
    try {
      await rig.control('POST', '/subscriptions', { url: receiver.url, classNames: ['ProductCategory'] });
      const ski = { categoryId: 'ski', language: 'no', name: 'Ski', parentId: 'equipment' };
      assert.equal((await rig.call('POST', '/api/ProductCategories', ski)).status, 200);
      assert.equal((await rig.call('POST', '/api/ProductCategories', { categoryId: 'x' })).status, 400);
      await rig.call('PUT', '/api/ProductCategories', { ...ski, name: 'Skis' });
      await rig.call('POST', '/api/ProductCategories/AddMany', [{ ...ski, language: 'sv', name: 'Skidor' }]);
      const patched = await rig.call('PATCH', '/api/ProductCategories/ski_no', {
        parentId: 'all',
        categoryId: 'other',
      });
      assert.equal(patched.json.at('isModified'), true);
      assert.deepEqual([(await get('/ski')).json.at('parentId'), (await get('/ski')).json.at('name')], ['all', 'Skis']);
      await rig.control('POST', '/catalogue/categories', { categoryId: 'ski', name: 'Snow', parentId: null });
      assert.equal((await get('/ski_sv')).json.at('name'), 'Snow');
      assert.equal((await get('/ski_sv')).json.at('parentId'), undefined);
      assert.equal((await rig.call('DELETE', '/api/ProductCategories/ski_no')).status, 200);
      assert.equal((await get('/ski_no')).status, 404);
      assert.equal((await rig.control('DELETE', '/catalogue/categories/ski')).status, 204);
      assert.equal((await get('/ski_sv')).status, 404);
      const told = (await receiver.waitFor(8)).map(
        ({ body }) => `${String(body.at('operationId'))} ${body.text('objectId')}`,
      );
      assert.deepEqual(told, [
        ...['398100 ski_no', '398101 ski_no', '398104 ski_sv', '398101 ski_no', '298101 ski_no', '298101 ski_sv'],
        ...['398102 ski_no', '298102 ski_sv'],
      ]);
    } finally {
      await receiver.stop();
    }
  });
});

describe('Omnium sandbox catalogue over a restart', () => {
  it('goes on with written, translated, touched and deleted products, their prices, costs and categories', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'omnium-catalogue-'));
    const stateFile = join(directory, 'omnium.json');
    const first = await startRig({ stateFile, chain, rateLimits: false });
    const [sku] = first.skus;
    await first.call('POST', '/api/Products', { productId: 'N-1', skuId: 'N-1', name: 'Ny' });
    await first.call('POST', '/api/Products', { productId: 'N-1', skuId: 'N-1', name: 'Nyare', language: 'sv' });
    await first.call('DELETE', '/api/Products/NL-100');
    await first.control('POST', '/catalogue/touch', { codes: ['NL-300'], at: '2026-06-01T00:00:00Z' });
    const price = { code: sku, marketId: 'NOR', currencyCode: 'NOK', unitPrice: 5, promotionId: 'p' };
    await first.call('PUT', '/api/Prices/AddMany', [{ prices: [price] }]);
    await first.control('DELETE', '/catalogue/categories/outlet');
    const search = { priceActivatedFrom: new Date(Date.now() - 60_000).toISOString(), productLanguage: 'no' };
    const soon = (await first.call('POST', '/api/Products/Query', search)).json.at('totalHits');
    await first.stop();
    const second = await startRig({ stateFile, chain, rateLimits: false });
    assert.equal((await second.call('GET', '/api/Products/N-1_sv/raw')).json.at('name'), 'Nyare');
    assert.equal((await second.call('GET', '/api/Products/NL-100')).status, 404);
    assert.equal(
      (await second.call('GET', '/api/Products/NL-300')).json.at('modified'),
      '2026-06-01T00:00:00.0000000Z',
    );
    const prices = (await second.call('POST', '/api/Prices/Search', { productCodes: [sku] })).json.list('result');
    assert.equal(prices.filter((each) => each.at('promotionId') === 'p').length, 1);
    assert.equal((await second.call('GET', '/api/ProductCategories/outlet')).status, 404);
    assert.equal((await second.call('POST', '/api/Products/Query', search)).json.at('totalHits'), soon);
    assert.ok(Number(soon) > 0);
    await second.stop();
    await rm(directory, { recursive: true });
  });
});
