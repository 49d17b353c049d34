import assert from 'node:assert/strict';

import { at, fieldsOf, type FlowRig, S, startFlowRig, T } from './flow-rig';

describe("the Flow sandbox's API conventions", () => {
  let rig: FlowRig;
  before(async () => {
    rig = await startFlowRig();
  });
  after(() => rig.stop());

  it('wants a known token, and the one of the tenant in the path', async () => {
    const refused = await rig.call(`GET ${T}/brands`, undefined, {});
    assert.deepEqual([refused.status, at(refused.body, 'code')], [401, 'UNAUTHORIZED']);
    const wrong = await rig.call(`GET ${T}/brands`, undefined, { authorization: 'Bearer something' });
    assert.equal(wrong.status, 401);
    const other = await rig.call(`GET ${T}/brands`, undefined, { authorization: 'Bearer sandbox-token-flow_se' });
    assert.deepEqual([other.status, at(other.body, 'code')], [403, 'FORBIDDEN']);
    const own = await rig.call('GET /tenants', undefined, { authorization: 'Bearer sandbox-token-flow_fi' });
    assert.equal(at(own.body, 'items[0].tenantUid'), 'flow_fi');
    assert.equal(at(own.body, 'items[0].currency.code'), 'EUR');
  });

  it('answers 404 for unknown paths, stores and documents', async () => {
    for (const path of [
      '/nothing',
      `${T}/nothing`,
      `${T}/stores/nowhere/orders`,
      `${T}/orders/none`,
      `${T}/brands/none`,
    ]) {
      const reply = await rig.call(`GET ${path}`);
      assert.deepEqual([reply.status, at(reply.body, 'code')], [404, 'NOT_FOUND'], path);
    }
    assert.equal((await rig.call(`GET ${T}/Brands`)).status, 404, 'paths are case-sensitive');
  });

  it('pages lists from 1, 25 at a time and at most 100, and sorts them', async () => {
    const first = await rig.call(`GET ${T}/products`);
    assert.deepEqual(at(first.body, 'paging.pageNumber'), 1);
    assert.equal((at(first.body, 'items') as unknown[]).length, 25);
    const total = Number(at(first.body, 'paging.totalCount'));
    const seen = new Set<unknown>();
    for (let page = 1; page <= Math.ceil(total / 100) + 1; page++) {
      const { body } = await rig.call(`GET ${T}/products?pageSize=100&pageNumber=${page}`);
      for (const item of at(body, 'items') as unknown[]) seen.add(at(item, 'productUid'));
    }
    assert.equal(seen.size, total);
    const sorted = await rig.call(`GET ${T}/products?sortBy=name&sortDirection=DESC&pageSize=50`);
    const names = (at(sorted.body, 'items') as unknown[]).map((item) => String(at(item, 'name')));
    assert.deepEqual(
      names,
      [...names].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)),
    );
  });

  it('refuses bad paging and sorting', async () => {
    const reply = await rig.call(`GET ${T}/products?pageSize=101&pageNumber=0`);
    assert.equal(reply.status, 422);
    assert.deepEqual(fieldsOf(reply), ['pageNumber', 'pageSize']);
    assert.deepEqual(fieldsOf(await rig.call(`GET ${T}/products?sortBy=nothing`)), ['sortBy']);
    assert.deepEqual(fieldsOf(await rig.call(`GET ${T}/products?sortBy=name&sortDirection=up`)), ['sortDirection']);
  });

  it('refuses what is no JSON object', async () => {
    assert.equal((await rig.call(`POST ${T}/brands`, [])).status, 400);
    assert.equal((await rig.call(`POST ${T}/brands`)).status, 400);
    const broken = await fetch(`${rig.url}/v2${T}/brands`, {
      method: 'POST',
      body: '{"name":',
      headers: { authorization: 'Bearer sandbox-token-flow_no', 'content-type': 'application/json' },
    });
    assert.deepEqual([broken.status, at(await broken.json(), 'code')], [400, 'BAD_REQUEST']);
  });

  it('creates, reads, updates in part and refuses a second create', async () => {
    const brand = { brandUid: 'nike_air', name: 'Nike Air', externalId: 'Nike Air' };
    const made = await rig.call(`POST ${T}/brands`, brand);
    assert.equal(made.status, 200);
    assert.equal(at(made.body, 'createdBy'), 'integration');
    const again = await rig.call(`POST ${T}/brands`, brand);
    assert.deepEqual([again.status, fieldsOf(again)], [409, ['brandUid']]);
    const updated = await rig.call(`PUT ${T}/brands/nike_air`, { name: 'Nike' });
    assert.deepEqual([at(updated.body, 'name'), at(updated.body, 'externalId')], ['Nike', 'Nike Air']);
    const found = await rig.call(`GET ${T}/brands?brandExternalId=Nike%20Air`);
    assert.deepEqual([at(found.body, 'paging.totalCount'), at(found.body, 'items[0].name')], [1, 'Nike']);
    assert.equal((await rig.call(`DELETE ${T}/brands/nike_air`)).status, 204);
    assert.equal((await rig.call(`GET ${T}/brands/nike_air`)).status, 404);
  });

  it('names bad uids, misspelt fields, missing fields and uids in a PUT', async () => {
    const bad = await rig.call(`POST ${T}/brands`, { brandUid: 'nike air', nmae: 'Nike' });
    assert.equal(bad.status, 422);
    assert.deepEqual(new Set(fieldsOf(bad)), new Set(['brandUid', 'name', 'nmae']));
    const missing = (at(bad.body, 'errors') as unknown[]).find((error) => at(error, 'field') === 'name');
    assert.equal(at(missing, 'message'), 'is missing');
    assert.deepEqual(fieldsOf(await rig.call(`PUT ${T}/brands/fjordvik`, { brandUid: 'x' })), ['brandUid']);
  });

  it('names floats where integers belong', async () => {
    const product = { name: 'Mug', sku: 'MUG', recommendedRetailPrice: 199.5, weight: 0.35 };
    const reply = await rig.call(`POST ${T}/products`, product);
    assert.equal(reply.status, 422);
    assert.deepEqual(fieldsOf(reply), ['recommendedRetailPrice', 'weight']);
  });

  it('names unknown references wherever they stand', async () => {
    const product = await rig.call(`POST ${T}/products`, {
      name: 'Mug',
      sku: 'MUG',
      brandUid: 'none',
      productGroupUid: 'none',
      vatCodeUid: 'vat_se_25',
      categoryUids: ['all', 'none'],
      suppliers: [{ supplierUid: 'none' }],
    });
    assert.deepEqual(
      new Set(fieldsOf(product)),
      new Set(['brandUid', 'productGroupUid', 'vatCodeUid', 'categoryUids[1]', 'suppliers[0].supplierUid']),
    );
    const store = await rig.call(`POST ${T}/stores`, { name: 'New', organizationUid: 'none', salesPriceUid: 'none' });
    assert.deepEqual(fieldsOf(store), ['organizationUid', 'salesPriceUid']);
    const price = await rig.call(`POST ${T}/pricelists/main/prices`, { productUid: 'none', price: 100 });
    assert.deepEqual(fieldsOf(price), ['productUid']);
    const customer = { customerType: 'PERSON', firstname: 'A', lastname: 'B', countryCode: 'NO', pricelistUid: 'none' };
    assert.deepEqual(fieldsOf(await rig.call(`POST ${T}/customers`, customer)), ['pricelistUid']);
  });

  it('logs requests and strikes with switched-on faults', async () => {
    await rig.control('POST /faults', { kind: 'rate-limit', retryAfter: 7, path: '/brands', times: 1 });
    const limited = await rig.call(`GET ${T}/brands`);
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '7']);
    assert.equal(at(limited.body, 'code'), 'RATE_LIMITED');
    assert.equal((await rig.call(`GET ${T}/brands`)).status, 200);
    const counted = await rig.control('GET /requests/count?path=/brands&status=429');
    assert.equal(at(counted.body, 'count'), 1);
  });

  it('tells countries, VAT codes, reasons, number series and the tenant itself', async () => {
    const vat = await rig.call('GET /vat?vatCountryCode=FI');
    assert.deepEqual(
      (at(vat.body, 'items') as unknown[]).map((code) => at(code, 'rate')),
      [2550, 1400, 0],
    );
    assert.equal(at((await rig.call('GET /countries/se')).body, 'currency'), 'SEK');
    const reasons = await rig.call(`GET ${T}/reasons?reasonType=DISCOUNT`);
    assert.ok((at(reasons.body, 'items') as unknown[]).some((reason) => at(reason, 'code') === 'WEB'));
    const series = await rig.call(`GET ${T}/number-series?numberSeriesType=VOUCHER`);
    assert.equal(at(series.body, 'paging.totalCount'), 1);
    const handlings = await rig.call(`GET ${T}/handlings`);
    assert.deepEqual(
      (at(handlings.body, 'items') as unknown[]).map((handling) => at(handling, 'handlingUid')),
      ['click_collect', 'online_order'],
    );
    assert.equal(at((await rig.call(`GET ${S}`)).body, 'externalId'), 'NOR');
  });
});
