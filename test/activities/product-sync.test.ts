import assert from 'node:assert/strict';
import { SyncError } from '../../src/activities/shared/failures';
import { DocumentUnmappableError } from '../../src/domain/document-unmappable';
import { ProductRig, type Json } from './product-rig';

describe('a product on its way to Flow', function () {
  this.timeout(60_000);
  let rig: ProductRig;

  before(async () => {
    rig = await ProductRig.start('empty');
  });

  beforeEach(() => rig.clearCalls());

  after(() => rig.stop());

  const uidsOf = (list: readonly Json[], name: string): unknown[] => list.map((one) => one[name]);

  it('is made with its brand, suppliers, group and categories, in that order', async () => {
    const outcome = await rig.sync('NL-303');
    assert.equal(outcome.action, 'created');
    assert.deepEqual([outcome.productUids, outcome.productsCreated], [['NL303'], 1]);
    const writes = await rig.calls();
    assert.ok(writes.indexOf('POST /brands') < writes.indexOf('POST /products'));
    assert.equal(writes.filter((call) => call === 'POST /suppliers').length, 3);
    assert.ok(writes.includes('POST /product-groups') && writes.includes('POST /categories'), writes.join());
    const product = await rig.product('NL303');
    assert.deepEqual(product.currencyPurchasePrice, { amount: 1235, currency: 'EUR' });
    assert.deepEqual(
      [product.sku, product.externalId, product.manufacturerSku, product.vatCodeUid, product.brandUid],
      ['NL-303', 'NL-303', 'EXT/77 A', 'vat_no_25', 'nordlys'],
    );
    assert.deepEqual(uidsOf(product.suppliers as Json[], 'supplierUid'), ['sup100', 'sup101', 'sup107']);
    const path = (product.productGroupPath as Json[]).map(({ productGroupUid }) => productGroupUid);
    assert.deepEqual(path, ['all', 'equipment']);
    assert.deepEqual(product.categoryUids, ['equipment']);
  });

  it('is not written again when it is right, and costs two questions', async () => {
    await rig.sync('NL-301');
    await rig.clearCalls();
    const outcome = await rig.sync('NL-301');
    assert.equal(outcome.action, 'unchanged');
    assert.deepEqual(await rig.calls(), []);
    assert.deepEqual(await rig.calls('all'), ['GET /products/NL301', 'GET /products/NL301/media']);
    assert.deepEqual((await rig.plan('NL-301')).changes, []);
  });

  it('is told only what has changed', async () => {
    await rig.sync('NL-302');
    await rig.patch('NL-302', { name: 'Rope, 60 m', weight: 2, description: '<p>Long</p>' });
    await rig.clearCalls();
    assert.deepEqual((await rig.plan('NL-302')).changes, ['NL-302 name', 'NL-302 description', 'NL-302 weight']);
    const outcome = await rig.sync('NL-302');
    assert.equal(outcome.action, 'updated');
    assert.deepEqual(await rig.calls(), ['PUT /products/NL302']);
    const { name, weight, description } = await rig.product('NL302');
    assert.deepEqual([name, weight, description], ['Rope, 60 m', 2000, 'Long']);
  });

  it('is put right when somebody has changed it in Flow', async () => {
    await rig.sync('NL-203');
    await rig.flow('PUT', '/products/NL203', { name: 'Changed by hand', internalInfo: 'shelf 7' });
    const { changedFields } = await rig.sync('NL-203');
    assert.deepEqual(changedFields, ['NL-203 name']);
    assert.equal((await rig.product('NL203')).internalInfo, 'shelf 7');
  });

  it('is adopted when the shop had it by its SKU, and gets its id', async () => {
    await rig.flow('POST', '/products', { productUid: 'NL204', name: 'Lantern', sku: 'NL-204' });
    const { action, changedFields } = await rig.sync('NL-204');
    assert.equal(action, 'updated');
    assert.ok(changedFields?.includes('NL-204 externalId'), changedFields?.join());
    assert.equal((await rig.product('NL204')).externalId, 'NL-204');
  });

  describe('whose uid is another’s', () => {
    const isCollision = (...ids: string[]): ((error: unknown) => boolean) => {
      return (error) =>
        error instanceof SyncError &&
        error.failureType === 'UidCollision' &&
        ids.every((id) => error.message.includes(id));
    };

    it('is reported, and nothing is written', async () => {
      await rig.sync('NL-100');
      await rig.clearCalls();
      await assert.rejects(rig.sync('NL100'), isCollision('NL100', 'NL-100'));
      assert.deepEqual(await rig.calls(), []);
      assert.equal((await rig.product('NL100')).sku, 'NL-100');
      await assert.rejects(rig.plan('NL100'), /become the same Flow uid/);
    });

    it('by its brand is sold under the spelling that is there, and that is reported', async () => {
      await rig.sync('NL-110');
      const { action, differences = [] } = await rig.sync('NL-111');
      assert.equal(action, 'created');
      assert.match(differences.join(), /Flow has varg under another name than Varg!/);
      assert.equal((await rig.product('NL111')).brandName, 'Varg');
    });

    it('within one style is reported before anything is written', async () => {
      const variants = ['S-1', 'S1'].map((skuId) => ({ skuId, productId: 'P-9' }));
      await rig.put('P-9', { skuId: undefined, variants });
      await assert.rejects(rig.sync('P-9'), isCollision('S-1', 'S1'));
      await rig.put('P-8', { skuId: undefined, variants: [{ skuId: 'P8' }, { skuId: 'P-8-M' }] });
      await assert.rejects(rig.sync('P-8'), isCollision('P-8', 'P8'));
      assert.deepEqual(await rig.calls(), []);
    });
  });

  describe('as a style', () => {
    const variantsOf = async (parent: string): Promise<unknown[]> =>
      uidsOf(await rig.list(`/products/${parent}/variants`), 'sku').sort();

    it('comes with its variants, whose colour and size can be chosen', async () => {
      const { action, products } = await rig.sync('NL-400');
      assert.deepEqual([action, products], ['created', 5]);
      const parent = await rig.product('NL400');
      assert.deepEqual([parent.productType, parent.sku], ['CONFIGURABLE', 'NoSku']);
      assert.deepEqual(parent.requiredVariantPropertyUids, ['color', 'size']);
      assert.deepEqual(await variantsOf('NL400'), ['NL-400-L', 'NL-400-M', 'NL-400-S', 'NL-400-XL']);
      const large = await rig.product('NL400L');
      assert.equal(large.allowPurchase, false);
      const values = (large.optionProperties as Json[]).map((value) => [value.propertyName, value.propertyOptionName]);
      assert.deepEqual(values.sort(), [
        ['Color', 'moss'],
        ['Size', 'L'],
      ]);
      assert.equal((await rig.product('NL400XL')).discontinuedFrom, '2026-02-01');
      assert.equal((await rig.sync('NL-400')).action, 'unchanged');
    });

    /** A style of two sizes that is in Flow. */
    const brought = async (productId: string): Promise<Json[]> => {
      const variants = ['S', 'M'].map((size) => ({ skuId: `${productId}-${size}`, size, color: 'moss' }));
      await rig.put(productId, { skuId: undefined, variants });
      await rig.sync(productId);
      return variants;
    };

    it('gives way to itself when it is written several times at once, as by packages that it is in', async () => {
      const variants = ['S', 'M', 'L', 'XL'].map((size) => ({ skuId: `K-9-${size}`, size, color: 'moss' }));
      await rig.put('K-9', { skuId: undefined, variants });
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => rig.sync('K-9')));
      assert.ok(outcomes.some(({ action }) => action === 'created'));
      assert.equal((await rig.sync('K-9')).action, 'unchanged');
    });

    it('gets a new variant, and a changed colour', async () => {
      const [first, second] = await brought('K-1');
      const variants = [{ ...first, color: 'rust' }, second, { skuId: 'K-1-L', size: 'L' }];
      await rig.put('K-1', { skuId: undefined, variants });
      const { action, changedFields } = await rig.sync('K-1');
      assert.equal(action, 'updated');
      assert.deepEqual(changedFields, ['K-1-S Color', 'K-1-L', 'K-1-L Size', 'K-1-L variant']);
      assert.equal((await variantsOf('K1')).length, 3);
    });

    it('keeps a variant that is gone from Omnium, but nobody sells it any more, until it is back', async () => {
      const variants = await brought('K-2');
      await rig.put('K-2', { skuId: undefined, variants: variants.slice(1) });
      await rig.sync('K-2');
      const { allowSale, allowPurchase } = await rig.product('K2S');
      assert.deepEqual([allowSale, allowPurchase], ['NO', false]);
      assert.equal((await rig.sync('K-2')).action, 'unchanged');
      await rig.put('K-2', { skuId: undefined, variants });
      await rig.sync('K-2');
      assert.deepEqual([(await rig.product('K2S')).allowSale, (await rig.sync('K-2')).action], ['YES', 'unchanged']);
    });

    it('takes a variant over from another style', async () => {
      const variant = { skuId: 'V-1', name: 'Moving', size: 'S' };
      await rig.put('P-1', { skuId: undefined, variants: [variant, { skuId: 'V-2', size: 'M' }] });
      await rig.sync('P-1');
      await rig.put('P-1', { skuId: undefined, variants: [{ skuId: 'V-2', size: 'M' }] });
      await rig.put('P-2', { skuId: undefined, variants: [variant, { skuId: 'V-3', size: 'M' }] });
      await rig.sync('P-2');
      assert.deepEqual([await variantsOf('P1'), await variantsOf('P2')], [['V-2'], ['V-1', 'V-3']]);
      assert.equal((await rig.product('V1')).allowSale, 'YES');
      assert.equal((await rig.sync('P-1')).action, 'unchanged');
    });

    it('lets go of a variant that Omnium sells below another product now', async () => {
      await rig.put('P-3', { skuId: undefined, variants: [{ skuId: 'W-1' }, { skuId: 'W-2' }] });
      await rig.sync('P-3');
      await rig.put('P-3', { skuId: undefined, variants: [{ skuId: 'W-2' }, { skuId: 'W-4' }] });
      await rig.put('W-1');
      await rig.sync('P-3');
      assert.deepEqual([await variantsOf('P3'), (await rig.product('W1')).allowSale], [['W-2', 'W-4'], 'YES']);
    });

    it('is told by a variant’s SKU, or by a document of one language', async () => {
      const outcome = await rig.sync('NL-400-M');
      assert.deepEqual([outcome.action, outcome.forwardedTo], ['forwarded', 'NL-400']);
      assert.deepEqual(
        rig.told.map(({ key }) => key),
        [{ tenantUid: 'flow_no', productId: 'NL-400' }],
      );
      assert.equal((await rig.sync('NL-400_no')).forwardedTo, 'NL-400');
      assert.deepEqual(await rig.calls(), []);
    });
  });

  describe('with images', () => {
    const mediaOf = async (uid: string): Promise<unknown[]> =>
      (await rig.list(`/products/${uid}/media`))
        .sort((one, other) => Number(one.position) - Number(other.position))
        .map(({ mainUrl, isCoverImage }) => [String(mainUrl).replace(/.*\//, ''), isCoverImage]);

    it('has them in order, with the main one as its cover; documents are none', async () => {
      await rig.sync('NL-301');
      assert.deepEqual(await mediaOf('NL301'), [
        ['NL-301-b.jpg', true],
        ['NL-301-a.jpg', false],
        ['NL-301-c.png', false],
      ]);
    });

    it('has other images when Omnium has, under the same uids, and keeps the shop’s own', async () => {
      const image = (assetId: string, name: string): Json => ({
        ...{ assetId, assetType: 'Image', externalUrl: `https://images.nordlys.example/${name}.jpg` },
      });
      await rig.put('M-1', { assets: [image('a1', 'one'), image('a2', 'two'), image('a3', 'three')] });
      await rig.sync('M-1');
      await rig.flow('POST', '/products/M1/media', { productMediaUid: 'own', mainUrl: 'https://shop.example/own.jpg' });
      await rig.put('M-1', { assets: [image('a2', 'new'), image('a9', 'nine')] });
      const { images, changedFields } = await rig.sync('M-1');
      assert.deepEqual([images, changedFields], [4, ['M-1 images']]);
      assert.deepEqual(uidsOf(await rig.list('/products/M1/media'), 'productMediaUid').sort(), [
        ...['omnium-M1-a2', 'omnium-M1-a9', 'own'],
      ]);
      assert.deepEqual((await mediaOf('M1')).slice(0, 2), [
        ['new.jpg', true],
        ['nine.jpg', false],
      ]);
      assert.equal((await rig.sync('M-1')).action, 'unchanged');
    });
  });

  describe('as a package', () => {
    it('comes with what is in it, which is made first when Flow does not have it', async () => {
      await rig.put('L-1', { skuId: undefined, variants: [{ skuId: 'L-1-S' }] });
      const light = { componentId: 'g9', componentName: 'Lantern', skuId: 'L-1-S' };
      const { components } = (await rig.omnium('GET', '/api/Products/NL-420')) as { components: Json[] };
      await rig.put('Q-1', { isPackage: true, components: [...components, light] });
      assert.equal((await rig.sync('Q-1')).action, 'created');
      const slots = await rig.list('/products/Q1/packages/slots');
      assert.deepEqual(
        slots.map(({ name, components }) => [name, (components as Json[]).map(({ product }) => (product as Json).sku)]),
        [
          ['Light', ['NL-100']],
          ['Socks', ['NL-400-S', 'NL-400-M']],
          ['Whistle', ['NL-110']],
          ['Lantern', ['L-1-S']],
        ],
      );
      assert.equal((await rig.product('L1')).productType, 'CONFIGURABLE');
      assert.deepEqual(uidsOf(await rig.list('/products/L1/variants'), 'sku'), ['L-1-S']);
      assert.equal((await rig.sync('Q-1')).action, 'unchanged');
    });

    it('holds something else when Omnium says so', async () => {
      await rig.sync('NL-430');
      await rig.put('NL-430', {
        isBundle: true,
        components: [
          { componentId: 'b1', skuId: 'NL-110', quantity: 2 },
          { componentId: 'b3', skuId: 'NL-100', quantity: 1 },
        ],
      });
      assert.ok((await rig.sync('NL-430')).changedFields?.includes('NL-430 package'));
      const slots = await rig.list('/products/NL430/packages/slots');
      const held = slots.flatMap(({ components }) => components as Json[]);
      assert.deepEqual(held.map(({ product, quantity }) => [(product as Json).sku, quantity]).sort(), [
        ['NL-100', 100],
        ['NL-110', 200],
      ]);
      assert.equal((await rig.sync('NL-430')).action, 'unchanged');
    });

    it('is the shop’s to fill where slots are not created', async () => {
      await rig.reconfigure({ properties: { CreatePackageSlots: false } });
      await rig.put('Q-2', { isPackage: true, components: [{ skuId: 'NL-110' }] });
      await rig.sync('Q-2');
      await rig.reconfigure({});
      assert.equal((await rig.product('Q2')).productType, 'PACKAGE');
      assert.deepEqual(await rig.list('/products/Q2/packages/slots'), []);
    });

    it('that holds what Omnium does not offer fails by name', async () => {
      await rig.put('P-6', { isPackage: true, components: [{ skuId: 'nowhere' }] });
      await assert.rejects(
        rig.sync('P-6'),
        (error) => error instanceof DocumentUnmappableError && /nowhere/.test(error.message),
      );
    });
  });

  describe('that is sold no more', () => {
    it('is discontinued when Omnium has deleted it, and sold again when it is back', async () => {
      await rig.sync('NL-300');
      const document = await rig.omnium('GET', '/api/Products/NL-300');
      await rig.omnium('DELETE', '/api/Products/NL-300');
      const gone = await rig.sync('NL-300');
      assert.deepEqual([gone.action, gone.reason], ['discontinued', 'it was deleted in Omnium']);
      const { allowSale, allowPurchase, discontinuedFrom } = await rig.product('NL300');
      assert.deepEqual([allowSale, allowPurchase], ['NO', false]);
      assert.match(String(discontinuedFrom), /^\d{4}-\d\d-\d\d$/);
      assert.equal((await rig.sync('NL-300')).action, 'unchanged');
      await rig.put('NL-300', { ...document, status: 'Published' });
      assert.equal((await rig.sync('NL-300')).action, 'updated');
      const back = await rig.product('NL300');
      assert.deepEqual([back.allowSale, back.allowPurchase, back.discontinuedFrom], ['YES', true, null]);
    });

    it('is deleted where the configuration says so, a style with its variants', async () => {
      await rig.reconfigure({ catalogue: { onDeletedInOmnium: 'delete' } });
      await rig.put('D-1', { skuId: undefined, variants: [{ skuId: 'D-1-S' }] });
      await rig.sync('D-1');
      await rig.omnium('DELETE', '/api/Products/D-1');
      const actions = [(await rig.sync('D-1')).action, (await rig.sync('D-1')).action];
      await rig.reconfigure({});
      assert.deepEqual(actions, ['deleted', 'skipped']);
      assert.deepEqual([await rig.inFlow('/products/D1'), await rig.inFlow('/products/D1S')], [undefined, undefined]);
    });

    it('is discontinued when it has left our markets, and is nobody’s when it never was there', async () => {
      await rig.sync('NL-132');
      await rig.put('NL-132', { marketIds: ['SWE'] });
      const { action, reason } = await rig.sync('NL-132');
      assert.deepEqual([action, reason], ['discontinued', "none of the tenant's markets has it"]);
      await rig.put('P-5', { marketIds: ['SWE'] });
      assert.equal((await rig.sync('P-5')).action, 'skipped');
      const { changes, productUids } = await rig.plan('P-5');
      assert.deepEqual([changes, productUids], [[], []]);
    });

    it('is left alone when it is the shop’s own', async () => {
      await rig.flow('POST', '/products', { productUid: 'P4', name: 'Own', sku: 'P-4' });
      assert.equal((await rig.sync('P-4')).action, 'skipped');
      assert.equal((await rig.product('P4')).allowSale, 'YES');
    });
  });

  it('has the prices of Omnium’s index where documents hold none', async () => {
    await rig.reconfigure({ without: ['FlowPriceScheduledTask'] });
    await rig.control('omnium', 'POST /catalogue/price-home', { home: 'index' });
    await rig.sync('NL-510');
    await rig.control('omnium', 'POST /catalogue/price-home', { home: 'both' });
    await rig.reconfigure({});
    const { vatCodeUid, recommendedRetailPrice } = await rig.product('NL510');
    assert.deepEqual([vatCodeUid, recommendedRetailPrice], ['vat_no_15', 3334]);
  });

  it('leaves the recommended price to the task that looks after prices', async () => {
    await rig.sync('NL-508');
    assert.equal((await rig.product('NL508')).recommendedRetailPrice, undefined);
  });

  it('of a category that nobody has is in the default group, which is told', async () => {
    const { action, differences } = await rig.sync('NL-207');
    assert.equal(action, 'created');
    assert.match(differences?.join() ?? '', /NL-207 productGroupUid: Flow has no group for category gone/);
  });

  it('goes on from where a broken attempt left it', async () => {
    await rig.put('F-1', {
      skuId: undefined,
      variants: ['S', 'M', 'L'].map((size) => ({ skuId: `F-1-${size}`, size })),
    });
    await rig.simulate('POST', '/product-faults', { productUid: 'F1M', status: 503 });
    await assert.rejects(rig.sync('F-1'));
    assert.equal((await rig.product('F1')).productType, 'CONFIGURABLE');
    await rig.simulate('DELETE', '/product-faults');
    await rig.sync('F-1');
    assert.equal((await rig.list('/products/F1/variants')).length, 3);
    assert.equal((await rig.sync('F-1')).action, 'unchanged');
  });
});
