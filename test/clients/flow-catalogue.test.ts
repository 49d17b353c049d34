import assert from 'node:assert/strict';

import { VendorHttpError, VendorResponseInvalidError } from '../../src/clients/errors';
import type { FlowClient } from '../../src/clients/flow/client';
import { flowProductSchema } from '../../src/clients/flow/products';
import { tidyJson } from '../../src/clients/wire';
import { FlowWire } from './vendor-rigs';
import { batchesOf, failureOf, json, text, type Answer } from './vendor-server';

const SLOT = { productUid: 'p/1', productPackageSlotUid: 's/1' };

/** Every write: how it is called, and the request that it is. */
const WRITES: [write: (flow: FlowClient) => Promise<unknown>, request: string, body?: unknown][] = [
  [(flow) => flow.products.create({ name: 'Pants', sku: 'S-1' }), 'POST T/products', { name: 'Pants', sku: 'S-1' }],
  [(flow) => flow.products.update('p/1', { weight: null }), 'PUT T/products/p%2F1', { weight: null }],
  [
    (flow) => flow.products.linkVariant('p/1', { productUid: 'v' }),
    'POST T/products/p%2F1/variants',
    { productUid: 'v' },
  ],
  [(flow) => flow.products.createMedia('p/1', { mainUrl: 'u' }), 'POST T/products/p%2F1/media', { mainUrl: 'u' }],
  [
    (flow) => flow.products.updateMedia('p/1', 'm/1', { position: 2 }),
    'PUT T/products/p%2F1/media/m%2F1',
    { position: 2 },
  ],
  [
    (flow) => flow.products.setProperty('p/1', { propertyUid: 'fit', propertyText: 'slim' }),
    'POST T/products/p%2F1/properties',
    { propertyUid: 'fit', propertyText: 'slim' },
  ],
  [
    (flow) =>
      flow.packages.createSlot('p/1', { name: 's', position: 1, minComponentsAllowed: 1, maxComponentsAllowed: 1 }),
    'POST T/products/p%2F1/packages/slots',
    { name: 's', position: 1, minComponentsAllowed: 1, maxComponentsAllowed: 1 },
  ],
  [(flow) => flow.packages.updateSlot(SLOT, { name: 't' }), 'PUT T/products/p%2F1/packages/slots/s%2F1', { name: 't' }],
  [
    (flow) => flow.packages.createComponent(SLOT, { productUid: 'v', quantity: 100, required: true }),
    'POST T/products/p%2F1/packages/slots/s%2F1/components',
    { productUid: 'v', quantity: 100, required: true },
  ],
  [
    (flow) => flow.packages.updateComponent(SLOT, 'c/1', { quantity: 200 }),
    'PUT T/products/p%2F1/packages/slots/s%2F1/components/c%2F1',
    { quantity: 200 },
  ],
  [(flow) => flow.catalogue.createBrand({ name: 'Nike' }), 'POST T/brands', { name: 'Nike' }],
  [(flow) => flow.catalogue.updateBrand('b/1', { name: 'Nike' }), 'PUT T/brands/b%2F1', { name: 'Nike' }],
  [
    (flow) => flow.catalogue.createProperty({ propertyName: 'Fit', type: 'TEXT' }),
    'POST T/properties',
    { propertyName: 'Fit', type: 'TEXT' },
  ],
  [
    (flow) => flow.catalogue.createPropertyOption('fit/1', { propertyOptionName: 'Slim' }),
    'POST T/properties/fit%2F1/options',
    { propertyOptionName: 'Slim' },
  ],
  [(flow) => flow.catalogue.createCategory({ name: 'Men' }), 'POST T/categories', { name: 'Men' }],
  [(flow) => flow.catalogue.updateCategory('c/1', { parentUid: null }), 'PUT T/categories/c%2F1', { parentUid: null }],
  [(flow) => flow.catalogue.createProductGroup({ name: 'Men' }), 'POST T/product-groups', { name: 'Men' }],
  [
    (flow) => flow.catalogue.updateProductGroup('g/1', { name: 'Women' }),
    'PUT T/product-groups/g%2F1',
    { name: 'Women' },
  ],
  [
    (flow) => flow.prices.create('l/1', { priceUid: 'x', productUid: 'p', price: 19_950 }),
    'POST T/pricelists/l%2F1/prices',
    { priceUid: 'x', productUid: 'p', price: 19_950 },
  ],
  [(flow) => flow.prices.update('l/1', 'x/1', { price: 1 }), 'PUT T/pricelists/l%2F1/prices/x%2F1', { price: 1 }],
];

