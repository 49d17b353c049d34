import assert from 'node:assert/strict';
import { buildChain, flowUidOf } from '../../sandbox/chain/build-chain';
import { startFlowSandbox } from '../../sandbox/flow/server';
import { type RunningSandbox } from '../../sandbox/kit/server';
import { startOmniumSandbox } from '../../sandbox/omnium/server';
import { Undone } from '../../tools/day/undone';
import { CatalogueDay } from '../../tools/day/catalogue/catalogue-day';
import { describeExports } from '../../tools/day/exports';
import { planCatalogue } from '../../tools/day/catalogue/catalogue-plan';
import { type CataloguePlanInput, type CatalogueStep } from '../../tools/day/catalogue/catalogue-step';
import { FreeArticles } from '../../tools/day/catalogue/free-articles';
import { type OmniumCatalogue, readOmniumCatalogue } from '../../tools/day/compare/catalogue/read-catalogues';
import { FlowOffice } from '../../tools/day/vendors/flow-office';
import { FlowRefusals } from '../../tools/day/vendors/flow-refusals';

const chain = buildChain({ seed: 1, products: 400 });
const soldSkus = new Set(chain.products.slice(0, 20).flatMap(({ skus }) => skus.map(({ sku }) => sku)));
const input = (prefix = 'W1'): CataloguePlanInput => ({ chain, prefix, soldSkus, storePriceMarkets: ['FIN'] });
const parts = ['before', 'morning', 'outage', 'lostAnswers'] as const;

describe('the articles of the people who keep the catalogue', () => {
  it('are given out once a day, are sold to nobody and in no package, and are others tomorrow', () => {
    const given = (prefix: string): string[] => {
      const articles = new FreeArticles(input(prefix));
      return [...articles.few(), ...articles.few(), articles.next(), articles.next()].map(({ productId }) => productId);
    };
    const today = given('W1');
    assert.equal(new Set(today).size, 8);
    assert.deepEqual(given('W1'), today);
    assert.deepEqual(
      given('W2').filter((productId) => today.includes(productId)),
      [],
    );
    const taken = new Set([
      ...soldSkus,
      ...chain.products.flatMap(({ components = [] }) => components.map(({ sku }) => sku)),
    ]);
    assert.ok(today.every((productId) => !taken.has(productId)));
  });

  it('never end, however often a day is played', () => {
    for (let day = 1; day <= 60; day += 1) assert.ok(planCatalogue(input(`W${day}`)).length >= 15);
  });
});

