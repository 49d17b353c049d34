import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, productUidOf, S, skuNumber, startFlowRig, T, W } from './flow-rig';

describe("the Flow sandbox's master data", () => {
  let rig: FlowRig;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  const items = (body: unknown, path = 'items'): unknown[] => at(body, path) as unknown[];

  describe('customers', () => {
    const person = {
      customerUid: 'cust1',
      customerType: 'PERSON',
      firstname: 'Dagny',
      lastname: 'Quistgaard',
      countryCode: 'NO',
      email: 'Dagny.Quistgaard@example.com',
      mobile: '+4799887766',
      externalId: 'c-900001',
      loyaltyId: 'voy-900001',
    };

    it('are created, found by external id, mobile, e-mail and text', async () => {
      const made = await rig.call(`POST ${T}/customers`, person);
      assert.deepEqual([made.status, at(made.body, 'displayName')], [201, 'Dagny Quistgaard']);
      assert.equal((await rig.call(`POST ${T}/customers`, person)).status, 409);
      const search = async (body: object): Promise<unknown> =>
        at((await rig.call(`POST ${T}/customers/search`, body)).body, 'items[0].customerUid');
      const byExternalId = await rig.call(`GET ${T}/customers?customerExternalId=c-900001`);
      assert.equal(at(byExternalId.body, 'items[0].customerUid'), 'cust1');
      assert.equal(await search({ mobile: '+4799887766' }), 'cust1');
      assert.equal(await search({ email: 'dagny.quistgaard@EXAMPLE.com' }), 'cust1');
      assert.equal(await search({ query: 'quistgaard' }), 'cust1');
      assert.equal(await search({ query: 'Quistgaard', exactMatch: true }), 'cust1');
      assert.equal(await search({ query: 'uistg', exactMatch: true }), undefined);
      assert.equal(await search({ mobile: '+4799887766', query: '99887766' }), undefined);
      assert.equal(await search({ mobile: '+4700000000' }), undefined);
      await rig.call(`PUT ${T}/customers/cust1`, { mobile: '+4711111111' });
      assert.equal(await search({ mobile: '+4799887766' }), undefined, 'indexes follow changes');
      assert.equal(await search({ mobile: '+4711111111' }), 'cust1');
    });

    it('are members of the loyalty programme', async () => {
      const found = await rig.call(`POST ${T}/customers/loyalty/search`, { query: '11111111' });
      assert.deepEqual([at(found.body, 'items[0].loyaltyId')], ['voy-900001']);
      const byMail = await rig.call(`POST ${T}/customers/loyalty/search`, { query: 'dagny.quistgaard@example.com' });
      assert.equal(at(byMail.body, 'items[0].customerUid'), 'cust1');
      const own = await rig.call(`GET ${T}/customers/cust1/loyalty`);
      assert.equal(at(own.body, 'loyaltyId'), 'voy-900001');
      const plain = { ...person, customerUid: 'cust2', externalId: null, loyaltyId: null, mobile: '+4722222222' };
      await rig.call(`POST ${T}/customers`, plain);
      assert.equal((await rig.call(`GET ${T}/customers/cust2/loyalty`)).status, 404);
      const enrolled = await rig.call(`POST ${T}/customers/loyalty`, { mobile: '22222222', storeUid: 'oslocity' });
      assert.equal(enrolled.status, 204);
      assert.equal((await rig.call(`GET ${T}/customers/cust2/loyalty`)).status, 200);
      const unknown = await rig.call(`POST ${T}/customers/loyalty`, { mobile: '33333333', storeUid: 'none' });
      assert.deepEqual(fieldsOf(unknown), ['storeUid']);
    });

    it('need names, a country and a phone number of digits', async () => {
      const missing = await rig.call(`POST ${T}/customers`, { customerType: 'PERSON', firstname: 'A' });
      assert.deepEqual(fieldsOf(missing), ['lastname', 'countryCode']);
      const company = await rig.call(`POST ${T}/customers`, { customerType: 'COMPANY', countryCode: 'NO' });
      assert.deepEqual(fieldsOf(company), ['companyName']);
      const phone = await rig.call(`POST ${T}/customers`, { ...person, customerUid: 'cust3', mobile: '99 88 77' });
      assert.deepEqual(fieldsOf(phone), ['mobile']);
    });

    it('are seeded in part, businesses with their own price list', async () => {
      const known = rig.chain.customers.filter(({ knownInTills, marketId }) => knownInTills && marketId === 'NOR');
      const business = known.find(({ kind }) => kind === 'business');
      const found = await rig.call(`GET ${T}/customers?customerExternalId=${business?.customerId ?? ''}`);
      assert.deepEqual(
        [at(found.body, 'items[0].customerType'), at(found.body, 'items[0].pricelistUid')],
        ['COMPANY', 'b2b'],
      );
    });
  });

  describe('products', () => {
    it('are found by SKU, exactly as written, and by external id', async () => {
      const sku = rig.chain.products.find(({ kind }) => kind === 'style')?.skus[0]?.sku ?? '';
      assert.equal(await productUidOf(rig, sku), sku.replace(/[^A-Za-z0-9_]/g, ''));
      assert.equal(await productUidOf(rig, sku.toLowerCase() + 'x'), 'undefined');
      const found = await rig.call(`GET ${T}/products?productExternalId=${sku}`);
      assert.equal(at(found.body, 'paging.totalCount'), 1);
      const product = at(found.body, 'items[0]');
      assert.equal(at(product, 'productType'), 'STOCK');
      assert.equal(at(product, 'productGroupPath[0].productGroupUid'), 'all');
      const searched = await rig.call(`POST ${T}/products/search`, { query: sku, exactMatch: true });
      assert.equal(at(searched.body, 'items[0].sku'), sku);
    });

    it('have variants under a configurable parent that cannot be sold itself', async () => {
      const style = rig.chain.products.find(({ kind }) => kind === 'style');
      const parentUid = style?.productId ?? '';
      const variants = await rig.call(`GET ${T}/products/${parentUid}/variants`);
      assert.deepEqual(
        items(variants.body).map((variant) => at(variant, 'sku')),
        style?.skus.map(({ sku }) => sku),
      );
      const sibling = await rig.call(`GET ${T}/products/${String(at(variants.body, 'items[0].productUid'))}/variants`);
      assert.equal(at(sibling.body, 'paging.totalCount'), style?.skus.length);
      const order = { type: 'ORDER', items: [{ productUid: parentUid, quantity: 100 }] };
      assert.deepEqual(fieldsOf(await rig.call(`POST ${S}/orders`, order)), ['items[0].productUid']);
      const own = await rig.call(`POST ${T}/products/${parentUid}/variants`, { productUid: 'SHIPPING' });
      assert.equal(own.status, 201);
    });

    it('of kind package have slots with components', async () => {
      const pack = rig.chain.products.find(({ kind }) => kind === 'package');
      const slots = await rig.call(`GET ${T}/products/${pack?.productId ?? ''}/packages/slots`);
      assert.deepEqual(
        items(slots.body).map((slot) => [at(slot, 'components[0].product.sku'), at(slot, 'components[0].quantity')]),
        pack?.components?.map(({ sku, quantity }) => [sku, quantity * 100]),
      );
      const path = `${T}/products/${pack?.productId ?? ''}/packages/slots`;
      const slot = {
        productPackageSlotUid: 'extra',
        name: 'Extra',
        position: 9,
        minComponentsAllowed: 0,
        maxComponentsAllowed: 1,
      };
      assert.equal((await rig.call(`POST ${path}`, slot)).status, 200);
      const component = { productPackageComponentUid: 'c1', productUid: 'SHIPPING', quantity: 100 };
      assert.equal((await rig.call(`POST ${path}/extra/components`, component)).status, 200);
      const changed = await rig.call(`PUT ${path}/extra/components/c1`, { quantity: 200 });
      assert.equal(at(changed.body, 'components[0].quantity'), 200);
      assert.deepEqual(fieldsOf(await rig.call(`POST ${path}/extra/components`, { productUid: 'none', quantity: 1 })), [
        'productUid',
      ]);
      assert.equal((await rig.call(`DELETE ${path}/extra/components/c1`)).status, 204);
      assert.equal((await rig.call(`DELETE ${path}/extra`)).status, 204);
      assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/products/SHIPPING/packages/slots`, slot)), ['productUid']);
    });

    it('have images, one of them the cover', async () => {
      const path = `${T}/products/SHIPPING/media`;
      await rig.call(`POST ${path}`, { mainUrl: 'https://images.example/1.jpg', productMediaUid: 'm1' });
      const second = { mainUrl: 'https://images.example/2.jpg', productMediaUid: 'm2', setAsCoverImage: true };
      assert.equal((await rig.call(`POST ${path}`, second)).status, 201);
      assert.equal((await rig.call(`POST ${path}`, second)).status, 409);
      const media = await rig.call(`GET ${path}`);
      assert.deepEqual(
        items(media.body).map((one) => [at(one, 'productMediaUid'), at(one, 'isCoverImage')]),
        [
          ['m1', false],
          ['m2', true],
        ],
      );
      assert.deepEqual(fieldsOf(await rig.call(`POST ${path}`, { mainUrl: 'no url' })), ['mainUrl']);
    });

    it('carry property values, one of each property', async () => {
      await rig.call(`POST ${T}/properties`, { propertyUid: 'colour', propertyName: 'Colour', type: 'TEXT' });
      const path = `${T}/products/SHIPPING/properties`;
      await rig.call(`POST ${path}`, { propertyUid: 'colour', propertyText: 'red' });
      assert.equal((await rig.call(`POST ${path}`, { propertyUid: 'colour', propertyText: 'blue' })).status, 201);
      const product = await rig.call(`GET ${T}/products/SHIPPING`);
      assert.deepEqual(
        items(product.body, 'optionProperties').map((value) => at(value, 'propertyText')),
        ['blue'],
      );
      assert.deepEqual(fieldsOf(await rig.call(`POST ${path}`, { propertyUid: 'none' })), ['propertyUid']);
    });
  });

  it('lists categories as a tree of roots', async () => {
    const roots = await rig.call(`GET ${T}/categories`);
    assert.deepEqual([at(roots.body, 'paging.totalCount'), at(roots.body, 'items[0].categoryUid')], [1, 'all']);
    assert.ok(items(roots.body, 'items[0].categories').length >= 3);
    const group = { productGroupUid: 'boots', name: 'Boots', parentUid: 'footwear' };
    assert.equal(at((await rig.call(`POST ${T}/product-groups`, group)).body, 'scope'), 'SALE');
  });

  it('deletes a price list with all its prices', async () => {
    await rig.call(`POST ${T}/pricelists`, { pricelistUid: 'oslocity', name: 'Oslo', externalId: 'oslo-city' });
    const productUid = await productUidOf(rig, skuNumber(rig, 0));
    const price = { productUid, price: 4_990, priceUid: 'only' };
    assert.equal((await rig.call(`POST ${T}/pricelists/oslocity/prices`, price)).status, 200);
    const store = {
      storeUid: 'ownprices',
      name: 'Own prices',
      organizationUid: '923456781',
      salesPriceUid: 'oslocity',
    };
    assert.equal((await rig.call(`POST ${T}/stores`, store)).status, 200);
    const viewed = await rig.call(`GET ${T}/stores/ownprices/products/${productUid}`);
    assert.equal(at(viewed.body, 'storeProductDetails.price'), 4_990);
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${T}/pricelists/oslocity/prices/only`, { price: 49.9 })), ['price']);
    assert.equal((await rig.call(`DELETE ${T}/pricelists/oslocity`)).status, 204);
    assert.equal((await rig.call(`GET ${T}/pricelists/oslocity/prices`)).status, 404);
    const later = await rig.call(`GET ${T}/stores/ownprices/products/${productUid}`);
    assert.notEqual(at(later.body, 'storeProductDetails.price'), 4_990);
  });

  it('knows payment methods, their names in Omnium and what each store takes', async () => {
    const mapped = await rig.call(`GET ${T}/paymentmethods?systemCode=OMNIUM`);
    assert.deepEqual(
      items(mapped.body).map((one) => [at(one, 'settlementCode'), at(one, 'externalSystemMappings[0].externalId')]),
      [
        ['EXTERNAL_KLARNA', 'Klarna'],
        ['EXTERNAL_VIPPS', 'Vipps'],
      ],
    );
    const ofStore = await rig.call(`GET ${S}/paymentmethods`);
    const web = items(ofStore.body).find((one) => at(one, 'settlementCode') === 'EXTERNAL_WEB');
    assert.deepEqual(
      ['storePaymentMethodUid', 'tenantPaymentMethodUid', 'active'].map((field) => at(web, field)),
      ['oslocity_web', 'web', true],
    );
    const wrong = { name: 'Swish', paymentCode: 'EXTERNAL', settlementCode: 'SWISH' };
    assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/paymentmethods`, wrong)), ['settlementCode']);
  });

  it('makes a store with a warehouse that can then sell', async () => {
    await rig.call(`POST ${T}/organizations`, { organizationUid: '999888777', name: 'New AS' });
    const store = {
      storeUid: 'newstore',
      name: 'New',
      organizationUid: '999888777',
      voucherNumberSeriesUid: 'voucher',
    };
    assert.equal((await rig.call(`POST ${T}/stores`, store)).status, 200);
    const path = `${T}/stores/newstore`;
    const without = await rig.call(`POST ${path}/orders`, { type: 'ORDER' });
    assert.deepEqual([without.status, at(without.body, 'code')], [409, 'STORE_WITHOUT_WAREHOUSE']);
    const warehouse = { warehouseUid: 'newstore', name: 'New', externalId: 'new-store' };
    const made = await rig.call(`POST ${path}/warehouses`, warehouse);
    assert.equal(items(made.body, 'accessList').length, 6);
    await rig.call(`PUT ${path}`, { defaultWarehouseUid: 'newstore' });
    assert.equal((await rig.call(`POST ${path}/orders`, { type: 'ORDER' })).status, 201);
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}`, { defaultWarehouseUid: 'none' })), ['defaultWarehouseUid']);
    const access = await rig.call(`GET ${path}/warehouses/access?warehouseRole=VIEW`);
    assert.deepEqual(
      items(access.body).map((one) => at(one, 'warehouseUid')),
      ['newstore'],
    );
  });

  describe('stock', () => {
    it('is asked for by product and place, one of each pair', async () => {
      const sku = skuNumber(rig, 0);
      const reply = await rig.call(`POST ${T}/products/stock`, { productSkus: [sku], storeUids: ['oslocity'] });
      const details = items(reply.body, 'items[0].warehouseStockDetails');
      assert.deepEqual(
        new Set(details.map((one) => at(one, 'warehouseUid'))),
        new Set(['oslocity', 'oslocityback', 'webno']),
      );
      assert.equal(
        at(reply.body, 'items[0].totalQuantityStock'),
        details.reduce((sum: number, one) => sum + Number(at(one, 'quantityStock')), 0),
      );
      const both = { productSkus: [sku], productUids: ['x'], storeUids: ['oslocity'] };
      assert.equal((await rig.call(`POST ${T}/products/stock`, both)).status, 422);
      assert.equal((await rig.call(`POST ${T}/products/stock`, { productSkus: [sku] })).status, 422);
      const empty = { productSkus: [], storeUids: ['oslocity'] };
      assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/products/stock`, empty)), ['productSkus']);
    });

    it('is set per warehouse in whole hundredths', async () => {
      const productUid = await productUidOf(rig, skuNumber(rig, 1));
      const path = `${W}/products/${productUid}/stock`;
      const set = await rig.call(`PUT ${path}`, { quantityStock: 1_250, costPrice: 990, reason: 'count' });
      assert.deepEqual([set.status, at(set.body, 'quantityStock')], [200, 1_250]);
      assert.deepEqual(fieldsOf(await rig.call(`PUT ${path}`, { quantityStock: 12.5 })), ['quantityStock']);
      const shipping = await rig.call(`PUT ${W}/products/SHIPPING/stock`, { quantityStock: 100 });
      assert.deepEqual(fieldsOf(shipping), ['productUid']);
      assert.equal((await rig.call(`GET ${S}/warehouses/bergensentrum/stock`)).status, 404);
    });

    it('tells what has changed since a moment', async () => {
      const productUid = await productUidOf(rig, skuNumber(rig, 2));
      const modifiedAfter = new Date().toISOString();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await rig.call(`PUT ${W}/products/${productUid}/stock`, { quantityStock: 700 });
      const changes = await rig.call(`POST ${S}/stock`, { modifiedAfter });
      assert.deepEqual(
        items(changes.body).map((one) => [at(one, 'productUid'), at(one, 'quantityStock')]),
        [[productUid, 700]],
      );
      const all = await rig.call(`POST ${S}/stock`, { warehouseUids: ['oslocity'] });
      const listed = await rig.call(`GET ${W}/stock`);
      assert.equal(at(all.body, 'paging.totalCount'), at(listed.body, 'paging.totalCount'));
      assert.deepEqual(fieldsOf(await rig.call(`POST ${S}/stock`, { warehouseUids: ['bergensentrum'] })), [
        'warehouseUids[0]',
      ]);
    });
  });
});