const DELETES: [remove: (flow: FlowClient) => Promise<boolean>, path: string][] = [
  [(flow) => flow.products.delete('p/1'), 'T/products/p%2F1'],
  [(flow) => flow.products.unlinkVariant('p/1', 'v/1'), 'T/products/p%2F1/variants/v%2F1'],
  [(flow) => flow.products.deleteMedia('p/1', 'm/1'), 'T/products/p%2F1/media/m%2F1'],
  [(flow) => flow.products.removeProperty('p/1', 'x/1'), 'T/products/p%2F1/properties/x%2F1'],
  [(flow) => flow.packages.deleteSlot(SLOT), 'T/products/p%2F1/packages/slots/s%2F1'],
  [(flow) => flow.packages.deleteComponent(SLOT, 'c/1'), 'T/products/p%2F1/packages/slots/s%2F1/components/c%2F1'],
  [(flow) => flow.catalogue.deleteCategory('c/1'), 'T/categories/c%2F1'],
  [(flow) => flow.catalogue.deleteProductGroup('g/1'), 'T/product-groups/g%2F1'],
  [(flow) => flow.prices.delete('l/1', 'x/1'), 'T/pricelists/l%2F1/prices/x%2F1'],
];

const READS: [read: (flow: FlowClient) => Promise<unknown>, path: string, answer: Record<string, unknown>][] = [
  [(flow) => flow.products.get('p/1'), 'T/products/p%2F1', { productUid: 'p/1' }],
  [(flow) => flow.catalogue.getBrand('b/1'), 'T/brands/b%2F1', { brandUid: 'b/1', name: 'Nike', externalId: 'Nike' }],
  [(flow) => flow.catalogue.getCategory('c/1'), 'T/categories/c%2F1', { categoryUid: 'c/1', categories: [] }],
  [
    (flow) => flow.catalogue.getProductGroup('g/1'),
    'T/product-groups/g%2F1',
    { productGroupUid: 'g/1', scope: 'SALE' },
  ],
];

const LISTS: [list: (flow: FlowClient) => Promise<unknown[]>, path: string, item: Record<string, unknown>][] = [
  [(flow) => flow.products.listMedia('p/1'), 'T/products/p%2F1/media', { productMediaUid: 'm', isCoverImage: true }],
  [
    (flow) => flow.catalogue.listProperties(),
    'T/properties',
    { propertyUid: 'fit', propertyName: 'Fit', type: 'TEXT' },
  ],
  [
    (flow) => flow.catalogue.listPropertyOptions('fit/1'),
    'T/properties/fit%2F1/options',
    { propertyOptionUid: 'slim', propertyOptionName: 'Slim' },
  ],
  [
    (flow) => flow.catalogue.listProductGroups(),
    'T/product-groups',
    { productGroupUid: 'g', name: 'Men', parentUid: 'h' },
  ],
  [
    (flow) => flow.packages.listSlots('p/1'),
    'T/products/p%2F1/packages/slots',
    {
      productPackageSlotUid: 's',
      minComponentsAllowed: 1,
      components: [{ productPackageComponentUid: 'c', product: { productUid: 'v' }, quantity: 100, required: true }],
    },
  ],
];

/** What was told is read as it is; members that nobody told may be there as empty. */
function assertHas(found: unknown, told: Record<string, unknown>): void {
  assert.ok(typeof found === 'object' && found !== null);
  for (const [name, value] of Object.entries(told)) assert.deepEqual(Reflect.get(found, name), value, name);
}

