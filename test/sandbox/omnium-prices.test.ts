import assert from 'node:assert/strict';

import { buildChain } from '../../sandbox/chain/build-chain';
import { type Answer, issueFields, type Json, type OmniumRig, startRig } from './omnium-rig';

const chain = buildChain({ seed: 7, products: 120, stores: 4, storePrices: 3 });

describe('Omnium sandbox prices', () => {
  let rig: OmniumRig;
  let sku = '';
  before(async () => {
    rig = await startRig({ chain, rateLimits: false });
    [sku] = rig.skus;
  });
  after(() => rig.stop());
  beforeEach(async () => {
    await rig.control('POST', '/reset');
  });

  const search = (body: Record<string, unknown>): Promise<Answer> => rig.call('POST', '/api/Prices/Search', body);
  const found = async (body: Record<string, unknown>): Promise<Json[]> => (await search(body)).json.list('result');
  const add = (prices: unknown[], over: Record<string, unknown> = {}): Promise<Answer> =>
    rig.call('PUT', '/api/Prices/AddMany', [{ prices, ...over }]);
  const norwegian = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    ...{ code: sku, marketId: 'NOR', currencyCode: 'NOK', unitPrice: 77, ...over },
  });
  const later = async (): Promise<string> => (await rig.control('POST', '/clock', { advanceMs: 10 })).json.text('now');

  it('shows each market’s price and those of the stores that have their own', async () => {
    const prices = await found({ productCodes: [sku] });
    assert.deepEqual(
      prices.map((price) => [price.at('marketId'), price.at('storeId'), price.at('currencyCode')]),
      [
        ['NOR', undefined, 'NOK'],
        ['SWE', undefined, 'SEK'],
        ['DNK', undefined, 'DKK'],
        ['FIN', undefined, 'EUR'],
        ...chain.stores
          .slice(0, 3)
          .map(({ storeId, marketId }) => [
            marketId,
            storeId,
            chain.markets.find((market) => market.marketId === marketId)?.currency,
          ]),
      ],
    );
    const document = (await rig.call('GET', `/api/Products/${sku}`)).json.list('prices');
    assert.deepEqual(
      document.map(({ raw }) => raw),
      prices.map(({ raw }) => raw),
    );
  });

  it('finds by every parameter, and by a product’s number all prices of its SKUs', async () => {
    const more = { unit: 'box', priceType: 'Campaign' };
    const others = [{ customerId: 'b-1' }, { customerGroup: 'club' }, { ...more, promotionId: 'box' }];
    await add(others.map((over) => norwegian(over)));
    const count = async (body: Record<string, unknown>): Promise<unknown> =>
      (await search({ productCodes: [sku], ...body })).json.at('totalHits');
    assert.deepEqual(
      await Promise.all([
        ...[{ customerId: 'b-1' }, { customerGroupId: 'club' }, { unit: 'box' }, { priceType: 'Campaign' }].map(count),
        ...[{ isCustomerSpecificPrice: true }, { isCustomerSpecificPrice: false }, { marketId: 'NOR' }].map(count),
      ]),
      [1, 1, 1, 1, 1, 9, 5],
    );
    const style = chain.products.find(({ kind }) => kind === 'style');
    const ofStyle = await search({ productCodes: [style?.productId], marketId: 'FIN' });
    assert.equal(ofStyle.json.at('totalHits'), style?.skus.length);
    assert.equal((await search({})).status, 400);
    assert.equal((await search({ lastModified: 'yesterday' })).status, 400);
    assert.equal((await search({ marketId: 'NOR', scrollSize: 20_001 })).status, 400);
  });

  it('gives a price of the same dimensions and dates a new amount, and others a place of their own', async () => {
    const seeded = (await found({ productCodes: [sku] })).length;
    await add([norwegian({ unitPrice: 10, storeId: 'oslo-city', validFrom: '2026-01-05T06:00:00Z' })]);
    await add([norwegian({ unitPrice: 20, promotionId: 'p' }), norwegian({ unitPrice: 21, promotionId: 'p' })]);
    await add([norwegian({ unitPrice: 30, promotionId: 'p', validUntil: '2030-01-01T00:00:00Z' })]);
    const after = await found({ productCodes: [sku] });
    assert.equal(after.length, seeded + 2, 'the store’s price was there already');
    await add([norwegian({ unitPrice: 40, promotionId: 'p', validFrom: '2026-02-01T00:00:00Z' })], {
      ignoreDates: true,
    });
    const offers = (await found({ productCodes: [sku] })).filter((price) => price.at('promotionId') === 'p');
    assert.deepEqual(
      offers.map((price) => price.at('unitPrice')),
      [40],
    );
  });

  it('reads a delta of what changed after a time, and its products are modified with it', async () => {
    const before = await later();
    await later();
    await add([norwegian(), norwegian({ code: rig.skus[1] })]);
    const delta = await search({ lastModified: before });
    assert.deepEqual(
      delta.json.list('result').map((price) => [price.at('code'), price.at('unitPrice')]),
      rig.skus.map((code) => [code, 77]),
    );
    const modified = String(delta.json.at('result.0.modified'));
    assert.equal((await search({ lastModified: modified })).json.at('totalHits'), 0, 'only what is later');
    const products = await rig.call('POST', '/api/Products/Scroll', { modifiedFrom: before });
    assert.equal(products.json.at('totalHits'), new Set(products.json.list('result').map((p) => p.at('id'))).size);
    assert.ok(Number(products.json.at('totalHits')) >= 1);
    for (const product of products.json.list('result')) {
      assert.ok(String(product.at('modified')) >= modified, 'at the same moment, or right after');
    }
  });

  it('takes prices away: the ones that are named, or all of a product', async () => {
    const remove = (body: unknown): Promise<Answer> => rig.call('DELETE', '/api/Prices', body);
    const finnish = { code: sku, marketId: 'FIN', currencyCode: 'EUR', validFrom: '2026-01-05T06:00:00Z' };
    assert.equal((await remove([{ productId: sku, prices: [finnish] }])).status, 200);
    assert.equal((await search({ productCodes: [sku], marketId: 'FIN' })).json.at('totalHits'), 0);
    await remove([{ productId: sku, prices: [] }]);
    assert.equal((await search({ productCodes: [sku], marketId: 'NOR' })).json.at('totalHits'), 2);
    await remove([{ productId: sku }]);
    assert.equal((await search({ productCodes: [sku] })).json.at('totalHits'), 0);
    assert.deepEqual((await rig.call('GET', `/api/Products/${sku}`)).json.list('prices'), []);
  });

  it('names what is wrong with a price and then changes nothing', async () => {
    const bad = await add([
      norwegian({ storeId: 'moon' }),
      norwegian({ marketId: 'XXX', unitPrice: -1 }),
      { marketGroupId: 'SOUTH' },
    ]);
    assert.equal(bad.status, 400);
    assert.deepEqual(issueFields(bad), [
      ...['[0].prices[0].storeId', '[0].prices[1].marketId', '[0].prices[1].unitPrice', '[0].prices[2].code'],
      ...['[0].prices[2].marketGroupId', '[0].prices[2].unitPrice'],
    ]);
    assert.equal((await search({ productCodes: [sku], marketId: 'NOR' })).json.at('result.0.unitPrice') === 77, false);
    const many = Array.from({ length: 1001 }, () => ({ prices: [norwegian()] }));
    assert.equal((await rig.call('PUT', '/api/Prices/AddMany', many)).status, 400);
  });

  it('sells at the cheapest price that everybody has in the market now', async () => {
    const price = async (): Promise<unknown> => {
      const id = `o-${Math.random()}`;
      const lineItems = [{ lineItemId: '1', code: sku, quantity: 1 }];
      const order = { id, marketId: 'NOR', storeId: 'oslo-city', orderType: 'Online', orderForm: { lineItems } };
      await rig.call('POST', '/api/Orders', order);
      return (await rig.call('GET', `/api/Orders/${id}`)).json.at('orderForm.lineItems.0.placedPrice');
    };
    const shelf = await price();
    await add([
      norwegian({ unitPrice: 1, customerGroup: 'club' }),
      norwegian({ unitPrice: 1, storeId: 'oslo-city', promotionId: 'x' }),
      norwegian({ unitPrice: 1, promotionId: 'later', validFrom: '2099-01-01T00:00:00Z' }),
      norwegian({ unitPrice: 1, promotionId: 'past', validUntil: '2026-02-01T00:00:00Z' }),
    ]);
    assert.equal(await price(), shelf);
    await add([norwegian({ unitPrice: 2, promotionId: 'now' })]);
    assert.equal(await price(), 2);
  });

  it('can keep prices on products only, or in the index only', async () => {
    const places = async (): Promise<[number, boolean]> => {
      const document = (await rig.call('GET', `/api/Products/${sku}`)).json;
      return [(await found({ productCodes: [sku] })).length, document.at('prices') !== undefined];
    };
    assert.deepEqual(await places(), [7, true]);
    await rig.control('POST', '/catalogue/price-home', { home: 'product' });
    assert.deepEqual(await places(), [0, true]);
    await rig.control('POST', '/catalogue/price-home', { home: 'index' });
    assert.deepEqual(await places(), [7, false]);
    await rig.call('PATCH', `/api/Products/${sku}`, { brand: 'Varg' });
    assert.deepEqual(await places(), [7, false]);
  });

  it('changes many at once, by a share of the catalogue or by code, told or not', async () => {
    const share = { share: 0.2, seed: 5, factor: 0.5, where: { marketId: 'NOR', storeId: null }, quiet: true };
    const before = await later();
    await later();
    const changed = await rig.control('POST', '/catalogue/prices', share);
    const delta = await found({ lastModified: before });
    assert.equal(delta.length, changed.json.at('count'));
    assert.ok(
      delta.length > 0 && delta.every((price) => price.at('marketId') === 'NOR' && price.at('storeId') === undefined),
    );
    await rig.control('POST', '/catalogue/prices', { codes: [sku], set: { isTaxExcluded: true, taxRate: null } });
    const [first] = await found({ productCodes: [sku] });
    assert.deepEqual([first?.at('isTaxExcluded'), first?.at('taxRate')], [true, undefined]);
    await rig.control('POST', '/catalogue/failing', { codes: [sku], reads: ['prices'] });
    assert.equal((await search({ productCodes: [rig.skus[1], sku] })).status, 500);
    assert.equal((await search({ productCodes: [rig.skus[1]] })).status, 200);
  });

  it('scrolls all of a market, as they were when the scroll began', async () => {
    const small = await startRig({ chain, rateLimits: false, scrollBatchSize: 50 });
    try {
      const total = chain.products.flatMap(({ skus }) => skus).length;
      let batch = await small.call('POST', '/api/Prices/Search', { marketId: 'DNK', scrollSize: 50 });
      assert.equal(batch.json.at('totalHits'), total * 2, 'the market’s and one store’s');
      await small.control('POST', '/catalogue/prices', { share: 1, set: { unitPrice: 0.5 } });
      const codes: string[] = [];
      while (batch.json.list('result').length > 0) {
        assert.ok(batch.json.list('result').every((price) => price.at('unitPrice') !== 0.5));
        codes.push(...batch.json.list('result').map((price) => price.text('code')));
        batch = await small.call('GET', `/api/Prices/Scroll/${batch.json.text('scrollId')}`);
      }
      assert.deepEqual([codes.length, new Set(codes).size], [total * 2, total]);
    } finally {
      await small.stop();
    }
  });

  describe('costs', () => {
    const costs = async (body: Record<string, unknown>): Promise<Json[]> =>
      (await rig.call('POST', '/api/CostPrices/Search', body)).json.list('result');

    it('have a type and stores of their own, and can be taken away', async () => {
      const soa = { skuId: sku, cost: 12.5, currencyCode: 'NOK', storeId: 'oslo-city', type: 'SOA' };
      await rig.call('PUT', '/api/CostPrices/AddMany', [{ costPrices: [soa, { ...soa, type: 'Normal', cost: 14 }] }]);
      const typed = (await costs({ productCodes: [sku], storeIds: ['oslo-city'] })).filter(
        (each) => each.at('storeId') !== undefined,
      );
      assert.deepEqual(
        typed.map((each) => [each.at('type'), each.at('cost')]),
        [
          ['SOA', 12.5],
          ['Normal', 14],
        ],
      );
      await rig.call('DELETE', '/api/CostPrices', [{ productId: sku, costPrices: [soa] }]);
      assert.equal((await costs({ productCodes: [sku] })).filter((each) => each.at('type') === 'SOA').length, 0);
      assert.equal((await costs({ productCodes: [sku] })).length, 5);
      await rig.call('DELETE', '/api/CostPrices', [{ productId: sku }]);
      assert.deepEqual(await costs({ productCodes: [sku] }), []);
    });

    it('of type SOA are there for some SKUs in a chain with variety', async () => {
      const varied = buildChain({ seed: 7, products: 60, stores: 4, variety: true });
      const other = await startRig({ chain: varied, rateLimits: false });
      try {
        const all = await other.call('POST', '/api/CostPrices/Search', { storeIds: ['oslo-city'] });
        const soa = all.json.list('result').filter((each) => each.at('type') === 'SOA');
        assert.ok(soa.length > 0 && soa.every((each) => each.at('storeId') === 'oslo-city'));
      } finally {
        await other.stop();
      }
    });
  });
});
