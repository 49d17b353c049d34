import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, type Reply, S, startFlowRig, T, W } from './flow-rig';

const items = (body: unknown, path = 'items'): readonly unknown[] => {
  const found = at(body, path);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
};
const refusal = (reply: Reply): unknown[] => [reply.status, at(reply.body, 'code')];

describe("the Flow sandbox's catalogue", () => {
  let rig: FlowRig;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  const make = async (productUid: string, fields: object = {}): Promise<void> => {
    const made = await rig.call(`POST ${T}/products`, { productUid, name: productUid, sku: productUid, ...fields });
    assert.equal(made.status, 201, JSON.stringify(made.body));
  };

  describe('products', () => {
    it('refuse uids, floats and references that lead nowhere, field by field', async () => {
      const wrong = {
        productUid: 'a.b',
        name: 'Mug',
        sku: 'MUG',
        weight: 0.25,
        recommendedRetailPrice: 49.9,
        currencyPurchasePrice: { amount: 10.5, currency: 'EUR' },
      };
      assert.deepEqual(
        new Set(fieldsOf(await rig.call(`POST ${T}/products`, wrong))),
        new Set(['productUid', 'weight', 'recommendedRetailPrice', 'currencyPurchasePrice']),
      );
      const unknown = {
        name: 'Mug',
        sku: 'MUG',
        productGroupUid: 'none',
        brandUid: 'none',
        categoryUids: ['all', 'none'],
        suppliers: [{ supplierUid: 'none' }],
        requiredVariantPropertyUids: ['none'],
        vatCodeUid: 'vat_se_25',
        allowSale: 'NOT_BEFORE_DATE',
      };
      const fields = [
        'productGroupUid',
        'brandUid',
        'categoryUids[1]',
        'suppliers[0].supplierUid',
        'requiredVariantPropertyUids[0]',
        'vatCodeUid',
        'allowSaleDate',
      ];
      assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/products`, unknown)), fields);
      await make('refs');
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${T}/products/refs`, unknown)), fields);
    });

    it('are listed a page at a time in the order they were made', async () => {
      const first = await rig.call(`GET ${T}/products?pageSize=2`);
      const total = Number(at(first.body, 'paging.totalCount'));
      await make('last');
      const last = await rig.call(`GET ${T}/products?pageSize=1&pageNumber=${total + 1}&sortDirection=DESC`);
      assert.equal(at(last.body, 'items[0].productUid'), 'last');
      const beyond = await rig.call(`GET ${T}/products?pageSize=100&pageNumber=99`);
      assert.deepEqual([items(beyond.body).length, at(beyond.body, 'paging.totalCount')], [0, total + 1]);
      const sorted = await rig.call(`GET ${T}/products?pageSize=100&sortBy=productUid&sortDirection=DESC`);
      const uids = items(sorted.body).map((one) => String(at(one, 'productUid')));
      assert.deepEqual(uids, [...uids].sort().reverse());
    });

    it('are kept as long as there is stock, an open order or a package with them', async () => {
      await make('needed');
      const remove = (): Promise<Reply> => rig.call(`DELETE ${T}/products/needed`);
      await rig.call(`PUT ${W}/products/needed/stock`, { quantityStock: 100 });
      assert.deepEqual(refusal(await remove()), [409, 'PRODUCT_HAS_STOCK']);
      await rig.call(`PUT ${W}/products/needed/stock`, { quantityStock: 0 });
      await rig.call(`PUT ${T}/products/needed`, { productType: 'NON_PHYSICAL' });
      const lines = [{ orderItemUid: 'l1', productUid: 'needed', quantity: 100, itemPrice: 1_000 }];
      await rig.call(`POST ${S}/orders`, { orderUid: 'has-it', type: 'ORDER', items: lines });
      assert.deepEqual(refusal(await remove()), [409, 'PRODUCT_HAS_OPEN_ORDERS']);
      await rig.call(`PUT ${S}/orders/has-it`, { orderState: 'CANCELLED' });
      await make('bag', { productType: 'PACKAGE' });
      const slot = { productPackageSlotUid: 's1', name: 'One', position: 1 };
      await rig.call(`POST ${T}/products/bag/packages/slots`, {
        ...slot,
        minComponentsAllowed: 1,
        maxComponentsAllowed: 1,
      });
      await rig.call(`POST ${T}/products/bag/packages/slots/s1/components`, { productUid: 'needed', quantity: 100 });
      assert.deepEqual(refusal(await remove()), [409, 'PRODUCT_IN_PACKAGE']);
      await rig.call(`DELETE ${T}/products/bag`);
      await rig.call(`POST ${T}/pricelists/main/prices`, { productUid: 'needed', price: 100, priceUid: 'goes' });
      assert.equal((await remove()).status, 204);
      assert.equal((await rig.call(`GET ${T}/pricelists/main/prices/goes`)).status, 404);
    });

    it('go with all that belongs to them when somebody clears them out by hand', async () => {
      await make('cleared');
      await rig.call(`PUT ${W}/products/cleared/stock`, { quantityStock: 500 });
      assert.equal((await rig.sim('/flow_no/products/cleared/remove')).status, 204);
      assert.equal((await rig.call(`GET ${T}/products/cleared`)).status, 404);
      await make('cleared');
      assert.equal(at((await rig.call(`GET ${W}/products/cleared/stock`)).body, 'quantityStock'), 0);
      assert.equal((await rig.sim('/flow_no/products/none/remove')).status, 404);
    });
  });

  it('links variants under configurable products only, and each under one of them', async () => {
    await make('style1', { productType: 'CONFIGURABLE' });
    await make('style2', { productType: 'CONFIGURABLE' });
    await make('child');
    const link = (parent: string, productUid: string, productVariantUid?: string): Promise<Reply> =>
      rig.call(`POST ${T}/products/${parent}/variants`, { productUid, productVariantUid });
    assert.deepEqual(fieldsOf(await link('child', 'style1')), ['parentProductUid']);
    assert.deepEqual(fieldsOf(await link('style1', 'style2')), ['productUid']);
    assert.deepEqual(fieldsOf(await link('style1', 'none')), ['productUid']);
    assert.equal((await link('style1', 'child', 'child')).status, 201);
    assert.deepEqual(refusal(await link('style1', 'child', 'other')), [409, 'VARIANT_LINKED']);
    assert.deepEqual(fieldsOf(await link('style2', 'child', 'child')), ['productUid']);
    for (const [uid, productType] of [
      ['style1', 'STOCK'],
      ['child', 'CONFIGURABLE'],
    ] as const) {
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${T}/products/${uid}`, { productType })), ['productType']);
    }
    assert.equal((await rig.call(`DELETE ${T}/products/style2/variants/child`)).status, 404);
    assert.equal((await rig.call(`DELETE ${T}/products/style1/variants/child`)).status, 204);
    assert.equal((await link('style2', 'child', 'child')).status, 201);
  });

  it('takes texts for texts, and for choices only options of the property', async () => {
    const property = async (propertyUid: string, type: string): Promise<void> => {
      await rig.call(`POST ${T}/properties`, { propertyUid, propertyName: propertyUid, type });
    };
    await Promise.all([property('care', 'TEXT'), property('size', 'SINGLESELECT'), property('use', 'MULTISELECT')]);
    const option = (of: string, propertyOptionUid: string): Promise<Reply> =>
      rig.call(`POST ${T}/properties/${of}/options`, {
        propertyOptionUid,
        propertyOptionName: `${of} ${propertyOptionUid}`,
      });
    assert.deepEqual(fieldsOf(await option('care', 'x')), ['propertyUid']);
    assert.equal((await option('size', 'M')).status, 200);
    assert.deepEqual(refusal(await option('size', 'M')), [409, 'DUPLICATE_UID']);
    // The uid of an option is its property's own.
    for (const uid of ['M', 'camp', 'city']) assert.equal((await option('use', uid)).status, 200);
    const listed = await rig.call(`GET ${T}/properties/use/options`);
    assert.deepEqual(
      items(listed.body).map((one) => [at(one, 'propertyOptionUid'), at(one, 'propertyOptionName')]),
      [
        ['M', 'use M'],
        ['camp', 'use camp'],
        ['city', 'use city'],
      ],
    );
    await make('shirt');
    const set = (body: object): Promise<Reply> => rig.call(`POST ${T}/products/shirt/properties`, body);
    assert.deepEqual(fieldsOf(await set({ propertyUid: 'care' })), ['propertyText']);
    assert.deepEqual(fieldsOf(await set({ propertyUid: 'care', propertyOptionUid: 'M' })), ['propertyOptionUid']);
    assert.deepEqual(fieldsOf(await set({ propertyUid: 'size', propertyText: 'M' })), ['propertyText']);
    assert.deepEqual(fieldsOf(await set({ propertyUid: 'size', propertyOptionUid: 'XXL' })), ['propertyOptionUid']);
    await set({ propertyUid: 'care', propertyText: '30 °C', productPropertyUid: 'v1' });
    assert.deepEqual(refusal(await set({ propertyUid: 'size', propertyOptionUid: 'M', productPropertyUid: 'v1' })), [
      409,
      'DUPLICATE_UID',
    ]);
    await set({ propertyUid: 'size', propertyOptionUid: 'M', productPropertyUid: 'v2' });
    for (const propertyOptionUid of ['camp', 'city', 'city']) await set({ propertyUid: 'use', propertyOptionUid });
    const values = async (): Promise<unknown[]> => {
      const { body } = await rig.call(`GET ${T}/products/shirt`);
      return items(body, 'optionProperties').map((one) => at(one, 'propertyText') ?? at(one, 'propertyOptionName'));
    };
    assert.deepEqual(await values(), ['30 °C', 'size M', 'use camp', 'use city']);
    const change = (uid: string, body: object): Promise<Reply> =>
      rig.call(`PUT ${T}/products/shirt/properties/${uid}`, body);
    assert.equal((await change('v1', { propertyText: '40 °C' })).status, 200);
    assert.deepEqual(fieldsOf(await change('v2', { propertyOptionUid: 'camp' })), ['propertyOptionUid']);
    await rig.call(`PUT ${T}/properties/size/options/M`, { propertyOptionName: 'Medium' });
    assert.deepEqual(await values(), ['40 °C', 'Medium', 'use camp', 'use city']);
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${T}/properties/care`, { type: 'SINGLESELECT' })), ['type']);
    assert.deepEqual(refusal(await rig.call(`DELETE ${T}/properties/size/options/M`)), [409, 'OPTION_IN_USE']);
    assert.equal((await rig.call(`DELETE ${T}/products/shirt/properties/v2`)).status, 204);
    assert.equal((await rig.call(`DELETE ${T}/properties/size/options/M`)).status, 204);
  });

  it('shows one image as the cover as long as there are any', async () => {
    await make('seen');
    const path = `${T}/products/seen/media`;
    const add = (productMediaUid: string, more: object = {}): Promise<Reply> =>
      rig.call(`POST ${path}`, { productMediaUid, mainUrl: `https://images.example/${productMediaUid}.jpg`, ...more });
    const covers = async (): Promise<unknown[]> =>
      items((await rig.call(`GET ${path}`)).body)
        .filter((one) => at(one, 'isCoverImage'))
        .map((one) => at(one, 'productMediaUid'));
    await add('i1', { position: 3 });
    await add('i2', { position: 2, setAsCoverImage: true });
    await add('i3', { position: 1 });
    assert.deepEqual(await covers(), ['i2']);
    await rig.call(`PUT ${path}/i1`, { setAsCoverImage: true, position: 9 });
    assert.deepEqual(await covers(), ['i1']);
    assert.equal((await rig.call(`DELETE ${path}/i1`)).status, 204);
    assert.deepEqual(await covers(), ['i3']);
    assert.deepEqual(fieldsOf(await add('i4', { mainUrl: 'ftp://images.example/4.jpg' })), ['mainUrl']);
    await make('unseen');
    assert.equal((await rig.call(`DELETE ${T}/products/unseen/media/i3`)).status, 404);
    const elsewhere = { productMediaUid: 'i3', mainUrl: 'https://images.example/i3.jpg' };
    assert.deepEqual(refusal(await rig.call(`POST ${T}/products/unseen/media`, elsewhere)), [409, 'DUPLICATE_UID']);
  });

  it('puts articles into the slots of packages, in numbers that can be', async () => {
    await make('kit', { productType: 'PACKAGE' });
    await make('kit2', { productType: 'PACKAGE' });
    await make('part');
    const path = `${T}/products/kit/packages/slots`;
    const slot = (body: object, call = `POST ${path}`): Promise<Reply> =>
      rig.call(call, { name: 'Slot', position: 1, minComponentsAllowed: 1, maxComponentsAllowed: 2, ...body });
    assert.deepEqual(fieldsOf(await slot({ maxComponentsAllowed: 0 })), ['maxComponentsAllowed']);
    assert.deepEqual(fieldsOf(await slot({ minComponentsAllowed: -1 })), ['minComponentsAllowed']);
    assert.deepEqual(fieldsOf(await slot({ minComponentsAllowed: 3 })), ['maxComponentsAllowed']);
    await slot({ productPackageSlotUid: 'k1' });
    await slot({ productPackageSlotUid: 'k2' });
    const narrower = await rig.call(`PUT ${path}/k1`, { minComponentsAllowed: 3 });
    assert.deepEqual(fieldsOf(narrower), ['maxComponentsAllowed']);
    const put = (into: string, productUid: string, uid: string): Promise<Reply> =>
      rig.call(`POST ${path}/${into}/components`, { productUid, quantity: 100, productPackageComponentUid: uid });
    assert.deepEqual(fieldsOf(await put('k1', 'kit2', 'c1')), ['productUid']);
    assert.equal((await put('k1', 'part', 'c1')).status, 200);
    assert.deepEqual(refusal(await put('k2', 'part', 'c1')), [409, 'DUPLICATE_UID']);
    const half = { productUid: 'part', quantity: 0.5 };
    assert.deepEqual(fieldsOf(await rig.call(`POST ${path}/k2/components`, half)), ['quantity']);
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${T}/products/kit`, { productType: 'STOCK' })), ['productType']);
    assert.deepEqual(fieldsOf(await slot({}, `POST ${T}/products/part/packages/slots`)), ['productUid']);
  });

  for (const [kind, field] of [
    ['product-groups', 'productGroupUid'],
    ['categories', 'categoryUid'],
  ] as const) {
    it(`moves and deletes ${kind}, never into a circle and never what is in use`, async () => {
      const make1 = (uid: string, parentUid?: string): Promise<Reply> =>
        rig.call(`POST ${T}/${kind}`, { [field]: uid, name: uid, parentUid, externalId: uid });
      for (const [uid, parent] of [['t1'], ['t2', 't1'], ['t3', 't2'], ['t4', 't1']] as const) await make1(uid, parent);
      const move = (uid: string, parentUid: string | null): Promise<Reply> =>
        rig.call(`PUT ${T}/${kind}/${uid}`, { parentUid });
      for (const below of ['t1', 't2', 't3', 'none'])
        assert.deepEqual(fieldsOf(await move('t1', below)), ['parentUid']);
      assert.equal((await move('t3', 't4')).status, 200);
      assert.equal((await move('t4', null)).status, 200);
      const remove = (uid: string): Promise<Reply> => rig.call(`DELETE ${T}/${kind}/${uid}`);
      assert.equal((await remove('t4')).status, 409);
      const product = `in_${field}`;
      await make(product, field === 'categoryUid' ? { categoryUids: ['t3'] } : { productGroupUid: 't3' });
      assert.equal((await remove('t3')).status, 409);
      await rig.call(`PUT ${T}/products/${product}`, { categoryUids: [], productGroupUid: null });
      assert.equal((await remove('t3')).status, 204);
      assert.equal((await remove('t4')).status, 204);
      assert.equal((await rig.call(`GET ${T}/${kind}/t4`)).status, 404);
    });
  }

  it('sells at a price only while it holds, whole days where the shop is', async () => {
    await make('lamp', { recommendedRetailPrice: 900 });
    const path = `${T}/pricelists/main/prices`;
    const now = async (): Promise<unknown> =>
      at((await rig.call(`GET ${S}/products/lamp`)).body, 'storeProductDetails.price');
    const dayFromNow = (days: number): string =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Oslo' }).format(Date.now() + days * 86_400_000);
    const over = { productUid: 'lamp', price: 100, fromDate: dayFromNow(-9), toDate: dayFromNow(-1) };
    assert.equal((await rig.call(`POST ${path}`, { ...over, priceUid: 'w1' })).status, 200);
    assert.equal(
      (await rig.call(`POST ${path}`, { ...over, priceUid: 'w2', fromDate: dayFromNow(1), toDate: null })).status,
      200,
    );
    assert.equal(await now(), 900);
    await rig.call(`PUT ${path}/w1`, { toDate: dayFromNow(0) });
    assert.equal(await now(), 100);
    await rig.call(`POST ${path}`, { productUid: 'lamp', price: 300, priceUid: 'w3', fromDate: dayFromNow(0) });
    assert.equal(await now(), 300);
    await rig.call(`PUT ${path}/w3`, { toDate: new Date(Date.now() - 1_000).toISOString(), fromDate: null });
    assert.equal(await now(), 100);
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}/w1`, { fromDate: dayFromNow(5) })), ['toDate']);
    assert.deepEqual(fieldsOf(await rig.call(`POST ${path}`, { ...over, toDate: dayFromNow(-10) })), ['toDate']);
    const listed = await rig.call(`GET ${path}?productUid=lamp`);
    assert.deepEqual(
      items(listed.body).map((one) => [at(one, 'priceUid'), at(one, 'price')]),
      [
        ['w1', 100],
        ['w2', 100],
        ['w3', 300],
      ],
    );
    assert.equal(at(listed.body, 'items[0].lastModifiedBy'), 'integration');
  });
});
