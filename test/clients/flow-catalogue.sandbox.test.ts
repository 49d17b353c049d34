import assert from 'node:assert/strict';

import { VendorHttpError } from '../../src/clients/errors';
import type { FlowCategory } from '../../src/clients/flow/catalogue';
import { at } from '../sandbox/flow-rig';
import { FlowOnSandbox } from './vendor-rigs';
import { batchesOf, failureOf } from './vendor-server';

describe('Flow client, catalogue, on the Flow sandbox', () => {
  const sandbox = new FlowOnSandbox();

  const statusOf = async (call: Promise<unknown>): Promise<number> => (await failureOf(call, VendorHttpError)).status;
  const make = (productUid: string, productType: 'STOCK' | 'CONFIGURABLE' | 'PACKAGE' = 'STOCK'): Promise<void> =>
    sandbox.flow.products.create({ productUid, sku: productUid, name: productUid, productType });
  const known = async (): Promise<string> => {
    for await (const { products } of sandbox.flow.products.list()) {
      const found = products.find(({ productType }) => productType === 'STOCK');
      if (found) return found.productUid;
    }
    return assert.fail('no products');
  };

  it('takes a product from its brand to its end', async () => {
    const { flow } = sandbox;
    assert.equal(await flow.catalogue.getBrand('nike_air'), undefined);
    await flow.catalogue.createBrand({ brandUid: 'nike_air', name: 'Nike Air', externalId: 'Nike Air' });
    await flow.catalogue.updateBrand('nike_air', { name: 'Nike' });
    assert.equal((await flow.catalogue.getBrand('nike_air'))?.name, 'Nike');
    const product = {
      productUid: 'S1',
      externalId: 'S-1',
      sku: 'S-1',
      name: 'Pants',
      brandUid: 'nike_air',
      gtins: [{ gtin: '7012345678900', primary: true }],
      recommendedRetailPrice: 24_900,
      purchasePrice: 8_001,
      currencyPurchasePrice: { amount: 700, currency: 'EUR' },
      weight: 1_250,
      discontinuedFrom: '2027-01-01',
    };
    await flow.products.create(product);
    assert.equal(await statusOf(flow.products.create(product)), 409);
    assert.equal(await statusOf(flow.products.create({ ...product, productUid: 'S2', brandUid: 'nobody' })), 422);
    const { gtins, ...plain } = product;
    const read = (await flow.products.get('S1')) ?? assert.fail('not there');
    for (const [name, value] of Object.entries(plain)) assert.deepEqual(Reflect.get(read, name), value, name);
    assert.deepEqual(
      read.gtins.map(({ gtin, primary }) => ({ gtin, primary })),
      gtins,
    );
    await flow.products.update('S1', {
      weight: null,
      discontinuedFrom: null,
      currencyPurchasePrice: null,
      allowSale: 'NO',
    });
    const changed = await flow.products.get('S1');
    assert.deepEqual(
      [changed?.weight, changed?.discontinuedFrom, changed?.currencyPurchasePrice, changed?.allowSale, changed?.name],
      [undefined, undefined, undefined, 'NO', 'Pants'],
    );
    assert.equal(await flow.products.delete('S1'), true);
    assert.equal(await flow.products.delete('S1'), false);
    assert.equal(await flow.products.get('S1'), undefined);
  });

  it('lists every product once, with the number of all', async () => {
    const pages = await batchesOf(sandbox.flow.products.list());
    const uids = pages.flatMap(({ products }) => products.map(({ productUid }) => productUid));
    const all = Number(
      at((await sandbox.rig.call('GET /tenants/flow_no/products?pageSize=1')).body, 'paging.totalCount'),
    );
    assert.ok(pages.length > 1);
    assert.equal(uids.length, all);
    assert.equal(new Set(uids).size, all);
    assert.ok(pages.every(({ total, unreadable }) => total === all && unreadable === 0));
  });

  it('links variants to their parent, with what they are told apart by', async () => {
    const { flow } = sandbox;
    await make('style', 'CONFIGURABLE');
    await make('style_m');
    await flow.products.linkVariant('style', { productUid: 'style_m', productVariantUid: 'style_m' });
    assert.equal(
      await statusOf(flow.products.linkVariant('style', { productUid: 'style_m', productVariantUid: 'style_m' })),
      409,
    );
    await flow.catalogue.createProperty({
      propertyUid: 'size',
      propertyName: 'Size',
      type: 'SINGLESELECT',
      externalId: 'size',
    });
    await flow.catalogue.createPropertyOption('size', { propertyOptionUid: 'm', propertyOptionName: 'M' });
    assert.ok(
      (await flow.catalogue.listProperties()).some(
        ({ propertyUid, type }) => propertyUid === 'size' && type === 'SINGLESELECT',
      ),
    );
    assert.deepEqual(await flow.catalogue.listPropertyOptions('size'), [
      { propertyOptionUid: 'm', propertyOptionName: 'M' },
    ]);
    const value = { productPropertyUid: 'style_m_size', propertyUid: 'size', propertyOptionUid: 'm' };
    await flow.products.setProperty('style_m', value);
    await flow.products.setProperty('style_m', value);
    const [variant, ...others] = await flow.products.listVariants('style');
    assert.deepEqual(others, []);
    assert.equal(variant?.productVariantUid, 'style_m');
    assert.deepEqual(
      variant.optionProperties.map(({ productPropertyUid, propertyOptionUid }) => [
        productPropertyUid,
        propertyOptionUid,
      ]),
      [['style_m_size', 'm']],
    );
    assert.equal(await flow.products.removeProperty('style_m', 'style_m_size'), true);
    assert.equal(await flow.products.removeProperty('style_m', 'style_m_size'), false);
    assert.equal(await flow.products.unlinkVariant('style', 'style_m'), true);
    assert.equal(await flow.products.unlinkVariant('style', 'style_m'), false);
    assert.deepEqual(await flow.products.listVariants('style'), []);
  });

  it('shows images, one of them as the cover', async () => {
    const { flow } = sandbox;
    await make('S1');
    const url = (name: string): string => `https://images.example/${name}.jpg`;
    await flow.products.createMedia('S1', { productMediaUid: 'a', mainUrl: url('a'), position: 1 });
    await flow.products.createMedia('S1', { productMediaUid: 'b', mainUrl: url('b'), position: 2 });
    assert.equal(await statusOf(flow.products.createMedia('S1', { productMediaUid: 'b', mainUrl: url('b') })), 409);
    await flow.products.updateMedia('S1', 'b', { setAsCoverImage: true, mainUrl: url('c') });
    const covers = async (): Promise<unknown[]> =>
      (await flow.products.listMedia('S1')).map(({ productMediaUid, mainUrl, isCoverImage }) => [
        productMediaUid,
        mainUrl,
        isCoverImage,
      ]);
    assert.deepEqual(await covers(), [
      ['a', url('a'), false],
      ['b', url('c'), true],
    ]);
    assert.equal(await flow.products.deleteMedia('S1', 'b'), true);
    assert.equal(await flow.products.deleteMedia('S1', 'b'), false);
    assert.deepEqual(await covers(), [['a', url('a'), true]]);
  });

  it('fills the slots of a package', async () => {
    const { flow } = sandbox;
    await make('pack', 'PACKAGE');
    const productUid = await known();
    const slot = { productUid: 'pack', productPackageSlotUid: 'pack_1' };
    const range = { position: 1, minComponentsAllowed: 1, maxComponentsAllowed: 1 };
    await flow.packages.createSlot('pack', { productPackageSlotUid: 'pack_1', name: 'Ski', ...range });
    await flow.packages.updateSlot(slot, { maxComponentsAllowed: 2 });
    const component = { productPackageComponentUid: 'pack_1_a', productUid, quantity: 100, required: true };
    await flow.packages.createComponent(slot, component);
    await flow.packages.updateComponent(slot, 'pack_1_a', { quantity: 200 });
    const [read] = await flow.packages.listSlots('pack');
    assert.deepEqual([read?.name, read?.maxComponentsAllowed], ['Ski', 2]);
    assert.deepEqual(
      read?.components.map(({ product, quantity, required }) => [product.productUid, quantity, required]),
      [[productUid, 200, true]],
    );
    assert.equal(await flow.packages.deleteComponent(slot, 'pack_1_a'), true);
    assert.equal(await flow.packages.deleteComponent(slot, 'pack_1_a'), false);
    assert.equal(await flow.packages.deleteSlot(slot), true);
    assert.equal(await flow.packages.deleteSlot(slot), false);
    assert.deepEqual(await flow.packages.listSlots('pack'), []);
  });

  it('moves categories and product groups about their trees', async () => {
    const { flow } = sandbox;
    const find = (tree: readonly FlowCategory[], uid: string): FlowCategory | undefined => {
      for (const one of tree) {
        const found = one.categoryUid === uid ? one : find(one.categories, uid);
        if (found) return found;
      }
      return undefined;
    };
    await flow.catalogue.createCategory({ categoryUid: 'a', name: 'A', externalId: 'A-1' });
    await flow.catalogue.createCategory({ categoryUid: 'b', name: 'B', parentUid: 'a' });
    await flow.catalogue.createCategory({ categoryUid: 'c', name: 'C', parentUid: 'b' });
    const tree = await flow.catalogue.listCategories();
    assert.equal(find(tree, 'a')?.externalId, 'A-1');
    assert.equal(find(find(tree, 'a')?.categories ?? [], 'c')?.name, 'C');
    assert.equal(await statusOf(flow.catalogue.deleteCategory('a')), 409);
    await flow.catalogue.updateCategory('c', { parentUid: null, name: 'C2' });
    assert.ok(
      (await flow.catalogue.listCategories()).some(({ categoryUid, name }) => categoryUid === 'c' && name === 'C2'),
    );
    assert.deepEqual((await flow.catalogue.getCategory('b'))?.categories, []);
    assert.equal(await flow.catalogue.deleteCategory('c'), true);
    assert.equal(await flow.catalogue.deleteCategory('c'), false);

    await flow.catalogue.createProductGroup({ productGroupUid: 'g', name: 'G', externalId: 'G-1' });
    await flow.catalogue.createProductGroup({ productGroupUid: 'h', name: 'H', parentUid: 'g' });
    await flow.catalogue.updateProductGroup('h', { name: 'H2', parentUid: null });
    assert.equal((await flow.catalogue.getProductGroup('h'))?.name, 'H2');
    assert.equal((await flow.catalogue.getProductGroup('h'))?.parentUid, undefined);
    assert.ok((await flow.catalogue.listProductGroups()).some(({ externalId }) => externalId === 'G-1'));
    assert.equal(await flow.catalogue.deleteProductGroup('h'), true);
    assert.equal(await flow.catalogue.deleteProductGroup('h'), false);
  });

  it('keeps prices on a list', async () => {
    const { flow } = sandbox;
    const productUid = await known();
    await flow.stores.createPricelist({ pricelistUid: 'oslo', name: 'Oslo', externalId: 'oslo' });
    const price = { priceUid: `${productUid}_oslo`, productUid, price: 19_950 };
    await flow.prices.create('oslo', price);
    assert.equal(await statusOf(flow.prices.create('oslo', price)), 409);
    await flow.prices.update('oslo', price.priceUid, { price: 17_900, fromDate: '2026-11-20T00:00:00.000Z' });
    assert.deepEqual(await flow.prices.listOfProduct('oslo', productUid), [
      { ...price, price: 17_900, fromDate: '2026-11-20T00:00:00.000Z' },
    ]);
    assert.deepEqual(await flow.prices.listOfProduct('oslo', 'nobody'), []);
    const [page] = await batchesOf(flow.prices.list('oslo'));
    assert.deepEqual([page?.prices.length, page?.total, page?.unreadable], [1, 1, 0]);
    await flow.prices.update('oslo', price.priceUid, { fromDate: null });
    assert.deepEqual(await flow.prices.listOfProduct('oslo', productUid), [{ ...price, price: 17_900 }]);
    assert.equal(await flow.prices.delete('oslo', price.priceUid), true);
    assert.equal(await flow.prices.delete('oslo', price.priceUid), false);
    assert.deepEqual(await flow.prices.listOfProduct('oslo', productUid), []);
    assert.equal(await statusOf(batchesOf(flow.prices.list('nowhere'))), 404);
  });

  it('does not take a price for written when Flow refuses the product', async () => {
    const { flow } = sandbox;
    await flow.stores.createPricelist({ pricelistUid: 'oslo', name: 'Oslo' });
    assert.equal(await statusOf(flow.prices.create('oslo', { productUid: 'nobody', price: 1 })), 422);
    assert.deepEqual(await batchesOf(flow.prices.list('oslo')), [{ prices: [], total: 0, unreadable: 0 }]);
  });
});
