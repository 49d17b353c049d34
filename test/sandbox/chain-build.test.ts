import assert from 'node:assert/strict';

import { buildChain, flowUidOf, initialStockOf, warehousesOf } from '../../sandbox/chain/build-chain';

describe('the chain both sandboxes are seeded from', () => {
  const chain = buildChain({ seed: 1 });
  const skus = chain.products.flatMap((product) => product.skus);

  it('is the same for the same seed and another for another', () => {
    assert.deepEqual(buildChain({ seed: 1 }), chain);
    assert.notDeepEqual(buildChain({ seed: 2 }).customers, chain.customers);
  });

  it('has the sizes that were asked for', () => {
    assert.equal(skus.length, 3_000);
    assert.equal(chain.stores.length, 12);
    assert.equal(chain.customers.filter(({ kind }) => kind === 'private').length, 400);
    assert.equal(chain.customers.filter(({ kind }) => kind === 'business').length, 60);
    const tiny = buildChain({ seed: 1, products: 10, stores: 2 });
    assert.equal(tiny.products.flatMap((product) => product.skus).length, 10);
    assert.equal(tiny.stores.length, 2);
    assert.equal(new Set(buildChain({ seed: 1, stores: 40 }).stores.map(({ storeId }) => storeId)).size, 40);
  });

  it('has three markets in a group and one outside, each with three stores', () => {
    assert.deepEqual(
      chain.markets.map(({ marketId, marketGroupId }) => [marketId, marketGroupId]),
      [
        ['NOR', 'NORDIC'],
        ['SWE', 'NORDIC'],
        ['DNK', 'NORDIC'],
        ['FIN', undefined],
      ],
    );
    for (const market of chain.markets) {
      assert.equal(chain.stores.filter(({ marketId }) => marketId === market.marketId).length, 3);
    }
  });

  it('has no two SKUs, stores or customers that become one after stripping', () => {
    const ids = [
      skus.map(({ sku }) => sku),
      chain.stores.map(({ storeId }) => storeId),
      chain.customers.map(({ customerId }) => customerId),
    ];
    for (const list of ids) assert.equal(new Set(list.map(flowUidOf)).size, list.length);
  });

  it('has every kind of product, packages of articles that exist, and one shipping service', () => {
    const known = new Set(skus.map(({ sku }) => sku));
    const packages = chain.products.filter(({ kind }) => kind === 'package');
    assert.ok(packages.length >= 50);
    for (const { components } of packages) {
      assert.ok(components && components.length >= 2);
      for (const { sku, quantity } of components) assert.ok(known.has(sku) && quantity >= 1);
    }
    assert.ok(chain.products.some(({ kind, skus: variants }) => kind === 'style' && variants.length > 1));
    assert.equal(chain.products.filter(({ kind }) => kind === 'service').length, 1);
    assert.ok(known.has(chain.shippingSku));
  });

  it('prices everything in whole cents, ending in .00, .50 or .90', () => {
    for (const { prices } of skus) {
      for (const { unitCents, recommendedCents, costCents } of Object.values(prices)) {
        assert.ok(Number.isInteger(unitCents) && unitCents > 0 && unitCents <= recommendedCents);
        assert.ok([0, 50, 90].includes(unitCents % 100), `${unitCents}`);
        assert.ok(Number.isInteger(costCents) && costCents >= 0);
      }
    }
  });

  it('gives articles an EAN with a valid check digit', () => {
    for (const { ean } of skus) {
      if (ean === undefined) continue;
      const sum = [...ean].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
      assert.ok(/^\d{13}$/.test(ean) && sum % 10 === 0, ean);
    }
  });

  it('gives every customer a contact on a reserved domain and businesses a number', () => {
    for (const customer of chain.customers) {
      assert.match(customer.email, /@example\.(com|org)$/);
      assert.match(customer.phone, /^\+\d{10,11}$/);
      assert.equal(customer.organizationNumber !== undefined, customer.kind === 'business');
    }
    assert.ok(chain.customers.some(({ loyalty }) => loyalty?.provider === 'Voyado'));
  });

  it('knows the stock of every warehouse without keeping it', () => {
    for (const market of chain.markets) {
      const levels = warehousesOf(chain, market).flatMap(({ warehouseId }) =>
        skus.slice(0, 200).map(({ sku }) => initialStockOf(chain, warehouseId, sku)),
      );
      assert.ok(levels.every((level) => Number.isInteger(level) && level >= 0));
      assert.ok(levels.includes(0) && levels.some((level) => level > 100));
    }
    assert.equal(initialStockOf(chain, 'oslo-city', 'x'), initialStockOf(chain, 'oslo-city', 'x'));
  });
});

describe('what only a vendor’s catalogue shows', () => {
  it('changes nothing that the tills are seeded from', () => {
    const plain = buildChain({ seed: 1, products: 300 });
    const rich = buildChain({ seed: 1, products: 300, variety: true, storePrices: 12 });
    assert.deepEqual({ ...rich, variety: false, storePrices: 0 }, plain);
  });
});

describe('a given catalogue', () => {
  it('replaces the invented articles and keeps shipping', () => {
    const catalogue = ['84559A', '84559a', 'BANK CHARGES'].map((sku) => ({ sku, name: sku, unitCents: 85 }));
    const { products, shippingSku } = buildChain({ seed: 1, catalogue });
    assert.deepEqual(
      products.flatMap(({ skus }) => skus.map(({ sku }) => sku)),
      ['84559A', '84559a', 'BANK CHARGES', shippingSku],
    );
  });
});