describe('a day of the catalogue', () => {
  let omnium: RunningSandbox;
  let then: OmniumCatalogue;
  let now: OmniumCatalogue;
  const told = new Map<CatalogueStep['part'], string>();

  before(async () => {
    omnium = await startOmniumSandbox({ chain, seed: 1, indexLagMs: 0 });
    const where = { omniumUrl: omnium.url, flowUrl: '', signal: new AbortController().signal };
    then = await readOmniumCatalogue(where);
    const undone = new Undone(where.signal);
    const day = new CatalogueDay({ ...where, undone }, planCatalogue(input()));
    for (const part of parts) told.set(part, await day.play(part, 0));
    assert.deepEqual(undone.items, []);
    now = await readOmniumCatalogue(where);
  });

  after(() => omnium.stop());

  const changed = (member: 'name' | 'discontinued' | 'mainImageUrl'): number => {
    const known = new Map(then.products.map((product) => [product.productId, product]));
    return now.products.filter((product) => {
      const old = known.get(product.productId);
      return old && old[member] !== product[member];
    }).length;
  };

  it('changes products, their pictures and what is in a package', () => {
    assert.equal(changed('name'), 3);
    assert.equal(changed('mainImageUrl'), 3);
    assert.equal(changed('discontinued'), 1);
    const components = (of: OmniumCatalogue): string =>
      JSON.stringify(of.products.filter(({ isPackage }) => isPackage).map((each) => each.components));
    assert.notEqual(components(now), components(then));
  });

  it('has a new style with sizes, pictures and prices, a product less, and a number too much', () => {
    const style = now.products.find(({ productId }) => productId === 'W1-TARP');
    assert.deepEqual(
      style?.variants.map(({ skuId, size, assets, prices }) => [skuId, size, assets.length, prices.length]),
      ['S', 'M', 'L'].map((size) => [`W1-TARP-${size}`, size, 1, 4]),
    );
    const ids = (of: OmniumCatalogue): Set<string> => new Set(of.products.map(({ productId }) => productId));
    assert.equal([...ids(then)].filter((id) => !ids(now).has(id)).length, 1);
    const [double = ''] = [...ids(now)].filter((id) => id.includes('.'));
    assert.ok(
      then.products.some(({ variants }) => variants.some(({ skuId = '' }) => flowUidOf(skuId) === flowUidOf(double))),
    );
  });

  it('has prices that begin and end, of stores, and of a list that nobody told of; and other costs', () => {
    const prices = now.products.flatMap((product) => [product, ...product.variants]).flatMap((each) => each.prices);
    const atMs = Date.now();
    assert.equal(prices.filter(({ validFrom = '' }) => Date.parse(validFrom) > atMs).length, 4, 'one for each market');
    assert.equal(prices.filter(({ validUntil = '' }) => Date.parse(validUntil) > atMs).length, 4);
    const ofStores = new Set(prices.flatMap(({ storeId }) => storeId ?? []));
    const finnish = chain.stores.filter(({ marketId }) => marketId === 'FIN').map(({ storeId }) => storeId);
    assert.deepEqual([...ofStores].sort(), finnish.sort());
    assert.match(told.get('morning') ?? '', /a price list read in without a word \([1-9]\d* prices\)/);
    assert.notDeepEqual([...now.costs.values()].flat(), [...then.costs.values()].flat());
  });

  it('renames, moves and adds categories, of which the tills are told', () => {
    const [branch, old] = [now, then].map(
      ({ categories }) =>
        new Map(categories.filter(({ language }) => language === 'no').map((each) => [each.categoryId, each])),
    );
    assert.equal(branch?.get('W1-season')?.name, 'Season W1');
    const known = [...(branch?.values() ?? [])].filter(({ categoryId }) => old?.has(categoryId));
    assert.equal(known.filter(({ categoryId, name }) => old?.get(categoryId)?.name !== name).length, 1);
    assert.equal(known.filter(({ categoryId, parentId }) => old?.get(categoryId)?.parentId !== parentId).length, 1);
  });

  it('tells what was done', () => {
    assert.equal(told.get('before'), 'a price that ends this morning');
    assert.match(
      told.get('lostAnswers') ?? '',
      /^a purchase that has become dearer, .*a product deleted, a number that/,
    );
  });
});

describe('a product that Flow refuses', () => {
  it('is refused until somebody mends it', async () => {
    const [market] = chain.markets;
    assert.ok(market);
    const flow = await startFlowSandbox({ chain, seed: 1, catalogue: 'empty' });
    try {
      const { signal } = new AbortController();
      const refusals = new FlowRefusals(flow.url, market, signal);
      const create = () =>
        new FlowOffice(flow.url, market, signal).createProduct({
          ...{ productUid: 'NEW1', sku: 'NEW-1', name: 'New', productType: 'STOCK' },
        });
      await refusals.begin('NEW1');
      await assert.rejects(create(), /status 422/);
      await refusals.end('NEW1');
      assert.deepEqual(await create(), { created: true });
    } finally {
      await flow.stop();
    }
  });
});

describe('what the exports of a day did', () => {
  it('is told in words', () => {
    const streams = new Map([
      ['products', { runs: 4, written: 1_234, unchanged: 1_000 }],
      ['prices', { runs: 4, written: 2, unchanged: 0 }],
    ] as const);
    const words = describeExports({ streams });
    assert.match(words, /^1,234 products written \(1,000 were right\), 0 categories.*, 2 prices written \(0 were/);
  });
});