describe('Flow client, catalogue', () => {
  const wire = new FlowWire();
  const { last, lastBody } = wire;

  /** A list in pages from 1; `all` is asked for at each request, so that it can change between them. */
  function paged(all: () => readonly unknown[]): Answer {
    return ({ query }, response) => {
      const pageNumber = Number(query.get('pageNumber') ?? 1);
      const pageSize = Number(query.get('pageSize'));
      const now = all();
      const items = now.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
      return json(200, { items, paging: { pageNumber, pageSize, totalCount: now.length } })({} as never, response);
    };
  }

  it('writes without reading the answer, whatever it is; 409 means it is there', async () => {
    for (const [write, request, body] of WRITES) {
      for (const answer of [json(200, { unexpected: true }), text(204, ''), text(201, 'created')]) {
        wire.vendor.answer = answer;
        await write(wire.flow);
        assert.equal(last(), request);
        assert.deepEqual(lastBody(), body);
      }
      wire.vendor.answer = json(409, { code: 'DUPLICATE_UID' });
      assert.equal((await failureOf(write(wire.flow), VendorHttpError)).status, 409);
    }
  });

  it('deletes, and tells whether there was anything', async () => {
    for (const [remove, path] of DELETES) {
      wire.vendor.answer = text(204, '');
      assert.equal(await remove(wire.flow), true);
      assert.equal(last(), `DELETE ${path}`);
      wire.vendor.answer = json(404, {});
      assert.equal(await remove(wire.flow), false);
      wire.vendor.answer = json(409, {});
      assert.equal((await failureOf(remove(wire.flow), VendorHttpError)).status, 409);
    }
  });

  it('reads one thing by its uid; undefined when there is none, and never something without its uid', async () => {
    for (const [read, path, answer] of READS) {
      wire.vendor.answer = json(200, answer);
      const found: unknown = await read(wire.flow);
      assertHas(found, answer);
      assert.equal(last(), `GET ${path}`);
      wire.vendor.answer = json(404, {});
      assert.equal(await read(wire.flow), undefined);
      wire.vendor.answer = json(200, { name: 'no uid' });
      await failureOf(read(wire.flow), VendorResponseInvalidError);
    }
  });

  it('reads lists whole', async () => {
    for (const [list, path, item] of LISTS) {
      wire.vendor.answer = json(200, { items: [item] });
      const found = await list(wire.flow);
      assert.equal(found.length, 1);
      assertHas(found[0], item);
      assert.equal(last(), `GET ${path}`);
      wire.vendor.answer = json(200, { items: [item, { name: 'no uid' }] });
      await failureOf(list(wire.flow), VendorResponseInvalidError);
    }
  });

  describe('products', () => {
    const product = {
      productUid: 'S1',
      externalId: 'S-1',
      sku: 'S-1',
      name: 'Pants',
      productType: 'STOCK',
      brandUid: 'nike_air',
      categoryUids: ['c1'],
      gtins: [{ gtin: '7012345678900', primary: true }],
      recommendedRetailPrice: 24_900,
      purchasePrice: 8_001,
      allowPurchase: true,
      allowSale: 'YES',
      discontinuedFrom: '2026-12-01',
      optionProperties: [{ productPropertyUid: 'v1', propertyUid: 'fit', propertyText: 'slim' }],
      suppliers: [{ supplierUid: 'mill' }],
      weight: 1_250,
      height: 100,
    };

    it('are read with everything about them', async () => {
      wire.vendor.answer = json(200, {
        ...product,
        currencyPurchasePrice: { amount: 700, currency: 'EUR' },
        width: null,
      });
      const found = await wire.flow.products.get('S1');
      assertHas(found, { ...product, currencyPurchasePrice: { amount: 700, currency: 'EUR' } });
      assert.equal(found?.width, undefined);
      wire.vendor.answer = json(200, { ...product, currencyPurchasePrice: 700 });
      assert.equal((await wire.flow.products.get('S1'))?.currencyPurchasePrice?.amount, 700);
    });

    it('are read whatever is odd about what does not identify them', () => {
      const odd = {
        ...product,
        purchasePrice: 80.5,
        allowPurchase: 'maybe',
        discontinuedFrom: 'soon',
        currencyPurchasePrice: 'much',
        gtins: [{ gtin: '1' }, { number: '2' }, null],
        categoryUids: 'c1',
        optionProperties: [{ propertyText: 'of nothing' }, ...product.optionProperties],
        weight: [1],
      };
      const read = flowProductSchema.parse(tidyJson(odd, 'as-is'));
      for (const member of ['purchasePrice', 'allowPurchase', 'discontinuedFrom', 'currencyPurchasePrice', 'weight']) {
        assert.equal(Reflect.get(read, member), undefined, member);
      }
      assert.deepEqual(
        read.gtins.map(({ gtin }) => gtin),
        ['1'],
      );
      assert.deepEqual(read.categoryUids, []);
      assert.equal(read.optionProperties.length, 1);
      assert.equal(read.brandUid, 'nike_air');
      assert.equal(flowProductSchema.safeParse({ ...product, productUid: ' ' }).success, false);
    });

    it('have variants, each with the uid of its link', async () => {
      wire.vendor.answer = json(200, { items: [{ ...product, productVariantUid: 'v' }] });
      const [variant] = await wire.flow.products.listVariants('P1');
      assertHas(variant, { ...product, productVariantUid: 'v' });
      assert.equal(last(), 'GET T/products/P1/variants');
      wire.vendor.answer = json(200, { items: [product] });
      await failureOf(wire.flow.products.listVariants('P1'), VendorResponseInvalidError);
    });

    it('are listed page by page with the number of all, odd ones left out and counted', async () => {
      const all = Array.from({ length: 150 }, (_, index) => ({ productUid: `S${String(index)}`, sku: 'S' }));
      wire.vendor.answer = paged(() => [...all.slice(0, 120), { name: 'no uid' }, null, ...all.slice(120)]);
      const pages = await batchesOf(wire.flow.products.list());
      assert.deepEqual(
        pages.map(({ products, total, unreadable }) => [products.length, total, unreadable]),
        [
          [100, 152, 0],
          [50, 152, 2],
        ],
      );
    });

    it('that move while they are listed come once', async () => {
      const all = Array.from({ length: 150 }, (_, index) => ({ productUid: `S${String(index)}` }));
      const before = [{ productUid: 'new' }, ...all];
      let requests = 0;
      wire.vendor.answer = paged(() => ((requests += 1) === 1 ? all : before));
      const uids = (await batchesOf(wire.flow.products.list())).flatMap(({ products }) => products);
      assert.equal(uids.length, new Set(uids.map(({ productUid }) => productUid)).size);
      assert.equal(uids.length, 150);
    });
  });

  describe('categories', () => {
    it('are a tree, however deep', async () => {
      const leaf = { categoryUid: 'c', name: 'Jeans', parentUid: 'b', externalId: 'C-1', products: [{ odd: true }] };
      const tree = { categoryUid: 'a', categories: [{ categoryUid: 'b', categories: [leaf] }] };
      wire.vendor.answer = json(200, { items: [tree] });
      const [root] = await wire.flow.catalogue.listCategories();
      assert.equal(root?.parentUid, undefined);
      assert.deepEqual(root?.categories[0]?.categories, [
        { categoryUid: 'c', name: 'Jeans', parentUid: 'b', externalId: 'C-1', categories: [] },
      ]);
      assert.equal(last(), 'GET T/categories');
    });

    it('are refused where one of them cannot be told from the others', async () => {
      wire.vendor.answer = json(200, { items: [{ categoryUid: 'a', categories: [{ name: 'no uid' }] }] });
      const error = await failureOf(wire.flow.catalogue.listCategories(), VendorResponseInvalidError);
      assert.equal(error.issues[0]?.path, 'items[0].categories[0].categoryUid');
    });
  });

  describe('prices', () => {
    const price = { priceUid: 'S1_main', productUid: 'S1', price: 19_950, fromDate: null };

    it('of a list come page by page with the number of all, odd ones left out and counted', async () => {
      const all = Array.from({ length: 250 }, (_, index) => ({ ...price, priceUid: `x${String(index)}` }));
      const odd = [{ ...price, price: 199.5 }, { ...price, price: undefined }, { price: 1 }];
      wire.vendor.answer = paged(() => [...odd, ...all]);
      const pages = await batchesOf(wire.flow.prices.list('l/1'));
      assert.deepEqual(
        pages.map(({ prices, total, unreadable }) => [prices.length, total, unreadable]),
        [
          [97, 253, 3],
          [100, 253, 0],
          [53, 253, 0],
        ],
      );
      assert.equal(last(), 'GET T/pricelists/l%2F1/prices');
      assert.deepEqual(pages[0]?.prices[0], { priceUid: 'x0', productUid: 'S1', price: 19_950 });
    });

    it('are not asked for beyond the page that somebody stops at', async () => {
      wire.vendor.answer = paged(() => Array.from({ length: 1_000 }, () => price));
      for await (const { prices } of wire.flow.prices.list('main')) if (prices.length > 0) break;
      assert.equal(wire.vendor.requests.length, 1);
    });

    it('of one product are of that product alone, whatever Flow makes of the filter', async () => {
      wire.vendor.answer = json(200, { items: [price, { ...price, productUid: 'S2' }] });
      assert.equal((await wire.flow.prices.listOfProduct('main', 'S1')).length, 1);
      assert.equal(wire.vendor.requests[0]?.query.get('productUid'), 'S1');
    });

    it('that are no whole cents are refused', async () => {
      wire.vendor.answer = json(200, { items: [{ ...price, price: 199.5 }] });
      await failureOf(wire.flow.prices.listOfProduct('main', 'S1'), VendorResponseInvalidError);
    });
  });
});
