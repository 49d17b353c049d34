import assert from 'node:assert/strict';

import { z } from 'zod';

import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import type { OmniumPrice, OmniumPrices } from '../../src/clients/omnium/prices';
import { OmniumWire } from './vendor-rigs';
import { batchesOf, collect, failureOf, json, type Answer } from './vendor-server';

const product = { productId: 'P-1', skuId: 'S-1', name: 'Pants', marketIds: ['NOR'] };
const price = { code: 'S-1', unitPrice: 199.5, currencyCode: 'NOK' };
const queried = z.object({ productIds: z.array(z.string()), page: z.number(), take: z.number() });
const costSearch = z.object({ productCodes: z.array(z.string()) });

/** Answers one after the other, the last one for ever. */
function inTurn(...documents: readonly unknown[]): Answer {
  let next = 0;
  return (request, response) => {
    const document = documents[Math.min(next, documents.length - 1)];
    next += 1;
    return json(200, document)(request, response);
  };
}

describe('Omnium client, catalogue', () => {
  const wire = new OmniumWire(json(200, product));
  const { last, lastBody, bodies } = wire;
  const lines = (): string[] =>
    wire.vendor.requests.filter(({ path }) => path !== '/api/Token').map(({ method, path }) => `${method} ${path}`);

  describe('products are named by a scroll', () => {
    it('that asks for no more than their names, oldest change first', async () => {
      wire.api = json(200, { result: [], totalHits: 0 });
      const search = { modifiedFrom: '2026-11-20T00:00:00Z', marketIds: ['NOR'], language: 'no' };
      assert.deepEqual(await collect(refsOf(search)), []);
      assert.equal(last(), 'POST /api/Products/Scroll');
      assert.deepEqual(lastBody(), {
        marketIds: ['NOR'],
        productLanguage: 'no',
        modifiedFrom: '2026-11-20T00:00:00Z',
        isFacetsDisabled: true,
        isPricesExcluded: true,
        includedFields: { specificFields: ['productId', 'skuId', 'modified', 'status', 'isActive', 'variants.skuId'] },
        sortOrder: 'ModifiedAscending',
      });
    });

    it('that also finds prices starting or ending without a change', async () => {
      wire.api = json(200, { result: [] });
      const priceWindow = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
      await collect(refsOf({ modifiedFrom: '2026-11-20T00:00:00Z', priceWindow, isDeleted: false }));
      const body = z.record(z.string(), z.unknown()).parse(lastBody());
      assert.equal(body['isUnionDeltaQuery'], true);
      assert.deepEqual(
        ['priceActivatedFrom', 'priceActivatedTo', 'priceDeactivatedFrom', 'priceDeactivatedTo'].map(
          (key) => body[key],
        ),
        [priceWindow.from, priceWindow.to, priceWindow.from, priceWindow.to],
      );
      assert.equal(body['isDeleted'], false);
    });

    it('with the SKUs that are sold: those of the variants, else their own', async () => {
      const style = { productId: 'P-2', variants: [{ skuId: 'A' }, { skuId: 'B' }, { skuId: 'A' }, {}] };
      wire.api = json(200, { result: [{ ...product, modified: '2026-11-20T10:00:00' }, style, { productId: 'P-3' }] });
      const refs = await collect(refsOf({}));
      assert.deepEqual(
        refs.map(({ productId, skuIds }) => [productId, skuIds]),
        [
          ['P-1', ['S-1']],
          ['P-2', ['A', 'B']],
          ['P-3', []],
        ],
      );
      assert.equal(refs[0]?.modified, '2026-11-20T10:00:00Z');
    });

    it('to its end, with the number of all', async () => {
      wire.api = inTurn(
        { result: [product], totalHits: 2, scrollId: 'a/1' },
        { result: [{ productId: 'P-2' }], totalHits: 2, scrollId: 'a2' },
        { result: [] },
      );
      const batches = await batchesOf(wire.omnium.products.scrollRefs({}));
      assert.deepEqual(
        batches.map(({ refs, total, unreadable }) => [refs.length, total, unreadable]),
        [
          [1, 2, 0],
          [1, 2, 0],
        ],
      );
      assert.deepEqual(lines(), [
        'POST /api/Products/Scroll',
        'GET /api/Products/Scroll/a%2F1',
        'GET /api/Products/Scroll/a2',
      ]);
    });

    it('which loses no neighbour of one that is odd, and does not end at a batch of such', async () => {
      const odd = { productId: 'P-2', modified: 'yesterday', skuId: { no: 1 }, variants: 'none', isActive: 'maybe' };
      wire.api = inTurn(
        { result: [{ name: 'nameless' }, null, 'text'], scrollId: 'a' },
        { result: [product, odd], scrollId: 'b' },
        { result: null },
      );
      const batches = await batchesOf(wire.omnium.products.scrollRefs({}));
      assert.deepEqual(
        batches.map(({ refs, unreadable }) => [refs.map(({ productId }) => productId), unreadable]),
        [
          [[], 3],
          [['P-1', 'P-2'], 0],
        ],
      );
      const [, { refs: [, ref] = [] } = {}] = batches;
      assert.deepEqual(
        { ...ref },
        {
          productId: 'P-2',
          modified: undefined,
          skuId: undefined,
          isActive: undefined,
          skuIds: [],
        },
      );
    });

    it('that Omnium has forgotten fails as 404', async () => {
      wire.api = ({ method }, response) =>
        method === 'POST'
          ? json(200, { result: [product], scrollId: 'a' })({} as never, response)
          : json(404, {})({} as never, response);
      assert.equal((await failureOf(collect(refsOf({})), VendorHttpError)).status, 404);
    });

    async function* refsOf(search: Parameters<typeof wire.omnium.products.scrollRefs>[0]) {
      for await (const { refs } of wire.omnium.products.scrollRefs(search)) yield refs;
    }
  });

  describe('products are read', () => {
    it('a hundred at a time, each id once, in all pages', async () => {
      wire.api = ({ body }, response) => {
        const { productIds, page, take } = queried.parse(body);
        const found = productIds.flatMap((productId) => [
          { productId, language: 'no' },
          { productId, language: 'sv' },
        ]);
        const result = found.slice(page * take, (page + 1) * take);
        return json(200, { result, totalHits: found.length })({} as never, response);
      };
      const productIds = Array.from({ length: 101 }, (_, index) => `P-${String(index)}`);
      const found = await wire.omnium.products.query({ productIds: [...productIds, 'P-0'], marketId: 'NOR' });
      assert.equal(found.length, 202);
      assert.equal(last(), 'POST /api/products/Query');
      assert.deepEqual(
        bodies().map((body) => [queried.parse(body).productIds.length, queried.parse(body).page]),
        [
          [100, 0],
          [100, 1],
          [1, 0],
        ],
      );
      const more = { marketId: 'NOR', isFacetsDisabled: true, page: 0, take: 100 };
      assert.deepEqual(lastBody(), { productIds: ['P-100'], ...more });
      assert.deepEqual(await wire.omnium.products.query({ productIds: [] }), []);
      assert.equal(bodies().length, 3);
    });

    it('with everything about them, decimals as received', async () => {
      const whole = {
        ...product,
        brand: 'Nike Air',
        description: '<p>Warm</p>',
        cost: '80.005',
        costCurrency: 'EUR',
        weight: 1.25,
        colli: [{ height: 10, width: 2.5 }],
        assortmentCodes: [{ assortmentCodeId: 'web', validFrom: '2026-01-01T00:00:00' }],
        properties: [{ key: 'fit', value: 'slim', keyGroup: 'look' }],
        assets: [{ assetId: 'a1', url: 'https://img/a1.jpg', isMainImage: true, sortOrder: 2 }],
        components: [{ componentId: 'c1', skuId: 'S-2', quantity: 2, options: [{ skuId: 'S-3' }] }],
        prices: [price],
        variants: [{ skuId: 'S-1-M', size: 'M', color: 'red', prices: [{ ...price, code: 'S-1-M' }] }],
        discontinued: '0001-01-01T00:00:00',
      };
      wire.api = json(200, whole);
      const read = await wire.omnium.products.get('S/1');
      assert.equal(last(), 'GET /api/Products/S%2F1');
      assert.equal(read?.cost, '80.005');
      assert.equal(read.weight, 1.25);
      assert.equal(read.colli[0]?.width, 2.5);
      assert.equal(read.assortmentCodes[0]?.validFrom, '2026-01-01T00:00:00Z');
      assert.deepEqual(read.properties, [{ key: 'fit', value: 'slim', keyGroup: 'look' }]);
      assert.equal(read.assets[0]?.isMainImage, true);
      assert.equal(read.components[0]?.options[0]?.skuId, 'S-3');
      assert.equal(read.prices[0]?.skuId, 'S-1');
      assert.equal(read.variants[0]?.prices[0]?.unitPrice, 199.5);
      assert.equal(read.discontinued, undefined);
    });

    it('alone, also as one market has them; undefined when unknown', async () => {
      assert.equal((await wire.omnium.products.getInMarket('P/1', 'NO/R'))?.productId, 'P-1');
      assert.equal(last(), 'GET /api/Products/P%2F1/ByMarket/NO%2FR');
      wire.api = json(404, {});
      assert.equal(await wire.omnium.products.get('P-1'), undefined);
      assert.equal(await wire.omnium.products.getInMarket('P-1', 'NOR'), undefined);
    });

    it('all or none: one that is odd is named by its place', async () => {
      wire.api = json(200, { result: [product, { productId: 'P-2', variants: [{ name: 'no SKU' }] }], totalHits: 2 });
      const query = wire.omnium.products.query({ productIds: ['P-1', 'P-2'] });
      const error = await failureOf(query, VendorResponseInvalidError);
      assert.deepEqual(error.issues, [{ path: 'result[1].variants[0].skuId', kind: 'invalid_union' }]);
    });

    it('and not for ever', async () => {
      wire.api = json(200, { result: [product], totalHits: 1_000_000 });
      const error = await failureOf(wire.omnium.products.query({ productIds: ['P-1'] }), VendorResponseInvalidError);
      assert.match(error.issues[0]?.kind ?? '', /^incomplete: \d+ of \d+ came$/);
    });
  });

  describe('selling prices', () => {
    async function pricesOf(search: Parameters<OmniumPrices['search']>[0]): Promise<OmniumPrice[]> {
      return (await batchesOf(wire.omnium.prices.search(search))).flatMap(({ prices }) => prices);
    }

    it('are read by SKU, in one answer or by a scroll', async () => {
      wire.api = inTurn(
        { result: [price], totalHits: 2, scrollId: 'p/1' },
        { result: [{ ...price, storeId: 'oslo' }] },
      );
      const found = await pricesOf({ productCodes: ['S-1'], marketIds: ['NOR'] });
      assert.deepEqual(
        found.map(({ skuId, storeId, unitPrice }) => [skuId, storeId, unitPrice]),
        [
          ['S-1', undefined, 199.5],
          ['S-1', 'oslo', 199.5],
        ],
      );
      assert.deepEqual(lines(), ['POST /api/Prices/Search', 'GET /api/Prices/Scroll/p%2F1']);
      assert.deepEqual(bodies()[0], { productCodes: ['S-1'], scrollSize: 10_000 });
    });

    it('keep their decimals, and name their SKU in any of three ways', async () => {
      const result = [
        { ...price, unitPrice: '199.505', taxRate: '25.0' },
        { skuId: 'S-2', unitPrice: 1 },
        { productId: 'S-3', unitPrice: 1 },
      ];
      wire.api = json(200, { result });
      const found = await pricesOf({ productCodes: ['S-1', 'S-2', 'S-3'], marketIds: ['NOR'] });
      assert.deepEqual(
        found.map(({ skuId }) => skuId),
        ['S-1', 'S-2', 'S-3'],
      );
      assert.equal(found[0]?.unitPrice, '199.505');
      assert.equal(found[0].taxRate, '25.0');
    });

    it('of other markets are only named, whatever they are', async () => {
      const result = [
        { ...price, marketId: 'nor' },
        { ...price, code: 'S-2', marketId: 'SWE', unitPrice: 'gratis' },
        { ...price, code: 'S-3', marketGroupId: 'nordics', marketId: ' ' },
      ];
      wire.api = json(200, { result });
      const [batch] = await batchesOf(wire.omnium.prices.search({ productCodes: ['S-1'], marketIds: ['NOR'] }));
      assert.deepEqual(batch?.skuIds, ['S-1', 'S-2', 'S-3']);
      assert.deepEqual(
        batch.prices.map(({ skuId, marketId }) => [skuId, marketId]),
        [
          ['S-1', 'nor'],
          ['S-3', undefined],
        ],
      );
    });

    it('of no product are none, and are not asked for', async () => {
      assert.deepEqual(await pricesOf({ productCodes: [], marketIds: ['NOR'] }), []);
      assert.equal(bodies().length, 0);
    });

    it('that are odd fail, but not the question which SKUs have changed', async () => {
      const odd = { code: 'S-2', unitPrice: 'free' };
      wire.api = json(200, { result: [price, odd, price, { unitPrice: 1 }, { code: 'S-3', marketId: 'SWE' }, null] });
      const marketIds = ['NOR'];
      const error = await failureOf(pricesOf({ productCodes: ['S-1'], marketIds }), VendorResponseInvalidError);
      assert.deepEqual(
        error.issues.map(({ path }) => path),
        ['result[1].unitPrice', 'result[5]'],
      );
      const lastModified = '2026-11-20T00:00:00Z';
      assert.deepEqual(await batchesOf(wire.omnium.prices.changedSkus({ lastModified, marketIds })), [
        { skuIds: ['S-1', 'S-2'], unreadable: 2 },
      ]);
      assert.deepEqual(lastBody(), { lastModified, scrollSize: 10_000 });
    });
  });

  describe('cost prices', () => {
    it('are asked for by product, store and market', async () => {
      wire.api = json(200, {
        result: [{ skuId: 'A-1', cost: '49.905', storeId: 'oslo', validFrom: '2026-01-01T00:00:00' }],
      });
      const search = { productCodes: ['A-1'], storeIds: ['oslo'], marketIds: ['NOR'] };
      const [cost] = await wire.omnium.prices.searchCostPrices(search);
      assert.equal(last(), 'POST /api/CostPrices/Search');
      assert.deepEqual(lastBody(), search);
      assert.equal(cost?.cost, '49.905');
      assert.equal(cost.validFrom, '2026-01-01T00:00:00Z');
      assert.deepEqual(await wire.omnium.prices.searchCostPrices({ productCodes: [] }), []);
      assert.equal(bodies().length, 1);
    });

    it('that do not come at once are asked for by halves', async () => {
      wire.api = ({ body }, response) => {
        const { productCodes } = costSearch.parse(body);
        const all = productCodes.flatMap((skuId) => [
          { skuId, cost: 1 },
          { skuId, cost: 2, storeId: 'oslo' },
        ]);
        return json(200, { result: all.slice(0, 5), totalHits: all.length })({} as never, response);
      };
      const productCodes = Array.from({ length: 7 }, (_, index) => `A-${String(index)}`);
      const found = await wire.omnium.prices.searchCostPrices({ productCodes, storeIds: ['oslo'] });
      assert.equal(found.length, 14);
      assert.deepEqual([...new Set(found.map(({ skuId }) => skuId))], productCodes);
      assert.deepEqual(bodies().at(-1), { productCodes: ['A-6'], storeIds: ['oslo'] });
    });

    it('are read by change, whole or not at all', async () => {
      const search = { lastModified: '2026-11-20T00:00:00Z', marketIds: ['NOR'] };
      wire.api = json(200, { result: [{ skuId: 'A-1', cost: 1 }] });
      assert.equal((await wire.omnium.prices.searchCostPrices(search)).length, 1);
      assert.deepEqual(lastBody(), search);
      wire.api = json(200, { result: [{ skuId: 'A-1', cost: 'free' }, { productId: 'A-2' }, {}], totalHits: 3 });
      await failureOf(wire.omnium.prices.searchCostPrices(search), VendorResponseInvalidError);
      assert.deepEqual(await wire.omnium.prices.changedCostSkus(search), { skuIds: ['A-1', 'A-2'], unreadable: 1 });
      wire.api = json(200, { result: [{ skuId: 'A-1', cost: 1 }], totalHits: 2 });
      assert.equal(await wire.omnium.prices.changedCostSkus(search), undefined, 'which they are cannot be asked');
      for (const one of [search, { productCodes: ['A-1'] }]) {
        const call = wire.omnium.prices.searchCostPrices(one);
        const error = await failureOf(call, VendorResponseInvalidError);
        assert.match(error.issues[0]?.kind ?? '', /^incomplete: \d+ of \d+ came$/);
      }
      await failureOf(wire.omnium.prices.searchCostPrices({}), RangeError);
    });
  });

  describe('categories', () => {
    const category = (index: number) => ({ categoryId: `c${String(index)}`, language: 'no', parentId: 'root' });

    it('are read a thousand at a time, from page 1, in every language once', async () => {
      const all = [...Array.from({ length: 1_001 }, (_, index) => category(index)), { ...category(0), language: 'sv' }];
      // One comes again, as when a category was added while the pages were read.
      const shown = [...all.slice(0, 1_000), ...all.slice(999)];
      wire.api = ({ query }, response) => {
        const page = Number(query.get('page'));
        const result = shown.slice((page - 1) * 1_000, page * 1_000);
        return json(200, { result, totalHits: shown.length })({} as never, response);
      };
      assert.deepEqual(await wire.omnium.categories.list(), all);
      assert.equal(last(), 'GET /api/ProductCategories?page=2&pageSize=1000');
      assert.equal(lines().length, 2);
    });

    it('end at a short page where Omnium does not tell how many there are', async () => {
      wire.api = json(200, { result: [category(1)] });
      assert.equal((await wire.omnium.categories.list()).length, 1);
      assert.equal(lines().length, 1);
    });

    it('are never a part of the tree', async () => {
      wire.api = json(200, { result: [category(1)], totalHits: 20_001 });
      const error = await failureOf(wire.omnium.categories.list(), VendorResponseInvalidError);
      assert.match(error.issues[0]?.kind ?? '', /^incomplete: \d+ of \d+ came$/);
      wire.api = json(200, { result: [{ name: 'no id' }], totalHits: 1 });
      const [nameless] = await wire.omnium.categories.list();
      assert.equal(nameless?.categoryId, '—', 'it costs the others nothing, and has no place in the tree');
    });
  });

  it('markets tell their tax and language', async () => {
    const tax = { defaultTaxRate: 25, isTaxExcluded: false };
    const market = { marketId: 'NOR', currency: 'NOK', language: 'nb', productContentLanguage: 'no', ...tax };
    wire.api = json(200, [market]);
    assert.deepEqual(await wire.omnium.directory.getMarkets(), [market]);
  });
});
